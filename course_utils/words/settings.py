"""The settings of a text, each declared once."""

from __future__ import annotations

from course_utils.settings import INSIDE, Settings, setting
from course_utils.words.templates import read_template, template_names, voices

__all__ = ["WordsSettings"]

MOST_AT_ONCE = 6
REPEATS = [("may repeat itself", 1.0), ("seldom", 1.1), ("hardly ever", 1.25)]
LINES = [("as the kind of text has", 0), *((str(number), number) for number in range(1, 11))]


def kinds_of_text(portfolio: object = None) -> list[tuple[str, str]]:
    """Every kind of text, those that a learner added too, by its label."""
    return [(read_template(name)["label"], name) for name in template_names()]


def voices_known(portfolio: object = None) -> list[tuple[str, str]]:
    return [("none", ""), *((voice, voice) for voice in voices())]


class WordsSettings(Settings):
    """What can be set of a text."""

    count: int = setting(1, ge=1, le=MOST_AT_ONCE)
    template: str = setting(
        "poem", label="Make me", help="The kind of text.", choices=kinds_of_text, group=""
    )
    surprise: float = setting(
        0.8,
        ge=0.2,
        le=1.5,
        step=0.1,
        label="Surprise",
        help="How far from the likeliest words it may go (the temperature).",
        group="",
    )
    repeat: float = setting(
        1.1,
        ge=1,
        le=1.5,
        label="Repeats",
        help="How much words that were used already are avoided.",
        choices=REPEATS,
        open_choice=True,
    )
    length: int = setting(0, ge=0, le=200, help="The most pieces of words; 0: as its kind has it.")
    start: str = setting("", help="How the text begins.")
    before: str = setting("", help="What came before it, for a story.")
    voice: str = setting(
        "",
        label="Voice, for Say it in another voice",
        help="Who speaks.",
        choices=voices_known,
        open_choice=True,
    )
    items: int = setting(
        0, ge=0, le=10, label="Lines of a list", choices=LINES, help="How many lines a list has."
    )
    own_model: str = setting("", group=INSIDE, help="The name of a model you taught.")
    own_strength: float = setting(1.0, ge=0, le=2, help="How much of it: 0 is none.")
    own_print: str = setting("")  # which version of the own model
