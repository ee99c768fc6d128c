"""Train the judge of people: a small network apart from the picture model,
which says how a drawing presents a person and which skin tone it has.

Run: python -m training.sources.people --work DIR --minutes 10      (after training.image.data and
training.sources.index; one core)

It learns from every drawing of one person by the three publishers that exists as woman, man and
person (jobs, gestures, sports), in yellow and five skin tones, and from other things as "nobody".
Half of the views went through the picture model's autoencoder, so that its softness does not count
as a feature. Four jobs are kept from it; its accuracy and confusion matrices on them go with every
figure it helps to make.
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
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import affine_grid, avg_pool2d, cross_entropy, grid_sample

from course_utils.models.embedded import FOLDER
from course_utils.pictures.people_classifier import TONES, WHO
from course_utils.pictures.training_drawings import file_of, library, opened
from training.image.data import PEOPLE, STYLES, fetch, find_picture
from training.image.words_for_pictures import BACKGROUNDS

SIZE = 48  # pixels, as the judge of people sees
KEPT_BACK = {"student", "cook", "scientist", "pilot"}
FACES = (
    "face",
    "hand",
    "hands",
    "eye",
    "eyes",
    "ear",
    "nose",
    "foot",
    "brain",
    "tooth",
    "bone",
    "thumbs",
    "fist",
    "biceps",
    "handshake",
    "grinning",
    "smiling",
)
SUBGROUPS = range(24, 30)  # gestures, jobs, figures of fantasy, activities, sports, resting
SOFTENED = 0.5  # of the views
SURE = 0.6  # with lower odds the judge says "unclear"
BATCH, WIDTH = 64, (24, 32, 48, 64, 96, 96)


class PeopleJudge(nn.Module):
    """Pictures (N x 3 x 48 x 48, RGB in [-1, 1]) to logits of who and of tone."""

    def __init__(self) -> None:
        super().__init__()
        layers, inputs = [], 12
        for outputs, stride in zip(WIDTH, (1, 1, 2, 1, 2, 1)):
            layers += [
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(inplace=True),
            ]
            inputs = outputs
        self.body = nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten(), nn.Dropout(0.3))
        self.heads = nn.ModuleDict(
            {"who": nn.Linear(inputs * 9, len(WHO)), "tone": nn.Linear(inputs * 9, len(TONES))}
        )

    def forward(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        seen = self.body(nn.functional.pixel_unshuffle(pictures, 2))
        return {name: head(seen) for name, head in self.heads.items()}


def drawings(work: Path) -> list[tuple[np.ndarray, str, int, int]]:
    """Every drawing of one person that exists as woman, man and person: (RGBA, label without who,
    place in WHO, tone).
    """
    modules, found = fetch(work), []
    entries = [
        entry
        for entry in json.loads(
            (modules / "emojibase-data/en/data.json").read_text(encoding="utf-8")
        )
        if entry.get("subgroup") in SUBGROUPS and entry.get("skins")
    ]
    kinds: dict[str, dict[int, dict]] = {}
    for entry in entries:
        first, _, rest = entry["label"].partition(" ")
        who = WHO.index(first) if first in WHO[1:] else WHO.index("person")
        kinds.setdefault(rest if first in WHO[1:] else entry["label"], {})[who] = entry
    for kind, by_who in kinds.items():
        if len(by_who) == 3 and "facing right" not in kind:  # those are mirrored, as the views are
            for who, entry in by_who.items():
                for tone, code in [
                    (0, entry["hexcode"]),
                    *((skin["tone"], skin["hexcode"]) for skin in entry["skins"]),
                ]:
                    for folder, extension in STYLES.values():
                        path = find_picture(modules / folder, code, extension)
                        if path is not None and isinstance(tone, int):
                            found.append(
                                (
                                    np.asarray(
                                        Image.open(path)
                                        .convert("RGBA")
                                        .resize((SIZE, SIZE), Image.Resampling.LANCZOS)
                                    ),
                                    kind,
                                    who,
                                    tone,
                                )
                            )
    return found


def things() -> list[np.ndarray]:
    """Pictures with nobody in them; faces and hands are left out,
    since it is a matter of taste whether they are somebody.
    """
    names, about = {name.strip() for name in PEOPLE.split(";")}, library()[4]
    jobs = about.get("job") or [""] * len(about["labels"])
    places = [
        place
        for place, label in enumerate(about["labels"])
        if not jobs[place] and label not in names and not set(label.lower().split()) & set(FACES)
    ]
    return [np.asarray(opened(file_of(place))) for place in places]


@torch.no_grad()
def through(vae: AutoencoderTiny, pictures: torch.Tensor) -> torch.Tensor:
    """Pictures as the picture model's autoencoder gives them back."""
    return torch.cat(
        [vae.decode(vae.encode(some).latents).sample.clamp(-1, 1) for some in pictures.split(32)]
    )


