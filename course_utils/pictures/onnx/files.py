"""What is said when files of the shipped picture model are not as they should be."""

from __future__ import annotations

from course_utils.creation import LearnerError
from course_utils.models.onnx_session import AGAIN, DAMAGED

__all__ = ["WHAT", "damaged"]

WHAT = "the picture model"


def damaged() -> LearnerError:
    """The sentence for files that are missing, cut short or not what they should be."""
    return LearnerError(DAMAGED.format(what=WHAT, again=AGAIN))
