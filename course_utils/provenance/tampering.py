"""A changed copy of a signed file, for a lesson on what a signature finds."""

from __future__ import annotations

from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.notebook.results import Taken

__all__ = ["change_a_byte"]

FROM_THE_END = 200  # bytes; in a PNG of ours that is inside the pixels or the note


def change_a_byte(signed: Taken, place: int = FROM_THE_END) -> Path:
    """A copy of a signed file in which one bit is different.

    Args:
        signed: what take_with_credentials gave back.
        place: which byte, counted from the end.

    Raises:
        LearnerError: nothing was signed, or the file is shorter than that.
    """
    if getattr(signed, "path", None) is None:
        raise LearnerError("Sign something first: run the cell with take_with_credentials.")
    data = bytearray(signed.path.read_bytes())
    if not 0 < place <= len(data):
        raise LearnerError(f"Choose a place from 1 to {len(data)}.")
    data[-place] ^= 1
    changed = signed.path.with_name(f"changed{signed.path.suffix}")
    changed.write_bytes(data)
    return changed
