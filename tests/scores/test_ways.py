"""D.C., D.S., Fine and Coda are followed; where the signs do not say a way, they are named."""

from __future__ import annotations

import pytest

from course_utils.scores.abc import read_abc
from course_utils.scores.musicxml.reading import read_musicxml
from course_utils.scores.repeats import Marks, play_order, road_in

HEAD = "X:1\nT:A way\nM:4/4\nL:1/4\nK:C\n"


def letters(text: str) -> str:
    """The first note of each bar as it is played."""
    score = read_abc(HEAD + text).score
    firsts = {int(note.start // 4): note.pitch for note in reversed(score.notes)}
    names = {60: "C", 62: "D", 64: "E", 65: "F", 67: "G", 69: "A"}
    return "".join(names[firsts[bar]] for bar in sorted(firsts))


@pytest.mark.parametrize(
    "written, played",
    [
        ("C4|D4!fine!|E4|F4!D.C.!|", "CDEFCD"),
        ("C4|D4|E4|F4|]!D.C.!", "CDEFCDEF"),
        ('C4|"^Fine"D4|E4|"D.C. al Fine"F4|', "CDEFCD"),
        ("|:C4|D4!fine!:|E4|F4!D.C.!|", "CDCDEFCD"),
        ("|:C4|1D4:|2E4|F4!fine!|G4!D.C.!|", "CDCEFGCEF"),
        ("C4|!segno!D4|E4!fine!|F4!D.S.!|", "CDEFDE"),
        ("C4|D4!dacoda!|E4|F4!D.C.!|!coda!G4|A4|", "CDEFCDGA"),
        ("C4|!segno!D4!dacoda!|E4!D.S.!|!coda!G4|", "CDEDG"),
    ],
)
def test_ways_in_abc(written, played):
    assert letters(written) == played
    told = " ".join(read_abc(HEAD + written).left_out)
    assert "come again, without repeats" in told and "Not followed" not in told


@pytest.mark.parametrize("written", ["C4|D4|E4!D.S.!|", "C4|D4!D.C.!|E4|F4|", "C4|D4!fine!|E4|"])
def test_ways_that_lead_nowhere_are_named(written):
    assert letters(written) == "CDEF"[: written.count("|")]
    assert "Not followed" in " ".join(read_abc(HEAD + written).left_out)


def sheet(*bars: tuple[str, str]) -> bytes:
    """A sheet of bars of one whole note each, with what stands before and behind it."""
    note = "<note><pitch><step>{}</step><octave>4</octave></pitch><duration>4</duration></note>"
    inside = "".join(
        f'<measure number="{number}">{before.format(note.format(step))}</measure>'
        for number, (step, before) in enumerate(bars, 1)
    )
    return (
        '<score-partwise><part-list><score-part id="P1"><part-name>a</part-name></score-part>'
        f'</part-list><part id="P1">{inside}</part></score-partwise>'
    ).encode()


def words(text: str) -> str:
    return f"<direction><direction-type><words>{text}</words></direction-type></direction>"


SIGN = "<direction><direction-type><{}/></direction-type></direction>"


@pytest.mark.parametrize(
    "bars, played",
    [
        ([("C", "{}"), ("D", "{}" + words("Fine")), ("E", "{}" + words("D.C. al Fine"))], "CDECD"),
        ([("C", "{}"), ("D", '{}<sound fine="yes"/>'), ("E", '{}<sound dacapo="yes"/>')], "CDECD"),
        ([("C", "{}"), ("D", SIGN.format("segno") + "{}"), ("E", "{}" + words("D.S."))], "CDEDE"),
        (
            [
                ("C", "{}" + words("To Coda")),
                ("D", "{}" + words("D.C. al Coda")),
                ("E", SIGN.format("coda") + "{}"),
            ],
            "CDCE",
        ),
    ],
)
def test_ways_in_musicxml(bars, played):
    read = read_musicxml(sheet(*bars))
    names = {60: "C", 62: "D", 64: "E"}
    assert "".join(names[note.pitch] for note in read.score.notes) == played
    told = " ".join(read.left_out)
    assert "come again, without repeats" in told and "Not followed" not in told


@pytest.mark.parametrize(
    "written, sign",
    [
        ("D.C.", "dacapo"),
        ("D. C. al Fine", "dacapo"),
        ("Da capo", "dacapo"),
        ("DC al Coda", "dacapo"),
        ("D.S. al Coda", "dalsegno"),
        ("dal segno", "dalsegno"),
        ("Fine", "fine"),
        ("To Coda", "tocoda"),
        ("Coda", "coda"),
    ],
)
def test_words_of_the_way(written, sign):
    assert {one for one in road_in(written) if not one.startswith("al ")} == {sign}


def test_a_way_without_end_is_cut():
    bars = [Marks() for _ in range(1000)]
    bars[-1].road = frozenset({"dacapo"})
    order = play_order(bars, 1500)
    assert len(order.bars) == 1500 and order.cut


def test_a_part_after_an_ending_is_repeated():
    # the second ending ends where the next part begins, though its line is a plain one
    read = read_abc(HEAD + "P:A\n|:C4|1D4:|2E4|\nP:B\nF4|G4:|\n")
    assert [note.pitch for note in read.score.notes] == [60, 62, 60, 64, 65, 67, 65, 67]


def test_a_tie_within_a_bar_does_not_reach_the_next():
    read = read_abc("X:1\nM:2/4\nL:1/4\nK:C\n^G-G|G2|\n")
    assert [note.pitch for note in read.score.notes] == [68, 67]


def test_ties_that_end_nowhere_are_named():
    assert "ties that end nowhere: 1" in " ".join(read_abc(HEAD + "C2 D2-|E4|\n").left_out)
    assert "nowhere" not in " ".join(read_abc(HEAD + "|:C2 D2-|D4:|\n").left_out)


def test_a_repeat_after_the_last_ending_and_a_stray_sign_are_named():
    told = " ".join(read_abc(HEAD + "|:C4|1D4:|2E4:|\n").left_out)
    assert "after the last ending" in told
    assert "“/”" in " ".join(read_abc(HEAD + "C2 D2|\n/E2F2|\n").left_out)


def test_notes_not_shown_and_directions_beyond_their_bar_are_named():
    hidden = sheet(("C", "{}")).replace(b"<note>", b'<note print-object="no">')
    assert "not shown on the page" in " ".join(read_musicxml(hidden).left_out)
    late = words("cresc.").replace("</direction>", "<offset>99</offset></direction>")
    told = " ".join(read_musicxml(sheet(("C", "{}" + late))).left_out)
    assert "beyond their bar" in told


def test_a_start_sign_without_an_end_sign_is_named_in_both_notations():
    assert "repeats nothing" in " ".join(read_abc(HEAD + "C4|:D4|]").left_out)
    assert "repeats nothing" not in " ".join(read_abc(HEAD + "C4|:D4:|").left_out)


def test_a_second_ending_without_an_end_sign_is_named():
    assert letters("|:C4|1D4|2E4|]") == "CDCE"
    assert "without an end sign" in " ".join(read_abc(HEAD + "|:C4|1D4|2E4|]").left_out)
