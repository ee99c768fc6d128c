"""Tunes in ABC: what the standard says sounds, and what does not sound is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.creation import LearnerError
from course_utils.scores.abc.reading import read_abc

HEAD = "X:1\nT:A test\nM:4/4\nL:1/4\nK:C\n"


def heard(text: str) -> list[tuple[float, float, int]]:
    return [(round(n.start, 3), round(n.length, 3), n.pitch) for n in read_abc(text).score.notes]


def pitches(music: str, head: str = HEAD) -> list[int]:
    return [pitch for *_, pitch in heard(head + music)]


def told(text: str) -> str:
    return " ".join(read_abc(text).left_out)


def test_accidentals_hold_to_the_end_of_the_bar():
    assert pitches("^F F =F F|F F _F F|]") == [66, 66, 65, 65, 65, 65, 64, 64]
    assert pitches("^F f G2|]") == [66, 78, 67], "in every octave, as the standard has it"
    octave = HEAD.replace("K:C", "I:propagate-accidentals octave\nK:C")
    assert pitches("^F f G2|]", octave) == [66, 77, 67]


def test_a_tie_carries_an_accidental_over_the_bar_line():
    assert heard(HEAD + "C2 ^F2-|F2 F2|]") == [(0, 2, 60), (2, 4, 66), (6, 2, 65)]


@pytest.mark.parametrize("music", ["C D E F|G A B c", "C D E F G A B c", "C D E F|G A B c|]"])
def test_bar_lines_may_be_left_out(music):
    assert pitches(music) == [60, 62, 64, 65, 67, 69, 71, 72]


@pytest.mark.parametrize(
    ("music", "played"),
    [
        ("C4|D4:|", "CDCD"),
        ("C4|:D4:|", "CDD"),
        ("|:C4::D4:|", "CCDD"),
        ("|:C4:|:D4:|", "CCDD"),
        ("|:C4|1D4:|2E4|]", "CDCE"),
        ("|:C4|[1D4:|[2E4|]F4|]", "CDCEF"),
        ("|:C4|1D4:|2E4:|:F4:|", "CDCEFF"),
        ("|:C4|1,3D4:|2E4:|4F4|]", "CDCECDCF"),
        ("|::C4::|D4|]", "CCCD"),
        ("C4|1D4|2E4|]", "CDCE"),
        ("C4|D4||E4|F4:|", "CDEFEF"),
        ("|:C4|D4||E4:|", "CDECDE"),
    ],
)
def test_repeats_and_endings_are_written_out(music, played):
    assert "".join("CDEFGAB"["CDEFGAB".index(p)] for p in played) == "".join(
        {60: "C", 62: "D", 64: "E", 65: "F"}[pitch] for pitch in pitches(music)
    )


def test_a_repeat_that_goes_back_to_a_double_bar_is_said():
    assert "goes back to the double bar" in told(HEAD + "C4|D4||E4|F4:|")
    assert "double bar" not in told(HEAD + "|:C4:|D4:|")


def test_voices_sound_together():
    text = HEAD + 'V:1 name="High"\nV:2 name=Low\n[V:1]c4|d4|]\n[V:2]C4|D4|]\n'
    assert heard(text) == [(0, 4, 72), (0, 4, 60), (4, 4, 74), (4, 4, 62)]
    assert [part.name for part in read_abc(text).score.parts] == ["High", "Low"]


def test_a_voice_without_repeat_signs_follows_the_first():
    text = HEAD + "V:1\n|:c4|d4:|\nV:2\nC4|D4|]\n"
    assert sum(start >= 8 for start, *_ in heard(text)) == 4


def test_overlays_sound_together():
    assert heard(HEAD + "c4 & C2 D2|E4|]") == [(0, 4, 72), (0, 2, 60), (2, 2, 62), (4, 4, 64)] or (
        sorted(heard(HEAD + "c4 & C2 D2|E4|]")) == [(0, 2, 60), (0, 4, 72), (2, 2, 62), (4, 4, 64)]
    )


def test_tuplets_chords_broken_rhythm_and_rests():
    third = round(2 / 3, 3)
    assert [length for _, length, _ in heard(HEAD + "(3CDE F2|]")] == [third, third, third, 2]
    assert [length for _, length, _ in heard(HEAD + "(3:2:2C2D F2|]")] == [
        round(4 / 3, 3),
        third,
        2,
    ]
    assert heard(HEAD + "[CEG]2 z [Ac]|]") == [
        (0, 2, 60), (0, 2, 64), (0, 2, 67), (3, 1, 69), (3, 1, 72),
    ]  # fmt: skip
    assert [length for _, length, _ in heard(HEAD + "C>D E<F G>>A|]")] == [
        1.5, 0.5, 0.5, 1.5, 1.75, 0.25,
    ]  # fmt: skip
    assert heard(HEAD + "z>C D2|]") == [(1.5, 0.5, 60), (2, 2, 62)]


def test_rests_of_several_bars():
    assert heard(HEAD + "C4|Z2|D4|]") == [(0, 4, 60), (12, 4, 62)]


@pytest.mark.parametrize(
    ("key", "pitch"),
    [
        ("C treble-8", 48), ("C clef=treble-8", 48), ("C treble+8", 72), ("C octave=-1", 48),
        ("C transpose=2", 62), ("C", 60), ("C bass", 60), ("Ador", 60),
    ],
)  # fmt: skip
def test_clefs_that_sound_elsewhere(key, pitch):
    assert pitches("C4|]", HEAD.replace("K:C", f"K:{key}")) == [pitch]


@pytest.mark.parametrize(
    ("key", "name", "f"),
    [
        ("G", "G", 66), ("Em", "Em", 66), ("E minor", "Em", 66), ("Dmix", "G", 66),
        ("D Mix", "G", 66),
        ("Adorian", "G", 66), ("F#m", "F#m", 66), ("Bb", "Bb", 65), ("none", "", 65), ("", "", 65),
        ("HP", "D", 66), ("D exp ^c", "D", 65), ("C ^f", "C", 66), ("Dmix=c", "G", 66),
    ],
)  # fmt: skip
def test_keys_and_their_signs(key, name, f):
    read = read_abc(HEAD.replace("K:C", f"K:{key}") + "F4|]")
    assert (read.score.key, read.score.notes[0].pitch) == (name, f)


def test_fields_on_lines_of_the_body_and_inside_them():
    assert pitches("F4|\nK:G\nF4|[K:F]B4|]") == [65, 66, 70]
    assert heard(HEAD + "C D2 E|\nL:1/8\nC2 D2 E4|[L:1/4]C4|]")[3:] == [
        (4, 1, 60), (5, 1, 62), (6, 2, 64), (8, 4, 60),
    ]  # fmt: skip
    text = HEAD + "C4|C4|C4|\nM:3/4\nC3|[Q:1/4=60]C3|]"
    assert "Its metre is also 3/4, first at bar 4; the tune keeps 4/4." in told(text)
    assert "from 120 to 60 beats a minute" in told(text)


def test_a_free_metre_and_an_upbeat():
    assert heard(HEAD.replace("M:4/4", "M:none") + "C|D4|]") == [(0, 1, 60), (1, 4, 62)]
    assert heard(HEAD + "C|D4|]") == [(3, 1, 60), (4, 4, 62)]


def test_parts_are_played_in_their_order():
    head = HEAD.replace("K:C", "P:AB2A\nK:C")
    assert pitches("P:A\nC4|\nP:B\nD4|]", head) == [60, 62, 62, 60]
    assert pitches("P:A\nC4|\nP:B\nD4|]") == [60, 62]


def test_instruments_are_read_and_other_instructions_named():
    text = HEAD.replace("K:C", "%%MIDI program 73\n%%MIDI gchord fzcz\nK:C") + "C4|]"
    assert read_abc(text).score.program == 73
    assert "not followed: gchord" in told(text)


@pytest.mark.parametrize(
    ("speed", "tempo"),
    [("1/4=90", 90), ("3/8=60", 90), ("120", 120), ("1/8=200", 100), ('"Slow" 1/2=40', 80),
     ("Allegro", 132), ("C=100", 100)],
)  # fmt: skip
def test_speeds(speed, tempo):
    text = HEAD.replace("L:1/4", f"L:1/4\nQ:{speed}")
    assert read_abc(text + "C4|]").score.tempo == tempo


@pytest.mark.parametrize(
    "before",
    ["%abc-2.1\n", "% a comment\n\n", "%%pagewidth 21cm\nM:4/4\nI:linebreak $\n\n", "\ufeff"],
)
def test_what_stands_before_the_first_tune_does_no_harm(before):
    assert heard(before + HEAD + "C4 % and here\n|D4|]") == [(0, 4, 60), (4, 4, 62)]


def test_several_tunes_are_named_and_each_can_be_read():
    text = "M:3/4\n" + (HEAD + "C4|]\n\n") + "X:2\nT:Second\nL:1/4\nK:C\nD3|]\n"
    assert "holds 2 tunes; the first was read: “A test”" in told(text)
    second = read_abc(text, 1)
    assert (second.title, second.score.metre) == ("Second", (3, 4)), "the file's head holds for it"


def test_words_and_signs_are_named():
    text = HEAD + "C2 !trill!D2|~E2 F2|\nw:Twin-kle lit-tle\n"
    assert "not followed: 2." in told(text)
    assert "sung to it are not kept: “Twin kle lit tle”" in told(text)
    assert "Not followed: “D.S.”" in told(HEAD + "C4 !D.S.!|]")
    assert "Not understood: “?” in bar 2" in told(HEAD + "C4|?D4|]")
    assert "Not understood: ending “12” in bar 3" in told(HEAD + "|:C4|1D4:|12E4||")


def test_chord_names_go_into_the_chord_line():
    text = HEAD + '"C"C2 "Am7"D2|"F"E4|"^hello""G7/B"F4|"Segno"G4|]'
    read = read_abc(text)
    assert read.chord_line == "C Am7 | F | G7/B | G7/B"
    assert "“Segno”" in " ".join(read.left_out)
    assert read_abc(HEAD + 'G|"C"C4|]').chord_line == "N.C. | C"


@pytest.mark.parametrize(
    "text", ["", "X:1\nK:C\n", "hello", "K:C\nzzzz|", "X:1\nK:C\n" + "C" * 300_000]
)
def test_what_is_no_tune_gets_a_sentence(text):
    with pytest.raises(LearnerError, match=r"\.$"):
        read_abc(text)


@given(st.text(alphabet="ABcdez|:[]()123/\\\n&-'\",^_={}!<>~KLMQVPX% w", max_size=120))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        read = read_abc(HEAD + "C" + text)
    except LearnerError:
        return
    assert all(n.length > 0 and n.start >= 0 and 0 <= n.pitch < 128 for n in read.score.notes)


@pytest.mark.parametrize(
    "music",
    [
        "|:C:" * 20_000, "C" * 150_000, "(9:2:9" * 20_000 + "C", "[" * 100_000, "Z999|" * 20_000,
        '"C' * 50_000, "C" + "/" * 100_000, "{" * 100_000, "!" * 100_000,
        "C>" * 70_000, "&C" * 50_000,
        "C-" * 60_000, ":" * 100_000 + "|C", "C|1D:|2" * 9_000,
    ],
)  # fmt: skip
def test_hostile_tunes_are_read_within_seconds(music):
    began = time.process_time()
    try:
        read_abc(HEAD.replace("K:C", "P:((((A)9)9)9)9\nK:C") + "P:A\nC" + music)
    except LearnerError:
        pass
    assert time.process_time() - began < 10


def test_a_number_after_a_bar_line_and_a_space_is_no_ending():
    assert [pitch for *_, pitch in heard(HEAD + "C2 | 4D2 | [1 E2 :| [2 F2 |]")] == [
        60, 62, 64, 60, 62, 65,
    ]  # fmt: skip


def test_an_unseen_bar_line_takes_no_repeat_sign_away():
    assert [pitch for *_, pitch in heard(HEAD + "|: C4 | D4 [|]:| E4 |]")] == [60, 62, 60, 62, 64]


@pytest.mark.parametrize("end", ["|\n:|", "\n:|", "\n  :|", " |\n :|"])
def test_a_repeat_sign_on_a_line_of_its_own_ends_the_bar_before(end):
    assert [pitch for *_, pitch in heard(HEAD + "C4 | D4 " + end)] == [60, 62, 60, 62]


@pytest.mark.parametrize(
    ("music", "played", "told"),
    [
        ("C4 | D4 |\n:E4 | F4 :|", [60, 62, 64, 65, 64, 65], "repeat signs: “:”"),
        ("C4 | D4 :]", [60, 62, 60, 62], "repeat signs: “:]”"),
        ("|: C4 |1 D4 :|12 E4 |", [60, 62], "ending “12”"),
        ("^F F\nP:2\nF2 | F4 |", [66, 66, 66, 65], "“2” after P:"),
        ("^F F\nP:B\nF2 | F4 |", [66, 66, 66, 65], ""),
    ],
)
def test_sloppy_signs_are_told(music, played, told):
    found = read_abc(HEAD + music)
    assert [note.pitch for note in found.score.notes] == played
    assert told in " ".join(found.left_out)


def test_groups_of_five_in_a_metre_of_three_are_told():
    found = read_abc("X:1\nM:3/4\nL:1/8\nK:C\n(5CDEFG c2 c2 |")
    assert found.score.notes[5].start == 1.0
    assert "in the time of two" in " ".join(found.left_out)
    assert not read_abc("X:1\nM:4/4\nL:1/8\nK:C\n(5CDEFG c6 |").left_out


def test_an_empty_repeat_at_the_end_repeats_nothing():
    assert [pitch for *_, pitch in heard(HEAD + "C4 | D4 |:|")] == [60, 62]


def test_a_repeat_sign_without_a_start_sign_inside_a_part_is_said():
    found = read_abc("X:1\nP:ABA\nM:4/4\nL:1/4\nK:C\nP:A\nC4:|\nP:B\nD4:|\nE4:|\n")
    assert [n.pitch for n in found.score.notes] == [60, 60, 62, 62, 64, 64, 60, 60]
    assert "goes back to the repeat sign before it" in " ".join(found.left_out)


def test_parts_that_the_order_leaves_out_or_meets_twice_are_named():
    head = HEAD.replace("K:C", "P:AB\nK:C")
    more, twice = ("P:A\nC4|\nP:B\nD4|\nP:" + last + "\nE4|]" for last in "CA")
    assert pitches(more, head) == pitches(twice, head) == [60, 62]
    assert "Not in the order of P:, so not played: C." in told(head + more)
    assert "Part A stands there twice; the first is played." in told(head + twice)


def test_a_name_of_several_letters_in_the_body_is_no_part_of_the_order():
    head = HEAD.replace("K:C", "P:AB\nK:C")
    assert pitches("P:A\nC4|\nP:B\nD4|\nP:dc\nE4|]", head) == [60, 62, 64]


def test_a_repeat_sign_without_a_start_sign_beside_others_that_have_one_is_said():
    assert pitches("|:C4:|D4:|") == [60, 60, 62, 62]
    assert "without a start sign" in told(HEAD + "|:C4:|D4:|")
