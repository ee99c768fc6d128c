"""The odds panel: what the model would write next, as bars and a table; choose a piece,
or let chance choose, and go on from there.
"""

from __future__ import annotations

import html
import random
from functools import partial

from course_utils.creation import LearnerError
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.widgets import button
from course_utils.safety.prompts import check_prompt
from course_utils.words.inside import Odds, pieces_of, raw_odds, reshape

__all__ = ["OddsPanel"]

SHOWN = 8
MOST_BRANCHES = 100
# how a piece is drawn: name, value at first, least, most, step
DRAWING = (
    ("Surprise", 1.0, 0.1, 2.0, 0.1),
    ("Likeliest share", 1.0, 0.05, 1.0, 0.05),
    ("Least share", 0.0, 0.0, 0.5, 0.01),
)
HINT = (
    "<p><b>Surprise</b> (temperature) evens the odds out or sharpens them. <b>Likeliest share</b>"
    " (top-p) keeps only the likeliest pieces that together have this share. <b>Least share</b>"
    " (min-p) drops pieces with less than this share of the likeliest one.</p>"
)


class OddsPanel(Sheet):
    """The odds of the next piece after some words, by the real model.

    `words.OddsPanel("The girl opened the")`.
    """

    def __init__(self, text: str = "The girl opened the") -> None:
        self.text = widgets.Textarea(value=text, description="Words so far", rows=2)
        self.surprise, self.top_p, self.min_p = (
            widgets.BoundedFloatText(value=value, min=low, max=high, step=step, description=name)
            for name, value, low, high, step in DRAWING
        )
        self.table, self.status, self.pieces = widgets.HTML(), widgets.Status(), widgets.HTML()
        self._choices = [
            button("", "Go on with this piece", partial(self.choose, place))
            for place in range(SHOWN)
        ]
        for box in (self.surprise, self.top_p, self.min_p):
            box.observe(lambda _: self._show(), "value")
        self._raw: list[tuple[str, float]] = []
        self._asked = ""
        self._before: list[str] = []
        self._tried: list[str] = []
        self.shown: list[tuple[str, float]] = []
        self._show()
        self.branches = widgets.Dropdown(options=[("none yet", "")], description="Branches")
        super().__init__(self._parts())
        self.say("Write the beginning of a sentence, then press Show the odds.")

    def _parts(self) -> list[widgets.Part]:
        """What is on the sheet, from top to bottom."""
        about_chance = "Draw one piece by its odds, as the model does when it writes"
        steps = [
            button("Show the odds", "Ask the model what comes next", self.look, "primary"),
            button("Let chance choose", about_chance, self.draw),
            button("Undo", "Take the last piece away", self.undo),
        ]
        drawing = [widgets.HTML(HINT), self.surprise, self.top_p, self.min_p]
        about_branch = "Bring these words back and choose another way"
        return [
            self.text,
            widgets.HBox(steps),
            Panels([("Change how it draws", drawing)]),
            self.status,
            self.table,
            widgets.HBox(self._choices),
            self.pieces,
            self.branches,
            button("Go on from this one", about_branch, self.go_to),
        ]

    def look(self) -> None:
        """Ask the model for the odds after the words in the box."""
        try:
            text = check_prompt(self.text.value)
            self.say("Working.")
            self._raw, self._asked = raw_odds(text), text
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._remember(text)
        self._show()
        self.pieces.value = (
            "<p style='margin:4px 0;line-height:1.4'>Your words as the model reads"
            f" them:</p>{self._read(text)}"
        )
        self.say(
            f"The likeliest piece is “{self.shown[0][0].strip() or 'a space or line end'}” with"
            f" {self.shown[0][1]:.0%}. Press a piece to go on with it."
        )

    @staticmethod
    def _read(text: str) -> str:
        """The pieces of the words, or why a model does not tell them."""
        try:
            return pieces_of(text)._repr_html_()
        except LearnerError as sentence:
            return f"<p>{html.escape(str(sentence))}</p>"

    def choose(self, place: int) -> None:
        """Go on with one of the pieces shown."""
        if place < len(self.shown):
            self._go_on(self.shown[place][0])

    def draw(self) -> None:
        """Go on with a piece drawn by its odds after the settings."""
        if not self._asked or self._asked != " ".join(self.text.value.split()):
            self.look()
            if not self._raw:
                return
        odds = reshape(self._raw, self.surprise.value, self.top_p.value, self.min_p.value)
        self._go_on(random.choices([piece for piece, _ in odds], [share for _, share in odds])[0])

    def undo(self) -> None:
        """Take the last piece away."""
        if not self._before:
            return self.say("There is nothing to undo.")
        self.text.value = self._before.pop()
        self.look()

    def go_to(self) -> None:
        """Bring back words tried before, to choose another piece there: a new branch."""
        if not self.branches.value:
            return self.say("There is no branch yet. Press Show the odds first.")
        self._before.append(self._asked)
        self.text.value = self.branches.value
        self.look()

    def _remember(self, text: str) -> None:
        """Keep the words tried, each set in under those it goes on from."""
        # sorted, every one stands right under its own beginnings
        self._tried = sorted({*self._tried, text})[-MOST_BRANCHES:]
        labels = []
        for one in self._tried:
            depth = sum(one != other and one.startswith(other) for other in self._tried)
            labels.append(
                (("— " * min(depth, 8)) + ("…" + one[-60:] if len(one) > 60 else one), one)
            )
        self.branches.options = labels
        self.branches.value = text

    def _go_on(self, piece: str) -> None:
        if not piece.strip():
            return self.say(
                "This piece ends the line: the sentence is over here. Choose another to go on."
            )
        self._before.append(self._asked)
        self.text.value = self._asked + piece
        self.look()

    def _show(self) -> None:
        if not self._raw:
            self.shown = []
        else:
            odds = reshape(self._raw, self.surprise.value, self.top_p.value, self.min_p.value)
            self.shown = odds[:SHOWN]
            changed = (self.surprise.value, self.top_p.value, self.min_p.value) != (1.0, 1.0, 0.0)
            self.table.value = Odds(
                self._asked,
                self.shown,
                f"{len(odds)} pieces are left to draw from." if changed else "",
            )._repr_html_()
        for place, choice in enumerate(self._choices):
            if place < len(self.shown):
                choice.description, choice.layout.display = (
                    f"{place + 1}. {self.shown[place][0].strip() or 'end'}",
                    "",
                )
            else:
                choice.layout.display = "none"
