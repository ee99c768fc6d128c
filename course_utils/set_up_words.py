"""How to set the course up again, in the words that fit this place: a copy of the course folder, or
a package that pip installed; and which extra a missing library belongs to.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import metadata
from pathlib import Path

__all__ = ["PACKAGE", "for_here", "is_checkout", "unexpected"]

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "course-utils"
START = re.compile(
    r"\b(?P<run>[Rr])un\s+`?python\s+start\.py`?(?:\s+again)?(?P<rest>[^.,;]*?)(?=[.,;]|$)"
)
FROM_FOLDER = re.compile(r"In the course folder: pip install -e \"\.\[([\w,-]+)\]\"")
# what comes along with a package of an extra
ALONG = dict.fromkeys(("starlette", "fastapi", "uvicorn", "multipart", "httpx", "segno"), "room")
MODULES = {  # module, where it is not called as its package
    "pillow": "PIL",
    "scikit-learn": "sklearn",
    "resvg-py": "resvg_py",
    "fpdf2": "fpdf",
    "c2pa-python": "c2pa",
    "swift-f0": "swift_f0",
    "python-multipart": "multipart",
    "ipython": "IPython",
}
FOR = {  # what an extra is for, in a learner's words
    "pictures": "pictures and tunes",
    "big": "teaching a model, looking inside one, and bigger models",
    "words": "texts",
    "music": "chords, sheet music and humming",
    "layouts": "layouts",
    "sound": "hearing tunes",
    "textures": "unusual sounds",
    "own": "signed notes",
    "room": "the studios in a browser, a class's room and its wall",
    "apps": "small apps of your own",
    "serve": "a room on several machines",
    "lab": "the lessons",
}


def is_checkout() -> bool:
    """Whether the package lies in the course folder, beside start.py."""
    return (ROOT / "start.py").is_file()


@cache
def extras() -> dict[str, str]:
    """The extra that brings a module, by the module's name."""
    found: dict[str, str] = {}
    try:
        needs = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return found
    for need in needs:
        name, extra = re.match(r"[\w.-]+", need), re.search(r"extra\s*==\s*['\"]([\w-]+)", need)
        if name and extra and extra[1] in FOR:
            package = name[0].lower()
            found.setdefault(MODULES.get(package, package.replace("-", "_")), extra[1])
    return {**ALONG, **found}


def install_words(*names: str) -> str:
    """The command that adds some extras; all that a learner needs, where none is named."""
    chosen = names or [name for name in FOR if name != "serve"]
    return f'pip install "{PACKAGE}[{",".join(chosen)}]"'


def for_here(sentence: str) -> str:
    """A sentence that speaks of start.py, in the words of this place."""
    if is_checkout() or not ("start.py" in sentence or "course folder" in sentence):
        return sentence
    sentence = FROM_FOLDER.sub(lambda found: f"Run: {install_words(found[1])}", sentence)
    return START.sub(lambda found: f"{found['run']}un: {install_words()}", sentence)


def missing_words(problem: BaseException | None) -> str:
    """One sentence for a library that is not installed, with the extra that brings it; "" for any
    other trouble.
    """
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        name = (getattr(problem, "name", None) or "").partition(".")[0]
        if isinstance(problem, ImportError) and name in extras():
            extra = extras()[name]
            way = "Run `python start.py` again" if is_checkout() else f"Run: {install_words(extra)}"
            return f"The library {name}, which {FOR[extra]} need, is not installed here. {way}."
        problem = problem.__cause__ or problem.__context__
    return ""


def unexpected(problem: BaseException, usual: str) -> str:
    """What a learner is told of an error nobody foresaw: the library that is missing, if that is
    it, else the usual sentence.
    """
    return missing_words(problem) or usual
