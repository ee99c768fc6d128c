"""Figures, years and accents are counted as they are spoken."""

from __future__ import annotations

import pytest

from course_utils.words.spoken import spoken
from course_utils.words.verse import acrostic_word, rhyme, syllables


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("The 3 red hearts", 4),
        ("In 1984 we met", 8),
        ("in 1900", 5),
        ("in 2005", 5),
        ("1,250 stars", 9),
        ("3.5 moons", 4),
        ("the 21st of May", 6),
        ("the 1920s", 5),
        ("100%", 5),
        ("007", 6),
        ("£5", 2),
        ("a café", 3),
        ("a naïve fiancée", 6),
        ("Noël", 2),
        ("cliché", 2),
        ("no figures here", 4),
    ],
)
def test_syllables_are_those_that_are_heard(line, count):
    assert syllables(line) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I ate at 8", "it was too late"),
        ("in room 22", "for me and you"),
        ("at the café", "far away"),
        ("born in 1999", "all was fine"),
    ],
)
def test_figures_and_accents_rhyme(one, other):
    assert rhyme(one, other)
    assert not rhyme(one, "a silver orange")


def test_a_very_long_number_and_odd_digits_are_no_trouble():
    assert syllables("9" * 500) > 0 and spoken("٣ ²").strip() is not None
    assert acrostic_word("Été") == "ETE"
