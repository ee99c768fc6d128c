"""A small bias lab: the picture model goes on learning from lopsided drawings of one job, once as
they come and once by balanced sampling; then what it draws is counted.

After Zhao et al. 2017 ("Men Also Like Shopping", data bias and its amplification), small: a LoRA
(Hu et al. 2021) on the denoiser learns the bare words "a teacher" in less than a minute, from the
training drawings of that job. Balanced sampling shows the few as often as the many; nothing is
added to the data.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from course_utils.creation import LearnerError
from course_utils.fairness.intervals import Share

__all__ = ["bias_lab"]

BATCH, RATE, RANK = 8, 1e-3, 8
VIEWS, STEPS = 3, 8  # views of each drawing; steps of denoising when counting
WAYS = ("not taught", "as they come", "balanced sampling")


@dataclass(frozen=True)
class Taught:
    """What was drawn after one way of teaching: the counts the judge gave,
    how many of the few were shown among all shown, and the pictures (PNG).
    """

    way: str
    shown: float
    said: dict[str, int]
    steps: int
    pictures: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class BiasLab:
    """The lab's result for one job; `data` is the share of the few in the drawings taught."""

    job: str
    many: str
    few: str
    data: float
    taught: list[Taught]
    seconds: float

    def share(self, taught: Taught) -> Share:
        """The few among the few and the many that were counted; a skin tone counts as the nearer of
        the two, one in the middle as neither.
        """
        few, many = (
            sum(count for said, count in taught.said.items() if nearer(said, sort, other))
            for sort, other in ((self.few, self.many), (self.many, self.few))
        )
        return Share(self.few, few, few + many)


def nearer(said: str, sort: str, other: str) -> bool:
    """Whether an answer of the judge counts for `sort` rather than for `other`."""
    from course_utils.pictures.people_classifier import TONES

    scale = TONES[1:]  # yellow is no tone of the scale
    if {said, sort, other} <= set(scale):
        return abs(scale.index(said) - scale.index(sort)) < abs(
            scale.index(said) - scale.index(other)
        )
    return said == sort


def drawings_at_work(job: str) -> list[dict]:
    """The training drawings of a job: place in the index, person and tone.

    Raises:
        LearnerError: there is no such job in the data.
    """
    from course_utils.pictures.people_classifier import TONES
    from course_utils.pictures.training_drawings import library

    about = library()[4]
    jobs, other = about.get("job", []), about.get("job_names", {})
    meant = next(
        (
            known
            for known in dict.fromkeys(filter(None, jobs))
            if job == known or job in other.get(known, [])
        ),
        None,
    )
    if meant is None:
        raise LearnerError(
            f"There are drawings of: {', '.join(dict.fromkeys(filter(None, jobs)))}. Choose one of"
            " these."
        )
    return [
        {"place": place, "who": about["person"][place], "tone": TONES[about["tone"][place]]}
        for place, known in enumerate(jobs)
        if known == meant
    ]


