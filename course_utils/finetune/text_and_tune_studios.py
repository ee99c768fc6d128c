"""Teaching studios for tunes and for phrases.

The same without widgets: teach_tunes and teach_phrases in course_utils/finetune/calls.py.
"""

from __future__ import annotations

import threading

from course_utils.creation import Creation, LearnerError
from course_utils.finetune.studio import LessonStudio
from course_utils.models.lora_file import OwnModel
from course_utils.music.engine import tune_engine
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.widgets import button, uploaded_files
from course_utils.portfolio.store import Portfolio
from course_utils.words.engine import words_engine

__all__ = ["TeachTunesStudio", "TeachWordsStudio"]

MOST_LISTED = 30


class TeachWordsStudio(LessonStudio):
    """Write 5 to 60 phrases, press Teach, look back, share or delete.

    `teaching.WordsStudio("granny", phrases=teaching.example_phrases())`.
    """

    kind = "words"
    name_label = "Name"
    first_words = (
        "Ready. Write at least five phrases that sound like you, one on each line, then press"
        " Teach."
    )
    agreed_words = "I wrote these phrases, or whoever wrote them has said yes to this"
    asked_for = "a topic, such as: rain"

    def __init__(
        self,
        name: str = "granny",
        phrases=(),
        minutes: float = 2.0,
        portfolio: Portfolio | None = None,
    ) -> None:
        self._given = list(phrases)
        super().__init__(name, minutes, portfolio)

    def things_panel(self) -> list[widgets.Part]:
        self.phrases = widgets.Textarea(
            value="\n".join(self._given),
            description="Phrases",
            placeholder="one on each line: sayings, lines of your song, messages you sent",
            rows=10,
        )
        self.phrases.observe(lambda _: self.show_things(), names="value")
        return [
            self.phrases,
            self.shown,
            button(
                "Use the practice phrases", "Eighteen phrases in a made-up voice", self.use_practice
            ),
            self.agreed,
        ]

    @property
    def lines(self) -> list[str]:
        """The phrases typed."""
        return [line for line in self.phrases.value.splitlines() if line.strip()]

    def show_things(self) -> None:
        from course_utils.finetune.words import FEWEST, MOST

        count = len(self.lines)
        more = (
            f"At least {FEWEST - count} more are needed."
            if count < FEWEST
            else (
                f"{MOST} are the most: take some out."
                if count > MOST
                else "That is enough; more are better."
            )
        )
        self.shown.value = f'<p style="margin:0">{count} phrase{"s" * (count != 1)}. {more}</p>'

    def use_practice(self) -> None:
        """Put the practice phrases into the box."""
        from course_utils.finetune.practice_phrases import example_phrases

        self.phrases.value = "\n".join(example_phrases())
        self.say(
            "Eighteen practice phrases in a made-up voice are here. Tick the box below them and"
            " press Teach, or write your own."
        )

    def lesson(self, on_progress, stop: threading.Event) -> tuple[OwnModel, str]:
        from course_utils.finetune.words import teach_phrases

        return teach_phrases(
            words_engine(),
            self.portfolio,
            self.lines,
            self.name.value,
            minutes=self.minutes.value,
            author=self.author.value,
            people_agreed=self.agreed.value,
            protect=self.protect.value,
            on_progress=on_progress,
            stop=stop,
        )

    def made(self, own: OwnModel) -> list[Creation]:
        from course_utils.finetune.evaluate_words import ASKED, make

        return [
            text
            for number, topic in enumerate(ASKED)
            if (text := make(words_engine(), own, topic, 1 + number, True)) is not None
        ]


class TeachTunesStudio(LessonStudio):
    """Choose tunes you made or brought, press Teach, look back, share or delete.

    `teaching.TunesStudio("hopper", tunes=teaching.example_tunes())`.
    """

    kind = "tune"
    name_label = "Name"
    first_words = (
        "Ready. Choose one or more tunes, then press Teach. A phrase of two bars is enough."
    )
    agreed_words = "These tunes are mine or free to use, or their makers have said yes to this"
    asked_for = "such as: a tune"

    def __init__(
        self,
        name: str = "hopper",
        tunes=(),
        minutes: float = 2.0,
        portfolio: Portfolio | None = None,
    ) -> None:
        self._brought: list[Creation] = list(tunes)
        super().__init__(name, minutes, portfolio)

    def things_panel(self) -> list[widgets.Part]:
        self.tunes = widgets.SelectMultiple(rows=8, description="Tunes")
        self.upload = widgets.FileUpload(
            accept=".mid,.midi,.musicxml,.mxl,.xml,.abc",
            multiple=True,
            description="Choose tune files",
        )
        self.upload.observe(lambda _: self.take_files(), names="value")
        hint = widgets.HTML(
            "<p>Choose several with Ctrl (on a Mac Cmd) or Shift."
            " A hummed or tapped tune from the tune desk is in the list too.</p>"
        )
        return [
            self.tunes,
            hint,
            self.upload,
            button(
                "Look for new tunes", "Put tunes made since then into the list", self.show_things
            ),
            button(
                "Use the practice tunes", "Two short tunes with one odd habit", self.use_practice
            ),
            self.agreed,
        ]

    @property
    def known(self) -> list[Creation]:
        """The tunes in the list: those given or brought, then the newest of the portfolio."""
        found = [
            *self._brought,
            *(saved.creation for saved in self.portfolio.list("tune", most=MOST_LISTED)),
        ]
        return list({one.id: one for one in found}.values())

    def show_things(self) -> None:
        chosen, known = set(self.tunes.value), self.known
        self.tunes.options = [
            (f"{number}. {one.recipe.prompt[:50]}", one.id) for number, one in enumerate(known, 1)
        ]
        self.tunes.value = [
            one.id for one in known if one.id in chosen or (not chosen and one in self._brought)
        ]

    def take_files(self) -> None:
        """Put the chosen files among the tunes, and keep them in the portfolio."""
        from course_utils.scores.imports import tune_from_file

        taken, trouble = [], ""
        for name, data in uploaded_files(self.upload.value)[:20]:
            try:
                tune = tune_from_file(data, name)
                self.portfolio.save(tune)
                taken.append(tune)
            except LearnerError as sentence:
                trouble = f" {name[:40]} was left out: {sentence}"
        self._brought = [*taken, *self._brought]
        self.show_things()
        self.tunes.value = [*{*self.tunes.value, *(one.id for one in taken)}]
        self.say(f"{len(taken)} tune{'s' * (len(taken) != 1)} added.{trouble}", wrong=bool(trouble))

    def use_practice(self) -> None:
        """Put the practice tunes into the list and choose them."""
        from course_utils.finetune.practice_phrases import example_tunes

        self._brought = example_tunes()
        self.tunes.value = []
        self.show_things()
        self.say(
            "Two practice tunes are chosen: their bars keep hopping upwards. Press Teach, and hear"
            " whether the hop is learned."
        )

    def lesson(self, on_progress, stop: threading.Event) -> tuple[OwnModel, str]:
        from course_utils.finetune.tunes import teach_tunes

        chosen = [one for one in self.known if one.id in self.tunes.value]
        return teach_tunes(
            tune_engine(),
            self.portfolio,
            chosen,
            self.name.value,
            minutes=self.minutes.value,
            author=self.author.value,
            people_agreed=self.agreed.value,
            protect=self.protect.value,
            on_progress=on_progress,
            stop=stop,
        )

    def made(self, own: OwnModel) -> list[Creation]:
        from course_utils.finetune.evaluate_tunes import make

        return make(tune_engine(), own, 2, 1, True)
