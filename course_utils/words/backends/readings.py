"""What llama.cpp has read of the examples of a kind of text, kept on the disk: reading them takes
a second or two on one core, fetching them back some milliseconds.

Only the examples that ship are kept, never a person's words, so that there are at most as many
files as kinds of text (3 to 10 MB each). The last bits of a text depend on the processor and on
the library: their names are part of a file's name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from course_utils.models.cache import cache_folder
from course_utils.models.smollm2 import SHA256
from course_utils.words.templates import chat, examples_end, shipped_templates

__all__ = ["Readings", "readings_folder"]

ROOM = 500_000_000  # bytes that must be free for a reading to be kept


class Readings:
    """Readings of the shipped examples by the course's own model.

    Args:
        ask: sends llama.cpp an order about its slot: "save" or "restore", and a file's name;
            raises OSError when it cannot be done.
    """

    def __init__(self, folder: Path, ask: Callable[[str, str], object]) -> None:
        self.folder, self.ask = folder, ask

    def fetch(self, examples: str) -> bool:
        """Whether what was read of these examples is back in llama.cpp."""
        name = name_of(examples)
        if not name or not (self.folder / name).is_file():
            return False
        try:
            self.ask("restore", name)
        except OSError:  # cut off, or of another library: it is read and kept anew
            (self.folder / name).unlink(missing_ok=True)
            return False
        return True

    def keep(self, examples: str) -> None:
        """Keep what was just read, where there is room; without it the next reading is as slow."""
        name = name_of(examples)
        if not name:
            return
        part = f"{name}.{os.getpid()}"
        with contextlib.suppress(OSError):
            if shutil.disk_usage(self.folder).free < ROOM:
                return
            try:
                self.ask("save", part)
                (self.folder / part).replace(self.folder / name)
            finally:
                (self.folder / part).unlink(missing_ok=True)
            for old in {*self.folder.glob("*.read")} - {
                self.folder / one for one in _names().values()
            }:
                old.unlink(missing_ok=True)


def readings_folder() -> Path | None:
    """Where readings are kept; None where nothing can be written."""
    folder = cache_folder() / "readings"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def name_of(examples: str) -> str:
    """The file of these examples; "" for any that do not ship."""
    return _names().get(examples, "")


@cache
def _names() -> dict[str, str]:
    import xllamacpp

    machine = f"{SHA256} {xllamacpp.__version__} {xllamacpp.get_system_info()}"
    found = {}
    for template in shipped_templates():
        examples = chat(template, "")[: examples_end(template)]
        sum_of = hashlib.sha256(f"{machine}\n{examples}".encode()).hexdigest()
        found[examples] = f"{sum_of[:32]}.read"
    return found
