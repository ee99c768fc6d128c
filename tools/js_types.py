"""Check the types of the pages' programs, each as the browser gets it: files that go together are
joined, what all share stands before them.

Run: python -m tools.js_types    leaves with 1 where something does not fit

Types stand in the programs as JSDoc, and in *.d.ts where several files need them or Python has to
agree with them. They are checked by TypeScript's `tsc`, of Debian's package node-typescript or from
`npm install -g typescript`; the variable TSC may name another. Nothing is compiled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path

from course_utils.display.scripts import SHARED, script_of
from course_utils.notebook.face.page import SCRIPTS

__all__ = ["MISSING", "findings", "programs", "tsc"]

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "course_utils"
CANVAS = PACKAGE / "pictures" / "canvas"
TOGETHER = [SCRIPTS, [CANVAS / "pixels.js", CANVAS / "canvas.js"]]
STRICT = ("--noEmit", "--allowJs", "--checkJs", "--strict", "--pretty", "false")
BROWSERS = ("--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--skipDefaultLibCheck")
FINDING = re.compile(r"([^(\s][^(]*)\((\d+),(\d+)\): (.*)")
# a program of a page is no module; checked as one, its names are not mixed with those of others
ALONE = "\nexport {};\n"
MISSING = (
    "No tsc is here, which checks the types of the pages' programs. Install Debian's"
    " node-typescript, or set TSC."
)
SECONDS = 120


def tsc() -> str | None:
    """The command that checks, if there is one."""
    return shutil.which(os.environ.get("TSC") or "tsc")


def programs() -> list[list[Path]]:
    """The files of every program, in the order in which the browser gets them after SHARED."""
    joined = {SHARED, *chain(*TOGETHER)}
    single = [[path] for path in sorted(PACKAGE.rglob("*.js")) if path not in joined]
    return [*TOGETHER, *single]


def origins(paths: list[Path]) -> list[tuple[Path, int]]:
    """The file and the line in it of every line of a program."""
    return [
        (path, line)
        for path in (SHARED, *paths)
        for line in range(1, path.read_text(encoding="utf-8").count("\n") + 2)
    ]


def findings(*more: Path) -> list[str]:
    """What does not fit, each thing once, with the file and the line it stands in.

    Args:
        more: further files to be checked with the programs.

    Raises:
        FileNotFoundError: there is no tsc.
        RuntimeError: it did not do its work.
    """
    command = tsc()
    if command is None:
        raise FileNotFoundError(MISSING)
    with tempfile.TemporaryDirectory() as name:
        lines = {}
        for number, paths in enumerate(programs()):
            target = Path(name).resolve() / f"{number}_{paths[-1].name}"
            target.write_text(script_of(*paths) + ALONE, encoding="utf-8")
            lines[target] = origins(paths)
        checked = map(str, [*lines, *sorted(PACKAGE.rglob("*.d.ts")), *more])
        found = subprocess.run(
            [command, *STRICT, *BROWSERS, *checked],
            cwd=name,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        said = [at_home(line, Path(name).resolve(), lines) for line in found.stdout.splitlines()]
    if found.returncode and not said:
        raise RuntimeError(found.stderr or f"{command} left with {found.returncode}.")
    return list(dict.fromkeys(said))


def at_home(said: str, folder: Path, lines: dict[Path, list[tuple[Path, int]]]) -> str:
    """A line of what tsc says, with the place in the project's own file."""
    match = FINDING.match(said)
    if match is None:
        return said  # it goes on with the line before
    path, line = (folder / match[1]).resolve(), int(match[2])
    if path in lines:
        path, line = lines[path][min(line, len(lines[path])) - 1]
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return f"{shown}:{line}:{match[3]}: {match[4]}"


def main() -> int:
    said = findings() if tsc() else [MISSING]
    print("\n".join(said) or "All types fit.")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
