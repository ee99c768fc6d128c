"""A pad with what was made on it and a ring to drag between: mouse, touch or keys.

One-line equivalent: `styles.at("a house", 0.2, -0.4)`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

from course_utils.display.scripts import script_of
from course_utils.notebook.browser_parts import AnyWidget, has_parts

__all__ = ["MapPad", "can_drag"]


class MapPad(AnyWidget):
    """A square from -1 to 1.

    `across` and `up` change when the ring is let go, and while keys move it.
    """

    _esm = script_of(Path(__file__).with_suffix(".js"))
    _css = Path(__file__).with_suffix(".css")
    label = traitlets.Unicode("Style map").tag(sync=True)
    # {"across", "up", "picture" (a data address, or ""), "name"}
    points: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    right = traitlets.Unicode("").tag(sync=True)
    top = traitlets.Unicode("").tag(sync=True)
    across = traitlets.Float(0.0, min=-1, max=1).tag(sync=True)
    up = traitlets.Float(0.0, min=-1, max=1).tag(sync=True)


def can_drag() -> bool:
    """Whether the library for it is here; without it, two sliders and a picture do the same."""
    return has_parts()
