"""One hostile file and one reader: run in a forked process held to 5 seconds and 500 MB."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.creation import LearnerError

SECONDS = 5
MEMORY = 500_000_000  # bytes beyond what the reader's libraries take
FINE = ("read", "sentence")
SETTLED = 60  # seconds until a process that will not end is killed


@dataclass(frozen=True)
class Outcome:
    """What became of a file: "read", "sentence", "time", "memory", "died" or "raised ..."."""

    what: str
    seconds: float
    said: str = ""

    @property
    def fine(self) -> bool:
        return self.what in FINE


def address_space() -> int:
    """Bytes of address space this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def outcome_of(reader: Callable[[bytes], object], data: bytes) -> Outcome:
    """Run a reader on a file in a child of this process."""
    out, back = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        os.close(out)
        os.setsid()
        _run(reader, data, back)
    os.close(back)
    said = _answer(out, child, began)
    seconds = time.monotonic() - began
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not said:
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        late = seconds >= SECONDS or number in (signal.SIGXCPU, signal.SIGALRM)
        return Outcome("time" if late else f"died by signal {number}", seconds)
    what, _, sentence = said.partition("\n")
    return Outcome("time" if seconds > SECONDS + 0.5 else what, seconds, sentence)


def _answer(out: int, child: int, began: float) -> str:
    """What the child says before its time is over."""
    import select

    said = b""
    with os.fdopen(out, "rb") as pipe:
        while (left := began + SECONDS + 1 - time.monotonic()) > 0:
            if not select.select([pipe], [], [], left)[0]:
                break
            part = os.read(pipe.fileno(), 65536)
            if not part:
                break
            said += part
    return said.decode("utf-8", "replace")


def _run(reader: Callable[[bytes], object], data: bytes, back: int) -> None:
    """In the child: the limits, the reader, one word about it."""
    most = address_space() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        reader(data)
        told = "read"
    except LearnerError as sentence:
        told = f"sentence\n{sentence}"
    except MemoryError:
        told = "memory"
    except BaseException as problem:
        told = f"raised {type(problem).__name__}\n{str(problem)[:200]}"
    with contextlib.suppress(OSError):
        os.write(back, told.encode("utf-8", "replace")[:4000])
    sys.stdout = sys.stderr = None
    os._exit(0)
