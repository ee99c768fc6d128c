"""Sheets in MusicXML from other programs: every note as it sounds, and all else named."""

from __future__ import annotations

import time

import pytest

from course_utils.creation import LearnerError
from course_utils.scores.imports import tune_from_file
from course_utils.scores.midi import read_midi
from course_utils.scores.musicxml.reading import read_musicxml
from course_utils.scores.reading import ScoreRead

HEAD = (
    "<attributes><divisions>4</divisions>{}<time><beats>4</beats><beat-type>4</beat-type>"
    "</time></attributes>"
)


def note(step: str, units: int = 4, inside: str = "", octave: int = 4) -> str:
    return (
        f"<note><pitch><step>{step}</step><octave>{octave}</octave></pitch>"
        f"<duration>{units}</duration>{inside}</note>"
    )


def sheet(*measures: str, listed: str = "", head: str = "") -> bytes:
    first = HEAD.format(head)
    bars = "".join(
        f'<measure number="{n}">{first if n == 1 else ""}{bar}</measure>'
        for n, bar in enumerate(measures, 1)
    )
    return (
        f'<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Tune</part-name>'
        f'{listed}</score-part></part-list><part id="P1">{bars}</part></score-partwise>'
    ).encode()


def read(*measures: str, **options: str) -> ScoreRead:
    return read_musicxml(sheet(*measures, **options))


def heard(found: ScoreRead) -> list[tuple[float, float, int]]:
    return [(round(n.start, 3), round(n.length, 3), n.pitch) for n in found.score.notes]


def said(found: ScoreRead) -> str:
    return " ".join(found.left_out)


FOUR = note("C") * 4


def test_two_voices_that_share_a_pitch_both_sound():
    lower = "<backup><duration>16</duration></backup>" + note("C", 8, "<voice>2</voice>") * 2
    found = read(note("C", 16) + lower)
    assert heard(found) == [(0, 4, 60), (0, 2, 60), (2, 2, 60)] or sorted(heard(found)) == [
        (0, 2, 60), (0, 4, 60), (2, 2, 60),
    ]  # fmt: skip


def test_a_dotted_beat_in_the_metronome_mark():
    mark = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>80</per-minute></metronome></direction-type></direction>"
    )
    assert read(mark + FOUR).score.tempo == 120


def test_changes_on_the_way_are_named():
    other = (
        "<attributes><key><fifths>2</fifths></key>"
        "<time><beats>3</beats><beat-type>4</beat-type></time></attributes>"
        '<sound tempo="60"/>'
    )
    found = read('<sound tempo="100"/>' + FOUR, FOUR, other + note("D") * 3, head="")
    assert found.score.metre == (4, 4) and found.score.tempo == 100
    assert "metre is also 3/4, first at bar 3" in said(found)
    assert "key is also D, first at bar 3" in said(found)
    assert "speed changes once" in said(found)
    assert [n.pitch for n in found.score.notes] == [60] * 8 + [62] * 3


def test_a_transposing_instrument_is_read_as_it_sounds():
    lower = "<transpose><chromatic>-2</chromatic></transpose>"
    inside = f"<attributes>{lower}</attributes>"
    harmony = "<harmony><root><root-step>D</root-step></root><kind>major</kind></harmony>"
    found = read(inside + harmony + FOUR, "<attributes><transpose><chromatic>0</chromatic>"
                 "</transpose></attributes>" + FOUR)  # fmt: skip
    assert [n.pitch for n in found.score.notes] == [58] * 4 + [60] * 4
    assert found.chord_line.startswith("C")


def test_a_score_at_concert_pitch_keeps_its_octaves():
    piccolo = "<transpose><chromatic>0</chromatic><octave-change>1</octave-change></transpose>"
    bare = sheet(FOUR, head=piccolo)
    concert = bare.replace(b"<part-list>", b"<defaults><concert-score/></defaults><part-list>")
    for data in (bare, concert):
        assert [n.pitch for n in read_musicxml(data).score.notes] == [72] * 4


