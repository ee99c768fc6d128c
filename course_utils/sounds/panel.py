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
from course_utils.notebook.results import SLOTS
from course_utils.sounds.settings import SoundSettings


def sounds() -> StudioSpec:
    """Unusual sounds and their children."""
    from course_utils.sounds import calls as more

    out_of = "Out of something you made or bring"
    names = SoundSettings.shown()

    def other(values: dict) -> Creation:
        second = found(values["other"])
        if second is None:
            raise LearnerError(
                "Choose the second sound under The other parent, then press Breed again."
            )
        return second

    def under(creation: Creation, values: dict):
        tune = found(values["tune"])
        if tune is None:
            raise LearnerError(
                "Choose a tune under Which tune, then press Lay it under the tune again. No tune"
                " yet? Make one under Tunes."
            )
        return more.texture_under_tune(creation, tune, values["level"])

    return StudioSpec(
        "sound",
        "Strange sounds",
        "Your words",
        "something strange",
        lambda text, count, seed, values: more.make_texture(
            text, count, seed, values["file"] or found(values["material"]), **only(values, *names)
        ),
        lambda creation, values, seed: more.vary_texture(creation, values["spread"], SLOTS, seed),
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
                out_of,
            ),
            Control(
                "file",
                "Or out of a recording or picture file of yours",
                None,
                None,
                out_of,
                accept=("audio", "image"),
            ),
        ),
        (
            Action(
                "Breed",
                WORK,
                lambda creation, values: more.breed_textures(creation, other(values)),
                (Control("other", "The other parent", "", kept("sound")),),
                "Four children of the chosen sound and another: each setting comes from one parent"
                " or lies between.",
            ),
            Action(
                "Lay it under the tune",
                WORK,
                under,
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
    )
