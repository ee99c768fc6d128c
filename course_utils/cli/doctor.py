"""What `course doctor` finds out: the computer, the versions, the models, the portfolio,
and one next step for each problem.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from course_utils import __version__
from course_utils.models import hardware
from course_utils.models.big_tools import look
from course_utils.set_up_words import PACKAGE, for_here, is_checkout

__all__ = ["examine", "readable"]

PACKAGES = {  # what each is needed for
    "onnxruntime": "pictures and tunes",
    "tokenizers": "pictures",
    "safetensors": "pictures and tunes",
    "xllamacpp": "words",
    "tinysoundfont": "hearing tunes",
    "mido": "tunes",
    "ipywidgets": "the studios",
    "jupyterlab": "the lessons",
    "numpy": "everything",
    "pillow": "pictures",
    "pydantic": "recipes",
}
LITTLE_MEMORY = 1_200_000_000  # bytes: what all three studios in one notebook may need
LITTLE_DISK = 500_000_000  # bytes
BIG_TOOLS = {
    "ready": "ready",
    "fetching": "being fetched, {share:.0%}",
    "failed": "MISSING",
    "missing": "left out (needed for teaching and for bigger models)",
}
SET_UP_AGAIN = "Run `python start.py` in the course folder"


def examine() -> dict:
    """Everything found, ready for JSON. `problems` is a list of {"what", "next_step"},
    empty when all is well. Fetches nothing.
    """
    problems: list[dict[str, str]] = []
    report = {
        "course": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "platform": hardware.platform_name(),
        "threads": hardware.usable_threads(),
        "memory": memory(problems),
        "packages": packages(problems),
        "big_tools": tools(problems),
        "models": models(problems),
        "portfolio": portfolio(problems),
        "problems": problems,
    }
    return report


def memory(problems: list) -> dict[str, int]:
    """Bytes this process may use in all, and bytes free now."""
    import psutil

    limit = hardware.memory_limit()
    free = min(limit, psutil.virtual_memory().available)
    if free < LITTLE_MEMORY:
        problems.append(
            {
                "what": (
                    f"Only {free / 1e9:.1f} GB of memory is free; all three studios at once may"
                    f" need {LITTLE_MEMORY / 1e9:.1f} GB."
                ),
                "next_step": "Close other programs and other notebooks' kernels.",
            }
        )
    return {"limit": limit, "free": free}


def packages(problems: list) -> dict[str, str | None]:
    """Installed versions, None for what is missing."""
    found: dict[str, str | None] = {}
    for name, purpose in PACKAGES.items():
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            step = for_here(
                f"{SET_UP_AGAIN}."
                if name != "tinysoundfont"
                else f"{SET_UP_AGAIN} with Python 3.12."
            )
            problems.append(
                {"what": f"{name} is not installed; it is needed for {purpose}.", "next_step": step}
            )
    return found


def tools(problems: list) -> dict[str, str | float]:
    """How far torch and what belongs to it are; whoever left them out has no problem."""
    found = look()
    if found.state == "failed":
        what = f"The big tools could not be fetched. {found.sentence}"
        problems.append({"what": what, "next_step": f"{SET_UP_AGAIN}."})
    return {"state": found.state, "share": found.share}


def models(problems: list) -> dict[str, dict]:
    """Where each model that the course brings is, and whether it is there."""
    from course_utils.models.embedded import FOLDER
    from course_utils.models.smollm2 import is_whole, words_path

    get_again = (
        "Get the whole course folder again; this part ships with it."
        if is_checkout()
        else f"Install the course again: pip install --force-reinstall --no-deps {PACKAGE}"
    )
    places = {
        "image": (FOLDER / "image", has_weights(FOLDER / "image"), get_again),
        "words": (
            words_path(),
            is_whole(words_path()),
            "Run `python -m course_utils.models.smollm2` once, with a network.",
        ),
        "music": (FOLDER / "music", has_weights(FOLDER / "music"), get_again),
        "soundfont": (
            FOLDER / "soundfont",
            any((FOLDER / "soundfont").glob("*.sf[23]")),
            get_again,
        ),
    }
    for name, (_, present, step) in places.items():
        if not present:
            problems.append(
                {"what": f"The model for {name} is missing or damaged.", "next_step": step}
            )
    return {
        name: {"path": str(path), "present": present} for name, (path, present, _) in places.items()
    }


def has_weights(folder: Path) -> bool:
    """Whether a folder holds a model, in itself or in its parts."""
    return (
        any(path.stat().st_size > 1000 for path in folder.rglob("*.safetensors"))
        if folder.is_dir()
        else False
    )


def portfolio(problems: list) -> dict:
    """The folder of the learner's creations: can it be written, is there room,
    and the last unexpected error.
    """
    from course_utils.portfolio.store import Portfolio

    folder = Portfolio().folder.absolute()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    writable = True
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError:
        writable = False
        problems.append(
            {
                "what": f"Nothing can be saved in {folder}.",
                "next_step": (
                    "Start the course from a folder of your own, or name one in COURSE_PORTFOLIO."
                ),
            }
        )
    free = shutil.disk_usage(existing).free
    if free < LITTLE_DISK:
        problems.append(
            {
                "what": f"Only {free / 1e6:.0f} MB of disk is free.",
                "next_step": "Delete something large that you no longer need.",
            }
        )
    return {
        "folder": str(folder),
        "writable": writable,
        "disk_free": free,
        "last_error": last_error(folder / "errors.log"),
    }


def last_error(log: Path) -> str | None:
    """The last line of the error log, which names the error; None if there never was one."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return None
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), None)


def readable(report: dict) -> str:
    """The report for people."""
    lines = [
        (
            f"Course {report['course']}, Python {report['python']}, {report['system']}"
            f" ({report['platform']})"
        ),
        (
            f"Threads to use: {report['threads']}. Memory: {report['memory']['free'] / 1e9:.1f} GB"
            f" free, {report['memory']['limit'] / 1e9:.1f} GB allowed."
        ),
        (
            f"Portfolio: {report['portfolio']['folder']}"
            f" ({report['portfolio']['disk_free'] / 1e9:.1f} GB of disk free)"
        ),
        "Models: "
        + ", ".join(
            f"{name} {'ready' if model['present'] else 'MISSING'}"
            for name, model in report["models"].items()
        ),
        "Packages: "
        + ", ".join(
            f"{name} {version or 'MISSING'}" for name, version in report["packages"].items()
        ),
    ]
    tools = report["big_tools"]
    lines.append(f"Big tools: {BIG_TOOLS[tools['state']].format(share=tools['share'])}")
    if report["portfolio"]["last_error"]:
        lines.append(f"Last unexpected error: {report['portfolio']['last_error']}")
    if not report["problems"]:
        lines.append("All is well.")
    for problem in report["problems"]:
        lines.append(f"Problem: {problem['what']}\n  Next step: {problem['next_step']}")
    return "\n".join(lines)
