"""How a tune is written as tokens for the note model, and read back.

A tune is: kind, mode, key, metre, then bars. A note is a pair: pitch as semitones above or below the key's home note, then
duration in twelfths of a quarter note. Because pitch is relative, one tune teaches every key; the key token says which
home note to add when the tokens are read back.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ["any", "reel", "jig", "hornpipe", "waltz", "march", "air", "strathspey", "polka", "slip jig", "clog", "quadrille"]
MODES = ["major", "minor", "dorian", "mixolydian"]
KEYS = ["C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B"]
METRES = {"4/4": 48, "2/4": 24, "3/4": 36, "6/8": 36, "9/8": 54, "12/8": 72, "2/2": 48, "3/8": 18}  # name: units in a bar
DURATIONS = [2, 3, 4, 6, 8, 9, 12, 18, 24, 30, 36, 42, 48, 54, 72]  # in twelfths of a quarter note
LOWEST, HIGHEST = -15, 31  # semitones from the home note
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10), "mixolydian": (0, 2, 4, 5, 7, 9, 10)}
UNITS_PER_QUARTER = 12

VOCABULARY = [
    "<pad>", "<end>", "BAR", "REST", *(f"KIND {k}" for k in KINDS), *(f"MODE {m}" for m in MODES), *(f"KEY {k}" for k in KEYS),
    *(f"METRE {m}" for m in METRES), *(f"PITCH {p}" for p in range(LOWEST, HIGHEST + 1)), *(f"LENGTH {d}" for d in DURATIONS),
]
NUMBER = {token: number for number, token in enumerate(VOCABULARY)}


@dataclass(frozen=True)
class TuneNote:
    """One note or rest (`semitones` None) of a melody; `length` in twelfths of a quarter note."""

    semitones: int | None
    length: int


@dataclass(frozen=True)
class Tune:
    """A melody in bars. `semitones` of its notes count from the home note of `key`."""

    kind: str
    mode: str
    key: str
    metre: str
    bars: tuple[tuple[TuneNote, ...], ...]

    @property
    def home(self) -> int:
        """MIDI number of the home note, between G below middle C and F sharp above it."""
        number = KEYS.index(self.key)
        return 60 + (number if number <= 6 else number - 12)


def header(kind: str, mode: str, key: str, metre: str) -> list[int]:
    """The four control tokens a tune starts with."""
    return [NUMBER[f"KIND {kind}"], NUMBER[f"MODE {mode}"], NUMBER[f"KEY {key}"], NUMBER[f"METRE {metre}"]]


def encode(tune: Tune, end: bool = True) -> list[int]:
    """Token numbers of a tune.

    Raises:
        KeyError: a pitch, duration or control word has no token.
    """
    tokens = header(tune.kind, tune.mode, tune.key, tune.metre)
    for bar in tune.bars:
        tokens.append(NUMBER["BAR"])
        for note in bar:
            tokens += [NUMBER["REST" if note.semitones is None else f"PITCH {note.semitones}"], NUMBER[f"LENGTH {note.length}"]]
    return [*tokens, NUMBER["<end>"]] if end else tokens


def decode(tokens: list[int]) -> Tune:
    """The tune in some token numbers; a last note without length is dropped.

    Raises:
        ValueError: the control tokens at the start are missing.
    """
    words = [VOCABULARY[number] for number in tokens]
    parts = [word.split(" ", 1) for word in words[:4]]
    if [p[0] for p in parts] != ["KIND", "MODE", "KEY", "METRE"]:
        raise ValueError("a tune starts with kind, mode, key and metre")
    bars: list[list[TuneNote]] = []
    pitch: str | None = None
    for word in words[4:]:
        if word == "<end>":
            break
        if word == "BAR":
            bars.append([])
        elif word.startswith(("PITCH", "REST")):
            pitch = word
        elif word.startswith("LENGTH") and pitch and bars:
            bars[-1].append(TuneNote(None if pitch == "REST" else int(pitch[6:]), int(word[7:])))
            pitch = None
    return Tune(parts[0][1], parts[1][1], parts[2][1], parts[3][1], tuple(tuple(bar) for bar in bars))
