"""Train the picture autoencoder: 48 x 48 x 3 pixels <-> 12 x 12 x 4 latents
(diffusers.AutoencoderTiny).

Run: python -m training.image.train_autoencoder --work DIR --minutes 20 [--start FOLDER
[--keep-latents]]   (run again to go on from the checkpoint)

`--start` takes a finished autoencoder over into a deeper one of the same width: the new blocks
begin as "change nothing", so latents stay what they were and drift slowly, and a denoiser trained
on the old ones soon finds its way. With `--keep-latents` the encoder stays as it is and only the
decoder learns: a denoiser needs no further training then. With `--crisp` the edges are also to be
as strong as in the drawings, not only where they were: what is lost in the latents comes back crisp
instead of soft. Half of the pictures are composed as for
the denoiser (small things, several things, painted ones), half are single drawings on any colour.

Latents are standardised per channel during training by a batch norm without weights, whose
statistics are folded into the encoder's last convolution at export, so that the scaling factor is 1
and every channel weighs the same in the denoiser's loss. Noise is added to the latents, so that the
decoder forgives small errors of the denoiser.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from diffusers.models.autoencoders.vae import AutoencoderTinyBlock
from torch import nn

CHANNELS = 48
# most of the depth where it is cheap: at 12 x 12
BLOCKS = {"encoder": (0, 1, 5), "decoder": (8, 2, 1)}
BATCH = 6  # small, so that the hours hold many updates
LATENT_NOISE = 0.1
CRISP = 0.6  # weight of how strong the edges around a place are, with --crisp
EDGES = 2.0  # weight of the differences between neighbouring pixels: keeps eyes and outlines


def new_autoencoder() -> AutoencoderTiny:
    return AutoencoderTiny(
        encoder_block_out_channels=(CHANNELS,) * 3,
        decoder_block_out_channels=(CHANNELS,) * 3,
        num_encoder_blocks=BLOCKS["encoder"],
        num_decoder_blocks=BLOCKS["decoder"],
        latent_channels=4,
        scaling_factor=1.0,
    )


def take_over(new: AutoencoderTiny, old: AutoencoderTiny) -> None:
    """Copy a shallower autoencoder of the same width; blocks without a counterpart pass their input
    on unchanged.

    A block is ReLU(conv(x) + x), and what reaches it has passed a ReLU: with its last convolution
    at zero it changes nothing.
    """

    def stages(layers: nn.Sequential) -> list[list[nn.Module]]:
        """Layers in runs: each run of blocks begins behind the last layer of another kind."""
        found: list[list[nn.Module]] = [[]]
        for layer in layers:
            if isinstance(layer, AutoencoderTinyBlock):
                found[-1].append(layer)
            else:
                found += [[layer], []]
        return found

    for part in ("encoder", "decoder"):
        for mine, theirs in zip(
            stages(getattr(new, part).layers), stages(getattr(old, part).layers), strict=True
        ):
            for place, layer in enumerate(mine):
                if place < len(theirs):
                    layer.load_state_dict(theirs[place].state_dict())
                else:
                    nn.init.zeros_(layer.conv[-1].weight), nn.init.zeros_(layer.conv[-1].bias)


def edges(picture: torch.Tensor) -> torch.Tensor:
    """Differences between neighbours, across and down, N x values."""
    return torch.cat(
        [
            (picture[..., 1:] - picture[..., :-1]).flatten(1),
            (picture[..., 1:, :] - picture[..., :-1, :]).flatten(1),
        ],
        1,
    )


def edge_strength(picture: torch.Tensor) -> torch.Tensor:
    """Root mean square of the Laplacian in windows of 6 pixels, every third: N x 3 x h x w.

    Two crisp pictures whose edges lie a pixel apart have nearly the same; a soft one has less.
    """
    laplacian = (
        picture[..., 2:, 1:-1]
        + picture[..., :-2, 1:-1]
        + picture[..., 1:-1, 2:]
        + picture[..., 1:-1, :-2]
        - 4 * picture[..., 1:-1, 1:-1]
    )
    return (nn.functional.avg_pool2d(laplacian.pow(2), 6, 3) + 1e-4).sqrt()


def composite(rgba: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
    """RGBA in [0, 1], N x 4 x H x W, over an RGB background, as RGB in [-1, 1]."""
    alpha = rgba[:, 3:]
    return (rgba[:, :3] * alpha + background * (1 - alpha)) * 2 - 1


def random_batch(rgba: torch.Tensor, size: int, generator: torch.Generator) -> torch.Tensor:
    """Pictures on white (half) or on a random colour, mirrored and shifted at random."""
    pick = torch.randint(len(rgba), (size,), generator=generator)
    batch = rgba[pick].float() / 255
    background = torch.rand(size, 3, 1, 1, generator=generator)
    background[: size // 2] = 1.0
    picture = composite(batch, background)
    flip = torch.rand(size, generator=generator) < 0.5
    picture[flip] = picture[flip].flip(-1)
    shift = torch.randint(-4, 5, (2,), generator=generator).tolist()
    return picture.roll(shift, (-2, -1))


def peak_signal_to_noise(a: torch.Tensor, b: torch.Tensor) -> float:
    """dB, for pictures in [-1, 1]."""
    return float(10 * torch.log10(4 / (a - b).pow(2).mean()))


def export(model: AutoencoderTiny, norm: nn.BatchNorm2d, folder: Path) -> None:
    """Fold the latent statistics into the encoder's last convolution and save in
    diffusers format.
    """
    import copy

    folded = copy.deepcopy(model)
    last = folded.encoder.layers[-1]
    scale = 1 / (norm.running_var + norm.eps).sqrt()
    last.weight.data *= scale[:, None, None, None]
    last.bias.data = (last.bias.data - norm.running_mean) * scale
    folded.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("block_out_channels", None)  # written by the class and refused by it on loading
    (folder / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


def train(
    work: Path,
    minutes: float,
    learning_rate: float,
    start: Path | None,
    keep_latents: bool,
    crisp: bool,
) -> None:
    from training.image.train_denoiser import Pictures  # it reads this file's result

    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(int(time.time()))
    rgba = torch.from_numpy(np.load(work / "pictures.npz")["rgba"]).permute(0, 3, 1, 2).contiguous()
    model, norm = (
        new_autoencoder().to(memory_format=torch.channels_last),
        nn.BatchNorm2d(4, affine=False, momentum=0.02),
    )
    checkpoint, log = work / "autoencoder.pt", work / "autoencoder.log"
    composed = Pictures(work, random.Random(time.time()))
    step, used = 0, 0.0
    if start and not checkpoint.exists():
        take_over(model, AutoencoderTiny.from_pretrained(start, torch_dtype=torch.float32))
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"]), norm.load_state_dict(state["norm"])
        step, used = state["step"], state["seconds"]
    taken_over = start is not None
    norm.train(not taken_over)
    if keep_latents:  # already standardised by what was folded into its encoder
        model.encoder.requires_grad_(False)
        norm.running_mean.zero_(), norm.running_var.fill_(1 - norm.eps)
    optimiser = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad],
        lr=learning_rate,
        betas=(0.9, 0.98),
        weight_decay=0,
    )
    held = composite(rgba[::53].float() / 255, torch.ones(1, 3, 1, 1))
    started = time.time()
    while True:
        elapsed = time.time() - started
        warm, progress = min(1.0, (step + 1) / 100), min(1.0, elapsed / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * warm * (1 - 0.95 * progress)
        picture = torch.cat(
            [random_batch(rgba, BATCH // 2, generator), composed.batch(BATCH // 2)[0]]
        ).contiguous(memory_format=torch.channels_last)
        raw = model.encoder(picture)
        # begun from standardised latents: statistics of many batches serve better than those of six
        # pictures
        if taken_over and not keep_latents:
            with torch.no_grad():
                (
                    norm.running_mean.lerp_(raw.mean((0, 2, 3)), 0.005),
                    norm.running_var.lerp_(
                        ((raw - norm.running_mean[:, None, None]) ** 2).mean((0, 2, 3)), 0.005
                    ),
                )
        latent = norm(raw)
        restored = model.decoder(latent + LATENT_NOISE * torch.randn_like(latent))
        difference = restored - picture
        loss = (
            difference.pow(2).mean() * 4
            + difference.abs().mean()
            + EDGES * (edges(restored) - edges(picture)).abs().mean()
        )
        if crisp:
            loss = loss + CRISP * (edge_strength(restored) - edge_strength(picture)).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 150 == 0 or progress >= 1:
            norm.eval()
            with torch.no_grad():
                again = model.decoder(norm(model.encoder(held))).clamp(-1, 1)
                quality = peak_signal_to_noise(again, held)
                kept = edge_strength(again).pow(2).mean() / edge_strength(held).pow(2).mean()
            norm.train(not taken_over)
            line = {
                "step": step,
                "seconds": round(used + elapsed),
                "loss": round(loss.item(), 4),
                "psnr_db": round(quality, 2),
                "edges": round(float(kept), 3),
            }
            print(json.dumps(line), flush=True)
            log.open("a").write(json.dumps(line) + "\n")
            torch.save(
                {
                    "model": model.state_dict(),
                    "norm": norm.state_dict(),
                    "step": step,
                    "seconds": used + elapsed,
                },
                checkpoint,
            )
        if progress >= 1:
            break
    norm.eval()
    export(model, norm, work / "vae")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="folder of a finished autoencoder to go on from")
    parser.add_argument("--keep-latents", action="store_true", help="train the decoder only")
    parser.add_argument("--crisp", action="store_true", help="edges as strong as in the drawings")
    options = parser.parse_args()
    train(
        options.work, options.minutes, options.learning_rate, options.start, options.keep_latents,
        options.crisp,
    )  # fmt: skip
