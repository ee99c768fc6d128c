"""How fast tunes are written and played, on the machine this runs on.

Run: python -m benchmarks.music [--work DIR]     (DIR of training.music.prepare)
Prints: where DIR is given, the figures of form of the corpus, of ours before and after, and of both
baselines (see `benchmarks.music_forms`); how far voices move between chords; seconds for 32 bars of
a band as notes and as sound; seconds for one and for four tunes of eight bars (warm, four in one
batch), the same number
of tokens drawn by transformers' own `generate` with the same model and batch in the same run,
seconds for four parts under a tune, and to turn a tune into sound. Each figure is the best of
three: other programs can only slow a run down.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from benchmarks.music_forms import print_forms
from course_utils.creation import Creation, Recipe
from course_utils.engines import engine_for
from course_utils.music import tokens as tune_tokens
from course_utils.music.band.voicing import movement, smooth
from course_utils.music.engine import start_settings
from course_utils.music.torch_model import one_thread
from course_utils.scores import synth as sound
from course_utils.scores.chords import read_line
from course_utils.scores.midi import read_midi

REPEATS = 3
LINES = ("C G Am F", "Dm7 G7 Cmaj7 Am7", "Cmaj7 A7 Dm9 G13", "Cm Ab Eb Bb", "C7 F7 C7 G7")


def seconds(action: Callable[[], object]) -> float:
    """Best of three."""
    best = float("inf")
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - began)
    return best


def tunes(count: int) -> list[Creation]:
    settings = {"count": count, "bars": 8, "kind_of_tune": "jig", "key": "D", "mode": "major"}
    return list(
        engine_for("tune").create(Recipe(kind="tune", prompt="a jig", seed=1, settings=settings))
    )


def generate_alone(count: int, length: int) -> None:
    """Plain `generate` of transformers, with the same model, batch, threads, temperature and min-p:
    `length` new tokens in each of `count` rows.
    """
    import torch

    model = engine_for("tune").torch_model()
    start = torch.tensor(
        [[*tune_tokens.header("jig", "major", "D", "6/8"), tune_tokens.left(8)]] * count
    )
    with one_thread():
        model.generate(
            start,
            attention_mask=torch.ones_like(start),
            do_sample=True,
            temperature=0.9,
            top_k=0,
            min_p=0.01,
            min_new_tokens=length,
            max_new_tokens=length,
            pad_token_id=0,
        )


def four_parts(melody: Creation) -> list[Creation]:
    settings = {**start_settings(melody), "task": "harmonise", "count": 2}
    return list(
        engine_for("tune").create(
            Recipe(kind="tune", prompt="a chorale", seed=1, settings=settings)
        )
    )


def band() -> None:
    """How far voices move, and how fast 32 bars of a band are written and heard."""
    for line in LINES:
        chords = [bar[0] for bar in read_line(line).bars] * 3
        hands = [smooth(chords[0], ())]
        for chord in chords[1:]:
            hands.append(smooth(chord, hands[-1]))
        moved = statistics.mean(movement(a, b) for a, b in pairwise(hands))
        print(f"{line}: a voice moves {moved:.2f} semitones from chord to chord")
    asked = Recipe(kind="backing", prompt=LINES[0], seed=1, settings={"repeats": 8})
    track = list(engine_for("backing").create(asked))[0]
    score = read_midi(track.content)
    length = score.length * 60 / score.tempo
    sound.samples(score)  # the first run loads instruments
    written = seconds(lambda: list(engine_for("backing").create(asked)))
    heard = seconds(lambda: sound.samples(score))
    print(
        f"32 bars of a band, {length:.0f} s long: {written:.2f} s to write, {heard:.2f} s to be"
        f" heard, {length / heard:.0f} times real time"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--work", type=Path)
    options.add_argument("--tunes", type=int, default=60)
    asked = options.parse_args()
    if asked.work:
        print_forms(asked.work, asked.tunes)
    band()
    began = time.perf_counter()
    engine_for("tune").load()
    print(f"load the note model: {time.perf_counter() - began:.2f} s")
    for count in (1, 4):
        made = tunes(count)  # the first run warms up
        length = max(len(creation.recipe.settings["notes"].split()) for creation in made) - 7
        generate_alone(count, length)
        ours, bare = (
            seconds(lambda count=count: tunes(count)),
            seconds(lambda count=count, length=length: generate_alone(count, length)),
        )
        print(
            f"{count} x 8 bars in one batch, {length} tokens: {ours:.2f} s; generate of"
            f" transformers {bare:.2f} s; ratio {ours / bare:.2f}"
        )
    print(f"four parts for 8 bars, 2 candidates: {seconds(lambda: four_parts(made[0])):.2f} s")
    began = time.perf_counter()
    sound.preload()
    print(f"load the sound font: {time.perf_counter() - began:.2f} s")
    midi = made[0].content
    length = len(sound.wav(midi)) / 4 / sound.RATE
    print(
        f"sound of one tune, {length:.0f} s long:"
        f" {seconds(lambda: sound.wav.__wrapped__(midi)):.2f} s"
    )


if __name__ == "__main__":
    main()
