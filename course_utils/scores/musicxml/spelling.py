"""Keys and pitches as they are written: signs of a key, letters and alterations."""

from __future__ import annotations

__all__ = ["SIGNS", "key_fifths", "key_of_fifths", "spelled"]

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


def key_fifths(key: str) -> tuple[int, str]:
    """Sharps (flats below 0) of a key named as in MIDI, such as "F#m", and "major" or "minor"."""
    table, name = (MINORS, key[:-1]) if key.endswith("m") else (SHARPS, key)
    return table.get(name, 0), "minor" if key.endswith("m") else "major"


def key_of_fifths(fifths: int, minor: bool) -> str:
    """The key with so many sharps (flats below 0), as MIDI names it."""
    table, sign = (MINORS, "m") if minor else (SHARPS, "")
    return next((name + sign for name, place in table.items() if place == fifths), "")


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
