"""Drawings of people at work, the same sixteen roles as woman, man and person, in six skin tones and three styles: balanced, so that bias can be made and measured on purpose."""

from __future__ import annotations

import json
from functools import cache

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER

INDEX = FOLDER / "index"


@cache
def people() -> list[dict]:
    """What is known of each drawing: role, who (person, woman, man), tone (0 the emoji's yellow, 1 light to 5 dark), style.

    Raises:
        LearnerError: the index is missing or damaged.
    """
    try:
        return json.loads((INDEX / "people.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise LearnerError("The drawings of people are missing or damaged. Run `python start.py` again to put them back.") from problem


@cache
def _files() -> tuple[bytes, list[int]]:
    import numpy as np

    kept = np.load(INDEX / "people.npz", allow_pickle=False)
    return kept["files"].tobytes(), kept["ends"].tolist()


def file_of(place: int) -> bytes:
    """The WebP file of drawing number `place`."""
    files, ends = _files()
    return files[ends[place - 1] if place else 0 : ends[place]]


def roles() -> list[str]:
    """The roles there are."""
    return list(dict.fromkeys(row["role"] for row in people()))
