"""From noise to latents: the denoising loop with classifier-free guidance, from pure noise, from
a picture, or within a part of one.

The order of arithmetic is that of diffusers' StableDiffusionPipeline and its image-to-image and
inpainting kin, so that pictures are the same. Sources: classifier-free guidance, Ho and Salimans
2022; beginning from a picture, SDEdit, Meng et al. 2021; keeping the rest of a picture by putting
its noised latents back after each step, as in RePaint, Lugmayr et al. 2022.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from course_utils.pictures.onnx.ddim import DdimScheduler

__all__ = ["Guidance", "Kept", "Schedule", "Unet", "denoise"]

OnStep = Callable[[int, np.ndarray, np.ndarray], None]  # steps done, latents, predicted_x0


class Unet(Protocol):
    """What `denoise` asks of the networks; `Networks` has it."""

    def velocity(self, sample: np.ndarray, timestep: int, prompt_embeds: np.ndarray) -> np.ndarray:
        """See `Networks.velocity`."""
        ...


class Leading(Protocol):
    """What leads a picture from step to step: `Guidance`, or one that changes on the way."""

    def velocity(self, networks: Unet, latents: np.ndarray, timestep: int) -> np.ndarray:
        """See `Guidance.velocity`."""
        ...


@dataclass(frozen=True)
class Guidance:
    """What to follow and what to move away from, each N x tokens x width; at a scale of 1 or less
    there is no guidance."""

    prompt_embeds: np.ndarray
    negative_prompt_embeds: np.ndarray
    guidance_scale: float

    def velocity(self, networks: Unet, latents: np.ndarray, timestep: int) -> np.ndarray:
        """What the UNet predicts, led by the words."""
        if self.guidance_scale <= 1:
            return networks.velocity(latents, timestep, self.prompt_embeds)
        both = np.concatenate([self.negative_prompt_embeds, self.prompt_embeds])
        predicted = networks.velocity(np.concatenate([latents, latents]), timestep, both)
        away, towards = np.split(predicted, 2)
        return away + np.float32(self.guidance_scale) * (towards - away)


@dataclass(frozen=True)
class Kept:
    """A picture of which only a part is drawn anew: its clean latents, the noise they get, and the
    mask, 1 where is to be drawn anew."""

    latents: np.ndarray
    noise: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class Schedule:
    """The timesteps to go through, as the last ones of `num_inference_steps`."""

    scheduler: DdimScheduler
    num_inference_steps: int
    strength: float = 1.0

    @property
    def timesteps(self) -> np.ndarray:
        return self.scheduler.timesteps(self.num_inference_steps, self.strength)

    def begin_from(self, latents: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Clean latents with the noise of the first timestep."""
        return self.scheduler.add_noise(latents, noise, int(self.timesteps[0]))


def denoise(
    networks: Unet,
    guidance: Leading,
    schedule: Schedule,
    latents: np.ndarray,
    on_step: OnStep,
    kept: Kept | None = None,
) -> np.ndarray:
    """Clean latents, N x 4 x h x w, of noisy ones.

    Args:
        on_step: called after each step; what it raises ends the loop.
        kept: the rest of the picture stays as there.
    """
    timesteps = [int(timestep) for timestep in schedule.timesteps]
    for done, timestep in enumerate(timesteps, 1):
        velocity = guidance.velocity(networks, latents, timestep)
        latents, predicted_x0 = schedule.scheduler.step(
            velocity, timestep, schedule.num_inference_steps, latents
        )
        if kept is not None:
            rest = kept.latents
            if done < len(timesteps):
                rest = schedule.scheduler.add_noise(rest, kept.noise, timesteps[done])
            latents = (1 - kept.mask) * rest + kept.mask * latents
        on_step(done, latents, predicted_x0)
    return latents
