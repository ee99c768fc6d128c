"""Train the picture autoencoder: 64 x 64 x 3 pixels <-> 16 x 16 x 4 latents (diffusers.AutoencoderTiny).

Run: python -m training.image.train_autoencoder --work DIR --minutes 20 [--start FOLDER [--keep-latents]]   (run again to go on from the checkpoint)

`--start` takes a finished autoencoder over into a deeper one of the same width: the new blocks begin as "change nothing", so latents stay what they
were and drift slowly, and a denoiser trained on the old ones soon finds its way. With `--keep-latents` the encoder stays as it is and only the decoder
learns: a denoiser needs no further training then.

It learns from crops of 32 x 32 px: nothing in the network sees further than its neighbourhood, so a crop teaches as much as a whole for a quarter of the work.
Half of the crops are the liveliest of three places, half come from anywhere: with lively ones alone the empty ground turned grey. Drawings stand on white or on any colour, whole or small, one or two.
One drawing in forty is never trained on; its PSNR is what is printed.

Latents are standardised per channel: their statistics over whole pictures are followed slowly, and folded into the encoder's last convolution at export,
so that the scaling factor is 1 and every channel weighs the same in the denoiser's loss. Noise is added to the latents, so that the decoder forgives
small errors of the denoiser.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from diffusers.models.autoencoders.vae import AutoencoderTinyBlock
from torch import nn

from training.image.words_for_pictures import read_records

CHANNELS = 48
BLOCKS = {
    "encoder": (0, 2, 6),
    "decoder": (8, 3, 0),
}  # most of the depth where it is cheap: at 16 x 16
BATCH, CROP = 16, 32
WHOLE_EVERY = 25  # steps between two looks at the latents of whole pictures
LATENT_NOISE = 0.1
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
    """Copy a shallower autoencoder of the same width; blocks without a counterpart pass their input on unchanged.

    A block is ReLU(conv(x) + x), and what reaches it has passed a ReLU: with its last convolution at zero it changes nothing.
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


