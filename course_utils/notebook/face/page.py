"""One widget that carries any number of parts to the browser, and what people do there back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import anywidget
import traitlets

from course_utils.display.scripts import script_of
from course_utils.display.tokens import tokens
from course_utils.languages import current, direction, translate, words_of
from course_utils.notebook.face.parts import HTML, Box, Part, Status, VBox, all_inside
from course_utils.notebook.folded import STUDIOS, opens_a_studio, running_code
from course_utils.notebook.in_words import in_words
from course_utils.notebook.missing_names import running_shell
from course_utils.places import PROCESS
from course_utils.portfolio.stills import StillKeeper
from course_utils.portfolio.store import Portfolio
from course_utils.settings import check_names

__all__ = ["Page", "Sheet"]

HERE = Path(__file__).parent
SCRIPTS = [HERE / f"{one}.js" for one in ("draw", "roll", "gallery", "fold", "page")]
# JupyterLab and Notebook 7, then Colab
DARK = '[data-jp-theme-light="false"] .course-studio,html[theme="dark"] .course-studio'
AGAIN = "Run this cell again to go on."


class Page(anywidget.AnyWidget):
    """Parts, drawn by the scripts of this folder.

    Every part is a key of the one model's state, sent when it changes; what a person does comes
    back as a message at once and in order, so that a click never overtakes what was typed before.
    """

    _esm = script_of(*SCRIPTS)
    _css = tokens(".course-studio", DARK) + (HERE / "page.css").read_text(encoding="utf-8")
    plan = traitlets.Dict().tag(sync=True)  # how the parts are arranged

    def __init__(self, children: Iterable[Part] = (), **plan: Any) -> None:
        """`plan`: parts by the place they take; without it they stand one below the other."""
        self.on_change: Callable[[], None] = lambda: None
        self.say: Callable[..., None] = lambda *_, **__: None  # of trouble with what was pressed
        self._parts: dict[str, Part] = {}
        self._names: dict[int, str] = {}
        self._add(VBox(children))
        arranged = {name: self._planned(one) for name, one in plan.items()}
        words: dict[str, str] = {}
        for script in SCRIPTS:
            words |= words_of(script)
        spoken = {"words": words, "language": current()}
        super().__init__(plan={**arranged, **spoken, "direction": direction()})
        self.on_msg(self._heard)

    def _planned(self, one: Any) -> Any:
        """A part's name in the state; other things as they are."""
        if isinstance(one, Part):
            self._add(one)
            return {"part": self._names[id(one)]}
        if isinstance(one, list | tuple):
            return [self._planned(each) for each in one]
        return one

    def _add(self, root: Part) -> None:
        for part in all_inside(root):
            if id(part) not in self._names:
                name = f"part{len(self._parts)}"
                self._parts[name], self._names[id(part)] = part, name
                part.teller = self._tell

    def _state_of(self, part: Part) -> dict[str, Any]:
        state = part.as_told()
        if isinstance(part, Box):
            self._add(part)
            state["children"] = [self._names[id(one)] for one in part.children]
        return state

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """The traits, and every part under its name."""
        wanted = [key] if isinstance(key, str) else key
        names = list(self._parts) if wanted is None else [n for n in wanted if n in self._parts]
        own = None if wanted is None else {n for n in wanted if n not in self._parts}
        state = super().get_state(own, drop_defaults) if own is None or own else {}
        return {**state, **{name: self._state_of(self._parts[name]) for name in names}}

    def _tell(self, part: Part) -> None:
        if self.comm is not None:
            self.send_state({self._names[id(part)]})
            self.on_change()

    def _heard(self, _: Any, message: Any, buffers: list) -> None:
        part = self._parts.get(str(message.get("part"))) if isinstance(message, dict) else None
        if part is not None:
            with in_words(self.say, Portfolio().log_problem):
                part.hear(message, buffers)
            self.send({"answered": self._names[id(part)]})

    def hand_over(self, name: str, data: bytes) -> None:
        """Let the browser save a file."""
        self.send({"file": name}, buffers=[data])


class Sheet(VBox):
    """Parts that a notebook shows: the last line of a cell, or `display(it)`."""

    status: Status
    _page: Page | None = None

    def __new__(cls, *things: Any, **named: Any) -> Self:
        begins = [vars(one)["__init__"] for one in cls.__mro__ if "__init__" in vars(one)]
        check_names(named, *begins)
        return super().__new__(cls, *things, **named)

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Announce a sentence; of trouble it is said that it is one."""
        self.status.say(sentence, wrong)

    @property
    def page_of_it(self) -> Page:
        """The one widget that shows it; made when it is first needed."""
        if self._page is None:
            self._page = self.make_page()
            self._page.say = self.say
        return self._page

    def make_page(self) -> Page:
        return Page([self])

    def still(self) -> str:
        """What a saved notebook shows of it where no kernel runs, as HTML."""
        read = (one for one in all_inside(self) if isinstance(one, HTML))
        return "".join(one.as_told()["value"] for one in read if one.layout.display != "none")

    def still_page(self) -> str:
        return f"{self.still()}<p>{translate(AGAIN)}</p>"

    def close(self) -> None:
        """Take it off the screen."""
        if self._page is not None:
            self._page.close()

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        page = self.page_of_it
        # a studio that stands in a second cell too leaves the code of both to be seen
        alone = type(self).__name__.endswith(STUDIOS) and opens_a_studio(running_code())
        page.plan = {**page.plan, "alone": alone and page.plan.get("alone", True)}
        found = page._repr_mimebundle_(**keywords)
        bundle, more = found if isinstance(found, tuple) else (found, {})
        if hasattr(running_shell(), "kernel"):
            page.on_change = StillKeeper(page.model_id, self.still_page).soon
        more = {**more, PROCESS: [os.getpid(), os.getppid()]}
        return {**(bundle or {}), "text/html": self.still_page()}, more
