"""All of lesson 01 with the keyboard alone, in a real JupyterLab: from the open page to a card, an
answer and a file to take home. No test here clicks. Then the same page enlarged.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from in_lab import NOTEBOOKS, WAIT, open_page, running_lab, shoot, wait_for_kernel

from course_utils.lessons.course import course
from course_utils.lessons.keeping import answered
from course_utils.portfolio.progress import my_progress
from course_utils.portfolio.store import Portfolio

LESSON = "01_first_sparks.ipynb"
MOST = 120  # presses of one key until something must have been reached
HERE = """() => {
  const at = document.activeElement, cell = at && at.closest('.jp-Cell');
  const cells = [...document.querySelectorAll('.jp-Notebook .jp-Cell')];
  const inside = at && at.querySelector('[alt], [aria-label]');
  const said = one => one && (one.getAttribute('aria-label') || one.getAttribute('alt'));
  const picture = at && at.getAttribute('role') === 'radio' && said(inside);
  const name = at && at !== cell ? (said(at) || picture || at.innerText || '').trim() : '';
  return {name: name.replace(/\\s+/g, ' '), cell: cell ? cells.indexOf(cell) : -1,
          itself: !!cell && at === cell, role: at ? at.getAttribute('role') : ''};
}"""
# parts of a studio that stick out of their place sideways and cannot be scrolled to
CUT_OFF = """() => [...document.querySelectorAll('.course-studio *')].filter(one => {
  const room = one.closest('.jp-OutputArea-output'), box = one.getBoundingClientRect();
  if (!room || box.width < 3 || box.right <= room.getBoundingClientRect().right + 2) return false;
  for (let at = one; at && at !== room; at = at.parentElement)
    if (getComputedStyle(at).overflowX !== 'visible') return false;
  return true;
}).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def page(root):
    for name in (LESSON, "glossary.md"):
        shutil.copy(NOTEBOOKS / name, root / name)
    shutil.copytree(NOTEBOOKS / "img", root / "img")
    with running_lab(root) as lab, open_page(lab, LESSON, "First sparks") as page:
        wait_for_kernel(page)
        yield page


def press(page, key: str, until, what: str) -> dict:
    """Press a key again and again until the focus is where it shall be."""
    here = page.evaluate(HERE)
    for _ in range(MOST):
        if until(here):
            return here
        page.keyboard.press(key)
        before = here
        for _ in range(8):
            if (here := page.evaluate(HERE)) != before:
                break
            page.wait_for_timeout(5)
    raise AssertionError(f"{key} never leads to {what}; it ends at {here}")


def stand_still(page) -> None:
    """Wait until the lesson and its studios have kept their places for half a second."""
    places = """() => [...document.querySelectorAll('.jp-Notebook, .course-studio')].map(one =>
      JSON.stringify(one.getBoundingClientRect())).join()"""
    before, since = "", time.monotonic()
    while time.monotonic() < since + 0.5:
        page.wait_for_timeout(100)
        if (now := page.evaluate(places)) != before:
            before, since = now, time.monotonic()


def to_cell(page, number: int) -> None:
    """By the arrow keys to a cell, as JupyterLab has it when no text is being typed."""
    down = -1 < page.evaluate(HERE)["cell"] <= number
    key = "ArrowDown" if down else "ArrowUp"
    press(page, key, lambda at: at["itself"] and at["cell"] == number, f"cell {number}")


def tab_to(page, name: str, cell: int) -> dict:
    """By Tab to a part of a cell's result, which begins with a name."""
    return press(
        page, "Tab", lambda at: at["cell"] == cell and at["name"].startswith(name), f"“{name}”"
    )


