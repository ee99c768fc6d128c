"""What teaching the picture model one's own drawings brings, on the practice drawings.

Run: python -m benchmarks.own_drawings --out DIR --minutes 4   (prints every figure of docs/teach_your_own.md and writes the pictures as grids)
The machine should have nothing else to do. `--ways` compares what is learned and whether other things are shown meanwhile.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from PIL import Image

from course_utils.engines import engine_for
from course_utils.media.picture import open_picture
from course_utils.portfolio.store import Portfolio
from course_utils.taste import look_back, teaching
from course_utils.taste.example_drawings import example_drawings

WAYS = {"attention and convolutions": {}, "attention only": {"LEARNING": ["to_q", "to_k", "to_v", "to_out.0"]}, "nothing else shown": {"protect": False}, "one drawing": {"only_one": True}}
ASKED = ["{}", "{} waving", "{} with a red hat", "a green {}", "{} on a blue background", "two {}", "a red heart", "a cat"]


def measure(name: str, minutes: float, out: Path, learning: list[str] | None = None, **settings) -> dict:
    """Teach once; figures, and a grid of pictures in `out`."""
    engine, portfolio = engine_for("image"), Portfolio(out / name)
    usual, teaching.LEARNING = teaching.LEARNING, learning or teaching.LEARNING
    began, worked = time.monotonic(), time.process_time()
    try:
        own, _ = teaching.teach(engine, portfolio, example_drawings()[: 1 if settings.get("only_one") else None], name, minutes=minutes, **settings)
    finally:
        teaching.LEARNING = usual
    took, cpu = time.monotonic() - began, time.process_time() - worked
    forgotten, copied = look_back.forgotten(engine, own), look_back.copied(engine, portfolio, own, count=8)
    rows = []  # three before, six after, the first three with the same seeds
    for prompt in ASKED:
        before = look_back.draw(engine, prompt.format(name), 3, 21)
        after = look_back.draw(engine, prompt.format(name), 6, 21, own) if "{}" in prompt else [look_back.draw_plain(engine, prompt, 21 + number, own) for number in range(6)]
        rows.append([open_picture(one.content) for one in before + after])
    grid(rows, out / f"{name}.png")
    size = (portfolio.folder / "my_models" / name / f"{name}.safetensors").stat().st_size
    return {"steps": own.card.steps, "seconds in all": round(took, 1), "processor seconds": round(cpu, 1), "file MB": round(size / 1e6, 2), "forgotten": forgotten.figures, "copied": copied.figures}


def grid(rows: list[list], path: Path, side: int = 96) -> None:
    sheet = Image.new("RGB", (max(len(row) for row in rows) * (side + 4), len(rows) * (side + 4)), "grey")
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            sheet.paste(picture.resize((side, side), Image.Resampling.BICUBIC), (across * (side + 4), down * (side + 4)))
    sheet.save(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--steps", type=int, help="end after so many steps, for a machine that is not free")
    parser.add_argument("--ways", action="store_true", help="also the other ways")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for number, (way, settings) in enumerate(WAYS.items() if options.ways else [*WAYS.items()][:1]):
        settings = dict(settings)
        print(json.dumps({"way": way, **measure("blob" + "abcdef"[number], options.minutes, options.out, settings.pop("LEARNING", None), most_steps=options.steps, **settings)}), flush=True)
