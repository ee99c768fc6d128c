"""What a layout does otherwise than it was asked is said."""

from __future__ import annotations

import pytest
from wall_works import layout, picture

from course_utils.creation import Recipe
from course_utils.engines.unused import said_of
from course_utils.layouts import design
from course_utils.layouts.calls import change_layout, make_layouts
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
