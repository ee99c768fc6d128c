"""What the teaching studios share: a name, Teach and Stop, looking back, sharing, loading,
deleting. teach.py is for drawings, teach_others.py for tunes and phrases.
"""

from __future__ import annotations

import html
import threading
import time
from functools import partial

from course_utils.creation import Creation, LearnerError
from course_utils.display.figure import figure_html
from course_utils.display.html import data_address
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.finetune.calls import (
    keep_loaded,
    look_at,
    look_html,
    said_of,
    share_own_model,
    use_line,
)
from course_utils.models.big_tools import getting_ready
from course_utils.models.lora_file import THINGS, OwnModel
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import worker
from course_utils.notebook.widgets import button, choice, uploaded_files, words_box
from course_utils.portfolio.store import Portfolio

__all__ = ["LessonStudio", "box", "checked"]

MINUTES = [
    ("half a minute: a taste", 0.5),
    ("two minutes", 2.0),
    ("four minutes", 4.0),
    ("eight minutes", 8.0),
]
LICENCES = [
    ("anyone who names me (CC BY 4.0)", "CC-BY-4.0"),
    ("anyone who names me and shares alike (CC BY-SA 4.0)", "CC-BY-SA-4.0"),
    ("anyone, for anything (CC0)", "CC0-1.0"),
]


