"""The music lessons in a real browser: JupyterLab, the tune desk by mouse and by keyboard,
microphone and taps, and the other two lessons in short.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import nbformat
import pytest
from axe import barriers
from in_lab import bring_up, line_goes_along, opened, run_all, running_lab, shoot
from one_browser import browser_here

from course_utils.audio.recordings import is_from_phone

LESSONS = ["06_a_tune_of_my_own", "07_backing_tracks", "08_unusual_sounds"]
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
OUTPUTS = ".course-studio"


@pytest.fixture(scope="module")
def browser():
    """A browser whose microphone hears a person whistling three notes."""
    with browser_here() as one:
        yield one


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    for lesson in LESSONS:
        beginning(lesson, folder)
    with running_lab(folder) as address:
        yield address


def beginning(lesson: str, folder: Path) -> None:
    """A lesson up to its desk or first studio: its other cells are run elsewhere,
    and keep the models busy for long.
    """
    notebook = nbformat.read(NOTEBOOKS / f"{lesson}.ipynb", as_version=4)
    last = next(
        n
        for n, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and re.search(r"tunes\.Desk\(|BackingStudio\(|sounds\.Studio\(", cell.source)
    )
    notebook.cells = [
        cell
        for cell in notebook.cells[: last + 1]
        if cell.cell_type == "markdown"
        or not re.search(r"= tunes\.Studio|tunes\.go_on\(", cell.source)
        or "mine =" in cell.source
    ]
    for cell in notebook.cells:
        cell.source = re.sub(r"\ntunes\.go_on\(.*", "", cell.source)
    nbformat.write(notebook, folder / f"{lesson}.ipynb")


@contextlib.contextmanager
def lesson_run(browser, lab, lesson: str, kernel: str = ""):
    with opened(browser, lab, f"{lesson}.ipynb", kernel=kernel) as page:
        page.get_by_role("heading", level=1).first.wait_for()
        run_all(page)
        yield page


@pytest.fixture(scope="module")
def page(browser, lab):
    with lesson_run(browser, lab, LESSONS[0]) as page:
        box(page).wait_for()
        yield page


@pytest.fixture(scope="module")
def kernel(page):
    """The number of the first lesson's kernel, which the others go on in."""
    return page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")


def box(page):
    return page.locator(".jp-OutputArea-output").filter(
        has=page.get_by_role("button", name="Delete note", exact=True, include_hidden=True)
    )


def test_notes_are_changed_by_buttons_and_by_keys(page):
    desk = box(page)
    bring_up(desk)
    desk.locator("audio").first.wait_for(state="attached")
    desk.get_by_role("button", name="Up", exact=True).click()
    desk.get_by_role("status").get_by_text("1. bar 1, beat 1: C sharp 4").wait_for()
    desk.get_by_role("button", name="Note after", exact=True).focus()
    page.keyboard.press("Enter")
    desk.get_by_role("button", name="Longer", exact=True).focus()
    page.keyboard.press("Space")
    desk.get_by_role("status").get_by_text("2. bar 1, beat 2: D 4, 1.5 beats").wait_for()
    desk.get_by_role("button", name="Undo", exact=True).click()
    desk.get_by_role("status").get_by_text("Undone.").wait_for()
    shoot(page, "desk-bars")
    desk.get_by_label("Show as").select_option("sheet music")
    desk.locator("img[alt^='Sheet music']").wait_for()
    shoot(page, "desk-sheet")
    desk.get_by_label("Show as").select_option("bars")


def test_the_line_moves_over_the_notes_while_the_tune_plays(page):
    desk = box(page)
    line_goes_along(page, desk)
    bring_up(desk)
    shoot(page, "desk-line")


def panel(desk, name: str) -> None:
    desk.get_by_role("button", name=name).first.click()


def test_a_whistle_and_a_rhythm_come_from_the_page(page):
    desk = box(page)
    panel(desk, "Bring a tune")
    desk.get_by_role("button", name="Hum into the microphone").click()
    desk.get_by_text("Recording, at most").wait_for()
    page.wait_for_timeout(2300)
    desk.get_by_role("button", name="Stop recording").click()
    desk.get_by_text("Your tune is here").wait_for()
    shoot(page, "desk-hummed")
    words = desk.get_by_role("status").filter(has_text="Your tune is here").first.inner_text()
    assert re.search(r"[2-6] notes in", words) and "my hummed tune" in words
    panel(desk, "Tap or type a rhythm")
    pad = desk.get_by_role("button", name="Tap here (space bar)")
    pad.focus()
    for pause in (0, 400, 200, 200):
        page.wait_for_timeout(pause)
        page.keyboard.press("Space")
    desk.get_by_text("4 taps").wait_for()
    desk.get_by_role("button", name="Use the taps").click()
    desk.get_by_role("status").filter(has_text="“my rhythm”: 4 notes in").wait_for()
    shoot(page, "desk-tapped")


RECORD = """async () => {
  const recorder = new MediaRecorder(await navigator.mediaDevices.getUserMedia({ audio: true }), { \
mimeType: "audio/mp4;codecs=opus" });
  const chunks = [];
  recorder.addEventListener("dataavailable", (event) => chunks.push(event.data));
  const ended = new Promise((done) => recorder.addEventListener("stop", done));
  recorder.start();
  setTimeout(() => recorder.stop(), 2300);
  await ended;
  return [...new Uint8Array(await new Blob(chunks).arrayBuffer())];
}"""


def test_a_recording_of_a_phone_is_read_by_the_browser(page, tmp_path):
    memo = tmp_path / "memo.m4a"
    memo.write_bytes(bytes(page.evaluate(RECORD)))
    assert is_from_phone(memo.read_bytes())
    desk = box(page)
    chooser = desk.get_by_role("button", name="Choose a phone's recording")
    if not chooser.is_visible():
        panel(desk, "Bring a tune")
    with page.expect_file_chooser() as asked:
        chooser.click()
    asked.value.set_files(memo)
    desk.get_by_role("status").filter(has_text=re.compile("my hummed tune.*notes in")).wait_for()
    shoot(page, "desk-memo")


def test_the_desk_has_no_serious_accessibility_fault(page):
    assert barriers(page, OUTPUTS) == []


@pytest.mark.parametrize(
    ("lesson", "sign"),
    [(LESSONS[1], "Candidate 1. A backing track"), (LESSONS[2], "Candidate 1. Sound computed")],
)
def test_the_other_lessons_of_music_make_four_and_have_no_serious_fault(
    browser, lab, kernel, lesson, sign
):
    with lesson_run(browser, lab, lesson, kernel) as page:
        button = page.get_by_role("button", name="Generate", exact=True, include_hidden=True)
        studio = page.locator(".jp-OutputArea-output").filter(has=button).first
        studio.get_by_role("button", name="Generate", exact=True).click()
        studio.locator(f"audio[aria-label*='{sign}']").wait_for(state="attached")
        studio.get_by_text("are ready").wait_for()
        if lesson == LESSONS[1]:
            line_goes_along(page, studio.locator(".cs-large"))
        bring_up(studio)
        shoot(page, lesson)
        assert barriers(page, OUTPUTS) == []
