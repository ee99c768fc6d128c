"""The picture model with an own model (models/own.py) laid over it."""

from __future__ import annotations

import copy

from course_utils.creation import LearnerError
from course_utils.models.lora_file import WORD, OwnModel

__all__ = ["LEARNING", "PREFIX", "add_word", "with_own", "with_parts"]

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


def add_word(pipeline, word: str):
    """Copies of the pipeline's tokenizer and text encoder that know one more word, and its number.

    It starts as the mean of "monster" and "drawing".

    Raises:
        LearnerError: the model has that word already.
    """
    import torch
    from transformers import AddedToken

    if f"{word}</w>" in pipeline.tokenizer.get_vocab():
        raise LearnerError(
            f"The picture model already knows a word “{word}”, and teaching it anew would spoil"
            f" that. Invent another name, such as: {word}oo."
        )
    tokenizer, encoder = copy.deepcopy(pipeline.tokenizer), copy.deepcopy(pipeline.text_encoder)
    start = tokenizer("monster drawing", add_special_tokens=False).input_ids
    tokenizer.add_tokens([AddedToken(word, single_word=True, normalized=True)])
    encoder.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    number = tokenizer.convert_tokens_to_ids(word)
    with torch.no_grad():
        table = encoder.get_input_embeddings().weight
        table[number] = table[start].mean(0)
    return tokenizer, encoder, number


def with_parts(pipeline, unet, encoder, tokenizer):
    """A second pipeline of the given parts; the autoencoder is shared, the scheduler is its own."""
    made = type(pipeline)(
        vae=pipeline.vae,
        text_encoder=encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=copy.deepcopy(pipeline.scheduler),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    made.set_progress_bar_config(disable=True)
    return made


def with_own(pipeline, own: OwnModel, strength: float, revision: str):
    """A pipeline in which `strength` times what the own model learned is added to a copy of the
    weights. The given pipeline stays as it is.

    Raises:
        LearnerError: the own model belongs to another version of the picture model, or its matrices
            do not fit.
    """
    import torch

    if own.card.base_revision != revision:
        raise LearnerError(
            f"“{own.card.name}” was taught on another version of the picture model and does not fit"
            " this one. Teach it again from its drawings."
        )
    tokenizer, encoder, number = add_word(pipeline, own.card.name)
    unet = copy.deepcopy(pipeline.unet)
    modules = dict(unet.named_modules())
    misfit = LearnerError(
        f"The numbers in the file of “{own.card.name}” do not fit the picture model, so it was not"
        " loaded. Ask for the file again."
    )
    table = encoder.get_input_embeddings().weight
    if own.tensors[WORD].shape != (table.shape[1],):
        raise misfit
    with torch.no_grad():
        table[number] = torch.from_numpy(own.tensors[WORD]).float()
        for name in (name for name in own.tensors if name.endswith(".lora_A.weight")):
            place = name.removeprefix(PREFIX).removesuffix(".lora_A.weight")
            down, up = (
                torch.from_numpy(own.tensors[name.replace("lora_A", side)]).float()
                for side in ("lora_A", "lora_B")
            )
            weight = getattr(modules.get(place), "weight", None)
            if (
                not name.startswith(PREFIX)
                or not any(place.endswith(f".{part}") for part in LEARNING)
                or weight is None
                or down.dim() < 2
                or up.dim() < 2
            ):
                raise misfit
            if (
                down.shape[0] != own.card.rank
                or up.shape[1] != own.card.rank
                or (up.shape[0], *down.shape[1:]) != tuple(weight.shape)
                or up.numel() != up.shape[0] * up.shape[1]
            ):
                raise misfit
            weight += strength * (up.flatten(1) @ down.flatten(1)).view_as(weight)
    unet.to(memory_format=torch.channels_last)
    return with_parts(pipeline, unet, encoder, tokenizer)
