"""Code that lessons name in their texts, also in what is folded, can be typed as it stands."""

from __future__ import annotations

import ast
import builtins
import inspect
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import course_utils
from course_utils.kinds import all_kinds
from course_utils.lessons.course import course

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = course().lesson
CODE = re.compile(r"`([^`\n]+)`|<code>([^<]+)</code>")


def cells_of(one, kind: str) -> list[str]:
    cells = json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def known_in(code: str) -> dict[str, object]:
    """Names a lesson's cells bind: what they import, as it is, and what they assign."""
    found: dict[str, object] = {name: getattr(builtins, name) for name in dir(builtins)}
    for node in ast.walk(ast.parse(code.replace("??", ""))):
        if isinstance(node, ast.ImportFrom) and node.module == "course_utils":
            found |= {alias.name: getattr(course_utils, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name: None for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
    return found


def named_in(text: str) -> list[ast.expr]:
    """Calls, names with a dot, and settings that stand as code in a text."""
    found = []
    for whole in CODE.finditer(text):
        code = (
            (whole[1] or whole[2])
            .rstrip("?")
            .replace("...", '"x"' if '"' not in whole[0] else "...")
        )
        if re.fullmatch(r"[\w./]+\.(toml|zip|py|json|md|html)", code):
            continue  # a file
        try:
            body = ast.parse(code).body
        except SyntaxError:
            continue  # such as [*]
        for part in body:
            if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
                found.append(
                    ast.Call(ast.Name(""), [], [ast.keyword(part.targets[0].id, part.value)])
                )
            elif isinstance(part, ast.Expr):
                found.append(part.value)
    return found


def wrong(expression: ast.expr, known: dict[str, object], keywords: set[str]) -> list[str]:
    """What in it a learner could not type: unknown names, attributes and settings."""
    found = []
    for node in ast.walk(expression):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id and node.func.id not in known:
                found.append(node.func.id)
            function = reached(node.func, known)
            own = keywords if function is None else keywords_of(function)
            found += [
                f"{one.arg}=" for one in node.keywords if one.arg and own and one.arg not in own
            ]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = known.get(node.value.id, wrong)
            if owner is wrong:
                found.append(f"{node.value.id}.{node.attr}")
            elif isinstance(owner, ModuleType) and not hasattr(owner, node.attr):
                found.append(f"{node.value.id}.{node.attr}")
    return found


def reached(node: ast.expr, known: dict[str, object]) -> object:
    """The thing a name stands for, where the lesson's imports tell."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    owner = known.get(node.value.id) if isinstance(getattr(node, "value", None), ast.Name) else None
    return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None


def keywords_of(function: object) -> set[str]:
    """What it can be given by name; empty where it takes anything."""
    if not callable(function):
        return set()
    try:
        taken = inspect.signature(function).parameters.values()
    except ValueError:  # such as range
        return set()
    return (
        set() if any(one.kind is one.VAR_KEYWORD for one in taken) else {one.name for one in taken}
    )


def keywords_in(code: str, known: dict[str, object]) -> set[str]:
    """All settings that something called in the lesson takes, or tells of in its help."""
    found = {name for kind in all_kinds() for name in getattr(kind.settings, "model_fields", ())}
    for node in ast.walk(ast.parse(code.replace("??", ""))):
        if isinstance(node, ast.Call):
            function = reached(node.func, known)
            found |= keywords_of(function) or set(
                re.findall(r"\w+", inspect.getdoc(function) or "")
            )
            found |= {one.arg for one in node.keywords if one.arg}
    return found


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_what_a_text_tells_to_type_is_there(one):
    code = "\n".join(cells_of(one, "code"))
    known, found = known_in(code), []
    keywords = keywords_in(code, known)
    for text in cells_of(one, "markdown"):
        for expression in named_in(text):
            found += wrong(expression, known, keywords)
    assert not found, found


def test_what_could_not_be_typed_is_found():
    known = known_in("from course_utils import books, classroom\nbook = books.begin()")
    text = "`put_on_wall(page)`, `classroom.no_such(1)`, `books.finish(tune=2)`, `words.make(1)`"
    told = [one for part in named_in(text) for one in wrong(part, known, set())]
    assert told == ["put_on_wall", "classroom.no_such", "tune=", "words.make"]
    fine = "`classroom.put_on_wall(page, title=book.title)` <code>books.finish(book)</code> `[*]`"
    assert not [one for part in named_in(fine) for one in wrong(part, known, set())]
