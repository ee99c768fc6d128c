"""Panels open and close by button, so that the keyboard reaches them in every studio."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as widgets

from course_utils.studios.panels import Panels


def test_a_panel_opens_and_closes_by_its_button_and_says_so():
    inside = widgets.Text(description="A box")
    panels = Panels([("First", [inside]), ("Second", [])])
    head, body = panels.children[:2]
    assert isinstance(head, widgets.Button) and head.description == "First" and inside in body.children
    assert not panels.is_open(0) and head.tooltip.startswith("Closed")
    head.click()
    assert panels.is_open(0) and not panels.is_open(1) and head.tooltip.startswith("Open")
    head.click()
    assert not panels.is_open(0) and body.layout.display == "none"
    assert Panels([("First", [])], first_open=True).is_open(0)


def test_no_studio_uses_what_only_a_mouse_can_open():
    studios = Path(__file__).parents[1] / "course_utils" / "studios"
    assert not [path.name for path in studios.glob("*.py") if "widgets.Accordion" in path.read_text(encoding="utf-8") or "widgets.Tab(" in path.read_text(encoding="utf-8")]
