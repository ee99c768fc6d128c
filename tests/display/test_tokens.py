"""The shared colours can be read on each other, and no page has a copy of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import course_utils
from course_utils.display.tokens import DARK, LIGHT, style_sheet, tokens

PACKAGE = Path(course_utils.__file__).parent
WORDS = [
    ("ink", "paper", 7.0),
    ("ink", "board", 7.0),
    ("ink", "light", 7.0),
    ("soft", "paper", 4.5),
    ("soft", "board", 4.5),
    ("line", "paper", 3.0),
    ("line", "board", 3.0),
]


def lightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_words_and_edges_stand_out(theme):
    for one, other, least in WORDS:
        assert contrast(theme[one], theme[other]) >= least, (one, other)
    for button in ("blue", "deep", "red"):
        assert contrast("#ffffff", theme[button]) >= 4.0, button  # large and bold


def test_no_style_sheet_has_names_of_its_own():
    for path in PACKAGE.rglob("*.css"):
        assert "--ink:" not in path.read_text(encoding="utf-8"), path


def test_every_name_that_a_page_uses_is_there():
    beside = {"big"}  # made in the style sheets themselves
    sheets = [
        PACKAGE / "notebook/face/page.css",
        PACKAGE / "web/studio.css",
        PACKAGE / "classroom/wall/wall.css",
    ]
    for path in sheets:
        used = set(re.findall(r"var\(--([a-z]+)", style_sheet(path)))
        assert used <= {*LIGHT, *beside}, path
    assert tokens(".course-studio", ".night").count("{") == tokens(".a", ".b").count("}")
