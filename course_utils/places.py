"""Where things lie that a person may move."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_NAME = "my_creations"


def portfolio_folder() -> Path:
    """The folder named in COURSE_PORTFOLIO, else `my_creations` in the current folder."""
    return Path(os.environ.get("COURSE_PORTFOLIO") or Path.cwd() / FOLDER_NAME)
