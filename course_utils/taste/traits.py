"""What a taste can be about: named traits of pictures, layouts, words, tunes and sounds,
each measured as a number.

A trait is used in standard steps: (value - centre) / scale. Centres and scales are the means and
standard deviations over candidates made by the course's own engines (`python -m benchmarks.taste
--reference`), so that "one step warmer" means the same for everyone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError

if TYPE_CHECKING:
    import numpy

__all__ = ["HOMES", "KIND_NAMES", "Trait", "measure", "steps", "trait_called", "traits"]

HOMES = {
    "image": "traits_pictures",
    "layout": "traits_layouts",
    "words": "traits_words",
    "tune": "traits_tunes",
    "sound": "traits_sounds",
}
KIND_NAMES = {
    "image": "pictures",
    "layout": "layouts",
    "words": "texts",
    "tune": "tunes",
    "sound": "sounds",
}
FARTHEST = 3.0  # steps; one odd candidate must not shout down all others
KEPT = 2000  # measured creations remembered
_MEASURED: OrderedDict[tuple[str, str], dict[str, float]] = OrderedDict()


@dataclass(frozen=True)
class Trait:
    """One measured property: its name, what more of it is called, what less of it is called,
    and the centre and size of one step.
    """

    name: str
    more: str
    less: str
    centre: float
    scale: float


def traits(kind: str) -> tuple[Trait, ...]:
    """The traits of a kind of creation.

    Raises:
        LearnerError: taste does not know this kind.
    """
    if kind not in HOMES:
        raise LearnerError(
            f"Taste knows {', '.join(KIND_NAMES.values())}. Choose one of: {', '.join(HOMES)}."
        )
    return import_module(f"course_utils.taste.{HOMES[kind]}").TRAITS


def measure(creation: Creation) -> dict[str, float]:
    """Every trait of a creation as a plain number, by the trait's name.

    Raises:
        LearnerError: taste does not know this kind, or the content is damaged.
    """
    key = (creation.id, creation.kind)
    if key not in _MEASURED:
        names = [trait.name for trait in traits(creation.kind)]
        found = import_module(f"course_utils.taste.{HOMES[creation.kind]}").measured(creation)
        _MEASURED[key] = {name: round(float(found[name]), 4) for name in names}
        while len(_MEASURED) > KEPT:
            _MEASURED.popitem(last=False)
    return _MEASURED[key]


def steps(kind: str, measured: dict[str, float]) -> numpy.ndarray:
    """Measured traits in standard steps from the centre, shape (traits,), held within `FARTHEST`;
    what was not measured counts as usual (0).
    """
    import numpy as np

    return np.clip(
        [
            (measured.get(trait.name, trait.centre) - trait.centre) / trait.scale
            for trait in traits(kind)
        ],
        -FARTHEST,
        FARTHEST,
    )


def trait_called(kind: str, called: str) -> tuple[Trait, int]:
    """The trait a person means by its name, or by what more (+1) or less (-1) of it is called.

    Raises:
        LearnerError: there is none.
    """
    wanted = " ".join(str(called).lower().replace("_", " ").split())
    for trait in traits(kind):
        if wanted in (trait.name.replace("_", " "), trait.more):
            return trait, 1
        if wanted == trait.less:
            return trait, -1
    raise LearnerError(
        f"There is no trait called “{str(called)[:40]}” for {KIND_NAMES[kind]}. Choose one of:"
        f" {'; '.join(f'{trait.more} or {trait.less}' for trait in traits(kind))}."
    )