def test_tuplets_within_tuplets_keep_their_lengths():
    third = (
        "<time-modification><actual-notes>9</actual-notes><normal-notes>4</normal-notes>"
        "</time-modification>"
    )
    bar = "<attributes><divisions>9</divisions></attributes>"
    found = read(bar + note("C", 1, third) * 3 + note("D", 3) * 2 + note("E", 27))
    assert [n.length for n in found.score.notes] == pytest.approx([1 / 9] * 3 + [1 / 3] * 2 + [3])


def test_a_staff_of_tablature_does_not_sound_twice():
    clefs = (
        '<attributes><staves>2</staves><clef number="1"><sign>G</sign></clef>'
        '<clef number="2"><sign>TAB</sign></clef></attributes>'
    )
    upper, lower = (note("C", 4, f"<staff>{n}</staff>") * 4 for n in (1, 2))
    found = read(clefs + upper + "<backup><duration>16</duration></backup>" + lower)
    assert len(found.score.notes) == 4 and "tablature" in said(found)
    alone = read("<attributes><clef><sign>TAB</sign></clef></attributes>" + FOUR)
    assert len(alone.score.notes) == 4 and "tablature" not in said(alone)


def test_unpitched_percussion_is_read_by_its_number_or_its_place():
    stroke = (
        "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave>"
        '</unpitched><duration>4</duration><instrument id="I1"/></note>'
    )
    listed = '<midi-instrument id="I1"><midi-unpitched>43</midi-unpitched></midi-instrument>'
    found = read(stroke * 4, listed=listed)
    assert [n.pitch for n in found.score.notes] == [42] * 4 and found.score.parts[0].drums
    guessed = read(stroke * 4)
    assert [n.pitch for n in guessed.score.notes] == [38] * 4
    assert "read by their place on the staff: 4" in said(guessed)


def test_harmony_goes_into_the_chord_line_and_lyrics_are_named():
    chord = (
        "<harmony><root><root-step>B</root-step><root-alter>-1</root-alter></root>"
        "<kind>major-sixth</kind><degree><degree-value>9</degree-value><degree-alter>0"
        "</degree-alter><degree-type>add</degree-type></degree></harmony>"
    )
    sung = note("C", 16, "<lyric><text>La</text></lyric>")
    found = read(chord + sung, FOUR)
    assert found.chord_line == "Bb69 | Bb69" and "“La”" in said(found)
    brought = tune_from_file(sheet(chord + sung, FOUR), "x.musicxml")
    assert brought.recipe.settings["chord_line"] == "Bb69 | Bb69"


def test_repeats_and_endings_are_played_and_jumps_named():
    ends = '<barline><ending number="{}" type="{}"/>{}</barline>'
    back = '<repeat direction="backward"/>'
    found = read(
        note("C", 16),
        ends.format(1, "start", "") + note("D", 16) + ends.format(1, "stop", back),
        ends.format(2, "start", "") + note("E", 16) + ends.format(2, "stop", ""),
        '<direction><direction-type><words>D.C. al Fine</words></direction-type>'
        '<sound dacapo="yes"/></direction>' + note("F", 16),
    )  # fmt: skip
    assert [n.pitch for n in found.score.notes] == [60, 62, 60, 64, 65]
    assert "D.C." in said(found) and "Write out" in said(found)


def test_a_chord_that_lasts_longer_than_its_first_note_is_named():
    longer = note("E", 8).replace("<pitch>", "<chord/><pitch>")
    found = read(note("C", 4) + longer + note("D", 4))
    assert heard(found) == [(0, 1, 60), (0, 2, 64), (1, 1, 62)]
    assert "lengths of their own: 1" in said(found)
    assert not read(note("C", 8) + longer + note("D", 8)).left_out


