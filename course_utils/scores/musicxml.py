"""Tunes as notation: MusicXML 4.0 with the recipe inside, for every notation program.

What is written: metre, key, tempo, instruments, voices, chords, chord names, ties over bar lines,
triplets, beams and accidentals. Source of the format: W3C Community Group Final Report, MusicXML
4.0 (2021).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as Tree

from course_utils.creation import BadRecipe, Creation, load, unload
from course_utils.scores.chord_symbols import Symbol, symbols_of, write_symbol
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Note, Part, Score

QUARTER = 24  # divisions of a quarter note: 32nds and triplets of 16ths
CARGO, DIGEST = "course-creation", "course-digest"
TYPES = {96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd"}
WRITABLE = {  # divisions: type, dots, notes in the time of (None: plain)
    **{units: (name, 0, False) for units, name in TYPES.items()},
    **{units * 3 // 2: (name, 1, False) for units, name in TYPES.items() if units > 3},
    **{units * 2 // 3: (name, 0, True) for units, name in TYPES.items()},
    1: ("64th", 0, True),
}
BEAMS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}
SHARPS = {
    "C": 0,
    "G": 1,
    "D": 2,
    "A": 3,
    "E": 4,
    "B": 5,
    "F#": 6,
    "C#": 7,
    "F": -1,
    "Bb": -2,
    "Eb": -3,
    "Ab": -4,
    "Db": -5,
    "Gb": -6,
    "Cb": -7,
}
MINORS = {
    "A": 0,
    "E": 1,
    "B": 2,
    "F#": 3,
    "C#": 4,
    "G#": 5,
    "D#": 6,
    "A#": 7,
    "D": -1,
    "G": -2,
    "C": -3,
    "F": -4,
    "Bb": -5,
    "Eb": -6,
    "Ab": -7,
}
SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}


@dataclass
class Piece:
    """What is written as one symbol: divisions from the start of its bar, its length, its pitches
    (none: a rest), ties to the pieces beside it.
    """

    start: int
    units: int
    pitches: tuple[int, ...]
    velocity: int = 84
    tied_before: bool = False
    tied_after: bool = False
    beams: tuple[str, ...] = ()
    bracket: str = ""


def key_fifths(key: str) -> tuple[int, str]:
    """Sharps (flats below 0) of a key named as in MIDI, such as "F#m", and "major" or "minor"."""
    table, name = (MINORS, key[:-1]) if key.endswith("m") else (SHARPS, key)
    return table.get(name, 0), "minor" if key.endswith("m") else "major"


def spelled(pitch: int, fifths: int) -> tuple[str, int, int]:
    """Step, alteration and octave of a pitch as a key writes it:
    of its names the nearest on the line of fifths.
    """
    place = pitch * 7 % 12  # on the line of fifths, C is 0
    while place < fifths - 3:
        place += 12
    while place > fifths + 8:
        place -= 12
    step, alter = "FCGDAEB"[(place + 1) % 7], (place + 1) // 7
    return step, alter, (pitch - alter) // 12 - 1


def on_grid(quarters: float) -> bool:
    """Whether a moment stands on a division, as written music does and played music does not."""
    return abs(quarters * QUARTER - round(quarters * QUARTER)) < 0.1


def snapped(quarters: float) -> int:
    """Divisions: exact where a note stands on them, else on the nearest quarter or third of a beat,
    as played timing is not written.
    """
    units = quarters * QUARTER
    if on_grid(quarters):
        return round(units)
    beat = units // QUARTER * QUARTER
    return int(beat + min((0, 6, 12, 16, 18, 24), key=lambda place: abs(units - beat - place)))


def voices(notes: list[Note]) -> list[list[tuple[int, int, tuple[int, ...], int]]]:
    """Notes as voices in which nothing overlaps: start, length, pitches sounding together,
    velocity.

    A part that was played, not written, becomes one voice whose notes last to the next, up to a
    beat longer than they did.
    """
    if any(not on_grid(note.start) for note in notes):
        return [_played(notes)]
    chords: dict[tuple[int, int], list[Note]] = {}
    for note in notes:
        start = snapped(note.start)
        chords.setdefault((start, max(1, snapped(note.start + note.length) - start)), []).append(
            note
        )
    found: list[list[tuple[int, int, tuple[int, ...], int]]] = []
    for (start, units), together in sorted(chords.items()):
        chord = (
            start,
            units,
            tuple(sorted({note.pitch for note in together})),
            max(note.velocity for note in together),
        )
        free = next((voice for voice in found if voice[-1][0] + voice[-1][1] <= start), None)
        if free is None:
            found.append([chord])
        else:
            free.append(chord)
    return found


def _played(notes: list[Note]) -> list[tuple[int, int, tuple[int, ...], int]]:
    strokes: dict[int, list[Note]] = {}
    for note in notes:
        strokes.setdefault(snapped(note.start), []).append(note)
    found, starts = [], sorted(strokes)
    for start, after in zip(starts, [*starts[1:], starts[-1] + 10 * QUARTER]):
        together = strokes[start]
        sounding = max(note.length for note in together) * QUARTER
        units = (
            after - start
            if after - start <= sounding + QUARTER
            else max(QUARTER // 2, round(sounding / QUARTER) * QUARTER)
        )
        found.append(
            (
                start,
                units,
                tuple(sorted({note.pitch for note in together})),
                max(note.velocity for note in together),
            )
        )
    return found


def in_symbols(start: int, units: int, beat: int) -> Iterator[tuple[int, int]]:
    """A length as symbols one after the other: one where there is a symbol for it,
    else two that meet on a beat, else up to the beats.
    """
    end = start + units
    while start < end:
        left = end - start
        inside = left <= beat - start % beat
        if left in WRITABLE and (inside or not WRITABLE[left][2] and start % 12 == 0):
            size = left
        else:
            meeting = [
                one
                for one in WRITABLE
                if one < left and (start + one) % beat == 0 and left - one in WRITABLE
            ]
            most = left if start % beat == 0 else min(left, beat - start % beat)
            size = (
                max(meeting)
                if meeting
                else max(
                    (one for one in WRITABLE if one <= most and not WRITABLE[one][2]), default=1
                )
            )
        yield start, size
        start += size


def bars_of(voice: list, bar: int, count: int, beat: int) -> list[list[Piece]]:
    """A voice as symbols, bar by bar, rests filled in, notes tied over bar lines."""
    bars: list[list[Piece]] = [[] for _ in range(count)]
    clock = 0
    for start, units, pitches, velocity in [*voice, (bar * count, 0, (), 0)]:
        for begin, length, sounding in ((clock, start - clock, ()), (start, units, pitches)):
            first = True
            while length > 0:
                number = min(begin // bar, count - 1)
                inside = min(length, (number + 1) * bar - begin)
                symbols = (
                    list(in_symbols(begin - number * bar, inside, beat))
                    if sounding or inside < bar
                    else [(0, inside)]
                )
                for place, (at, size) in enumerate(symbols):
                    last = inside == length and place == len(symbols) - 1
                    bars[number].append(
                        Piece(
                            at,
                            size,
                            sounding,
                            velocity,
                            bool(sounding) and not first,
                            bool(sounding) and not last,
                        )
                    )
                    first = False
                begin, length = begin + inside, length - inside
        clock = max(clock, start + units)
    for pieces in bars:
        beam(pieces, beat)
        bracket(pieces)
    return bars


def beam(pieces: list[Piece], beat: int) -> None:
    """Join the flags of short notes within a beat."""
    groups: dict[int, list[Piece]] = {}
    for piece in pieces:
        symbol = WRITABLE.get(piece.units, ("whole",))[0]
        if piece.pitches and symbol in BEAMS:
            groups.setdefault(piece.start // beat, []).append(piece)
    for group in groups.values():
        runs = [[group[0]]]
        for before, piece in zip(group, group[1:]):
            if before.start + before.units == piece.start:
                runs[-1].append(piece)
            else:
                runs.append([piece])
        for run in runs:
            levels = [BEAMS[WRITABLE[piece.units][0]] for piece in run]
            for n, piece in enumerate(run if len(run) > 1 else []):
                marks = []
                for level in range(1, levels[n] + 1):
                    before, after = (
                        n > 0 and levels[n - 1] >= level,
                        n + 1 < len(run) and levels[n + 1] >= level,
                    )
                    marks.append(
                        "continue"
                        if before and after
                        else (
                            "begin"
                            if after
                            else "end"
                            if before
                            else "forward hook"
                            if n == 0
                            else "backward hook"
                        )
                    )
                piece.beams = tuple(marks)


def bracket(pieces: list[Piece]) -> None:
    """Mark where triplets begin and end."""
    begun: Piece | None = None
    together = 0
    for piece in pieces:
        if not WRITABLE.get(piece.units, ("", 0, False))[2]:
            begun, together = None, 0
            continue
        if begun is None:
            begun, together = piece, 0
        together += piece.units
        if together in TYPES and piece is not begun:
            begun.bracket, piece.bracket = "start", "stop"
            begun = None


def write_musicxml(
    score: Score,
    title: str = "",
    cargo_line: str = "",
    tempo_in_words: bool = False,
    symbols: tuple[Symbol, ...] = (),
) -> bytes:
    """A MusicXML file of a score; `cargo_line` travels in the field for further matters,
    `symbols` are written over the first part with pitches.
    """
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
    count = max(
        1,
        -(
            -max(
                (
                    chord[0] + chord[1]
                    for lines in spoken.values()
                    for line in lines
                    for chord in line
                ),
                default=0,
            )
            // bar
        ),
    )
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
                        write_symbol(measure, symbol.chord, late)
                _write_piece(measure, piece, part, number, voice + 1, fifths, shown, bar)
        if place == count - 1:
            Tree.SubElement(
                Tree.SubElement(measure, "barline", location="right"), "bar-style"
            ).text = "light-heavy"


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
        if pitch is None:
            rest = Tree.SubElement(note, "rest")
            if piece.units == bar:
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


def digest(root: Tree.Element) -> str:
    """A fingerprint of the music in a file, whatever program wrote its white space: parts,
    measures, pitches and durations.
    """
    told = []
    for part in root.iter("part"):
        for note in part.iter("note"):
            told += [
                note.findtext(path) or ""
                for path in (
                    "pitch/step",
                    "pitch/alter",
                    "pitch/octave",
                    "unpitched/display-step",
                    "duration",
                )
            ] + ["chord" * (note.find("chord") is not None)]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]


def pack(creation: Creation) -> bytes:
    """The MusicXML file of a tune or a backing track,
    the creation in its field for further matters.
    """
    score = read_midi(creation.content)
    return write_musicxml(
        score,
        creation.recipe.prompt,
        load(creation),
        symbols=symbols_of(creation, score.bar_length),
    )


def unpack(data: bytes) -> Creation:
    """The creation a MusicXML file was made from.

    Raises:
        BadRecipe: unsafe or damaged, without a recipe, or its notes were changed by another program
            since.
    """
    from course_utils.scores.safe_xml import read_xml

    root = read_xml(data)
    fields = {field.get("name"): field.text or "" for field in root.iter("miscellaneous-field")}
    if CARGO not in fields:
        raise BadRecipe(
            "This sheet holds no recipe: it was not made with the course. Bring it in as a tune."
        )
    if fields.get(DIGEST) != digest(root):
        raise BadRecipe(
            "The notes on this sheet were changed since it was made. Bring it in as a tune of your"
            " own."
        )
    creation = unload(fields[CARGO])
    read_midi(creation.content)
    return creation
