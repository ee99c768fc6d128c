"""The set-up program: which torch it takes, and what it says when something fails.

No network is used.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from course_utils.models import big_tools


@pytest.fixture
def start(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("start", Path(__file__).parents[1] / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in {
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv/stamp.json",
        "LOG": tmp_path / "log",
        "BIG_TOOLS": tmp_path / ".venv/course-big-tools.json",
    }.items():
        monkeypatch.setattr(module, name, value)
    return module


def offer(start, monkeypatch, requirements, digest="0" * 64):
    found = {
        "metadata": {"requires_dist": requirements},
        "download_info": {"archive_info": {"hashes": {"sha256": digest}}},
    }
    report = json.dumps({"install": [found]}).encode()
    monkeypatch.setattr(
        start.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, report, b"")
    )
    monkeypatch.setattr(start.sys, "platform", "linux")


def test_cuda_is_not_taken_without_a_gpu(start, monkeypatch):
    offer(start, monkeypatch, ["filelock", "nvidia-cublas-cu12==12; platform_system == 'Linux'"])
    assert start.CPU_TORCH_INDEX in start.torch_arguments(gpu=False)


def by_sum(start, *more):
    return ["--no-deps", "--require-hashes", "-r", str(start.TORCH_LOCK), *more]


def test_a_cpu_build_that_is_offered_is_taken_by_its_sum(start, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    digest = re.search("sha256:([0-9a-f]{64})", start.TORCH_LOCK.read_text(encoding="utf-8"))[1]
    offer(start, monkeypatch, ["filelock", "sympy"], digest)
    *first, lock = start.torch_arguments(gpu=False)
    assert first == ["--no-deps", "--require-hashes", "-r"]
    # no other sum beside it: pip would rather take the build whose sum its index names
    one = Path(lock).read_text(encoding="utf-8")
    assert one == f"torch=={start.TORCH} --hash=sha256:{digest}\n"
    offer(start, monkeypatch, ["filelock", "sympy"])  # one of somebody's own making
    assert start.torch_arguments(gpu=False) == ["--no-deps", "torch==" + start.TORCH]
    assert "not in the course's lists" in capsys.readouterr().out


@pytest.mark.parametrize(("held", "by"), [("all", True), ("cp31 x86_64, cp30 arm64", False)])
def test_torchs_own_index_is_held_to_the_lock_where_it_knows_the_build(
    start, monkeypatch, tmp_path, held, by
):
    lock = tmp_path / "torch.txt"
    lock.write_text(f"# CPU builds held: {held}\ntorch==1 \\\n    --hash=sha256:{'1' * 64}\n")
    monkeypatch.setattr(start, "TORCH_LOCK", lock)
    offer(start, monkeypatch, ["nvidia-cublas"])
    first = by_sum(start) if by else ["--no-deps", "torch==" + start.TORCH]
    assert start.torch_arguments(gpu=False) == [*first, "--index-url", start.CPU_TORCH_INDEX]


def test_elsewhere_and_with_a_gpu_every_file_is_taken_by_its_sum(start, monkeypatch):
    monkeypatch.setattr(start.sys, "platform", "linux")
    assert start.torch_arguments(gpu=True) == by_sum(start, "-r", str(start.GPU_LOCK))
    monkeypatch.setattr(start.sys, "platform", "darwin")
    assert start.torch_arguments(gpu=True) == start.torch_arguments(gpu=False) == by_sum(start)


def test_the_lock_of_torch_is_of_the_version_that_is_asked_for(start):
    lock = start.TORCH_LOCK.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^torch==(\S+)", lock) == [start.TORCH]
    assert len(set(re.findall("sha256:[0-9a-f]{64}", lock))) >= 24  # four systems, six Pythons
    sound = start.SOUND_LOCK.read_text(encoding="utf-8")
    assert re.match(r"tinysoundfont==\S+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+$", sound)


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


def finished(start, monkeypatch, **parts):
    start.VENV.mkdir()
    monkeypatch.setattr(start, "venv_python", lambda: Path(__file__))
    start.STAMP.write_text(json.dumps(parts), encoding="utf-8")


def test_a_finished_set_up_is_not_done_again(start, monkeypatch):
    finished(start, monkeypatch, test=start.fingerprint("test"))
    monkeypatch.setattr(start, "install", lambda *_: pytest.fail("installed again"))
    start.set_up("test")
    start.set_up("course")
    assert start.fetch_big_tools() is None, "a set-up for the tests holds the big tools"


def test_a_changed_lock_is_noticed(start, monkeypatch):
    first, rest = start.fingerprint("course"), start.fingerprint("big")
    monkeypatch.setattr(start, "TORCH", "9.9.9")
    assert start.fingerprint("big") != rest
    assert start.fingerprint("course") == first, "another torch leaves the first lessons alone"


def test_what_comes_first_and_what_comes_later_are_all_that_is_tested(start):
    packages = {
        part: set(re.findall(r"^([\w.-]+==[\w.]+)", start.lock_file(part).read_text(), re.M))
        for part in start.LOCKS
    }
    assert packages["course"] | packages["big"] <= packages["test"]
    later = {name.partition("==")[0] for name in packages["big"]}
    first = {name.partition("==")[0] for name in packages["course"]}
    assert {"diffusers", "transformers", "peft", "accelerate", "sympy"} <= later - first
    assert {"onnxruntime", "tokenizers", "safetensors", "xllamacpp", "jupyterlab"} <= first
    for part in start.LOCKS:
        pieces = re.split(r"(?m)^(?=[a-z0-9])", start.lock_file(part).read_text())
        assert all("--hash=sha256:" in piece for piece in pieces if piece)


PIP_SAYS = [
    "Collecting accelerate==1.15.0 (from -r big.txt (line 1))",
    "  Downloading accelerate-1.15.0-py3-none-any.whl (380 kB)",
    "Collecting diffusers==0.42.1 (from -r big.txt (line 4))",
    "  Downloading diffusers-0.42.1-py3-none-any.whl (5.5 MB)",
    "Installing collected packages: accelerate, diffusers",
]
TORCH_SAYS = ["Collecting torch==2.13.0", "  Downloading torch-2.13.0-cp312.whl (190.2 MB)"] + [
    f"Progress {done}000000 of 190200000" for done in (1, 60, 120, 180)
]


@pytest.fixture
def slow_pip(start, monkeypatch):
    """A pip that prints what the real one does and stops in the middle of torch, until `go`."""
    finished(start, monkeypatch, course=start.fingerprint("course"))
    go, middle, ended = threading.Event(), threading.Event(), threading.Event()

    class Process:
        @staticmethod
        def terminate():
            ended.set()
            go.set()

    def pip(arguments, what, watch=None):
        lines = PIP_SAYS if "-r" in arguments else TORCH_SAYS
        for line in lines:
            watch(line, Process)
            if line == "Progress 120000000 of 190200000":
                middle.set()
                assert go.wait(20)
                if ended.is_set():
                    raise start.SetUpError("terminated")
        return sum(map(start.megabytes_in, lines))

    for name, value in {
        "pip": pip,
        "has_nvidia_gpu": lambda: False,
        "check_room": lambda *_: None,
        "torch_arguments": lambda gpu: ["torch"],
        "packages_in": lambda lock: 2,
    }.items():
        monkeypatch.setattr(start, name, value)
    return namedtuple("slow_pip", "go middle ended")(go, middle, ended)


def test_the_big_tools_are_fetched_while_the_lessons_are_open(start, slow_pip, capsys):
    tools = start.fetch_big_tools()
    assert slow_pip.middle.wait(20)
    seen = big_tools.look(start.VENV)
    assert seen.state == "fetching" and 0.5 < seen.share < 0.9
    assert f"still being fetched: {seen.share:.0%}" in seen.told("Teaching a model")
    slow_pip.go.set()
    tools.join(20)
    assert json.loads(start.BIG_TOOLS.read_text())["state"] == "ready" and start.is_ready("big")
    assert re.search(
        r"The big tools are here: 196 MB fetched, \d+ MB more", capsys.readouterr().out
    )
    assert start.fetch_big_tools() is None


def test_closing_the_lessons_ends_the_fetching_and_the_next_start_goes_on(start, slow_pip, capsys):
    tools = start.fetch_big_tools()
    assert slow_pip.middle.wait(20)
    tools.halt()
    assert slow_pip.ended.is_set() and not tools.is_alive()
    assert json.loads(start.BIG_TOOLS.read_text())["state"] == "stopped"
    assert big_tools.look(start.VENV).state != "fetching" and not start.is_ready("big")
    assert "the next start goes on" in capsys.readouterr().out


def test_a_fetching_that_fails_is_said_and_the_lessons_stay_open(start, slow_pip, monkeypatch):
    def no_network(*_):
        raise start.SetUpError(start.NO_NETWORK)

    monkeypatch.setattr(start, "pip", no_network)
    start.fetch_big_tools().join(20)
    note = json.loads(start.BIG_TOOLS.read_text())
    assert note["state"] == "failed" and "Check the connection" in note["sentence"]
    monkeypatch.setattr(big_tools, "_is_installed", lambda name: False)
    assert "Check the connection" in big_tools.look(start.VENV).told("Teaching a model")


def opened(start, monkeypatch, *arguments):
    """What `start.py` runs and fetches with some arguments."""
    seen = []
    monkeypatch.setattr(start, "set_up", lambda part, light=False: seen.append((part, light)))
    monkeypatch.setattr(start, "fetch_big_tools", lambda: seen.append("big tools"))
    monkeypatch.setattr(start, "run", lambda command: seen.append(command[1:]) or 0)
    return start.main(list(arguments)), seen


def test_the_lessons_open_before_the_big_tools_are_there(start, monkeypatch):
    code, (first, second, third) = opened(start, monkeypatch, "--no-browser")
    assert code == 0 and first == ("course", False) and second == "big tools"
    assert third == ["-m", "course_utils.cli.main", "lab", "--no-browser"]


def test_light_leaves_the_big_tools_out(start, monkeypatch):
    code, seen = opened(start, monkeypatch, "--light")
    assert code == 0 and seen == [("course", True), ["-m", "course_utils.cli.main", "lab"]]


def test_light_and_biggest_do_not_go_together(start, monkeypatch, capsys):
    assert opened(start, monkeypatch, "--light", "--biggest") == (2, [])
    assert "leave out --light or --biggest" in capsys.readouterr().err


def test_the_tests_get_everything(start, monkeypatch):
    code, seen = opened(start, monkeypatch, "test", "-x")
    assert code == 0 and seen == [("test", False), ["-m", "pytest", "-x"]]


@pytest.mark.parametrize("asked", [True, False])
def test_what_python_compiled_is_kept_and_not_beside_the_sources_of_who_wants_none(
    start, monkeypatch, tmp_path, asked
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1" if asked else "")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    (tmp_path / "one.py").write_text("", encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import one"
    monkeypatch.setattr(start, "ROOT", tmp_path)
    assert start.run([sys.executable, "-c", code]) == 0
    kept = list(tmp_path.rglob("one.*.pyc"))
    assert [".venv" in path.parts for path in kept] == [asked]


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


def test_a_lock_is_fetched_in_two_halves_that_are_the_whole(start):
    for part in ("course", "test"):
        start.VENV.mkdir(exist_ok=True)
        lock = start.lock_file(part)
        halves = [half.read_text("utf-8") for half in start.halves(lock)]
        lines = lock.read_text("utf-8").splitlines()
        assert sorted("".join(halves).splitlines()) == sorted(lines)
        assert all(half.count("--hash") > 100 and "==" in half.splitlines()[0] for half in halves)


def test_of_two_at_the_same_time_one_that_fails_is_told(start, monkeypatch):
    both = threading.Barrier(2, timeout=20)  # broken where they are run one after the other

    def pip(arguments, what, watch=None):
        both.wait()
        if arguments == ["bad"]:
            raise start.SetUpError(what)
        return 2.0

    monkeypatch.setattr(start, "pip", pip)
    assert start.pip_side_by_side([["good"], ["well"]], "no") == 4
    with pytest.raises(start.SetUpError, match="not now"):
        start.pip_side_by_side([["good"], ["bad"]], "not now")
