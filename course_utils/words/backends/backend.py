"""What the words engine asks of a backend: complete one prompt, a piece at a time.

Three files do it: words_llama, words_transformers, words_server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

__all__ = [
    "Ask",
    "Backend",
    "Draft",
    "MIN_P",
    "Receive",
    "ReceiveSeveral",
    "Step",
    "TOP_P",
    "drafts",
]

# with these the small model neither loops nor rambles; the same for every backend
MIN_P, TOP_P = 0.05, 0.95

Receive = Callable[[str], bool]  # takes the next piece of text; True ends the generation
# takes the number of a text and its next piece; True ends all of them
ReceiveSeveral = Callable[[int, str], bool]


@dataclass(frozen=True)
class Ask:
    """One text wanted: the template's examples, a topic and the words it begins with
    (both checked), and how to draw.
    """

    template: dict
    topic: str
    start: str
    seed: int
    surprise: float  # temperature
    repeat: float  # penalty on pieces already there; 1 is none
    length: int  # most tokens
    end: str = "\n\n"  # the text stops before this
    # GBNF, "" for none; a backend that has no grammars leaves it, and the engine's checks do the
    # work
    grammar: str = ""
    by_lines: bool = False  # whether the finished lines of `start` are read once each
    # of a text, from `start` on: whether whatever follows would be thrown away
    enough: Callable[[str], bool] | None = None

    def is_enough(self, text: str) -> bool:
        """Whether a text ends here, though the model would go on."""
        return self.enough is not None and self.enough(self.start + text)


@dataclass(frozen=True)
class Step:
    """One token drawn: its text, its log-probability,
    and the likeliest other tokens with theirs.
    """

    piece: str
    logprob: float
    others: dict[str, float]


class Backend(Protocol):
    """A model somewhere; its class derives from this. Every method may raise a LearnerError."""

    name: str  # of the model, for recipes
    revision: str
    # how many texts for one prompt it draws side by side; 1 is one after the other
    at_once: int
    # whether `complete` adds a Step for every token to the list it is given
    tells_odds: bool

    @property
    def where(self) -> str:
        """Where the learner's words go, in a sentence."""
        ...

    def load(self) -> None:
        """Get ready; safe to call twice."""

    def complete(self, ask: Ask, receive: Receive, steps: list[Step] | None = None) -> bool:
        """Hand every piece of one text to `receive` until it ends or `receive` says so;
        True when the length limit cut it off.
        """
        ...

    def complete_several(
        self, ask: Ask, count: int, receive: ReceiveSeveral, steps: list[list[Step]] | None = None
    ) -> list[bool | None]:
        """`count` texts side by side, as many as `at_once` at most, with the seeds ask.seed,
        ask.seed + 1 ...: each is the text `complete` gives for that seed. For each, whether the
        length limit cut it off; None: not finished.
        """
        return [
            self.complete(
                replace(ask, seed=(ask.seed + number) % 2**31),
                partial(receive, number),
                steps[number] if steps else None,
            )
            for number in range(count)
        ]

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text, as text."""
        ...

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        """The likeliest next pieces after a text, with probabilities, likeliest first."""
        ...

    @property
    def to_fetch(self) -> str:
        """What `load` would fetch first, in a sentence; "" for nothing."""
        return ""

    def fetch(
        self,
        on_bytes: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> object:
        """Fetch what `to_fetch` says."""
        return None

    def give_up(self) -> None:
        """Let go of the memory; the model is opened again when it is next needed."""
        return None


@dataclass
class Draft:
    """One text drawn: its pieces, whether the length limit cut it off (None: stopped before its
    end), and the odds of every token where they were asked for.
    """

    pieces: list[str] = field(default_factory=list)
    cut: bool | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def drafts(
    backend: Backend,
    ask: Ask,
    count: int,
    tell: Callable[[int, str], None],
    stop: threading.Event | None,
    odds: bool = False,
) -> list[Draft]:
    """`count` texts with the seeds ask.seed, ask.seed + 1 ..., side by side where the backend can;
    `tell` gets the tokens and the text so far.

    When `stop` is set, the unfinished ones have `cut` None.
    """
    found = [Draft() for _ in range(count)]
    halted = threading.Event()

    def receive(number: int, piece: str) -> bool:
        if stop is not None and stop.is_set():
            halted.set()
            return True
        found[number].pieces.append(piece)
        tell(
            sum(len(one.pieces) for one in found),
            "\n\n".join(ask.start + one.text for one in found if one.pieces),
        )
        return False

    def receive_from(first: int) -> ReceiveSeveral:
        return lambda number, piece: receive(first + number, piece)

    cut: list[bool | None]
    for first in range(0, count, backend.at_once):
        part = found[first : first + backend.at_once]
        asked = replace(ask, seed=(ask.seed + first) % 2**31)
        if len(part) == 1:
            cut = [
                backend.complete(
                    asked,
                    partial(receive, first),
                    *([part[0].steps] if odds else []),
                )
            ]
            cut = [None] if halted.is_set() else cut
        else:
            cut = backend.complete_several(
                asked,
                len(part),
                receive_from(first),
                *([[one.steps for one in part]] if odds else []),
            )
        for one, state in zip(part, cut):
            one.cut = state
        if stop is not None and stop.is_set():
            break
    return found
