"""Which drawings are composed: how often each is shown, and what stands beside it."""

from __future__ import annotations

import random
from itertools import accumulate

import numpy as np

from training.image.compose import Sprite, compose
from training.image.hands import HANDS


def share_of(record: dict) -> float:
    """How often a drawing is shown: everyday things four times as often, flagship hands more often,
    each of the many pictures of a job less often.
    """
    often = 0.4 if "job" in record else 4 if record["everyday"] else 1
    return often * HANDS[record["style"]].weight


class Picker:
    """Endless composed pictures with captions; things that stand together are by one hand."""

    def __init__(
        self, sprites: list[Sprite], synonyms: dict[str, list[str]], rng: random.Random
    ) -> None:
        self.sprites, self.synonyms, self.rng = sprites, synonyms, rng
        self.share = list(accumulate(share_of(sprite.record) for sprite in sprites))
        self.by_hand: dict[str, list[Sprite]] = {}
        for sprite in sprites:
            if sprite.record["group"] != 0 and "job" not in sprite.record:  # no lone yellow faces
                self.by_hand.setdefault(sprite.record["style"], []).append(sprite)
        self.often = {
            hand: list(accumulate(share_of(sprite.record) for sprite in some))
            for hand, some in self.by_hand.items()
        }

    def one(self) -> tuple[np.ndarray, str]:
        """A picture (uint8, S x S x 3) and its caption."""
        first = self.rng.choices(self.sprites, cum_weights=self.share)[0]
        hand = first.record["style"]
        second, third = self.rng.choices(self.by_hand[hand], cum_weights=self.often[hand], k=2)
        return compose(first, second, self.synonyms, self.rng, first.picture.width, third)
