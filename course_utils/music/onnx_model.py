"""The note model without torch: its graph, run by onnxruntime over a key-value cache.

The graph holds no weights; they come from the safetensors file that transformers reads too
(`training/music/export_onnx.py` writes the graph). `sampling.draw` draws tunes from it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from course_utils.creation import LearnerError
from course_utils.models.lora_file import OwnModel
from course_utils.models.lora_weights import merged
from course_utils.models.onnx_session import (
    AGAIN,
    DAMAGED,
    OTHER_VERSION,
    open_session,
    read_graph_file,
)
from course_utils.music import tokens as tokens
from course_utils.music.lora import LEARNING, OTHER_BASE, OTHER_KIND, PREFIX

__all__ = ["OnnxNoteModel"]

WHAT = "the tune model"
GRAPH, WEIGHTS = Path("onnx") / "notes.onnx", "model.safetensors"

Cache = list[np.ndarray]


class OnnxNoteModel:
    """The note model of a folder, or that model with an own model laid over it."""

    def __init__(
        self, folder: Path, *, own: OwnModel | None = None, strength: float = 1.0, threads: int = 1
    ) -> None:
        """Open the model.

        Args:
            folder: holds config.json, vocabulary.json, model.safetensors and onnx/notes.onnx.
            own: an own model taught from tunes; `strength` times what it learned is added.
            threads: waiting for a second one costs more than arithmetic this small does.

        Raises:
            LearnerError: files are missing, damaged or of versions that do not belong together,
                or the own model is of another kind or version, or its matrices do not fit.
        """
        self.folder, self._threads = folder, threads
        about = read_graph_file(folder / GRAPH, WHAT)
        self.revision = about.weights_sha256[:12]
        change = None
        if own is not None:
            own.check_base("tune", self.revision, OTHER_KIND, OTHER_BASE)
            shapes = {name: about.shapes[key] for key, (name, _) in about.source.items()}
            change = merged(own, strength, shapes, PREFIX, LEARNING)
        self._session = open_session(
            folder / GRAPH, folder / WEIGHTS, what=WHAT, change=change, threads=threads
        )
        self._past = [name for name in self._session.inputs if name.startswith("past.")]
        self._shape = cache_shape(folder)
        check_answer(self)

    def with_own(self, own: OwnModel, strength: float) -> OnnxNoteModel:
        """This model with `strength` times what an own model learned added.

        Raises:
            LearnerError: see the constructor.
        """
        return OnnxNoteModel(self.folder, own=own, strength=strength, threads=self._threads)

    def read(self, numbers: np.ndarray, cache: Cache | None = None) -> tuple[np.ndarray, Cache]:
        """Read some tokens after those in a cache.

        Args:
            numbers: token numbers, int64, (batch, length).
            cache: what the last call gave, of the same batch; None at the start.

        Returns:
            The logits of the next token, 32-bit floats, (batch, vocabulary), and the cache with
            the new tokens: keys and values of each layer, (batch, heads, time, head size).
        """
        if cache is None:
            heads, size = self._shape
            cache = [np.zeros((len(numbers), heads, 0, size), np.float32)] * len(self._past)
        logits, *cache = self._session(input_ids=numbers, **dict(zip(self._past, cache)))
        return logits[:, -1], cache

    def odds(self, start: list[int]) -> list[float]:
        """The probability of every token of the vocabulary after some tokens."""
        logits, _ = self.read(np.array([start], dtype=np.int64))
        weights = np.exp(logits[0] - logits[0].max())
        return (weights / weights.sum()).tolist()


def cache_shape(folder: Path) -> tuple[int, int]:
    """How many heads the model has and how many numbers each of them keeps of a token; the
    vocabulary is looked at too, so that no token means another one than here.

    Raises:
        LearnerError: config.json or vocabulary.json is missing, damaged or of another model.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        shape = int(config["num_attention_heads"]), int(config["head_dim"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise LearnerError(DAMAGED.format(what=WHAT, again=AGAIN)) from problem
    if words != tokens.VOCABULARY:
        raise LearnerError(OTHER_VERSION.format(what=WHAT, again=AGAIN))
    return shape


def check_answer(model: OnnxNoteModel) -> None:
    """Let the model read one token, so that files that do not belong together show at once.

    Raises:
        LearnerError: it gives no logits of this vocabulary.
    """
    try:
        logits, _ = model.read(np.zeros((1, 1), np.int64))
        if logits.shape != (1, len(tokens.VOCABULARY)) or not np.isfinite(logits).all():
            raise ValueError(f"logits of shape {logits.shape}")
    except Exception as problem:  # onnxruntime raises classes of its own
        raise LearnerError(OTHER_VERSION.format(what=WHAT, again=AGAIN)) from problem
