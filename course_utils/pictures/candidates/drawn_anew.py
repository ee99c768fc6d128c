"""A candidate that comes out as near as a copy to a training picture is drawn anew in a mix of two
styles, where the style was the course's to choose. Nobody drew in such a mix, so it lies farther
from every drawing; shapes that all hands draw alike, such as hearts and stars, may stay near.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from course_utils.pictures.candidates.conditioning import Order
from course_utils.pictures.candidates.spread import ANY, is_arranged
from course_utils.pictures.style_directions import SPREAD_STYLES, mix_of
from course_utils.pictures.training_drawings import TOO_NEAR, nearest_dots

__all__ = ["OTHER", "SHARES", "drawn_anew"]

OTHER = "blob"  # the style that is mixed in; no candidate is spread over it
SHARES = (0.5, 0.9)  # of it, at the first and the second try


def drawn_anew(
    orders: Sequence[Order], pictures: Sequence, draw: Callable[[list[Order]], Sequence | None]
) -> tuple[list[Order], list]:
    """Orders of one candidate each and their pictures, those too near to a training picture drawn
    anew, twice at most; where neither is far enough, the first stays. The seed stays too, and
    the style in the candidate's recipe says what was mixed.

    Args:
        pictures: PIL pictures as they were drawn, before their composition.
        draw: the pictures of some such orders; None when it was stopped.

    Raises:
        LearnerError: the index of training pictures is missing or damaged.
    """
    orders, pictures = list(orders), list(pictures)
    free = [number for number, order in enumerate(orders) if has_free_style(order)]
    if not free:
        return orders, pictures
    apart = nearest_dots([pictures[number] for number in free])
    near = [number for number, far in zip(free, apart) if far < TOO_NEAR]
    for share in SHARES:
        asked = [mixed(orders[number], share) for number in near]
        made = draw(asked) if asked else None
        if made is None:
            break
        found = list(zip(near, asked, made, nearest_dots(made) >= TOO_NEAR))
        for number, order, picture, far_enough in found:
            if far_enough:
                orders[number], pictures[number] = order, picture
        near = [number for number, _, _, far_enough in found if not far_enough]
    return orders, pictures


def has_free_style(order: Order) -> bool:
    """Whether the style of an order of one candidate was the course's to choose."""
    style, composition = order.ways[0]["style"], order.ways[0]["composition"]
    chosen = order.settings.style == ANY and style in SPREAD_STYLES
    return chosen and not is_arranged(composition)


def mixed(order: Order, share: float) -> Order:
    """An order of one candidate with so much of the other style in its own."""
    way = order.ways[0]
    return replace(order, ways=[{**way, "style": mix_of(way["style"], OTHER, share)}])
