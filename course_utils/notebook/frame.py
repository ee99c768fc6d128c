"""The one frame all studios share: a box for words, one button, candidates side by side,
and a history.

Clicks only start a worker thread. The worker sets traits of widgets that exist already; it never
prints, displays or makes widgets, so the same code is right where callbacks run in a side thread
and where they wait for the running cell. Only what ipywidgets 7.7.1 and 8 share is used.
"""

from __future__ import annotations

import html
import random
import threading
import time

import ipywidgets as widgets

from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.engines import engine_for, unused
from course_utils.engines.base import Engine, Progress, room_words
from course_utils.notebook.jobs import Clock, Watch, a_turn, progress_html, time_words, worker
from course_utils.notebook.panels import Panels
from course_utils.notebook.results import SLOTS
from course_utils.notebook.save_work import savers, take_home_links
from course_utils.notebook.settling import Settling
from course_utils.notebook.widgets import WIDE, button
from course_utils.portfolio.store import Portfolio
from course_utils.set_up_words import unexpected

HISTORY = 6
NUMBERS = {4: "four", 8: "eight"}
VERBS = {
    "again": ("Again", "Same settings, new seed: four new ones"),
    "vary": ("Vary", "Four that stay near this one"),
    "remix": ("Remix", "Same settings: put its words back in the box to edit"),
    "use": ("Use this", "Choose this one for the next step"),
    "save": ("Save", "Mark it as kept by you (its file is already on the disk)"),
}


