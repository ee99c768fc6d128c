"""Keeping work safe where a computer forgets: save all as one file, bring it back, answer
questions, and be reminded in time. The same without widgets: save_work, resume_work, answer,
my_progress.
"""

from __future__ import annotations

import html
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path

from course_utils.creation import Creation, LearnerError
from course_utils.display.links import file_link
from course_utils.models.hardware import platform_name
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import worker
from course_utils.notebook.widgets import button
from course_utils.portfolio.bundle import NAME, counted, resume_work, save_work, size_of, work_in
from course_utils.portfolio.progress import my_progress, note_answer
from course_utils.portfolio.store import Portfolio

__all__ = [
    "Saver",
    "WorkKeeper",
    "answer",
    "resume",
    "save",
    "savers",
    "show_progress",
    "take_home_links",
]

FORGETFUL = {  # seconds without a click after which a place forgets, and what it says of itself
    "binder": (
        600,
        (
            "Binder forgets everything ten minutes after your last click, and after six hours at"
            " the latest."
        ),
    ),
    "colab": (
        5400,
        (
            "Colab forgets everything when it disconnects: after about ninety minutes without a"
            " click, or when you close the page."
        ),
    ),
    "kaggle": (1200, "Kaggle forgets everything after about twenty minutes without a click."),
    "jupyterhub": (
        3600,
        "Many shared computers stop after an hour without a click; ask whether yours keeps files.",
    ),
}
LOOK_EVERY = 20.0  # seconds


def unsaved_since(portfolio: Portfolio) -> tuple[int, float]:
    """How many files are newer than the last saved bundle, and when the newest of them was written
    (0.0 when there is none).
    """
    bundle = portfolio.folder / NAME
    saved = bundle.stat().st_mtime if bundle.is_file() else 0.0
    times = [
        time_
        for time_ in (_time_of(portfolio.folder / name) for name in work_in(portfolio))
        if time_ > saved
    ]
    return len(times), max(times, default=0.0)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def reminder(platform: str, unsaved: int, idle: float) -> tuple[int, str]:
    """How urgent saving is (0 fine, 1 soon, 2 now), and a sentence.

    Args:
        platform: as in hardware.platform_name().
        unsaved: files newer than the saved bundle.
        idle: seconds since anything was made or pressed.
    """
    if not unsaved:
        return 0, "Everything you made is in the saved file. Keep it somewhere safe."
    count = (
        f"{unsaved} file{'s' * (unsaved != 1)} of yours {'are' if unsaved != 1 else 'is'} not in a"
        " saved file yet."
    )
    if platform not in FORGETFUL:
        return 0, f"{count} They stay on this computer; save them to take them elsewhere."
    limit, why = FORGETFUL[platform]
    if idle >= 0.7 * limit:
        return (
            2,
            (
                f"Save now: about {max(1, round((limit - idle) / 60))} minutes are left. {why}"
                if idle < limit
                else f"Save now. {why}"
            ),
        )
    return (1, f"Save soon. {count} {why}") if idle >= 0.4 * limit else (0, f"{count} {why}")


