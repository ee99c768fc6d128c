"""Pictures from words: the small diffusion model that ships with the course, run by plain diffusers."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.care.prompts import check_prompt
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import OnProgress, Progress, Stopped
from course_utils.engines.image_parts import GRID, SIDES, extended, part_mask, repainted
from course_utils.engines.image_styles import along, read_directions, write_directions
from course_utils.media.picture import open_picture, to_png
from course_utils.models.embedded import FOLDER

if TYPE_CHECKING:
    from course_utils.models.own import OwnModel

MODEL = "course-pictures"
ENLARGER = "course-bigger-pictures"
SPEEDS = {"quick": 8, "balanced": 14, "careful": 28}  # denoising steps
STYLES = {"any": "", "flat": "flat drawing", "sticker": "sticker", "3d": "3d style"}
MOST_AT_ONCE = 9
DEFAULTS = {
    "count": 1, "speed": "balanced", "guidance": 3.0, "style": "any", "strength": 0.6, "from_parent": False, "leave_out": "", "second": "", "second_share": 0.5,
    "surprise": 1.0, "shared_seed": -1, "part": "", "extend": "", "blend_with": "", "blend_share": 0.5, "bigger": False,
    "directions": "", "style_name": "", "style_parents": "", "own_model": "", "own_strength": 1.0, "own_print": "",
}  # fmt: skip
RANGES = {"count": (1, MOST_AT_ONCE), "guidance": (1, 8), "strength": (0.1, 1), "second_share": (0, 1), "surprise": (0, 1), "shared_seed": (-1, 2**32 - 1), "blend_share": (0, 1), "own_strength": (0, 2)}


class ImageEngine:
    """Text to picture, and with `start` picture to picture, a changed part, a wider picture, or a blend of two. 48 x 48 px."""

    kind = "image"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or FOLDER / "image"
        self._lock = threading.Lock()
        self._pipeline = None
        self._revision = ""
        self._own: tuple[tuple[str, str, float], object] | None = None  # the last own model laid over it, by print, name and strength

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
        self, recipe: Recipe, *, on_progress: OnProgress | None = None, stop: threading.Event | None = None, start: Creation | None = None, other: Creation | None = None, own: OwnModel | None = None
    ) -> Iterator[Creation]:
        """Yield pictures for a recipe; see `Engine.create`.

        Settings: count 1-9, speed ("quick", "balanced", "careful"), guidance 1-8 (how closely to follow the words), leave_out (words to move away from),
        style ("any", "flat", "sticker", "3d", or a mix such as "flat:0.7 3d:0.3"), second and second_share (other words mixed in, 0-1),
        surprise 0-1 (how much the candidates differ: their starting noise is shared at 0, separate at 1).
        bigger (with `start`: that picture four times larger, nothing drawn anew).
        With `start`: strength 0.1-1 (how far to move away from it); part (a name in REGIONS, or 36 hexadecimal digits, one bit for each of 12 x 12 squares,
        row by row: only there is drawn anew); extend (a name in SIDES: half a picture is added there); blend_with (id of `other`) and blend_share (0-1).
        Styles of one's own: directions (such as "3d:1.5; made of wool:-0.5"; image_styles.py), style_name and style_parents (only names), own_model (a model taught from own drawings)
        and own_strength (0-2); own_print says which version of it made the result.
        from_parent says in the result's recipe that it began from the picture `parent`, which is needed to make it again.

        Args:
            start: a picture to begin from, instead of pure noise (SDEdit, Meng et al. 2021).
            other: a second picture, for a blend.
            own: the own model named in the settings.

        Raises:
            LearnerError: the prompt or a setting cannot be used.
        """
        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        for name in ("leave_out", "second"):
            settings[name] = check_prompt(settings[name]) if settings[name].strip() else ""
        needs_start = settings["from_parent"] or settings["part"] or settings["extend"] or settings["blend_with"] or settings["bigger"]
        if needs_start and start is None or settings["blend_with"] and other is None:
            raise LearnerError("This picture began from another picture, which is not here. Put both files into the same folder and try again.")
        if settings["own_model"]:
            own = check_own(settings, own)
            settings["own_print"] = own.print
            if not re.search(rf"\b{own.card.name}\b", prompt.lower()):
                already = read_directions(settings["directions"])
                if own.card.name not in already:
                    settings["directions"] = write_directions({own.card.name: 1.0, **already})
        settings["from_parent"] = start is not None
        if other is not None:
            settings["blend_with"] = other.id
        if settings["bigger"]:
            yield enlarged(recipe, prompt, settings, start)
            return
        self.load()
        began = time.monotonic()
        if stop is not None and stop.is_set():
            return
        with self._lock:
            pipeline = self._with_own(own, settings["own_strength"]) if settings["own_model"] else self._pipeline
        pictures = self._draw(pipeline, prompt, recipe.seed, settings, start, other, on_progress, stop)
        if pictures is None:
            return
        seconds = (time.monotonic() - began) / settings["count"]
        for number, picture in enumerate(pictures):
            shared = recipe.seed if settings["surprise"] < 1 and number and settings["shared_seed"] < 0 else settings["shared_seed"]
            own = recipe.changed(
                seed=(recipe.seed + number) % 2**32, model=MODEL, revision=self._revision, prompt=prompt,
                settings={**settings, "count": 1, "shared_seed": shared}, parent=start.id if start else recipe.parent,
            )
            yield Creation(recipe=own, content=to_png(picture), seconds=round(seconds, 3))

    def unread_words(self, prompt: str) -> str:
        """The end of a prompt that the text encoder has no room for, "" when it reads everything."""
        self.load()
        tokenizer = self._pipeline.tokenizer
        tokens = tokenizer(prompt, add_special_tokens=False).input_ids
        room = tokenizer.model_max_length - 2
        return tokenizer.decode(tokens[room:]).strip()

    @property
    def revision(self) -> str:
        """12 hexadecimal digits of the weights, "" before they are loaded."""
        return self._revision

    @property
    def pipeline(self):
        """The diffusers pipeline, None before it is loaded. Whoever wants to change its weights copies them first."""
        return self._pipeline

    def forget_own(self) -> None:
        """Let go of the own model in memory."""
        with self._lock:
            self._own = None

    def _with_own(self, own: OwnModel, strength: float):
        """The pipeline with an own model laid over it; the last one is kept."""
        key = (own.print, own.card.name, strength)
        if self._own is None or self._own[0] != key:
            from course_utils.engines.image_own import with_own

            self._own = (key, with_own(self._pipeline, own, strength, self._revision))
        return self._own[1]

    def _draw(self, pipeline, prompt, seed, settings, start, other, on_progress, stop):
        """PIL pictures, or None when stopped: half-drawn pictures are noise, so nothing is kept of an unfinished batch."""
        import torch

        def after_step(pipeline, step, timestep, values):
            if stop is not None and stop.is_set():
                raise Stopped
            if on_progress is not None:
                on_progress(Progress(step + 1, total, preview(pipeline, values["latents"][:1]) if step % 2 else None))
            return values

        steps, count = SPEEDS[settings["speed"]], settings["count"]
        total = steps if start is None else max(1, int(steps * settings["strength"]))
        common = {"num_inference_steps": steps, "guidance_scale": settings["guidance"], "callback_on_step_end": after_step, "output_type": "pil"}
        # noise is drawn on the CPU, one generator a picture, so that picture i alone comes out the same
        generators = [torch.Generator("cpu").manual_seed((seed + number) % 2**32) for number in range(count)]
        try:
            with self._lock, torch.inference_mode():
                common["prompt_embeds"], common["negative_prompt_embeds"] = embeddings(pipeline, prompt, settings)
                size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
                if start is None:
                    return pipeline(height=size, width=size, latents=starting_noise(pipeline, generators, settings["surprise"], settings["shared_seed"]), generator=generators, **common).images
                first = open_picture(start.content)
                if settings["extend"]:
                    return extended(pipeline, first, settings["extend"], size, {**common, "generator": generators}, count)
                first = first.resize((size, size))
                if settings["blend_with"]:
                    first = halfway(pipeline, first, open_picture(other.content).resize((size, size)), settings["blend_share"])
                if settings["part"]:
                    return repainted(pipeline, first, part_mask(settings["part"], size), settings["strength"], {**common, "generator": generators}, count)
                return start_from_picture(pipeline)(image=[first] * count, strength=settings["strength"], generator=generators, **common).images
        except Stopped:
            return None
        except MemoryError as problem:
            raise LearnerError("There was not enough memory for that many pictures at once. Ask for one picture, or close other notebooks.") from problem


def enlarged(recipe: Recipe, prompt: str, settings: dict, start: Creation) -> Creation:
    """`start` four times larger, as a creation that says so."""
    from course_utils.media.bigger import four_times

    began = time.monotonic()
    picture = four_times(open_picture(start.content))
    own = recipe.changed(model=ENLARGER, revision="", prompt=prompt, settings={**settings, "count": 1}, parent=start.id)
    return Creation(recipe=own, content=to_png(picture), seconds=round(time.monotonic() - began, 3))


def embeddings(pipeline, prompt: str, settings: dict):
    """What the text encoder makes of the words to follow and of the words to leave, both count x tokens x width.

    A mix of words or styles is the weighted mean of their embeddings; directions are added to it.
    """
    weighted = []
    for text, share in ((prompt, 1 - settings["second_share"]), (settings["second"], settings["second_share"])) if settings["second"] else ((prompt, 1.0),):
        weighted += [(words_for_model(text, style), share * part) for style, part in style_shares(settings["style"]).items()]
    count = settings["count"]
    follow = sum(pipeline.encode_prompt(text, "cpu", count, False)[0] * share for text, share in weighted)
    directions = read_directions(settings["directions"])
    if directions:
        follow = follow + along(lambda text: pipeline.encode_prompt(text, "cpu", 1, False)[0], prompt, directions, STYLES)
    return follow, pipeline.encode_prompt(settings["leave_out"], "cpu", count, False)[0]


def check_own(settings: dict, own: OwnModel | None) -> OwnModel:
    """The own model the settings name.

    Raises:
        LearnerError: it is not here, or has been taught again since the recipe was written.
    """
    name = settings["own_model"]
    if own is None or own.card.name != name:
        raise LearnerError(f"The own model “{name[:40]}” is not here. Teach it again, or load its file, then try again; without it, leave own_model out.")
    if settings["own_print"] not in ("", own.print):
        raise LearnerError(f"“{name}” has been taught again since this picture was made, so it cannot be made again. Ask for a new picture with own_model=\"{name}\".")
    return own


def starting_noise(pipeline, generators: list, surprise: float, shared_seed: int):
    """Normal noise, count x 4 x 12 x 12: each picture's own, turned towards shared noise so that its variance stays 1.

    The shared noise is that of `shared_seed`, or (-1) that of the first picture, which then stays as it is.
    """
    import torch

    shape = (1, pipeline.unet.config.in_channels, pipeline.unet.config.sample_size, pipeline.unet.config.sample_size)
    own = torch.cat([torch.randn(shape, generator=generator) for generator in generators])
    shared = own[:1] if shared_seed < 0 else torch.randn(shape, generator=torch.Generator("cpu").manual_seed(shared_seed))
    angle = torch.tensor(surprise * torch.pi / 2)
    mixed = shared * angle.cos() + own * angle.sin() if surprise < 1 else own
    return torch.cat([own[:1], mixed[1:]]) if shared_seed < 0 else mixed


def style_shares(style: str) -> dict[str, float]:
    """Shares, adding to 1, of the styles in "flat" or "flat:0.7 3d:0.3".

    Raises:
        LearnerError: not in that form, or an unknown style.
    """
    shares: dict[str, float] = {}
    for part in style.split():
        name, _, number = part.partition(":")
        try:
            share = float(number or 1)
        except ValueError:
            share = -1.0
        if name not in STYLES or not 0 <= share <= 1000:
            raise LearnerError(f"The setting style must be one of {', '.join(STYLES)}, or a mix such as flat:0.7 3d:0.3. Change it and try again.")
        shares[name] = shares.get(name, 0) + share
    total = sum(shares.values())
    if not total:
        raise LearnerError("A mix of styles needs at least one share above 0. Change it and try again.")
    return {name: share / total for name, share in shares.items() if share}


def halfway(pipeline, first, second, share: float):
    """The picture between two, found in the autoencoder's latents rather than in pixels."""
    import torch

    pixels = pipeline.image_processor.preprocess([first, second])
    latents = pipeline.vae.encode(pixels).latents
    between = torch.lerp(latents[:1], latents[1:], share)
    return pipeline.image_processor.postprocess(pipeline.vae.decode(between).sample)[0]


