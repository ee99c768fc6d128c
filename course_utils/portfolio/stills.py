"""What a studio shows as plain HTML, kept where the kernel that makes it and the Jupyter server
that saves and opens the notebook both find it: in Jupyter's own folder for what runs.

A notebook holds of a studio what was there when its cell ran; what was made later comes from here.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

from course_utils.portfolio.whole_files import write_whole

__all__ = ["StillKeeper", "keep_still", "kept_still"]

BEGINS = "course-still-"
LARGEST = 3_000_000  # characters: a lesson of several studios stays readable
OLD = 7 * 86_400.0  # seconds
REST = 1.0  # seconds after a change before it is kept


def still_file(model: str) -> Path | None:
    """Where it is kept by the name of the widget's model; None where that is no such name."""
    if not re.fullmatch("[0-9a-f]{32}", model):
        return None
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / f"{BEGINS}{model}.html"


def keep_still(model: str, page: str) -> None:
    """Keep what a studio shows now; what is too much for a notebook, or where nothing can be
    written, stays as it was.
    """
    path = still_file(model)
    if path is None or len(page) > LARGEST:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            sweep_old(path.parent)
        write_whole(path, page.encode("utf-8"))


def kept_still(model: object) -> str:
    """What a studio showed last, "" where nothing was kept."""
    path = still_file(model) if isinstance(model, str) else None
    try:
        return path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return ""


def sweep_old(folder: Path) -> None:
    before = time.time() - OLD
    for path in folder.glob(f"{BEGINS}*.html"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()


class StillKeeper:
    """Keeps what a widget shows, once for all changes of a second."""

    def __init__(self, model: str, page: Callable[[], str]) -> None:
        """`page` says what is shown now, as HTML."""
        self.model, self.page, self.kept = model, page, ""
        self.coming: threading.Timer | None = None

    def soon(self) -> None:
        """Something changed."""
        if self.coming is None or not self.coming.is_alive():
            self.coming = threading.Timer(REST, self.keep)
            self.coming.daemon = True
            self.coming.start()

    def keep(self) -> None:
        self.coming = None  # first: what changes from now on is kept by the next one
        page = self.page()
        if page != self.kept:
            keep_still(self.model, page)
            self.kept = page
