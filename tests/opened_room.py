"""`course room` in a process of its own, for tests."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from tests.rooms import wait_until

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Opened:
    """`course room` in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self.said = folder, free_port(), folder.with_suffix(".txt")
        command = [
            *(sys.executable, "-m", "course_utils.cli.main", "room", "--no-browser"),
            *("--port", str(self.port), "--folder", str(folder), *options),
        ]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
        with self.said.open("w") as out:
            self.process = psutil.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        self.address = f"http://127.0.0.1:{self.port}"
        wait_until(self._is_up, 120)
        self.code, self.teachers = (
            re.search(who + r":\s+(\S+)", self.said.read_text())[1] for who in ("pupils", "teacher")
        )

    def _is_up(self) -> bool:
        said = self.said.read_text()
        assert self.process.poll() is None, said[-3000:]
        return "All models are ready" in said

    def workers(self) -> list[psutil.Process]:
        """The processes with the engines, in the order they were started."""
        return [
            one
            for one in self.process.children()
            if "spawn_main" in " ".join(one.cmdline()) and one.status() != psutil.STATUS_ZOMBIE
        ]

    def end(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(30)
