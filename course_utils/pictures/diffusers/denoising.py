"""Some pictures being drawn side by side by a diffusers pipeline: progress, previews, and Stop,
which keeps what is there.
"""

from __future__ import annotations

import threading
import time

from course_utils.engines.base import OnProgress, Progress, Stopped
from course_utils.pictures.diffusion_model import PictureModel, accepted, clean_guess

__all__ = ["Drawing", "KEPT_FROM"]

PREVIEWS = 0.03  # the share of the time that previews may take
# of the steps: from there on Stop keeps the unfinished pictures; before, they are but a blur
KEPT_FROM = 0.25


class Drawing:
    """Some pictures being drawn side by side: tells how far they are, shows the first, and stops.

    Called with what is special about them, it gives PIL pictures.
    """

    def __init__(
        self,
        model: PictureModel,
        common: dict,
        steps: int,
        before: int,
        total: int,
        until: int,
        on_progress: OnProgress | None,
        stop: threading.Event | None,
    ) -> None:
        """`before` and `total` count steps of all candidates; `until`: stop after that many steps,
        0 for not.
        """
        (
            self.model,
            self.common,
            self.steps,
            self.before,
            self.total,
            self.until,
            self.tell,
            self.stop,
        ) = (
            model,
            common,
            steps,
            before,
            total,
            until,
            on_progress,
            stop,
        )
        self.step, self.reached, self.shown = 0, 0, time.monotonic()

    def __call__(self, task: str = "", **special) -> list:
        """`task`: "" for words alone, "start" or "part".

        Raises:
            Stopped: so early that there is nothing to keep.
        """
        pipeline = self.model.as_task(task) if task else self.model.pipeline
        output = "latent" if self.model.reads_as_numbers else "pil"
        with clean_guess(pipeline) as self.guess:
            try:
                made = pipeline(
                    **accepted(
                        pipeline,
                        {
                            **self.common,
                            **special,
                            "callback_on_step_end": self._after_step,
                            "output_type": output,
                        },
                    )
                ).images
            except Stopped:
                if (
                    self.guess.latents is None
                    or output == "pil"
                    or (self.step < KEPT_FROM * self.steps and not self.until)
                ):
                    raise
                self.reached = self.step
                made = self.guess.latents
        return self.model.decode(made) if output == "latent" else made

    def _after_step(self, pipeline, step, moment, values):
        self.step = step + 1
        if self.step < self.steps and (
            self.stop is not None and self.stop.is_set() or self.step == self.until
        ):
            raise Stopped
        if self.tell is not None:
            self.tell(
                Progress(
                    self.before + self.step,
                    self.total,
                    self._preview(values["latents"]) if self._is_time() else None,
                )
            )
        return values

    def _is_time(self) -> bool:
        """Whether a preview is due: once in the middle, else seldom enough to take no more than its
        share of the time.
        """
        if not self.model.reads_as_numbers or self.step == self.steps:
            return False
        return self.step == self.steps // 2 or time.monotonic() - self.shown > max(
            0.25, self.model.preview_seconds / PREVIEWS
        )

    def _preview(self, latents) -> bytes | None:
        seen = self.model.preview(
            (latents if self.guess.latents is None else self.guess.latents)[:1]
        )
        self.shown = time.monotonic()
        return seen
