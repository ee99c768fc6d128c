"""Notes as written symbols: bars, ties, dots, triplets, beams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.scores.score import Note

__all__ = ["Piece", "QUARTER", "WRITABLE", "bars_of", "snapped", "voices"]

QUARTER = 24  # divisions of a quarter note: 32nds and triplets of 16ths
TYPES = {96: "whole", 48: "half", 24: "quarter", 12: "eighth", 6: "16th", 3: "32nd"}
WRITABLE = {  # divisions: type, dots, notes in the time of (None: plain)
    **{units: (name, 0, False) for units, name in TYPES.items()},
    **{units * 3 // 2: (name, 1, False) for units, name in TYPES.items() if units > 3},
    **{units * 2 // 3: (name, 0, True) for units, name in TYPES.items()},
    1: ("64th", 0, True),
}
BEAMS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}


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
                    joins = n > 0 and levels[n - 1] >= level
                    goes_on = n + 1 < len(run) and levels[n + 1] >= level
                    marks.append(
                        "continue"
                        if joins and goes_on
                        else (
                            "begin"
                            if goes_on
                            else "end"
                            if joins
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
