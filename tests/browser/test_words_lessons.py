"""The widgets of lessons 04 and 05 in a real browser, by mouse and by keyboard,
with the real model: kinds of text, the odds, the writing desk.
"""

from __future__ import annotations

import re

import pytest
from axe import barriers
from in_lab import bring_up, choose, lessons_in_one, open_page, part, run_all, running_lab, shoot

AT_ONCE = """box => {
  box.querySelectorAll('.cs-card')[3].click();
  [...box.querySelectorAll('.cs-verbs button')].find(one => one.textContent === 'Refuse').click();
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The set-up and the widgets of both lessons."""
    root = tmp_path_factory.mktemp("lab")
    notebook = lessons_in_one(
        root,
        "Words by hand",
        ("04_unstuck_ideas_and_first_lines", "05_voice_form_and_story"),
        r"from course_utils import|(studio|panel|desk) = ",
        5,
    )
    with running_lab(root) as lab, open_page(lab, notebook, "Words by hand") as page:
        run_all(page)
        yield page


def test_a_card_for_a_place_by_mouse(page):
    box = part(page, "Generate")
    box.get_by_role("combobox", name="Make me").select_option(label="A place")
    box.get_by_role("button", name="Generate", exact=True).click()
    box.get_by_text("4 texts are ready").wait_for()
    card = box.locator("blockquote[aria-label^='Candidate 1']")
    assert (
        card.locator("dt").all_inner_texts()[-1] == "Secret"
        and len(card.locator("dd").first.inner_text()) > 8
    )
    bring_up(card)
    shoot(page, "words-place")
    box.get_by_text("Which model", exact=True).first.click()
    box.get_by_text("In use: SmolLM2-135M-Instruct. Your words stay on this computer.").wait_for()


def test_a_sentence_grown_from_the_odds_by_keyboard(page):
    box = part(page, "Show the odds")
    box.get_by_role("button", name="Show the odds", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text(re.compile("^The likeliest piece is")).wait_for()
    words = box.get_by_role("textbox", name="Words so far")
    before = words.input_value()
    box.get_by_role("button", name=re.compile(r"^2\. ")).focus()
    page.keyboard.press("Space")
    page.wait_for_function(
        "([box, old]) => box.value !== old", arg=[words.element_handle(), before]
    )
    after = words.input_value()
    assert after.startswith(before) and len(after) > len(before)
    branches = box.get_by_role("combobox", name="Branches")
    branches.locator("option").nth(1).wait_for(state="attached")
    branches.select_option(index=0)
    box.get_by_role("button", name="Go on from this one", exact=True).click()
    page.wait_for_function(
        "([box, old]) => box.value === old", arg=[words.element_handle(), before]
    )
    bring_up(box.locator("table"))
    shoot(page, "words-odds")


def test_a_suggestion_kept_changed_and_counted(page):
    box = part(page, "Suggest")
    text = box.get_by_role("textbox", name="My text")
    mine = text.input_value()
    box.get_by_role("button", name="Suggest", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text("4 suggestions are ready").wait_for()
    box.evaluate(AT_ONCE)  # what is pressed goes for the one just clicked, however late the answer
    box.get_by_text("Suggestion 4 is put aside").wait_for()
    choose(box, 1)
    box.get_by_role("button", name="Keep", exact=True).click()
    box.get_by_text("Suggestion 1 is in your text").wait_for()
    grown = text.input_value()
    assert grown.startswith(mine) and len(grown) > len(mine) + 5
    text.fill(grown.rsplit(" ", 1)[0] + " nothing. I laughed.")
    box.get_by_text("Whose words?", exact=True).first.click()
    box.get_by_role("button", name="Save and count my words", exact=True).click()
    box.get_by_text(re.compile(r"^Kept\. You wrote on it: .* your own")).wait_for()
    assert "laughed." in box.locator("b").all_inner_texts()
    choose(box, 2)
    box.get_by_role("button", name="Edit", exact=True).focus()
    page.keyboard.press("Enter")
    version = box.get_by_role("textbox", name="Your version")
    version.fill("She waved.")
    bring_up(version)
    shoot(page, "words-edit")
    box.get_by_role("button", name="Keep my version", exact=True).click()
    box.get_by_text("Suggestion 2 begins a branch").wait_for()
    assert text.input_value().endswith(" She waved.") and "laughed" not in text.input_value()
    shoot(page, "words-desk")


def test_the_widgets_have_no_serious_accessibility_fault(page):
    assert barriers(page, ".course-studio") == []
