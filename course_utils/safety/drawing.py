"""A drawing (SVG) read with an allow-list and limits: what it holds, and what drawing it costs.

Shapes can be repeated (`use`) and cut out (`clipPath`), and a few bytes of that can keep a machine
busy for minutes: what is referenced is counted as often as it is drawn.
"""

from __future__ import annotations

import math
import re
from xml.parsers import expat

from course_utils.errors import BadRecipe

__all__ = ["Drawing"]

NOT_OURS = (
    "This drawing holds something that the course never puts into one, so it was not taken. "
    "Make it again with the course, then try that."
)
TOO_MUCH = (
    "This drawing holds more than a small computer can draw. Make a simpler one, then try that."
)
LARGEST = 20_000_000  # bytes
MOST_SHAPES = 20_000
MOST_DRAWN = 100_000  # shapes, each as often as it is drawn
MOST_PATH = 3_000_000  # characters of all paths
DEEPEST = 30
LONGEST_SIDE = 40  # times the other one
NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:c2pa": "http://c2pa.org/manifest",
}
TAGS = frozenset(
    "svg title desc metadata g rect path image text tspan circle ellipse line polygon polyline "
    "defs clipPath use symbol style c2pa:manifest".split()
)
ATTRIBUTES = frozenset(
    "id class style role aria-label lang xml:lang xml:space type data-source data-kept fill stroke "
    "fill-opacity fill-rule stroke-opacity stroke-width stroke-linecap stroke-linejoin opacity "
    "stroke-dasharray transform x y x1 y1 x2 y2 cx cy r rx ry dx dy width height d points viewBox "
    "preserveAspectRatio href xlink:href clip-path clip-rule font-family font-size font-weight "
    "font-style text-anchor direction color overflow version".split()
)
REPEATS = frozenset({"href", "xlink:href", "clip-path"})


class Drawing:
    """What a drawing holds: `styles` (texts), `values` (attributes to be looked at), `words`."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self.values: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.shapes = self.path = 0
        self._open: list[str] = []
        self._holders: list[
            str
        ] = []  # the ids of the elements that are open, "" where there is none
        self._sizes: dict[str, int] = {}
        self._uses: dict[str, list[str]] = {}

    def read(self, data: bytes) -> None:
        """All of it.

        Raises:
            BadRecipe: it is damaged, holds something that is not on the list, or too much.
        """
        if len(data) > LARGEST:
            raise BadRecipe(TOO_MUCH)
        parser = expat.ParserCreate(encoding="utf-8")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.buffer_text = self._text, True
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
        parser.ProcessingInstructionHandler = parser.CommentHandler = refuse
        parser.StartCdataSectionHandler = refuse
        parser.XmlDeclHandler = check_declaration
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as problem:
            if isinstance(problem, BadRecipe):
                raise
            raise BadRecipe(NOT_OURS) from problem
        if self.drawn() > MOST_DRAWN:
            raise BadRecipe(TOO_MUCH)

    def drawn(self) -> int:
        """How many shapes are drawn, each as often as it is referenced."""
        costs: dict[str, int] = {}

        def cost(name: str, above: tuple[str, ...]) -> int:
            if name in above or len(above) > 6:
                raise BadRecipe(NOT_OURS)
            if name not in costs:
                below = sum(cost(one, (*above, name)) for one in self._uses.get(name, ()))
                costs[name] = min(self._sizes.get(name, 0) + below, MOST_DRAWN + 1)
            return costs[name]

        for name in self._uses:
            cost(name, ())
        return self.shapes + sum(cost(one, ("",)) for one in self._uses.get("", ()))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.shapes += 1
        if tag not in TAGS or (not self._open and tag != "svg"):
            raise BadRecipe(NOT_OURS)
        if self.shapes > MOST_SHAPES or len(self._open) >= DEEPEST:
            raise BadRecipe(TOO_MUCH)
        self._open.append(tag)
        self._holders.append(attributes.get("id", ""))
        for holder in {*self._holders} - {""}:
            self._sizes[holder] = self._sizes.get(holder, 0) + 1
        for name, value in attributes.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name in NAMESPACES:
            if value != NAMESPACES[name]:
                raise BadRecipe(NOT_OURS)
            return
        if name not in ATTRIBUTES or (name == "clip-path" and "clipPath" in self._open):
            raise BadRecipe(NOT_OURS)
        self.path += len(value) if name in ("d", "points") else 0
        if self.path > MOST_PATH or (name == "viewBox" and not is_page(value)):
            raise BadRecipe(TOO_MUCH)
        if name in REPEATS:
            found = re.search(r"#([\w.-]+)", value[:200])
            if found and not value.startswith("data:"):
                for holder in {*self._holders} - {""} or {""}:
                    self._uses.setdefault(holder, []).append(found[1])
                if any(self._holders):
                    self._uses.setdefault("", []).append(found[1])
        if name == "aria-label":
            self.words.append(value)
        self.values.append((name, value))

    def _text(self, text: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "style":
            self.styles.append(text)
        elif inside in ("title", "desc", "text", "tspan") and text.strip():
            self.words.append(text)

    def _end(self, tag: str) -> None:
        self._open.pop()
        self._holders.pop()


def check_declaration(version: str, encoding: str | None, standalone: int) -> None:
    """An XML declaration may name UTF-8 and nothing else."""
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
        raise BadRecipe(NOT_OURS)


def refuse(*_: object) -> None:
    """For what no drawing of the course holds: document types, comments, instructions."""
    raise BadRecipe(NOT_OURS)


def is_page(text: str) -> bool:
    """Whether a viewBox is one that can be drawn."""
    try:
        sides = [float(part) for part in re.split(r"[\s,]+", text.strip())]
    except ValueError:
        return False
    if len(sides) != 4 or not all(math.isfinite(side) and abs(side) < 1e6 for side in sides):
        return False
    return min(sides[2:]) > 0 and max(sides[2:]) / min(sides[2:]) <= LONGEST_SIDE
