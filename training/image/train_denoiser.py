"""Train the denoiser (diffusers.UNet2DConditionModel),
and save the whole as a StableDiffusionPipeline folder.

Run: python -m training.image.train_denoiser --work DIR --minutes 60   (run again to go on from the
checkpoint)

v-prediction with zero terminal SNR (Lin et al. 2023), timesteps drawn from a logit-normal (Esser et
al. 2024, section 3.1), captions dropped one time in ten for classifier-free guidance (Ho and
Salimans 2022), exponential moving average of the weights. The pictures are composed on the spot
(compose.py). The text encoder goes on learning at a lower rate, so that the words of the captions
move apart, and is held to the sentence meanings it was distilled from, so that words in no caption
stay near their like.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import time
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

from training.image.compose import Sprite, compose
from training.image.kin import Kin
from training.image.words_for_pictures import read_records

BATCH = 32
AVERAGE = 0.998
STEADY = 0.6  # share of the time at the full learning rate, before it falls
MEANING = 0.1  # weight of the distance to the sentence meanings
KIN = 0.5  # weight of the distance between words without pictures and the names they are led to


def new_denoiser(
    widths: tuple[int, ...] = (64, 128, 192), text_width: int = 192
) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=12,
        in_channels=4,
        out_channels=4,
        block_out_channels=widths,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=text_width,
        attention_head_dim=4,
        norm_num_groups=16,
    )


def new_scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
    )


class Pictures:
    """Endless composed pictures with captions; everyday things four times as often as others,
    each of the many pictures of a job less often.
    """

    def __init__(self, work: Path, rng: random.Random) -> None:
        records = read_records(work)
        self.sprites = [
            Sprite(Image.fromarray(rgba), record)
            for rgba, record in zip(np.load(work / "pictures.npz")["rgba"], records)
        ]
        self.share = list(
            accumulate(
                0.4 if "job" in record else 4 if record["everyday"] else 1 for record in records
            )
        )
        self.synonyms, self.rng = (
            json.loads((work / "synonyms.json").read_text(encoding="utf-8")),
            rng,
        )

    def batch(self, size: int) -> tuple[torch.Tensor, list[str]]:
        """RGB in [-1, 1], size x 3 x 48 x 48, and the captions."""
        picked = self.rng.choices(self.sprites, cum_weights=self.share, k=2 * size)
        made = [
            compose(one, other, self.synonyms, self.rng, one.picture.width)
            for one, other in zip(picked[:size], picked[size:])
        ]
        return torch.from_numpy(np.stack([picture for picture, _ in made])).permute(
            0, 3, 1, 2
        ).float() / 127.5 - 1, [caption for _, caption in made]


class Latents:
    """Pictures behind the autoencoder, each shown about four times before it gives way
    to a new one.
    """

    def __init__(self, work: Path, rng: random.Random, pool: int = 1024) -> None:
        self.pictures, self.rng = Pictures(work, rng), rng
        self.encoder = (
            AutoencoderTiny.from_pretrained(work / "vae", torch_dtype=torch.float32)
            .eval()
            .encoder.to(memory_format=torch.channels_last)
        )
        parts = [self._new(64) for _ in range(pool // 64)]
        self.latents, self.captions = (
            torch.cat([part[0] for part in parts]),
            sum((part[1] for part in parts), []),
        )

    @torch.no_grad()
    def _new(self, count: int) -> tuple[torch.Tensor, list[str]]:
        pictures, captions = self.pictures.batch(count)
        return self.encoder(pictures.contiguous(memory_format=torch.channels_last)), captions

    def batch(self, size: int) -> tuple[torch.Tensor, list[str]]:
        """Latents, size x 4 x 12 x 12, and captions, one in ten empty; a quarter of them new."""
        places = self.rng.sample(range(len(self.captions)), size)
        latents, captions = self._new(size // 4)
        for place, latent, caption in zip(places, latents, captions):
            self.latents[place], self.captions[place] = latent, caption
        return self.latents[places], [
            "" if self.rng.random() < 0.1 else self.captions[place] for place in places
        ]


class Meanings:
    """The phrases the text encoder was distilled on, with their sentence embeddings
    (train_text_encoder.py).
    """

    def __init__(self, work: Path, tokenizer: CLIPTokenizer, width: int) -> None:
        cached = torch.load(work / "phrases.pt", weights_only=True)
        self.texts, self.target, self.tokenizer = cached["texts"], cached["target"], tokenizer
        self.head = torch.nn.Linear(width, self.target.shape[1])
        self.head.load_state_dict(torch.load(work / "text_head.pt", weights_only=True))

    def loss(self, text_encoder: CLIPTextModel, rng: random.Random, size: int = 48) -> torch.Tensor:
        """One less the mean cosine between meanings, over a random batch."""
        pick = [rng.randrange(len(self.texts)) for _ in range(size)]
        tokens = self.tokenizer(
            [self.texts[i] for i in pick],
            padding="max_length",
            truncation=True,
            max_length=12,
            return_tensors="pt",
        ).input_ids
        guess = torch.nn.functional.normalize(self.head(text_encoder(tokens).pooler_output), dim=-1)
        return 1 - (guess * self.target[pick]).sum(-1).mean()


def save_pipeline(
    work: Path,
    denoiser: UNet2DConditionModel,
    text_encoder: CLIPTextModel,
    folder: Path,
    half: bool = True,
) -> None:
    """A folder that plain diffusers loads; weights in 16 bits."""
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderTiny.from_pretrained(work / "vae"),
        text_encoder=copy.deepcopy(text_encoder),
        tokenizer=CLIPTokenizer.from_pretrained(work / "tokenizer"),
        unet=copy.deepcopy(denoiser).to(memory_format=torch.contiguous_format),
        scheduler=new_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.to(dtype=torch.float16 if half else torch.float32).save_pretrained(
        folder, safe_serialization=True
    )
    for part in ("vae", "text_encoder", "unet"):
        config = json.loads((folder / part / "config.json").read_text(encoding="utf-8"))
        config.pop("_name_or_path", None)  # a path on the machine that trained it
        if "dtype" in config:
            # what it is to be loaded as: the UNet and the VAE are too, unless asked otherwise
            config["dtype"] = "float32"
        (folder / part / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


def begin(
    work: Path,
) -> tuple[UNet2DConditionModel, CLIPTextModel, Meanings, UNet2DConditionModel, dict | None]:
    """Denoiser, text encoder, meanings and averaged denoiser: from the checkpoint,
    else from DIR/unet, else new; and the checkpoint.
    """
    text_encoder = CLIPTextModel.from_pretrained(
        work / "text_encoder", torch_dtype=torch.float32
    ).train()
    begun = work / "unet"  # put there by train_text_encoder --start
    denoiser = (
        UNet2DConditionModel.from_pretrained(begun, torch_dtype=torch.float32)
        if begun.exists()
        else new_denoiser()
    )
    denoiser = denoiser.train().to(memory_format=torch.channels_last)
    meanings = Meanings(
        work, CLIPTokenizer.from_pretrained(work / "tokenizer"), text_encoder.config.hidden_size
    )
    average = copy.deepcopy(denoiser).requires_grad_(False)
    checkpoint = work / "denoiser.pt"
    state = torch.load(checkpoint, weights_only=True) if checkpoint.exists() else None
    if state:
        (
            denoiser.load_state_dict(state["model"]),
            text_encoder.load_state_dict(state["text"]),
            average.load_state_dict(state["average"]),
        )
        # a checkpoint without it comes from another list of things: its averages of the gradient
        # are of no use
        if "head" in state:
            meanings.head.load_state_dict(state["head"])
    return denoiser, text_encoder, meanings, average, state


def learn(
    rank: int, work: Path, minutes: float, learning_rate: float, parts: tuple, counter: torch.Tensor
) -> None:
    """One worker's loop.

    Workers share the weights and change them without waiting for each other (Hogwild, Niu et al.
    2011); the first also averages and saves.
    """
    torch.set_num_threads(1)
    torch.manual_seed(time.time_ns() % 2**31)
    if rank and hasattr(os, "nice"):
        os.nice(14)
    denoiser, text_encoder, meanings, average, state = parts
    rng = random.Random(time.time() + rank)
    latents, kin = Latents(work, rng), Kin(work, meanings.tokenizer)
    optimiser = torch.optim.AdamW(
        [
            {"params": denoiser.parameters(), "share": 1.0},
            {"params": [*text_encoder.parameters(), *meanings.head.parameters()], "share": 0.3},
        ],
        lr=learning_rate,
        betas=(0.9, 0.99),
        weight_decay=0.01,
    )
    used = 0.0
    if state:
        used = state["seconds"]
        if "head" in state:
            optimiser.load_state_dict(state["optimiser"])
    checkpoint, log = work / "denoiser.pt", work / "denoiser.log"
    signal = new_scheduler().alphas_cumprod
    losses, distances, started, own = [], [], time.time(), 0
    while True:
        elapsed = time.time() - started
        progress = min(1.0, elapsed / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = (
                group["share"]
                * learning_rate
                * min(1.0, (own + 1) / 200)
                * (1 if progress < STEADY else max(0.03, (1 - progress) / (1 - STEADY)))
            )
        clean, text = latents.batch(BATCH)
        tokens = meanings.tokenizer(
            text,
            padding="max_length",
            truncation=True,
            max_length=meanings.tokenizer.model_max_length,
            return_tensors="pt",
        ).input_ids
        context = text_encoder(tokens)[0]
        timestep = (torch.sigmoid(torch.randn(BATCH) * 1.1 + 0.5) * 1000).long().clamp(0, 999)
        timestep[: BATCH // 16] = 999  # the very first step matters most: it sets colour and place
        a = signal[timestep].sqrt().view(-1, 1, 1, 1)
        s = (1 - signal[timestep]).sqrt().view(-1, 1, 1, 1)
        noise = torch.randn_like(clean)
        noisy = (a * clean + s * noise).contiguous(memory_format=torch.channels_last)
        loss = (denoiser(noisy, timestep, context).sample - (a * noise - s * clean)).pow(2).mean()
        losses.append(loss.item())
        if own % 4 == 0:
            distance = meanings.loss(text_encoder, rng)
            distances.append(distance.item())
            loss = loss + 4 * MEANING * distance
        loss = loss + KIN * kin.loss(text_encoder, text_encoder, rng, 48)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(denoiser.parameters(), 1.0)
        optimiser.step()
        own += 1
        counter += 1
        if rank == 0:
            step = int(counter)
            with torch.no_grad():
                weight = min(AVERAGE, step / (step + 10))
                for kept, new in zip(average.parameters(), denoiser.parameters()):
                    kept.lerp_(new, 1 - weight)
            if own % 100 == 0 or progress >= 1:
                line = {
                    "step": step,
                    "samples": step * BATCH,
                    "seconds": round(used + elapsed),
                    "loss": round(sum(losses) / len(losses), 4),
                    "meaning": round(sum(distances) / len(distances), 3),
                }
                print(json.dumps(line), flush=True)
                log.open("a").write(json.dumps(line) + "\n")
                losses, distances = [], []
                state = {
                    "model": denoiser.state_dict(),
                    "text": text_encoder.state_dict(),
                    "head": meanings.head.state_dict(),
                    "average": average.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "seconds": used + elapsed,
                }
                torch.save(state, checkpoint.with_suffix(".part"))
                checkpoint.with_suffix(".part").replace(checkpoint)
                if own % 400 == 0 or progress >= 1:
                    save_pipeline(work, average, text_encoder, work / "pipeline")
        if progress >= 1:
            break


def train(work: Path, minutes: float, learning_rate: float, workers: int) -> None:
    parts = begin(work)
    print(sum(p.numel() for p in parts[0].parameters()) / 1e6, "M parameters", flush=True)
    counter = torch.tensor(parts[-1]["step"] if parts[-1] else 0).share_memory_()
    for module in (parts[0], parts[1], parts[2].head):
        module.share_memory()
    helpers = [
        torch.multiprocessing.get_context("spawn").Process(
            target=learn, args=(rank, work, minutes, learning_rate, parts, counter), daemon=True
        )
        for rank in range(1, workers)
    ]
    for helper in helpers:
        helper.start()
    learn(0, work, minutes, learning_rate, parts, counter)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--workers", type=int, default=1, help="how many cores to train on")
    options = parser.parse_args()
    train(options.work, options.minutes, options.learning_rate, options.workers)
