"""What ABC's fields say: unit length, metre, speed, key and clef."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = [
    "ACCIDENTALS",
    "Key",
    "Metre",
    "read_key",
    "read_metre",
    "read_tempo",
    "read_unit",
    "shift_of",
    "usual_unit",
]

SHARP_ORDER = "FCGDAEB"
LINE_OF_FIFTHS = {letter: place - 1 for place, letter in enumerate(SHARP_ORDER)}  # C is 0
MODES = {
    "maj": 0, "ion": 0, "mix": -1, "dor": -2, "min": -3, "aeo": -3, "m": -3, "phr": -4, "loc": -5,
    "lyd": 1,
}  # fmt: skip
MODE_NAMES = {
    "mix": "mixolydian",
    "dor": "dorian",
    "phr": "phrygian",
    "loc": "locrian",
    "lyd": "lydian",
}
MAJORS = dict(zip(range(-7, 8), "Cb Gb Db Ab Eb Bb F C G D A E B F# C#".split()))
MINOR_KEYS = dict(zip(range(-7, 8), "Abm Ebm Bbm Fm Cm Gm Dm Am Em Bm F#m C#m G#m D#m A#m".split()))
ACCIDENTALS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
SPEEDS = {  # quarter notes a minute of the usual words
    "largo": 50, "lento": 52, "adagio": 66, "andante": 80, "moderato": 104, "allegretto": 112,
    "allegro": 132, "vivace": 152, "presto": 176,
}  # fmt: skip
KEY = re.compile(
    r"([A-Ga-g])([#b]?)\s*(maj|ion|mix|dor|min|aeo|phr|loc|lyd|m(?![a-z=])|)[a-z]*", re.I
)
NO_KEY = re.compile(
    r"(?:clef|octave|transpose|shift|middle|stafflines|score|sound)=|bass|alto|treble", re.I
)
LENGTH = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})")


@dataclass(frozen=True)
class Metre:
    """A metre; `free` where the tune has none."""

    beats: int = 4
    unit: int = 4
    free: bool = False

    @property
    def bar(self) -> Fraction:
        """The length of a bar in whole notes."""
        return Fraction(self.beats, self.unit)

    @property
    def compound(self) -> bool:
        """Whether its beats are dotted, as in 6/8."""
        return (
            self.unit >= 8
            and self.beats % 3 == 0
            and self.beats > 3
            or (self.beats, self.unit) == (3, 8)
        )


@dataclass(frozen=True)
class Key:
    """A key: its name in MIDI ("" for none), the signs of its letters, its mode where it is old."""

    name: str = ""
    signs: dict[str, int] = field(default_factory=dict)
    mode: str = ""


def read_metre(text: str) -> Metre | None:
    """A metre field; None where it cannot be read."""
    text = text.strip().split("%")[0].strip()
    if text in ("C", "c"):
        return Metre(4, 4)
    if text in ("C|", "c|"):
        return Metre(2, 2)
    if not text or text.lower() in ("none", "free"):
        return Metre(free=True)
    found = re.match(r"\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*/\s*(\d{1,2})", text)
    if not found:
        return None
    beats, unit = sum(int(one) for one in found[1].split("+")), int(found[2])
    return Metre(beats, unit) if 1 <= beats <= 64 and unit in (1, 2, 4, 8, 16, 32, 64) else None


def read_unit(text: str) -> Fraction | None:
    """The unit note length in whole notes."""
    found = LENGTH.match(text.strip())
    if found and int(found[1]) and int(found[2]):
        return Fraction(int(found[1]), int(found[2]))
    return Fraction(1) if text.strip() == "1" else None


def usual_unit(metre: Metre) -> Fraction:
    """The unit note length of a tune that names none."""
    return Fraction(1, 16) if not metre.free and metre.bar < Fraction(3, 4) else Fraction(1, 8)


def read_tempo(text: str, unit: Fraction, metre: Metre) -> float | None:
    """Quarter notes a minute of a speed field; None where it says none.

    A number alone counts unit lengths (as the standard has it) where that gives a speed people
    play, else the beats of the metre.
    """
    text = re.sub(r'"([^"]*)"', lambda quoted: f" {quoted[1]} ", text)
    rate = re.search(r"=\s*(\d{1,4}(?:\.\d+)?)", text)
    lengths = [Fraction(int(a), int(b)) for a, b in LENGTH.findall(text.split("=")[0]) if int(b)]
    if rate and lengths:
        beat = sum(lengths)
    elif rate and (old := re.search(r"[Cc](\d?)(?:/(\d))?\s*=", text)):
        beat = unit * int(old[1] or 1) / int(old[2] or 1)
    elif rate and (whole := re.search(r"(?<![\d/])1\s*=", text)):
        beat = Fraction(1) if whole else unit
    elif alone := re.search(r"(?<![\d/=])(\d{2,4})(?![\d/])", text):
        rate = alone
        beat = (
            unit
            if float(alone[1]) * unit >= 10
            else Fraction(3, 8)
            if metre.compound
            else Fraction(1, 4)
        )
    else:
        word = next((speed for name, speed in SPEEDS.items() if name in text.lower()), None)
        return float(word) if word else None
    tempo = float(rate[1]) * float(beat) * 4
    return tempo if 0 < tempo < 10_000 else None


def read_key(text: str) -> Key:
    """A key field, without its clef."""
    text = text.strip()
    if re.match(r"HP|Hp", text):
        return Key("D", {"F": 1, "C": 1})
    found = KEY.match(text)
    bare = not text or re.match(r"none\b", text, re.I) or NO_KEY.match(text)
    if not found or bare:
        name, mode, signs, rest = "", "", {}, text
    else:
        mode = found[3].lower()
        fifths = LINE_OF_FIFTHS[found[1].upper()] + 7 * ((found[2] == "#") - (found[2] == "b"))
        fifths += MODES.get(mode, 0)
        fifths = min(max(fifths, -7), 7)
        signs, rest = signs_of(fifths), text[found.end() :]
        name = (MINOR_KEYS if MODES.get(mode) == -3 else MAJORS)[fifths]
        home = found[1].upper() + found[2]
        mode = f"{home} {MODE_NAMES[mode]}" if mode in MODE_NAMES else ""
    if re.search(r"\bexp\b", text):
        signs = {}
    for sign, letter in re.findall(r"(\^\^|\^|=|__|_)([A-Ga-g])(?![a-z])", rest):
        signs[letter.upper()] = ACCIDENTALS[sign]
    return Key(name, signs, mode)


def signs_of(fifths: int) -> dict[str, int]:
    """Sharps (or flats below 0) as the letters that have them."""
    if fifths >= 0:
        return dict.fromkeys(SHARP_ORDER[:fifths], 1)
    return dict.fromkeys(SHARP_ORDER[::-1][:-fifths], -1)


def shift_of(text: str) -> int | None:
    """Semitones by which a key or voice field lets notes sound higher; None where it says none."""
    found = None
    octave = re.search(r"\boctave=(-?\d)", text)
    moved = re.search(r"\btranspose=(-?\d{1,2})", text)
    clef = re.search(r"\b(?:treble|bass|alto|tenor|[GFC])\d?([-+^_])(8|15)(?!\d)", text)
    if octave:
        found = 12 * int(octave[1])
    if moved:
        found = (found or 0) + int(moved[1])
    if clef:
        octaves = 12 if clef[2] == "8" else 24
        found = (found or 0) + (octaves if clef[1] in "+^" else -octaves)
    return found
