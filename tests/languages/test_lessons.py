"""Lessons in other languages follow their English source, cell by cell, and keep its rules."""

from __future__ import annotations

import re
from functools import cache

import nbformat
import pytest

from course_utils.lessons import glossary
from course_utils.lessons.course import course
from tools.course_texts import PLANS
from tools.lesson_languages import NOTEBOOKS, Edition, editions, headings_in, updated
from tools.lessons import in_language
from tools.teach import FOLDER

EDITIONS = [(one, number) for one in editions() for number in one.numbers]
NAMES = [f"{one.language}-{number}" for one, number in EDITIONS]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([^)]*))?\)|(?:src|href)=\"([^\"#]+)\"")


@cache
def places_in(edition: Edition) -> set[str]:
    """What the words of a language's glossary can be reached by."""
    text = (edition.folder / glossary.PAGE).read_text(encoding="utf-8")
    return {
        *re.findall(r'<a id="([a-z-]+)"></a>\n\n### ', text),
        *re.findall(r"^### (\w+)$", text, re.M),
    }


def test_spanish_has_the_first_lessons():
    assert {number for one, number in EDITIONS if one.language == "es"} >= {"00", "01", "02", "03"}


@pytest.mark.parametrize(("edition", "number"), EDITIONS, ids=NAMES)
def test_a_changed_cell_of_the_source_is_named(edition, number):
    lesson = course().numbered(number)
    _, trouble = updated(edition, lesson)
    assert trouble == [], "translate these lines, then run python -m tools.lessons"
    there = (edition.folder / lesson.notebook).read_text(encoding="utf-8")
    assert there == in_language(course(), lesson, edition), "run python -m tools.lessons"


@pytest.mark.parametrize(("edition", "number"), EDITIONS, ids=NAMES)
def test_a_translated_lesson_keeps_the_rules(edition, number):
    lesson = course().numbered(number)
    notebook = nbformat.read(edition.folder / lesson.notebook, as_version=4)
    english = nbformat.read(NOTEBOOKS / lesson.notebook, as_version=4)
    nbformat.validate(notebook)
    assert [one.cell_type for one in notebook.cells] == [one.cell_type for one in english.cells]
    for cell, source in zip(notebook.cells, english.cells):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type == "markdown":
            assert len(cell.source.split()) <= 60, (len(cell.source.split()), cell.source)
            heads = [len(one) for one in re.findall(r"^(#+) ", cell.source, re.M)]
            assert heads == [len(one) for one in re.findall(r"^(#+) ", source.source, re.M)]
            assert cell.source.count("<details>") == source.source.count("<details>")
        else:
            assert len(lines) <= 3, cell.source
            assert max(map(len, cell.source.splitlines()), default=0) <= 100
            named = re.findall(r"\w+\(", source.source)
            assert set(named) <= set(re.findall(r"\w+\(", cell.source)), cell.source
    codes = "\n".join(one.source for one in notebook.cells if one.cell_type == "code")
    assert f'languages.use("{edition.language}")' in codes


@pytest.mark.parametrize(("edition", "number"), EDITIONS, ids=NAMES)
def test_links_of_a_translated_lesson_lead_somewhere(edition, number):
    lesson = course().numbered(number)
    notebook = nbformat.read(edition.folder / lesson.notebook, as_version=4)
    for cell in notebook.cells:
        for found in LINK.finditer(cell.source if cell.cell_type == "markdown" else ""):
            address = found[1] or found[3]
            if "://" not in address:
                assert (edition.folder / address).resolve().is_file(), address
            if found[2]:  # a word, in the glossary of the language
                assert address == glossary.PAGE and found[2] in places_in(edition), found[0]


@pytest.mark.parametrize(("edition", "number"), EDITIONS, ids=NAMES)
def test_there_and_back(edition, number):
    lesson = course().numbered(number)
    english = (NOTEBOOKS / lesson.notebook).read_text(encoding="utf-8")
    translated = (edition.folder / lesson.notebook).read_text(encoding="utf-8")
    assert f"]({edition.language}/{lesson.notebook})" in english
    assert f"](../{lesson.notebook})" in translated


@pytest.mark.parametrize("edition", editions(), ids=lambda one: one.language)
def test_the_plan_of_ninety_minutes_names_the_translated_steps(edition):
    for name in PLANS:
        page = (FOLDER / edition.language / "plans" / f"{name}.md").read_text(encoding="utf-8")
        english = (FOLDER / "plans" / f"{name}.md").read_text(encoding="utf-8")
        minutes = re.findall(r"^\| \d:\d\d \| \d+ ", english, re.M)
        assert re.findall(r"^\| \d:\d\d \| \d+ ", page, re.M) == minutes
        for heading in headings_in(edition, course().numbered("01")).values():
            if heading.startswith("Paso"):
                assert heading in page
        assert not re.search(r"\b(?:the|with|what|and)\b", re.sub(r"<!--.*?-->", "", page)), page
