"""Teaching the picture model one's own drawings, in minutes on an ordinary computer.

What learns: a LoRA (Hu et al. 2021) on attention and convolutions of the denoiser, and the vector of one new word (textual inversion, Gal et al. 2022).
Against forgetting, a quarter of every step shows the model's own earlier pictures of other things (prior preservation, Ruiz et al. 2023).
The loss is the one of training/image/train_denoiser.py. A lesson is kept in a file as it goes, so that it can be stopped and taken up again.
"""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import Creation, LearnerError
from course_utils.engines.image import MODEL, ImageEngine
from course_utils.engines.image_own import LEARNING, PREFIX, add_word, with_parts
from course_utils.media.drawings import ready
from course_utils.media.picture import to_png
from course_utils.models.own import MODELS, WORD, OwnCard, OwnModel, check_name, from_bytes, to_bytes
from course_utils.taste.keeper import Keeper

LONGEST = 30.0  # minutes
BATCH, PROTECTING = 8, 2  # pictures a step, and how many of them are the model's own earlier ones
RANK = 8
RATE, WORD_RATE = 1e-3, 5e-3
VIEWS = 8  # of each drawing: moved, turned and sized a little
PREVIEW_SECONDS, KEEP_SECONDS = 12.0, 30.0
PREVIEW_STEPS = 8  # of denoising, as many as "quick"
CONSENT = "Is there a person in one of these pictures? Then ask them first, and say what for. When nobody can be recognised, or everybody has said yes, set people_agreed=True (in the studio: tick the box)."
PROTECTED = ["a dog", "a car", "a tree", "a fish", "an owl", "a pizza", "a castle", "a tulip", "a star", "a strawberry", "a penguin", "a robot"]
LESSON = "lesson.safetensors"
NOTES = "course_lesson"


@dataclass(frozen=True)
class LessonProgress:
    """How far a lesson is: seconds used of all, steps done, the loss over the last of them, and now and then a picture (PNG bytes) for the new word, always from the same noise."""

    seconds: float
    total: float
    steps: int
    loss: float
    preview: bytes | None = None

    @property
    def share(self) -> float:
        return min(1.0, self.seconds / self.total) if self.total else 1.0


