"""Styles of a band: readable files (music/styles/*.toml), and who may play."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from course_utils.creation import LearnerError

__all__ = ["ANY", "INTENSITY", "PARTS", "PLAYED_BY", "STEP", "read_style", "style_names"]

STYLES = Path(__file__).parents[1] / "styles"
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
ANY = "any"
INTROS = ("sticks", "drums", "fill", "vamp")
ENDINGS = ("held", "button", "hit")
# what a style's file need not say; `feel`: thousandths of a second behind the beat, by player
USUAL = {
    "intro": "sticks", "ending": "held", "breaks": True, "kit": 0,
    "feel": {"bass": 4, "chords": 6, "pad": -10},
}  # fmt: skip
INTENSITY = {"calm": 0.75, "normal": 1.0, "full": 1.15}


def style_names() -> list[str]:
    """The styles that ship."""
    return sorted(path.stem.replace("_", " ") for path in STYLES.glob("*.toml"))


@cache
def read_style(name: str) -> dict:
    """A style by name, checked: metre, tempo, swing, instruments, grids of drums, bass and chords.

    Raises:
        LearnerError: there is none of that name, or a grid has not as many characters as the bar
            has sixteenths.
    """
    if name not in style_names():
        raise LearnerError(
            f"There is no style called {name[:40]!r}. Choose one of: {', '.join(style_names())}."
        )
    style = tomllib.loads((STYLES / f"{name.replace(' ', '_')}.toml").read_text(encoding="utf-8"))
    upper, lower = map(int, style["metre"].split("/"))
    style["bar"] = upper * 4 / lower
    style = {**USUAL, **style}
    for key, ways in (("intro", INTROS), ("ending", ENDINGS)):
        if style[key] not in ways:
            raise LearnerError(
                f"In the style {name}, {key} must be one of: {', '.join(ways)}. Change it."
            )
    steps = round(style["bar"] / STEP)
    for where, grids in [
        *((f"drums, {drum}", grids) for drum, grids in style["drums"].items()),
        ("bass", style["bass"]["grids"]),
        ("chords", style["chords"]["grids"]),
    ]:
        for grid in grids:
            if len(grid) != steps:
                raise LearnerError(
                    f"In the style {name}, the grid {grid!r} of {where} has {len(grid)} characters"
                    f" and a bar has {steps}. Make them equal."
                )
    return style
