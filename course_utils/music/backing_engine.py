"""Backing tracks: drums, bass, chords and a pad from a line of chords,
after styles that are readable files (styles/*.toml).

No learned model: the patterns stand in the style's file, the seed chooses among them, moves the
hands and makes the playing a little uneven.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from math import ceil

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import no_use_for
from course_utils.music.band.arranging import FIRST, arrange, audible, playing
from course_utils.music.band.settings import BackingSettings
from course_utils.music.band.styles import ANY, PLAYED_BY, file_for, read_style, style_names
from course_utils.music.band.under_tune import fitting_styles
from course_utils.scores.chord_line_words import read_asked, stretched
from course_utils.scores.chords import ChordLine
from course_utils.scores.length_and_speed import speed_words
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import Score

__all__ = ["BackingEngine"]

MODEL = "course-backing (patterns, no learned model)"
LONGEST_TRACK = 170  # seconds, with intro and ending
DEFAULTS = BackingSettings().model_dump()


class BackingEngine(Engine):
    """Tracks of several players as MIDI."""

    kind = "backing"

    def load(self) -> None:
        """There is no model to load."""

    def unused(self, recipe: Recipe) -> list[str]:
        """Words among the chords that are neither chords nor followed."""
        return read_asked(recipe.prompt, style_names()).unused

    def without_effect(self, recipe: Recipe) -> str:
        """How chords were read that can be read otherwise, signs that are not followed, and words
        and settings that contradict each other.
        """
        asked = read_asked(recipe.prompt, style_names())
        said = [*asked.line.guessed, asked.not_followed]
        given = {**DEFAULTS, **recipe.settings}
        if recipe.model:  # finished: it holds what words chose
            return " ".join(filter(None, said))
        if asked.bars and given["repeats"] != DEFAULTS["repeats"]:
            said.append(f"{no_use_for(['repeats'])} Your words say how many bars there are.")
        if asked.style and given["style"] not in (DEFAULTS["style"], asked.style):
            said.append(f"{no_use_for([asked.style])} The style is set to {given['style']}.")
        if given["tempo"] and (words := speed_words(recipe.prompt)):
            said.append(f"{no_use_for(words)} The tempo is set to {given['tempo']}.")
        if silent := [
            name
            for name in (f"{part}_by" for part in PLAYED_BY)
            if given[name] != ANY and name.removesuffix("_by") not in playing(given)
        ]:
            said.append(f"{no_use_for(silent)} Who is silent needs no instrument.")
        return " ".join(filter(None, said))

    def left_out(self, made: list[Creation]) -> str:
        """Words on the speed of a band that plays with a tune, and bars of the tune that are more
        than the chords.
        """
        last = made[-1].recipe if made else None
        if last is None or not last.settings.get("with_tune"):
            return ""
        said = no_use_for(speed_words(last.prompt))
        said = f"{said} The band plays as fast as your tune." if said else ""
        over = last.settings.get("no_room")
        cut = f"Bars of your tune that found no room: {over}. Repeat the chords, or add some."
        return f"{said} {cut if over else ''}".strip()

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
        tune: Creation | None = None,
    ) -> Iterator[Creation]:
        """Yield tracks for a recipe; see `Engine.create`.

        The prompt is the line of chords (see `scores.chords.read_line`).

        Settings: count 1-6, style (`style_names()`; one's own stands in `style_file`), tempo in
        quarter notes a minute (0: the
        style's, or the tune's), repeats 1-8 of the line, swing 0-1 (-1: the style's), intensity
        (`INTENSITY`), fills, intro, ending, mute and solo (names of `PARTS` with commas), bass_by,
        chords_by and pad_by (names in PLAYED_BY, "any": as the style has it), looseness 0-1 (how
        uneven the playing is). `tune` is played on top, as often as it fits.

        Raises:
            LearnerError: the chords or a setting cannot be used, or the tune's metre is not the
                style's.
        """
        settings, line, melody = settled(recipe, tune)
        style = read_style(settings["style"], settings["style_file"])
        for number in range(settings["count"]):
            if stop is not None and stop.is_set():
                return
            began, seed = time.monotonic(), (recipe.seed + number) % 2**32
            score = arrange(line, style, settings, seed, melody)
            own = recipe.changed(
                seed=seed,
                model=MODEL,
                settings={**settings, "count": 1},
                **({"parent": tune.id} if tune is not None else {}),
            )
            if on_progress is not None:
                on_progress(Progress(number + 1, settings["count"]))
            yield Creation(
                recipe=own, content=write_midi(score), seconds=round(time.monotonic() - began, 3)
            )


def settled(recipe: Recipe, tune: Creation | None) -> tuple[dict, ChordLine, Score | None]:
    """The settings with what the words, the style and the tune say, the chords, and the melody.

    Raises:
        LearnerError: the chords or a setting cannot be used, or the tune's metre is not the
            style's.
    """
    settings = read_settings(recipe)
    asked, new = read_asked(recipe.prompt, style_names()), recipe.model != MODEL
    if new and asked.style and settings["style"] == DEFAULTS["style"]:
        settings["style"] = asked.style
    line = stretched(asked.line, asked.bars)
    if asked.bars:
        settings["repeats"] = 1
    settings["style_file"] = file_for(settings["style"], settings["style_file"])
    style = read_style(settings["style"], settings["style_file"])
    if new and not settings["tempo"] and tune is None:
        settings["tempo"] = asked.tempo or round(style["tempo"] * asked.speed)
    melody = read_midi(tune.content) if tune is not None else None
    if melody is not None:
        if abs(melody.bar_length - style["bar"]) > 1e-6:
            raise LearnerError(
                f"The tune has {melody.metre[0]}/{melody.metre[1]} in a bar and the style"
                f" {settings['style']} has {style['metre']}. Choose one of:"
                f" {', '.join(fitting_styles(melody.bar_length)) or 'another tune'}."
            )
        settings["with_tune"] = True
        there = len(line.bars) * settings["repeats"]
        settings["no_room"] = max(0, ceil(melody.length / style["bar"] - 1e-6) - there)
        settings["tempo"] = settings["tempo"] or round(melody.tempo)
    settings["tempo"] = settings["tempo"] or style["tempo"]
    bars = len(line.bars) * settings["repeats"] + settings["intro"] + settings["ending"]
    seconds = bars * style["bar"] * 60 / settings["tempo"]
    if seconds > LONGEST_TRACK:
        raise LearnerError(
            f"That would last {seconds:.0f} seconds and the limit is {LONGEST_TRACK}. Repeat"
            " less, or play faster."
        )
    return settings, line, melody


def read_settings(recipe: Recipe) -> dict:
    """The settings of a backing recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range, or every player is silent.
    """
    settings = BackingSettings.read(recipe).model_dump()
    if recipe.model and "arrangement" not in recipe.settings:
        settings["arrangement"] = FIRST
    if not audible(settings):
        raise LearnerError("Every player is muted. Let at least one play.")
    if not playing(settings):
        raise LearnerError(
            "In a calm band the pad plays only the last chord. Let another player play too."
        )
    return settings
