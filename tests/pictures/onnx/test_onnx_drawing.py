"""Drawing side by side without torch: progress, previews, Stop, batches of several recipes, and
what the model offers beside."""

from __future__ import annotations

import io
import threading
from threading import RLock

import numpy as np
import pytest
from PIL import Image

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Progress
from course_utils.pictures import upscaler as bigger
from course_utils.pictures.candidates.conditioning import embeddings
from course_utils.pictures.diffusion_model import PictureModel
from course_utils.pictures.onnx.drawing import Asked, Following, draw_one_recipe, draw_recipes
from course_utils.pictures.onnx.upscaler import detail
from course_utils.pictures.png import to_png
from course_utils.pictures.settings import PictureSettings
from pictures.onnx.both_paths import (
    as_array,
    diffusers_model,
    latents_shape,
    onnx_model,
    own_model,
)

STEPS = 8  # at quick speed


def asked(prompt: str = "a red heart", seed: int = 3, **chosen) -> Asked:
    settings = PictureSettings.of({"speed": "quick", **chosen})
    return Asked(embeddings(onnx_model(), prompt, settings), seed, settings)


def draw(one: Asked, following: Following | None = None, start: Creation | None = None):
    return draw_one_recipe(onnx_model(), one, following or Following(), RLock(), start)


@pytest.fixture(scope="module")
def start() -> Creation:
    content = to_png(Image.new("RGB", (48, 48), (240, 200, 40)))
    return Creation(recipe=Recipe(kind="image", prompt="a wall"), content=content)


def test_every_step_is_told_and_a_preview_is_shown():
    seen: list[Progress] = []
    drawn = draw(asked(count=2), Following(seen.append))
    assert [(one.step, one.total) for one in seen] == [(n, STEPS) for n in range(1, STEPS + 1)]
    shown = [one.preview for one in seen if one.preview]
    assert shown and Image.open(io.BytesIO(shown[0])).size == (48, 48)
    assert drawn.stopped_at == 0 and drawn.seconds > 0 and len(drawn.pictures) == 2


def test_fewer_steps_are_told_when_beginning_from_a_picture(start):
    seen: list[Progress] = []
    draw(asked(strength=0.5), Following(seen.append), start)
    assert [(one.step, one.total) for one in seen] == [(n, 4) for n in range(1, 5)]


def test_stop_keeps_what_the_model_took_the_pictures_for():
    stop, seen = threading.Event(), []

    def tell(progress: Progress) -> None:
        seen.append(progress.step)
        if progress.step == 5:
            stop.set()

    drawn = draw(asked(count=2), Following(tell, stop))
    assert drawn.stopped_at == 6 and seen[-1] == 5  # the step that notices it is not told
    again = draw(asked(count=2, stopped_at=6))
    np.testing.assert_array_equal(as_array(drawn.pictures), as_array(again.pictures))
    whole = draw(asked(count=2))
    assert not np.array_equal(as_array(drawn.pictures), as_array(whole.pictures))


def test_stop_at_the_beginning_keeps_nothing():
    stop = threading.Event()
    stop.set()
    assert draw(asked(), Following(stop=stop)) is None
    assert draw_recipes(onnx_model(), [asked()], Following(stop=stop), RLock()) is None


def test_a_candidate_drawn_alone_is_the_same():
    together = as_array(draw(asked(seed=11, count=9)).pictures)
    for number in (0, 4, 8):
        alone = as_array(draw(asked(seed=11 + number)).pictures)
        assert np.abs(alone[0] - together[number]).max() <= 1
    assert len({picture.tobytes() for picture in together}) == 9


def test_recipes_of_several_people_in_one_batch_come_out_as_alone():
    several = [
        asked("a red heart", 3, count=2),
        asked("a blue car", 2**32 - 1, count=2, surprise=0.4),
        asked("a pizza", 9, style="sticker", leave_out="red"),
        asked("a pizza", 10, surprise=0.4, shared_seed=9),
    ]
    together = draw_recipes(onnx_model(), several, Following(), RLock())
    alone = np.concatenate([as_array(draw(one).pictures) for one in several])
    assert np.abs(as_array(together.pictures) - alone).max() <= 1


def test_too_little_memory_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(onnx_model().networks, "velocity", _no_memory)
    with pytest.raises(LearnerError, match="Ask for one picture"):
        draw(asked())


def _no_memory(*given):
    raise MemoryError


def test_an_own_model_leaves_the_shipped_one_as_it_was():
    before = as_array(draw(asked()).pictures)
    taught = onnx_model().with_own(own_model(), 1.0)
    assert np.abs(taught.words("blobby")["prompt_embeds"]).sum() > 0
    np.testing.assert_array_equal(as_array(draw(asked()).pictures), before)
    assert taught.networks.part("vae_decoder") is onnx_model().networks.part("vae_decoder")
    assert taught.networks.part("unet") is not onnx_model().networks.part("unet")
    assert taught.revision == onnx_model().revision


def test_it_offers_what_the_engine_asks_of_a_model():
    ours, wanted = onnx_model(), diffusers_model()
    for name in (
        *("reads_as_numbers", "can_start", "can_change_a_part", "can_leave_out", "at_once"),
        *("size", "side", "revision", "about"),
    ):
        assert getattr(ours, name) == getattr(wanted, name), name
    everything = PictureSettings.of({"part": "middle", "own_model": "blobby", "leave_out": "red"})
    assert ours.check(everything, True) is None
    assert ours.without_effect(everything) == wanted.without_effect(everything) == ""
    assert ours.unread_words("a red heart " * 12).startswith("red heart")


def test_the_diffusers_pipeline_is_there_for_who_asks():
    model = onnx_model().with_diffusers()
    assert type(model) is PictureModel and model is onnx_model().with_diffusers()
    assert type(onnx_model().pipeline).__name__ == "StableDiffusionPipeline"


@pytest.mark.parametrize("size", [(48, 48), (48, 72), (7, 31), (1, 1)])
def test_the_enlarger_gives_what_plain_numpy_gives(size):
    small = np.random.default_rng(1).random((*size, 3)).astype(np.float32)
    ours = detail(small)
    assert ours.shape == (4 * size[0], 4 * size[1], 3)
    np.testing.assert_allclose(ours, bigger.detail(small), atol=2e-5)


@pytest.mark.parametrize("threads", (2, 3, 8, 20))
def test_pictures_shared_out_among_threads_are_those_of_one(monkeypatch, threads):
    networks, chance = onnx_model().networks, np.random.default_rng(5)
    latents = chance.standard_normal(latents_shape(8)).astype(np.float32)
    words = chance.standard_normal((8, 24, 192)).astype(np.float32)

    def made() -> list[np.ndarray]:
        velocity = networks.velocity(latents, 500, words)
        return [velocity, networks.decode(latents), networks.prompt_embeds(words)]

    monkeypatch.setattr(networks, "_threads", 1)
    alone = made()
    monkeypatch.setattr(networks, "_threads", threads)
    assert all(np.array_equal(one, other) for one, other in zip(alone, made(), strict=True))