class LessonNotes(BaseModel):
    """What stands in a lesson's file beside its numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    drawings_print: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    base_revision: str
    steps: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0)]
    words: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=20)]
    protect: bool


def teach(
    engine: ImageEngine, portfolio: Keeper, drawings: list[Creation], name: str, *, minutes: float = 4.0, author: str = "", people_agreed: bool = False, only_one: bool = False,
    protect: bool = True, way: str = "by itself", seed: int = 1, most_steps: int | None = None, on_progress: Callable[[LessonProgress], None] | None = None, stop: threading.Event | None = None,
) -> tuple[OwnModel, str]:
    """Teach the picture model the drawings under a new word, keep the own model in the portfolio, and return it with a sentence.

    Called again with the same drawings, the lesson goes on from where it was, until `minutes` in all are used.

    Args:
        drawings: 8 to 20; the prompt of each may say what it does ("waving"), and is learned with it.
        name: the new word, such as "blobby".
        minutes: of work in all, at most 30. The rate of learning falls towards their end.
        people_agreed: nobody can be recognised in the pictures, or everybody has agreed. Needed where a picture came from a file.
        only_one: learn a single drawing on purpose, to see it copied.
        protect: show the model its own pictures of other things meanwhile.
        way: how drawings are made ready; see `drawings.tidy`.
        most_steps: end after so many steps, also when there is time left.

    Raises:
        LearnerError: the drawings, the name or a number cannot be used; nothing is lost.
    """
    word = check_name(name)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes <= LONGEST:
        raise LearnerError(f"The minutes must be a number above 0 and up to {LONGEST:.0f}. Four are a good start.")
    if not people_agreed and any(is_from_file(drawing) for drawing in drawings):
        raise LearnerError(CONSENT)
    pictures, words, told = ready(drawings, way, only_one)
    engine.load()
    notes = LessonNotes(drawings_print=print_of(pictures, words), base_revision=engine.revision, steps=0, seconds=0, words=words, protect=protect)
    kept = read_lesson(portfolio, word)
    if kept is None and portfolio.own_model(word) is not None:
        raise LearnerError(f"There is a model called “{word}” already, loaded from a file. Choose another name, or delete it first.")
    if kept is not None and kept[0].drawings_print != notes.drawings_print:
        raise LearnerError(f"There is a model called “{word}” already, taught from other drawings. Choose another name, or delete it first.")
    if kept is not None and kept[0].base_revision != notes.base_revision:
        raise LearnerError(f"“{word}” was begun on another version of the picture model. Delete it, then teach it again from the same drawings.")
    pupil = Pupil(engine, word, pictures, words, protect, seed)
    if kept is not None:
        notes = kept[0]
        pupil.take_up(kept[1])
        told = f"The lesson went on from {notes.seconds:.0f} seconds. {told}"
    else:
        for number, picture in enumerate(pictures, 1):
            portfolio.keep_at(f"{MODELS}/{word}/drawing_{number:02}.png", to_png(picture))

    def keep(steps: int, seconds: float) -> OwnModel:
        card = OwnCard(name=word, author=author.strip()[:80], drawings=len(pictures), base=MODEL, base_revision=engine.revision, rank=RANK, steps=steps, seconds=round(seconds, 1), people_agreed=people_agreed)
        data = to_bytes(card, pupil.learned())
        portfolio.keep_at(f"{MODELS}/{word}/{LESSON}", pupil.lesson(notes.model_copy(update={"steps": steps, "seconds": seconds})))
        portfolio.keep_at(f"{MODELS}/{word}/{word}.safetensors", data)
        engine.forget_own()
        return from_bytes(data)

    steps, seconds = pupil.learn(notes.steps, notes.seconds, minutes * 60, most_steps, on_progress, stop, keep)
    own = keep(steps, seconds)
    ended = "Stopped. What it has learned so far is kept, and the same lesson can go on later." if stop is not None and stop.is_set() else f"It has learned for {seconds:.0f} seconds, in {steps} steps."
    return own, f"{ended} {told}".strip()


class Pupil:
    """A copy of the picture model that is learning. The engine's own model is never changed."""

    def __init__(self, engine: ImageEngine, word: str, pictures: list, words: list[str], protect: bool, seed: int) -> None:
        import copy

        import torch
        from peft import LoraConfig

        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        base = engine.pipeline
        self.model = engine.model(MODEL)
        self.word, self.seed = word, seed
        self.tokenizer, self.encoder, number = add_word(base, word)
        self.encoder.requires_grad_(False).eval()
        table = self.encoder.get_input_embeddings()
        self.vector = torch.nn.Parameter(table.weight[number].clone())
        table.register_forward_hook(lambda module, given, out: torch.where((given[0] == number).unsqueeze(-1), self.vector, out))
        self.unet = copy.deepcopy(base.unet).requires_grad_(False)
        self.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=LEARNING))
        self.thin = {name: weight for name, weight in self.unet.named_parameters() if weight.requires_grad}
        self.optimiser = torch.optim.AdamW([{"params": [*self.thin.values()], "rate": RATE}, {"params": [self.vector], "rate": WORD_RATE}], lr=RATE, weight_decay=0.0)
        self.pipeline = with_parts(base, self.unet, self.encoder, self.tokenizer)
        self.size = self.unet.config.sample_size * self.pipeline.vae_scale_factor
        self.latents, self.captions = self.see(pictures, words)
        self.others = see_others(base, seed) if protect else None

    def see(self, pictures: list, words: list[str]):
        """Latents of several views of each drawing, and the caption of each view."""
        import numpy as np
        import torch

        captions = [f"{self.word} {word}".strip() for word in words]
        repeats = VIEWS if len(pictures) > 1 else 4
        parts = []
        with torch.no_grad():
            for _ in range(repeats):
                seen = np.stack([np.asarray(view(picture, self.size, self.rng), np.float32) for picture in pictures])
                parts.append(self.pipeline.vae.encode(torch.from_numpy(seen).permute(0, 3, 1, 2) / 127.5 - 1).latents * self.pipeline.vae.config.scaling_factor)
        return torch.cat(parts), captions * repeats

    def learn(self, steps: int, used: float, total: float, most_steps: int | None, on_progress, stop, keep) -> tuple[int, float]:
        """Learn until the time or the steps are used or stop is set; gives back steps and seconds in all."""
        began, shown, saved, loss = time.monotonic() - used, -1e9, time.monotonic(), 0.0
        done_here = 0
        while True:
            seconds = time.monotonic() - began
            share = max(min(1.0, seconds / total), steps / most_steps if most_steps else 0.0)
            if share >= 1 or stop is not None and stop.is_set():
                return steps, seconds
            for group in self.optimiser.param_groups:
                group["lr"] = group["rate"] * min(1.0, (done_here + 1) / 25) * (1 if share < 0.6 else max(0.05, (1 - share) / 0.4))
            now = self.step()
            loss = now if not done_here else 0.95 * loss + 0.05 * now
            steps, done_here = steps + 1, done_here + 1
            if on_progress is not None:
                look = time.monotonic() - shown > PREVIEW_SECONDS
                on_progress(LessonProgress(share * total, total, steps, loss, self.look() if look else None))
                shown = time.monotonic() if look else shown
            if time.monotonic() - saved > KEEP_SECONDS:
                keep(steps, time.monotonic() - began)
                saved = time.monotonic()

    def step(self) -> float:
        """One step of learning; its loss."""
        import torch

        count = BATCH - (PROTECTING if self.others else 0)
        places = self.rng.choices(range(len(self.captions)), k=count)
        clean, captions = self.latents[places], [self.captions[place] for place in places]
        if self.others:
            picked = self.rng.sample(range(len(self.others[1])), PROTECTING)
            clean = torch.cat([clean, self.others[0][picked]])
            captions += ["" if self.rng.random() < 0.2 else self.others[1][place] for place in picked]
        tokens = self.tokenizer(captions, padding="max_length", truncation=True, max_length=self.tokenizer.model_max_length, return_tensors="pt").input_ids
        signal = self.pipeline.scheduler.alphas_cumprod
        moment = (torch.sigmoid(torch.randn(BATCH) * 1.1 + 0.5) * 1000).long().clamp(0, 999)
        moment[0] = 999  # the very first step sets colour and place
        a, s = signal[moment].sqrt().view(-1, 1, 1, 1), (1 - signal[moment]).sqrt().view(-1, 1, 1, 1)
        noise = torch.randn_like(clean)
        noisy = (a * clean + s * noise).contiguous(memory_format=torch.channels_last)
        loss = (self.unet(noisy, moment, self.encoder(tokens)[0]).sample - (a * noise - s * clean)).pow(2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*self.thin.values(), self.vector], 1.0)
        self.optimiser.step()
        return loss.item()

    def look(self) -> bytes:
        """PNG bytes of what it draws for its word now, from the same noise each time."""
        import torch

        with torch.no_grad():
            made = self.pipeline(self.word, num_inference_steps=PREVIEW_STEPS, guidance_scale=3.0, height=self.size, width=self.size, generator=torch.Generator().manual_seed(self.seed), output_type="latent").images
            return self.model.with_pipeline(self.pipeline).preview(made)

    def learned(self) -> dict:
        """The matrices and the word's vector, as numpy arrays by the names in an own model's file."""
        return {**{PREFIX + name.replace(".default.", "."): weight.detach().numpy() for name, weight in self.thin.items()}, WORD: self.vector.detach().numpy()}

    def lesson(self, notes: LessonNotes) -> bytes:
        """The bytes of the lesson's file: matrices, vector and the optimiser's averages in 32 bits."""
        from safetensors.torch import save

        numbers = {}
        for name, weight in {**self.thin, WORD: self.vector}.items():
            state = self.optimiser.state.get(weight, {})
            numbers[f"now.{name}"] = weight.detach().contiguous()
            for key in ("exp_avg", "exp_avg_sq"):
                if key in state:
                    numbers[f"{key}.{name}"] = state[key].contiguous()
        return save(numbers, metadata={NOTES: notes.model_dump_json()})

    def take_up(self, numbers: dict) -> None:
        """Go on from a lesson's numbers.

        Raises:
            LearnerError: they do not fit.
        """
        import torch

        weights = {**self.thin, WORD: self.vector}
        if {name.removeprefix("now.") for name in numbers if name.startswith("now.")} != set(weights) or any(numbers[f"now.{name}"].shape != weight.shape for name, weight in weights.items()):
            raise LearnerError(DAMAGED)
        with torch.no_grad():
            for name, weight in weights.items():
                weight.copy_(numbers[f"now.{name}"])
                averages = {key: numbers[f"{key}.{name}"].clone() for key in ("exp_avg", "exp_avg_sq") if f"{key}.{name}" in numbers}
                if len(averages) == 2:
                    self.optimiser.state[weight] = {"step": torch.tensor(1000.0), **averages}


