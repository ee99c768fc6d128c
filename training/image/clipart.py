"""Drawings of the Open Clip Art Library (Debian's package openclipart-svg, public domain),
with what each file says of itself.

Only folders of everyday things are read. A drawing is taken for a thing when its title, its file
name or one of its keywords is the thing's name; a drawing whose title is a plain noun that no emoji
has adds a thing of its own.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from training.image.vectors import draw_svg

# folder to the emoji's group: 3 animals and plants, 4 food, 5 places and vehicles, 6 activities, 7
# objects
FOLDERS = {
    "animals": 3,
    "plants": 3,
    "food": 4,
    "buildings": 5,
    "transportation/vehicles": 5,
    "transportation/boating": 5,
    "transportation": 5,
    "geography/astronomy": 5,
    "science/astronomy": 5,
    "recreation/music": 7,
    "recreation/sports": 6,
    "recreation/toys": 6,
    "recreation/holiday": 6,
    "recreation/games": 6,
    "recreation/party": 6,
    "recreation/art": 6,
    "people/clothing": 7,
    "tools": 7,
    "education/books": 7,
    "electronics/bulb": 7,
    "containers": 7,
    "signs_and_symbols/weather": 5,
    "signs_and_symbols/clocks": 7,
}
SKIPPED_FOLDERS = {
    "weapons",
    "roadsigns",
    "aiga-symbols",
    "religion",
    "flags",
    "logos",
    "money",
    "medicine",
    "icons",
    "buttons",
    "connectors",
    "diagrams",
    "folders",
    "network",
    "battery",
    "fantasy",
    "duplicates",
}
UNWANTED = set(
    """flag flags cross church jesus christ bible angel devil skull skeleton weapon weapons gun \
guns rifle pistol sword
    knife dagger bomb tank missile soldier army war military beer wine alcohol cocktail whisky \
champagne bottle
    cigarette smoking tobacco sign signs roadsign symbol symbols logo logos brand icon icons \
button money dollar euro
    coin bank politics political president map blank template border frame silhouette nude naked \
sexy blood dead
    death kill injection syringe drug marijuana cannabis mosque temple buddha islam muslim jewish \
menorah hanukkah
    christian nativity halo linux tux penguin-tux gnu debian apple-computer microsoft windows mac \
