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


def drawings_of(role: str, shares: dict[str, int], style: str = "flat", tones: dict[int, int] | None = None, seed: int = 1) -> list[tuple[dict, bytes]]:
    """So many drawings of a role as woman, man and person, each with what is known of it. The tones are spread evenly, or as `tones` says (tone: how many in turn).

    Raises:
        LearnerError: there is no such role.
    """
    import random

    if role not in roles():
        raise LearnerError(f"There are drawings of: {', '.join(roles())}. Choose one of these.")
    rng, chosen = random.Random(seed), []
    order = [tone for tone, count in (tones or dict.fromkeys(range(6), 1)).items() for _ in range(count)]
    for who, count in shares.items():
        rng.shuffle(order)
        for number in range(count):
            tone = order[number % len(order)]
            place = next(place for place, row in enumerate(people()) if (row["role"], row["who"], row["tone"], row["style"]) == (role, who, tone, style))
            chosen.append((people()[place], file_of(place)))
    return chosen
