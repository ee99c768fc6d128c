"""The one frame all studios share: a line for words, one button, the chosen candidate large, the
others beside it, and a row of finished work.

Clicks only start a worker thread. The worker changes parts that exist already; it never prints or
displays, so the same code is right where callbacks run in a side thread and where they wait for the
running cell.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from typing import Any

from course_utils.controls import StudioSpec
from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.display.figure import figure_html, thumbnail_html
from course_utils.display.grid import side_by_side
from course_utils.engines import engine_for, unused
from course_utils.engines.base import Engine, Progress, room_words
from course_utils.files import pack
from course_utils.kinds import kind_named
from course_utils.languages import not_spoken, translate
from course_utils.notebook import preloading
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.controls import part_for
from course_utils.notebook.face.gallery import Film, Gallery
from course_utils.notebook.face.page import Page, Sheet
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import Clock, Watch, a_turn, progress_words, time_words, worker
from course_utils.notebook.results import SLOTS
from course_utils.notebook.save_work import savers, take_home_links
from course_utils.notebook.widgets import button
from course_utils.portfolio.store import Portfolio, file_stem

__all__ = ["HISTORY", "Studio", "VERBS"]

HISTORY = 6
LARGE = 400  # pixels of the chosen one
SOON = "data:audio/wav,"  # of a sound that is being made
REST = 0.12  # seconds after a choice before its sound is made
MOST_DRAWN = 32  # candidates in little that are kept, to be seen again at once
NUMBERS = {4: "four", 8: "eight"}
VERBS = {
    "vary": ("Vary", "Four that stay near this one"),
    "again": ("Again", "Same settings, new seed: four new ones"),
    "remix": ("Remix", "Same settings: put its words back in the box to edit"),
    "use": ("Use this", "Choose this one for the next step"),
    "save": ("Save", "Mark it as kept by you (its file is already on the disk)"),
}


class Studio(Sheet):
    """A studio for one kind of creation.

    Subclasses say which controls they have and what a setting means.
    """

    kind: Kind
    noun = "result"
    slots = SLOTS
    offers_examples = True  # words known to come out well, as the kind's panel has them
    verbs = VERBS  # the buttons for the chosen candidate: method, words, tip
    make = "Generate"
    earlier_verb = "Use earlier"
    earlier_noun = ""  # what the history holds, where that is not the noun
    what_next = "Choose one, vary it, or change the words."  # said when the results are ready

    def __init__(
        self,
        prompt: str,
        seed: int | None = None,
        portfolio: Portfolio | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.portfolio = portfolio or Portfolio()
        self.engine = engine or engine_for(self.kind)
        self.results: list[Creation] = []
        self.chosen: Creation | None = None
        self.history: list[Creation] = []
        self._earlier: list[list[Creation]] = []
        self._large_id = ""
        self._drawn: dict[tuple, str] = {}  # candidates in little, the newest last
        self._parent: str | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._sounding: threading.Thread | None = None  # makes the sound of the chosen one
        self._guard = threading.Lock()
        self.beside: list[widgets.Part] = []  # parts between the film and the panels
        self._build(prompt, seed)
        self._savers = savers(self.portfolio)
        super().__init__([*self._parts, *self.beside, *self._savers])
        self.refresh_history()
        preloading.hold_off()
        worker(self._preload).start()

    # What a subclass fills in

    def controls(self) -> list[widgets.Part]:
        """The at most three controls that are always visible, the box for words not counted."""
        return []

    @property
    def panel(self) -> StudioSpec:
        """What can be set and done with this kind, in every face."""
        return kind_named(self.kind).load("panel")()

    def control(self, name: str, **changes: Any) -> Any:
        """The part for a setting or another control that the kind's panel has.

        `changes`: what this studio says differently of it, as in `Control`.
        """
        found = next(one for one in self.panel.all_controls if one.name == name)
        return part_for(replace(found, **changes), self.portfolio)

    def more(self) -> list[widgets.Part]:
        """Controls under "More"."""
        return []

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        """Further closed panels below "More": a title and its controls each."""
        return []

    def settings(self) -> dict:
        """The settings the controls show."""
        return {}

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        """What Generate asks the engine for: a recipe and further arguments.

        Runs in the worker thread.
        """
        return self._recipe(prompt, seed, self.settings(), parent), {}

    def make_them(self, recipe: Recipe, arguments: dict, on_progress, stop: threading.Event):
        """Yield what the engine makes of an order."""
        return self.engine.create(recipe, on_progress=on_progress, stop=stop, **arguments)

    def expected(self, recipe: Recipe) -> str:
        """A sentence about how long it will take, "" when that is not known."""
        return ""

    def advice(self, recipe: Recipe) -> str:
        """A sentence to add when the results are ready, with a space before it."""
        return ""

    def stopped_words(self, finished: list[Creation]) -> str:
        """What Stop kept, in a sentence."""
        return (
            f"Stopped. {len(finished)} finished {self.noun}s were kept."
            if finished
            else "Stopped. Nothing new was finished; your earlier work is still here."
        )

    def show_settings(self, settings: dict) -> None:
        """Put settings back into the controls, for Remix."""

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """A recipe for results near a creation, and further arguments for the engine."""
        raise NotImplementedError

    def again_settings(self) -> dict:
        """Settings that are not taken over when another like a creation is made."""
        return {}

    def again_arguments(self, creation: Creation) -> dict:
        """Further arguments for the engine to make another like a creation."""
        return {}

    def preload(self) -> None:
        """Bring the model into memory."""
        self.engine.load()

    # Building

    def _build(self, prompt: str, seed: int | None) -> None:
        self.prompt: widgets.Text = widgets.Textarea(value=prompt, description="Your words", rows=1)
        self.seed = widgets.BoundedIntText(
            value=random.randrange(10_000) if seed is None else seed,
            min=0,
            max=2**31 - 1,
            description="Seed",
        )
        self.lock_seed = widgets.Checkbox(value=seed is not None, description="Keep this seed")
        self.quick = [widgets.as_part(one) for one in self.controls()]
        panels = [("More", [*self.more(), self.seed, self.lock_seed]), *self.panels()]
        self.opened = widgets.Panels(panels)
        self._build_buttons()
        self.progress, self.status = widgets.Bar(), widgets.Status()
        self.take_home = widgets.HTML()  # links to the results, where the computer forgets them
        self.gallery = Gallery(
            lambda verb, place: getattr(self, verb)(place),
            self.look_at,
            noun=self.noun,
            slots=self.slots,
            verbs=[(verb, name, tip) for verb, (name, tip) in self.verbs.items()],
        )
        self.film = Film(self.use_earlier, verb=self.earlier_verb)
        self._parts = [
            self.prompt,
            *self.quick,
            self.opened,
            self.generate_button,
            self.stop_button,
            self.undo_button,
            self.download_button,
            self.progress,
            self.status,
            self.gallery,
            self.take_home,
            self.film,
        ]
        ready = (
            f"Ready. Change the words if you like, then press {self.make} for {NUMBERS[self.slots]}"
            f" {self.noun}s."
        )
        self.say(" ".join(filter(None, (ready, not_spoken()))))

    def _build_buttons(self) -> None:
        self.generate_button = button(
            self.make, f"Make {self.slots} candidates", lambda: self.press(), "primary"
        )
        self.stop_button = button("Stop", "Stop now and keep what is finished", lambda: self.stop())
        self.undo_button = button(
            "Undo", "Back to the candidates before these", lambda: self.undo()
        )
        self.download_button = button(
            "Download", "The file of this one, with its recipe inside", lambda: self.download()
        )
        self.stop_button.disabled = self.undo_button.disabled = True
        self.download_button.disabled = True

    def make_page(self) -> Page:
        return Page(
            [self],
            prompt=self.prompt,
            generate=self.generate_button,
            stop=self.stop_button,
            quick=self.quick,
            gallery=self.gallery,
            after=[self.undo_button, self.download_button],
            progress=self.progress,
            status=self.status,
            film=self.film,
            examples=[translate(words) for words in self.example_words()],
            below=[self.take_home, *self.beside, self.opened, *self._savers],
        )

    def example_words(self) -> tuple[str, ...]:
        """Words that are known to come out well, where this studio offers any."""
        return self.panel.examples if self.offers_examples else ()

    def still(self) -> str:
        shown = enumerate((self.results or self.history)[: self.slots], 1)
        found = side_by_side([self._small(one, f"Candidate {place}") for place, one in shown], 150)
        return f'<div style="white-space:pre-line">{found}</div>'  # the lines of a poem

    # What a person does

    def press(self) -> None:
        """What the main button does: ask first where there is something to ask, or begin."""
        if self.running or not self.ask_first():
            self.generate()

    def ask_first(self) -> bool:
        """Whether something was asked before these words are used; pressed again, it is not."""
        return False

    def generate(self) -> None:
        """Make four candidates from the words in the box."""
        if self.running:
            return self.say("Already at work. Press Stop first, or wait for it to finish.")
        if not self.lock_seed.value:
            self.seed.value = random.randrange(2**31)
        parent, self._parent = self._parent, None
        self._start(lambda: self.order(self.prompt.value, self.seed.value, parent))

    def again(self, place: int) -> None:
        """The same settings with a new seed."""
        creation = self._at(place)
        if creation:
            self._start(
                lambda: (
                    creation.recipe.changed(
                        seed=random.randrange(2**31),
                        parent=creation.id,
                        settings={"count": self.slots, **self.again_settings()},
                    ),
                    self.again_arguments(creation),
                )
            )

    def vary(self, place: int) -> None:
        """Four that stay near one candidate."""
        creation = self._at(place)
        if creation:
            self._start(lambda: self.vary_recipe(creation))

    def remix(self, place: int) -> None:
        """Put a candidate's words and settings (all but the seed) back, to be edited."""
        creation = self._at(place)
        if creation:
            self.prompt.value = creation.recipe.prompt
            self.show_settings(creation.recipe.settings)
            self._parent = creation.id
            self.say(f"Its words are back in the box. Change one thing, then press {self.make}.")

    def use(self, place: int) -> None:
        """Choose a candidate for the next step, and say so in its record."""
        marked = self._mark(
            place, "chosen with Use this", f"Candidate {place + 1} is chosen for the next step."
        )
        if marked is not None:
            self.chosen = marked
            if place < len(self.results) and self.results[place].id == marked.id:
                self._show_large(place)

    def save(self, place: int) -> None:
        """Mark a candidate as kept by the learner."""
        self._mark(
            place,
            "saved by the learner",
            f"Candidate {place + 1} is saved in the folder {self.portfolio.folder.name}.",
        )

    def stop(self) -> None:
        """Stop now; finished candidates stay."""
        if not self.running:
            return
        self._stop.set()
        self.say("Stopping after this step...")

    def undo(self) -> None:
        """Back to the candidates before these. Nothing is deleted from the portfolio."""
        if self._earlier and not self.running:
            self.results = self._earlier.pop()
            self._show_results()
            self.say("Back to the candidates before. The others are still in your portfolio.")

    def download(self) -> None:
        """Hand the file of the candidate that is shown to the browser."""
        if self.meant is None:
            return self.say(f"There is nothing to download yet. Press {self.make} first.")
        name = file_stem(self.meant) + self.meant.declared.suffix
        self.page_of_it.hand_over(name, pack(self.meant))
        self.say(f"{name} went to your browser's downloads. Its recipe is inside.")

    def use_earlier(self, place: int) -> None:
        """Bring an earlier creation back as the only candidate."""
        if place < len(self.history) and not self.running:
            self._remember()
            self.results = [self.history[place]]
            self._show_results()
            self.say("The earlier one is back as candidate 1.")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done and the sound of what is shown is there; False when
        it still goes on after `timeout` seconds.
        """
        for thread in (self._thread, self._sounding):
            if thread is not None:
                thread.join(timeout)
                if thread.is_alive():
                    return False
        return True

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    # Inside

    def _recipe(self, prompt: str, seed: int, settings: dict, parent: str | None = None) -> Recipe:
        from course_utils.safety.prompts import check_prompt

        return Recipe(
            kind=self.kind,
            prompt=check_prompt(prompt),
            seed=seed,
            settings={"count": self.slots, **settings},
            parent=parent,
        )

    def _start(self, order) -> None:
        """Start a worker, unless one is at work.

        `order` gives the recipe and further engine arguments.
        """
        with self._guard:
            if self.running:
                self.say("Already at work. Press Stop first, or wait for it to finish.")
                return
            self._stop = threading.Event()
            self.generate_button.disabled, self.stop_button.disabled = True, False
            self._show_waiting()
            self._thread = worker(self._work, order, self._stop)
            self._thread.start()

    def _work(self, order, stop: threading.Event) -> None:
        try:
            with in_words(
                self.say,
                self.portfolio.log_problem,
                "your earlier work is safe",
                f"Press {self.make} again",
            ):
                recipe, arguments = order()
                with a_turn(
                    Watch(stop, on_wait=lambda: self.say("Waiting for another studio to finish..."))
                ) as mine:
                    if not mine:
                        return self.say("Stopped before it began. Nothing was lost.")
                    self._generate(recipe, arguments, stop)
        finally:
            if len(self.gallery.cards) != len(self.results):
                self._show_results()
            self.progress.going, self.gallery.busy, self.gallery.preview = False, False, {}
            self.generate_button.disabled, self.stop_button.disabled = False, True

    def _generate(self, recipe: Recipe, arguments: dict, stop: threading.Event) -> None:
        self.say(
            "Working. "
            + (
                self.expected(recipe)
                or "The first time takes a little longer: the model is being loaded."
            )
        )
        self._progress_bar(None)
        clock = Clock()
        finished: list[Creation] = []
        trouble: LearnerError | None = None

        def tell(progress: Progress) -> None:
            if clock.due(progress.share):
                self._progress_bar(progress, clock.left(progress.share))

        for creation in self.make_them(recipe, arguments, tell, stop):
            if not finished:
                self._remember()
            finished.append(creation)
            try:
                self.portfolio.save(creation)
            except LearnerError as sentence:
                # the creation stays on the screen and can be saved once there is room
                trouble = sentence
            self.results = list(finished)
            self._show_results()
        self.refresh_history()
        if trouble:
            raise trouble
        seconds = time.monotonic() - clock.began
        if stop.is_set():
            self.say(self.stopped_words(finished) + room_words(self.engine))
        else:
            took = f"made in {time_words(seconds)} and saved."
            ready = (
                f"1 {self.noun} is ready, {took}"
                if len(finished) == 1
                else f"{len(finished)} {self.noun}s are ready, {took}"
            )
            lost = f" {unused.said_of(self.engine, recipe, self.results)}".rstrip()
            said = f"{self.what_next}{self.advice(recipe)}{lost}{room_words(self.engine)}"
            self.say(f"{ready} {said}")

    def _remember(self) -> None:
        if self.results:
            self._earlier.append(self.results)

    def _at(self, place: int) -> Creation | None:
        if place < len(self.results):
            return self.results[place]
        self.say(f"There is no candidate in that place yet. Press {self.make} first.")
        return None

    def _mark(self, place: int, what: str, sentence: str) -> Creation | None:
        """Add an edit to a candidate's record, and put the new copy wherever the old
        one is held.
        """
        creation = self._at(place)
        if creation is None:
            return None
        try:
            marked = self.portfolio.add_edit(creation, what)
        except LearnerError as problem:
            self.say(str(problem), wrong=True)
            return None
        # by id: new candidates may have arrived meanwhile
        for held in (self.results, self.history, *self._earlier):
            held[:] = [marked if other.id == marked.id else other for other in held]
        if self.chosen is not None and self.chosen.id == marked.id:
            self.chosen = marked
        self.say(sentence)
        return marked

    def look_at(self, place: int) -> None:
        """Choose a candidate and show it large."""
        if place < len(self.results):
            self.chosen = self.results[place]
            self._show_large(place)

    @property
    def meant(self) -> Creation | None:
        """The candidate that is shown large, else the one chosen before, else the first."""
        place = self.gallery.chosen
        if 0 <= place < len(self.results):
            return self.results[place]
        return self.chosen or next(iter(self.results), None)

    def _show_waiting(self) -> None:
        """Places for what is to come, at the moment of the click."""
        self._large_id = ""
        self.gallery.together(chosen=-1, aside=[], cards=[], large="", busy=True)

    def _show_results(self) -> None:
        self.take_home.value = take_home_links(self.results, self.noun)
        cards = [
            self._small(one, f"Candidate {place}") for place, one in enumerate(self.results, 1)
        ]
        self.gallery.together(aside=[], cards=cards)
        chosen = self.chosen.id if self.chosen is not None else ""
        ids = [one.id for one in self.results]
        self._show_large(ids.index(chosen) if chosen in ids else min(0, len(ids) - 1))
        self.undo_button.disabled = not self._earlier

    def _show_large(self, place: int) -> None:
        shown = self.results[place] if place >= 0 else None
        if shown is None or shown.id != self._large_id:
            self._large_id = shown.id if shown else ""
            follows = shown is not None and shown.declared.audible
            name = f"Candidate {place + 1}"
            large = figure_html(shown, LARGE, name, SOON if follows else "") if shown else ""
            self.gallery.together(large=large, chosen=place)
            if follows:
                self._sounding = worker(self._with_sound, shown, name)
                self._sounding.start()
        elif self.gallery.chosen != place:
            self.gallery.chosen = place
        self.download_button.disabled = shown is None

    def _with_sound(self, shown: Creation, name: str) -> None:
        """The chosen one once more, now with its sound, if it is still shown by then: to choose is
        quick, and the sound follows.
        """
        time.sleep(REST)  # who goes through all four with the arrow keys hears the last
        if self._large_id != shown.id:
            return
        try:
            large = figure_html(shown, LARGE, name)
        except Exception as problem:
            return self.portfolio.log_problem(problem)
        if self._large_id == shown.id:
            self.gallery.large = large

    def earlier(self) -> list[Creation]:
        """What the history shows: the newest of this kind in the portfolio."""
        return [saved.creation for saved in self.portfolio.list(self.kind, most=HISTORY)]

    def refresh_history(self) -> None:
        """Show the newest creations of this kind in the portfolio."""
        self.history = self.earlier()
        self.film.cards = [
            self._small(one, f"Earlier {place}") for place, one in enumerate(self.history, 1)
        ]
        self.film.description = f"Earlier {self.earlier_noun or self.noun}s"
        self.film.tooltip = f"Newest first, kept in {self.portfolio.folder.name}"

    def _small(self, one: Creation, name: str) -> str:
        """A candidate in little; one that was drawn before is taken from there."""
        key = one.id, name, len(one.edits)
        drawn = self._drawn[key] = self._drawn.pop(key, "") or thumbnail_html(one, name)
        for oldest in list(self._drawn)[:-MOST_DRAWN]:
            self._drawn.pop(oldest, "")
        return drawn

    def _progress_bar(self, progress: Progress | None, seconds_left: float | None = None) -> None:
        self.progress.tell_of(
            progress.share if progress and progress.step else -1.0,
            progress_words(progress, seconds_left) if progress else "",
        )
        seen = progress.preview if progress else None
        if seen:
            self.gallery.preview = {"picture" if isinstance(seen, bytes) else "words": seen}

    def _preload(self) -> None:
        preloading.when_shown()
        try:
            self.preload()
        except Exception as problem:  # said to the learner when Generate is pressed; here only kept
            self.portfolio.log_problem(problem)
