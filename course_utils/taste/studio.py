"""The taste studio: this or that, what is believed, things made for you.

Everything works with the keyboard alone.
"""

from __future__ import annotations

import random
import threading
from functools import partial

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.engines import engine_for
from course_utils.engines.base import Progress
from course_utils.kinds import kind_named
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.gallery import Gallery
from course_utils.notebook.face.page import Page
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.frame import Studio
from course_utils.notebook.widgets import button, slider
from course_utils.taste.calls import (
    ENOUGH,
    REUSED,
    Ordered,
    change_taste,
    export_taste,
    forget_taste,
    kept_of,
    load_taste,
    my_taste,
)
from course_utils.taste.candidates import DEFAULT_SIZE, batches
from course_utils.taste.contradictions import doubts
from course_utils.taste.ranking import in_order
from course_utils.taste.steering import steered
from course_utils.taste.taste import Pair
from course_utils.taste.traits import KIND_NAMES, traits
from course_utils.taste.votes import vote_for

__all__ = ["TasteStudio"]

FIRST_GOAL = 15  # answers after which guesses are usually good: benchmarks/taste.py
FOR_ME = 4


class TasteStudio(Studio):
    """Two candidates, three buttons.

    `taste.Studio("layout")`, or with a pool of your own: `taste.Studio(pool=posters)`.
    """

    kind = "layout"
    noun = "candidate"
    slots = 2

    def __init__(self, kind: str = "layout", prompt: str = "", pool=None, **parts) -> None:
        given = list(getattr(pool, "results", None) or pool or [])
        self.kind = given[0].kind if given else kind
        traits(self.kind)
        self._given = given
        self._left_out = ""  # a sentence on works that cannot be compared
        super().__init__(prompt, **parts)
        self._show_pool(given or self._kept())

    def preload(self) -> None:
        """Nothing: comparing needs no model."""

    def make_page(self) -> Page:
        return Page([self])

    def _show_results(self) -> None:
        """Pairs are shown, not the whole pool."""

    def refresh_history(self) -> None:
        """There is no history: the pool is what the portfolio holds."""

    # Building

    def _build(self, prompt: str, seed: int | None) -> None:
        self.seed = widgets.IntText(value=random.randrange(10_000) if seed is None else seed)
        self.what = widgets.Dropdown(
            options=[(name.capitalize(), one) for one, name in KIND_NAMES.items()],
            value=self.kind,
            description="Compare",
        )
        self.what.observe(lambda change: self._change_kind(change["new"]), "value")
        self.prompt = widgets.Text(
            value=prompt, description="Your words", placeholder="may stay empty"
        )
        about = "Make new ones that differ on purpose"
        self.generate_button = button(f"Make {DEFAULT_SIZE} to compare", about, self.generate)
        self.stop_button = button("Stop", "Stop now and keep what is finished", self.stop)
        self.stop_button.disabled = True
        self.progress, self.status, self.count = widgets.Bar(), widgets.Status(), widgets.HTML()
        self.gallery = Gallery(lambda verb, place: None, lambda place: None)  # never shown
        self.pair: Pair | None = None
        self._parts = [
            self.what,
            self.prompt,
            widgets.HBox([self.generate_button, self.stop_button]),
            self.progress,
            self.status,
            *self._question(),
            self.count,
            Panels(
                [
                    ("What I believe", self._believing()),
                    ("For me", self._ordering()),
                    ("Take it away or delete it", self._taking()),
                ]
            ),
        ]

    def _question(self) -> list[widgets.Part]:
        """Two candidates, and the answers."""
        self._cards = [widgets.HTML(), widgets.HTML()]
        self.side_buttons = [
            button(
                side.capitalize(),
                f"I like the {side} one better",
                partial(self.answer, side),
                "primary",
            )
            for side in ("left", "right")
        ]
        about = "Both or neither: also an answer"
        self.cannot_button = button("Can't say", about, lambda: self.answer("cannot say"))
        self.undo_button = button("Undo", "Take the last answer back", self.undo)
        sides = map(list, zip(self.side_buttons, self._cards))
        return [
            widgets.HBox([widgets.VBox(side) for side in sides]),
            widgets.HBox([self.cannot_button, self.undo_button]),
        ]

    def _believing(self) -> list[widgets.Part]:
        self.beliefs = widgets.HTML()
        self.trait = widgets.Dropdown(options=[("", "")], description="Trait")
        self.weight = slider("Belief", 0.8, -3.0, 3.0, 0.1)
        asked = (
            ("Set this belief", "Hold it at this number", lambda: self.believe(self.weight.value)),
            ("Never count it", "This trait must not count", lambda: self.believe("never")),
            ("Learn it again", "Leave it to my answers", lambda: self.believe("learn")),
        )
        edits = [button(name, about, action) for name, about, action in asked]
        return [self.beliefs, self.trait, self.weight, widgets.HBox(edits)]

    def _ordering(self) -> list[widgets.Part]:
        self.dial, self.made = slider("Dial", 0.25), widgets.HTML()
        hint = (
            "<p>The dial goes from 0 (like me) to 1 (surprise me): the share of places that goes to"
            " surprises.</p>"
        )
        about_order = "Order what you compared by your taste"
        about_new = "New ones after your taste; your words are needed"
        buttons = [
            button("Put these in order", about_order, self.show_order),
            button(f"Make {FOR_ME} for me", about_new, self.make_for_me),
        ]
        return [widgets.HTML(hint), self.dial, widgets.HBox(buttons), self.made]

    def _taking(self) -> list[widgets.Part]:
        self.take = widgets.HTML()
        self.sure = widgets.Checkbox(value=False, description="Yes, delete it", indent=False)
        about = "Delete all answers and beliefs; what you made stays"
        return [
            button("Take my taste away", "A link to your taste as one file", self.take_away),
            self.take,
            self.sure,
            button("Delete my taste", about, self.forget),
        ]

    # What a person does

    def generate(self) -> None:
        """Make new ones to compare."""
        self.seed.value = random.randrange(2**31)
        self._start(
            lambda: (
                None,
                {
                    "recipes": batches(self.kind, self._words(), DEFAULT_SIZE, self.seed.value),
                    "for_me": False,
                },
            )
        )

    def make_for_me(self) -> None:
        """New ones after the taste, ordered by it."""

        def order() -> tuple[None, dict]:
            words = self._words()
            if not words:
                raise LearnerError(
                    "Say in the box “Your words” what should be made, such as: a red fox."
                )
            recipes, self._reasons = steered(
                load_taste(self.portfolio),
                self.kind,
                words,
                2 * FOR_ME,
                self.dial.value,
                random.randrange(2**31),
            )
            return None, {"recipes": recipes, "for_me": True}

        self._start(order)

    def answer(self, answer: str) -> None:
        """Say which one is liked better: "left", "right" or "cannot say"."""
        if self.pair is None:
            return self.say(
                f"There is nothing to compare yet. Press Make {DEFAULT_SIZE} to compare."
            )
        try:
            vote = vote_for(self.pair.left, self.pair.right, answer, self.pair.kept_back)
            change_taste(self.portfolio, lambda taste: taste.add(vote))
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._next(f"{'Taken: can’t say' if answer == 'cannot say' else f'Taken: {answer}'}.")

    def use(self, place: int) -> None:
        """Answer by place: 0 for the left, 1 for the right."""
        self.answer(("left", "right")[place])

    def undo(self) -> None:
        """Take the last answer back, and ask that pair again."""
        try:
            vote = change_taste(self.portfolio, lambda taste: taste.undo(self.kind))
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        if vote is None:
            return self.say("There is no answer to take back.")
        known = {one.id: one for one in self.results}
        pair = (
            Pair(known[vote.left], known[vote.right], vote.kept_back)
            if vote.left in known and vote.right in known
            else None
        )
        self._next("Your last answer is taken back.", pair)

    def believe(self, weight) -> None:
        """Set, forbid or free the belief about the trait chosen."""
        try:
            said = change_taste(
                self.portfolio,
                lambda taste: taste.believe(
                    self.kind,
                    self.trait.value,
                    None if isinstance(weight, str) else weight,
                    weight == "never",
                ),
            )
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._show_beliefs()
        self.say(said)

    def show_order(self) -> None:
        """Put what was compared in order."""
        try:
            self.made.value = Ordered(
                in_order(load_taste(self.portfolio), self.results, self.dial.value, FOR_ME)
            )._repr_html_()
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(f"The first {FOR_ME} by your taste are in the panel For me.")

    def take_away(self) -> None:
        """Show a link to the taste as a file."""
        self.take.value = export_taste(self.portfolio)._repr_html_()
        self.say("The link stands below the button.")

    def forget(self) -> None:
        """Delete the taste."""
        if not self.sure.value:
            return self.say(
                "Deleting cannot be undone. Tick “Yes, delete it” first, then press again."
            )
        self.sure.value, self.take.value, self.made.value = False, "", ""
        self._next(str(forget_taste(portfolio=self.portfolio)))

    # Inside

    def _words(self) -> str:
        from course_utils.safety.prompts import check_prompt

        return (
            check_prompt(self.prompt.value, any_script=kind_named(self.kind).prompt == "any script")
            if self.prompt.value.strip()
            else ""
        )

    def _kept(self) -> list[Creation]:
        kept, self._left_out = kept_of(self.portfolio, self.kind)
        return kept

    def _change_kind(self, kind: str) -> None:
        self.kind, self.engine = kind, engine_for(kind)
        self.made.value = ""
        self._show_pool(self._kept())

    def _show_pool(self, pool: list[Creation]) -> None:
        self.results = pool
        names = [(f"{trait.less} ← → {trait.more}", trait.name) for trait in traits(self.kind)]
        self.trait.options = names
        if len(pool) >= min(ENOUGH, max(2, len(self._given))):
            said = f"{len(pool)} {KIND_NAMES[self.kind]} to compare. {self._left_out}"
            return self._next(said.strip())
        self._next("")
        self.say(
            f"There are too few {KIND_NAMES[self.kind]} here to compare. Press Make {DEFAULT_SIZE}"
            " to compare."
        )

    def _next(self, said: str, pair: Pair | None = None) -> None:
        """Show a pair, the most telling one unless another is given."""
        try:
            taste = load_taste(self.portfolio)
            told = (
                " ".join(doubts(taste, self.kind)[:1]) if len(taste.data.of(self.kind)) > 1 else ""
            )
            self._show_beliefs()
            self.pair = pair or taste.next_pair(self.results)
            ask = "Which do you like better?" + (
                " This answer is kept back to test my guesses." if self.pair.kept_back else ""
            )
        except LearnerError as sentence:
            self.pair, ask, told = None, str(sentence), ""
        for place, (name, one) in enumerate(
            zip(("Left", "Right"), (self.pair.left, self.pair.right) if self.pair else (None, None))
        ):
            self._cards[place].value = figure_html(one, size=290, name=name) if one else ""
        for control in (*self.side_buttons, self.cannot_button):
            control.disabled = self.pair is None
        self.say(" ".join(part for part in (said, told, ask) if part))

    def _show_beliefs(self) -> None:
        self.beliefs.value = my_taste(self.kind, self.portfolio)._repr_html_()
        taste = load_taste(self.portfolio)
        number = len(taste.data.of(self.kind))
        goal = (
            f"{number} of {FIRST_GOAL} answers for a first taste"
            if number < FIRST_GOAL
            else f"{number} answers"
        )
        self.count.value = (
            f'<p style="margin:4px 0">Progress: {goal}. So far: {taste.in_words(self.kind)}.</p>'
        )
        self.undo_button.disabled = number == 0

    def _generate(self, recipe: Recipe | None, arguments: dict, stop: threading.Event) -> None:
        """Make the batches one after the other; every one is saved at once."""
        self.say("Working. The first time takes a little longer: the model is being loaded.")
        self._progress_bar(None)
        made: list[Creation] = []
        total = sum(one.settings["count"] for one in arguments["recipes"])
        for one in arguments["recipes"]:
            if stop.is_set():
                break
            for creation in self.engine.create(one, stop=stop):
                self.portfolio.save(creation)
                made.append(creation)
                self._progress_bar(Progress(len(made), total))
        if not made:
            return self.say("Stopped. Nothing new was finished; your earlier work is still here.")
        if arguments["for_me"]:
            self.made.value = Ordered(
                in_order(load_taste(self.portfolio), made, self.dial.value, FOR_ME),
                " ".join(self._reasons),
            )._repr_html_()
            return self.say(
                f"{min(FOR_ME, len(made))} of {len(made)} new {KIND_NAMES[self.kind]} are in the"
                " panel For me, with why. All are saved."
            )
        self._show_pool(
            [*made, *(one for one in self._kept() if one.id not in {new.id for new in made})][
                : REUSED + DEFAULT_SIZE
            ]
        )
