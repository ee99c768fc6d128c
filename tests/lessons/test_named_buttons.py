"""What a lesson's text prints in bold is a button, a list or a fold that is there."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

import course_utils
from course_utils.lessons.course import course
from tools.lesson_languages import editions

PACKAGE = Path(course_utils.__file__).parent
NOTEBOOKS = PACKAGE.parent / "notebooks"
LESSONS = course().lesson
EDITIONS = [(one, course().numbered(number)) for one in editions() for number in one.numbers]
BOLD = re.compile(r"\*\*([^*\[]+)\*\*")
# what only begins a line, and new words, which are links
PLAIN = re.compile(
    r"<!--path-->.*?<!--/path-->|^\W*\*\*[^*]+:\*\*|^- \*\*[^*]+\*\*|\*\*[^*]*\[[^*]*\*\*",
    re.S | re.M,
)
# keys, menus of the notebook's own program, and what is no part of a studio
ELSEWHERE = {
    *("Shift + Enter", "Run > Run All Above Selected Cell", "Kernel > Restart Kernel", "drag"),
    *("Mayús + Enter", "Drag the red ring"),
}
SHARED = ("notebook", "lessons", "display", "portfolio")


def bold_in(cells: list[dict]) -> list[list[str]]:
    """The names in bold of each text cell, without the words that only begin a line."""
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return [[one for one in BOLD.findall(PLAIN.sub("", t)) if one not in ELSEWHERE] for t in texts]


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@cache
def texts_in(folder: Path) -> tuple[set[str], list[re.Pattern[str]]]:
    """All texts of a folder's programs; those with places as patterns."""
    whole, patterns = set(), []
    for path in folder.rglob("*.js"):
        whole |= set(re.findall(r'"([^"\n]+)"', path.read_text(encoding="utf-8")))
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= {node.value, *re.findall(r">([^<>]+)<", node.value)}
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    one.value if isinstance(one, ast.Constant) else None for one in node.values
                ]
                if sum(len(str(part)) for part in parts if part) > 5:
                    made = "".join(
                        r"\w+" if part is None else re.escape(str(part)) for part in parts
                    )
                    patterns.append(re.compile(made))
    return whole, patterns


def is_there(name: str, folders: list[Path]) -> bool:
    for whole, patterns in map(texts_in, folders):
        if name in whole or any(one.fullmatch(name) for one in patterns):
            return True
    return False


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_every_name_in_bold_stands_on_a_button_of_the_lesson(one):
    cells = cells_of(NOTEBOOKS / one.notebook)
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    used = re.findall(r"\w+", " ".join(re.findall(r"^from course_utils import (.+)$", code, re.M)))
    modules = [getattr(course_utils, name) for name in used]
    folders = [Path(m.__path__[0]) for m in modules if hasattr(m, "__path__")]
    folders += [PACKAGE / name for name in SHARED]
    named = {name for names in bold_in(cells) for name in names}
    assert not (gone := {name for name in named if not is_there(name, folders)}), gone


@pytest.mark.parametrize(
    ("edition", "one"), EDITIONS, ids=[f"{e.language}-{one.number}" for e, one in EDITIONS]
)
def test_in_another_language_it_is_called_as_the_studio_calls_it(edition, one):
    english = bold_in(cells_of(NOTEBOOKS / one.notebook))
    translated = bold_in(cells_of(edition.folder / one.notebook))
    assert any(translated)
    for names, said in zip(english, translated, strict=True):
        assert set(said) <= {edition.say(name) for name in names}, (names, said)


def test_a_button_that_is_not_there_is_found():
    folders = [PACKAGE / "pictures", PACKAGE / "notebook"]
    assert is_there("Generate", folders) and is_there("Vary more", folders)
    assert not is_there("Make a rainbow", folders)
