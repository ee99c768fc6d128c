"""One Chromium for all tests of a process, and in it one page of JupyterLab, in which one notebook
after another is opened as a person opens it from the list of files.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from course_utils.audio.wav import to_wav

# milliseconds; a loaded machine is slow, and nothing here measures speed
WAIT = 1000 * int(os.environ.get("COURSE_WAIT", "180"))
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# what Playwright starts one with, as far as a page can tell; and no renderer in store
AS_EVER = [
    "--headless",
    "--hide-scrollbars",
    "--mute-audio",
    "--force-color-profile=srgb",
    "--enable-automation",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-popup-blocking",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-back-forward-cache",
    "--disable-prompt-on-repost",
    "--allow-pre-commit-input",
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,LensOverlay,"
    "MediaRouter,OptimizationHints,PaintHolding,ThirdPartyStoragePartitioning,Translate,"
    "SpareRendererForSitePerProcess",
    "--password-store=basic",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,"
    "availablePointerTypes=4",
]
SIZE = {"width": 1400, "height": 1000}
# everything that is open is put away as it is, whatever state a test left it in
PUT_AWAY = """() => {
  const app = window.jupyterapp;
  if (document.querySelector('.jp-Dialog')) throw new Error('a question is open');
  for (const one of [...app.shell.widgets('main')]) {
    if (one.context) one.context.model.dirty = false;
    one.dispose();
  }
  app.shell.expandLeft();
}"""
OPEN = "what => window.jupyterapp.commands.execute('docmanager:open', what).then(() => {})"


def chromium_here() -> str:
    """The path of a Chromium."""
    found = filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser")))
    chromium = next(found, None)
    assert chromium, "This test needs a Chromium browser. On Debian: apt-get install chromium."
    return chromium


def whistle() -> bytes:
    """Somebody who whistles three notes and draws breath, as a WAV file: what the microphone of the
    browser hears.
    """
    rate = 32000
    t = np.arange(int(0.6 * rate)) / rate
    swell = np.minimum(1, np.minimum(t / 0.04, (t[-1] - t) / 0.06))
    notes = [np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * t) * swell for p in (84, 88, 91)]
    return to_wav(np.concatenate([*notes, np.zeros(rate // 2)]) * 0.5, rate)


@functools.cache
def running_chromium() -> tuple[subprocess.Popen, str]:
    """A Chromium started now and ended with this process, and its address."""
    own = Path(tempfile.mkdtemp(prefix="chromium_"))
    (own / "whistle.wav").write_bytes(whistle())
    command = [
        chromium_here(),
        *QUIET,
        *AS_EVER,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={own / 'whistle.wav'}",
        f"--user-data-dir={own}",
        "--remote-debugging-port=0",
        "about:blank",
    ]
    log = own / "log"
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=log.open("w"), start_new_session=True
    )

    watch = ended_with_me(running)

    def end() -> None:
        if watch:
            watch.stdin.close()
        running.kill()
        running.wait(30)
        shutil.rmtree(own, ignore_errors=True)

    atexit.register(end)
    port = own / "DevToolsActivePort"
    for _ in range(600):
        if port.is_file() and "\n" in (said := port.read_text()):
            return running, f"http://127.0.0.1:{said.splitlines()[0]}"
        assert running.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def ended_with_me(running: subprocess.Popen) -> subprocess.Popen | None:
    """A program that kills another and all that it started once this process is gone, or closes
    what it reads, since nobody tidies up after a process that is killed.
    """
    if not hasattr(os, "killpg"):
        return None
    return subprocess.Popen(
        ["sh", "-c", f"cat > /dev/null; kill -s KILL -- -{running.pid}"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextlib.contextmanager
def browser_here() -> Iterator:
    """The browser of this process. Whoever uses it connects anew, since Playwright, while it is
    connected, keeps the tests after it from using asyncio; in between the browser stands still.
    """
    from playwright.sync_api import sync_playwright

    if running_chromium()[0].poll() is not None:  # a test has brought it down
        running_chromium.cache_clear()
    running, address = running_chromium()
    send(running, "SIGCONT")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.connect_over_cdp(address, is_local=True)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        send(running, "SIGSTOP")


def send(running: subprocess.Popen, name: str) -> None:
    """A signal to a program and all that it started, where there is such a thing."""
    if hasattr(os, "killpg") and running.poll() is None:
        os.killpg(running.pid, getattr(signal, name))


@contextlib.contextmanager
def page_of_lab(
    browser, server: str, address: str, path: str, *, anew: bool, kernel: str = ""
) -> Iterator:
    """The page of a JupyterLab with one notebook open: in the page that is there already, or, where
    none is or one is asked for, `anew` from its address. A `kernel` by its number, where one runs
    that the notebook may go on in.
    """
    context = browser.contexts[0]
    context.set_default_timeout(WAIT)
    page = next((one for one in context.pages if one.url.startswith(f"{server}/lab")), None)
    if page and (anew or not cleared(page)):
        page.close()
        page = None
    try:
        if page:
            page.set_viewport_size(SIZE)
            page.evaluate(OPEN, {"path": path, **({"kernel": {"id": kernel}} if kernel else {})})
        else:
            page = context.new_page()
            page.set_viewport_size(SIZE)
            page.goto(address)
        yield page
    finally:
        if page and not cleared(page):
            page.close()


def cleared(page) -> bool:
    """Put everything away; whether that could be done, whatever a test has left it in."""
    try:
        page.evaluate(PUT_AWAY)
    except Exception:
        return False
    return True
