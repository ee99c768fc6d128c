"""Functions that misbehave, for the tests of `limited`."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from course_utils.creation import BadRecipe, LearnerError


def turned(data: bytes, times: int = 1) -> tuple[dict, bytes]:
    return {"size": len(data), "process": os.getpid()}, data[::-1] * times


def sleeps(data: bytes) -> bytes:
    time.sleep(60)
    return data


def works(data: bytes) -> bytes:
    while True:
        pass


def fills(data: bytes) -> bytes:
    held = []
    while True:
        held.append(bytearray(20_000_000))
        time.sleep(0.005)


def asks_for_much(data: bytes) -> bytes:
    return bytes(10_000_000_000)


def says(data: bytes) -> bytes:
    raise BadRecipe("Not one of ours.") if data else LearnerError("Choose a file.")


def raises(data: bytes) -> bytes:
    raise ZeroDivisionError("secret detail")


def dies(data: bytes) -> bytes:
    os.abort()


def prints(data: bytes) -> bytes:
    print("noise on the channel")
    return data


def starts_another(data: bytes) -> bytes:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open(data.decode(), "w") as file:
        file.write(str(child.pid))
    return fills(data)  # until it is ended
