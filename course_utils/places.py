"""Where things lie that a person may move; what says which process made a saved result."""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path

__all__ = ["FOLDER_OF_ONE", "PROCESS", "home_folder", "portfolio_folder"]

FOLDER_NAME = "my_creations"
PROCESS = "course_process"  # in an output's metadata: the kernel's process, and its parent's
# the folder of the person for whom this thread works, where one program serves many
FOLDER_OF_ONE: ContextVar[Path | None] = ContextVar("folder_of_one", default=None)


def portfolio_folder() -> Path:
    """The folder of the person served, else the one named in COURSE_PORTFOLIO, else `my_creations`
    in the current folder.
    """
    return FOLDER_OF_ONE.get() or home_folder()


def home_folder() -> Path:
    """The folder of whoever runs this program, also where it serves others."""
    return Path(os.environ.get("COURSE_PORTFOLIO") or Path.cwd() / FOLDER_NAME)
