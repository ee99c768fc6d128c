"""Panels open and close by button, so that the keyboard reaches them in every studio."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as widgets

from course_utils.notebook.panels import Panels


def test_a_panel_opens_and_closes_by_its_button_and_says_so():
    box = widgets.Text(description="A box")
    panels = Panels([("First", [box]), ("Second", [])])
    (first, second), body = panels.children[0].children, panels.children[1]
    assert (
        isinstance(first, widgets.Button) and first.description == "First" and box in body.children
    )
    assert (
        not panels.is_open(0)
        and first.tooltip.startswith("Closed")
        and body.layout.display == "none"
    )
    first.click()
    assert panels.is_open(0) and first.tooltip.startswith("Open") and first.style.button_color
    second.click()
    assert (
        panels.is_open(1)
        and not panels.is_open(0)
        and first.tooltip.startswith("Closed")
        and not first.style.button_color
    )
    second.click()
    assert not panels.is_open(1) and Panels([("First", [])], first_open=True).is_open(0)


def test_no_studio_uses_what_only_a_mouse_can_open():
    studios = Path(__file__).parents[1] / "course_utils"
    assert not [
        path.name
        for path in studios.rglob("*studio*.py")
        if "widgets.Accordion" in path.read_text(encoding="utf-8")
        or "widgets.Tab(" in path.read_text(encoding="utf-8")
    ]
