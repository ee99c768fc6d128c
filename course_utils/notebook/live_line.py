"""The bar under a cell that works for long: how far it is, an unfinished result, how to stop.

A cell keeps the kernel's main thread, so no widget could answer meanwhile: the bar is a display
that the waiting main thread renews, and Stop is the notebook's own. In a program nothing is shown.
"""

from __future__ import annotations

import time
from typing import Any

from course_utils.engines.base import Progress
from course_utils.languages.markup import translate_html
from course_utils.notebook.jobs import Clock, preview_html, progress_html
from course_utils.notebook.missing_names import running_shell

__all__ = ["LiveLine", "show_stopped"]

PATIENCE = 0.7  # seconds before anything is shown; quick work shows its result alone
HOW_TO_STOP = (
    '<p style="margin:2px 0">To stop, press ■ in the bar above, or Esc and then I twice.'
    " What is finished is kept.</p>"
)


class LiveLine:
    """Heard by any thread, shown by the main one.

    Args:
        noun: what is being made, for the bar's label.
    """

    def __init__(self, noun: str = "result") -> None:
        self.noun, self._clock = noun, Clock()
        self.newest: Progress | None = None
        self._shown: Any = None
        self._told: Progress | None = None
        self.wanted = has_front_end()

    def hear(self, progress: Progress) -> None:
        """The newest state of the work; `OnProgress` of an engine."""
        self.newest = progress

    def hear_words(self, words: str) -> None:
        """A state that has only words."""
        self.newest = Progress(0, 0, note=words)

    def tick(self) -> None:
        """Renew what is shown, when it is time."""
        if not self.wanted or time.monotonic() - self._clock.began < PATIENCE:
            return
        if self._shown is None:
            from IPython.display import HTML, display

            self._shown = display(HTML(self._html()), display_id=True)
        elif self.newest is not self._told:
            self._renew(self._html())
        self._told = self.newest

    def close(self) -> None:
        """Take the bar away; what was made takes its place."""
        if self._shown is not None:
            self._renew("")

    def _html(self) -> str:
        left = self._clock.left(self.newest.share) if self.newest else None
        preview = preview_html(self.newest.preview) if self.newest else ""
        return translate_html(progress_html(self.newest, self.noun, left) + preview + HOW_TO_STOP)

    def _renew(self, html: str) -> None:
        from IPython.display import HTML

        self._shown.update(HTML(html))


def has_front_end() -> bool:
    """Whether a kernel runs the cell, and its front-end can renew what it shows."""
    return getattr(running_shell(), "kernel", None) is not None


def show_stopped(results: Any) -> None:
    """In a notebook, show what a stopped call had finished; its cell ends without a result."""
    if has_front_end() and len(results):
        from IPython.display import display

        display(results)
