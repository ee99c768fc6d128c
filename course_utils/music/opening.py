"""Which engine makes tunes here: the course's own, or a bigger model that was asked for."""

from __future__ import annotations

from course_utils.models.choose import asked_for
from course_utils.music.engine import TuneEngine

__all__ = ["open_engine"]


def open_engine():
    """A new engine for tunes: the course's own, or the model COURSE_TUNE_MODEL names
    (see `anticipatory_engine`).
    """
    bigger = asked_for("tune")
    if not bigger:
        return TuneEngine()
    from course_utils.music.bigger.anticipatory_engine import EventTuneEngine

    return EventTuneEngine(bigger)
