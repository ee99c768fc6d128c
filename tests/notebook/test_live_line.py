"""A cell that works for long shows how far it is, and ends without a traceback when stopped."""

import os
import re
import threading
import time

import pytest
from jupyter_client.manager import KernelManager

from course_utils.engines.base import Progress
from course_utils.notebook.jobs import in_a_worker
from course_utils.notebook.live_line import LiveLine

SLOW = """
import threading, time
from course_utils.engines.base import Progress
from course_utils.notebook.jobs import in_a_worker
from course_utils.notebook.live_line import LiveLine
line, stop = LiveLine("picture"), threading.Event()
def work():
    for step in range({steps}):
        line.hear(Progress(step, {steps})); stop.wait(0.1)
        if stop.is_set(): return
in_a_worker(work, stop, line)
"""


class Kernel:
    """A kernel and what its cells showed."""

    def __init__(self, folder):
        self.folder, self.manager = folder, KernelManager()
        surroundings = {**os.environ, "COURSE_PORTFOLIO": str(folder)}
        self.manager.start_kernel(cwd=str(folder), env=surroundings)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code, stop_when=None):
        """The messages of a cell, by their types; it is interrupted when `stop_when` says so of
        what has come.
        """
        asked = self.client.execute(code)
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=180)
            if message["parent_header"].get("msg_id") != asked:
                continue
            messages.append((message["msg_type"], message["content"]))
            if stop_when and stop_when(messages):
                self.manager.interrupt_kernel()
                stop_when = None
            if message["content"] == {"execution_state": "idle"}:
                return messages

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def shown_twice(messages):
    """A bar is there and was renewed."""
    return bool(html_of(messages, "update_display_data"))


def html_of(messages, kind):
    return [one["data"].get("text/html", "") for what, one in messages if what == kind]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    one = Kernel(tmp_path_factory.mktemp("kernel"))
    yield one
    one.close()


def test_a_long_cell_shows_a_bar_and_a_stopped_one_ends_in_a_sentence(kernel):
    slow = kernel.run(SLOW.format(steps=20))
    bars = html_of(slow, "display_data") + html_of(slow, "update_display_data")
    assert "<progress" in bars[0] and 'aria-label="Making pictures"' in bars[0]
    assert "press ■" in bars[0] and any(re.search(r"Step \d+ of 20", bar) for bar in bars)
    assert bars[-1] == "", "the bar goes when the work is done"
    assert not html_of(kernel.run(SLOW.format(steps=2)), "display_data"), "quick work has none"
    stopped = kernel.run(SLOW.format(steps=600), stop_when=shown_twice)
    errors = [one for what, one in stopped if what == "error"]
    assert errors[0]["traceback"] == [
        "Stopped. Nothing is lost: what was finished is kept. Run the cell again when you like."
    ]
    assert html_of(stopped, "update_display_data")[-1] == ""


def test_stopping_pictures_keeps_and_shows_what_is_finished(kernel):
    kernel.run("from course_utils import pictures, work; pictures.make('a cat', count=1, seed=1)")

    def some_are_finished(messages):
        return shown_twice(messages) and len([*kernel.folder.rglob("*.png")]) > 2

    stopped = kernel.run(
        "for seed in range(30):\n"
        "    pictures.make('a fox', count=9, seed=seed, speed='careful')\n"
        "print('went on')",
        stop_when=some_are_finished,
    )
    errors = [one for what, one in stopped if what == "error"]
    assert errors[0]["traceback"][0].startswith("Stopped. Nothing is lost")
    assert not [one for what, one in stopped if what == "stream"]
    again = kernel.run("pictures.make('a cat', count=1, seed=2)")
    assert html_of(again, "execute_result"), "the kernel goes on"
    kept = kernel.run("len(work.history(most=99))")
    assert int(kept[-2][1]["data"]["text/plain"]) >= 4, "what was finished is in the portfolio"


def test_a_program_is_shown_nothing(capsys):
    line, done = LiveLine("picture"), []

    def work():
        line.hear(Progress(1, 2))
        time.sleep(1)
        done.append(True)

    in_a_worker(work, threading.Event(), line)
    assert done and capsys.readouterr().out == ""
