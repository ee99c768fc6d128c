"""The widget for one's own results: where from, who did what, a signed copy, reading what a file
says, the class wall. The same without widgets: oneline_own.py, oneline_mine.py and oneline_wall.py.
"""

from __future__ import annotations

import threading
from pathlib import Path

from course_utils.creation import Creation
from course_utils.finetune.picture_studio import box
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import worker
from course_utils.notebook.widgets import button, choice, uploaded_files, words_box
from course_utils.portfolio.store import Portfolio
from course_utils.provenance.calls import found_for
from course_utils.provenance.credit_calls import (
    FORMATS,
    contribution_of,
    credentials_in,
    taken_with_credentials,
)

__all__ = ["OwnStudio"]

MOST = 30  # newest results to choose from
NAMES = {
    "image": "picture",
    "words": "text",
    "tune": "tune",
    "backing": "backing track",
    "sound": "sound",
    "layout": "layout",
    "page": "card",
}

SIGNED = (".png", ".jpg", ".wav", ".mp3", ".svg", ".pdf")
WALL = (  # what the wall asks for: name and hint
    (
        "The wall",
        "its address and code, such as http://192.168.1.20:8000#ABCD-2345; empty in a room you have"
        " joined",
    ),
    ("Title", "what it is called on the wall"),
    ("Made by", "a first name, a nickname, or nothing"),
    (
        "What is there",
        "for people who cannot see or hear it; the course describes it if this is empty",
    ),
)


class OwnStudio(Sheet):
    """Choose something you made; ask where it came from and who did what; take a signed copy;
    read a file's credentials; put it on the class wall.
    """

    def __init__(self, portfolio: Portfolio | None = None) -> None:
        self.portfolio = portfolio or Portfolio()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self.results: dict[str, Creation] = {}
        self.which = widgets.Dropdown(
            options=[("nothing yet", "")], value="", description="Which one"
        )
        self.status, self.shown = widgets.Status(), widgets.HTML()
        row = widgets.HBox(
            [
                button("Where from?", "The nearest training examples", self.where_from, "primary"),
                button("Who did what?", "Every prompt, choice and edit on the way", self.who),
                button("Look again", "Read the list of results anew", self.refresh),
            ],
        )
        self.compare = widgets.Textarea(
            description="Compare with", placeholder="for a text: paste another text here", rows=3
        )
        self.file = widgets.FileUpload(multiple=False, description="Check a file")
        self.file.observe(lambda _: self.check(), names="value")
        self.panels = Panels(
            [
                ("Compare a text", [self.compare]),
                ("Take a signed copy", self._signing()),
                ("What does a file say?", [self.file]),
                ("Put it on the class wall", self._publishing()),
            ]
        )
        super().__init__([self.which, row, self.panels, self.status, self.shown])
        self.refresh()

    def _signing(self) -> list[widgets.Part]:
        from course_utils.provenance.decision_cards import read_cards

        licences = [(one.name, one.id) for one in read_cards()[1].values()]
        formats = [(suffix.removeprefix(".").upper(), suffix) for suffix in SIGNED]
        self.author = words_box("Your name", "as it should stand in the file, or nothing")
        self.licence = choice("Others may", licences, "CC-BY-4.0")
        self.format = choice("Format", [("what fits", ""), *formats], "")
        self.no_training = box("Say in the file: not for training models", True)
        self.mark = box("Of a picture: also put the invisible mark in", False)
        return [
            self.author,
            self.licence,
            self.format,
            self.no_training,
            self.mark,
            button("Sign and take", "Write it into the folder to_use", self.take),
        ]

    def _publishing(self) -> list[widgets.Part]:
        self.wall, self.title, self.credit, self.about = (
            words_box(name, hint) for name, hint in WALL
        )
        go = button("Put on the wall", "Your teacher looks at it first", self.publish)
        return [self.wall, self.title, self.credit, self.about, go]

    def refresh(self) -> None:
        """Read the newest results anew."""
        kept = self.portfolio.list(most=MOST)
        self.results = {saved.creation.id: saved.creation for saved in kept}
        chosen = self.which.value
        self.which.options = [
            (f"{number}. {NAMES[one.kind]}: {one.recipe.prompt[:60]}", one.id)
            for number, one in enumerate(self.results.values(), 1)
        ] or [("nothing yet", "")]
        self.which.value = chosen if chosen in self.results else next(iter(self.results), "")
        self.say(
            f"{len(kept)} results to choose from. Choose one, then ask."
            if kept
            else (
                "Your portfolio is empty so far. Make a picture, a text or a tune, then press Look"
                " again."
            )
        )

    def where_from(self) -> None:
        """The nearest training examples of the chosen result."""
        self._start(
            lambda one: found_for(one, self.compare.value),
            "Found. Read what it proves, and what it does not.",
        )

    def who(self) -> None:
        """Who did what on the way to the chosen result."""
        self._start(
            lambda one: contribution_of(self.portfolio, one), "That is what the record holds."
        )

    def take(self) -> None:
        """Write a signed copy of the chosen result."""

        def work(one):
            taken = taken_with_credentials(
                self.portfolio,
                one,
                self.format.value if self.format.value in FORMATS.get(one.kind, ()) else "",
                self.licence.value,
                self.author.value,
                self.no_training.value,
                self.mark.value,
            )
            return credentials_in(taken.path)

        self._start(
            work, "Written and signed, in the folder to_use. This is what the copy says, read back:"
        )

    def publish(self) -> None:
        """Put the chosen result on the class wall."""
        from course_utils.classroom.wall.calls import join, put

        def work(one):
            if self.wall.value.strip():
                join(self.wall.value)
            return put(one, self.title.value, self.credit.value, self.about.value)

        self._start(work, "It is on its way to the wall.")

    def check(self) -> None:
        """Read the credentials of a chosen file."""
        files = uploaded_files(self.file.value)
        if files:
            name, data = files[0]
            self._start(lambda _: credentials_in(Path(name), data), "Read.", needs_one=False)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done; False when it still goes on after
        `timeout` seconds.
        """
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def _start(self, work, done: str, needs_one: bool = True) -> None:
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                return self.say("Already at work. Wait for it to finish.")
            one = self.results.get(self.which.value)
            if one is None and needs_one:
                return self.say(
                    "There is nothing to ask about yet. Make something, then press Look again.",
                    wrong=True,
                )
            self.say("Working...")
            self._thread = worker(self._work, work, one, done)
            self._thread.start()

    def _work(self, work, one, done: str) -> None:
        with in_words(self.say, self.portfolio.log_problem):
            self.shown.value = work(one)._repr_html_()
            self.say(done)
