"""What own models of pictures are, whichever library lays them over the picture model."""

from __future__ import annotations

from course_utils.creation import LearnerError
from course_utils.models.lora_file import OwnModel

__all__ = ["LEARNING", "PREFIX", "check_new_word", "check_own"]

# The layers that learn: attention, the feed-forward beside it, and the convolutions of the blocks.
LEARNING = [
    "to_q",
    "to_k",
    "to_v",
    "to_out.0",
    "ff.net.0.proj",
    "ff.net.2",
    "proj_in",
    "proj_out",
    "conv1",
    "conv2",
]
PREFIX = "unet."


def check_own(own: OwnModel, revision: str) -> None:
    """Refuse an own model that belongs to another version of the picture model.

    Raises:
        LearnerError: it does.
    """
    if own.card.base_revision != revision:
        raise LearnerError(
            f"“{own.card.name}” was taught on another version of the picture model and does not"
            " fit this one. Teach it again from its drawings."
        )


def check_new_word(known: bool, word: str) -> None:
    """Refuse a word that the picture model has as one token already.

    Raises:
        LearnerError: it has.
    """
    if known:
        raise LearnerError(
            f"The picture model already knows a word “{word}”, and teaching it anew would spoil"
            f" that. Invent another name, such as: {word}oo."
        )
