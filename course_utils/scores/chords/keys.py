"""Which key a line of chords is in, by what each chord is to a home note; spelled as the line is.

A chord counts for its share of a bar; the usual chords of a key count most, the first and the last
chord more than others, and a dominant seventh that falls a fifth points home.
"""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.scores.chords.names import NamedChord
from course_utils.scores.key_detection import MINOR_NAMES, NAMES

__all__ = ["key_of_chords"]

SHARP_TWINS = {"Db": "C#", "F#": "Gb", "C#m": "Dbm", "Ebm": "D#m", "G#m": "Abm", "B": "Cb"}
MAJOR_USE = {  # semitones above the home note, minor third or not: how usual in a major key
    (0, False): 5.0, (5, False): 4.0, (7, False): 4.2, (9, True): 3.0, (2, True): 2.4,
    (4, True): 2.0, (10, False): 0.8, (2, False): 0.8, (5, True): 0.6, (11, True): 0.8,
    (9, False): 0.5, (4, False): 0.5, (8, False): 0.4, (3, False): 0.4,
}  # fmt: skip
MINOR_USE = {
    (0, True): 5.0, (5, True): 3.6, (7, True): 2.6, (7, False): 3.8, (8, False): 3.2,
    (10, False): 3.2, (3, False): 3.0, (2, True): 1.6, (5, False): 1.2, (11, True): 0.8,
    (0, False): 0.6,
}  # fmt: skip
FIRST, LAST, HOMEWARD = 3.5, 1.6, 0.7  # chosen on fifty lines whose key is plain
FLATS = {"F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb", "Dm", "Gm", "Cm", "Fm", "Bbm", "Ebm", "Abm"}


def key_of_chords(bars: Sequence[Sequence[NamedChord]]) -> str:
    """The key as MIDI names it ("Ab", "F#m"); "C" where nothing sounds."""
    told: list[tuple[NamedChord, float]] = []
    for bar in bars:
        told += [(chord, 1 / len(bar)) for chord in bar if not chord.silent]
    if not told:
        return "C"
    fits = {(home, minor): _fit(told, home, minor) for home in range(12) for minor in (False, True)}
    home, minor = max(fits, key=lambda one: fits[one])
    return spelled_key(home, minor, told)


def _fit(told: list[tuple[NamedChord, float]], home: int, minor: bool) -> float:
    use = MINOR_USE if minor else MAJOR_USE
    total = 0.0
    for place, (chord, share) in enumerate(told):
        off = (chord.root - home) % 12
        is_minor = (3, -1) in chord.degrees
        worth = use.get((off, is_minor), 0.0 if (3, 0) in chord.degrees or is_minor else 1.5)
        if (7, 0) in chord.degrees and off == 7:
            worth -= 2.0  # a major seventh on the fifth step is outside the key
        total += worth * share
        following = told[place + 1][0] if place + 1 < len(told) else told[0][0]
        if off == 7 and following.root == home and (3, 0) in chord.degrees:
            total += HOMEWARD * share * ((7, -1) in chord.degrees or 0.5)
    for bonus, (chord, _) in ((FIRST, told[0]), (LAST, told[-1])):
        if chord.root == home and ((3, -1) in chord.degrees) == minor:
            total += bonus / (2 if {(3, 0), (7, -1)} <= set(chord.degrees) else 1)
    return total


def spelled_key(home: int, minor: bool, told: list[tuple[NamedChord, float]]) -> str:
    """The name of a key, of two that sound alike the one in whose signs the line is written."""
    name = (MINOR_NAMES if minor else NAMES)[home]
    twin = SHARP_TWINS.get(name)
    flats = sum("b" in chord.root_name[1:] for chord, _ in told)
    sharps = sum("#" in chord.root_name for chord, _ in told)
    if twin and twin != "Dbm" and flats != sharps and (twin in FLATS) == (flats > sharps):
        return twin
    return name
