"""Ornaments where the style has them: which ones, and where they stand in a tune.

Both are readable data (ornaments.toml). The melody stays what it is; the short notes are played
before its notes and take their time from them.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from course_utils.music.form.plans import read_spans
from course_utils.music.form.writing import beat_of
from course_utils.music.tokens import SCALES, Tune
from course_utils.scores.graces import SOFTER
from course_utils.scores.score import Note, Score
from course_utils.tables import read_table

__all__ = [
    "AS_USUAL",
    "MANY",
    "PLAIN",
    "ornament_styles",
    "ornamented",
    "said_of",
    "style_for",
    "words_of",
]

TABLE = Path(__file__).with_name("ornaments.toml")
PLACES = ("cadence", "repeat", "long", "beat")
AS_USUAL, PLAIN, MANY = "as its kind has them", "none", "many"
SHORT = 0.055  # seconds of a grace note, as near as the grid allows
UNIT = 1 / 12  # quarter notes: the grid of the note model, on which grace notes lie too
MORE = 2.2  # times as often, where many are asked for
LOWEST, HIGHEST = 21, 108
WORDS = {
    PLAIN: r"\b(?:without|no) (?:any )?(?:ornaments?|ornamentation|graces?|grace notes|trills)\b"
    r"|\b(?:unornamented|unadorned)\b",
    MANY: r"\b(?:(?:with|full of|rich in|many) )?(?:many|rich|lots of|heavy) (?:ornaments?|"
    r"ornamentation|grace notes|trills)\b|\b(?:richly|heavily) ornamented\b",
    AS_USUAL: r"\b(?:with|and) (?:some |a few )?(?:ornaments?|ornamentation|grace notes|graces|"
    r"trills?|turns|rolls|cuts|mordents)(?: and (?:rolls|cuts|trills|turns|graces))?\b"
    r"|\bornamented\b",
}


class Ornament(BaseModel):
    """One ornament; see the head of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    steps: tuple[int, ...] = Field((), max_length=8)
    semitones: tuple[int, ...] = Field((), max_length=8)
    beats: float = Field(ge=0.25, le=4)
    about: str

    @model_validator(mode="after")
    def one_way(self) -> Ornament:
        """Either steps or semitones."""
        if bool(self.steps) == bool(self.semitones):
            raise ValueError(f"the ornament {self.name} needs steps or semitones")
        return self


