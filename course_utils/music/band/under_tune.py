"""A band under a tune that was just written: its style, its chords, and all of it as one score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from course_utils.creation import LearnerError
from course_utils.music import tasks
from course_utils.music import tokens as tokens
from course_utils.music.band.arranging import arrange
from course_utils.music.band.settings import BackingSettings
from course_utils.music.band.styles import read_style, style_names
from course_utils.music.form.wishes import FITTING, NOBODY, kind_of
from course_utils.music.tokens import METRES, UNITS_PER_QUARTER, Tune
from course_utils.scores.chords import read_line
from course_utils.scores.score import Part, Score

__all__ = [
    "CALM",
    "FindChords",
    "NO_STYLE",
    "fitting_styles",
    "found_line",
    "plays_along",
    "style_under",
    "with_band",
]

CHUNK = 8  # bars for which the note model finds chords at a time
CALM = 0.6  # surprise for chords, where wrong notes are heard at once
STYLES_FOR = {  # kind of tune, or metre: the style that fits where nobody chose
    "jig": "jig", "slip jig": "slip jig", "waltz": "waltz", "polka": "polka", "air": "slow air",
    "chorale": "gospel",
    "4/4": "folk", "2/2": "folk", "2/4": "polka", "3/4": "waltz", "6/8": "jig", "9/8": "slip jig",
}  # fmt: skip
UNDER, LEADS = 0.8, 8  # the band is softer below a tune, and the tune a little louder
NO_STYLE = "There is no band style in {} yet, so nobody plays along."
Chords = tuple[tuple[tuple[int, str], ...], ...]
FindChords = Callable[[Tune, int], Chords]


def fitting_styles(bar_length: float) -> list[str]:
    """Styles whose bars are that many quarter notes long."""
    return [name for name in style_names() if abs(bar_of(name) - bar_length) < 1e-6]


def bar_of(name: str) -> float:
    """Quarter notes in a bar of a style; 0 of one of a person's own whose file is damaged."""
    try:
        return read_style(name)["bar"]
    except LearnerError:
        return 0.0


def plays_along(settings: dict) -> bool:
    """Whether a band is asked for with something to play along with."""
    return settings["band"] != NOBODY and settings["task"] not in ("harmonise", "chords")


def style_under(settings: dict) -> str:
    """The style of the band for complete settings of a tune; "" where none has its metre.

    Raises:
        LearnerError: a style was chosen that has another metre.
    """
    bar = METRES[settings["metre"]] / UNITS_PER_QUARTER
    fitting = fitting_styles(bar)
    if settings["band"] != FITTING:
        chosen = read_style(settings["band"], settings["band_file"])
        if abs(chosen["bar"] - bar) > 1e-6:
            raise LearnerError(
                f"The tune has {settings['metre']} in a bar and the style {settings['band']} has"
                f" {chosen['metre']}. Choose one of:"
                f" {', '.join(fitting) or 'another tune'}."
            )
        return settings["band"]
    kind = kind_of(settings)
    wanted = [kind.band] if kind else []
    wanted += [STYLES_FOR.get(settings[name], "") for name in ("kind_of_tune", "metre")]
    return next((name for name in [*wanted, *fitting] if name in fitting), "")


def found_line(
    tune: Tune, settings: dict, copies: list[int | None], find: FindChords, seed: int
) -> str:
    """Chords for a tune as a line: a bar that comes back has the chords it had, and a tune that
    comes home does so by way of its fifth step.

    Args:
        copies: for each bar the one that it repeats, counted from 0.
    """
    bars: list = []
    for first in range(0, len(tune.bars), CHUNK):
        bars += find(replace(tune, bars=tune.bars[first : first + CHUNK]), seed)
    for number, source in enumerate(copies):
        if source is not None:
            bars[number] = bars[source]
    if settings["ending"] == "home":
        bars = cadence(bars, tune)
    return tasks.chord_line(tuple(bars), tune.key, tune.mode)


def cadence(bars: list, tune: Tune) -> list:
    """The chords with home in the last bar, and before it the fifth step if home stood there and
    the melody allows it.
    """
    home = (0, "minor" if tune.mode in ("minor", "dorian") else "major")
    bars = [*bars[:-1], (home,) * len(bars[-1])]
    if len(bars) > 1 and bars[-2][-1] == home:
        sung = [n.semitones % 12 for n in tune.bars[-2][-2:] if n.semitones is not None]
        if sung and all(one in (7, 11, 2, 5) for one in sung):
            bars[-2] = (*bars[-2][:-1], (7, "7"))
    return bars


def with_band(melody: Score, line: str, style: str, settings: dict, seed: int) -> Score:
    """The tune and its band, the tune as the first part.

    Args:
        melody: of one voice.
        line: chords for each of its bars.
    """
    chords = read_line(line)
    file = settings["band_file"]
    asked = BackingSettings(
        style_file=file, style=style, repeats=1, intro=False, ending=False, tempo=settings["tempo"]
    ).model_dump()
    played = arrange(
        chords, read_style(style, file), asked, seed, None, settings["ending"] == "home"
    )
    notes = [
        replace(note, part=note.part + 1, velocity=max(1, round(note.velocity * UNDER)))
        for note in played.notes
    ]
    notes += [
        replace(note, part=0, velocity=min(127, note.velocity + LEADS)) for note in melody.notes
    ]
    parts = (Part("tune", melody.program), *played.parts)
    ordered = tuple(sorted(notes, key=lambda n: (n.start, n.part, n.pitch)))
    return replace(melody, notes=ordered, parts=parts)
