"""What kind of creation each file holds, remembered, so that a studio finds its own among thousands
without opening the others.

Never the only truth: what is there is read from the folder every time, an entry counts only while
its file has the size and the time it had, and whatever is shown is read from the file itself. A
lost or damaged index is made anew by looking.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from course_utils.portfolio.whole_files import write_whole

__all__ = ["Index", "Listed", "UNREADABLE"]

FILE = ".index.json"
VERSION = 1  # of what is remembered, and of the readers: raise it when they read more
UNREADABLE = ""
LARGEST = 20_000_000  # bytes


@dataclass(frozen=True)
class Listed:
    """A file of the portfolio: its name, bytes, and when it was written (nanoseconds)."""

    name: str
    size: int
    written: int

    @property
    def suffix(self) -> str:
        return self.name[self.name.rfind(".") :] if "." in self.name else ""

    @property
    def stem(self) -> str:
        return self.name[: len(self.name) - len(self.suffix)]

    @property
    def order(self) -> tuple[str, int, str]:
        """What files are put in order by: the second in their name, and inside one second by when
        they were written.
        """
        return self.name[:17], self.written, self.name


class Index:
    """The kinds of a folder's files, by name."""

    _open: ClassVar[dict[Path, tuple[int, Index]]] = {}  # by folder, and when it was written

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._kinds: dict[str, tuple[int, int, str]] = {}
        self._changed = False
        with contextlib.suppress(
            OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError
        ):
            if self.path.stat().st_size <= LARGEST:
                self._read(json.loads(self.path.read_bytes()))

    @classmethod
    def of(cls, folder: Path) -> Index:
        """The index of a folder, read again where another program has written it."""
        written = cls._written(folder)
        if cls._open.get(folder, (None, None))[0] != written:
            cls._open[folder] = (written, cls(folder))
        return cls._open[folder][1]

    @staticmethod
    def _written(folder: Path) -> int:
        try:
            return (folder / FILE).stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self, told: dict) -> None:
        if told["version"] == VERSION:
            self._kinds = {
                str(name): (int(size), int(written), str(kind))
                for name, (size, written, kind) in told["files"].items()
            }

    def kind_of(self, file: Listed) -> str | None:
        """The kind of creation in a file, UNREADABLE, or None where that is not known."""
        size, written, kind = self._kinds.get(file.name, (-1, -1, UNREADABLE))
        return kind if (size, written) == (file.size, file.written) else None

    def learn(self, file: Listed, kind: str) -> None:
        if self.kind_of(file) != kind:
            self._kinds[file.name] = (file.size, file.written, kind)
            self._changed = True

    def keep(self) -> None:
        """Write it down, where something is new; without what is gone. A folder that cannot be
        written has none.
        """
        if not self._changed:
            return
        folder = self.path.parent
        with contextlib.suppress(OSError):
            there = {*os.listdir(folder)}
            self._kinds = {name: entry for name, entry in self._kinds.items() if name in there}
            told = {"version": VERSION, "files": self._kinds}
            write_whole(self.path, json.dumps(told).encode())
            self._open[folder] = (self._written(folder), self)
        self._changed = False
