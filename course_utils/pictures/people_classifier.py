"""The judge: a small picture classifier trained apart from the picture model,
which says what a picture shows, in plain numpy.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER

__all__ = [
    "TONES",
    "UNCLEAR",
    "WHO",
    "features_of",
    "layers",
    "people_in",
    "people_layers",
    "raw_features",
]

STRIDES = (1, 1, 2, 1, 2, 1)
QUESTIONS = ("thing", "style", "colour", "count")


@cache
def layers(folder: Path = FOLDER / "judge") -> tuple[dict, dict]:
    """The judge's numbers in 32 bits by name, and what is known of it.

    Raises:
        LearnerError: its files are missing or damaged.
    """
    import numpy as np
    from safetensors.numpy import load_file

    try:
        return {
            name: value.astype(np.float32)
            for name, value in load_file(folder / "judge.safetensors").items()
        }, json.loads((folder / "judge.json").read_text(encoding="utf-8"))
    except Exception as problem:  # the library raises its own kinds on a damaged file
        raise LearnerError(
            "The judge's files are missing or damaged. Run `python start.py` again to put them"
            " back."
        ) from problem


def convolved(seen, kernel, stride: int):
    """3 x 3 convolution with one dot of padding. seen: N x H x W x C; kernel: D x C x 3 x 3;
    the result N x H' x W' x D.
    """
    import numpy as np

    padded = np.pad(seen, ((0, 0), (1, 1), (1, 1), (0, 0)))
    height, width = (seen.shape[1] - 1) // stride + 1, (seen.shape[2] - 1) // stride + 1
    parts = [
        padded[
            :, y : y + stride * (height - 1) + 1 : stride, x : x + stride * (width - 1) + 1 : stride
        ]
        for y in range(3)
        for x in range(3)
    ]
    return np.concatenate(parts, -1) @ kernel.transpose(2, 3, 1, 0).reshape(-1, kernel.shape[0])


def as_numbers(pictures: list):
    """PIL pictures as N x 48 x 48 x 3 float32 numbers from -1 to 1."""
    import numpy as np
    from PIL import Image

    return (
        np.stack(
            [
                np.asarray(
                    picture.convert("RGB").resize((48, 48), Image.Resampling.LANCZOS), np.float32
                )
                for picture in pictures
            ]
        )
        / 127.5
        - 1
    )


def body_of(seen, numbers: dict):
    """What six convolutions leave of N x 24 x 24 x C numbers: N x 6 x 6 x D."""
    import numpy as np

    for place, stride in enumerate(STRIDES):
        kernel, norm = f"body.{3 * place}.weight", f"body.{3 * place + 1}."
        scale = numbers[norm + "weight"] / np.sqrt(numbers[norm + "running_var"] + 1e-5)
        seen = np.maximum(
            (convolved(seen, numbers[kernel], stride) - numbers[norm + "running_mean"]) * scale
            + numbers[norm + "bias"],
            0,
        )
    return seen


def pooled_features(pictures: list, numbers: dict):
    """N x 1024 numbers of PIL pictures: what its six convolutions leave, in 2 x 2 fields."""
    seen = body_of(
        as_numbers(pictures).reshape(len(pictures), 24, 2, 24, 2, 3).mean((2, 4)), numbers
    )
    return (
        seen.reshape(len(seen), 2, 3, 2, 3, -1)
        .mean((2, 4))
        .transpose(0, 3, 1, 2)
        .reshape(len(seen), -1)
    )


def raw_features(pictures: list, numbers: dict):
    """N x 256 features of PIL pictures, as the network of training/image/judge.py gives them."""
    import numpy as np

    return np.maximum(
        pooled_features(pictures, numbers) @ numbers["feature.0.weight"].T
        + numbers["feature.0.bias"],
        0,
    )


def features_of(pictures: list):
    """N x 256 features of PIL pictures, each of length 1."""
    import numpy as np

    found = raw_features(pictures, layers()[0])
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def answers_of(pictures: list) -> list[dict[str, str]]:
    """What the judge says of each PIL picture, by question: the thing's label, the style's,
    colour's and count's number.
    """
    numbers, about = layers()
    found = raw_features(pictures, numbers)
    said = {
        name: (found @ numbers[f"heads.{name}.weight"].T + numbers[f"heads.{name}.bias"]).argmax(1)
        for name in QUESTIONS
    }
    return [
        {
            **{name: str(said[name][row]) for name in QUESTIONS},
            "thing": about["labels"][said["thing"][row]],
        }
        for row in range(len(pictures))
    ]


WHO = ["nobody", "woman", "man", "person"]
TONES = ["yellow", "light", "medium-light", "medium", "medium-dark", "dark"]
UNCLEAR = "unclear"  # what the judge of people says where it is not sure enough


@cache
def people_layers(folder: Path = FOLDER / "judge") -> tuple[dict, dict]:
    """The numbers of the judge of people, and what is known of it: how sure it must be,
    accuracy and confusion matrices on jobs it never saw.

    Raises:
        LearnerError: its files are missing or damaged.
    """
    import numpy as np
    from safetensors.numpy import load_file

    try:
        return {
            name: value.astype(np.float32)
            for name, value in load_file(folder / "people.safetensors").items()
        }, json.loads((folder / "people.json").read_text(encoding="utf-8"))
    except Exception as problem:
        raise LearnerError(
            "The judge's files are missing or damaged. Run `python start.py` again to put them"
            " back."
        ) from problem


def people_odds(pictures: list) -> dict:
    """The judge of people's odds for each PIL picture: who (N x 4, in the order of WHO) and tone
    (N x 6, of TONES); the network of training/sources/people.py.
    """
    import numpy as np

    numbers, _ = people_layers()
    folded = (
        as_numbers(pictures)
        .reshape(len(pictures), 24, 2, 24, 2, 3)
        .transpose(0, 1, 3, 5, 2, 4)
        .reshape(len(pictures), 24, 24, 12)
    )
    seen = body_of(folded, numbers)
    seen = (
        seen.reshape(len(pictures), 3, 2, 3, 2, -1)
        .mean((2, 4))
        .transpose(0, 3, 1, 2)
        .reshape(len(pictures), -1)
    )
    found = {}
    for name in ("who", "tone"):
        said = seen @ numbers[f"heads.{name}.weight"].T + numbers[f"heads.{name}.bias"]
        odds = np.exp(said - said.max(1, keepdims=True))
        found[name] = odds / odds.sum(1, keepdims=True)
    return found


def people_in(pictures: list) -> list[dict[str, str]]:
    """What the judge of people says of each PIL picture: who (WHO: nobody; or how the drawing
    presents a person) and tone (TONES, of the drawn skin); UNCLEAR where it is not sure enough.
    """
    odds, sure = people_odds(pictures), people_layers()[1]["sure"]
    return [
        {
            name: names[odds[name][row].argmax()] if odds[name][row].max() >= sure else UNCLEAR
            for name, names in (("who", WHO), ("tone", TONES))
        }
        for row in range(len(pictures))
    ]
