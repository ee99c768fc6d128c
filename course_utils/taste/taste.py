"""A taste at work: what it believes, which pair it asks next,
how well it guesses answers it has not learned from.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from course_utils.creation import Creation, LearnerError
from course_utils.taste.bradley_terry import Weights, fit
from course_utils.taste.traits import Trait, measure, steps, trait_called, traits
from course_utils.taste.votes import ANSWERS, KEEP_BACK, Set, TasteFile, Vote

__all__ = ["Pair", "SHOWN", "Taste"]

MOST_PAIRS = 1500  # looked at for the next question
SHOWN = 0.15  # weights nearer to 0 are not told


@dataclass(frozen=True)
class Belief:
    """One weight in words: the trait, mean and standard deviation,
    and whether a person set or forbade it.
    """

    trait: Trait
    mean: float
    spread: float
    set_by: str = ""  # "", "you", "forbidden"

    @property
    def phrase(self) -> str:
        """Such as "warm colours +0.8": always told by the side that is liked."""
        return f"{self.trait.more if self.mean >= 0 else self.trait.less} +{abs(self.mean):.1f}"

    @property
    def sure(self) -> str:
        """How sure, in words: by how many standard deviations it is away from 0."""
        if self.set_by:
            return "set by you" if self.set_by == "you" else "forbidden by you"
        far = abs(self.mean) / (self.spread + 1e-9)
        return (
            "quite sure"
            if far > 2
            else "fairly sure"
            if far > 1.2
            else "a guess"
            if far > 0.6
            else "does not know yet"
        )


@dataclass(frozen=True)
class Held:
    """The test on answers kept back: how many, how many guessed right,
    and of how many a person could not say.
    """

    asked: int
    right: int
    undecided: int = 0

    def __str__(self) -> str:
        if not self.asked:
            return "No answer has been kept back for a test yet: every fourth one is."
        few = " With so few, this can be luck." if self.asked < 8 else ""
        return (
            f"I kept {self.asked} of your answers back and guessed {self.right} of them. Guessing"
            f" blindly gets about {self.asked / 2:g}.{few}"
        )


@dataclass(frozen=True)
class Pair:
    """The next question: two candidates, whether its answer is kept back for testing,
    and how many bits it is expected to tell.
    """

    left: Creation
    right: Creation
    kept_back: bool = False
    bits: float = 0.0


class Taste:
    """What is known of one person's taste.

    Holds no files: `data` comes from and goes to whoever keeps it.
    """

    def __init__(self, data: TasteFile | None = None) -> None:
        self.data = data or TasteFile()

    def fixed(self, kind: str) -> dict[int, float]:
        """Weights a person holds fixed, by the trait's place;
        traits this version does not know are passed over.
        """
        names = [trait.name for trait in traits(kind)]
        return {
            names.index(name): 0.0 if one.forbidden else one.weight
            for name, one in self.data.beliefs.get(kind, {}).items()
            if name in names
        }

    def weights(
        self, kind: str, *, without_kept_back: bool = False, without_set: bool = False
    ) -> Weights:
        """The posterior from all answers, or without those kept back for the test,
        or without what a person set.
        """
        votes = [vote for vote in self.data.of(kind) if not (without_kept_back and vote.kept_back)]
        rows = counted(votes)
        differences = np.array(
            [steps(kind, vote.left_traits) - steps(kind, vote.right_traits) for vote, _ in rows]
        ).reshape(-1, len(traits(kind)))
        return fit(
            differences,
            np.array([share for _, share in rows]),
            {} if without_set else self.fixed(kind),
        )

    def beliefs(self, kind: str) -> list[Belief]:
        """Every trait with what is believed of it, the strongest first."""
        weights, given = self.weights(kind), self.data.beliefs.get(kind, {})
        found = []
        for place, trait in enumerate(traits(kind)):
            one = given.get(trait.name)
            found.append(
                Belief(
                    trait,
                    float(weights.mean[place]),
                    float(np.sqrt(weights.covariance[place, place])),
                    "" if one is None else "forbidden" if one.forbidden else "you",
                )
            )
        return sorted(found, key=lambda belief: -abs(belief.mean))

    def in_words(self, kind: str, most: int = 3) -> str:
        """The strongest beliefs in a line: "warm colours +0.8, three-four time +0.3"."""
        told = [belief.phrase for belief in self.beliefs(kind) if abs(belief.mean) > SHOWN][:most]
        return ", ".join(told) or "nothing yet"

    def test(self, kind: str) -> Held:
        """The answers kept back, guessed by a model that has not learned from them."""
        votes = [vote for vote in self.data.of(kind) if vote.kept_back]
        told = [vote for vote in votes if vote.winner]
        if not told:
            return Held(0, 0, len(votes))
        differences = np.array(
            [steps(kind, vote.left_traits) - steps(kind, vote.right_traits) for vote in told]
        )
        guesses = differences @ self.weights(kind, without_kept_back=True).mean
        return Held(
            len(told),
            sum(
                bool(guess > 0) == (vote.answer == "left") and guess != 0
                for guess, vote in zip(guesses, told)
            ),
            len(votes) - len(told),
        )

    def liking(self, creations: list[Creation]) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the liking of candidates of one kind."""
        return self.weights(creations[0].kind).liking(
            np.array([steps(one.kind, measure(one)) for one in creations])
        )

    def next_pair(self, pool: list[Creation], seed: int = 0) -> Pair:
        """The pair whose answer would tell most; every fourth is drawn by chance instead and kept
        back, so that the test is a fair one.

        Raises:
            LearnerError: fewer than two different candidates, or every pair has been answered.
        """
        pool = list({one.id: one for one in pool}.values())
        if len(pool) < 2 or len({one.content for one in pool}) < 2:
            raise LearnerError("Two different ones are needed to compare. Make more first.")
        kind, votes = pool[0].kind, self.data.of(pool[0].kind)
        answered = {vote.pair for vote in votes}
        rng = random.Random(f"{seed} {len(votes)}")
        pairs = [
            (a, b)
            for b in range(len(pool))
            for a in range(b)
            if frozenset((pool[a].id, pool[b].id)) not in answered
            and pool[a].content != pool[b].content
        ]
        if not pairs:
            raise LearnerError(
                "You have answered every pair there is among these. Make more to go on, or look at"
                " your taste."
            )
        pairs = rng.sample(pairs, min(MOST_PAIRS, len(pairs)))
        kept_back = len(votes) % KEEP_BACK == KEEP_BACK - 1
        bits = 0.0
        if kept_back:
            chosen = pairs[0]
        else:
            seen = np.array([steps(kind, measure(one)) for one in pool])
            told = self.weights(kind, without_kept_back=True).information(
                np.array([seen[a] - seen[b] for a, b in pairs])
            )
            last = votes[-1].pair if votes else frozenset()
            # the same one twice running is dull for a person
            tired = np.array([0.85 ** len(last & {pool[a].id, pool[b].id}) for a, b in pairs])
            best = int(np.argmax(told * tired))
            chosen, bits = pairs[best], float(told[best])
        # sides by chance, or somebody who always says left would teach something
        left, right = rng.sample(chosen, 2)
        return Pair(pool[left], pool[right], kept_back, bits)

    def add(self, vote: Vote) -> None:
        """Take an answer."""
        self.data.votes.append(vote)

    def undo(self, kind: str) -> Vote | None:
        """Take the newest answer about a kind back."""
        for place in range(len(self.data.votes) - 1, -1, -1):
            if self.data.votes[place].kind == kind:
                return self.data.votes.pop(place)
        return None

    def believe(self, kind: str, called: str, weight: float | None, forbidden: bool = False) -> str:
        """Set a belief, forbid one, or (weight None) leave it to the answers again;
        the answer is a sentence.

        Raises:
            LearnerError: there is no such trait, or the weight is not between -3 and 3.
        """
        trait, sign = trait_called(kind, called)
        mine = self.data.beliefs.setdefault(kind, {})
        if forbidden:
            mine[trait.name] = Set(forbidden=True)
            return f"“{trait.more}” and “{trait.less}” no longer count."
        if weight is None:
            mine.pop(trait.name, None)
            return f"“{trait.more}” is learned from your answers again."
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not -3 <= weight <= 3:
            raise LearnerError(
                "A belief is a number from -3 to 3, such as 0.8. Change it and try again."
            )
        mine[trait.name] = Set(weight=sign * weight)
        return (
            f"“{trait.more if sign > 0 else trait.less}” is set to {weight:+.1f} by you; answers do"
            " not change it."
        )


def counted(votes: list[Vote]) -> list[tuple[Vote, float]]:
    """Each pair once, with the share of answers for its left: the same answer twice counts once,
    and answers that contradict each other are half a vote each way.
    """
    by_pair: dict[frozenset[str], list[Vote]] = {}
    for vote in votes:
        by_pair.setdefault(vote.pair, []).append(vote)
    return [
        (
            group[-1],
            sum(
                ANSWERS[vote.answer] if vote.left == group[-1].left else 1 - ANSWERS[vote.answer]
                for vote in group
            )
            / len(group),
        )
        for group in by_pair.values()
    ]