def views(pictures: torch.Tensor, grounds: torch.Tensor, quiet: bool = False) -> torch.Tensor:
    """A view of each picture as the picture model might draw it: mirrored, moved, sized,
    a little turned, softer, lighter or darker; one in four on a colour.
    """
    count, weak = len(pictures), 0.5 if quiet else 1.0
    angle, size = (
        (torch.rand(count) - 0.5) * 0.3 * weak,
        1 + (torch.rand(count) - 0.35) * 0.35 * weak,
    )
    flip = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    turn = torch.stack(
        [
            torch.stack(
                [
                    flip * size * angle.cos(),
                    -size * angle.sin(),
                    (torch.rand(count) - 0.5) * 0.3 * weak,
                ],
                1,
            ),
            torch.stack(
                [
                    flip * size * angle.sin(),
                    size * angle.cos(),
                    (torch.rand(count) - 0.5) * 0.3 * weak,
                ],
                1,
            ),
        ],
        1,
    )
    seen = grid_sample(
        pictures,
        affine_grid(turn, list(pictures.shape), align_corners=False),
        padding_mode="border",
        align_corners=False,
    )
    on_colour = torch.rand(count) < 0.25
    ground = grounds[torch.randint(len(grounds), (count,))].view(-1, 3, 1, 1)
    white = (seen.amin(1, keepdim=True) > 0.93).float()
    seen = torch.where(on_colour.view(-1, 1, 1, 1), seen * (1 - white) + ground * white, seen)
    soft = avg_pool2d(nn.functional.pad(seen, (1, 1, 1, 1), mode="replicate"), 3, 1)
    share = torch.rand(count).view(-1, 1, 1, 1) * 0.7
    seen = torch.lerp(seen, soft, share)
    return ((seen + 1) * (0.92 + 0.16 * torch.rand(count).view(-1, 1, 1, 1)) - 1).clamp(-1, 1)


def as_numbers(pictures: list[np.ndarray]) -> torch.Tensor:
    """RGBA or RGB pictures on white as N x 3 x 48 x 48 in [-1, 1]."""
    made = []
    for picture in pictures:
        colour, alpha = (
            picture[..., :3].astype(np.float32),
            (picture[..., 3:].astype(np.float32) / 255 if picture.shape[-1] == 4 else 1.0),
        )
        made.append((colour * alpha + 255 * (1 - alpha)) / 127.5 - 1)
    return torch.from_numpy(np.stack(made)).permute(0, 3, 1, 2).contiguous()


def matrix(right: list[int], said: list[int], size: int) -> list[list[int]]:
    """Rows what was true, columns what was said; the last column: unclear."""
    table = np.zeros((size, size + 1), int)
    np.add.at(table, (right, said), 1)
    return table.tolist()