class Saver(Sheet):
    """A button that saves all work as one file, and a warning in time on a computer that forgets.

    `voice`: whether screen readers are told of the warning.
    """

    # of those without a voice of their own, the one that speaks for all
    _speaking: weakref.ref | None = None

    def __init__(
        self,
        portfolio: Portfolio | None = None,
        voice: bool = False,
        before: Sequence[widgets.Part] = (),
        beside: Sequence[widgets.Part] = (),
    ) -> None:
        self.portfolio, self.platform, self._voice = (
            portfolio or Portfolio(),
            platform_name(),
            voice,
        )
        self.touched, self._urgent, self._over = time.time(), -1, threading.Event()
        self.save_button = button(
            "Save my work",
            "Everything you made and answered, as one file",
            self.save,
            "primary" if voice else "",
        )
        self.link, self.status, self.warning = widgets.HTML(), widgets.Status(), widgets.HTML()
        row = widgets.HBox([self.save_button, *beside])
        super().__init__([*before, row, self.link, self.status, self.warning])
        self._remind()
        self._thread = worker(self._keep_reminding)
        self._thread.start()

    def save(self) -> Path | None:
        """Save everything, and show a link to the file."""
        try:
            path = save_work(self.portfolio)
        except LearnerError as sentence:
            self.say(str(sentence), wrong=True)
            return None
        self.link.value = link_to(path)
        self.say(
            f"Saved {size_of(path)} as {self.portfolio.folder.name}/{path.name}."
            + (" Download it now: the link is above." if self.platform in FORGETFUL else "")
        )
        return path

    def close(self) -> None:
        self._over.set()
        super().close()

    def say(self, sentence: str, wrong: bool = False) -> None:
        super().say(sentence, wrong)
        self.touched = time.time()
        self._urgent = -1
        self._remind()

    def _remind(self) -> None:
        """Show how urgent saving is.

        Only a change of urgency is announced, so that a screen reader is not kept talking.
        """
        unsaved, newest = unsaved_since(self.portfolio)
        urgent, sentence = reminder(self.platform, unsaved, time.time() - max(self.touched, newest))
        if urgent != self._urgent:
            self._urgent = urgent
            role = f' role="{"alert" if urgent == 2 else "status"}"' if self._speaks() else ""
            self.warning.value = (
                f'<p{role} style="margin:4px'
                f' 0">{"<b>Please note:</b> " * (urgent > 0)}{html.escape(sentence)}</p>'
            )

    def _speaks(self) -> bool:
        """Whether this one is heard: a lesson has many studios, and one voice is enough."""
        if self._voice:
            return True
        speaker = Saver._speaking() if Saver._speaking is not None else None
        if speaker is None or speaker._over.is_set():
            Saver._speaking = weakref.ref(self)
            return True
        return speaker is self

    def _keep_reminding(self) -> None:
        """At most three changes come from here: it warns,
        and does not keep an idle computer awake.
        """
        while not self._over.wait(LOOK_EVERY):
            self._remind()


class WorkKeeper(Saver):
    """Save, bring back, answer. On a computer that forgets, it warns before it does."""

    def __init__(
        self, question: str = "", lesson: str = "", portfolio: Portfolio | None = None
    ) -> None:
        self.lesson, self.question = lesson, question
        self.upload = widgets.FileUpload(
            accept=".zip",
            multiple=False,
            description="Bring work back",
        )
        self.upload.observe(lambda _: self.bring_back(), names="value")
        drive = (
            [
                button("Save to my Drive", "Colab asks you first", self.to_drive),
                button("Bring back from my Drive", "Colab asks you first", self.from_drive),
            ]
            if platform_name() == "colab"
            else []
        )
        self.words = widgets.Textarea(
            description="Your answer",
            rows=3,
        )
        self.answer_button = button("Keep my answer", "Kept with your work", self.keep_answer)
        asked = (
            [
                widgets.HTML(f"<p style='margin:4px 0'><b>{html.escape(question)}</b></p>"),
                self.words,
                self.answer_button,
            ]
            if question
            else []
        )
        hint = widgets.HTML(
            '<p style="margin:4px 0">If nothing happens after you choose a file to bring back, it'
            " is too large for this connection: put it beside this notebook and run"
            f' <code>work.resume("{NAME}")</code>.</p>'
        )
        super().__init__(portfolio, True, [*asked, hint], [self.upload, *drive])

    def bring_back(self) -> None:
        """Bring the work of a chosen file back."""
        from course_utils.notebook.widgets import uploaded_file

        _, data = uploaded_file(self.upload.value)
        if data:
            self._do(lambda: resume_work(self.portfolio, data).in_words())

    def to_drive(self) -> None:
        from course_utils.portfolio.google_drive import to_drive

        self._do(lambda: to_drive(self.portfolio))

    def from_drive(self) -> None:
        from course_utils.portfolio.google_drive import from_drive

        self._do(lambda: from_drive(self.portfolio))

    def keep_answer(self) -> None:
        """Keep what stands in the box."""
        self._do(
            lambda: kept(note_answer(self.portfolio, self.question, self.words.value, self.lesson))
        )

    def _do(self, action) -> None:
        with in_words(self.say, self.portfolio.log_problem):
            self.say(action())


