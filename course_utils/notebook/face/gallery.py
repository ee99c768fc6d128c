"""The candidates of a studio: the chosen one large, all of them small, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traitlets import Bool, Dict, Int, List, Unicode

from course_utils.notebook.face.parts import HTML_READ, READ, SHOWN, Part, in_language

__all__ = ["Film", "Gallery"]


class Gallery(Part):
    """Candidates side by side; one of them is chosen and shown large.

    A click or an arrow key chooses; the buttons of the bar act on the chosen one.
    """

    draws = "gallery"
    noun = Unicode("result").tag(**SHOWN)
    slots = Int(4).tag(**SHOWN)
    cards = List(Unicode()).tag(**HTML_READ)  # small ones, as HTML
    large = Unicode("").tag(**HTML_READ)  # the chosen one, as HTML
    chosen = Int(-1).tag(**SHOWN)
    aside = List(Int()).tag(**SHOWN)  # places of those that were refused
    busy = Bool(False).tag(**SHOWN)
    preview = Dict().tag(**SHOWN)  # of the unfinished one: "words", or "picture" as PNG bytes
    verbs: List[tuple[str, str, str]] = List().tag(
        **SHOWN
    )  # (name, words, tip) of the buttons below

    def __init__(
        self,
        act: Callable[[str, int], None],
        choose: Callable[[int], None],
        **values: Any,
    ) -> None:
        """`act(name, place)` does what a button says; `choose(place)` chooses a candidate."""
        self._act, self._choose = act, choose
        super().__init__(**values)

    def as_told(self) -> dict[str, Any]:
        named = {
            "candidates": f"Candidates: {self.noun}s",
            "bar": f"What to do with the chosen {self.noun}",
        }
        verbs = [[name, *in_language(words)] for name, *words in self.verbs]
        return {
            **super().as_told(),
            **dict(zip(named, in_language([*named.values()]))),
            "verbs": verbs,
        }

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        verb, place = message.get("verb"), message.get("place")
        if not isinstance(place, int) or not 0 <= place < max(1, len(self.cards)):
            return
        if verb == "choose":
            self._choose(place)
        elif isinstance(verb, str) and verb in [name for name, *_ in self.verbs]:
            self._act(verb, place)


class Film(Part):
    """One row of finished work, newest first; a click brings one back."""

    draws = "film"
    cards = List(Unicode()).tag(**HTML_READ)
    verb = Unicode("Use earlier").tag(**READ)

    def __init__(self, act: Callable[[int], None], **values: Any) -> None:
        self._act = act
        super().__init__(**values)

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        place = message.get("place")
        if isinstance(place, int) and 0 <= place < len(self.cards):
            self._act(place)