DAMAGED = "The lesson kept for that name is damaged. Delete it, then teach it again from the same drawings."


def read_lesson(portfolio: Keeper, name: str) -> tuple[LessonNotes, dict] | None:
    """The notes and numbers of a lesson begun earlier, None when there is none.

    Raises:
        LearnerError: its file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = portfolio.folder / MODELS / name / LESSON
    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            notes = LessonNotes.model_validate_json((file.metadata() or {}).get(NOTES, ""))
            return notes, {key: file.get_tensor(key) for key in file.keys()}
    except (SafetensorError, OSError, ValueError, ValidationError) as problem:
        raise LearnerError(DAMAGED) from problem


def see_others(pipeline, seed: int) -> tuple:
    """Latents of the model's own pictures of PROTECTED, and their words: what it should not forget."""
    import torch

    with torch.no_grad():
        generators = [torch.Generator().manual_seed(seed + number) for number in range(len(PROTECTED))]
        size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
        made = pipeline(PROTECTED, height=size, width=size, num_inference_steps=8, guidance_scale=3.0, generator=generators, output_type="latent").images
    return made.clone(), PROTECTED


def view(picture, size: int, rng: random.Random):
    """A PIL picture of a drawing moved, turned and sized a little, so that it is not learned dot by dot."""
    from PIL import Image

    wide = round(picture.width * rng.uniform(0.85, 1.08))
    turned = picture.resize((wide, wide)).rotate(rng.uniform(-6, 6), fillcolor="white", resample=Image.Resampling.BICUBIC)
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(turned, tuple(round((picture.width - wide) / 2 + rng.uniform(-0.06, 0.06) * picture.width) for _ in range(2)))
    return sheet.resize((size, size), Image.Resampling.LANCZOS)


def is_from_file(drawing: Creation) -> bool:
    """Whether a picture came from a file outside the course, so that a person may be in it."""
    return any(edit.what == "brought in by the learner" for edit in drawing.edits)


def print_of(pictures: list, words: list[str]) -> str:
    """12 hexadecimal digits that tell one set of drawings from another."""
    return hashlib.sha256(b"".join(picture.tobytes() for picture in pictures) + json.dumps(words).encode()).hexdigest()[:12]
