"""Train the note model: a small GPT-2 (transformers.GPT2LMHeadModel) on tune tokens.

Run: python -m training.music.train --work DIR --minutes 20     (run again to go on from the checkpoint)
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import torch
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel

from course_utils.engines.tune_tokens import KINDS, NUMBER, VOCABULARY
from training.music.prepare import read_tunes

BATCH, CONTEXT = 10, 240  # tokens; a tune of 16 bars has about 230
PAD = NUMBER["<pad>"]


def new_model() -> GPT2LMHeadModel:
    return GPT2LMHeadModel(GPT2Config(
        vocab_size=len(VOCABULARY), n_positions=512, n_embd=192, n_layer=5, n_head=6, resid_pdrop=0.05, embd_pdrop=0.05, attn_pdrop=0.05,
        bos_token_id=None, eos_token_id=NUMBER["<end>"], pad_token_id=PAD,
    ))


def batch_of(tunes: list[list[int]], rng: random.Random) -> torch.Tensor:
    """B x T token numbers; one in six tunes says `any` instead of its kind, so that the kind may be left open."""
    rows = []
    for tune in rng.sample(tunes, BATCH):
        row = tune[:CONTEXT]
        if rng.random() < 1 / 6:
            row = [NUMBER[f"KIND {KINDS[0]}"], *row[1:]]
        rows.append(torch.tensor(row))
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)


def loss_of(model: GPT2LMHeadModel, tokens: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood in nats a token."""
    logits = model(tokens[:, :-1], attention_mask=(tokens[:, :-1] != PAD).long()).logits
    return functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=PAD)


@torch.no_grad()
def held_out_loss(model: GPT2LMHeadModel, tunes: list[list[int]]) -> float:
    model.eval()
    loss = sum(loss_of(model, torch.tensor(tune[:CONTEXT])[None]).item() for tune in tunes[:80]) / min(80, len(tunes))
    model.train()
    return loss


def save(model: GPT2LMHeadModel, folder: Path) -> None:
    """A folder that AutoModelForCausalLM loads; 16-bit weights, and the words of the vocabulary."""
    import copy

    copy.deepcopy(model).half().save_pretrained(folder, safe_serialization=True)
    (folder / "vocabulary.json").write_text(json.dumps(VOCABULARY), encoding="utf-8")


def train(work: Path, minutes: float, learning_rate: float) -> None:
    torch.manual_seed(0)
    training, held = read_tunes(work)
    print(len(training), "tunes to learn,", len(held), "held out,", sum(map(len, training)), "tokens", flush=True)
    model, rng = new_model(), random.Random(time.time())
    checkpoint, log, step, used = work / "notes.pt", work / "notes.log", 0, 0.0
    optimiser = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.05)
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step, used = state["step"], state["seconds"]
    print(sum(p.numel() for p in model.parameters()) / 1e6, "M parameters", flush=True)
    started, losses = time.time(), []
    while True:
        elapsed = time.time() - started
        progress = min(1.0, elapsed / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * min(1.0, (step + 1) / 60) * max(0.03, 1 - progress)
        loss = loss_of(model, batch_of(training, rng))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
        step += 1
        if step % 50 == 0 or progress >= 1:
            line = {"step": step, "seconds": round(used + elapsed), "loss": round(sum(losses) / len(losses), 4), "held_out": round(held_out_loss(model, held), 4)}
            print(json.dumps(line), flush=True)
            log.open("a").write(json.dumps(line) + "\n")
            losses = []
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "seconds": used + elapsed}, checkpoint)
            save(model, work / "model")
        if progress >= 1:
            break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    options = parser.parse_args()
    train(options.work, options.minutes, options.learning_rate)
