"""Grace notes of other people's files are played before their note, in its time, and kept."""

from __future__ import annotations

import pytest

from course_utils.scores.abc import read_abc
from course_utils.scores.graces import ending, folded, with_graces
from course_utils.scores.imports import tune_from_file
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.musicxml import pack
from course_utils.scores.musicxml.reading import read_musicxml
from course_utils.scores.piano_roll import GRACE, piano_roll_svg
from course_utils.scores.reading import ScoreRead
from course_utils.scores.score import Note, Score

HEAD = "X:1\nT:A test\nM:4/4\nL:1/4\nQ:1/4=120\nK:D\n"
LOST = "grace notes without a new note that is long enough after them"


def abc(body: str) -> ScoreRead:
    return read_abc(HEAD + body)


def note(pitch: str, inside: str = "", units: int = 4, voice: str = "1") -> str:
    lasts = "" if "<grace" in inside else f"<duration>{units}</duration>"
    step = f"<step>{pitch[0]}</step><octave>{pitch[1]}</octave>"
    return f"<note>{inside}<pitch>{step}</pitch>{lasts}<voice>{voice}</voice></note>"


def sheet(*bars: str) -> ScoreRead:
    measures = "".join(f"<measure number='{n}'>{bar}</measure>" for n, bar in enumerate(bars, 1))
    head = "<attributes><divisions>1</divisions></attributes>"
    return read_musicxml(
        (
            "<score-partwise><part-list><score-part id='P1'><part-name>A</part-name></score-part>"
            f"</part-list><part id='P1'>{measures.replace('>', '>' + head, 1)}</part>"
            "</score-partwise>"
        ).encode()
    )


def written(read: ScoreRead) -> list[tuple[float, float, int, tuple[int, ...]]]:
    """Start, length, pitch and grace notes as they stand on paper."""
    score, graces = folded(read.score)
    return [
        (round(n.start, 6), round(n.length, 6), n.pitch, graces.get((n.part, n.start, n.pitch), ()))
        for n in score.notes
    ]


def said(read: ScoreRead) -> str:
    return " ".join(read.left_out)


def test_a_grace_note_of_abc_sounds_short_before_its_note_and_takes_its_time():
    read = abc("{g}d2 e2|")
    small, main, other = read.score.notes
    assert (small.grace, small.pitch, small.start) == (True, 79, 0)
    assert 0.03 < small.length * 60 / 120 < 0.1 and small.velocity < main.velocity
    assert main.start == pytest.approx(ending(small)) and ending(main) == pytest.approx(2)
    assert (other.start, other.length) == (2, 2) and not read.left_out


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{gef}d4|", [(0, 4, 74, (79, 76, 78))]),
        ("{/g}d4|", [(0, 4, 74, (79,))]),
        ("{^g}d2 {g}g2|", [(0, 2, 74, (80,)), (2, 2, 79, (79,))]),
        ("=f2 {f}e2|{f}e4|", [(0, 2, 77, ()), (2, 2, 76, (77,)), (4, 4, 76, (78,))]),
        ("d4 {e}|f4|", [(0, 4, 74, ()), (4, 4, 78, (76,))]),
        ("{b}[df]4|", [(0, 4, 74, ()), (0, 4, 78, (83,))]),
        ("|:{g}d4:|", [(0, 4, 74, (79,)), (4, 4, 74, (79,))]),
        ("{c}d>{e}f z2|", [(0, 1.5, 74, (73,)), (1.5, 0.5, 78, (76,))]),
    ],
)
def test_abc_with_grace_notes_is_written_as_it_stood(body, expected):
    read = abc(body)
    assert written(read) == expected and LOST not in said(read)


def test_the_first_bar_may_be_short():
    assert written(abc("{g}d|e4|"))[0] == (3, 1, 74, (79,))