def use_studio(page, cell: int, guess: str, ready: str) -> None:
    """Run a studio's cell, guess, generate, go to the second candidate, and use it."""
    to_cell(page, cell)
    page.keyboard.press("Control+Enter")  # runs it and stays
    box = page.locator(".jp-Notebook .jp-Cell").nth(cell)
    box.get_by_role("button", name="Generate", exact=True).wait_for()
    tab_to(page, guess, cell)
    page.keyboard.press("Enter")
    tab_to(page, "Generate", cell)
    page.keyboard.press("Enter")
    box.get_by_text(ready).wait_for(timeout=WAIT)
    press(page, "Tab", lambda at: at["cell"] == cell and at["role"] == "radio"
          and "Candidate 1" in at["name"], "the candidates")  # fmt: skip
    page.keyboard.press("ArrowRight")
    box.locator(".cs-card:nth-child(2)[aria-checked='true']").wait_for()
    tab_to(page, "Use this", cell)
    page.keyboard.press("Enter")
    box.get_by_text("is chosen for the next step").wait_for()


def cell_of(text: str) -> int:
    """The number of the code cell that holds some words."""
    import nbformat

    cells = nbformat.read(NOTEBOOKS / LESSON, as_version=4).cells
    return next(n for n, one in enumerate(cells) if one.cell_type == "code" and text in one.source)


def test_a_whole_lesson_without_a_mouse(page, root, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(root / "my_creations"))
    to_cell(page, cell_of("from course_utils import"))
    page.keyboard.press("Shift+Enter")
    use_studio(page, cell_of("pictures.Studio(prompt"), "b", "4 pictures are ready")
    use_studio(page, cell_of("words.Studio(prompt"), "b", "4 texts are ready")
    use_studio(page, cell_of("tunes.Studio(prompt"), "a", "4 tunes are ready")
    for words, seen in (
        ("work.card(", "text=My first card"),
        ("pictures.make(", "img[alt*='a fox']"),
        ("work.download_all(", "text=Download everything"),
    ):
        cell = cell_of(words)
        to_cell(page, cell)
        page.keyboard.press("Control+Enter")
        shown = page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-OutputArea")
        shown.locator(seen).first.wait_for(timeout=WAIT)
        if words == "pictures.make(":
            answer_the_check(page)
    tab_to(page, "Download everything", cell)
    shoot(page, "by-keyboard")
    works = [saved.creation for saved in Portfolio().list()]
    assert {one.kind for one in works} == {"image", "words", "tune", "page"}
    chosen = [one for one in works if any("Use this" in edit.what for edit in one.edits)]
    assert {one.kind for one in chosen} == {"image", "words", "tune"}
    assert answered(my_progress(), course().lesson[1]) == (5, 5)


def answer_the_check(page) -> None:
    """Both questions at the end, each by Tab and Enter."""
    cell = cell_of('check("01"')
    to_cell(page, cell)
    page.keyboard.press("Control+Enter")
    page.locator(".jp-Notebook .jp-Cell").nth(cell).get_by_role("button").first.wait_for()
    tab_to(page, "b The seed changed", cell)
    page.keyboard.press("Enter")
    tab_to(page, "c It cannot lie", cell)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "what"), [(683, "200 % of 1366"), (320, "a narrow window")])
def test_an_enlarged_page_cuts_nothing_off(page, width, what):
    to_cell(page, 0)
    if width < 400:  # JupyterLab's list of files would take all of it
        page.keyboard.press("Control+b")
    page.set_viewport_size({"width": width, "height": 700})
    stand_still(page)
    shoot(page, f"enlarged-{width}")
    assert page.locator(".course-studio").count() >= 3
    room = page.locator(".jp-Notebook").first.bounding_box()
    assert room["width"] >= 200, f"{what}: the lesson has {room['width']} pixels"
    assert page.evaluate(CUT_OFF) == [], what


def test_a_word_leads_to_its_place_in_the_glossary(page, root):
    page.set_viewport_size({"width": 1400, "height": 1000})
    to_cell(page, cell_of("pictures.Studio(prompt") + 1)
    tab_to(page, "seed", cell_of("pictures.Studio(prompt") + 1)
    page.keyboard.press("Enter")
    place = page.locator(".jp-MarkdownViewer h3", has_text="seed").first
    place.wait_for()
    page.wait_for_function(
        "one => { const top = one.getBoundingClientRect().top; return top > 0 && top < 500 }",
        arg=place.element_handle(),
    )
