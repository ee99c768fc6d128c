"""The picture machine, opened: a film of every step, a change of words on the way, three parts,
and where each word counted.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.in_words import in_words
from course_utils.notebook.jobs import worker
from course_utils.notebook.widgets import button, slider
from course_utils.portfolio.store import Portfolio

if TYPE_CHECKING:
    from course_utils.pictures.inside import Filmstrip

__all__ = ["PictureMachine"]


class PictureMachine(Sheet):
    """Watch a picture come about.

    `pictures.Machine("a red heart", seed=4)`. In one line: `pictures.filmstrip("a red heart",
    seed=4)`.
    """

    def __init__(self, prompt: str = "a red heart", seed: int = 4) -> None:
        self.film: Filmstrip | None = None
        self._portfolio = Portfolio()
        self._thread: threading.Thread | None = None
        self.prompt = widgets.Text(value=prompt, description="Your words")
        self.seed = widgets.BoundedIntText(value=seed, min=0, max=2**31 - 1, description="Seed")
        self.steps = widgets.BoundedIntText(value=8, min=2, max=28, description="Steps")
        self.guidance = widgets.Dropdown(
            options=[("loosely", 1.5), ("normally", 3.0), ("closely", 5.0), ("very closely", 7.5)],
            value=3.0,
            description="Follow words",
        )
        self.step = slider("Step shown", 1, 1, 8, 1)
        self.other = widgets.Text(value="a blue circle", description="Other words")
        self.from_step = widgets.BoundedIntText(value=3, min=1, max=28, description="From step")
        self.status = widgets.Status()
        self.shown, self.strip, self.parts, self.words = (widgets.HTML() for _ in range(4))
        walk = [
            button("First", "Show the first step", lambda: self.go_to(1)),
            button(
                "Step back", "Show the step before", lambda: self.go_to(int(self.step.value) - 1)
            ),
            button("Next step", "Show the next step", lambda: self.go_to(int(self.step.value) + 1)),
            button("Last", "Show the finished picture", lambda: self.go_to(10_000)),
        ]
        self.step.observe(lambda _: self._show_step(), "value")
        panels: dict[str, list[widgets.Part]] = {
            "Change the words on the way": [
                widgets.HTML(
                    "<p>Up to that step your words are followed, from it on the other ones.</p>"
                ),
                self.other,
                self.from_step,
                button(
                    "Make the branch", "The same noise, other words from that step on", self.branch
                ),
            ],
            "The whole film": [self.strip],
            "The three parts at work": [self.parts],
            "Where each word counted": [self.words],
        }
        more = Panels([*panels.items()])
        super().__init__(
            [
                self.prompt,
                widgets.HBox([self.seed, self.steps, self.guidance]),
                button(
                    "Watch it draw", "Draw one picture and keep every step", self.watch, "primary"
                ),
                self.status,
                widgets.HBox([self.step, *walk]),
                self.shown,
                more,
            ]
        )
        self.say("Press Watch it draw, then walk through the steps.")

    def watch(self) -> None:
        """Draw the picture and keep every step."""
        self._start(None)

    def branch(self) -> None:
        """The same, with other words from a step on."""
        self._start((self.from_step.value, self.other.value))

    def go_to(self, step: int) -> None:
        """Show a step; beyond the ends, the first or last."""
        self.step.value = min(max(1, step), self.step.max)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the film is there; False when it is not after `timeout` seconds."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _start(self, branch: tuple[int, str] | None) -> None:
        if not self.wait(0):
            return self.say("Already at work. Wait for it to finish.")
        self.say("Working. The first time takes a little longer: the model is being loaded.")
        self._thread = worker(self._work, branch)
        self._thread.start()

    def _work(self, branch: tuple[int, str] | None) -> None:
        from course_utils.pictures.inside import filmstrip, parts_at_work

        with in_words(
            self.say, self._portfolio.log_problem, "nothing is lost", "Press the button again"
        ):
            film = filmstrip(
                self.prompt.value, self.seed.value, self.steps.value, self.guidance.value, branch
            )
            parts = parts_at_work(film)._repr_html_()
            self._show(film, parts, branch)

    def _show(self, film: Filmstrip, parts: str, branch: tuple[int, str] | None) -> None:
        self.film = film
        self.strip.value, self.words.value, self.parts.value = (
            film._repr_html_(),
            film.attention_html(),
            parts,
        )
        self.step.max = len(film.frames)
        self.step.value = min(self.step.value, self.step.max)
        self._show_step()
        told = f" From step {branch[0]} on it followed “{branch[1]}”." if branch else ""
        self.say(f"The film has {len(film.frames)} steps.{told} Walk through them with Next step.")

    def _show_step(self) -> None:
        if self.film is None:
            return
        from course_utils.pictures.inside import img

        frame = self.film.frames[int(self.step.value) - 1]
        moved = (
            "its first guess" if frame.step == 1 else f"the guess moved by {frame.moved:.0f} of 255"
        )
        three = [
            (frame.noisy, "What the machine sees"),
            (frame.guess, "Its guess of the finished picture"),
            (frame.difference, "Where the guess moved"),
        ]
        figures = "".join(
            (
                "<figure"
                ' style="display:inline-block;margin:4px">'
                f"{img(picture, f'Step {frame.step}. {name}', 176)}<figcaption"
                f' style="font-size:13px">{name}</figcaption></figure>'
            )
            for picture, name in three
        )
        bar = (
            f'<progress aria-label="Share of noise" max="100" value="{frame.noise * 100:.0f}"'
            f' style="width:180px">{frame.noise:.0%}</progress>'
        )
        self.shown.value = (
            f'<div><p role="status" style="margin:4px 0">Step {frame.step} of'
            f" {len(self.film.frames)}: {frame.noise:.0%} noise, {moved}. {bar}</p>{figures}</div>"
        )
