"""The site: built by one command, whole, linked, and open to everybody, without a network."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from course_utils.lessons.course import course
from tools import site
from tools.barriers import browser_page, show, violations
from tools.run_lessons import executed

ROOT = Path(__file__).parents[1]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    to = tmp_path_factory.mktemp("site")
    return site.build(to)


def test_one_command_builds_it_without_a_warning(tmp_path, capsys):
    assert site.main([str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "pages and" in said.out and not said.err
    assert (tmp_path / "index.html").is_file()


def test_every_part_is_there(built):
    wanted = {address for _, address in site.MENU}
    wanted |= {f"lessons/{one.file}.html" for one in course().lesson}
    wanted |= {f"teach/slides/{one.number}.html" for one in course().lesson}
    wanted |= {site.address_of(path.relative_to(ROOT).as_posix())
               for path in (ROOT / "docs").glob("*.md")}  # fmt: skip
    cards = {path for path in built.pages if path.startswith(site.CARDS)}
    assert wanted <= set(built.pages) and len(cards) >= 4
    for place in (*built.pages, *built.files):
        assert (built.to / place).is_file(), place


def test_no_link_leads_nowhere_and_a_broken_one_is_found(built):
    assert built.broken == []
    built.pages["x.html"] = '<a href="gone.html">a</a><a href="index.html#no-such">b</a>'
    found = site.lost(built)
    del built.pages["x.html"]
    assert found == ["x.html: gone.html", "x.html: index.html#no-such names no heading"]


def test_a_text_that_links_to_nothing_is_named(built):
    other = site.Site(built.to)
    other.with_links('<a href="gone.md">x</a>', "docs/words.md", "docs/words.html")
    assert other.broken == ["docs/words.md: gone.md"]


def test_pages_fetch_nothing_from_elsewhere(built):
    for place, text in built.pages.items():
        assert not re.search(r'<(?:img|script|link|audio|source|iframe)[^>]*(?:https?:)?//', text
                             .replace("http://www.w3.org", "")), place  # fmt: skip
        assert "@import" not in text


def test_the_first_page_shows_and_plays_real_results(built):
    first = built.pages["index.html"]
    assert first.count("<img") >= 2 and first.count("<audio") == 2 and "autoplay" not in first
    gallery = built.pages["gallery.html"]
    rows = json.loads((ROOT / "docs/gallery/gallery.json").read_text(encoding="utf-8"))
    assert gallery.count("<figure>") == len(rows)
    assert "unpicked" in gallery and all(row.get("note", "") in gallery for row in rows)


def run_notebook(folder: Path, change: str = "") -> None:
    """Lesson 01 as if it had been run."""
    one = course().lesson[1]
    notebook = json.loads((ROOT / "notebooks" / one.notebook).read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[0]["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": [
            '<p id="x" onclick="go()">A <b>result</b></p><script>alert(1)</script>']}},
        {"output_type": "stream", "name": "stdout", "text": ["told <this>"]},
        {"output_type": "display_data", "metadata": {}, "data": {
            "application/vnd.jupyter.widget-view+json": {}}},
    ]  # fmt: skip
    if change:
        code[1]["source"] = [change]
    (folder / one.notebook).write_text(json.dumps(notebook), encoding="utf-8")


def test_a_lesson_that_was_run_shows_its_results_and_nothing_that_acts(tmp_path):
    run_notebook(tmp_path)
    whole = site.Site(tmp_path)
    site.lesson_page(whole, course().lesson[1], tmp_path)
    text = whole.pages["lessons/01_first_sparks.html"]
    assert "A <b>result</b>" in text and "told &lt;this&gt;" in text and "Here stands" in text
    assert "alert(1)" not in text and "onclick" not in text and "results of one run" in text


def test_results_of_other_cells_are_not_shown(tmp_path):
    run_notebook(tmp_path, change="something_else()")
    assert executed(course().lesson[1], tmp_path) is None


@cache
def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), "")
    assert found, "This test needs a Chromium browser. On Debian: apt-get install chromium."
    return found


def test_no_page_has_a_barrier(built, tmp_path):
    found = []
    with browser_page() as page:
        page.set_viewport_size({"width": 320, "height": 640})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for place in built.pages:
            show(page, built.to / place)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > 320:
                found.append(f"{place}: {wide} px wide on a narrow screen")
            for one in violations(page):
                where = [node["html"][:160] for node in one["nodes"][:2]]
                found.append(f"{place}: {one['id']}: {where}")
        assert not found, "\n".join(found[:20])
        assert not [url for url in asked if not url.startswith(("file:", "data:"))]
        assert asked  # it would be noticed
        bad = built.pages["index.html"].replace(" alt=", " data-alt=").replace(' lang="', ' x="')
        (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
        show(page, tmp_path / "bad.html")
        assert {"image-alt", "html-has-lang"} <= {one["id"] for one in violations(page)}


def test_slides_are_turned_by_keys_and_read_without_a_script(built):
    from playwright.sync_api import sync_playwright

    address = (built.to / "teach/slides/01.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page()
        page.goto(address)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        status = page.get_by_role("status")
        assert status.inner_text().startswith("3 of ")
        assert page.locator("section:visible").count() == 1
        assert page.evaluate("document.activeElement.tagName") == "H2"
        page.keyboard.press("Home")
        assert status.inner_text().startswith("1 of ")
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(address)
        assert plain.locator("section:visible").count() > 4
        browser.close()
