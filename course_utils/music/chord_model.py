"""Chords for a melody as paths through a chain: what the notes of each place ask for,
what followed what in Bach's chorales, and a cadence.

The chain is counted, not guessed: `chord_moves.json` beside the note model holds how often each
chord follows each other one in the training chorales (`python -m training.music.chords --work DIR`
writes it). How often a chord changes in a dance tune is ours, because the old books print melodies
only. Source of the method: Rabiner 1989, "A tutorial on hidden Markov models", forward and backward
messages and the Viterbi path.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.models.onnx_session import AGAIN, DAMAGED
from course_utils.music import tokens as tokens
from course_utils.music.tokens import CHORD_KINDS, METRES, SCALES, Tune, TuneNote

__all__ = ["SHAPES", "STATES", "best_path", "chain_of"]

SHAPES = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "dim": (0, 3, 6),
    "m7": (0, 3, 7, 10),
}
# a chord: semitones from the home note, and its kind
STATES = [(root, kind) for root in range(12) for kind in CHORD_KINDS]
# how much the notes count beside what usually follows what, in dances and in chorales
FIT = {True: 4.5, False: 2.0}
# how often a dance tune's chord changes at a bar line when it has stood for one bar, two, three or
# more
CHANGE = (0.6, 0.8, 0.95)
CHANGE_INSIDE = 0.2  # and in the middle of a bar
# how welcome the home chord is at the end and at the beginning, and a fifth (or the flat seventh)
# before the end
HOME, HOME_FIRST, FIFTH_BEFORE = 5.0, 1.5, 1.5
HALF_WAY = 0.8  # how welcome home or fifth are at the end of every fourth bar
# dance bands play plain chords; one of four notes fits more by chance
PLAIN = {"major": 0.0, "minor": -0.15, "7": -1.3, "dim": -6.0, "m7": -6.0}
# what Bach's major and minor do not show: chords that make the old modes, and how many times
# likelier they are there
COLOUR = {
    "dorian": {
        (10, "major"): 3.0,
        (5, "major"): 3.0,
        (7, "minor"): 2.0,
        (7, "major"): 0.2,
        (7, "7"): 0.2,
        (8, "major"): 0.05,
        (5, "minor"): 0.3,
    },
    "mixolydian": {
        (10, "major"): 8.0,
        (7, "minor"): 3.0,
        (7, "7"): 0.15,
        (7, "major"): 0.4,
        (11, "dim"): 0.05,
    },
}
LIVELY = 1.6  # nats
SMOOTH = 12.0  # counts lent to moves from how common a chord is at all


@dataclass(frozen=True)
class Places:
    """The places of a tune where a chord may stand: how well each of STATES fits the notes there
    (nats), and how likely a change is after a chord has stood for 1, 2, ... places.
    """

    fits: list
    changes: list[tuple[float, ...]]
    mode: str
    dance: bool


@cache
def counted() -> dict:
    """Counts from the training chorales, by mode: `after` (chord, next chord: times) and `stays`
    (for each beat of a bar, the share of changes).

    Raises:
        LearnerError: the file is missing or damaged.
    """
    try:
        found = json.loads((FOLDER / "music" / "chord_moves.json").read_text(encoding="utf-8"))
        if not all(found[mode]["after"] for mode in ("major", "minor")) or not found["changes"]:
            raise ValueError("other counts")
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise LearnerError(DAMAGED.format(what="the chord model", again=AGAIN)) from problem
    return found


@cache
def moves(mode: str, dance: bool):
    """Log-probabilities of the next chord, given that it changes: 60 x 60, rows sum to one."""
    import numpy as np

    times = np.zeros((len(STATES), len(STATES)))
    place = {f"{root} {kind}": number for number, (root, kind) in enumerate(STATES)}
    for before, following in counted()["major" if mode in ("major", "mixolydian") else "minor"][
        "after"
    ].items():
        for after, number in following.items():
            times[place[before], place[after]] += number
    common = times.sum(0) + 0.2
    shares = times + SMOOTH * common / common.sum()
    for chord, factor in COLOUR.get(mode, {}).items():
        shares[:, STATES.index(chord)] *= factor
    np.fill_diagonal(shares, 1e-9)
    return np.log(shares / shares.sum(1, keepdims=True))


def places_of(tune: Tune, lively: float = 0.0) -> Places:
    """The places of a tune: one a beat in chorales, one or two a bar in dances.

    `lively`: see `chain_of`.
    """
    import numpy as np

    slots, full, dance = (
        tokens.chord_slots(tune.metre, tune.kind),
        METRES[tune.metre],
        tune.kind != "chorale",
    )
    chords = np.array(
        [
            [1.0 if (step - root) % 12 in SHAPES[kind] else -1.0 for step in range(12)]
            for root, kind in STATES
        ]
    )
    plain = np.array(
        [
            PLAIN[kind]
            + lively * (LIVELY if root not in (0, 5, 7) and kind in ("major", "minor") else 0.0)
            for root, kind in STATES
        ]
    )
    fits, changes = [], []
    for number, bar in enumerate(tune.bars):
        for slot in range(slots):
            time = sounding(bar, slot * full / slots, (slot + 1) * full / slots)
            fits.append(
                FIT[dance] * (chords @ time) / max(time.sum(), 0.5 * full / slots)
                + (plain if dance else 0.0)
            )
            changes.append(
                change_after(slot, slots, lively)
                if dance
                else (counted()["changes"][slot * 4 // slots],)
            )
        if (number + 1) % 4 == 0 and dance:
            fits[-1] = fits[-1] + HALF_WAY * np.array(
                [root in (0, 7) and kind in ("major", "minor") for root, kind in STATES]
            )
    if fits:
        third = "major" if 4 in SCALES[tune.mode] else "minor"
        ends_on = (third,) if dance else ("major", "minor")
        home = np.array([root == 0 and kind in ends_on for root, kind in STATES])
        fits[-1] = fits[-1] + HOME * home
        fits[0] = fits[0] + HOME_FIRST * home
    return Places(fits, changes, tune.mode, dance)


def sounding(bar: tuple[TuneNote, ...], begin: float, stop: float):
    """How long each of the twelve steps sounds between two moments of a bar, shape (12,); what
    begins there or holds on counts more.
    """
    import numpy as np

    time, clock = np.zeros(12), 0
    for note in bar:
        inside = min(stop, clock + note.length) - max(begin, clock)
        if note.semitones is not None and inside > 0:
            time[note.semitones % 12] += inside * (1.5 if clock <= begin else 1.0)
        clock += note.length
    return time


def change_after(slot: int, slots: int, lively: float) -> tuple[float, ...]:
    """How likely a dance tune's chord changes here, by how many places it has stood."""
    more = 1 - 0.6 * lively
    return (
        (CHANGE_INSIDE**more,) * (3 * slots)
        if slot
        else tuple(
            CHANGE[min(2, (stood - 1) // slots)] ** more for stood in range(1, 3 * slots + 1)
        )
    )


def leading(places: Places, last: bool):
    """Log-weights of a change from each chord (rows) to each other one (columns);
    into the last chord a fifth is welcome.
    """
    import numpy as np

    table = moves(places.mode, places.dance)
    if not last:
        return table
    leads = np.array(
        [
            (root == 7 or root == 10 and places.mode in COLOUR) and kind in ("major", "minor", "7")
            for root, kind in STATES
        ]
    )
    return table + FIFTH_BEFORE * np.outer(leads, [root == 0 for root, _ in STATES])


def best_path(tune: Tune) -> list[list[tuple[int, str]]]:
    """The likeliest chords for a melody, bar by bar (Viterbi).

    A state is a chord and for how many places it has stood.
    """
    import numpy as np

    chain = chain_of(tune, best=True)
    path: list[int] = []
    stood = 0
    for place in range(len(chain.places.fits)):
        here = int(np.argmax(chain.worth(place, path[-1] if path else None, stood)))
        stood = stood + 1 if path and path[-1] == here else 1
        path.append(here)
    slots = tokens.chord_slots(tune.metre, tune.kind)
    labels = [STATES[number] for number in path]
    return [labels[bar * slots : (bar + 1) * slots] for bar in range(len(tune.bars))]


@dataclass(frozen=True)
class Chain:
    """For every place what a chord is worth there: its notes, the step from the chord before,
    and all that may follow (`ahead`, by how long it has stood).
    """

    places: Places
    ahead: list

    def worth(self, place: int, before: int | None, stood: int):
        """Log-weights of all STATES at a place after the chord `before` (a number in STATES),
        which has `stood` for so many places.
        """
        import numpy as np

        new, held = (
            self.places.fits[place] + self.ahead[place][0],
            self.places.fits[place] + self.ahead[place],
        )
        if before is None:
            return new
        changes = self.places.changes[place]
        change = changes[min(stood, len(changes)) - 1]
        worth = (
            new + np.log(change) + leading(self.places, place == len(self.places.fits) - 1)[before]
        )
        worth[before] = held[min(stood, len(held) - 1)][before] + np.log(1 - change)
        return worth


def chain_of(tune: Tune, lively: float = 0.0, best: bool = False) -> Chain:
    """The chain of a melody with its backward messages: over all that may follow (drawing by
    `worth` then draws whole paths by their weight), or, for the likeliest path, the best of it.

    `lively` from 0 to 1: how much oftener a dance tune's chords change than plain playing does, and
    how welcome others than the first, fourth and fifth are.
    """
    import numpy as np

    places = places_of(tune, lively)

    def together(values):
        top = values.max(1)
        return top if best else top + np.log(np.exp(values - top[:, None]).sum(1))

    longest = len(places.changes[0]) if places.changes else 1
    ahead = [np.zeros((longest, len(STATES)))]
    for place in range(len(places.fits) - 1, 0, -1):
        after, change = ahead[0] + places.fits[place], np.array(places.changes[place])
        elsewhere = together(leading(places, place == len(places.fits) - 1) + after[0][None, :])
        stay = (
            after[[min(stood, longest - 1) for stood in range(1, longest + 1)]]
            + np.log(1 - change)[:, None]
        )
        away = elsewhere[None, :] + np.log(change)[:, None]
        ahead.insert(0, np.maximum(stay, away) if best else np.logaddexp(stay, away))
    return Chain(places, ahead)
