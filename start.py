"""Set up the course in this folder and open it. Needs Python 3.11 or newer and nothing else.

    python start.py                 set up, then open the first notebook in the browser
    python start.py --no-browser    set up, then print the address to open
    python start.py --biggest       the same, with the biggest models this computer carries; asks
                                    before it fetches one
    python start.py test [...]      set up with the test tools, then run the tests (pytest's own
                                    options may follow)
    python start.py test --all      also the slow tests, some of which install packages; a network
                                    is needed for these

Everything is put into the folder .venv beside this file; delete that folder to start afresh.
Running it again is safe and quick.
"""

import sys

OLDEST = (3, 11)
# first of all, and everything below must be readable by old Pythons, so that this sentence is seen
if sys.version_info < OLDEST:
    sys.exit(
        "The course needs Python %d.%d or newer, and this is Python %d.%d. Install a newer one from"
        " python.org, then run start.py with it." % (OLDEST + tuple(sys.version_info[:2]))
    )

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
# written last: what was set up, so that a second run has nothing to do
STAMP = VENV / "course-set-up.json"
LOG = VENV / "course-set-up.log"  # what pip said
NOTEBOOK = "01_first_sparks.ipynb"

SET_UP = 1  # raise when the steps below change, so that every machine goes through them once more
TORCH = "2.13.0"
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
# GB of free disk a first set-up needs: measured, with some to spare for pip's own copies
ROOM_CPU = 3.0
ROOM_GPU = 12.0  # GB with the CUDA build of torch: an estimate
# where it has no ready-made package (see locks/), it is built from its source if that works
SOUND = "tinysoundfont==0.3.7"

NO_NETWORK = (
    "The download did not work: there is no way to the internet, or it broke off. "
    "Check the connection, then run the same command again; it goes on where it stopped."
)
NO_ROOM = "The disk is full. Free {room:.0f} GB, then run the same command again."
NO_VENV = (
    "This Python has no venv module. On Debian or Ubuntu type: sudo apt install"
    " python{version}-venv\nThen run the same command again."
)
NO_PACKAGE = (
    "There is no ready-made package of {name} for this computer and Python {version}. "
    "Try Python 3.12, 64-bit, then run the same command again. Details are in {log}."
)
CHANGED_PACKAGE = (
    "A downloaded package is not the one the course was tested with, so it was not installed. Run"
    " the same command again; if it stays so, ask whoever looks after the network. Details are in"
    " {log}."
)
UNKNOWN = (
    "The set-up stopped: {what}. Run the same command again; if it stops there again, delete the"
    " folder .venv first. Details are in {log}."
)


class SetUpError(Exception):
    """Something stopped the set-up; the message is for the person in front of the computer."""


def venv_python():
    """The Python inside .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def lock_file(tests):
    return ROOT / "locks" / ("test.txt" if tests else "course.txt")


def fingerprint(tests):
    """Changes whenever the set-up must be done again: other locked versions, another Python,
    a moved folder, newer steps.
    """
    digest = hashlib.sha256()
    for part in (str(SET_UP), TORCH, sys.version, str(ROOT)):
        digest.update(part.encode("utf-8") + b"\0")
    for path in (lock_file(tests), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def stamps():
    """The fingerprints of finished set-ups, by name."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_ready(tests):
    """Whether nothing is left to do. A set-up for the tests holds everything the course needs."""
    names = ["test"] if tests else ["course", "test"]
    return venv_python().is_file() and any(
        stamps().get(name) == fingerprint(name == "test") for name in names
    )


