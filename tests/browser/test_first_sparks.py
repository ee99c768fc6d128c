"""A pupil's first visit in a real browser: JupyterLab, the first notebook, the real models."""

from __future__ import annotations

import re

import nbformat
import pytest
from axe import barriers
from in_lab import NOTEBOOKS, bring_up, open_page, run_all, running_lab, shoot

LESSON = "01_first_sparks.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on loopback with a copy of the notebook; yields its address. The three cells
    that make something more of it are left out: `test_by_keyboard` runs all.
    """
    root = tmp_path_factory.mktemp("lab")
    lesson = nbformat.read(NOTEBOOKS / LESSON, as_version=4)
    kept = [cell for cell in lesson.cells if not cell.source.startswith(("pictures.make", "work."))]
    assert len(kept) == len(lesson.cells) - 3
    lesson.cells = kept
    nbformat.write(lesson, root / LESSON)
    with running_lab(root) as address:
        yield address


@pytest.fixture(scope="module")
def page(lab):
    with open_page(lab, LESSON, "First sparks") as page:
        yield page


def studios(page):
    return page.locator(".jp-OutputArea-output").filter(
        has=page.get_by_role("button", name="Generate", exact=True, include_hidden=True)
    )


def test_a_first_visit_from_generate_to_history(page):
    run_all(page)
    for number in range(3):
        bring_up(page.get_by_role("button", name="Generate", exact=True).nth(number))
    assert studios(page).count() == 3
    for number, (noun, sign) in enumerate(
        [
            ("pictures", "img[alt*='Candidate 4']"),
            ("texts", "p[aria-label*='Candidate 4']"),
            ("tunes", "svg[aria-label*='Candidate 4']"),
        ]
    ):
        box = studios(page).nth(number)
        box.get_by_role("button", name="Generate", exact=True).click()
        box.locator(sign).wait_for(state="attached")
        box.get_by_text(f"4 {noun} are ready").wait_for()
        bring_up(box)
        shoot(page, f"studio-{noun}")
    pictures = studios(page).nth(0)
    before = pictures.locator("img[alt*='Candidate 1']").first.get_attribute("src")
    pictures.get_by_role("button", name="Vary", exact=True).click()
    pictures.get_by_text("4 pictures are ready").wait_for()
    page.wait_for_function(
        "([old]) => { const p = document.querySelector(\"img[alt*='Candidate 1']\"); return p &&"
        " p.src !== old }",
        arg=[before],
    )
    texts = studios(page).nth(1)
    texts.get_by_role("button", name="Generate", exact=True).click()
    texts.get_by_role("button", name="Stop", exact=True).click()
    texts.get_by_text(re.compile("^Stopped")).wait_for()
    assert texts.locator("blockquote").count() >= 1


def test_outputs_have_no_serious_accessibility_fault(page):
    assert barriers(page, ".course-studio") == []


def test_a_generate_button_works_from_the_keyboard(page):
    box = studios(page).nth(0)
    box.get_by_role("button", name="Generate", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text("Working").wait_for()
    box.get_by_text("4 pictures are ready").wait_for()


def test_after_a_kernel_restart_one_line_says_what_to_do(page):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    box = studios(page).nth(0)
    box.get_by_text("Stopped. Run this cell again.").wait_for()
    assert box.get_by_role("button", name="Generate", exact=True).is_disabled()
    assert box.locator("progress:visible").count() == 0
    assert box.locator("img").evaluate_all("all => all.every(one => one.complete)")
    shoot(page, "restarted")


def test_history_is_there_after_a_kernel_restart(page):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel and Run All Cells")).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    box = studios(page).nth(0)  # which says “Stopped” until it is made anew
    box.get_by_text("Ready. Change the words").wait_for()
    box.locator("img[alt*='Earlier 1']").wait_for(state="attached")
    assert box.locator("img[alt*='Candidate 1']").count() == 0
    shoot(page, "after-restart")
    box.get_by_role("button", name=re.compile("^Use earlier 1")).click()
    box.locator("img[alt*='Candidate 1']").first.wait_for()
