"""jupyterlab-a11y-checker, its makers' own program, finds nothing in any lesson."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PROGRAM = "jupyterlab-a11y-check"


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command; CONTRIBUTING.md says how to get it."""
    there = shutil.which(PROGRAM)
    if there:
        return [there]
    script, node = os.environ.get("A11Y_CHECKER", ""), shutil.which("node")
    if not (node and Path(script).is_file()):
        pytest.skip(f"Neither {PROGRAM} nor node with A11Y_CHECKER=its index.js is here.")
    return [node, script]


def findings(checker: list[str], *paths: Path) -> str:
    """What the checker says; it leaves with 1 where it found something."""
    done = subprocess.run([*checker, *map(str, paths)], capture_output=True, text=True, timeout=120)
    assert done.stdout.count("Analyzing") == len(paths), done.stdout + done.stderr
    clean = done.stdout.count("No accessibility issues found")
    assert (clean == len(paths)) == (done.returncode == 0), done.stdout
    return "" if clean == len(paths) else done.stdout


def test_no_lesson_has_a_finding(checker):
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    assert len(paths) >= 20 and not findings(checker, *paths)


def test_what_is_wrong_is_found(checker, tmp_path):
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["![](x.png)\n\n### Low"]}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "bad.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    said = findings(checker, path)
    assert "image-missing-alt" in said and "heading-missing-h1" in said
