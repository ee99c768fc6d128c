"""Tunes written after a form: the note model writes what is new, the form copies what comes back
and sees to the ends.

The model is asked in its own grammar (see tokens): bars with a countdown, drawn under a plan. A bar
that comes back is a row of
tokens nobody has to guess; a bar at the end of a phrase may only take lengths and notes with which
it can end there.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from course_utils.music import decoding as drawing
from course_utils.music import tokens
from course_utils.music.decoding import LENGTHS, NOTES, PITCHES, Leaning, Plan
from course_utils.music.form.leaning import FARTHEST_LEAP, leaned
from course_utils.music.form.plans import Form
from course_utils.music.tokens import DURATIONS, METRES, NUMBER, SCALES, Bar, Tune, TuneNote

__all__ = ["Order", "Rules", "beat_of", "ends_at_home", "with_upbeat", "write_in_form"]

CHUNK, BEFORE = 16, 8  # bars written at a time, and bars before them that the model reads again
FARTHEST = 7  # semitones from the note before the last to the last
MOST_SAME = 4  # times one note may come in a row where the model writes
WIDEST = 12  # semitones of a leap anywhere
BY_ITSELF = 0.04  # how often the model ends four bars on a longer note unasked
OPEN = (7, 2, 4, 5, 11, 9)  # where a phrase may stop away from home, semitones above it
BEATS = {
    "6/8": 18,
    "9/8": 18,
    "12/8": 18,
    "2/2": 24,
    "3/2": 24,
    "6/4": 36,
}  # units of a beat; 12 elsewhere
Draw = Callable[
    [list[list[int]], list[Plan], list[int], Callable[[int], None] | None, threading.Event | None],
    list[list[int] | None],
]


@dataclass(frozen=True)
class Rules:
    """What a kind of music asks of the notes.

    Args:
        scale: semitones above home that are used; empty for all that the model likes.
        cells: rhythms of a bar, lengths in twelfths of a quarter note (below 0: a rest), drawn by
            the seed; empty: the model's own.
        low, high: the lowest and highest note, semitones above the home note.
        ends_long: share of phrase ends inside the tune that rest on a longer note.
    """

    scale: tuple[int, ...] = ()
    cells: tuple[tuple[int, ...], ...] = ()
    low: int = -12
    high: int = 24
    ends_long: float = 0.3


@dataclass(frozen=True)
class Order:
    """What one candidate is to be: the controls of the model, its form and its rules."""

    kind: str
    mode: str
    key: str
    metre: str
    form: Form
    rules: Rules = Rules()
    density: str = "any"
    seed: int = 0
    chords: tuple[frozenset[int], ...] = ()  # of each bar, semitones above home
    upbeat: bool = False  # the end must have room to give one up
    leans: bool = False  # with the leaps and the reach that were counted in the old tunes


def beat_of(metre: str) -> int:
    """Units of a beat: a quarter note, or a dotted one where eighths come in threes."""
    return BEATS.get(metre, 6 if metre == "3/8" else 12)


@cache
def can_end(room: int, least: int) -> bool:
    """Whether some lengths add up to `room` of which the last is at least `least`."""
    return any(
        length == room and length >= least or length < room and can_end(room - length, least)
        for length in DURATIONS
    )


class Line:
    """The melody while it is drawn: what stands so far, and where the voice is."""

    def __init__(self, order: Order, given: tuple[Bar, ...] = ()) -> None:
        self.order = order
        self.bars: list[list[TuneNote]] = [list(bar) for bar in given]
        self.scale = frozenset(order.rules.scale or range(12))
        self.rests = order.kind not in ("chorale",)

    @property
    def last(self) -> int | None:
        """The last note's semitones."""
        return next(
            (
                note.semitones
                for bar in reversed(self.bars)
                for note in reversed(bar)
                if note.semitones is not None
            ),
            None,
        )

    def stuck_on(self) -> int | None:
        """The note that was sung MOST_SAME times and must not come again; None for none."""
        sung: list[int] = []
        for bar in reversed(self.bars[-MOST_SAME - 1 :]):
            sung += [note.semitones for note in reversed(bar) if note.semitones is not None]
        again = sung[:MOST_SAME]
        return again[0] if len(again) == MOST_SAME and len(set(again)) == 1 else None

    def notes(self) -> list[int]:
        """Tokens of notes that may come next: of the scale, in the range, no leap wider than
        WIDEST.
        """
        low, high, last = self.order.rules.low, self.order.rules.high, self.last
        stuck, widest = self.stuck_on(), FARTHEST_LEAP if self.order.leans else WIDEST
        fitting = [
            token
            for token, pitch in PITCHES.items()
            if pitch % 12 in self.scale
            and low <= pitch <= high
            and pitch != stuck
            and (last is None or abs(pitch - last) <= widest)
        ]
        return fitting or NOTES

    def first_notes(self) -> list[int]:
        """The same for the first note of a bar: of the bar's chord, where there is one."""
        chord = self.order.chords[len(self.bars) - 1] if self.order.chords else frozenset()
        fitting = self.notes()
        return [token for token in fitting if PITCHES.get(token, 0) % 12 in chord] or fitting

    def targets(self, ends: str) -> list[int]:
        """Tokens of the notes on which a phrase may end."""
        classes = (
            {0}
            if ends in ("closed", "home")
            else {step for step in OPEN if step in SCALES[self.order.mode] and (step in self.scale)}
            or {7}
        )
        last = self.last if self.last is not None else 0
        near = [
            token
            for token, pitch in PITCHES.items()
            if pitch % 12 in classes and abs(pitch - last) <= FARTHEST
        ]
        low, high = self.order.rules.low, self.order.rules.high
        return (
            [token for token in near if low <= PITCHES[token] <= high]
            or near
            or [NUMBER["PITCH 0"]]
        )

    def leaned(self, allowed: list[int]) -> list[int] | Leaning:
        """Tokens with what was counted added to the model's odds, where the order asks for it."""
        if not self.order.leans or len(allowed) == 1:
            return allowed
        count = len(self.order.form.bars)
        return leaned(allowed, self.last, len(self.bars) - 1, count, self.order.seed)

    def add(self, token: int, length: int) -> None:
        """A note is there."""
        self.bars[-1].append(TuneNote(PITCHES.get(token), length))


