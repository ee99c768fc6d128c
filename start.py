"""Set up the course in this folder and open it. Needs Python 3.11 or newer and nothing else.

    python start.py                 set up, then open the first notebook in the browser; the big
                                    tools, which only some lessons need, are fetched meanwhile
    python start.py --no-browser    set up, then print the address to open
    python start.py --light         without the big tools, for small computers: no teaching a
                                    model, no bigger models, no page for browsers, no signed files
    python start.py --biggest       the same, with the biggest models this computer carries; asks
                                    before it fetches one
    python start.py test [...]      set up with the test tools, then run the tests, a file for each
                                    core at a time (with pytest's own options: one after another)
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
import re
import shutil
import subprocess
import sysconfig
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
# written last: what was set up, so that a second run has nothing to do
STAMP = VENV / "course-set-up.json"
LOG = VENV / "course-set-up.log"  # what pip said
WHEELS = ROOT / "wheels"  # all packages, where the folder came by `course pack --everything`
# what pip fetched, kept here until a small computer is set up, so that none of it stays elsewhere
FETCHED = VENV / "fetched"
# how far the fetching of the big tools is; course_utils/models/big_tools.py reads it
BIG_TOOLS = VENV / "course-big-tools.json"
NOTEBOOK = "00_start_here.ipynb"

SET_UP = 1  # raise when the steps below change, so that every machine goes through them once more
TORCH = "2.13.0"
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
TORCH_LOCK = ROOT / "locks" / "torch.txt"
GPU_LOCK = ROOT / "locks" / "torch_gpu.txt"
# GB of free disk a first set-up needs: measured, with some to spare for pip's own copies
ROOM_LIGHT = 1.0
ROOM_CPU = 3.0
ROOM_GPU = 12.0  # GB with the CUDA build of torch: an estimate
# where it has no ready-made package (see locks/), it is built from its source if that works
SOUND_LOCK = ROOT / "locks" / "sound.txt"

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


LOCKS = {  # "course": what comes first; "big": what may come later; "test": all, and pytest
    "course": "course.txt",
    "big": "big.txt",
    "test": "test.txt",
}


def lock_file(part):
    return ROOT / "locks" / LOCKS[part]


def fingerprint(part):
    """Changes whenever a part of the set-up must be done again: other locked versions, another
    Python, a moved folder, newer steps.
    """
    digest = hashlib.sha256()
    for fact in (str(SET_UP), "" if part == "course" else TORCH, sys.version, str(ROOT)):
        digest.update(fact.encode("utf-8") + b"\0")
    locks = [lock_file(part)] if part == "course" else [lock_file(part), TORCH_LOCK]
    for path in locks + [ROOT / "pyproject.toml"]:
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def stamps():
    """The fingerprints of finished parts, by name."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stamp(part):
    """Note that a part is finished."""
    write_json(STAMP, dict(stamps(), **{part: fingerprint(part)}))


