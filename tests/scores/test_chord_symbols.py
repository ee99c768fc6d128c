"""Chord names over notes: each where its chord begins, in the words of MusicXML,
valid by its schema, and drawn on the sheet.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from course_utils.creation import Creation, Recipe
from course_utils.scores import engraving as sheet
from course_utils.scores import musicxml as notation
from course_utils.scores.chords.symbols import symbols_of
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Part, Score

PARTS = (Part("drums", 0, True), Part("tune", 73))


def creation(
    line: str, kind: str = "tune", parts=(), metre=(4, 4), key="C", length: float = 2.0, **settings
) -> Creation:
    voices = range(len(parts)) if parts else [0]
    notes = sorted(
        (
            Note(beat * length, length, 60 + beat % 12, 84, voice)
            for voice in voices
            for beat in range(10)
        ),
        key=lambda n: (n.start, n.part),
    )
    own = settings if kind == "backing" else {"chord_line": line, **settings}
    return Creation(
        recipe=Recipe(kind=kind, prompt=line if kind == "backing" else "a tune", settings=own),
        content=write_midi(Score(tuple(notes), 100.0, metre, 0, key, tuple(parts))),
    )


def harmonies(made: bytes) -> list[tuple[int, str]]:
    """Bar and chord name as another program puts it together."""
    found = []
    for measure in ElementTree.fromstring(made).iter("measure"):
        for one in measure.iter("harmony"):
            name = (
                one.findtext("root/root-step")
                + {"1": "#", "-1": "b", None: ""}[one.findtext("root/root-alter")]
                + one.find("kind").get("text")
            )
            found.append(
                (
                    int(measure.get("number")),
                    name
                    + (
                        f"/{one.findtext('bass/bass-step')}" if one.find("bass") is not None else ""
                    ),
                )
            )
    return found


def test_every_chord_stands_where_it_begins_and_is_written_once():
    made = notation.pack(creation("C | Am Dm | G7/B | G7/B | Bb"))
    assert harmonies(made) == [(1, "C"), (2, "Am"), (2, "Dm"), (3, "G7/B"), (5, "Bb")]


def test_chords_under_a_long_note_are_offset_from_it():
    """music21, an independent reader, hears them on their beats."""
    import music21

    made = notation.pack(creation("C F | G7 C | Am", length=4.0))
    score = music21.converter.parseData(made.decode(), format="musicxml")
    found = [
        (float(one.getOffsetInHierarchy(score)), one.figure.replace("-", "b"))
        for one in score.recurse().getElementsByClass("ChordSymbol")
    ]
    assert found == [(0.0, "C"), (2.0, "F"), (4.0, "G7"), (6.0, "C"), (8.0, "Am")]


def test_a_backing_track_has_them_over_its_first_player_with_pitches():
    made = creation("C G", "backing", PARTS, intro=True, repeats=2, ending=True)
    assert [(symbol.start, symbol.chord.name) for symbol in symbols_of(made, 4.0)] == [
        (4.0, "C"),
        (8.0, "G"),
        (12.0, "C"),
        (16.0, "G"),
        (20.0, "C"),
    ]
    root = ElementTree.fromstring(notation.pack(made))
    # the notes end before the last one
    assert [len(list(part.iter("harmony"))) for part in root.iter("part")] == [0, 4]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("C", "major"),
        ("F#m", "minor"),
        ("Bbmaj7", "major-seventh"),
        ("Dm7", "minor-seventh"),
        ("Bdim", "diminished"),
        ("Gsus4", "suspended-fourth"),
        ("G7", "dominant"),
        ("C7b9", "dominant"),
    ],
)
def test_kinds_of_chords_in_the_words_of_musicxml(name, word):
    root = ElementTree.fromstring(notation.pack(creation(name)))
    assert [one.text for one in root.iter("kind")] == [word]


@pytest.fixture(scope="module")
def schema():
    """The W3C's schema as music21 carries it."""
    import music21.musicxml
    import xmlschema

    return xmlschema.XMLSchema(
        str(Path(music21.musicxml.__file__).parent / "musicxml.xsd"), allow="local"
    )


@pytest.mark.parametrize(
    "made",
    [
        creation("C | Am Dm | G7/B | F#m7 | Bb"),
        creation("C F | Gsus4 | C7b9", metre=(6, 8), key="Ebm", length=1.5),
        creation("", parts=PARTS),
        creation("C G", "backing", PARTS, intro=True, repeats=2, ending=True),
        creation("Am", length=1 / 3),
        creation("Am", length=0.75, metre=(3, 4)),
    ],
    ids=["chords", "offsets", "drums", "backing", "triplets", "dots"],
)
def test_our_musicxml_keeps_the_schema(schema, made):
    schema.validate(notation.pack(made).decode())
    broken = notation.pack(made).replace(
        b"<divisions>24</divisions>", b"<divisions>many</divisions>"
    )
    assert not schema.is_valid(broken.decode())


def test_the_sheet_shows_the_names():
    drawn = sheet.sheet_svg(creation("C | Am Dm | G7"))
    assert len(re.findall(r'class="harm"', drawn)) == 4


@pytest.mark.parametrize(
    "settings", [{"chord_line": "H#m99"}, {"chord_line": 7}, {"chord_line": "C " * 400}]
)
def test_a_strange_recipe_has_no_chord_names_and_its_notes_all_the_same(settings):
    strange = creation("C", **settings)
    assert harmonies(notation.pack(strange)) == []


def test_chords_are_said_so_that_a_voice_can_read_them():
    from course_utils.scores.chords.symbols import line_in_words

    assert (
        line_in_words("C | Am Dm | G7/B | G7/B | F#m7 | Bbmaj7")
        == "C; A minor then D minor; G seven over B for 2 bars; F sharp minor seven; B flat major"
        " seven"
    )
    assert (
        line_in_words("Bdim Gsus4 C7b9") == "B diminished; G suspended four; C seven flat nine"
        and line_in_words("H#m99") == ""
    )


@pytest.mark.parametrize(
    "name", ["C6/9", "C7alt", "G13", "Am9", "C(add9)", "F7#9b13", "C7sus", "N.C.", "Cø", "Cm(maj7)"]
)
def test_every_chord_is_written_validly_and_no_kind_is_other(schema, name):
    made = notation.pack(creation(f"G | {name}"))
    schema.validate(made.decode())
    root = ElementTree.fromstring(made)
    assert len(list(root.iter("harmony"))) == 2
    assert "other" not in [one.text for one in root.iter("kind")]


def test_a_silent_bar_keeps_its_place_in_a_band():
    from course_utils.music.backing_engine import BackingEngine
    from course_utils.scores.midi import read_midi

    asked = Recipe(
        kind="backing",
        prompt="Ab | N.C. | Eb | Ab",
        settings={"count": 1, "repeats": 1, "intro": False, "ending": False, "looseness": 0.0},
    )
    track = next(iter(BackingEngine().create(asked)))
    score = read_midi(track.content)
    assert score.key == "Ab"
    bars = {int((note.start + 1e-3) // 4) for note in score.notes}
    assert bars == {0, 2, 3}
    root = ElementTree.fromstring(notation.pack(track))
    assert {one.text for one in root.iter("fifths")} <= {"-4", "0"}  # drums have no key
    assert "-4" in [one.text for one in root.iter("fifths")]
    assert not any(one.text == "1" for one in root.iter("alter")), "flats, not sharps"
    assert "in A flat major" in describe_of(track)


def describe_of(track: Creation) -> str:
    from course_utils.scores.description import describe

    return describe(track)
