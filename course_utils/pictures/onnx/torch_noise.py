"""Normal noise with the numbers of torch's generator on the CPU, without torch.

`TorchNoise(seed).normal(shape)` is `torch.randn(shape, generator=torch.Generator("cpu")
.manual_seed(seed))` to the last bits, so recipes from before come out the same.

Sources: the Mersenne Twister (Matsumoto and Nishimura 1998), which numpy has too and seeds in the
same way; torch's documented transformations of its words into numbers (24 bits make a float, 53 a
double) and Box and Muller 1958, which torch applies to blocks of 16.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["TorchNoise"]

BLOCK = 16  # numbers torch transforms side by side
HALF = BLOCK // 2
FLOAT_BITS, DOUBLE_BITS = 24, 53


class TorchNoise:
    """The stream of one seed; each call goes on where the last one ended."""

    def __init__(self, seed: int) -> None:
        """`seed`: torch keeps its lower 32 bits."""
        self._twister = np.random.RandomState(seed % 2**32)
        self._spare: float | None = None  # the second of two numbers made at once, when few

    def normal(self, shape: Sequence[int]) -> np.ndarray:
        """The next numbers, mean 0 and variance 1, as 32-bit floats."""
        count = int(np.prod(shape))
        made = self._many(count) if count >= BLOCK else self._few(count)
        return made.reshape(tuple(shape))

    def _many(self, count: int) -> np.ndarray:
        """At least 16: whole blocks, and where they do not come out even, the last 16 anew."""
        uniform = self._floats(count)
        whole = count - count % BLOCK
        made = np.concatenate([_box_muller(uniform[:whole]), uniform[whole:]])
        if whole < count:
            made[-BLOCK:] = _box_muller(self._floats(BLOCK))
        return made

    def _few(self, count: int) -> np.ndarray:
        """Fewer than 16: pairs of doubles, of which the second waits for the next call."""
        made = np.empty(count, np.float64)
        for place in range(count):
            if self._spare is not None:
                made[place], self._spare = self._spare, None
                continue
            turn, length = self._doubles(2)
            radius = np.sqrt(-2 * np.log1p(-length))
            made[place] = radius * np.cos(2 * np.pi * turn)
            self._spare = float(radius * np.sin(2 * np.pi * turn))
        return made.astype(np.float32)

    def _words(self, count: int) -> np.ndarray:
        """The next words of the Mersenne Twister, 32 bits each."""
        return self._twister.randint(0, 2**32, count, dtype=np.uint32)

    def _floats(self, count: int) -> np.ndarray:
        """The next uniform numbers in [0, 1): one word each, of which the lower 24 bits count."""
        kept = self._words(count) & np.uint32(2**FLOAT_BITS - 1)
        return kept.astype(np.float32) * np.float32(2.0**-FLOAT_BITS)

    def _doubles(self, count: int) -> np.ndarray:
        """The next uniform doubles in [0, 1): two words each, of which the lower 53 bits count."""
        words = self._words(2 * count).astype(np.uint64).reshape(count, 2)
        whole = (words[:, 0] << np.uint64(32)) | words[:, 1]
        return (whole & np.uint64(2**DOUBLE_BITS - 1)) * 2.0**-DOUBLE_BITS


def _box_muller(uniform: np.ndarray) -> np.ndarray:
    """Normal numbers of uniform ones, block by block: the first eight of a block say how far from
    0, the last eight in which direction."""
    blocks = uniform.reshape(-1, 2, HALF)
    radius = np.sqrt(np.float32(-2) * np.log(np.float32(1) - blocks[:, 0]))
    turn = np.float32(2 * np.pi) * blocks[:, 1]
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1).reshape(-1)
