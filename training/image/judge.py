"""Train the judge: a small picture classifier that knows nothing of the generator,
so that evaluate.py can ask what a picture shows.

Run: python -m training.image.judge --work DIR --minutes 15   (after data.py and
train_autoencoder.py; run again to go on)

It learns from the training pictures with augmentation (size, place, angle, mirror, background,
brightness, blur), seen at 24 x 24 px, where the autoencoder's softness hardly shows, and answers
four questions: which thing (of the everyday ones and those of asked.py, or something else), in
which style, painted in which colour, and how many.
One drawing in eight (a thing in one style) is kept from it; its accuracy on those, and on new views
of the others, is printed and goes with every figure it helps to make.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from PIL import Image, ImageEnhance, ImageFilter
from safetensors.torch import load_file, save_file
from torch import nn

from course_utils.models.embedded import FOLDER as EMBEDDED
from training.image.asked import FOLLOWERS, SYNONYMS, THINGS
from training.image.compose import PAINTS, RECOLOURED_GROUPS, on_canvas, outlined, paint, pixelated
from training.image.hands import HANDS
from training.image.scenery import PLACES, place
from training.image.words_for_pictures import BACKGROUNDS, read_records

MADE = ["pixel", "outline"]
STYLES = [*HANDS, *MADE]
COLOURS = list(PAINTS)  # asked of what is painted: a thing's own colour may be any of them
ELSE = "something else"  # one class for all other things; one picture in five
BATCH = 64
WIDTHS = (32, 48, 96, 128, 192, 256)  # channels behind each convolution


class Judge(nn.Module):
    """Pictures (N x 3 x S x S, RGB in [-1, 1], looked at as 48 px) to logits: things, style,
    colour, count less one; and features (N x 256).
    """

    def __init__(self, things: int, styles: list[str]) -> None:
        super().__init__()
        self.styles = styles
        one, two, three, four, five, six = WIDTHS

        def block(inputs: int, outputs: int, stride: int) -> list[nn.Module]:
            return [
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            ]

        self.body = nn.Sequential(
            *block(3, one, 1),
            *block(one, two, 1),
            *block(two, three, 2),
            *block(three, four, 1),
            *block(four, five, 2),
            *block(five, six, 1),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
        )
        self.feature = nn.Sequential(nn.Linear(4 * six, 256), nn.ReLU())
        self.heads = nn.ModuleDict(
            {
                "thing": nn.Linear(256, things),
                "style": nn.Linear(256, len(styles)),
                "colour": nn.Linear(256, len(COLOURS)),
                "count": nn.Linear(256, 3),
            }
        )

    def forward(self, pictures: torch.Tensor) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        if pictures.shape[-1] != 48:
            pictures = nn.functional.interpolate(
                pictures, (48, 48), mode="bilinear", antialias=True
            )
        features = self.feature(self.body(nn.functional.avg_pool2d(pictures, 2)))
        return {name: head(features) for name, head in self.heads.items()}, features


def judged_things(records: list[dict]) -> list[str]:
    """The labels the judge tells apart: what asked.py names, and the everyday things that are no
    faces; last, something else.
    """
    named = {
        label
        for asked in (THINGS, SYNONYMS, FOLLOWERS)
        for labels in asked.values()
        for label in labels
    }
    return [
        *sorted(
            named
            | {record["label"] for record in records if record["everyday"] and record["group"] != 0}
        ),
        ELSE,
    ]


def is_kept_back(record: dict) -> bool:
    """Whether the judge never learns from this drawing."""
    return (
        hashlib.sha256(f"{record['label']}|{record['style']}|judge".encode()).digest()[0] % 8 == 0
    )


def view(
    picture: Image.Image, record: dict, rng: random.Random
) -> tuple[np.ndarray, tuple[int, int, int]]:
    """One augmented view (uint8, size x size x 3) and its style, colour and count as numbers;
    colour is -1 where nothing is painted.
    """
    size, style, colour, count = picture.width, STYLES.index(record["style"]), -1, 1
    if rng.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = picture.rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)
    what = rng.choices(["plain", "painted", "made", "number", "place"], [40, 20, 10, 15, 15])[0]
    parts = [
        (
            picture,
            0.5 + rng.uniform(-0.08, 0.08),
            0.5 + rng.uniform(-0.08, 0.08),
            rng.uniform(0.75, 1.1),
        )
    ]
    if what == "painted" and record["group"] in RECOLOURED_GROUPS:
        colour = rng.randrange(len(COLOURS))
        parts = [(paint(picture, PAINTS[COLOURS[colour]]), *parts[0][1:])]
    elif what == "made":
        made_style = rng.choice(MADE)
        style = STYLES.index(made_style)
        parts = [((pixelated if made_style == "pixel" else outlined)(picture), 0.5, 0.5, 1.0)]
    elif what == "number":
        count = rng.choice([2, 3])
        places = (
            [(0.26, 0.5), (0.74, 0.5)] if count == 2 else [(0.5, 0.27), (0.26, 0.73), (0.74, 0.73)]
        )
        parts = [
            (
                picture,
                x + rng.uniform(-0.04, 0.04),
                y + rng.uniform(-0.04, 0.04),
                rng.uniform(0.42, 0.52),
            )
            for x, y in places
        ]
    elif what == "place":
        parts = [
            (picture, rng.uniform(0.28, 0.72), rng.uniform(0.35, 0.65), rng.uniform(0.45, 0.7))
        ]
    ground: Image.Image | tuple[int, int, int] = (255, 255, 255)
    if style < len(HANDS) and rng.random() < 0.3:
        ground = (
            place(rng.choice(list(PLACES)), size, rng)
            if rng.random() < 0.4
            else rng.choice(list(BACKGROUNDS.values()))
        )
    made = on_canvas(parts, size, ground)
    made = ImageEnhance.Brightness(made).enhance(rng.uniform(0.85, 1.12))
    made = ImageEnhance.Contrast(made).enhance(rng.uniform(0.85, 1.12))
    if rng.random() < 0.3:
        made = made.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    return np.asarray(made), (style, colour, count - 1)


def views(
    sprites: list[Image.Image],
    records: list[dict],
    numbers: list[int],
    size: int,
    rng: random.Random,
    others: list[int],
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """A batch of views of randomly picked drawings, one in five of them of something else
    (`others`: their places), and what is right for each.
    """
    elsewhere = set(others)
    known = [i for i in range(len(sprites)) if i not in elsewhere]
    share = [HANDS[records[i]["style"]].weight for i in known]  # as hands are taught
    pick = [*rng.choices(known, share, k=size - size // 5), *rng.choices(others, k=size // 5)]
    made = [view(sprites[i], records[i], rng) for i in pick]
    pictures = (
        torch.from_numpy(np.stack([m[0] for m in made])).permute(0, 3, 1, 2).float() / 127.5 - 1
    )
    right = {
        name: torch.tensor([m[1][place] for m in made])
        for place, name in enumerate(("style", "colour", "count"))
    }
    return pictures, {"thing": torch.tensor([numbers[i] for i in pick]), **right}


@torch.no_grad()
def through(vae: AutoencoderTiny, pictures: torch.Tensor) -> torch.Tensor:
    """Pictures as the autoencoder gives them back."""
    return vae.decode(vae.encode(pictures).latents).sample.clamp(-1, 1)


def load_judge(work: Path) -> tuple[Judge, list[str], dict[str, float]]:
    """The trained judge, the labels of its things in order, and its accuracy: the one in `work`,
    else the one that ships.
    """
    folder = work if (work / "judge.json").exists() else EMBEDDED / "judge"
    about = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
    judge = Judge(len(about["labels"]), about["styles"])
    judge.load_state_dict(load_file(folder / "judge.safetensors"))  # copied into 32 bits
    return judge.eval(), about["labels"], about["accuracy"]


@torch.no_grad()
def accuracy(
    judge: Judge,
    vae: AutoencoderTiny,
    sprites: list[Image.Image],
    records: list[dict],
    numbers: list[int],
    rounds: int = 24,
) -> dict[str, float]:
    """Share right for each question on fresh views, all through the autoencoder."""
    judge.eval()
    rng, hits, asked = (
        random.Random(1),
        dict.fromkeys(judge.heads, 0.0),
        dict.fromkeys(judge.heads, 0),
    )
    others = [place for place, number in enumerate(numbers) if number == max(numbers)]
    hits["thing_in_five"], asked["thing_in_five"] = 0.0, 0
    for _ in range(rounds):
        pictures, right = views(sprites, records, numbers, BATCH, rng, others)
        answers, _ = judge(through(vae, pictures))
        for name, answer in answers.items():
            told = right[name] >= 0
            hits[name] += (answer.argmax(1) == right[name])[told].sum().item()
            asked[name] += int(told.sum())
        hits["thing_in_five"] += (
            (answers["thing"].topk(5).indices == right["thing"][:, None]).any(1).sum().item()
        )
        asked["thing_in_five"] += BATCH
    return {name: round(hits[name] / asked[name], 3) for name in hits}


def train(work: Path, minutes: float) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    records = read_records(work)
    sprites = [Image.fromarray(rgba) for rgba in np.load(work / "pictures.npz")["rgba"]]
    labels = judged_things(records)
    numbers = [
        labels.index(record["label"] if record["label"] in labels else ELSE) for record in records
    ]
    kept = [i for i, record in enumerate(records) if is_kept_back(record)]
    used = [i for i, record in enumerate(records) if not is_kept_back(record)]
    vae = AutoencoderTiny.from_pretrained(work / "vae", torch_dtype=torch.float32).eval()
    judge, checkpoint = (
        Judge(len(labels), STYLES).to(memory_format=torch.channels_last),
        work / "judge.pt",
    )
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.02)
    seen = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        judge.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        seen = state["seen"]
    rng, started, losses = random.Random(time.time()), time.process_time(), []
    others = [place for place, i in enumerate(used) if labels[numbers[i]] == ELSE]
    mine = [[sprites[i] for i in used], [records[i] for i in used], [numbers[i] for i in used]]
    progress = 0.0
    while progress < 1:
        progress = min(1.0, (time.process_time() - started) / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * max(0.02, min(1.0, 2 * (1 - progress)))
        pictures, right = views(*mine, BATCH, rng, others)
        soft = rng.sample(range(BATCH), BATCH // 16)
        pictures[soft] = through(vae, pictures[soft])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answers, _ = judge.train()(pictures.contiguous(memory_format=torch.channels_last))
        loss = sum(
            nn.functional.cross_entropy(
                answers[name].float(),
                right[name],
                ignore_index=-1,
                label_smoothing=0.05 if name == "thing" else 0.0,
            )
            * (1.0 if name == "thing" else 0.3)
            for name in answers
        )
        optimiser.zero_grad(), loss.backward(), optimiser.step()
        seen += BATCH
        losses.append(loss.item())
        if len(losses) == 100 or progress >= 1:
            print(
                json.dumps(
                    {
                        "seen": seen,
                        "seconds": round(time.process_time() - started),
                        "loss": round(float(np.mean(losses)), 3),
                    }
                ),
                flush=True,
            )
            losses = []
            torch.save(
                {"model": judge.state_dict(), "optimiser": optimiser.state_dict(), "seen": seen},
                checkpoint,
            )
    figures = {
        f"{name}_{title}": value
        for title, part in (("new_views", used), ("kept_drawings", kept))
        for name, value in accuracy(
            judge,
            vae,
            [sprites[i] for i in part],
            [records[i] for i in part],
            [numbers[i] for i in part],
        ).items()
    }
    save_file(
        {name: value.contiguous() for name, value in judge.state_dict().items()},
        work / "judge.safetensors",
    )
    (work / "judge.json").write_text(
        json.dumps(
            {
                "labels": labels,
                "styles": STYLES,
                "colours": COLOURS,
                "views_seen": seen,
                "accuracy": figures,
            }
        ),
        encoding="utf-8",
    )
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=15)
    options = parser.parse_args()
    train(options.work, options.minutes)
