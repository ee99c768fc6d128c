"""Panels open and close by button, so that the keyboard reaches them in every studio."""

from __future__ import annotations

from pathlib import Path

from course_utils.notebook.face.page import Page
from course_utils.notebook.face.parts import Panels, Text


def test_one_panel_is_open_at_a_time_and_the_page_is_told():
    box = Text(description="A box")
    panels = Panels([("First", [box]), ("Second", [])])
    page, told = Page([panels]), []
    panels.teller = lambda part: told.append(part.as_told()["opened"])
    assert panels.titles == ["First", "Second"] and box in panels.children[0].children
    assert not panels.is_open(0)
    name = next(name for name, part in page._parts.items() if part is panels)
    for place in (0, 1, 1):
        page._heard(page, {"part": name, "place": place}, [])
    assert told == [0, 1, -1]
    assert not panels.is_open(1) and Panels([("First", [])], first_open=True).is_open(0)


def test_no_studio_uses_what_only_a_mouse_can_open():
    studios = Path(__file__).parents[2] / "course_utils"
    assert not [
        path.name
        for path in studios.rglob("*studio*.py")
        if "widgets.Accordion" in path.read_text(encoding="utf-8")
        or "widgets.Tab(" in path.read_text(encoding="utf-8")
    ]
