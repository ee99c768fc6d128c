"""An own model (see models/lora_file.py) merged into the shipped picture model's weights."""

from __future__ import annotations

import numpy as np

from course_utils.creation import LearnerError
from course_utils.models.lora_file import WORD, OwnModel
from course_utils.pictures.diffusers.lora import LEARNING, PREFIX
from course_utils.pictures.onnx.networks import Change

__all__ = ["check_new_word", "check_own", "merged", "with_row"]

A, B, WEIGHT = ".lora_A.weight", ".lora_B.weight", ".weight"


def check_own(own: OwnModel, revision: str) -> None:
    """Refuse an own model that belongs to another version of the picture model.

    Raises:
        LearnerError: it does.
    """
    if own.card.base_revision != revision:
        raise LearnerError(
            f"“{own.card.name}” was taught on another version of the picture model and does not "
            "fit this one. Teach it again from its drawings."
        )


def check_new_word(known: bool, word: str) -> None:
    """Refuse a word that the picture model has as one token already.

    Raises:
        LearnerError: it has.
    """
    if known:
        raise LearnerError(
            f"The picture model already knows a word “{word}”, and teaching it anew would spoil "
            f"that. Invent another name, such as: {word}oo."
        )


def with_row(table: np.ndarray, own: OwnModel) -> np.ndarray:
    """The token table (tokens x width) with the own model's word as its last row.

    Raises:
        LearnerError: the vector is of another width.
    """
    row = own.tensors[WORD]
    if row.shape != table.shape[1:]:
        raise misfit(own)
    return np.concatenate([table, row[None].astype(np.float32)])


def merged(own: OwnModel, strength: float, shapes: dict[str, tuple[int, ...]]) -> Change:
    """What to do to each UNet weight: add `strength` times the product of its two thin matrices.

    Args:
        shapes: of the UNet's weights, by name.

    Raises:
        LearnerError: a matrix fits no weight that learns.
    """
    added: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name in (name for name in own.tensors if name.endswith(A)):
        place = name.removeprefix(PREFIX).removesuffix(A)
        down, up = (own.tensors[name.removesuffix(A) + side] for side in (A, B))
        learns = any(place.endswith(f".{part}") for part in LEARNING)
        if not name.startswith(PREFIX) or not learns or place + WEIGHT not in shapes:
            raise misfit(own)
        if not _fits(down.shape, up.shape, shapes[place + WEIGHT], own.card.rank):
            raise misfit(own)
        added[place + WEIGHT] = (down.astype(np.float32), up.astype(np.float32))

    def change(name: str, weight: np.ndarray) -> np.ndarray:
        if name not in added:
            return weight
        down, up = added[name]
        product = up.reshape(len(up), -1) @ down.reshape(len(down), -1)
        return weight + np.float32(strength) * product.reshape(weight.shape)

    return change


def _fits(down: tuple, up: tuple, weight: tuple, rank: int) -> bool:
    """Whether matrices of these shapes make a weight of that shape: `down` has one row for each of
    `rank`, `up` one column."""
    if len(down) < 2 or len(up) < 2 or down[0] != rank or up[1] != rank:
        return False
    return (up[0], *down[1:]) == weight and int(np.prod(up)) == up[0] * rank


def misfit(own: OwnModel) -> LearnerError:
    """The sentence for a file whose numbers belong elsewhere."""
    return LearnerError(
        f"The numbers in the file of “{own.card.name}” do not fit the picture model, so it was not "
        "loaded. Ask for the file again."
    )
