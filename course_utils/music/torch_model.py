"""A note model in torch behind the interface that drawing asks for: teaching looks at what its
model writes while it learns."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import numpy as np

__all__ = ["TorchNoteReader", "one_thread"]


class TorchNoteReader:
    """A causal language model of transformers, read as `OnnxNoteModel.read` reads."""

    def __init__(self, model) -> None:
        self._model = model

    def read(self, numbers: np.ndarray, cache: Any = None) -> tuple[np.ndarray, Any]:
        """The logits of the next token, 32-bit floats, (batch, vocabulary), and the cache."""
        import torch

        with torch.inference_mode(), one_thread():
            output = self._model(
                input_ids=torch.from_numpy(numbers), past_key_values=cache, use_cache=True
            )
        return output.logits[:, -1].float().numpy(), output.past_key_values


@contextmanager
def one_thread():
    """One thread for arithmetic this small: waiting for a second one costs more than it does, on
    a busy machine a hundred times more."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
