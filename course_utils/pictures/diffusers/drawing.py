"""A recipe's candidates drawn by a diffusers pipeline, as many at once as the model draws."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from course_utils.creation import LearnerError
from course_utils.engines.base import OnProgress, Stopped
from course_utils.models.choose import note_result
from course_utils.pictures.candidates.conditioning import (
    Order,
    embeddings_of_each,
    orders_of_parts,
    parts_of_order,
    put_in_order,
    rows_of_each,
    words_for_model,
)
from course_utils.pictures.diffusers.beginning import draw_from
from course_utils.pictures.diffusers.denoising import Drawing
from course_utils.pictures.diffusion_model import (
    NO_MEMORY,
    PictureModel,
    guidance_for,
    steps_for,
)
from course_utils.pictures.wishes.parts import Parts

__all__ = ["draw_order", "starting_noise"]

TOO_MANY = (
    "There was not enough memory for that many pictures at once. Ask for one picture, or close"
    " other notebooks."
)


def draw_order(
    order: Order,
    lock: threading.RLock,
    on_progress: OnProgress | None,
    stop: threading.Event | None,
) -> Iterator[tuple[range, list, int, float]]:
    """Numbers of some candidates, their PIL pictures, the step they were stopped at (0: finished),
    and seconds a picture. Things that are arranged are drawn one after another; of these nothing is
    kept when stopped.

    Raises:
        LearnerError: there is not enough memory.
    """
    import torch

    parts = parts_of_order(order)
    if parts is not None:
        yield from drawn_in_parts(order, parts, lock, on_progress, stop)
        return
    try:
        yield from OrderDrawing(order, lock, on_progress, stop).drawn()
    except Stopped:
        return
    except (MemoryError, torch.OutOfMemoryError) as problem:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise LearnerError(TOO_MANY if order.model.about.ships else NO_MEMORY) from problem


def drawn_in_parts(order: Order, parts: Parts, *following) -> Iterator[tuple]:
    """What `draw_order` gives, for things that are drawn one by one."""
    each, seconds, count = [], 0.0, order.settings.count
    for one in orders_of_parts(order, parts):
        drawn = list(draw_order(one, *following))
        each.append([picture for _, some, at, _ in drawn if not at for picture in some])
        seconds += sum(taken for *_, taken in drawn)
        if len(each[-1]) < count:
            return
    yield range(count), put_in_order(order, parts, each), 0, seconds


class OrderDrawing:
    """An order on its way through a pipeline."""

    def __init__(
        self,
        order: Order,
        lock: threading.RLock,
        on_progress: OnProgress | None,
        stop: threading.Event | None,
    ) -> None:
        import torch

        self.order, self.lock, self.on_progress, self.stop = order, lock, on_progress, stop
        self.model, self.settings = order.model, order.settings
        count, at_once = self.settings.count, self.model.at_once
        self.steps = steps_for(self.model.about, self.settings.speed)
        # at least one step
        self.strength = min(1.0, max(self.settings.strength, 1.001 / self.steps))
        # noise is drawn on the CPU, one generator a picture, so that picture i alone comes out the
        # same, on every device
        self.generators = [
            torch.Generator("cpu").manual_seed((order.seed + number) % 2**32)
            for number in range(count)
        ]
        firsts = range(0, count, at_once)
        self.groups = [range(first, min(first + at_once, count)) for first in firsts]

    @property
    def total(self) -> int:
        """The steps of one group."""
        if self.order.start is None or self.settings.extend:
            return self.steps
        least = 0.3 if self.settings.part else 0
        return max(1, int(self.steps * max(self.strength, least)))

    def drawn(self) -> Iterator[tuple[range, list, int, float]]:
        import torch

        with self.lock, torch.inference_mode():
            words, noise = self._words(), self._noise()
        for place, numbers in enumerate(self.groups):
            began = time.monotonic()
            draw = Drawing(
                self.model,
                self._common(words, numbers),
                self.total,
                place * self.total,
                len(self.groups) * self.total,
                self.settings.stopped_at,
                self.on_progress,
                self.stop,
            )
            with self.lock, torch.inference_mode():
                pictures = self._pictures(draw, numbers, words, noise)
            seconds = (time.monotonic() - began) / len(numbers)
            if not draw.reached:
                note_result(self.model.about.id, seconds)
            yield numbers, pictures, draw.reached, seconds
            if draw.reached or self.stop is not None and self.stop.is_set():
                return

    def _words(self) -> dict:
        order = self.order
        if self.model.reads_as_numbers:
            return embeddings_of_each(self.model, order.prompt, self.settings, order.ways)
        words = words_for_model(order.prompt, self.settings.style, self.model.about.ships)
        return {"prompt": words}

    def _noise(self):
        """What all candidates begin from; None where the pipeline draws it itself."""
        if self.order.start is not None or not self.model.reads_as_numbers:
            return None
        asked = (self.settings.surprise, self.settings.shared_seed)
        return starting_noise(self.model, self.generators, *asked)

    def _common(self, words: dict, numbers: range) -> dict:
        """What the pipeline is asked for some candidates, whatever they begin from."""
        asked = {
            name: (
                rows_of_each(value, self.settings.count)[numbers.start : numbers.stop]
                if self.model.reads_as_numbers
                else [value] * len(numbers)
            )
            for name, value in words.items()
        }
        return {
            "num_inference_steps": self.steps,
            "guidance_scale": guidance_for(self.model.about, self.settings.guidance),
            "generator": [self.generators[number] for number in numbers],
            **asked,
        }

    def _pictures(self, draw: Drawing, numbers: range, words: dict, noise) -> list:
        order, size, at = self.order, self.model.size, {}
        if order.start is not None:
            asked = (order.start, order.other, self.settings, self.strength, len(numbers))
            return draw_from(draw, self.model, *asked)
        if noise is not None:
            some = noise[numbers.start : numbers.stop]
            at = {"latents": some.to(self.model.device, words["prompt_embeds"].dtype)}
        return draw(height=size, width=size, **at)


def starting_noise(model: PictureModel, generators: list, surprise: float, shared_seed: int):
    """Normal noise, count x 4 x side x side: each picture's own,
    turned towards shared noise so that its variance stays 1.

    The shared noise is that of `shared_seed`, or (-1) that of the first picture, which then stays
    as it is.
    """
    import torch

    shape = (1, model.pipeline.unet.config.in_channels, model.side, model.side)
    own = torch.cat([torch.randn(shape, generator=generator) for generator in generators])
    shared = (
        own[:1]
        if shared_seed < 0
        else torch.randn(shape, generator=torch.Generator("cpu").manual_seed(shared_seed))
    )
    angle = torch.tensor(surprise * torch.pi / 2)
    mixed = shared * angle.cos() + own * angle.sin() if surprise < 1 else own
    return torch.cat([own[:1], mixed[1:]]) if shared_seed < 0 else mixed