class Studio(widgets.VBox):
    """A studio for one kind of creation.

    Subclasses say which controls they have and what a setting means.
    """

    kind: Kind
    noun = "result"
    card_width = "204px"
    slots = SLOTS
    verbs = VERBS  # the buttons under a candidate: method, words, tip
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
        self._parent: str | None = None
        self._stop, self._thread = threading.Event(), None
        self._guard = threading.Lock()
        self._build(prompt, seed)
        super().__init__([*self._parts, *savers(self.portfolio)])
        self._settling = Settling(self)
        self.refresh_history()
        worker(self._preload).start()

    # What a subclass fills in

    def controls(self) -> list[widgets.Widget]:
        """The at most three controls that are always visible, the box for words not counted."""
        return []

    def more(self) -> list[widgets.Widget]:
        """Controls under "More"."""
        return []

    def panels(self) -> list[tuple[str, list[widgets.Widget]]]:
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
        self.prompt = widgets.Textarea(
            value=prompt,
            description="Your words",
            rows=2,
            style=WIDE,
            layout=widgets.Layout(width="95%", max_width="620px"),
        )
        self.seed = widgets.BoundedIntText(
            value=random.randrange(10_000) if seed is None else seed,
            min=0,
            max=2**31 - 1,
            description="Seed",
            style=WIDE,
        )
        self.lock_seed = widgets.Checkbox(
            value=seed is not None, description="Keep this seed", indent=False
        )
        panels = [("More", [*self.more(), self.seed, self.lock_seed]), *self.panels()]
        self.opened = Panels(panels)
        self.generate_button = button(
            self.make, f"Make {self.slots} candidates", lambda: self.generate(), "primary"
        )
        self.stop_button = button("Stop", "Stop now and keep what is finished", lambda: self.stop())
        self.undo_button = button(
            "Undo", "Back to the candidates before these", lambda: self.undo()
        )
        self.stop_button.disabled = self.undo_button.disabled = True
        self.progress, self.status = widgets.HTML(), widgets.HTML()
        self.take_home = widgets.HTML()  # links to the results, where the computer forgets them
        self._cards, self._slots = [], []
        for place in range(self.slots):
            card = widgets.HTML()
            verbs = [
                button(
                    f"{name} {place + 1}",
                    tip,
                    lambda verb=verb, place=place: getattr(self, verb)(place),
                )
                for verb, (name, tip) in self.verbs.items()
            ]
            row = widgets.HBox(verbs, layout=widgets.Layout(flex_flow="row wrap"))
            slot = widgets.VBox(
                [card, row],
                layout=widgets.Layout(
                    display="none",
                    width=self.card_width,
                    margin="4px",
                    padding="6px",
                    border="1px solid #8a94a6",
                ),
            )
            self._cards.append(card)
            self._slots.append(slot)
        self._history_cards, self._history_slots = [], []
        for place in range(HISTORY):
            card = widgets.HTML()
            slot = widgets.VBox(
                [
                    card,
                    button(
                        f"{self.earlier_verb} {place + 1}",
                        "Bring this earlier one back",
                        lambda place=place: self.use_earlier(place),
                    ),
                ],
                layout=widgets.Layout(display="none", width="170px", margin="4px"),
            )
            self._history_cards.append(card)
            self._history_slots.append(slot)
        self._history_title = widgets.HTML()
        wrap = widgets.Layout(flex_flow="row wrap")
        self._parts = [
            self.prompt,
            *self.controls(),
            self.opened,
            widgets.HBox([self.generate_button, self.stop_button, self.undo_button], layout=wrap),
            self.progress,
            self.status,
            widgets.HBox(self._slots, layout=wrap),
            self.take_home,
            self._history_title,
            widgets.HBox(self._history_slots, layout=wrap),
        ]
        self._say(
            f"Ready. Change the words if you like, then press {self.make} for {NUMBERS[self.slots]}"
            f" {self.noun}s."
        )

    # What a person does

    def generate(self) -> None:
        """Make four candidates from the words in the box."""
        if self.running:
            return self._say("Already at work. Press Stop first, or wait for it to finish.")
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
            self._say(f"Its words are back in the box. Change one thing, then press {self.make}.")

    def use(self, place: int) -> None:
        """Choose a candidate for the next step."""
        self.chosen = (
            self._mark(
                place, "chosen with Use this", f"Candidate {place + 1} is chosen for the next step."
            )
            or self.chosen
        )

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
        self._say("Stopping after this step...")

    def undo(self) -> None:
        """Back to the candidates before these. Nothing is deleted from the portfolio."""
        if self._earlier and not self.running:
            self.results = self._earlier.pop()
            self._show_results()
            self._say("Back to the candidates before. The others are still in your portfolio.")

    def use_earlier(self, place: int) -> None:
        """Bring an earlier creation back as the only candidate."""
        if place < len(self.history) and not self.running:
            self._remember()
            self.results = [self.history[place]]
            self._show_results()
            self._say("The earlier one is back as candidate 1.")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done; False when it still goes on after
        `timeout` seconds.
        """
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
            return not thread.is_alive()
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
                self._say("Already at work. Press Stop first, or wait for it to finish.")
                return
            self._stop = threading.Event()
            self.generate_button.disabled, self.stop_button.disabled = True, False
            self._thread = worker(self._work, order, self._stop)
            self._thread.start()

    def _work(self, order, stop: threading.Event) -> None:
        try:
            self._settling.wait()
            recipe, arguments = order()
            with a_turn(
                Watch(stop, on_wait=lambda: self._say("Waiting for another studio to finish..."))
            ) as mine:
                if not mine:
                    return self._say("Stopped before it began. Nothing was lost.")
                self._generate(recipe, arguments, stop)
        except LearnerError as sentence:
            self._say(str(sentence), wrong=True)
        except MemoryError:
            self._say(
                f"There is not enough memory. Close other notebooks, then press {self.make} again."
                " Your earlier work is safe.",
                wrong=True,
            )
        except Exception as problem:
            self.portfolio.log_problem(problem)
            self._say(
                unexpected(
                    problem,
                    f"Something unexpected went wrong; your earlier work is safe. Press {self.make}"
                    " again, and if it comes back run `course doctor`.",
                ),
                wrong=True,
            )
        finally:
            self.progress.value = ""
            self.generate_button.disabled, self.stop_button.disabled = False, True

    def _generate(self, recipe: Recipe, arguments: dict, stop: threading.Event) -> None:
        self._say(
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
            self._say(self.stopped_words(finished) + room_words(self.engine))
        else:
            are = f"{self.noun} is" if len(finished) == 1 else f"{self.noun}s are"
            lost = f" {unused.said_of(self.engine, recipe)}".rstrip()
            self._say(
                f"{len(finished)} {are} ready, made in {time_words(seconds)} and saved."
                f" {self.what_next}{self.advice(recipe)}{lost}{room_words(self.engine)}"
            )

    def _remember(self) -> None:
        if self.results:
            self._earlier.append(self.results)

    def _at(self, place: int) -> Creation | None:
        if place < len(self.results):
            return self.results[place]
        self._say(f"There is no candidate in that place yet. Press {self.make} first.")
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
            self._say(str(problem), wrong=True)
            return None
        # by id: new candidates may have arrived meanwhile
        for held in (self.results, self.history, *self._earlier):
            held[:] = [marked if other.id == marked.id else other for other in held]
        if self.chosen is not None and self.chosen.id == marked.id:
            self.chosen = marked
        self._say(sentence)
        return marked

    def _show_results(self) -> None:
        self.take_home.value = take_home_links(self.results, self.noun)
        for place, (card, slot) in enumerate(zip(self._cards, self._slots)):
            if place < len(self.results):
                card.value = figure_html(
                    self.results[place], size=186, name=f"Candidate {place + 1}"
                )
                slot.layout.display = "flex"
            else:
                slot.layout.display = "none"
                card.value = ""
        self.undo_button.disabled = not self._earlier

    def earlier(self) -> list[Creation]:
        """What the history shows: the newest of this kind in the portfolio."""
        return [saved.creation for saved in self.portfolio.list(self.kind, most=HISTORY)]

    def refresh_history(self) -> None:
        """Show the newest creations of this kind in the portfolio."""
        self.history = self.earlier()
        for place, (card, slot) in enumerate(zip(self._history_cards, self._history_slots)):
            if place < len(self.history):
                card.value = small_html(self.history[place], place + 1)
                slot.layout.display = "flex"
            else:
                slot.layout.display = "none"
        self._history_title.value = (
            f"<p style='margin:8px 0 0'><b>Earlier {self.earlier_noun or self.noun}s</b> (newest"
            f" first, kept in {html.escape(self.portfolio.folder.name)})</p>"
            if self.history
            else ""
        )

    def _say(self, sentence: str, wrong: bool = False) -> None:
        """Announce a sentence; trouble is announced at once by screen readers."""
        mark = "<b>Please note:</b> " if wrong else ""
        self.status.value = (
            f'<p role="{"alert" if wrong else "status"}" style="margin:4px'
            f' 0;line-height:1.4">{mark}{html.escape(sentence)}</p>'
        )

    def _progress_bar(self, progress: Progress | None, seconds_left: float | None = None) -> None:
        self.progress.value = progress_html(progress, self.noun, seconds_left)

    def _preload(self) -> None:
        try:
            self.preload()
        except Exception as problem:  # said to the learner when Generate is pressed; here only kept
            self.portfolio.log_problem(problem)


def small_html(creation: Creation, number: int) -> str:
    """A creation in little, for the history."""
    name = f"Earlier {number}"
    if creation.kind in ("image", "layout"):
        return figure_html(creation, size=96, name=name)
    words = creation.text if creation.kind == "words" else creation.recipe.prompt
    if creation.kind == "sound":
        from course_utils.audio.analysis import describe

        words = describe(creation)
    if creation.declared.plays_notes:
        from course_utils.scores.description import describe

        words = describe(creation)
    return (
        '<p style="margin:0;font-size:12px;line-height:1.35;max-height:7em;'
        'overflow:auto;white-space:pre-line"'
        f' tabindex="0" role="group" aria-label="{name}">{html.escape(words)}</p>'
    )
