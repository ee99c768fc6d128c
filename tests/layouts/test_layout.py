"""Layouts: many that differ, readable by rule, editable objects inside,
the same design in every format.
"""

from __future__ import annotations

import io
import itertools
import random
import re

import pytest
from hypothesis import given, settings, strategies
from PIL import Image

from course_utils import files
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.layouts import colours, design, layout_file
from course_utils.layouts import printing as paper
from course_utils.layouts.compositions import COMPOSITIONS, Choices, Content, Sheet, lay_out
from course_utils.layouts.design import Box
from course_utils.layouts.engine import LayoutEngine
from course_utils.layouts.rules import distance, judge, score
from course_utils.layouts.typography import (
    PAIRINGS,
    balanced,
    missing_letters,
    pairing_for,
    reads_leftward,
    runs,
    width,
    wrap,
)
from course_utils.portfolio.store import Portfolio


def picture() -> Creation:
    buffer = io.BytesIO()
    drawn = Image.new("RGB", (48, 48), "white")
    drawn.paste((40, 100, 210), (8, 8, 40, 40))
    drawn.save(buffer, "PNG")
    return Creation(recipe=Recipe(kind="image", prompt="a blue box"), content=buffer.getvalue())


def order(prompt: str = "The quiet sea", seed: int = 5, **given_settings) -> list[Creation]:
    with_picture = given_settings.pop("picture", None)
    text = {
        "text": "A film night for the whole school. Bring a blanket and a friend.",
        "small": "Friday, hall 2",
    }
    return list(
        LayoutEngine().create(
            Recipe(kind="layout", prompt=prompt, seed=seed, settings={**text, **given_settings}),
            picture=with_picture,
        )
    )


def test_eight_layouts_that_differ():
    made = order(picture=picture())
    pages = [design.read_objects(creation.text) for creation in made]
    assert len(made) == 8
    assert len({creation.recipe.settings["composition"] for creation in made}) >= 5
    assert min(distance(one, other) for one, other in itertools.combinations(pages, 2)) > 0.5
    again = design.read_objects(next(LayoutEngine().create(made[0].recipe, picture=picture())).text)
    assert distance(again, pages[0]) < 1e-6  # the measure does see copies


@pytest.mark.parametrize("format_name", design.FORMATS)
def test_every_format_gets_readable_pages(format_name):
    for creation in order(picture=picture(), format=format_name, count=4):
        page = design.read_objects(creation.text)
        verdicts = {verdict.rule: verdict.score for verdict in judge(page)}
        assert score(page) > 0.5 and verdicts["contrast"] > 0.99 and verdicts["overlap"] > 0.99
        assert page.size == design.page_size(format_name)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_composition_works_on_a_poster_without_a_picture(name):
    content = Content("The quiet sea", "A film night.", "", picture=False)
    palette = colours.from_words("sea", random.Random(1))
    assert any(
        lay_out(
            name,
            content,
            "poster",
            Choices(0.5, 55.0, "left", mirrored, 0.7, coloured),
            palette,
            "plain",
        )
        for mirrored in (False, True)
        for coloured in (False, True)
    )


def test_the_result_s_own_recipe_makes_it_again_alone_and_in_another_format():
    first = order(picture=picture(), composition="picture above")[2]
    again = list(LayoutEngine().create(first.recipe, picture=picture()))
    assert len(again) == 1 and design.read_objects(again[0].text) == design.read_objects(first.text)
    slide = list(
        LayoutEngine().create(
            first.recipe.changed(settings={"format": "square post"}), picture=picture()
        )
    )[0]
    assert (
        slide.recipe.settings["palette"] == first.recipe.settings["palette"]
        and slide.recipe.settings["composition"] == first.recipe.settings["composition"]
    )
    assert design.read_objects(slide.text).size == (1000, 1000)


def test_what_is_locked_stays():
    made = order(composition="framed", palette="#ffffff,#202020,#aa2211,#eeeeee", count=6)
    assert {creation.recipe.settings["composition"] for creation in made} == {"framed"}
    assert {design.read_objects(creation.text).ground for creation in made} == {"#ffffff"}
    assert len({creation.text for creation in made}) == len(made)