def has_nvidia_gpu():
    """Whether an NVIDIA GPU answers on this machine."""
    program = shutil.which("nvidia-smi")
    if not program:
        return False
    try:
        return (
            subprocess.run(
                [program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def check_computer():
    """Raise where torch is not made for this kind of computer or Python, before anything is
    fetched.
    """
    built_for = sysconfig.get_platform()
    reason = ""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        reason = (
            "This Python is made for Macs with an Intel processor, and torch, which runs the"
            " models, is no longer made for these. If your Mac has an Apple chip (M1 or newer),"
            " install the Python for it from python.org and run start.py with that."
        )
    elif built_for == "win-arm64":
        reason = (
            "This Python is made for Windows on ARM, and torch, which runs the models, is not."
            " Install the usual 64-bit Python for Windows (x86-64) from python.org, which runs"
            " there too, only slower, and run start.py with that."
        )
    elif sys.maxsize <= 2**32:
        reason = (
            "This Python has 32 bits, and torch, which runs the models, needs 64. Install the"
            " 64-bit Python from python.org and run start.py with that."
        )
    if reason:
        raise SetUpError(
            reason + " Or open the lessons on the web, with Binder or Colab: see README.md."
        )


def check_room(gpu):
    """Raise when the disk has too little room for a first set-up."""
    room = ROOM_GPU if gpu else ROOM_CPU
    with contextlib.suppress(OSError):
        # an interrupted set-up has some of it
        room -= sum(path.stat().st_size for path in VENV.rglob("*") if path.is_file()) / 1e9
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < room:
        raise SetUpError(
            "The set-up needs about %.1f GB of free disk and there are %.1f GB. Free some, then run"
            " the same command again." % (room, free)
        )


def clean_environment():
    """The environment for the set-up's commands, without settings that would lead them out of
    .venv.
    """
    misleading = (
        "PYTHONHOME",
        "PYTHONPATH",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_REQUIRE_VIRTUALENV",
        "__PYVENV_LAUNCHER__",
    )
    environment = {name: value for name, value in os.environ.items() if name not in misleading}
    environment.update(
        PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONUTF8="1", VIRTUAL_ENV=str(VENV)
    )
    return environment


def explain(output, what):
    """The sentence for a command that failed, from what it printed."""
    version = "%d.%d" % sys.version_info[:2]
    text = output.lower()
    if "no space left" in text or "not enough space on the disk" in text or "errno 28" in text:
        return NO_ROOM.format(room=ROOM_CPU)
    if "do not match the hashes" in text:
        return CHANGED_PACKAGE.format(log=LOG)
    signs = (
        "retrying (retry",
        "name resolution",
        "getaddrinfo",
        "connectionerror",
        "connection broken",
        "readtimeout",
        "proxyerror",
    )
    signs += (
        "timed out",
        "network is unreachable",
        "connection refused",
        "could not fetch url",
        "sslerror",
        "connecterror",
        "name or service",
    )
    if any(sign in text for sign in signs):
        return NO_NETWORK
    if "no matching distribution found for " in text:
        name = text.rsplit("no matching distribution found for ", 1)[1].split()[0]
        return NO_PACKAGE.format(name=name, version=version, log=LOG)
    return UNKNOWN.format(what=what, log=LOG)


def say(text, end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def complain(sentence):
    sys.stderr.write("\n%s\n" % sentence)


def pip(arguments, what, of=0):
    """Run pip inside .venv, with a count of packages as progress.

    Args:
        arguments: what follows `pip install`.
        what: said when it fails for an unknown reason.
        of: how many packages there will be, 0 if it makes no sense to count.

    Raises:
        SetUpError: it failed.
    """
    command = [str(venv_python()), "-m", "pip", "install", "--progress-bar", "off"] + arguments
    lines, count = [], 0
    live = sys.stdout.isatty()
    with LOG.open("a", encoding="utf-8", errors="replace") as log:
        log.write("\n$ " + " ".join(command) + "\n")
        process = subprocess.Popen(
            command,
            cwd=str(ROOT),
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        try:
            for line in process.stdout:
                log.write(line)
                lines.append(line)
                if of and line.startswith(("Collecting ", "Requirement already satisfied")):
                    count += 1
                    if live:
                        say("\r  %d of about %d packages" % (count, of), end="")
                    elif count % 40 == 0:
                        say("  %d of about %d packages" % (count, of))
                elif of and line.startswith("Installing collected packages"):
                    say(
                        ("\r" if live else "")
                        + "  all here; putting them in place (a minute or two) ..."
                    )
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code:
        raise SetUpError(explain("".join(lines), what))


def make_venv():
    """Make .venv, or keep the one that is there when it works and belongs to this Python and
    this folder.
    """
    if venv_python().is_file():
        check = "import sys, pip; print('%d.%d' % sys.version_info[:2], sys.prefix)"
        try:
            told = subprocess.run(
                [str(venv_python()), "-c", check],
                env=clean_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=120,
            )
            version, _, prefix = told.stdout.decode("utf-8", "replace").strip().partition(" ")
            works = told.returncode == 0 and version == "%d.%d" % sys.version_info[:2]
            if works and os.path.realpath(prefix) == os.path.realpath(str(VENV)) and not moved():
                return
        except (OSError, subprocess.TimeoutExpired):
            pass
        say("  The .venv folder that is there does not work, so it is made again.")
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetUpError(NO_VENV.format(version="%d.%d" % sys.version_info[:2]))
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if made.returncode:
        output = made.stdout.decode("utf-8", "replace")
        if "ensurepip" in output:
            raise SetUpError(NO_VENV.format(version="%d.%d" % sys.version_info[:2]))
        raise SetUpError(
            explain(output, "the folder .venv could not be made") + "\n" + output.strip()[-300:]
        )


def moved():
    """Whether .venv was made when this folder was somewhere else;
    its programs would then point at nothing.
    """
    scripts = venv_python().parent
    program = scripts / ("activate.bat" if os.name == "nt" else "activate")
    try:
        return str(VENV) not in program.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def torch_arguments(gpu):
    """What to give `pip install` for torch: the CUDA build only where there is an NVIDIA GPU,
    a CPU build anywhere else.

    On Linux the usual build brings gigabytes of CUDA libraries. Which one pip would take is asked,
    not guessed: some computers and Pythons, and some networks, are offered a CPU build already.
    """
    torch = "torch==" + TORCH
    if gpu:
        return [torch]  # with its own dependencies, the CUDA libraries
    if not sys.platform.startswith("linux"):
        return ["--no-deps", torch]  # what else it needs is in the lock
    question = [
        str(venv_python()),
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--ignore-installed",
        "--quiet",
        "--report",
        "-",
        torch,
    ]
    answer = subprocess.run(
        question,
        cwd=str(ROOT),
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if answer.returncode:
        raise SetUpError(
            explain(
                answer.stderr.decode("utf-8", "replace"),
                "pip could not say which build of torch it has",
            )
        )
    try:
        needs = json.loads(answer.stdout.decode("utf-8"))["install"][0]["metadata"].get(
            "requires_dist", []
        )
    except (ValueError, KeyError, IndexError):
        needs = ["nvidia-unknown"]  # no clear answer: the CPU index is right in any case
    if any(need.startswith(("nvidia-", "cuda-", "triton")) for need in needs):
        return ["--no-deps", torch, "--index-url", CPU_TORCH_INDEX]
    return ["--no-deps", torch]


def packages_in(lock):
    """How many packages a lock file names."""
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def install(tests, gpu):
    """All steps of the set-up, each safe to repeat.

    Raises:
        SetUpError: a step failed; the message says what to do.
    """
    say("Step 1 of 5: making a place for the course (the folder .venv)")
    make_venv()
    lock = lock_file(tests)
    say("Step 2 of 5: fetching the tools; the first time this takes some minutes")
    pip(
        ["--no-deps", "--require-hashes", "-r", str(lock)],
        "the tools could not be installed",
        of=packages_in(lock),
    )
    if importlib_missing("tinysoundfont"):
        try:
            pip(["--no-deps", SOUND], "the sound library could not be built")
        except SetUpError:
            say(
                "  No sound library for this Python: tunes can be made, seen and saved, but not"
                " heard. With Python 3.12 they can."
            )
    say(
        "Step 3 of 5: fetching torch, which runs the models%s"
        % (" (large, for your NVIDIA GPU)" if gpu else "")
    )
    pip(torch_arguments(gpu), "torch could not be installed")
    say("Step 4 of 5: putting the course in place")
    pip(
        ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "the course itself could not be installed",
    )
    say("Step 5 of 5: fetching the language model, which writes the words")
    fetch_words_model()
    done = stamps()
    done["test" if tests else "course"] = fingerprint(tests)
    unfinished = STAMP.with_suffix(".part")
    unfinished.write_text(json.dumps(done), encoding="utf-8")
    os.replace(str(unfinished), str(STAMP))


def importlib_missing(name):
    """Whether .venv lacks a package."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(%r) is None)" % name
    return subprocess.run([str(venv_python()), "-c", code], env=clean_environment()).returncode != 0


def fetch_words_model():
    """Fetch the language model into the cache folder; quick when it is there."""
    fetched = subprocess.run(
        [str(venv_python()), "-m", "course_utils.models.smollm2"],
        cwd=str(ROOT), env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output = fetched.stdout.decode("utf-8", "replace").strip()
    with LOG.open("a", encoding="utf-8") as log:
        log.write("\n$ course_utils.models.smollm2\n" + output + "\n")
    if fetched.returncode:
        sentence = output.splitlines()[-1] if output else ""
        if sentence and "Traceback" not in output:  # it says by itself what to do
            raise SetUpError(sentence + " Then run the same command again.")
        raise SetUpError(explain(output, "the language model could not be fetched"))


def set_up(tests):
    """Do what is left to do, nothing if nothing is."""
    if is_ready(tests):
        return
    check_computer()
    gpu = has_nvidia_gpu()
    check_room(gpu)
    install(tests, gpu)
    say("Ready.")


def run(command):
    """Run a program with this terminal as its own; gives back its exit code."""
    process = subprocess.Popen(command, cwd=str(ROOT))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the program got it too and ends, or asks, by itself
            continue


def main(arguments):
    tests = arguments[:1] == ["test"]
    if not tests and set(arguments) - {"--no-browser", "--biggest"}:
        say(__doc__.strip())
        return 0 if arguments[0] in ("-h", "--help") else 2
    try:
        set_up(tests)
    except SetUpError as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        complain("Stopped. Run the same command again to go on from here.")
        return 130
    except OSError as problem:
        full = problem.errno == 28 or getattr(problem, "winerror", None) == 112
        complain(NO_ROOM.format(room=ROOM_CPU) if full else UNKNOWN.format(what=problem, log=LOG))
        return 1
    if tests:
        return run([str(venv_python()), "-m", "pytest"] + arguments[1:])
    return run([str(venv_python()), "-m", "course_utils.cli.main", "lab"] + arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
