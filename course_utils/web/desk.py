"""One studio of one person in a browser: what is shown there, and what its buttons do.

No model is called from here: every button calls a one-line function, which saves what it makes the
moment it exists. The work goes on when the page is closed; the next one shows how far it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils.controls import Action, Control, StudioSpec, found, kept
from course_utils.creation import Creation, LearnerError, new_id
from course_utils.display.links import file_html
from course_utils.languages import translate
from course_utils.notebook.jobs import worker
from course_utils.notebook.results import SLOTS, again
from course_utils.portfolio.store import Portfolio
from course_utils.web.following import News, follow
from course_utils.web.seat import Seat
from course_utils.web.stage import NAMES, Pair, film, pair, stage

__all__ = ["Desk"]

SMALL_ENOUGH = 40_000_000  # bytes that may travel inside a page
MOST_BEFORE = 20  # sets of candidates that Undo goes back
BUSY = "Already at work. Press Stop first, or wait for it to finish."
NONE_YET = "There is no candidate yet. Press Generate first."
FILM = 6  # earlier works in the row below


class Desk:
    """What one person sees in one studio; `number` grows with every change, and `id` is new when
    the program was started anew.
    """

    def __init__(self, seat: Seat, spec: StudioSpec) -> None:
        self.seat, self.spec, self.id = seat, spec, new_id()
        self.shown: list[str] = []  # ids of the candidates
        self.before: list[list[str]] = []  # those before, for Undo
        self.chosen = ""  # the one for the next step
        self.which = 0  # the place of the candidate that is marked
        self.words, self.seed, self.keep_seed = spec.words, random.randrange(10_000), False
        self.values: dict[str, Any] = {control.name: control.value for control in self.controls}
        self.progress = self.preview = self.extra = ""
        self.pairs: list[Pair] = []  # the candidates as HTML
        self.coming, self.fresh = 0, False  # places of the work in hand; whether all are empty yet
        self.said, self.wrong = self._greeting(), False
        self.number = self.results_number = 0
        self._stop: threading.Event | None = None
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def _greeting(self) -> str:
        return (
            f"Ready. Change the words if you like, then press Generate for four {self.spec.noun}s."
        )

    @property
    def controls(self) -> list[Control]:
        """All controls, those of its buttons too."""
        return list(self.spec.all_controls)

    @property
    def earlier(self) -> Control:
        """The list of what was made here before."""
        return Control("earlier", "Kept in your folder, newest first", "", kept(self.spec.kind))

    @property
    def busy(self) -> bool:
        return self._stop is not None

    # What the buttons do. All of them are called as the person of the seat.

    def press(self, button: str, earlier: str = "") -> dict[str, Any]:
        """Press a button by its name; gives back controls that change with it, by name."""
        if button.startswith("action-") and button[7:].isdigit():
            actions = self.spec.actions
            if int(button[7:]) < len(actions):
                self._act(actions[int(button[7:])])
            return {}
        verb, _, place = button.partition("-")
        if verb == "back" and place:
            self._bring_back(place)
            return {}
        if verb == "example" and place.isdigit() and int(place) < len(self.spec.examples):
            self.words = translate(self.spec.examples[int(place)])
            return {"words": self.words}
        buttons: dict[str, Callable[[], dict[str, Any] | None]] = {
            "generate": self._generate,
            "again": self._again,
            "idea": self._idea,
            "vary": self._vary,
            "remix": self._remix,
            "use": self._use,
            "save": self._save,
            "stop": self._end_work,
            "undo": self._undo,
            "back": lambda: self._bring_back(earlier),
        }
        return (buttons[button]() if button in buttons else None) or {}

    def _generate(self) -> None:
        if not self.keep_seed:
            self.seed = random.randrange(2**31)
        words, seed, settings = self.words, self.seed, self._settings()
        self._work(lambda: self.spec.make(words, SLOTS, seed, settings), SLOTS)

    def _idea(self) -> dict[str, Any]:
        """Other words in the box, where the kind has ideas."""
        self.words = self.spec.ideas(self.words) if self.spec.ideas else self.words
        self.say("An idea is in the box. Press Generate, or ask for another.")
        return {"words": self.words}

    def _again(self) -> None:
        self._work(lambda: again(self._there(), random.randrange(2**31)), SLOTS)

    def _vary(self) -> None:
        settings = self._settings()
        seed = random.randrange(2**31)
        self._work(lambda: self.spec.vary(self._there(), settings, seed), SLOTS)

    def _act(self, action: Action) -> None:
        settings, chosen = self._settings(), found(self.chosen)

        def run() -> Any:
            creation: Any = chosen or self._marked()
            return action.run(creation if action.alone else self._there(creation), settings)

        self._work(run)

    def _remix(self) -> dict[str, Any]:
        creation = self._marked()
        if creation is None:
            self.say(NONE_YET, True)
            return {}
        self.words, portfolio = creation.recipe.prompt, Portfolio()
        changed: dict[str, Any] = {"words": self.words}
        for control in self.spec.controls:
            value = creation.recipe.settings.get(control.name)
            if value is not None and control.fits(value, portfolio):
                changed[control.name] = self.values[control.name] = value
        self.say("Its words and settings are back. Change one thing, then press Generate.")
        return changed

    def _use(self) -> dict[str, Any]:
        creation = self._note("chosen with Use this")
        if creation is None:
            return {}
        self.chosen = creation.id
        self.say(
            f"{NAMES[self.which]} is chosen for the next step: see the folds below, and My work for"
            " a card."
        )
        if "mine" not in self.values:
            return {}
        self.values["mine"] = creation.text
        return {"mine": creation.text}

    def _save(self) -> None:
        if self._note("saved by the learner") is not None:
            self.say(
                f"{NAMES[self.which]} is marked as kept by you, in the folder"
                f" {Portfolio().folder.name}."
            )

    def _note(self, what: str) -> Creation | None:
        """Write down what the person did with the marked candidate; None after a sentence."""
        creation = self._marked()
        if creation is None:
            self.say(NONE_YET, True)
            return None
        try:
            return Portfolio().add_edit(creation, what)
        except LearnerError as problem:
            self.say(str(problem), True)
            return None

    def _end_work(self) -> None:
        stop = self._stop
        if stop is None:
            self.say("Nothing is at work here just now.")
            return
        stop.set()
        self.say("Stopping after this step...")

    def _undo(self) -> None:
        if not self.before:
            self.say("There is nothing before this.")
            return
        ids = self.before.pop()
        self.show([creation for creation in map(found, ids) if creation])
        self.say("Back to the candidates before. The others are still in your folder.")

    def _bring_back(self, creation_id: str) -> None:
        creation = found(creation_id)
        if creation is None:
            self.say("Choose one in the list first.", True)
            return
        self._remember()
        self.show([creation])
        self.say("The earlier one is back as candidate 1.")

    # Work

    def _work(self, job: Callable[[], Any], coming: int = 0) -> None:
        """Do a job in a thread of its own, one at a time in this studio.

        Args:
            coming: how many candidates it makes; 0: those that are shown stay meanwhile.
        """
        if self.busy:
            self.say(BUSY, True)
            return
        try:
            self.seat.check_space()
        except LearnerError as sentence:
            self.say(str(sentence), True)
            return
        stop = self._stop = threading.Event()
        self.coming, self.fresh = coming, coming > 0
        self.results_number = self.number + 1

        def in_turn() -> Any:
            with self.seat.own_turn():
                return job()

        def work() -> None:
            try:
                count = 0
                for news in follow(in_turn, self.spec.noun, stop):
                    if len(news.made) != count:
                        if not count:
                            self._remember()
                        count = len(news.made)
                        self.show(list(news.made))
                    if news.done:
                        self._finish(news, count)
                    else:
                        self.progress, self.preview = news.progress, news.preview
                        self.say(news.said, news.wrong)
            finally:
                self._drop_files()
                self._end()  # last: who sees that nothing is at work reads the last sentence
                self.changed()

        worker(work).start()

    def _finish(self, news: News, count: int) -> None:
        """What is shown once all is done: results that no engine made, files, tables."""
        answer = news.answer
        if isinstance(answer, list) and answer and not count:
            self._remember()
            self.show(list(answer))
        path = getattr(answer, "path", None)
        if path:
            where = f"{path.name} is made. It lies in the folder {path.parent.name}."
            self.extra = file_html(path, where, SMALL_ENOUGH, beside=False)
        else:
            self.extra = "" if isinstance(answer, list | None) else answer._repr_html_()
        self.say(news.said, news.wrong)

    def _end(self) -> None:
        """Nothing is at work any more; where nothing came, what was shown before is seen again."""
        self._stop, self.progress, self.preview = None, "", ""
        if self.coming:
            self.results_number = self.number + 1
        self.coming, self.fresh = 0, False

    def _drop_files(self) -> None:
        """Delete what was sent for the work that has ended; what it became is kept."""
        for control in self.controls:
            if control.accept and (sent := self.values.get(control.name)):
                self.values[control.name] = None
                with contextlib.suppress(OSError):
                    Path(sent).unlink()

    def _remember(self) -> None:
        if self.shown:
            self.before = [*self.before, self.shown][-MOST_BEFORE:]

    # What is seen

    @property
    def results(self) -> str:
        """The candidates, and places for those that are still being made."""
        pairs = [] if self.fresh else self.pairs
        return stage(pairs, self.which, max(0, self.coming - len(pairs)))

    @property
    def film(self) -> str:
        """What was made here before, as a row."""
        kept = Portfolio().list(self.spec.kind, most=FILM)
        return film([saved.creation for saved in kept], self.spec.noun)

    def show(self, creations: list[Creation]) -> None:
        """Creations as the candidates, the first one marked."""
        ids = [creation.id for creation in creations]
        if ids[: len(self.shown)] != self.shown:
            self.which, self.chosen = 0, ""
        known = dict(zip(enumerate(self.shown), self.pairs))
        self.pairs = [
            known.get((place, one.id)) or pair(one, place)
            for place, one in enumerate(creations[: len(NAMES)])
        ]
        self.shown, self.fresh = ids, False
        self.results_number = self.number + 1
        self.changed()

    def say(self, sentence: str, wrong: bool = False) -> None:
        """The sentence of the status line."""
        self.said, self.wrong = sentence, wrong
        self.changed()

    def changed(self) -> None:
        """Wake whoever waits for news of this studio."""
        self.number += 1
        for loop, event in list(self._listeners):
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # the page's server has ended
                self._listeners.discard((loop, event))

    async def news(self, after: int, seconds: float) -> None:
        """Wait until something changed after the number `after`, or some seconds."""
        waits = asyncio.get_running_loop(), asyncio.Event()
        self._listeners.add(waits)
        try:
            if self.number <= after:
                await asyncio.wait_for(waits[1].wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._listeners.discard(waits)

    # Inside

    def _settings(self) -> dict[str, Any]:
        shown = [creation for creation in map(found, self.shown) if creation]
        return {**self.values, "words": self.words, "all": shown}

    def _marked(self) -> Creation | None:
        return found(self.shown[self.which]) if self.which < len(self.shown) else None

    def _there(self, creation: Creation | None = None) -> Creation:
        creation = creation or self._marked()
        if creation is None:
            raise LearnerError(f"There is no {self.spec.noun} chosen yet. Press Generate first.")
        return creation
