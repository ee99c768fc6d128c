"""How quickly a studio answers in a browser: shown, placeholders after the click, choosing, undo.

Run: python -m benchmarks.face [--in lab notebook] [--studio pictures ...]

Six studios in a JupyterLab (or a Notebook 7), headless Chromium. The times are taken in the page
itself, from the press to the first frame in which what is awaited can be seen. "Placeholders" and
"ring", the one around the chosen one, are drawn by the page at once; "answered" (Generate has
become Stop), "large" (the chosen one is seen large) and "undo" hold the whole way to the kernel and
back. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from in_lab import PAGES, open_page, running_lab, wait_for_kernel

STUDIOS = {
    "pictures": 'pictures.Studio("a red heart", seed=7)',
    "words": 'words.Studio("the moon", seed=7)',
    "tunes": 'tunes.Studio("a happy jig", seed=7)',
    "sounds": 'sounds.Studio("rain on glass", seed=7)',
    "backing": 'tunes.BackingStudio("C G Am F", seed=7)',
    "layouts": 'layouts.Studio("The quiet sea", seed=7)',
}
# milliseconds from a press to the first frame in which a test of the studio holds
PRESS = """([press, holds]) => new Promise((done, failed) => {
  const studio = [...document.querySelectorAll('.course-studio')].at(-1);
  const named = (name) => [...studio.querySelectorAll('button')]
    .find((one) => one.textContent === name && one.checkVisibility());
  const card = (place) => studio.querySelectorAll('.cs-card')[place];
  const large = () => studio.querySelector('.cs-large').innerHTML;
  const [before, test] = [large(), new Function('studio', 'card', 'large', 'before',
    'return ' + holds)];
  const target = new Function('named', 'card', 'return ' + press)(named, card);
  const began = performance.now();
  target.click();
  const look = () => test(studio, card, large, before) ? done(performance.now() - began)
    : performance.now() - began > 60000 ? failed(new Error(holds)) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
READY = "() => [...document.querySelectorAll('.course-studio')].at(-1)"
READY += ".textContent.includes('ready, made in')"
COMING = "studio.querySelector('.cs-coming:not([hidden])') !== null"
KEEP = "() => { window.kept = [...document.querySelectorAll('.cs-card')].at(0).innerHTML }"
ANSWERED = "studio.querySelector('.cs-stop').checkVisibility()"
TIMES = ("shown", "placeholders", "answered", "ring", "large", "undo")


def generate(page, holds: str) -> float:
    """Milliseconds until something holds after Generate; waits until all is ready."""
    took = page.evaluate(PRESS, ["named('Generate')", holds])
    page.wait_for_function(READY)
    page.wait_for_timeout(1000)
    return took


def measure(address: str, name: str, program: str) -> dict[str, float]:
    """The times of one studio, in milliseconds."""
    with open_page(address, f"{name}.ipynb", "Face", program) as page:
        wait_for_kernel(page)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("imported").wait_for()
        began = time.monotonic()
        page.keyboard.press("Shift+Enter")
        page.locator(".course-studio .cs-main").first.wait_for()
        times = {"shown": 1000 * (time.monotonic() - began)}
        times["placeholders"] = generate(page, COMING)
        rings, larges = [], []
        for place in (1, 2, 3, 0):
            ring = f"card({place}).getAttribute('aria-checked') === 'true'"
            rings.append(page.evaluate(PRESS, [f"card({place})", ring]))
            page.wait_for_timeout(700)
        for place in (1, 2, 3, 0):
            larges.append(page.evaluate(PRESS, [f"card({place})", "large() !== before"]))
        times |= {"ring": statistics.median(rings), "large": statistics.median(larges)}
        page.evaluate(KEEP)
        times["answered"] = generate(page, ANSWERED)
        back = "card(0).innerHTML === window.kept"
        times["undo"] = page.evaluate(PRESS, ["named('Undo')", back])
        return times


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", nargs="*", dest="programs", default=["lab"], choices=PAGES)
    parser.add_argument("--studio", nargs="*", default=list(STUDIOS), choices=list(STUDIOS))
    given = parser.parse_args(argv)
    root = Path(tempfile.mkdtemp())
    for name in given.studio:
        module, code = STUDIOS[name].split(".", 1)
        use = f"from course_utils import {module}\n{module}.{code.split('(')[0]}\n'imported'"
        cells = [
            nbformat.v4.new_markdown_cell("# Face"),
            nbformat.v4.new_code_cell(use),
            nbformat.v4.new_code_cell(STUDIOS[name]),
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(book, root / f"{name}.ipynb")
    print("milliseconds".ljust(20) + "".join(one.rjust(14) for one in TIMES))
    for program in given.programs:
        with running_lab(root) as address:
            for name in given.studio:
                times = measure(address, name, program)
                row = "".join(f"{times[one]:14.0f}" for one in TIMES)
                print(f"{program + ' ' + name:<20}{row}", flush=True)


if __name__ == "__main__":
    main()
