"""What the words of an order become for the model: which style and composition each candidate has,
and the text encoder's numbers for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from course_utils.creation import Creation
from course_utils.pictures.candidates.arranging import arranged
from course_utils.pictures.candidates.grounds import SCENES
from course_utils.pictures.candidates.spread import (
    COMPOSITIONS,
    PLAIN,
    drawn_alone,
    ground_of,
    spread,
    with_composition,
)
from course_utils.pictures.diffusion_model import PictureModel
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.style_directions import (
    SPREAD_STYLES,
    STYLES,
    along,
    read_directions,
    style_shares,
)
from course_utils.pictures.wishes.parts import Parts
from course_utils.pictures.wishes.wish import read_wish
from course_utils.safety.prompt_grammar import plain_prompt

__all__ = [
    "SEEDS_APART",
    "Order",
    "embeddings_of_each",
    "orders_of_parts",
    "parts_in",
    "parts_of_order",
    "put_in_order",
    "rows_of_each",
    "ways_of",
    "words_for_model",
]


@dataclass(frozen=True)
class Order:
    """A recipe on its way to pictures: its checked prompt and settings, what differs between its
    candidates (`ways_of`), and the pictures it begins from.
    """

    model: PictureModel
    prompt: str
    seed: int
    settings: PictureSettings
    ways: list[dict]
    start: Creation | None = None
    other: Creation | None = None

    def alone(self, number: int) -> Order:
        """One of its candidates as an order of its own, which is drawn the same."""
        settings = self.settings
        shared = settings.shared_seed
        if settings.surprise < 1 and number and shared < 0:
            shared = self.seed
        return replace(
            self,
            seed=(self.seed + number) % 2**32,
            settings=settings.model_copy(update={"count": 1, "shared_seed": shared}),
            ways=[self.ways[number]],
        )


SEEDS_APART = 1_000_003  # between the seeds of the things of one picture


def parts_in(prompt: str, settings: PictureSettings) -> Parts | None:
    """The things of a wish that the course's own model draws one by one; see `drawn_alone`."""
    return drawn_alone(read_wish(prompt, settings.own_model).words, settings.model_dump())


def parts_of_order(order: Order) -> Parts | None:
    """The things of an order that are drawn one by one; None where it is drawn as a whole."""
    ours = order.model.about.ships and order.start is None
    return parts_in(order.prompt, order.settings) if ours else None


def orders_of_parts(order: Order, parts: Parts) -> list[Order]:
    """An order for each thing of a picture whose things are drawn one by one."""
    shared, ways = order.settings.shared_seed, [{**way, "composition": PLAIN} for way in order.ways]

    def moved(seed: int, place: int) -> int:
        return (seed + place * SEEDS_APART) % 2**32

    return [
        replace(
            order,
            prompt=thing,
            seed=moved(order.seed, place),
            settings=order.settings.model_copy(
                update={"shared_seed": shared if shared < 0 else moved(shared, place)}
            ),
            ways=ways,
        )
        for place, thing in enumerate(parts.things)
    ]


def put_in_order(order: Order, parts: Parts, drawn: Sequence[Sequence]) -> list:
    """A picture for each candidate, from the pictures of each of its things; every second one the
    other way round.
    """
    return [
        arranged(things, parts.relation, turned=(order.seed + number) % 2 == 1)
        for number, things in enumerate(zip(*drawn, strict=True))
    ]


def ways_of(
    model: PictureModel, prompt: str, seed: int, settings: PictureSettings, has_start: bool
) -> list[dict[str, str]]:
    """The style and the composition of each candidate; spread only by the course's own model, and
    only from words.
    """
    if has_start or not model.about.ships:
        kept = settings.composition if settings.composition in COMPOSITIONS else PLAIN
        if (settings.extend or settings.blend_with) and ground_of(kept) in SCENES:
            kept = PLAIN  # the scene is no longer the one that is drawn by rule
        return [{"style": settings.style, "composition": kept}] * settings.count
    words = read_wish(prompt, settings.own_model).words
    return spread(words, settings.model_dump(), seed, settings.count, SPREAD_STYLES)


def embeddings_of_each(
    model: PictureModel, prompt: str, settings: PictureSettings, ways: list[dict[str, str]]
) -> dict:
    """`embeddings` of each candidate, N x tokens x width; 1 x ... where all are alike."""
    if all(way == ways[0] for way in ways):
        return embeddings(model, prompt, settings.model_copy(update=ways[0]))
    found = [embeddings(model, prompt, settings.model_copy(update=way)) for way in ways]
    return {name: joined([words[name] for words in found]) for name in found[0]}


def joined(parts: list):
    """Arrays or tensors one after another."""
    if hasattr(parts[0], "numpy"):
        import torch

        return torch.cat(parts)
    return np.concatenate(parts)


def rows_of_each(value, count: int):
    """A tensor of 1 or N rows as one of N."""
    return value.expand(count, *value.shape[1:])


def embeddings(model: PictureModel, prompt: str, settings: PictureSettings) -> dict:
    """What the text encoder makes of the words to follow and of the words to leave,
    by the name the pipeline takes each under: 1 x tokens x width.

    A mix of words or styles is the weighted mean of their embeddings; directions are added to it.
    """
    weighted, ground = [], settings.composition if settings.from_parent else PLAIN
    for text, share in (
        ((prompt, 1 - settings.second_share), (settings.second, settings.second_share))
        if settings.second
        else ((prompt, 1.0),)
    ):
        weighted += [
            (
                model.words(
                    words_for_model(
                        with_composition(text, ground), style, model.about.ships, settings.own_model
                    )
                ),
                share * part,
            )
            for style, part in style_shares(settings.style).items()
        ]
    follow = {
        name: sum(words[name] * share for words, share in weighted) for name in weighted[0][0]
    }
    directions = read_directions(settings.directions)
    if directions:
        follow = {
            name: (
                value
                + along(lambda text, name=name: model.words(text)[name], prompt, directions, STYLES)
            )
            for name, value in follow.items()
        }
    return {**follow, **model.words_to_leave(settings.leave_out)}


def words_for_model(prompt: str, style: str, plain: bool = True, own_name: str = "") -> str:
    """What the model reads: the prompt and, when chosen, the words for a style.

    The course's own (`plain`) reads "the hound" as "dog": few captions began with "the", and none
    had a hound.
    """
    prompt = plain_prompt(prompt)
    if plain:
        prompt = re.sub(r"^the\s+(?=\w)", "", prompt, flags=re.IGNORECASE)
        prompt = read_wish(prompt, own_name).words
    styles = ", ".join(STYLES[name] for name in style_shares(style) if STYLES[name])
    return f"{prompt}, {styles}" if styles else prompt
