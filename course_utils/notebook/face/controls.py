"""The part for a control of a kind's panel: the panel says what there is, this how it looks."""

from __future__ import annotations

from typing import Any

from course_utils.controls import Control
from course_utils.notebook.face.parts import (
    BoundedIntText,
    Checkbox,
    Dropdown,
    Part,
    Slider,
    Text,
    Textarea,
)
from course_utils.portfolio.store import Portfolio

__all__ = ["part_for"]


def part_for(control: Control, portfolio: Portfolio) -> Part:
    """A list, a slider, a tick or a box, with the control's name and its sentence of help."""
    about: dict[str, Any] = {"description": control.label, "tooltip": control.help}
    if control.choices is not None:
        return Dropdown(control.options(portfolio), value=control.value, **about)
    if control.span is not None:
        low, high, step = control.span
        return Slider(value=control.value, min=low, max=high, step=step, **about)
    if isinstance(control.value, bool):
        return Checkbox(value=control.value, **about)
    if control.whole:
        return BoundedIntText(value=control.value, min=0, max=2**31 - 1, **about)
    if control.lines > 1:
        return Textarea(value=control.value, rows=control.lines, **about)
    return Text(value=control.value, **about)
