"""A name that is not there yet gets one sentence that names the cell to run."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.notebook.missing_names import cell_that_makes, first_line, makes

CELLS = [
    ("code", "import course_utils\nfrom course_utils import Recipe"),
    ("markdown", "## Step 1: make posters"),
    ("code", "# eight of them\nposters = make_layouts('The sea')"),
    ("markdown", "## Step 2: take one"),
    ("code", "posters[0]"),
]


def executed(cells: list[tuple[str, str]], folder, skip: tuple[int, ...] = ()) -> list[str]:
    """What the cells show when they fail, "" for those that do not; some are not run."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    book = nbformat.v4.new_notebook(cells=[make[kind](source) for kind, source in cells])
    nbformat.write(book, folder / "lesson.ipynb")
    book.cells = [cell for place, cell in enumerate(book.cells) if place not in skip]
    NotebookClient(
        book, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return [
        "\n".join(line for out in cell.get("outputs", []) for line in out.get("traceback", []))
        for cell in book.cells
    ]


def test_a_cell_that_was_not_run_is_named(tmp_path):
    said = executed(CELLS, tmp_path, skip=(2,))[-1]
    assert "“posters” is not there yet" in said and "Step 1: make posters" in said
    assert "it begins posters = make_layouts" in said
    assert "Traceback" not in said and "NameError" not in said and "\n" not in said


def test_a_cell_that_failed_a_name_of_the_course_and_a_slip_are_told_apart(tmp_path):
    cells = [
        *CELLS[:2],
        ("code", "posters = 1 / 0"),
        ("code", "posters[0]"),
        ("code", "make_image('x')"),
        ("code", "castle = 1"),
        ("code", "castel"),
        ("code", "from course_utils import pictures\npictures.mke('x')"),
        ("code", "import json\njson.loads.__globals__['JSONDecoder']\nnothing_like_it"),
        ("code", "def inner():\n    return unheard_of\ninner()"),
    ]
    said = executed(cells, tmp_path)
    assert "stopped before it was done" in said[3] and "run it again" in said[3]
    assert "from course_utils import make_image" in said[4]
    assert "Did you mean “castle”" in said[6]
    assert said[7] == "“pictures” has nothing called “mke”. Did you mean pictures.make?"
    assert "Run the cells above" in said[8] and "“unheard_of” is not there yet" in said[9]
    assert "ZeroDivisionError" in said[2], "other errors stay as they are"


@pytest.mark.parametrize(
    ("cell", "is_made"),
    [
        ("a = 1", True),
        ("a, b = 1, 2", True),
        ("import x as a", True),
        ("from a import b", False),
        ("for a in []: pass", True),
        ("def a(): pass", True),
        ("a += ", False),
        ("%time\na = 1", True),
        ("print(a)", False),
    ],
)
def test_what_makes_a_name(cell, is_made):
    assert makes(cell, "a") == is_made


def test_a_notebook_that_cannot_be_read_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "damaged.ipynb").write_text("{", encoding="utf-8")
    (tmp_path / "list.ipynb").write_text("[1]", encoding="utf-8")
    assert cell_that_makes("a", "a") == ("", "")
    assert first_line("") == "it begins "
