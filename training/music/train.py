"""Train the note model: a small Llama-shaped decoder (transformers.LlamaForCausalLM)
on the sequences of `examples`.

Run: python -m training.music.train --work DIR --minutes 60     (run again to go on from the
checkpoint)
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from pathlib import Path

import torch
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

from course_utils.music.tokens import NUMBER, VOCABULARY
from training.music.examples import TASKS_OF_CHORALES, TASKS_OF_TUNES, batches, example
from training.music.pieces import read_pieces

PAD = NUMBER["<pad>"]
HEAD = 6  # control tokens, which nobody has to guess
WARM_UP = 100  # steps
LOG_EVERY = 100


def new_model(width: int = 192, layers: int = 6) -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(VOCABULARY),
            hidden_size=width,
            intermediate_size=int(width * 8 / 3 / 32) * 32,
            num_hidden_layers=layers,
            num_attention_heads=width // 32,
            max_position_embeddings=1024,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=NUMBER["<end>"],
            pad_token_id=PAD,
        )
    )


def padded(rows: list[list[int]]) -> torch.Tensor:
    """B x T token numbers, padded at the end: a causal model cannot see what comes after,
    so no mask is needed.
    """
    return torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(row) for row in rows], batch_first=True, padding_value=PAD
    )


def loss_of(model, tokens: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood in nats a token, after the control tokens."""
    logits = model(tokens[:, :-1], use_cache=False).logits[:, HEAD - 1 :]
    return functional.cross_entropy(
        logits.flatten(0, 1), tokens[:, HEAD:].flatten(), ignore_index=PAD
    )


def held_out_examples(pieces: list[dict], each: int = 14) -> dict[str, list[list[int]]]:
    """The same few sequences every time, by task; `parts` and `chorale chords` are of chorales."""
    rng = random.Random(1)
    tunes, chorales = [p for p in pieces if "slices" not in p], [p for p in pieces if "slices" in p]
    tests = {
        task: [example(piece, rng, task) for piece in rng.sample(tunes, min(each, len(tunes)))]
        for task, _ in TASKS_OF_TUNES
    }
    return tests | {
        f"chorale {task}": [
            example(piece, rng, task)
            for piece in rng.sample(chorales, min(each // 2, len(chorales)))
        ]
        for task, _ in TASKS_OF_CHORALES[:2]
    }


@torch.no_grad()
def held_out_losses(model, tests: dict[str, list[list[int]]]) -> dict[str, float]:
    model.eval()
    losses = {
        task: round(loss_of(model, padded(rows)).item(), 4) for task, rows in tests.items() if rows
    }
    model.train()
    return losses


def save(model, folder: Path) -> None:
    """A folder that AutoModelForCausalLM loads; 16-bit weights, and the words of the vocabulary."""
    copy.deepcopy(model).half().save_pretrained(folder, safe_serialization=True)
    (folder / "vocabulary.json").write_text(json.dumps(VOCABULARY), encoding="utf-8")


def train(
    work: Path, minutes: float, learning_rate: float, width: int, layers: int, tokens: int
) -> None:
    """`minutes` in all, those before a stop included; the learning rate falls in a straight line to
    nearly nothing at the end.
    """
    torch.manual_seed(0)
    training, held = read_pieces(work)
    print(len(training), "pieces to learn,", len(held), "held out", flush=True)
    model, rng = new_model(width, layers), random.Random(time.time())
    checkpoint, log, step, used, seen = work / "notes.pt", work / "notes.log", 0, 0.0, 0
    decay = [p for p in model.parameters() if p.dim() > 1]
    optimiser = torch.optim.AdamW(
        [
            {"params": decay, "weight_decay": 0.1},
            {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
        ],
        lr=learning_rate,
        betas=(0.9, 0.97),
        fused=True,
    )
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"]), optimiser.load_state_dict(state["optimiser"])
        step, used, seen = state["step"], state["seconds"], state["tokens"]
    print(round(sum(p.numel() for p in model.parameters()) / 1e6, 2), "M parameters", flush=True)
    tests, began, losses = held_out_examples(held), time.time(), []
    for rows in batches(training, rng, tokens):
        elapsed = used + time.time() - began
        progress = min(1.0, elapsed / (minutes * 60))
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * min(1.0, (step + 1) / WARM_UP) * max(0.01, 1 - progress)
        batch = padded(rows)
        loss = loss_of(model, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
        step, seen = step + 1, seen + sum(map(len, rows))
        if step % LOG_EVERY == 0 or progress >= 1:
            line = {
                "step": step,
                "seconds": round(elapsed),
                "tokens": seen,
                "loss": round(sum(losses) / len(losses), 4),
            }
            if step % (3 * LOG_EVERY) == 0 or progress >= 1:
                line["held_out"] = held_out_losses(model, tests)
                torch.save(
                    {
                        "model": model.state_dict(),
                        "optimiser": optimiser.state_dict(),
                        "step": step,
                        "seconds": elapsed,
                        "tokens": seen,
                    },
                    checkpoint,
                )
                save(model, work / "model")
            print(json.dumps(line), flush=True)
            with log.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
            losses = []
        if progress >= 1:
            break


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--tokens", type=int, default=2048, help="in a batch")
    options = parser.parse_args()
    train(
        options.work,
        options.minutes,
        options.learning_rate,
        options.width,
        options.layers,
        options.tokens,
    )
