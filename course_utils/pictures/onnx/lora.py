"""An own model (see models/lora_file.py) in the shipped picture model's table of tokens."""

from __future__ import annotations

import numpy as np

from course_utils.models.lora_file import WORD, OwnModel
from course_utils.models.lora_weights import misfit

__all__ = ["with_row"]


def with_row(table: np.ndarray, own: OwnModel) -> np.ndarray:
    """The token table (tokens x width) with the own model's word as its last row.

    Raises:
        LearnerError: the vector is of another width.
    """
    row = own.tensors[WORD]
    if row.shape != table.shape[1:]:
        raise misfit(own)
    return np.concatenate([table, row[None].astype(np.float32)])
