"""The lessons in other languages: one source, the English notebook, and a gettext file for each.

`python -m tools.lessons` writes them all. A cell is one message; what tools/lessons.py generates
(the way, the map, time and level) is written anew in the language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog

from course_utils.languages import read_catalogue
from course_utils.languages.catalogue import FOLDER
from course_utils.lessons import glossary
from course_utils.lessons.course import BEGIN, END, Course, Lesson
from tools.translate import HEADER, load

__all__ = [
    "Edition",
    "ENGLISH",
    "editions",
    "headings_in",
    "lesson_messages",
    "po_of",
    "translated",
    "updated",
]

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
BLOCK = re.compile(rf"\n*{BEGIN}.*?{END}\n*", re.S)
MAP = re.compile(r"<!--map (.+?)-->.*<!--/map-->", re.S)
STEP = re.compile(r"^## (.+)$", re.M)
STRING = re.compile(r"""(["'])[^"'\n]* [^"'\n]*\1""")  # a code cell that holds words for people
LINK = re.compile(r"(\]\(|src=\"|href=\")([\w./-]+?\.(?:ipynb|md|webp|png|svg))")


@dataclass(frozen=True)
class Edition:
    """The lessons in one language. `numbers`: those that are translated."""

    language: str = "en"
    numbers: tuple[str, ...] = ()

    @property
    def say(self) -> Callable[[str], str]:
        return str if self.language == "en" else read_catalogue(self.language).translate

    @property
    def folder(self) -> Path:
        return NOTEBOOKS if self.language == "en" else NOTEBOOKS / self.language

    def address(self, one: Lesson) -> str:
        """Where a lesson is, seen from this edition's folder."""
        here = self.language == "en" or one.number in self.numbers
        return one.notebook if here else f"../{one.notebook}"

    def picture(self, one: Lesson) -> str:
        return one.banner if self.language == "en" else f"../{one.banner}"

    @property
    def button(self) -> str:
        """The picture of the large button under a banner, seen from this edition's folder."""
        return "img/begin.svg" if self.language == "en" else f"../img/begin_{self.language}.svg"


ENGLISH = Edition()


def editions() -> list[Edition]:
    """Those in other languages, each with the lessons it has."""
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("*/lessons/*.po")):
        found.setdefault(path.parts[-3], []).append(path.stem)
    return [Edition(language, tuple(numbers)) for language, numbers in found.items()]


def source_of(cell: dict) -> str:
    """The message of a cell: without what is generated; "" where nothing is to be translated."""
    text = "".join(cell["source"])
    if cell["cell_type"] == "code":
        return text if STRING.search(text) or text.startswith("from course_utils") else ""
    return "" if MAP.fullmatch(text.strip()) else BLOCK.sub("\n\n", text).strip()


def cells_of(one: Lesson) -> list[dict]:
    return json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))["cells"]


def lesson_messages(one: Lesson) -> dict[str, str]:
    """What is to be translated of a lesson, and the cell it stands in."""
    found = {source_of(cell): str(cell.get("id", "")) for cell in cells_of(one)}
    return {text: cell for text, cell in found.items() if text}


def updated(edition: Edition, one: Lesson) -> tuple[Catalog, list[str]]:
    """A lesson's gettext file as it should be, and what is missing or stale in it."""
    before = load(po_of(edition, one))
    said = {str(message.id): message for message in before if message.id}
    made = Catalog(fuzzy=False, header_comment=HEADER.format(language=edition.language))
    trouble = []
    for text, cell in lesson_messages(one).items():
        old = said.pop(text, None)
        made.add(text, str(old.string) if old else "", auto_comments=[f"cell {cell}"])
        if old is None or not old.string:
            first = text.splitlines()[0]
            trouble.append(f"{edition.language} {one.number}, cell {cell}: not translated: {first}")
    for text in said:
        first = text.splitlines()[0]
        trouble.append(f"{edition.language} {one.number}: no longer in the lesson: {first}")
    return made, trouble


def headings_in(edition: Edition, one: Lesson) -> dict[str, str]:
    """The headings of a lesson's steps, and what they are called in a language."""
    said = {str(m.id): str(m.string) for m in load(po_of(edition, one)) if m.id and m.string}
    found: dict[str, str] = {}
    for text in lesson_messages(one):
        found |= zip(STEP.findall(text), STEP.findall(said.get(text, text)))
    return found


def po_of(edition: Edition, one: Lesson) -> Path:
    return FOLDER / edition.language / "lessons" / f"{one.number}.po"


def translated(
    edition: Edition, one: Lesson, whole: Course, generated: Callable[[str, int, int], str]
) -> str:
    """The notebook of a lesson in a language, as its file should be.

    Args:
        generated: gives a text cell its generated parts; the text, its place among the text cells
            and how many there are.
    """
    said = {str(m.id): str(m.string) for m in load(po_of(edition, one)) if m.id and m.string}
    notebook = json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    for cell in notebook["cells"]:
        source = source_of(cell)
        text = said.get(source, source) if source else "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            place = next(n for n, other in enumerate(texts) if other is cell)
            text = generated(relinked(text, whole, edition), place, len(texts))
        cell["source"] = text.splitlines(keepends=True)
    notebook["metadata"]["course_language"] = edition.language
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def relinked(text: str, whole: Course, edition: Edition) -> str:
    """Addresses as they are seen from the folder of a language."""
    names = {one.notebook: edition.address(one) for one in whole.lesson}
    names[glossary.PAGE] = glossary.PAGE  # each language has its own

    def other(found: re.Match) -> str:
        address = found[2]
        return found[1] + (
            names.get(address) or (address if address.startswith("../") else f"../{address}")
        )

    return LINK.sub(other, text)
