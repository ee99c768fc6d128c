"""Make the banner of every lesson from real results of the shipped models: one row, unpicked, with
the seeds written below; and the large button under it, in every language that has lessons.

Run: python -m tools.banners [NUMBER ...]
     python -m tools.banners begin            the buttons alone

Needs a Chromium for the banners. Writes notebooks/img/NUMBER.webp and begin*.svg; what a banner
shows is said in course.toml (`alt`).
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

import course_utils as course
from course_utils.display.figure import figure_html
from course_utils.display.tokens import LIGHT
from course_utils.layouts.typography import outline, width
from tools.lesson_languages import ENGLISH, Edition, editions

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "notebooks" / "img"
LARGEST = 60_000  # bytes
HEIGHT = 190  # pixels of a row
PART = re.compile(r"<img\b[^>]*>|<svg\b.*?</svg>|<blockquote\b.*?</blockquote>", re.S)
STYLE = f"""body{{margin:0;background:#fff}}#row{{display:flex;gap:10px;padding:10px;width:1180px;
background:#f3efe6;align-items:center;justify-content:center;box-sizing:border-box}}
#row>*{{min-width:0}}img{{height:{HEIGHT}px;width:auto;max-width:1100px;object-fit:contain;
background:#fff;border-radius:8px;display:block}}
.many img{{height:auto;flex:1 1 0;width:0}}
svg{{height:{HEIGHT}px;width:auto;max-width:1140px;background:#fff;border-radius:8px;flex:1 1 0}}
blockquote{{flex:1 1 0;margin:0!important;padding:10px 14px!important;background:#fffaf0;
color:#1b1f27;border-left:5px solid #d9a514;border-radius:8px;
font:17px/1.4 Georgia,serif;white-space:pre-line;
max-height:{HEIGHT}px;overflow:hidden}}"""


def parts(shown: object, most: int = 12, every: int = 1) -> list[str]:
    """The pictures, drawings and texts in what a notebook would show."""
    found = PART.findall(shown if isinstance(shown, str) else shown._repr_html_())
    return found[::every][:most]


def pictures(*wishes: str, seed: int = 7, **settings) -> list[str]:
    """The first picture of each wish."""
    made = [course.make_image(wish, count=1, seed=seed, **settings) for wish in wishes]
    return [part for one in made for part in parts(one, 1)]


def said(sentence: str) -> list[str]:
    return [f"<blockquote>{sentence}</blockquote>"]


def lesson_06() -> list[str]:
    tune = course.make_tune("a gentle waltz", count=1, seed=3)
    return parts(course.show_score(tune), 1)


def lesson_12() -> list[str]:
    """Six of the drawings that a lesson begins with."""
    drawings = course.example_drawings()[:6]
    return [part for one in drawings for part in parts(figure_html(one), 1)]


def layouts(count: int) -> list[str]:
    fox = course.make_image("a fox", count=1, seed=1)
    text = "A book in five scenes."
    return parts(course.make_layouts("The fox and the key", text, fox, count, 5), count)


def lesson_12b() -> list[str]:
    first = course.make_image("a cat", 1, 3, style="3d")
    second = course.make_image("a fox on a blue background", 1, 4, style="flat")
    children = course.breed_styles("a house", first, second, seed=6)
    return parts(first, 1) + parts(children, 4) + parts(second, 1)


def lesson_14b() -> list[str]:
    """Four pictures, and what they cost."""
    made = course.make_image("a teacher", count=4, seed=1)
    cost = re.sub(r"<[^>]+>", " ", course.cost_of(made)._repr_html_())
    return parts(made, 4) + said(" ".join(cost.split())[:210].rpartition(".")[0] + ".")


def lesson_15() -> list[str]:
    first = course.make_image("a red rocket", count=1, seed=5)
    words = "a red rocket on a light blue background"
    second = course.make_image(words, count=1, seed=6, start=first, strength=0.7)
    record = re.sub(r"<[^>]+>", " ", course.contribution(second)._repr_html_())
    record = " ".join(record.partition("What the record holds")[0].split())
    return parts(first, 1) + parts(second, 1) + said(record)


SCENES = ("a fox", "a key", "a house at night", "a boat", "a sunflower")
SHOWN: dict[str, Callable[[], list[str]]] = {
    "00": lambda: [
        *pictures("a red heart", "a penguin", "a sunflower"),
        *parts(course.make_tune("a happy jig", count=1, seed=7), 1),
    ],
    "01": lambda: [
        *pictures("a red heart"),
        *parts(course.make_words("the moon", count=1, seed=7), 1),
        *parts(course.make_tune("a happy jig", count=1, seed=7), 1),
    ],
    "02": lambda: parts(
        course.sweep_image("a castle", seed=3, style=["flat", "sticker", "3d"], guidance=[1, 3, 7])
    ),
    "03": lambda: parts(course.filmstrip("a red heart", seed=4), 16, 2),
    "04": lambda: parts(
        course.make_words("a fox finds a key in her bread", template="first_line", seed=8), 4
    ),
    "05": lambda: [
        *pictures("a boat at night", seed=3),
        *parts(course.make_words("a cat on a train", template="limerick", count=1, seed=5), 1),
    ],
    "06": lesson_06,
    "07": lambda: parts(
        course.make_backing("C G Am F", style="waltz", count=1, seed=4, repeats=1), 1
    ),
    "08": lambda: parts(course.make_texture("rain on glass", count=3, seed=4), 3),
    "09": lambda: parts(course.make_words("a birthday by the sea", count=4, seed=3), 4),
    "10": lambda: layouts(8),
    "11": lambda: parts(course.make_layouts("The red moon", "", None, 4, 2), 4),
    "12": lesson_12,
    "12b": lesson_12b,
    "13": lambda: parts(course.where_from(course.make_image("a fox", count=1, seed=3)), 5),
    "14": lambda: pictures("a doctor", seed=1) + pictures("a boss", "a teacher", "a pilot", seed=2),
    "14b": lesson_14b,
    "15": lesson_15,
    "16": lambda: pictures(
        "a red heart", "a yellow star", "a fox", "an owl", "a rocket", style="sticker", guidance=5.0
    ),
    "17": lambda: pictures(*SCENES, seed=11, style="flat"),
}


def drawn(page, row: list[str]) -> bytes:
    """A row of parts as a picture, smaller than LARGEST."""
    many = ' class="many"' if len(row) > 5 and all(one.startswith("<img") for one in row) else ""
    page.set_content(f'<style>{STYLE}</style><div id="row"{many}>{"".join(row)}</div>')
    page.wait_for_timeout(300)
    shot = Image.open(BytesIO(page.locator("#row").screenshot())).convert("RGB")
    for quality in (84, 70, 55, 40):
        file = BytesIO()
        shot.save(file, "WEBP", quality=quality, method=6)
        if len(file.getvalue()) < LARGEST:
            return file.getvalue()
    raise SystemExit("A banner is too large; show fewer parts.")


def begin_button(edition: Edition) -> str:
    """The large button under a banner; its letters are outlines, the same with every reader."""
    words, letters, size = edition.say("Begin"), "nunito-800", 27
    wide = width(words, letters, size)
    path = outline(words, letters, size, 36, 44)
    x = 36 + wide + 18
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{x + 52:.0f}" height="68">'
        f'<rect x="3" y="3" width="{x + 46:.0f}" height="62" rx="31" fill="{LIGHT["blue"]}"'
        f' stroke="{LIGHT["sun"]}" stroke-width="3"/><path fill="#fff" d="{path}"/>'
        f'<path fill="none" stroke="{LIGHT["sun"]}" stroke-width="5" stroke-linecap="round"'
        f' stroke-linejoin="round" d="M{x:.0f} 30l10 10 10-10"/></svg>\n'
    )


def write_buttons() -> None:
    for edition in (ENGLISH, *editions()):
        path = ROOT / "notebooks" / edition.button.rpartition("../")[2]
        path.write_text(begin_button(edition), encoding="utf-8", newline="\n")


def main(numbers: list[str]) -> int:
    write_buttons()
    if numbers == ["begin"]:
        return 0
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["COURSE_PORTFOLIO"] = folder
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 400})
        for number in numbers or list(SHOWN):
            row = SHOWN[number]()
            if not row:
                print(f"{number}: nothing to show", file=sys.stderr)
                continue
            (IMAGES / f"{number}.webp").write_bytes(drawn(page, row))
            print(f"{number}: {len(row)} parts")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
