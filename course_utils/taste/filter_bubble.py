"""A filter bubble, measured: how the variety of what is shown shrinks when a feed goes by one's taste, round after round."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from course_utils.creation import Creation, LearnerError
from course_utils.taste.ranking import in_order
from course_utils.taste.taste import Taste
from course_utils.taste.traits import measure, steps
from course_utils.taste.votes import TasteFile, vote_for

SHOWN = 4  # candidates a round
FEWEST = 10  # candidates for a feed that can differ


@dataclass(frozen=True)
class Feed:
    """One setting of the dial over the rounds: how far apart what was shown was (mean distance in standard steps), and how many different ones had been shown by then."""

    dial: float
    variety: tuple[float, ...]
    met: tuple[int, ...]


def feeds(taste: Taste, creations: list[Creation], dials: tuple[float, ...] = (0.0, 0.5, 1.0), rounds: int = 6, seed: int = 0) -> list[Feed]:
    """Feeds at several settings of the dial. Every round, two thirds of the candidates, drawn by chance, are new on offer; the feed shows four; a copy of the
    taste as it is now plays the person and takes the one it likes best; the feed learns from that. Your own answers are not changed.

    Raises:
        LearnerError: too few candidates, or nothing is known of the taste.
    """
    creations = list({one.id: one for one in creations}.values())
    if len(creations) < FEWEST:
        raise LearnerError(f"A feed needs at least {FEWEST} to choose from, and there are {len(creations)}. Make more first.")
    kind = creations[0].kind
    if not taste.data.of(kind):
        raise LearnerError("Nothing is known of your taste yet, so a feed cannot follow it. Answer a few pairs first.")
    person, found = taste.weights(kind).mean, []
    for dial in dials:
        rng, feed = random.Random(seed), Taste(TasteFile.model_validate(taste.data.model_dump()))
        varieties, met, known = [], [], set()
        for _ in range(rounds):
            offered = rng.sample(creations, max(SHOWN, 2 * len(creations) // 3))
            shown = [one.creation for one in in_order(feed, offered, dial, SHOWN)]
            seen = np.array([steps(kind, measure(one)) for one in shown])
            a, b = np.triu_indices(len(shown), 1)
            varieties.append(float(np.linalg.norm(seen[a] - seen[b], axis=1).mean()))
            known |= {one.id for one in shown}
            met.append(len(known))
            best = shown[int(np.argmax(seen @ person))]
            for other in shown:
                if other.content != best.content:
                    feed.add(vote_for(best, other, "left"))
        found.append(Feed(dial, tuple(varieties), tuple(met)))
    return found
