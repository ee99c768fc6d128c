"""The studios of the browser, from the same tables as those of the notebooks."""

from __future__ import annotations

from functools import cache

from course_utils.controls import StudioSpec
from course_utils.kinds import all_kinds


@cache
def studios() -> tuple[StudioSpec, ...]:
    """All studios, in the order of their tabs."""
    return tuple(kind.load("panel")() for kind in all_kinds() if kind.panel)


def studio_for(kind: str) -> StudioSpec | None:
    """The studio that makes this kind of creation; None where there is none in the browser."""
    return next((studio for studio in studios() if studio.kind == kind), None)
