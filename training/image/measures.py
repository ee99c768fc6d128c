"""What evaluate.py measures besides the judge's plain answers: crispness, two things,
a style nobody trained on, copying, difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from course_utils.pictures.training_drawings import DOTS, library, nearest_dots
from course_utils.provenance.nearest_pictures import NEAR
from course_utils.provenance.sources import picture_sources
from training.image.hands import FLAGSHIPS
from training.image.vectors import draw_svg

# Two things and how they stand: prompt, labels that count for the first, labels that count for the
# second
TWO_THINGS = [
    ("cat", "on", "house"),
    ("dog", "next to", "castle"),
    ("owl", "on", "rocket"),
    ("frog", "under", "umbrella"),
    ("elephant", "behind", "tent"),
    ("fox", "in front of", "house"),
    ("balloon", "on", "bus"),
    ("crown", "on", "frog"),
    ("cat", "and", "fish"),
    ("butterfly", "on", "guitar"),
    ("owl", "next to", "bell"),
    ("dog", "on", "sailboat"),
    ("strawberry", "and", "doughnut"),
    ("fox", "under", "umbrella"),
    ("elephant", "next to", "bus"),
    ("key", "on", "pizza"),
    ("castle", "behind", "sailboat"),
    ("camera", "next to", "guitar"),
    ("rocket", "behind", "house"),
    ("frog", "in front of", "castle"),
]
WINDOWS = [
    (0.0, 0.0),
    (0.4, 0.0),
    (0.0, 0.4),
    (0.4, 0.4),
    (0.2, 0.0),
    (0.2, 0.4),
    (0.0, 0.2),
    (0.4, 0.2),
]
WINDOW = 0.6  # of the side

Look = Callable[
    [list[Image.Image]], tuple[torch.Tensor, torch.Tensor]
]  # to logits of things, and features


def crispness(pictures: list[Image.Image]) -> float:
    """Mean variance of the Laplacian of the grey picture (four neighbours), values 0 to 1."""
    found = []
    for picture in pictures:
        grey = np.asarray(picture.convert("L"), np.float32) / 255
        laplacian = (
            grey[:-2, 1:-1]
            + grey[2:, 1:-1]
            + grey[1:-1, :-2]
            + grey[1:-1, 2:]
            - 4 * grey[1:-1, 1:-1]
        )
        found.append(laplacian.var())
    return float(np.mean(found))


def both_there(
    pictures: list[Image.Image], first: list[str], second: list[str], look: Look, labels: list[str]
) -> list[bool]:
    """Whether a judge of single things sees both in a picture: each among the two likeliest of some
    window or of the whole.
    """
    found = []
    for picture in pictures:
        side = picture.width
        cuts = [(x * side, y * side, (x + WINDOW) * side, (y + WINDOW) * side) for x, y in WINDOWS]
        views = [
            picture,
            *(picture.crop(tuple(map(round, cut))).resize(picture.size) for cut in cuts),
        ]
        best = look(views)[0].topk(2).indices.tolist()
        seen = {labels[number] for pair in best for number in pair}
        found.append(bool(seen & set(first)) and bool(seen & set(second)))
    return found


def held_out_style(
    modules: Path, labels: list[str], size: int
) -> tuple[list[Image.Image], list[str]]:
    """OpenMoji's drawings (CC BY-SA 4.0: looked at here, never taught or shipped)
    of the judged things, on white, and their labels.
    """
    known = json.loads((modules / "emojibase-data/en/data.json").read_text(encoding="utf-8"))
    drawings, names = [], []
    for entry in known:
        code = entry["hexcode"]
        files = [
            modules / f"openmoji/color/svg/{name}.svg" for name in (code, code.replace("-FE0F", ""))
        ]
        file = next((one for one in files if one.exists()), None)
        if entry["label"] in labels and file:
            picture = Image.new("RGBA", (size, size), "white")
            picture.alpha_composite(draw_svg(file.read_text(encoding="utf-8"), size))
            drawings.append(picture.convert("RGB")), names.append(entry["label"])
    return drawings, names


def among_five_nearest(
    features: torch.Tensor, reference: torch.Tensor, names: list[str], right: list[str]
) -> list[bool]:
    """For each row whether one of the five nearest reference drawings (by the angle of features)
    shows the right thing.
    """
    unit = torch.nn.functional.normalize
    near = (unit(features, dim=1) @ unit(reference, dim=1).T).topk(5).indices.tolist()
    return [any(names[number] in right for number in row) for row in near]


def copies(pictures: list[Image.Image], separate: np.ndarray) -> float:
    """Share of pictures that lie nearer to a training picture, mirrored or not, than 95 % of
    separately made drawings lie to the nearest of theirs. One picture is held against thousands, so
    the nearest is held against nearest ones: of real drawings this share is 5 %.

    Args:
        separate: sorted distances, as `separate_drawings` gives them.
    """
    return float(np.mean(nearest_dots(pictures) < np.quantile(separate, 1 - NEAR)))


def separate_drawings(labels: set[str]) -> np.ndarray:
    """Sorted distances (root mean square at 16 x 16 px, 0 to 1) from drawings of these things in
    flat, sticker and 3d to the nearest training picture by another publisher.
    """
    dots, _, _, _, about = library()
    styles, toned = about["styles"], about.get("tone") or [0] * len(about["styles"])
    publisher = np.array([picture_sources()[style].authors for style in styles])
    found = []
    for place, label in enumerate(about["labels"]):
        if label in labels and styles[place] in FLAGSHIPS and not toned[place]:
            others = dots[publisher != publisher[place]]
            mirrored = dots[place].reshape(DOTS, DOTS, 3)[:, ::-1].ravel()
            found.append(
                min(np.sqrt(((others - one) ** 2).mean(1)).min() for one in (dots[place], mirrored))
            )
    return np.sort(found)
