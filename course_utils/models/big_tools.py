"""The big tools: torch and what belongs to it. What lessons 1 to 11 make needs none of them, so
`start.py` fetches them while the lessons are open, or leaves them out.

`start.py` notes how far it is in a file inside .venv; where there is no such file (Colab, conda,
a room's server) only what is installed counts.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.languages import translate

__all__ = ["getting_ready", "look", "missing_sentence", "need_big_tools", "still_coming"]

NAMES = ("torch", "diffusers", "transformers", "peft", "accelerate")
NOTE = "course-big-tools.json"  # in the folder of this Python
FETCHING = (
    "{what} needs the big tools, and they are still being fetched: {share:.0%}. Go on with another"
    " step, and come back in some minutes."
)
FAILED = (
    "{what} needs the big tools, and they could not be fetched. {sentence} Then run `python"
    " start.py` once more."
)
MISSING = (
    "{what} needs the big tools (torch and what belongs to it), and they are not installed here."
    " Run `python start.py` in the course folder, without --light, to add them."
)


@dataclass(frozen=True)
class BigTools:
    """How far they are: state "ready", "fetching", "failed" or "missing"; the share that is
    fetched, 0 to 1; and for "failed" what went wrong.
    """

    state: str
    share: float = 0.0
    sentence: str = ""

    def told(self, what: str = "This") -> str:
        """A sentence why something has to wait, "" when nothing has to."""
        sentences = {"ready": "", "fetching": FETCHING, "failed": FAILED, "missing": MISSING}
        return sentences[self.state].format(what=what, share=self.share, sentence=self.sentence)


def look(folder: Path | None = None) -> BigTools:
    """How far the big tools are. `folder`: of this Python, where `start.py` keeps its note."""
    note = _note((folder or Path(sys.prefix)) / NOTE)
    if note.get("state") == "fetching" and _runs(note.get("process")):
        return BigTools("fetching", min(1.0, max(0.0, float(note.get("share") or 0))))
    importlib.invalidate_caches()  # what was installed since this program began is found too
    if all(map(_is_installed, NAMES)):
        return BigTools("ready", 1.0)
    if note.get("state") == "failed":
        return BigTools("failed", 0.0, str(note.get("sentence") or ""))
    return BigTools("missing")


def need_big_tools(what: str = "This") -> None:
    """Say so when something has to wait for the big tools.

    Args:
        what: what needs them, as the beginning of a sentence.

    Raises:
        LearnerError: they are being fetched, could not be, or were left out.
    """
    if all(name in sys.modules for name in ("torch", "transformers")):
        return
    sentence = look().told(what)
    if sentence:
        raise LearnerError(sentence)


def still_coming(what: str) -> None:
    """The same for what `start.py` fetches beside them (the page for browsers, signed notes): it
    may yet come, or its own sentence says that it is missing.

    Raises:
        LearnerError: the big tools are being fetched, or could not be.
    """
    found = look()
    if found.state in ("fetching", "failed"):
        raise LearnerError(found.told(what))


def getting_ready() -> str:
    """What a studio says while they are brought into memory, "" when they are there."""
    return "" if "torch" in sys.modules else "Getting the big tools ready; this takes a while. "


def missing_sentence(problem: BaseException) -> str:
    """The same sentence for an import that failed, "" where that has another cause."""
    if isinstance(problem, ImportError) and (problem.name or "").partition(".")[0] in NAMES:
        return look().told()
    return ""


def big_tools() -> None:
    """Say whether the big tools, which some steps of this lesson need, are here."""
    sentence = look().told("Part of this lesson")
    print(translate(sentence or "The big tools are here: every step can be run."))


def _note(path: Path) -> dict:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError, RecursionError):
        return {}


def _runs(process: object) -> bool:
    """Whether the program that wrote the note is still there."""
    import psutil

    return isinstance(process, int) and psutil.pid_exists(process)


def _is_installed(name: str) -> bool:
    """Whether a library is here, whole: what pip says of it is written after its modules."""
    try:
        return importlib.util.find_spec(name) is not None and bool(metadata.version(name))
    except (ImportError, ValueError):  # ValueError: switched off by somebody
        return False
