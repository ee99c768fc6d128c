"""Open every studio and page as a learner sees it first, for whoever wants to read its words."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["look_at_everything", "missed_while_walking"]

STUDIOS = (
    *("ImageStudio", "WordsStudio", "TuneStudio", "BackingStudio", "TextureStudio"),
    *("LayoutStudio", "WritingStudio", "StoryStudio", "TuneDesk", "PictureMachine", "WorkKeeper"),
)
# chords, forms, fonts and models are called the same everywhere
NAMES = re.compile(
    r"(?:[A-G][#b]?(?:m|maj|dim|sus)?\d?(?: |$))+|[A-C]{3,}|course-\w+\.?|Smol\S+"
    r"|(?:Archivo Black|Fraunces|Karla|Noto Sans(?: \w+)?|Nunito|Space Grotesk|Work Sans)"
    r"(?: \{n1\})?"
)


@contextmanager
def a_quiet_place() -> Iterator[None]:
    """An empty portfolio, and no model brought into memory."""
    from course_utils.notebook.frame import Studio

    before, preload = os.environ.get("COURSE_PORTFOLIO"), Studio._preload
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURSE_PORTFOLIO"] = folder
        Studio._preload = lambda studio: None  # type: ignore[method-assign]
        try:
            yield
        finally:
            Studio._preload = preload  # type: ignore[method-assign]
            if before is None:
                del os.environ["COURSE_PORTFOLIO"]
            else:
                os.environ["COURSE_PORTFOLIO"] = before


def look_at_everything() -> None:
    """Draw each studio of the notebook, its own widgets, and each page of the browser."""
    import course_utils
    from course_utils.web import page, studio_tabs, work_page
    from course_utils.web.desk import Desk
    from course_utils.web.seat import Seat

    for name in STUDIOS:
        studio = getattr(course_utils, name)(*(["A text."] if name == "WritingStudio" else []))
        page_of_it = studio.page_of_it
        page_of_it.get_state()
        for part in list(page_of_it._parts.values()):
            widget = getattr(part, "widget", None)
            if widget is not None:
                widget.get_state()
        studio.close()
    seat = Seat()
    for spec in studio_tabs.studios():
        desk = Desk(seat, spec)
        page.studio_page(desk, "", page.menu("", spec.kind))
        page.told(desk)
    work_page.work_page(seat, "", page.menu("", "work"), work_page.Shown())


def missed_while_walking(language: str, folder: Path | None = None) -> set[str]:
    """What was looked up in a language and not found."""
    from course_utils.languages import read_catalogue, use

    catalogue = read_catalogue(language, folder)
    catalogue.forget()
    use(language, folder)
    try:
        with a_quiet_place():
            look_at_everything()
    finally:
        use("en")
    return {one for one in catalogue.missed if not NAMES.fullmatch(one)}
