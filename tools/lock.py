"""Remake the lock files from pyproject.toml: `python tools/lock.py`
(needs `pip install uv` and a network).

locks/course.txt is what a learner's machine gets, locks/test.txt adds the tools of the tests. Both
hold exact versions with hashes for every system and every Python from 3.11 on, and neither holds
torch: start.py chooses its build.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What torch itself depends on everywhere, since the lock leaves torch out; and the tools that
# install the course.
BESIDE_TORCH = [
    "sympy>=1.13.3",
    "networkx>=2.5.1",
    "jinja2",
    "fsspec>=0.8.5",
    "filelock",
    "typing-extensions>=4.10",
    "setuptools>=77",
    "pip>=25",
]
# Ready-made for Python 3.11 and 3.12 only; for newer ones start.py tries to build it.
SOUND = 'tinysoundfont>=0.3.6 ; python_version < "3.13"'
LOCKS = {
    "course.txt": ["pictures", "words", "music", "layouts", "textures", "own", "room", "lab"],
    "test.txt": ["pictures", "words", "music", "layouts", "textures", "own", "room", "lab", "test"],
}


def compile_lock(name: str, extras: list[str], upgrade: bool) -> None:
    """Write locks/`name`.

    The test lock keeps the versions of the course lock, so that the tests test what learners get.
    """
    given = ROOT / "locks" / "beside-torch.in"
    given.write_text("\n".join([*BESIDE_TORCH, SOUND]) + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        str(given),
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    command += [
        "--no-header",
        "--no-annotate",
        "--fork-strategy",
        "fewest",
        "--overrides",
        "locks/overrides.txt",
        "--no-emit-package",
        "torch",
    ]
    command += [part for extra in extras for part in ("--extra", extra)]
    command += ["--constraint", "locks/course.txt"] if name != "course.txt" else []
    command += ["--upgrade"] if upgrade else []
    try:
        subprocess.run(
            [*command, "--quiet", "--output-file", f"locks/{name}"], cwd=ROOT, check=True
        )
    finally:
        given.unlink()
    path = ROOT / "locks" / name
    # a package and its hashes each
    blocks = re.split(r"(?m)^(?=[a-z0-9])", path.read_text(encoding="utf-8"))
    blocks = [block for block in blocks if "sys_platform == 'never'" not in block]
    path.write_text("".join(blocks), encoding="utf-8", newline="\n")
    unwanted = [
        block
        for block in blocks
        if block.startswith(("torch==", "nvidia-", "triton", "pyaudio", "-")) or "://" in block
    ]
    if unwanted:
        raise SystemExit(f"locks/{name} holds what it must not: {unwanted}")
    print(f"locks/{name}: {sum('==' in block for block in blocks)} packages")


if __name__ == "__main__":
    for name, extras in LOCKS.items():
        compile_lock(name, extras, upgrade="--upgrade" in sys.argv[1:])
