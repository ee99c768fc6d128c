"""A band style of one's own: written from a form, kept as a file like those that ship."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from course_utils.creation import LearnerError
from course_utils.music.band.styles import (
    BASS_SIGNS,
    CHORD_SIGNS,
    DRUM_SIGNS,
    DRUMS,
    MOST_OWN,
    OWN_FOLDER,
    own_style_names,
    read_style,
    shipped_style_names,
    steps_in,
    style_from_text,
    style_names,
)
from course_utils.portfolio.store import Keeper

__all__ = [
    "DRUM_ROWS",
    "Form",
    "LIKE",
    "ROWS",
    "as_file",
    "check_style_name",
    "fitting_like",
    "keep",
    "with_form",
]

DRUM_ROWS = {  # rows of the form and the drums they play
    "kick": "kick",
    "snare": "snare",
    "hat": "closed_hat",
}
LIKE = "pop"
MOST_PATTERNS = 8  # of one player
LENDERS = ("waltz", "jig", "polka")  # of other metres
ROWS = {  # row of the form: its name, and an example
    "kick": ("Kick", "x...x...x...x..."),
    "snare": ("Snare", "....x.......x..o"),
    "hat": ("Hi-hat", "x.x.x.x. or x.o.x.o.x.o.x.o."),
    "bass": ("Bass", "R..R..8- or R---R-5-R-5-R-a-"),
    "chords": ("Chords", "x--x--x- or 1.2.3.2."),
}


@dataclass(frozen=True)
class Form:
    """What a person fills in; what is left open is taken from the style `like`."""

    like: str = LIKE
    metre: str = ""
    tempo: int = 0
    swing: float = -1.0
    about: str = ""
    drums: dict[str, str] = field(default_factory=dict)
    bass: str = ""
    chords: str = ""


def check_style_name(name: object) -> str:
    """A name a style can be kept under.

    Raises:
        LearnerError: empty, too long, with odd signs, or that of a style that ships.
    """
    from course_utils.safety.prompts import check_prompt

    asked = " ".join(str(name).lower().replace("_", " ").split())
    if not re.fullmatch(r"[a-z0-9][a-z0-9 -]{1,30}", asked):
        raise LearnerError(
            "A style's name has 2 to 31 letters, digits, spaces or hyphens, such as: kitchen funk."
            " Change it and try again."
        )
    if asked in shipped_style_names():
        raise LearnerError(f"“{asked}” is a style of the course. Choose another name.")
    return check_prompt(asked)


def with_form(form: Form) -> dict:
    """The style that a form describes, as a file has it.

    Raises:
        LearnerError: a row cannot be used, or rows are missing that no other style can lend.
    """
    base = dict(read_style(form.like))
    base.pop("bar")
    metre = form.metre or base["metre"]
    try:
        steps = steps_in(metre)
    except ValueError as problem:
        raise LearnerError(f"{problem}. Change the metre and try again.") from problem
    rows = {name: row for name, row in form.drums.items() if row.strip()}
    if metre != base["metre"]:
        missing = [] if rows else ["drums"]
        missing += [name for name in ("bass", "chords") if not getattr(form, name).strip()]
        if missing:
            raise LearnerError(
                f"The style {form.like} has {base['metre']} in a bar and yours {metre}, so it"
                f" cannot lend its {' and '.join(missing)}. Write these rows too, or choose another"
                " style to begin from."
            )
        base["drums"] = {}
    made = {**base, "metre": metre, "about": form.about.strip() or f"my own, after {form.like}"}
    made["tempo"] = form.tempo or base["tempo"]
    made["swing"] = base["swing"] if form.swing < 0 else form.swing
    drums = {name: list(grids) for name, grids in base["drums"].items()}
    if rows:  # one's own drums replace the others; fills stay
        drums = {name: grids for name, grids in drums.items() if name.startswith("fill_")}
    for name, row in rows.items():
        if name.removeprefix("fill_") not in DRUMS:
            raise LearnerError(
                f"There is no drum called {name[:30]}. Choose from: {', '.join(sorted(DRUMS))}."
            )
        drums[name] = grids_of(row, name, steps, DRUM_SIGNS, "x")
    made["drums"] = drums
    if form.bass.strip():
        made["bass"] = {"grids": grids_of(form.bass, "bass", steps, BASS_SIGNS, "R")}
    if form.chords.strip():
        made["chords"] = {"grids": grids_of(form.chords, "chords", steps, CHORD_SIGNS, "x")}
    return made


def grids_of(row: str, name: str, steps: int, signs: str, usual: str) -> list[str]:
    """The patterns of a row of the form: spaces and bar lines only help the eye; a comma or a new
    line begins another pattern; one of half as many signs has each twice as long.

    Raises:
        LearnerError: it does not fill a bar, or has other signs.
    """
    found = []
    for part in re.split(r"[,\n]+", row):
        grid = "".join(re.sub(r"[\s|_]", "", part).translate(BY_HAND))
        if usual == "R":
            grid = grid.replace("x", "R").replace("r", "R").replace("A", "a")
        if not grid:
            continue
        odd = sorted({*grid} - {*signs})
        if odd:
            raise LearnerError(
                f"The row {name} has the sign “{odd[0]}”. Its signs are: {' '.join(signs)}."
            )
        if 2 * len(grid) == steps:
            held = "." if signs == DRUM_SIGNS else "-"
            grid = "".join(sign + (held if sign != "." else ".") for sign in grid)
        if len(grid) != steps:
            raise LearnerError(
                f"The row {name} has {len(grid)} signs and a bar has {steps} sixteenths or"
                f" {steps // 2} eighths. Write {steps} or {steps // 2} of them."
            )
        found.append(grid)
    if len(found) > MOST_PATTERNS:
        raise LearnerError(
            f"The row {name} has {len(found)} patterns and the limit is {MOST_PATTERNS}. Leave some"
            " out."
        )
    return found


BY_HAND = str.maketrans({"X": "x", "O": "o", "0": "o", "–": "-", "—": "-", "·": ".", "…": "."})


def fitting_like(metre: str) -> str:
    """A style that ships with a metre, to lend what is missing; "" where there is none."""
    names = [name for name in shipped_style_names() if read_style(name)["metre"] == metre]
    return next((name for name in (LIKE, *LENDERS, *names) if name in names), "")


def as_file(style: dict) -> str:
    """The file of a style, as readable as those that ship.

    Raises:
        LearnerError: something in it cannot be used.
    """
    rows = [f"about = {quoted(style['about'])}", f"metre = {quoted(style['metre'])}"]
    rows += [f"tempo = {style['tempo']}", f"swing = {round(float(style['swing']), 3)}"]
    rows += [f"{name} = {quoted(style[name])}" for name in ("intro", "ending")]
    rows += [f"breaks = {str(style['breaks']).lower()}", f"kit = {style['kit']}"]
    feel = ", ".join(f"{name} = {value:g}" for name, value in style["feel"].items())
    rows += [f"feel = {{ {feel} }}", "[instruments]"]
    rows += [f"{name} = {[*programs]}" for name, programs in style["instruments"].items()]
    rows.append("[drums]")
    rows += [f"{name} = {listed(grids)}" for name, grids in style["drums"].items()]
    for name in ("bass", "chords"):
        rows += [f"[{name}]", f"grids = {listed(style[name]['grids'])}"]
    text = "\n".join(rows) + "\n"
    style_from_text(text, "of your own")
    return text


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    safe = "".join(sign if sign.isprintable() else " " for sign in str(text))
    return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(grids) -> str:
    """Patterns as TOML writes them."""
    return f"[{', '.join(map(quoted, grids))}]"


def keep(portfolio: Keeper, style: dict, name: object) -> str:
    """Keep a style in a person's own folder, and return its name; one of that name is replaced.

    Raises:
        LearnerError: the name or the style cannot be used, or the folder cannot be written.
    """
    asked = check_style_name(name)
    if asked not in own_style_names() and len(own_style_names()) >= MOST_OWN:
        raise LearnerError(
            f"You keep {MOST_OWN} styles already, which is the limit. Take a file out of the folder"
            f" {OWN_FOLDER} first."
        )
    portfolio.keep_at(f"{OWN_FOLDER}/{asked.replace(' ', '_')}.toml", as_file(style).encode())
    assert asked in style_names()
    return asked
