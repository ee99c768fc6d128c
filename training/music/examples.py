"""Token sequences for training, drawn anew each time: a task, a stretch of bars, a transposition,
some control tokens left open.
"""

from __future__ import annotations

import random

from course_utils.music.tokens import (
    HIGHEST,
    HOLD,
    KEYS,
    LOWEST,
    NUMBER,
    Tune,
    TuneNote,
    bars_tokens,
    chords_tokens,
    header,
    home_of,
    slices_tokens,
)

LONGEST = 400  # tokens
END = NUMBER["<end>"]
TASKS_OF_TUNES = (("write", 0.45), ("fill", 0.2), ("answer", 0.15), ("chords", 0.2))
TASKS_OF_CHORALES = (("parts", 0.76), ("chords", 0.1), ("write", 0.07), ("fill", 0.07))
# a chorale is long and a stretch short: it comes so many times as often as a tune
CHORALES_AGAIN = 3


def moved(piece: dict, rng: random.Random) -> tuple[str, int, int]:
    """Another key for a piece: its name, semitones to move, and its home note.

    Melodies stay between D below middle C and G two octaves above.
    """
    pitches = [p for bar in piece["bars"] for p, _ in bar if p is not None]
    low, high = min(pitches), max(pitches)
    lowest = min(
        [
            low,
            *(
                v
                for bar in piece.get("slices", [])
                for _, voices in bar
                for v in voices
                if isinstance(v, int)
            ),
        ]
    )
    for _ in range(6):
        shift = 0 if rng.random() < 0.35 else rng.randint(-5, 6)
        key = KEYS[(piece["tonic"] + shift) % 12]
        home = home_of(key)
        if (
            lowest + shift - home >= LOWEST
            and high + shift - home <= HIGHEST
            and low + shift >= 50
            and high + shift <= 91
        ):
            return key, shift, home
    key = KEYS[piece["tonic"]]
    return key, 0, home_of(key)


def pick(rng: random.Random, choices) -> str:
    return rng.choices([name for name, _ in choices], [weight for _, weight in choices])[0]


def stretch(bars: int, rng: random.Random, most: int) -> tuple[int, int]:
    """First and last bar (not included) of a stretch: everything, or sections of 4,
    8 or 16 bars from where a section starts.
    """
    if bars <= most and rng.random() < 0.4:
        return 0, bars
    size = rng.choice([n for n in (4, 8, 8, 8, 16, 16) if n <= most])
    starts = [start for start in range(0, bars, size if size < 16 else 8) if start + size <= bars]
    if not starts:
        return 0, min(bars, most)
    start = rng.choice(starts)
    return start, start + size


def example(piece: dict, rng: random.Random, task: str | None = None) -> list[int]:
    """One sequence from a piece, at most LONGEST tokens and a little;
    shorter stretches are tried when it is too long.
    """
    task = task or pick(rng, TASKS_OF_CHORALES if "slices" in piece else TASKS_OF_TUNES)
    most = 8 if task == "parts" else 32
    while True:
        tokens = _example(piece, rng, task, most)
        if len(tokens) <= LONGEST or most <= 2:
            return tokens[:LONGEST]
        most = most - 2 if most <= 8 else most // 2


def _example(piece: dict, rng: random.Random, task: str, most: int) -> list[int]:
    key, shift, home = moved(piece, rng)
    count = len(piece["bars"])
    if "slices" in piece:
        size = min(
            count,
            (
                rng.randint(2, most)
                if task != "parts"
                else most
                if rng.random() < 0.7
                else rng.randint(2, max(2, most))
            ),
        )
        start = rng.choice([0, count - size, rng.randint(0, count - size)])
        stop, remain = start + size, count - start  # chorales count down to their real end
    else:
        start, stop = stretch(count, rng, most)
        remain = stop - start
    bars = tuple(
        tuple(TuneNote(None if p is None else p + shift - home, n) for p, n in bar)
        for bar in piece["bars"][start:stop]
    )
    tune = Tune(piece["kind"], piece["mode"], key, piece["metre"], bars)
    kind = "any" if rng.random() < 1 / 7 else piece["kind"]
    if task == "answer" and len(bars) not in (4, 8, 16):
        task = "write"
    if task == "fill" and len(bars) < 3:
        task = "write"
    tokens = header(
        kind,
        piece["mode"],
        key,
        piece["metre"],
        task,
        "any" if rng.random() < 0.4 else tune.density,
    )
    if task == "fill":
        size = rng.randint(1, min(4, len(bars) - 1))
        gap = rng.randint(0, len(bars) - size - (1 if rng.random() < 0.9 else 0))
        tokens += [
            *bars_tokens(bars[:gap], remain),
            NUMBER["<gap>"],
            *bars_tokens(bars[gap + size :], remain - gap - size),
            NUMBER["<fill>"],
            *bars_tokens(bars[gap : gap + size], remain - gap),
        ]
    elif task == "answer":
        half = len(bars) // 2
        tokens += [
            *bars_tokens(bars[:half], remain),
            NUMBER["<answer>"],
            *bars_tokens(bars[half:], remain - half),
        ]
    else:
        tokens += bars_tokens(bars, remain)
    if task == "parts":
        first = piece["slices"][start][0]
        bars_of_slices = [
            [
                (n, tuple(v if v is None or v == HOLD else v + shift - home for v in voices))
                for n, voices in bar
            ]
            for bar in piece["slices"][start:stop]
        ]
        bars_of_slices[0][0] = (
            first[0],
            tuple(
                sounding(piece, start, place, shift - home) if v == HOLD else v
                for place, v in enumerate(bars_of_slices[0][0][1])
            ),
        )
        tokens += [NUMBER["<parts>"], *slices_tokens(tuple(map(tuple, bars_of_slices)), remain)]
    elif task == "chords":
        tokens += [
            NUMBER["<chords>"],
            *chords_tokens(
                tuple(
                    tuple((root, kind) for root, kind in bar) for bar in piece["chords"][start:stop]
                ),
                remain,
            ),
        ]
    return [*tokens, END] if task != "write" or remain == len(bars) else tokens


def sounding(piece: dict, bar: int, voice: int, by: int):
    """The note a voice holds into a bar, struck anew where a stretch begins there."""
    for earlier in reversed(piece["slices"][:bar]):
        for _, voices in reversed(earlier):
            if voices[voice] != HOLD:
                return None if voices[voice] is None else voices[voice] + by
    return None


def pool(pieces: list[dict], rng: random.Random) -> list[list[int]]:
    """One pass: every tune once, every chorale CHORALES_AGAIN times, in a new order."""
    again = [piece for piece in pieces for _ in range(CHORALES_AGAIN if "slices" in piece else 1)]
    rng.shuffle(again)
    return [example(piece, rng) for piece in again]


def batches(pieces: list[dict], rng: random.Random, tokens: int):
    """Batches for ever: sequences of like length together, about `tokens` in each,
    so that little is padding.
    """
    while True:
        rows = pool(pieces, rng)
        made = []
        for place in range(0, len(rows), 400):
            some = sorted(rows[place : place + 400], key=len)
            while some:
                longest = len(some[-1])
                size = max(1, tokens // longest)
                made.append(some[-size:])
                del some[-size:]
        rng.shuffle(made)
        yield from made
