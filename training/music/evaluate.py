"""Figures for the note model beside two baselines, on pieces held out of training.

Run: python -m training.music.evaluate --work DIR [--model FOLDER] [--samples 32]

Baselines: a Markov chain (order 2, mixed with orders 1 and 0) over the same tokens, and random
notes in the key in a random rhythm. For each: negative log-likelihood a note on held-out tunes (all
its tokens that are not bar lines or controls, added up, divided by the number of notes), complete
bars without the bar rule, notes in the scale, range, repetition (share of bars whose rhythm, and
whose rhythm and steps, came before in the tune), and the longest run of notes shared with a
training piece; people's held-out tunes beside them.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

from course_utils.creation import Recipe
from course_utils.music import decoding as drawing
from course_utils.music import sampling
from course_utils.music import tasks as tune_tasks
from course_utils.music import tokens as tokens
from course_utils.music.decoding import LENGTHS, PITCHES, RANGES
from course_utils.music.engine import TuneEngine
from course_utils.music.tokens import (
    KEYS,
    METRES,
    NUMBER,
    SCALES,
    VOCABULARY,
    Tune,
    TuneNote,
    decode,
    encode,
    home_of,
)
from course_utils.music.torch_model import TorchNoteReader
from course_utils.scores.midi import read_midi
from training.music.chords import SHAPES
from training.music.pieces import read_pieces

JUDGED = 80  # held-out tunes
BARS = 16  # of each, at most
HEAD = 6
END = NUMBER["<end>"]


def tune_from(piece: dict, bars: int = 10_000) -> Tune:
    """A piece's melody in its own key."""
    home = home_of(KEYS[piece["tonic"]])
    return Tune(
        piece["kind"],
        piece["mode"],
        KEYS[piece["tonic"]],
        piece["metre"],
        tuple(
            tuple(TuneNote(None if p is None else p - home, n) for p, n in bar)
            for bar in piece["bars"][:bars]
        ),
    )


def is_judged(token: int) -> bool:
    """Whether a token is a note's: bar lines follow from the rule,
    and nobody has to guess the controls.
    """
    return token in LENGTHS or token in PITCHES or token == NUMBER["REST"]


def notes_in(row: list[int]) -> int:
    return sum(token in PITCHES or token == NUMBER["REST"] for token in row)


# Baselines


def markov_counts(rows: list[list[int]]) -> dict:
    """How often each token follows the two, the one and the none before it."""
    counts: dict = defaultdict(Counter)
    for row in rows:
        for a, b, c in zip(row, row[1:], row[2:]):
            counts[a, b][c] += 1
            counts[b][c] += 1
            counts[None][c] += 1
    return counts


def markov_nll(counts: dict, rows: list[list[int]]) -> float:
    """Nats a note; the best of three strengths of mixing, in the chain's favour."""

    def odds(key, token: int, lower: float, strength: float) -> float:
        seen = counts.get(key, Counter())
        return (seen[token] + strength * lower) / (seen.total() + strength)

    found = []
    for strength in (1, 4, 16):
        total = sum(
            -math.log(
                odds(
                    (a, b),
                    c,
                    odds(b, c, odds(None, c, 1 / len(VOCABULARY), strength), strength),
                    strength,
                )
            )
            for row in rows
            for a, b, c in zip(row[HEAD - 2 :], row[HEAD - 1 :], row[HEAD:])
            if is_judged(c)
        )
        found.append(total / sum(map(notes_in, rows)))
    return min(found)


def random_nll(tunes: list[Tune], rng: random.Random) -> float:
    """Nats a note of the random player: a length of the training set's common ones, then a note of
    the scale within two octaves; one note in fifty is any note at all.
    """
    free, scale, lengths = 0.02, 14, 6
    total = number = 0
    for tune in tunes:
        for bar in tune.bars:
            for note in bar:
                inside = (
                    note.semitones is not None
                    and note.semitones % 12 in SCALES[tune.mode]
                    and -12 <= note.semitones <= 24
                )
                total -= math.log(
                    (1 - free) / scale + free / len(PITCHES) if inside else free / len(PITCHES)
                ) + math.log(
                    (1 - free) / lengths
                    if note.length in (3, 6, 9, 12, 18, 24)
                    else free / len(LENGTHS)
                )
                number += 1
    return total / number