def test_an_ending_without_its_beginning_is_a_bar_and_is_named():
    ends = '<barline><ending number="{}" type="{}"/>{}</barline>'
    found = read(
        note("C", 16),
        note("D", 16) + ends.format("", "stop", '<repeat direction="backward"/>'),
        ends.format(2, "start", "") + note("E", 16) + ends.format(2, "discontinue", ""),
    )
    assert [n.pitch for n in found.score.notes] == [60, 62, 60, 64]
    assert "endings without a start sign, taken for a bar: 1" in said(found)


def test_ties_join():
    found = read(note("C", 16, '<tie type="start"/>'), note("C", 16, '<tie type="stop"/>'))
    assert heard(found) == [(0, 8, 60)]


def test_an_upbeat_ends_a_whole_bar():
    found = read(note("G"), FOUR)
    assert found.score.notes[0].start == 3 and found.score.notes[1].start == 4


def test_sheets_turned_by_time_are_the_same():
    wise = sheet(FOUR, note("D", 16)).decode()
    turned = (
        wise.replace("score-partwise", "score-timewise")
        .replace('<part id="P1"><measure number="1">', '<measure number="1"><part id="P1">')
        .replace(
            '</measure><measure number="2">', '</part></measure><measure number="2"><part id="P1">'
        )
        .replace("</measure></part>", "</part></measure>")
    )
    assert heard(read_musicxml(turned.encode())) == heard(read(FOUR, note("D", 16)))


@pytest.mark.parametrize(
    "measure",
    [
        "<attributes><divisions>0</divisions></attributes>" + FOUR,
        "<attributes><divisions>x</divisions></attributes>" + FOUR,
        note("C", 10**9) + FOUR,
        "<backup><duration>999999999</duration></backup>" + FOUR,
        FOUR + '<barline><repeat direction="backward" times="99999"/></barline>',
        "<attributes><time><beats>0</beats><beat-type>x</beat-type></time></attributes>" + FOUR,
        "<note><pitch><step>Q</step></pitch><duration>4</duration></note>" + FOUR,
        "<harmony/><direction/><sound/><barline/><note/>" + FOUR,
        "<attributes><transpose><chromatic>1e400</chromatic></transpose></attributes>" + FOUR,
    ],
)
def test_odd_measures_still_give_their_notes(measure):
    found = read(measure)
    assert sum(n.pitch == 60 for n in found.score.notes) >= 4


def test_large_sheets_are_read_within_limits():
    large = sheet(*[FOUR] * 3000)
    began = time.monotonic()
    brought = tune_from_file(large, "x.musicxml")
    assert len(read_midi(brought.content).notes) == 256 and time.monotonic() - began < 40
    assert "first 64 bars are kept" in brought.recipe.settings["note"]


def test_sheets_without_notes_get_a_sentence():
    with pytest.raises(LearnerError, match=r"no notes.*\.$"):
        read("<note><rest/><duration>16</duration></note>")


def test_a_sheet_that_names_no_unit_is_read_by_the_shapes_of_its_notes():
    def shaped(units: int, shape: str, more: str = "") -> str:
        return note("C", units, f"<type>{shape}</type>{more}")

    unit = "<attributes><divisions>2</divisions></attributes>"
    bar = shaped(16, "half") + shaped(12, "quarter", "<dot/>") + shaped(4, "eighth")
    data = sheet(bar + unit + shaped(2, "quarter")).replace(b"<divisions>4</divisions>", b"")
    found = read_musicxml(data)
    assert [length for _, length, _ in heard(found)] == [2, 1.5, 0.5, 1]
    assert "shapes of notes" in said(found)


def test_a_length_that_is_not_that_of_the_notes_shape_is_named():
    whole = note("C", 8, "<type>whole</type>") + note("D", 4, "<type>quarter</type>")
    found = read_musicxml(sheet(whole))
    assert [length for _, length, _ in heard(found)] == [2, 1], "the length is played"
    assert "length is not that of their shape: 1" in said(found)
    assert "shape" not in said(read_musicxml(sheet(note("D", 4, "<type>quarter</type>"))))
