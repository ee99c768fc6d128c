"""How quickly a studio answers in a browser: shown, placeholders after the click, choosing, undo.

Run: python -m benchmarks.face            three studios in JupyterLab, headless Chromium

The times are taken in the page itself, from the press to the first frame in which what is awaited
can be seen, so they hold the whole way to the kernel and back. Nothing else should run meanwhile.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))
from in_lab import open_page, running_lab, wait_for_kernel

STUDIOS = {
    "pictures": 'pictures.Studio("a red heart", seed=7)',
    "words": 'words.Studio("the moon", seed=7)',
    "tunes": 'tunes.Studio("a happy jig", seed=7)',
}
# milliseconds from a press to the first frame in which a test of the studio holds
PRESS = """([press, holds]) => new Promise((done, failed) => {
  const studio = [...document.querySelectorAll('.course-studio')].at(-1);
  const test = new Function('studio', 'return ' + holds);
  const target = studio.querySelector(press), began = performance.now();
  target.click();
  const look = () => test(studio) ? done(performance.now() - began)
    : performance.now() - began > 60000 ? failed(new Error(holds)) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
CHOSEN = "studio.querySelectorAll('.cs-card')[{}].getAttribute('aria-checked') === 'true'"
READY = "() => [...document.querySelectorAll('.course-studio')].at(-1)"
READY += ".textContent.includes('ready, made in')"


def measure(lab: str, name: str) -> dict[str, float]:
    """The times of one studio, in milliseconds."""
    with open_page(lab, f"{name}.ipynb", "Face") as page:
        wait_for_kernel(page)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("imported").wait_for()
        began = time.monotonic()
        page.keyboard.press("Shift+Enter")
        page.locator(".course-studio .cs-main").first.wait_for()
        times = {"shown": 1000 * (time.monotonic() - began)}
        coming = "studio.querySelector('.cs-coming:not([hidden])') !== null"
        times["placeholders"] = page.evaluate(PRESS, [".cs-go .cs-main", coming])
        page.wait_for_function(READY)
        chosen = [
            page.evaluate(PRESS, [f".cs-card:nth-child({place + 1})", CHOSEN.format(place)])
            for place in (1, 2, 3, 0)
        ]
        times["choosing"] = statistics.median(chosen)
        return times


def main() -> None:
    root = Path(tempfile.mkdtemp())
    for name, code in STUDIOS.items():
        cells = [
            nbformat.v4.new_markdown_cell("# Face"),
            nbformat.v4.new_code_cell(
                f"from course_utils import {name}\n{name}.Studio\n'imported'"
            ),
            nbformat.v4.new_code_cell(code),
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(book, root / f"{name}.ipynb")
    print(f"{'studio':<10} {'shown':>8} {'placeholders':>13} {'choosing':>9}   milliseconds")
    with running_lab(root) as lab:
        for name in STUDIOS:
            times = measure(lab, name)
            print(
                f"{name:<10} {times['shown']:>8.0f} {times['placeholders']:>13.0f}"
                f" {times['choosing']:>9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
