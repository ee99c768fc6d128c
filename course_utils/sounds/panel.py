"""What can be set and done with sounds, in every face."""

from __future__ import annotations

from course_utils.controls import (
    MORE,
    WORK,
    Action,
    Control,
    StudioSpec,
    controls_of,
    found,
    kept,
    only,
)
from course_utils.creation import Creation, LearnerError
from course_utils.notebook.results import SLOTS, Results
from course_utils.sounds.calls import (
    breed_textures,
    make_texture,
    texture_under_tune,
    vary_texture,
)
from course_utils.sounds.settings import SoundSettings

__all__ = ["bred", "laid_under", "made", "sounds"]

EXAMPLES = (
    "rain on glass",
    "calm bells in a cathedral",
    "ghost strings",
    "a busy metal machine",
)
OUT_OF = "Out of something you made or bring"


def made(text: str, count: int, seed: int, values: dict) -> Results:
    """Sounds as the controls say."""
    material = values["file"] or found(values["material"])
    return make_texture(text, count, seed, material, **only(values, *SoundSettings.shown()))


def bred(creation: Creation, values: dict) -> Results:
    second = found(values["other"])
    if second is None:
        raise LearnerError(
            "Choose the second sound under The other parent, then press Breed again."
        )
    return breed_textures(creation, second)


def laid_under(creation: Creation, values: dict) -> Results:
    tune = found(values["tune"])
    if tune is None:
        raise LearnerError(
            "Choose a tune under Which tune, then press Lay it under the tune again. No tune"
            " yet? Make one under Tunes."
        )
    return texture_under_tune(creation, tune, values["level"])


def sounds() -> StudioSpec:
    """Unusual sounds and their children."""
    return StudioSpec(
        "sound",
        "Strange sounds",
        "Your words",
        "something strange",
        made,
        lambda creation, values, seed: vary_texture(creation, values["spread"], SLOTS, seed),
        (
            *controls_of(SoundSettings),
            Control(
                "spread", "Vary goes", 0.4, [("near", 0.2), ("some way", 0.4), ("far", 0.8)], MORE
            ),
            Control(
                "material",
                "Made out of",
                "",
                kept("sound", "tune", "image", nothing="nothing, only numbers"),
                OUT_OF,
            ),
            Control(
                "file",
                "Or out of a recording or picture file of yours",
                None,
                None,
                OUT_OF,
                accept=("audio", "image"),
            ),
        ),
        (
            Action(
                "Breed",
                WORK,
                bred,
                (Control("other", "The other parent", "", kept("sound")),),
                "Four children of the chosen sound and another: each has some of the one and some"
                " of the other.",
            ),
            Action(
                "Lay it under the tune",
                WORK,
                laid_under,
                (
                    Control("tune", "Which tune", "", kept("tune")),
                    Control(
                        "level",
                        "Beside the tune",
                        -9.0,
                        [("faint", -18.0), ("behind it", -9.0), ("as loud", 0.0)],
                    ),
                ),
            ),
        ),
        settings=SoundSettings,
        examples=EXAMPLES,
    )
