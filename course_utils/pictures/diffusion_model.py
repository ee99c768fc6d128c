"""The picture models of the catalogue, opened by diffusers: how each is loaded, what it can do,
and its own way from words to numbers and from numbers to pixels.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import inspect
import json
import time
from pathlib import Path
from typing import Any

from course_utils.creation import LearnerError
from course_utils.models.big_tools import need_big_tools
from course_utils.models.catalogue import Model, find_model
from course_utils.models.embedded import FOLDER
from course_utils.models.hub import DONE, folder_of, is_fetched
from course_utils.pictures.png import to_png
from course_utils.pictures.settings import PictureSettings

__all__ = [
    "AT_ONCE",
    "NO_MEMORY",
    "PREVIEW_SIDE",
    "PictureModel",
    "SHIPPED_MODEL",
    "accepted",
    "clean_guess",
    "guidance_for",
    "in_tiles",
    "open_model",
    "own_model_of_the_course",
    "short_name",
    "steps_for",
]

SHIPPED_MODEL = "course-pictures"
SHARES = {"quick": 0.6, "balanced": 1.0, "careful": 2.0}  # of the steps the catalogue names
# the guidance that means "follow the words normally"; each model has its own number for it
NORMAL = 3.0
# their words can be mixed, their noise shared, their unfinished pictures shown
READ_AS_NUMBERS = (
    "StableDiffusionPipeline",
    "StableDiffusionXLPipeline",
    "LatentConsistencyModelPipeline",
)
PREVIEW_SIDE = 128  # pixels
AT_ONCE = 9
NO_MEMORY = (
    "There is not enough memory for this picture model. Close other notebooks and programs, or"
    " choose a smaller one under Which model."
)


def short_name(model: Model) -> str:
    """What a learner reads."""
    return "The course's own picture model" if model.ships else model.id.split("/")[-1]


def steps_for(model: Model, speed: str) -> int:
    """Denoising steps of a named speed: the catalogue's number when balanced.

    A model made for one step always takes one.
    """
    return model.steps if model.steps <= 1 else max(1, int(model.steps * SHARES.get(speed, 1.0)))


def guidance_for(model: Model, asked: float) -> float:
    """A model's own guidance for what a learner asks (1-8, 3 is normal): gentler steps where the
    model's normal is higher; unchanged for models that have none.
    """
    return (
        asked
        if model.ships
        else model.guidance
        if model.guidance <= 1
        else model.guidance * (asked / NORMAL) ** 0.5
    )


class PictureModel:
    """A text-to-image model, ready to draw. `about` is its line in the catalogue."""

    def __init__(self, about: Model, pipeline, revision: str, decoder=None, unfit=None) -> None:
        """`decoder`: a small one (AutoencoderTiny) for previews, and for pictures where there is no
        graphics card. `unfit`: PIL pictures -> which of them a class should not see.
        """
        self.about, self.pipeline, self.revision, self.decoder, self.unfit = (
            about,
            pipeline,
            revision,
            decoder,
            unfit,
        )
        self.preview_seconds = 0.0  # how long the last preview took
        self._others: dict[str, Any] = {}  # pipelines, which diffusers makes without types

    # What it can do

    @property
    def reads_as_numbers(self) -> bool:
        """Whether words can be handed over as the text encoder's numbers, and noise as latents."""
        return type(self.pipeline).__name__ in READ_AS_NUMBERS

    @property
    def can_start(self) -> bool:
        """Whether it can begin from a picture."""
        return self.about.steps > 1 and self.reads_as_numbers and self._mapped("IMAGE2IMAGE")

    @property
    def can_change_a_part(self) -> bool:
        return self.about.steps > 1 and self.reads_as_numbers and self._mapped("INPAINT")

    @property
    def can_leave_out(self) -> bool:
        """Whether words to move away from have an effect: only with classifier-free guidance,
        which a guidance embedding replaces.
        """
        return (
            self.reads_as_numbers
            and self.about.guidance > 1
            and self.pipeline.unet.config.time_cond_proj_dim is None
        )

    def _mapped(self, task: str) -> bool:
        from diffusers.pipelines import auto_pipeline

        try:
            return (
                auto_pipeline._get_task_class(
                    getattr(auto_pipeline, f"AUTO_{task}_PIPELINES_MAPPING"),
                    type(self.pipeline).__name__,
                    throw_error_if_not_exist=False,
                )
                is not None
            )
        except AttributeError:
            # another version of the library keeps the table elsewhere: then opening it is the test
            return True

    def check(self, settings: PictureSettings, has_start: bool) -> None:
        """Refuse, in a sentence, what this model cannot do.

        Raises:
            LearnerError: a setting asks for it.
        """
        name, turn = short_name(self.about), "choose the course's own under Which model for that"
        if settings.own_model and not self.about.ships:
            raise LearnerError(
                f"Your own model “{settings.own_model[:40]}” was taught on the course's own"
                f" picture model, and {name} is another. Leave it out, or {turn}."
            )
        if (settings.part or settings.extend) and not self.can_change_a_part:
            raise LearnerError(
                f"{name} cannot change only a part of a picture, nor make it wider. Choose all of"
                f" it and no, or {turn}."
            )
        if has_start and not self.can_start:
            why = "draws in one single step, so it" if self.about.steps <= 1 else ""
            raise LearnerError(
                f"{name} {why} cannot begin from a picture. Choose words only under Begin from, or"
                f" {turn}.".replace("  ", " ")
            )
        if not self.reads_as_numbers and (
            settings.second or settings.directions or " " in settings.style.strip()
        ):
            raise LearnerError(
                f"{name} reads only whole sentences, so words and styles cannot be mixed by"
                f" numbers. Say both in your words, or {turn}."
            )

    def without_effect(self, settings: PictureSettings) -> str:
        """A sentence about settings this model takes no notice of, "" when there are none."""
        lost = []
        if settings.leave_out and not self.can_leave_out:
            lost.append("words to leave out")
        if settings.guidance != NORMAL and self.about.guidance <= 1:
            lost.append("how closely to follow the words")
        if settings.speed != "balanced" and self.about.steps <= 1:
            lost.append("speed")
        if settings.surprise < 1 and not self.reads_as_numbers:
            lost.append("surprise")
        return f"{short_name(self.about)} takes no notice of: {', '.join(lost)}." if lost else ""

    # Numbers

    @property
    def device(self):
        return self.pipeline.device

    @property
    def at_once(self) -> int:
        """Pictures drawn side by side: all of them where they are small, four on a graphics card,
        else one after another, so that memory suffices and Stop keeps the finished ones.
        """
        if self.about.ships:
            return AT_ONCE
        return 4 if self.device.type == "cuda" and self.size <= 512 else 1

    @property
    def size(self) -> int:
        """Pixels of a picture's width and height: what the catalogue says,
        and for the course's own what it was trained with.
        """
        return (
            self.pipeline.unet.config.sample_size * self.pipeline.vae_scale_factor
            if self.about.ships
            else self.about.size
        )

    @property
    def side(self) -> int:
        """Width and height of the latents."""
        return self.size // self.pipeline.vae_scale_factor

    @property
    def channels(self) -> int:
        """Numbers at each place of the latents."""
        return self.pipeline.unet.config.in_channels

    def words(self, text: str) -> dict:
        """What the text encoder makes of some words, by the name the pipeline takes it under:
        1 x tokens x width, and 1 x width where there are two encoders.
        """
        if "XL" in type(self.pipeline).__name__:
            embeds, _, pooled, _ = self.pipeline.encode_prompt(
                text, device=self.device, num_images_per_prompt=1, do_classifier_free_guidance=False
            )
            return {"prompt_embeds": embeds, "pooled_prompt_embeds": pooled}
        return {"prompt_embeds": self.pipeline.encode_prompt(text, self.device, 1, False)[0]}

    def words_to_leave(self, text: str) -> dict:
        """The same for words to move away from; {} where that has no effect."""
        if not self.can_leave_out:
            return {}
        if "XL" in type(self.pipeline).__name__:
            _, embeds, _, pooled = self.pipeline.encode_prompt(
                "",
                device=self.device,
                num_images_per_prompt=1,
                do_classifier_free_guidance=True,
                negative_prompt=text or None,
            )
            return {"negative_prompt_embeds": embeds, "negative_pooled_prompt_embeds": pooled}
        return {"negative_prompt_embeds": self.words(text)["prompt_embeds"]}

    def decode(self, latents) -> list:
        """PIL pictures of n x 4 x h x w latents; big ones one at a time,
        so that memory suffices.
        """
        fast = self.decoder is not None and self.device.type == "cpu"
        return [
            picture
            for some in latents.split(AT_ONCE if self.about.ships else 1)
            for picture in self._pictures(self.decoder if fast else self.pipeline.vae, some)
        ]

    def encode(self, pictures: list):
        """Latents of PIL pictures of this model's size, without chance."""
        vae = self.pipeline.vae
        made = vae.encode(
            self.pipeline.image_processor.preprocess(pictures).to(self.device, vae.dtype)
        )
        latents = made.latents if hasattr(made, "latents") else made.latent_dist.mode()
        return (latents - (vae.config.shift_factor or 0.0)) * vae.config.scaling_factor

    def preview(self, latents) -> bytes | None:
        """A small PNG of an unfinished picture from 1 x 4 x h x w latents;
        None when a class should not see it.
        """
        began = time.monotonic()
        picture = self._pictures(self.decoder or self.pipeline.vae, latents)[0]
        picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        shown = None if self.unfit is not None and self.unfit([picture])[0] else to_png(picture)
        self.preview_seconds = time.monotonic() - began
        return shown

    def _pictures(self, vae, latents) -> list:
        import torch

        if getattr(vae.config, "force_upcast", False) and vae.dtype == torch.float16:
            vae.to(torch.float32)  # some decoders overflow in 16 bits
        latents = latents.to(vae.device, vae.dtype) / vae.config.scaling_factor + (
            vae.config.shift_factor or 0.0
        )
        return self.pipeline.image_processor.postprocess(vae.decode(latents).sample.float())

    def as_task(self, task: str):
        """The same weights as a pipeline for "start" (image to image) or "part" (inpainting);
        nothing is loaded again.
        """
        import diffusers

        if task not in self._others:
            maker = {
                "start": diffusers.AutoPipelineForImage2Image,
                "part": diffusers.AutoPipelineForInpainting,
            }[task]
            made = maker.from_pipe(self.pipeline)
            if task == "part":
                repaints_any_latents(made)
            made.set_progress_bar_config(disable=True)
            self._others[task] = made
        return self._others[task]

    def unread_words(self, text: str) -> str:
        """The end of a prompt that the text encoder has no room for, "" when all is read."""
        tokenizer = self.pipeline.tokenizer
        tokens = tokenizer(text, add_special_tokens=False).input_ids
        room = min(tokenizer.model_max_length, 512) - 2
        return tokenizer.decode(tokens[room:]).strip()

    def with_diffusers(self) -> PictureModel:
        """This model as one with a diffusers pipeline, which it is."""
        return self

    def with_pipeline(self, pipeline) -> PictureModel:
        """The same model with another pipeline of the same class,
        such as one an own model is laid over.
        """
        return PictureModel(self.about, pipeline, self.revision, self.decoder, self.unfit)


