"""What can be set and done with pictures, in every face: notebook, browser, terminal."""

from __future__ import annotations

import random

from course_utils.controls import (
    MORE,
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
from course_utils.engines.base import Ingredient
from course_utils.notebook.results import SLOTS, Results, make
from course_utils.pictures import calls
from course_utils.pictures.candidates.spread import ANY
from course_utils.pictures.png import BROUGHT_PICTURE
from course_utils.pictures.prompt_ideas import idea
from course_utils.pictures.saved_styles import style_names
from course_utils.pictures.settings import START, STYLE_CHOICES, PictureSettings
from course_utils.pictures.style_directions import mix_of
from course_utils.portfolio.store import Portfolio

__all__ = ["FILE_KINDS", "SHEETS", "own_styles", "style_picture"]

# a contact sheet's settings, in plain words: name and values
SHEETS: dict[str, tuple[str, list]] = {
    "how closely it follows": ("guidance", [1, 3, 6]),
    "style": ("style", ["flat", "sticker", "3d"]),
    "speed": ("speed", ["quick", "balanced", "careful"]),
    "how far it goes": ("strength", [0.3, 0.6, 0.9]),
    "share of the mixed-in words": ("second_share", [0.0, 0.5, 1.0]),
    "seed": ("seed", []),
}
OF_WORDS = [n for n in SHEETS if n not in ("how far it goes", "share of the mixed-in words")]
FILE_KINDS = {
    "png": "Large picture (PNG)",
    "clear": "Clear background (PNG)",
    "svg": "Shapes that print at any size (SVG)",
    "stickers": "Sheet of stickers (PDF)",
}


def pictures() -> StudioSpec:
    """Pictures from words, from a picture, from a part of one."""
    look = {"choices": all_styles, "picture": style_picture}
    settings = controls_of(PictureSettings, style=look)
    first = [one for one in settings if one.group != START]
    from_picture = [one for one in settings if one.group == START]
    return StudioSpec(
        kind="image",
        name="Pictures",
        label="Your words",
        words="a red heart",
        make=made,
        vary=varied,
        settings=PictureSettings,
        ideas=idea,
        examples=(
            "a red heart",
            "a blue house",
            "a cat",
            "a castle",
            "a strawberry",
            "a rocket",
        ),
        controls=(
            *first,
            Control("second_style", "Mix the style with", "", second_styles(), MORE),
            Control(
                "style_share", "How much of that style", 0.5, group=MORE, span=(0.0, 1.0, 0.05)
            ),
            Control("begin", "Begin from", "", kept("image", nothing="words only"), START),
            Control(
                "file", "Or from a picture file of yours", None, None, START, accept=("image",)
            ),
            *from_picture,
            Control("blend", "Blend with", "", kept("image"), START),
        ),
        actions=actions(),
    )


def all_styles(portfolio: Portfolio) -> list[tuple[str, str]]:
    """The course's styles, those a person saved, and models of their own."""
    return [*STYLE_CHOICES, *own_styles(portfolio)]


def own_styles(portfolio: Portfolio) -> list[tuple[str, str]]:
    """Styles a person saved and models of their own, as options."""
    return [
        *((f"mine: {name}", name) for name in style_names(portfolio)),
        *((f"my model: {name}", name) for name in portfolio.own_models()),
    ]


def style_picture(style: str) -> tuple[str, str]:
    """The file of an example of a style, and what it shows."""
    words = {value: words for words, value in STYLE_CHOICES}.get(style, "")
    named = "no style named" if style == ANY else words
    return f"{style}.png", f"Example: a red apple, {named}"


def second_styles() -> list[tuple[str, str]]:
    return [("no other", ""), *STYLE_CHOICES[1:]]


def made(words: str, count: int, seed: int, values: dict) -> Results:
    """Pictures as the controls say."""
    start = values["file"] or found(values["begin"])
    groups = {one.name: one.group for one in controls_of(PictureSettings)}
    settings = only(values, *(name for name, group in groups.items() if start or group != START))
    if values["second_style"] and values["second_style"] != values["style"]:
        mix = values["style"], values["second_style"], values["style_share"]
        settings["style"] = mix_of(*mix)
    if start:
        settings |= {"start": start, "other": found(values["blend"])}
    return calls.make_image(words, count, seed, **settings)


def varied(
    creation: Creation, values: dict, seed: int, strength: float = calls.VARIED["subtle"]
) -> Results:
    """Four that stay near a picture."""
    changes = {"strength": strength, **calls.PLAIN, "shared_seed": -1, "surprise": 1.0}
    recipe = creation.recipe
    # a picture from outside has a name, but no words
    words = values["words"] if recipe.model == BROUGHT_PICTURE else recipe.prompt
    own = Portfolio().ingredients(recipe).get("own")
    ingredients: dict[str, Ingredient] = {"start": creation, **({"own": own} if own else {})}
    settings = {**recipe.settings, **changes, "count": SLOTS}
    return make("image", words, SLOTS, seed, settings, ingredients, creation.id)


def sheet(creation: Creation, values: dict):
    """A contact sheet over one or two settings."""
    across, columns = SHEETS[values["across"]]
    down, rows = SHEETS.get(values["down"], ("", []))
    if across == down:
        raise LearnerError("Across and down are the same setting. Choose another for one of them.")
    seeds = {"seed": [(creation.recipe.seed + number) % 2**31 for number in range(3)]}
    pairs = ((across, columns), (down, rows))
    lists = {name: seeds.get(name, steps) for name, steps in pairs if name}
    return calls.sweep_image(creation.recipe.prompt, seed=creation.recipe.seed, **lists)


def actions() -> tuple[Action, ...]:
    """The buttons for the chosen picture."""
    return (
        Action("Vary more", WORK, far_varied, about="Four that go further from it than Vary does."),
        Action(
            "Bigger",
            WORK,
            lambda creation, values: calls.make_bigger(creation),
            about="The same picture four times larger, as a new one.",
        ),
        Action(
            "Make a contact sheet",
            WORK,
            sheet,
            (
                Control("across", "Across", "style", OF_WORDS),
                Control("down", "Down", "how closely it follows", [("nothing", ""), *OF_WORDS]),
            ),
            "The same seed with one or two settings changed, side by side.",
        ),
        Action(
            "Show the family",
            WORK,
            lambda creation, values: calls.family_tree(creation),
            about="What it came from, and what came from it.",
        ),
        *(take_as(way) for way in FILE_KINDS),
    )


def far_varied(creation: Creation, values: dict) -> Results:
    return varied(creation, values, random.randrange(2**31), calls.VARIED["strong"])


def take_as(way: str) -> Action:
    """The button that makes one kind of file; a sheet of stickers takes all candidates."""
    several = way == "stickers"

    def take(creation: Creation, values: dict):
        return calls.take_picture(values["all"] if several else creation, way)

    return Action(FILE_KINDS[way], TAKE, take, several=several)
