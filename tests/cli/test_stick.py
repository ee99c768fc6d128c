"""The course on a stick: which packages go onto it for whom, and a set-up without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from course_utils.cli import stick
from course_utils.cli.main import main

# the language model answers its own program on the loopback
LOOPBACK_ALONE = 'ip link set lo up && exec "$0" "$@"'


def names(called: str, python: str) -> set[str]:
    """The packages for a system and a Python."""
    lines = (line for line in stick.locked() if stick.wanted(line, stick.SYSTEMS[called], python))
    return {stick.plain(line).partition("==")[0] for line in lines}


def test_each_system_gets_the_packages_meant_for_it():
    linux, windows, macos = (names(called, "3.12") for called in ("linux", "windows", "macos"))
    assert {"uvicorn", "fastapi", "segno", "onnxruntime", "jupyterlab"} <= linux & windows & macos
    assert {"colorama", "pywinpty"} <= windows and not {"colorama", "pywinpty"} & (linux | macos)
    assert "appnope" in macos - linux - windows and "pexpect" in linux & macos - windows
    assert "tinysoundfont" in names("linux", "3.12") - names("linux", "3.13")
    assert not {"torch", "gradio", "ray"} & (linux | windows | macos)


def test_every_package_keeps_its_hashes_and_loses_its_marker():
    for line in map(stick.plain, stick.locked()):
        assert "--hash=sha256:" in line and ";" not in line and "==" in line.split()[0]


def test_the_course_itself_is_copied_without_what_is_private(tmp_path):
    stick.copy_course(tmp_path / "course")
    copied = tmp_path / "course"
    assert (copied / "start.py").is_file() and (copied / "locks/course.txt").is_file()
    assert list((copied / "course_utils/models/embedded/image").rglob("*.onnx"))
    assert not [path for path in copied.rglob("*") if path.name.startswith((".", "__pycache__"))]


def test_a_folder_that_is_there_is_left_alone(tmp_path, capsys):
    (tmp_path / stick.FOLDER).mkdir()
    assert main(["pack", "--everything", "--out", str(tmp_path)]) == 2
    assert "already" in capsys.readouterr().err and not list((tmp_path / stick.FOLDER).iterdir())


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("unshare") and shutil.which("ip")), reason="cannot switch the network off"
)
def test_a_stick_sets_the_course_up_without_a_network(tmp_path):
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    pack = ["pack", "--everything", "--out", str(tmp_path / "stick")]
    assert main([*pack, "--systems", "linux", "--pythons", python]) == 0
    course = shutil.copytree(tmp_path / "stick" / stick.FOLDER, tmp_path / "there")
    begin = (
        "import start; start.run = lambda command: 0; import sys;"
        " sys.exit(start.main(['--no-browser']))"
    )
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "COURSE_", "PYTHON"))
    }
    environment = {
        **plain,
        "PIP_CONFIG_FILE": os.devnull,
        "COURSE_CACHE": str(tmp_path / "cache"),
    }

    def offline(*command: str) -> str:
        done = subprocess.run(
            ["unshare", "--map-root-user", "--net", "sh", "-c", LOOPBACK_ALONE, *command],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            timeout=800,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    assert "Ready." in offline(sys.executable, "-c", begin)
    assert "Saved a text" in offline(".venv/bin/course", "make", "words", "the moon")
    assert "room" in offline(".venv/bin/course", "room", "--help")