def train(work: Path, minutes: float, out: Path) -> None:
    torch.manual_seed(2)
    rng = random.Random(2)
    vae = AutoencoderTiny.from_pretrained(FOLDER / "image/vae", use_safetensors=True).eval()
    grounds = torch.tensor(list(BACKGROUNDS.values()), dtype=torch.float32) / 127.5 - 1
    known, empty = drawings(work), things()
    rng.shuffle(empty)
    print(
        len(known),
        "drawings of people,",
        len({kind for _, kind, *_ in known}),
        "kinds;",
        len(empty),
        "of nobody",
        flush=True,
    )
    mine = [one for one in known if one[1] not in KEPT_BACK]
    plain = as_numbers([one[0] for one in mine] + empty[150:])
    who, tone = (
        torch.tensor([one[2] for one in mine] + [0] * len(empty[150:])),
        torch.tensor([one[3] for one in mine] + [-1] * len(empty[150:])),
    )
    soft = through(vae, plain)
    model = PeopleJudge()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.02)
    began, seen, said = time.monotonic(), 0, 0.0
    while (used := (time.monotonic() - began) / 60 / minutes) < 1:
        places = torch.cat(
            [
                torch.randint(len(mine), (BATCH * 4 // 5,)),
                torch.randint(len(mine), len(plain), (BATCH - BATCH * 4 // 5,)),
            ]
        )
        picked = torch.where(
            (torch.rand(BATCH) < SOFTENED).view(-1, 1, 1, 1), soft[places], plain[places]
        )
        answers = model(views(picked, grounds))
        loss = cross_entropy(answers["who"], who[places], label_smoothing=0.05) + cross_entropy(
            answers["tone"], tone[places], ignore_index=-1, label_smoothing=0.05
        )
        optimiser.param_groups[0]["lr"] = 3e-3 * min(1, seen / 3000, (1 - used) / 0.5 + 0.01)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen += BATCH
        if time.monotonic() - said > 30:
            said = time.monotonic()
            print(f"{used:.0%}, {seen} views, loss {loss.item():.3f}", flush=True)
    model.eval()
    keep(model, seen, [one for one in known if one[1] in KEPT_BACK], empty[:150], vae, grounds, out)


@torch.no_grad()
def keep(
    model: PeopleJudge,
    seen: int,
    held: list,
    empty: list,
    vae: AutoencoderTiny,
    grounds: torch.Tensor,
    out: Path,
) -> None:
    """Measure on the jobs kept back, each drawing seen once through the autoencoder,
    and write the judge.
    """
    pictures = views(
        through(vae, as_numbers([one[0] for one in held] + empty)), grounds, quiet=True
    )
    odds = {name: said.softmax(1) for name, said in model(pictures).items()}
    who, tone = (
        torch.tensor([one[2] for one in held] + [0] * len(empty)),
        torch.tensor([one[3] for one in held]),
    )
    about: dict = {
        "views": seen,
        "sure": SURE,
        "kept_back": sorted(KEPT_BACK),
        "kept_views": len(pictures),
    }
    for name, names, right in (("who", WHO, who), ("tone", TONES, tone)):
        sure, said = odds[name][: len(right)].max(1)
        clear = sure >= SURE
        about[name] = {
            "names": names,
            "right": round((said == right).float().mean().item(), 3),
            "unclear": round(1 - clear.float().mean().item(), 3),
            "right_where_clear": round((said == right)[clear].float().mean().item(), 3),
            "matrix": matrix(
                right.tolist(), torch.where(clear, said, len(names)).tolist(), len(names)
            ),
        }
    save_file(
        {
            name: value.half().contiguous()
            for name, value in model.state_dict().items()
            if "num_batches" not in name
        },
        out / "people.safetensors",
    )
    (out / "people.json").write_text(json.dumps(about), encoding="utf-8")
    print(json.dumps(about, indent=1), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", type=Path, default=FOLDER / "judge")
    options = parser.parse_args()
    train(options.work, options.minutes, options.out)
