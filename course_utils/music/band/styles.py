"""Styles of a band: readable files, those that ship (music/styles/*.toml) and a person's own; and
who may play.

A file is checked when it is read, whoever wrote it. What its signs mean stands in `strokes`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from course_utils.creation import LearnerError
from course_utils.places import portfolio_folder

__all__ = [
    "ANY",
    "BandStyle",
    "DRUMS",
    "INTENSITY",
    "LARGEST_FILE",
    "OWN_FOLDER",
    "PARTS",
    "PLAYED_BY",
    "STEP",
    "file_for",
    "is_own",
    "own_style_names",
    "own_text",
    "read_style",
    "shipped_style_names",
    "steps_in",
    "style_from_text",
    "style_names",
]

STYLES = Path(__file__).parents[1] / "styles"
OWN_FOLDER = "my_band_styles"  # in a person's own folder
LARGEST_FILE = 3_900  # characters: a recipe holds it
MOST_OWN = 100  # styles of one person that are listed
STEP = 0.25  # quarter notes in a grid's character
PARTS = ["drums", "bass", "chords", "pad"]
PLAYED_BY = {  # what a person may choose for each part, by General MIDI's programs counted from 0
    "bass": {"double bass": 32, "bass guitar": 33, "synth": 38, "cello": 42, "tuba": 58},
    "chords": {
        "piano": 0,
        "electric piano": 4,
        "guitar": 24,
        "banjo": 105,
        "accordion": 21,
        "harp": 46,
        "organ": 19,
        "vibraphone": 11,
        "music box": 10,
    },
    "pad": {
        "strings": 48,
        "choir": 52,
        "organ": 19,
        "synth": 89,
        "violin": 40,
        "clarinet": 71,
        "flute": 73,
    },
}
DRUMS = {
    "kick": 36,
    "side_stick": 37,
    "snare": 38,
    "clap": 39,
    "tom_low": 45,
    "closed_hat": 42,
    "pedal_hat": 44,
    "open_hat": 46,
    "tom_mid": 47,
    "crash": 49,
    "tom_high": 50,
    "ride": 51,
    "tambourine": 54,
    "cowbell": 56,
    "bongo_high": 60,
    "bongo_low": 61,
    "conga_mute": 62,
    "conga_high": 63,
    "conga_low": 64,
    "timbale_high": 65,
    "timbale_low": 66,
    "agogo_high": 67,
    "agogo_low": 68,
    "cabasa": 69,
    "shaker": 70,
    "guiro": 73,
    "claves": 75,
    "woodblock": 76,
    "triangle": 81,
}
ANY = "any"
INTROS = ("sticks", "drums", "fill", "vamp")
ENDINGS = ("held", "button", "hit")
# what a style's file need not say; `feel`: thousandths of a second behind the beat, by player
USUAL: dict[str, Any] = {
    "intro": "sticks", "ending": "held", "breaks": True, "kit": 0,
    "feel": {"bass": 4, "chords": 6, "pad": -10},
}  # fmt: skip
INTENSITY = {"calm": 0.75, "normal": 1.0, "full": 1.15}


DRUM_SIGNS, BASS_SIGNS, CHORD_SIGNS = "xo.-", "R358a.-", "xo123.-"
Grids = Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
Programs = Annotated[tuple[Annotated[int, Field(ge=0, le=127)], ...], Field(min_length=1)]


class Played(BaseModel):
    """The patterns of one player."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    grids: Grids


class BandStyle(BaseModel):
    """What a file says; what it need not say has the usual value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str = Field(min_length=3, max_length=90)
    metre: str
    tempo: int = Field(ge=30, le=240)
    swing: float = Field(0.0, ge=0, le=1)
    intro: str = USUAL["intro"]
    ending: str = USUAL["ending"]
    breaks: bool = USUAL["breaks"]
    kit: int = Field(USUAL["kit"], ge=0, le=127)
    feel: dict[str, Annotated[float, Field(ge=-60, le=60)]] = USUAL["feel"]
    instruments: dict[str, Programs]
    drums: dict[str, Grids]
    bass: Played
    chords: Played

    @field_validator("intro", "ending")
    @classmethod
    def known_way(cls, value: str, info: Any) -> str:
        """A beginning or an end that is known."""
        ways = {"intro": INTROS, "ending": ENDINGS}[info.field_name]
        if value not in ways:
            raise ValueError(f"{info.field_name} must be one of: {', '.join(ways)}")
        return value

    @field_validator("metre")
    @classmethod
    def playable(cls, metre: str) -> str:
        """A bar of 4 to 24 sixteenths."""
        steps_in(metre)
        return metre

    @model_validator(mode="after")
    def whole(self) -> BandStyle:
        """Every player has instruments, and every grid fills a bar with signs that are known."""
        if {*self.instruments} != {*PLAYED_BY}:
            raise ValueError(f"instruments must name programs for: {', '.join(PLAYED_BY)}")
        unknown = [name for name in self.drums if name.removeprefix("fill_") not in DRUMS]
        if unknown:
            raise ValueError(
                f"there is no drum called {unknown[0]}; there are: {', '.join(sorted(DRUMS))}"
            )
        if not any(not name.startswith("fill_") for name in self.drums):
            raise ValueError("drums must hold at least one drum besides those of fills")
        steps = steps_in(self.metre)
        for where, grids, signs in (
            *((f"drums, {name}", grids, DRUM_SIGNS) for name, grids in self.drums.items()),
            ("bass", self.bass.grids, BASS_SIGNS),
            ("chords", self.chords.grids, CHORD_SIGNS),
        ):
            for grid in grids:
                check_grid(grid, where, steps, signs)
        return self


def check_grid(grid: str, where: str, steps: int, signs: str) -> None:
    """A grid fills a bar with signs that are known.

    Raises:
        ValueError: it does not; the words follow "In the style ...".
    """
    if len(grid) != steps:
        raise ValueError(
            f"the grid “{grid[:40]}” of {where} has {len(grid)} characters and a bar has {steps};"
            " make them equal"
        )
    odd = sorted({*grid} - {*signs})
    if odd:
        raise ValueError(f"the grid of {where} has “{odd[0]}”; its signs are: {' '.join(signs)}")


def steps_in(metre: str) -> int:
    """Sixteenths in a bar.

    Raises:
        ValueError: a metre that no band plays here.
    """
    found = re.fullmatch(r"(\d{1,2})/([248])", metre)
    steps = int(found[1]) * 16 // int(found[2]) if found else 0
    if not 4 <= steps <= 24:
        raise ValueError(f"“{metre[:12]}” is no metre for a band; 4/4, 3/4, 2/4 and 6/8 are")
    return steps


def style_names() -> list[str]:
    """All styles: those that ship, then a person's own."""
    return [*shipped_style_names(), *own_style_names()]


