"""The resident memory of another program and what it started, watched from outside, with a limit
that ends it.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress

import psutil

LOOK_EVERY = 0.05  # seconds


class Watcher(threading.Thread):
    """Follows a process and its children until it ends or `halt` is called."""

    def __init__(self, process: int, limit_mb: float = float("inf")) -> None:
        """`process`: its id. Above `limit_mb` it is killed, as a container's limit would do."""
        super().__init__(daemon=True)
        self.peak_mb, self.limit_mb, self.killed = 0.0, limit_mb, False
        self._process, self._halted = psutil.Process(process), False

    def run(self) -> None:
        with suppress(psutil.NoSuchProcess):
            while not self._halted and self._process.is_running():
                self.peak_mb = max(self.peak_mb, resident_mb(self._process))
                if self.peak_mb > self.limit_mb:
                    self.killed = True
                    self._process.kill()
                    return
                time.sleep(LOOK_EVERY)

    def halt(self) -> None:
        """Look no longer."""
        self._halted = True
        self.join(5)


def peak_memory_mb() -> float:
    """Highest resident memory of this process so far, in MB."""
    try:
        import resource
    except ImportError:  # Windows
        return psutil.Process().memory_info().peak_wset / 1e6
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found / (1e6 if sys.platform == "darwin" else 1e3)


def resident_mb(process: psutil.Process) -> float:
    """MB in memory now, shared pages counted once for each process of the family."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total / 1e6
