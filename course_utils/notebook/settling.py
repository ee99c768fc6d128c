"""Waiting for what a person has just chosen or typed.

A page holds a control's newest value back while its last one has not been answered, but sends a
click at once. On a busy kernel the click then comes before the newest value. So whoever acts on a
click waits a moment where a control has changed only just before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import ipywidgets as widgets

RECENT = 1.0  # seconds since the last change after which nothing is waited for
PAUSE = 0.6  # seconds without a change before the controls count as settled
LONGEST = 4.0  # seconds that are waited at most
TICK = 0.05


class Settling:
    """Watches every control inside a widget for changes that come from the page."""

    def __init__(self, root: widgets.Widget) -> None:
        self.changed = -1e9
        for control in inside(root):
            if control.has_trait("value") and not isinstance(control, widgets.HTML):
                control.observe(self._note, "value")

    def _note(self, change) -> None:
        # set while what the page sent is being taken over
        if getattr(change["owner"], "_property_lock", None):
            self.changed = time.monotonic()

    def wait(self) -> None:
        """Return when nothing has changed for a moment; at once if the last change was long ago.

        Not for the thread that receives the page's messages.
        """
        if time.monotonic() - self.changed > RECENT:
            return
        seen, quiet = self.changed, 0
        for _ in range(round(LONGEST / TICK)):
            # ticks are counted, not seconds: a library being loaded can hold every thread up for
            # seconds
            time.sleep(TICK)
            seen, quiet = self.changed, quiet + 1 if seen == self.changed else 0
            if quiet * TICK >= PAUSE:
                return


def inside(widget: widgets.Widget) -> Iterator[widgets.Widget]:
    """A widget and all widgets in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)
