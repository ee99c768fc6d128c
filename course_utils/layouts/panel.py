"""What can be set and done with layouts, in every face."""

from __future__ import annotations

import random

from course_utils.controls import TAKE, WORK, Action, Control, StudioSpec, controls_of, found, kept
from course_utils.creation import Creation
from course_utils.layouts.calls import (
    SUFFIXES,
    another_format,
    before_hand,
    make_layouts,
    take_layout,
    why_this_score,
)
from course_utils.layouts.design import FORMATS
from course_utils.layouts.printing import PAPERS
from course_utils.layouts.settings import LayoutSettings
from course_utils.notebook.results import SLOTS, Results, make_like
from course_utils.portfolio.store import Portfolio

__all__ = ["layouts", "made", "varied"]


def layouts() -> StudioSpec:
    """Posters, cards and pages."""
    return StudioSpec(
        kind="layout",
        name="Layouts",
        label="Title",
        words="The quiet sea",
        make=made,
        vary=varied,
        settings=LayoutSettings,
        controls=(
            *controls_of(LayoutSettings),
            Control("picture", "Picture", "", kept("image", nothing="no picture: shapes instead")),
        ),
        actions=(
            Action(
                "The same design in this format",
                WORK,
                lambda creation, values: another_format(creation, values["other_format"]),
                (Control("other_format", "As", "square post", [*FORMATS]),),
            ),
            Action(
                "Why this score",
                WORK,
                lambda creation, values: why_this_score(creation),
                about="Rules judge order, not beauty.",
            ),
            Action(
                "Make the file",
                TAKE,
                lambda creation, values: take_layout(
                    creation, values["way"], paper=values["paper"]
                ),
                (
                    Control("way", "As", "pdf", [*SUFFIXES]),
                    Control("paper", "PDF on paper", next(iter(PAPERS)), [*PAPERS]),
                ),
            ),
        ),
    )


def made(title: str, count: int, seed: int, values: dict) -> Results:
    """Layouts as the controls say."""
    settings = {name: values[name] for name in LayoutSettings.shown()}
    settings["palette"] = (settings["palette"] or "").strip() or "any"
    text = settings.pop("text") or ""
    return make_layouts(title, text, found(values["picture"]), count, seed, **settings)


def varied(creation: Creation, values: dict, seed: int) -> Results:
    """The same composition and colours with other shares, sides, alignments and letters."""
    portfolio, recipe = Portfolio(), creation.recipe
    ingredients = portfolio.ingredients(before_hand(portfolio, creation).recipe)
    seed = seed if seed is not None else random.randrange(2**31)
    changes = {"choices": "", "type": "any"}
    return make_like(recipe, seed, recipe.prompt, ingredients, SLOTS, **changes)
