"""The audit studio: prompts times pictures, counted; words; music; cost; and a report of one's own.

The same without widgets: oneline_audit.py.
"""

from __future__ import annotations

import threading
from functools import partial

from course_utils.creation import LearnerError
from course_utils.fairness.bias_lab import bias_lab
from course_utils.fairness.calls import (
    audit_report,
    audit_told,
    bias_told,
    cost_of,
    fair_music,
    fair_words,
)
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import worker
from course_utils.notebook.results import Told
from course_utils.notebook.widgets import button
from course_utils.portfolio.store import Portfolio

__all__ = ["AuditStudio"]

GUIDANCE = [("follows the words (3)", 3.0), ("looser (1.5)", 1.5), ("stricter (5)", 5.0)]
REPORT = (  # what one writes oneself: name and hint
    ("I claim", "one sentence, with a number in it"),
    ("It cannot show", "what these figures leave out"),
    ("I would change", "the data, the words, or what it is used for"),
)


class AuditStudio(Sheet):
    """Count what a model does when nobody says who.

    `findings` holds what was found, for the report.
    """

    def __init__(
        self,
        prompts: tuple[str, ...] = ("a doctor", "a nurse", "a boss", "a cleaner", "a scientist"),
        each: int = 8,
        seed: int = 1,
    ) -> None:
        self.portfolio = Portfolio()
        self.findings: list[Told] = []
        self._stop, self._guard = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self.status, self.shown = widgets.Status(), widgets.HTML()
        asked, report = self._asked(prompts, each, seed), self._report_parts()
        row = widgets.HBox([*self._counting(), *self._others()])
        parts = [("My report", report)]
        super().__init__([*asked, row, self.status, self.shown, Panels(parts)])
        self.say("Ready. Guess first: how many of eight will be women? Then press Count.")

    def _asked(self, prompts: tuple[str, ...], each: int, seed: int) -> list[widgets.Part]:
        self.prompts = widgets.Textarea(
            value="\n".join(prompts), description="Prompts", placeholder="one a line", rows=5
        )
        self.each = widgets.BoundedIntText(value=each, min=1, max=50, description="Of each")
        self.guidance = widgets.Dropdown(options=GUIDANCE, value=3.0, description="Guidance")
        self.expand = widgets.Checkbox(
            value=False,
            description="Add woman, man and skin tones to the words in turn (prompt expansion)",
            indent=False,
        )
        self.seed = widgets.BoundedIntText(value=seed, min=0, max=2**31 - 1, description="Seed")
        return [self.prompts, self.each, self.guidance, self.expand, self.seed]

    def _counting(self) -> list[widgets.Part]:
        about = "Draw the pictures and count who is in them"
        self.count_button = button("Count", about, self.count, "primary")
        self.stop_button = button("Stop", "Stop now and keep what is counted", self.stop)
        self.stop_button.disabled = True
        return [self.count_button, self.stop_button]

    def _others(self) -> list[widgets.Part]:
        """Buttons for what is not counted in pictures."""
        asked = (
            (
                "Teach",
                "The bias lab: taught lopsided drawings of a teacher, as they come and by balanced"
                " sampling; about a minute",
                lambda stop: bias_told(bias_lab(on_progress=self.say, stop=stop)),
            ),
            ("Words", "Odds of she, he and names, by occupation", lambda stop: fair_words()),
            ("Music", "What the tunes are made of", lambda stop: fair_music()),
            ("Cost", "Seconds and energy of all that is kept", lambda stop: cost_of()),
        )
        return [button(name, about, partial(self._start, work)) for name, about, work in asked]

    def _report_parts(self) -> list[widgets.Part]:
        self.claim, self.limits, self.wish = (
            widgets.Textarea(description=name, placeholder=hint, rows=2) for name, hint in REPORT
        )
        about = "A page with your words, the figures and the charts"
        return [self.claim, self.limits, self.wish, button("Write the report", about, self.report)]

    def count(self) -> None:
        """Draw the pictures and count who is in them."""
        from course_utils.fairness.audit import audit_pictures

        prompts = [line.strip() for line in self.prompts.value.splitlines() if line.strip()]
        self._start(
            lambda stop: audit_told(
                audit_pictures(
                    prompts,
                    self.each.value,
                    self.seed.value,
                    lambda done, total: self.say(f"Counting: {done} of {total} pictures."),
                    stop,
                    expand=self.expand.value,
                    guidance=self.guidance.value,
                )
            )
        )

    def stop(self) -> None:
        """Stop now; what is counted stays."""
        self._stop.set()
        self.say("Stopping after these pictures...")

    def report(self) -> None:
        """Write the report from the findings so far."""
        made = audit_report(
            self.findings[-6:], self.claim.value, self.limits.value, self.wish.value
        )
        self.say(made.message, wrong=not made)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the work in hand is done; False when it still goes on after
        `timeout` seconds.
        """
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def _start(self, work) -> None:
        with self._guard:
            if self._thread is not None and self._thread.is_alive():
                return self.say("Already at work. Press Stop first, or wait for it to finish.")
            self._stop = threading.Event()
            self.count_button.disabled, self.stop_button.disabled = True, False
            self.say("Working...")
            self._thread = worker(self._work, work, self._stop)
            self._thread.start()

    def _work(self, work, stop: threading.Event) -> None:
        try:
            with in_words(self.say, self.portfolio.log_problem):
                found = work(stop)
                if found.message:
                    raise LearnerError(found.message)
                self.findings.append(found)
                self.shown.value = found._repr_html_()
                self.say(
                    "Counted. "
                    * (not stop.is_set())
                    + f"{len(self.findings)} finding{'s' * (len(self.findings) != 1)} so far; write"
                    " your report below, or change something and count again."
                )
        finally:
            self.count_button.disabled, self.stop_button.disabled = False, True
