"""Chords by name: all spellings mean what musicians mean, in MusicXML as well."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.scores.chords.harmony import KINDS, kind_and_degrees, read_harmony, write_harmony
from course_utils.scores.chords.names import SEMITONES, SILENT, read_chord_name

SPELLINGS = {  # as in the handbooks: spelling, notes above the root
    (0, 3, 7): "C- Cm Cmin Cmi CMI",
    (0, 3, 7, 10): "C-7 Cm7 Cmin7 Cmi7",
    (0, 3, 6, 10): "Cm7-5 Cm7b5 Cm7(b5) Cø Cø7 C-7b5",
    (0, 4, 7): "C CM Cmaj Cma",
    (0, 4, 7, 11): "Cma7 Cmaj7 CM7 CΔ CΔ7 C△7 Cj7 C7M",
    (0, 4, 8): "C+ Caug C(#5)",
    (0, 3, 6): "C° Cdim Co",
    (0, 3, 6, 9): "C°7 Cdim7 Co7",
    (0, 4, 7, 10, 13): "C7-9 C7b9 C7(b9) C7♭9",
    (0, 3, 7, 11): "Cm(maj7) CmM7 Cmmaj7 C-Δ7 Cm/maj7",
    (0, 4, 7, 14): "C(add9) Cadd9 Cadd2 C2",
    (0, 3, 7, 14): "Cm(add9) Cmadd9",
    (0, 5, 7): "Csus Csus4",
    (0, 2, 7): "Csus2",
    (0, 5, 7, 10): "C7sus C7sus4",
    (0, 4, 8, 10, 15): "C7alt Calt C7#5#9",
    (0, 4, 7, 9, 14): "C6/9 C69 C6add9",
    (0, 3, 7, 9, 14): "Cm6/9 Cm69",
    (0, 4, 7, 10, 14): "C9 C7/9 C7add9",
    (0, 7): "C5 C(no3)",
    (0, 4, 7, 10, 13, 18): "C7(b9,#11) C7b9#11",
}
ONE_EACH = [(name, notes) for notes, names in SPELLINGS.items() for name in names.split()]


def notes_of(name: str) -> tuple[int, ...]:
    return tuple(sorted(SEMITONES[degree] + by for degree, by in read_chord_name(name).degrees))


@pytest.mark.parametrize(("name", "notes"), ONE_EACH)
def test_every_spelling_means_what_musicians_mean(name, notes):
    assert notes_of(name) == notes
    assert notes_of(name.replace("C", "Bb", 1)) == notes


def test_an_independent_table_of_chords_says_the_same():
    from pychord.quality import QualityManager

    differ = {}
    for suffix, quality in QualityManager()._qualities.items():
        chord = read_chord_name("C" + suffix)
        ours = {(SEMITONES[d] + by) % 12 for d, by in chord.degrees} if chord else None
        if ours != {one % 12 for one in quality.components}:
            differ[suffix] = ours
    assert set(differ) <= {"7b9b13"}, "pychord alone puts an eleventh into this one"


@pytest.mark.parametrize("name", [name for name, _ in ONE_EACH])
def test_the_normal_name_reads_back_as_the_same_chord(name):
    chord = read_chord_name(name + "/G")
    again = read_chord_name(chord.name)
    assert (again.degrees, again.bass, again.name) == (chord.degrees, 7, chord.name)


@pytest.mark.parametrize("name", ["C9", "C13", "C7b9", "C7#9", "C7#11", "C6/9", "Cmaj9", "C11"])
def test_ninths_and_altered_notes_are_among_the_four_that_sound(name):
    chord = read_chord_name(name)
    telling = {d for d, by in chord.degrees if d in (6, 7, 9, 13) or by}
    sounding = set(chord.classes[:4])
    assert {(SEMITONES[d] + by) % 12 for d, by in chord.degrees if d in telling} <= sounding
    assert 7 not in sounding, "the fifth goes first"


def test_names_of_roots_and_basses_are_kept():
    chord = read_chord_name("Ebm7/Db")
    assert (chord.root, chord.bass, chord.root_name, chord.bass_name) == (3, 1, "Eb", "Db")


@pytest.mark.parametrize(
    "name", ["", "H", "X7", "Cfoo", "Cmm", "C((", "C)", "C99", "Cmmaj", "C" * 30]
)
def test_what_is_no_chord_is_none(name):
    assert read_chord_name(name) is None


@given(st.text(alphabet="ABCmM7b#sud4i9(+-)/Δ°ø 1356ajlt", max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_name_that_is_read_has_a_normal_form(text):
    chord = read_chord_name("C" + text)
    if chord is not None:
        assert read_chord_name(chord.name).degrees == chord.degrees
        assert kind_and_degrees(chord)[0] in KINDS
        assert 1 <= len(chord.classes)


@pytest.fixture(scope="module")
def schema():
    """The W3C's schema as music21 carries it."""
    import music21.musicxml
    import xmlschema

    place = Path(music21.musicxml.__file__).parent / "musicxml.xsd"
    return xmlschema.XMLSchema(str(place), allow="local")


def sheet_with(chord) -> Tree.Element:
    root = Tree.fromstring(
        '<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>a</part-name>'
        '</score-part></part-list><part id="P1"><measure number="1"><attributes><divisions>1'
        "</divisions></attributes></measure></part></score-partwise>"
    )
    write_harmony(root.find("part/measure"), chord)
    note = Tree.SubElement(root.find("part/measure"), "note")
    Tree.SubElement(note, "rest")
    Tree.SubElement(note, "duration").text = "4"
    return root


MORE = ["Bb13b9", "F#m11", "C7sus4add3", "Cmaj13#11", "Csus24", "D(b5)", "C9sus4", "G7/B", "Cm7/Bb"]


@pytest.mark.parametrize("name", [names.split()[0] for names in SPELLINGS.values()] + MORE)
def test_musicxml_keeps_the_schema_and_means_the_same_to_another_program(name, schema):
    import music21

    chord = read_chord_name(name)
    root = sheet_with(chord)
    written = Tree.tostring(root).decode()
    schema.validate(written)
    assert "other" not in [kind.text for kind in root.iter("kind")]
    heard = music21.converter.parseData(written, format="musicxml").recurse()
    symbol = heard.getElementsByClass("ChordSymbol").first()
    assert {pitch.pitchClass for pitch in symbol.pitches} == {*chord.classes, chord.bass}
    again = read_harmony(root.find(".//harmony"))
    assert (again.degrees, again.root, again.bass) == (chord.degrees, chord.root, chord.bass)


def test_silence_is_written_as_none(schema):
    root = sheet_with(SILENT)
    schema.validate(Tree.tostring(root).decode())
    assert root.findtext(".//kind") == "none" and read_harmony(root.find(".//harmony")).silent
