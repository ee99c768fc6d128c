"""A page as editable objects: words, pictures and shapes with places, and what becomes of them:
SVG, PNG, PDF, a description.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict, dataclass, replace

from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.display.html import data_address
from course_utils.labels.svg import metadata_in
from course_utils.layouts.object_checks import read_fields
from course_utils.layouts.typography import FAMILIES, FOLDER, outline, reads_leftward, width
from course_utils.safety.markup import check_svg

__all__ = [
    "Box",
    "Design",
    "FORMATS",
    "Thing",
    "as_list",
    "baselines",
    "changed",
    "objects_of",
    "page_size",
    "pictures_in",
    "read_objects",
    "to_png",
    "to_svg",
]

OBJECTS_ID = "course-objects"
CHANGED_ID = "course-changed"
CHANGED = f'<metadata id="{CHANGED_ID}">in another program</metadata>'
CHANGED_ELSEWHERE = (
    "This page was changed in another program, so nothing here knows its words and shapes one by"
    " one. Change them in that program, or go on from the layout it came from."
)
DESCRIPTION = re.compile(r"<desc\b[^<>]*>([^<>]*)</desc>")
LONGEST_SAID = 600  # signs of a description that a stranger's file may hold
# name a learner reads: width and height in millimetres (print) or in pixels at 96 an inch (screens)
FORMATS = {
    "poster": (297, 420),
    "album cover": (300, 300),
    "zine page": (74, 105),
    "card": (148, 105),
    "book cover": (135, 205),
    "slide": (320, 180),
    "square post": (270, 270),
    "story": (180, 320),
    "banner": (384, 128),
}


@dataclass(frozen=True)
class Box:
    """A rectangle in page units (thousandths of the page's shorter side): left, top, width,
    height.
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def area(self) -> float:
        return max(self.w, 0) * max(self.h, 0)

    def overlap(self, other: Box) -> float:
        """The area both cover."""
        return max(0.0, min(self.right, other.right) - max(self.x, other.x)) * max(
            0.0, min(self.bottom, other.bottom) - max(self.y, other.y)
        )


@dataclass(frozen=True)
class Thing:
    """One object of a page.

    role: title, body, small, picture, panel or ornament; shape: box, round, ring, line (of panels
    and ornaments) or cut (round: a picture in a circle). Words have lines already broken, a font
    (file name in layouts/fonts), a size, a leading (multiple of the size) and an alignment: left,
    centre, right.
    """

    role: str
    box: Box
    fill: str = "#000000"
    shape: str = "box"
    lines: tuple[str, ...] = ()
    font: str = ""
    size: float = 0.0
    leading: float = 1.2
    align: str = "left"
    turned: bool = False  # words run upwards along the left side
    source: int = 0  # of an object with the role picture: which of the layout's pictures

    @property
    def is_words(self) -> bool:
        return bool(self.lines)


@dataclass(frozen=True)
class Design:
    """A page: format name, size in page units, ground colour, and its objects from back to front.

    Reading order is their order too.
    """

    format: str
    size: tuple[float, float]
    ground: str
    things: tuple[Thing, ...]
    title: str = ""

    def find(self, role: str) -> Thing | None:
        """The first object with a role, or None."""
        return next((thing for thing in self.things if thing.role == role), None)

    def with_thing(self, number: int, **changes) -> Design:
        """A copy with one object changed."""
        return replace(
            self,
            things=tuple(
                replace(thing, **changes) if place == number else thing
                for place, thing in enumerate(self.things)
            ),
        )


def page_size(name: str) -> tuple[float, float]:
    """A format in page units: the shorter side is 1000."""
    across, down = FORMATS[name]
    return across * 1000 / min(across, down), down * 1000 / min(across, down)


def baselines(thing: Thing) -> list[tuple[str, float, float]]:
    """Every line of an object of words with the place where its baseline starts
    (before any turning).
    """
    room = thing.box.h if thing.turned else thing.box.w
    placed = []
    for number, line in enumerate(thing.lines):
        spare = room - width(line, thing.font, thing.size)
        placed.append(
            (
                line,
                thing.box.x + spare * {"left": 0.0, "centre": 0.5, "right": 1.0}[thing.align],
                thing.box.y + (number + 0.5) * thing.leading * thing.size + 0.34 * thing.size,
            )
        )
    return placed


def _shape(thing: Thing) -> str:
    box, fill = thing.box, thing.fill
    if thing.shape == "round":
        return (
            f'<ellipse cx="{box.x + box.w / 2:.1f}" cy="{box.y + box.h / 2:.1f}"'
            f' rx="{box.w / 2:.1f}" ry="{box.h / 2:.1f}" fill="{fill}"/>'
        )
    if thing.shape == "ring":
        return (
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}"'
            f' fill="none" stroke="{fill}" stroke-width="6"/>'
        )
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}"'
        f' fill="{fill}"/>'
    )


