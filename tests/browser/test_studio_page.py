"""The studio in the browser as a phone or a keyboard meets it, behind a notebook service's proxy:
nothing is fetched from elsewhere, nothing bars anyone.
"""

from __future__ import annotations

import os
import re

import pytest
from axe import barriers
from behind_a_proxy import proxied
from in_lab import WAIT, bring_up, shoot
from one_browser import browser_here

PREFIX = "/user/someone/proxy"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The studio behind a proxy, a page of it on a narrow screen,
    and every address the page asked for.
    """
    from course_utils.web.launch import free_port, show_app
    from course_utils.web.studio import studio_app

    before = os.environ.get("COURSE_PORTFOLIO")
    os.environ["COURSE_PORTFOLIO"] = str(tmp_path_factory.mktemp("work") / "my_creations")
    port = free_port()
    running = show_app(studio_app(), port, path=f"{PREFIX}/{port}")
    asked: list[str] = []
    with proxied(running.local, f"{PREFIX}/{port}") as outside, browser_here() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.set_default_timeout(WAIT)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{outside}{running.address}")
        page.get_by_role("heading", name="Pictures", exact=True).wait_for()
        yield page, asked, f"{outside}{PREFIX}/{port}/"
    running.close()
    os.environ.pop("COURSE_PORTFOLIO")
    if before is not None:
        os.environ["COURSE_PORTFOLIO"] = before


def open_studio_of(page, name: str) -> None:
    """Go to a studio, or to My work."""
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()


def test_a_track_by_keyboard_through_the_proxy(service):
    page, asked, allowed = service
    open_studio_of(page, "Backing tracks")
    for control in ("Style", "How full", "Play it", "Your chords"):
        assert page.get_by_label(control, exact=True).count() == 1
    page.get_by_role("button", name="Generate", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("4 backing tracks are ready and saved").wait_for()
    assert page.locator("audio[aria-label^='Candidate 4']").count() == 1
    page.get_by_role("radio", name="Candidate 2").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Use this", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("status").get_by_text("Candidate 2 is chosen").wait_for()
    page.locator("summary", has_text="Take it away").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Notes (MIDI)", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile(r"^Download .*\.mid$")).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    bring_up(page.get_by_role("button", name="Generate", exact=True))
    shoot(page, "studio-backing")
    assert barriers(page) == []
    assert [one for one in asked if not one.startswith((allowed, "data:", "blob:"))] == []


def test_bad_words_get_a_sentence_and_hostile_ones_stay_text(service):
    page, asked, allowed = service
    open_studio_of(page, "Strange sounds")
    page.get_by_label("Your words", exact=True).fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("status").get_by_text("That looks like web code").wait_for()
    page.get_by_label("Your words", exact=True).fill("wind ${1+1} {{value}} <")
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_role("status").get_by_text("4 sounds are ready").wait_for()
    bring_up(page.get_by_role("button", name="Generate", exact=True))
    shoot(page, "studio-sounds")
    open_studio_of(page, "My work")
    page.get_by_role("button", name="Make a card", exact=True).wait_for()
    page.locator("figure").nth(3).wait_for()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Everything as one zip file", exact=True).click()
    assert taken.value.suggested_filename == "my_creations.zip"
    shoot(page, "studio-work")
    assert barriers(page) == []
    assert [one for one in asked if not one.startswith((allowed, "data:", "blob:"))] == []
