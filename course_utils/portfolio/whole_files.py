"""Writing a file whole or not at all, and sweeping what was left half written."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

__all__ = ["sweep", "write_whole"]

HALF = (".part-", ".saving-", ".resuming-", ".export-", ".site-")  # beginnings of unfinished names
OLD = 3600.0  # seconds after which what is unfinished is no longer being worked on


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step, synced to the disk: it is there whole, or as it was before.

    Raises:
        OSError: it cannot be written.
    """
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def sweep(folder: Path, older: float = OLD) -> int:
    """Remove what programs that were killed left half written in a folder; how many there were."""
    gone, before = 0, time.time() - older
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if not entry.name.startswith(HALF):
                    continue
                if entry.stat(follow_symlinks=False).st_mtime > before:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    os.unlink(entry.path)
                gone += 1
    return gone
