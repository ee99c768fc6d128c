"""Chord labels for training: read off the four voices of a chorale; for a dance tune,
the likeliest path through `engines.tune_chords`.

A label is a root (semitones from the key's home note, 0 to 11) and one of CHORD_KINDS. The labels
of dance tunes are ours, not the collectors': the old books print melodies only.

Run: python -m training.music.chords --work DIR      (counts what follows what in the training
                                                     chorales, for `engines.tune_chords`)
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from course_utils.models.embedded import FOLDER
from course_utils.music.chord_model import SHAPES, best_path
from course_utils.music.tokens import CHORD_KINDS, METRES, Tune, chord_slots

Label = tuple[int, str]


def name_chord(weights: list[float], bass: int) -> Label:
    """The chord that best explains how long each of 12 pitch classes sounds;
    `bass` is the lowest of them.

    Tones inside count for it, tones outside against it, missing tones a little against it, a bass
    that is the root for it.
    """
    best, choice = float("-inf"), (0, "major")
    total = sum(weights) or 1.0
    for kind in CHORD_KINDS:
        for root in range(12):
            tones = {(root + step) % 12 for step in SHAPES[kind]}
            score = sum(w if pitch in tones else -w for pitch, w in enumerate(weights)) / total
            score -= 0.12 * sum(weights[tone] <= 0.02 * total for tone in tones) + 0.06 * (
                len(tones) - 3
            )
            score += 0.18 * (root == bass) + 0.05 * (kind in ("major", "minor"))
            if score > best:
                best, choice = score, (root, kind)
    return choice


def chorale_chords(
    voices: list[list[list[int]]], home: int, metre: str, bars: int
) -> list[list[Label]]:
    """A chord for each beat of some bars; voices as [start, length,
    pitch] in twelfths of a quarter note, `home` as MIDI number.
    """
    slots, full = chord_slots(metre, "chorale"), METRES[metre]
    labels = []
    for bar in range(bars):
        row = []
        for slot in range(slots):
            start, stop = bar * full + slot * full / slots, bar * full + (slot + 1) * full / slots
            weights, lowest = [0.0] * 12, 200
            for voice in voices:
                for begin, length, pitch in voice:
                    inside = min(stop, begin + length) - max(start, begin)
                    if inside > 0:
                        weights[(pitch - home) % 12] += inside * (1.5 if begin <= start else 1)
                        lowest = min(lowest, pitch) if begin <= start else lowest
            row.append(
                name_chord(weights, (lowest - home) % 12)
                if sum(weights)
                else row[-1]
                if row
                else (0, "major")
            )
        labels.append(row)
    return labels


def tune_chords(tune: Tune) -> list[list[Label]]:
    """Chords for a melody, one or two a bar: the likeliest path through the chain of
    `tune_chords`.
    """
    return best_path(tune)


def count_moves(chorales: list[dict]) -> dict:
    """How often each chord follows each other one, by mode, and how often the chord changes on each
    of four beats (in chorales of four beats).
    """
    after: dict = {"major": defaultdict(Counter), "minor": defaultdict(Counter)}
    changed, beats = [0] * 4, [0] * 4
    for piece in chorales:
        line = [
            (f"{root} {kind}", beat, len(bar))
            for bar in piece["chords"]
            for beat, (root, kind) in enumerate(bar)
        ]
        for (before, _, _), (chord, beat, slots) in zip(line, line[1:]):
            if slots == 4:
                beats[beat] += 1
                changed[beat] += before != chord
            if before != chord:
                after[piece["mode"]][before][chord] += 1
    return {
        **{mode: {"after": rows} for mode, rows in after.items()},
        "changes": [round(a / b, 3) for a, b in zip(changed, beats)],
    }


if __name__ == "__main__":
    from training.music.pieces import read_chorales

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    training, _ = read_chorales(parser.parse_args().work)
    (FOLDER / "music" / "chord_moves.json").write_text(
        json.dumps(count_moves(training)), encoding="utf-8"
    )
    print("counted in", len(training), "chorales")