class OrnamentStyle(BaseModel):
    """Which ornaments a style has, and where."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    kinds: tuple[str, ...] = ()
    music: tuple[str, ...] = ()
    places: dict[str, dict[str, float]]


class Ornaments(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ornament: tuple[Ornament, ...]
    style: tuple[OrnamentStyle, ...]

    @model_validator(mode="after")
    def consistent(self) -> Ornaments:
        """Styles name places and ornaments that are there, with shares of at most one."""
        known = {one.name for one in self.ornament}
        for style in self.style:
            for place, shares in style.places.items():
                if place not in PLACES or not {*shares} <= known or sum(shares.values()) > 1:
                    raise ValueError(f"in the style {style.name}, {place} cannot be used")
        return self

    @property
    def by_name(self) -> dict[str, Ornament]:
        """Ornaments by their names."""
        return {one.name: one for one in self.ornament}


@cache
def ornaments(path: Path = TABLE) -> Ornaments:
    """The ornaments, read and checked.

    Raises:
        LearnerError: the file is missing, or something in it cannot be used.
    """
    return read_table(Ornaments, path, "ornaments")


def ornament_styles() -> list[str]:
    """The names of the styles."""
    return [style.name for style in ornaments().style]


def style_for(settings: dict) -> str:
    """The style of ornaments for complete settings of a tune; `PLAIN` where its kind has none, or
    it is sung or in several voices.
    """
    asked = settings["ornaments"]
    if asked == PLAIN or settings["lyrics"] or settings["task"] in ("harmonise", "chords", "sing"):
        return PLAIN
    name = asked.removesuffix(f", {MANY}")
    if name in ornament_styles():
        return asked
    music, kind = settings["kind_of_music"], settings["kind_of_tune"]
    found = next(
        (
            style.name
            for style in ornaments().style
            if (music in style.music if music else kind in style.kinds)
        ),
        "slow air" if asked == MANY else "",
    )
    return (f"{found}, {MANY}" if asked == MANY else found) if found else PLAIN


def said_of(prompt: str) -> str:
    """What a prompt asks of ornaments, as a setting; "" where it says nothing."""
    words = " ".join(prompt.lower().split())
    return next((name for name, pattern in WORDS.items() if re.search(pattern, words)), "")


def words_of(prompt: str) -> set[str]:
    """The words of a prompt that ask for ornaments, or for none."""
    words = " ".join(prompt.lower().split())
    found = (re.search(pattern, words) for pattern in WORDS.values())
    return {word for part in found if part for word in part[0].split()}


def ornamented(score: Score, tune: Tune, style: str, seed: int, form: str = "") -> Score:
    """A tune of one voice with its ornaments.

    Args:
        score: the tune's notes, one for each that sounds, in their order.
        style: what `style_for` found.
        form: its phrases with their bars, as its recipe keeps them.
    """
    name, _, many = style.partition(", ")
    found = next((one for one in ornaments().style if one.name == name), None)
    if found is None:
        return score
    notes: list[Note] = []
    last = False
    for note, (place, key) in zip(score.notes, places_of(tune, form), strict=True):
        shares = {} if last else found.places.get(place, {})
        chosen = drawn(shares, MORE if many else 1.0, f"ornament {seed} {key}")
        graces = graces_for(note, chosen, tune, score.tempo)
        last = bool(graces)
        taken = sum(grace.length for grace in graces)
        notes += graces
        notes.append(
            replace(note, start=note.start + taken, length=note.length - taken) if taken else note
        )
    return replace(score, notes=tuple(notes))


def places_of(tune: Tune, form: str) -> list[tuple[str, str]]:
    """For every sounding note the place it is in ("" for none), and a key that is the same
    wherever its bar comes back.
    """
    beat = beat_of(tune.metre)
    ends = phrase_ends(tune, form)
    rows: list[tuple[str, str]] = []
    before: int | None = None
    for number, bar in enumerate(tune.bars):
        clock = 0
        sounding = [place for place, note in enumerate(bar) if note.semitones is not None]
        for place, note in enumerate(bar):
            if note.semitones is not None:
                where = ""
                if number in ends and len(sounding) > 1 and place == sounding[-2]:
                    where = "cadence"
                elif note.semitones == before:
                    where = "repeat"
                elif note.length >= beat and place + 1 < len(bar):
                    where = "long"
                elif clock % beat == 0:
                    where = "beat"
                content = " ".join(f"{one.semitones}.{one.length}" for one in bar)
                rows.append((where, f"{content} {place} {before == note.semitones}"))
                before = note.semitones
            clock += note.length
    if rows:
        rows[-1] = ("", rows[-1][1])  # the end is let ring
    return rows


def phrase_ends(tune: Tune, form: str) -> set[int]:
    """The last bar of each phrase, counted from 0."""
    spans = read_spans(form)
    number = len(tune.bars) - sum(size for _, size in spans) - 1  # before: the bar of an upbeat
    found = {len(tune.bars) - 1}
    for _, size in spans:
        number += size
        found.add(number)
    return found


def drawn(shares: dict[str, float], more: float, key: str) -> Ornament | None:
    """An ornament by its share, or none."""
    chance = random.Random(key).random()
    for name, share in shares.items():
        chance -= min(share * more, share / sum(shares.values()))
        if chance < 0:
            return ornaments().by_name[name]
    return None


def graces_for(note: Note, chosen: Ornament | None, tune: Tune, tempo: float) -> list[Note]:
    """The short notes before a note; none where it is too short for them."""
    if chosen is None or note.length < chosen.beats - 1e-6:
        return []
    pitches = (
        [note.pitch + step for step in chosen.semitones]
        if chosen.semitones
        else [stepped(note.pitch, step, tune) for step in chosen.steps]
    )
    most = note.length / 2 / len(pitches)
    length = UNIT * min(max(1, round(SHORT * tempo / 60 / UNIT)), int(most / UNIT + 1e-6))
    if not length or not all(LOWEST <= pitch <= HIGHEST for pitch in pitches):
        return []
    soft = max(1, note.velocity - SOFTER)
    return [
        Note(note.start + place * length, length, pitch, soft, note.part, True)
        for place, pitch in enumerate(pitches)
    ]


def stepped(pitch: int, steps: int, tune: Tune) -> int:
    """A pitch so many steps of the tune's scale away."""
    scale = {(tune.home + one) % 12 for one in SCALES[tune.mode]}
    step = 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        pitch += step
        while pitch % 12 not in scale:
            pitch += step
    return pitch
