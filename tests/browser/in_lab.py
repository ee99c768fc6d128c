"""A JupyterLab and a Notebook 7 on loopback and a page of one in Chromium, for the tests that press
real buttons.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
from one_browser import SIZE, WAIT, browser_here, page_of_lab

from course_utils.cli.main import lab_environment

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CONNECTED = """() => {
  const kernel = window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
FURTHER = """one => {
  const end = one.scrollTop + one.clientHeight >= one.scrollHeight - 2;
  one.scrollTop = end ? 0 : one.scrollTop + 400;
}"""
PAGES = {"lab": "{}/lab/tree/{}?reset", "notebook": "{}/notebooks/{}"}


class Address(str):
    """Of a running program, which knows in which of its folders a notebook lies."""

    folder = ""

    def of(self, notebook: str, program: str = "lab") -> str:
        return PAGES[program].format(self, f"{self.folder}/{notebook}")


@contextlib.contextmanager
def running_lab(root: Path) -> Iterator[Address]:
    """A Jupyter server that shows a folder in JupyterLab and, where that is installed, in Notebook
    7; gives its address. One serves all tests of a process, from the folder above; the kernels end
    with the block.
    """
    port = server_of(root.parent)
    address = Address(f"http://127.0.0.1:{port}")
    address.folder = root.name
    try:
        yield address
    finally:
        with urllib.request.urlopen(f"{address}/api/sessions", timeout=60) as answer:
            sessions = json.load(answer)
        for one in sessions:
            end = urllib.request.Request(f"{address}/api/sessions/{one['id']}", method="DELETE")
            with contextlib.suppress(OSError):
                urllib.request.urlopen(end, timeout=60)


@functools.cache
def server_of(top: Path) -> int:
    """The port of a server started now and ended with this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = Path(tempfile.mkdtemp(prefix="server_", dir=top))
    (own / "config/labconfig").mkdir(parents=True)
    environment = {
        **lab_environment(),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "spaces"),
    }
    environment.pop("COURSE_PORTFOLIO", None)  # my_creations beside each notebook
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={top}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        "--ServerApp.jpserver_extensions=course_utils.lab_server=True",
    ]
    log = own / "lab.log"
    server = subprocess.Popen(
        command, env=environment, stdout=log.open("w"), stderr=subprocess.STDOUT, cwd=own
    )
    atexit.register(lambda: (server.terminate(), server.wait(30)))
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=2)
            return port
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@contextlib.contextmanager
def open_page(
    lab: Address, notebook: str, heading: str, program: str = "lab", anew: bool = False
) -> Iterator:
    """A notebook in a browser, once its heading is there; `anew` with the whole of JupyterLab."""
    with browser_here() as browser, opened(browser, lab, notebook, program, anew) as page:
        page.get_by_role("heading", name=heading).first.wait_for()
        yield page


def opened(
    browser,
    lab: Address,
    notebook: str,
    program: str = "lab",
    anew: bool = False,
    kernel: str = "",
):
    """The same in a browser that is there, not waited for. Notebook 7 shows each notebook in a page
    of its own.
    """
    address = lab.of(notebook, program)
    if program == "lab":
        path = f"{lab.folder}/{notebook}"
        return page_of_lab(browser, lab, address, path, anew=anew, kernel=kernel)
    return page_of_its_own(browser, address)


@contextlib.contextmanager
def page_of_its_own(browser, address: str) -> Iterator:
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(WAIT)
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


def lessons_in_one(root: Path, title: str, names: tuple[str, ...], wanted: str, count: int) -> str:
    """Write a notebook with the `count` code cells of some lessons that match `wanted`,
    as they stand there, so that one kernel is enough; gives its name.
    """
    cells = [nbformat.v4.new_markdown_cell(f"# {title}")]
    for name in names:
        lesson = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        cells += [
            cell
            for cell in lesson.cells
            if cell.cell_type == "code" and re.search(f"^(?:{wanted})", cell.source, re.M)
        ]
    assert len(cells) == 1 + count, [cell.source for cell in cells]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=lesson.metadata), root / "lessons.ipynb"
    )
    return "lessons.ipynb"


def part(page, name: str):
    """The output that holds a button; Lab only draws cells near what is to be seen, so it is looked
    for from top to bottom.
    """
    found = page.locator(".jp-OutputArea-output").filter(
        has=page.get_by_role("button", name=name, exact=True, include_hidden=True)
    )
    return looked_for(page, found)


def looked_for(page, found):
    """The same of any part of the page."""
    from playwright.sync_api import TimeoutError as NotYet

    for _ in range(WAIT // 250):
        with contextlib.suppress(NotYet):
            found.first.wait_for(state="attached", timeout=250)
            break
        page.locator(".jp-WindowedPanel-outer").first.evaluate(FURTHER)
    return found


def choose(box, place: int) -> None:
    """Click on a candidate of a studio, counted from 1."""
    box.locator(".cs-card").nth(place - 1).click()
    box.locator(f".cs-card:nth-child({place})[aria-checked='true']").wait_for()


# the sound of the last change may still arrive, and then plays from its beginning
ALONG = """box => {
  const audio = box.querySelector('audio'), line = box.querySelector('svg[data-seconds] .now');
  if (!audio || !line) return false;
  audio.muted = true;
  if (audio.paused) audio.play();
  if (audio.currentTime < 1) audio.currentTime = 2;
  const {begins, seconds} = line.closest('[data-seconds]').dataset;
  const there = 100 * (audio.currentTime + Number(begins)) / Number(seconds);
  return audio.currentTime > 1.2 && line.getAttribute('visibility') === 'visible'
    && Math.abs(parseFloat(line.getAttribute('x1')) - there) < 2;
}"""


def line_goes_along(page, box) -> None:
    """Play what stands in a part of the page, and wait until the line over its notes is where the
    sound is.
    """
    page.wait_for_function(ALONG, arg=box.element_handle())
    box.locator("audio").first.evaluate("one => one.pause()")


def bring_up(element) -> None:
    """Scroll to an element at once; Playwright's own way waits until it stands still,
    and fails if a widget draws it anew meanwhile.
    """
    element.evaluate("one => one.scrollIntoView({block: 'center'})")


def shoot(page, name: str) -> None:
    """A screenshot for people, in the folder COURSE_SHOTS if that is set."""
    if os.environ.get("COURSE_SHOTS"):
        page.screenshot(path=str(Path(os.environ["COURSE_SHOTS"]) / f"{name}.png"))


def wait_for_kernel(page) -> None:
    """Wait until the kernel is idle. JupyterLab's status bar says so once it is connected; Notebook
    7 has no such bar, and its sign says so a moment before.
    """
    if "/notebooks/" in page.url:
        page.wait_for_function(CONNECTED)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first.wait_for()
    else:
        page.get_by_text(re.compile(r"\| Idle$")).first.wait_for()


def run_all(page) -> None:
    wait_for_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile(r"^Run All Cells")).first.click()
