"""What the words engine asks of a backend: complete one prompt, a piece at a time. Three files do it: words_llama, words_transformers, words_server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MIN_P, TOP_P = 0.05, 0.95  # with these the small model neither loops nor rambles; the same for every backend

Receive = Callable[[str], bool]  # takes the next piece of text; True ends the generation


@dataclass(frozen=True)
class Ask:
    """One text wanted: the template's examples, a topic and the words it begins with (both checked), and how to draw."""

    template: dict
    topic: str
    start: str
    seed: int
    surprise: float  # temperature
    repeat: float  # penalty on pieces already there; 1 is none
    length: int  # most tokens
    end: str = "\n\n"  # the text stops before this
    grammar: str = ""  # GBNF, "" for none; a backend that has no grammars leaves it, and the engine's checks do the work


@dataclass(frozen=True)
class Step:
    """One token drawn: its text, its log-probability, and the likeliest other tokens with theirs."""

    piece: str
    logprob: float
    others: dict[str, float]


class Backend(Protocol):
    """A model somewhere. Every method may raise a LearnerError."""

    name: str  # of the model, for recipes
    revision: str
    where: str  # a sentence: where the learner's words go
    tells_odds: bool  # whether `complete` takes a list as a third argument, to which it adds a Step for every token

    def load(self) -> None:
        """Get ready; safe to call twice."""

    def complete(self, ask: Ask, receive: Receive) -> bool:
        """Hand every piece of one text to `receive` until it ends or `receive` says so; True when the length limit cut it off."""
        ...

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text, as text."""
        ...

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        """The likeliest next pieces after a text, with probabilities, likeliest first."""
        ...
