"""Chord symbols over music as a chord line: one bar of the line for each bar of the music."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.scores.chords.names import SILENT, NamedChord
from course_utils.scores.chords.voicing import MOST_BARS

__all__ = ["chord_line_of"]

SHARES = (1, 2, 3, 4, 6, 8, 12)  # into how many equal parts a bar may fall
NEAR = 0.02  # of a quarter note: how far off such a part a symbol may stand


def chord_line_of(
    symbols: Sequence[tuple[float, NamedChord]], bar_length: float, length: float
) -> tuple[str, bool]:
    """A chord line for symbols at moments in quarter notes, and whether each stands where it stood.

    Before the first symbol the line is silent. At most MOST_BARS bars.
    """
    if all(chord.silent for _, chord in symbols) or bar_length <= 0:
        return "", True
    placed = sorted(symbols, key=lambda one: one[0])
    count = min(MOST_BARS, max(1, -int(-(length - 1e-6) // bar_length)))
    bars, exact, sounding, at = [], True, SILENT, 0
    for number in range(count):
        start, inside = number * bar_length, []
        while at < len(placed) and placed[at][0] < start + bar_length - NEAR:
            inside.append((max(0.0, placed[at][0] - start), placed[at][1]))
            at += 1
        names, fits = _bar(inside, sounding, bar_length)
        exact = exact and fits
        bars.append(" ".join(names))
        sounding = inside[-1][1] if inside else sounding
    return " | ".join(bars), exact


def _bar(
    inside: list[tuple[float, NamedChord]], before: NamedChord, length: float
) -> tuple[list[str], bool]:
    """The names of one bar, each lasting an equal share, and whether they fit one."""
    if not inside:
        return [before.name], True
    for shares in SHARES:
        step = length / shares
        if all(abs(moment / step - round(moment / step)) * step < NEAR for moment, _ in inside):
            break
    else:
        return [chord.name for _, chord in inside][:8], False
    names = [before.name] * shares
    for moment, chord in inside:
        first = min(round(moment / step), shares - 1)
        names[first:] = [chord.name] * (shares - first)
    return names, True
