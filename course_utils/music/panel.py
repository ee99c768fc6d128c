"""What can be set and done with tunes and backing tracks, in every face."""

from __future__ import annotations

from typing import Any

from course_utils.controls import (
    TAKE,
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
from course_utils.music import calls as abilities
from course_utils.music import score_calls as scores
from course_utils.music.band.own_calls import make_style, style_from_loop
from course_utils.music.band.own_styles import LIKE, ROWS
from course_utils.music.band.settings import BackingSettings, styles_known
from course_utils.music.settings import TuneSettings
from course_utils.notebook.chips import drawing
from course_utils.notebook.results import SLOTS, Results, Taken, again

__all__ = ["PICTURES"]

# the drawing beside each player
PICTURES = {"drums": "drums", "bass": "bass guitar", "chords": "piano", "pad": "strings"}


WAYS = [
    ("notes (MIDI)", "midi"),
    ("sheet music (SVG)", "sheet"),
    ("sheet music to edit (MusicXML)", "musicxml"),
    ("sound (WAV)", "wav"),
    ("small sound (OGG)", "ogg"),
    ("small sound (MP3)", "mp3"),
]
# what the note model does with a tune
ACTIONS = (
    Action(
        "Bring this tune",
        WORK,
        lambda creation, values: scores.bring_notes(values["notes"] or ""),
        (Control("notes", "A tune of your own, as note names", "C D E F G2 A G2"),),
        "Needs none chosen: type notes, such as C D E F G2.",
        alone=True,
    ),
    Action(
        "Continue",
        WORK,
        lambda creation, values: abilities.continue_tune(creation, values["more_bars"], SLOTS),
        (Control("more_bars", "Add", 4, [("2 bars", 2), ("4 bars", 4), ("8 bars", 8)]),),
        "More bars at its end.",
    ),
    Action(
        "Fill the gap",
        WORK,
        lambda creation, values: abilities.fill_gap(
            creation, values["first"], values["last"], SLOTS
        ),
        (
            Control("first", "From bar", 3, whole=True),
            Control("last", "To bar", 4, whole=True),
        ),
        "Some bars anew, to fit what stands around them.",
    ),
    Action(
        "Change it",
        WORK,
        lambda creation, values: abilities.vary_tune(
            creation,
            values["keep"],
            count=SLOTS,
            **({"near": values["near"]} if values["keep"] == "rhythm" else {}),
        ),
        (
            Control("keep", "Keep", "rhythm", [("its rhythm", "rhythm"), ("its notes", "notes")]),
            Control("near", "Notes that stay", 0.4, [("few", 0.2), ("some", 0.4), ("most", 0.75)]),
        ),
        "Keeps one half of the tune and draws the other anew.",
    ),
    Action(
        "Answer",
        WORK,
        lambda creation, values: abilities.answer_phrase(creation, values["phrase"], SLOTS),
        (Control("phrase", "Answer its first", 4, [("2 bars", 2), ("4 bars", 4), ("8 bars", 8)]),),
        "Its beginning as a question, and an answer that comes home.",
    ),
    Action(
        "Harmonise",
        WORK,
        lambda creation, values: abilities.harmonise(creation, SLOTS),
        about="Three voices under it, as Bach did under hymns.",
    ),
    Action(
        "Suggest chords",
        WORK,
        lambda creation, values: abilities.suggest_chords(creation, SLOTS),
        about="Chords that fit.",
    ),
    Action(
        "Sing to it",
        WORK,
        lambda creation, values: abilities.sing(creation, values["lyrics_for_it"] or ""),
        (Control("lyrics_for_it", "Words to sing", "", lines=4),),
        "Words under the tune, one note a syllable; the newest writing where none are typed.",
    ),
    Action(
        "Get a band",
        WORK,
        lambda creation, values: abilities.band_for(creation, count=SLOTS),
        about="Chords, and players for them.",
    ),
    Action(
        "Make the file",
        TAKE,
        lambda creation, values: scores.take_tune([creation], values["way"]),
        (Control("way", "As", "midi", WAYS),),
    ),
)


def own_style(values: dict) -> Taken:
    """A band style of one's own, from a MIDI loop or from rows."""
    name = values["style_named"] or ""
    if loop := values["loop"]:
        return style_from_loop(loop, name)
    rows: dict[str, Any] = {row: values[f"row_{row}"] or "" for row in ROWS}
    return make_style(name, like=values["begins_like"], **rows)


OWN_STYLE = Action(
    "Keep a style of my own",
    WORK,
    lambda creation, values: own_style(values),
    (
        Control("style_named", "Its name", "kitchen funk"),
        Control("begins_like", "Begin from", LIKE, styles_known),
        *(Control(f"row_{row}", name, "", help=example) for row, (name, example) in ROWS.items()),
        Control("loop", "Or from a MIDI loop", None, None, accept=(".mid", ".midi")),
    ),
    "Needs none chosen: rows of signs (a bar each), or a loop; then choose it under Style.",
    alone=True,
)


def tunes() -> StudioSpec:
    """Tunes, and what the note model does with one."""
    return StudioSpec(
        "tune",
        "Tunes",
        "Your words",
        "a happy jig",
        made,
        varied,
        (*controls_of(TuneSettings, instrument={"picture": drawing}),),
        ACTIONS,
        settings=TuneSettings,
        examples=("a happy jig", "a gentle waltz", "a slow air in D minor", "a march for a flute"),
    )


def made(text: str, count: int, seed: int, values: dict) -> Results:
    """Tunes as the controls say."""
    return abilities.make_tune(text, count, seed, **only(values, *TuneSettings.shown()))


def varied(creation: Creation, values: dict, seed: int) -> Results:
    """Tunes that begin like this one and go on otherwise."""
    from course_utils.music.engine import vary_settings

    if creation.declared.prompt == "chords":
        raise LearnerError("A band cannot be varied here. Vary it under Backing tracks.")
    return again(creation, seed, **vary_settings(creation))


def backing() -> StudioSpec:
    """A band for a line of chords."""
    from course_utils.music.calls import make_backing, near_tempo, take_backing

    players = "Who plays"

    def make(chords: str, count: int, seed: int, values: dict):
        settings = only(values, *BackingSettings.shown())
        settings |= {
            "tempo": int(values["tempo"] or 0) if (values["tempo"] or 0) >= 30 else 0,
            "mute": ",".join(name for name in PICTURES if not values[name]),
        }
        return make_backing(chords, count, seed, found(values["on_top"]), **settings)

    return StudioSpec(
        "backing",
        "Backing tracks",
        "Your chords",
        "C G Am F",
        make,
        lambda creation, values, seed: again(creation, seed, tempo=near_tempo(creation)),
        (
            *controls_of(BackingSettings),
            *(Control(name, name.capitalize(), True, None, players) for name in PICTURES),
            Control(
                "on_top", "Play a tune of mine on top", "", kept("tune", nothing="no tune"), players
            ),
        ),
        (
            Action(
                "A loop without a seam (WAV)",
                TAKE,
                lambda creation, values: take_backing(creation, "loop"),
            ),
            OWN_STYLE,
            Action("Notes (MIDI)", TAKE, lambda creation, values: take_backing(creation, "midi")),
        ),
        settings=BackingSettings,
        examples=("C G Am F", "Am F C G", "Dm7 G7 C", "D A Bm G"),
    )
