"""Music as sound from words, by bigger models: MusicGen through transformers,
ACE-Step through diffusers. For a graphics card.

COURSE_SOUND_MODEL names a folder or a hub name, such as `facebook/musicgen-small` or a diffusers
folder of ACE-Step. The licence of the weights is shown with every result: MusicGen's forbids
commercial use.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.audio.filters import resampled
from course_utils.audio.wav import RATE, to_wav
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, OnProgress, Progress
from course_utils.engines.unused import no_use_for
from course_utils.models.big_tools import need_big_tools
from course_utils.models.choose import place_of
from course_utils.models.memory import the_only_big_one
from course_utils.safety.prompts import check_prompt
from course_utils.settings import no_setting

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["SoundModelEngine"]

DEFAULTS = {"count": 1, "length": 8.0, "lyrics": ""}
MOST_AT_ONCE = 4
LONGEST = 30.0  # seconds
NOT_FOR_SALE = (
    "The weights of MusicGen are under CC BY-NC 4.0: you may use what it makes for learning and for"
    " yourself, not for anything that earns money."
)
LICENCES = {
    "musicgen": NOT_FOR_SALE,
    "ace-step": (
        "The weights of ACE-Step are under the MIT licence: you may use what it makes, also for"
        " money. It can sing; do not make it imitate a living singer."
    ),
}
MISSING = (
    "No model for music as sound is chosen. Set COURSE_SOUND_MODEL to facebook/musicgen-small or to"
    " a folder of ACE-Step, on a computer with a graphics card, and start again."
)


def kind_of_model(source: str) -> str:
    """ "ace-step" or "musicgen", by a folder's files, or by a hub name."""
    folder = Path(source)
    if (folder / "model_index.json").is_file():
        name = json.loads((folder / "model_index.json").read_text(encoding="utf-8")).get(
            "_class_name", ""
        )
        return "ace-step" if name == "AceStepPipeline" else name
    if (folder / "config.json").is_file():
        return str(
            json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type", "")
        )
    return (
        "ace-step"
        if "ace" in source.lower().split("/")[-1]
        else "musicgen"
        if "musicgen" in source.lower()
        else ""
    )