def markov_tune(counts: dict, start: list[int], bars: int, rng: random.Random) -> Tune:
    row = [*start, tokens.left(bars)]
    while len(row) < 400 and row[-1] != END:
        seen = counts.get((row[-2], row[-1]))
        if not seen:
            break
        row.append(rng.choices(list(seen), list(seen.values()))[0])
    return decode(row)


def random_tune(tune: Tune, rng: random.Random) -> Tune:
    """A tune of the same metre and number of bars: any notes of the scale in two octaves,
    lengths as they come, bars not minded.
    """
    full, notes, clock, bars = METRES[tune.metre], [], 0, []
    steps = [s + 12 * octave for octave in (0, 1) for s in SCALES[tune.mode]]
    while len(bars) < len(tune.bars):
        notes.append(TuneNote(rng.choice(steps), rng.choice((3, 6, 9, 12, 18, 24))))
        clock += notes[-1].length
        if clock >= full:
            bars.append(tuple(notes))
            notes, clock = [], 0
    return replace(tune, bars=tuple(bars))


# The model


@torch.no_grad()
def model_nll(model, rows: list[list[int]]) -> float:
    """Nats a note."""
    total = 0.0
    for row in rows:
        losses = torch.nn.functional.cross_entropy(
            model(torch.tensor(row)[None]).logits[0, HEAD - 1 : -1],
            torch.tensor(row[HEAD:]),
            reduction="none",
        )
        total += sum(loss for loss, token in zip(losses.tolist(), row[HEAD:]) if is_judged(token))
    return total / sum(map(notes_in, rows))


@torch.no_grad()
def free_tunes(model, starts: list[list[int]], bars: int, min_p: float) -> list[Tune]:
    """Tunes drawn from the model without the bar rule, in batches of 32; `min_p`: tokens less
    likely than this share of the likeliest are left out, as the course does (0: nothing is).
    """
    if len(starts) > 32:
        return free_tunes(model, starts[:32], bars, min_p) + free_tunes(
            model, starts[32:], bars, min_p
        )
    rows = [[*start, tokens.left(bars)] for start in starts]
    generator, past, feed = torch.Generator().manual_seed(0), None, torch.tensor(rows)
    while len(rows[0]) < 220 and not all(END in row for row in rows):
        output = model(input_ids=feed, past_key_values=past, use_cache=True)
        past = output.past_key_values
        odds = (output.logits[:, -1] / 0.9).softmax(-1)
        feed = torch.multinomial(
            odds.masked_fill(odds < min_p * odds.max(-1, keepdim=True).values, 0.0),
            1,
            generator=generator,
        )
        for row, token in zip(rows, feed[:, 0].tolist()):
            row.append(token)
    return [decode(row[: row.index(END)] if END in row else row) for row in rows]


def engine_tunes(engine: TuneEngine, like: list[Tune]) -> list[Tune]:
    """Tunes of eight bars from the whole engine, the bar rule included,
    with the controls of some held-out tunes.
    """
    made = []
    for seed, tune in enumerate(like):
        settings = {
            "kind_of_tune": tune.kind,
            "key": tune.key,
            "mode": tune.mode,
            "metre": tune.metre,
            "bars": 8,
        }
        made += [
            read_notes(c)
            for c in engine.create(
                Recipe(kind="tune", prompt="a tune", seed=seed, settings=settings)
            )
        ]
    return made


def read_notes(creation) -> Tune:
    return decode([int(n) for n in creation.recipe.settings["notes"].split()])


# What is measured


def in_scale(tunes: list[Tune]) -> float:
    notes = [
        (n.semitones % 12) in SCALES[t.mode]
        for t in tunes
        for bar in t.bars
        for n in bar
        if n.semitones is not None
    ]
    return sum(notes) / max(1, len(notes))


