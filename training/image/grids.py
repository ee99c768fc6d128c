"""Unpicked grids of a picture model for docs/pictures.md: sixty prompts, four candidates each, and
the twenty prompts that the judge finds worst.

Run: python -m training.image.grids --work DIR --pipeline FOLDER --before FOLDER --out docs/pictures
It writes sixty_before.webp, sixty_after.webp and worst.webp, and prints the prompts of each.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from training.image.asked import THINGS
from training.image.evaluate import Looker
from training.image.sampling import Sampler

SIXTY, WORST, COLUMNS = 60, 20, 10
SHOWN = 48  # pixels of a picture
GAP = 6


def fours(sampler: Sampler, prompts: list[str]) -> list[list[Image.Image]]:
    """Four candidates a prompt, with the seeds 0 to 3."""
    return [sampler.draw([prompt] * 4, list(range(4))) for prompt in prompts]


def sheet(sets: list[list[Image.Image]]) -> Image.Image:
    """Two by two for each prompt, ten prompts a row."""
    cell = 2 * SHOWN + GAP
    whole = Image.new("RGB", (COLUMNS * cell, -(-len(sets) // COLUMNS) * cell), "white")
    for number, four in enumerate(sets):
        left, top = number % COLUMNS * cell, number // COLUMNS * cell
        for place, picture in enumerate(four):
            at = left + place % 2 * SHOWN, top + place // 2 * SHOWN
            whole.paste(picture.resize((SHOWN, SHOWN), Image.Resampling.LANCZOS), at)
    return whole


def worst(looker: Looker, sets: list[list[Image.Image]], prompts: list[str]) -> list[int]:
    """The places of the prompts with the least probability of the right thing, on average."""
    sure = []
    for prompt, four in zip(prompts, sets):
        right = [looker.labels.index(name) for name in THINGS[prompt] if name in looker.labels]
        pixels = torch.from_numpy(np.stack([np.asarray(one) for one in four]))
        with torch.no_grad():
            answers, _ = looker.judge(pixels.permute(0, 3, 1, 2).float() / 127.5 - 1)
        sure.append(float(answers["thing"].softmax(1)[:, right].sum(1).mean()))
    return sorted(range(len(sets)), key=sure.__getitem__)[:WORST]


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("work", "pipeline", "before", "out"):
        asked.add_argument(f"--{name}", type=Path, required=True)
    options = asked.parse_args()
    prompts = list(THINGS)
    before = fours(Sampler(options.before), prompts[:SIXTY])
    after = fours(Sampler(options.pipeline), prompts)
    bad = worst(Looker(options.work), after, prompts)
    for name, sets in (
        ("sixty_before", before),
        ("sixty_after", after[:SIXTY]),
        ("worst", [after[place] for place in bad]),
    ):
        sheet(sets).save(options.out / f"{name}.webp", quality=80, method=6)
    print("sixty:", ", ".join(prompts[:SIXTY]))
    print("worst:", ", ".join(prompts[place] for place in bad))


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