def shipped_style_names() -> list[str]:
    """The styles that ship."""
    return sorted(path.stem.replace("_", " ") for path in STYLES.glob("*.toml"))


def own_style_names() -> list[str]:
    """The styles a person keeps, in alphabetical order."""
    found = (path.stem.replace("_", " ") for path in own_folder().glob("*.toml"))
    names = [name for name in found if re.fullmatch(r"[a-z0-9][a-z0-9 -]{1,30}", name)]
    return sorted(names)[:MOST_OWN]


def own_folder() -> Path:
    """Where a person's own styles are."""
    return portfolio_folder() / OWN_FOLDER


def is_own(name: str) -> bool:
    """Whether a style is a person's own."""
    return name not in shipped_style_names() and name in own_style_names()


def own_text(name: str) -> str:
    """The file of a style of one's own, for a recipe; "" for one that ships.

    Raises:
        LearnerError: its file cannot be read, or is far too large.
    """
    if not is_own(name):
        return ""
    path = own_folder() / f"{name.replace(' ', '_')}.toml"
    try:
        if path.stat().st_size > 4 * LARGEST_FILE:
            raise ValueError("too large")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise LearnerError(
            f"Your style {name} cannot be read. Look at its file {path.name} in the folder"
            f" {OWN_FOLDER}, or keep the style again."
        ) from problem
    check_size(text, name)
    return heading(name) + text


def check_size(text: str, name: str) -> None:
    """A file is no larger than a recipe can hold.

    Raises:
        LearnerError: it is.
    """
    if len(text) > LARGEST_FILE:
        raise LearnerError(
            f"In the style {name[:40]}, the file has more than {LARGEST_FILE:,} characters. Take"
            " some patterns out."
        )


def heading(name: str) -> str:
    """The line that stands over the file of a style of one's own in a recipe."""
    return f"# {name}\n"


def file_for(name: str, text: str) -> str:
    """The file of a style for a recipe: what it holds already if it is of that style, else that of
    one's own folder, "" for a style that ships.

    Raises:
        LearnerError: see `own_text`.
    """
    return text if text.startswith(heading(name)) else own_text(name)


def read_style(name: str, text: str = "") -> dict:
    """A style by name, checked: metre, tempo, swing, instruments, grids of drums, bass and chords.

    Args:
        text: the file of one's own style where a recipe holds it; that of another is not used.

    Raises:
        LearnerError: there is none of that name, or something in its file cannot be used.
    """
    text = text if text.startswith(heading(name)) else ""
    if not text and name in shipped_style_names():
        return shipped_style(name)
    text = text or own_text(name)
    if not text:
        raise LearnerError(
            f"There is no style called {name[:40]!r}. Choose one of: {', '.join(style_names())}."
        )
    return style_from_text(text, name)


@cache
def shipped_style(name: str) -> dict:
    """A style that ships; see `read_style`."""
    path = STYLES / f"{name.replace(' ', '_')}.toml"
    return style_from_text(path.read_text(encoding="utf-8"), name)


@cache
def style_from_text(text: str, name: str) -> dict:
    """The style that a file holds.

    Raises:
        LearnerError: something in it cannot be used; the sentence says what.
    """
    try:
        check_size(text.removeprefix(heading(name)), name)
        style = BandStyle.model_validate(tomllib.loads(text)).model_dump()
    except tomllib.TOMLDecodeError as problem:
        raise LearnerError(
            f"The file of the style {name[:40]} cannot be read: {problem}. Undo the last change in"
            " it."
        ) from problem
    except ValidationError as problem:
        raise LearnerError(sentence_of(problem, name)) from problem
    except RecursionError as problem:
        sentence = f"The file of the style {name[:40]} is damaged. Keep it again."
        raise LearnerError(sentence) from problem
    style["bar"] = steps_in(style["metre"]) * STEP
    return style


def sentence_of(problem: ValidationError, name: str) -> str:
    """What is wrong with a style, in a sentence."""
    error = problem.errors()[0]
    own = error.get("ctx", {}).get("error")
    where = ", ".join(str(part) for part in error["loc"]) or "the file"
    said = {"missing": "is missing", "extra_forbidden": "is not something a style has"}
    what = str(own) if own is not None else f"{where} {said.get(error['type'], 'cannot be used')}"
    return f"In the style {name[:40]}, {what}. Change it."
