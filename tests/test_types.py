"""The whole package fits together by its types: mypy, set up in pyproject.toml, finds nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_IGNORED = 3  # may only fall
HARDLY_TYPED = {"diffusers", "transformers", "peft", "ray"}  # used, and yet not followed


def checked(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_types_fit_in_the_whole_package():
    found = checked()  # with mypy's cache in the project: the second time takes seconds
    assert found.returncode == 0, f"{found.stdout}{found.stderr}"


def test_what_does_not_fit_is_seen(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def half(number):\n    return len('a') + 'b'\n", encoding="utf-8")
    found = checked("--cache-dir", str(tmp_path), "--follow-imports", "skip", str(wrong))
    assert found.returncode == 1 and "operand types" in found.stdout, found.stdout + found.stderr


def reached(text: str) -> set[str]:
    """The modules that a program may speak of: what it imports, with what it takes from there and
    what follows an imported name after a dot.
    """
    names: set[str] = set()
    for above, taken in re.findall(r"^ *from ([\w.]+) import ([\w, ]*)", text, re.M):
        names |= {above, *(f"{above}.{one.split()[0]}" for one in taken.split(",") if one.strip())}
    for line in re.findall(r"^ *import (\w[\w., ]*)", text, re.M):
        names |= {one.split()[0] for one in line.split(",")}
    dotted = re.findall(r"\b\w+(?:\.\w+)+", text)
    names |= {name for name in dotted if name.partition(".")[0] in names}
    return {".".join(name.split(".")[:n]) for name in names for n in range(1, 4)}


def test_nothing_that_is_used_is_left_unfollowed():
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    skipped = {
        name.removesuffix(".*")
        for one in overrides["overrides"]
        if one.get("follow_imports") == "skip"
        for name in one["module"]
    }
    assert HARDLY_TYPED < skipped
    found = set().union(
        *(
            reached(path.read_text(encoding="utf-8"))
            for path in (ROOT / "course_utils").rglob("*.py")
        )
    )
    assert sorted(skipped & found - HARDLY_TYPED) == []
    assert {"torch.nn.functional", "torch.cuda", "traitlets", "IPython.display"} <= found


def test_few_places_are_left_out_each_with_its_reason():
    marks = [
        (path.relative_to(ROOT), line)
        for path in sorted((ROOT / "course_utils").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "type: ignore" in line
    ]
    assert len(marks) <= MOST_IGNORED, marks
    assert all(re.search(r"type: ignore\[[\w, -]+\]  # \w", line) for _, line in marks), marks
