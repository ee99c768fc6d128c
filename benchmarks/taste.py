"""How well the taste model learns made-up people, on candidates made by the course's own engines.

Run: python -m benchmarks.taste POOL
    # figures; POOL is a folder of creations (made there first if it is empty: some minutes)
     python -m benchmarks.taste POOL --reference
         # centre and size of every trait over POOL, for the tables in
           course_utils/taste/traits_*.py
     python -m benchmarks.taste POOL --priors       # other spreads of the prior
     python -m benchmarks.taste POOL --steering
         # whether settings drawn after a taste make results that are liked better (makes some
           hundred: minutes)
A kind or several (image, layout, words, tune, sound) after POOL: only these.

A made-up person cares about three traits of the kind, drawn by chance, each liked or disliked, some
more than others, and answers by the logistic rule, so that about one answer in ten goes against
their own liking. Half the candidates are asked about; agreement is measured on all pairs of the
other half.
"""

from __future__ import annotations

import random
import sys

import numpy as np

from course_utils.creation import Creation
from course_utils.taste import bradley_terry as model
from course_utils.taste.taste import Pair, Taste
from course_utils.taste.traits import HOMES, measure, steps, traits
from course_utils.taste.votes import vote_for

ANSWERS = 15
PEOPLE = 100
WRONG = 0.1  # share of answers against the person's own liking
SIZES = {"tune": 40, "sound": 24, "layout": 96, "image": 48, "words": 48}


class Person:
    """A made-up taste: weights on some traits, and a temper that makes `WRONG` of the answers go
    astray on random pairs of `seen` (candidates, traits).
    """

    def __init__(self, seen: np.ndarray, rng: random.Random, cares: int = 3) -> None:
        self.weights = np.zeros(seen.shape[1])
        varied = [place for place in range(seen.shape[1]) if seen[:, place].std() > 0.2]
        for place in rng.sample(varied, min(cares, len(varied))):
            self.weights[place] = rng.choice([-1, 1]) * rng.uniform(0.5, 1.5)
        gaps = np.abs(np.subtract.outer(seen @ self.weights, seen @ self.weights))[
            np.triu_indices(len(seen), 1)
        ]
        low, high = 0.01, 100.0
        for _ in range(60):  # the scale at which the mean chance of a contrary answer is WRONG
            middle = (low * high) ** 0.5
            low, high = (
                (middle, high) if model.sigmoid(-middle * gaps).mean() > WRONG else (low, middle)
            )
        self.weights *= middle
        self.rng = rng

    def likes(self, one: np.ndarray, other: np.ndarray) -> bool:
        return bool(self.rng.random() < model.sigmoid((one - other) @ self.weights))


def by_chance(taste: Taste, pool: list[Creation], rng: random.Random) -> Pair:
    """A random pair, the comparison."""
    answered = {vote.pair for vote in taste.data.votes}
    while True:
        left, right = rng.sample(pool, 2)
        if frozenset((left.id, right.id)) not in answered:
            return Pair(left, right)


def learned(
    person: Person, pool: list[Creation], seed: int, clever: bool, answers: int = ANSWERS
) -> Taste:
    """A taste after some answers of a person."""
    taste, rng = Taste(), random.Random(seed)
    for _ in range(answers):
        pair = taste.next_pair(pool, seed) if clever else by_chance(taste, pool, rng)
        left, right = (steps(one.kind, measure(one)) for one in (pair.left, pair.right))
        taste.add(
            vote_for(
                pair.left,
                pair.right,
                "left" if person.likes(left, right) else "right",
                pair.kept_back,
            )
        )
    return taste


def agreement(taste: Taste, person: Person, kind: str, unseen: np.ndarray) -> float:
    """Share of all pairs of unseen candidates on which model and person like the same one better;
    a tie of the model counts half.
    """
    a, b = np.triu_indices(len(unseen), 1)
    real = (unseen[a] - unseen[b]) @ person.weights
    guessed = (unseen[a] - unseen[b]) @ taste.weights(kind).mean
    told = np.abs(real) > 1e-9
    return float(np.where(guessed == 0, 0.5, (guessed > 0) == (real > 0))[told].mean())


