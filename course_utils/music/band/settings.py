"""The settings of a backing track, each declared once."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from course_utils.creation import LearnerError
from course_utils.music.band.styles import (
    ANY,
    INTENSITY,
    PARTS,
    PLAYED_BY,
    read_style,
    style_names,
)
from course_utils.settings import Settings, setting

__all__ = ["BackingSettings", "styles_known"]

MOST_AT_ONCE = 6
SLOWEST = 30  # beats a minute, where a tempo is named
SWING = [("as the style has it", -1.0), ("straight", 0.0), ("a little", 0.4), ("a lot", 0.95)]
TIMING = [("like a machine", 0.0), ("like people", 0.5), ("like tired people", 1.0)]


def styles_known(portfolio: object = None) -> list[tuple[str, str]]:
    """Every style, with what is said of it."""
    return [(f"{name}: {about(name)}", name) for name in style_names()]


def about(name: str) -> str:
    """What is said of a style."""
    try:
        return read_style(name)["about"]
    except LearnerError:  # a file of one's own; chosen, it says what is wrong
        return "its file cannot be read"


class BackingSettings(Settings):
    """What can be set of a backing track."""

    count: int = setting(1, ge=1, le=MOST_AT_ONCE)
    style_file: str = setting("")  # the file of a style of one's own: the recipe holds it whole
    style: str = setting(
        "pop", label="Style", help="How the band plays.", choices=styles_known, group=""
    )
    intensity: str = setting(
        "normal", label="How full", help="How much they play.", choices=[*INTENSITY], group=""
    )
    repeats: int = setting(
        2,
        ge=1,
        le=8,
        label="Play it",
        help="How often the line is played.",
        choices=[("once", 1), ("twice", 2), ("four times", 4)],
        open_choice=True,
        group="",
    )
    tempo: int = setting(
        0, ge=0, le=240, label="Beats a minute", help="0: as the style, or your tune, has it."
    )
    swing: float = setting(
        -1.0, ge=-1, le=1, label="Swing", help="Long and short instead of even.", choices=SWING,
        open_choice=True,
    )  # fmt: skip
    looseness: float = setting(
        0.5, ge=0, le=1, label="Timing", help="How exact they are.", choices=TIMING,
        open_choice=True,
    )  # fmt: skip
    intro: bool = setting(True, label="Count in", help="A bar before it begins.")
    fills: bool = setting(True, label="Drum fills", help="The drums lead from line to line.")
    ending: bool = setting(True, label="An ending", help="A last chord.")
    mute: str = setting("")  # players that are silent, with commas
    solo: str = setting("")  # the only players, with commas
    with_tune: bool = setting(False)
    no_room: int = setting(0, ge=0)  # bars of the tune that are more than the chords
    arrangement: int = setting(2, ge=1, le=2)  # 1: as tracks were before they had sections
    bass_by: str = setting(ANY)
    chords_by: str = setting(ANY)
    pad_by: str = setting(ANY)

    @field_validator("tempo", mode="before")
    @classmethod
    def _tempo(cls, value: object) -> object:
        fits = isinstance(value, int) and (value == 0 or SLOWEST <= value <= 240)
        if isinstance(value, bool) or not fits:
            raise LearnerError(
                f"The setting tempo must be a number from {SLOWEST} to 240. Change it and try"
                " again."
            )
        return value

    @field_validator("style", mode="after")
    @classmethod
    def _style(cls, name: str, info: Any) -> str:
        read_style(name, info.data.get("style_file", ""))
        return name

    @field_validator("fills", "intro", "ending", "with_tune", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object, info: Any) -> object:
        if not isinstance(value, bool):
            raise LearnerError(
                f"The setting {info.field_name} must be True or False. Change it and try again."
            )
        return value

    @field_validator("bass_by", "chords_by", "pad_by", mode="before")
    @classmethod
    def _player(cls, name: object, info: Any) -> object:
        names = [ANY, *PLAYED_BY[info.field_name.removesuffix("_by")]]
        if name not in names:
            raise LearnerError(
                f"The setting {info.field_name} must be one of: {', '.join(names)}. Change it and"
                " try again."
            )
        return name

    @field_validator("mute", "solo", mode="before")
    @classmethod
    def _players(cls, names: object, info: Any) -> object:
        given = [part.strip() for part in str(names).split(",") if part.strip()]
        if not isinstance(names, str) or any(part not in PARTS for part in given):
            raise LearnerError(
                f"The setting {info.field_name} takes names of players with commas:"
                f" {', '.join(PARTS)}. Change it and try again."
            )
        return names