def write_json(path, values):
    """Write a small file in one step, so that nobody reads half of it."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(values), encoding="utf-8")
    os.replace(str(unfinished), str(path))


def is_ready(part):
    """Whether nothing is left to do of a part. A set-up for the tests holds the two others."""
    return venv_python().is_file() and any(
        stamps().get(name) == fingerprint(name) for name in (part, "test")
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


def check_room(gpu, light=False):
    """Raise when the disk has too little room for a first set-up."""
    # an interrupted set-up has some of it
    room = (ROOM_LIGHT if light else ROOM_GPU if gpu else ROOM_CPU) - venv_megabytes() / 1e3
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < room:
        raise SetUpError(
            "The set-up needs about %.1f GB of free disk and there are %.1f GB. Free some, then run"
            " the same command again." % (room, free)
        )


def venv_megabytes():
    """MB on the disk in .venv."""
    size = 0
    for folder, _, names in os.walk(str(VENV)):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(folder, name)).st_size
    return size / 1e6


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
    if WHEELS.is_dir():  # from a stick of `course pack --everything`: nothing is asked of a network
        environment.update(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(WHEELS))
    if FETCHED.is_dir():
        environment.update(PIP_CACHE_DIR=str(FETCHED))
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


def pip(arguments, what, watch=None):
    """Run pip inside .venv; gives back how many MB it fetched.

    Args:
        arguments: what follows `pip install`.
        what: said when it fails for an unknown reason.
        watch: given every line that pip prints, and the process.

    Raises:
        SetUpError: it failed.
    """
    command = [str(venv_python()), "-m", "pip", "install"] + arguments
    lines, fetched = [], 0.0
    # a group of its own: Ctrl-C in the terminal is for JupyterLab, where that is open
    how = {"creationflags": 0x200} if os.name == "nt" else {"start_new_session": True}
    how.update(cwd=str(ROOT), env=clean_environment(), stdout=subprocess.PIPE)
    how.update(stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace")
    with LOG.open("a", encoding="utf-8", errors="replace") as log:
        log.write("\n$ " + " ".join(command) + "\n")
        process = subprocess.Popen(command, **how)
        try:
            for line in process.stdout:
                if not line.startswith("Progress "):
                    log.write(line)
                    lines.append(line)
                    fetched += megabytes_in(line)
                if watch is not None:
                    watch(line, process)
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code:
        raise SetUpError(explain("".join(lines), what))
    return fetched


def pip_side_by_side(lists, what, watch=None):
    """Run pip once for each list of arguments, all at the same time; gives back how many MB they
    fetched. The lists name different packages.

    Raises:
        SetUpError: one failed.
    """
    running, fetched, problems = {}, [], []

    def noted(line, process):
        running[process.pid] = process
        if watch is not None:
            watch(line, process)

    def one(arguments):
        try:
            fetched.append(pip(arguments, what, noted))
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=one, args=(each,), daemon=True) for each in lists]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:
        for process in running.values():
            process.terminate()
        raise
    if problems:
        raise problems[0]
    return sum(fetched)


def megabytes_in(line):
    """The size in a line of pip such as "Downloading numpy-2.0.whl (16.6 MB)", 0 in others."""
    found = re.search(r"^\s*Downloading .*\(([\d.]+) (bytes|kB|MB|GB)\)", line)
    sizes = {"bytes": 1e-6, "kB": 1e-3, "MB": 1.0, "GB": 1e3}
    return float(found.group(1)) * sizes[found.group(2)] if found else 0.0


class Counted:
    """Shows how many packages pip has looked at; a `watch` for `pip`."""

    def __init__(self, of):
        self.of, self.count, self.live = of, 0, sys.stdout.isatty()

    def __call__(self, line, process):
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            self.count += 1
            if self.live:
                say("\r  %d of about %d packages" % (self.count, self.of), end="")
            elif self.count % 40 == 0:
                say("  %d of about %d packages" % (self.count, self.of))
        elif line.startswith("Installing collected packages"):
            say(("\r" if self.live else "") + "  all here; putting them in place ...       ")


class Took:
    """Says at its end how long a step took and what it added to the disk."""

    def __enter__(self):
        self.began, self.before, self.fetched = time.time(), venv_megabytes(), 0.0
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            say("  " + self.words())

    def words(self):
        """Such as "212 MB fetched, 634 MB on the disk, 71 seconds"."""
        added = venv_megabytes() - self.before
        return "%.0f MB fetched, %.0f MB more on the disk, %.0f seconds" % (
            self.fetched,
            max(0.0, added),
            time.time() - self.began,
        )


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
    What else torch needs is in the other locks.
    """
    torch = "torch==" + TORCH
    known = ["--no-deps", "--require-hashes", "-r", str(TORCH_LOCK)]
    if not sys.platform.startswith("linux"):
        return known
    if gpu:
        return known + ["-r", str(GPU_LOCK)]  # the CUDA libraries
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
        offered = json.loads(answer.stdout.decode("utf-8"))["install"][0]
        needs = offered["metadata"].get("requires_dist", [])
        digest = offered["download_info"]["archive_info"]["hashes"]["sha256"]
    except (ValueError, KeyError, IndexError):
        # no clear answer: the CPU index is right in any case
        needs, digest = ["nvidia-unknown"], ""
    if any(need.startswith(("nvidia-", "cuda-", "triton")) for need in needs):
        from_index = ["--index-url", CPU_TORCH_INDEX]
        return (known if cpu_build_is_held() else by_name(torch)) + from_index
    if digest and digest in TORCH_LOCK.read_text(encoding="utf-8"):
        return ["--no-deps", "--require-hashes", "-r", str(lock_of_one(torch, digest))]
    return by_name(torch)


def lock_of_one(torch, digest):
    """A lock with the one sum of the build that was asked for: of the whole list pip would take the
    build whose sum its index names, which may be the one with CUDA.
    """
    lock = VENV / "course-torch.txt"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("%s --hash=sha256:%s\n" % (torch, digest), encoding="utf-8")
    return lock


def by_name(torch):
    """A build of torch whose sum no lock holds; it is said."""
    say(
        "  The sum of this computer's build of torch is not in the course's lists: it is held only"
        " against the sum that the place it comes from names."
    )
    return ["--no-deps", torch]


def cpu_build_is_held():
    """Whether the lock has the sum of this Python's build of torch without CUDA."""
    head = TORCH_LOCK.read_text(encoding="utf-8").partition("\n")[0]
    mine = "cp%d%d %s" % (sys.version_info[0], sys.version_info[1], platform.machine())
    return head.endswith(": all") or mine in head.partition(": ")[2].split(", ")