def plan_of(line: Line, first: int, last: int) -> Plan:
    """The tokens of the bars from `first` up to `last`, counted from 0."""
    order, count = line.order, len(line.order.form.bars)
    chosen = rhythms(order)
    for number in range(first, last):
        bar = order.form.bars[number]
        yield [tokens.left(count - number)]
        if bar.copies is not None:
            yield from drawing.forced(tokens.bar_tokens(tuple(line.bars[bar.copies])))
            line.bars.append(list(line.bars[bar.copies]))
            continue
        line.bars.append([])
        least = ending_length(order, bar.ends, number)
        if chosen[number]:
            yield from with_rhythm(
                line,
                closing(chosen[number], least, METRES[order.metre]) if bar.ends else chosen[number],
                bar.ends,
            )
        else:
            yield from freely(line, bar.ends, least)


def rhythms(order: Order) -> list[tuple[int, ...]]:
    """The given rhythm of each bar; () where the model chooses. Units that are alike have alike
    rhythms, and most bars the same one.
    """
    if not order.rules.cells:
        return [()] * len(order.form.bars)
    found: list[tuple[int, ...]] = []
    by_unit: dict[tuple[str, int], tuple[int, ...]] = {}
    for number, bar in enumerate(order.form.bars):
        key = (bar.unit.rstrip("'"), number % 2)
        rng = random.Random(f"rhythm {order.seed} {key if len(by_unit) < 6 else number % 2}")
        found.append(by_unit.setdefault(key, rng.choice(order.rules.cells)))
    return found


def ending_length(order: Order, ends: str, number: int) -> int:
    """The least length of a bar's last note: a beat at home and at the tune's end; open phrases
    rest as often as the kind does.
    """
    if not ends:
        return 0
    if ends == "closed" or number == len(order.form.bars) - 1:
        more = upbeat_size(order.kind, order.metre) if order.upbeat else 0
        return min(beat_of(order.metre) + more, METRES[order.metre])
    chance = max(0.0, (order.rules.ends_long - BY_ITSELF) / (1 - BY_ITSELF))
    rests = random.Random(f"rest {order.seed} {number}").random() < chance
    return min(beat_of(order.metre), METRES[order.metre]) if rests else 2


def closing(cell: tuple[int, ...], least: int, full: int) -> tuple[int, ...]:
    """A rhythm whose last note is at least so long, sounds, and lasts to the end of the bar."""
    lengths = list(cell)
    last = 0
    while lengths and (last < least or last not in DURATIONS):
        last += abs(lengths.pop())
    if last in DURATIONS and last >= least:
        return (*lengths, last)
    rest = full - sum(map(abs, lengths))
    return (*lengths, *[part for part in parts_of(rest)]) if rest else cell


def parts_of(length: int) -> list[int]:
    """A length as lengths that have tokens, the longest last."""
    found: list[int] = []
    while length:
        part = next(one for one in reversed(DURATIONS) if one <= length and length - one != 1)
        found.insert(0, part)
        length -= part
    return sorted(found)


def with_rhythm(line: Line, cell: tuple[int, ...], ends: str) -> Plan:
    """A bar of a given rhythm; the model chooses the notes."""
    length = 0
    for place, signed in enumerate(cell):
        if abs(signed) != length:
            length = abs(signed)
            yield [NUMBER[f"LENGTH {length}"]]
        if signed < 0:
            token = yield [NUMBER["REST"]]
        elif ends and place == len(cell) - 1:
            token = yield line.targets(ends)
        else:
            token = yield line.first_notes() if not place else line.notes()
        line.add(token, length)