def full_bars(tunes: list[Tune]) -> float:
    """Share of bars that add up; the last one, which a limit may have cut off, is not counted."""
    bars = [sum(n.length for n in bar) == METRES[t.metre] for t in tunes for bar in t.bars[:-1]]
    return sum(bars) / max(1, len(bars))


def repetition(tunes: list[Tune]) -> tuple[float, float]:
    """Share of bars (from the second on) whose rhythm came before in the tune,
    and whose rhythm and notes did.
    """
    rhythms = alike = number = 0
    for tune in tunes:
        for place, bar in enumerate(tune.bars[1:], 1):
            number += 1
            rhythms += [n.length for n in bar] in [
                [n.length for n in other] for other in tune.bars[:place]
            ]
            alike += bar in tune.bars[:place]
    return rhythms / max(1, number), alike / max(1, number)


def octaves(tunes: list[Tune]) -> float:
    """Median range in semitones."""
    spans = []
    for tune in tunes:
        pitches = [n.semitones for bar in tune.bars for n in bar if n.semitones is not None]
        if pitches:
            spans.append(max(pitches) - min(pitches))
    return statistics.median(spans or [0])


def steps(tunes: list[Tune]) -> float:
    """Share of moves of at most two semitones: people mostly move by step."""
    moves = []
    for tune in tunes:
        line = [n.semitones for bar in tune.bars for n in bar if n.semitones is not None]
        moves += [abs(b - a) <= 2 for a, b in zip(line, line[1:])]
    return sum(moves) / max(1, len(moves))


def notes_of(tune: Tune) -> list:
    return [
        (note.semitones if note.semitones is None else note.semitones % 12, note.length)
        for bar in tune.bars
        for note in bar
    ]


def longest_copies(made: list[Tune], known: list[Tune]) -> list[int]:
    """For each tune made, the longest run of notes (step of the scale, whatever the octave,
    and length) that also stands in a known tune.
    """
    best, run, remaining = [0] * len(made), 1, set(range(len(made)))
    lines, known_lines = [notes_of(tune) for tune in made], [notes_of(tune) for tune in known]
    while remaining:
        runs = {
            tuple(line[i : i + run]) for line in known_lines for i in range(len(line) - run + 1)
        }
        remaining = {
            n
            for n in remaining
            if any(tuple(lines[n][i : i + run]) in runs for i in range(len(lines[n]) - run + 1))
        }
        for number in remaining:
            best[number] = run
        run += 1
    return best


def cut(tune: Tune, most: int) -> Tune:
    """The first bars of a tune with at most so many notes,
    so that long tunes do not count for more.
    """
    bars = tune.bars
    while len(bars) > 1 and sum(map(len, bars)) > most:
        bars = bars[:-1]
    return replace(tune, bars=bars)


def figures(tunes: list[Tune]) -> dict:
    rhythm, alike = repetition(tunes)
    return {
        "in_scale": round(in_scale(tunes), 3),
        "full_bars": round(full_bars(tunes), 3),
        "rhythm_repeated": round(rhythm, 3),
        "bar_repeated": round(alike, 3),
        "range_semitones": octaves(tunes),
        "moves_by_step": round(steps(tunes), 3),
    }