def packages_in(lock):
    """How many packages a lock file names."""
    return sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())


def install(part, light=False):
    """The tools of the first lessons, or ("test") everything; each step is safe to repeat.

    Raises:
        SetUpError: a step failed; the message says what to do.
    """
    steps = 5 if part == "test" or light else 4
    say("Step 1 of %d: making a place for the course (the folder .venv)" % steps)
    make_venv()
    if light:
        FETCHED.mkdir(exist_ok=True)
    say("Step 2 of %d: fetching the tools; the first time this takes some minutes" % steps)
    with Took() as took:
        took.fetched = install_lock(part, Counted(packages_in(lock_file(part))))
    if part == "test":
        gpu = has_nvidia_gpu()
        say("Step 3 of 5: fetching torch, which teaches models%s" % FOR_GPU[gpu])
        with Took() as took:
            took.fetched = pip(
                torch_arguments(gpu) + ["--no-compile"], "torch could not be installed"
            )
    step = 4 if part == "test" else 3
    say("Step %d of %d: putting the course in place" % (step, steps))
    pip(
        ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "the course itself could not be installed",
    )
    step += 1
    say("Step %d of %d: fetching the language model, which writes the words" % (step, steps))
    with Took() as took:
        took.fetched = fetch_words_model()
    if light:
        say("Step 5 of 5: taking out what no lesson reads")
        slim()
    stamp(part)


FOR_GPU = {False: "", True: " (large, for your NVIDIA GPU)"}


def install_lock(part, watch):
    """Install what a lock names; gives back how many MB were fetched.

    Raises:
        SetUpError: it failed.
    """
    arguments = ["--progress-bar", "off", "--no-deps", "--require-hashes"]
    what = "the tools could not be installed"
    if part == "big":  # beside open lessons, which need the computer
        fetched = pip(arguments + ["-r", str(lock_file(part))], what, watch)
    else:  # Python compiles what it uses at its first use: a third of all
        arguments.append("--no-compile")
        lists = [arguments + ["-r", str(lock)] for lock in halves(lock_file(part))]
        fetched = pip_side_by_side(lists, what, watch)
    if part != "big" and importlib_missing("tinysoundfont"):
        try:
            fetched += pip(
                ["--no-deps", "--require-hashes", "-r", str(SOUND_LOCK)],
                "the sound library could not be built",
            )
        except SetUpError:
            say(
                "  No sound library for this Python: tunes can be made, seen and saved, but not"
                " heard. With Python 3.12 they can."
            )
    return fetched


def halves(lock):
    """The two halves of a lock, as files in .venv."""
    named = re.split(r"^(?=[\w.-]+\[?.*==)", lock.read_text(encoding="utf-8"), flags=re.M)[1:]
    made = []
    for number in (0, 1):
        half = VENV / ("course-%s-%d.txt" % (lock.stem, number + 1))
        half.write_text("".join(named[number::2]), encoding="utf-8")
        made.append(half)
    return made


class BigTools(threading.Thread):
    """Fetches torch and what belongs to it while the lessons are open, and notes how far it is."""

    TORCH_SHARE = 0.7  # of all the bytes: about

    def __init__(self):
        threading.Thread.__init__(self, name="big tools", daemon=True)
        self.halted, self.process, self.count, self.told = False, None, 0, 0.0
        self.of = packages_in(lock_file("big"))
        # at once, so that no lesson finds a half-installed library
        self.note("fetching", 0.0)

    def note(self, state, share, sentence=""):
        """Write down how far it is: "fetching", "ready", "failed" or "stopped"."""
        facts = {"state": state, "share": share, "sentence": sentence, "process": os.getpid()}
        write_json(BIG_TOOLS, facts)

    def watch(self, line, process):
        """Follow pip; a `watch` for `pip`."""
        self.process = process
        if self.halted:
            process.terminate()
        share, rest = self.told, 1 - self.TORCH_SHARE
        found = re.match(r"Progress (\d+) of (\d+)", line)
        if line.startswith(("Collecting ", "Requirement already")) and self.count < self.of:
            self.count += 1
            share = rest * self.count / self.of
        elif found and int(found.group(2)) > 50e6:  # a library as large as torch
            share = rest + self.TORCH_SHARE * int(found.group(1)) / int(found.group(2))
        if share > self.told + 0.01:
            self.told = min(share, 0.99)
            self.note("fetching", round(self.told, 2))

    def run(self):
        try:
            gpu = has_nvidia_gpu()
            check_room(gpu)
            took = Took().__enter__()
            took.fetched += install_lock("big", self.watch)
            arguments = ["--progress-bar", "raw"] + torch_arguments(gpu)
            took.fetched += pip(arguments, "torch could not be installed", self.watch)
            stamp("big")
            self.note("ready", 1.0)
            say("The big tools are here: %s." % took.words())
        except Exception as problem:
            if self.halted:
                return
            expected = isinstance(problem, SetUpError)
            sentence = str(problem) if expected else UNKNOWN.format(what=problem, log=LOG)
            self.note("failed", self.told, sentence)
            complain("The big tools could not be fetched. " + sentence)

    def halt(self):
        """End it, because the lessons are closed; the next start goes on from there."""
        if not self.is_alive():
            return
        self.halted = True
        if self.process is not None:
            self.process.terminate()
        self.join(20)
        self.note("stopped", self.told)
        say("The big tools are not all here yet; the next start goes on fetching them.")


