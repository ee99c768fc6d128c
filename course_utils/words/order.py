"""One order for texts: what was asked, the draws for it, and the checks each text must pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from course_utils.creation import Creation, Recipe
from course_utils.engines.base import OnProgress, Progress
from course_utils.safety.prompts import has_unkind_words
from course_utils.words.backends.backend import Ask, Backend, Draft, drafts
from course_utils.words.templates import (
    fits,
    good_items,
    kept_words,
    says_again,
    settled,
    tidy,
    without_cut_line,
)
from course_utils.words.verse import Form
from course_utils.words.verse_writing import write_poem

__all__ = ["Order"]

BY_LINES = ", line by line"  # said with the model in the recipe of a poem in a form
TRIES = 4  # draws for one candidate before an imperfect one is accepted


@dataclass
class Order:
    """A recipe that was checked, and the model that writes it."""

    recipe: Recipe
    settings: dict
    template: dict
    topic: str
    form: Form | None
    start: str
    backend: Backend
    lock: threading.Lock  # of the model: one generation at a time
    on_progress: OnProgress | None
    stop: threading.Event | None
    stopped: bool = False  # before all were written

    @property
    def by_lines(self) -> bool:
        """Whether a poem's finished lines are read once each; a recipe from before that was so is
        read as then, and gives the same poem.
        """
        return self.form is not None and self.recipe.revision != self.backend.revision

    @property
    def length(self) -> int:
        """The most tokens of one text."""
        return self.settings["length"] or self.template["length"]

    def texts(self) -> Iterator[Creation]:
        """The texts that passed, as they are written."""
        drawn, share = {}, 0.0
        count = self.settings["count"]
        at_once = 1 if self.form else self.backend.at_once
        for number in range(count):
            began = time.monotonic()
            seed = (self.recipe.seed + number) % 2**32
            together = min(at_once, count - number)
            if number % at_once == 0 and together > 1:
                drawn = self._draw_together(number, seed, together)
                share, began = (time.monotonic() - began) / together, time.monotonic()
            first = drawn.pop(seed, None)
            if text := self._write(number, seed, first):
                seconds = round(share * (first is not None) + time.monotonic() - began, 3)
                yield self._creation(text, seed, seconds)
            if is_set(self.stop) and not any(one.cut is not None for one in drawn.values()):
                self.stopped = True
                return

    def _write(self, number: int, seed: int, first: Draft | None) -> str | None:
        """A text that passes its checks; "" or None for none. `first`: what was drawn for it."""
        if self.form:
            line, odds = partial(self._draw_line, number), self.backend.tells_odds
            return write_poem(line, self.form, self.topic, self.start, seed, odds)
        draw, about = partial(self._draw, number), (self.template, self.topic, self.start)
        return write_text(draw, *about, seed, self.length, first, self.stop)

    def _creation(self, text: str, seed: int, seconds: float) -> Creation:
        recipe = self.recipe.changed(
            seed=seed,
            prompt=self.topic,
            model=self.backend.name,
            revision=self.backend.revision + (BY_LINES if self.by_lines else ""),
            settings={**self.settings, "count": 1},
        )
        return Creation(recipe=recipe, content=text.encode(), seconds=seconds)

    def _draw(
        self,
        number: int,
        start: str,
        seed: int,
        count: int,
        most: int,
        end: str = "\n\n",
        grammar: str = "",
        odds: bool = False,
    ) -> list[Draft]:
        """Drafts that go on from a start, told as the text with that number."""
        total = self.length * self.settings["count"]

        def tell(tokens: int, text: str) -> None:
            if self.on_progress is not None:
                self.on_progress(Progress(min(number * self.length + tokens, total), total, text))

        ask = Ask(
            self.template,
            self.topic,
            start,
            seed % 2**31,
            self.settings["surprise"] * self.template.get("calm", 1.0),
            self.template.get("repeat", self.settings["repeat"]),
            most,
            end,
            grammar,
            self.by_lines,
            None if self.form else partial(settled, template=self.template),
        )
        with self.lock:
            return drafts(self.backend, ask, count, tell, self.stop, odds)

    def _draw_line(
        self,
        number: int,
        start: str,
        seed: int,
        count: int,
        most: int,
        grammar: str = "",
        odds: bool = False,
    ) -> list[Draft] | None:
        """Drafts of one line; None when stopped."""
        found = self._draw(number, start, seed, count, most, "\n", grammar, odds)
        return None if any(one.cut is None for one in found) else found

    def _draw_together(self, number: int, seed: int, count: int) -> dict[int, Draft]:
        """The first drafts of several texts, by their seeds."""
        grammar = "" if self.start else self.template.get("grammar", "")
        found = self._draw(number, self.start, seed, count, self.length, grammar=grammar)
        return {(seed + place) % 2**32: one for place, one in enumerate(found)}


def is_set(stop: threading.Event | None) -> bool:
    return stop is not None and stop.is_set()


def write_text(
    draw,
    template: dict,
    topic: str,
    start: str,
    seed: int,
    length: int,
    first: Draft | None,
    stop: threading.Event | None,
) -> str | None:
    """One text that passes the template's checks, or the best imperfect one ("" if all were
    filtered); None when stopped. `first`: what was drawn for this seed already.
    """
    best, wanted, grammar = (
        "",
        template.get("keeps", 0.0),
        "" if start else template.get("grammar", ""),
    )
    items: list[str] = []  # of a list: good lines are kept, and the gaps filled from the next draws
    for attempt in range(TRIES * 2 if wanted or template.get("list") else TRIES):
        draft = (
            first
            if first is not None and not attempt
            else draw(start, seed + attempt * 7919, 1, length, grammar=grammar)[0]
        )
        if draft.cut is None:
            return None
        text = tidy(
            start + (without_cut_line(draft.text, template) if draft.cut else draft.text), template
        )
        if template.get("list"):
            items = good_items([*items, *text.splitlines()], template)
            text = "\n".join(items)
        if has_unkind_words(text):
            continue
        if fits(text, template) and says_again(topic, text, template):
            return text
        best = max(
            best,
            text,
            key=lambda found: (
                (says_again(topic, found, template), kept_words(topic, found))
                if wanted
                else len(found.splitlines())
            ),
        )
        if stop is not None and stop.is_set():
            return None
    return best.strip()
