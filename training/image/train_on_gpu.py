"""The denoiser's training on a GPU: one command that needs torch, diffusers,
their numpy and Pillow, and one data file.

At home:  python -m training.image.train_on_gpu pack --work DIR --data FILE
There:    python -m training.image.train_on_gpu train --data FILE --out FOLDER --minutes 8
          (a minute's trial first, which tells the speed and that parts can be written; --trial 0
          leaves it out)
At home:  python -m training.image.train_on_gpu join --work DIR --parts FOLDER    (becomes DIR/unet,
          DIR/text_encoder)
On a CPU: `train` with --batch 4 --pool 64 --workers 1 --minutes 0.3 --trial 0.1 goes the same way,
slowly.

The data file (under 50 MB) holds the drawings as WebP, their records, the ids of every word that
captions can have, phrases with their meanings, and the weights to begin from in 16 bits. Worker
processes compose pictures while the GPU learns; each picture's latents are drawn a few times from a
pool before they give way to new ones. The text encoder is written here in plain torch, with the
names of CLIPTextModel's weights. The weights come back averaged, in 16 bits, in parts of at most 15
MiB.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import multiprocessing
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

PART = 15 * 2**20  # bytes
LONGEST = 24  # tokens of a caption
PIECES = re.compile(r"\w+|[^\w\s]")
AVERAGE, EVEN, MEANING, DROPPED = 0.999, 0.15, 0.1, 0.1
PHRASES = 4000
BROUGHT = 32  # batches at most before a step: workers may compose faster than a processor encodes
CAPTIONS = 60_000  # read for the words that captions can have
FIRST = 4  # latents that say nearly all; the others, the details, weigh as much together


class Layer(nn.Module):
    """One layer of the text encoder: states (N x T x width) to states."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        names = ("q_proj", "k_proj", "v_proj", "out_proj")
        self.self_attn = nn.ModuleDict({name: nn.Linear(width, width) for name in names})
        self.mlp = nn.ModuleDict(
            {"fc1": nn.Linear(width, 4 * width), "fc2": nn.Linear(4 * width, width)}
        )

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        count, length, width = states.shape
        seen = self.layer_norm1(states)
        q, k, v = (
            self.self_attn[name](seen).view(count, length, self.heads, -1).transpose(1, 2)
            for name in ("q_proj", "k_proj", "v_proj")
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        mixed = mixed.transpose(1, 2).reshape(count, length, width)
        states = states + self.self_attn["out_proj"](mixed)
        inner = functional.gelu(self.mlp["fc1"](self.layer_norm2(states)))
        return states + self.mlp["fc2"](inner)


class TextEncoder(nn.Module):
    """CLIPTextModel's last hidden states in plain torch: token ids (N x T) to N x T x width."""

    def __init__(self, tokens: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.embeddings = nn.ModuleDict(
            {
                "token_embedding": nn.Embedding(tokens, width),
                "position_embedding": nn.Embedding(LONGEST, width),
            }
        )
        self.encoder = nn.ModuleDict(
            {"layers": nn.ModuleList(Layer(width, heads) for _ in range(layers))}
        )
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        states = self.embeddings["token_embedding"](ids) + self.embeddings["position_embedding"](
            places
        )
        for layer in self.encoder["layers"]:
            states = layer(states)
        return self.final_layer_norm(states)


# At home, before


def pack(work: Path, data: Path) -> None:
    """Write the data file from a work folder that train_denoiser.py can go on from."""
    from training.image.train_denoiser import Pictures, Training

    training = Training(work)
    tokenizer = training.meanings.tokenizer
    pictures, words = Pictures(work, random.Random(0)), {}
    for _ in range(CAPTIONS):
        for piece in PIECES.findall(pictures.one()[1].lower()):
            words.setdefault(piece, [])
    for word in words:
        words[word] = tokenizer(word, add_special_tokens=False).input_ids
    files = [_webp(rgba) for rgba in np.load(work / "pictures.npz")["rgba"]]
    weights = {
        "unet": training.steady.state_dict(),
        "text": training.steady_text.state_dict(),
        "head": training.meanings.head.state_dict(),
        "encoder": _encoder_of(work / "vae").state_dict(),
    }
    about = {
        "records": json.loads((work / "pictures.json").read_text(encoding="utf-8")),
        "synonyms": pictures.synonyms,
        "words": words,
        "unet": _plain(training.denoiser.config),
        "vae": json.loads((work / "vae/config.json").read_text(encoding="utf-8")),
        "text": [
            len(tokenizer),
            training.text.config.hidden_size,
            training.text.config.num_hidden_layers,
            training.text.config.num_attention_heads,
        ],
        "ends": [tokenizer.bos_token_id, tokenizer.eos_token_id],
        "samples": training.step,
    }
    phrases, meanings = _phrases(training, words)
    arrays = {
        f"{part}.{name}": value.half().numpy()
        for part, state in weights.items()
        for name, value in state.items()
    }
    np.savez(
        data,
        **arrays,
        files=np.frombuffer(b"".join(files), np.uint8),
        ends=np.cumsum([len(f) for f in files]),
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        phrases=phrases,
        meanings=meanings,
    )
    size = data.stat().st_size / 1e6
    print(f"{data}: {size:.1f} MB, {len(files)} drawings, {len(words)} words")
    if size > 50:
        raise SystemExit("The data file is over 50 MB.")


def _webp(rgba: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "WEBP", lossless=True, method=4)
    return buffer.getvalue()


def _plain(config) -> dict:
    """A diffusers configuration as JSON can hold it."""
    return {name: value for name, value in dict(config).items() if not name.startswith("_")}


def _encoder_of(folder: Path):
    from diffusers import AutoencoderTiny

    return AutoencoderTiny.from_pretrained(folder).encoder


def _phrases(training, words: dict) -> tuple[np.ndarray, np.ndarray]:
    """Token ids of some phrases (N x LONGEST) and their sentence meanings in steps of 1/127
    (N x 384).
    """
    count = len(training.meanings.texts)
    picked = random.Random(0).sample(range(count), min(PHRASES, count))
    tokenizer = training.meanings.tokenizer
    ids = tokenizer(
        [training.meanings.texts[i] for i in picked],
        padding="max_length",
        truncation=True,
        max_length=LONGEST,
        return_tensors="np",
    ).input_ids.astype(np.uint16)
    return ids, (training.meanings.target[picked].numpy() * 127).round().astype(np.int8)


# There


class Caption:
    """Captions to token ids, as the tokenizer would read them, from the table of words."""

    def __init__(self, words: dict[str, list[int]], ends: list[int]) -> None:
        self.words, (self.first, self.last) = words, ends

    def ids(self, caption: str) -> np.ndarray | None:
        """LONGEST ids; None for a caption with a word that is not in the table."""
        found = [self.first]
        for piece in PIECES.findall(caption.lower()):
            if piece not in self.words:
                return None
            found += self.words[piece]
        found = found[: LONGEST - 1]
        return np.array(found + [self.last] * (LONGEST - len(found)), np.int64)


def compose_for_ever(drawings: np.ndarray, about: dict, seed: int, ready, size: int) -> None:
    """A worker's loop: composed pictures (size x S x S x 3, bytes) and token ids into the queue."""
    from training.image.compose import Sprite
    from training.image.picking import Picker

    rng = random.Random(seed)
    sprites = [
        Sprite(Image.fromarray(rgba), record) for rgba, record in zip(drawings, about["records"])
    ]
    picker, caption = (
        Picker(sprites, about["synonyms"], rng),
        Caption(about["words"], about["ends"]),
    )
    while True:
        pictures, ids = [], []
        while len(pictures) < size:
            picture, words = picker.one()
            row = caption.ids(words)
            if row is not None:
                pictures.append(picture), ids.append(row)
        ready.put((np.stack(pictures), np.stack(ids)))


class Pool:
    """Latents and token ids on the GPU; the oldest give way to what the workers bring."""

    def __init__(self, encoder: nn.Module, ready, size: int, device: torch.device) -> None:
        self.encoder, self.ready, self.device = encoder, ready, device
        self.place = self.brought = 0
        first = ready.get(timeout=120)
        side = first[0].shape[1]
        with torch.no_grad():
            like = encoder(torch.zeros(1, 3, side, side, device=device))
        self.latents = torch.zeros(size, *like.shape[1:], device=device)
        self.ids = torch.zeros(size, LONGEST, dtype=torch.long, device=device)
        self._bring(first)
        while self.brought < size:
            self._bring(ready.get(timeout=120))

    @torch.no_grad()
    def _bring(self, batch: tuple[np.ndarray, np.ndarray]) -> None:
        pictures = torch.from_numpy(batch[0]).to(self.device).permute(0, 3, 1, 2).float()
        where = (torch.arange(len(pictures)) + self.place) % len(self.latents)
        self.latents[where] = self.encoder(pictures / 127.5 - 1)
        self.ids[where] = torch.from_numpy(batch[1]).to(self.device)
        self.place, self.brought = int(where[-1]) + 1, self.brought + len(pictures)

    def batch(self, size: int) -> tuple[torch.Tensor, torch.Tensor]:
        for _ in range(BROUGHT):
            if self.ready.empty():
                break
            self._bring(self.ready.get())
        picked = torch.randint(len(self.latents), (size,), device=self.device)
        return self.latents[picked], self.ids[picked]


class Learner:
    """Denoiser and text encoder with their averages, on a device."""

    def __init__(self, held: dict, about: dict, device: torch.device, compiled: bool) -> None:
        from diffusers import DDIMScheduler, UNet2DConditionModel

        self.device, self.step = device, 0
        self.unet = UNet2DConditionModel.from_config(about["unet"])
        self.text, self.head = TextEncoder(*about["text"]), nn.Linear(about["text"][1], 384)
        for name, part in (("unet", self.unet), ("text", self.text), ("head", self.head)):
            part.load_state_dict(_state(held, name))
            part.to(device)
        self.unet = self.unet.to(memory_format=torch.channels_last).train()
        self.weights = [*self.unet.parameters(), *self.text.parameters()]
        self.steady = [value.detach().clone() for value in self.weights]
        self.optimiser = torch.optim.AdamW(
            [{"params": list(self.unet.parameters()), "share": 1.0},
             {"params": [*self.text.parameters(), *self.head.parameters()], "share": 0.3}],
            betas=(0.9, 0.99), weight_decay=0.01, fused=device.type == "cuda",
        )  # fmt: skip
        schedule = DDIMScheduler(
            beta_schedule="scaled_linear",
            beta_start=0.00085,
            beta_end=0.012,
            rescale_betas_zero_snr=True,
        )
        self.signal = schedule.alphas_cumprod.to(device)
        self.phrases = torch.from_numpy(held["phrases"].astype(np.int64)).to(device)
        self.meanings = functional.normalize(torch.from_numpy(held["meanings"]).float(), dim=-1).to(
            device
        )
        self.empty = torch.full((LONGEST,), about["ends"][1], device=device)
        self.empty[0] = about["ends"][0]
        self.guess = torch.compile(self.unet) if compiled else self.unet

    def _timesteps(self, count: int) -> torch.Tensor:
        drawn = (
            (torch.sigmoid(torch.randn(count, device=self.device) * 1.1 + 0.5) * 1000)
            .long()
            .clamp(0, 999)
        )
        evenly = torch.randint(0, 1000, (count,), device=self.device)
        return torch.where(torch.rand(count, device=self.device) < EVEN, evenly, drawn)

    def learn(self, clean: torch.Tensor, ids: torch.Tensor, rate: float) -> torch.Tensor:
        """One step; gives the denoiser's loss, still on the device."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["share"] * rate
        dropped = torch.rand(len(ids), 1, device=self.device) < DROPPED
        ids = torch.where(dropped, self.empty, ids)
        timestep, noise = self._timesteps(len(clean)), torch.randn_like(clean)
        a = self.signal[timestep].sqrt().view(-1, 1, 1, 1)
        s = (1 - self.signal[timestep]).sqrt().view(-1, 1, 1, 1)
        noisy = (a * clean + s * noise).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            guess = self.guess(noisy, timestep, self.text(ids)).sample
            meaning = self._meaning()
        apart = (guess.float() - (a * noise - s * clean)).pow(2)
        loss = apart[:, :FIRST].mean() + apart[:, FIRST:].mean()
        self.optimiser.zero_grad()
        (loss + MEANING * meaning).backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.step += 1
        with torch.no_grad():
            torch._foreach_lerp_(
                self.steady, self.weights, 1 - min(AVERAGE, self.step / (self.step + 10))
            )
        return loss.detach()

    def _meaning(self, size: int = 128) -> torch.Tensor:
        """One less the mean cosine of some phrases' meanings, read at the first end token."""
        pick = torch.randint(len(self.phrases), (size,), device=self.device)
        ids = self.phrases[pick]
        end = (ids == self.empty[1]).int().argmax(1)
        pooled = self.text(ids)[torch.arange(size, device=self.device), end]
        return (
            1
            - (functional.normalize(self.head(pooled).float(), dim=-1) * self.meanings[pick])
            .sum(-1)
            .mean()
        )

    def write(self, folder: Path) -> None:
        """The averaged weights in 16 bits, as parts of at most PART bytes."""
        names = [f"unet.{n}" for n, _ in self.unet.named_parameters()]
        names += [f"text.{n}" for n, _ in self.text.named_parameters()]
        kept = {n: v.half().cpu().numpy() for n, v in zip(names, self.steady)}
        kept |= {
            f"head.{n}": v.detach().half().cpu().numpy() for n, v in self.head.named_parameters()
        }
        buffer = io.BytesIO()
        np.savez(buffer, **kept, step=np.array(self.step))
        whole = buffer.getvalue()
        for number, start in enumerate(range(0, len(whole), PART)):
            (folder / f"weights.{number}.part").write_bytes(whole[start : start + PART])


def _state(held: dict, part: str) -> dict[str, torch.Tensor]:
    beginning = part + "."
    return {
        name.removeprefix(beginning): torch.from_numpy(value).float()
        for name, value in held.items()
        if name.startswith(beginning)
    }


def train(options: argparse.Namespace) -> None:
    """The trial and the training proper; prints one line of JSON every ten seconds."""
    from diffusers import AutoencoderTiny

    began = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_float32_matmul_precision("high")
    options.out.mkdir(parents=True, exist_ok=True)
    held = dict(np.load(options.data))
    about, ends = json.loads(held["about"].tobytes()), held["ends"].tolist()
    files = [held["files"][a:b].tobytes() for a, b in zip([0, *ends[:-1]], ends)]
    drawings = np.stack([np.asarray(Image.open(io.BytesIO(one)).convert("RGBA")) for one in files])
    context = multiprocessing.get_context("fork")  # shares the drawings; begun before CUDA is
    ready = context.Queue(maxsize=4 * options.workers)
    for seed in range(options.workers):
        some = (drawings, about, seed + time.time_ns() % 2**31, ready, min(64, options.pool // 4))
        context.Process(target=compose_for_ever, args=some, daemon=True).start()
    encoder = AutoencoderTiny.from_config(about["vae"]).encoder
    encoder.load_state_dict(_state(held, "encoder"))
    pool = Pool(encoder.to(device).eval(), ready, options.pool, device)
    learner = Learner(held, about, device, options.compile)
    print(
        json.dumps({"ready_after_s": round(time.monotonic() - began, 1), "device": str(device)}),
        flush=True,
    )
    if options.trial:
        _run(learner, pool, options, options.trial, options.rate * 0.5, False)
        learner.write(options.out)
    _run(learner, pool, options, options.minutes, options.rate, True)
    learner.write(options.out)


def _run(
    learner: Learner,
    pool: Pool,
    options: argparse.Namespace,
    minutes: float,
    rate: float,
    falling: bool,
) -> None:
    began = told = time.monotonic()
    first, brought, losses = learner.step, pool.brought, []
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        fall = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * share)) if falling else 1.0
        warm = min(1.0, (learner.step + 1) / 100)
        losses.append(learner.learn(*pool.batch(options.batch), rate * fall * warm))
        if time.monotonic() - told > min(10.0, minutes * 15):
            told, seconds = time.monotonic(), time.monotonic() - began
            loss = float(torch.stack(losses).mean())
            steps = learner.step - first
            print(
                json.dumps(
                    {
                        "seconds": round(seconds),
                        "steps": steps,
                        "samples_a_second": round(steps * options.batch / seconds),
                        "composed_a_second": round((pool.brought - brought) / seconds),
                        "loss": round(loss, 4),
                    }
                ),
                flush=True,
            )
            if not math.isfinite(loss):
                raise SystemExit("The loss is no number any more: take a lower --rate.")
            losses = []


# At home, after


def join(work: Path, parts: Path) -> None:
    """Put the parts together and write them as DIR/unet and DIR/text_encoder,
    to be exported or gone on from.
    """
    from transformers import CLIPTextModel

    from training.image.train_denoiser import new_denoiser

    files = sorted(parts.glob("weights.*.part"), key=lambda file: int(file.name.split(".")[1]))
    held = dict(np.load(io.BytesIO(b"".join(file.read_bytes() for file in files))))
    unet = new_denoiser()
    unet.load_state_dict(_state(held, "unet"))
    text = CLIPTextModel.from_pretrained(work / "text_encoder", dtype=torch.float32)
    text.load_state_dict(_state(held, "text"))
    unet.save_pretrained(work / "unet"), text.save_pretrained(work / "text_encoder")
    torch.save(_state(held, "head"), work / "text_head.pt")
    checkpoint = work / "denoiser.pt"
    if checkpoint.exists():
        checkpoint.rename(
            work / "denoiser.before_gpu.pt"
        )  # train_denoiser begins from DIR/unet now
    print("joined after", int(held["step"]), "steps")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["pack", "train", "join"])
    parser.add_argument("--work", type=Path), parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path), parser.add_argument("--parts", type=Path)
    (
        parser.add_argument("--minutes", type=float, default=8),
        parser.add_argument("--trial", type=float, default=1),
    )
    (
        parser.add_argument("--batch", type=int, default=2048),
        parser.add_argument("--pool", type=int, default=32768),
    )
    (
        parser.add_argument("--workers", type=int, default=14),
        parser.add_argument("--rate", type=float, default=1.2e-3),
    )
    parser.add_argument(
        "--compile",
        action="store_true",
        help="torch.compile the denoiser: a minute first, then faster",
    )
    given = parser.parse_args()
    if given.what == "pack":
        pack(given.work, given.data)
    elif given.what == "join":
        join(given.work, given.parts)
    else:
        train(given)
