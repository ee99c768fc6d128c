"""Lists that people may read and change, kept as TOML beside the code and checked when read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from course_utils.errors import LearnerError

__all__ = ["read_table"]

M = TypeVar("M", bound=BaseModel)


def read_table(model: type[M], path: Path, what: str) -> M:
    """A list in a TOML file, as the model says it must be; `what` it holds, for the sentence.

    Raises:
        LearnerError: the file is missing, or something in it cannot be used.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as problem:
        raise LearnerError(
            f"The list of {what} ({path.name}) cannot be used. Undo the last change in it, or set"
            " the course up again."
        ) from problem
