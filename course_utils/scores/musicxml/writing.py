"""A score as MusicXML 4.0, for every notation program.

What is written: metre, key, tempo, instruments, voices, chords, chord names, ties over bar lines,
triplets, beams and accidentals. Source of the format: W3C Community Group Final Report, MusicXML
4.0 (2021).
"""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from course_utils.scores.chords.harmony import write_harmony
from course_utils.scores.chords.symbols import Symbol
from course_utils.scores.graces import folded
from course_utils.scores.lyrics import VOICE, Lyric
from course_utils.scores.musicxml.layout import (
    QUARTER,
    WRITABLE,
    Piece,
    bars_of,
    snapped,
    voices,
)
from course_utils.scores.musicxml.record import CARGO, DIGEST, digest
from course_utils.scores.musicxml.spelling import SIGNS, key_fifths, spelled
from course_utils.scores.score import Part, Score

__all__ = ["write_musicxml"]


def write_musicxml(
    score: Score,
    title: str = "",
    cargo_line: str = "",
    tempo_in_words: bool = False,
    symbols: tuple[Symbol, ...] = (),
    lyrics: tuple[Lyric, ...] = (),
) -> bytes:
    """A MusicXML file of a score; `cargo_line` travels in the field for further matters,
    `symbols` are written over the first part with pitches, `lyrics` under the part that sings.
    """
    score, graces = folded(score)
    ornaments = {(n, snapped(start), pitch): p for (n, start, pitch), p in graces.items()}
    root = Tree.Element("score-partwise", version="4.0")
    Tree.SubElement(Tree.SubElement(root, "work"), "work-title").text = (
        printable(title) or "Untitled"
    )
    about = Tree.SubElement(root, "identification")
    Tree.SubElement(Tree.SubElement(about, "encoding"), "software").text = "course_utils"
    listed = Tree.SubElement(root, "part-list")
    parts = score.parts or (Part("Melody", score.program),)
    bar = max(1, round(score.bar_length * QUARTER))
    spoken = {
        number: voices([note for note in score.notes if note.part == number or not score.parts])
        for number in range(len(parts))
    }
    ends = [one[0] + one[1] for lines in spoken.values() for line in lines for one in line]
    count = max(1, -(-max(ends, default=0) // bar))
    named = next((number for number, part in enumerate(parts) if not part.drums), 0)
    for number, part in enumerate(parts):
        _list_part(
            listed,
            number,
            part,
            sorted({pitch for line in spoken[number] for chord in line for pitch in chord[2]}),
        )
        _write_part(
            Tree.SubElement(root, "part", id=f"P{number + 1}"),
            score,
            part,
            number,
            spoken[number],
            bar,
            count,
            tempo_in_words,
            symbols if number == named else (),
            {snapped(one.start): one for one in lyrics} if part.name == VOICE else {},
            {at[1:]: before for at, before in ornaments.items() if at[0] == number},
        )
    if cargo_line:
        further = Tree.SubElement(about, "miscellaneous")
        Tree.SubElement(further, "miscellaneous-field", name=CARGO).text = cargo_line
        Tree.SubElement(further, "miscellaneous-field", name=DIGEST).text = digest(root)
    Tree.indent(root)
    kind = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD'
        ' MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
    )
    return kind.encode() + Tree.tostring(root, encoding="utf-8") + b"\n"


def printable(text: str) -> str:
    """A text without the control letters that XML forbids."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _list_part(listed: Tree.Element, number: int, part: Part, pitches: list[int]) -> None:
    item = Tree.SubElement(listed, "score-part", id=f"P{number + 1}")
    Tree.SubElement(item, "part-name").text = printable(part.name) or f"Part {number + 1}"
    names = (
        [f"P{number + 1}-I{pitch}" for pitch in pitches] if part.drums else [f"P{number + 1}-I1"]
    )
    for name in names:
        Tree.SubElement(
            Tree.SubElement(item, "score-instrument", id=name), "instrument-name"
        ).text = printable(part.name) or f"Part {number + 1}"
    for place, name in enumerate(names):
        midi = Tree.SubElement(item, "midi-instrument", id=name)
        Tree.SubElement(midi, "midi-channel").text = "10" if part.drums else str(1 + number % 9)
        Tree.SubElement(midi, "midi-program").text = str(part.program % 128 + 1)
        if part.drums:
            Tree.SubElement(midi, "midi-unpitched").text = str(pitches[place] + 1)


def _write_part(
    root: Tree.Element,
    score: Score,
    part: Part,
    number: int,
    lines: list,
    bar: int,
    count: int,
    tempo_in_words: bool,
    symbols: tuple[Symbol, ...],
    lyrics: dict[int, Lyric],
    ornaments: dict[tuple[int, int], tuple[int, ...]],
) -> None:
    fifths, mode = key_fifths(score.key)
    beat = (
        QUARTER * 3 // 2
        if score.metre[1] == 8 and score.metre[0] % 3 == 0
        else max(3, QUARTER * 4 // score.metre[1])
    )
    spoken = [bars_of(voice, bar, count, beat) for voice in lines] or [
        [[Piece(0, bar, ())] for _ in range(count)]
    ]
    for place in range(count):
        measure = Tree.SubElement(root, "measure", number=str(place + 1))
        if place == 0:
            _write_head(
                measure,
                score,
                part,
                fifths,
                mode,
                [pitch for line in lines for chord in line for pitch in chord[2]],
            )
            if number == 0:
                _write_tempo(measure, score.tempo, tempo_in_words)
        shown = accidentals([piece for voice in spoken for piece in voice[place]], fifths)
        for voice, bars in enumerate(spoken):
            if voice and not any(piece.pitches for piece in bars[place]):
                continue
            if voice:
                Tree.SubElement(Tree.SubElement(measure, "backup"), "duration").text = str(bar)
            for piece in bars[place]:
                for symbol in symbols if not voice else ():
                    late = snapped(symbol.start) - place * bar - piece.start
                    if 0 <= late < piece.units:
                        write_harmony(measure, symbol.chord, late)
                for pitch in piece.pitches if not piece.tied_before else ():
                    before = ornaments.get((place * bar + piece.start, pitch), ())
                    _write_graces(measure, before, voice + 1, fifths)
                _write_piece(measure, piece, part, number, voice + 1, fifths, shown, bar)
                sung = lyrics.get(place * bar + piece.start) if not voice else None
                if sung and piece.pitches and not piece.tied_before:
                    _write_lyric(measure[-1], sung)
        if place == count - 1:
            Tree.SubElement(
                Tree.SubElement(measure, "barline", location="right"), "bar-style"
            ).text = "light-heavy"


def _write_graces(measure: Tree.Element, pitches: tuple[int, ...], voice: int, fifths: int) -> None:
    """Small notes before the next one; one alone has a stroke through its stem."""
    signature = {
        step: 1 if fifths > 0 else -1
        for step in ("FCGDAEB"[:fifths] if fifths > 0 else "BEADGCF"[:-fifths])
    }
    for place, pitch in enumerate(pitches):
        note = Tree.SubElement(measure, "note")
        grace = Tree.SubElement(note, "grace")
        if len(pitches) == 1:
            grace.set("slash", "yes")
        step, alter, octave = spelled(pitch, fifths)
        at = Tree.SubElement(note, "pitch")
        Tree.SubElement(at, "step").text = step
        if alter:
            Tree.SubElement(at, "alter").text = str(alter)
        Tree.SubElement(at, "octave").text = str(octave)
        Tree.SubElement(note, "voice").text = str(voice)
        Tree.SubElement(note, "type").text = "eighth" if len(pitches) == 1 else "16th"
        if alter != signature.get(step, 0):
            Tree.SubElement(note, "accidental").text = SIGNS[alter]
        if len(pitches) > 1:
            joins = "begin" if not place else "end" if place == len(pitches) - 1 else "continue"
            for level in ("1", "2"):
                Tree.SubElement(note, "beam", number=level).text = joins


def _write_lyric(note: Tree.Element, sung: Lyric) -> None:
    lyric = Tree.SubElement(note, "lyric", number="1")
    Tree.SubElement(lyric, "syllabic").text = sung.place
    Tree.SubElement(lyric, "text").text = printable(sung.text)


def _write_head(
    measure: Tree.Element, score: Score, part: Part, fifths: int, mode: str, pitches: list[int]
) -> None:
    head = Tree.SubElement(measure, "attributes")
    Tree.SubElement(head, "divisions").text = str(QUARTER)
    key = Tree.SubElement(head, "key")
    Tree.SubElement(key, "fifths").text = "0" if part.drums else str(fifths)
    Tree.SubElement(key, "mode").text = mode
    time = Tree.SubElement(head, "time")
    Tree.SubElement(time, "beats").text, Tree.SubElement(time, "beat-type").text = map(
        str, score.metre
    )
    clef = Tree.SubElement(head, "clef")
    low = bool(pitches) and sum(pitches) / len(pitches) < 57
    Tree.SubElement(clef, "sign").text = "percussion" if part.drums else "F" if low else "G"
    if not part.drums:
        Tree.SubElement(clef, "line").text = "4" if low else "2"


def _write_tempo(measure: Tree.Element, tempo: float, in_words: bool) -> None:
    direction = Tree.SubElement(measure, "direction", placement="above")
    kind = Tree.SubElement(direction, "direction-type")
    if in_words:
        Tree.SubElement(kind, "words").text = f"{tempo:.0f} quarter notes a minute"
    else:
        metronome = Tree.SubElement(kind, "metronome")
        Tree.SubElement(metronome, "beat-unit").text = "quarter"
        Tree.SubElement(metronome, "per-minute").text = f"{tempo:g}"
    Tree.SubElement(direction, "sound", tempo=f"{tempo:g}")


def accidentals(pieces: list[Piece], fifths: int) -> dict[tuple[int, int], bool]:
    """Which notes of a bar, by start and pitch, need a sign:
    those whose step was last heard otherwise.
    """
    heard: dict[tuple[str, int], int] = {}
    signature = {
        step: 1 if fifths > 0 else -1
        for step in ("FCGDAEB"[:fifths] if fifths > 0 else "BEADGCF"[:-fifths])
    }
    needed = {}
    for piece in sorted(pieces, key=lambda one: one.start):
        for pitch in piece.pitches:
            step, alter, octave = spelled(pitch, fifths)
            if piece.tied_before and piece.start == 0:
                needed[piece.start, pitch] = False
                continue
            needed.setdefault(
                (piece.start, pitch), heard.get((step, octave), signature.get(step, 0)) != alter
            )
            heard[step, octave] = alter
    return needed


def _write_piece(
    measure: Tree.Element,
    piece: Piece,
    part: Part,
    number: int,
    voice: int,
    fifths: int,
    shown: dict,
    bar: int,
) -> None:
    for place, pitch in enumerate(piece.pitches or (None,)):
        note = Tree.SubElement(measure, "note")
        if pitch is not None:
            note.set("dynamics", f"{piece.velocity * 100 / 90:.2f}")
        if place:
            Tree.SubElement(note, "chord")
        step, alter, octave = spelled(pitch, fifths) if pitch is not None else ("", 0, 0)
        _write_pitch(note, pitch, part, (step, alter, octave), piece.units == bar)
        Tree.SubElement(note, "duration").text = str(piece.units)
        for side, tied in (("stop", piece.tied_before), ("start", piece.tied_after)):
            if tied:
                Tree.SubElement(note, "tie", type=side)
        if part.drums and pitch is not None:
            Tree.SubElement(note, "instrument", id=f"P{number + 1}-I{pitch}")
        Tree.SubElement(note, "voice").text = str(voice)
        name, dots, triplet = WRITABLE.get(piece.units, ("whole", 0, False))
        if not (pitch is None and piece.units == bar):
            Tree.SubElement(note, "type").text = name
            for _ in range(dots):
                Tree.SubElement(note, "dot")
            if pitch is not None and not part.drums and shown.get((piece.start, pitch)):
                Tree.SubElement(note, "accidental").text = SIGNS[alter]
            if triplet:
                change = Tree.SubElement(note, "time-modification")
                (
                    Tree.SubElement(change, "actual-notes").text,
                    Tree.SubElement(change, "normal-notes").text,
                ) = (
                    "3",
                    "2",
                )
        for level, mark in enumerate(piece.beams if not place else (), 1):
            Tree.SubElement(note, "beam", number=str(level)).text = mark
        ties = [
            side
            for side, tied in (("stop", piece.tied_before), ("start", piece.tied_after))
            if tied
        ]
        if ties or (piece.bracket and not place):
            marks = Tree.SubElement(note, "notations")
            for side in ties:
                Tree.SubElement(marks, "tied", type=side)
            if piece.bracket and not place:
                Tree.SubElement(marks, "tuplet", type=piece.bracket)


def _write_pitch(
    note: Tree.Element,
    pitch: int | None,
    part: Part,
    written: tuple[str, int, int],
    whole_bar: bool,
) -> None:
    """What stands for the pitch of a note: a rest, a place of a drum, or step and octave."""
    step, alter, octave = written
    if pitch is None:
        rest = Tree.SubElement(note, "rest")
        if whole_bar:
            rest.set("measure", "yes")
    elif part.drums:
        at = Tree.SubElement(note, "unpitched")
        Tree.SubElement(at, "display-step").text, Tree.SubElement(at, "display-octave").text = (
            "CDEFGAB"[pitch % 7],
            "5" if pitch > 41 else "4",
        )
    else:
        at = Tree.SubElement(note, "pitch")
        Tree.SubElement(at, "step").text = step
        if alter:
            Tree.SubElement(at, "alter").text = str(alter)
        Tree.SubElement(at, "octave").text = str(octave)
