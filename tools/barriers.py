"""What axe finds in the results of lessons that were run: in what the cells showed, as a notebook
program puts it into its page, and in the page of the site.

Run: python -m tools.barriers FOLDER [NUMBER ...]

FOLDER holds the notebooks of `python -m tools.run_lessons FOLDER`.

Needs a Chromium. It names findings from moderate on, and leaves with 1 where there are any. Studios
are looked at where they live: `python -m tools.look`.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.lessons.course import course

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WIDTHS = (1280, 320)
PAGE = (
    '<!doctype html><html lang="en"><head><title>Results</title><style>body{{margin:8px;'
    "font:14px/1.5 system-ui,sans-serif}}.out{{overflow-x:auto}}</style></head><body><main>"
    "<h1>Results</h1>{}</main></body></html>"
)
# axe reads the few colours of a page thousands of times, a fifth of its work: each once is enough
EACH_COLOUR_ONCE = """(() => {
  const colour = axe.commons.color.Color.prototype, read = colour.parseString, known = new Map();
  colour.parseString = function (text) {
    if (!known.has(text)) {
      read.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  };
})()"""

__all__ = ["barriers_in", "browser_page", "main", "page_of", "show", "violations"]


def page_of(cells: Iterable[dict[str, Any]]) -> str:
    """What some cells showed, one under the other, each under a heading as in a lesson."""
    parts = []
    for number, cell in enumerate(cells):
        shown = "".join(map(shown_of, cell.get("outputs", ())))
        if shown:
            parts.append(f'<h2>Cell {number}</h2><div class="out" tabindex="0">{shown}</div>')
    return PAGE.format("".join(parts))


def shown_of(output: dict[str, Any]) -> str:
    """An output as a notebook program shows it: HTML before pictures before text."""
    data = output.get("data", {})
    if "application/vnd.jupyter.widget-view+json" in data:
        return ""
    for kind in ("text/html", "image/svg+xml"):
        if kind in data:
            return "".join(data[kind])
    for kind in ("image/png", "image/jpeg"):
        if kind in data:  # JupyterLab gives it no words
            return f'<img src="data:{kind};base64,{"".join(data[kind]).strip()}">'
    text = "".join(data.get("text/plain", "") or output.get("text", ""))
    return f"<pre>{html.escape(text)}</pre>"


@contextmanager
def browser_page() -> Iterator[Any]:
    """A page of a Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser.new_page(viewport={"width": WIDTHS[0], "height": 800})
        browser.close()


def show(page: Any, path: Path) -> None:
    """Show a page's file. One without a program is written into the page that is open, where axe
    stays and need not be compiled anew for each.
    """
    head, found, rest = path.read_text(encoding="utf-8").partition("<head>")
    if "<script" in rest or not found or not page.url.startswith("file:"):
        page.goto(path.as_uri())
        return
    page.set_content(f'{head}{found}<base href="{path.as_uri()}">{rest}')


def violations(
    page: Any, inside: str = "", rules: Iterable[str] | None = RULES, **more: Any
) -> list[dict[str, Any]]:
    """What breaks a rule in the page that is shown, or in its parts that a selector names, as axe
    tells it.

    Args:
        rules: None for all that axe has.
        more: further options of axe.
    """
    from axe_playwright_python.sync_playwright import Axe

    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
        page.evaluate(EACH_COLOUR_ONCE)
    # only what bars someone is looked up in full: half the time on a large page
    how = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {}), **more}
    where = {"include": [[inside]]} if inside else None
    return page.evaluate(
        "([where, how]) => axe.run(where || document, how).then(found => found.violations)",
        [where, how],
    )


def barriers_in(page: Any, path: Path, widths: Iterable[int] = WIDTHS) -> list[str]:
    """What axe finds in a page from moderate on, and how far it is too wide for a narrow screen."""
    found: dict[str, None] = {}
    show(page, path)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found[f"{wide} px wide on a screen of {width}"] = None
        for one in violations(page):
            if one["impact"] != "minor":
                nodes = [node["html"][:160] for node in one["nodes"][:3]]
                found[f"{one['impact']}: {one['id']}, {len(one['nodes'])} times: {nodes}"] = None
    return list(found)


def pages_for(folder: Path, numbers: list[str], out: Path) -> Iterator[tuple[str, Path]]:
    """The pages to look at, written into a folder: the results alone, and the site's."""
    from tools import site

    whole = site.Site(out / "site")
    for one in course().lesson:
        path = folder / one.notebook
        if path.is_file() and (not numbers or one.number in numbers):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            alone = out / f"{one.number}.html"
            alone.write_text(page_of(cells), encoding="utf-8")
            yield f"{one.number} in a notebook", alone
            site.lesson_page(whole, one, folder)
    whole.write()
    for place in whole.pages:
        yield f"{place} of the site", whole.to / place


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.barriers", description="Ask axe.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("number", nargs="*")
    options = parser.parse_args(arguments)
    count = 0
    with tempfile.TemporaryDirectory() as out, browser_page() as page:
        for name, path in pages_for(options.folder, options.number, Path(out)):
            found = barriers_in(page, path)
            count += len(found)
            print("\n  ".join([f"{name}: {len(found) or 'no'} findings", *found]), flush=True)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
