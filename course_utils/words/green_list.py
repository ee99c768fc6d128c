"""The green-list mark in a text (Kirchenbauer et al. 2023, "A Watermark for Large Language
Models", algorithm 2), without torch.

After each piece a quarter of the vocabulary is green, drawn from a key and that piece; writing
raises the odds of green pieces, and looking for the mark counts them. Key, order and counting are
those of the library transformers, so that either finds the other's mark; a test holds them
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import erfc, sqrt

import numpy as np

from course_utils.models.torch_random import TorchRandom

__all__ = ["find_mark", "raised"]

PIECES = 49152  # SmolLM2's vocabulary
GREEN = 0.25  # share of the vocabulary that is green after each piece
BIAS = 2.0  # what is added to the log-probability of green pieces
KEY = 15485863  # the library's usual key, the millionth prime
BEGIN = 1  # the piece a text may begin with; it is not counted


@dataclass(frozen=True)
class TextMark:
    """What was found in a text: pieces counted, how many were green, how many would be by chance,
    standard deviations above chance, and how often chance does as well (p-value)."""

    pieces: int
    green: int
    z: float
    p_value: float


@lru_cache(maxsize=400)  # 49 kB each
def green_after(piece: int) -> np.ndarray:
    """Whether each piece of the vocabulary is green after a piece."""
    green = np.zeros(PIECES, bool)
    green[TorchRandom(KEY * piece).permutation(PIECES, int(PIECES * GREEN))] = True
    return green


def raised(pieces: list[int], logprobs: dict[int, float]) -> dict[int, float]:
    """The log-probabilities of possible next pieces with the green ones raised, given the pieces
    so far (at least one). In 32-bit floats."""
    green = green_after(pieces[-1])
    return {
        number: float(np.float32(logprob) + np.float32(BIAS if green[number] else 0.0))
        for number, logprob in logprobs.items()
    }


def find_mark(pieces: list[int]) -> TextMark:
    """The mark in a text's pieces. Repeated pairs of pieces are counted once, as the authors
    advise; a text of fewer than three pieces has none."""
    if len(pieces) < 3:
        return TextMark(0, 0, 0.0, 1.0)
    counted = pieces[1:] if pieces[0] == BEGIN else pieces
    pairs = set(zip(counted, counted[1:]))
    green = int(sum(green_after(before)[after] for before, after in pairs))
    z = (green - GREEN * len(pairs)) / sqrt(len(pairs) * GREEN * (1 - GREEN))
    return TextMark(len(pairs), green, z, 0.5 * erfc(z / sqrt(2)))
