"""The picture model with an own model (models/lora_file.py) laid over it."""

from __future__ import annotations

import copy

from course_utils.models.lora_file import WORD, OwnModel
from course_utils.models.lora_weights import add_to, misfit
from course_utils.pictures.lora import LEARNING, PREFIX, check_new_word, check_own

__all__ = ["add_word", "with_own", "with_parts"]


def add_word(pipeline, word: str):
    """Copies of the pipeline's tokenizer and text encoder that know one more word, and its number.

    It starts as the mean of "monster" and "drawing".

    Raises:
        LearnerError: the model has that word already.
    """
    import torch
    from transformers import AddedToken

    check_new_word(f"{word}</w>" in pipeline.tokenizer.get_vocab(), word)
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

    check_own(own, revision)
    tokenizer, encoder, number = add_word(pipeline, own.card.name)
    unet = copy.deepcopy(pipeline.unet)
    table = encoder.get_input_embeddings().weight
    if own.tensors[WORD].shape != (table.shape[1],):
        raise misfit(own)
    with torch.no_grad():
        table[number] = torch.from_numpy(own.tensors[WORD]).float()
    add_to(unet, own, strength, PREFIX, LEARNING)
    unet.to(memory_format=torch.channels_last)
    return with_parts(pipeline, unet, encoder, tokenizer)
