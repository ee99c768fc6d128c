"""Directing the real picture model: leave out, mix, change a part, extend, blend;
and the picture studio's panels.
"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.notebook.calls import show_family
from course_utils.pictures.calls import make_image, sweep_image
from course_utils.pictures.inpainting import REGIONS, part_mask
from course_utils.pictures.png import open_picture
from course_utils.pictures.studio import ImageStudio
from course_utils.pictures.style_directions import style_shares
from course_utils.portfolio.store import Portfolio


@pytest.fixture(autouse=True)
def own_portfolio(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "mine"))


@pytest.fixture(scope="module")
def engine():
    return engine_for("image")


@pytest.fixture(scope="module")
def heart(engine):
    return draw(engine, "a red heart")[0]


def draw(engine, prompt, start=None, other=None, seed=3, **settings):
    return list(
        engine.create(
            Recipe(kind="image", prompt=prompt, seed=seed, settings={"speed": "quick", **settings}),
            start=start,
            other=other,
        )
    )


def pixels(creation) -> np.ndarray:
    return np.asarray(open_picture(creation.content), float)


def redness(creation) -> float:
    """How much more red than green and blue there is, on average."""
    picture = pixels(creation)
    return float((picture[..., 0] - picture[..., 1:].mean(-1)).mean())


def test_words_to_leave_out_are_left_out(engine, heart):
    assert redness(draw(engine, "a heart", leave_out="red")[0]) < redness(heart) / 2


def test_a_share_of_nothing_changes_nothing_and_of_all_changes_all(engine, heart):
    same = draw(engine, "a red heart", second="a blue heart", second_share=0.0)[0]
    other = draw(engine, "a red heart", second="a blue heart", second_share=1.0)[0]
    assert np.abs(pixels(same) - pixels(heart)).max() <= 3
    assert redness(other) < redness(heart) / 2


def test_little_surprise_makes_candidates_alike_and_each_can_be_made_again(engine):
    def spread(creations):
        return np.mean(
            [np.abs(pixels(creations[0]) - pixels(other)).mean() for other in creations[1:]]
        )

    near, free = draw(engine, "a fox", count=3, surprise=0.2), draw(engine, "a fox", count=3)
    assert spread(near) < spread(free)
    again = next(iter(engine.create(near[2].recipe)))
    assert np.abs(pixels(again) - pixels(near[2])).max() <= 3


@pytest.mark.parametrize("part", ["top half", "bottom right", f"{1:016x}{0:020x}"])
def test_only_the_named_part_changes(engine, heart, part):
    changed = draw(engine, "a green circle", start=heart, part=part, strength=1.0)[0]
    outside = np.asarray(part_mask(part, 48)) == 0
    near_edge = np.asarray(part_mask(part, 48).filter(ImageFilter.GaussianBlur(3))) > 0
    untouched = outside & ~near_edge
    assert np.abs(pixels(changed) - pixels(heart))[untouched].max() == 0
    assert np.abs(pixels(changed) - pixels(heart))[~outside].max() > 0


@pytest.mark.parametrize(
    ("side", "size"),
    [("left", (72, 48)), ("right", (72, 48)), ("above", (48, 72)), ("below", (48, 72))],
)
def test_a_picture_grows_and_keeps_what_it_was(engine, heart, side, size):
    wider = open_picture(draw(engine, "a castle", start=heart, extend=side)[0].content)
    assert wider.size == size
    left, top = (24 if side == "left" else 0), (24 if side == "above" else 0)
    kept = wider.crop((left, top, left + 48, top + 48))
    assert kept.tobytes() == open_picture(heart.content).tobytes()


def test_a_blend_lies_between_its_two_pictures_and_names_both(engine, heart):
    blue = draw(engine, "a blue heart")[0]
    between = draw(engine, "a heart", start=heart, other=blue, blend_share=0.5, strength=0.2)[0]
    assert redness(blue) < redness(between) < redness(heart)
    assert (between.recipe.parent, between.recipe.settings["blend_with"]) == (heart.id, blue.id)
    portfolio = Portfolio()
    for creation in (heart, blue):
        portfolio.save(creation)
    again = next(iter(engine.create(between.recipe, **portfolio.ingredients(between.recipe))))
    assert again.content == between.content
    with pytest.raises(LearnerError, match="another picture"):
        list(engine.create(between.recipe, start=heart))


@pytest.mark.parametrize(
    "chosen",
    [
        {"style": "flat:x"},
        {"style": "flat:-1"},
        {"style": "flat:0"},
        {"style": "oil"},
        {"part": "nose"},
        {"part": "0" * 36},
        {"extend": "up"},
        {"surprise": 2},
        {"blend_with": "x"},
        {"leave_out": "<b>"},
        {"second": "🦊"},
    ],
)
def test_impossible_directions_get_a_sentence(engine, heart, chosen):
    with pytest.raises(LearnerError) as sentence:
        draw(engine, "a fox", start=heart, **chosen)
    assert str(sentence.value).endswith(".")


def test_style_mixes_are_shares_of_one():
    assert style_shares("flat:1 3d:3") == {"flat": 0.25, "3d": 0.75}
    assert style_shares("any") == {"any": 1.0}
    assert all(np.asarray(part_mask(name, 48)).any() for name in REGIONS)


def test_words_there_is_no_room_for_are_named():
    long = "a red heart " + "and a small yellow flower " * 12
    made = make_image(long, count=1, seed=1, speed="quick")
    assert "no room" in made.message and "flower" in made.message
    assert len(made) == 1


def test_one_line_calls_direct_too_and_show_the_family(tmp_path):
    Image.new("RGB", (90, 60), "green").save(tmp_path / "leaf.jpg")
    first = make_image(
        "a leaf", count=1, start=str(tmp_path / "leaf.jpg"), strength=0.5, speed="quick"
    )
    assert not first.message
    second = make_image("a frog", count=1, start=first, part="middle", speed="quick")
    family = show_family(second)
    assert [member.recipe.prompt for member in family] == ["leaf", "a leaf", "a frog"]
    assert "no file" in make_image("a frog", start=tmp_path / "none.png").message


def test_a_sweep_is_a_table_with_headings_and_alternative_texts():
    sheet = sweep_image("a red heart", seed=2, guidance=[1, 4], style=["flat", "3d"], speed="quick")
    shown = sheet._repr_html_()
    assert len(sheet.cells) == 4 and shown.count("<img alt=") == 4
    assert '<th scope="col">guidance 4</th>' in shown and '<th scope="row">style 3d</th>' in shown
    assert "lists" in sweep_image("a red heart")._repr_html_()


def test_the_studio_begins_from_a_chosen_picture_and_from_a_file(engine, heart, tmp_path):
    studio = ImageStudio(prompt="a crown")
    studio.speed.value, studio.begin.value = "quick", "chosen"
    studio.generate()
    assert studio.wait(60) and "no picture to begin from" in studio.status.value
    studio.results = [heart]
    studio.portfolio.save(heart)
    studio.use(0)
    studio.part.value = "top half"
    studio.generate()
    assert studio.wait(120)
    assert {c.recipe.settings["part"] for c in studio.results} == {"top half"} and {
        c.recipe.parent for c in studio.results
    } == {heart.id}
    Image.new("RGB", (60, 60), "blue").save(tmp_path / "sea.png")
    file = {
        "name": "sea.png",
        "type": "image/png",
        "size": 1,
        "content": memoryview((tmp_path / "sea.png").read_bytes()),
    }
    studio.upload = type("Upload", (), {"value": (file,)})()
    studio.take_upload()
    assert studio._uploaded.recipe.prompt == "sea" and studio.begin.value == "upload"
    before = list(studio.results)
    studio.upload = type("Upload", (), {"value": ({**file, "content": b"not a picture"},)})()
    studio.take_upload()
    assert "could not be read" in studio.status.value and studio.results == before


def test_a_file_made_with_the_course_gives_its_settings_back(engine, tmp_path):
    from course_utils.pictures import png as picture_files

    made = draw(engine, "a fox", style="3d", leave_out="snow")[0]
    studio = ImageStudio()
    studio.upload = type(
        "Upload", (), {"value": ({"name": "x.png", "content": picture_files.pack(made)},)}
    )()
    studio.take_upload()
    assert (studio.prompt.value, studio.style_choice.value, studio.leave_out.value) == (
        "a fox",
        "3d",
        "snow",
    )


def test_things_to_take_away_are_files_in_the_portfolio(heart):
    studio = ImageStudio()
    studio.take_away("clear")
    assert "no picture yet" in studio.status.value
    studio.results = [heart]
    for kind, suffix in (
        ("clear", "clear.png"),
        ("svg", "shapes.svg"),
        ("stickers", "stickers.pdf"),
        ("png", "large.png"),
    ):
        studio.take_away(kind)
        assert suffix in studio.status.value
    files = sorted(
        path.name.rpartition("_")[2] for path in (studio.portfolio.folder / "to_use").iterdir()
    )
    assert files == ["clear.png", "large.png", "shapes.svg", "stickers.pdf"]