@pytest.mark.parametrize(
    ("body", "lost"),
    [
        ("{ge}z2 d2|", 2),
        ("d4 {e}|]", 1),
        ("d4-|{e}d4|", 1),
        ("d2{e}Z|f4|", 1),
        ("{abcdef}d/16|", 6),
    ],
)
def test_grace_notes_of_abc_that_cannot_be_played_are_counted(body, lost):
    read = abc(body)
    assert f"{LOST.capitalize()}, not played: {lost}." in said(read)
    assert not any(one.grace for one in read.score.notes)


def test_grace_notes_of_a_sheet_lead_to_the_next_note_of_their_voice():
    two = note("G5", "<grace/>", voice="2") + note("F5", "<grace/>", voice="2")
    lower = "<backup><duration>4</duration></backup>" + note("C3", voice="1")
    read = sheet(note("D5", "<grace slash='yes'/>") + two + note("C5") + lower, note("E5"))
    assert (0, 4, 72, (74,)) in written(read) and (0, 4, 48, ()) in written(read)
    assert f"{LOST}: 2" in said(read), "nothing follows in the second voice"
    over = sheet(note("C5") + note("B4", "<grace/>"), note("E5"))
    assert written(over) == [(0, 4, 72, ()), (4, 4, 76, (71,))], "over the bar line"


@pytest.mark.parametrize(
    ("bars", "lost"),
    [
        ((note("D5", "<grace/>") + "<note><rest/><duration>4</duration></note>", note("C5")), 1),
        ((note("C5"), note("D5", "<grace/>")), 1),
        (
            (
                note("C5").replace("<voice>", "<tie type='start'/><voice>"),
                note("D5", "<grace/>") + note("C5").replace("<voice>", "<tie type='stop'/><voice>"),
            ),
            1,
        ),
    ],
)
def test_grace_notes_of_a_sheet_that_cannot_be_played_are_counted(bars, lost):
    read = sheet(*bars)
    assert f"{LOST}: {lost}" in said(read) and not any(one.grace for one in read.score.notes)


@pytest.mark.parametrize("form", ["abc", "sheet"])
def test_a_file_brought_keeps_them_on_the_roll_in_midi_and_in_musicxml(form):
    data = (HEAD + "{g}d2 {fg}[ea]2|d4|]").encode()
    if form == "sheet":
        data = pack(tune_from_file(data))
    tune = tune_from_file(data)
    score = read_midi(tune.content)
    assert sum(one.grace for one in score.notes) == 3
    assert read_midi(write_midi(score)) == score
    again = read_musicxml(pack(tune))
    assert written(again) == written(ScoreRead(score))
    assert [g for *_, g in written(again)] == [(79,), (), (78, 79), ()]
    assert piano_roll_svg(tune.content, "a tune").count(GRACE) == 3


def test_folding_keeps_hands_apart():
    """Two voices of one part have grace notes at one moment, and others begin there."""
    plain = (Note(0, 2, 72, 84), Note(0, 2, 48, 84), Note(0, 4, 60, 84), Note(2, 2, 72, 84))
    before = ((74, 76), (50,), (), (71, 69, 71))
    notes = [one for note, graces in zip(plain, before) for one in with_graces(note, graces, 90)]
    order = sorted(notes, key=lambda one: (one.start, one.pitch))
    score, graces = folded(Score(tuple(order), 90, (4, 4), 0, "C major"))
    found = {(n.start, n.pitch): (round(n.length, 9), graces.get((0, n.start, n.pitch), ()))
             for n in score.notes}  # fmt: skip
    assert found == {(n.start, n.pitch): (n.length, g) for n, g in zip(plain, before)}


def test_an_edit_that_takes_the_note_away_leaves_a_note():
    score = abc("{g}d2 z2|e4|").score
    left = Score(score.notes[:1] + score.notes[2:], 120, (4, 4), 0, "D major")
    notes, graces = folded(left)
    assert not graces and [one.grace for one in notes.notes] == [False, False]