def harmony_figures(engine: TuneEngine, chorales: list[dict]) -> dict:
    """For held-out chorale melodies harmonised anew: share of moments on a beat that are a plain
    chord, and of notes in the singers' ranges; Bach's own beside them.
    """
    ours, bach, inside = [], [], []
    for number, piece in enumerate(chorales):
        melody = tune_from(piece, 8)
        settings = {
            "task": "harmonise",
            "start": " ".join(map(str, encode(melody, end=False))),
            "surprise": 0.6,
        }
        score = read_midi(
            next(
                iter(
                    engine.create(
                        Recipe(kind="tune", prompt="a chorale", seed=number, settings=settings)
                    )
                )
            ).content
        )
        for beat in range(int(score.length)):
            sounding = {
                n.pitch % 12 for n in score.notes if n.start <= beat + 0.01 < n.start + n.length
            }
            ours.append(plain_chord(sounding))
        for part, voice in ((1, "alto"), (2, "tenor"), (3, "bass")):
            inside += [
                RANGES[voice][0] <= n.pitch <= RANGES[voice][1]
                for n in score.notes
                if n.part == part
            ]
        clock, heard = 0, {}
        for bar in piece["slices"][:8]:
            for length, voices in bar:
                heard.update({place: v for place, v in enumerate(voices) if v != tokens.HOLD})
                if clock % 12 == 0:
                    bach.append(plain_chord({v % 12 for v in heard.values() if v is not None}))
                clock += length
    return {
        "beats_that_are_a_chord": round(sum(ours) / len(ours), 3),
        "bach": round(sum(bach) / len(bach), 3),
        "notes_in_range": round(sum(inside) / len(inside), 3),
        "chorales": len(chorales),
    }


def plain_chord(classes: set[int]) -> bool:
    return any(
        classes <= {(root + step) % 12 for step in shape}
        for root in range(12)
        for shape in SHAPES.values()
    )


def chord_figures(model, pieces: list[dict], trust: float) -> dict:
    """Chords for held-out melodies, as the engine finds them with the model's odds counting
    `trust`: share of places with the root (and the chord) that stands there, for chorales Bach's
    own, for dances our labels; how much of a melody's time is in its chord; variety; how many end
    on the home chord.
    """
    usual, drawing.TRUST = drawing.TRUST, trust
    try:
        same = exact = home = places = ends = 0
        found, inside = [], []
        for number, piece in enumerate(pieces):
            melody = tune_from(piece, 8)
            job = tune_tasks.job_for({"task": "chords", "density": "any"}, melody, number)
            row = sampling.draw(TorchNoteReader(model), [job.start], [job.plan], [number], 0.6)[0]
            bars = tokens.read_chords([VOCABULARY[token] for token in row])
            for bar, labels in zip(bars, piece["chords"]):
                for chord, label in zip(bar, labels):
                    same, exact, home, places = (
                        same + (chord[0] == label[0]),
                        exact + (chord == tuple(label)),
                        home + (label[0] == 0),
                        places + 1,
                    )
            ends += bars[-1][-1][0] == 0
            found.append(bars)
            inside.append(in_chord(melody, bars))
    finally:
        drawing.TRUST = usual
    return {
        "root_agrees": round(same / places, 3),
        "chord_agrees": round(exact / places, 3),
        "always_home": round(home / places, 3),
        "time_in_chord": round(statistics.mean(inside), 3),
        **chord_variety(found),
        "end_at_home": round(ends / len(pieces), 3),
        "tunes": len(pieces),
    }


def verdict(result: dict) -> dict:
    """For each figure, whether the model is better than both baselines: lower for the likelihood,
    nearer to people's held-out tunes for all others.

    Random notes of the key are in the scale, and share no long run with any piece, by construction,
    not by merit. So being in the scale is judged by nearness to people, who leave it now and then,
    and copying is set beside people's tunes only.
    """
    told = {
        "nll_a_note": all(
            result["nll_a_note"]["model"] < result["nll_a_note"][name]
            for name in ("markov", "random_in_key")
        )
    }
    for figure, people in result["people"].items():
        away = {
            name: abs(result[name][figure] - people)
            for name in ("model", "markov", "random_in_key")
        }
        told[figure] = away["model"] < min(away["markov"], away["random_in_key"])
    shared = result["longest_run_shared"]
    return told | {
        "copies_no_more_than_people": (
            shared["model_median_and_most"][0] <= shared["held_out_people"][0]
        ),
        "by_construction": "random_in_key: in_scale 1.0, no long run shared",
    }


