"""A name a lesson's cell asks for and that is not there yet: one sentence that names the cell to
run, in place of a page of Python. In JupyterLab, Notebook, VS Code and Colab.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course_utils.languages.translating import translate
from course_utils.public import SUBJECTS, flat_names

__all__ = ["running_shell", "watch"]

LARGEST_NOTEBOOK = 20_000_000  # bytes
STOPPED = "Stopped. Nothing is lost: what was finished is kept. Run the cell again when you like."
SHOWN = 50  # letters of a cell's first line


def watch() -> None:
    """Say it kindly from now on, where cells are run by IPython; else do nothing."""
    shell = running_shell()
    if shell is not None and NameError not in getattr(shell, "custom_exceptions", ()):
        shell.set_custom_exc((NameError, KeyboardInterrupt), said_kindly)


def running_shell() -> Any:
    """The IPython that runs cells, None outside."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return ask() if ask is not None else None


def said_kindly(shell: Any, kind: type, problem: BaseException, trace: Any, tb_offset=None) -> list:
    """What is shown in place of the traceback: the sentence; the traceback itself where the name
    is missing somewhere else than in a cell.
    """
    if kind is KeyboardInterrupt:
        stopped = [translate(STOPPED)]
        shell._showtraceback(kind, problem, stopped)
        return stopped
    name = getattr(problem, "name", None) or missing_name(str(problem))
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    in_cell = trace is not None and trace.tb_frame.f_globals is shell.user_ns
    if kind is not NameError or not name or not in_cell:
        shown = shell.InteractiveTB.structured_traceback(
            kind, problem, problem.__traceback__, tb_offset=tb_offset
        )
        shell._showtraceback(kind, problem, shown)
        return shown
    sentence = [translate(explained(name, shell))]
    shell._showtraceback(kind, problem, sentence)
    return sentence


def missing_name(words: str) -> str:
    found = re.search(r"name '(\w+)'", words)
    return found[1] if found else ""


def explained(name: str, shell: Any) -> str:
    """One or two sentences: that the name is not there, and the cell to run."""
    run = [str(cell) for cell in shell.user_ns.get("In", [])]
    here = run[-1] if run else ""
    failed = next((cell for cell in reversed(run[:-1]) if makes(cell, name)), None)
    if failed is not None:
        return (
            f"“{name}” is not there: the cell that makes it ({first_line(failed)}) stopped before"
            " it was done. Read what stands under that cell, run it again, then this one."
        )
    cell, heading = cell_that_makes(name, here)
    if cell:
        where = f" under “{heading}”" if heading else ""
        return (
            f"“{name}” is not there yet: the cell{where} that makes it ({first_line(cell)}) was not"
            " run. Run that one first, then this one again."
        )
    if from_course(name):
        return (
            f"“{name}” is not there yet: the set-up cell at the top brings it. Run that one first,"
            f" or write: from course_utils import {name}"
        )
    known = [one for one in shell.user_ns if not one.startswith("_")]
    close = difflib.get_close_matches(name, known, 1, 0.75)
    if close:
        return f"“{name}” is not there. Did you mean “{close[0]}”? Change it, then run this again."
    return (
        f"“{name}” is not there yet. Run the cells above from the top, one after the other, then"
        " this one again; words that are no names stand in quotes."
    )


def from_course(name: str) -> bool:
    return name in SUBJECTS or name in flat_names()


def first_line(cell: str) -> str:
    """How a cell begins, to find it by."""
    lines = [line for line in cell.splitlines() if line.strip() and not line.startswith("#")]
    line = lines[0].strip() if lines else ""
    return f"it begins {line[:SHOWN]}{'…' if len(line) > SHOWN else ''}"


def makes(cell: str, name: str) -> bool:
    """Whether a cell gives a name its value: by =, import, def, class, for or with."""
    try:
        tree = ast.parse("\n".join(line for line in cell.splitlines() if line[:1] not in "%!?"))
    except (SyntaxError, ValueError, RecursionError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            return True
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name).split(".")[0] == name:
            return True
    return False


def cell_that_makes(name: str, here: str) -> tuple[str, str]:
    """The cell of this notebook that makes a name, and the heading above it; "" where none does
    or the notebook cannot be read.
    """
    heading, found = "", ("", "")
    for kind, source in cells_of(here):
        if kind == "markdown":
            heads = re.findall(r"^#+ +(.+)$", source, re.M)
            heading = heads[-1].strip() if heads else heading
        elif source.strip() == here.strip():
            break
        elif makes(source, name):
            found = (source, heading)
    return found


def cells_of(here: str) -> Iterable[tuple[str, str]]:
    """Kind and source of the cells of the notebook in which a cell stands, in their order."""
    notebook = from_colab()
    for path in [] if notebook else notebooks_here():
        read = read_notebook(path)
        if any(source.strip() == here.strip() for _, source in cells_in(read)):
            notebook = read
            break
    return cells_in(notebook)


def cells_in(notebook: Any) -> list[tuple[str, str]]:
    cells = notebook.get("cells", []) if isinstance(notebook, dict) else []
    return [
        (str(cell.get("cell_type", "")), "".join(cell.get("source", "")))
        for cell in cells
        if isinstance(cell, dict)
    ]


def notebooks_here() -> list[Path]:
    """The notebook that runs, where the program says which; then those in this folder."""
    said = [os.environ.get("JPY_SESSION_NAME"), main_name("__vsc_ipynb_file__")]
    named = [Path(one) for one in said if one]
    named = [path for one in named for path in (one, Path(one.name))]
    return [*named, *sorted(Path.cwd().glob("*.ipynb"))[:60]]


def main_name(name: str) -> str | None:
    shell = running_shell()
    return shell.user_ns.get(name) if shell is not None else None


def read_notebook(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST_NOTEBOOK:
            return None
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def from_colab() -> Any:
    """The notebook as Colab's page has it; None elsewhere, or where the page does not answer."""
    if "google.colab" not in sys.modules:
        return None
    try:
        from google.colab import _message

        return _message.blocking_request("get_ipynb", timeout_sec=3)["ipynb"]
    except Exception:  # its own part, which may change
        return None
