"""The course's own picture model watched while it draws one picture, without torch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.models.onnx_session import open_session
from course_utils.pictures.film.moments import Film, Moment
from course_utils.pictures.onnx.files import WHAT
from course_utils.pictures.onnx.model import OnnxPictureModel
from course_utils.pictures.onnx.networks import WEIGHTS
from course_utils.pictures.onnx.sampling import Guidance, Schedule, Unet, denoise
from course_utils.pictures.onnx.torch_noise import TorchNoise

__all__ = ["film"]

CROSS_ATTENTION = r"/unet/[\w./]+?/attn2/Softmax_output_0"  # names of the exporter


class WatchedUnet:
    """The UNet, of which every cross-attention is kept: places x tokens, the mean over its heads,
    of the half of the batch that follows the words.
    """

    def __init__(self, model: OnnxPictureModel) -> None:
        folder = model.folder
        self._session = open_session(
            folder / "onnx" / "unet.onnx",
            folder / WEIGHTS["unet"],
            what=WHAT,
            watch=CROSS_ATTENTION,
        )
        self.kept: list[np.ndarray] = []

    def velocity(self, sample: np.ndarray, timestep: int, prompt_embeds: np.ndarray) -> np.ndarray:
        """As `Networks.velocity`."""
        when = np.array([timestep], np.int64)
        found, *attention = self._session(
            sample=sample, timestep=when, encoder_hidden_states=prompt_embeds
        )
        self.kept += [one[-1].mean(0) for one in attention]
        return found

    def maps(self, side: int) -> np.ndarray:
        """tokens x side x side: mean over steps, layers and heads."""
        edges = [round(len(one) ** 0.5) for one in self.kept]
        grids = (one.T.reshape(-1, edge, edge) for one, edge in zip(self.kept, edges))
        return np.mean([stretched(grid, side) for grid in grids], 0)


class Turning:
    """Guidance by some words, and by others from a step on."""

    def __init__(self, words: Callable[[int], Guidance]) -> None:
        """`words`: the guidance of each step, counted from 1."""
        self._words, self._step = words, 0

    def velocity(self, networks: Unet, latents: np.ndarray, timestep: int) -> np.ndarray:
        self._step += 1
        return self._words(self._step).velocity(networks, latents, timestep)


def film(
    model: OnnxPictureModel,
    words: Callable[[int], str],
    seed: int,
    steps: int,
    guidance_scale: float,
) -> Film:
    """Draw one picture and keep every step.

    Args:
        words: what is followed at each step, counted from 1.
    """
    unet, schedule = WatchedUnet(model), Schedule(model.scheduler, steps)
    leave = model.words("")["prompt_embeds"]
    texts = {words(step) for step in range(1, steps + 1)}
    read = {text: model.words(text)["prompt_embeds"] for text in texts}
    turning = Turning(lambda step: Guidance(read[words(step)], leave, guidance_scale))
    seen = TorchNoise(seed).normal((1, model.channels, model.side, model.side))
    noisy, moments = [seen], []

    def keep(done: int, latents: np.ndarray, predicted_x0: np.ndarray) -> None:
        timestep = int(schedule.timesteps[done - 1])
        noise = float(np.sqrt(1 - model.scheduler.alphas_cumprod[timestep]))
        before, guess = model.decode(np.concatenate([noisy[-1], predicted_x0]))
        moments.append(Moment(noise, before, guess, noisy[-1][0].copy()))
        noisy.append(latents)

    denoise(unet, turning, schedule, seen, keep)
    return Film(moments, unet.maps(model.side))


def stretched(grid: np.ndarray, side: int) -> np.ndarray:
    """N x edge x edge numbers as N x side x side, linear between the middles of the places."""
    edge = grid.shape[-1]
    where = np.clip((np.arange(side) + 0.5) * edge / side - 0.5, 0, edge - 1)
    low = np.floor(where).astype(int)
    high, share = np.minimum(low + 1, edge - 1), where - low
    across = grid[..., low] * (1 - share) + grid[..., high] * share
    down = share[:, None]
    return across[..., low, :] * (1 - down) + across[..., high, :] * down
