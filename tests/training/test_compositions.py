"""Training pictures are composed as their captions say, by hands whose licences are known."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from course_utils.pictures.candidates.spread import SPREAD_FROM
from course_utils.pictures.style_directions import SPREAD_STYLES
from training.image.compose import (
    GROUND,
    KINDS,
    PAINTS,
    UNTOLD,
    Sprite,
    box_of,
    compose,
    is_held_out,
    loosened,
    on_canvas,
    pixelated,
    related,
)
from training.image.hands import FLAGSHIPS, HANDS, HELD_OUT
from training.image.picking import Picker, share_of
from training.image.scenery import PLACES, place
from training.image.words_for_pictures import MADE_STYLES, STYLE_WORDS

OPEN = {"Apache-2.0", "CC-BY-4.0", "MIT", "public domain"}
SIZE = 48


def sprite(label: str, colour: str, style: str = "flat", everyday: bool = True) -> Sprite:
    picture = Image.new("RGBA", (SIZE, SIZE), 0)
    ImageDraw.Draw(picture).ellipse((8, 12, 40, 44), fill=colour)
    record = {"label": label, "style": style, "group": 3, "tags": [], "everyday": everyday}
    return Sprite(picture, record)


def test_every_hand_has_words_an_author_and_an_open_licence():
    assert {hand.licence for hand in HANDS.values()} <= OPEN and HELD_OUT not in HANDS
    assert all(hand.words and hand.author and hand.weight > 0 for hand in HANDS.values())
    assert set(SPREAD_STYLES) <= set(FLAGSHIPS) <= set(STYLE_WORDS) and 0 < SPREAD_FROM < 1


def test_flagship_hands_and_everyday_things_are_shown_more_often():
    flat, bold = (share_of(sprite("cat", "red", style).record) for style in ("flat", "bold"))
    assert flat > bold > 0
    assert share_of(sprite("cat", "red", everyday=False).record) == flat / 4
    assert share_of(sprite("cook", "red").record | {"job": "cook"}) < flat / 4


def test_captions_say_what_is_composed():
    rng, said = random.Random(1), []
    first, second = sprite("cat", "orange"), sprite("owl", "brown")
    for _ in range(400):
        picture, words = compose(first, second, {}, rng, SIZE, sprite("fish", "blue"))
        assert picture.shape == (SIZE, SIZE, 3) and picture.dtype == np.uint8
        said.append(words)
        for colour in PAINTS:
            assert f"{colour} cat" not in words or not is_held_out("cat", colour)
    together = [words for words in said if "owl" in words]
    known = [word for relations in GROUND.values() for word in relations] + [","]
    assert together and all(any(word in words for word in known) for words in together)
    assert any("fish" in words for words in together)
    places = {words for name in PLACES for words in PLACES[name][1]}
    assert sum(any(one in words for one in places) for words in said) > 3
    told = sum(any(w in words for w in STYLE_WORDS["flat"]) for words in said)
    assert 130 < told < 210, "more than half leave the style out, but for pixels and outlines"
    assert any(words.endswith(tuple(MADE_STYLES["pixel"])) for words in said)
    assert sum(KINDS.values()) == 100


def test_a_name_alone_means_mostly_one_hand():
    assert set(UNTOLD) <= set(FLAGSHIPS)
    shown = {hand: share * HANDS[hand].weight for hand, share in UNTOLD.items()}
    assert shown["flat"] > 0.5 * sum(shown.values())
    rng, ink = random.Random(5), sprite("cat", "black", "ink")
    said = [compose(ink, ink, {}, rng, SIZE)[1] for _ in range(200)]
    named = {*STYLE_WORDS["ink"], *sum(MADE_STYLES.values(), [])}
    assert all(any(word in words for word in named) for words in said), "other hands say theirs"


def test_untold_compositions_move_four_in_ten_of_the_single_things():
    rng, cat = random.Random(2), sprite("cat", "orange")
    seen = [loosened(cat.picture, cat.record, rng) for _ in range(400)]
    as_drawn = sum(where == (0.5, 0.5, 1.0) for _, where in seen)
    assert 210 < as_drawn < 275
    scales = [where[2] for _, where in seen]
    assert min(scales) < 0.75 and max(scales) > 1.2


@pytest.mark.parametrize("relation", list(GROUND))
def test_two_related_things_are_both_to_be_seen(relation):
    one, other = sprite("cat", "#ff0000").picture, sprite("owl", "#0000ff").picture
    for seed in range(20):
        parts = related(one, other, relation, random.Random(seed))
        made = np.asarray(on_canvas(parts, SIZE, (255, 255, 255)), int)
        red = (made[..., 0] > 200) & (made[..., 2] < 60)
        blue = (made[..., 2] > 200) & (made[..., 0] < 60)
        assert red.sum() > 60 and blue.sum() > 60
        if relation in ("on", "under"):
            higher, lower = (red, blue) if relation == "on" else (blue, red)
            assert np.argwhere(higher)[:, 0].mean() < np.argwhere(lower)[:, 0].mean()


@pytest.mark.parametrize("name", list(PLACES))
def test_places_differ_a_little_every_time(name):
    one, other = (np.asarray(place(name, SIZE, random.Random(seed))) for seed in (1, 2))
    assert one.shape == (SIZE, SIZE, 3) and not np.array_equal(one, other)


def test_pixels_are_as_large_as_the_latents_can_say():
    rough = np.asarray(pixelated(sprite("cat", "red").picture))
    blocks = rough.reshape(12, 4, 12, 4, 4)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert box_of(sprite("cat", "red").picture)[0] == pytest.approx(8 / SIZE)


def test_things_that_stand_together_are_by_one_hand():
    sprites = [sprite("cat", "red"), sprite("owl", "blue"), sprite("fish", "green", "ink")]
    picker = Picker(sprites, {}, random.Random(3))
    assert {one.record["style"] for one in picker.by_hand["ink"]} == {"ink"}
    for _ in range(60):
        words = picker.one()[1].replace(",", "").split()
        assert not {"fish", "owl"} <= set(words) and not {"fish", "cat"} <= set(words)
