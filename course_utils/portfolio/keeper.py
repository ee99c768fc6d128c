"""What keeps a learner's files, as far as this folder needs it: the portfolio fits it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from course_utils.models.lora_file import OwnModel


class Keeper(Protocol):
    """See `portfolio.store.Portfolio`."""

    folder: Path

    def own_model(self, name: str) -> OwnModel | None: ...

    def own_models(self) -> list[str]: ...

    def keep_at(self, place: str, data: bytes) -> Path: ...
