"""The places a studio is looked at: JupyterLab, Notebook 7, and the browser studio."""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

__all__ = ["PLACES", "Place", "STUDIOS", "opened"]

STUDIOS = {  # by their address in the browser studio: the name in Python, words, further arguments
    "image": ("ImageStudio", "a red heart", ""),
    "words": ("WordsStudio", "the moon", ""),
    "tune": ("TuneStudio", "a happy jig", ""),
    "sound": ("TextureStudio", "rain on glass", ""),
    "backing": ("BackingStudio", "C G Am F", ""),
    "layout": ("LayoutStudio", "The quiet sea", ', text="A film night."'),
}
CODE = """\
import pathlib, time
from course_utils import {name}
studio = {name}("{words}", seed=7{more})
make = studio.make_them
def held(recipe, arguments, on_progress, stop):
    def tell(progress):
        on_progress(progress)
        while progress.share > .4 and pathlib.Path({hold!r}).exists() and not stop.is_set():
            time.sleep(.05)
    yield from make(recipe, arguments, tell, stop)
studio.make_them = held
studio"""
MAIN = re.compile("^(Generate|Suggest)$")
# a Notebook 7 that keeps its commands to itself: the studio alone, as in a dark theme
THEME = """([theme, dark]) => window.jupyterapp
  ? window.jupyterapp.commands.execute('apputils:change-theme', {theme})
  : void (document.body.dataset.jpThemeLight = String(!dark))"""
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"


class Place:
    """A studio in a page, led by what all places have: one main button, Stop, candidates.

    While the file `hold` exists, work stands still when it is two fifths done.
    """

    def __init__(self, page: Any, box: Any, hold: Path) -> None:
        self.page, self.box, self.hold = page, box, hold

    def go(self) -> None:
        """Press Generate, whatever it is called."""
        self.box.get_by_role("button", name=MAIN).first.click()

    def stop(self) -> None:
        self.box.get_by_role("button", name="Stop", exact=True).click()

    def say(self, words: str) -> None:
        """Type other words into the box."""
        self.box.locator("textarea, input").first.fill(words)

    def choose(self, place: int) -> None:
        """Choose a candidate, counted from 1."""
        self.box.locator(".cs-card:not([disabled])").nth(place - 1).click()

    def wait_for(self, words: str) -> None:
        """Wait until the status line says something."""
        self.box.get_by_text(re.compile(words)).first.wait_for()

    def up(self) -> None:
        """Bring the top of the studio to the top of what is seen."""
        self.box.evaluate("one => one.scrollIntoView({block: 'start'})")

    def dark(self, dark: bool) -> None:
        """The theme of the program around it."""
        theme = DARK if dark else LIGHT
        self.page.evaluate(THEME, [theme, dark])
        self.page.wait_for_function(
            "dark => document.body.dataset.jpThemeLight === String(!dark)", arg=dark
        )


class BrowserPlace(Place):
    """A studio of `course studio`."""

    def choose(self, place: int) -> None:
        self.box.get_by_role("radio", name=f"Candidate {place}").click()

    def up(self) -> None:
        self.page.evaluate("scrollTo(0, 0)")

    def dark(self, dark: bool) -> None:
        self.page.emulate_media(color_scheme="dark" if dark else "light")


def write_notebook(folder: Path, kind: str, hold: Path) -> None:
    """A notebook that opens one studio."""
    name, words, more = STUDIOS[kind]
    code = CODE.format(name=name, words=words, more=more, hold=str(hold))
    cells = [nbformat.v4.new_markdown_cell("# Look"), nbformat.v4.new_code_cell(code)]
    cells[1].metadata["jupyter"] = {"source_hidden": True}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, folder / f"{kind}.ipynb")


@contextlib.contextmanager
def in_program(program: str, kinds: list[str]) -> Iterator[Iterator[tuple[str, Place]]]:
    """The studios, one after the other, in a JupyterLab or a Notebook 7."""
    from in_lab import open_page, run_all, running_lab

    root = Path(tempfile.mkdtemp(prefix="look-"))
    hold = root / "hold"
    for kind in kinds:
        write_notebook(root, kind, hold)

    def each(address: str) -> Iterator[tuple[str, Place]]:
        for kind in kinds:
            with open_page(address, f"{kind}.ipynb", "Look", program) as page:
                if program == "lab":
                    page.get_by_role("tab", name="File Browser").first.click()
                run_all(page)
                box = page.locator(".course-studio").first
                box.wait_for()
                yield kind, Place(page, box, hold)

    with running_lab(root) as address:
        yield each(address)


class Held:
    """An engine that stands still while a file exists."""

    def __init__(self, engine: Any, hold: Path) -> None:
        self._engine, self._hold = engine, hold

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def create(self, recipe: Any, *, on_progress: Any, stop: Any, **given: Any) -> Iterator[Any]:
        def tell(progress: Any) -> None:
            on_progress(progress)
            while progress.share > 0.4 and self._hold.exists() and not stop.is_set():
                time.sleep(0.05)

        yield from self._engine.create(recipe, on_progress=tell, stop=stop, **given)


@contextlib.contextmanager
def in_browser(_: str, kinds: list[str]) -> Iterator[Iterator[tuple[str, Place]]]:
    """The studios of `course studio`, each in a page of its own."""
    import os

    from one_browser import WAIT, browser_here

    root = Path(tempfile.mkdtemp(prefix="look-"))
    os.environ["COURSE_PORTFOLIO"] = str(root / "my_creations")
    from course_utils.notebook import results
    from course_utils.web.launch import free_port, show_app
    from course_utils.web.studio import studio_app

    hold, real = root / "hold", results.engine_for
    results.engine_for = lambda kind: Held(real(kind), hold)  # type: ignore[assignment,return-value]
    running = show_app(studio_app(), free_port())

    def each(browser: Any) -> Iterator[tuple[str, Place]]:
        for kind in kinds:
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.set_default_timeout(WAIT)
            page.goto(f"{running.local}studio/{kind}")
            yield kind, BrowserPlace(page, page.locator("main"), hold)
            page.close()

    with browser_here() as browser:
        yield each(browser)
    running.close()


PLACES = {"lab": in_program, "notebook": in_program, "browser": in_browser}


def opened(place: str, kinds: list[str]) -> contextlib.AbstractContextManager:
    """Studios in one of the places: a context of (kind, Place) pairs, one after the other."""
    return PLACES[place](place, kinds)
