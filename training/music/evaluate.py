"""Figures for the note model, beside a Markov chain over the same tokens.

Run: python -m training.music.evaluate --work DIR [--model FOLDER] [--samples 12]

Held-out loss a token; share of full bars without the bar rule; notes in the scale of the key (training tunes, model, Markov chain);
the longest run of notes (pitch and length) shared with a training tune, a measure of copying, beside that of held-out tunes cut to the
same number of notes (what dance tunes share anyway).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from course_utils.creation import Recipe
from course_utils.engines.music import TuneEngine
from course_utils.engines.tune_tokens import METRES, NUMBER, SCALES, VOCABULARY, Tune, decode
from training.music.prepare import read_tunes
from training.music.train import CONTEXT

JUDGED = 80  # held-out tunes, up to CONTEXT tokens each; both models are asked for the same tokens, from the third on


def markov_counts(tunes: list[list[int]]) -> dict:
    """How often each token follows the two, the one and the none before it."""
    counts: dict = defaultdict(Counter)
    for tune in tunes:
        for a, b, c in zip(tune, tune[1:], tune[2:]):
            counts[a, b][c] += 1
            counts[b][c] += 1
            counts[None][c] += 1
    return counts


def markov_loss(counts: dict, tunes: list[list[int]]) -> float:
    """Nats a token; order 2, mixed with orders 1 and 0 where little was seen. The best of three strengths of mixing, in the chain's favour."""
    def odds(key, token: int, lower: float, strength: float) -> float:
        seen = counts.get(key, Counter())
        return (seen[token] + strength * lower) / (seen.total() + strength)

    losses = []
    for strength in (1, 4, 16):
        logs = [math.log(odds((a, b), c, odds(b, c, odds(None, c, 1 / len(VOCABULARY), strength), strength), strength))
                for tune in tunes[:JUDGED] for a, b, c in zip(tune[:CONTEXT], tune[1:CONTEXT], tune[2:CONTEXT])]
        losses.append(-sum(logs) / len(logs))
    return min(losses)


@torch.no_grad()
def model_loss(model, tunes: list[list[int]]) -> float:
    """Nats a token over the same tokens."""
    total = number = 0
    for tune in tunes[:JUDGED]:
        tokens = torch.tensor(tune[:CONTEXT])
        total += torch.nn.functional.cross_entropy(model(tokens[None]).logits[0, 1:-1], tokens[2:], reduction="sum").item()
        number += len(tokens) - 2
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


def notes_of(tune: Tune) -> list:
    return [note for bar in tune.bars for note in bar]


def longest_copies(made: list[Tune], known: list[Tune]) -> list[int]:
    """For each tune made, the longest run of notes (pitch from the home note, and length) that also stands in a known tune."""
    best, run, left = [0] * len(made), 1, set(range(len(made)))
    while left:
        runs = {tuple(notes[i : i + run]) for notes in map(notes_of, known) for i in range(len(notes) - run + 1)}
        left = {n for n in left if any(tuple(notes_of(made[n])[i : i + run]) in runs for i in range(len(notes_of(made[n])) - run + 1))}
        for number in left:
            best[number] = run
        run += 1
    return best


def engine_tunes(folder: Path, samples: int) -> list[Tune]:
    """Tunes of eight bars from the whole engine, bar rule included; kind, key and mode drawn from the seed."""
    made = []
    for seed in range(0, samples, 6):
        recipe = Recipe(kind="tune", prompt="a tune", seed=seed, settings={"count": min(6, samples - seed)})
        made += [decode([int(n) for n in c.recipe.settings["notes"].split()]) for c in TuneEngine(folder).create(recipe)]
    return made


def cut(tune: Tune, most: int) -> Tune:
    """The first bars of a tune with at most so many notes, so that long tunes do not count for more."""
    bars = tune.bars
    while len(bars) > 1 and sum(map(len, bars)) > most:
        bars = bars[:-1]
    return replace(tune, bars=bars)


def evaluate(work: Path, folder: Path, samples: int) -> dict:
    training, held = read_tunes(work)
    counts, rng = markov_counts(training), random.Random(0)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    starts = [held[i % len(held)][:4] for i in range(samples)]
    free = [free_tune(model, start, torch.Generator().manual_seed(i)) for i, start in enumerate(starts)]
    chain = [markov_tune(counts, start, rng) for start in starts]
    ruled, known = engine_tunes(folder, samples), [decode(tune) for tune in training]
    human = [cut(decode(theirs), len(notes_of(ours))) for theirs, ours in zip(held, ruled)]
    copied, shared = longest_copies(ruled, known), longest_copies(human, known)
    return {
        "held_out_loss": round(model_loss(model, held), 3), "markov_held_out_loss": round(markov_loss(counts, held), 3),
        "full_bars_without_rule": round(full_bars(free), 3), "markov_full_bars": round(full_bars(chain), 3), "full_bars_with_rule": round(full_bars(ruled), 3),
        "in_scale_training": round(in_scale(known), 3), "in_scale_model": round(in_scale(ruled), 3), "in_scale_model_without_rule": round(in_scale(free), 3), "in_scale_markov": round(in_scale(chain), 3),
        "longest_run_shared_median_and_most": [statistics.median(copied), max(copied)], "same_of_held_out_tunes": [statistics.median(shared), max(shared)],
        "notes_in_a_tune": statistics.median(len(notes_of(tune)) for tune in ruled), "samples": samples,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--samples", type=int, default=12)
    options = parser.parse_args()
    print(json.dumps(evaluate(options.work, options.model or options.work / "model", options.samples), indent=1))