def composite(rgba: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
    """RGBA in [0, 1], N x 4 x H x W, over an RGB background, as RGB in [-1, 1]."""
    alpha = rgba[:, 3:]
    return (rgba[:, :3] * alpha + background * (1 - alpha)) * 2 - 1


def random_pictures(rgba: torch.Tensor, count: int) -> torch.Tensor:
    """Whole pictures, count x 3 x S x S in [-1, 1]: six in ten on white; six in ten times full size and moved a little, else small and two on a canvas."""
    size = rgba.shape[-1]
    canvas = torch.rand(count, 3, 1, 1).expand(-1, -1, size, size).clone()
    canvas[torch.rand(count) < 0.6] = 1.0
    small = float(torch.rand(())) < 0.4
    side = int(size * (0.35 + 0.5 * float(torch.rand(())))) if small else size
    for _ in range(2 if small else 1):
        some = rgba[torch.randint(len(rgba), (count,))].float() / 255
        mirrored = torch.rand(count) < 0.5
        some[mirrored] = some[mirrored].flip(-1)
        if small:
            some = torch.nn.functional.interpolate(
                some, (side, side), mode="bicubic", antialias=True
            ).clamp(0, 1)
        reach = size - side if small else 4
        left, top = (int(v) - (0 if small else 2) for v in torch.randint(reach + 1, (2,)))
        alone = torch.zeros(count, 4, size, size)
        alone[..., max(0, top) : top + side, max(0, left) : left + side] = some[
            ..., max(0, -top) : size - top, max(0, -left) : size - left
        ]
        canvas = alone[:, :3] * alone[:, 3:] + canvas * (1 - alone[:, 3:])
    return canvas * 2 - 1


def lively_crops(pictures: torch.Tensor, tries: int = 3) -> torch.Tensor:
    """Of each picture one crop of CROP px: of every second one anywhere, of the others the one of some places where most is drawn."""
    found, best = None, None
    for _ in range(tries):
        places = torch.randint(0, (pictures.shape[-1] - CROP) // 4 + 1, (len(pictures), 2)) * 4
        crops = torch.stack(
            [one[:, y : y + CROP, x : x + CROP] for one, (y, x) in zip(pictures, places.tolist())]
        )
        lively = crops.flatten(1).std(1)
        if found is not None:
            better = lively > best
            better[::2] = False
            found = torch.where(better.view(-1, 1, 1, 1), crops, found)
        else:
            found = crops
        best = lively if best is None else torch.maximum(best, lively)
    return found


def peak_signal_to_noise(a: torch.Tensor, b: torch.Tensor) -> float:
    """dB, for pictures in [-1, 1]."""
    return float(10 * torch.log10(4 / (a - b).pow(2).mean()))


def export(model: AutoencoderTiny, norm: nn.BatchNorm2d, folder: Path) -> None:
    """Fold the latent statistics into the encoder's last convolution and save in diffusers format."""
    folded = copy.deepcopy(model)
    last = folded.encoder.layers[-1]
    scale = 1 / (norm.running_var + norm.eps).sqrt()
    last.weight.data *= scale[:, None, None, None]
    last.bias.data = (last.bias.data - norm.running_mean) * scale
    folded.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("block_out_channels", None)  # written by the class and refused by it on loading
    (folder / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


def is_kept_back(record: dict) -> bool:
    """Whether the autoencoder never learns from this drawing (one in forty)."""
    return (
        int(
            hashlib.sha256(f"{record['style']}|{record['file']}|autoencoder".encode()).hexdigest(),
            16,
        )
        % 40
        == 0
    )


class Training:
    """The autoencoder, the statistics of its latents and its optimiser; on disk in DIR/autoencoder.pt."""

    def __init__(self, work: Path, start: Path | None, keep_latents: bool) -> None:
        self.checkpoint, self.log, self.keep = (
            work / "autoencoder.pt",
            work / "autoencoder.log",
            keep_latents,
        )
        self.model, self.norm = (
            new_autoencoder().to(memory_format=torch.channels_last),
            nn.BatchNorm2d(4, affine=False),
        )
        self.step, self.used = 0, 0.0
        if start and not self.checkpoint.exists():
            take_over(self.model, AutoencoderTiny.from_pretrained(start, torch_dtype=torch.float32))
        state = torch.load(self.checkpoint, weights_only=True) if self.checkpoint.exists() else None
        if state:
            self.model.load_state_dict(state["model"]), self.norm.load_state_dict(state["norm"])
            self.step, self.used = state["step"], state["seconds"]
        if keep_latents:
            self.model.encoder.requires_grad_(False)
        self.norm.eval()
        self.optimiser = torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad],
            betas=(0.9, 0.99),
            weight_decay=0,
        )
        if state and "optimiser" in state and state.get("keep_latents") == keep_latents:
            self.optimiser.load_state_dict(state["optimiser"])
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        if state and "average" in state:
            self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def follow(self, wholes: torch.Tensor) -> None:
        """Move the latents' statistics a little towards those of whole pictures (all the way on the first look)."""
        raw = self.model.encoder(wholes)
        share = 1.0 if self.step == 0 else 0.1
        (
            self.norm.running_mean.lerp_(raw.mean((0, 2, 3)), share),
            self.norm.running_var.lerp_(raw.var((0, 2, 3)), share),
        )

    def learn(self, pictures: torch.Tensor) -> float:
        latent = self.norm(self.model.encoder(pictures))
        restored = self.model.decoder(latent + LATENT_NOISE * torch.randn_like(latent))
        difference = restored - pictures
        loss = (
            difference.pow(2).mean() * 4
            + difference.abs().mean()
            + EDGES * (edges(restored) - edges(pictures)).abs().mean()
        )
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        with torch.no_grad():
            for kept, new in zip(self.average.parameters(), self.model.parameters()):
                kept.lerp_(new, max(0.005, 1 / (self.step + 1)))
        return loss.item()

    @torch.no_grad()
    def quality(self, held: torch.Tensor) -> float:
        return peak_signal_to_noise(
            torch.cat(
                [
                    self.average.decoder(self.norm(self.average.encoder(part))).clamp(-1, 1)
                    for part in held.split(16)
                ]
            ),
            held,
        )

    def save(self, seconds: float) -> None:
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "norm": self.norm.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": seconds,
            "keep_latents": self.keep,
        }
        torch.save(state, self.checkpoint.with_suffix(".part"))
        self.checkpoint.with_suffix(".part").replace(self.checkpoint)


def train(
    work: Path, minutes: float, learning_rate: float, start: Path | None, keep_latents: bool
) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(int(time.time()))
    rgba = torch.from_numpy(np.load(work / "pictures.npz")["rgba"]).permute(0, 3, 1, 2).contiguous()
    is_held = torch.tensor([is_kept_back(record) for record in read_records(work)])
    held, rgba = composite(rgba[is_held].float() / 255, torch.ones(1, 3, 1, 1)), rgba[~is_held]
    training = Training(work, start, keep_latents)
    started, own, losses, told = time.process_time(), 0, [], 0.0
    while True:
        elapsed = time.process_time() - started  # processor time: others work on the same cores
        progress = min(1.0, elapsed / (minutes * 60))
        for group in training.optimiser.param_groups:
            group["lr"] = learning_rate * min(1.0, (own + 1) / 100) * (1 - 0.95 * progress)
        if training.step % WHOLE_EVERY == 0 and not keep_latents:
            training.follow(random_pictures(rgba, 16))
        losses.append(
            training.learn(
                lively_crops(random_pictures(rgba, BATCH)).contiguous(
                    memory_format=torch.channels_last
                )
            )
        )
        own += 1
        if elapsed - told > 120 or progress >= 1:
            told = elapsed
            line = {
                "step": training.step,
                "samples": training.step * BATCH,
                "seconds": round(training.used + elapsed),
                "loss": round(sum(losses) / len(losses), 4),
                "psnr_db": round(training.quality(held), 2),
            }
            print(json.dumps(line), flush=True)
            with training.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            losses = []
            training.save(training.used + elapsed)
        if progress >= 1:
            break
    export(training.average, training.norm, work / "vae")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--start", type=Path, help="folder of a finished autoencoder to go on from")
    parser.add_argument("--keep-latents", action="store_true", help="train the decoder only")
    options = parser.parse_args()
    train(options.work, options.minutes, options.learning_rate, options.start, options.keep_latents)
