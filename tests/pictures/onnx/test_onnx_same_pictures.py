"""The shipped picture model draws the same pictures by onnxruntime as by diffusers on torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from course_utils.creation import Creation, Recipe
from course_utils.pictures.png import to_png
from pictures.onnx.both_paths import (
    by_onnx,
    by_torch,
    diffusers_model,
    latents_shape,
    onnx_model,
    own_model,
    with_own_on_torch,
)

LARGEST = 2  # of 255: the largest difference of any dot
JOBS = {
    "from words": {},
    "without guidance": {"guidance": 1.0},
    "strong guidance": {"guidance": 8.0},
    "words to leave out": {"leave_out": "a yellow background"},
    "two words mixed": {"second": "a blue car", "second_share": 0.4},
    "styles mixed": {"style": "flat:0.7 3d:0.3"},
    "along directions": {"directions": "3d:1.5; made of wool:-0.5"},
    "stopped": {"stopped_at": 4},
}
FROM_A_PICTURE = {
    "from a picture": {"strength": 0.6},
    "close to a picture": {"strength": 0.15},
    "as far as can be": {"strength": 1.0},
    "a named part": {"part": "top half", "strength": 0.8},
    "a part anew": {"part": "right half", "strength": 1.0},
    "painted squares": {"part": f"{(1 << 70) | (1 << 71) | (1 << 58):036x}", "strength": 0.7},
    "wider": {"extend": "right"},
    "taller": {"extend": "above"},
    "stopped in a picture": {"strength": 0.9, "stopped_at": 4},
}


def worst(ours: np.ndarray, wanted: np.ndarray) -> int:
    assert ours.shape == wanted.shape and wanted.std() > 5
    return int(np.abs(ours - wanted).max())


@pytest.fixture(scope="module")
def start() -> Creation:
    picture = Image.new("RGB", (48, 48), (250, 240, 200))
    ImageDraw.Draw(picture).ellipse((8, 10, 38, 40), fill=(200, 40, 60), outline="black")
    return Creation(recipe=Recipe(kind="image", prompt="a ball"), content=to_png(picture))


@pytest.fixture(scope="module")
def other() -> Creation:
    picture = Image.new("RGB", (96, 96), (20, 120, 220))
    ImageDraw.Draw(picture).rectangle((20, 20, 70, 80), fill=(250, 220, 40))
    return Creation(recipe=Recipe(kind="image", prompt="a box"), content=to_png(picture))


@pytest.mark.parametrize("job", JOBS)
def test_pictures_from_words_are_those_of_diffusers(job):
    given = {"count": 3, **JOBS[job]}
    ours = by_onnx(onnx_model(), "a red heart", 7, **given)
    assert worst(ours, by_torch(diffusers_model(), "a red heart", 7, **given)) < LARGEST


def test_pictures_at_normal_speed_are_those_of_diffusers():
    given = {"count": 4, "speed": "balanced"}
    ours = by_onnx(onnx_model(), "a green frog", 2**32 - 5, **given)
    assert worst(ours, by_torch(diffusers_model(), "a green frog", 2**32 - 5, **given)) < LARGEST


@pytest.mark.parametrize("job", FROM_A_PICTURE)
def test_pictures_from_a_picture_are_those_of_diffusers(job, start):
    given = {"count": 2, **FROM_A_PICTURE[job]}
    ours = by_onnx(onnx_model(), "a pizza", 11, start, **given)
    assert worst(ours, by_torch(diffusers_model(), "a pizza", 11, start, **given)) < LARGEST


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_blends_are_those_of_diffusers(share, start, other):
    given = {"blend_with": other.id, "blend_share": share, "strength": 0.4}
    ours = by_onnx(onnx_model(), "a box", 5, start, other, **given)
    assert worst(ours, by_torch(diffusers_model(), "a box", 5, start, other, **given)) < LARGEST


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("job", [{}, {"strength": 0.7}, {"part": "left half", "strength": 0.8}])
def test_an_own_model_draws_the_same_and_changes_what_is_drawn(job, strength, start):
    own, first = own_model(), start if job else None
    ours = by_onnx(onnx_model().with_own(own, strength), "a blobby dog", 3, first, **job)
    wanted = by_torch(with_own_on_torch(own, strength), "a blobby dog", 3, first, **job)
    assert worst(ours, wanted) < LARGEST
    plain = by_onnx(onnx_model(), "a blobby dog", 3, first, **job)
    assert np.abs(plain - ours).mean() > 1


def test_shared_noise_is_that_of_the_engine_on_torch():
    from course_utils.pictures.diffusers.drawing import starting_noise as wanted_noise
    from course_utils.pictures.onnx.drawing import starting_noise
    from course_utils.pictures.onnx.torch_noise import TorchNoise

    for surprise, shared_seed in ((1, -1), (0.5, -1), (0, -1), (0.3, 99), (0, 2**32 - 1)):
        generators = [torch.Generator("cpu").manual_seed(40 + n) for n in range(3)]
        streams = [TorchNoise(40 + n) for n in range(3)]
        wanted = wanted_noise(diffusers_model(), generators, surprise, shared_seed).numpy()
        ours = starting_noise(onnx_model(), streams, surprise, shared_seed)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, wanted, atol=2e-6)


def test_previews_and_embeddings_are_those_of_diffusers():
    latents = np.random.default_rng(4).standard_normal(latents_shape()).astype(np.float32)
    with torch.inference_mode():
        wanted = diffusers_model().decode(torch.from_numpy(latents))[0]
        words = diffusers_model().words("two green frogs, sticker")["prompt_embeds"].numpy()
    ours = onnx_model().decode(latents)[0]
    assert np.abs(np.asarray(ours, int) - np.asarray(wanted, int)).max() < LARGEST
    ours = onnx_model().words("two green frogs, sticker")["prompt_embeds"]
    np.testing.assert_allclose(ours, words, atol=1e-4)
