"""The rules under which tokens are drawn from the note model: every candidate follows a plan
(`sampling.py` draws).

A plan is a generator: it yields the token numbers that may come next and is sent the one that was
drawn. One number alone is a token nobody had to guess; a dictionary also says how much is added to
TRUST times each one's logit, a `Leaning` what is added to the logit itself. The odds are the
model's; what is struck out is ours: lengths that would run over a bar line, voices that would
cross.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

from course_utils.music import chord_model as tune_chords
from course_utils.music import tokens as tokens
from course_utils.music.tokens import DURATIONS, HOLD, NUMBER

__all__ = [
    "LEFTS",
    "LENGTHS",
    "Leaning",
    "MIN_P",
    "NOTES",
    "PITCHES",
    "Plan",
    "RANGES",
    "TRUST",
    "can_fill",
    "chords",
    "fits",
    "forced",
    "four_parts",
    "melody",
    "same_notes",
    "same_rhythm",
    "together",
]

Plan = Generator[list[int] | dict[int, float], int, None]
LENGTHS = {NUMBER[f"LENGTH {d}"]: d for d in DURATIONS}
PITCHES = {NUMBER[f"PITCH {p}"]: p for p in range(tokens.LOWEST, tokens.HIGHEST + 1)}
NOTES = [*PITCHES, NUMBER["REST"]]
# how much the model's odds count where a plan weighs its tokens: of chords the chain knows more
TRUST = 0.4
CHORDS = [NUMBER[f"CHORD {root} {kind}"] for root, kind in tune_chords.STATES]
LEFTS = {tokens.left(n) for n in range(1, tokens.MOST_LEFT + 1)}
MIN_P = 0.01  # no accidents from the long tail of the odds
RANGES = {"bass": (38, 62), "tenor": (47, 69), "alto": (53, 76)}  # MIDI numbers singers reach


class Leaning(dict[int, float]):
    """Tokens that may come next, each with what is added to its whole logit."""


def can_fill(room: int) -> bool:
    """Whether some lengths add up to `room` twelfths of a quarter note: everything but 1 does."""
    return room != 1


def forced(numbers: Iterable[int]) -> Plan:
    """Tokens that are given."""
    for number in numbers:
        yield [number]


def fits(length: int, room: int, after: set[int] | None = None) -> bool:
    """Whether a length leaves something that can be filled; `after` are the amounts that may be
    left (any but 1, if None).
    """
    return length <= room and (can_fill(room - length) if after is None else room - length in after)


def lengths_for(room: int, now: int, after: set[int] | None = None) -> list[int]:
    """Length tokens that may come next: one that fits, and not the present one."""
    return [
        token for token, length in LENGTHS.items() if length != now and fits(length, room, after)
    ]


def melody(metre: str, lefts: Iterable[int]) -> Plan:
    """Full bars of a melody; `lefts` are the countdown of its bars."""
    for left in lefts:
        yield [tokens.left(left)]
        room, length = tokens.METRES[metre], 0
        while room:
            token = yield [
                *(NOTES if length and fits(length, room) else []),
                *lengths_for(room, length),
            ]
            if token in LENGTHS:
                length = LENGTHS[token]
                yield NOTES
            room -= length


def same_rhythm(bars: tuple[tokens.Bar, ...], keep: list[bool], left: int) -> Plan:
    """The rhythm of some bars with other notes; where `keep` says so, in order of the notes,
    a note stays. Rests stay.
    """
    number = 0
    pitches = list(PITCHES)
    for place, bar in enumerate(bars):
        yield [tokens.left(left - place)]
        length = 0
        for note in bar:
            if note.length != length:
                length = note.length
                yield [NUMBER[f"LENGTH {length}"]]
            if note.semitones is None or keep[number]:
                yield [tokens.pitch_token(note.semitones)]
            else:
                yield pitches
            number += 1


def same_notes(bars: tuple[tokens.Bar, ...], metre: str, left: int) -> Plan:
    """The notes of some bars in another rhythm: as many notes in every bar, and every bar full."""
    full = tokens.METRES[metre]
    most = max((len(bar) for bar in bars), default=0)
    reach = [{0}]  # reach[k]: what k lengths can add up to
    for _ in range(most):
        reach.append({total + d for total in reach[-1] for d in DURATIONS if total + d <= full})
    for place, bar in enumerate(bars):
        yield [tokens.left(left - place)]
        room, length = full, 0
        for number, note in enumerate(bar):
            after = reach[len(bar) - number - 1]
            pitch = tokens.pitch_token(note.semitones)
            token = yield [
                *([pitch] if length and fits(length, room, after) else []),
                *lengths_for(room, length, after),
            ]
            if token in LENGTHS:
                length = LENGTHS[token]
                yield [pitch]
            room -= length


def four_parts(
    bars: tuple[tokens.Bar, ...],
    home: int,
    left: int,
    before: tuple[tuple[tokens.Slice, ...], ...] = (),
) -> Plan:
    """Bass, tenor and alto under a melody, slice by slice.

    No voice leaves its range or crosses the one above it, where that is possible.

    `before` are bars already there: what their voices sing at the end may be held into the first
    new one.
    """
    heard: dict[str, int | None] = {"soprano": None, "bass": None, "tenor": None, "alto": None}
    for slices in before:
        for _, voices in slices:
            for name, sung in zip(tokens.VOICES, voices):
                if not isinstance(sung, str):  # HOLD
                    heard[name] = None if sung is None else sung + home
    for place, bar in enumerate(bars):
        yield [tokens.left(left - place)]
        length = 0
        for note in bar:
            room, onset = note.length, True
            while room:
                top = tokens.pitch_token(
                    note.semitones if onset or note.semitones is None else HOLD
                )
                token = yield [
                    *([top] if length and fits(length, room) else []),
                    *lengths_for(room, length),
                ]
                if token in LENGTHS:
                    length = LENGTHS[token]
                    yield [top]
                heard["soprano"] = None if note.semitones is None else note.semitones + home
                below = None
                for voice in tokens.VOICES[1:]:
                    token = yield singable(voice, heard, below, home)
                    if token != NUMBER["HOLD"]:
                        heard[voice] = PITCHES[token] + home
                    below = heard[voice]
                room, onset = room - length, False


def singable(voice: str, heard: dict[str, int | None], below: int | None, home: int) -> list[int]:
    """What a lower voice may do next: hold its note, or sing one in its range between the voices
    around it.
    """
    low, high = RANGES[voice]
    top = heard["soprano"]
    low, high = (
        max(low, below if below is not None else low),
        min(high, top if top is not None else high),
    )
    free = [token for token, semitones in PITCHES.items() if low <= semitones + home <= high]
    now = heard[voice]
    if now is not None and low <= now <= high:
        free.append(NUMBER["HOLD"])
    return free or [
        token
        for token, semitones in PITCHES.items()
        if RANGES[voice][0] <= semitones + home <= RANGES[voice][1]
    ]


def chords(tune: tokens.Tune, left: int, lively: float) -> Plan:
    """Chords for every bar of a melody: the model's odds, and beside them what each chord is worth
    in the chain of `tune_chords`, with all that may follow.
    """
    chain, slots = tune_chords.chain_of(tune, lively), tokens.chord_slots(tune.metre, tune.kind)
    before, stood = None, 0
    for place in range(len(tune.bars) * slots):
        if place % slots == 0:
            yield [tokens.left(left - place // slots)]
        worth = chain.worth(place, before, stood)
        token = yield dict(zip(CHORDS, (worth - worth.max()).tolist()))
        stood = stood + 1 if before is not None and CHORDS[before] == token else 1
        before = CHORDS.index(token)


def together(*plans: Plan) -> Plan:
    """One plan after the other."""
    for plan in plans:
        yield from plan
