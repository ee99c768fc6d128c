"""What a layout does otherwise than it was asked is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from wall_works import layout, picture, text

from course_utils.creation import Creation, Recipe
from course_utils.engines.unused import said_of
from course_utils.layouts import design
from course_utils.layouts.calls import change_layout, fold_zine, lock_objects, make_layouts
from course_utils.layouts.edits import by_hand
from course_utils.layouts.engine import LayoutEngine
from course_utils.layouts.signs import left_out_words
from course_utils.layouts.typography import PAIRINGS
from course_utils.portfolio.store import Portfolio


def test_other_letters_than_those_chosen_are_named():
    def said(title: str, wanted: str) -> str:
        asked = Recipe(kind="layout", prompt=title, settings={"type": wanted})
        return LayoutEngine().without_effect(asked)

    found = [said("Η θάλασσα", name) for name in PAIRINGS]
    assert any("not all letters of your words" in one for one in found)
    assert [said("The sea", name) for name in PAIRINGS] == [""] * len(PAIRINGS)
    assert said("Η θάλασσα", "any") == ""


def test_every_sign_without_a_font_is_named():
    signs = "😀😁😂😃😄😅😆😇😈😉"
    assert all(sign in left_out_words(signs) for sign in signs)


def test_a_value_that_a_change_has_no_use_for_is_named():
    made = layout()
    Portfolio().save(made)
    assert "I had no use for: 30." in change_layout(made, "title", "right", "30").message
    assert "no use for" not in change_layout(made, "title", "right").message


def test_colours_nobody_could_read_are_said_wherever_they_are_given():
    pale = "#ffffff,#eeeeee"
    made = make_layouts("Fox", count=1, seed=1, palette=pale)
    assert "made darker or lighter" in made.message
    assert "made darker or lighter" in lock_objects(made, "title", count=1, palette=pale).message
    assert LayoutEngine().without_effect(made[0].recipe) == "", "the colours of the page are read"


def test_locked_words_that_are_not_on_the_new_pages_are_named():
    made = make_layouts("Fox", "In the snow.", count=1, seed=1)
    said = lock_objects(made, "body", count=1, text="").message
    assert "Locked, but not on these pages: body." in said


def test_what_no_layout_can_do_with_its_arguments_is_refused():
    assert "given as picture=" in make_layouts("Fox", pictures="fox.png").message
    assert "Say what is to stay" in lock_objects(make_layouts("Fox", count=1, seed=1)).message


def test_changes_by_hand_that_cannot_come_along_are_said():
    made = layout()
    Portfolio().save(made)
    changed = change_layout(made, "title", "colour", "#aa2211")[0]
    page = design.objects_of(made)
    fewer = replace(page, things=page.things[:-1])
    other = Creation(recipe=made.recipe, content=design.to_svg(fewer, []).encode())
    same, said = by_hand(other, made, changed)
    assert same is other and "could not come along" in said
    _, said = by_hand(made, made, changed)
    assert said.startswith("What you changed by hand came along.")


def test_what_is_to_be_said_of_a_zines_pages_is_said():
    said = fold_zine([text("a day", "A sunny day 🌞.")]).message
    assert "Page 1: " in said and "🌞" in said


@pytest.mark.parametrize("change", [("colour", "#aa2211"), ("align", "left")])
def test_what_cannot_be_changed_of_a_picture_is_refused(change):
    made = make_layouts("Fox", picture=picture(), count=1, seed=1)
    things = design.objects_of(made[0]).things
    number = [thing.role for thing in things].index("picture") + 1
    assert "There is no change called" in change_layout(made, number, *change).message


def test_fewer_results_than_asked_for_are_counted():
    asked = Recipe(kind="layout", prompt="Fox", settings={"count": 3})
    assert said_of(LayoutEngine(), asked, [layout()]) == "1 of 3 came out."
    assert said_of(LayoutEngine(), asked, [layout()] * 3) == ""
    assert said_of(LayoutEngine(), asked, []) == ""
