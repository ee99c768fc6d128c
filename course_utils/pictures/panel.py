"""What can be set and done with pictures, in every face: the notebook, the browser,
the terminal.
"""

from __future__ import annotations

import random

from course_utils.controls import MORE, TAKE, WORK, Action, Control, StudioSpec, found, kept, only
from course_utils.creation import Creation, LearnerError
from course_utils.notebook import results as oneline
from course_utils.notebook.results import SLOTS
from course_utils.pictures.png import BROUGHT_PICTURE
from course_utils.pictures.saved_styles import style_names
from course_utils.portfolio.store import Portfolio

STYLES = [("any", "any"), ("flat drawing", "flat"), ("sticker", "sticker"), ("shiny 3D", "3d")]
EXAMPLES = {
    style: (
        f"{style}.png",
        f"Example: a red apple, {'no style named' if style == 'any' else words}",
    )
    for words, style in STYLES
}
FOLLOW = [("loosely", 1.5), ("normally", 3.0), ("closely", 5.0), ("very closely", 7.5)]
FAR = [("stay close", 0.4), ("halfway", 0.6), ("go far", 0.85)]
SHEETS = {  # a contact sheet's settings, in plain words: name and values
    "how closely it follows": ("guidance", [1, 3, 6]),
    "style": ("style", ["flat", "sticker", "3d"]),
    "speed": ("speed", ["quick", "balanced", "careful"]),
    "how far it goes": ("strength", [0.3, 0.6, 0.9]),
    "share of the mixed-in words": ("second_share", [0.0, 0.5, 1.0]),
    "seed": ("seed", []),
}
FILE_KINDS = {
    "png": "Large picture (PNG)",
    "clear": "Clear background (PNG)",
    "svg": "Shapes that print at any size (SVG)",
    "stickers": "Sheet of stickers (PDF)",
}


def pictures() -> StudioSpec:
    """Pictures from words, from a picture, from a part of one."""
    from course_utils.pictures import calls as more
    from course_utils.pictures.inpainting import REGIONS, SIDES

    start = "Start from a picture"
    sides = [("no", ""), *((name, name) for name in SIDES)]

    def make(words: str, count: int, seed: int, values: dict):
        settings = only(
            values, "style", "speed", "guidance", "surprise", "leave_out", "second", "second_share"
        )
        if values["second_style"] and values["second_style"] != values["style"]:
            settings["style"] = (
                f"{values['style']}:{1 - values['style_share']:.2f}"
                f" {values['second_style']}:{values['style_share']:.2f}"
            )
        begin = values["file"] or found(values["begin"])
        if begin:
            settings |= {
                "strength": values["strength"],
                "part": values["part"],
                "extend": values["extend"],
                "start": begin,
            }
            other = found(values["blend"])
            settings |= {"other": other, "blend_share": values["blend_share"]} if other else {}
        return more.make_image(words, count, seed, **settings)

    def vary(creation: Creation, values: dict, seed: int, strength: float = more.VARIED["subtle"]):
        settings = {
            **creation.recipe.settings,
            "strength": strength,
            **more.PLAIN,
            "shared_seed": -1,
            "surprise": 1.0,
        }
        # a picture from outside has a name, but no words
        words = (
            values["words"] if creation.recipe.model == BROUGHT_PICTURE else creation.recipe.prompt
        )
        own = Portfolio().ingredients(creation.recipe).get("own")
        return oneline.make(
            "image",
            words,
            SLOTS,
            seed,
            {**settings, "count": SLOTS},
            {"start": creation, **({"own": own} if own else {})},
            creation.id,
        )

    def sheet(creation: Creation, values: dict):
        (across, columns), (down, rows) = (
            SHEETS[values["across"]],
            SHEETS.get(values["down"], ("", [])),
        )
        if across == down:
            raise LearnerError(
                "Across and down are the same setting. Choose another for one of them."
            )
        seeds = {"seed": [(creation.recipe.seed + number) % 2**31 for number in range(3)]}
        lists = {
            name: seeds.get(name, steps)
            for name, steps in ((across, columns), (down, rows))
            if name
        }
        return more.sweep_image(creation.recipe.prompt, seed=creation.recipe.seed, **lists)

    sheets = [
        name for name in SHEETS if name not in ("how far it goes", "share of the mixed-in words")
    ]
    return StudioSpec(
        "image",
        "Pictures",
        "Your words",
        "a red heart",
        make,
        vary,
        (
            Control("style", "Style", "any", lambda portfolio: [*STYLES, *own_styles(portfolio)]),
            Control(
                "speed",
                "Speed",
                "balanced",
                [("Quick", "quick"), ("Balanced", "balanced"), ("Careful", "careful")],
            ),
            Control("guidance", "Follow my words", 3.0, FOLLOW, MORE),
            Control(
                "surprise",
                "Surprise: 0 is almost alike, 1 all different",
                1.0,
                None,
                MORE,
                (0, 1, 0.05),
            ),
            Control("leave_out", "Leave out", "", None, MORE),
            Control("second", "Mix in other words", "", None, MORE),
            Control("second_share", "How much of the other words", 0.5, None, MORE, (0, 1, 0.05)),
            Control(
                "second_style", "Mix the style with", "", [("no other", ""), *STYLES[1:]], MORE
            ),
            Control("style_share", "How much of that style", 0.5, None, MORE, (0, 1, 0.05)),
            Control("begin", "Begin from", "", kept("image", nothing="words only"), start),
            Control(
                "file", "Or from a picture file of yours", None, None, start, accept=("image",)
            ),
            Control("strength", "How far to go from it", 0.6, FAR, start),
            Control(
                "part",
                "Change only",
                "",
                [("all of it", ""), *((name, name) for name in REGIONS)],
                start,
            ),
            Control("extend", "Make wider", "", sides, start),
            Control("blend", "Blend with", "", kept("image"), start),
            Control("blend_share", "Share of the other picture", 0.5, None, start, (0, 1, 0.05)),
        ),
        (
            Action(
                "Vary more",
                WORK,
                lambda creation, values: vary(
                    creation, values, random.randrange(2**31), more.VARIED["strong"]
                ),
                about="Four that go further from it than Vary does.",
            ),
            Action(
                "Bigger",
                WORK,
                lambda creation, values: more.make_bigger(creation),
                about="The same picture four times larger, as a new one.",
            ),
            Action(
                "Make a contact sheet",
                WORK,
                sheet,
                (
                    Control("across", "Across", "style", sheets),
                    Control(
                        "down",
                        "Down",
                        "how closely it follows",
                        [("nothing", ""), *((name, name) for name in sheets)],
                    ),
                ),
                "The same seed with one or two settings changed, side by side.",
            ),
            Action(
                "Show the family",
                WORK,
                lambda creation, values: more.family_tree(creation),
                about="What it came from, and what came from it.",
            ),
            *(
                Action(
                    words,
                    TAKE,
                    lambda creation, values, way=way: more.take_picture(
                        values["all"] if way == "stickers" else creation, way
                    ),
                    several=way == "stickers",
                )
                for way, words in FILE_KINDS.items()
            ),
        ),
    )


def own_styles(portfolio: Portfolio) -> list[tuple[str, str]]:
    """Styles a person saved and models of their own, as options."""
    return [
        *((f"mine: {name}", name) for name in style_names(portfolio)),
        *((f"my model: {name}", name) for name in portfolio.own_models()),
    ]
