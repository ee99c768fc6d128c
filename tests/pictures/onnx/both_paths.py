"""The shipped picture model on both paths: diffusers on torch, and onnxruntime; and an own model
with matrices large enough to change pictures."""

from __future__ import annotations

from functools import cache
from threading import RLock

import numpy as np
import torch

from course_utils.models.catalogue import find_model
from course_utils.models.embedded import FOLDER
from course_utils.models.lora_file import WORD, OwnCard, OwnModel, fingerprint
from course_utils.pictures.candidates.conditioning import embeddings
from course_utils.pictures.diffusers.beginning import draw_from
from course_utils.pictures.diffusers.denoising import Drawing
from course_utils.pictures.diffusers.lora import with_own
from course_utils.pictures.diffusion_model import PictureModel, own_model_of_the_course
from course_utils.pictures.onnx.drawing import Asked, Following, draw_one_recipe
from course_utils.pictures.onnx.model import OnnxPictureModel, open_onnx_model
from course_utils.pictures.settings import PictureSettings

MODEL = FOLDER / "image"
ABOUT = find_model("course-pictures")
STEPS = {"quick": 8, "balanced": 14}
RANK = 4
PLACES = (  # one layer of every kind that learns
    "down_blocks.0.resnets.0.conv1",
    "mid_block.resnets.1.conv2",
    "down_blocks.1.attentions.0.proj_in",
    "up_blocks.0.attentions.0.proj_out",
    "down_blocks.2.attentions.0.transformer_blocks.0.attn1.to_q",
    "mid_block.attentions.0.transformer_blocks.0.attn2.to_k",
    "up_blocks.1.attentions.1.transformer_blocks.0.attn2.to_v",
    "up_blocks.0.attentions.1.transformer_blocks.0.attn1.to_out.0",
    "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj",
    "up_blocks.1.attentions.0.transformer_blocks.0.ff.net.2",
)


@cache
def diffusers_model() -> PictureModel:
    return own_model_of_the_course(ABOUT, MODEL)


@cache
def onnx_model() -> OnnxPictureModel:
    return open_onnx_model(ABOUT, MODEL)


def latents_shape(count: int = 1) -> tuple[int, int, int, int]:
    """Of `count` pictures' latents."""
    return (count, onnx_model().channels, onnx_model().side, onnx_model().side)


def own_model(name: str = "blobby", size: float = 0.3, **changed) -> OwnModel:
    """Random thin matrices for PLACES, whose product is about `size` of the weight it is added to.
    `changed`: fields of the card."""
    chance = np.random.default_rng(1)
    weights = diffusers_model().pipeline.unet.state_dict()
    tensors = {WORD: chance.standard_normal(192).astype(np.float16) * np.float16(0.02)}
    for place in PLACES:
        weight = weights[f"{place}.weight"].numpy()
        down = chance.standard_normal((RANK, *weight.shape[1:]))
        ones = (1,) * (weight.ndim - 2)
        up = chance.standard_normal((weight.shape[0], RANK, *ones))
        up *= size * weight.std() / RANK**0.5
        tensors[f"unet.{place}.lora_A.weight"] = down.astype(np.float16)
        tensors[f"unet.{place}.lora_B.weight"] = up.astype(np.float16)
    facts = {"drawings": 3, "steps": 3, "seconds": 1.0, "rank": RANK}
    facts |= {"base": "course-pictures", "base_revision": onnx_model().revision}
    card = OwnCard(name=name, **(facts | changed))
    return OwnModel(card, tensors, fingerprint(tensors))


def with_own_on_torch(own: OwnModel, strength: float) -> PictureModel:
    base = diffusers_model()
    return base.with_pipeline(with_own(base.pipeline, own, strength, base.revision))


def by_torch(
    model: PictureModel, prompt: str, seed: int, start=None, other=None, **chosen
) -> np.ndarray:
    """Pictures by diffusers, N x 48 x 48 x 3 from 0 to 255; text to picture begins from torch.randn
    of each seed."""
    settings = PictureSettings.of({"speed": "quick", **chosen})
    count, steps = settings.count, STEPS[settings.speed]
    generators = [torch.Generator("cpu").manual_seed(seed + n) for n in range(count)]
    with torch.inference_mode():
        words = embeddings(model, prompt, settings)
        common = {
            "num_inference_steps": steps,
            "guidance_scale": settings.guidance,
            "generator": generators,
            **{name: value.expand(count, -1, -1) for name, value in words.items()},
        }
        draw = Drawing(model, common, steps, 0, steps, settings.stopped_at, None, None)
        if start is None:
            noise = torch.cat([torch.randn(latents_shape(), generator=one) for one in generators])
            made = draw(height=48, width=48, latents=noise)
        else:
            made = draw_from(draw, model, start, other, settings, settings.strength, count)
    return as_array(made)


def by_onnx(
    model: OnnxPictureModel, prompt: str, seed: int, start=None, other=None, **chosen
) -> np.ndarray:
    """The same by onnxruntime."""
    settings = PictureSettings.of({"speed": "quick", **chosen})
    asked = Asked(embeddings(model, prompt, settings), seed, settings)
    return as_array(draw_one_recipe(model, asked, Following(), RLock(), start, other).pictures)


def as_array(pictures: list) -> np.ndarray:
    return np.stack([np.asarray(picture, np.int64) for picture in pictures])
