"""The set-up program: which torch it takes, and what it says when something fails.

No network is used.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest


@pytest.fixture
def start(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("start", Path(__file__).parents[1] / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in {
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv/stamp.json",
        "LOG": tmp_path / "log",
    }.items():
        monkeypatch.setattr(module, name, value)
    return module


def offer(start, monkeypatch, requirements):
    report = json.dumps({"install": [{"metadata": {"requires_dist": requirements}}]}).encode()
    monkeypatch.setattr(
        start.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, report, b"")
    )
    monkeypatch.setattr(start.sys, "platform", "linux")


def test_cuda_is_not_taken_without_a_gpu(start, monkeypatch):
    offer(start, monkeypatch, ["filelock", "nvidia-cublas-cu12==12; platform_system == 'Linux'"])
    assert start.CPU_TORCH_INDEX in start.torch_arguments(gpu=False)


def test_a_cpu_build_that_is_offered_is_taken(start, monkeypatch):
    offer(start, monkeypatch, ["filelock", "sympy"])
    assert start.torch_arguments(gpu=False) == ["--no-deps", "torch==" + start.TORCH]


def test_with_a_gpu_the_usual_build_is_taken(start):
    assert start.torch_arguments(gpu=True) == ["torch==" + start.TORCH]


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (
            (
                "WARNING: Retrying (Retry(total=4)) after connection broken by NewConnectionError:"
                " Name or service not known"
            ),
            "Check the connection",
        ),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "not the one the course was tested with"),
        ("No matching distribution found for xllamacpp==1", "no ready-made package of xllamacpp"),
        ("something odd", "Run the same command again"),
    ],
)
def test_failures_are_said_in_a_sentence(start, printed, said):
    assert said in start.explain(printed, "it stopped")


def test_too_little_room_is_said_before_anything_is_fetched(start, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: usage(1, 1, 1_000_000))
    with pytest.raises(start.SetUpError, match="free disk"):
        start.check_room(gpu=False)


def test_a_finished_set_up_is_not_done_again(start, monkeypatch):
    start.VENV.mkdir()
    monkeypatch.setattr(start, "venv_python", lambda: Path(__file__))
    monkeypatch.setattr(start, "install", lambda *_: pytest.fail("installed again"))
    start.STAMP.write_text(json.dumps({"test": start.fingerprint(True)}), encoding="utf-8")
    start.set_up(True)
    start.set_up(False)


def test_a_changed_lock_is_noticed(start, monkeypatch):
    before = start.fingerprint(True)
    monkeypatch.setattr(start, "TORCH", "9.9.9")
    assert start.fingerprint(True) != before


def test_the_models_own_sentence_is_passed_on(start, monkeypatch):
    said = (
        b"The words model (93 MB) could not be downloaded. Check the network connection and try"
        b" again; nothing else was changed."
    )
    monkeypatch.setattr(
        start.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, said, b"")
    )
    with pytest.raises(start.SetUpError, match="93 MB.*Check the network") as told:
        start.fetch_words_model()
    assert ".venv" not in str(told.value)


@pytest.mark.parametrize(
    ("system", "machine", "built_for", "said"),
    [
        ("darwin", "x86_64", "macosx-13.0-x86_64", "Intel processor"),
        ("win32", "ARM64", "win-arm64", "Windows on ARM"),
    ],
)
def test_a_computer_without_torch_is_told_before_the_first_download(
    start, monkeypatch, capsys, system, machine, built_for, said
):
    monkeypatch.setattr(start.sys, "platform", system)
    monkeypatch.setattr(start.platform, "machine", lambda: machine)
    monkeypatch.setattr(start.sysconfig, "get_platform", lambda: built_for)
    monkeypatch.setattr(start, "install", lambda *_: pytest.fail("something was fetched"))
    monkeypatch.setattr(start, "is_ready", lambda tests: False)
    assert start.main([]) == 1
    told = capsys.readouterr().err
    assert said in told and "Binder" in told and "3.12" not in told


def test_other_computers_go_on(start, monkeypatch):
    monkeypatch.setattr(start.sys, "platform", "darwin")
    monkeypatch.setattr(start.platform, "machine", lambda: "arm64")
    start.check_computer()
