"""Four candidates of the shipped model: they differ on purpose, are told apart in words, and each
is made again alone, on either path and side by side with other people's."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from course_utils.creation import Creation, Recipe
from course_utils.engines import engine_for
from course_utils.engines.base import rest_of
from course_utils.pictures import calls
from course_utils.pictures.batching import draw_together
from course_utils.pictures.candidates.conditioning import embeddings_of_each, ways_of
from course_utils.pictures.candidates.spread import PLAIN, ground_of
from course_utils.pictures.exports import cut_out, thing_alone
from course_utils.pictures.people_classifier import layers, raw_features
from course_utils.pictures.png import describe, figure, open_picture
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.style_directions import SPREAD_STYLES
from course_utils.pictures.training_drawings import dots_of, file_of, library, opened
from course_utils.provenance.nearest_pictures import check_picture
from pictures.onnx.both_paths import diffusers_model, onnx_model

TEN = ("castle", "owl", "robot", "dog", "pizza", "rocket", "cat", "house", "fish", "guitar")


def order(prompt: str = "an owl", seed: int = 4, **chosen) -> Recipe:
    settings = {"speed": "quick", "count": 4, "composition": "any", **chosen}
    return Recipe(kind="image", prompt=prompt, seed=seed, settings=settings)


@pytest.fixture(scope="module")
def four() -> list[Creation]:
    return list(engine_for("image").create(order()))


def pixels(creation: Creation) -> np.ndarray:
    return np.asarray(open_picture(creation.content), float)


def apart(made: list[Creation]) -> float:
    """Mean distance of every two pictures, 0 to 255."""
    seen = [pixels(one) for one in made]
    pairs = [(a, b) for place, a in enumerate(seen) for b in seen[:place]]
    return float(np.mean([np.abs(a - b).mean() for a, b in pairs]))


def test_each_of_four_says_its_own_style_and_composition(four):
    said = [(one.recipe.settings["style"], one.recipe.settings["composition"]) for one in four]
    assert len(set(said)) == 4 and {style for style, _ in said} == {"flat", "sticker", "3d"}
    assert PLAIN in {ground for _, ground in said}
    for one in four:
        ground = one.recipe.settings["composition"]
        if ground != PLAIN:
            assert f", {ground})" in describe(one) and ground in figure(one, 64)
            assert ground_of(ground) and open_picture(one.content).getpixel((0, 0)) != (255,) * 3


def test_each_of_four_is_made_again_alone(four):
    for one in four:
        again = next(iter(engine_for("image").create(one.recipe)))
        assert again.content == one.content and again.recipe == one.recipe


def test_the_rest_of_a_stopped_order_comes_out_as_it_would_have(four):
    rest = engine_for("image").create(rest_of(order(), 2))
    for one, kept in zip(rest, four[2:], strict=True):
        assert np.abs(pixels(one) - pixels(kept)).max() <= 2
        assert one.recipe.settings == kept.recipe.settings


def test_side_by_side_with_others_they_are_the_same(four):
    others = order("a dog", 9, composition="plain", count=2)
    made = [one for number, one in draw_together(engine_for("image"), [others, order()]) if number]
    for one, alone in zip(made, four, strict=True):
        assert np.abs(pixels(one) - pixels(alone)).max() <= 2
        assert one.recipe.settings == alone.recipe.settings


def test_a_recipe_of_before_is_drawn_as_it_was():
    old = order(count=1, composition="plain").changed(seed=6, revision="0123456789ab")
    bare = old.model_copy(update={"settings": {"speed": "quick", "count": 1}})
    made = next(iter(engine_for("image").create(bare)))
    assert made.content == next(iter(engine_for("image").create(old))).content
    assert made.recipe.settings["style"] == "any"


@pytest.fixture(scope="module")
def ten() -> list[list[Creation]]:
    """Four candidates of each of ten prompts, no style named."""
    return [list(engine_for("image").create(order(f"a {thing}", 8))) for thing in TEN]


def test_ten_prompts_without_a_style_differ_at_least_twice_as_much_as_by_chance_alone(ten):
    engine, shares = engine_for("image"), []
    for thing, spread in zip(TEN, ten, strict=True):
        chance = list(engine.create(order(f"a {thing}", 8, composition="plain")))
        shares.append(apart(spread) / apart(chance))
    assert np.median(shares) > 2 and min(shares) > 1.2, shares


def judged_apart(pictures: list) -> float:
    """Mean distance of every two pictures in the judge's features."""
    seen = raw_features(pictures, layers()[0])
    return float(np.mean([np.linalg.norm(a - b) for n, a in enumerate(seen) for b in seen[:n]]))


