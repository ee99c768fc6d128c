"""Train the enlarger: 48 px drawings to 192 px, a network small enough for plain numpy.

Run: python -m training.image.train_upscaler --work DIR --pictures DIR --sources DIR --minutes 30
(run again to go on from the checkpoint)
     python -m training.image.train_upscaler --work DIR --pictures DIR --export
     (writes the shipped folder and prints the figures)

`--pictures` is where `training.image.data` has written and where the picture model's autoencoder
lies (`vae`), `--sources` where the packages lie. Large originals: every third drawing by a hand
that works in vectors, drawn at 192 px, and of Fluent 3-D (256 px). Every original is put on white
or on a colour, at several sizes. Half of the small pictures are the large ones made small (box,
Lanczos, a little blur); the other half went through the picture model's autoencoder too, with noise
on its latents, because the pictures to enlarge come from its decoder. One thing in 20 is held out
in all styles. A new training begins from the enlarger that ships. Minutes are minutes of processor
time.

The network: convolutions with PReLU at the small size and one shuffle of channels into pixels,
added to the bilinear picture (SRVGGNet of Real-ESRGAN, Wang et al. 2021). Loss: error of pixels and
of differences between neighbours, absolute for large errors and squared for small ones: with purely
absolute errors the network stays at adding nothing.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import random
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter
from safetensors.torch import load_file, save_file
from torch import nn

from course_utils.models.embedded import FOLDER
from training.image.hands import HANDS
from training.image.vectors import Pack, draw_svg
from training.image.words_for_pictures import read_records

SMALL, LARGE, TIMES = 48, 192, 4
CHANNELS, LAYERS = 32, 8
CROP, BATCH = 24, 8  # pixels of the small picture
VIEWS, EACH = 2, 3  # compositions of every original; every third drawing
EDGES, SOFT = 0.5, 0.1


class Enlarger(nn.Module):
    """N x 3 x h x w in [0, 1] to N x 3 x 4h x 4w."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for number in range(LAYERS):
            layers += [
                nn.Conv2d(CHANNELS if number else 3, CHANNELS, 3, padding=1),
                nn.PReLU(CHANNELS, init=0.1),
            ]
        self.body = nn.Sequential(*layers, nn.Conv2d(CHANNELS, 3 * TIMES**2, 3, padding=1))
        # the default fades out over eight layers, and the network then learns to do nothing
        for layer in self.body[::2]:
            nn.init.kaiming_normal_(layer.weight, a=0.1)
            nn.init.zeros_(layer.bias)
        self.body[-1].weight.data *= 0.1

    def forward(self, small: torch.Tensor) -> torch.Tensor:
        return nn.functional.pixel_shuffle(
            self.body(small - 0.5), TIMES
        ) + nn.functional.interpolate(small, scale_factor=TIMES, mode="bilinear")


def held_out(label: str) -> bool:
    return zlib.crc32(label.encode()) % 20 == 0


def originals(sources: Path, pictures: Path) -> Iterator[tuple[str, Image.Image]]:
    """Pairs of a name and an RGBA picture of LARGE px, for every EACH-th drawing that the picture
    model is taught; no clip art and no people at work.
    """
    modules, packs = sources / "node_modules", {}
    records = [
        one for one in read_records(pictures) if "job" not in one and one["style"] != "clip art"
    ]
    for record in records[::EACH]:
        hand = HANDS[record["style"]]
        if record["style"] == "3d" and record["file"].endswith(".webp"):
            picture = Image.open(
                modules / "@lobehub/fluent-emoji-3d/assets" / record["file"]
            ).convert("RGBA")
            yield record["label"], picture.resize((LARGE, LARGE), Image.Resampling.LANCZOS)
            continue
        pack = packs.setdefault(hand.package, None) or Pack(modules / hand.package)
        packs[hand.package] = pack
        yield record["label"], draw_svg(pack.svg(record["file"]), LARGE)


def composed(picture: Image.Image, view: int, chance: random.Random) -> Image.Image:
    """A drawing on white (the first view) or on a colour, smaller and somewhere else."""
    if not view:
        ground, side = (255, 255, 255), LARGE
    else:
        ground, side = (
            tuple(chance.randrange(256) for _ in range(3)),
            round(LARGE * chance.uniform(0.5, 1)),
        )
    whole = Image.new("RGB", (LARGE, LARGE), ground)
    small = picture.resize((side, side), Image.Resampling.LANCZOS)
    if chance.random() < 0.5:
        small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    whole.paste(small, (chance.randint(0, LARGE - side), chance.randint(0, LARGE - side)), small)
    return whole


