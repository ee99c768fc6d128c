"""Pictures from words: the small diffusion model that ships with the course, run by plain diffusers."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from course_utils.care.prompts import check_prompt
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress, Stopped
from course_utils.media.picture import open_picture, to_png
from course_utils.models.embedded import FOLDER

MODEL = "course-pictures"
SPEEDS = {"quick": 8, "balanced": 14, "careful": 28}  # denoising steps
STYLES = {"any": "", "flat": "flat drawing", "sticker": "sticker", "3d": "3d style"}
MOST_AT_ONCE = 9
DEFAULTS = {"count": 1, "speed": "balanced", "guidance": 3.0, "style": "any", "strength": 0.6, "from_parent": False}


class ImageEngine:
    """Text to picture, and picture to picture when `start` is given. 48 x 48 px."""

    kind = "image"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or FOLDER / "image"
        self._lock = threading.Lock()
        self._pipeline = None
        self._revision = ""

    def load(self) -> None:
        """Bring the model into memory (about 100 MB besides torch and diffusers).

        Raises:
            LearnerError: the model's files are missing or damaged.
        """
        with self._lock:
            if self._pipeline is not None:
                return
            try:
                weights = (self.folder / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()
                revision = hashlib.sha256(weights).hexdigest()[:12]
                del weights
                self._pipeline = load_pipeline(self.folder)
            except (OSError, ValueError) as problem:
                raise LearnerError("The picture model's files are missing or damaged. Run `python start.py` again to put them back.") from problem
            self._revision = revision

    def create(
        self, recipe: Recipe, *, on_progress: OnProgress | None = None, stop: threading.Event | None = None, start: Creation | None = None
    ) -> Iterator[Creation]:
        """Yield pictures for a recipe; see `Engine.create`.

        Settings: count 1-9, speed ("quick", "balanced", "careful"), guidance 1-8 (how closely to follow the words),
        style ("any", "flat", "sticker", "3d"), strength 0.1-1 (with `start`: how far to move away from it).
        from_parent says in the result's recipe that it began from the picture `parent`, which is needed to make it again.

        Args:
            start: a picture to begin from, instead of pure noise (SDEdit, Meng et al. 2021).

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        if settings["from_parent"] and start is None:
            raise LearnerError("This picture began from another picture, which is not here. Put both files into the same folder and try again.")
        settings["from_parent"] = start is not None
        self.load()
        began = time.monotonic()
        count, steps = settings["count"], SPEEDS[settings["speed"]]
        if stop is not None and stop.is_set():
            return
        pictures = self._draw(words_for_model(prompt, settings["style"]), recipe.seed, count, steps, settings, start, on_progress, stop)
        if pictures is None:
            return
        seconds = (time.monotonic() - began) / count
        for number, picture in enumerate(pictures):
            own = recipe.changed(
                seed=(recipe.seed + number) % 2**32, model=MODEL, revision=self._revision, prompt=prompt,
                settings={**settings, "count": 1}, parent=start.id if start else recipe.parent,
            )
            yield Creation(recipe=own, content=to_png(picture), seconds=round(seconds, 3))

    def _draw(self, words, seed, count, steps, settings, start, on_progress, stop):
        """PIL pictures, or None when stopped: half-drawn pictures are noise, so nothing is kept of an unfinished batch."""
        import torch

        def after_step(pipeline, step, timestep, values):
            if stop is not None and stop.is_set():
                raise Stopped
            if on_progress is not None:
                on_progress(Progress(step + 1, total, preview(pipeline, values["latents"][:1]) if step % 2 else None))
            return values

        total = steps
        # noise is drawn on the CPU, one generator a picture, so that picture i alone comes out the same
        generators = [torch.Generator("cpu").manual_seed((seed + number) % 2**32) for number in range(count)]
        common = {
            "prompt": [words] * count, "num_inference_steps": steps, "guidance_scale": settings["guidance"], "generator": generators,
            "callback_on_step_end": after_step, "output_type": "pil",
        }
        pipeline = self._pipeline
        try:
            with self._lock, torch.inference_mode():
                if start is None:
                    size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
                    return pipeline(height=size, width=size, **common).images
                pipeline = start_from_picture(pipeline)
                total = max(1, int(steps * settings["strength"]))
                size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
                first = open_picture(start.content).resize((size, size))
                return pipeline(image=[first] * count, strength=settings["strength"], **common).images
        except Stopped:
            return None
        except MemoryError as problem:
            raise LearnerError("There was not enough memory for that many pictures at once. Ask for one picture, or close other notebooks.") from problem


def load_pipeline(folder: Path):
    """The pipeline in `folder`, in 32-bit floats for the CPU (fp16 is slow there), silent."""
    import torch
    from diffusers import StableDiffusionPipeline
    from diffusers.utils import logging

    from course_utils.models.hardware import usable_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(usable_threads())
    pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32, use_safetensors=True, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.unet.to(memory_format=torch.channels_last)
    return pipeline


def start_from_picture(pipeline):
    """The same model as an image-to-image pipeline; weights are shared, nothing is loaded again."""
    from diffusers import AutoPipelineForImage2Image

    other = AutoPipelineForImage2Image.from_pipe(pipeline)
    other.set_progress_bar_config(disable=True)
    return other


def preview(pipeline, latents) -> bytes:
    """PNG bytes of an unfinished picture, decoded from 1 x 4 x h x w latents."""
    decoded = pipeline.vae.decode(latents).sample
    return to_png(pipeline.image_processor.postprocess(decoded, output_type="pil")[0])


def words_for_model(prompt: str, style: str) -> str:
    """What the model reads: the prompt and, when chosen, the words for a style."""
    return f"{prompt}, {STYLES[style]}" if STYLES[style] else prompt


def read_settings(recipe: Recipe) -> dict:
    """The settings of an image recipe with defaults filled in.

    Raises:
        LearnerError: a setting is unknown or out of range.
    """
    settings = {**DEFAULTS, **recipe.settings}
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise LearnerError(f"The picture maker has no setting called {sorted(unknown)[0]}. Leave it out and try again.")
    for name, (low, high) in {"count": (1, MOST_AT_ONCE), "guidance": (1, 8), "strength": (0.1, 1)}.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise LearnerError(f"The setting {name} must be a number from {low} to {high}. Change it and try again.")
    if not isinstance(settings["count"], int):
        raise LearnerError("The number of pictures must be a whole number. Change it and try again.")
    if not isinstance(settings["from_parent"], bool):
        raise LearnerError("The setting from_parent must be true or false. Leave it out and try again.")
    for name, allowed in {"speed": SPEEDS, "style": STYLES}.items():
        if settings[name] not in allowed:
            raise LearnerError(f"The setting {name} must be one of: {', '.join(allowed)}. Change it and try again.")
    return settings
