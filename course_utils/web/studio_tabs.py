"""The studios of the browser, from the same tables as those of the notebooks."""

from __future__ import annotations

from functools import cache

from course_utils.controls import StudioSpec
from course_utils.kinds import kind_named, names

__all__ = ["studio_for", "studios"]


def studios() -> tuple[StudioSpec, ...]:
    """All studios, in the order of their tabs."""
    return _studios(names(lambda kind: bool(kind.panel)))


@cache
def _studios(kinds: tuple[str, ...]) -> tuple[StudioSpec, ...]:
    return tuple(kind_named(kind).load("panel")() for kind in kinds)


def studio_for(kind: str) -> StudioSpec | None:
    """The studio that makes this kind of creation; None where there is none in the browser."""
    return next((studio for studio in studios() if studio.kind == kind), None)
