"""Small drawings made four times larger by a small network (`onnx/upscaler.py` runs it).

The network is also written out here in plain numpy, layer by layer: what the graph is held against.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.pictures.onnx.upscaler import detail as session_detail

__all__ = ["four_times"]

TIMES = 4
LARGEST = 256  # pixels of the longer side; a larger picture needs no help, and would take long


@cache
def layers(folder: Path = FOLDER / "upscaler") -> list[tuple]:
    """(kernel as 9c x d matrix, bias, PReLU slope or None) of each layer.

    Raises:
        LearnerError: the model's file is missing or damaged.
    """
    import numpy as np
    from safetensors.numpy import load_file

    try:
        kept = {
            name: value.astype(np.float32)
            for name, value in load_file(folder / "model.safetensors").items()
        }
        numbers = sorted(int(name.partition(".")[0]) for name in kept if name.endswith(".bias"))
        return [
            (
                kept[f"{n}.weight"].transpose(2, 3, 1, 0).reshape(-1, kept[f"{n}.bias"].size),
                kept[f"{n}.bias"],
                kept.get(f"{n + 1}.weight"),
            )
            for n in numbers
        ]
    except Exception as problem:  # the library raises its own kinds on a damaged file
        raise LearnerError(
            "The files for making pictures bigger are missing or damaged. Run `python start.py`"
            " again to put them back."
        ) from problem


def four_times(picture):
    """A PIL picture (RGB), four times wider and higher.

    Raises:
        LearnerError: it is too large already, or the model is missing.

    Source: SRVGGNet of Real-ESRGAN (Wang et al. 2021), trained here
    (`training/image/train_upscaler.py`).
    """
    import numpy as np

    if max(picture.size) > LARGEST:
        raise LearnerError(
            f"This picture is {picture.width} by {picture.height} pixels already; only pictures up"
            f" to {LARGEST} can be made bigger. Use it as it is."
        )
    small = np.asarray(picture.convert("RGB"), np.float32) / 255
    return with_detail(picture, session_detail(small))


def detail(small):
    """What the network adds to a picture enlarged plainly: 4h x 4w x 3 from h x w x 3,
    both around 0 to 1.
    """
    import numpy as np

    height, width = small.shape[:2]
    seen = small - 0.5
    for kernel, bias, slope in layers():
        padded = np.pad(seen, ((1, 1), (1, 1), (0, 0)))
        around = np.concatenate(
            [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)], axis=-1
        )
        seen = around @ kernel + bias
        if slope is not None:
            seen = np.where(seen > 0, seen, seen * slope)
    return (
        seen.reshape(height, width, 3, TIMES, TIMES)
        .transpose(0, 3, 1, 4, 2)
        .reshape(height * TIMES, width * TIMES, 3)
    )


def with_detail(picture, more):
    """The picture four times larger, with what the network adds."""
    import numpy as np
    from PIL import Image

    plain = picture.convert("RGB").resize(
        (picture.width * TIMES, picture.height * TIMES), Image.Resampling.BILINEAR
    )
    whole = np.asarray(plain, np.float32) / 255 + more
    return Image.fromarray((whole.clip(0, 1) * 255).round().astype(np.uint8))
