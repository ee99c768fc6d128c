"""Pages and drawings from strangers: an allow-list for HTML and SVG. What is not on it is refused.

Refused and not mended, so that a file keeps its bytes and with them its signature. Every reader of
a page must see the same tags in it, so only the plain form that the course writes is read at all:
UTF-8, no comments, no document type but the short one, every attribute in double quotes. What the
small number of tags, attributes and style functions below cannot express does not exist here.
Sources: the HTML standard's tokenizer (13.2.5), SVG 2 secure static mode, CSS Syntax 3.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from dataclasses import dataclass, field

from course_utils.errors import BadRecipe
from course_utils.safety.drawing import Drawing
from course_utils.safety.headers import check_picture

__all__ = ["check_page", "check_svg"]

ACTS = (
    "This file holds more than the course puts into one, such as a program or an address of "
    "another computer, so it was not taken. Make it again with the course, then try that."
)
NOT_TEXT = "That file could not be read: it is not UTF-8 text. Try the original file."
LARGEST_PAGE = 20_000_000  # characters
MOST_TAGS = 50_000
DEEPEST_PICTURES = 2  # a page may hold a drawing that holds a picture

GLOBAL = frozenset("id class style title lang dir role aria-label aria-hidden".split())
SHAPES = frozenset(
    "fill stroke stroke-width opacity fill-opacity transform x y x1 y1 x2 y2 cx cy r rx ry width "
    "height d points viewBox preserveAspectRatio xmlns font-family font-size font-weight "
    "font-style text-anchor direction color overflow version stroke-linecap stroke-linejoin "
    "stroke-dasharray clip-path dx dy paint-order visibility display".split()
)
SECONDS = frozenset({"data-seconds", "data-begins"})  # of a roll, for its moving line
PLAIN_TAGS = frozenset(
    "html head title body main h1 h2 h3 h4 p div span b i em strong small br hr figure figcaption "
    "footer header section article blockquote summary table caption thead tbody tr dl dt dd ul li "
    "sub sup code pre time nav".split()
)
PAGE_TAGS = {
    **dict.fromkeys(PLAIN_TAGS, GLOBAL),
    "meta": frozenset({"charset", "name", "content"}),
    "style": frozenset(),
    "a": GLOBAL | {"href"},  # to a place in the same page only
    "details": GLOBAL | {"open"},
    "ol": GLOBAL | {"start"},
    "th": GLOBAL | {"scope", "colspan", "rowspan"},
    "td": GLOBAL | {"colspan", "rowspan"},
    "img": GLOBAL | {"alt", "src", "width", "height"},
    "audio": GLOBAL | {"controls", "loop", "preload", "src"},
    **dict.fromkeys(
        "svg g rect line path circle ellipse polyline polygon text tspan desc".split(),
        GLOBAL | SHAPES | SECONDS,
    ),
}
VOID = frozenset({"meta", "br", "hr", "img"})
META_NAMES = frozenset({"viewport", "description", "author", "generator"})
RECORD = '<script type="application/json" id="course-record">'  # inert: no browser runs JSON
TAG = re.compile(r'<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][-\w:]*(?:="[^"<]*")?)*)\s*(/?)>')
ATTRIBUTE = re.compile(r'([a-zA-Z][-\w:]*)(?:="([^"<]*)")?')
END = re.compile(r"</([a-zA-Z][a-zA-Z0-9]*)\s*>")
INSIDE = re.compile(r"#[\w.-]+")  # a place of the same page
DATA = re.compile(
    r"data:(image/(?:png|jpeg|webp|svg\+xml)|audio/(?:wav|mpeg|ogg|midi));base64,"
    r"([A-Za-z0-9+/=\s]*)"
)
FUNCTIONS = frozenset(
    "rgb rgba hsl hsla oklch calc min max clamp translate scale rotate matrix skewx skewy "
    "linear-gradient radial-gradient repeat minmax var".split()
)
CALL = re.compile(r"([-\w]*)\s*\(")
FONT = re.compile(
    r"@font-face\{font-family:'[\w ]+';font-weight:[\w ]+;"
    r"src:url\(data:font/ttf;base64,[A-Za-z0-9+/=]+\)\}"
)


@dataclass
class Words:
    """What can be read in a page, and what is only heard by a screen reader."""

    shown: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def check_page(data: bytes) -> Words:
    """The words of a page (HTML) that only shows.

    Raises:
        BadRecipe: it is not UTF-8, too large, or holds anything that is not on the list.
    """
    text = as_text(data)
    if len(text) > LARGEST_PAGE:
        raise BadRecipe("That page is too large. Make a smaller one, then try that.")
    reader = PageReader()
    reader.read(text)
    return reader.words


def check_svg(data: bytes, depth: int = 0) -> Drawing:
    """A drawing (SVG) that only draws, and not more than a machine can draw in a moment.

    Raises:
        BadRecipe: it is not XML in UTF-8, too large, or holds anything that is not on the list.
    """
    as_text(data)
    drawing = Drawing()
    drawing.read(data)
    for style in drawing.styles:
        check_style(style)
    for name, value in drawing.values:
        check_value(name, value, depth)
    return drawing


def as_text(data: bytes) -> str:
    """The text of a file.

    Raises:
        BadRecipe: it is not UTF-8, or holds signs that readers treat differently.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadRecipe(NOT_TEXT) from problem
    if re.search("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]", text):
        raise BadRecipe(ACTS)
    return text


