"""The measuring of the house itself: each thing it must see, put into a small package."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import house


def row(root: Path, name: str, files: dict[str, str]) -> house.Measure:
    for place, text in files.items():
        path = root / house.PACKAGE / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return next(one for one in house.measures(root) if one.name == name)


@pytest.mark.parametrize(
    ("place", "line", "other"),
    [
        ("words/engine.py", "from course_utils.words.odds_panel import x", "words/odds_panel.py"),
        ("music/backing_engine.py", "import ipywidgets", "music/x.py"),
        ("words/calls.py", "from course_utils.words import studio", "words/studio.py"),
        ("scores/midi.py", "from ..portfolio.store import x", "portfolio/store.py"),
        ("audio/wav.py", "def f():\n    import course_utils.portfolio", "portfolio/__init__.py"),
        ("portfolio/store.py", "from course_utils.words.drafts import x", "words/drafts.py"),
        ("portfolio/store.py", "NAME = 'course_utils.words.drafts'", "words/drafts.py"),
        ("pictures/png.py", "import ipywidgets.widgets", "pictures/x.py"),
        ("pictures/panel.py", "import anywidget", "pictures/x.py"),
        ("models/hub.py", "import course_utils.engines.remote", "engines/remote.py"),
        ("web/studio.py", "from course_utils.words._parts import x", "words/_parts.py"),
    ],
)
def test_a_forbidden_arrow_is_seen(tmp_path, place, line, other):
    files = {"safety/prompts.py": "", other: "", place: line}
    if other == "engines/remote.py":
        files[other] = "from course_utils.safety.prompts import x"
    found = row(tmp_path, "forbidden arrows", files)
    assert found.value == 1 and found.is_over and place in found.places[0]


def test_arrows_that_may_be_are_left_alone(tmp_path):
    files = {
        "__init__.py": "from course_utils import web",
        "web/__init__.py": "from course_utils.words.calls import x",
        "words/_parts.py": "",
        "words/calls.py": "from course_utils.words._parts import x",
        "words/studio.py": "import ipywidgets\nfrom course_utils.notebook.frame import x",
        "notebook/frame.py": "import ipywidgets",
    }
    assert row(tmp_path, "forbidden arrows", files).value == 0
    assert row(tmp_path, "arrows to a higher floor", {}).value == 0
    up = {"notebook/frame.py": "from course_utils.words import calls"}
    assert row(tmp_path, "arrows to a higher floor", up).value == 1


def test_circles_are_counted_once_each_and_through_functions(tmp_path):
    files = {
        "engines/a.py": "import course_utils.engines.b",
        "engines/b.py": "def f():\n    from course_utils.engines import c",
        "engines/c.py": "from .a import x",
        "scores/a.py": "if TYPE_CHECKING:\n    import course_utils.scores.b",
        "scores/b.py": "import course_utils.scores.a",
    }
    found = row(tmp_path, "import circles", files)
    assert found.value == 1 and found.places[0].startswith("3 modules")


def test_questions_for_the_kind_are_counted_outside_kinds(tmp_path):
    asked = (
        'kind == "image"\na.kind not in ("words", "x")\n"tune" != a.kind\nkind == other\n'
        'name == "image"\nmatch a.kind:\n    case "image" | "page":\n        pass\n'
        '    case _:\n        pass\nA = {"image": 1, "words": 2, None: 3}\nB = {"image": 1}\n'
        "C = dict(tune=1, sound=2)\n"
    )
    files = {"kinds.py": asked, "words/calls.py": asked}
    assert row(tmp_path, "comparisons with a kind", files).value == 4
    assert row(tmp_path, "dictionaries keyed by kind", {}).value == 2


def test_sizes(tmp_path):
    long = "def f():\n" + "    x\n" * 60 + "\n\n" + f"y = '{'z' * 100}'\n__all__ = ['f', 'y']\n"
    files = {f"words/{i}.py": "" for i in range(25)} | {"words/long.py": long}
    assert row(tmp_path, "lines of one function", files).value == 61
    for name, size in [
        ("files in one folder", 26),
        ("columns of one line", 106),
        ("public names in one module", 2),
        ("lines of the package", 63),
    ]:
        assert row(tmp_path, name, {}).value == size, name
