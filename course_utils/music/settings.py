"""The settings of a tune, each declared once."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from course_utils.creation import LearnerError
from course_utils.music.band.settings import styles_known
from course_utils.music.band.styles import read_style
from course_utils.music.form.kinds import kind_names
from course_utils.music.form.ornaments import AS_USUAL, MANY, PLAIN, ornament_styles
from course_utils.music.form.plans import FREE, SHARES, read_plan
from course_utils.music.form.singing import checked_lyrics
from course_utils.music.form.wishes import FITTING, NOBODY
from course_utils.music.prompt_reading import ANY, INSTRUMENTS
from course_utils.music.score_to_tokens import MOST_BARS
from course_utils.music.tasks import LONGEST_GAP, TASKS
from course_utils.music.tokens import KEYS, KINDS, METRES, MODES
from course_utils.settings import Settings, setting

__all__ = ["LONGEST_START", "TuneSettings"]

MOST_AT_ONCE = 6
LONGEST_START = 4_000  # characters of a tune to work on inside a recipe
LONGEST_NOTES = 12_000  # characters of a finished tune
LENGTHS = [
    ("short, 4 bars", 4),
    ("8 bars", 8),
    ("long, 16 bars", 16),
    ("very long, 32 bars", 32),
]
PLANS = [
    ("drawn for you", ANY),
    *((plan, plan) for plan in ("AABA", "ABAC", "AAB", "AABB", "ABACA")),
    ("question and answer", "question and answer"),
    ("no bar comes back by plan", FREE),
]
ENDINGS = [("at home", "home"), ("left open", "open")]


def bands_known(portfolio: object = None) -> list[tuple[str, str]]:
    """Nobody, a band that fits the tune, or a style."""
    return [("nobody", NOBODY), ("a band that fits", FITTING), *styles_known()]


DENSITY = [
    ("as it comes", ANY),
    ("few and long", "1"),
    ("rather few", "2"),
    ("middling", "3"),
    ("rather many", "4"),
    ("many and short", "5"),
]


class TuneSettings(Settings):
    """What can be set of a tune."""

    count: int = setting(1, ge=1, le=MOST_AT_ONCE)
    task: str = setting("write", choices=TASKS)
    instrument: str = setting(
        ANY, label="Instrument", help="What plays it.", choices=[ANY, *INSTRUMENTS], group=""
    )
    bars: int = setting(
        8,
        ge=1,
        le=MOST_BARS,
        label="Length",
        help="How many bars.",
        choices=LENGTHS,
        open_choice=True,
        group="",
    )
    kind_of_tune: str = setting(
        ANY, label="Kind of tune", help="A dance or another kind of the old books.", choices=KINDS
    )
    key: str = setting(ANY, label="Key", help="The note it goes home to.", choices=[ANY, *KEYS])
    mode: str = setting(
        ANY, label="Mode", help="Major is bright, minor dark; the others are older.",
        choices=[ANY, *MODES],
    )  # fmt: skip
    metre: str = setting(
        ANY,
        label="Metre",
        help="How the beats are counted.",
        choices=[("the kind's", ANY), *((name, name) for name in METRES)],
    )
    density: str = setting(ANY, label="Notes", help="How many, and how long.", choices=DENSITY)
    surprise: float = setting(
        0.9,
        ge=0.5,
        le=1.3,
        label="Surprise",
        help="How far from the likeliest notes it may go (the temperature).",
        choices=[("a little", 0.7), ("some", 0.9), ("a lot", 1.1)],
        open_choice=True,
    )
    kind_of_music: str = setting(
        "",
        label="Other music",
        help="A kind the note model was not taught; it is written after readable rules.",
        choices=[("none", ""), *((name, name) for name in kind_names())],
    )
    plan: str = setting(
        ANY, label="Form", help="Which phrases come back.", choices=PLANS, open_choice=True
    )
    shares: int = setting(SHARES, ge=1, le=SHARES)  # 1: the counts that earlier tunes were drawn by
    ending: str = setting("home", label="Ending", help="How it ends.", choices=ENDINGS)
    upbeat: bool = setting(False, label="Upbeat", help="A note or two before the first bar.")
    ornaments: str = setting(
        AS_USUAL,
        label="Ornaments",
        help="Grace notes, rolls, turns and trills, where the kind of music has them.",
        choices=[AS_USUAL, PLAIN, MANY],
        open_choice=True,
    )
    band_file: str = setting("")  # the file of a band style of one's own
    band: str = setting(
        NOBODY, label="Band", help="Who plays along.", choices=bands_known, group=""
    )
    tempo: int = setting(0, ge=0, le=300)  # beats a minute; 0: as its kind has it
    start: str = setting("")  # a tune to go on from, as notes
    keep_bars: int = setting(0, ge=0, le=MOST_BARS)
    gap_from: int = setting(1, ge=1, le=MOST_BARS)
    gap_bars: int = setting(2, ge=1, le=LONGEST_GAP)
    near: float = setting(0.4, ge=0, le=1)  # the share of notes that stay
    notes: str = setting("")
    chord_line: str = setting("")
    lyrics: str = setting(
        "", label="Words to sing", help="A choir sings them, one note a syllable.", lines=4
    )
    sung: str = setting("")  # the syllables of a finished tune, one for each note of its voice
    unsung: str = setting("")  # words that found no note
    form: str = setting("")  # the phrases of a finished tune with their bars
    own_model: str = setting("", help="The name of a model you taught.")
    own_strength: float = setting(1.0, ge=0, le=2, help="How much of it: 0 is none.")
    own_print: str = setting("")  # which version of the own model

    @field_validator("own_model", "own_print", mode="before")
    @classmethod
    def _own(cls, name: object, info: Any) -> object:
        if not isinstance(name, str) or len(name) > 40:
            raise LearnerError(
                f"The setting {info.field_name} must be the name of a model you taught. Leave it"
                " out and try again."
            )
        return name

    @field_validator("plan", mode="before")
    @classmethod
    def _plan(cls, plan: object) -> object:
        if plan not in (ANY, FREE):
            read_plan(str(plan))
        return plan

    @field_validator("band", mode="after")
    @classmethod
    def _band(cls, name: str, info: Any) -> str:
        if name not in (NOBODY, FITTING):
            read_style(name, info.data.get("band_file", ""))
        return name

    @field_validator("ornaments", mode="before")
    @classmethod
    def _ornaments(cls, name: object) -> object:
        known = [*ornament_styles(), *(f"{one}, {MANY}" for one in ornament_styles())]
        if name not in (AS_USUAL, PLAIN, MANY, *known):
            raise LearnerError(
                f"“{str(name)[:40]}” are no ornaments here. Choose one of: {AS_USUAL}, {PLAIN},"
                f" {MANY}, {', '.join(ornament_styles())}."
            )
        return name

    @field_validator("lyrics", mode="before")
    @classmethod
    def _lyrics(cls, text: object) -> object:
        return checked_lyrics(text) if isinstance(text, str) and text.strip() else text

    @field_validator("start", "notes", "chord_line", "form", "sung", "unsung", mode="before")
    @classmethod
    def _made(cls, text: object, info: Any) -> object:
        longest = LONGEST_START if info.field_name == "start" else LONGEST_NOTES
        if not isinstance(text, str) or len(text) > longest:
            raise LearnerError(
                f"The setting {info.field_name} must be a tune made earlier. Leave it out and try"
                " again."
            )
        return text
