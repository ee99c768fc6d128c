"""`course wall` as a teacher runs it: killed without warning and started again, codes,
keys and works are the same; taken home; ended, nothing is left.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile

import httpx
import pytest
from wall_works import file_of, text

from course_utils.cli.main import main


@contextlib.contextmanager
def wall(folder, port: int):
    """The command, once it answers; gives the program and the two codes it printed."""
    command = [
        sys.executable,
        "-m",
        "course_utils.cli.main",
        "wall",
        "--port",
        str(port),
        "--folder",
        str(folder),
        "--title",
        "Class 7b",
    ]
    program = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"},
    )
    try:
        said = ""
        while "To end it" not in said:
            line = program.stdout.readline()
            assert line, said
            said += line
        # it listens a moment later
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
            client.get(f"http://127.0.0.1:{port}/v1/room", timeout=60)
        yield (
            program,
            re.search(r"Code for pupils: +(\S+)", said)[1],
            re.search(r"Code for the teacher: +(\S+)", said)[1],
        )
    finally:
        if program.poll() is None:
            program.kill()
        program.wait(30)
        program.stdout.close()


@pytest.mark.skipif(
    sys.platform == "win32", reason="ends a program by a signal Windows does not have"
)
def test_killed_and_started_again_everything_is_there_and_ended_nothing_is(tmp_path, capsys):
    folder = tmp_path / "room"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    at = f"http://127.0.0.1:{port}"
    with wall(folder, port) as (program, code, teacher_code):
        pupil, teacher = (
            {
                "Authorization": (
                    "Bearer"
                    f" {httpx.post(f'{at}/v1/join', json={'code': one}, timeout=60).json()['key']}"
                )
            }
            for one in (code, teacher_code)
        )
        work = httpx.post(
            f"{at}/v1/wall/works",
            headers=pupil,
            files={"file": file_of(text())},
            data={"title": "Moon"},
            timeout=60,
        ).json()
        assert (
            httpx.post(
                f"{at}/v1/wall/works/{work['id']}/approve", headers=teacher, timeout=60
            ).status_code
            == 200
        )
        program.kill()
    with wall(folder, port) as (program, code_again, teacher_code_again):
        assert (code_again, teacher_code_again) == (code, teacher_code)
        (kept,) = httpx.get(f"{at}/v1/wall/works", headers=pupil, timeout=60).json()["works"]
        assert (kept["title"], kept["mine"], kept["state"]) == ("Moon", True, "shown")
        assert (
            main(["wall", "--folder", str(folder), "--site", str(tmp_path / "home.zip")]) == 0
            and "is written to" in capsys.readouterr().out
        )
        with zipfile.ZipFile(tmp_path / "home.zip") as bundle:
            assert "<h1>Class 7b</h1>" in bundle.read("class_wall/index.html").decode()
        program.send_signal(signal.SIGINT)
        assert "Its works are deleted" in program.communicate(timeout=60)[0]
    assert not (folder / "wall").exists() and not (folder / "room.json").exists()
    assert (
        main(["wall", "--folder", str(folder), "--site", str(tmp_path / "later.zip")]) == 2
        and "no wall in that folder" in capsys.readouterr().err
    )
