"""Some pictures being drawn side by side by the shipped model: progress, previews and Stop as with
diffusers, and the same noise from the same seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from time import monotonic

import numpy as np

from course_utils.creation import Creation, LearnerError
from course_utils.engines.base import OnProgress, Stopped
from course_utils.pictures.diffusers.beginning import draw_from
from course_utils.pictures.diffusers.denoising import KEPT_FROM, Drawing
from course_utils.pictures.diffusion_model import guidance_for, steps_for
from course_utils.pictures.onnx.model import OnnxPictureModel
from course_utils.pictures.onnx.pixels import to_latent_mask
from course_utils.pictures.onnx.sampling import Guidance, Kept, Schedule, denoise
from course_utils.pictures.onnx.torch_noise import TorchNoise
from course_utils.pictures.settings import PictureSettings

__all__ = ["Asked", "Drawn", "Following", "draw_one_recipe", "draw_recipes"]

LEAST_CHANGE = 0.3  # the least strength of a part that is drawn anew
NO_MEMORY = (
    "There was not enough memory for that many pictures at once. Ask for one picture, or close "
    "other notebooks."
)


@dataclass
class Predicted:
    """What the model last took the finished pictures for."""

    latents: np.ndarray | None = None


class OnnxDrawing(Drawing):
    """`Drawing` on the shipped model's networks. `common` holds num_inference_steps,
    guidance_scale, generator (a `TorchNoise` for each picture), prompt_embeds and
    negative_prompt_embeds."""

    model: OnnxPictureModel

    def __call__(self, task: str = "", **special) -> list:
        """PIL pictures. `task`: "" for words alone (with latents), "start" (with image and
        strength), or "part" (also with mask_image).

        Raises:
            Stopped: so early that there is nothing to keep.
        """
        self.guess = Predicted()
        begin: dict[str, Callable[..., tuple[Schedule, np.ndarray, Kept | None]]] = {
            "": self._from_noise,
            "start": self._from_picture,
            "part": self._within,
        }
        schedule, latents, kept = begin[task](**special)
        guidance = Guidance(
            self.common["prompt_embeds"],
            self.common["negative_prompt_embeds"],
            self.common["guidance_scale"],
        )
        try:
            made = denoise(self.model.networks, guidance, schedule, latents, self._on_step, kept)
        except Stopped:
            too_early = self.step < KEPT_FROM * self.steps and not self.until
            if self.guess.latents is None or too_early:
                raise
            self.reached, made = self.step, self.guess.latents
        return self.model.decode(made)

    def _schedule(self, strength: float = 1.0) -> Schedule:
        return Schedule(self.model.scheduler, self.common["num_inference_steps"], strength)

    def _noise(self) -> np.ndarray:
        """The next noise of each picture's own stream."""
        return draw_noise(self.model, self.common["generator"])

    def _from_noise(self, latents: np.ndarray, **size) -> tuple[Schedule, np.ndarray, None]:
        return self._schedule(), latents, None

    def _from_picture(self, image: list, strength: float) -> tuple[Schedule, np.ndarray, None]:
        schedule = self._schedule(strength)
        return schedule, schedule.begin_from(self.model.encode(image), self._noise()), None

    def _within(
        self, image: list, mask_image: list, strength: float, **size
    ) -> tuple[Schedule, np.ndarray, Kept]:
        schedule, clean, noise = self._schedule(strength), self.model.encode(image), self._noise()
        mask = to_latent_mask(mask_image, self.model.size, self.model.side)
        begun = noise if strength == 1.0 else schedule.begin_from(clean, noise)
        return schedule, begun, Kept(clean, noise, mask)

    def _on_step(self, done: int, latents: np.ndarray, predicted_x0: np.ndarray) -> None:
        self.guess.latents = predicted_x0
        self._after_step(None, done - 1, None, {"latents": latents})


def draw_noise(model: OnnxPictureModel, streams: Sequence[TorchNoise]) -> np.ndarray:
    """The next noise of each stream, N x 4 x side x side."""
    shape = (1, model.channels, model.side, model.side)
    return np.concatenate([stream.normal(shape) for stream in streams])


def starting_noise(
    model: OnnxPictureModel, streams: Sequence[TorchNoise], surprise: float, shared_seed: int
) -> np.ndarray:
    """Noise of N pictures: each one's own, turned towards shared noise so that its variance stays
    1.

    Args:
        surprise: 0 (all begin from the shared noise) to 1 (each from its own).
        shared_seed: of the shared noise; -1: that of the first picture, which stays as it is.
    """
    own = draw_noise(model, streams)
    if surprise >= 1:
        return own
    shared = own[:1] if shared_seed < 0 else draw_noise(model, [TorchNoise(shared_seed)])
    angle = np.float32(surprise * np.pi / 2)
    mixed = shared * np.cos(angle) + own * np.sin(angle)
    return np.concatenate([own[:1], mixed[1:]]) if shared_seed < 0 else mixed