def bias_lab(
    job: str = "teacher",
    many: str = "light",
    few: str = "dark",
    shares: tuple[int, int] = (8, 1),
    steps: int = 60,
    each: int = 24,
    seed: int = 1,
    on_progress: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> BiasLab:
    """Teach lopsided drawings of one job, as they come and by balanced sampling,
    and count what is drawn before and after.

    Args:
        job: one in the training data.
        many, few: two of woman, man, person; or two skin tones.
        shares: how many drawings of the many and of the few, at most 9 of each.
        steps: of teaching for each way, eight drawings a step, 5 to 600; the same number gives the
            same result on any computer.
        each: pictures counted each time, 4 to 96.

    Raises:
        LearnerError: a choice cannot be used, or the lab was stopped before anything was counted.
    """
    from course_utils.engines import GENERATION_LOCK
    from course_utils.pictures.engine import picture_engine

    question = _compared(many, few)
    _check_numbers(shares, steps, each)
    known, rng = drawings_at_work(job.lower().strip()), random.Random(seed)
    lots = [
        rng.sample([one for one in known if one[question] == sort], count)
        for sort, count in zip((many, few), shares)
    ]
    began, data, found = time.monotonic(), shares[1] / sum(shares), []
    engine = picture_engine()
    with GENERATION_LOCK:
        engine.load()
        for way, shown in zip(WAYS, (0.0, data, 0.5)):
            if stop is not None and stop.is_set():
                break
            if on_progress is not None:
                on_progress(f"{way}: teaching and counting..." if shown else BEFORE)
            found.append(_taught(engine, way, job, lots, shown, question, steps, each, seed, stop))
    if not found:
        raise LearnerError("Stopped before anything was counted. Run it again.")
    return BiasLab(job, many, few, data, found, time.monotonic() - began)


BEFORE = "Counting what is drawn before..."


def _compared(many: str, few: str) -> str:
    """What two answers are about: who or tone."""
    from course_utils.pictures.people_classifier import TONES, WHO

    for question, answers in (("who", WHO[1:]), ("tone", TONES)):
        if {many, few} <= set(answers) and many != few:
            return question
    raise LearnerError(
        f"Compare two of {', '.join(WHO[1:])}, or two skin tones: {', '.join(TONES)}."
    )


def _check_numbers(shares: tuple[int, int], steps: int, each: int) -> None:
    if (
        len(shares) != 2
        or not all(isinstance(one, int) and 1 <= one <= 9 for one in shares)
        or not 5 <= steps <= 600
        or not 4 <= each <= 96
    ):
        raise LearnerError(
            "Give two numbers of drawings from 1 to 9, 5 to 600 steps, and 4 to 96 pictures. Change"
            " them and try again."
        )


def _taught(
    engine,
    way: str,
    job: str,
    lots: list[list[dict]],
    shown: float,
    question: str,
    steps: int,
    each: int,
    seed: int,
    stop,
) -> Taught:
    """The counts after one way of teaching; `shown`: how often one of the few is shown,
    0 for no teaching.
    """
    import io

    import torch
    from PIL import Image

    from course_utils.pictures.diffusers.lora import with_parts
    from course_utils.pictures.engine import MODEL
    from course_utils.pictures.people_classifier import people_in
    from course_utils.pictures.png import to_png

    base, model, done = engine.pipeline, engine.model(MODEL).with_diffusers(), 0
    unet = base.unet
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if shown:
            unet, done = _learned(
                base, job, [_latents(base, lot, seed) for lot in lots], shown, steps, seed, stop
            )
        pipeline, made = with_parts(base, unet, base.text_encoder, base.tokenizer), []
        size = base.unet.config.sample_size * base.vae_scale_factor
        with torch.no_grad():
            for number in range(0, each, 8):
                count = min(8, each - number)
                # the same noise each way
                noise = [
                    torch.Generator().manual_seed(seed * 1000 + number + place)
                    for place in range(count)
                ]
                latents = pipeline(
                    [f"a {job}"] * count,
                    num_inference_steps=STEPS,
                    guidance_scale=3.0,
                    height=size,
                    width=size,
                    generator=noise,
                    output_type="latent",
                ).images
                made += [to_png(picture) for picture in model.decode(latents)]
    said: dict[str, int] = {}
    for answer in people_in([Image.open(io.BytesIO(one)) for one in made]):
        said[answer[question]] = said.get(answer[question], 0) + 1
    return Taught(way, shown, said, done, made)


def _latents(pipeline, lot: list[dict], seed: int):
    """Latents of several views of each drawing, moved and sized a little."""
    import numpy as np
    import torch

    from course_utils.finetune.pictures import view
    from course_utils.pictures.training_drawings import file_of, opened

    rng, size = random.Random(seed), pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    seen = np.stack(
        [
            np.asarray(view(opened(file_of(one["place"])), size, rng), np.float32)
            for _ in range(VIEWS)
            for one in lot
        ]
    )
    with torch.no_grad():
        return (
            pipeline.vae.encode(torch.from_numpy(seen).permute(0, 3, 1, 2) / 127.5 - 1).latents
            * pipeline.vae.config.scaling_factor
        )


def _learned(pipeline, job: str, lots: list, shown: float, steps: int, seed: int, stop):
    """A copy of the denoiser that was taught the bare name of a job, and how many steps it took."""
    import copy

    import torch
    from peft import LoraConfig

    from course_utils.pictures.lora import LEARNING

    rng = random.Random(seed)
    unet = copy.deepcopy(pipeline.unet).requires_grad_(False)
    unet.add_adapter(
        LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=LEARNING)
    )
    weights = [weight for weight in unet.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0)
    with torch.no_grad():
        captions = [job, f"a {job}", ""]
        tokens = pipeline.tokenizer(
            captions,
            padding="max_length",
            truncation=True,
            max_length=pipeline.tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids
        meanings = pipeline.text_encoder(tokens)[0]
    signal, done = pipeline.scheduler.alphas_cumprod, 0
    while done < steps and not (stop is not None and stop.is_set()):
        clean = torch.stack([rng.choice(lots[rng.random() < shown]) for _ in range(BATCH)])
        words = meanings[rng.choices(range(3), [45, 45, 10], k=BATCH)]
        moment = (torch.sigmoid(torch.randn(BATCH) * 1.1 + 0.5) * 1000).long().clamp(0, 999)
        moment[0] = 999  # the very first step sets colour and place
        a, s = (
            signal[moment].sqrt().view(-1, 1, 1, 1),
            (1 - signal[moment]).sqrt().view(-1, 1, 1, 1),
        )
        noise = torch.randn_like(clean)
        loss = (
            (
                unet(
                    (a * clean + s * noise).contiguous(memory_format=torch.channels_last),
                    moment,
                    words,
                ).sample
                - (a * noise - s * clean)
            )
            .pow(2)
            .mean()
        )
        optimiser.param_groups[0]["lr"] = RATE * max(0.1, 1 - done / steps)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        done += 1
    return unet.eval(), done
