"""The shipped picture model without torch: words, noise and pictures as numpy arrays, the networks
run by onnxruntime.

`OnnxPictureModel` offers what `PictureModel` does, so the engine and its helpers take either. What
needs the diffusers pipeline itself (looking inside, teaching) asks for `with_diffusers()`.
"""

from __future__ import annotations

import json
import time
from functools import cached_property
from pathlib import Path

import numpy as np

from course_utils.models.catalogue import Model
from course_utils.models.lora_file import OwnModel
from course_utils.models.lora_weights import merged
from course_utils.models.onnx_session import read_graph_file
from course_utils.pictures.diffusion_model import AT_ONCE, PREVIEW_SIDE, PictureModel
from course_utils.pictures.lora import LEARNING, PREFIX, check_new_word, check_own
from course_utils.pictures.onnx.ddim import DdimScheduler
from course_utils.pictures.onnx.files import WHAT, damaged
from course_utils.pictures.onnx.lora import with_row
from course_utils.pictures.onnx.networks import Networks, read_token_table, weight_shapes
from course_utils.pictures.onnx.pixels import to_pictures, to_pixels
from course_utils.pictures.onnx.tokenizer import ClipTokenizer
from course_utils.pictures.png import to_png

__all__ = ["OnnxPictureModel", "open_onnx_model"]

REVISION_DIGITS = 12


class OnnxPictureModel(PictureModel):
    """The shipped model, ready to draw. `about` is its line in the catalogue."""

    accepts_embeddings = reads_as_numbers = True
    can_start = can_change_a_part = can_leave_out = True
    at_once = AT_ONCE
    unfit = decoder = None
    # latents a side, numbers at each place, pixels a side, read from the settings of the networks
    side = channels = size = 0

    def __init__(
        self,
        about: Model,
        folder: Path,
        networks: Networks,
        tokenizer: ClipTokenizer,
        token_table: np.ndarray,
    ) -> None:
        """`token_table`: tokens x width, one row for each token of the tokenizer.

        Raises:
            LearnerError: its settings are missing or damaged.
        """
        self.about, self.folder = about, folder
        self.networks, self.tokenizer, self.token_table = networks, tokenizer, token_table
        self.scheduler = DdimScheduler.from_folder(folder / "scheduler")
        self.revision = read_graph_file(folder / "onnx" / "unet.onnx", WHAT).weights_sha256[
            :REVISION_DIGITS
        ]
        self.preview_seconds = 0.0
        self.side, self.channels, self.size = _shape_of(folder)

    def load(self) -> None:
        """Open what drawing from words needs.

        Raises:
            LearnerError: see `Networks.part`.
        """
        for name in ("text_encoder", "unet", "vae_decoder"):
            self.networks.part(name)

    # Words

    def words(self, text: str) -> dict[str, np.ndarray]:
        """What the text encoder makes of some words: prompt_embeds, 1 x tokens x width."""
        rows = self.token_table[self.tokenizer.input_ids(text)]
        return {"prompt_embeds": self.networks.prompt_embeds(rows[None])}

    def words_to_leave(self, text: str) -> dict[str, np.ndarray]:
        """The same for words to move away from, by the name the sampler takes it under."""
        return {"negative_prompt_embeds": self.words(text)["prompt_embeds"]}

    def unread_words(self, text: str) -> str:
        """The end of a prompt that the text encoder has no room for, "" when all is read."""
        return self.tokenizer.unread(text)

    # Pictures

    def decode(self, latents: np.ndarray) -> list:
        """PIL pictures of N x 4 x h x w latents."""
        groups = range(0, len(latents), AT_ONCE)
        return [
            picture
            for first in groups
            for picture in to_pictures(self.networks.decode(latents[first : first + AT_ONCE]))
        ]

    def encode(self, pictures: list) -> np.ndarray:
        """Latents of PIL pictures, without chance."""
        return self.networks.encode(to_pixels(pictures, self.size))

    def preview(self, latents: np.ndarray) -> bytes:
        """A small PNG of an unfinished picture from 1 x 4 x h x w latents."""
        began = time.monotonic()
        picture = self.decode(latents)[0]
        picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        shown = to_png(picture)
        self.preview_seconds = time.monotonic() - began
        return shown

    # Other models made of this one

    def with_own(self, own: OwnModel, strength: float) -> OnnxPictureModel:
        """The model with `strength` times what an own model learned; this one stays as it is.

        Raises:
            LearnerError: the own model belongs to another version, or its matrices do not fit.
        """
        check_own(own, self.revision)
        check_new_word(self.tokenizer.knows(own.card.name), own.card.name)
        table = with_row(self.token_table, own)
        change = merged(own, strength, weight_shapes(self.folder, "unet"), PREFIX, LEARNING)
        made = OnnxPictureModel(
            self.about,
            self.folder,
            Networks(self.folder, changes={"unet": change}, like=self.networks),
            self.tokenizer.with_word(own.card.name),
            table,
        )
        made.networks.part("unet")
        return made

    def with_diffusers(self) -> PictureModel:
        """The same weights as a diffusers pipeline on torch, loaded when first asked for."""
        return self._with_diffusers

    @property
    def pipeline(self):
        """The diffusers pipeline; loads torch, diffusers and transformers."""
        return self._with_diffusers.pipeline

    @cached_property
    def _with_diffusers(self) -> PictureModel:
        from course_utils.pictures.diffusion_model import own_model_of_the_course

        return own_model_of_the_course(self.about, self.folder)


def open_onnx_model(about: Model, folder: Path) -> OnnxPictureModel:
    """Open the shipped picture model, ready to draw from words.

    Raises:
        LearnerError: its files are missing, damaged or of different versions.
    """
    tokenizer, table = ClipTokenizer(folder / "tokenizer"), read_token_table(folder)
    if tokenizer.size != len(table):
        raise damaged()
    model = OnnxPictureModel(about, folder, Networks(folder), tokenizer, table)
    model.load()
    return model


def _shape_of(folder: Path) -> tuple[int, int, int]:
    """Latents a side, channels of the latents, and pixels a side.

    Raises:
        LearnerError: the settings are missing or damaged.
    """
    try:
        unet, vae = (
            json.loads((folder / part / "config.json").read_text(encoding="utf-8"))
            for part in ("unet", "vae")
        )
        side, channels = int(unet["sample_size"]), int(unet["in_channels"])
        return side, channels, side * 2 ** (len(vae["decoder_block_out_channels"]) - 1)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise damaged() from problem
