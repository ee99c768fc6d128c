"""Train the picture autoencoder: 48 x 48 x 3 pixels <-> 12 x 12 x 12 latents
(diffusers.AutoencoderTiny).

Run: python -m training.image.train_autoencoder --work DIR --minutes 20 [--start FOLDER
[--keep-latents]]   (run again to go on from the checkpoint)

`--start` takes a finished autoencoder over into a deeper one of the same width: the new blocks
begin as "change nothing", so latents stay what they were and drift slowly, and a denoiser trained
on the old ones soon finds its way. An old one with fewer latents gives the first of the new ones,
which are held near to what they were; the others, the details, are learned beside them, have half
their spread, and are left out for some pictures, so that the decoder does without those a denoiser
is not sure of. With `--keep-latents` the encoder stays as it is and only the decoder learns: a
denoiser needs no further training then. With `--crisp` the edges are also to be as strong as in the
drawings, not only where they were: what is lost in the latents comes back crisp instead of soft.
Half of the pictures are composed as for the denoiser (small things, several things, painted ones),
half are single drawings on any colour.

Latents are standardised per channel during training by a batch norm without weights, whose
statistics are folded into the encoder's last convolution at export, so that the scaling factor is
1, the first latents have a standard deviation of 1 and the details one of a half. Noise is added to
the latents, so that the decoder forgives small errors of the denoiser.
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
FIRST, DETAILS = 4, 8  # latents that say nearly all, and those that say what is lost in them
DETAIL = 0.5  # spread of the details: they stand out of the noise later than the first latents
NO_DETAILS = 0.15  # share of pictures restored from the first latents alone
BATCH = 12  # small, so that the hours hold many updates
LATENT_NOISE = 0.1
DETAIL_NOISE = 0.35  # on details at most, with --keep-latents: a denoiser errs most in these
STAY = 2.0  # weight of how far the first latents have moved
CRISP = 0.4  # weight of how strong the edges around a place are, with --crisp
EDGES = 2.0  # weight of the differences between neighbouring pixels: keeps eyes and outlines


def new_autoencoder() -> AutoencoderTiny:
    return AutoencoderTiny(
        encoder_block_out_channels=(CHANNELS,) * 3,
        decoder_block_out_channels=(CHANNELS,) * 3,
        num_encoder_blocks=BLOCKS["encoder"],
        num_decoder_blocks=BLOCKS["decoder"],
        latent_channels=FIRST + DETAILS,
        scaling_factor=1.0,
    )


def take_over(new: AutoencoderTiny, old: AutoencoderTiny) -> None:
    """Copy a shallower autoencoder of the same width; blocks without a counterpart pass their input
    on unchanged.

    A block is ReLU(conv(x) + x), and what reaches it has passed a ReLU: with its last convolution
    at zero it changes nothing.
    """

    def copy(layer: nn.Module, given: nn.Module) -> None:
        """All of a layer; of one with fewer latents than the new one, what it has."""
        kernel = getattr(layer, "weight", None)
        if kernel is None or kernel.shape == given.weight.shape:
            layer.load_state_dict(given.state_dict())
            return
        out, into = given.weight.shape[:2]
        if out == layer.weight.shape[0]:
            layer.weight.data[:, into:] = 0  # the decoder does not listen to details yet
        layer.weight.data[:out, :into] = given.weight.data
        layer.bias.data[:out] = given.bias.data

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
                    copy(layer, theirs[place])
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


def spread() -> torch.Tensor:
    """The standard deviation that each latent is given."""
    return torch.tensor([1.0] * FIRST + [DETAIL] * DETAILS)


def export(model: AutoencoderTiny, norm: nn.BatchNorm2d, folder: Path) -> None:
    """Fold the latent statistics into the encoder's last convolution and save in
    diffusers format.
    """
    import copy

    folded = copy.deepcopy(model)
    last = folded.encoder.layers[-1]
    scale = spread() / (norm.running_var + norm.eps).sqrt()
    last.weight.data *= scale[:, None, None, None]
    last.bias.data = (last.bias.data - norm.running_mean) * scale
    folded.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("block_out_channels", None)  # written by the class and refused by it on loading
    (folder / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


class Restoring(nn.Module):
    """The autoencoder with the statistics that standardise its latents, and what it is held to."""

    def __init__(self, start: Path | None, keep_latents: bool) -> None:
        super().__init__()
        self.model = new_autoencoder().to(memory_format=torch.channels_last)
        self.norm = nn.BatchNorm2d(FIRST + DETAILS, affine=False, momentum=0.02)
        self.begun, self.keep_latents = None, keep_latents
        self.register_buffer("spread", spread()[:, None, None], persistent=False)
        if start:
            begun = AutoencoderTiny.from_pretrained(start, torch_dtype=torch.float32)
            take_over(self.model, begun)
            self.begun = begun.encoder.requires_grad_(False)
            known = begun.config.latent_channels
            self.norm.running_var[:known] = spread()[:known] ** 2 - self.norm.eps
            self.norm.eval()  # many batches' statistics serve better than those of a few pictures
        if keep_latents:
            self.model.encoder.requires_grad_(False)

    def latents(self, raw: torch.Tensor) -> torch.Tensor:
        """N x 12 x h x w, each with its spread."""
        if self.begun is not None and not self.keep_latents and self.training:
            with torch.no_grad():
                apart = (raw - self.norm.running_mean[:, None, None]) ** 2
                self.norm.running_mean.lerp_(raw.mean((0, 2, 3)), 0.005)
                self.norm.running_var.lerp_(apart.mean((0, 2, 3)), 0.005)
        return self.norm(raw) * self.spread

    def restored(self, picture: torch.Tensor) -> torch.Tensor:
        """Pictures as the decoder gives them back from latents without noise."""
        return self.model.decoder(self.latents(self.model.encoder(picture))).clamp(-1, 1)

    def loss(self, picture: torch.Tensor, crisp: bool) -> torch.Tensor:
        """How far pictures, N x 3 x h x w, come back from what they were, with noise on the
        latents and some without details.
        """
        with torch.autocast("cpu", dtype=torch.bfloat16):
            raw = self.model.encoder(picture)
        latents = self.latents(raw.float())
        heard = torch.ones_like(latents)
        heard[: round(NO_DETAILS * len(latents)), FIRST:] = 0
        noise = torch.full_like(latents, LATENT_NOISE)
        if self.keep_latents:
            noise[:, FIRST:] = DETAIL_NOISE * torch.rand(len(latents), 1, 1, 1)
        noisy = (latents + noise * torch.randn_like(latents)) * heard
        with torch.autocast("cpu", dtype=torch.bfloat16):
            restored = self.model.decoder(noisy).float()
        difference = restored - picture
        loss = (
            difference.pow(2).mean() * 4
            + difference.abs().mean()
            + EDGES * (edges(restored) - edges(picture)).abs().mean()
        )
        if crisp:
            loss = loss + CRISP * (edge_strength(restored) - edge_strength(picture)).abs().mean()
        if self.begun is not None and not self.keep_latents:
            with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                before = self.begun(picture).float()
            loss = loss + STAY * (latents[:, :FIRST] - before[:, :FIRST]).pow(2).mean()
        return loss


def figures(restoring: Restoring, held: torch.Tensor) -> dict[str, float]:
    """How well single drawings come back, with all latents and without details."""
    restoring.eval()
    with torch.no_grad():
        again = restoring.restored(held)
        latents = restoring.latents(restoring.model.encoder(held))
        latents[:, FIRST:] = 0
        without = restoring.model.decoder(latents).clamp(-1, 1)
    strength = edge_strength(again).pow(2).mean() / edge_strength(held).pow(2).mean()
    return {
        "psnr_db": round(peak_signal_to_noise(again, held), 2),
        "without_details": round(peak_signal_to_noise(without, held), 2),
        "edges": round(float(strength), 3),
    }


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
    restoring, checkpoint = Restoring(start, keep_latents), work / "autoencoder.pt"
    composed = Pictures(work, random.Random(time.time()))
    step, used = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        restoring.model.load_state_dict(state["model"])
        restoring.norm.load_state_dict(state["norm"])
        step, used = state["step"], state["seconds"]
    optimiser = torch.optim.AdamW(
        [p for p in restoring.model.parameters() if p.requires_grad],
        lr=learning_rate,
        betas=(0.9, 0.98),
        weight_decay=0,
    )
    held = composite(rgba[::53].float() / 255, torch.ones(1, 3, 1, 1))
    started, progress = time.time(), 0.0
    while progress < 1:
        elapsed = time.time() - started
        warm, progress = min(1.0, (step + 1) / 100), min(1.0, elapsed / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * warm * (1 - 0.95 * progress)
        restoring.train().norm.train(start is None)
        picture = torch.cat(
            [random_batch(rgba, BATCH // 2, generator), composed.batch(BATCH // 2)[0]]
        )[torch.randperm(BATCH)].contiguous(memory_format=torch.channels_last)
        loss = restoring.loss(picture, crisp)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(restoring.model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 150 == 0 or progress >= 1:
            line = {"step": step, "seconds": round(used + elapsed), "loss": round(loss.item(), 4)}
            line |= figures(restoring, held)
            print(json.dumps(line), flush=True)
            with (work / "autoencoder.log").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            state = {"model": restoring.model.state_dict(), "norm": restoring.norm.state_dict()}
            torch.save(state | {"step": step, "seconds": used + elapsed}, checkpoint)
    restoring.eval()
    export(restoring.model, restoring.norm, work / "vae")


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