def chord_variety(lines: list) -> dict:
    """Of eight bars: different roots, share of bar lines with a change,
    and the longest stay in bars (means).
    """
    roots, changes, stays = [], [], []
    for bars in lines:
        firsts = [bar[0][0] for bar in bars[:8]]
        roots.append(len({root for bar in bars[:8] for root, _ in bar}))
        changes.append(
            statistics.mean(a != b for a, b in zip(firsts, firsts[1:])) if len(firsts) > 1 else 0
        )
        stays.append(max(len(list(same)) for _, same in groupby(firsts)))
    return {
        "roots": round(statistics.mean(roots), 2),
        "changes": round(statistics.mean(changes), 3),
        "longest_stay": round(statistics.mean(stays), 2),
    }


def in_chord(tune: Tune, bars: list) -> float:
    """Share of a melody's time that lies in its chords."""
    heard = inside = 0
    for notes, chords in zip(tune.bars, bars):
        clock = 0
        for note in notes:
            if note.semitones is not None:
                root, kind = chords[min(len(chords) - 1, clock * len(chords) // METRES[tune.metre])]
                heard += note.length
                inside += note.length * ((note.semitones - root) % 12 in SHAPES[kind])
            clock += note.length
    return inside / max(1, heard)


def evaluate(work: Path, folder: Path, samples: int) -> dict:
    torch.set_num_threads(1)
    training, held = read_pieces(work)
    rng = random.Random(0)
    dances = [p for p in held if "slices" not in p]
    rng.shuffle(dances)
    judged = [tune_from(p, BARS) for p in dances[:JUDGED]]
    rows = [encode(t, end=False) for t in judged]
    known = [tune_from(p) for p in training]
    counts = markov_counts(
        [
            [*encode(replace(t, bars=t.bars[:BARS]), end=False), END]
            for t in known
            if t.kind != "chorale"
        ]
    )
    model, engine = (
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval(),
        TuneEngine(folder),
    )
    like = judged[:samples]
    starts = [tokens.header(t.kind, t.mode, t.key, t.metre) for t in like]
    all_starts = [tokens.header(t.kind, t.mode, t.key, t.metre) for t in map(tune_from, dances)]
    ruled = engine_tunes(engine, like)
    human = [replace(t, bars=t.bars[:8]) for t in like]
    copied, shared = (
        longest_copies(ruled, known),
        longest_copies(
            [cut(theirs, len(notes_of(ours))) for theirs, ours in zip(human, ruled)], known
        ),
    )
    result = {
        "nll_a_note": {
            "model": round(model_nll(model, rows), 3),
            "markov": round(markov_nll(counts, rows), 3),
            "random_in_key": round(random_nll(judged, rng), 3),
        },
        "people": figures(human),
        "model": figures(ruled),
        "model_without_rule": figures(free_tunes(model, all_starts, 8, 0.0)),
        "the_same_after_min_p": figures(free_tunes(model, all_starts, 8, drawing.MIN_P)),
        "markov": figures([markov_tune(counts, start, 8, rng) for start in starts]),
        "random_in_key": figures([random_tune(t, rng) for t in human]),
        "longest_run_shared": {
            "model_median_and_most": [statistics.median(copied), max(copied)],
            "held_out_people": [statistics.median(shared), max(shared)],
            "notes_in_a_tune": statistics.median(len(notes_of(t)) for t in ruled),
        },
        "harmony": harmony_figures(engine, [p for p in held if "slices" in p][:8]),
        "samples": samples,
    }
    chorales = [p for p in held if "slices" in p]
    labels = {
        "chorales": [[[tuple(c) for c in bar] for bar in p["chords"]] for p in chorales],
        "dances": [[[tuple(c) for c in bar] for bar in p["chords"]] for p in dances[:samples]],
    }
    for name, some in (("chorales", chorales), ("dances", dances[:samples])):
        result[f"chords_of_{name}"] = {
            "as_shipped": chord_figures(model, some, drawing.TRUST),
            "chain_alone": chord_figures(model, some, 0.0),
            "labels": chord_variety(labels[name]),
        }
    return result | {"better_than_both_baselines": verdict(result)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--samples", type=int, default=32)
    options = parser.parse_args()
    print(
        json.dumps(
            evaluate(options.work, options.model or options.work / "model", options.samples),
            indent=1,
        )
    )