class LessonStudio(Sheet):
    """A lesson as a widget. A subclass says what it is taught from and calls the lesson."""

    kind = "image"
    first_words = "Ready."
    name_label = "New word"
    agreed_words = ""
    asked_for = "such as: blobby with a hat"

    def __init__(self, name: str, minutes: float, portfolio: Portfolio | None = None) -> None:
        self.portfolio, self.engine = portfolio or Portfolio(), engine_for(self.kind)
        self._stop, self._guard = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self.name, self.author = (
            words_box(self.name_label, "one invented word, 4 to 16 letters"),
            words_box("Your name", "as it should stand on the card, or nothing"),
        )
        self.name.value = name
        self.minutes = choice(
            "How long",
            [
                *MINUTES,
                *(
                    []
                    if minutes in [m for _, m in MINUTES]
                    else [(f"{minutes:g} minutes", minutes)]
                ),
            ],
            minutes,
        )
        self.protect = box("Show it other things meanwhile, meant to make it forget less", True)
        self.agreed = box(self.agreed_words, False)
        self.teach_button, self.stop_button = (
            button(
                "Teach", "Begin, or go on with a lesson that was stopped", self.teach, "primary"
            ),
            button("Stop", "Stop now and keep what it has learned", self.stop),
        )
        self.stop_button.disabled = True
        self.progress, self.status = widgets.Bar(), widgets.Status()
        self.preview, self.shown, self.look = (widgets.HTML() for _ in range(3))
        panels = [
            (THINGS[self.kind][1].capitalize(), self.things_panel()),
            ("Look back", self._look_panel()),
            ("Share, load, delete", self._share_panel()),
        ]
        self.panels = Panels(panels, first_open=True)
        row = widgets.HBox([self.teach_button, self.stop_button])
        super().__init__(
            [
                self.name,
                self.author,
                self.minutes,
                self.protect,
                *self.more_boxes(),
                row,
                self.progress,
                self.preview,
                self.status,
                self.panels,
            ]
        )
        self.show_things()
        self.say(self.first_words)

    # What a subclass fills in

    def things_panel(self) -> list[widgets.Part]:
        """Where a person brings what is to be learned."""
        raise NotImplementedError

    def more_boxes(self) -> list[widgets.Part]:
        """Further boxes to tick above Teach."""
        return []

    def show_things(self) -> None:
        """Show what is there to be learned."""

    def lesson(self, on_progress, stop: threading.Event) -> tuple[OwnModel, str]:
        """Teach, and give back the own model and a sentence."""
        raise NotImplementedError

    def made(self, own: OwnModel) -> list[Creation]:
        """A few new ones to show at the end."""
        raise NotImplementedError

    def _look_panel(self) -> list[widgets.Part]:
        self.ask = words_box("Ask it for", self.asked_for)
        ways = [
            ("Before and after", "before"),
            ("What it forgot", "forgot"),
            ("What it copied", "copied"),
        ]
        return [
            self.ask,
            widgets.HBox(
                [
                    button(name, "Pictures and what was measured", partial(self.look_back, way))
                    for name, way in ways
                ],
            ),
            self.look,
        ]

    def _share_panel(self) -> list[widgets.Part]:
        self.licence = choice("Who may use it", LICENCES, "CC-BY-4.0")
        self.model_file = widgets.FileUpload(
            accept=".safetensors", multiple=False, description="Load somebody's model"
        )
        self.model_file.observe(lambda _: self.load(), names="value")
        self.sure = box(
            "Yes, delete it for good: the model, its lesson and what it was taught from", False
        )
        hint = widgets.HTML(
            "<p>An own model stays on this computer until you share a copy of it.</p>"
        )
        return [
            hint,
            self.licence,
            button("Share a copy", "One file with its card, in the folder to_use", self.share),
            self.model_file,
            self.sure,
            button("Delete", "Remove every file of it", self.delete),
        ]

    # What a person does

    def teach(self) -> None:
        """Begin a lesson, or go on with one that was stopped."""
        self._start(self._teach)

    def stop(self) -> None:
        """Stop now; what it has learned is kept."""
        if self.running:
            self._stop.set()
            self.say("Stopping after this step...")

    def look_back(self, way: str) -> None:
        """Before and after, what it forgot, what it copied: pictures and figures."""
        self._start(lambda stop: self._look_back(way))

    def share(self) -> None:
        """Write a copy to pass on."""
        taken = (
            share_own_model(self.name.value, self.licence.value, self.author.value)
            if self._same_folder()
            else None
        )
        if taken is not None:
            self.say(taken.message, wrong=taken.path is None)

    def load(self) -> None:
        """Keep somebody's model from the chosen file."""
        files = uploaded_files(self.model_file.value)
        if not files:
            return
        try:
            _, said = keep_loaded(self.portfolio, files[0][1])
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(said)

    def delete(self) -> None:
        """Remove everything of the model named, once the box is ticked."""
        if not self.sure.value:
            return self.say(
                "Tick the box above Delete first: a deleted model cannot be brought back.",
                wrong=True,
            )
        if self.running:
            return self.say("It is at work. Press Stop first.", wrong=True)
        gone = self.portfolio.remove_own_model(self.name.value.strip().lower())
        self.engine.forget_own()
        self.sure.value, self.look.value, self.preview.value = False, "", ""
        self.say(
            f"“{self.name.value}” is gone: {len(gone)} files were removed, and the model is as it"
            " was."
            if gone
            else "There is no own model of that name here."
        )

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done; False when it still goes on after
        `timeout` seconds.
        """
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.running

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    # Inside

    def _start(self, work) -> None:
        with self._guard:
            if self.running:
                return self.say("Already at work. Press Stop first, or wait for it to finish.")
            self._stop = threading.Event()
            self.teach_button.disabled, self.stop_button.disabled = True, False
            self._thread = worker(self._work, work, self._stop)
            self._thread.start()

    def _work(self, work, stop: threading.Event) -> None:
        try:
            with in_words(
                self.say,
                self.portfolio.log_problem,
                "what it had learned is kept",
                "Press Teach to go on",
            ):
                while not GENERATION_LOCK.acquire(timeout=0.2):
                    self.say("Waiting for another studio to finish...")
                    if stop.is_set():
                        return self.say("Stopped before it began. Nothing was lost.")
                try:
                    work(stop)
                finally:
                    GENERATION_LOCK.release()
        finally:
            self.progress.going = False
            self.teach_button.disabled, self.stop_button.disabled = False, True

    def _teach(self, stop: threading.Event) -> None:
        self.say(
            f"{getting_ready() or 'Getting ready. '}It looks at your {THINGS[self.kind][1]}, and"
            " at other things that it should not forget."
        )
        told = [0.0]

        def tell(progress) -> None:
            if isinstance(progress.preview, bytes):
                self.preview.value = (
                    '<figure style="margin:4px 0"><img alt="What it draws for its word after'
                    f' {progress.seconds:.0f} seconds, always from the same noise" width="144"'
                    ' height="144"'
                    f' src="{data_address("image/png", progress.preview)}"><figcaption>after'
                    f" {progress.seconds:.0f} seconds</figcaption></figure>"
                )
            elif progress.preview:
                self.preview.value = (
                    f'<p style="margin:4px 0">After {progress.seconds:.0f} seconds:'
                    f" <i>{html.escape(progress.preview)}</i></p>"
                )
            if time.monotonic() - told[0] > 1 or progress.share >= 1:
                told[0] = time.monotonic()
                self.progress.tell_of(progress.share, said_of(progress))

        own, said = self.lesson(tell, stop)
        made = self.made(own)
        self.preview.value = "".join(
            (
                "<figure"
                ' style="display:inline-block;margin:4px;vertical-align:top;'
                'max-width:260px">'
                f"{figure_html(one, size=128, name=f'{own.card.name} {number}')}</figure>"
            )
            for number, one in enumerate(made, 1)
        )
        self.say(
            f"{said} {len(made)} new ones are above. Now look back, or use it with"
            f" {use_line(own.card)}."
        )

    def _look_back(self, way: str) -> None:
        from course_utils.finetune.evaluate_pictures import kept_own

        own = kept_own(self.portfolio, self.name.value)
        self.say("Making before and after...")
        back = look_at(
            self.portfolio, own, way, [checked(self.ask.value)] if self.ask.value.strip() else None
        )
        self.look.value = look_html(back)
        self.say(back.sentence)

    def _same_folder(self) -> bool:
        """Sharing goes through the one-line call, which uses the learner's usual folder."""
        if self.portfolio.folder != Portfolio().folder:
            self.say(
                "This studio keeps its work in another folder than usual: share it with"
                " share_own_model there.",
                wrong=True,
            )
            return False
        return True


def box(words: str, value: bool) -> widgets.Checkbox:
    return widgets.Checkbox(value=value, description=words, indent=False)


def checked(words: str) -> str:
    """Words a learner typed, or "" for none.

    Raises:
        LearnerError: they cannot be used.
    """
    from course_utils.safety.prompts import check_prompt

    return check_prompt(words, longest=100) if words.strip() else ""
