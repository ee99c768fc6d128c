"""The thin matrices of an own model (see lora_file), held against the weights they are laid over.

Source: LoRA (Hu et al. 2021): a weight that learned is the old one and the product of two thin
matrices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from math import prod

import numpy as np

from course_utils.creation import LearnerError
from course_utils.models.lora_file import CALLED, OwnModel

__all__ = ["Change", "add_to", "merged", "misfit", "thin_matrices"]

DOWN, UP, WEIGHT = ".lora_A.weight", ".lora_B.weight", ".weight"
Change = Callable[[str, np.ndarray], np.ndarray]  # the name of a weight, and its values
Shape = tuple[int, ...]


def misfit(own: OwnModel) -> LearnerError:
    """The sentence for a file whose numbers belong elsewhere."""
    return LearnerError(
        f"The numbers in the file of “{own.card.name}” do not fit the {CALLED[own.card.kind]}"
        " model, so it was not loaded. Ask for the file again."
    )


def thin_matrices(
    own: OwnModel, shapes: Mapping[str, Shape], prefix: str, learning: Collection[str]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The two matrices of each weight that learned, by its name: `down`, with a row for each of
    the card's rank, and `up`, with a column for each; 32-bit floats.

    Args:
        shapes: of the model's weights, by name; of a convolution (out, in, height, width).
        prefix: what stands before a weight's name in the file.
        learning: the last parts of the names of layers that may learn.

    Raises:
        LearnerError: a matrix fits no weight that learns.
    """
    found = {}
    for key in (key for key in own.tensors if key.endswith(DOWN)):
        place = key.removeprefix(prefix).removesuffix(DOWN)
        name = place + WEIGHT
        down, up = own.tensors[key], own.tensors[key.removesuffix(DOWN) + UP]
        learns = any(place.endswith(f".{part}") for part in learning)
        if not key.startswith(prefix) or not learns or name not in shapes:
            raise misfit(own)
        if not _fits(down.shape, up.shape, tuple(shapes[name]), own.card.rank):
            raise misfit(own)
        found[name] = down.astype(np.float32), up.astype(np.float32)
    return found


def _fits(down: Shape, up: Shape, weight: Shape, rank: int) -> bool:
    """Whether matrices of these shapes make a weight of that shape."""
    if len(down) < 2 or len(up) < 2 or down[0] != rank or up[1] != rank:
        return False
    return (up[0], *down[1:]) == weight and prod(up) == up[0] * rank


def merged(
    own: OwnModel,
    strength: float,
    shapes: Mapping[str, Shape],
    prefix: str,
    learning: Collection[str],
) -> Change:
    """What to do to each weight: add `strength` times what the own model learned; see
    `thin_matrices`.

    Raises:
        LearnerError: a matrix fits no weight that learns.
    """
    added = thin_matrices(own, shapes, prefix, learning)

    def change(name: str, weight: np.ndarray) -> np.ndarray:
        if name not in added:
            return weight
        down, up = added[name]
        product = up.reshape(len(up), -1) @ down.reshape(len(down), -1)
        return weight + np.float32(strength) * product.reshape(weight.shape)

    return change


def add_to(model, own: OwnModel, strength: float, prefix: str, learning: Collection[str]) -> None:
    """Change the weights of a torch module; see `merged`.

    Raises:
        LearnerError: a matrix fits no weight that learns; nothing was changed.
    """
    import torch

    weights = {name: weight.detach() for name, weight in model.named_parameters()}
    shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
    change = merged(own, strength, shapes, prefix, learning)
    for name, weight in weights.items():
        old = weight.numpy()
        if (new := change(name, old)) is not old:
            weight.copy_(torch.from_numpy(new))
