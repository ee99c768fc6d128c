"""Tunes without widgets: bring one in, change its notes, see it, take it away."""

from __future__ import annotations

import html
import os
from pathlib import Path

from course_utils.creation import Creation, LearnerError
from course_utils.engines.unused import no_use_for
from course_utils.files import read_given
from course_utils.notebook.results import Results, Taken, describe, pick
from course_utils.portfolio.store import Portfolio
from course_utils.scores import edits as tune_edits
from course_utils.scores.abc import looks_like_abc
from course_utils.scores.engraving import sheet_svg
from course_utils.scores.imports import (
    in_rhythm,
    tune_from_file,
    tune_from_taps,
    tune_from_text,
)
from course_utils.scores.midi import read_midi
from course_utils.scores.own_tunes import called
from course_utils.scores.piano_roll import note_table_html, piano_roll_svg
from course_utils.scores.score import Score

__all__ = [
    "WAYS",
    "bring_notes",
    "bring_rhythm",
    "bring_tune",
    "edit_tune",
    "keep_new",
    "note_of",
    "show_score",
    "take_tune",
    "view_html",
]

WAYS = {
    "midi": ".mid",
    "musicxml": ".musicxml",
    "sheet": ".svg",
    "wav": ".wav",
    "ogg": ".ogg",
    "mp3": ".mp3",
}
FILES = {
    ".mid",
    ".midi",
    ".musicxml",
    ".xml",
    ".mxl",
    ".abc",
    ".txt",
    ".wav",
    ".mp3",
    ".ogg",
    ".flac",
    ".svg",
}
USUAL_TEMPO = 100.0
VIEWS = ("sheet", "bars", "sound", "table")


class Shown:
    """A tune to look at, as accessible HTML; a terminal gets it in words."""

    def __init__(
        self, creation: Creation | None = None, shown: str = "", message: str = ""
    ) -> None:
        self.creation, self.shown, self.message = creation, shown, message

    def _repr_html_(self) -> str:
        words = f"<p>{html.escape(self.message)}</p>" if self.message else ""
        return f"{words}{self.shown}" + (
            f"<p>{html.escape(describe(self.creation))}</p>" if self.creation else ""
        )

    def __repr__(self) -> str:
        return "\n".join(
            filter(None, [self.message, describe(self.creation) if self.creation else ""])
        )


def bring_tune(given, title: str = "", tempo: float = USUAL_TEMPO) -> Results:
    """A tune of yours: the name of a file (MIDI, MusicXML, ABC, a hummed recording),
    note names such as "C D E F G2", or a text in ABC.

    Args:
        title: what to call it.
        tempo: beats a minute of note names, 20 to 400.
    """
    portfolio, lost = Portfolio(), ["tempo"] if tempo != USUAL_TEMPO else []
    try:
        if isinstance(given, bytes | bytearray | memoryview):
            brought = tune_from_file(bytes(given), title or "my tune")
        elif isinstance(given, Path) or (
            isinstance(given, str)
            and "\n" not in given
            and (Path(given[:300]).suffix.lower() in FILES or os.path.isfile(given))
        ):
            brought = tune_from_file(
                read_given(given), f"{title}{Path(given).suffix}" if title else Path(given).name
            )
        elif isinstance(given, str):
            brought, lost = tune_from_text(given, title, tempo), lost * looks_like_abc(given)
        else:
            raise LearnerError(
                'A tune comes from a file\'s name or from text. Try: tunes.bring("C D E F G2").'
            )
        own = brought.recipe.model == tune_edits.BROUGHT_TUNE
        if title and own and portfolio.find(brought.id) is None:
            brought = called(brought, title)
        elif title:  # made with the course, or kept here under another
            lost = [*lost, "title"]
        keep_new(portfolio, brought)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([brought], f"{note_of(brought)} {no_use_for(lost)}".strip())


