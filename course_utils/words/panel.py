"""What can be set and done with texts, in every face."""

from __future__ import annotations

from course_utils.controls import (
    WORK,
    Action,
    Control,
    StudioSpec,
    controls_of,
    found,
    kept,
    only,
)
from course_utils.notebook.results import Results, again
from course_utils.words.calls import beginning, make_words, my_version
from course_utils.words.inside import with_examples
from course_utils.words.settings import WordsSettings

__all__ = ["made", "words"]

NAMED = "Titles and blurbs"


def made(topic: str, count: int, seed: int, values: dict) -> Results:
    """Texts as the controls say."""
    settings = only(values, "template", "surprise", "repeat")
    voice = (values["voice"] or "").strip()
    settings |= {"voice": voice} if settings["template"] == "voice" and voice else {}
    settings |= {"items": values["items"]} if values["items"] else {}
    about = found(values["about"])
    if about:
        settings["template"] = values["naming"]
    return make_words(about or topic, count, seed, **settings)


def words() -> StudioSpec:
    """Short texts of many kinds."""
    return StudioSpec(
        "words",
        "Words",
        "Your words",
        "the moon",
        made,
        lambda creation, values, seed: again(creation, seed, start=beginning(creation.text)),
        (
            *controls_of(WordsSettings, surprise={"span": (0.6, 1.2, 0.1)}),
            Control(
                "about",
                "Name something you made",
                "",
                kept("image", "tune", "backing", "sound", nothing="no, use my words"),
                NAMED,
            ),
            Control(
                "naming", "Give it", "title", [("titles", "title"), ("a blurb", "blurb")], NAMED
            ),
        ),
        (
            Action(
                "Keep my version",
                WORK,
                lambda creation, values: my_version(creation, values["mine"] or ""),
                (Control("mine", "My version: write on the text here", "", lines=6),),
                "Your words and the machine's are counted.",
            ),
            Action(
                "What the examples do",
                WORK,
                lambda creation, values: with_examples(
                    str(creation.recipe.settings.get("template", "poem")),
                    creation.recipe.prompt,
                    seed=creation.recipe.seed,
                ),
                about="The same kind of text, only asked, and after a few examples.",
            ),
        ),
        settings=WordsSettings,
        examples=("the moon", "a lost key", "rain on the roof", "my cat at night"),
    )
