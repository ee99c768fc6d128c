"""What can be set and done with texts, in every face."""

from __future__ import annotations

from course_utils.controls import MORE, WORK, Action, Control, StudioSpec, found, kept, only
from course_utils.notebook.results import again
from course_utils.words.calls import make_words, my_version


def words() -> StudioSpec:
    """Short texts of many kinds."""
    from course_utils.words.calls import beginning
    from course_utils.words.engine import read_template, template_names, voices
    from course_utils.words.inside import with_examples

    named = "Titles and blurbs"

    def make(topic: str, count: int, seed: int, values: dict):
        settings = only(values, "template", "surprise", "repeat")
        settings |= (
            {"voice": values["voice"].strip()}
            if values["template"] == "voice" and values["voice"] and values["voice"].strip()
            else {}
        )
        settings |= {"items": values["items"]} if values["items"] else {}
        about = found(values["about"])
        if about:
            settings["template"] = values["naming"]
        return make_words(about or topic, count, seed, **settings)

    return StudioSpec(
        "words",
        "Words",
        "Your words",
        "the moon",
        make,
        lambda creation, values, seed: again(creation, seed, start=beginning(creation.text)),
        (
            Control(
                "template",
                "Make me",
                "poem",
                [(read_template(name)["label"], name) for name in template_names()],
            ),
            Control("surprise", "Surprise", 0.8, None, "", (0.6, 1.2, 0.1)),
            Control(
                "voice",
                "Voice, for Say it in another voice",
                "",
                [("none", ""), *((voice, voice) for voice in voices())],
                MORE,
            ),
            Control(
                "repeat",
                "Repeats",
                1.1,
                [("may repeat itself", 1.0), ("seldom", 1.1), ("hardly ever", 1.25)],
                MORE,
            ),
            Control(
                "items",
                "Lines of a list",
                0,
                [
                    ("as the kind of text has", 0),
                    *((str(number), number) for number in range(1, 11)),
                ],
                MORE,
            ),
            Control(
                "about",
                "Name something you made",
                "",
                kept("image", "tune", "backing", "sound", nothing="no, use my words"),
                named,
            ),
            Control(
                "naming", "Give it", "title", [("titles", "title"), ("a blurb", "blurb")], named
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
    )
