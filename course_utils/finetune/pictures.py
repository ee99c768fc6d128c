"""Teaching the picture model one's own drawings, in minutes on an ordinary computer.

What learns: a LoRA (Hu et al. 2021) on attention and convolutions of the denoiser, and the vector
of one new word (textual inversion, Gal et al. 2022). Against forgetting, a quarter of every step
shows the model's own earlier pictures of other things (prior preservation, Ruiz et al. 2023). The
loss is the one of training/image/train_denoiser.py. A lesson is kept in a file as it goes, so that
it can be stopped and taken up again.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from course_utils.creation import Creation, LearnerError
from course_utils.finetune.drawings import ready
from course_utils.finetune.training import (
    LESSON,
    Lesson,
    LessonProgress,
    Pupil,
    check_minutes,
    new_card,
    new_notes,
    print_of,
    take_lesson,
)
from course_utils.models.big_tools import need_big_tools
from course_utils.models.lora_file import WORD, OwnModel, check_name
from course_utils.pictures.diffusers.lora import add_word, with_parts
from course_utils.pictures.engine import MODEL, ImageEngine
from course_utils.pictures.lora import LEARNING, PREFIX
from course_utils.pictures.png import to_png
from course_utils.portfolio.store import Keeper

if TYPE_CHECKING:
    import torch

__all__ = ["LESSON", "LessonProgress", "teach"]

BATCH, PROTECTING = 8, 2  # pictures a step, and how many of them are the model's own earlier ones
RANK = 8
RATE, WORD_RATE = 1e-3, 5e-3
VIEWS = 8  # of each drawing: moved, turned and sized a little
PREVIEW_STEPS = 8  # of denoising, as many as "quick"
CONSENT = (
    "Is there a person in one of these pictures? Then ask them first, and say what for. When nobody"
    " can be recognised, or everybody has said yes, set people_agreed=True (in the studio: tick the"
    " box)."
)
PROTECTED = [
    "a dog",
    "a car",
    "a tree",
    "a fish",
    "an owl",
    "a pizza",
    "a castle",
    "a tulip",
    "a star",
    "a strawberry",
    "a penguin",
    "a robot",
]


def teach(
    engine: ImageEngine,
    portfolio: Keeper,
    drawings: list[Creation],
    name: str,
    *,
    minutes: float = 4.0,
    author: str = "",
    people_agreed: bool = False,
    only_one: bool = False,
    protect: bool = True,
    way: str = "by itself",
    seed: int = 1,
    most_steps: int | None = None,
    on_progress: Callable[[LessonProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[OwnModel, str]:
    """Teach the picture model the drawings under a new word, keep the own model in the portfolio,
    and return it with a sentence.

    Called again with the same drawings, the lesson goes on from where it was, until `minutes` in
    all are used.

    Args:
        drawings: 8 to 20; the prompt of each may say what it does ("waving"), and is learned with
            it.
        name: the new word, such as "blobby".
        minutes: of work in all, at most 30. The rate of learning falls towards their end.
        people_agreed: nobody can be recognised in the pictures, or everybody has agreed. Needed
            where a picture came from a file.
        only_one: learn a single drawing on purpose, to see it copied.
        protect: show the model its own pictures of other things meanwhile.
        way: how drawings are made ready; see `drawings.tidy`.
        most_steps: end after so many steps, also when there is time left.

    Raises:
        LearnerError: the drawings, the name or a number cannot be used; nothing is lost.
    """
    word = check_name(name)
    check_minutes(minutes)
    need_big_tools("Teaching a model")
    if not people_agreed and any(is_from_file(drawing) for drawing in drawings):
        raise LearnerError(CONSENT)
    pictures, words, told = ready(drawings, way, only_one)
    engine.load()
    notes = new_notes(drawings_print(pictures, words), engine.revision, words, protect)
    facts = {"base": MODEL, "rank": RANK, "people_agreed": people_agreed}
    lesson = Lesson(
        portfolio,
        new_card(word, author, len(pictures), engine.revision, **facts),
        notes,
        "drawings",
        lambda: PicturePupil(engine, word, pictures, words, protect, seed),
        ((f"drawing_{n:02}.png", to_png(picture)) for n, picture in enumerate(pictures, 1)),
        engine.forget_own,
        told,
    )
    return take_lesson(lesson, minutes, most_steps, on_progress, stop)


class PicturePupil(Pupil):
    """A copy of the picture model that is learning. The engine's own model is never changed."""

    def __init__(
        self,
        engine: ImageEngine,
        word: str,
        pictures: list,
        words: list[str],
        protect: bool,
        seed: int,
    ) -> None:
        import copy

        import torch
        from peft import LoraConfig

        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        base = engine.pipeline
        self.model = engine.model(MODEL).with_diffusers()
        self.word, self.seed = word, seed
        self.tokenizer, self.encoder, number = add_word(base, word)
        self.encoder.requires_grad_(False).eval()
        table = self.encoder.get_input_embeddings()
        self.vector = torch.nn.Parameter(table.weight[number].clone())
        table.register_forward_hook(
            lambda module, given, out: torch.where(
                (given[0] == number).unsqueeze(-1), self.vector, out
            )
        )
        self.unet = copy.deepcopy(base.unet).requires_grad_(False)
        self.unet.add_adapter(
            LoraConfig(
                r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=LEARNING
            )
        )
        self.thin = {
            name: weight for name, weight in self.unet.named_parameters() if weight.requires_grad
        }
        self.weights = {**self.thin, WORD: self.vector}
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [*self.thin.values()], "rate": RATE},
                {"params": [self.vector], "rate": WORD_RATE},
            ],
            lr=RATE,
            weight_decay=0.0,
        )
        self.pipeline = with_parts(base, self.unet, self.encoder, self.tokenizer)
        self.size = self.unet.config.sample_size * self.pipeline.vae_scale_factor
        self.latents, self.captions = self.see(pictures, words)
        self.others = see_others(base, self.model.revision, seed) if protect else None

    def see(self, pictures: list, words: list[str]):
        """Latents of several views of each drawing, and the caption of each view."""
        import numpy as np
        import torch

        captions = [f"{self.word} {word}".strip() for word in words]
        repeats = VIEWS if len(pictures) > 1 else 4
        parts = []
        with torch.no_grad():
            for _ in range(repeats):
                seen = np.stack(
                    [
                        np.asarray(view(picture, self.size, self.rng), np.float32)
                        for picture in pictures
                    ]
                )
                parts.append(
                    self.pipeline.vae.encode(
                        torch.from_numpy(seen).permute(0, 3, 1, 2) / 127.5 - 1
                    ).latents
                    * self.pipeline.vae.config.scaling_factor
                )
        return torch.cat(parts), captions * repeats

    def step(self) -> float:
        """One step of learning; its loss."""
        import torch

        count = BATCH - (PROTECTING if self.others else 0)
        places = self.rng.choices(range(len(self.captions)), k=count)
        clean, captions = self.latents[places], [self.captions[place] for place in places]
        if self.others:
            picked = self.rng.sample(range(len(self.others[1])), PROTECTING)
            clean = torch.cat([clean, self.others[0][picked]])
            captions += [
                "" if self.rng.random() < 0.2 else self.others[1][place] for place in picked
            ]
        tokens = self.tokenizer(
            captions,
            padding="max_length",
            truncation=True,
            max_length=self.tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids
        signal = self.pipeline.scheduler.alphas_cumprod
        moment = (torch.sigmoid(torch.randn(BATCH) * 1.1 + 0.5) * 1000).long().clamp(0, 999)
        moment[0] = 999  # the very first step sets colour and place
        a, s = (
            signal[moment].sqrt().view(-1, 1, 1, 1),
            (1 - signal[moment]).sqrt().view(-1, 1, 1, 1),
        )
        noise = torch.randn_like(clean)
        noisy = (a * clean + s * noise).contiguous(memory_format=torch.channels_last)
        loss = (
            (self.unet(noisy, moment, self.encoder(tokens)[0]).sample - (a * noise - s * clean))
            .pow(2)
            .mean()
        )
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*self.thin.values(), self.vector], 1.0)
        self.optimiser.step()
        return loss.item()

    def look(self) -> bytes | None:
        """PNG bytes of what it draws for its word now, from the same noise each time."""
        import torch

        with torch.no_grad():
            made = self.pipeline(
                self.word,
                num_inference_steps=PREVIEW_STEPS,
                guidance_scale=3.0,
                height=self.size,
                width=self.size,
                generator=torch.Generator().manual_seed(self.seed),
                output_type="latent",
            ).images
            return self.model.with_pipeline(self.pipeline).preview(made)

    def learned(self) -> dict:
        """The matrices and the word's vector, as numpy arrays by the names in an own
        model's file.
        """
        return {
            **{
                PREFIX + name.replace(".default.", "."): weight.detach().numpy()
                for name, weight in self.thin.items()
            },
            WORD: self.vector.detach().numpy(),
        }


