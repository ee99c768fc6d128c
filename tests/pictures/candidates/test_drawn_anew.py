"""What comes out as near as a copy to a training picture is drawn anew, where the style was the
course's to choose, and its recipe says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageDraw

from course_utils.creation import Creation, Recipe
from course_utils.engines import engine_for
from course_utils.languages.chosen import speaking
from course_utils.languages.translating import translate
from course_utils.models.embedded import FOLDER
from course_utils.pictures.batching import draw_together
from course_utils.pictures.candidates import drawn_anew as module
from course_utils.pictures.candidates.conditioning import Order
from course_utils.pictures.candidates.drawn_anew import OTHER, SHARES, drawn_anew
from course_utils.pictures.candidates.spread import said
from course_utils.pictures.diffusion_model import own_model_of_the_course
from course_utils.pictures.engine import ImageEngine
from course_utils.pictures.png import describe, open_picture
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.style_directions import SPREAD_STYLES, mix_of, style_shares
from course_utils.pictures.training_drawings import (
    TOO_NEAR,
    file_of,
    library,
    nearest_dots,
    opened,
)
from course_utils.provenance.nearest_pictures import COPY, copying_score, nearest_pictures

HELPED = ("a palm tree", "a cat", "a key")  # of each one candidate at least is drawn anew


@dataclass
class Model:
    """A model that draws what it is told: copies, or a scribble from some try on."""

    copies_until: int
    asked: list[list[str]]

    def draw(self, orders: list[Order]) -> list[Image.Image] | None:
        self.asked.append([one.ways[0]["style"] for one in orders])
        return [scribble() if len(self.asked) >= self.copies_until else copy() for _ in orders]


def copy() -> Image.Image:
    return opened(file_of(library()[4]["labels"].index("owl")))


def scribble() -> Image.Image:
    picture = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(picture).line([(4, 40), (20, 6), (30, 44), (44, 10)], fill="purple", width=3)
    return picture


def orders(asked: str = "any", composition: str = "plain") -> list[Order]:
    settings = PictureSettings(style=asked, composition="any", count=3)
    styles = SPREAD_STYLES if asked == "any" else [asked] * 3
    ways = [{"style": one, "composition": composition} for one in styles]
    return [Order(None, "an owl", 7, settings, ways).alone(number) for number in range(3)]


def test_only_what_lies_too_near_is_drawn_anew_with_another_style_in_it():
    model = Model(1, [])
    found, pictures = drawn_anew(orders(), [scribble(), copy(), scribble()], model.draw)
    assert model.asked == [["sticker:0.50 blob:0.50"]]
    assert [one.ways[0]["style"] for one in found] == ["flat", "sticker:0.50 blob:0.50", "3d"]
    assert found[1].seed == 8 and (nearest_dots(pictures) >= TOO_NEAR).all()


def test_the_second_try_takes_more_of_the_other_style():
    model = Model(2, [])
    found, _ = drawn_anew(orders(), [copy()] * 3, model.draw)
    assert model.asked == [[mix_of(one, OTHER, share) for one in SPREAD_STYLES] for share in SHARES]
    assert all(style_shares(one.ways[0]["style"])[OTHER] == SHARES[1] for one in found)


@pytest.mark.parametrize("draw", [Model(9, []).draw, lambda some: None], ids=["near", "stopped"])
def test_where_no_try_helps_the_first_stays(draw):
    first = [copy() for _ in range(3)]
    found, pictures = drawn_anew(orders(), first, draw)
    assert [one.ways[0]["style"] for one in found] == list(SPREAD_STYLES)
    assert all(one is other for one, other in zip(pictures, first, strict=True))


@pytest.mark.parametrize("asked", [{"asked": "3d"}, {"composition": "arranged"}])
def test_a_named_style_and_things_drawn_one_by_one_stay_as_they_are(asked):
    model = Model(1, [])
    drawn_anew(orders(**asked), [copy()] * 3, model.draw)
    assert not model.asked


def test_the_mark_is_that_of_the_copying_score():
    assert copying_score(TOO_NEAR) == pytest.approx(COPY, abs=0.002)
    pictures = [copy(), scribble()]
    exact = [nearest_pictures(one, 1)[0].dots for one in pictures]
    assert nearest_dots(pictures) == pytest.approx(exact, abs=1e-4)


def ordered(prompt: str, seed: int = 0) -> Recipe:
    settings = {"count": 4, "composition": "any"}
    return Recipe(kind="image", prompt=prompt, seed=seed, settings=settings)


@pytest.fixture(scope="module")
def helped() -> list[Creation]:
    return [one for prompt in HELPED for one in engine_for("image").create(ordered(prompt))]


def mixed(made: list[Creation]) -> Iterator[Creation]:
    return (one for one in made if OTHER in str(one.recipe.settings["style"]))


def test_the_shipped_model_s_copies_are_drawn_anew(helped, monkeypatch):
    monkeypatch.setattr(module, "SHARES", ())
    for prompt, first in zip(HELPED, range(0, 12, 4), strict=True):
        once = list(engine_for("image").create(ordered(prompt)))
        after_all = helped[first : first + 4]
        assert any(before.content != after.content for before, after in zip(once, after_all))
        for before, after in zip(once, after_all, strict=True):
            assert before.recipe.seed == after.recipe.seed
            same = before.recipe.settings["style"] == after.recipe.settings["style"]
            assert same == (before.content == after.content)


def test_they_say_so_and_are_made_again_alone(helped):
    made = list(mixed(helped))
    assert len(made) >= len(HELPED)
    for one in made:
        assert " and soft blob" in describe(one)
        again = next(iter(engine_for("image").create(one.recipe)))
        assert again.content == one.content and again.recipe == one.recipe


def test_a_mix_is_named_in_the_language_spoken():
    named = said({"style": "3d:0.50 blob:0.50", "composition": "close up, on light blue"})
    assert named == "shiny 3D and soft blob, close up, on light blue"
    with speaking("es"):
        told = translate(named)
    assert told == "3D brillante y redondo y blando, primer plano, sobre azul claro"


def test_side_by_side_with_others_and_by_diffusers_they_are_the_same(helped, tmp_path):
    engine = ImageEngine()
    engine._models["course-pictures"] = own_model_of_the_course(
        engine_for("image").model("course-pictures").about, FOLDER / "image"
    )
    others = ordered("a castle", 9).changed(settings={"count": 1, "composition": "plain"})
    together = draw_together(engine_for("image"), [others, ordered(HELPED[0])])
    for made in ([one for number, one in together if number], engine.create(ordered(HELPED[0]))):
        for one, other in zip(made, helped[:4], strict=True):
            assert one.recipe.settings["style"] == other.recipe.settings["style"]
            seen = [np.asarray(open_picture(each.content), float) for each in (one, other)]
            assert np.abs(seen[0] - seen[1]).max() <= 3
