"""Remake the lock files from pyproject.toml: `python -m tools.lock`
(needs `pip install uv` and a network).

locks/course.txt is what a learner's machine gets first, locks/big.txt what is fetched after it,
while the lessons are open; locks/serve.txt what a cluster needs beside the first; locks/test.txt
holds all and the tools of the tests. locks/torch.txt holds the builds of torch, of which start.py
takes one, locks/torch_gpu.txt what its build for NVIDIA GPUs needs, locks/sound.txt the one library
that is installed without what it asks for. All hold exact versions with hashes for every system and
every Python from 3.11 on.

The hashes of torch's builds without CUDA come from torch's own index; where that cannot be reached,
those that the lock holds already are kept, and so are those of wheels given by
`--wheel torch-…+cpu-….whl`.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

from start import CPU_TORCH_INDEX, TORCH

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
    "serve.txt": ([*TOOLS, SOUND], [*COURSE, "serve"]),
    "test.txt": ([*TOOLS, SOUND, *BESIDE_TORCH], [*COURSE, *BIG, "test"]),
}
LESS = {"big.txt": "course.txt", "serve.txt": "course.txt"}  # what is there already
OF_GPU = ("cuda-", "nvidia-", "triton")
HELD = "# CPU builds held: "  # of torch, by Python and machine; start.py reads it


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
    there = set(blocks_of(LESS[name])) if name in LESS else set()
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


def compiled(wanted: str, *options: str) -> dict[str, str]:
    """What uv finds for a requirement and all it needs: blocks of a lock by package.

    Raises:
        subprocess.CalledProcessError: an index does not answer, or has no such version.
    """
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "-", "--universal"),
        *("--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--fork-strategy", "fewest", "--constraint", "locks/test.txt", "--quiet", *options),
    ]
    done = subprocess.run(
        command, cwd=ROOT, input=wanted, capture_output=True, text=True, check=True
    )
    blocks = [block for block in re.split(r"(?m)^(?=[a-z0-9])", done.stdout) if block]
    return {re.split("[=<>; ]", block)[0]: block for block in blocks}


def compile_torch(wheels: list[Path]) -> None:
    """Write the locks of torch: its builds, and what the one for NVIDIA GPUs needs."""
    found = compiled(f"torch=={TORCH}")
    hashes, held = set(hashes_in(found["torch"])), {}
    try:
        own = compiled(f"torch=={TORCH}", "--no-deps", "--index-url", CPU_TORCH_INDEX)
        hashes.update(hashes_in(own["torch"]))
        names = {"all"}
    except subprocess.CalledProcessError:
        print("torch's own index does not answer: its builds are kept as they were")
        before = "".join(blocks_of("torch.txt")) if (ROOT / "locks/torch.txt").exists() else ""
        if f"torch=={TORCH}" in before:
            held = dict(re.findall(r"(?m)^# (cp\S+ \S+) ([0-9a-f]{64})$", before))
        for wheel in wheels:
            python, _, machine = wheel.stem.split("-")[2:]
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            held[f"{python} {machine.partition('28_')[2]}"] = digest
        names = set(held)
    hashes.update(held.values())
    head = [HELD + (", ".join(sorted(names)) or "none")]
    head += [f"# {name} {digest}" for name, digest in sorted(held.items())]
    lines = [f"torch=={TORCH} \\", *(f"    --hash=sha256:{one} \\" for one in sorted(hashes))]
    write("torch.txt", "\n".join([*head, *lines]).removesuffix(" \\") + "\n")
    write("torch_gpu.txt", "".join(found[name] for name in found if name.startswith(OF_GPU)))


def compile_sound() -> None:
    """Write locks/sound.txt: tinysoundfont's block, for every Python."""
    block = next(one for one in blocks_of("course.txt") if one.startswith("tinysoundfont=="))
    write("sound.txt", re.sub(r" ; [^\n]*(?= \\\n)", "", block, count=1))


def hashes_in(block: str) -> list[str]:
    return re.findall(r"sha256:([0-9a-f]{64})", block)


def write(name: str, text: str) -> None:
    (ROOT / "locks" / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"locks/{name}: {len(re.findall('(?m)^[a-z][^ ]*==', text))} packages")


def main() -> None:
    """Make every lock anew, or only those that a requirement of torch changed."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--upgrade", action="store_true", help="to the newest versions")
    asked.add_argument("--only-torch", action="store_true", help="torch's and the sound library's")
    asked.add_argument("--wheel", type=Path, action="append", default=[], help="a build of torch")
    given = asked.parse_args()
    for name in () if given.only_torch else LOCKS:
        compile_lock(name, given.upgrade)
    compile_torch(given.wheel)
    compile_sound()


if __name__ == "__main__":
    main()
