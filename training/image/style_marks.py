"""Measure the looks of the training pictures, style by style,
for the style map and for how new a picture is.

Run: python -m training.image.style_marks --work DIR   (after training.image.data; writes
                                                       course_utils/taste/style_marks.json)
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.styles import map as style_space
from training.image.words_for_pictures import read_records


def measure(work: Path) -> dict:
    """Mean and spread of each look over the pictures of each style on white, and over all."""
    records, pictures = read_records(work), np.load(work / "pictures.npz")["rgba"]
    by_style: dict[str, list] = {}
    for record, rgba in zip(records, pictures):
        white = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), "white")
        white.alpha_composite(Image.fromarray(rgba))
        by_style.setdefault(record["style"], []).append(style_space.looks(white))
    groups = {**by_style, "all": [values for group in by_style.values() for values in group]}
    return {
        name: {
            "mean": np.mean(group, 0).round(4).tolist(),
            "spread": np.std(group, 0).round(4).tolist(),
            "pictures": len(group),
        }
        for name, group in groups.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    marks = measure(parser.parse_args().work)
    Path(style_space.__file__).with_name("style_marks.json").write_text(
        json.dumps(marks, indent=1) + "\n", encoding="utf-8"
    )
    print({name: mark["pictures"] for name, mark in marks.items()})
