"""A pupil's first visit in a real browser: JupyterLab, the first notebook, the real models."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from course_utils.cli import lab_environment

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_first_sparks.ipynb"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WAIT = 180_000  # milliseconds; a loaded machine is slow, and nothing here measures speed


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on loopback with a copy of the notebook; yields its address."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copy(NOTEBOOK, root / NOTEBOOK.name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**lab_environment(), "COURSE_PORTFOLIO": str(root / "my_creations"), "JUPYTER_CONFIG_DIR": str(root / "config"), "JUPYTERLAB_WORKSPACES_DIR": str(root / "spaces")}
    (root / "config/labconfig").mkdir(parents=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={root}",
               "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = (root / "lab.log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=root)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2)
            break
        except OSError:
            assert server.poll() is None, (root / "lab.log").read_text()
            time.sleep(0.5)
    yield address
    server.terminate()
    server.wait(30)
    log.close()


@pytest.fixture(scope="module")
def page(lab):
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    assert chromium, "This test needs a Chromium browser. On Debian: apt-get install chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(WAIT)
        page.goto(f"{lab}/lab/tree/{NOTEBOOK.name}?reset")
        page.get_by_role("heading", name="First sparks").wait_for()
        yield page
        browser.close()


def shoot(page, name: str) -> None:
    """A screenshot for people, in the folder COURSE_SHOTS if that is set."""
    if os.environ.get("COURSE_SHOTS"):
        page.screenshot(path=str(Path(os.environ["COURSE_SHOTS"]) / f"{name}.png"))


def wait_for_kernel(page) -> None:
    page.get_by_text(re.compile(r"\| Idle$")).first.wait_for()


def run_all(page) -> None:
    wait_for_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile(r"^Run All Cells")).first.click()


def studios(page):
    return page.locator(".jp-OutputArea-output").filter(has=page.get_by_role("button", name="Generate", exact=True))


def test_a_first_visit_from_generate_to_history(page):
    run_all(page)
    for number in range(3):
        page.get_by_role("button", name="Generate", exact=True).nth(number).scroll_into_view_if_needed()
    assert studios(page).count() == 3
    for number, (noun, sign) in enumerate([("pictures", "img[alt*='Candidate 4']"), ("texts", "blockquote[aria-label*='Candidate 4']"), ("tunes", "audio[aria-label*='Candidate 4']")]):
        box = studios(page).nth(number)
        box.get_by_role("button", name="Generate", exact=True).click()
        box.locator(sign).wait_for(state="attached")
        box.get_by_text(f"4 {noun} are ready").wait_for()
        box.scroll_into_view_if_needed()
        shoot(page, f"studio-{noun}")
    pictures = studios(page).nth(0)
    before = pictures.locator("img[alt*='Candidate 1']").get_attribute("src")
    pictures.get_by_role("button", name="Vary 1", exact=True).click()
    pictures.get_by_text("4 pictures are ready").wait_for()
    page.wait_for_function("([old]) => { const p = document.querySelector(\"img[alt*='Candidate 1']\"); return p && p.src !== old }", arg=[before])
    texts = studios(page).nth(1)
    texts.get_by_role("button", name="Generate", exact=True).click()
    texts.get_by_role("button", name="Stop", exact=True).click()
    texts.get_by_text(re.compile("^Stopped")).wait_for()
    assert texts.locator("blockquote").count() >= 1


def test_outputs_have_no_serious_accessibility_fault(page):
    from axe_playwright_python.sync_playwright import Axe

    findings = Axe().run(page, context={"include": [[".jp-OutputArea-output .widget-vbox"]]}, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    bad = [v for v in findings.response["violations"] if v["impact"] in ("serious", "critical")]
    assert not bad, "\n".join(f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in bad)


def test_a_generate_button_works_from_the_keyboard(page):
    box = studios(page).nth(0)
    box.get_by_role("button", name="Generate", exact=True).focus()
    page.keyboard.press("Enter")
    box.get_by_text("Working").wait_for()
    box.get_by_text("4 pictures are ready").wait_for()


def test_history_is_there_after_a_kernel_restart(page):
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel and Run All Cells")).click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    page.wait_for_timeout(2000)
    box = studios(page).nth(0)
    box.get_by_text("Ready. Change the words").wait_for()
    box.locator("img[alt*='Earlier 1']").wait_for(state="attached")
    assert box.locator("img[alt*='Candidate 1']").count() == 0
    shoot(page, "after-restart")
    box.get_by_role("button", name="Use earlier 1", exact=True).click()
    box.locator("img[alt*='Candidate 1']").wait_for()
