"""Emoji on a page: left out and named, never a word about scripts."""

from __future__ import annotations

from course_utils import make_layouts
from course_utils.layouts.signs import signs_in, without_signs


def test_an_emoji_in_a_title_is_named_and_the_rest_is_set():
    made = make_layouts("Fox day 🦊❤️", "Come 🎉 all", count=1, seed=1)
    assert made and "I had no use for: 🦊" in made.message and "🎉" in made.message
    assert made[0].recipe.prompt == "Fox day"
    assert "script" not in made.message


def test_a_title_of_nothing_but_emoji_gets_a_sentence():
    made = make_layouts("🦊🦊", count=1, seed=1)
    assert not made and "🦊" in made.message and "picture" in made.message


def test_letters_and_usual_signs_stay():
    for text in ("Été à 5 € + 3 %", "Привет", "שלום", "a\nb"):
        assert without_signs(text) == text and signs_in(text) == []
    assert without_signs("a 👩🏽‍🚀 b\nc") == "a b\nc"


def test_paper_counts_only_for_a_pdf_and_that_is_said():
    from course_utils import take_layout

    made = make_layouts("The sea", count=1, seed=1)
    assert "no use for: paper" in take_layout(made, "png", paper="A4").message
    assert "no use" not in take_layout(made, "pdf", paper="A4").message