def prepare(work: Path, pictures: Path, sources: Path) -> None:
    """Write small.npy (through the autoencoder, N x SMALL x SMALL x 3), large.bin
    (PNGs one after another) and index.json.
    """
    from diffusers import AutoencoderTiny

    coder, chance = AutoencoderTiny.from_pretrained(pictures / "vae").eval(), random.Random(0)
    torch.manual_seed(0)
    index, smalls, batch, place = [], [], [], 0

    @torch.inference_mode()
    def through(batch: list[Image.Image]) -> np.ndarray:
        pixels = (
            torch.from_numpy(
                np.stack(
                    [
                        np.asarray(one.resize((SMALL, SMALL), Image.Resampling.LANCZOS))
                        for one in batch
                    ]
                )
            )
            .permute(0, 3, 1, 2)
            .float()
            / 127.5
            - 1
        )
        latents = coder.encode(pixels).latents
        latents = latents + torch.randn_like(latents) * 0.25 * torch.rand(len(batch), 1, 1, 1)
        return (
            ((coder.decode(latents).sample.clamp(-1, 1) + 1) * 127.5)
            .round()
            .byte()
            .permute(0, 2, 3, 1)
            .numpy()
        )

    with (work / "large.part").open("wb") as file:
        for label, picture in originals(sources, pictures):
            for view in range(VIEWS):
                whole = composed(picture, view, chance)
                buffer = io.BytesIO()
                whole.save(buffer, "PNG", compress_level=3)
                file.write(buffer.getvalue())
                index.append({"at": place, "bytes": buffer.tell(), "held_out": held_out(label)})
                place += buffer.tell()
                batch.append(whole)
                if len(batch) == 16:
                    smalls.append(through(batch))
                    batch = []
        if batch:
            smalls.append(through(batch))
    np.save(work / "small.npy", np.concatenate(smalls))
    (work / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (work / "large.part").rename(work / "large.bin")
    print(len(index), "pairs,", sum(one["held_out"] for one in index), "held out")


class Pairs:
    """Small and large pictures of one half of the things."""

    def __init__(self, work: Path, wanted: bool) -> None:
        every = json.loads((work / "index.json").read_text("utf-8"))
        self.entries = [
            (number, one) for number, one in enumerate(every) if one["held_out"] is wanted
        ]
        self.small, self.large = (
            np.load(work / "small.npy", mmap_mode="r"),
            (work / "large.bin").read_bytes(),
        )

    def pair(
        self, number: int, coded: bool, chance: random.Random
    ) -> tuple[np.ndarray, np.ndarray]:
        """uint8 pictures of SMALL and LARGE px."""
        place, entry = self.entries[number]
        large = Image.open(io.BytesIO(self.large[entry["at"] : entry["at"] + entry["bytes"]]))
        if coded:
            return self.small[place], np.asarray(large)
        source = (
            large.filter(ImageFilter.GaussianBlur(chance.uniform(0, 3)))
            if chance.random() < 0.5
            else large
        )
        return np.asarray(
            source.resize(
                (SMALL, SMALL),
                chance.choice(
                    [Image.Resampling.BOX, Image.Resampling.LANCZOS, Image.Resampling.BICUBIC]
                ),
            )
        ), np.asarray(large)

    def batch(self, chance: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
        """Crops in [0, 1], turned and mirrored at random, most of them where something is drawn."""
        smalls, larges = [], []
        while len(smalls) < BATCH:
            small, large = self.pair(
                chance.randrange(len(self.entries)), chance.random() < 0.6, chance
            )
            for _ in range(2):
                x, y = chance.randint(0, SMALL - CROP), chance.randint(0, SMALL - CROP)
                few, many = (
                    small[y : y + CROP, x : x + CROP],
                    large[y * TIMES : (y + CROP) * TIMES, x * TIMES : (x + CROP) * TIMES],
                )
                if many.std() < 4 and chance.random() < 0.9:
                    continue
                turn, mirror = chance.randrange(4), chance.random() < 0.5
                few, many = (np.rot90(one[:, ::-1] if mirror else one, turn) for one in (few, many))
                smalls.append(np.ascontiguousarray(few))
                larges.append(np.ascontiguousarray(many))
        return tensor(np.stack(smalls[:BATCH])), tensor(np.stack(larges[:BATCH]))


def tensor(pictures: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def loss_of(made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    apart = made - wanted
    across, down = apart[..., 1:] - apart[..., :-1], apart[..., 1:, :] - apart[..., :-1, :]
    return sum(
        weight * (part.pow(2) + SOFT**2).sqrt().mean()
        for weight, part in ((1, apart), (EDGES, across), (EDGES, down))
    )


def decibels(made: np.ndarray, wanted: np.ndarray) -> float:
    return float(
        10 * np.log10(255**2 / max(1e-9, ((made.astype(float) - wanted.astype(float)) ** 2).mean()))
    )


@torch.inference_mode()
def evaluate(model: nn.Module, pairs: Pairs, coded: bool, most: int = 60) -> tuple[float, float]:
    """Mean PSNR in dB of the network and of bicubic on held-out drawings."""
    mine, plain, chance = [], [], random.Random(1)
    for number in range(0, len(pairs.entries), max(1, len(pairs.entries) // most)):
        small, large = pairs.pair(number, coded, chance)
        made = (
            (model(tensor(np.array(small)[None]))[0].clamp(0, 1) * 255)
            .round()
            .byte()
            .permute(1, 2, 0)
            .numpy()
        )
        mine.append(decibels(made, large))
        plain.append(
            decibels(
                np.asarray(
                    Image.fromarray(np.array(small)).resize(
                        (LARGE, LARGE), Image.Resampling.BICUBIC
                    )
                ),
                large,
            )
        )
    return float(np.mean(mine)), float(np.mean(plain))


def train(work: Path, minutes: float, rate: float) -> None:
    torch.set_num_threads(1)
    model = Enlarger().to(memory_format=torch.channels_last)
    steady, checkpoint = copy.deepcopy(model), work / "upscaler.pt"
    step, used = 0, 0.0
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.99))
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        (
            model.load_state_dict(kept["model"]),
            steady.load_state_dict(kept["steady"]),
            optimizer.load_state_dict(kept["optimizer"]),
        )
        step, used = kept["step"], kept["seconds"]
    elif (FOLDER / "upscaler/model.safetensors").exists():
        for network in (model, steady):
            network.body.load_state_dict(
                {
                    name: value.float()
                    for name, value in load_file(FOLDER / "upscaler/model.safetensors").items()
                }
            )
    pairs, held, chance = Pairs(work, False), Pairs(work, True), random.Random()
    began = told = time.process_time()
    mean = None
    while (share := (time.process_time() - began) / (60 * minutes)) < 1:
        for group in optimizer.param_groups:
            # falls over the second half
            group["lr"] = rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * min(1, 2 * (1 - share)))
        small, large = pairs.batch(chance)
        loss = loss_of(model(small.contiguous(memory_format=torch.channels_last)), large)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        with torch.no_grad():
            for kept, new in zip(steady.parameters(), model.parameters(), strict=True):
                kept.lerp_(new, max(0.005, 1 / (step + 1)))
        if time.process_time() - told > 120:
            told = time.process_time()
            save(checkpoint, model, steady, optimizer, step, used + told - began)
            print(
                f"{step} steps, {(used + told - began) / 60:.0f} min, loss {mean:.4f}, coded"
                f" {evaluate(steady, held, True, 20)}, plain {evaluate(steady, held, False, 20)}",
                flush=True,
            )
    save(checkpoint, model, steady, optimizer, step, used + time.process_time() - began)


def save(checkpoint: Path, model, steady, optimizer, step: int, seconds: float) -> None:
    torch.save(
        {
            "model": model.state_dict(),
            "steady": steady.state_dict(),
            "optimizer": optimizer.state_dict(),
            "step": step,
            "seconds": seconds,
        },
        checkpoint.with_suffix(".part"),
    )
    checkpoint.with_suffix(".part").replace(checkpoint)


def export(work: Path, folder: Path) -> None:
    """Write model.safetensors (16 bits) and print the figures of the model card."""
    kept = torch.load(work / "upscaler.pt", weights_only=True)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            name.removeprefix("body."): value.half().contiguous()
            for name, value in kept["steady"].items()
        },
        folder / "model.safetensors",
    )
    model = Enlarger()
    model.load_state_dict(
        {
            f"body.{name}": value.float()
            for name, value in load_file(folder / "model.safetensors").items()
        }
    )
    held = Pairs(work, True)
    print(
        f"{sum(p.numel() for p in model.parameters())} numbers, {kept['step']} steps of {BATCH}"
        f" crops, {kept['seconds'] / 60:.0f} minutes, {len(held.entries)} held-out pictures"
    )
    for name, coded in (("made small", False), ("through the autoencoder", True)):
        mine, plain = evaluate(model, held, coded, 113)
        print(f"{name}: {mine:.2f} dB, bicubic {plain:.2f} dB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for downloads, pairs and checkpoints"
    )
    parser.add_argument(
        "--pictures", type=Path, required=True, help="folder of training.image.data"
    )
    parser.add_argument(
        "--sources", type=Path, help="folder of downloads; as --pictures where it is not given"
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--export", action="store_true")
    given = parser.parse_args()
    if not (given.work / "large.bin").exists():
        prepare(given.work, given.pictures, given.sources or given.pictures)
    if given.export:
        export(given.work, FOLDER / "upscaler")
    else:
        train(given.work, given.minutes, given.rate)
