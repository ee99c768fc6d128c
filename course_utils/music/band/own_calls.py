"""Band styles of one's own without widgets: from a few rows of signs, or from a MIDI loop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from course_utils.creation import Creation, LearnerError
from course_utils.files import read_given
from course_utils.music.band.loops import style_of_loop
from course_utils.music.band.own_styles import DRUM_ROWS, LIKE, Form, keep, with_form
from course_utils.music.band.styles import OWN_FOLDER, own_style_names
from course_utils.notebook.results import Taken, pick
from course_utils.portfolio.store import Portfolio
from course_utils.scores.midi import LARGEST, read_midi
from course_utils.scores.reading import ScoreRead
from course_utils.scores.strangers import read_music

__all__ = ["KeptStyle", "loop_read", "make_style", "style_from_loop"]

NO_LOOP = (
    "A loop is read from a MIDI file (.mid) of drums, bass and chords. Choose one, or fill in the"
    " rows of a style instead."
)


class KeptStyle(Taken):
    """A style that was kept, or what went wrong; `name` is what it goes by."""

    def __init__(self, name: str = "", path: Path | None = None, message: str = "") -> None:
        super().__init__(path, message)
        self.name = name


def make_style(
    name: str,
    *,
    like: str = LIKE,
    kick: str = "",
    snare: str = "",
    hat: str = "",
    bass: str = "",
    chords: str = "",
    drums: dict[str, str] | None = None,
    metre: str = "",
    tempo: int = 0,
    swing: float = -1.0,
    about: str = "",
) -> KeptStyle:
    """A band style of your own, kept in your folder and used by its name, as
    `tunes.make_backing("C G Am F", style="kitchen funk")`.

    A row holds a bar: 16 signs (sixteenths) or 8 (eighths) in 4/4. Drums: x loud, o soft, a point
    silent. Bass: R root, 3, 5, 8 those of the chord, a a step to the next root. Chords: x all
    notes, 1 2 3 one from below. A - holds. A comma begins another pattern, so that bars differ.

    Args:
        like: the style that lends every row left out, and the instruments.
        drums: further drums by name, such as {"cowbell": "x.......x......."}.
        metre: such as "3/4"; "" that of `like`.
        tempo: beats a minute; 0 that of `like`.
        swing: 0 to 1; below 0 that of `like`.
        about: a few words on it.
    """
    rows = {DRUM_ROWS["kick"]: kick, DRUM_ROWS["snare"]: snare, DRUM_ROWS["hat"]: hat}
    try:
        for twice in [one for one in drums or {} if rows.get(one, "").strip()]:
            raise LearnerError(f"The drum {twice} has two rows. Leave one of them out.")
        form = Form(
            str(like or LIKE), str(metre), whole_tempo(tempo), swing_of(swing), str(about),
            {**rows, **{str(one): str(row) for one, row in (drums or {}).items()}},
            str(bass), str(chords),
        )  # fmt: skip
        return kept(name, with_form(form))
    except LearnerError as sentence:
        return KeptStyle(message=str(sentence))


def style_from_loop(loop: Any, name: str, like: str = "") -> KeptStyle:
    """A band style from a MIDI loop: its drums, bass and chords become the patterns of a style,
    kept in your folder and used by its name.

    Args:
        loop: a MIDI file's name or its bytes, or a tune or backing track made here.
        like: the style that lends what the loop has not; "" one of the same metre.
    """
    try:
        read = loop_read(loop)
        found = style_of_loop(read.score, str(like))
        title = read.title or (Path(str(loop)[-200:]).stem if isinstance(loop, str) else "")
        found.style["about"] = f"from the loop {title[:50]}" if title else "from a loop of my own"
        return kept(name, found.style, " ".join([*found.told, *read.left_out]))
    except LearnerError as sentence:
        return KeptStyle(message=str(sentence))


def loop_read(loop: Any) -> ScoreRead:
    """The notes of a loop; a file is looked at before it is read, and read within limits.

    Raises:
        LearnerError: it cannot be read, or is no MIDI file.
    """
    if isinstance(loop, str | os.PathLike):
        data = read_given(loop, LARGEST)
    elif isinstance(loop, bytes | bytearray | memoryview):
        data = bytes(loop)
    else:
        creation = loop if isinstance(loop, Creation) else pick(Portfolio(), None, loop)
        if not creation.declared.plays_notes:
            raise LearnerError(NO_LOOP)
        return ScoreRead(read_midi(creation.content), (), creation.recipe.prompt)
    if data[:4] != b"MThd" and not (data[:4] == b"RIFF" and data[8:12] == b"RMID"):
        raise LearnerError(NO_LOOP)
    return read_music(data, "midi")


def kept(name: object, style: dict, told: str = "") -> KeptStyle:
    """Keep a style and say how it is used."""
    portfolio, before = Portfolio(), own_style_names()
    asked = keep(portfolio, style, name)
    path = portfolio.folder / OWN_FOLDER / f"{asked.replace(' ', '_')}.toml"
    said = f"Kept as {asked}: choose it as the style of a backing track, or change its file"
    again = "It takes the place of the style of that name you had." if asked in before else ""
    told = " ".join(filter(None, (again, told)))
    return KeptStyle(asked, path, f"{said} {OWN_FOLDER}/{path.name}. {told}".strip())


def whole_tempo(tempo: Any) -> int:
    """A tempo as a whole number; 0 for none.

    Raises:
        LearnerError: it is none that a band plays.
    """
    fits = isinstance(tempo, int | float) and not isinstance(tempo, bool)
    fits = fits and float(tempo).is_integer()
    if not fits or (tempo and not 30 <= tempo <= 240):
        raise LearnerError(
            "The tempo must be a number from 30 to 240, without a fraction. Change it and try"
            " again."
        )
    return int(tempo)


def swing_of(swing: Any) -> float:
    """How much a style swings; below 0: as the style it begins from.

    Raises:
        LearnerError: it is more than a swing can be.
    """
    if isinstance(swing, bool) or not isinstance(swing, int | float) or not -1 <= swing <= 1:
        raise LearnerError("The swing must be a number from 0 to 1. Change it and try again.")
    return float(swing)
