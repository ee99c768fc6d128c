"""Train the denoiser (diffusers.UNet2DConditionModel) with the text encoder,
and save the whole as a StableDiffusionPipeline folder.

Run: python -m training.image.train_denoiser --work DIR --minutes 60        (again, to go on from
the checkpoint)
     ... --cool-down      the same, while the learning rate falls to nothing: the run to ship
     ... --export         write DIR/pipeline from the checkpoint and end
     ... --workers 2      two processes that change shared weights without waiting (Hogwild, Niu et
al. 2011)
Minutes are minutes of the first worker's processor time, so that other work on the same cores does
not cut the training short; with --clock they are minutes by the clock.

Measured on one core with AVX-512: 54 pictures a second in 32 bits, batch 32; 97 with a batch of
64, sums in bfloat16, one fused optimiser step, and attention as plain matrix products, whose
backward pass is faster here than the fused one's.

v-prediction with zero terminal SNR (Lin et al. 2023), most timesteps drawn from a logit-normal
(Esser et al. 2024, section 3.1) and the rest evenly, none of them more often on purpose: the very
first step can only learn the mean of all pictures of a word. Captions are dropped one time in ten
for classifier-free guidance (Ho and Salimans 2022); the weights are averaged over time. The
pictures are composed on the spot (compose.py). The text encoder goes on learning at a lower rate,
and is held to the sentence meanings it was distilled from, and to kin.py's pairs.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderTiny,
    DDIMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.models.attention_processor import AttnProcessor
from PIL import Image
from torch.multiprocessing import get_context
from transformers import CLIPTextModel, CLIPTokenizer

from training.image.compose import Sprite
from training.image.kin import Kin
from training.image.picking import Picker
from training.image.train_autoencoder import DETAILS, FIRST
from training.image.words_for_pictures import read_records

Shared = tuple[dict[str, torch.nn.Module], torch.Tensor]  # parts by name, number of samples

BATCH = 64
AVERAGE = 0.998  # of the old weights at every step, less at the beginning
STEADY = 0.4  # share of a run with --cool-down before the learning rate falls
EVEN = 0.15  # share of timesteps drawn evenly
MEANING = 0.1  # weight of the distance to the sentence meanings
KIN = 0.5  # weight of the distance between words without pictures and the names they are led to
SIDE = 12  # latents across
SIZE = 4 * SIDE  # pixels across


def new_denoiser(
    widths: tuple[int, ...] = (64, 128, 192), text_width: int = 192, latents: int = FIRST + DETAILS
) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIDE,
        in_channels=latents,
        out_channels=latents,
        block_out_channels=widths,
        layers_per_block=1,
        cross_attention_dim=text_width,
        attention_head_dim=4,
        norm_num_groups=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    )


def take_over(new: UNet2DConditionModel, old: UNet2DConditionModel) -> None:
    """Copy a denoiser of the same shape, or of one with fewer latents: the others it does not
    listen to yet, and says nothing of.
    """
    state, known = new.state_dict(), old.state_dict()
    for name, value in known.items():
        if state[name].shape == value.shape:
            state[name] = value
        else:
            state[name] = torch.zeros_like(state[name])
            state[name][tuple(slice(side) for side in value.shape)] = value
    new.load_state_dict(state)


def new_scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        num_train_timesteps=1000, beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012,
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
        clip_sample=False, set_alpha_to_one=True, steps_offset=1,
    )  # fmt: skip


class Pictures(Picker):
    """Endless composed pictures of a work folder."""

    def __init__(self, work: Path, rng: random.Random) -> None:
        records, drawn = read_records(work), np.load(work / "pictures.npz")["rgba"]
        sprites = [
            Sprite(Image.fromarray(rgba).resize((SIZE, SIZE), Image.Resampling.LANCZOS), one)
            for rgba, one in zip(drawn, records)
        ]
        super().__init__(sprites, json.loads((work / "synonyms.json").read_text("utf-8")), rng)

    def batch(self, size: int) -> tuple[torch.Tensor, list[str]]:
        """RGB in [-1, 1], size x 3 x S x S, and the captions."""
        made = [self.one() for _ in range(size)]
        pictures = torch.from_numpy(np.stack([picture for picture, _ in made]))
        return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1, [caption for _, caption in made]


class Latents:
    """Pictures behind the autoencoder, each shown about four times before it gives way
    to a new one.
    """

    def __init__(self, work: Path, rng: random.Random, pool: int = 1024) -> None:
        self.pictures, self.rng = Pictures(work, rng), rng
        vae = AutoencoderTiny.from_pretrained(work / "vae", torch_dtype=torch.float32).eval()
        self.encoder = vae.encoder.to(memory_format=torch.channels_last)
        parts = [self._new(64) for _ in range(pool // 64)]
        self.latents = torch.cat([part[0] for part in parts])
        self.captions = [caption for part in parts for caption in part[1]]

    @torch.no_grad()
    def _new(self, count: int) -> tuple[torch.Tensor, list[str]]:
        pictures, captions = self.pictures.batch(count)
        return self.encoder(pictures.contiguous(memory_format=torch.channels_last)), captions

    def batch(self, size: int) -> tuple[torch.Tensor, list[str]]:
        """Latents, size x 4 x SIDE x SIDE, and captions, one in ten empty;
        a quarter of them new.
        """
        places = self.rng.sample(range(len(self.captions)), size)
        latents, captions = self._new(size // 4)
        for place, latent, caption in zip(places, latents, captions):
            self.latents[place], self.captions[place] = latent, caption
        said = ["" if self.rng.random() < 0.1 else self.captions[place] for place in places]
        return self.latents[places], said


class Meanings:
    """The phrases the text encoder was distilled on, with their sentence embeddings
    (train_text_encoder.py).
    """

    def __init__(self, work: Path, tokenizer: CLIPTokenizer, width: int) -> None:
        cached = torch.load(work / "phrases.pt", weights_only=True)
        self.texts, self.target, self.tokenizer = cached["texts"], cached["target"], tokenizer
        self.head = torch.nn.Linear(width, self.target.shape[1])
        self.head.load_state_dict(torch.load(work / "text_head.pt", weights_only=True))

    def loss(self, encoder: CLIPTextModel, rng: random.Random, size: int = 48) -> torch.Tensor:
        """One less the mean cosine between meanings, over a random batch."""
        pick = [rng.randrange(len(self.texts)) for _ in range(size)]
        tokens = self.tokenizer(
            [self.texts[i] for i in pick], padding="max_length", truncation=True, max_length=12,
            return_tensors="pt",
        ).input_ids  # fmt: skip
        guess = torch.nn.functional.normalize(self.head(encoder(tokens).pooler_output), dim=-1)
        return 1 - (guess * self.target[pick]).sum(-1).mean()


def save_pipeline(
    work: Path, denoiser: UNet2DConditionModel, text_encoder: CLIPTextModel, folder: Path
) -> None:
    """A folder that plain diffusers loads; weights in 16 bits."""
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderTiny.from_pretrained(work / "vae"), text_encoder=copy.deepcopy(text_encoder),
        tokenizer=CLIPTokenizer.from_pretrained(work / "tokenizer"),
        unet=copy.deepcopy(denoiser).to(memory_format=torch.contiguous_format),
        scheduler=new_scheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.to(dtype=torch.float16).save_pretrained(folder, safe_serialization=True)
    for part in ("vae", "text_encoder", "unet"):
        file = folder / part / "config.json"
        config = json.loads(file.read_text(encoding="utf-8"))
        config.pop("_name_or_path", None)  # a path on the machine that trained it
        if part == "vae":
            config.pop(
                "block_out_channels", None
            )  # written by the class and refused by it on loading
        if "dtype" in config:
            config["dtype"] = "float32"  # what it is to be loaded as, unless asked otherwise
        file.write_text(json.dumps(config, indent=2), encoding="utf-8")


class Training:
    """Denoiser, text encoder, meanings, averages and optimiser; on disk in DIR/denoiser.pt."""

    def __init__(self, work: Path) -> None:
        self.work, self.checkpoint = work, work / "denoiser.pt"
        self.text = CLIPTextModel.from_pretrained(
            work / "text_encoder", dtype=torch.float32
        ).train()
        begun = work / "unet"  # put there by train_text_encoder --start
        self.denoiser = new_denoiser()
        if begun.exists():  # nothing in the network depends on how many latents lie side by side
            old = UNet2DConditionModel.from_pretrained(begun, torch_dtype=torch.float32)
            take_over(self.denoiser, old)
        self.denoiser.train().set_attn_processor(AttnProcessor())
        tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
        self.meanings = Meanings(work, tokenizer, self.text.config.hidden_size)
        self.steady = copy.deepcopy(self.denoiser).requires_grad_(False)
        self.steady_text = copy.deepcopy(self.text).requires_grad_(False)
        words = [*self.text.parameters(), *self.meanings.head.parameters()]
        self.optimiser = torch.optim.AdamW(
            [{"params": self.denoiser.parameters(), "share": 1.0}, {"params": words, "share": 0.3}],
            betas=(0.9, 0.99), weight_decay=0.01, fused=True,
        )  # fmt: skip
        self.step, self.seconds, self.samples = 0, 0.0, torch.zeros((), dtype=torch.int64)
        self.signal, self.kin = new_scheduler().alphas_cumprod, Kin(work, tokenizer)
        self._load()

    def _parts(self) -> dict:
        return {
            "model": self.denoiser,
            "text": self.text,
            "head": self.meanings.head,
            "average": self.steady,
            "average_text": self.steady_text,
            "optimiser": self.optimiser,
        }

    def _load(self) -> None:
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, weights_only=True)
            for name, part in self._parts().items():
                part.load_state_dict(state[name])
            self.step, self.seconds = state["step"], state["seconds"]
            self.samples += state["samples"]

    def save(self) -> None:
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {"step": self.step, "samples": int(self.samples), "seconds": self.seconds}
        torch.save(state, self.checkpoint.with_suffix(".part"))
        self.checkpoint.with_suffix(".part").replace(self.checkpoint)

    def export(self) -> None:
        save_pipeline(self.work, self.steady, self.steady_text, self.work / "pipeline")

    def _timesteps(self) -> torch.Tensor:
        drawn = (torch.sigmoid(torch.randn(BATCH) * 1.1 + 0.5) * 1000).long().clamp(0, 999)
        return torch.where(torch.rand(BATCH) < EVEN, torch.randint(0, 1000, (BATCH,)), drawn)

    def learn(self, clean: torch.Tensor, captions: list[str], rng: random.Random) -> float:
        """One step; gives the denoiser's loss."""
        tokenizer = self.meanings.tokenizer
        tokens = tokenizer(
            captions, padding="max_length", truncation=True, max_length=tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids  # fmt: skip
        timestep, noise = self._timesteps(), torch.randn_like(clean)
        a = self.signal[timestep].sqrt().view(-1, 1, 1, 1)
        s = (1 - self.signal[timestep]).sqrt().view(-1, 1, 1, 1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.text(tokens)[0]
            guess = self.denoiser(a * clean + s * noise, timestep, states).sample
        apart = (guess.float() - (a * noise - s * clean)).pow(2)
        loss = apart[:, :FIRST].mean() + apart[:, FIRST:].mean()
        said = loss.item()
        if self.step % 4 == 0:
            loss = loss + 4 * MEANING * self.meanings.loss(self.text, rng)
            loss = loss + 4 * KIN * self.kin.loss(self.text, self.text, rng, 48)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), 1.0)
        torch.nn.utils.clip_grad_norm_(self.text.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.samples += BATCH
        return said

    @torch.no_grad()
    def follow(self) -> None:
        """Move the averages a little towards the weights."""
        weight = 1 - min(AVERAGE, self.step / (self.step + 10))
        for kept, new in ((self.steady, self.denoiser), (self.steady_text, self.text)):
            torch._foreach_lerp_(list(kept.parameters()), list(new.parameters()), weight)

    def share(self) -> Shared:
        """What all workers change, in shared memory."""
        parts = {name: self._parts()[name].share_memory() for name in ("model", "text", "head")}
        return parts, self.samples.share_memory_()

    def take(self, shared: Shared) -> None:
        """Change the first worker's weights instead of one's own."""
        parts, self.samples = shared
        for name, part in parts.items():
            mine = self._parts()[name].parameters()
            for own, theirs in zip(mine, part.parameters(), strict=True):
                own.data = theirs.data

    def tell(self, losses: list[float], rate: float) -> None:
        """A line to see and to keep, and a checkpoint."""
        line = {
            "samples": int(self.samples), "seconds": round(self.seconds),
            "loss": round(sum(losses) / len(losses), 4), "rate": rate,
        }  # fmt: skip
        print(json.dumps(line), flush=True)
        with (self.work / "denoiser.log").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.save()


@dataclass(frozen=True)
class Plan:
    """How long and how fast is trained."""

    minutes: float
    learning_rate: float
    cool_down: bool
    threads: int
    clock: bool


def run(training: Training, plan: Plan, first: bool, stop: Event) -> None:
    """One worker's loop; the first averages, tells, saves and says when it is over."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(time.time_ns() % 2**31)
    rng = random.Random(time.time_ns())
    latents = Latents(training.work, rng)
    now = time.monotonic if plan.clock else lambda: time.process_time() / plan.threads
    began, before, own, losses, told = now(), training.seconds, 0, [], 0.0
    while not stop.is_set():
        elapsed = now() - began
        progress = min(1.0, elapsed / (plan.minutes * 60))
        fall = max(0.02, min(1.0, (1 - progress) / (1 - STEADY))) if plan.cool_down else 1.0
        rate = plan.learning_rate * min(1.0, (own + 1) / 200) * fall
        for group in training.optimiser.param_groups:
            group["lr"] = group["share"] * rate
        losses.append(training.learn(*latents.batch(BATCH), rng))
        own += 1
        if not first:
            continue
        training.follow()
        if elapsed - told > 120 or progress >= 1:
            told, training.seconds = elapsed, before + elapsed
            training.tell(losses, rate)
            losses = []
        if progress >= 1:
            stop.set()


def help_out(work: Path, plan: Plan, stop: Event, shared: Shared) -> None:
    """Another worker, in a process of its own."""
    training = Training(work)
    training.take(shared)
    run(training, plan, False, stop)


def train(work: Path, plan: Plan, workers: int) -> None:
    """Train to the end with all workers, then write DIR/pipeline."""
    training, processes = Training(work), get_context("spawn")
    stop, shared = processes.Event(), training.share()
    others = [
        processes.Process(target=help_out, args=(work, plan, stop, shared), daemon=True)
        for _ in range(workers - 1)
    ]
    for other in others:
        other.start()
    run(training, plan, True, stop)
    for other in others:
        other.join()
    training.export()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60, help="of processor time")
    parser.add_argument("--clock", action="store_true", help="minutes by the clock instead")
    parser.add_argument("--learning-rate", type=float, default=6e-4)
    parser.add_argument("--cool-down", action="store_true", help="let the learning rate fall")
    parser.add_argument("--export", action="store_true", help="only write DIR/pipeline")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    if options.export:
        Training(options.work).export()
    else:
        plan = Plan(
            options.minutes, options.learning_rate, options.cool_down, options.threads,
            options.clock,
        )  # fmt: skip
        train(options.work, plan, options.workers)
