"""The settings of a picture, each declared once."""

from __future__ import annotations

import re

from pydantic import field_validator

from course_utils.creation import LearnerError
from course_utils.pictures.candidates.spread import ANY, COMPOSITIONS, PLAIN
from course_utils.pictures.inpainting import GRID, REGIONS, SIDES, part_mask
from course_utils.pictures.style_directions import (
    STYLE_NAMES,
    read_directions,
    style_shares,
)
from course_utils.settings import Settings, setting

__all__ = ["FOLLOW", "PictureSettings", "START", "STYLE_CHOICES"]

MOST_AT_ONCE = 9
START = "Start from a picture"
STYLE_CHOICES = [(name, style) for style, name in STYLE_NAMES.items()]
FOLLOW = [("loosely", 1.5), ("normally", 3.0), ("closely", 5.0), ("very closely", 7.5)]
FAR = [("stay close", 0.4), ("halfway", 0.6), ("go far", 0.85)]


class PictureSettings(Settings):
    """What can be set of a picture."""

    count: int = setting(1, ge=1, le=MOST_AT_ONCE)
    style: str = setting(
        "any",
        label="Style",
        help="How it is drawn: one style, or a mix such as flat:0.7 3d:0.3.",
        choices=STYLE_CHOICES,
        open_choice=True,
        group="",
    )
    speed: str = setting(
        "balanced",
        label="Speed",
        help="Careful takes twice as long as balanced.",
        choices=[("Quick", "quick"), ("Balanced", "balanced"), ("Careful", "careful")],
        group="",
    )
    guidance: float = setting(
        3.0,
        ge=1,
        le=8,
        label="Follow my words",
        help="Loosely: prettier, less exact. Very closely: exact, but loud.",
        choices=FOLLOW,
        open_choice=True,
    )
    surprise: float = setting(
        1.0,
        ge=0,
        le=1,
        step=0.05,
        label="Surprise",
        help="At 0 the four are almost alike, at 1 each begins from its own noise.",
    )
    leave_out: str = setting(
        "", label="Leave out", help="Things or colours to move away from, in words."
    )
    second: str = setting("", label="Mix in other words", help="Half a fox, half a dog.")
    second_share: float = setting(
        0.5, ge=0, le=1, step=0.05, label="How much of the other words", help="How much they count."
    )
    strength: float = setting(
        0.6,
        ge=0.1,
        le=1,
        label="How far to go from it",
        help="How far the new ones may go from the picture they begin from.",
        choices=FAR,
        open_choice=True,
        group=START,
    )
    part: str = setting(
        "",
        label="Change only",
        help="Only this part is drawn anew; the rest stays as it is.",
        choices=[("all of it", ""), *((name, name) for name in REGIONS)],
        open_choice=True,
        group=START,
    )
    extend: str = setting(
        "",
        label="Make wider",
        help="Half a picture is added there.",
        choices=[("no", ""), *((name, name) for name in SIDES)],
        group=START,
    )
    blend_share: float = setting(
        0.5,
        ge=0,
        le=1,
        step=0.05,
        label="Share of the other picture",
        help="Halfway between two pictures: 0 is the first, 1 the other.",
        group=START,
    )
    # "any": each candidate one of its own, and a style of its own where none is named (spread.py);
    # a recipe that says nothing is drawn as it always was
    composition: str = setting(PLAIN, choices=[ANY, *COMPOSITIONS])
    from_parent: bool = setting(False)  # it began from the picture `parent`
    shared_seed: int = setting(-1, ge=-1, le=2**32 - 1)
    blend_with: str = setting("")  # the id of the other picture
    bigger: bool = setting(False)
    stopped_at: int = setting(0, ge=0, le=1000)  # the step, when it was stopped
    directions: str = setting("")
    style_name: str = setting("")
    style_parents: str = setting("")
    own_model: str = setting("", help="The name of a model you taught.")
    own_strength: float = setting(1.0, ge=0, le=2, help="How much of it: 0 is none.")
    own_print: str = setting("")  # which version of the own model

    @field_validator("style")
    @classmethod
    def _style(cls, style: str) -> str:
        style_shares(style)
        return style

    @field_validator("directions")
    @classmethod
    def _directions(cls, directions: str) -> str:
        read_directions(directions)
        return directions

    @field_validator("part")
    @classmethod
    def _part(cls, part: str) -> str:
        if part:
            part_mask(part, GRID)
        return part

    @field_validator("blend_with")
    @classmethod
    def _blend_with(cls, name: str) -> str:
        if name and not re.fullmatch(r"[0-9a-f]{12}", name):
            raise LearnerError(
                "The setting blend_with must be the id of a picture you made. "
                "Leave it out and try again."
            )
        return name