def bring_notes(text: str) -> Results:
    """A tune from typed notes and nothing else: on a page that others may use, words never name a
    file of this computer.
    """
    portfolio = Portfolio()
    try:
        brought = tune_from_text(str(text))
        keep_new(portfolio, brought)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([brought], note_of(brought))


def bring_rhythm(given, on=None, tempo: float = USUAL_TEMPO, title: str = "my rhythm") -> Results:
    """A rhythm of yours: words (long, short, quick, rest), strokes such as "x-x.xxx-",
    or a list of the moments in seconds at which you tapped.

    Args:
        on: a tune whose notes the rhythm takes, in their order; without it, it is on one note.
        tempo: beats a minute of a written rhythm.
    """
    from course_utils.scores.note_names import read_rhythm

    portfolio = Portfolio()
    tapped = not isinstance(given, str)
    lost = no_use_for(["tempo"] if tapped and tempo != USUAL_TEMPO else [])
    try:
        melody = pick(portfolio, "tune", on) if on is not None else None
        if isinstance(given, str):
            read = read_rhythm(given)
            brought = in_rhythm(
                read.notes,
                tempo,
                title,
                melody,
                (
                    f"Not understood: {', '.join(read.unknown[:5])}. The rest is kept."
                    if read.unknown
                    else ""
                ),
            )
        else:
            brought = tune_from_taps(list(given), title, melody)
        portfolio.save(brought)
    except (LearnerError, TypeError, ValueError) as problem:
        return Results(
            message=(
                str(problem)
                if isinstance(problem, LearnerError)
                else (
                    'A rhythm is text or a list of moments. Try: tunes.bring_rhythm("long short'
                    ' short long").'
                )
            )
        )
    return Results([brought], f"{note_of(brought)} {lost}".strip())


def edit_tune(
    tune,
    note: int | None = None,
    *,
    up: int = 0,
    later: float = 0.0,
    longer: float = 0.0,
    delete: bool = False,
    add: str = "",
    at: float | None = None,
    tempo: float | None = None,
    instrument: str | None = None,
) -> Results:
    """A tune with one change, kept as a new one; the old one stays.

    Args:
        note: which note, counted from 1 as in the table; None for all of them.
        up: semitones higher, below 0 lower.
        later: beats later, below 0 earlier.
        longer: beats longer, below 0 shorter.
        delete: take the note out.
        add: notes to put in, such as "E2 D", at beat `at` (the first is 0; without it, at the end).
        tempo: beats a minute, 20 to 400.
        instrument: such as "flute"; General MIDI's names.
    """
    portfolio = Portfolio()
    try:
        creation = pick(portfolio, "tune", tune)
        score, what = read_midi(creation.content), []
        if at is not None and not add:
            raise LearnerError('Say what is to be put in there, such as add="E2 D", at=4.')
        if tempo is not None or instrument is not None:
            score, what = tune_edits.played(score, tempo, instrument), ["chose how it is played"]
        if add:
            score, count = tune_edits.with_text(score, add, at)
            what.append(f"put in {count} note{'s' * (count != 1)}")
        if isinstance(note, bool):
            raise LearnerError("Say which note is meant by its number, such as note=3.")
        if note is None and (later or longer or delete):
            raise LearnerError("Say which note is meant, such as note=3.")
        if note is not None or up:
            score, said = changed_notes(score, note, up, later, longer, delete)
            what.append(said)
        moves = {"up": up, "later": later, "longer": longer}
        lost = no_use_for(name for name, value in moves.items() if delete and value)
        if not what:
            raise LearnerError(
                "Nothing was changed. Say what, such as: tunes.edit(tune, note=3, up=2)."
            )
        made = tune_edits.edited(creation, score, "; ".join(what) + " by hand")
        portfolio.save(made)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    except TypeError:
        return Results(
            message="A change there cannot be used: notes, beats and semitones are numbers. Change"
            " it and try again."
        )
    return Results([made], " ".join(filter(None, (lost, tune_edits.not_kept(creation, made)))))


