"""Styles as things to keep: readable recipes that can be mixed, exaggerated, turned round,
bred and saved under a name.

A style is a sum of directions in the text encoder's space (pictures/style_directions.py) and, if
wanted, an own model at some strength.
"""

from __future__ import annotations

import json
import random
import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import Creation, LearnerError, now
from course_utils.pictures.style_directions import (
    STYLES,
    read_directions,
    style_shares,
    write_directions,
)
from course_utils.portfolio.store import Keeper

__all__ = [
    "Style",
    "breed",
    "expanded",
    "load_style",
    "mix",
    "much_of",
    "save_style",
    "style_names",
    "style_of",
    "weirder",
]

FOLDER = "my_styles"
LARGEST_FILE = 20_000  # bytes
# what the weird dial mixes in: things and stuffs that say nothing of a style by themselves
WEIRD_WORDS = [
    "jelly",
    "lace",
    "rust",
    "feathers",
    "ice",
    "wool",
    "smoke",
    "honey",
    "coral",
    "bubbles",
    "paper",
    "wood",
    "moss",
    "neon",
    "clay",
    "glass",
    "fire",
    "snow",
    "candy",
    "leaves",
    "stars",
    "stone",
    "fur",
    "water",
]


class Style(BaseModel):
    """A style: directions with weights, perhaps an own model, its name and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(max_length=40)] = ""
    directions: Annotated[str, Field(max_length=600)] = ""
    own_model: Annotated[str, Field(pattern=r"^([a-z]{4,16})?$")] = ""
    own_strength: Annotated[float, Field(ge=0, le=2)] = 1.0
    parents: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=2)] = Field(
        default_factory=list
    )
    generation: Annotated[int, Field(ge=0, le=10_000)] = 0
    made: datetime = Field(default_factory=now)

    @property
    def weights(self) -> dict[str, float]:
        return read_directions(self.directions)

    def settings(self) -> dict:
        """The settings of a picture in this style."""
        own = (
            {"own_model": self.own_model, "own_strength": self.own_strength}
            if self.own_model
            else {}
        )
        return {"style": "any", "directions": self.directions, "style_name": self.name, **own}

    def sentence(self) -> str:
        """The style in words."""
        parts = [
            f"{how_much(weight)} {STYLES.get(words) or words} ({weight:+.1f})".strip()
            for words, weight in self.weights.items()
        ]
        own = (
            f" with the own model “{self.own_model}” at {self.own_strength:.1f}"
            if self.own_model
            else ""
        )
        return f"{', '.join(parts) or 'nothing special'}{own}"


def how_much(weight: float) -> str:
    """The share of something in a style, in words; "" of an ordinary one."""
    if weight < 0:
        return "away from"
    return "some" if weight < 0.6 else "much more of" if weight > 1.2 else ""


def style_of(creation: Creation) -> Style:
    """The style of a picture made here: what its recipe says, and the colour around the thing,
    seen in the picture.
    """
    settings = creation.recipe.settings
    weights: dict[str, float] = {}
    try:
        weights = {
            name: share
            for name, share in style_shares(str(settings.get("style", "any"))).items()
            if name != "any"
        }
        weights |= read_directions(str(settings.get("directions", "")))
    except LearnerError:
        pass  # from another version: what cannot be read has no weight
    own = str(settings.get("own_model", ""))
    ground = ground_colour(creation)
    if ground != "white" and not any("background" in words for words in weights):
        weights[f"on a {ground} background"] = 0.8
    strength = settings.get("own_strength", 1.0)
    return Style(
        directions=write_directions(weights),
        own_model=own if re.fullmatch("[a-z]{4,16}", own) else "",
        own_strength=(
            float(strength) if isinstance(strength, int | float) and 0 <= strength <= 2 else 1.0
        ),
        parents=[creation.id],
    )


def ground_colour(creation: Creation) -> str:
    """The plain name of the colour along the rim of a picture."""
    from PIL import Image

    from course_utils.pictures.png import main_colours, open_picture

    picture = open_picture(creation.content).resize((24, 24))
    rim = Image.new("RGB", (24, 4))
    rim.paste(picture.crop((0, 0, 24, 2)), (0, 0))
    rim.paste(picture.crop((0, 22, 24, 24)), (0, 2))
    return main_colours(rim, 1)[0]


def mix(styles: list[Style], shares: list[float]) -> Style:
    """The weighted sum of styles.

    Of own models the one with the greatest share stays, at its share of strength.
    """
    total = sum(abs(share) for share in shares) or 1.0
    weights: dict[str, float] = {}
    for style, share in zip(styles, shares):
        for words, weight in style.weights.items():
            weights[words] = weights.get(words, 0.0) + weight * share / total
    own = [
        (abs(share) / total * style.own_strength, style.own_model)
        for style, share in zip(styles, shares)
        if style.own_model
    ]
    strength, name = max(own, default=(1.0, ""))
    parents = list(
        dict.fromkeys(
            parent
            for style in styles
            for parent in (style.parents if not style.name else [style.name])
        )
    )[:2]
    return Style(
        directions=write_directions(weights),
        own_model=name,
        own_strength=round(min(2.0, strength), 2),
        parents=parents,
        generation=max((style.generation for style in styles), default=0),
    )


def much_of(style: Style, much: float) -> Style:
    """The style `much` times as strong: above 1 exaggerated, below 0 its opposite.

    An own model has no opposite: it is left out.
    """
    own = (
        {
            "own_model": style.own_model,
            "own_strength": round(min(2.0, style.own_strength * much), 2),
        }
        if style.own_model and much > 0
        else {"own_model": "", "own_strength": 1.0}
    )
    return style.model_copy(
        update={
            "directions": write_directions(
                {words: weight * much for words, weight in style.weights.items()}
            ),
            **own,
        }
    )


def weirder(style: Style, dial: float, seed: int) -> Style:
    """The style with up to three odd directions added, drawn by the seed, as strong as the dial
    (0 to 1) says. Which they were can be read in it.
    """
    if not dial:
        return style
    rng = random.Random(seed)
    weights = style.weights
    for words in rng.sample(WEIRD_WORDS, 1 + round(2 * dial)):
        weights[f"made of {words}"] = rng.choice([1, 1, -1]) * dial * rng.uniform(0.8, 1.8)
    return style.model_copy(update={"directions": write_directions(weights)})


def breed(first: Style, second: Style, seed: int, count: int = 4, wild: float = 0.3) -> list[Style]:
    """Children of two styles: each direction comes from one of them or lies between,
    strays a little, and now and then something new appears.
    """
    rng = random.Random(seed)
    mine, theirs = first.weights, second.weights
    children = []
    for _ in range(count):
        weights = {}
        for words in {**mine, **theirs}:
            a, b = mine.get(words, 0.0), theirs.get(words, 0.0)
            weights[words] = rng.choice([a, b, a + (b - a) * rng.random()]) + rng.gauss(0, wild / 2)
        if rng.random() < wild:
            weights[f"made of {rng.choice(WEIRD_WORDS)}"] = rng.uniform(0.5, 1.5)
        own = rng.choice([style for style in (first, second) if style.own_model] or [None])
        if own and rng.random() >= 0.75:
            own = None
        parents = [
            style.name or (style.parents[0] if style.parents else "") for style in (first, second)
        ]
        child = Style(
            directions=write_directions(weights),
            parents=parents,
            generation=max(first.generation, second.generation) + 1,
        )
        if own:
            strength = own.own_strength
            child = child.model_copy(update={"own_model": own.own_model, "own_strength": strength})
        children.append(child)
    return children


def check_style_name(name: str) -> str:
    """A name a style can be saved under.

    Raises:
        LearnerError: empty, too long, with odd signs, or one of the model's own style words.
    """
    from course_utils.safety.prompts import check_prompt

    name = " ".join(str(name).lower().split())
    if not re.fullmatch(r"[a-z0-9][a-z0-9 -]{1,30}", name):
        raise LearnerError(
            "A style's name has 2 to 31 letters, digits, spaces or hyphens, such as: rainy neon."
            " Change it and try again."
        )
    if name in STYLES:
        raise LearnerError(f"“{name}” is a style the model was taught. Choose another name.")
    return check_prompt(name)


def place_of(name: str) -> str:
    return f"{FOLDER}/{name.replace(' ', '_')}.json"


def save_style(portfolio: Keeper, style: Style, name: str) -> Style:
    """Keep a style under a name; one of that name is replaced.

    Raises:
        LearnerError: the name cannot be used, or the folder cannot be written.
    """
    named = style.model_copy(update={"name": check_style_name(name)})
    portfolio.keep_at(
        place_of(named.name), json.dumps(json.loads(named.model_dump_json()), indent=2).encode()
    )
    return named


def load_style(portfolio: Keeper, name: str) -> Style | None:
    """The style kept under a name, None when there is none.

    Raises:
        LearnerError: its file is damaged or too large.
    """
    name = " ".join(str(name).lower().split())
    path = portfolio.folder / place_of(name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9 -]{1,30}", name) or not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("too large")
        style = Style.model_validate_json(path.read_bytes())
        read_directions(style.directions)
        return style.model_copy(update={"name": name})
    except (OSError, ValueError, ValidationError) as problem:
        raise LearnerError(
            f"The style “{name}” is damaged. Take its file {path.name} out of the folder {FOLDER},"
            " and save the style again."
        ) from problem


def style_names(portfolio: Keeper) -> list[str]:
    """The names of the styles kept here."""
    return sorted(
        path.stem.replace("_", " ") for path in (portfolio.folder / FOLDER).glob("*.json")
    )


def expanded(portfolio: Keeper, settings: dict) -> dict:
    """Picture settings in which a style's name, or an own model's, is replaced by what it stands
    for, so that the recipe holds everything.

    Raises:
        LearnerError: the style's file is damaged.
    """
    name = settings.get("style")
    if not isinstance(name, str) or name in STYLES:
        return settings
    style = load_style(portfolio, name)
    if style is not None:
        return {**settings, **style.settings()}
    return (
        {**settings, "style": "any", "own_model": name}
        if name in portfolio.own_models()
        else settings
    )
