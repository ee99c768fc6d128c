"""Run lessons as a learner would: every cell from top to bottom, Generate pressed in every studio.

Run: python -m tools.run_lessons FOLDER [NUMBER ...]
     python -m tools.run_lessons FOLDER --minutes

It runs those that FOLDER has not, or has of other cells, and keeps each with what it showed. With
--minutes it then writes how long their cells took into course.toml; `python -m tools.lessons` next.

`python -m tools.site OUT --results FOLDER` shows the results, `python -m tools.barriers FOLDER`
asks axe about them. The minutes are those of the machine it runs on: `taskset -c 0` in front holds
it to one core, as a small hosted notebook has.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from course_utils.lessons.course import DECLARED, Lesson, course

ROOT = Path(__file__).resolve().parents[1]
STUDIO = re.compile(r"^(\w+) = [\w.]*Studio\(", re.M)
PRESS = (
    "{name}.generate(); assert {name}.wait(300) and {name}.results, {name}.status.value;"
    " take = getattr({name}, 'keep', None); (take if callable(take) else {name}.use)(0)"
)

__all__ = ["executed", "main", "pressed", "run", "seconds_in", "with_waiting"]


def pressed(cells: Iterable[Any]) -> list[Any]:
    """The cells, and after each that opens a studio one that presses Generate and takes the first.

    Those have the tag "pressed".
    """
    from nbformat.v4 import new_code_cell

    made = []
    for cell in cells:
        made.append(cell)
        studio = STUDIO.search(cell.source) if cell.cell_type == "code" else None
        if studio:
            more = {"tags": ["pressed"]}
            made.append(new_code_cell(PRESS.format(name=studio[1]), metadata=more))
    return made


def executed(one: Lesson, results: Path | None) -> Path | None:
    """A notebook that was run and has the same cells as the lesson."""
    path = results / one.notebook if results else None
    if path is None or not path.is_file():
        return None
    ours, theirs = (
        ["".join(cell["source"]) for cell in json.loads(file.read_text("utf-8"))["cells"]]
        for file in (ROOT / "notebooks" / one.notebook, path)
    )
    return path if ours == theirs else None


def run(one: Lesson, results: Path) -> None:
    """Run a lesson in a folder of its own and keep it in `results` with what it showed."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(ROOT / "notebooks" / one.notebook, as_version=4)
    notebook.cells = pressed(notebook.cells)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=900, kernel_name="python3")
        client.store_widget_state = False
        client.resources = {"metadata": {"path": folder}}
        client.execute(env=os.environ | {"COURSE_PORTFOLIO": folder})
    notebook.cells = [cell for cell in notebook.cells if "pressed" not in tags(cell)]
    nbformat.write(notebook, results / one.notebook)


def tags(cell: Any) -> list[str]:
    return cell["metadata"].get("tags", [])


def seconds_in(path: Path) -> float:
    """How long the cells of a notebook that was run worked, by the times kept in it."""
    total = 0.0
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        told = cell["metadata"].get("execution", {})
        if "shell.execute_reply" in told:
            begun, ended = (
                datetime.fromisoformat(told[name].replace("Z", "+00:00"))
                for name in ("iopub.status.busy", "shell.execute_reply")
            )
            total += (ended - begun).total_seconds()
    return total


def with_waiting(text: str, found: dict[str, float]) -> str:
    """course.toml's text with other waiting minutes, rounded up to a tenth.

    Args:
        found: seconds by a lesson's file.
    """
    for file, seconds in found.items():
        minutes = max(1, math.ceil(seconds / 6)) / 10
        pattern = rf'(file = "{file}"\n(?:(?!waiting).*\n)*?waiting = )[\d.]+'
        text = re.sub(pattern, rf"\g<1>{minutes:g}", text)
    return text


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.run_lessons", description="Run lessons.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("number", nargs="*")
    parser.add_argument("--minutes", action="store_true", help="write the waiting minutes")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for one in course().lesson:
        if options.number and one.number not in options.number:
            continue
        if executed(one, options.folder) is None:
            run(one, options.folder)
        found[one.file] = seconds_in(options.folder / one.notebook)
        print(f"{one.notebook}: {found[one.file]:.1f} s", flush=True)
    if options.minutes:
        text = DECLARED.read_text(encoding="utf-8")
        DECLARED.write_text(with_waiting(text, found), encoding="utf-8", newline="\n")
        print("Waiting minutes written; now run python -m tools.lessons.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
