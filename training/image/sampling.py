"""Pictures of a pipeline folder by a plain DDIM loop (Song et al.

2020): a prompt and a seed for every picture.

Guidance works only where it helps: between two shares of the steps (Kynkäänniemi et al. 2024), the
network runs once instead of twice outside of them. With the interval (0, 1) the pictures are those
of diffusers' own pipeline.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

INTERVAL = (0.0, 1.0)  # shares of the steps between which guidance works: all of them, as shipped


class Sampler:
    """A pipeline folder, ready to draw."""

    def __init__(self, folder: Path) -> None:
        self.pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
        self.unet = self.pipeline.unet.to(memory_format=torch.channels_last)
        self.side = self.unet.config.sample_size
        self.size = self.side * self.pipeline.vae_scale_factor

    def words(self, prompts: list[str | dict[str, float]]) -> torch.Tensor:
        """The text encoder's states, N x tokens x width; of a mix, texts and their shares, the
        weighted mean.
        """
        mixes = [{one: 1.0} if isinstance(one, str) else one for one in prompts]
        states = iter(self.states([text for mix in mixes for text in mix]))
        return torch.stack([sum(share * next(states) for share in mix.values()) for mix in mixes])

    def states(self, prompts: list[str]) -> torch.Tensor:
        """The text encoder's states of some texts, N x tokens x width."""
        tokenizer = self.pipeline.tokenizer
        ids = tokenizer(
            prompts, padding="max_length", truncation=True, max_length=tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids  # fmt: skip
        return self.pipeline.text_encoder(ids)[0]

    @torch.inference_mode()
    def draw(
        self,
        prompts: list[str | dict[str, float]],
        seeds: list[int],
        steps: int = 14,
        guidance: float = 3.0,
        interval: tuple[float, float] = INTERVAL,
    ) -> list[Image.Image]:
        """A picture for each prompt (or mix of prompts) with its seed; the same pair gives the
        same picture in any company.
        """
        shape = (1, self.unet.config.in_channels, self.side, self.side)
        noise = [
            torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds
        ]
        latents, follow = torch.cat(noise), self.words(prompts)
        both = torch.cat([self.words([""]).expand_as(follow), follow])
        scheduler = self.pipeline.scheduler
        scheduler.set_timesteps(steps)
        for number, moment in enumerate(scheduler.timesteps):
            if interval[0] <= number / steps < interval[1] and guidance != 1:
                twice = torch.cat([latents, latents]).contiguous(memory_format=torch.channels_last)
                away, towards = self.unet(twice, moment, both).sample.chunk(2)
                guess = away + guidance * (towards - away)
            else:
                guess = self.unet(latents, moment, follow).sample
            latents = scheduler.step(guess, moment, latents).prev_sample
        seen = self.pipeline.vae.decode(latents).sample.clamp(-1, 1)
        pixels = ((seen + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        return [Image.fromarray(np.ascontiguousarray(one)) for one in pixels]
