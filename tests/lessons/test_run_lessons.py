"""Running lessons as a learner would, the minutes taken from it, and what axe is asked."""

from __future__ import annotations

import json

import nbformat

from course_utils.lessons.course import DECLARED
from tools import barriers, run_lessons
from tools.run_lessons import pressed, seconds_in, with_waiting


def test_a_studio_is_followed_by_a_press_of_generate():
    code = nbformat.v4.new_code_cell
    cells = [code("desk = words.WritingStudio('x')\ndesk"), code("x = 1"),
             nbformat.v4.new_markdown_cell("s = Studio(")]  # fmt: skip
    made = pressed(cells)
    assert len(made) == 4 and made[1].metadata["tags"] == ["pressed"]
    assert made[1].source.startswith("desk.generate()") and made[2:] == cells[1:]


def test_waiting_is_the_time_of_the_cells_in_the_one_place_for_it(tmp_path):
    def cell(begun: str, ended: str) -> dict:
        times = {"iopub.status.busy": begun, "shell.execute_reply": ended}
        return {"metadata": {"execution": times}}

    path = tmp_path / "x.ipynb"
    cells = [cell("2026-11-29T10:00:00.000Z", "2026-11-29T10:00:02.500Z"), {"metadata": {}},
             cell("2026-11-29T10:59:59.000Z", "2026-11-29T11:00:09.000Z")]  # fmt: skip
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert seconds_in(path) == 12.5
    text = DECLARED.read_text(encoding="utf-8")
    new = with_waiting(text, {"06_a_tune_of_my_own": 12.5, "17_a_book_that_plays": 0.2})
    changed = [line for line in new.splitlines() if line not in text.splitlines()]
    assert new.count("waiting = ") == text.count("waiting = ")
    part = new[new.index('file = "06_') :]
    assert part[: part.index("minutes")].endswith("waiting = 0.3\n"), changed
    part = new[new.index('file = "17_') :]
    assert part[: part.index("minutes")].endswith("waiting = 0.1\n")


def test_a_barrier_in_a_result_is_found_with_its_lesson(tmp_path, capsys):
    one = run_lessons.course().lesson[0]
    notebook = json.loads((run_lessons.ROOT / "notebooks" / one.notebook).read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[0]["outputs"] = [
        {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}, "metadata": {}}
    ]
    code[1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["a <b>"]}]
    (tmp_path / one.notebook).write_text(json.dumps(notebook), encoding="utf-8")
    assert run_lessons.executed(one, tmp_path)
    page = barriers.page_of(notebook["cells"])
    assert "<img src=" in page and "<pre>a &lt;b&gt;</pre>" in page
    assert barriers.main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "00 in a notebook: 1 findings" in said and "image-alt" in said
    assert "lessons/00_start_here.html of the site: no findings" in said
