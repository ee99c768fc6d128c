"""A lesson that was run, as a web page, and what in it would bar somebody."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARTS = (".jp-OutputArea-output", ".jp-RenderedMarkdown")
SCREENS = (1280, 683, 320)  # pixels: usual, the same at 200 %, a small phone
# outputs that are wider than their place and cannot be scrolled
CUT_OFF = """() => [...document.querySelectorAll('.jp-OutputArea-output')].filter(one => {
  if (one.scrollWidth <= one.clientWidth + 1) return false;
  for (let at = one; at; at = at.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return false;
  return true;
}).map(one => `${one.scrollWidth} px in ${one.clientWidth}: ${one.innerText.slice(0, 60)}`)"""


def as_page(notebook: nbformat.NotebookNode, folder: Path) -> Path:
    """The notebook with its results as one HTML file, by nbconvert."""
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(template_name="lab").from_notebook_node(notebook)
    path = folder / "lesson.html"
    path.write_text(re.sub(r'<script src="https?://[^"]*"></script>', "", body), encoding="utf-8")
    shutil.copytree(NOTEBOOKS / "img", folder / "img", dirs_exist_ok=True)
    return path


def barriers_in(notebook: nbformat.NotebookNode, folder: Path) -> list[str]:
    """What axe-core finds in results and texts, and results cut off on narrow screens."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), "")
    assert chromium, "This test needs a Chromium browser. On Debian: apt-get install chromium."
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page()
        page.goto(as_page(notebook, folder).as_uri())
        for width in SCREENS:
            page.set_viewport_size({"width": width, "height": 768})
            found += [f"{width} px wide: {one}" for one in page.evaluate(CUT_OFF)]
        for part in PARTS:
            if page.locator(part).count():
                told = Axe().run(page, {"include": [[part]]}, {"runOnly": RULES})
                found += [
                    f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:2]]}"
                    for one in told.response["violations"]
                ]
        browser.close()
    return found
