"""Waiting for what a person has just chosen or typed.

A page holds a control's newest value back while its last one has not been answered, but sends a click at once. On a busy kernel the click
then comes before the newest value. So whoever acts on a click waits a moment where a control has changed only just before.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import ipywidgets as widgets

PAUSE = 1.0  # seconds without a change before the controls count as settled
LONGEST = 4.0  # seconds that are waited at most


class Settling:
    """Watches every control inside a widget."""

    def __init__(self, root: widgets.Widget) -> None:
        self.changed = -1e9
        self._counts = True
        for control in inside(root):
            if control.has_trait("value") and not isinstance(control, widgets.HTML):
                control.observe(self._note, "value")

    def _note(self, _) -> None:
        if self._counts:
            self.changed = time.monotonic()

    @contextlib.contextmanager
    def not_counting(self) -> Iterator[None]:
        """Changes made inside are the program's own."""
        self._counts = False
        try:
            yield
        finally:
            self._counts = True

    def wait(self) -> None:
        """Return when nothing has changed for a moment; at once in the usual case. Not for the thread that receives the page's messages."""
        limit = time.monotonic() + LONGEST
        while time.monotonic() - self.changed < PAUSE and time.monotonic() < limit:
            time.sleep(0.02)


def inside(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """A widget and all widgets in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)
