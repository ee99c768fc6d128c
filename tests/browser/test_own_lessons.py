"""The widgets of lessons 13 to 15 in a real browser, with the real models:
ask where something came from, sign it, read it back, count.
"""

from __future__ import annotations

import re

import pytest
from axe import barriers
from in_lab import bring_up, lessons_in_one, open_page, part, run_all, running_lab, shoot


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Set-up, a picture, and the widgets."""
    root = tmp_path_factory.mktemp("lab")
    notebook = lessons_in_one(
        root,
        "Own it",
        ("13_where_did_this_come_from", "14_is_it_fair", "15_mine_yours_ours"),
        r"from course_utils import|picture = |(fairness|provenance)\.Studio\(",
        7,
    )
    with running_lab(root) as lab, open_page(lab, notebook, "Own it") as page:
        run_all(page)
        yield page


def test_a_picture_is_looked_up_signed_and_read_back(page):
    box = part(page, "Where from?").first
    ask = box.get_by_role("button", name="Where from?", exact=True)
    ask.wait_for()
    box.get_by_role("button", name="Look again", exact=True).click()
    box.get_by_text("to choose from. Choose one, then ask.").wait_for()
    ask.focus()
    page.keyboard.press("Enter")
    box.get_by_text("Found. Read what it proves").wait_for()
    assert box.locator("img[alt^='Training picture']").count() >= 3
    bring_up(box.get_by_text(re.compile("Copying score")).first)
    shoot(page, "own-where")
    box.get_by_role("button", name="Who did what?", exact=True).click()
    box.get_by_text("That is what the record holds.").wait_for()
    box.get_by_text("Take a signed copy", exact=True).click()
    box.get_by_role("button", name="Sign and take", exact=True).click()
    box.get_by_text("This is what the copy says, read back").wait_for()
    box.get_by_text(re.compile("Unchanged since it was signed")).first.wait_for()
    shoot(page, "own-signed")


def test_people_are_counted(page):
    box = part(page, "Count")
    box.get_by_label("Of each").fill("1")
    page.keyboard.press("Tab")
    box.get_by_role("button", name="Count", exact=True).click()
    box.get_by_text("finding so far").wait_for()
    assert box.get_by_text("95 % interval").count() > 0
    bring_up(box.get_by_text(re.compile("^Who is in")).first)
    shoot(page, "own-audit")


def test_nothing_here_shuts_anyone_out(page):
    assert not barriers(page, ".course-studio")