def check_value(name: str, value: str, depth: int = 0) -> None:
    """One attribute of a tag that may have it: addresses lead inside the file, styles only style.

    Raises:
        BadRecipe: it does something else.
    """
    if name in ("src", "href", "xlink:href"):
        check_address(value.strip(), depth, fragment=name != "src")
    elif "(" in value or "\\" in value or "@" in value or name == "style":
        if name == "style" or name in SHAPES:
            check_style(value)


def check_address(value: str, depth: int, fragment: bool) -> None:
    """An address inside the file: a place of it, or the bytes of a picture or sound.

    Raises:
        BadRecipe: it is another one, or the bytes are no picture of a reasonable size.
    """
    if fragment and INSIDE.fullmatch(value):
        return
    found = DATA.fullmatch(value)
    if not found:
        raise BadRecipe(ACTS)
    try:
        inside = base64.b64decode(found[2], validate=False)
    except (binascii.Error, ValueError) as problem:
        raise BadRecipe(ACTS) from problem
    if found[1] == "image/svg+xml":
        if depth >= DEEPEST_PICTURES:
            raise BadRecipe(ACTS)
        check_svg(inside, depth + 1)
    elif found[1].startswith("image/"):
        check_picture(inside)


def check_style(text: str) -> None:
    """Style that styles: no escapes, no rules that fetch, only the functions of the list.

    Raises:
        BadRecipe: it holds something else.
    """
    text = FONT.sub("", text)
    if re.search(r"[\\<]|/\*|\*/", text) or "@" in re.sub(r"@(media|page)\b", "", text):
        raise BadRecipe(ACTS)
    for found in CALL.finditer(text):
        name, rest = found[1].lower(), text[found.end() :]
        inside = name == "url" and re.match(r"#[\w.-]+\)", rest)
        if name and name not in FUNCTIONS and not inside and name not in ("and", "not", "or"):
            raise BadRecipe(ACTS)
    if re.search(r"expression|behavior|-moz-binding|javascript", text, re.I):
        raise BadRecipe(ACTS)


class PageReader:
    """Reads a page strictly, tag by tag, and collects its words."""

    def __init__(self) -> None:
        self.words = Words()
        self.open: list[str] = []
        self.records = self.tags = 0

    def read(self, text: str) -> None:
        """The whole page.

        Raises:
            BadRecipe: something in it is not on the list.
        """
        begun = re.match(r"\s*(?:<!doctype html>)?", text, re.I)
        at = begun.end() if begun else 0
        while at < len(text):
            start = text.find("<", at)
            self.say(text[at : start if start >= 0 else len(text)])
            if start < 0:
                return
            at = self.mark(text, start)

    def mark(self, text: str, at: int) -> int:
        """What begins with < at a place; the place after it."""
        self.tags += 1
        if text.startswith(RECORD, at) and not self.records and self.tags <= MOST_TAGS:
            self.records += 1
            end = text.find("</", at + len(RECORD))
            if not text.startswith("</script>", end) or "<!--" in text[at:end]:
                raise BadRecipe(ACTS)
            return end + len("</script>")
        closing = END.match(text, at)
        if closing:
            self.close(closing[1].lower())
            return closing.end()
        tag = TAG.match(text, at)
        if not tag or self.tags > MOST_TAGS or (self.open and self.open[-1] in ("style", "title")):
            raise BadRecipe(ACTS)
        self.begin(tag[1].lower(), tag[2], closed=tag[3] == "/")
        return tag.end()

    def begin(self, name: str, attributes: str, closed: bool) -> None:
        allowed = PAGE_TAGS.get(name)
        if allowed is None or (name == "style" and "svg" in self.open):
            raise BadRecipe(ACTS)
        given = [(key, html.unescape(value)) for key, value in ATTRIBUTE.findall(attributes)]
        for key, value in given:
            if key not in allowed and key.lower() not in allowed:
                raise BadRecipe(ACTS)
            check_value(key.lower() if key.lower() in ("src", "style") else key, value)
            if key.lower() == "href" and not INSIDE.fullmatch(value):
                raise BadRecipe(ACTS)
            if key in ("alt", "aria-label", "title"):
                self.words.unseen.append(value)
        if name == "meta" and not is_quiet_meta(dict(given)):
            raise BadRecipe(ACTS)
        if name not in VOID and not (name in SHAPE_TAGS and closed):
            self.open.append(name)
        if len(self.open) > 60:
            raise BadRecipe(ACTS)

    def close(self, name: str) -> None:
        if name in self.open:
            while self.open.pop() != name:
                pass

    def say(self, text: str) -> None:
        """Text between tags."""
        inside = self.open[-1] if self.open else ""
        if inside == "style":
            check_style(text)
        elif inside in ("title", "desc"):
            self.words.unseen.append(html.unescape(text))
        elif text.strip():
            self.words.shown.append(" ".join(html.unescape(text).split()))


SHAPE_TAGS = frozenset("rect line path circle ellipse polyline polygon".split())


def is_quiet_meta(given: dict[str, str]) -> bool:
    """Whether a meta tag only says how the page is to be read."""
    if "charset" in given:
        return given == {"charset": given["charset"]} and given["charset"].lower() == "utf-8"
    return given.get("name", "").lower() in META_NAMES
