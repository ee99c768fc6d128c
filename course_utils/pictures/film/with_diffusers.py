"""A picture model of diffusers watched while it draws one picture: a UNet with one text encoder,
many steps, guidance by two passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from course_utils.pictures.film.moments import Film, Moment

if TYPE_CHECKING:
    import torch

__all__ = ["film"]


def film(model, words: Callable[[int], str], seed: int, steps: int, guidance_scale: float) -> Film:
    """Draw one picture and keep every step; see `with_onnx.film`."""
    import torch
    from diffusers import DDIMScheduler

    pipeline, side, moments = model.pipeline, model.side, []
    with torch.inference_mode(), watching_attention(pipeline.unet) as watched:
        leave = model.words("")["prompt_embeds"]
        scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
        scheduler.set_timesteps(steps)
        noise = torch.randn(
            (1, pipeline.unet.config.in_channels, side, side),
            generator=torch.Generator("cpu").manual_seed(seed),
        )
        latents = (noise * scheduler.init_noise_sigma).to(leave)
        for number, moment in enumerate(scheduler.timesteps, 1):
            follow = model.words(words(number))["prompt_embeds"]
            without, with_words = pipeline.unet(
                torch.cat([latents, latents]), moment, torch.cat([leave, follow])
            ).sample.chunk(2)
            led = without + guidance_scale * (with_words - without)
            result = scheduler.step(led, moment, latents)
            moments.append(
                Moment(
                    float((1 - scheduler.alphas_cumprod[int(moment)]).sqrt()),
                    model.decode(latents)[0],
                    model.decode(result.pred_original_sample)[0],
                    latents[0].float().cpu().numpy().copy(),
                )
            )
            latents = result.prev_sample
        return Film(moments, watched.mean(side).float().cpu().numpy())


class watching_attention:  # noqa: N801  used like a function, in a with statement
    """Within the block, every cross-attention of a UNet keeps the probabilities of its
    conditional half.
    """

    def __init__(self, unet) -> None:
        self.unet = unet
        self.kept: list[torch.Tensor] = []

    def __enter__(self):
        self.before = dict(self.unet.attn_processors)
        self.unet.set_attn_processor(
            {
                name: KeepingProcessor(self.kept) if "attn2" in name else processor
                for name, processor in self.before.items()
            }
        )
        return self

    def __exit__(self, *problem) -> None:
        self.unet.set_attn_processor(self.before)

    def mean(self, side: int):
        """tokens x side x side: mean over steps, layers and heads."""
        import torch

        maps = []
        for probabilities in self.kept:  # places x tokens
            edge = round(probabilities.shape[0] ** 0.5)
            grid = probabilities.T.reshape(1, -1, edge, edge)
            maps.append(
                torch.nn.functional.interpolate(
                    grid, size=(side, side), mode="bilinear", align_corners=False
                )[0]
            )
        return torch.stack(maps).mean(0)


class KeepingProcessor:
    """diffusers' plain attention (AttnProcessor), which also keeps the probabilities."""

    def __init__(self, kept: list) -> None:
        self.kept = kept

    def __call__(
        self,
        attn,
        hidden_states,
        encoder_hidden_states=None,
        attention_mask=None,
        temb=None,
        *args,
        **kwargs,
    ):
        query = attn.head_to_batch_dim(attn.to_q(hidden_states))
        key = attn.head_to_batch_dim(attn.to_k(encoder_hidden_states))
        value = attn.head_to_batch_dim(attn.to_v(encoder_hidden_states))
        probabilities = attn.get_attention_scores(query, key, attention_mask)
        conditional = probabilities[probabilities.shape[0] // 2 :]
        self.kept.append(conditional.mean(0))
        return attn.to_out[1](attn.to_out[0](attn.batch_to_head_dim(probabilities @ value)))
