"""The scheduler of the picture model in numpy: DDIM for a model that predicts velocity, with zero
terminal signal-to-noise ratio and timesteps counted from the end.

The same results as diffusers' DDIMScheduler with the shipped scheduler_config.json and eta 0.
Sources: DDIM, Song et al. 2020; velocity, Salimans and Ho 2022; zero terminal SNR and trailing
timesteps, Lin et al. 2023 (arXiv 2305.08891).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from course_utils.pictures.onnx.files import damaged

__all__ = ["DdimScheduler"]

MADE_FOR = {  # what the shipped configuration says and this file computes; anything else is refused
    "_class_name": "DDIMScheduler",
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "set_alpha_to_one": True,
    "thresholding": False,
    "timestep_spacing": "trailing",
    "trained_betas": None,
}


class DdimScheduler:
    """`alphas_cumprod[t]` is the share of the signal's variance at timestep t (0 at the last)."""

    def __init__(self, beta_start: float, beta_end: float, num_train_timesteps: int) -> None:
        self.num_train_timesteps = num_train_timesteps
        betas = _linspace(beta_start**0.5, beta_end**0.5, num_train_timesteps) ** 2
        self.alphas_cumprod = _cumprod(1 - _with_zero_terminal_snr(betas))

    @classmethod
    def from_folder(cls, folder: Path) -> DdimScheduler:
        """The scheduler of a folder with scheduler_config.json.

        Raises:
            LearnerError: missing or damaged, or of another kind than this file computes.
        """
        try:
            config = json.loads((folder / "scheduler_config.json").read_text(encoding="utf-8"))
            if any(config.get(name) != value for name, value in MADE_FOR.items()):
                raise ValueError("another kind of scheduler")
            numbers = config["beta_start"], config["beta_end"], config["num_train_timesteps"]
            return cls(*numbers)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise damaged() from problem

    def timesteps(self, num_inference_steps: int, strength: float = 1.0) -> np.ndarray:
        """The timesteps to go through, falling; with a strength below 1 only the last of them."""
        ratio = self.num_train_timesteps / num_inference_steps
        falling = np.round(np.arange(self.num_train_timesteps, 0, -ratio)).astype(np.int64) - 1
        taken = min(int(num_inference_steps * strength), num_inference_steps)
        return falling[num_inference_steps - taken :]

    def step(
        self, velocity: np.ndarray, timestep: int, num_inference_steps: int, sample: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """One step towards the picture.

        Returns:
            The latents at the next timestep, and predicted_x0: the latents the model now takes
            the finished picture for.
        """
        before = timestep - self.num_train_timesteps // num_inference_steps
        alpha = self.alphas_cumprod[timestep]
        alpha_before = self.alphas_cumprod[before] if before >= 0 else np.float32(1)
        signal, noise = np.sqrt(alpha), np.sqrt(1 - alpha)
        predicted_x0 = signal * sample - noise * velocity
        predicted_noise = signal * velocity + noise * sample
        direction = np.sqrt(1 - alpha_before) * predicted_noise
        return np.sqrt(alpha_before) * predicted_x0 + direction, predicted_x0

    def add_noise(self, sample: np.ndarray, noise: np.ndarray, timestep: int) -> np.ndarray:
        """Clean latents as they are at a timestep."""
        alpha = self.alphas_cumprod[timestep]
        return np.sqrt(alpha) * sample + np.sqrt(1 - alpha) * noise


def _linspace(first: float, last: float, count: int) -> np.ndarray:
    """Evenly spaced 32-bit numbers, counted from whichever end is nearer, as torch does."""
    low, high = np.float32(first), np.float32(last)
    step = (high - low) / np.float32(count - 1)
    places = np.arange(count, dtype=np.float32)
    return np.where(places < count // 2, low + step * places, high - step * places[::-1])


def _cumprod(values: np.ndarray) -> np.ndarray:
    """Running product, kept in 64 bits and given in 32."""
    return np.cumprod(values, dtype=np.float64).astype(np.float32)


def _with_zero_terminal_snr(betas: np.ndarray) -> np.ndarray:
    """Betas moved and stretched so that the last timestep holds no signal (Lin et al., algorithm
    1); the first keeps its own."""
    signal = np.sqrt(_cumprod(1 - betas))
    first, last = signal[0], signal[-1]
    alphas_cumprod = ((signal - last) * (first / (first - last))) ** 2
    alphas = np.concatenate([alphas_cumprod[:1], alphas_cumprod[1:] / alphas_cumprod[:-1]])
    return 1 - alphas