def _words(thing: Thing, outlines: bool) -> str:
    box = thing.box
    turn = (
        f' transform="rotate(-90 {box.x:.1f} {box.y:.1f}) translate({-box.h:.1f} 0)"'
        if thing.turned
        else ""
    )
    leftward = reads_leftward(" ".join(thing.lines))
    if outlines:
        paths = "".join(
            f'<path d="{outline(line, thing.font, thing.size, x, y, not leftward)}"/>'
            for line, x, y in baselines(thing)
            if line
        )
        return f'<g fill="{thing.fill}"{turn}>{paths}</g>'
    family, weight = thing.font.rsplit("-", 1)
    side = ' direction="rtl" text-anchor="end"' if leftward else ""
    rows = "".join(
        f'<tspan x="{x:.1f}" y="{y:.1f}">{html.escape(line)}</tspan>'
        for line, x, y in baselines(thing)
    )
    return (
        f'<text fill="{thing.fill}" font-family="{FAMILIES[family]}, sans-serif"'
        f' font-weight="{weight}" font-size="{thing.size:.1f}"{side}{turn}>{rows}</text>'
    )


def as_list(pictures: bytes | list[bytes] | None) -> list[bytes]:
    """One picture, several or none as a list."""
    return [] if not pictures else [pictures] if isinstance(pictures, bytes) else list(pictures)


def to_svg(
    design: Design, picture: bytes | list[bytes] | None = None, outlines: bool = True
) -> str:
    """The page as SVG with its objects inside as JSON,
    a title and a description for screen readers.

    Args:
        picture: PNG bytes for objects with the role picture, or several for objects with several
            sources.
        outlines: letters as shapes, the same everywhere; False gives real text to edit elsewhere,
            with the fonts inside.
    """
    from course_utils.display.html import data_address

    across, down = design.size
    pictures = as_list(picture)
    parts, clips = [], []
    for number, thing in enumerate(design.things):
        if thing.is_words:
            parts.append(_words(thing, outlines))
        elif thing.role == "picture" and pictures:
            clips.append(f'<clipPath id="cut{number}">{_edge(thing)}</clipPath>')
            parts.append(_picture(thing, number, len(pictures)))
        else:
            parts.append(_shape(thing))
    fonts = "" if outlines else _font_faces(design)
    objects = html.escape(json.dumps({**asdict(design)}, ensure_ascii=False), quote=False)
    body = "".join(parts)
    for number, one in enumerate(pictures):
        body = body.replace(f'href="PICTURE{number}"', f'href="{data_address("image/png", one)}"')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.1f} {down:.1f}" role="img"'
        f' aria-label="{html.escape(describe_design(design), quote=True)}"><title>'
        f"{html.escape(design.title)}</title><desc>"
        f"{html.escape(describe_design(design))}</desc><metadata"
        f' id="{OBJECTS_ID}">{objects}</metadata>{fonts}<defs>{"".join(clips)}</defs><rect'
        f' width="{across:.1f}" height="{down:.1f}" fill="{design.ground}"/>{body}</svg>'
    )


def _corner(box: Box) -> str:
    return f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w:.1f}" height="{box.h:.1f}"'


def _edge(thing: Thing) -> str:
    """What a picture is cut along."""
    box = thing.box
    if thing.shape != "cut":
        return f"<rect {_corner(box)}/>"
    return (
        f'<ellipse cx="{box.x + box.w / 2:.1f}" cy="{box.y + box.h / 2:.1f}"'
        f' rx="{box.w / 2:.1f}" ry="{box.h / 2:.1f}"/>'
    )


def _picture(thing: Thing, number: int, count: int) -> str:
    """The place of a picture, one of `count`, whose bytes are put in later."""
    source = thing.source % count
    return (
        f'<image {_corner(thing.box)} preserveAspectRatio="xMidYMid slice"'
        f' clip-path="url(#cut{number})" data-source="{source}" href="PICTURE{source}"/>'
    )


