"""The random numbers that torch draws on the CPU from a seed, in numpy: a recipe keeps its notes,
and a mark in a text is found again, when torch is not loaded.

How torch draws: a Mersenne Twister (Matsumoto & Nishimura 1998), 53 bits of two of its words for
a number in [0, 1), and -log(1 - u) for an exponential one. One of several weighted choices is the
one whose weight divided by such a number is largest (Efraimidis & Spirakis 2006 keep the largest
of u ** (1 / weight), which is the same choice). A permutation is Durstenfeld's shuffle (1964) from
the front. A test holds them against torch itself.
"""

from __future__ import annotations

import numpy as np

__all__ = ["TorchRandom"]

LOW_BITS = np.uint64(2**53 - 1)


class TorchRandom:
    """As `torch.Generator().manual_seed(seed)`; each call goes on where the last one ended."""

    def __init__(self, seed: int) -> None:
        """`seed`: torch takes its last 32 bits."""
        self._words = np.random.RandomState(seed % 2**32)

    def exponential(self, count: int) -> np.ndarray:
        """`count` 32-bit floats, as `torch.empty(count).exponential_(generator=...)`."""
        words = self._words.randint(0, 2**32, size=(count, 2), dtype=np.uint32).astype(np.uint64)
        uniform = ((words[:, 0] << np.uint64(32) | words[:, 1]) & LOW_BITS) * 2.0**-53
        return (-np.log1p(-uniform)).astype(np.float32)

    def choose(self, weights: np.ndarray) -> int:
        """The place of one weight, as `torch.multinomial(weights, 1, generator=...)` draws it.

        Args:
            weights: 32-bit floats of at least 0, in one row, not all 0.
        """
        waits = self.exponential(len(weights))
        with np.errstate(divide="ignore", invalid="ignore"):
            return int(np.argmax(weights / waits))

    def permutation(self, count: int, first: int | None = None) -> list[int]:
        """The numbers below `count` in an order as `torch.randperm(count, generator=...)` gives
        them; only the `first` ones of it, if that is given (the rest need not be worked out)."""
        steps = count - 1
        words = self._words.randint(0, 2**32, size=steps, dtype=np.uint32).astype(np.int64)
        needed = steps if first is None else min(first, steps)
        places = np.arange(needed)
        others = (places + words[:needed] % (count - places)).tolist()
        order = list(range(count))
        for place, other in enumerate(others):
            order[place], order[other] = order[other], order[place]
        return order[:first]
