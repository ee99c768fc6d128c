"""The class wall in a browser, on a phone's screen and a large one: by keyboard,
with nothing fetched from elsewhere and nothing that bars anyone.
"""

from __future__ import annotations

import pytest
from axe import barriers
from in_lab import WAIT, shoot
from one_browser import browser_here
from wall_works import EVERY, file_of, picture

from tests.rooms import Serving

PHONE, LARGE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def wall(tmp_path_factory):
    """A wall with works of every kind: its address, its room, and a browser."""
    from course_utils.classroom.keys import new_room
    from course_utils.classroom.wall.intake import checked
    from course_utils.classroom.wall.routes import wall_app

    room = new_room("The wall of class 7b")
    app = wall_app(tmp_path_factory.mktemp("wall"), room)
    for kind, make in EVERY.items():
        name, data = file_of(make())
        work = app.state.wall.publish(
            "c" * 12, checked(data, "." + name.rpartition(".")[2], f"A {kind}", "Ada")
        )
        app.state.wall.decide(work.id, "shown")
    waiting = app.state.wall.publish(
        "d" * 12,
        checked(file_of(picture("a blue ball", "#2e86c1"))[1], ".png", "A blue planet", ""),
    )
    running = Serving(app)
    with browser_here() as browser:
        browser.wall_store = app.state.wall
        yield running.address, room, browser, waiting
    running.close()


def visit(browser, address: str, code: str, size: dict):
    """A page of somebody who came in by the form, with the keyboard;
    and every address it asked for.
    """
    page = browser.new_context(viewport=size, reduced_motion="reduce").new_page()
    page.set_default_timeout(WAIT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/wall")
    page.get_by_label("Code").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="The wall of class 7b", level=1).wait_for()
    return page, asked


def nothing_bars_anyone(page, what: str, name: str = "") -> None:
    """From what is open, on a phone's screen and on a large one."""
    for size in (PHONE, LARGE):
        page.set_viewport_size(size)
        assert page.evaluate("innerWidth") == size["width"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], (what, size)
        assert barriers(page, least="minor", iframes=False) == [], (what, size)
        if name:
            shoot(page, f"{name}-{size['width']}")


def test_nothing_bars_anyone_from_the_pages(wall):
    address, room, browser, waiting = wall
    page, asked = visit(browser, address, room.teacher_code, PHONE)
    for path, heading in (
        ("/wall", "The wall of class 7b"),
        ("/wall/teacher", "Look through the wall"),
        ("/wall/project", "The wall of class 7b"),
        ("/wall/publish", "Publish a work"),
        (f"/wall/works/{waiting.id}", "A blue planet"),
    ):
        page.set_viewport_size(PHONE)
        page.goto(address + path)
        page.get_by_role("heading", name=heading, level=1).wait_for()
        nothing_bars_anyone(page, path, f"wall{path.replace('/', '-')}")
    assert [one for one in asked if not one.startswith((f"{address}/", "data:"))] == []
    page.context.close()


def test_a_pupil_publishes_the_teacher_approves_another_reports(wall, tmp_path):
    address, room, browser, _ = wall
    name, data = file_of(picture("a green leaf", "#27ae60"))
    (tmp_path / name).write_bytes(data)
    pupil, _ = visit(browser, address, room.code, PHONE)
    pupil.get_by_role("link", name="Publish", exact=True).click()
    pupil.get_by_label("The file").set_input_files(tmp_path / name)
    pupil.get_by_label("Title").fill('Leaf "No. 1" <3 & more')
    pupil.get_by_label("Made by").fill("Ben")
    pupil.get_by_role("button", name="Publish").press("Enter")
    pupil.get_by_role("status").get_by_text("it waits for your teacher").wait_for()
    assert pupil.get_by_role("heading", name="Your works").is_visible()
    teacher, _ = visit(browser, address, room.teacher_code, LARGE)
    teacher.goto(f"{address}/wall/teacher")
    teacher.get_by_role("button", name="Approve: Leaf").press("Enter")
    teacher.get_by_role("status").get_by_text("The work is on the wall").wait_for()
    other, _ = visit(browser, address, room.code, PHONE)
    other.get_by_role("link", name='Leaf "No. 1" <3 & more').click()
    other.get_by_text("Report this work").press("Enter")
    other.get_by_label("What is wrong").fill("I drew this")
    other.get_by_role("button", name="Report it to the teacher").press("Enter")
    other.get_by_role("status").get_by_text("You do not see the work any more").wait_for()
    assert other.get_by_role("link", name="Leaf").count() == 0
    teacher.goto(f"{address}/wall/teacher")
    teacher.get_by_text("I drew this").wait_for()
    pupil.goto(f"{address}/wall")
    pupil.get_by_role("link", name="Leaf").click()
    pupil.get_by_role("button", name="Withdraw my work").press("Enter")
    pupil.get_by_role("status").get_by_text("withdrawn").wait_for()
    for page in (pupil, teacher, other):
        page.context.close()


def test_the_slide_show_by_keyboard(wall):
    address, room, browser, _ = wall
    page, _ = visit(browser, address, room.teacher_code, LARGE)
    page.goto(f"{address}/wall/project")
    page.get_by_text(f"1 of {len(EVERY)}").wait_for()
    # whoever asked for less motion starts paused
    assert page.get_by_role("button", name="Play").is_visible()
    assert page.locator(".slide").filter(visible=True).count() == 1
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"2 of {len(EVERY)}").wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_text(f"{len(EVERY)} of {len(EVERY)}").wait_for()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play").wait_for()
    assert page.evaluate(
        "[...document.querySelectorAll('audio')].every((one) => one.paused && !one.autoplay &&"
        " one.preload == 'none')"
    )
    card = page.frame_locator("iframe[title^='Card']").locator("h1")
    page.keyboard.press("Home")
    for _ in range(len(EVERY)):
        if page.locator(".slide.now iframe").count():
            break
        page.keyboard.press("ArrowRight")
    card.get_by_text("My card").wait_for()
    page.context.close()


def test_nothing_bars_anyone_from_the_site_taken_home(wall, tmp_path):
    from course_utils.classroom.wall.site_export import export_site

    _, _, browser, waiting = wall
    folder = export_site(browser.wall_store, tmp_path / "home", "The wall of class 7b")
    page = browser.new_context(viewport=PHONE).new_page()
    page.set_default_timeout(WAIT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (folder / "index.html", *sorted(folder.glob("works/*_page.html"))[:4]):
        page.set_viewport_size(PHONE)
        page.goto(path.as_uri())
        page.get_by_role("heading", level=1).wait_for()
        assert page.evaluate(
            "[...document.images].every((one) => one.loading == 'lazy' || one.naturalWidth > 0)"
        )
        nothing_bars_anyone(page, path.name, "wall-site" if path.stem == "index" else "")
    assert [one for one in asked if not one.startswith(folder.as_uri())] == []
    page.context.close()