def measured(
    kind: str, creations: list[Creation], people: int = PEOPLE, answers: int = ANSWERS
) -> dict[str, float]:
    """Mean agreement after `answers` answers: clever pairs, pairs by chance, no model;
    and the person with themselves (answers as noisy as theirs).
    """
    found = {"clever pairs": [], "pairs by chance": [], "no model": [], "the person again": []}
    for number in range(people):
        rng = random.Random(f"{kind} {number}")
        shuffled = rng.sample(creations, len(creations))
        pool, rest = shuffled[: len(shuffled) // 2], shuffled[len(shuffled) // 2 :]
        seen = np.array([steps(kind, measure(one)) for one in creations])
        unseen = np.array([steps(kind, measure(one)) for one in rest])
        person = Person(seen, rng)
        for name, clever in (("clever pairs", True), ("pairs by chance", False)):
            person.rng = random.Random(number)
            found[name].append(
                agreement(learned(person, pool, number, clever, answers), person, kind, unseen)
            )
        found["no model"].append(agreement(Taste(), person, kind, unseen))
        found["the person again"].append(1 - WRONG)
    return {name: float(np.mean(values)) for name, values in found.items()}


def made_pool(folder: str, kind: str) -> list[Creation]:
    """The creations of a kind in the folder; made there first if there are none."""
    from course_utils.engines import engine_for
    from course_utils.portfolio.store import Portfolio
    from course_utils.taste.candidates import batches

    portfolio = Portfolio(folder)
    if not portfolio.list(kind, most=1):
        for recipe in batches(kind, "", SIZES[kind], seed=11):
            for creation in engine_for(kind).create(recipe):
                portfolio.save(creation)
    return [saved.creation for saved in portfolio.list(kind)]


def steered_better(
    kind: str, creations: list[Creation], people: int = 8, each: int = 6
) -> tuple[float, float]:
    """The share of pairs (a result made after a learned taste, one made without it) in which the
    person likes the first better; with the dial at 0 and at 1. Half is no effect.

    A person answers 15 pairs about half the pool; then `each` results are made by `steer.steered`
    and as many by `pools.batches`, all with the same topic.
    """
    from course_utils.engines import engine_for
    from course_utils.taste.candidates import TOPICS, batches
    from course_utils.taste.steering import steered

    def made(recipes) -> np.ndarray:
        return np.array(
            [
                steps(kind, measure(one))
                for recipe in recipes
                for one in engine_for(kind).create(recipe)
            ][:each]
        )

    found: dict[float, list[float]] = {0.0: [], 1.0: []}
    seen = np.array([steps(kind, measure(one)) for one in creations])
    for number in range(people):
        rng = random.Random(f"steer {kind} {number}")
        person = Person(seen, rng)
        person.rng = random.Random(number)
        taste = learned(person, rng.sample(creations, len(creations) // 2), number, True)
        topic = rng.choice(TOPICS[kind])
        plain = made(batches(kind, topic, each, seed=500 + number)) @ person.weights
        for dial, shares in found.items():
            after = (
                made(steered(taste, kind, topic, each, dial, seed=500 + number)[0]) @ person.weights
            )
            if len(after) and len(plain):
                shares.append(
                    float(
                        (
                            (after[:, None] > plain[None, :])
                            + 0.5 * (after[:, None] == plain[None, :])
                        ).mean()
                    )
                )
    return tuple(float(np.mean(shares)) for shares in found.values())


def main() -> None:
    folder, *flags = sys.argv[1:]
    for kind in [kind for kind in HOMES if kind in flags] or HOMES:
        creations = made_pool(folder, kind)
        if "--reference" in flags:
            rows = [measure(one) for one in creations]
            for trait in traits(kind):
                values = [row[trait.name] for row in rows]
                print(
                    f"{kind:7} {trait.name:15} mean {np.mean(values):8.3f} sd {np.std(values):7.3f}"
                    f"   stands as {trait.centre}, {trait.scale}"
                )
            continue
        if "--steering" in flags:
            like_me, surprise_me = steered_better(kind, creations)
            print(
                f"{kind}: results made after a taste were liked better than results made without it"
                f" in {like_me:.1%} of pairs with the dial at 0, in {surprise_me:.1%} at 1",
                flush=True,
            )
            continue
        priors = (0.3, 0.6, 1.0, 1.5) if "--priors" in flags else (model.PRIOR,)
        for prior in priors:
            model.fit.__kwdefaults__ = None
            model.fit.__defaults__ = (None, prior)
            result = measured(kind, creations)
            print(
                f"{kind}: {len(creations)} candidates, {PEOPLE} made-up people, {ANSWERS} answers,"
                f" prior {prior}: "
                + ", ".join(f"{name} {share:.1%}" for name, share in result.items()),
                flush=True,
            )


if __name__ == "__main__":
    main()
