"""Pictures made four times larger by the network that ships."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.models.embedded import FOLDER
from course_utils.pictures import png
from course_utils.pictures import png as picture_files
from course_utils.pictures import upscaler as bigger
from course_utils.pictures.calls import make_bigger
from course_utils.pictures.png import open_picture, show_png, to_png


def drawings() -> list[Image.Image]:
    """Drawings of 192 px made here, which the network never saw: discs, a house, stripes,
    a face.
    """
    large = []
    for ground, colour, second in (
        ("white", "#d22f2f", "#222222"),
        ("#f2c94c", "#2d6cdf", "#ffffff"),
        ("#3f8f5a", "#f0f0f0", "#7b3fb0"),
    ):
        disc, house, face = (Image.new("RGB", (768, 768), ground) for _ in range(3))
        ImageDraw.Draw(disc).ellipse((120, 90, 600, 660), fill=colour, outline=second, width=28)
        pen = ImageDraw.Draw(house)
        pen.polygon([(384, 80), (700, 380), (68, 380)], fill=second)
        pen.rectangle((140, 380, 628, 700), fill=colour)
        pen.rectangle((330, 500, 440, 700), fill=second)
        pen = ImageDraw.Draw(face)
        pen.ellipse((60, 60, 708, 708), fill=colour)
        for x in (250, 460):
            pen.ellipse((x, 240, x + 70, 360), fill=second)
        pen.arc((220, 300, 550, 580), 20, 160, fill=second, width=30)
        large += [
            picture.resize((192, 192), Image.Resampling.BOX) for picture in (disc, house, face)
        ]
    return large


def decibels(made, wanted) -> float:
    return float(
        10 * np.log10(255**2 / ((np.asarray(made, float) - np.asarray(wanted, float)) ** 2).mean())
    )


@pytest.mark.parametrize("way", [Image.Resampling.BOX, Image.Resampling.LANCZOS])
def test_it_beats_bicubic_on_drawings_it_never_saw(way):
    gains = []
    for large in drawings():
        small = large.resize((48, 48), way)
        gains.append(
            decibels(bigger.four_times(small), large)
            - decibels(small.resize((192, 192), Image.Resampling.BICUBIC), large)
        )
    assert np.mean(gains) > 0.5 and min(gains) > -0.5, gains


def test_an_even_picture_stays_even_and_edges_hardly_ring():
    for colour in ("white", "black", "#3f8f5a"):
        flat = np.asarray(bigger.four_times(Image.new("RGB", (20, 12), colour)), int)
        assert flat.shape == (48, 80, 3) and np.abs(flat - flat[24, 40]).max() <= 12
    half = Image.new("RGB", (48, 48), "#c8c8c8")
    half.paste("#505050", (24, 0, 48, 48))
    made = np.asarray(bigger.four_times(half), int)[40:150, 20:170]
    assert made.max() <= 0xC8 + 24 and made.min() >= 0x50 - 24  # a fifth of the step


def test_the_graph_adds_what_the_formula_does():
    drawing = Image.new("RGB", (40, 30), "white")
    ImageDraw.Draw(drawing).ellipse((5, 5, 30, 25), fill="purple", outline="black")
    small = np.asarray(drawing, np.float32) / 255
    assert np.abs(bigger.session_detail(small) - bigger.detail(small)).max() < 1e-4
    shown = png.four_times_png(to_png(drawing))
    assert np.abs(np.asarray(shown, int) - np.asarray(bigger.four_times(drawing), int)).max() <= 1


def test_a_photo_is_not_too_large_by_accident():
    with pytest.raises(LearnerError, match="already"):
        bigger.four_times(Image.new("RGB", (300, 20)))


def test_the_studio_s_pictures_are_shown_through_it_and_a_missing_model_only_softens_them(
    monkeypatch,
):
    drawing = (
        drawings()[1].resize((48, 48), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.3))
    )
    creation = Creation(recipe=Recipe(kind="image", prompt="a house"), content=to_png(drawing))
    crisp = open_picture(show_png(creation, 192))
    assert decibels(crisp, bigger.four_times(drawing)) > 35
    bigger.layers.cache_clear(), png.four_times_png.cache_clear(), picture_files.shown.cache_clear()
    monkeypatch.setattr(bigger.layers, "__wrapped__", None, raising=False)
    monkeypatch.setattr(bigger, "layers", lambda: (_ for _ in ()).throw(LearnerError("missing.")))
    assert open_picture(show_png(creation, 192)).size == (192, 192)
    png.four_times_png.cache_clear(), picture_files.shown.cache_clear()


def test_bigger_is_a_creation_that_remembers_its_parent_and_can_be_made_again(
    tmp_path, monkeypatch
):
    from course_utils.portfolio.store import Portfolio

    small = Creation(
        recipe=Recipe(kind="image", prompt="a house", seed=4, settings={"speed": "quick"}),
        content=to_png(drawings()[1].resize((48, 48))),
    )
    Portfolio().save(small)
    made = make_bigger(small)
    assert not made.message and open_picture(made[0].content).size == (192, 192)
    assert made[0].recipe.parent == small.id and made[0].recipe.settings["bigger"]
    again = next(
        iter(engine_for("image").create(made[0].recipe, **Portfolio().ingredients(made[0].recipe)))
    )
    assert again.content == made[0].content
    with pytest.raises(LearnerError, match="another picture"):
        list(engine_for("image").create(made[0].recipe))
    assert open_picture(make_bigger(made)[0].content).size == (768, 768)
    assert "already" in make_bigger(make_bigger(made)).message


def test_the_model_is_small_and_says_where_it_comes_from():
    folder = FOLDER / "upscaler"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert all(
        word in card
        for word in ("Apache-2.0", "MIT", "CC BY 4.0", "python -m training.image.train_upscaler")
    )
