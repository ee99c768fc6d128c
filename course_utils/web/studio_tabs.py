"""What can be set and done in each studio of the browser, as tables: the same names, choices and words as the studios of the notebooks."""

from __future__ import annotations

from functools import cache

from course_utils.controls import Desk


@cache
def desks() -> tuple[Desk, ...]:
    """All studios, in the order of their tabs."""
    from course_utils.web import desks as made

    return made.pictures(), made.words(), made.tunes(), made.backing(), made.sounds()


def desk_for(kind: str) -> Desk | None:
    """The studio that makes this kind of creation; None where there is none in the browser."""
    return next((desk for desk in desks() if desk.kind == kind), None)