def kept(progress) -> str:
    return f"Kept. You have {counted(len(progress.answers), 'answer')} so far."


def link_to(path: Path) -> str:
    """A link to a file, or where to find it."""
    return file_link(path, f"Download {path.name}", "application/zip")


class Said:
    """The outcome of a one-line call: a sentence, and perhaps a link."""

    def __init__(self, sentence: str, link: str = "") -> None:
        self.sentence, self.link = sentence, link

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence)}</p>{self.link}"

    def __repr__(self) -> str:
        return self.sentence


def save(path: str | Path | None = None) -> Said:
    """Everything you made, answered and did, as one file, with a link to it."""
    try:
        made = save_work(Portfolio(), Path(path) if path else None)
    except LearnerError as sentence:
        return Said(str(sentence))
    return Said(f"Saved {size_of(made)} as {made.parent.name}/{made.name}.", link_to(made))


def resume(path: str | Path = NAME) -> Said:
    """Bring saved work back; what is here already stays as it is."""
    try:
        return Said(resume_work(Portfolio(), Path(path)).in_words())
    except LearnerError as sentence:
        return Said(str(sentence))


def answer(question: str, words: str, lesson: str = "") -> Said:
    """Keep your answer to a question with your work."""
    try:
        return Said(kept(note_answer(Portfolio(), question, words, lesson)))
    except LearnerError as sentence:
        return Said(str(sentence))


def show_progress() -> Said:
    """Your answers and the steps you have done, and whether all of it is saved."""
    try:
        portfolio = Portfolio()
        kept, (unsaved, newest) = my_progress(portfolio), unsaved_since(portfolio)
    except LearnerError as sentence:
        return Said(str(sentence))
    rows = "".join(
        f"<dt>{html.escape(one.question)}</dt><dd>{html.escape(one.words)}</dd>"
        for one in kept.answers
    )
    done = (
        "; ".join(f"{lesson}: {', '.join(steps)}" for lesson, steps in kept.done.items())
        or "none noted"
    )
    return Said(
        f"Steps done: {done}. Answers: {len(kept.answers)}."
        f" {reminder(platform_name(), unsaved, time.time() - newest)[1]}",
        f"<dl>{rows}</dl>" if rows else "",
    )


def savers(portfolio: Portfolio) -> list[widgets.Part]:
    """Under every studio on a computer that forgets (Binder, Colab and their like):
    one button that saves all work, and a warning in time. Elsewhere nothing.
    """
    from course_utils.models.hardware import platform_name

    if platform_name() == "local":
        return []
    from course_utils.notebook.save_work import Saver

    return [Saver(portfolio)]


def take_home_links(creations: list[Creation], noun: str) -> str:
    """Links that download results, each with its recipe inside, on a computer that forgets them
    (Colab, Binder and their like); "" elsewhere.
    """
    from course_utils.display.html import data_address
    from course_utils.files import pack
    from course_utils.models.hardware import platform_name
    from course_utils.portfolio.store import file_stem

    if platform_name() == "local" or not creations:
        return ""
    links = []
    for number, creation in enumerate(creations, 1):
        name, data = file_stem(creation) + creation.declared.suffix, pack(creation)
        if len(data) < 8_000_000:  # more would make the page slow
            links.append(
                f'<a style="text-decoration:underline" download="{html.escape(name, quote=True)}"'
                f' href="{data_address("application/octet-stream", data)}">Download {noun}'
                f" {number}</a>"
            )
    return (
        "<p style='margin:4px 0;line-height:1.8'>This computer forgets. Take home:"
        f" {', '.join(links)}.</p>"
        if links
        else ""
    )
