"""Every studio in a real JupyterLab, photographed in its states, as one sheet to be looked at.

Run: python -m tools.look [--studio ImageStudio ...] [--width 1366 820 390] [--dark] [--out DIR]

Needs a Chromium. States: fresh, working, ready, chosen, error; of each a PNG, and `sheet.png`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).parents[1]
STUDIOS = {
    "ImageStudio": 'ImageStudio("a red heart", seed=7)',
    "WordsStudio": 'WordsStudio("the moon", seed=7)',
    "TuneStudio": 'TuneStudio("a happy jig", seed=7)',
    "BackingStudio": 'BackingStudio("C G Am F", seed=7)',
    "TextureStudio": 'TextureStudio("rain on glass", seed=7)',
    "LayoutStudio": 'LayoutStudio("The quiet sea", text="A film night.", seed=5)',
}
HEIGHT = 768


def write_notebook(place: Path, name: str) -> None:
    """A notebook that opens one studio."""
    code = f"from course_utils import {name}\n{STUDIOS[name]}"
    cells = [nbformat.v4.new_markdown_cell("# Look"), nbformat.v4.new_code_cell(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, place / f"{name}.ipynb")


def states(page) -> Iterator[str]:
    """Lead a studio from one state to the next; yields the name of each."""
    studio = page.locator(".course-studio").first
    studio.wait_for()
    page.wait_for_timeout(800)
    up = "one => one.scrollIntoView({block: 'start'})"
    studio.evaluate(up)
    yield "fresh"
    page.get_by_role("button", name=re.compile("^(Generate|Suggest)$")).first.click()
    page.wait_for_timeout(300)
    yield "working"
    page.get_by_text(re.compile("(are|is) ready, made in")).wait_for()
    page.wait_for_timeout(500)
    studio.evaluate(up)
    yield "ready"
    page.locator(".cs-card:not([disabled])").nth(1).click()
    page.wait_for_timeout(500)
    yield "chosen"
    page.locator(".cs-top input, .cs-top textarea").first.fill("")
    page.get_by_role("button", name=re.compile("^(Generate|Suggest)$")).first.click()
    page.wait_for_timeout(1500)
    yield "error"


def sheet(shots: list[Path], out: Path) -> None:
    """All pictures as one, six in a row."""
    pictures = [Image.open(one).convert("RGB") for one in shots]
    width, height = 456, 256
    rows = -(-len(pictures) // 5)
    whole = Image.new("RGB", (5 * width, rows * height), "white")
    for place, picture in enumerate(pictures):
        picture.thumbnail((width - 8, height - 8))
        whole.paste(picture, (place % 5 * width, place // 5 * height))
    whole.save(out)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studio", nargs="*", default=list(STUDIOS), choices=list(STUDIOS))
    parser.add_argument("--width", nargs="*", type=int, default=[1366])
    parser.add_argument("--dark", action="store_true", help="the studio as in a dark theme")
    parser.add_argument("--out", type=Path, default=Path("shots"))
    given = parser.parse_args(argv)
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from in_lab import open_page, run_all, running_lab

    given.out.mkdir(parents=True, exist_ok=True)
    root, shots = Path(tempfile.mkdtemp(prefix="look-")), []
    for name in given.studio:
        write_notebook(root, name)
    with running_lab(root) as lab:
        for name in given.studio:
            for width in given.width:
                with open_page(lab, f"{name}.ipynb", "Look") as page:
                    page.set_viewport_size({"width": width, "height": HEIGHT})
                    if width < 1000:  # the list of files would take most of it
                        page.get_by_role("tab", name="File Browser").first.click()
                    if given.dark:
                        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
                    run_all(page)
                    for state in states(page):
                        shots.append(given.out / f"{name}-{width}-{state}.png")
                        page.screenshot(path=shots[-1])
    sheet(shots, given.out / "sheet.png")
    print(f"{len(shots)} pictures, and {given.out / 'sheet.png'}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
