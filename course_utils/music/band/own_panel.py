"""The fold of the backing studio in which a person makes a band style of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.creation import LearnerError
from course_utils.music.band.own_calls import KeptStyle, make_style, style_from_loop
from course_utils.music.band.own_styles import LIKE, ROWS
from course_utils.music.band.settings import styles_known
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.widgets import button, choice, told, uploaded_file, words_box

__all__ = ["OwnStyle"]

HINT = (
    "A row is a bar: 16 signs or 8. Drums: x loud, o soft, a point silent. Bass: R root, 3, 5, 8, a"
    " a step to the next chord. Chords: x all notes, 1 2 3 one of them. A - holds. What you leave"
    " empty is played as in the style it begins from."
)


class OwnStyle:
    """The parts of the fold, and what they do.

    Args:
        say: where sentences go: the sentence, and whether something is wrong.
        use: called with the name of a style that was kept.
    """

    def __init__(self, say: Callable[..., None], use: Callable[[str], None]) -> None:
        self._say, self._use = say, use
        self.name = words_box("Its name", "kitchen funk")
        self.like = choice("Begin from", styles_known(), LIKE)
        self.rows = {row: words_box(name, example) for row, (name, example) in ROWS.items()}
        self.tempo = widgets.BoundedIntText(
            value=0, min=0, max=240, description="Beats a minute (0: as there)"
        )
        self.loop = widgets.FileUpload(
            accept=".mid,.midi", multiple=False, description="Or choose a MIDI loop"
        )

    @property
    def parts(self) -> list[widgets.Part]:
        """What is in the fold."""
        tip = "A file in your folder; choose it under Style"
        return [
            told(HINT),
            self.name,
            self.like,
            *self.rows.values(),
            self.tempo,
            button("Keep this style", tip, self.keep),
            self.loop,
            button("Keep the loop as a style", tip, self.keep_loop),
        ]

    def keep(self) -> None:
        """A style from the rows."""
        rows: dict[str, Any] = {row: box.value for row, box in self.rows.items()}
        made = make_style(self.name.value, like=self.like.value, tempo=self.tempo.value, **rows)
        self._kept(made)

    def keep_loop(self) -> None:
        """A style from the chosen MIDI file."""
        try:
            _, data = uploaded_file(self.loop.value)
        except LearnerError as sentence:
            return self._say(str(sentence), wrong=True)
        if data is None:
            return self._say("Choose a MIDI file first, then press this again.", wrong=True)
        self._kept(style_from_loop(data, self.name.value))

    def _kept(self, made: KeptStyle) -> None:
        self._say(made.message, wrong=not made.name)
        if made.name:
            self._use(made.name)
