"""A room as a class meets it: a phone and a desktop computer join by code and by the QR code's
address, make a picture, a poem and a tune, and publish one; the teacher approves and projects it.
"""

from __future__ import annotations

import pytest
from axe import barriers
from in_lab import WAIT, shoot
from one_browser import browser_here

from tests.opened_room import Opened

FOR_A_WORK = 120_000  # milliseconds


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    one = Opened(tmp_path_factory.mktemp("opened") / "room", "--title", "Class 7b")
    yield one
    one.end()


@pytest.fixture
def browser():
    with browser_here() as one:
        yield one


def new_page(browser, width: int, height: int, wrong: list[str]):
    """A page of a browser of its own, whose troubles are written down."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(WAIT)
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    return page


def make(page, studio: str, words: str, done: str) -> None:
    page.get_by_role("link", name=studio, exact=True).click()
    page.get_by_label("Your words", exact=True).fill(words)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("status").get_by_text(done).wait_for(timeout=FOR_A_WORK)


def test_a_lesson(opened, browser):
    wrong: list[str] = []
    teacher = new_page(browser, 1280, 900, wrong)
    teacher.goto(f"{opened.address}/?code={opened.teachers}")
    teacher.get_by_role("button", name="Join").click()
    teacher.get_by_text(opened.code, exact=True).wait_for()
    code = teacher.get_by_role("img", name="QR code of")
    address = code.get_attribute("aria-label").removeprefix("QR code of ")

    phone = new_page(browser, 390, 800, wrong)  # by the QR code's address
    phone.goto(address)
    phone.get_by_label("Your name").fill("Ada")
    phone.get_by_role("button", name="Join").click()
    make(phone, "Pictures", "a red heart", "4 pictures are ready")
    shoot(phone, "room-phone-pictures")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390 and barriers(phone) == []

    desktop = new_page(browser, 1280, 900, wrong)  # by the code
    desktop.goto(opened.address)
    desktop.get_by_label("Code, from your teacher").fill(opened.code.lower())
    desktop.get_by_label("Your name").fill("Ben")
    desktop.get_by_role("button", name="Join").click()
    make(desktop, "Tunes", "a happy jig", "4 tunes are ready")
    assert desktop.locator("audio[aria-label^='Candidate 4']").count() == 1
    make(phone, "Words", "the moon", "4 texts are ready")

    phone.get_by_role("link", name="My work").click()
    phone.get_by_label("Which one").select_option(index=1)
    phone.get_by_label("Its title on the wall").fill("Heart at noon")
    phone.get_by_role("button", name="Put on the wall").click()
    phone.get_by_role("status").get_by_text("waits for your teacher").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390 and barriers(phone) == []

    teacher.get_by_role("button", name="Approve: Heart at noon").click()
    teacher.get_by_text("Waiting for the wall: 0").wait_for()
    assert teacher.get_by_role("row", name="Ada open").count() == 1
    shoot(teacher, "room-teacher")
    assert barriers(teacher) == []
    teacher.get_by_role("link", name="Project the wall").click()
    teacher.get_by_role("heading", name="Heart at noon").wait_for()
    phone.get_by_role("link", name="The wall", exact=True).click()
    phone.get_by_role("link", name="Heart at noon").wait_for()
    assert wrong == []