def repeated(words: dict[str, np.ndarray], count: int) -> dict[str, np.ndarray]:
    """Embeddings of one prompt (1 x tokens x width, or one row a picture already) for some pictures
    of it."""
    shape = next(iter(words.values())).shape[1:]
    return {name: np.broadcast_to(value, (count, *shape)) for name, value in words.items()}


@dataclass(frozen=True)
class Asked:
    """What one recipe asks of the model: embeddings of its words, its seed and its settings."""

    words: dict[str, np.ndarray]
    seed: int
    settings: PictureSettings

    @property
    def streams(self) -> list[TorchNoise]:
        """One stream a picture, so that a picture alone comes out the same."""
        return [TorchNoise(self.seed + number) for number in range(self.settings.count)]


@dataclass(frozen=True)
class Following:
    """Who is told how far it is, and who may stop it."""

    on_progress: OnProgress | None = None
    stop: Event | None = None


@dataclass(frozen=True)
class Drawn:
    """PIL pictures, the step they were stopped at (0: finished), and seconds a picture."""

    pictures: list
    stopped_at: int
    seconds: float


def draw_one_recipe(
    model: OnnxPictureModel,
    asked: Asked,
    following: Following,
    lock: AbstractContextManager,
    start: Creation | None = None,
    other: Creation | None = None,
) -> Drawn | None:
    """All candidates of a recipe side by side; None when stopped with nothing to keep.

    Args:
        lock: held while drawing.
        start: a picture to begin from; `other`: the second one of a blend.

    Raises:
        LearnerError: there is not enough memory.
    """
    settings, count = asked.settings, asked.settings.count
    steps = steps_for(model.about, settings.speed)
    strength = min(1.0, max(settings.strength, 1.001 / steps))  # at least one step
    least = LEAST_CHANGE if settings.part else 0
    total = steps
    if start is not None and not settings.extend:
        total = max(1, int(steps * max(strength, least)))
    streams = asked.streams
    common = common_settings(model, [asked], streams)
    draw = OnnxDrawing(
        model, common, total, 0, total, settings.stopped_at, following.on_progress, following.stop
    )
    began = monotonic()
    try:
        with lock:
            if start is None:
                shared = settings.surprise, settings.shared_seed
                pictures = draw(latents=starting_noise(model, streams, *shared))
            else:
                pictures = draw_from(draw, model, start, other, settings, strength, count)
    except Stopped:
        return None
    except MemoryError as problem:
        raise LearnerError(NO_MEMORY) from problem
    return Drawn(pictures, draw.reached, (monotonic() - began) / count)


def draw_recipes(
    model: OnnxPictureModel,
    asked: Sequence[Asked],
    following: Following,
    lock: AbstractContextManager,
) -> Drawn | None:
    """The pictures of several recipes of the same speed and guidance in one batch, in order, from
    words alone; None when stopped.

    Raises:
        LearnerError: there is not enough memory.
    """
    streams = [one.streams for one in asked]
    noise = [
        starting_noise(model, own, one.settings.surprise, one.settings.shared_seed)
        for one, own in zip(asked, streams, strict=True)
    ]
    common = common_settings(model, asked, sum(streams, []))
    steps, began = common["num_inference_steps"], monotonic()
    until, on_progress, stop = asked[0].settings.stopped_at, following.on_progress, following.stop
    draw = OnnxDrawing(model, common, steps, 0, steps, until, on_progress, stop)
    try:
        with lock:
            pictures = draw(latents=np.concatenate(noise))
    except Stopped:
        return None
    except MemoryError as problem:
        raise LearnerError(NO_MEMORY) from problem
    return Drawn(pictures, draw.reached, (monotonic() - began) / len(pictures))


def common_settings(
    model: OnnxPictureModel, asked: Sequence[Asked], streams: list[TorchNoise]
) -> dict:
    """What pictures drawn side by side have in common, and the embeddings of each."""
    first = asked[0].settings
    rows = [repeated(one.words, one.settings.count) for one in asked]
    return {
        "num_inference_steps": steps_for(model.about, first.speed),
        "guidance_scale": guidance_for(model.about, first.guidance),
        "generator": streams,
        **{name: np.concatenate([row[name] for row in rows]) for name in rows[0]},
    }
