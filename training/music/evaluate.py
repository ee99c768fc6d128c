"""Figures for the note model, beside a Markov chain over the same tokens.

Run: python -m training.music.evaluate --work DIR [--model FOLDER] [--samples 12]

Held-out loss a token; share of full bars without the bar rule; notes in the scale of the key (training tunes, model, Markov chain);
the longest run of notes (pitch and length) shared with a training tune, a measure of copying.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from course_utils.creation import Recipe
from course_utils.engines.music import TuneEngine
from course_utils.engines.tune_tokens import METRES, NUMBER, SCALES, VOCABULARY, Tune, decode
from training.music.prepare import read_tunes
from training.music.train import held_out_loss

MARKOV_SMOOTHING = 0.1


def markov_counts(tunes: list[list[int]]) -> dict:
    counts: dict = defaultdict(Counter)
    for tune in tunes:
        for a, b, c in zip(tune, tune[1:], tune[2:]):
            counts[a, b][c] += 1
    return counts


def markov_loss(counts: dict, tunes: list[list[int]]) -> float:
    """Nats a token, order 2, additive smoothing."""
    total = number = 0
    for tune in tunes[:80]:
        for a, b, c in zip(tune, tune[1:], tune[2:]):
            seen = counts.get((a, b), Counter())
            total -= math.log((seen[c] + MARKOV_SMOOTHING) / (seen.total() + MARKOV_SMOOTHING * len(VOCABULARY)))
            number += 1
    return total / number


def markov_tune(counts: dict, start: list[int], rng: random.Random) -> Tune:
    tokens = [*start, NUMBER["BAR"]]
    while len(tokens) < 150 and tokens[-1] != NUMBER["<end>"]:
        seen = counts.get((tokens[-2], tokens[-1]))
        if not seen:
            break
        tokens.append(rng.choices(list(seen), list(seen.values()))[0])
    return decode(tokens)


@torch.no_grad()
def free_tune(model, start: list[int], generator: torch.Generator) -> Tune:
    """A tune drawn from the model without the bar rule."""
    tokens, past, feed = list(start), None, list(start)
    while len(tokens) < 120 and tokens[-1] != NUMBER["<end>"]:
        output = model(torch.tensor([feed]), past_key_values=past, use_cache=True)
        past = output.past_key_values
        feed = [int(torch.multinomial((output.logits[0, -1] / 0.9).softmax(-1), 1, generator=generator))]
        tokens += feed
    return decode(tokens)


def in_scale(tunes: list[Tune]) -> float:
    notes = [(n.semitones % 12) in SCALES[t.mode] for t in tunes for bar in t.bars for n in bar if n.semitones is not None]
    return sum(notes) / max(1, len(notes))


def full_bars(tunes: list[Tune]) -> float:
    bars = [sum(n.length for n in bar) == METRES[t.metre] for t in tunes for bar in t.bars[:-1]]
    return sum(bars) / max(1, len(bars))


def longest_copy(tune: Tune, known: list[list]) -> int:
    notes = [n for bar in tune.bars for n in bar]
    best = 0
    for other in known:
        previous = [0] * (len(other) + 1)
        for note in notes:
            row = [0] * (len(other) + 1)
            for j, theirs in enumerate(other):
                if note == theirs:
                    row[j + 1] = previous[j] + 1
                    best = max(best, row[j + 1])
            previous = row
    return best


def evaluate(work: Path, folder: Path, samples: int) -> dict:
    training, held = read_tunes(work)
    counts, rng = markov_counts(training), random.Random(0)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    starts = [held[i % len(held)][:4] for i in range(samples)]
    free = [free_tune(model, start, torch.Generator().manual_seed(i)) for i, start in enumerate(starts)]
    chain = [markov_tune(counts, start, rng) for start in starts]
    made = TuneEngine(folder).create(Recipe(kind="tune", prompt="a tune", settings={"count": 6}))
    ruled = [decode([int(n) for n in c.recipe.settings["notes"].split()]) for c in made]
    known = [[n for bar in decode(t).bars for n in bar] for t in training[::4]]
    return {
        "held_out_loss": round(held_out_loss(model, held), 3), "markov_held_out_loss": round(markov_loss(counts, held), 3),
        "full_bars_without_rule": round(full_bars(free), 3), "markov_full_bars": round(full_bars(chain), 3), "full_bars_with_rule": round(full_bars(ruled), 3),
        "in_scale_training": round(in_scale([decode(t) for t in training[:300]]), 3), "in_scale_model": round(in_scale(ruled), 3), "in_scale_markov": round(in_scale(chain), 3),
        "longest_copied_run_notes": max(longest_copy(t, known) for t in ruled[:3]), "samples": samples,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--samples", type=int, default=12)
    options = parser.parse_args()
    print(json.dumps(evaluate(options.work, options.model or options.work / "model", options.samples), indent=1))