def repaints_any_latents(pipeline) -> None:
    """Give a pipeline for inpainting its own view of the network, with the number of channels that
    diffusers asks for there; it takes the real one from the autoencoder. Nothing is copied.
    """
    network = getattr(pipeline, "unet", None)
    if network is not None and network.config.in_channels not in (4, 9):
        pipeline.unet = copy.copy(network)
        pipeline.unet.register_to_config(in_channels=4)


def accepted(pipeline, arguments: dict) -> dict:
    """Those of some arguments that a pipeline's call takes."""
    known = inspect.signature(type(pipeline).__call__).parameters
    return {name: value for name, value in arguments.items() if name in known}


class clean_guess:  # noqa: N801  used like a function, in a with statement
    """Within the block, `latents` is what a pipeline's scheduler last took the finished picture
    for; None where the scheduler does not say.
    """

    def __init__(self, pipeline) -> None:
        self.scheduler, self.latents = pipeline.scheduler, None

    def __enter__(self):
        step = self.scheduler.step

        @functools.wraps(step)  # the pipeline looks at the signature
        def watched(*given, **named):
            result = step(*given, **named)
            self.latents = result[1] if isinstance(result, tuple) and len(result) > 1 else None
            return result

        self.scheduler.step = watched
        return self

    def __exit__(self, *problem) -> None:
        del self.scheduler.step


