"""Styles: directions, mixing, breeding, names, the map, and how new a picture is."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.pictures.calls import make_image
from course_utils.pictures.png import to_png
from course_utils.pictures.saved_styles import (
    Style,
    breed,
    load_style,
    mix,
    much_of,
    save_style,
    style_of,
    weirder,
)
from course_utils.pictures.style_directions import read_directions, write_directions
from course_utils.portfolio.store import Portfolio
from course_utils.styles import calls as oneline_styles
from course_utils.styles.map import LOOKS, looks, make_map, novelty, shares_at


def made(colour: str, ground: str = "white", **settings) -> Creation:
    picture = Image.new("RGB", (48, 48), ground)
    ImageDraw.Draw(picture).ellipse((10, 10, 38, 38), fill=colour)
    return Creation(
        recipe=Recipe(
            kind="image", prompt=f"a {colour} ball", model="course-pictures", settings=settings
        ),
        content=to_png(picture),
    )


def test_directions_are_read_and_written():
    assert (
        read_directions("3d:1.5; made of wool:-0.5;") == {"3d": 1.5, "made of wool": -0.5}
        and read_directions("") == {}
    )
    assert read_directions(write_directions({"3d": 9, "flat": -0.25, "nothing": 0.001})) == {
        "3d": 3.0,
        "flat": -0.25,
    }


@pytest.mark.parametrize(
    "text",
    [
        "3d",
        "3d:",
        "3d:x",
        "3d:nan",
        "3d:inf",
        "3d:4",
        ":1",
        "a<b>c:1",
        "; ".join(f"w{n}:1" for n in range(9)),
    ],
)
def test_directions_that_cannot_be_read_get_a_sentence(text):
    with pytest.raises(LearnerError):
        read_directions(text)
    assert make_image("a fox", count=1, directions=text).message


def test_a_direction_is_the_style_word_at_1_and_nothing_at_0():
    engine = engine_for("image")
    engine.load()
    from course_utils.pictures.candidates.conditioning import embeddings
    from course_utils.pictures.settings import PictureSettings

    def embedded(**settings):
        return embeddings(engine.model(), "a fox", PictureSettings.of(settings))["prompt_embeds"]

    plain, word = embedded(), embedded(style="3d")
    assert abs(embedded(directions="3d:1") - word).max() < 1e-5
    assert abs(embedded(directions="3d:0") - plain).max() < 1e-6
    away = embedded(directions="3d:-1")
    assert abs(away - (2 * plain - word)).max() < 1e-4


def test_styles_are_mixed_exaggerated_and_turned_round():
    flat, shiny = (
        Style(directions="flat:1"),
        Style(directions="3d:1; made of ice:0.5", own_model="blobby"),
    )
    between = mix([flat, shiny], [1, 3])
    assert (
        between.weights == pytest.approx({"3d": 0.75, "made of ice": 0.38, "flat": 0.25}, abs=0.01)
        and between.own_model == "blobby"
        and between.own_strength == 0.75
    )
    assert (
        much_of(shiny, 2).weights["3d"] == 2
        and much_of(shiny, -1).weights == {"3d": -1, "made of ice": -0.5}
        and much_of(shiny, -1).own_model == ""
    )
    assert weirder(flat, 0, 1) == flat and weirder(flat, 1, 1) == weirder(flat, 1, 1) != weirder(
        flat, 1, 2
    )
    assert len(weirder(flat, 1, 1).weights) == 4


def test_children_have_the_directions_of_their_parents_and_differ():
    children = breed(
        Style(name="one", directions="flat:1"),
        Style(name="two", directions="3d:1", generation=3),
        seed=4,
    )
    assert len({child.directions for child in children}) == 4
    assert all(child.parents == ["one", "two"] and child.generation == 4 for child in children)
    assert children == [
        child.model_copy(update={"made": mine.made})
        for child, mine in zip(
            breed(
                Style(name="one", directions="flat:1"),
                Style(name="two", directions="3d:1", generation=3),
                seed=4,
            ),
            children,
        )
    ]


def test_the_style_of_a_picture_is_its_recipe_and_the_colour_around_the_thing():
    style = style_of(made("red", "#3070d0", style="flat:0.5 3d:0.5", directions="made of ice:0.7"))
    assert style.weights == {
        "flat": 0.5,
        "3d": 0.5,
        "made of ice": 0.7,
        "on a blue background": 0.8,
    }
    assert style_of(made("red", style=7, directions="broken")).directions == ""


def test_a_style_is_saved_used_by_its_name_and_its_recipe_holds_everything():
    told = oneline_styles.save_style({"3d": 1.5, "flat": -0.5}, "Rainy  Neon").message
    assert "kept" in told and "much more of 3d style (+1.5), away from flat drawing (-0.5)" in told
    named = make_image("a fox", count=1, seed=2, style="rainy neon", speed="quick")
    assert (
        named[0].recipe.settings["directions"] == "3d:1.50; flat:-0.50"
        and named[0].recipe.settings["style_name"] == "rainy neon"
    )
    (Portfolio().folder / "my_styles" / "rainy_neon.json").unlink()
    again = next(iter(engine_for("image").create(named[0].recipe)))
    assert (
        again.content
        == named[0].content
        != make_image("a fox", count=1, seed=2, speed="quick")[0].content
    )
    assert (
        "no style yet" in oneline_styles.my_styles().message
        and make_image("a fox", style="rainy neon").message
    )


@pytest.mark.parametrize("name", ["", "x", "flat", "../evil", "<b>", "n" * 50])
def test_a_style_needs_a_plain_name(name):
    assert oneline_styles.save_style({"3d": 1}, name).message.count("kept") == 0 and not list(
        Portfolio().folder.rglob("*.json")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}x",
        b'{"name": "a", "directions": "3d"}',
        b'{"run": 1}',
        b"[" * 30_000,
        b'{"directions": "' + b"a" * 30_000 + b'"}',
    ],
)
def test_a_broken_style_file_gets_a_sentence(data):
    Portfolio().keep_at("my_styles/odd.json", data)
    assert (
        "is damaged" in make_image("a fox", style="odd").message
        and "is damaged" in oneline_styles.my_styles().message
    )


def test_looks_follow_what_they_are_called():
    def look(creation, name):
        from course_utils.pictures.png import open_picture

        return looks(open_picture(creation.content))[list(LOOKS).index(name)]

    assert look(made("red"), "warmth") > look(made("blue"), "warmth") and look(
        made("black"), "brightness"
    ) < look(made("yellow"), "brightness")
    assert look(made("red"), "colour") > look(made("grey"), "colour") and look(
        made("red"), "ground"
    ) > look(made("red", "green"), "ground")


def test_on_the_map_alike_lies_together():
    pictures = [made("red"), made("darkred"), made("blue", "black"), made("navy", "black")]
    style_map = make_map(pictures)
    red, dark_red, blue, navy = ((place.across, place.up) for place in style_map.places)

    def apart(one, other):
        return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2

    assert apart(red, dark_red) < apart(red, blue) and apart(blue, navy) < apart(navy, red)
    near = shares_at(style_map, *red)
    assert (
        near[0][0].creation.id == pictures[0].id
        and near[0][1] > 0.5
        and sum(share for _, share in near) == pytest.approx(1)
    )
    shown = oneline_styles.map_html(style_map, (0.1, 0.2))
    assert (
        'role="img"' in shown and shown.count('<th scope="row">') == 4 and "across +0.10" in shown
    )
    with pytest.raises(LearnerError, match="at least 3"):
        make_map(pictures[:2])


def test_new_is_far_from_training_and_from_history():
    red = made("red")
    usual, odd = novelty(red, [red, made("crimson")]), novelty(made("lime", "magenta"), [red])
    assert (
        usual.from_training < odd.from_training
        and usual.from_history < odd.from_history
        and "unlike" in odd.sentence
    )
    assert novelty(red, [red]).from_history is None


def test_one_line_calls_move_breed_and_show_the_family():
    pictures = [
        make_image("a fox", count=1, seed=seed, style=style, speed="quick")[0]
        for seed, style in ((1, "flat"), (2, "3d"), (3, "sticker"))
    ]
    shown = oneline_styles.style_map()
    assert len(shown.map.places) == 3 and "To the right" in repr(shown)
    there = oneline_styles.at_on_map(
        "a cat", shown.map.places[0].across, shown.map.places[0].up, much=1.5, count=1, seed=4
    )
    assert there.message.startswith("Style:") and there[0].recipe.settings["directions"]
    children = oneline_styles.breed_styles("a fox", pictures[0], pictures[1], seed=5)
    assert len(children) == 4 and len({child.content for child in children}) > 1
    tree = oneline_styles.style_tree(children[0])
    assert len(tree.branch["parents"]) == 2 and tree._repr_html_().count("<li>") == 3
    assert "from the training style" in oneline_styles.how_new(children[0]).message
    for wrong in (
        oneline_styles.at_on_map("a fox", 5, 0),
        oneline_styles.mix_styles("a fox", {}),
        oneline_styles.mix_styles("a fox", {"3d": 99}),
        oneline_styles.breed_styles("a fox", "nothing", pictures[0]),
    ):
        assert wrong.message and not wrong


def test_the_studio_moves_breeds_and_saves():
    from course_utils.pictures.studio import ImageStudio
    from course_utils.styles.studio import StyleStudio

    for seed, style in ((1, "flat"), (2, "3d"), (3, "sticker")):
        make_image("a fox", count=1, seed=seed, style=style, speed="quick")
    studio = StyleStudio("a fox", seed=7)
    studio.across.value, studio.up.value, studio.much.value = 0.9, -0.5, 1.5
    assert "across +0.90, up -0.50" in studio.map_shown.value
    studio.generate()
    assert studio.wait(300) and len(studio.results) == 4 and "Style:" in studio.status.value, (
        studio.status.value
    )
    studio.first.value, studio.second.value = 0, 5
    studio.breed()
    assert studio.wait(300) and len(studio.results) == 4, studio.status.value
    assert all("; " in child.recipe.settings["style_parents"] for child in studio.results)
    studio.family()
    assert studio.found.value.count("<li>") >= 3
    studio.style_title.value = "my best"
    studio.save_style()
    assert "is kept" in studio.status.value and load_style(Portfolio(), "my best") is not None
    assert ("mine: my best", "my best") in ImageStudio("a fox").style_choice.options


def test_a_saved_style_comes_back_as_it_was():
    kept = save_style(
        Portfolio(), Style(directions="3d:1.00", parents=["abc"], generation=2), "deep blue"
    )
    assert load_style(Portfolio(), "Deep  Blue") == kept and load_style(Portfolio(), "../x") is None


def test_texts_and_tunes_have_maps_of_their_own():
    from course_utils.styles.calls import map_html, other_style_at
    from course_utils.styles.settings_styles import bred, mixed, style_of

    def text(template: str, words: str, surprise: float) -> Creation:
        return Creation(
            recipe=Recipe(
                kind="words", prompt="rain", settings={"template": template, "surprise": surprise}
            ),
            content=words.encode(),
        )

    texts = [
        text("haiku", "Rain on the roof.\nA cup of tea.\nQuiet.", 0.4),
        text(
            "story",
            "She walked and walked through the long wet streets of the town until the lamps went"
            " out.",
            0.8,
        ),
        text(
            "couplet", "The rain came down, the river rose,\nand tickled all the fishes' toes.", 1.2
        ),
    ]
    found = make_map(texts)
    assert {found.right, found.top} and "3 texts" in map_html(found) and "<svg" in map_html(found)
    place = next(place for place in found.places if place.creation is texts[0])
    here = other_style_at(found, place.across, place.up)
    assert here.settings["template"] == "haiku" and abs(here.settings["surprise"] - 0.4) < 0.1
    stronger = mixed([style_of(texts[0])], [1.0], 2.0, [style_of(one) for one in texts])
    assert stronger.settings["surprise"] == 0.3  # 0.8 - 2 * 0.4, held at the least
    children = bred(style_of(texts[0]), style_of(texts[2]), 1)
    assert {child.settings["template"] for child in children} <= {"haiku", "couplet"} and all(
        child.parents == (texts[0].id, texts[2].id) for child in children
    )
    with pytest.raises(LearnerError, match="one kind"):
        make_map([*texts, Creation(recipe=Recipe(kind="tune", prompt="x"), content=b"")])


def test_the_pad_and_the_sliders_follow_each_other(tmp_path):
    from course_utils.portfolio.store import Portfolio
    from course_utils.styles.studio import StyleStudio

    portfolio = Portfolio(tmp_path)
    for number, (template, words) in enumerate(
        [
            ("haiku", "Rain on the roof. A cup of tea."),
            (
                "story",
                "She walked through the long wet streets of the town until the lamps went out.",
            ),
            ("couplet", "The rain came down, the river rose,\nand tickled all the fishes' toes."),
        ]
    ):
        portfolio.save(
            Creation(
                recipe=Recipe(
                    kind="words",
                    prompt=f"rain {number}",
                    settings={"template": template, "surprise": 0.8},
                ),
                content=words.encode(),
            )
        )
    studio = StyleStudio("rain", seed=1, portfolio=portfolio)
    assert "at least 3" in studio.map_shown.value and studio.pad.points == []
    studio.what.value = "words"
    assert (
        len(studio.pad.points) == 3
        and studio.kind == "words"
        and "3 texts" in studio.map_shown.value
    )
    studio.pad.across = 0.3
    assert studio.across.value == pytest.approx(0.3)
    studio.pad.set_state({"across": 0.5, "up": 0.4})  # as a drag sends it: both at once
    assert (
        studio.across.value,
        studio.up.value,
        studio.pad.across,
        studio.pad.up,
    ) == pytest.approx((0.5, 0.4, 0.5, 0.4))
    studio.up.value = -0.5
    assert studio.pad.up == pytest.approx(-0.5)
    recipe, _ = studio.order("rain", 1, None)
    assert recipe.kind == "words" and recipe.settings["template"] in ("haiku", "story", "couplet")
    studio.what.value = "image"
    assert studio.kind == "image" and studio.pad.points == []
