"""Tunes and backing tracks, as kinds of creation: notes in a file, with their sound beside it."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.creation import Creation, Recipe, found_of_kind
from course_utils.kinds import CreationKind

__all__ = ["tune_under"]

HERE = "course_utils.music"
TAKEN_AS = {
    ".wav": "course_utils.scores.synth",
    ".ogg": "course_utils.audio.ogg_mp3",
    ".mp3": "course_utils.audio.ogg_mp3",
    ".musicxml": "course_utils.scores.musicxml",
    ".svg": "course_utils.scores.engraving",
}
PERSON = (
    "A person brought this tune in or changed its notes, so no model can make it again. "
    "Try the file of the tune it came from."
)


def tune_under(recipe: Recipe, find: Callable[[str], Creation | None]) -> dict[str, Creation]:
    """The tune a band plays under, if it is here."""
    tune = found_of_kind(find, recipe.settings.get("with_tune") and recipe.parent, "tune")
    return {"tune": tune} if tune is not None else {}


KINDS = (
    CreationKind(
        name="tune",
        noun="tune",
        suffix=".mid",
        media_type="audio/midi",
        files="course_utils.scores.midi",
        other_files=TAKEN_AS,
        thumbnail=f"{HERE}.figure:thumbnail",
        figure=f"{HERE}.figure:figure",
        describe="course_utils.scores.description:describe",
        engine=f"{HERE}.opening:open_engine",
        bring="course_utils.scores.handed_over:tune_from",
        settings=f"{HERE}.settings:TuneSettings",
        panel=f"{HERE}.panel:tunes",
        studio=f"{HERE}.studio:TuneStudio",
        looks="wide",
        audible=True,
        plays_notes=True,
        can_be_taught=True,
        brought={"own tune": PERSON},
        record="drawn up by the model {model} from the words “{words}”, seed {seed}",
    ),
    CreationKind(
        name="backing",
        noun="backing track",
        suffix=".mid",
        media_type="audio/midi",
        files="course_utils.scores.midi",
        other_files=TAKEN_AS,
        thumbnail=f"{HERE}.figure:thumbnail",
        figure=f"{HERE}.figure:figure",
        describe="course_utils.scores.description:describe",
        engine=f"{HERE}.backing_engine:BackingEngine",
        settings=f"{HERE}.band.settings:BackingSettings",
        panel=f"{HERE}.panel:backing",
        studio=f"{HERE}.backing_studio:BackingStudio",
        ingredients=f"{HERE}.kind:tune_under",
        begins_from={"tune": "one"},
        prompt="chords",
        looks="wide",
        made_by_rules=True,
        audible=True,
        plays_notes=True,
        record="played by patterns from chords a person gave",
    ),
)