def open_model(name: str, folder: Path | None = None) -> PictureModel:
    """Load a model of the catalogue: the course's own, or one that has been fetched.

    Raises:
        LearnerError: it has not been fetched, does not fit into memory, its files are damaged or of
            a kind that is not loaded, or its picture filter is missing.
    """
    about = find_model(name)
    if about.ships:
        return own_model_of_the_course(about, folder or FOLDER / "image")
    if not is_fetched(about):
        raise LearnerError(
            f"{about.id} has not been fetched to this computer ({about.bytes / 1e6:.0f} MB). Choose"
            f' it under Which model, or run pictures.use_model("{about.id}", fetch=True); the'
            " course's own model needs nothing."
        )
    from course_utils.models.choose import fits, this_machine

    reason = fits(about, this_machine())
    if reason:
        raise LearnerError(
            f"{about.id} cannot be used here, because {reason}. The course's own model runs"
            " anywhere."
        )
    need_big_tools("A bigger picture model")
    import torch

    unfit = None
    if about.tier in ("gpu", "server"):
        from course_utils.pictures.content_filter import open_filter

        unfit = open_filter()
    try:
        quiet()
        pipeline, decoder = load_big(about, folder_of(about))
    except (MemoryError, torch.OutOfMemoryError) as problem:
        raise LearnerError(NO_MEMORY) from problem
    except LearnerError:
        raise
    except Exception as problem:
        # the library raises whatever the broken part of a folder makes it raise
        raise LearnerError(
            f"The files of {about.id} are damaged or incomplete. Fetch it again under Which model;"
            " the course's own model still works."
        ) from problem
    return PictureModel(
        about,
        pipeline,
        json.loads((folder_of(about) / DONE).read_text(encoding="utf-8")).get(
            "revision", about.revision
        )[:12],
        decoder,
        unfit,
    )


