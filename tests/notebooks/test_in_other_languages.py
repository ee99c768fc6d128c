"""The Spanish lessons run from top to bottom, and answer in Spanish."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbclient import NotebookClient

from tools.lesson_languages import NOTEBOOKS
from tools.run_lessons import pressed

WHICH = {
    "00_start_here": ["Opción 1", "hecha con IA", "preguntas respondidas", "Este equipo tiene"],
    "01_first_sparks": ["Mi primera tarjeta", "un zorro", "Descargar todo lo que hiciste"],
    "02_directing_a_picture": ["La misma semilla con distintos ajustes", "una parte cambiada por"],
    "03_inside_a_picture_machine": ["Paso 8 de 8", "Dónde contó la palabra", "de ruido"],
}
ENGLISH = re.compile(
    r"\b(?:Press|Candidate|Your guess|made with AI|seed \d|is not there|went wrong)\b"
)


@pytest.mark.parametrize("name", WHICH)
def test_a_spanish_lesson_runs_and_speaks_spanish(name, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    notebook = nbformat.read(NOTEBOOKS / "es" / f"{name}.ipynb", as_version=4)
    notebook.cells = pressed(notebook.cells)  # a pupil presses: code does
    client = NotebookClient(notebook, timeout=400, kernel_name="python3")
    client.resources = {"metadata": {"path": str(tmp_path)}}
    client.execute()
    shown = "".join(
        json.dumps(output.get("data", {}).get("text/html", ""), ensure_ascii=False)
        + str(output.get("text", ""))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    promised = [words for words in WHICH[name] if words not in shown]
    bare = re.sub(r"base64,[^\"\\]+", "", shown)
    assert not promised, (promised, bare[:4000])
    assert not ENGLISH.search(bare), [
        bare[max(0, one.start() - 60) : one.end() + 60] for one in ENGLISH.finditer(bare)
    ]
