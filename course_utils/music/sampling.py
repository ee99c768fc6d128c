"""Drawing tokens from a note model by its odds, all candidates in one batch, each under its plan
(`decoding` has the plans: which tokens may come next). No torch.

The random numbers are torch's own, so that recipes made with it keep their notes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import numpy as np

from course_utils.models.torch_random import TorchRandom
from course_utils.music.decoding import LEFTS, MIN_P, TRUST, Leaning, Plan

__all__ = ["NoteReader", "draw"]

Cache = list[np.ndarray]


class NoteReader(Protocol):
    """What `draw` asks of a note model; `OnnxNoteModel` and `TorchNoteReader` have it."""

    def read(self, numbers: np.ndarray, cache: Cache | None = None) -> tuple[np.ndarray, Cache]:
        """The logits of the next token after some more tokens; see `OnnxNoteModel.read`."""
        ...


class Candidate:
    """One sequence that is being drawn: its plan, what may come next, and what came so far."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self._plan, self._random = plan, TorchRandom(seed)
        self._allowed = next(plan)
        self.written: list[int] = []
        self.bars = 0  # begun so far
        self.done = False

    def go_on(self, logits: np.ndarray) -> int:
        """Draw the next token from its logits (vocabulary); 0, which is never looked at, when the
        plan has ended."""
        if self.done:
            return 0
        allowed = self._allowed
        token = next(iter(allowed)) if len(allowed) == 1 else choose(logits, allowed, self._random)
        self.written.append(token)
        self.bars += token in LEFTS
        try:
            self._allowed = self._plan.send(token)
        except StopIteration:
            self.done = True
        return token


def draw(
    model: NoteReader,
    starts: list[list[int]],
    plans: list[Plan],
    seeds: list[int],
    surprise: float,
    tell: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> list[list[int] | None]:
    """The tokens each plan ends with, its start left out; None for a plan that was not finished
    when `stop` was set.

    Args:
        model: reads tokens and gives logits.
        starts: what each candidate starts with, all of one length.
        plans: one for each candidate.
        seeds: one for each; a candidate's tokens do not depend on its neighbours.
        surprise: the temperature.
        tell: is given the bars begun so far by the slowest candidate.
        stop: looked at before every token.
    """
    rows = [Candidate(plan, seed) for plan, seed in zip(plans, seeds)]
    feed, cache, told = np.array(starts, dtype=np.int64), None, 0
    while not all(row.done for row in rows):
        if stop is not None and stop.is_set():
            break
        logits, cache = model.read(feed, cache)
        logits = logits / np.float32(surprise)
        following = [row.go_on(odds) for row, odds in zip(rows, logits)]
        begun = min(row.bars for row in rows)
        if tell is not None and begun > told:
            told = begun
            tell(told)
        feed = np.array(following, dtype=np.int64)[:, None]
    return [row.written if row.done else None for row in rows]


def choose(logits: np.ndarray, allowed: list[int] | dict[int, float], random: TorchRandom) -> int:
    """One of the allowed tokens, by the model's odds among them after min-p (Nguyen et al. 2024).

    Args:
        logits: of the whole vocabulary, 32-bit floats, divided by the temperature.
        allowed: token numbers, or token numbers with what is added to their
            logits times `decoding.TRUST`; of a `Leaning` to their logits.
    """
    numbers = list(allowed)
    chosen = logits[numbers]
    if isinstance(allowed, dict):
        added = np.fromiter(allowed.values(), np.float32, len(numbers))
        trust = 1.0 if isinstance(allowed, Leaning) else TRUST
        chosen = np.float32(trust) * chosen + added
    weights = np.exp(chosen - chosen.max())
    odds = weights / weights.sum()
    odds[odds < np.float32(MIN_P) * odds.max()] = 0.0
    return numbers[random.choose(odds)]