def freely(line: Line, ends: str, least: int) -> Plan:
    """A bar as the model likes it, full, and at the end of a phrase with an end."""
    room, length = METRES[line.order.metre], 0

    def fits(size: int) -> bool:
        if ends:
            return size == room and size >= least or size < room and can_end(room - size, least)
        return drawing.fits(size, room)

    def notes() -> list[int]:
        if ends and length == room:
            return line.targets(ends)
        return [
            *line.notes(),
            *([NUMBER["REST"]] if line.rests and not (ends and room <= 2 * least) else []),
        ]

    while room:
        lengths = [token for token, size in LENGTHS.items() if size != length and fits(size)]
        token = yield line.leaned([*(notes() if length and fits(length) else []), *lengths])
        if token in LENGTHS:
            length = LENGTHS[token]
            token = yield line.leaned(notes())
        line.add(token, length)
        room -= length


def write_in_form(
    draw: Draw,
    orders: list[Order],
    tell: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
    given: tuple[Bar, ...] = (),
) -> list[Tune | None]:
    """A tune for each order, all drawn together where they can be; None for those not finished when
    `stop` was set.

    Args:
        draw: draws tokens under plans (`tune_drawing.draw` with its model and surprise): starts,
            plans, seeds, tell, stop.
        orders: of one length.
        given: first bars that are there already, such as a tune that goes on.
    """
    lines = [Line(order, given) for order in orders]
    count, done = len(orders[0].form.bars), len(given)
    while done < count:
        last = min(count, done + CHUNK)
        plans = [plan_of(line, done, last) for line in lines]
        seeds = [(line.order.seed + done) % 2**32 for line in lines]
        told = None if tell is None else (lambda bars, at=done: tell(at + bars))
        draw(starts_of(lines, done), plans, seeds, told, stop)
        if stop is not None and stop.is_set():
            break
        done = last
    return [finished_tune(line, count) for line in lines]


def starts_of(lines: list[Line], done: int) -> list[list[int]]:
    """The tokens a chunk starts from: the controls, and the bars before it that are read again.

    All are of one length, as drawing asks: of longer ones the oldest tokens are left out.
    """
    heads, pasts = [], []
    for line in lines:
        order, first = line.order, max(0, done - BEFORE)
        heads.append(
            tokens.header(order.kind, order.mode, order.key, order.metre, density=order.density)
        )
        pasts.append(
            tokens.bars_tokens(
                tuple(tuple(bar) for bar in line.bars[first:done]), len(order.form.bars) - first
            )
        )
    most = min(map(len, pasts))
    return [[*head, *past[len(past) - most :]] for head, past in zip(heads, pasts)]


def finished_tune(line: Line, count: int) -> Tune | None:
    """The tune, if all its bars are there and full."""
    full, order = METRES[line.order.metre], line.order
    whole = len(line.bars) == count and all(
        sum(note.length for note in bar) == full for bar in line.bars
    )
    return (
        Tune(order.kind, order.mode, order.key, order.metre, tuple(tuple(bar) for bar in line.bars))
        if whole
        else None
    )


def repeats_as_planned(tune: Tune, form: Form) -> bool:
    """Whether every bar that should come back does."""
    return len(tune.bars) == len(form.bars) and all(
        bar.copies is None or tune.bars[number] == tune.bars[bar.copies]
        for number, bar in enumerate(form.bars)
    )


def ends_at_home(tune: Tune) -> bool:
    """Whether the last note is the home note and lasts at least a beat."""
    last = next((note for note in reversed(tune.bars[-1]) if note.semitones is not None), None)
    return (
        last is not None
        and last.semitones is not None
        and last.semitones % 12 == 0
        and last.length >= min(beat_of(tune.metre), METRES[tune.metre])
    )


def upbeat_size(kind: str, metre: str) -> int:
    """How long an upbeat is, in twelfths of a quarter note: half a beat (an eighth in 6/8), or a
    beat in slow kinds and in threes.
    """
    beat = beat_of(metre)
    if beat in (18, 6):
        return 6
    return beat if metre in ("3/4", "3/2") or kind in ("air", "chorale", "march") else beat // 2


def with_upbeat(tune: Tune, seed: int = 0) -> tuple[Tune, tuple[TuneNote, ...]]:
    """A tune whose last bar gives up what an upbeat needs, and the upbeat's notes, to be played
    before its first bar; the tune itself and () where its last note is too short.

    It leads to the first note from a step beside it or from the fifth below.
    """
    rng = random.Random(f"upbeat {seed}")
    sung = [note.semitones for bar in tune.bars for note in bar if note.semitones is not None]
    first = sung[0] if sung else 0
    size = upbeat_size(tune.kind, tune.metre)
    last = tune.bars[-1][-1]
    if last.length - size < 6 or last.length - size not in DURATIONS:
        return tune, ()
    below = next((step for step in (-1, -2, -3) if (first + step) % 12 in SCALES[tune.mode]), -2)
    choices = [first + below, first]
    if first % 12 == 0:
        choices.append(-5 if first >= 0 else first + below)
    pitch = max(tokens.LOWEST, min(tokens.HIGHEST, rng.choice(choices)))
    shorter = TuneNote(last.semitones, last.length - size), TuneNote(None, size)
    bars = (*tune.bars[:-1], (*tune.bars[-1][:-1], *shorter))
    return replace(tune, bars=bars), (TuneNote(pitch, size),)
