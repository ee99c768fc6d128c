"""From beliefs to settings: which style, words, tempo or composition a taste asks for, and why,
in sentences.
"""

from __future__ import annotations

import math
import random
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course_utils.creation import Recipe
from course_utils.taste.candidates import PER_BATCH
from course_utils.taste.taste import Taste
from course_utils.taste.traits import traits

__all__ = ["steered"]

COLDEST, WARMEST = 0.25, 3.0  # temperature of the draw with the dial at 0 and at 1
CALLED = {
    "words": "the words",
    "kind_of_tune": "kind of tune",
    "template": "kind of text",
    "type": "letters",
    "palette": "the colours",
}


@dataclass(frozen=True)
class Plan:
    """How recipes after a taste ask for a kind."""

    each: int = 2  # results of one recipe
    settings: dict = field(default_factory=dict)
    words_after: bool = False  # words that a taste adds stand at the end


PLANS = {
    "image": Plan(PER_BATCH, words_after=True),
    "layout": Plan(4),
    "sound": Plan(4, {"length": 5.0}),
    "tune": Plan(settings={"bars": 8}),
}


@cache
def levers(kind: str) -> dict[str, list[dict]]:
    """The levers of a kind by setting, from levers.toml."""
    found: dict[str, list[dict]] = {}
    for lever in tomllib.loads((Path(__file__).parent / "levers.toml").read_text(encoding="utf-8"))[
        "lever"
    ]:
        if lever["kind"] == kind:
            found.setdefault(lever["setting"], []).append(lever)
    return found


def worth(taste: Taste, kind: str, lever: dict, weights=None) -> float:
    """How much more a typical result is liked with a lever pulled."""
    weights = taste.weights(kind).mean if weights is None else weights
    return sum(
        float(weights[place]) * lever["traits"].get(trait.name, 0.0)
        for place, trait in enumerate(traits(kind))
    )


def drawn(
    taste: Taste, kind: str, dial: float, rng: random.Random, given: dict | None = None
) -> tuple[dict, list[str]]:
    """Settings drawn by how much they are liked, and why;
    a setting nothing is believed about stays open.

    Args:
        dial: 0 takes nearly always the best; 1 gives every one nearly the same chance.
        given: settings a person chose, which are left alone.
    """
    temperature = COLDEST + (WARMEST - COLDEST) * dial
    weights = taste.weights(kind).mean
    chosen, reasons = {}, []
    for setting, choices in levers(kind).items():
        if setting in (given or {}):
            continue
        # the first leaves it open
        values = [0.0, *(worth(taste, kind, lever, weights) for lever in choices)]
        top = max(values)
        place = rng.choices(
            range(len(values)), [math.exp((value - top) / temperature) for value in values]
        )[0]
        if place and values[place] > 0.05 or place and dial > 0.5:
            lever = choices[place - 1]
            chosen[setting] = lever["value"]
            name, effect = max(
                (
                    (trait, effect * weights[n])
                    for n, trait in enumerate(traits(kind))
                    for effect in [lever["traits"].get(trait.name, 0.0)]
                ),
                key=lambda one: one[1],
            )
            wanted = name.more if lever["traits"].get(name.name, 0) > 0 else name.less
            why = (
                f"for {wanted} +{abs(weights[[t.name for t in traits(kind)].index(name.name)]):.1f}"
                if effect > 0.05
                else "to surprise you"
            )
            reasons.append(
                f"{CALLED.get(setting, setting)} {lever.get('called', lever['value'])} ({why})"
            )
    return chosen, reasons


def steered(
    taste: Taste,
    kind: str,
    prompt: str,
    count: int,
    dial: float,
    seed: int,
    given: dict | None = None,
) -> tuple[list[Recipe], list[str]]:
    """Recipes for `count` results after a taste, each batch drawn anew,
    and what was set in sentences.
    """
    rng, recipes, told = random.Random(seed), [], []
    plan = PLANS.get(kind, Plan())
    for first in range(0, count, plan.each):
        chosen, reasons = drawn(taste, kind, dial, rng, given)
        words = chosen.pop("words", "")
        text = f"{prompt} {words}" if plan.words_after else f"{words} {prompt}"
        recipes.append(
            Recipe(
                kind=kind,
                prompt=text if words else prompt,
                seed=(seed + 97 * first) % 2**32,
                settings={
                    **plan.settings,
                    **chosen,
                    **(given or {}),
                    "count": min(plan.each, count - first),
                },
            )
        )
        told += [one for one in reasons if one not in told]
    return recipes, (
        [f"Set after your taste: {', '.join(told[:6])}."]
        if told
        else ["Nothing was set: your answers do not speak for any setting yet."]
    )
