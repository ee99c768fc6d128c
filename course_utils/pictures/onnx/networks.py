"""The networks of the shipped picture model as onnxruntime sessions: text encoder, UNet, decoder
and encoder of latents. Each is opened when it is first needed.

The graphs lie in `FOLDER/onnx`, without weights; these come from the safetensors files that
diffusers reads too (training/image/export_onnx.py writes the graphs).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

from course_utils.models.hardware import usable_threads
from course_utils.models.lora_weights import Change
from course_utils.models.onnx_session import OnnxSession, open_session
from course_utils.pictures.onnx.files import WHAT, damaged

__all__ = ["Networks", "WEIGHTS", "read_token_table", "weight_shapes"]

WEIGHTS = {
    "text_encoder": "text_encoder/model.safetensors",
    "unet": "unet/diffusion_pytorch_model.safetensors",
    "vae_decoder": "vae/diffusion_pytorch_model.safetensors",
    "vae_encoder": "vae/diffusion_pytorch_model.safetensors",
}
TOKEN_TABLE = "embeddings.token_embedding.weight"


class Networks:
    """The parts by name; safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        changes: dict[str, Change] | None = None,
        like: Networks | None = None,
    ) -> None:
        """
        Args:
            folder: of the picture model.
            changes: what is done to the weights of a part before it is opened; see `open_session`.
            like: opened parts that are not changed are taken from there.
        """
        self.folder, self._changes, self._like = folder, changes or {}, like
        self._opened: dict[str, OnnxSession] = {}
        self._lock = threading.RLock()
        self._threads = usable_threads()

    def part(self, name: str) -> OnnxSession:
        """A part, opened.

        Raises:
            LearnerError: its files are missing or damaged, or of another version than its graph.
        """
        if self._like is not None and name not in self._changes:
            return self._like.part(name)
        with self._lock:
            if name not in self._opened:
                self._opened[name] = open_session(
                    self.folder / "onnx" / f"{name}.onnx",
                    self.folder / WEIGHTS[name],
                    what=WHAT,
                    change=self._changes.get(name),
                    threads=1,  # pictures are shared out instead; see `_each`
                )
            return self._opened[name]

    def prompt_embeds(self, inputs_embeds: np.ndarray) -> np.ndarray:
        """The text encoder's last hidden state of token embeddings, both N x tokens x width."""
        return self._each("text_encoder", inputs_embeds=inputs_embeds)

    def velocity(self, sample: np.ndarray, timestep: int, prompt_embeds: np.ndarray) -> np.ndarray:
        """What the UNet predicts for N latents at one timestep, in their shape."""
        when = np.array([timestep], np.int64)
        common = {"timestep": when}
        return self._each("unet", common, sample=sample, encoder_hidden_states=prompt_embeds)

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Pixels from -1 to 1, N x 3 x H x W, of latents N x 4 x h x w."""
        return self._each("vae_decoder", latents=latents)

    def encode(self, pixels: np.ndarray) -> np.ndarray:
        """Latents of pixels from -1 to 1; without chance."""
        return self._each("vae_encoder", pixels=pixels)

    def _each(
        self, name: str, common: dict[str, np.ndarray] | None = None, **rows: np.ndarray
    ) -> np.ndarray:
        """What a part makes of N rows, shared out among the threads: they meet once in a run, where
        threads inside it would meet at each of its hundreds of steps."""
        part, given = self.part(name), common or {}
        count = len(next(iter(rows.values())))
        shares = min(self._threads, count)
        ends = [count * number // shares for number in range(1, shares)]
        cut = {one: np.split(value, ends) for one, value in rows.items()}
        inputs = [{one: cut[one][number] for one in cut} for number in range(shares)]
        others = [_workers().submit(part, **given, **one) for one in inputs[1:]]
        made = [part(**given, **inputs[0])[0], *(one.result()[0] for one in others)]
        return made[0] if shares == 1 else np.concatenate(made)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="pictures")


def read_token_table(folder: Path) -> np.ndarray:
    """The embeddings of all tokens, tokens x width, in 32 bits.

    Raises:
        LearnerError: the text encoder's file is missing or damaged.
    """
    return _read(folder, "text_encoder", lambda stored: _token_table(stored).astype(np.float32))


def weight_shapes(folder: Path, part: str) -> dict[str, tuple[int, ...]]:
    """The shapes of a part's weights by name.

    Raises:
        LearnerError: its file is missing or damaged.
    """
    return _read(
        folder,
        part,
        lambda stored: {name: tuple(stored.get_slice(name).get_shape()) for name in stored.keys()},
    )


def _token_table(stored) -> np.ndarray:
    """The table, whatever a version of transformers puts before its name."""
    return stored.get_tensor(next(name for name in stored.keys() if name.endswith(TOKEN_TABLE)))


def _read(folder: Path, part: str, take: Callable):
    """What `take` takes from a part's opened weights file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS[part], framework="np") as stored:
            return take(stored)
    except (SafetensorError, OSError, ValueError, TypeError, StopIteration) as problem:
        raise damaged() from problem