def see_others(pipeline, revision: str, seed: int) -> tuple:
    """Latents of the model's own pictures of PROTECTED, and their words: what it should not forget.
    One lesson after another draws them once.
    """
    import torch

    key = (revision, seed, *PROTECTED)
    if key in _others:
        return _others[key].clone(), PROTECTED
    with torch.no_grad():
        generators = [
            torch.Generator().manual_seed(seed + number) for number in range(len(PROTECTED))
        ]
        size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
        made = pipeline(
            PROTECTED,
            height=size,
            width=size,
            num_inference_steps=8,
            guidance_scale=3.0,
            generator=generators,
            output_type="latent",
        ).images
    _others.clear()
    _others[key] = made.clone()
    return made.clone(), PROTECTED


_others: dict[tuple, torch.Tensor] = {}  # of the newest lesson alone


def view(picture, size: int, rng: random.Random):
    """A PIL picture of a drawing moved, turned and sized a little,
    so that it is not learned dot by dot.
    """
    from PIL import Image

    wide = round(picture.width * rng.uniform(0.85, 1.08))
    turned = picture.resize((wide, wide)).rotate(
        rng.uniform(-6, 6), fillcolor="white", resample=Image.Resampling.BICUBIC
    )
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(
        turned,
        tuple(
            round((picture.width - wide) / 2 + rng.uniform(-0.06, 0.06) * picture.width)
            for _ in range(2)
        ),
    )
    return sheet.resize((size, size), Image.Resampling.LANCZOS)


def is_from_file(drawing: Creation) -> bool:
    """Whether a picture came from a file outside the course, so that a person may be in it."""
    return any(edit.what == "brought in by the learner" for edit in drawing.edits)


def drawings_print(pictures: list, words: list[str]) -> str:
    """12 hexadecimal digits that tell one set of drawings from another."""
    return print_of(*(picture.tobytes() for picture in pictures), json.dumps(words).encode())
