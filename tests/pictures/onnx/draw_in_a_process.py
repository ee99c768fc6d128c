"""Draws with the torch-free path in a fresh process and prints JSON: a hash of every picture made,
which big libraries are loaded, and the peak memory in MB. Run by tests, as a program."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from threading import RLock

from PIL import Image

from course_utils.creation import Creation, Recipe
from course_utils.models.catalogue import find_model
from course_utils.models.embedded import FOLDER
from course_utils.pictures.candidates.conditioning import embeddings
from course_utils.pictures.onnx.drawing import Asked, Following, draw_one_recipe
from course_utils.pictures.onnx.model import open_onnx_model
from course_utils.pictures.onnx.upscaler import detail
from course_utils.pictures.png import to_png
from course_utils.pictures.settings import PictureSettings

BIG = ("torch", "diffusers", "transformers", "peft", "accelerate", "onnx")
JOBS = (
    {"count": 4, "speed": "balanced"},
    {"count": 2, "style": "flat:0.7 3d:0.3", "directions": "made of wool:1", "leave_out": "blue"},
    {"strength": 0.6},
    {"part": "top half", "strength": 0.7},
    {"extend": "right"},
    {"blend_with": "0" * 12, "blend_share": 0.5},
)


def peak_memory() -> float:
    """MB in use at most, of this process alone; ru_maxrss begins with that of its parent."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1e3


def main() -> None:
    import numpy as np

    model = open_onnx_model(find_model("course-pictures"), FOLDER / "image")
    canvas = to_png(Image.new("RGB", (48, 48), (250, 200, 60)))
    start = Creation(recipe=Recipe(kind="image", prompt="a wall"), content=canvas)
    made, following = [], Following(lambda progress: None)
    for job in JOBS:
        settings = PictureSettings.of({"speed": "quick", **job})
        first = start if job.keys() & {"strength", "part", "extend", "blend_with"} else None
        asked = Asked(embeddings(model, "a red heart", settings), 3, settings)
        made += draw_one_recipe(model, asked, following, RLock(), first, start).pictures
    larger = detail(np.asarray(made[0], np.float32) / 255)
    seen = [picture.tobytes() for picture in made] + [(larger * 255).round().tobytes()]
    print(
        json.dumps(
            {
                "pictures": [hashlib.sha256(one).hexdigest() for one in seen],
                "loaded": sorted({name.partition(".")[0] for name in sys.modules} & set(BIG)),
                "peak": peak_memory(),
            }
        )
    )


if __name__ == "__main__":
    main()