def importlib_missing(name):
    """Whether .venv lacks a package."""
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(%r) is None)" % name
    return subprocess.run([str(venv_python()), "-c", code], env=clean_environment()).returncode != 0


def fetch_words_model():
    """Fetch the language model into the cache folder; quick when it is there. Gives back how many
    MB were fetched.
    """
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
    return 93.0 if "Fetching" in output else 0.0


def slim():
    """Take what no lesson reads out of .venv, and what pip fetched."""
    code = [str(venv_python()), "-m", "course_utils.set_up_light"]
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    taken = subprocess.run(code, cwd=str(ROOT), env=clean_environment(), **how)
    shutil.rmtree(str(FETCHED), ignore_errors=True)
    output = taken.stdout.decode("utf-8", "replace").strip()
    with LOG.open("a", encoding="utf-8") as log:
        log.write("\n$ course_utils.set_up_light\n" + output + "\n")
    if taken.returncode:  # everything works, it only takes more room
        say("  That did not work; nothing is lost, it only takes more room. See %s." % LOG)
    else:
        say("  %s MB taken out; %.0f MB on the disk." % (output, venv_megabytes()))


def set_up(part, light=False):
    """Do what is left to do of a part, nothing if nothing is."""
    if is_ready(part):
        return
    check_computer()
    check_room(part == "test" and has_nvidia_gpu(), light)
    install(part, light)
    say("Ready.")


def fetch_big_tools():
    """Begin to fetch the big tools in the background; None when they are here."""
    if is_ready("big"):
        return None
    say("The big tools, which lessons 12 to 16 and a step of 2 need, are fetched meanwhile.")
    tools = BigTools()
    tools.start()
    return tools


def compiled_once():
    """This environment, and where it says that Python is to keep nothing that it compiled, a place
    inside .venv for that: torch and what belongs to it take ten seconds to compile, and would at
    the start of every program.
    """
    environment = dict(os.environ)
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "compiled"))
    return environment


def run(command):
    """Run a program with this terminal as its own; gives back its exit code."""
    process = subprocess.Popen(command, cwd=str(ROOT), env=compiled_once())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the program got it too and ends, or asks, by itself
            continue


def side_by_side():
    """pytest's options for a whole run: as many files at a time as cores, four at most, because
    each may hold 3 GB, in the order of tests/conftest.py.
    """
    cores = min(4, os.cpu_count() or 1)
    at_once = ["-n", str(cores), "--dist", "loadfile", "--no-loadscope-reorder"]
    return at_once if cores > 1 else []


def main(arguments):
    tests = arguments[:1] == ["test"]
    light = "--light" in arguments or (WHEELS.is_dir() and not tests)
    if not tests and set(arguments) - {"--no-browser", "--biggest", "--light"}:
        say(__doc__.strip())
        return 0 if arguments[0] in ("-h", "--help") else 2
    if light and "--biggest" in arguments:
        complain("Bigger models need the big tools: leave out --light or --biggest.")
        return 2
    tools = None
    try:
        set_up("test" if tests else "course", light)
        tools = None if tests or light else fetch_big_tools()
        if tools is not None and "--biggest" in arguments:
            say("They come first here, because bigger models need them: some minutes.")
            while tools.is_alive():
                tools.join(1)
    except SetUpError as problem:
        complain(problem)
        return 1
    except KeyboardInterrupt:
        if tools is not None:
            tools.halt()
        complain("Stopped. Run the same command again to go on from here.")
        return 130
    except OSError as problem:
        full = problem.errno == 28 or getattr(problem, "winerror", None) == 112
        complain(NO_ROOM.format(room=ROOM_CPU) if full else UNKNOWN.format(what=problem, log=LOG))
        return 1
    if tests:
        chosen = arguments[1:]
        beside = [] if set(chosen) - {"--all"} else side_by_side()
        return run([str(venv_python()), "-m", "pytest"] + beside + chosen)
    lab = [argument for argument in arguments if argument != "--light"]
    try:
        return run([str(venv_python()), "-m", "course_utils.cli.main", "lab"] + lab)
    finally:
        if tools is not None:
            tools.halt()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
