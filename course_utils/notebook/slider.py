"""A slider with a name that screen readers say; the one of ipywidgets has none.

Without anywidget, a box for a number.
"""

from __future__ import annotations

from pathlib import Path

import ipywidgets as widgets
import traitlets

try:
    import anywidget
except ImportError:
    anywidget = None


def slider(
    name: str, value: float, low: float = 0.0, high: float = 1.0, step: float = 0.05
) -> widgets.DOMWidget:
    """A labelled slider; `value` is a float."""
    if anywidget is None:
        return widgets.BoundedFloatText(
            value=value,
            min=low,
            max=high,
            step=step,
            description=name,
            style={"description_width": "110px"},
        )
    return Slider(value=value, min=low, max=high, step=step, description=name)


class Slider(anywidget.AnyWidget if anywidget else object):
    """The browser's own slider. `value` changes when it is let go."""

    _esm = Path(__file__).with_suffix(".js")
    value = traitlets.CFloat(0.0).tag(sync=True)
    min = traitlets.CFloat(0.0).tag(sync=True)
    max = traitlets.CFloat(1.0).tag(sync=True)
    step = traitlets.CFloat(0.05).tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)

    @traitlets.validate("value")
    def _within(self, proposal) -> float:
        return min(self.max, max(self.min, proposal["value"]))
