"""A function run in a process of its own, with limits on time, processor and memory.

For whatever opens a stranger's file: decoders are where a few bytes become gigabytes or minutes.
The process is a fresh Python that imports only the function's module. What goes in and comes out is
bytes and JSON, never pickle. Where the system has rlimits (Linux, most of macOS) the process is
held to them; everywhere the parent watches clock and resident memory and ends it. It ends when its
parent does, however that ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import psutil

from course_utils.errors import BadRecipe, LearnerError

__all__ = ["Limits", "run_limited"]

CONFINED = (
    "This file takes more time or memory than a small computer has, so it was not opened. "
    "Try a smaller or simpler one."
)
BROKEN = "This file could not be read: it is damaged or something else. Try another one."
BUSY = "Another file is being looked at and takes long. Try again in a moment."
HEAD = struct.Struct(">QQ")  # bytes of JSON, bytes of data
LARGEST_ANSWER = 128_000_000  # bytes
EVERY = 0.02  # seconds between two looks at a process
WITH_PARENT = 1  # Linux' PR_SET_PDEATHSIG: a signal when the parent has ended
START = "from course_utils.safety.limited import _child; _child()"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What a process may take."""

    seconds: float = 10.0  # on the clock
    cpu_seconds: int = 10
    resident: int = 500_000_000  # bytes of memory in use
    address_space: int = 2_000_000_000  # bytes asked for, of which libraries use only a part
    waiting: float = 30.0  # seconds until it is this file's turn


def run_limited(
    function: str, data: bytes, limits: Limits = Limits(), **options: Any
) -> tuple[bytes, dict]:
    """What a function makes of some bytes, in a process with limits; one at a time in a server.

    Args:
        function: "package.module:name"; it takes bytes and keywords, and returns bytes, a dict that
            JSON can hold, or a pair of such a dict and bytes.
        options: the keywords; whatever JSON can hold.

    Raises:
        LearnerError: it raised one, took too much, or died.
    """
    if not _one_at_a_time.acquire(timeout=limits.waiting):
        raise LearnerError(BUSY)
    try:
        asked = {"function": function, "options": options, **asdict(limits)}
        told, answer = _ask(asked, data, limits)
    finally:
        _one_at_a_time.release()
    if "error" in told:
        kind = BadRecipe if told.get("kind") == "BadRecipe" else LearnerError
        raise kind(str(told["error"])[:1000])
    return answer, told.get("told", {})


def _ask(told: dict, data: bytes, limits: Limits) -> tuple[dict, bytes]:
    """Start the process, hand it its work, and watch it."""
    process = subprocess.Popen(
        [sys.executable, "-c", START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=os.name == "posix",
    )
    head = json.dumps(told).encode()
    answer: list[bytes] = []
    talking = threading.Thread(
        target=_talk, args=(process, HEAD.pack(len(head), len(data)) + head + data, answer)
    )
    talking.daemon = True
    talking.start()
    try:
        within = _watch(process, talking, limits)
    finally:
        _end(process)
        talking.join(5)
        if process.stdin is not None:
            with contextlib.suppress(OSError):  # what was not handed over is not missed
                process.stdin.close()
    if not within:
        raise LearnerError(CONFINED)
    return _read(b"".join(answer), process.returncode)


def _environment() -> dict[str, str]:
    """The child's surroundings: the same Python path, one thread, nothing from the network."""
    kept = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {**kept, **dict.fromkeys(one, "1"), "PYTHONUNBUFFERED": "1"}


def _talk(process: subprocess.Popen, given: bytes, answer: list[bytes]) -> None:
    """Hand over the work and take what comes back, no more than an answer may have."""
    assert process.stdin is not None and process.stdout is not None  # both are pipes
    with contextlib.suppress(OSError, ValueError):
        process.stdin.write(given)
        process.stdin.flush()  # and left open: its end tells the process that nobody waits for it
    taken = 0
    with contextlib.suppress(OSError, ValueError):
        while taken <= LARGEST_ANSWER and (part := process.stdout.read(1_000_000)):
            answer.append(part)
            taken += len(part)


def _watch(process: subprocess.Popen, talking: threading.Thread, limits: Limits) -> bool:
    """Whether a process ended by itself within its limits."""
    end = time.monotonic() + limits.seconds
    try:
        seen = psutil.Process(process.pid)
        while talking.is_alive():
            talking.join(EVERY)
            if time.monotonic() > end or seen.memory_info().rss > limits.resident:
                return process.poll() is not None and not talking.is_alive()
    except psutil.Error:  # it has ended
        talking.join(max(0.0, end - time.monotonic()))
    return not talking.is_alive()


def _end(process: subprocess.Popen) -> None:
    """End a process and whatever it started."""
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(process.pid).children(recursive=True)
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.5)
        return
    process.kill()
    process.wait()


def _read(answer: bytes, status: int | None) -> tuple[dict, bytes]:
    """The JSON and the bytes of an answer; a process that died at a limit has none."""
    try:
        told_size, size = HEAD.unpack(answer[: HEAD.size])
        told = json.loads(answer[HEAD.size : HEAD.size + told_size])
        data = answer[HEAD.size + told_size :]
        if len(data) != size or not isinstance(told, dict):
            raise ValueError("cut off")
    except (struct.error, ValueError, RecursionError) as problem:
        raise LearnerError(CONFINED if status and status < 0 else BROKEN) from problem
    return told, data


def _child() -> None:
    """In the new process: limits first, then the function, then the answer."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    head = sys.stdin.buffer.read(HEAD.size)
    told_size, size = HEAD.unpack(head)
    asked = json.loads(sys.stdin.buffer.read(told_size))
    _hold(asked)
    given = sys.stdin.buffer.read(size)
    _end_with_parent()
    told, data = _work(asked, given)
    head = json.dumps(told).encode()
    out.write(HEAD.pack(len(head), len(data)) + head + data)
    out.flush()
    os._exit(0)  # libraries' own threads and clean-up take time


def _hold(asked: dict) -> None:
    """Set the limits that this system has."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches
        return
    for name, most in (
        ("RLIMIT_CPU", int(asked["cpu_seconds"])),
        ("RLIMIT_AS", int(asked["address_space"])),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (most, most))


def _end_with_parent() -> None:
    """End this process when its parent does. Linux does it; elsewhere a thread waits for the end of
    the pipe, which it learns once a decoder lets Python go on.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(WITH_PARENT, signal.SIGKILL)

    def wait() -> None:
        sys.stdin.buffer.read(1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _work(asked: dict, data: bytes) -> tuple[dict, bytes]:
    """Call the function."""
    module, name = asked["function"].split(":")
    try:
        found = getattr(import_module(module), name)(data, **asked["options"])
        told, answer = found if isinstance(found, tuple) else ({}, found)
        if isinstance(answer, dict):
            told, answer = answer, b""
        return {"told": told}, bytes(answer)
    except BadRecipe as problem:
        return {"error": str(problem), "kind": "BadRecipe"}, b""
    except LearnerError as problem:
        return {"error": str(problem)}, b""
    except MemoryError:
        return {"error": CONFINED}, b""
    except Exception:  # decoders raise almost anything on hostile files
        return {"error": BROKEN}, b""