class SoundModelEngine(Engine):
    """A few seconds of music from words."""

    kind = "sound"

    def __init__(self, source: str | None = None) -> None:
        self.source = os.environ.get("COURSE_SOUND_MODEL", "").strip() if source is None else source
        self.name = Path(self.source).name if os.path.isdir(self.source) else self.source
        self._lock, self._model, self._family = threading.Lock(), None, ""
        self._tokenizer: PreTrainedTokenizerBase | None = None

    @property
    def licence(self) -> str:
        """What its makers allow, in a sentence."""
        return LICENCES.get(
            kind_of_model(self.source) if self.source else "",
            "Look up the licence of this model before you use what it makes.",
        )

    def load(self) -> None:
        """Bring the model into memory.

        Raises:
            LearnerError: none is chosen, it cannot be opened, or it is of neither sort.
        """
        with self._lock:
            if self._model is not None:
                return
            if not self.source:
                raise LearnerError(MISSING)
            try:
                self._family = kind_of_model(self.source)
            except (ValueError, AttributeError) as problem:
                raise LearnerError(
                    f"The sound model {self.name} could not be opened: its description is damaged."
                    " Fetch it again."
                ) from problem
            if self._family not in LICENCES:
                raise LearnerError(
                    f"The model {self.name} is neither MusicGen nor ACE-Step. Choose one of these,"
                    " or clear COURSE_SOUND_MODEL."
                )
            need_big_tools("A sound model")
            place = place_of(self.source, "tune")
            try:
                with the_only_big_one(self.give_up):
                    self._model = self._open(place)
            except Exception as problem:
                # the libraries raise whatever the broken part of a folder made them raise
                raise LearnerError(
                    f"The sound model {self.name} could not be opened: it is not there, is damaged,"
                    " or has no weights in the safe format (safetensors). Check the name and the"
                    " network."
                ) from problem

    def give_up(self) -> None:
        """Let go of the model; it is opened again when it is next needed.

        A sound that is just being made is finished first.
        """
        self._model = None

    def _open(self, place: Path):
        from course_utils.words.backends.hf_transformers import device_and_dtype

        device, dtype = device_and_dtype()
        if self._family == "musicgen":
            from transformers import AutoTokenizer, MusicgenForConditionalGeneration

            self._tokenizer = AutoTokenizer.from_pretrained(
                place, trust_remote_code=False, local_files_only=True
            )
            return (
                MusicgenForConditionalGeneration.from_pretrained(
                    place,
                    trust_remote_code=False,
                    local_files_only=True,
                    use_safetensors=True,
                    dtype=dtype,
                )
                .to(device)
                .eval()
            )
        from diffusers import AceStepPipeline

        pipeline = AceStepPipeline.from_pretrained(
            place,
            trust_remote_code=False,
            local_files_only=True,
            use_safetensors=True,
            torch_dtype=dtype,
        ).to(device)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def without_effect(self, recipe: Recipe) -> str:
        """Words to be sung, which only ACE-Step sings."""
        lyrics = str(recipe.settings.get("lyrics", "")).strip()
        lost = lyrics and self.source and kind_of_model(self.source) == "musicgen"
        return f"{no_use_for(['lyrics'])} The model {self.name} does not sing." if lost else ""

    def create(
        self,
        recipe: Recipe,
        *,
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Creation]:
        """Yield sounds for a recipe; see `Engine.create`.

        Settings: count 1-4, length 1-30 seconds, lyrics (ACE-Step only).

        Raises:
            LearnerError: a setting cannot be used, or no model can be loaded.
        """
        settings = read_settings(recipe)
        prompt = check_prompt(recipe.prompt)
        for number in range(settings["count"]):
            self.load()
            if stop is not None and stop.is_set():
                return
            if on_progress is not None:
                on_progress(Progress(number, settings["count"]))
            began, seed = time.monotonic(), (recipe.seed + number) % 2**32
            with self._lock:
                samples, rate = (self._musicgen if self._family == "musicgen" else self._ace_step)(
                    self._model, prompt, settings, seed
                )
            content = to_wav(at_our_rate(samples, rate))
            own = recipe.changed(
                seed=seed,
                prompt=prompt,
                model=self.name,
                settings={**settings, "count": 1, "licence": self.licence},
            )
            yield Creation(recipe=own, content=content, seconds=round(time.monotonic() - began, 3))

    def _musicgen(self, model, prompt: str, settings: dict, seed: int):
        """Samples of shape (n, channels), and how many a second."""
        import torch

        codec = model.config.audio_encoder
        assert self._tokenizer is not None  # opened with the model
        read = self._tokenizer([prompt], padding=True, return_tensors="pt").to(model.device)
        frames = max(1, round(settings["length"] * codec.frame_rate))
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(seed)
            made = model.generate(
                input_ids=read["input_ids"],
                attention_mask=read["attention_mask"],
                do_sample=True,
                guidance_scale=3.0,
                max_new_tokens=frames,
            )
        return made[0].float().cpu().numpy().T, codec.sampling_rate

    def _ace_step(self, model, prompt: str, settings: dict, seed: int):
        import torch

        made = model(
            prompt=prompt,
            lyrics=settings["lyrics"],
            audio_duration=float(settings["length"]),
            generator=torch.Generator("cpu").manual_seed(seed),
        ).audios
        return made[0].float().cpu().numpy().T, model.vae.config.sampling_rate


def at_our_rate(samples, rate: int):
    """Samples at RATE, level under full scale, without anything that is no number."""
    import numpy as np

    samples = resampled(np.nan_to_num(samples), RATE, int(rate))
    return samples[:, :2] * min(1.0, 0.9 / (np.abs(samples).max() + 1e-9))


def read_settings(recipe: Recipe) -> dict:
    """The settings with defaults filled in.

    Raises:
        LearnerError: one is unknown or out of range.
    """
    settings = {
        **DEFAULTS,
        **{name: value for name, value in recipe.settings.items() if name != "licence"},
    }
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise no_setting(min(unknown), DEFAULTS)
    for name, low, high in (("count", 1, MOST_AT_ONCE), ("length", 1, LONGEST)):
        value = settings[name]
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
            or (name == "count" and not isinstance(value, int))
        ):
            raise LearnerError(
                f"The setting {name} must be a number from {low} to {high:g}. Change it and try"
                " again."
            )
    if not isinstance(settings["lyrics"], str) or len(settings["lyrics"]) > 2000:
        raise LearnerError(
            "The lyrics must be a text of at most 2,000 characters. Shorten them and try again."
        )
    return settings