def load_pipeline(folder: Path):
    """The pipeline in `folder`, in 32-bit floats for the CPU (fp16 is slow there; the files say so themselves), silent."""
    import torch
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # before diffusers, whose import makes transformers speak of what is not installed
    transformers_logging.disable_progress_bar()
    from diffusers import StableDiffusionPipeline
    from diffusers.utils import logging

    from course_utils.models.hardware import usable_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(usable_threads())
    pipeline = StableDiffusionPipeline.from_pretrained(folder, use_safetensors=True, local_files_only=True)
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
    """What the model reads: the prompt and, when chosen, the words for a style. No caption began with "the", so "the sun" is read as "sun"."""
    prompt = re.sub(r"^the\s+(?=\w)", "", prompt, flags=re.IGNORECASE)
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
    for name, (low, high) in RANGES.items():
        value = settings[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise LearnerError(f"The setting {name} must be a number from {low} to {high}. Change it and try again.")
    if not isinstance(settings["count"], int) or not isinstance(settings["shared_seed"], int):
        raise LearnerError("The number of pictures and the seeds must be whole numbers. Change it and try again.")
    for name in ("from_parent", "bigger"):
        if not isinstance(settings[name], bool):
            raise LearnerError(f"The setting {name} must be true or false. Leave it out and try again.")
    for name in ("speed", "style", "leave_out", "second", "part", "extend", "blend_with", "directions", "style_name", "style_parents", "own_model", "own_print"):
        if not isinstance(settings[name], str):
            raise LearnerError(f"The setting {name} must be words. Change it and try again.")
    for name, allowed in {"speed": SPEEDS, "extend": {"", *SIDES}}.items():
        if settings[name] not in allowed:
            raise LearnerError(f"The setting {name} must be one of: {', '.join(filter(None, allowed))}. Change it and try again.")
    style_shares(settings["style"])
    read_directions(settings["directions"])
    if settings["part"]:
        part_mask(settings["part"], GRID)
    if settings["blend_with"] and not re.fullmatch(r"[0-9a-f]{12}", settings["blend_with"]):
        raise LearnerError("The setting blend_with must be the id of a picture you made. Leave it out and try again.")
    return settings
