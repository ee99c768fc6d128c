"""The note model with an own model (models/lora_file.py), taught from a person's own tunes,
laid over it.
"""

from __future__ import annotations

import copy

from course_utils.models.lora_file import OwnModel
from course_utils.models.lora_weights import add_to

__all__ = ["LEARNING", "OTHER_BASE", "OTHER_KIND", "PREFIX", "with_own"]

# every matrix of the note model's blocks
LEARNING = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PREFIX = "tune."
OTHER_KIND = "“{name}” was not taught from tunes, so it cannot write one. Choose another own model."
OTHER_BASE = (
    "“{name}” was taught on another version of the tune model and does not fit this one. "
    "Teach it again from its tunes."
)


def with_own(model, own: OwnModel, strength: float, revision: str):
    """A copy of the note model to which `strength` times what the own model learned is added.

    Raises:
        LearnerError: the own model is of another kind or version, or its matrices do not fit.
    """
    own.check_base("tune", revision, OTHER_KIND, OTHER_BASE)
    made = copy.deepcopy(model)
    add_to(made, own, strength, PREFIX, LEARNING)
    return made.eval()
