"""Every notebook runs from top to bottom on the models that ship."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    # a pupil presses Generate; here code does, before the cell that joins the three
    presses = "for studio in (pictures, words, tunes):\n    studio.generate(); assert studio.wait(300) and studio.results, studio.status.value; studio.use(0)"
    place = next(n for n, cell in enumerate(notebook.cells) if cell.source.startswith("make_card"))
    notebook.cells.insert(place, nbformat.v4.new_code_cell(presses))
    NotebookClient(notebook, timeout=400, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = "".join(str(output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    assert "My first card" in shown and "Download everything" in shown
    assert "still needs" not in shown
    kinds = {name.name.split("_")[2] for name in tmp_path.glob("20*")}
    assert kinds == {"image", "words", "tune", "page"}
