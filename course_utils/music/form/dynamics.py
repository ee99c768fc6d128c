"""How loud each note of a tune is: by its place in the bar, in the phrase, and by its pitch.

A phrase swells to about two thirds and falls away; the first beat is strong, what lies between
beats weak; a phrase that comes back right after itself is an echo; the tune's last note is let go.
"""

from __future__ import annotations

from course_utils.music.form.writing import beat_of
from course_utils.music.tokens import METRES, Tune

__all__ = ["stress", "velocities"]

MIDDLE, LEAST, MOST = 86, 48, 118  # MIDI velocities
FIRST_BEAT, HALF_BAR, OTHER_BEAT, OFF_BEAT = 12, 6, 2, -5
SWELL, FALL, ECHO, LAST = 9, -8, -7, -6
TOP = 0.62  # where in a phrase the swell is highest


def velocities(tune: Tune, spans: list[tuple[str, int]]) -> list[int]:
    """The velocity of each sounding note, in order.

    Args:
        spans: names and bars of the phrases; bars beyond them are one more phrase.
    """
    phrases = phrase_of_each_bar(spans, len(tune.bars))
    pitches = [n.semitones for bar in tune.bars for n in bar if n.semitones is not None]
    middle = sum(pitches) / max(1, len(pitches))
    found: list[int] = []
    for number, bar in enumerate(tune.bars):
        first, last, echo = phrases[number]
        clock = 0
        for note in bar:
            if note.semitones is not None:
                place = (number - first + clock / METRES[tune.metre]) / (last - first)
                high = max(-6.0, min(6.0, 0.5 * (note.semitones - middle)))
                loud = MIDDLE + stress(clock, tune.metre) + arch(place) + high + ECHO * echo
                found.append(max(LEAST, min(MOST, round(loud))))
            clock += note.length
    if found:
        found[-1] = max(LEAST, found[-1] + LAST)
    return found


def stress(clock: int, metre: str) -> int:
    """What the place in a bar adds; `clock` in twelfths of a quarter note."""
    beat, full = beat_of(metre), METRES[metre]
    if clock == 0:
        return FIRST_BEAT
    if clock % beat:
        return OFF_BEAT
    return HALF_BAR if 2 * clock == full else OTHER_BEAT


def arch(place: float) -> float:
    """What the place in a phrase (0 to 1) adds."""
    if place <= TOP:
        return SWELL * place / TOP
    return SWELL + (FALL - SWELL) * (place - TOP) / (1 - TOP)


def phrase_of_each_bar(spans: list[tuple[str, int]], bars: int) -> list[tuple[int, int, bool]]:
    """For every bar the first bar of its phrase, the bar after its last, and whether the phrase
    repeats the one before it.
    """
    found: list[tuple[int, int, bool]] = []
    before = ""
    for name, size in spans:
        first = len(found)
        found += [(first, first + size, name[0] == before)] * size
        before = name[0]
    if len(found) < bars:
        found += [(len(found), bars, False)] * (bars - len(found))
    return found[:bars]
