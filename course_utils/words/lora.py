"""The words model with an own model (models/lora_file.py), taught from a person's own phrases,
laid over its upper layers.

The course's words model is a GGUF file that llama.cpp runs; it can lay thin matrices over any of
its weights, from a file of its own format. That file is written when it is needed and removed once
it is read: what is kept and shared is the safetensors file with its card.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from course_utils.models.lora_file import OwnModel
from course_utils.models.lora_weights import thin_matrices
from course_utils.words.backends.llama_cpp import LlamaBackend

__all__ = ["LAYERS", "LEARNING", "OwnBackend", "PREFIX"]

# the uppermost ones learn: what they do is choose words; the lower ones, which read, stay as they
# are
LAYERS = 4
# the matrices of a layer, by their names in a GGUF file
LEARNING = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]
PREFIX = "words."
OTHER_KIND = "“{name}” was not taught from phrases, so it cannot write. Choose another own model."
OTHER_BASE = (
    "“{name}” was taught on another words model and does not fit this one. Teach it again from its"
    " phrases."
)


class OwnBackend(LlamaBackend):
    """The course's words model with an own model laid over it."""

    def __init__(self, own: OwnModel, strength: float, revision: str) -> None:
        """Raises:
        LearnerError: the own model is of another kind or version, or its matrices do not fit.
        """
        super().__init__()
        self.own, self.strength, self.revision = own, strength, revision
        own.check_base("words", revision, OTHER_KIND, OTHER_BASE)

    def load(self) -> None:
        from course_utils.words.backends.gguf import Gguf, lora_file

        if self.llama is not None:
            return
        from course_utils.models.smollm2 import words_model
        from course_utils.words.backends.llama_cpp import start_llama

        path = self.path or words_model()
        matrices = laid_over(self.own, Gguf(path))
        with tempfile.TemporaryDirectory(prefix="course_") as folder:
            file = Path(folder) / "own.gguf"
            file.write_bytes(lora_file(matrices, float(self.own.card.rank)))
            self.llama = start_llama(path, [(file, self.strength)], self.key)


def laid_over(own: OwnModel, model) -> dict:
    """The matrices of an own model under llama.cpp's names, checked against the words model
    (an open `Gguf`).

    Raises:
        LearnerError: they do not fit.
    """
    found = {}
    shapes = {name: place.shape for name, place in model.places.items()}
    for name, pair in thin_matrices(own, shapes, PREFIX, LEARNING).items():
        for side, values in zip("ab", pair):
            found[f"{name}.lora_{side}"] = values
    return found