def test_colours_nobody_can_read_are_changed_until_everyone_can():
    page = design.read_objects(order(palette="#ffff00,#ffffff", count=1)[0].text)
    assert all(verdict.score > 0.99 for verdict in judge(page) if verdict.rule == "contrast")


@settings(max_examples=20, deadline=None)
@given(strategies.integers(0, 2**32 - 1))
def test_every_palette_can_be_read(seed):
    rng = random.Random(seed)
    for palette in (
        colours.any_palette(rng),
        colours.from_words(rng.choice(list(colours.MOODS)), rng),
        colours.from_picture(picture().content, rng),
    ):
        assert colours.contrast(palette.ink, palette.ground) >= colours.READABLE
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in palette.colours)


def test_contrast_is_that_of_the_standard():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_go_to_oklch_and_back():
    for colour in ("#ff0000", "#123456", "#808080", "#fafad2"):
        assert colours.from_oklch(*colours.to_oklch(colour)) == colour


def test_the_solver_keeps_what_must_hold():
    sheet = Sheet("poster", Choices(0.5, 55.0, "left", False, 0.7, False))
    COMPOSITIONS["picture above"](sheet, sheet.choices)
    boxes = sheet.solve()
    assert boxes["words"].y == pytest.approx(
        boxes["picture"].bottom + sheet.gap, abs=0.1
    ) and boxes["words"].bottom == pytest.approx(sheet.high - 55, abs=0.1)


