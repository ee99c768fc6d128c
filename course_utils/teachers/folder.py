"""The teacher's folder as pages for a browser and as PDF for a printer, without a network."""

from __future__ import annotations

import posixpath
import re
from functools import partial
from pathlib import Path, PurePosixPath

from course_utils.creation import LearnerError
from course_utils.languages import known
from course_utils.teachers.pages import page, relinked, seen_from, title_of, to_html
from course_utils.teachers.plans import FOLDER, ROOT
from course_utils.teachers.printing import to_pdf
from course_utils.teachers.slides import deck

__all__ = ["address_of", "build", "print_all", "teacher_pages"]

MENU = (
    ("Teacher's folder", "teach/index.html"),
    ("45 minutes", "teach/plans/45_minutes.html"),
    ("90 minutes", "teach/plans/90_minutes.html"),
    ("Without computers", "teach/unplugged.html"),
    ("Safety", "teach/safeguarding.html"),
)
PRINTED = ("plans/*.md", "handouts/*.md", "consent_letter.md", "questions_before_after.md",
           "rubric.md", "unplugged.md", "safeguarding.md", "lessons/*.md")  # fmt: skip
NOT_HERE = (
    "The teacher's folder is not here: it lies beside the course's notebooks, not in the installed"
    " package. Get the whole course folder, then run `course teach` in it."
)


def check_here() -> None:
    """
    Raises:
        LearnerError: the folder is missing, as in an installed package without the course folder.
    """
    if not (FOLDER / "README.md").is_file():
        raise LearnerError(NOT_HERE)


def address_of(path: str) -> str:
    """Where a page of the repository stands in a site: `teach/README.md` at `teach/index.html`."""
    if not path.endswith(".md"):
        return path
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "index" if name == "README.md" else name[:-3]) + ".html"


def teacher_pages(outside: str = "") -> dict[str, str]:
    """Every page of the folder, by its address in a site.

    Args:
        outside: an address put before links that lead out of the folder; "" where the whole site
            is there.
    """
    check_here()
    found = {}
    for path in sorted(FOLDER.rglob("*.md")):
        inside = path.relative_to(ROOT).as_posix()
        place, text = address_of(inside), path.read_text(encoding="utf-8")
        if path.parent.name == "slides":
            back = seen_from(place, f"teach/lessons/{path.stem}.html")
            found[place] = deck(text, title_of(text), back)
            continue
        body = relinked(to_html(text), partial(linked, inside, outside=outside))
        spoken = path.relative_to(FOLDER).parts[0]
        if spoken in known():
            body = f'<div lang="{spoken}">{body}</div>'
        around = MENU if outside else (("Start", "index.html"), *MENU)
        menu = [(words, seen_from(place, address)) for words, address in around]
        found[place] = page(title_of(text), body, menu, seen_from(place, place))
    return found


def linked(at: str, target: str, outside: str) -> str:
    """A link of a page of the folder, as it is in the site."""
    file, mark, anchor = target.partition("#")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(at), file))
    if outside and not whole.startswith("teach/"):
        return outside + whole + mark + anchor
    whole = re.sub(r"^notebooks/(.+)\.(?:ipynb|md)$", r"lessons/\1.html", whole)
    return seen_from(address_of(at), address_of(whole)) + mark + anchor


def build(to: Path) -> Path:
    """Write the folder as pages; the first one's path.

    Raises:
        LearnerError: the folder is missing, or pages cannot be written there.
    """
    outside = ROOT.as_uri() + "/"
    for place, text in teacher_pages(outside).items():
        write(to / place, text.encode())
    return to / "teach/index.html"


def print_all(to: Path) -> list[Path]:
    """Plans, handouts, letter and lesson pages as PDF.

    Raises:
        LearnerError: as `build`.
    """
    check_here()
    paths = []
    for pattern in PRINTED:
        for path in sorted(FOLDER.glob(pattern)):
            name = PurePosixPath(path.relative_to(FOLDER).as_posix()).with_suffix(".pdf")
            paths.append(to / name)
            write(paths[-1], to_pdf(path.read_text(encoding="utf-8")))
    return paths


def write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as problem:
        raise LearnerError(
            f"The folder {path.parent} cannot be written. Choose another one with --to."
        ) from problem