def changed_notes(
    score: Score, note: int | None, up: int, later: float, longer: float, delete: bool
) -> tuple[Score, str]:
    """A score with one note changed or taken out, or all of them moved; and what was done.

    Raises:
        LearnerError: there is no such note, or it cannot be there.
    """
    if note is None:
        return tune_edits.transposed(score, up), f"moved all notes by {up} semitones"
    if delete:
        return tune_edits.without(score, note - 1)[0], f"took out note {note}"
    made, _ = tune_edits.changed(score, note - 1, later=later, up=up, longer=longer)
    return made, f"changed note {note}"


def show_score(tune=None, view: str = "sheet") -> Shown:
    """A tune or backing track to look at: as sheet music ("sheet"), bars on a grid ("bars"),
    waveform and spectrogram ("sound") or a table of its notes ("table").
    """
    from course_utils.notebook.results import is_backing

    try:
        if view not in VIEWS:
            raise LearnerError(
                f"A tune can be seen as {', '.join(VIEWS[:-1])} or {VIEWS[-1]}. Choose one of"
                " these."
            )
        creation = pick(Portfolio(), "backing" if is_backing(tune) else "tune", tune)
        try:
            return Shown(creation, view_html(creation, view))
        except LearnerError as sentence:  # no library for it: bars need none
            return Shown(creation, view_html(creation, "bars"), str(sentence))
    except LearnerError as sentence:
        return Shown(message=str(sentence))


def view_html(creation: Creation, view: str, selected: int | None = None) -> str:
    """One way of seeing a tune; see `tunes.show_score`.

    Raises:
        LearnerError: the library for it is not here.
    """
    from course_utils.display.html import data_address

    about = html.escape(describe(creation), quote=True)
    if view == "sheet":
        # as a picture, so that nothing inside the drawing is part of the notebook's page
        return (
            f'<img alt="Sheet music. {about}"'
            ' style="width:100%;max-width:760px;background:#ffffff;border:1px solid'
            ' #8a94a6;border-radius:4px"'
            f' src="{data_address("image/svg+xml", sheet_svg(creation).encode())}">'
        )
    if view == "sound":
        from course_utils.audio.analysis import picture_png
        from course_utils.scores import synth as sound

        sound.preload()
        return (
            f'<img alt="Waveform and spectrogram. {about}" style="width:100%;max-width:640px"'
            f' src="{data_address("image/png", picture_png(sound.wav(creation.content), 640))}">'
        )
    if view == "table":
        return (
            '<div tabindex="0" role="group" aria-label="Table of notes"'
            f' style="max-height:320px;overflow:auto">{note_table_html(creation.content)}</div>'
        )
    return piano_roll_svg(creation.content, "Piano roll. " + describe(creation), selected)


def take_tune(tune=None, way: str = "midi", portfolio: Portfolio | None = None) -> Taken:
    """A tune or backing track as a file in the portfolio's folder `to_use`, with its recipe inside:
    "midi", "musicxml", "sheet" (SVG), "wav", "ogg" or "mp3".
    """
    from course_utils import files
    from course_utils.notebook.results import is_backing

    portfolio = portfolio or Portfolio()
    try:
        if way not in WAYS:
            raise LearnerError(
                f"A tune can be taken away as {', '.join(list(WAYS)[:-1])} or {list(WAYS)[-1]}."
                " Choose one of these."
            )
        creation = pick(portfolio, "backing" if is_backing(tune) else "tune", tune)
        return Taken(portfolio.keep_file(creation, WAYS[way], files.pack(creation, WAYS[way])))
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def keep_new(portfolio: Portfolio, creation: Creation) -> None:
    """Save a creation that is not kept yet."""
    if portfolio.find(creation.id) is None:
        portfolio.save(creation)


def note_of(creation: Creation) -> str:
    """What a person should know of a tune they brought."""
    return (
        str(creation.recipe.settings.get("note", ""))
        if creation.recipe.model == tune_edits.BROUGHT_TUNE
        else "This tune was made with the course: it is back with its settings."
    )
