"""The lesson the course opens with, in a browser: links, a guess and a question by keyboard."""

from __future__ import annotations

import re
import shutil

import pytest
from axe import barriers
from in_lab import NOTEBOOKS, bring_up, looked_for, open_page, run_all, running_lab, shoot

LESSON = "00_start_here.ipynb"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    root = tmp_path_factory.mktemp("lab")
    for path in NOTEBOOKS.iterdir():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, root / path.name)
    with running_lab(root) as lab, open_page(lab, LESSON, "Start here") as page:
        run_all(page)
        yield page


def test_a_guess_by_keyboard_is_answered_by_the_next_cell(page):
    choice = page.get_by_role("button", name=re.compile(r"^b\s+From odds"))
    looked_for(page, choice).wait_for()
    page.locator("audio").first.wait_for(state="attached")  # the next cell has run
    choice.focus()
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("^Yes: From odds")).first.wait_for()
    bring_up(choice)
    shoot(page, "guess")


def test_a_wrong_answer_gets_its_reason_and_may_be_mended(page):
    wrong = page.get_by_role("button", name=re.compile(r"^b\s+It is broken"))
    bring_up(looked_for(page, wrong))
    wrong.focus()
    page.keyboard.press("Space")
    page.get_by_text(re.compile("^Not quite. A broken cell shows a number")).first.wait_for()
    page.get_by_role("button", name=re.compile(r"^a\s+It is working")).click()
    page.get_by_text(re.compile("^Yes: It is working")).first.wait_for()
    assert barriers(page, ".course-studio") == []
    shoot(page, "check")


def test_the_map_leads_to_a_lesson(page):
    link = page.locator("a", has_text=re.compile("^02 Directing a picture$")).first
    bring_up(looked_for(page, link))
    picture = page.locator("img[src*='02.webp'], img[alt*='castle']").first
    picture.wait_for(state="attached")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
    link.click()
    page.get_by_role("heading", name=re.compile("^Directing a picture")).first.wait_for()
