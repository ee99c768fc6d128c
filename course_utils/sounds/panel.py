"""What can be set and done with sounds, in every face."""

from __future__ import annotations

from course_utils.controls import ANY, MORE, WORK, Action, Control, StudioSpec, found, kept, only
from course_utils.creation import Creation, LearnerError
from course_utils.notebook.results import SLOTS

LENGTHS = [("3 seconds", 3.0), ("8 seconds", 8.0), ("15 seconds", 15.0), ("30 seconds", 30.0)]
PITCHES = [
    ("any", -1),
    ("very low", 33),
    ("low", 42),
    ("middle", 52),
    ("high", 62),
    ("very high", 72),
]
MUCH = [
    ("any", -1),
    ("hardly any", 0.1),
    ("a little", 0.3),
    ("middling", 0.5),
    ("much", 0.7),
    ("very much", 0.95),
]
FEELS = {
    "density": "How busy",
    "brightness": "Brightness",
    "movement": "Movement",
    "strangeness": "Strangeness",
    "softness": "Softness",
    "space": "Space around",
    "amount": "Character by",
}


def sounds() -> StudioSpec:
    """Unusual sounds and their children."""
    from course_utils.sounds import calls as more
    from course_utils.sounds.engine import CHARACTER_NAMES, SCALE_NAMES, SHAPES, SOURCES

    out_of = "Out of something you made or bring"
    names = ("source", "character", "length", "pitch", "scale", "shape", "loudness", "loop", *FEELS)

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
            Control("source", "Made with", "any", ["any", *SOURCES]),
            Control("character", "Character", "any", ["any", *CHARACTER_NAMES]),
            Control("length", "Length", 8.0, LENGTHS),
            Control("pitch", "Pitch", ANY, PITCHES, MORE),
            *(Control(name, label, ANY, MUCH, MORE) for name, label in FEELS.items()),
            Control("scale", "Notes", "any", ["any", *SCALE_NAMES], MORE),
            Control("shape", "Over time", "any", ["any", *SHAPES], MORE),
            Control(
                "loudness",
                "Loudness",
                -18.0,
                [("quiet", -26.0), ("normal", -18.0), ("loud", -15.0)],
                MORE,
            ),
            Control("loop", "Goes round without a gap (loop)", False, None, MORE),
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
    )
