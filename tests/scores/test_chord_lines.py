"""Lines of chords as musicians write them: bars keep their places, and what was guessed is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.creation import LearnerError
from course_utils.scores.chords.lines import read_line


def bars(text: str, key: str = "") -> str:
    return read_line(text, key).text


def said(text: str) -> str:
    return " ".join(read_line(text).said)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("C G Am F", "C | G | Am | F"),
        ("C | Am F | % | G7", "C | Am F | Am F | G7"),
        ("C- A-7 Bm7-5 C7-9", "Cm | Am7 | Bm7b5 | C7b9"),
        ("C-G-Am-F", "C | G | Am | F"),
        ("C - G – Am, F", "C | G | Am | F"),
        ("C | N.C. | G", "C | N.C. | G"),
        ("| C | | F |", "C | C | F"),
        ("| C | F |\n| G | C |", "C | F | G | C"),
        ("C / / / F / / /", "C | F"),
        ("C / F / | G / / C", "C F | G G G C"),
        ("C . . . | F . G .", "C | F G"),
        ("|: C | F :| G", "C | F | C | F | G"),
        ("|: C | F :| x3", "C | F | C | F | C | F"),
        ("C G (x2)", "C | G | C | G"),
        ("C G x2 Am F x2", "C | G | C | G | Am | F | Am | F"),
        ("(C G)x2 Am", "C | G | C | G | Am"),
        ("C G\nAm F x2", "C | G | Am | F | Am | F"),
        ("|: C | F |1. G :|2. C |]", "C | F | G | C | F | C"),
        ("C6/9 | C/E", "C69 | C/E"),
        ("C (G7) F", "C | G7 | F"),
        ("C7 (b9) F", "C7b9 | F"),
    ],
)
def test_bars_and_repeats(text, read):
    assert bars(text) == read


@pytest.mark.parametrize(
    ("text", "read", "told"),
    [
        ("H Em Fis7 H", "B | Em | F#7 | B", "H is B"),
        ("Es As B Es", "Eb | Ab | Bb | Eb", "B is Bb"),
        ("C a F G", "C | Am | F | G", "Small letters are read as minor chords: a is Am"),
        ("c g am f", "C | G | Am | F", "Small letters are read like capitals: c is C"),
        ("Do Sol Lam Fa", "C | G | Am | F", "Do is C"),
        ("Do Rem Sol7 Do", "C | Dm | G7 | C", "Do is C"),
        ("1 5 6 4", "C | G | Am | F", "Numbers need a key: C major was used"),
        ("ii7 V7 Imaj7", "Dm7 | G7 | Cmaj7", "Numbers need a key"),
    ],
)
def test_other_peoples_names_are_read_and_said(text, read, told):
    assert bars(text) == read
    assert told in said(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("key G: 1 5 6m 4", "G | D | Em | C"),
        ("in D: I bVII IV I", "D | C | G | D"),
        ("key Am: i iv V7 VI vii°", "Am | Dm | E7 | F | G#dim"),
        ("key Eb: 1 4/6 5maj7 2-7", "Eb | Ab/C | Bbmaj7 | Fm7"),
        ("key C: V/V V I64 V65", "D | G | C/G | G7/B"),
    ],
)
def test_numbers_in_a_key(text, read):
    assert bars(text) == read
    assert "need a key" not in said(text)
    assert bars("1 4 5", "Bb") == "Bb | Eb | F"


def test_do_alone_among_letters_is_a_diminished_chord():
    assert bars("C Do G") == "C | Ddim | G"


def test_songs_with_words_give_their_chords():
    song = "{title: Star}\n{key: G}\n[G]Twinkle twinkle [C]little [G]star\n[D]how I [G]wonder"
    line = read_line(song)
    assert (line.text, line.key) == ("G | C | G | D | G", "G")
    assert "words of the song are not kept" in said(song)
    above = "[Verse 1]\nC   G\nhello my friend how\nAm  F\nare you today"
    assert bars(above) == "C | G | Am | F"
    assert "Verse 1" in said(above)


def test_what_is_not_understood_is_named_with_its_place_and_a_next_step():
    line = read_line("C | G | H#m99 F")
    assert line.unknown == ("H#m99",)
    assert "“H#m99” in bar 3 is no chord" in said("C | G | H#m99 F")
    assert line.said[-1].endswith("such as Am7.")
    assert bars("C | Xy | F") == "C | C | F", "a bar between bar lines keeps its place"


def test_signs_that_are_not_followed_are_named():
    assert "D.C. al Fine” is not followed" in said("C | G | D.C. al Fine")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ab Db Eb Ab", "Ab"), ("C G Am F", "C"), ("Am F C G", "Am"), ("F# B C#7 F#", "F#"),
        ("Gb Cb Db7 Gb", "Gb"), ("C7 F7 C7 G7", "C"), ("Dm7 G7 Cmaj7", "C"), ("E A B7 E", "E"),
        ("Gm Cm D7 Gm", "Gm"), ("G#m E B F#", "G#m"), ("Bb Eb F Bb", "Bb"), ("G7 C", "C"),
        ("Bm7b5 E7 Am", "Am"), ("key F: 1 4 5", "F"),
    ],
)  # fmt: skip
def test_the_key_is_found_and_spelled_as_the_line_is(text, key):
    assert read_line(text).key == key


@pytest.mark.parametrize(
    "text",
    ["", "   ", "hello there", "|||", "C " * 65, "x" * 4100, "N.C.", "<script>", "\0", 7, "x4"],
)
def test_lines_without_music_end_in_a_sentence(text):
    with pytest.raises(LearnerError, match=r"\.$"):
        read_line(text)


@pytest.mark.parametrize("text", ["|: C :| x16 x16 x16", "C x16 x16 x16", "(C)x16" * 200])
def test_repeats_of_repeats_do_not_blow_up(text):
    with pytest.raises(LearnerError, match="limit"):
        read_line(text)


@given(st.text(alphabet="CAFm7 b#|:%x23/()[]{}N.\n-IVi1Doé", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        line = read_line(text)
    except LearnerError as sentence:
        assert str(sentence).endswith(".")
        return
    assert all(line.bars) and len(line.bars) <= 64
    assert all(one.endswith(".") for one in line.said)
    assert [[c.degrees for c in bar] for bar in read_line(line.text).bars] == [
        [c.degrees for c in bar] for bar in line.bars
    ]
