"""A look at the pictures of the bigger models before anyone sees them:
a small classifier says which are not fit for a class.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from course_utils.creation import LearnerError
from course_utils.models.catalogue import models_for
from course_utils.models.hub import folder_of, is_fetched

__all__ = ["LEFT_OUT", "open_filter"]

LIMIT = 0.5  # probability of the label below, from which a picture is left out
LABEL = "nsfw"
LEFT_OUT = (
    "The picture filter left out {count} of {total}: not fit for a class, or it was not sure. Press"
    " Generate to try again, or change the words."
)


@cache
def open_filter() -> Callable[[list], list[bool]]:
    """A function from PIL pictures to whether each is unfit.

    Raises:
        LearnerError: the classifier has not been fetched, or its files are damaged.
    """
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    about = models_for("safety")[0]
    if not is_fetched(about):
        raise LearnerError(
            "The bigger picture models are only used with a picture filter, and it has not been"
            f" fetched. Choose the model under Which model, or run `course fetch {about.id}`."
        )
    try:
        processor = AutoImageProcessor.from_pretrained(
            folder_of(about), local_files_only=True, trust_remote_code=False
        )
        model = AutoModelForImageClassification.from_pretrained(
            folder_of(about),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
        ).eval()
        label = next(
            number for number, name in model.config.id2label.items() if name.lower() == LABEL
        )
    except Exception as problem:
        # the library raises whatever the broken part of a folder makes it raise
        raise LearnerError(
            "The files of the picture filter are damaged. Fetch the picture model again under Which"
            " model; the course's own model works without."
        ) from problem
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)

    def unfit(pictures: list) -> list[bool]:
        with torch.inference_mode():
            given = processor(
                [picture.convert("RGB") for picture in pictures], return_tensors="pt"
            )["pixel_values"].to(device)
            return (model(pixel_values=given).logits.softmax(-1)[:, label] >= LIMIT).tolist()

    return unfit
