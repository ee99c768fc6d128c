"""The filmstrip is the real model's way, step by step, and not another one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.pictures import inside
from course_utils.pictures.film import with_diffusers
from course_utils.pictures.film.with_onnx import stretched
from course_utils.pictures.inside import filmstrip, three_parts
from course_utils.pictures.png import open_picture


@pytest.fixture(scope="module")
def film():
    return filmstrip("a red heart", seed=4, steps=8)


def test_the_film_ends_in_the_picture_the_studio_makes(film):
    made = next(
        iter(
            engine_for("image").create(
                Recipe(kind="image", prompt="a red heart", seed=4, settings={"speed": "quick"})
            )
        )
    )
    apart = np.abs(np.asarray(film.picture, float) - np.asarray(open_picture(made.content), float))
    assert apart.mean() < 1 and len(film.frames) == 8


def test_noise_falls_and_guesses_settle(film):
    noise = [frame.noise for frame in film.frames]
    assert noise == sorted(noise, reverse=True) and noise[0] > 0.99
    assert film.frames[-1].moved < max(frame.moved for frame in film.frames)


def test_a_branch_follows_other_words_from_its_step_on(film):
    branched = filmstrip("a red heart", seed=4, steps=8, branch=(3, "a blue circle"))
    same = np.abs(
        np.asarray(film.frames[1].guess, float) - np.asarray(branched.frames[1].guess, float)
    ).max()
    other = np.abs(np.asarray(film.picture, float) - np.asarray(branched.picture, float)).mean()
    assert same == 0 and other > 5


def test_attention_is_shared_among_the_words(film):
    assert list(film.words) == ["a", "red", "heart"]
    assert np.allclose(sum(film.words.values()), 1, atol=1e-3)
    assert all(grid.shape == (12, 12) and grid.std() > 0 for grid in film.words.values())


def test_everything_shown_has_words_for_those_who_cannot_see(film):
    shown = film._repr_html_() + film.attention_html()
    assert shown.count("<img ") == shown.count("<img alt=") == 8 * 2 + 3


def test_the_film_is_the_one_that_diffusers_gives(film):
    model = engine_for("image").model().with_diffusers()
    wanted = with_diffusers.film(model, lambda step: "a red heart", 4, 8, 3.0)
    for frame, moment in zip(film.frames, wanted.moments, strict=True):
        assert frame.noise == pytest.approx(moment.noise, abs=1e-4)
        np.testing.assert_allclose(frame.latents, moment.latents, atol=2e-3)
        for mine, other in ((frame.noisy, moment.noisy), (frame.guess, moment.guess)):
            assert np.abs(np.asarray(mine, int) - np.asarray(other, int)).max() <= 2
    shares = inside.word_shares(inside.pieces_of(model, "a red heart"), wanted.maps)
    for word, grid in film.words.items():
        np.testing.assert_allclose(grid, shares[word], atol=2e-3)
    processors = model.pipeline.unet.attn_processors.values()
    assert not any("Keeping" in type(one).__name__ for one in processors), "left as it was"


@pytest.mark.parametrize(("edge", "side"), [(3, 12), (6, 12), (12, 12), (6, 7)])
def test_maps_are_stretched_as_torch_does(edge, side):
    grids = np.random.default_rng(1).random((5, edge, edge))
    wanted = torch.nn.functional.interpolate(
        torch.from_numpy(grids)[None], size=(side, side), mode="bilinear", align_corners=False
    )[0]
    np.testing.assert_allclose(stretched(grids, side), wanted.numpy(), atol=1e-9)


def test_pieces_and_sizes_are_those_of_the_libraries():
    model = engine_for("image").model()
    other = model.with_diffusers()
    for text in ("a red heart", "Ada Lovelace's zeppelin!", "x " * 40, "Zoë 🙂"):
        assert inside.pieces_of(model, text) == inside.pieces_of(other, text)
    assert inside.millions(model) == pytest.approx(inside.millions(other), abs=0.01)


def test_three_parts_are_named_with_their_sizes():
    parts = dict(three_parts("a red heart"))
    assert list(parts) == ["Text encoder", "Denoiser", "Decoder"]
    assert "red" in parts["Text encoder"] and "6912" in parts["Decoder"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": ""},
        {"steps": 0},
        {"steps": 1000},
        {"branch": (0, "a cat")},
        {"branch": (2, "")},
        {"guidance": "high"},
        {"guidance": 99},
        {"seed": -1},
        {"seed": "x"},
        {"prompt": None},
    ],
)
def test_impossible_films_get_a_sentence(wrong):
    with pytest.raises(LearnerError):
        filmstrip(**{"prompt": "a cat", "steps": 4, **wrong})
