"""Noise and scheduler in numpy give the numbers of torch and diffusers."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from course_utils.creation import LearnerError
from course_utils.pictures.onnx.ddim import DdimScheduler
from course_utils.pictures.onnx.torch_noise import TorchNoise
from pictures.onnx.both_paths import MODEL

SEEDS = [0, 1, 7, 12345, 2**31, 2**32 - 1, 2**32, 2**40 + 5]
SHAPES = [(1, 4, 12, 12), (3,), (17,), (1,), (2, 2), (16,), (15,), (1000,), (31,), (4, 4, 4)]


@pytest.mark.parametrize("seed", SEEDS)
def test_noise_is_that_of_torch_from_the_same_seed_call_after_call(seed):
    generator, ours = torch.Generator("cpu").manual_seed(seed), TorchNoise(seed)
    for shape in SHAPES:
        wanted = torch.randn(shape, generator=generator).numpy()
        made = ours.normal(shape)
        assert made.dtype == np.float32 and made.shape == shape
        np.testing.assert_allclose(made, wanted, atol=2e-6, rtol=0)


def test_noise_is_the_same_again_and_another_from_another_seed():
    first, again, other = (TorchNoise(seed).normal((1, 4, 12, 12)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.2
    assert abs(first.mean()) < 0.15 and abs(first.std() - 1) < 0.15


@pytest.fixture(scope="module")
def schedulers():
    from diffusers import DDIMScheduler

    folder = MODEL / "scheduler"
    return DdimScheduler.from_folder(folder), DDIMScheduler.from_pretrained(folder)


def test_the_last_timestep_holds_no_signal(schedulers):
    ours, wanted = schedulers
    assert ours.alphas_cumprod[-1] == 0
    np.testing.assert_allclose(ours.alphas_cumprod, wanted.alphas_cumprod.numpy(), atol=1e-6)


@pytest.mark.parametrize("steps", [1, 3, 8, 12, 14, 28, 50])
def test_steps_are_those_of_diffusers(schedulers, steps):
    ours, wanted = schedulers
    wanted.set_timesteps(steps)
    np.testing.assert_array_equal(ours.timesteps(steps), wanted.timesteps.numpy())
    chance = np.random.default_rng(steps)
    for timestep in ours.timesteps(steps).tolist():
        sample, velocity = chance.standard_normal((2, 3, 4, 12, 12)).astype(np.float32)
        step = wanted.step(torch.from_numpy(velocity), timestep, torch.from_numpy(sample))
        latents, predicted_x0 = ours.step(velocity, timestep, steps, sample)
        assert latents.dtype == predicted_x0.dtype == np.float32
        np.testing.assert_allclose(latents, step.prev_sample.numpy(), atol=5e-6)
        np.testing.assert_allclose(predicted_x0, step.pred_original_sample.numpy(), atol=5e-6)
        noised = wanted.add_noise(
            *map(torch.from_numpy, (sample, velocity)), torch.tensor([timestep])
        )
        np.testing.assert_allclose(ours.add_noise(sample, velocity, timestep), noised, atol=5e-6)


@pytest.mark.parametrize(("strength", "left"), [(1.0, 14), (0.5, 7), (0.08, 1), (0.99, 13)])
def test_a_lower_strength_takes_only_the_last_timesteps(schedulers, strength, left):
    ours = schedulers[0]
    taken = ours.timesteps(14, strength)
    assert len(taken) == left
    np.testing.assert_array_equal(taken, ours.timesteps(14)[14 - left :])


@pytest.mark.parametrize(
    "change",
    [{"prediction_type": "epsilon"}, {"timestep_spacing": "leading"}, {"beta_end": "much"}],
)
def test_a_scheduler_of_another_kind_is_refused(tmp_path, change):
    settings = json.loads((MODEL / "scheduler/scheduler_config.json").read_text(encoding="utf-8"))
    (tmp_path / "scheduler_config.json").write_text(json.dumps({**settings, **change}))
    with pytest.raises(LearnerError, match="start.py"):
        DdimScheduler.from_folder(tmp_path)
