"""How tunes are written as tokens for the note model, and read back.

A sequence starts with six control tokens: task, kind, mode, key, metre, density. A bar starts with
a token that says how many bars are left, so that the model can plan an ending. Inside a bar a
length token holds for the notes after it until the next length. Pitches are semitones from the
key's home note: one tune teaches every key, and the key token says which home note to add.

Five tasks share one grammar (`bars` are as above):
    write    bars <end>                                     a tune, or the rest of one
    fill     bars before, <gap>, bars after, <fill>, the bars between, <end>
    answer   the question, <answer>, the answer, <end>
    parts    the melody, <parts>, the same bars as slices of four voices (soprano, bass, tenor,
             alto), <end>
    chords   the melody, <chords>, a row of chord tokens for each bar, <end>
Recipes made by the first note model (pairs of pitch, then length) can still be read: its words keep
their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Bar",
    "CHORD_KINDS",
    "DURATIONS",
    "HIGHEST",
    "HOLD",
    "KEYS",
    "KINDS",
    "LOWEST",
    "METRES",
    "MODES",
    "MOST_LEFT",
    "NUMBER",
    "SCALES",
    "Slice",
    "Tune",
    "TuneNote",
    "UNITS_PER_QUARTER",
    "VOCABULARY",
    "VOICES",
    "bar_tokens",
    "bars_tokens",
    "chord_slots",
    "chords_tokens",
    "decode",
    "encode",
    "header",
    "home_of",
    "left",
    "pitch_token",
    "read_bars",
    "read_chords",
    "read_slices",
    "slices_tokens",
]

KINDS = [
    "any",
    "reel",
    "jig",
    "hornpipe",
    "waltz",
    "march",
    "air",
    "strathspey",
    "polka",
    "slip jig",
    "clog",
    "quadrille",
    "chorale",
]
MODES = ["major", "minor", "dorian", "mixolydian"]
KEYS = ["C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B"]
# name: units in a bar
METRES = {
    "4/4": 48,
    "2/4": 24,
    "3/4": 36,
    "6/8": 36,
    "9/8": 54,
    "12/8": 72,
    "2/2": 48,
    "3/8": 18,
    "3/2": 72,
    "6/4": 72,
}
# in twelfths of a quarter note
DURATIONS = [2, 3, 4, 6, 8, 9, 12, 15, 16, 18, 21, 24, 30, 36, 42, 48, 54, 72]
LOWEST, HIGHEST = -31, 36  # semitones from the home note
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}
UNITS_PER_QUARTER = 12
TASKS = ["write", "fill", "answer", "parts", "chords"]
DENSITIES = ["any", "1", "2", "3", "4", "5"]  # from long notes to many short ones
# notes for each quaver of time, between one density and the next
DENSITY_STEPS = (0.45, 0.65, 0.85, 1.2)
MOST_LEFT = 32  # bars; longer pieces count down from here
CHORD_KINDS = ["major", "minor", "7", "dim", "m7"]
HOLD = "hold"  # in a slice: the voice goes on with the note it has
VOICES = ["soprano", "bass", "tenor", "alto"]  # the order inside a slice

_FIRST_DURATIONS = [2, 3, 4, 6, 8, 9, 12, 18, 24, 30, 36, 42, 48, 54, 72]
_FIRST = [  # the first model's words, in its order
    "<pad>",
    "<end>",
    "BAR",
    "REST",
    *(f"KIND {k}" for k in KINDS[:12]),
    *(f"MODE {m}" for m in MODES),
    *(f"KEY {k}" for k in KEYS),
    *(f"METRE {m}" for m in list(METRES)[:8]),
    *(f"PITCH {p}" for p in range(-15, 32)),
    *(f"LENGTH {d}" for d in _FIRST_DURATIONS),
]
VOCABULARY = [
    *_FIRST,
    "KIND chorale",
    "METRE 3/2",
    "METRE 6/4",
    *(f"PITCH {p}" for p in [*range(LOWEST, -15), *range(32, HIGHEST + 1)]),
    *(f"LENGTH {d}" for d in DURATIONS if d not in _FIRST_DURATIONS),
    *(f"TASK {t}" for t in TASKS),
    *(f"DENSITY {d}" for d in DENSITIES),
    *(f"LEFT {n}" for n in range(1, MOST_LEFT + 1)),
    "HOLD",
    "<gap>",
    "<fill>",
    "<answer>",
    "<parts>",
    "<chords>",
    *(f"CHORD {root} {kind}" for root in range(12) for kind in CHORD_KINDS),
]
NUMBER = {token: number for number, token in enumerate(VOCABULARY)}


@dataclass(frozen=True)
class TuneNote:
    """One note or rest (`semitones` None) of a melody; `length` in twelfths of a quarter note."""

    semitones: int | None
    length: int


Bar = tuple[TuneNote, ...]
# length, then soprano, bass, tenor, alto: semitones, HOLD or None
Slice = tuple[int, tuple[int | str | None, ...]]


@dataclass(frozen=True)
class Tune:
    """A melody in bars. `semitones` of its notes count from the home note of `key`."""

    kind: str
    mode: str
    key: str
    metre: str
    bars: tuple[Bar, ...]

    @property
    def home(self) -> int:
        """MIDI number of the home note, between G below middle C and F sharp above it."""
        return home_of(self.key)

    @property
    def density(self) -> str:
        """Its word in DENSITIES."""
        time = sum(note.length for bar in self.bars for note in bar)
        notes = sum(note.semitones is not None for bar in self.bars for note in bar)
        return DENSITIES[1 + sum(notes / max(1.0, time / 6) >= step for step in DENSITY_STEPS)]


def home_of(key: str) -> int:
    """MIDI number of the home note of a key, 55 to 66."""
    number = KEYS.index(key)
    return 60 + (number if number <= 6 else number - 12)


def header(
    kind: str, mode: str, key: str, metre: str, task: str = "write", density: str = "any"
) -> list[int]:
    """The six control tokens a sequence starts with."""
    return [
        NUMBER[f"TASK {task}"],
        NUMBER[f"KIND {kind}"],
        NUMBER[f"MODE {mode}"],
        NUMBER[f"KEY {key}"],
        NUMBER[f"METRE {metre}"],
        NUMBER[f"DENSITY {density}"],
    ]


def left(bars: int) -> int:
    """The token that opens a bar when so many bars are left, this one included."""
    return NUMBER[f"LEFT {max(1, min(MOST_LEFT, bars))}"]


def pitch_token(semitones: int | str | None) -> int:
    return NUMBER[
        "REST" if semitones is None else "HOLD" if semitones == HOLD else f"PITCH {semitones}"
    ]


def bar_tokens(bar: Bar) -> list[int]:
    """The tokens inside a bar.

    Raises:
        KeyError: a pitch or length has no token.
    """
    tokens, length = [], 0
    for note in bar:
        if note.length != length:
            tokens.append(NUMBER[f"LENGTH {note.length}"])
            length = note.length
        tokens.append(pitch_token(note.semitones))
    return tokens


def bars_tokens(bars: tuple[Bar, ...], left_at_start: int | None = None) -> list[int]:
    """Bars with their countdown, which starts at `left_at_start` (the number of bars, if None)."""
    start = len(bars) if left_at_start is None else left_at_start
    return [
        token
        for number, bar in enumerate(bars)
        for token in (left(start - number), *bar_tokens(bar))
    ]


def slices_tokens(
    bars: tuple[tuple[Slice, ...], ...], left_at_start: int | None = None
) -> list[int]:
    """Bars of four voices, slice by slice."""
    tokens, start = [], len(bars) if left_at_start is None else left_at_start
    for number, bar in enumerate(bars):
        tokens.append(left(start - number))
        length = 0
        for duration, voices in bar:
            if duration != length:
                tokens.append(NUMBER[f"LENGTH {duration}"])
                length = duration
            tokens += [pitch_token(voice) for voice in voices]
    return tokens


def chords_tokens(
    bars: tuple[tuple[tuple[int, str], ...], ...], left_at_start: int | None = None
) -> list[int]:
    """Bars of chords, each a root (semitones from home, 0 to 11) and one of CHORD_KINDS."""
    start = len(bars) if left_at_start is None else left_at_start
    return [
        token
        for number, bar in enumerate(bars)
        for token in (left(start - number), *(NUMBER[f"CHORD {root} {kind}"] for root, kind in bar))
    ]


def chord_slots(metre: str, kind: str) -> int:
    """How many chords a bar has: one a beat in chorales,
    one for each half of a long bar in tunes.
    """
    if kind == "chorale":
        return {
            "4/4": 4,
            "2/2": 4,
            "3/4": 3,
            "2/4": 2,
            "3/2": 3,
            "12/8": 4,
            "6/8": 2,
            "9/8": 3,
            "6/4": 2,
            "3/8": 1,
        }[metre]
    return 2 if metre in ("4/4", "2/2", "6/8", "12/8", "6/4") else 1


def encode(tune: Tune, end: bool = True, density: str = "any") -> list[int]:
    """Token numbers of a tune.

    Raises:
        KeyError: a pitch, duration or control word has no token.
    """
    tokens = header(tune.kind, tune.mode, tune.key, tune.metre, density=density) + bars_tokens(
        tune.bars
    )
    return [*tokens, NUMBER["<end>"]] if end else tokens


def decode(tokens: list[int]) -> Tune:
    """The tune in some token numbers, of this grammar or of the first model's;
    a note cut off is dropped.

    Raises:
        ValueError: the control tokens at the start are missing.
        IndexError: a number is no token's.
    """
    if any(number < 0 for number in tokens):
        raise IndexError("a token number below 0")
    words = [VOCABULARY[number] for number in tokens]
    first_model = bool(words) and words[0].startswith("KIND")
    parts = [word.split(" ", 1) for word in (words[:4] if first_model else words[1:5])]
    if [p[0] for p in parts] != ["KIND", "MODE", "KEY", "METRE"]:
        raise ValueError("a tune starts with kind, mode, key and metre")
    read = _first_bars(words[4:]) if first_model else read_bars(words[6:])
    return Tune(parts[0][1], parts[1][1], parts[2][1], parts[3][1], read)


def read_bars(words: list[str]) -> tuple[Bar, ...]:
    """The melody bars in some words, up to the first word that is not part of one."""
    bars: list[list[TuneNote]] = []
    length = 0
    for word in words:
        if word.startswith("LEFT"):
            bars.append([])
            length = 0
        elif word.startswith("LENGTH"):
            length = int(word[7:])
        elif word.startswith(("PITCH", "REST")):
            if length and bars:
                bars[-1].append(TuneNote(None if word == "REST" else int(word[6:]), length))
        else:
            break
    return tuple(tuple(bar) for bar in bars)


def read_slices(words: list[str]) -> tuple[tuple[Slice, ...], ...]:
    """The bars of four voices in some words; a slice cut off is dropped."""
    bars: list[list[Slice]] = []
    length = 0
    voices: list[int | str | None] = []
    for word in words:
        if word.startswith("LEFT"):
            bars.append([])
            length, voices = 0, []
        elif word.startswith("LENGTH"):
            length = int(word[7:])
        elif word == "HOLD" or word.startswith(("PITCH", "REST")):
            voices.append(HOLD if word == "HOLD" else None if word == "REST" else int(word[6:]))
            if len(voices) == len(VOICES):
                if length and bars:
                    bars[-1].append((length, tuple(voices)))
                voices = []
        else:
            break
    return tuple(tuple(bar) for bar in bars)


def read_chords(words: list[str]) -> tuple[tuple[tuple[int, str], ...], ...]:
    """The bars of chords in some words."""
    bars: list[list[tuple[int, str]]] = []
    for word in words:
        if word.startswith("LEFT"):
            bars.append([])
        elif word.startswith("CHORD") and bars:
            _, root, kind = word.split(" ")
            bars[-1].append((int(root), kind))
        else:
            break
    return tuple(tuple(bar) for bar in bars)


def _first_bars(words: list[str]) -> tuple[Bar, ...]:
    """Bars in the first model's grammar: BAR, then pairs of pitch and length."""
    bars: list[list[TuneNote]] = []
    pitch: str | None = None
    for word in words:
        if word == "<end>":
            break
        if word == "BAR":
            bars.append([])
        elif word.startswith(("PITCH", "REST")):
            pitch = word
        elif word.startswith("LENGTH") and pitch and bars:
            bars[-1].append(TuneNote(None if pitch == "REST" else int(pitch[6:]), int(word[7:])))
            pitch = None
    return tuple(tuple(bar) for bar in bars)
