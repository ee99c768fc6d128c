"""The note model with an own model (models/own.py), taught from a person's own tunes,
laid over it.
"""

from __future__ import annotations

import copy

from course_utils.creation import LearnerError
from course_utils.models.lora_file import OwnModel

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
    import torch

    own.check_base("tune", revision, OTHER_KIND, OTHER_BASE)
    misfit = LearnerError(
        f"The numbers in the file of “{own.card.name}” do not fit the tune model, so it was not"
        " loaded. Ask for the file again."
    )
    made = copy.deepcopy(model)
    modules = dict(made.named_modules())
    with torch.no_grad():
        for name in (name for name in own.tensors if name.endswith(".lora_A.weight")):
            place = name.removeprefix(PREFIX).removesuffix(".lora_A.weight")
            down, up = (
                torch.from_numpy(own.tensors[name.replace("lora_A", side)]).float()
                for side in ("lora_A", "lora_B")
            )
            weight = getattr(modules.get(place), "weight", None)
            if (
                not name.startswith(PREFIX)
                or place.rpartition(".")[2] not in LEARNING
                or weight is None
                or down.dim() != 2
                or up.dim() != 2
            ):
                raise misfit
            if (
                down.shape[0] != own.card.rank
                or up.shape[1] != own.card.rank
                or (up.shape[0], down.shape[1]) != tuple(weight.shape)
            ):
                raise misfit
            weight += strength * (up @ down)
    return made.eval()