@pytest.mark.parametrize(
    "bad",
    [
        {"format": "carpet"},
        {"palette": "red"},
        {"palette": "#ff0000,#00ff0"},
        {"type": "gothic"},
        {"choices": "{}"},
        {
            "choices": (
                '{"split": 9, "margin": 1, "align": "left", "mirrored": true, "boldness": 1,'
                ' "coloured": true}'
            )
        },
        {"count": 99},
        {"text": 3},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be_used_end_in_a_sentence(bad):
    with pytest.raises(LearnerError, match=r"\.$"):
        order(**bad)


@pytest.mark.parametrize(
    "title", ["", "  \n ", "W" * 300, "a " * 150, "Ω Ж é ñ ß", "<script>alert(1)</script>", "!!!"]
)
def test_odd_titles_make_a_page_or_end_in_a_sentence(title):
    try:
        made = order(title, count=1)
    except LearnerError as sentence:
        assert str(sentence).endswith(".")
        return
    assert "<script>" not in made[0].text and "".join(
        "".join(thing.lines)
        for thing in design.read_objects(made[0].text).things
        if thing.role == "title"
    ).replace(" ", "") == title.replace(" ", "")


def test_too_many_words_for_a_page_end_in_a_sentence():
    with pytest.raises(LearnerError, match="fewer words"):
        order(text="\n".join(["word " * 70] * 6), format="zine page", count=2)


def test_letters_no_font_has_are_named():
    with pytest.raises(LearnerError, match="你"):
        order("你好", count=1)


def test_another_script_changes_the_letters_to_those_that_have_it():
    assert (
        pairing_for("Ночь", "poster") == ("plain", "")
        and missing_letters("Ночь", "karla-400") == "Ночь"
    )
    assert order("Тихое море", count=1)[0].recipe.settings["type"] in ("plain", "friendly")


@pytest.mark.parametrize(
    ("title", "script", "leftward"),
    [
        ("הים השקט", "hebrew", True),
        ("البحر الهادئ", "arabic", True),
        ("शांत समुद्र", "devanagari", False),
    ],
)
def test_scripts_with_letters_of_their_own_come_out_shaped_and_in_their_direction(
    title, script, leftward
):
    made = order(title, text=title, small="", composition="framed", count=2)
    assert {creation.recipe.settings["type"] for creation in made} == {script}
    page = design.read_objects(made[0].text)
    assert not any(
        missing_letters("".join(thing.lines), thing.font) for thing in page.things if thing.is_words
    )
    assert ('direction="rtl"' in design.to_svg(page, outlines=False)) is leftward
    assert paper.to_pdf(page).startswith(b"%PDF")


def test_a_line_from_right_to_left_keeps_numbers_and_latin_words_readable():
    assert runs("אבג 12:30 abc דה", False) == [
        (" דה", False),
        ("abc", True),
        (" ", False),
        ("12:30", True),
        ("אבג ", False),
    ]
    assert runs("abc אבג 12 דה!", True) == [
        ("abc ", True),
        (" דה", False),
        ("12", True),
        ("אבג ", False),
        ("!", True),
    ]
    # both brackets stand on their own side
    assert runs("אבג (abc) 12", False) == [
        ("12", True),
        (") ", False),
        ("abc", True),
        ("אבג (", False),
    ]
    assert (
        runs("The sea", True) == [("The sea", True)]
        and reads_leftward("12 אב")
        and not reads_leftward("12 ab")
    )
    joined, apart = (
        width("بحر", "noto-sans-arabic-400", 100),
        sum(width(letter, "noto-sans-arabic-400", 100) for letter in "بحر"),
    )
    assert joined < 0.95 * apart  # Arabic letters join


def test_no_word_is_broken_while_there_is_room():
    for pairing in PAIRINGS.values():
        assert "".join(
            balanced("The quiet sea tonight", pairing[0], 90, 420)
        ) == "The quiet sea tonight".replace(" ", "", 0).replace("  ", " ") or all(
            word in "The quiet sea tonight".split()
            for line in balanced("The quiet sea tonight", pairing[0], 90, 420)
            for word in line.split()
        )
        assert len(balanced("The quiet sea tonight", pairing[0], 90, 420)) == len(
            wrap("The quiet sea tonight", pairing[0], 90, 420)
        )


def test_kerning_counts():
    assert width("To", "fraunces-700", 100) < width("T", "fraunces-700", 100) + width(
        "o", "fraunces-700", 100
    )


def test_a_layout_is_kept_and_comes_back(tmp_path):
    portfolio, parent = Portfolio(tmp_path), picture()
    portfolio.save(parent)
    made = order(picture=parent, count=1)[0]
    path = portfolio.save(made)
    assert path.suffix == ".svg" and files.unpack(path) == made
    assert portfolio.ingredients(made.recipe)["picture"].id == parent.id
    with pytest.raises(BadRecipe):
        layout_file.unpack(path.read_bytes().replace(b"course-objects", b"other"))
    with pytest.raises(BadRecipe):
        layout_file.unpack(b"<svg/>")


def test_png_and_pdf_are_real():
    made = order(picture=picture(), count=1)[0]
    page = design.read_objects(made.text)
    drawn = Image.open(io.BytesIO(design.to_png(made.text, 300))).convert("RGB")
    assert drawn.width == 300 and drawn.height == pytest.approx(300 * 420 / 297, abs=1)
    assert len(drawn.getcolors(300 * 500)) > 20
    pdf = paper.to_pdf(page, picture().content, bleed=3)
    assert pdf.startswith(b"%PDF") and b"/MediaBox" in pdf
    # the picture's 48 pixels are not printed as squares
    assert max(int(width) for width in re.findall(rb"/Width (\d+)", pdf)) > 400
    box = [float(v) for v in re.search(rb"/MediaBox \[([^\]]+)\]", pdf)[1].split()]
    assert box[2] == pytest.approx(303 * 72 / 25.4, abs=0.5)


def several(count: int) -> list[Creation]:
    made = []
    for number in range(count):
        buffer = io.BytesIO()
        Image.new("RGB", (48, 48), (250, 60 * number, 20)).save(buffer, "PNG")
        made.append(
            Creation(
                recipe=Recipe(kind="image", prompt=f"colour {number}"), content=buffer.getvalue()
            )
        )
    return made


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_pictures_share_a_design_and_come_back(tmp_path, count):
    portfolio, pictures = Portfolio(tmp_path), several(count)
    for one in pictures:
        portfolio.save(one)
    for made in order(picture=pictures, count=3):
        page = design.read_objects(made.text)
        shown = [thing for thing in page.things if thing.role == "picture"]
        assert [thing.source for thing in shown] == list(range(count)) and design.pictures_in(
            made.text
        ) == [one.content for one in pictures]
        assert all(
            one.box.overlap(other.box) == 0 for one, other in itertools.combinations(shown, 2)
        )
        drawn = Image.open(io.BytesIO(design.to_png(made.text, 400))).convert("RGB")
        for number, thing in enumerate(shown):  # every picture is really seen where it should be
            if page.things.index(thing) == max(
                i
                for i, other in enumerate(page.things)
                if other.box.overlap(
                    Box(thing.box.x + thing.box.w / 2, thing.box.y + thing.box.h / 2, 1, 1)
                )
                > 0
            ):
                at = (
                    (thing.box.x + thing.box.w / 2) * 400 / page.size[0],
                    (thing.box.y + thing.box.h / 2) * 400 / page.size[0],
                )
                assert drawn.getpixel(tuple(map(int, at))) == (250, 60 * number, 20)
    assert [one.id for one in portfolio.ingredients(made.recipe)["picture"]] == [
        one.id for one in pictures
    ]
    with pytest.raises(LearnerError, match="4"):
        order(picture=several(5))


def test_contradictory_locks_are_named():
    with pytest.raises(
        LearnerError, match="composition “stairs” cannot go together with the format zine page"
    ):
        order(
            "The film night of the whole school",
            composition="stairs",
            format="zine page",
            text="word " * 52,
            small="",
            count=1,
        )
    with pytest.raises(LearnerError, match="fewer words"):
        order("word " * 60, format="zine page", text="word " * 70)


def test_places_letters_and_shapes_are_set_by_numbers_and_names(tmp_path, monkeypatch):
    import course_utils
    from course_utils.layouts.edits import fonts, place_of

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    first = course_utils.make_layouts(
        "The quiet sea", "A film night.", seed=3, count=1, composition="picture above"
    )
    page = design.read_objects(first[0].text)
    number = [thing.role for thing in page.things].index("title") + 1
    put = course_utils.change_layout(first, number, "place", "10, 12.5, 60, 30")
    thing = design.read_objects(put[0].text).things[number - 1]
    assert place_of(thing, page.size)[:3] == (10, 12.5, 60) and thing.box.h == pytest.approx(
        len(thing.lines) * thing.leading * thing.size, abs=0.1
    )
    assert (
        design.read_objects(
            course_utils.change_layout(put, number, "letters", "Nunito 800")[0].text
        )
        .things[number - 1]
        .font
        == "nunito-800"
        and len(fonts()) == 15
    )
    shape = next(place for place, thing in enumerate(page.things, 1) if not thing.is_words)
    assert (
        design.read_objects(course_utils.change_layout(put, shape, "shape", "round")[0].text)
        .things[shape - 1]
        .shape
        == "round"
    )
    for bad in ("1,2,3", "a,b,c,d", "0,0,0,0", "999,0,10,10", "nan,0,10,10"):
        assert "four numbers" in course_utils.change_layout(first, number, "place", bad).message
    assert (
        "off the page" in course_utils.change_layout(first, number, "place", "120,10,10,10").message
    )
    greek = course_utils.make_layouts("Ήσυχη θάλασσα", count=1, type="plain")
    at = [thing.role for thing in design.read_objects(greek[0].text).things].index("title") + 1
    assert "no sign for" in course_utils.change_layout(greek, at, "letters", "Karla 400").message


def test_a_zine_is_folded_in_the_right_order(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    assert "zine page first" in course_utils.fold_zine().message
    portfolio = Portfolio()
    text = Creation(
        recipe=Recipe(kind="words", prompt="the night train", seed=3),
        content=b"A lamp goes by.\nThen nobody.",
    )
    pages = [
        *course_utils.make_layouts("One", count=2, seed=1, format="zine page"),
        *course_utils.make_layouts("Two", count=1, seed=1, format="slide"),
        text,
        several(1)[0],
    ]
    for one in pages[3:]:
        portfolio.save(one)
    done = course_utils.fold_zine(pages, "My zine")
    assert done.path.name.endswith("_zine.pdf") and "5 of 8 pages" in done.message
    box = [
        float(v) for v in re.search(rb"/MediaBox \[([^\]]+)\]", done.path.read_bytes())[1].split()
    ]
    assert box[2:] == [pytest.approx(842, abs=1), pytest.approx(595, abs=1)]
    assert "one to eight" in course_utils.fold_zine(pages * 2).message
    assert {saved.creation.recipe.settings["format"] for saved in portfolio.list("layout")} == {
        "zine page",
        "slide",
    }
    # folded: neighbours on the sheet are neighbours in the hand; the front of the sheet's right
    # half is the cover
    flat = [
        paper.ZINE[1].index(n) if n in paper.ZINE[1] else 7 - paper.ZINE[0].index(n)
        for n in range(1, 9)
    ]
    assert sorted(flat) == list(range(8)) and paper.ZINE[1][-1] == 1
    for left, right in ((2, 3), (4, 5), (6, 7), (8, 1)):
        row = next(row for row in paper.ZINE if left in row)
        assert abs(row.index(left) - row.index(right)) == 1
    # two sides of one leaf: joined at the fold, or beside one another
    for front, back in ((1, 2), (3, 4), (5, 6), (7, 8)):
        rows = [
            next(number for number, row in enumerate(paper.ZINE) if page in row)
            for page in (front, back)
        ]
        assert (
            rows[0] != rows[1]
            or abs(paper.ZINE[rows[0]].index(front) - paper.ZINE[rows[0]].index(back)) == 1
        )


def test_words_drawn_are_the_words_given():
    made = order(count=1)[0]
    text = design.to_svg(design.read_objects(made.text), outlines=False)
    assert "A film night" in re.sub(r"<[^>]+>", " ", text) and "@font-face" in text


def test_one_line_calls(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    results = course_utils.make_layouts(
        "The quiet sea", "A film night.", picture=picture(), seed=3, count=4
    )
    assert len(results) == 4 and not results.message
    assert "Candidate 4" in results._repr_html_() and "A poster with the title" in repr(results)
    assert "Why this layout scored" in course_utils.why_this_score(results)._repr_html_()
    for kind in ("svg", "svg with text", "png", "pdf", "pdf for a printer"):
        assert course_utils.take_layout(results, kind).path.exists()
    assert "Choose one of these" in repr(course_utils.take_layout(results, "docx"))
    assert (
        "made darker or lighter"
        in course_utils.make_layouts("The quiet sea", palette="#ffffff,#fefefe", count=1).message
    )


def test_another_format_keeps_the_design(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    Portfolio().save(picture())
    results = course_utils.make_layouts(
        "The quiet sea", "A film night.", picture=picture(), composition="band", seed=3, count=1
    )
    assert "no longer in your portfolio" in course_utils.another_format(results, "slide").message
    kept = Portfolio().list("image")[0].creation
    results = course_utils.make_layouts(
        "The quiet sea", "A film night.", picture=kept, composition="band", seed=3, count=1
    )
    square = course_utils.another_format(results, "square post")
    assert (
        square[0].recipe.settings["palette"] == results[0].recipe.settings["palette"]
        and square[0].recipe.settings["format"] == "square post"
    )


def test_objects_are_moved_resized_and_recoloured_by_hand(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    first = course_utils.make_layouts("The quiet sea", "A film night.", seed=3, count=1)
    page = design.read_objects(first[0].text)
    number = [thing.role for thing in page.things].index("title") + 1
    moved = course_utils.change_layout(first, number, "up")
    assert design.read_objects(moved[0].text).things[number - 1].box.y == pytest.approx(
        page.things[number - 1].box.y - 20
    )
    assert moved[0].recipe.parent == first[0].id and "changed by hand" in moved[0].edits[-1].what
    smaller = course_utils.change_layout(moved, number, "smaller")
    assert design.read_objects(smaller[0].text).things[number - 1].size == pytest.approx(
        page.things[number - 1].size / 1.1
    )
    unreadable = course_utils.change_layout(smaller, number, "colour", page.ground)
    assert "everyone can read it" in unreadable.message
    for bad in ((number, "explode"), (99, "up"), (number, "colour", "red")):
        assert course_utils.change_layout(first, *bad).message.endswith(".")
    for _ in range(100):
        moved = course_utils.change_layout(moved, number, "left")
        if not moved:
            break
    assert "off the page" in moved.message


def test_the_studio_rolls_keeps_edits_and_takes_away(tmp_path):
    from course_utils.layouts.studio import LayoutStudio

    portfolio = Portfolio(tmp_path)
    portfolio.save(picture())
    studio = LayoutStudio("The quiet sea", seed=4, text="A film night.", portfolio=portfolio)
    studio.generate()
    assert (
        studio.wait(120)
        and len(studio.results) == 8
        and "8 layouts are ready" in studio.status.value
    )
    assert all(design.picture_in(creation.text) for creation in studio.results)
    studio.use(2)
    assert "Why this layout scored" in studio.why.value and len(studio.object.options) >= 2
    kept = studio.chosen.recipe.settings
    studio.keep["composition"].value = studio.keep["palette"].value = True
    studio.generate()
    assert studio.wait(120)
    assert {
        (c.recipe.settings["composition"], c.recipe.settings["palette"]) for c in studio.results
    } == {(kept["composition"], kept["palette"])}
    before = len(portfolio.list("layout"))
    studio.use(0)
    studio.change("up")
    assert (
        "saved as a layout of its own" in studio.status.value
        and len(portfolio.list("layout")) == before + 1
    )
    studio.take("pdf")
    assert "Written" in studio.status.value
    studio.place["x"].value = 20
    studio.put_there()
    moved = design.read_objects(studio.chosen.text)
    assert (
        moved.things[studio.object.value - 1].box.x == pytest.approx(0.2 * moved.size[0], abs=0.1)
        and studio.place["x"].value == 20
    )
    studio.fold()
    assert "zine page first" in studio.status.value
    studio.use(1)
    studio.reformat()
    assert studio.wait(120) and design.read_objects(studio.results[0].text).format == "square post"
    studio.vary(0)
    assert studio.wait(120) and len({c.recipe.settings["palette"] for c in studio.results}) == 1


@pytest.mark.parametrize("order_of_loading", ["uharfbuzz, xllamacpp", "xllamacpp, uharfbuzz"])
def test_the_libraries_of_letters_and_of_words_live_in_one_program(order_of_loading):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", f"import {order_of_loading}"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_locked_objects_stay_exactly_and_the_rest_differs(tmp_path, monkeypatch):
    import course_utils
    from course_utils.layouts.edits import read_locks, write_locks

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    first = course_utils.make_layouts(
        "The quiet sea", "A film night.", seed=3, count=1, composition="stairs"
    )
    page = design.read_objects(first[0].text)
    number = [thing.role for thing in page.things].index("title") + 1
    kept = page.things[number - 1]
    rolled = course_utils.lock_objects(first, number, count=6, seed=9)
    pages = [design.read_objects(made.text) for made in rolled]
    titles = [one.find("title") for one in pages]
    assert len(pages) == 6 and all(
        (one.box, one.fill, one.font, one.size, one.lines)
        == (kept.box, kept.fill, kept.font, kept.size, kept.lines)
        for one in titles
    )
    assert len({made.recipe.settings["composition"] for made in rolled}) >= 3 and all(
        score(one) > 0 for one in pages
    )
    assert read_locks(write_locks(page, [number]))[0].box == kept.box
    assert (
        "objects 1 to" in course_utils.lock_objects(first, 99).message
        and "no object called" in course_utils.lock_objects(first, "hat").message
    )
    assert len(course_utils.lock_objects(first, "title", count=2, seed=9)) == 2
    for bad in (
        "[1]",
        '[{"role":"title","box":{"x":0,"y":0,"w":1,"h":1},"font":"../../etc/passwd","size":30}]',
        '[{"role":"panel","box":{"x":0,"y":0,"w":-1,"h":1}}]',
        "{",
    ):
        with pytest.raises(LearnerError, match="damaged"):
            order(locked=bad)


def test_a_locked_object_that_contradicts_another_is_named():
    from course_utils.layouts.edits import written

    things = [
        design.Thing(
            "title", Box(80, 620, 840, 100), "#101010", font="karla-400", size=90, leading=1.05
        ),
        design.Thing("picture", Box(0, 0, 1000, 1414), "#dddddd"),
    ]
    with pytest.raises(
        LearnerError,
        match=(
            "The locked (title|picture) cannot stay where it is together with the other locked"
            " objects"
        ),
    ):
        order(picture=picture(), locked=written(things), count=2)


def test_what_was_changed_by_hand_goes_along_to_another_format(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    Portfolio().save(picture())
    kept = Portfolio().list("image")[0].creation
    first = course_utils.make_layouts(
        "The quiet sea",
        "A film night.",
        picture=kept,
        composition="band",
        type="plain",
        palette="#ffffff,#202020,#aa2211,#eeeeee",
        seed=3,
        count=1,
    )
    number = [thing.role for thing in design.read_objects(first[0].text).things].index("title") + 1
    edited = course_utils.change_layout(
        course_utils.change_layout(first, number, "colour", "#0b57a8"), number, "smaller"
    )
    fresh, slide = (
        course_utils.another_format(first, "slide"),
        course_utils.another_format(edited, "slide"),
    )
    plain, carried = (design.read_objects(one[0].text).find("title") for one in (fresh, slide))
    assert (
        carried.fill == "#0b57a8"
        and plain.fill != "#0b57a8"
        and carried.size == pytest.approx(plain.size / 1.1, abs=0.02)
    )
    assert design.picture_in(slide[0].text) and "came along" in slide.message
    again = course_utils.another_format(slide, "card")
    assert design.read_objects(again[0].text).find("title").fill == "#0b57a8"


def test_a_pdf_fits_the_paper_asked_for(tmp_path, monkeypatch):
    import course_utils

    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    made = course_utils.make_layouts("The quiet sea", "A film night.", seed=3, count=1)
    for paper_name, kind, (wide, high) in (
        ("A4", "pdf", (210, 297)),
        ("A4", "pdf for a printer", (216, 303)),
        ("letter", "pdf", (215.9, 279.4)),
        ("its own size", "pdf", (297, 420)),
    ):
        taken = course_utils.take_layout(made, kind, paper=paper_name)
        across, down = (
            float(one) / 72 * 25.4
            for one in re.search(
                rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", taken.path.read_bytes()
            ).groups()
        )
        assert (across, down) == (pytest.approx(wide, abs=0.2), pytest.approx(high, abs=0.2))
    assert "Choose one of these" in course_utils.take_layout(made, "pdf", paper="B9").message


def test_a_page_is_changed_by_mouse_through_the_widget(tmp_path):
    from course_utils.layouts.studio import LayoutStudio

    studio = LayoutStudio(
        "The quiet sea", seed=4, text="A film night.", portfolio=Portfolio(tmp_path)
    )
    studio.composition.value = "framed"
    studio.generate()
    assert studio.wait(120)
    studio.use(0)
    number = next(thing["number"] for thing in studio.page.things if "title" in thing["name"])
    before = design.read_objects(studio.chosen.text).things[number - 1]
    studio.page.done = {
        "count": 1,
        "number": number,
        "what": "resize",
        "value": ",".join(map(str, studio.page.things[number - 1]["place"][:2] + [40, 10])),
    }
    after = design.read_objects(studio.chosen.text).things[number - 1]
    assert after.size < before.size and studio.page.things[number - 1]["place"][2] == 40
    studio.page.done = {"count": 2, "number": number, "what": "place", "value": "140,140,20,20"}
    assert (
        "off the page" in studio.page.said
        and design.read_objects(studio.chosen.text).things[number - 1] == after
    )
    studio.page.done = {"count": 3, "number": number, "what": "undo", "value": ""}
    assert design.read_objects(studio.chosen.text).things[number - 1] == before
    studio.page.done = {"count": 4, "number": "x", "what": "format disk", "value": "1"}
    studio.locked.value = [number]
    studio.generate()
    assert studio.wait(120) and {
        design.read_objects(one.text).find("title").box for one in studio.results
    } == {before.box}