def own_model_of_the_course(about: Model, folder: Path) -> PictureModel:
    """The model that ships, in 32-bit floats for the CPU (fp16 is slow there;
    the files say so themselves).
    """
    need_big_tools("Looking inside the picture machine")
    import torch

    try:
        revision = hashlib.sha256(
            (folder / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()
        ).hexdigest()[:12]
        quiet()
        from diffusers import StableDiffusionPipeline

        pipeline = StableDiffusionPipeline.from_pretrained(
            folder, use_safetensors=True, local_files_only=True
        )
    except (OSError, ValueError) as problem:
        raise LearnerError(
            "The picture model's files are missing or damaged. Run `python start.py` again to put"
            " them back."
        ) from problem
    pipeline.set_progress_bar_config(disable=True)
    pipeline.unet.to(memory_format=torch.channels_last)
    return PictureModel(about, pipeline, revision)


def quiet() -> None:
    """No speech and no bars from the libraries, and no more threads than there are cores."""
    import torch
    from transformers.utils import logging as transformers_logging

    # before diffusers, whose import makes transformers speak of what is not installed
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    from diffusers.utils import logging

    from course_utils.models.hardware import usable_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(usable_threads())


def load_big(about: Model, folder: Path):
    """A fetched model as a pipeline on the best device here, and its small decoder or None.

    Safetensors only, none of its code is run.
    """
    from diffusers import AutoencoderTiny, AutoPipelineForText2Image

    device, number_format = device_and_numbers(about)
    parts = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    strange = [
        name
        for name, value in parts.items()
        if isinstance(value, list)
        and value[0] not in (None, "diffusers", "transformers", "stable_diffusion")
    ]
    if strange or not isinstance(parts.get("_class_name"), str):
        raise LearnerError(
            f"{about.id} comes with program code of its own, which is never run here. Choose"
            " another model."
        )
    # the course has a filter of its own
    given: dict[str, bool | str | None] = (
        {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
        if "safety_checker" in parts
        else {}
    )
    if any(folder.rglob("*.fp16.safetensors")):
        given["variant"] = "fp16"
    pipeline = AutoPipelineForText2Image.from_pretrained(
        folder,
        dtype=number_format,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
        **given,
    ).to(device)
    pipeline.set_progress_bar_config(disable=True)
    if getattr(pipeline, "watermark", None) is not None:
        pipeline.watermark = None  # the course writes what made a picture into its file instead
    if device == "mps":
        # elsewhere torch's own attention needs no more memory than slices, and is quicker
        pipeline.enable_attention_slicing()
    in_tiles(pipeline.vae, about.size)
    decoder = None
    if about.preview and is_fetched(find_model(about.preview)):
        decoder = AutoencoderTiny.from_pretrained(
            folder_of(find_model(about.preview)),
            dtype=number_format,
            use_safetensors=True,
            local_files_only=True,
        ).to(device)
    return pipeline, decoder


def in_tiles(vae, size: int) -> None:
    """Let a decoder of pictures beyond 512 px work on pieces of 512:
    in one go it would need more memory than the model itself.
    """
    if size > 512 and hasattr(vae, "enable_tiling"):
        vae.enable_tiling()
        if hasattr(vae, "tile_latent_min_size"):
            vae.tile_latent_min_size, vae.tile_sample_min_size = 64, 512


def device_and_numbers(about: Model):
    """Where to compute and in which numbers: 16 bits on a graphics card (bfloat16 only where it is
    built in), 32 bits on a processor, where 16 are far slower.
    """
    import torch

    if torch.cuda.is_available():
        brain = about.dtype == "bfloat16" and torch.cuda.is_bf16_supported(
            including_emulation=False
        )
        return "cuda", torch.bfloat16 if brain else torch.float16
    return ("mps", torch.float16) if torch.backends.mps.is_available() else ("cpu", torch.float32)
