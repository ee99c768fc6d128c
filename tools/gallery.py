"""Make the gallery anew: real results of the models that ship, unpicked and picked, for the README
and the site.

Run: python -m tools.gallery              writes docs/gallery/ and docs/img/results.webp
     python -m tools.gallery --sheet DIR  writes all candidates of the picked ones, to choose from

Unpicked means: the first candidate, whatever it looks like; the seed of a picture is its number, so
that styles and grounds differ. Picked means: the best of four by eye; which one it was stands
below, so that anybody can look at the other three.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from course_utils.creation import Creation, Recipe
from course_utils.files import pack
from course_utils.labels import label_of, labelled

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/gallery"
GRID = ROOT / "docs/img/results.webp"
SIDE = 192  # pixels of a picture in the grid
COLUMNS = 6
UNPICKED = (
    "a red heart", "a cat", "a sailing boat", "a strawberry", "a robot", "a sunflower",
    "a blue bird", "a house", "a mushroom", "a rocket", "an octopus", "a cup of tea",
)  # fmt: skip
PICKED = {  # words, and which of the four
    "a fox": 0, "a castle": 2, "a snowman": 0, "a panda": 2, "a birthday cake": 1, "an owl": 2,
}  # fmt: skip
TUNES = ("a happy jig", "a slow air in D minor", "a waltz in G")
SOUNDS = ("a cold wind over glass", "a deep bell under water")
CHORDS = "Am F C G"
TEXTS = (("haiku", "the first snow"), ("first_line", "a lighthouse keeper"))
LAYOUT = "Summer fair"
SEED = 1


def made(
    kind: str, words: str, count: int = 1, seed: int = SEED, **settings: Any
) -> list[Creation]:
    """What an engine makes of some words."""
    from course_utils.engines import engine_for

    recipe = Recipe(kind=kind, prompt=words, seed=seed, settings={"count": count, **settings})
    return list(engine_for(kind).create(recipe))


def webp(creation: Creation, side: int) -> bytes:
    """A picture or a layout as WebP, labelled."""
    from PIL import Image

    from course_utils.layouts.design import to_png
    from course_utils.pictures.png import show_png

    shown = show_png(creation, side) if creation.kind == "image" else to_png(creation.text, side)
    buffer = io.BytesIO()
    Image.open(io.BytesIO(shown)).convert("RGB").save(buffer, "WEBP", quality=86)
    return labelled(buffer.getvalue(), ".webp", label_of(creation))


def entry(creation: Creation, name: str, data: bytes, picked: bool, **more: Any) -> dict:
    """Write one file; its row in gallery.json."""
    from course_utils.notebook.results import describe

    (FOLDER / name).write_bytes(data)
    return {
        "file": name,
        "kind": creation.kind,
        "words": creation.recipe.prompt,
        "model": creation.recipe.model,
        "seed": creation.recipe.seed,
        "picked": picked,
        "alt": describe(creation),
        **more,
    }


def pictures() -> tuple[list[dict], list[Creation]]:
    rows, shown = [], []
    for number, words in enumerate(UNPICKED, 1):
        one = made("image", words, 4, seed=number, composition="any")[0]
        shown.append(one)
        rows.append(entry(one, f"picture_{number:02}.webp", webp(one, SIDE), False))
    for number, (words, place) in enumerate(PICKED.items(), 1):
        one = made("image", words, 4, composition="any")[place]
        shown.append(one)
        note = f"candidate {place + 1} of 4"
        rows.append(entry(one, f"picked_{number:02}.webp", webp(one, SIDE), True, note=note))
    return rows, shown


def heard() -> list[dict]:
    rows = []
    asked = [("tune", words, {}) for words in TUNES]
    asked += [("backing", CHORDS, {"style": "lo-fi"})]
    asked += [("sound", words, {}) for words in SOUNDS]
    for number, (kind, words, settings) in enumerate(asked, 1):
        one = made(kind, words, **settings)[0]
        rows.append(entry(one, f"sound_{number:02}.mp3", pack(one, ".mp3"), False))
    return rows


def written() -> list[dict]:
    rows = []
    for number, (template, words) in enumerate(TEXTS, 1):
        one = made("words", words, template=template)[0]
        rows.append(entry(one, f"text_{number:02}.md", pack(one), False, text=one.text))
    return rows


def laid_out() -> list[dict]:
    text = "Saturday, two to six, in the school garden"
    return [
        entry(one, f"layout_{number:02}.webp", webp(one, 360), False)
        for number, one in enumerate(made("layout", LAYOUT, 4, text=text)[:3], 1)
    ]


def grid(shown: list[Creation], path: Path, columns: int = COLUMNS) -> None:
    """Pictures side by side as one labelled WebP."""
    from PIL import Image

    from course_utils.pictures.png import show_png

    rows = -(-len(shown) // columns)
    sheet = Image.new("RGB", (columns * SIDE, rows * SIDE), "white")
    for place, one in enumerate(shown):
        drawn = Image.open(io.BytesIO(show_png(one, SIDE - 8)))
        at = (place % columns * SIDE + 4, place // columns * SIDE + 4)
        sheet.paste(drawn.convert("RGB"), at)
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=82)
    path.write_bytes(labelled(buffer.getvalue(), ".webp", label_of(shown[0])))


def main(arguments: list[str]) -> int:
    os.environ.setdefault("COURSE_OFFLINE", "1")
    if "--sheet" in arguments:
        folder = Path(arguments[arguments.index("--sheet") + 1])
        folder.mkdir(parents=True, exist_ok=True)
        grid(
            [one for words in PICKED for one in made("image", words, 4, composition="any")],
            folder / "x.webp",
            4,
        )
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows, shown = pictures()
    rows += heard() + written() + laid_out()
    grid(shown[: len(UNPICKED)], GRID)
    told = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    (FOLDER / "gallery.json").write_text(told, encoding="utf-8", newline="\n")
    print(f"{len(rows)} results written.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
