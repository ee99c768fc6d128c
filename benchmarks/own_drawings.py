"""What teaching the picture model one's own drawings brings, on the practice drawings.

Run: python -m benchmarks.own_drawings --out DIR --minutes 4   (prints every figure of
docs/teach_your_own.md and writes the pictures as grids) The machine should have nothing else to do.
`--ways` compares what is learned and whether other things are shown meanwhile; where other programs
run too, `--minutes 30 --steps 800` gives every way the same number of steps.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from PIL import Image

from course_utils.engines import engine_for
from course_utils.finetune import evaluate_pictures as look_back
from course_utils.finetune import pictures as teaching
from course_utils.finetune.practice_drawings import example_drawings
from course_utils.pictures.png import open_picture
from course_utils.portfolio.store import Portfolio

WAYS = {
    "attention and convolutions": {},
    "attention only": {"LEARNING": ["to_q", "to_k", "to_v", "to_out.0"]},
    "a few layers whole": {"whole": True},
    "nothing else shown": {"protect": False},
    "one drawing": {"only_one": True},
}
ASKED = [
    "{}",
    "{} waving",
    "{} with a red hat",
    "a green {}",
    "{} on a blue background",
    "two {}",
    "a red heart",
    "a cat",
]


class FewLayersPupil(teaching.PicturePupil):
    """In place of thin matrices beside many layers: the keys and values that the words are read by,
    learned whole (Custom Diffusion, Kumari et al. 2023).

    In the file stand the 32 strongest directions of what has changed; `kept` is their share of it,
    squared.
    """

    RANK, RATE, LAYERS = 32, 2e-4, ("attn2.to_k.weight", "attn2.to_v.weight")

    def __init__(self, engine, *others) -> None:
        import copy

        import torch

        super().__init__(engine, *others)
        self.before = engine.pipeline.unet.state_dict()
        self.unet = copy.deepcopy(engine.pipeline.unet).requires_grad_(False)
        self.thin = {
            name: weight.requires_grad_()
            for name, weight in self.unet.named_parameters()
            if name.endswith(self.LAYERS)
        }
        self.weights = {**self.thin, teaching.WORD: self.vector}
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [*self.thin.values()], "rate": self.RATE},
                {"params": [self.vector], "rate": teaching.WORD_RATE},
            ],
            lr=self.RATE,
            weight_decay=0.0,
        )
        self.pipeline.unet = self.unet

    def learned(self) -> dict:
        import torch

        found, kept = {teaching.WORD: self.vector.detach().numpy()}, []
        for name, weight in self.thin.items():
            left, size, right = torch.linalg.svd(
                (weight - self.before[name]).detach(), full_matrices=False
            )
            kept.append(
                float(size[: self.RANK].square().sum() / size.square().sum().clamp_min(1e-12))
            )
            place = teaching.PREFIX + name.removesuffix(".weight")
            found |= {
                f"{place}.lora_A.weight": right[: self.RANK].numpy(),
                f"{place}.lora_B.weight": (left * size)[:, : self.RANK].numpy(),
            }
        FewLayersPupil.kept = min(kept)
        return found


def measure(
    name: str,
    minutes: float,
    out: Path,
    learning: list[str] | None = None,
    whole: bool = False,
    **settings,
) -> dict:
    """Teach once; figures, and a grid of pictures in `out`."""
    engine, portfolio = engine_for("image"), Portfolio(out / name)
    usual = teaching.LEARNING, teaching.PicturePupil, teaching.RANK
    teaching.LEARNING = learning or teaching.LEARNING
    if whole:
        teaching.PicturePupil, teaching.RANK = FewLayersPupil, FewLayersPupil.RANK
    began, worked = time.monotonic(), time.process_time()
    try:
        own, _ = teaching.teach(
            engine,
            portfolio,
            example_drawings()[: 1 if settings.get("only_one") else None],
            name,
            minutes=minutes,
            **settings,
        )
    finally:
        teaching.LEARNING, teaching.PicturePupil, teaching.RANK = usual
    took, cpu = time.monotonic() - began, time.process_time() - worked
    forgotten, copied = (
        look_back.forgotten(engine, own),
        look_back.copied(engine, portfolio, own, count=8),
    )
    rows = []  # three before, six after, the first three with the same seeds
    for prompt in ASKED:
        before = look_back.draw(engine, prompt.format(name), 3, 21)
        after = (
            look_back.draw(engine, prompt.format(name), 6, 21, own)
            if "{}" in prompt
            else [look_back.draw_plain(engine, prompt, 21 + number, own) for number in range(6)]
        )
        rows.append([open_picture(one.content) for one in before + after])
    grid(rows, out / f"{name}.png")
    size = (portfolio.folder / "my_models" / name / f"{name}.safetensors").stat().st_size
    numbers = (
        sum(values.size for values in own.tensors.values())
        if not whole
        else sum(
            weight.numel()
            for place, weight in engine.pipeline.unet.named_parameters()
            if place.endswith(FewLayersPupil.LAYERS)
        )
        + own.tensors[teaching.WORD].size
    )
    return {
        "model": own.card.base_revision,
        "numbers": numbers,
        **({"kept": FewLayersPupil.kept} if whole else {}),
        "steps": own.card.steps,
        "seconds in all": round(took, 1),
        "processor seconds": round(cpu, 1),
        "file MB": round(size / 1e6, 2),
        "forgotten": forgotten.figures,
        "copied": copied.figures,
    }


def grid(rows: list[list], path: Path, side: int = 96) -> None:
    sheet = Image.new(
        "RGB", (max(len(row) for row in rows) * (side + 4), len(rows) * (side + 4)), "grey"
    )
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            sheet.paste(
                picture.resize((side, side), Image.Resampling.BICUBIC),
                (across * (side + 4), down * (side + 4)),
            )
    sheet.save(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument(
        "--steps", type=int, help="end after so many steps, for a machine that is not free"
    )
    parser.add_argument("--ways", action="store_true", help="also the other ways")
    parser.add_argument("--only", nargs="*", help="of the ways, these")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number, (way, settings) in enumerate(WAYS.items() if options.ways else [*WAYS.items()][:1]):
        settings = dict(settings)
        if options.only and way not in options.only:
            continue
        print(
            json.dumps(
                {
                    "way": way,
                    **measure(
                        "blob" + "abcdef"[number],
                        options.minutes,
                        options.out,
                        settings.pop("LEARNING", None),
                        most_steps=options.steps,
                        **settings,
                    ),
                }
            ),
            flush=True,
        )