def _font_faces(design: Design) -> str:
    """The fonts of a page, inside it."""
    from course_utils.display.html import data_address

    faces = []
    for name in sorted({thing.font for thing in design.things if thing.is_words}):
        family, weight = name.rsplit("-", 1)
        address = data_address("font/ttf", (FOLDER / f"{name}.ttf").read_bytes())
        faces.append(
            f"@font-face{{font-family:'{FAMILIES[family]}';font-weight:{weight};"
            f"src:url({address})}}"
        )
    return f"<style>{''.join(faces)}</style>"


def read_objects(svg: str) -> Design:
    """The design inside one of our SVG files.

    Raises:
        BadRecipe: there is none, or it is damaged.
    """
    block = metadata_in(svg, OBJECTS_ID)
    try:
        if block is None:
            raise ValueError("no objects")
        fields = read_fields(block.text)
        things = tuple(Thing(**{**one, "box": Box(**one["box"])}) for one in fields["things"])
        return Design(fields["format"], fields["size"], fields["ground"], things, fields["title"])
    except (
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as problem:
        raise BadRecipe(
            "This layout cannot be edited: its objects are damaged or it was not made with the"
            " course. Try the original file from your portfolio."
        ) from problem


def picture_in(svg: str) -> bytes | None:
    """The first picture a layout holds, as PNG bytes, or None."""
    return next(iter(pictures_in(svg)), None)


def pictures_in(svg: str) -> list[bytes]:
    """The pictures a layout holds, as PNG bytes, by their number."""
    import base64

    found = {
        int(number or 0): data
        for number, data in re.findall(
            r'(?:data-source="(\d+)" )?href="data:image/png;base64,([A-Za-z0-9+/=]+)"', svg
        )
    }
    return [base64.b64decode(found[number]) for number in sorted(found)]


def describe_design(design: Design) -> str:
    """The page in words: format, what stands where, from top to bottom."""
    across, down = design.size
    places = []
    for thing in design.things:
        if thing.role in ("panel", "ornament"):
            continue
        x, y = (thing.box.x + thing.box.w / 2) / across, (thing.box.y + thing.box.h / 2) / down
        where = ("top" if y < 0.38 else "bottom" if y > 0.62 else "middle") + (
            " left" if x < 0.38 else " right" if x > 0.62 else ""
        )
        name = {
            "title": "the title",
            "body": "the text",
            "small": "small words",
            "picture": "the picture",
        }.get(thing.role, thing.role)
        turned = ", running upwards" if thing.turned else ""
        places.append(
            f"{name} {'at the ' if where != 'middle' else 'in the '}{where}{turned}"
            if thing.box.area < 0.9 * across * down
            else f"{name} over the whole page"
        )
    return f"A {design.format} with the title “{design.title}”: {', '.join(places)}."


def to_png(svg: str, across: int = 1200) -> bytes:
    """The page as a PNG of the given width in pixels. Source of the drawing: the resvg library.

    Raises:
        BadRecipe: it holds what no page of the course does, or more than can be drawn.
    """
    import resvg_py

    check_svg(svg.encode())
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=across))


def describe(creation: Creation) -> str:
    """A layout in one sentence."""
    if not changed(creation):
        return describe_design(read_objects(creation.text))
    about = DESCRIPTION.search(creation.text)
    said = " ".join(html.unescape(about[1]).split())[:LONGEST_SAID] if about else ""
    if not said:
        return "A page changed in another program."
    return f"A page changed in another program; before that: {said}"


def changed(creation: Creation) -> bool:
    """Whether another program changed the drawing: then nobody here knows its words and shapes as
    objects.
    """
    return metadata_in(creation.text, CHANGED_ID) is not None


def objects_of(creation: Creation) -> Design:
    """The design of a layout.

    Raises:
        LearnerError: another program changed it, or it is damaged.
    """
    if changed(creation):
        raise LearnerError(CHANGED_ELSEWHERE)
    return read_objects(creation.text)


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """A layout as a picture, so that nothing inside its file is part of a notebook's page;
    see `display.figure.figure_html`.
    """
    alt = html.escape(prefix + describe(creation), quote=True)
    return (
        f'<img alt="{alt}" style="max-width:100%;width:{size}px;border:1px solid #8a94a6"'
        f' src="{data_address("image/svg+xml", creation.content)}">'
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """A layout in little; see `display.figure.thumbnail_html`."""
    alt = html.escape(prefix + describe(creation), quote=True)
    return f'<img alt="{alt}" src="{data_address("image/svg+xml", creation.content)}">'
