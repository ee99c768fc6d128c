"""Styles of texts and tunes: what can be set, mixed.

Names (a kind of text, an instrument) go to the largest share, numbers (tempo, surprise) are
weighed.

Pictures have directions that add up (styles.py); texts and tunes have settings, so their "style
between two places" is a choice for names and a mean for numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from course_utils.creation import Creation

__all__ = ["TOGETHER", "bred", "mixed", "style_of"]

# taken from one parent together
TOGETHER: dict[str, list[tuple[str, ...]]] = {
    "words": [("template", "voice"), ("own_model", "own_strength")],
    "tune": [
        ("kind_of_tune", "metre"),
        ("mode",),
        ("instrument",),
        ("density",),
        ("own_model", "own_strength"),
    ],
}
NUMBERS: dict[str, dict[str, tuple[float, float]]] = {
    "words": {"surprise": (0.3, 1.4)},
    "tune": {"tempo": (40, 240), "surprise": (0.6, 1.3)},
}
CALLED = {"template": "kind of text", "kind_of_tune": "kind of tune", "own_model": "own model"}
KINDS = ("words", "tune")


@dataclass(frozen=True)
class OtherStyle:
    """Settings of a text or a tune, and the ids of what they come from."""

    kind: str
    settings: dict = field(default_factory=dict)
    parents: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The style in words."""
        told = [
            f"{CALLED.get(name, name.replace('_', ' '))} {value}"
            for name, value in self.settings.items()
            if name not in ("metre", "own_strength")
        ]
        return ", ".join(told) or "nothing special"


def style_of(creation: Creation) -> OtherStyle:
    """The style of a text or tune: what its recipe says."""
    settings = creation.recipe.settings
    names = [name for group in TOGETHER[creation.kind] for name in group] + list(
        NUMBERS[creation.kind]
    )
    return OtherStyle(
        creation.kind,
        {name: settings[name] for name in names if settings.get(name) not in (None, "", "any", 0)},
        (creation.id,),
    )


def mixed(
    styles: list[OtherStyle],
    shares: list[float],
    much: float = 1.0,
    usual: Sequence[OtherStyle] = (),
    weird: float = 0.0,
    seed: int = 0,
) -> OtherStyle:
    """Styles of one kind, mixed.

    Args:
        much: 1 as it is; above 1 numbers go further from the `usual`, below 0 to its other side.
        weird: 0 to 1: more surprise, and now and then a name drawn from all of the `usual`.
    """
    kind, rng = styles[0].kind, random.Random(seed)
    found: dict = {}
    for group in TOGETHER[kind]:
        weights: dict[tuple, float] = {}
        for style, share in zip(styles, shares):
            value = tuple(style.settings.get(name) for name in group)
            if value[0] is not None:
                weights[value] = weights.get(value, 0.0) + share
        if weird and usual and rng.random() < 0.6 * weird:
            odd = [
                tuple(style.settings.get(name) for name in group)
                for style in usual
                if style.settings.get(group[0]) is not None
            ]
            weights = {rng.choice(odd): 1.0} if odd else weights
        if weights:
            largest = max(weights, key=weights.__getitem__)
            found |= {name: value for name, value in zip(group, largest) if value is not None}
    for name, (low, high) in NUMBERS[kind].items():
        here = mean([style.settings.get(name) for style in styles], shares)
        if here is None:
            continue
        middle = (
            mean([style.settings.get(name) for style in usual], [1.0] * len(usual))
            if usual
            else None
        )
        number = here if middle is None else middle + much * (here - middle)
        number += weird * 0.4 if name == "surprise" else 0.0
        number = max(low, min(high, number))
        found[name] = round(number) if name == "tempo" else round(number, 2)
    return OtherStyle(
        kind,
        found,
        tuple(dict.fromkeys(parent for style in styles for parent in style.parents))[:2],
    )


def bred(first: OtherStyle, second: OtherStyle, seed: int, count: int = 4) -> list[OtherStyle]:
    """Children of two styles of one kind: each name from one of them, each number from between,
    or a little beyond.
    """
    rng, children = random.Random(seed), []
    for _ in range(count):
        found: dict = {}
        for group in TOGETHER[first.kind]:
            parent = rng.choice([first, second])
            found |= {name: parent.settings[name] for name in group if name in parent.settings}
        for name, (low, high) in NUMBERS[first.kind].items():
            here = mean(
                [first.settings.get(name), second.settings.get(name)],
                [share := rng.uniform(-0.2, 1.2), 1 - share],
            )
            if here is not None:
                found[name] = (
                    round(max(low, min(high, here)))
                    if name == "tempo"
                    else round(max(low, min(high, here)), 2)
                )
        children.append(OtherStyle(first.kind, found, (*first.parents[:1], *second.parents[:1])))
    return children


def mean(values: list, shares: list[float]) -> float | None:
    """The weighted mean of those that are numbers; None for none."""
    known = [
        (value, share)
        for value, share in zip(values, shares)
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    total = sum(share for _, share in known)
    return (
        sum(value * share for value, share in known) / total
        if known and abs(total) > 1e-9
        else None
    )