def test_four_lie_as_far_apart_as_drawings_of_one_thing_by_several_hands(ten):
    about, drawings = library()[4], {}
    for place, (label, style) in enumerate(zip(about["labels"], about["styles"], strict=True)):
        if style in SPREAD_STYLES:
            drawings.setdefault(label, []).append(place)
    some = [places for places in list(drawings.values())[::24] if len(places) > 1]
    hands = np.mean([judged_apart([opened(file_of(one)) for one in places]) for places in some])
    made = [judged_apart([open_picture(one.content) for one in four]) for four in ten]
    assert np.mean(made) >= 0.9 * hands, (made, hands)
    flat = [
        list(engine_for("image").create(order(f"a {one}", 8, style="flat"))) for one in TEN[::2]
    ]
    made = [judged_apart([open_picture(one.content) for one in four]) for four in flat]
    assert np.mean(made) >= 0.6 * hands, (made, hands)


def test_a_named_style_is_kept_and_four_still_differ():
    made = list(engine_for("image").create(order(style="sticker")))
    assert {one.recipe.settings["style"] for one in made} == {"sticker"}
    assert len({one.recipe.settings["composition"] for one in made}) == 4


def test_four_more_like_one_before_a_scene_stand_before_it_too(four):
    one = next(one for one in four if one.recipe.settings["composition"].startswith("small"))
    nearby = one.recipe.changed(seed=99, settings={"count": 2, "strength": 0.5})
    for more in engine_for("image").create(nearby, start=one):
        assert more.recipe.settings["composition"] == one.recipe.settings["composition"]
        corners = [(x, y) for x in (1, 46) for y in (1, 46)]
        seen, there = open_picture(more.content), open_picture(one.content)
        for at in corners:
            assert np.abs(np.subtract(seen.getpixel(at), there.getpixel(at))).max() < 12
        assert 2 < np.abs(pixels(more) - pixels(one)).mean() < 40


def test_what_was_grown_wider_is_not_taken_for_one_before_a_scene(four):
    small = next(one for one in four if one.recipe.settings["composition"].startswith("small"))
    settings = {"count": 1, "speed": "quick", "extend": "right"}
    (wider,) = engine_for("image").create(small.recipe.changed(settings=settings), start=small)
    assert thing_alone(wider) is wider and thing_alone(small) is not small


def test_what_stands_before_a_scene_is_cut_out_and_compared_alone(four):
    where = [one.recipe.settings["composition"] for one in four]
    small = four[next(n for n, one in enumerate(where) if one.startswith("small"))]
    clear = cut_out(small, 256)
    kept = np.asarray(clear)[..., 3] > 128
    assert 0.2 < kept.mean() < 0.9 and not kept[0, 0] and not kept[-1, -1]
    plain = small.recipe.changed(settings={"composition": PLAIN})
    alone = next(iter(engine_for("image").create(plain)))
    seen = [check_picture(one) for one in (small, alone)]
    assert np.abs(dots_of(seen[0]) - dots_of(seen[1])).mean() < 0.06


def test_the_words_of_each_are_the_same_on_both_paths():
    settings = PictureSettings.of(order().settings)
    by_path = []
    for model in (onnx_model(), diffusers_model()):
        ways = ways_of(model, "an owl", 4, settings, False)
        found = embeddings_of_each(model, "an owl", settings, ways)
        by_path.append({name: np.asarray(value.tolist()) for name, value in found.items()})
    assert by_path[0]["prompt_embeds"].shape[0] == 4
    np.testing.assert_allclose(by_path[0]["prompt_embeds"], by_path[1]["prompt_embeds"], atol=2e-3)


def test_one_line_calls_bring_four_that_differ_and_a_contact_sheet_does_not(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    made = calls.make_image("an owl", seed=4, speed="quick")
    assert len({one.recipe.settings["style"] for one in made}) == 3
    sheet = calls.sweep_image("an owl", seed=4, speed=["quick"], guidance=[1, 3])
    kept = [one.recipe.settings for one in sheet.cells.values()]
    assert {(one["style"], one["composition"]) for one in kept} == {("any", "plain")}


def test_stop_keeps_candidates_that_say_what_they_are():
    stop = threading.Event()

    def tell(progress) -> None:
        if progress.step == 5:
            stop.set()

    made = list(engine_for("image").create(order(), on_progress=tell, stop=stop))
    assert made and all(one.recipe.settings["stopped_at"] for one in made)
    again = next(iter(engine_for("image").create(made[1].recipe)))
    assert again.content == made[1].content
