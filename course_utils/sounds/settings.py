"""The settings of a sound, each declared once."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from course_utils.creation import LearnerError
from course_utils.settings import Settings, setting

__all__ = [
    "ANY",
    "FROM_PICTURE",
    "FROM_SOUND",
    "LISTS",
    "MATERIALS",
    "NUMBERS",
    "SCENE",
    "SOURCES",
    "SoundSettings",
    "TONES",
    "UNSET",
]

ANY, UNSET = "any", -1
MOST_AT_ONCE = 6
SCENE = "scene"  # a source of its own: sounds that the words name, each with its layers
TONES = ["plucked strings", "bells", "metal", "wind"]
FROM_SOUND = ["grains", "stretched"]
FROM_PICTURE = "picture"
SOURCES = [*TONES, *FROM_SOUND, FROM_PICTURE]
# what a sound can be made out of: the sources that read each kind of creation
MATERIALS = {"sound": FROM_SOUND, "tune": FROM_SOUND, "image": [FROM_PICTURE]}
CHARACTER_NAMES = [
    "none",
    "underwater",
    "cathedral",
    "broken radio",
    "dream",
    "old tape",
    "ice",
    "giant",
    "ghost",
    "machine",
]
SCALE_NAMES = ["five notes", "sad", "open", "floating", "eastern", "clusters"]
SHAPES = ["even", "swell", "fading", "waves"]
LISTS = {"source": SOURCES, "character": CHARACTER_NAMES, "scale": SCALE_NAMES, "shape": SHAPES}
NUMBERS = {  # setting: smallest, largest, and the range from which a seed chooses
    "pitch": (28, 79, 42, 67),
    "density": (0, 1, 0.1, 0.95),
    "brightness": (0, 1, 0.3, 0.85),
    "movement": (0, 1, 0.1, 0.9),
    "strangeness": (0, 1, 0.05, 0.8),
    "softness": (0, 1, 0.1, 0.9),
    "space": (0, 1, 0.15, 0.7),
    "amount": (0, 1, 0.5, 0.95),
}
LENGTHS = [("3 seconds", 3.0), ("8 seconds", 8.0), ("15 seconds", 15.0), ("30 seconds", 30.0)]
PITCHES = [
    ("any", UNSET),
    ("very low", 33),
    ("low", 42),
    ("middle", 52),
    ("high", 62),
    ("very high", 72),
]
MUCH = [
    ("any", UNSET),
    ("hardly any", 0.1),
    ("a little", 0.3),
    ("middling", 0.5),
    ("much", 0.7),
    ("very much", 0.95),
]


def much(label: str, help: str) -> Any:
    """A setting from hardly any to very much; left open, the seed chooses."""
    return setting(UNSET, label=label, help=help, choices=MUCH, open_choice=True)


class SoundSettings(Settings):
    """What can be set of a sound."""

    count: int = setting(1, ge=1, le=MOST_AT_ONCE)
    source: str = setting(
        ANY,
        label="Made with",
        help="What makes the sound.",
        choices=[ANY, *SOURCES],
        open_choice=True,
        group="",
    )
    character: str = setting(
        ANY,
        label="Character",
        help="What is done to it.",
        choices=[ANY, *CHARACTER_NAMES],
        open_choice=True,
        group="",
    )
    length: float = setting(
        8.0,
        ge=2,
        le=30,
        label="Length",
        help="In seconds.",
        choices=LENGTHS,
        open_choice=True,
        group="",
    )
    pitch: float = setting(
        UNSET, label="Pitch", help="How high its notes are.", choices=PITCHES, open_choice=True
    )
    density: float = much("How busy", "How much happens.")
    brightness: float = much("Brightness", "Dark or bright.")
    movement: float = much("Movement", "How much it changes.")
    strangeness: float = much("Strangeness", "How far from an instrument.")
    softness: float = much("Softness", "Hard or soft beginnings.")
    space: float = much("Space around", "A small room or a large one.")
    amount: float = much("Character by", "How much of the character.")
    scale: str = setting(
        ANY, label="Notes", help="Which notes there are.", choices=[ANY, *SCALE_NAMES],
        open_choice=True,
    )  # fmt: skip
    shape: str = setting(
        ANY, label="Over time", help="When it is loud.", choices=[ANY, *SHAPES], open_choice=True
    )
    loudness: float = setting(
        -18.0,
        ge=-30,
        le=-14,
        label="Loudness",
        help="How loud it seems.",
        choices=[("quiet", -26.0), ("normal", -18.0), ("loud", -15.0)],
        open_choice=True,
    )
    loop: bool = setting(
        False, label="Goes round without a gap (loop)", help="Its end leads to its beginning."
    )
    vary: float = setting(0.0, ge=0, le=1)
    material: str = setting("")
    scene: str = setting("")
    other_parent: str = setting("")
    under: str = setting("")
    level: float = setting(-9.0, ge=-30, le=3)

    @field_validator(*LISTS, mode="before")
    @classmethod
    def _listed(cls, name: object, info: Any) -> object:
        names = LISTS[info.field_name]
        if name not in (ANY, SCENE, *names):
            raise LearnerError(
                f"“{str(name)[:40]}” is not a {info.field_name} here. Choose one of: any,"
                f" {', '.join(names)}."
            )
        return name

    @field_validator("count", "length", "loudness", "vary", "level", *NUMBERS, mode="before")
    @classmethod
    def _within(cls, value: object, info: Any) -> object:
        low, high = (NUMBERS.get(info.field_name) or ENDS[info.field_name])[:2]
        fits = (
            not isinstance(value, bool)
            and isinstance(value, int | float)
            and (low <= value <= high or (info.field_name in NUMBERS and value == UNSET))
        )
        if not fits:
            raise LearnerError(
                f"The setting {info.field_name} must be a number between {low} and {high}. Change"
                " it and try again."
            )
        return value

    @field_validator("loop", "material", "scene", "other_parent", "under", mode="before")
    @classmethod
    def _typed(cls, value: object, info: Any) -> object:
        if not isinstance(value, bool if info.field_name == "loop" else str):
            raise LearnerError(
                "The setting loop is True or False, and material and under are ids of creations."
                " Change it and try again."
            )
        return value


ENDS = {
    "count": (1, MOST_AT_ONCE),
    "length": (2, 30),
    "loudness": (-30, -14),
    "vary": (0, 1),
    "level": (-30, 3),
}
