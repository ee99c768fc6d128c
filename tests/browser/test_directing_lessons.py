"""The widgets of lessons 02 and 03 in a real browser, by mouse and by keyboard,
with the real model: drawing, marking a part, the machine opened.
"""

from __future__ import annotations

import re

import pytest
from axe import barriers
from in_lab import bring_up, lessons_in_one, open_page, part, run_all, running_lab, shoot


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The set-up and the widgets of both lessons."""
    root = tmp_path_factory.mktemp("lab")
    notebook = lessons_in_one(
        root,
        "Pictures by hand",
        ("02_directing_a_picture", "03_inside_a_picture_machine"),
        r"from course_utils import|studio = |machine = ",
        4,
    )
    with running_lab(root) as lab, open_page(lab, notebook, "Pictures by hand") as page:
        run_all(page)
        yield page


def stroke(page, field, points: list[tuple[float, float]]) -> None:
    """Draw with the mouse; places are shares of the field."""
    bring_up(field)
    box = field.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def test_a_drawing_by_mouse_and_a_marked_part_by_keyboard(page):
    box = part(page, "Generate")
    box.get_by_role("combobox", name="Speed").select_option(label="Quick")
    box.get_by_text("Draw, or mark a part", exact=True).focus()  # panels open by keyboard
    page.keyboard.press("Enter")
    field = box.get_by_role("application", name=re.compile("^Drawing field"))
    field.wait_for()
    box.get_by_role("button", name="red", exact=True).click()
    stroke(page, field, [(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3)])
    box.get_by_text("Line drawn in red.").wait_for()
    box.get_by_role("button", name="Fill", exact=True).click()
    stroke(page, field, [(0.5, 0.5), (0.5, 0.5)])
    box.get_by_text("Filled with red.").wait_for()
    shoot(page, "canvas-drawing")
    box.get_by_role("button", name="Generate", exact=True).click()
    box.get_by_text("4 pictures are ready").wait_for()
    box.locator("img[alt*='named “my drawing”']").first.wait_for(state="attached")
    box.get_by_role("button", name="Use this", exact=True).click()
    box.get_by_text("is chosen for the next step").wait_for()
    box.get_by_role("button", name="Put the chosen picture in", exact=True).click()
    box.get_by_text("The picture is in the drawing field").wait_for()
    box.get_by_role("button", name="Pen", exact=True).click()
    field.focus()
    page.keyboard.press("d")
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("d")
    box.get_by_text("The pen is up.").wait_for()
    shoot(page, "canvas-marked")
    box.get_by_role("button", name="Generate", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text("Working.").wait_for()
    box.get_by_text("4 pictures are ready").wait_for()
    box.get_by_text("Family", exact=True).click()
    box.get_by_role("button", name="Show the family", exact=True).click()
    box.locator(".cs-html").get_by_text(re.compile("a part changed to")).first.wait_for()
    shoot(page, "family")


def test_the_machine_is_walked_through_by_keyboard(page):
    box = part(page, "Watch it draw")
    box.get_by_role("button", name="Watch it draw", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text("The film has 8 steps.").wait_for()
    for _ in range(3):
        box.get_by_role("button", name="Next step", exact=True).focus()
        page.keyboard.press("Enter")
    box.get_by_text(re.compile("^Step 4 of 8: ")).first.wait_for()
    assert box.locator("img[alt='Step 4. Where the guess moved']").count() == 1
    shoot(page, "machine-step")
    box.get_by_text("Change the words on the way", exact=True).click()
    box.get_by_role("button", name="Make the branch", exact=True).click()
    box.get_by_text("From step 3 on it followed").wait_for()


def test_nothing_here_shuts_anyone_out(page):
    for name, titles in (
        (
            "Generate",
            [
                "More",
                "Start from a picture",
                "Draw, or mark a part",
                "Contact sheet",
                "Take it away",
                "Which model",
            ],
        ),
        ("Watch it draw", ["The three parts at work", "Where each word counted"]),
    ):
        for title in titles:
            head = part(page, name).get_by_role("button", name=title, exact=True)
            head.click()
            head.and_(page.locator("[aria-expanded=true]")).wait_for()
            page.wait_for_function("() => !document.querySelector('.cs-open .cs-widget:empty')")
            found = barriers(page, ".cs-panels")  # the rest stays as it is
            assert not found, (title, found)
        found = barriers(page, ".course-studio")
        assert not found, (name, found)
    shoot(page, "last")