firefox gnome kde
    coat arms heraldry heraldic zodiac peace recycle warning text letter number word""".split()
)
OTHER_TITLES = {
    "bike": "bicycle",
    "car": "automobile",
    "plane": "airplane",
    "aeroplane": "airplane",
    "corn": "ear of corn",
    "christmas tree": "Christmas tree",
    "tree": "deciduous tree",
    "pine": "evergreen tree",
    "pine tree": "evergreen tree",
    "apple": "red apple",
    "cheese": "cheese wedge",
    "ladybug": "lady beetle",
    "ladybird": "lady beetle",
    "bee": "honeybee",
    "gift": "wrapped gift",
    "present": "wrapped gift",
    "clock": "alarm clock",
    "cake": "birthday cake",
    "moon": "crescent moon",
    "book": "blue book",
    "globe": "globe showing Europe-Africa",
    "phone": "telephone",
    "computer": "desktop computer",
    "football": "soccer ball",
    "lightbulb": "light bulb",
    "bulb": "light bulb",
    "sheep": "ewe",
    "hat": "top hat",
    "cup": "hot beverage",
    "coffee": "hot beverage",
    "coffee cup": "hot beverage",
    "fries": "french fries",
    "burger": "hamburger",
    "donut": "doughnut",
    "cherry": "cherries",
    "grape": "grapes",
    "dinosaur": "sauropod",
    "t rex": "T-Rex",
    "tyrannosaurus": "T-Rex",
    "snow man": "snowman",
    "orange": "tangerine",
    "mouse": "mouse",
    "cat": "cat",
    "dog": "dog",
    "champignon": "mushroom",
    "sailing boat": "sailboat",
    "cell phone": "mobile phone",
    "mobile": "mobile phone",
    "icecream": "ice cream",
    "truck": "delivery truck",
    "firetruck": "fire engine",
    "fire truck": "fire engine",
    "hot air balloon": "hot air balloon",
    "drums": "drum",
}


@dataclass(frozen=True)
class ClipArt:
    """One file: its place, what it says of itself (lower case), its author,
    and the group of its folder.
    """

    path: Path
    title: str
    keywords: tuple[str, ...]
    author: str
    group: int

    def svg(self) -> str:
        return _text(self.path)


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", "replace")


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", re.sub(r"[^A-Za-z\s_\-]", " ", text)).strip().lower()


def _about(path: Path, group: int) -> ClipArt | None:
    """What a file says of itself; None for one that is no XML, too large,
    not dedicated to the public, or without title.
    """
    if path.stat().st_size > 400_000:
        return None
    try:
        root = ElementTree.fromstring(_text(path))
    except ElementTree.ParseError:
        return None
    titles, keywords, author, free = [], [], "", False
    for element in root.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if tag == "creator":
            author = " ".join(" ".join(element.itertext()).split())
        elif tag == "title" and element.text and not titles:
            titles.append(element.text)
        elif tag == "li" and element.text:
            keywords.append(_plain(element.text))
        elif tag.lower() == "license":
            free = free or "publicdomain" in "".join(element.attrib.values()).lower()
    if not free:
        return None
    title = _plain(titles[0] if titles else path.stem)
    title = re.sub(r" ?\b(architetto|francesco rollandin|[a-z]{1,2}|st|and|the|of)$", "", title)
    return ClipArt(path, title, tuple(filter(None, keywords)), author or "unknown", group)


def read_library(folder: Path) -> Iterator[ClipArt]:
    """The library's drawings of everyday things, in the order of their names."""
    for place, group in FOLDERS.items():
        deep = "/" not in place and place in ("animals", "plants", "food", "buildings")
        for path in sorted(
            (folder / place).rglob("*.svg*") if deep else (folder / place).glob("*.svg*")
        ):
            if set(path.relative_to(folder).parts) & SKIPPED_FOLDERS:
                continue
            art = _about(path, group)
            if (
                art
                and not (set(art.title.split()) | set(" ".join(art.keywords).split())) & UNWANTED
            ):
                yield art


def thing_of(art: ClipArt, known: dict[str, str], is_noun: Callable[[str], bool]) -> str | None:
    """The label of the thing a drawing shows: by its whole title,
    by its last word with the keyword, else a new noun.
    """
    for name in (art.title, _plain(art.path.name.partition(".")[0])):
        for form in (name, re.sub(r" \w$", "", name), name.removesuffix("s")):
            found = OTHER_TITLES.get(form) or known.get(form)
            if found:
                return found
    words = art.title.split()
    for word in (words[-1:] or [""]) + words[:1]:
        found = OTHER_TITLES.get(word) or known.get(word)
        if found and word in art.keywords:
            return found
    if len(words) == 1 and len(art.title) > 2 and is_noun(art.title):
        return art.title
    return None


def draw(art: ClipArt, size: int) -> Image.Image | None:
    """The drawing cut to what is drawn, in the middle of a square;
    None when nothing or next to nothing is drawn.
    """
    try:
        whole = draw_svg(art.svg(), size * 3)
    except ValueError:
        return None
    box = whole.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox()
    if not box or min(box[2] - box[0], box[3] - box[1]) < 0.3 * max(
        box[2] - box[0], box[3] - box[1]
    ):
        return None  # nothing, or a thin stroke
    cut = whole.crop(box)
    middle = np.asarray(cut.resize((8, 8), Image.Resampling.BOX), dtype=float)
    if middle[..., 3].min() > 200 and middle[..., :3].mean() < 90:
        return None  # a black tile, as produce labels have
    room = round(size * 0.94)
    cut.thumbnail((room, room), Image.Resampling.LANCZOS)
    if max(cut.size) < room // 2:
        return None
    square = Image.new("RGBA", (size, size), 0)
    square.paste(cut, ((size - cut.width) // 2, (size - cut.height) // 2))
    return square
