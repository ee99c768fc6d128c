"""Candidates put in order by a taste, with a dial from "like me" (0) to "surprise me" (1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.creation import Creation, LearnerError
from course_utils.taste.taste import SHOWN, Taste
from course_utils.taste.traits import measure, steps, traits

__all__ = ["in_order", "read_dial"]

TELLING = 0.8  # steps from the usual before a trait is given as a reason


@dataclass(frozen=True)
class Ranked:
    """A candidate in its place: how it is expected to be liked (0-1: the share of all candidates it
    should beat), whether it is a surprise, and why it is here.
    """

    creation: Creation
    liked: float
    surprise: bool
    why: str


def read_dial(dial) -> float:
    """A dial as a number from 0 ("like me") to 1 ("surprise me").

    Raises:
        LearnerError: it is neither of these words nor such a number.
    """
    named = {"like me": 0.0, "half and half": 0.5, "surprise me": 1.0}.get(
        str(dial).strip().lower(), dial
    )
    if isinstance(named, bool) or not isinstance(named, int | float) or not 0 <= named <= 1:
        raise LearnerError(
            'The dial goes from 0 ("like me") to 1 ("surprise me"). Give a number between them.'
        )
    return float(named)


def in_order(
    taste: Taste, creations: list[Creation], dial: float = 0.0, most: int | None = None
) -> list[Ranked]:
    """The candidates in the order a person should meet them.

    The dial says which share of the places goes to surprises: candidates far, in the traits, from
    everything met in questions, then from everything chosen, and from those placed before them (the
    farthest point first: Gonzalez 1985), whatever the liking. The other places go to what should be
    liked most. Surprises stand between the others and are named.

    Raises:
        LearnerError: no candidates, or of different kinds.
    """
    creations = list({one.id: one for one in creations}.values())
    if not creations or len({one.kind for one in creations}) > 1:
        raise LearnerError("Give candidates of one kind: only pictures, or only tunes.")
    kind = creations[0].kind
    seen = np.array([steps(kind, measure(one)) for one in creations])
    liking, _ = taste.weights(kind).liking(seen)
    share = (liking[:, None] > liking[None, :]).mean(1) + 0.5 * (
        liking[:, None] == liking[None, :]
    ).mean(1)
    met, known = _met(taste, kind, seen.shape[1]), _chosen(taste, kind, seen.shape[1])
    count = min(most or len(creations), len(creations))
    mean = known.mean(0)
    return [
        Ranked(
            creations[number],
            float(share[number]),
            surprise,
            (
                surprise_reason(kind, seen[number], mean)
                if surprise
                else reason(taste, kind, seen[number])
            ),
        )
        for number, surprise in _placed(seen, liking, met, known, dial, count)
    ]


def _met(taste: Taste, kind: str, traits: int) -> np.ndarray:
    """The traits of everything met in questions, shape (things, traits)."""
    votes = taste.data.of(kind)
    sides = [side for vote in votes for side in (vote.left_traits, vote.right_traits)]
    return np.array([steps(kind, side) for side in sides] or [np.zeros(traits)])


def _chosen(taste: Taste, kind: str, traits: int) -> np.ndarray:
    """The traits of everything chosen, shape (things, traits)."""
    chosen = [
        steps(kind, vote.left_traits if vote.winner == vote.left else vote.right_traits)
        for vote in taste.data.of(kind)
        if vote.winner
    ]
    return np.array(chosen) if chosen else np.zeros((1, traits))


def _placed(
    seen: np.ndarray,
    liking: np.ndarray,
    met: np.ndarray,
    known: np.ndarray,
    dial: float,
    count: int,
) -> list[tuple[int, bool]]:
    """Numbers of candidates in order, and whether each is a surprise."""
    rest: list[int] = list(range(len(seen)))
    placed: list[tuple[int, bool]] = []
    for place in range(count):
        # spread evenly: at 0.5 every second one
        surprise = int((place + 1) * dial + 1e-9) > int(place * dial + 1e-9)
        if surprise:
            before = seen[[number for number, _ in placed]]
            near, far = (np.concatenate([them, before]) for them in (met, known))
            pick = max(
                rest, key=lambda number: (apart(near, seen[number]), apart(far, seen[number]))
            )
        else:
            pick = max(rest, key=lambda number: liking[number])
        rest.remove(pick)
        placed.append((pick, surprise))
    return placed


def apart(points: np.ndarray, one: np.ndarray) -> float:
    """The distance to the nearest of some points, in standard steps."""
    return round(float(np.linalg.norm(points - one, axis=1).min()), 6)


def reason(taste: Taste, kind: str, seen: np.ndarray) -> str:
    """Which beliefs speak most for a candidate, and the strongest against it."""
    weights, known = taste.weights(kind).mean, traits(kind)
    told = weights * seen
    for_it = [place for place in np.argsort(-told) if told[place] > SHOWN][:2]
    against = int(np.argmin(told))
    parts = (
        ["it has " + " and ".join(side(known[place], seen[place]) for place in for_it)]
        if for_it
        else []
    )
    parts += (
        [f"less like you: {side(known[against], seen[against])}"] if told[against] < -SHOWN else []
    )
    return "; ".join(parts) or "nothing speaks for or against it yet"


def surprise_reason(kind: str, seen: np.ndarray, mean: np.ndarray) -> str:
    """What sets a candidate most apart from what was chosen so far."""
    far = np.argsort(-np.abs(seen - mean))[:2]
    told = [
        side(traits(kind)[place], seen[place] - mean[place])
        for place in far
        if abs(seen[place] - mean[place]) > TELLING
    ]
    return "unlike what you chose so far" + (": " + " and ".join(told) if told else "")


def side(trait, value: float) -> str:
    return trait.more if value >= 0 else trait.less
