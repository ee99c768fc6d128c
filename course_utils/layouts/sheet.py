"""What a page is worked out from: the words and pictures given, the choices drawn, and a sheet of
blocks whose places a constraint solver (Cassowary, by kiwisolver) finds.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.layouts.design import Box, page_size

if TYPE_CHECKING:
    from kiwisolver import Constraint, Expression, Variable

__all__ = ["Choices", "Content", "Plan", "Sheet"]


@dataclass(frozen=True)
class Choices:
    """What a composition leaves open: the share of the page the picture takes, margins, alignment,
    side, which colours, size of the title.
    """

    split: float
    margin: float
    align: str
    mirrored: bool
    boldness: float
    coloured: bool

    @classmethod
    def draw(cls, rng: random.Random) -> Choices:
        """Choices at random; shares are those designers use: half, the golden section, two thirds,
        three fifths.
        """
        return cls(
            rng.choice([0.5, 0.56, 0.618, 0.667]),
            rng.choice([55.0, 75.0, 100.0]),
            rng.choice(["left", "left", "centre", "right"]),
            rng.random() < 0.5,
            round(rng.uniform(0.6, 1.0), 2),
            rng.random() < 0.5,
        )


@dataclass(frozen=True)
class Content:
    """What a learner gives: a title, a text, small words (such as a name or a date),
    how many pictures.
    """

    title: str
    body: str = ""
    small: str = ""
    picture: int = 0


class Sheet:
    """A page with blocks whose places are unknown until `solve`."""

    def __init__(self, format_name: str, choices: Choices) -> None:
        from kiwisolver import Solver

        self.wide, self.high = page_size(format_name)
        self.margin, self.gap, self.choices = choices.margin, choices.margin * 0.45, choices
        self.solver = Solver()
        self.blocks: dict[str, Block] = {}

    def block(self, name: str) -> Block:
        """A new block with unknown left, top, width and height."""
        from kiwisolver import Variable

        made = Block(*(Variable(f"{name} {side}") for side in ("left", "top", "width", "height")))
        self.blocks[name] = made
        self.must(made.width >= 1, made.height >= 1)
        return made

    def must(self, *relations: Constraint) -> None:
        for relation in relations:
            self.solver.addConstraint(relation)

    def wish(self, *relations: Constraint) -> None:
        for relation in relations:
            self.solver.addConstraint(relation | "weak")

    def across(self, block: Block, left: float | None = None, right: float | None = None) -> None:
        """The block fills the page from margin to margin, or between two given places."""
        self.must(
            block.left == (self.margin if left is None else left),
            block.right == (self.wide - self.margin if right is None else right),
        )

    def solve(self) -> dict[str, Box]:
        self.solver.updateVariables()
        return {
            name: Box(
                *(
                    round(side.value(), 2)
                    for side in (block.left, block.top, block.width, block.height)
                )
            )
            for name, block in self.blocks.items()
        }


@dataclass(frozen=True)
class Block:
    """Four kiwisolver variables."""

    left: Variable
    top: Variable
    width: Variable
    height: Variable

    @property
    def right(self) -> Expression:
        return self.left + self.width

    @property
    def bottom(self) -> Expression:
        return self.top + self.height


@dataclass(frozen=True)
class Plan:
    """What a composition decides besides relations: coloured panels (name of block, palette colour,
    shape), how words stand, where they cling.
    """

    panels: tuple[tuple[str, str, str], ...] = ()
    align: str = "left"
    picture_shape: str = "box"
    # whether words stand at the top, in the middle or at the bottom of the room they have
    cling: str = "top"
    turned_title: bool = False
    title_share: float = 0.62  # of the words' room, at most
