"""Remake the lock files from pyproject.toml: `python tools/lock.py`
(needs `pip install uv` and a network).

locks/course.txt is what a learner's machine gets first, locks/big.txt what is fetched after it,
while the lessons are open; locks/test.txt holds both and the tools of the tests. All hold exact
versions with hashes for every system and every Python from 3.11 on, and none holds torch: start.py
chooses its build.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ["setuptools>=77", "pip>=25"]  # that install the course
# What torch itself depends on everywhere, since the locks leave torch out.
BESIDE_TORCH = [
    "sympy>=1.13.3",
    "networkx>=2.5.1",
    "jinja2",
    "fsspec>=0.8.5",
    "filelock",
    "typing-extensions>=4.10",
]
# Ready-made for Python 3.11 and 3.12 only; for newer ones start.py tries to build it.
SOUND = 'tinysoundfont>=0.3.6 ; python_version < "3.13"'
COURSE = ["pictures", "words", "music", "layouts", "textures", "room", "lab"]
BIG = ["big", "own", "apps"]
# Asked for by a package that the first lessons need, but never loaded in them: they come later. The
# first row is how tokenizers would reach a model hub (which the course does by itself), the second
# a debugger, the third a part of notebooks before JupyterLab.
LATER = (
    *("huggingface-hub", "hf-xet", "fsspec", "tqdm"),
    *("httpx2", "httpx2-jsfetch", "httpcore2", "truststore"),
    "debugpy",
    "widgetsnbextension",
)
LOCKS = {  # each keeps the versions of those above it, so that the tests test what learners get
    "course.txt": ([*TOOLS, SOUND], COURSE),
    "big.txt": ([*TOOLS, SOUND, *BESIDE_TORCH], [*COURSE, *BIG]),
    "test.txt": ([*TOOLS, SOUND, *BESIDE_TORCH], [*COURSE, *BIG, "test"]),
}


def compile_lock(name: str, upgrade: bool) -> None:
    """Write locks/`name`."""
    beside, extras = LOCKS[name]
    given = ROOT / "locks" / "beside.in"
    given.write_text("\n".join(beside) + "\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", str(given)),
        *("--universal", "--python-version", "3.11", "--generate-hashes"),
        *("--no-header", "--no-annotate", "--fork-strategy", "fewest"),
        *("--overrides", "locks/overrides.txt", "--no-emit-package", "torch"),
        *(part for extra in extras for part in ("--extra", extra)),
        *(part for above in locks_above(name) for part in ("--constraint", f"locks/{above}")),
        *(["--upgrade"] if upgrade else []),
    ]
    try:
        subprocess.run(
            [*command, "--quiet", "--output-file", f"locks/{name}"], cwd=ROOT, check=True
        )
    finally:
        given.unlink()
    blocks = [block for block in blocks_of(name) if "sys_platform == 'never'" not in block]
    unwanted = [
        block
        for block in blocks
        if block.startswith(("torch==", "nvidia-", "triton", "pyaudio", "-")) or "://" in block
    ]
    if unwanted:
        raise SystemExit(f"locks/{name} holds what it must not: {unwanted}")
    if name == "course.txt":
        blocks = [block for block in blocks if block.partition("==")[0] not in LATER]
    if name == "big.txt":  # what is there already need not be looked at again
        there = set(blocks_of("course.txt"))
        blocks = [block for block in blocks if block not in there]
    (ROOT / "locks" / name).write_text("".join(blocks), encoding="utf-8", newline="\n")
    print(f"locks/{name}: {sum('==' in block for block in blocks)} packages")


def locks_above(name: str) -> list[str]:
    """The locks whose versions a lock keeps."""
    names = list(LOCKS)
    return names[: names.index(name)]


def blocks_of(name: str) -> list[str]:
    """A lock in pieces: a package and its hashes each."""
    text = (ROOT / "locks" / name).read_text(encoding="utf-8")
    return [block for block in re.split(r"(?m)^(?=[a-z0-9])", text) if block]


if __name__ == "__main__":
    for name in LOCKS:
        compile_lock(name, upgrade="--upgrade" in sys.argv[1:])
