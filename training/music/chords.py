"""Chord labels for training: read off the four voices of a chorale, or found for a dance tune by dynamic programming.

A label is a root (semitones from the key's home note, 0 to 11) and one of CHORD_KINDS. The labels of dance tunes are this file's opinion,
not the collectors': the old books print melodies only.
"""

from __future__ import annotations

from course_utils.engines.tune_drawing import CHORD_SHAPES as SHAPES
from course_utils.engines.tune_tokens import CHORD_KINDS, METRES, SCALES, Tune, chord_slots

Label = tuple[int, str]


def name_chord(weights: list[float], bass: int) -> Label:
    """The chord that best explains how long each of 12 pitch classes sounds; `bass` is the lowest of them.

    Tones inside count for it, tones outside against it, missing tones a little against it, a bass that is the root for it.
    """
    best, choice = float("-inf"), (0, "major")
    total = sum(weights) or 1.0
    for kind in CHORD_KINDS:
        for root in range(12):
            tones = {(root + step) % 12 for step in SHAPES[kind]}
            score = sum(w if pitch in tones else -w for pitch, w in enumerate(weights)) / total
            score -= 0.12 * sum(weights[tone] <= 0.02 * total for tone in tones) + 0.06 * (len(tones) - 3)
            score += 0.18 * (root == bass) + 0.05 * (kind in ("major", "minor"))
            if score > best:
                best, choice = score, (root, kind)
    return choice


def chorale_chords(voices: list[list[list[int]]], home: int, metre: str, bars: int) -> list[list[Label]]:
    """A chord for each beat of some bars; voices as [start, length, pitch] in twelfths of a quarter note, `home` as MIDI number."""
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
            row.append(name_chord(weights, (lowest - home) % 12) if sum(weights) else row[-1] if row else (0, "major"))
        labels.append(row)
    return labels


# chords a mode offers, as (root, kind, how welcome)
PALETTE = {
    "major": [(0, "major", 0.6), (7, "major", 0.45), (5, "major", 0.4), (9, "minor", 0.1), (2, "minor", 0.1), (4, "minor", -0.2), (7, "7", 0.2)],
    "minor": [(0, "minor", 0.6), (7, "major", 0.3), (5, "minor", 0.35), (10, "major", 0.3), (3, "major", 0.2), (8, "major", 0.1), (7, "7", 0.1), (7, "minor", 0.0)],
    "dorian": [(0, "minor", 0.6), (10, "major", 0.5), (5, "major", 0.2), (3, "major", 0.15), (7, "minor", 0.1), (2, "minor", -0.1)],
    "mixolydian": [(0, "major", 0.6), (10, "major", 0.5), (5, "major", 0.35), (7, "minor", 0.05), (2, "minor", 0.0), (7, "major", 0.0)],
}
CHANGE_AT_BAR, CHANGE_IN_BAR = 0.35, 0.9


def tune_chords(tune: Tune) -> list[list[Label]]:
    """Chords for a melody, one or two a bar, by the cheapest path through PALETTE.

    A chord earns the time its tones sound (more on the beat) and pays for tones outside it; changing costs, inside a bar more; the last
    chord is the home chord, and a fifth before it is welcome.
    """
    slots, full, palette = chord_slots(tune.metre, tune.kind), METRES[tune.metre], PALETTE[tune.mode]
    rows = []
    for bar in tune.bars:
        clock, fit = 0, [[0.0] * len(palette) for _ in range(slots)]
        for note in bar:
            slot = min(slots - 1, int(clock * slots / full))
            if note.semitones is not None:
                weight = min(note.length, 24) / 12 * (1.5 if clock % (full // slots) == 0 else 1.0)
                for number, (root, kind, _) in enumerate(palette):
                    place = (note.semitones - root) % 12
                    fit[slot][number] += weight * ((1.0 if place == 0 else 0.9) if place in SHAPES[kind] else -0.9)
            clock += note.length
        rows += fit
    best, back = [welcome + fit for (_, _, welcome), fit in zip(palette, rows[0])], []
    for place, row in enumerate(rows[1:], 1):
        cost = CHANGE_IN_BAR if place % slots else CHANGE_AT_BAR
        last = place == len(rows) - 1
        now, came = [], []
        for number, (root, _, welcome) in enumerate(palette):
            arrival = [value - (cost if before != number else 0) + (0.8 if last and palette[before][0] in (7, 10) and root == 0 else 0) for before, value in enumerate(best)]
            top = max(range(len(palette)), key=arrival.__getitem__)
            now.append(arrival[top] + row[number] + welcome * (1 + (1.5 if last and root == 0 else 0)))
            came.append(top)
        best, back = now, [*back, came]
    path = [max(range(len(palette)), key=best.__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    labels = [palette[number][:2] for number in reversed(path)]
    return [list(labels[bar * slots : (bar + 1) * slots]) for bar in range(len(tune.bars))]


def diatonic(label: Label, mode: str) -> bool:
    """Whether all tones of a chord are in the scale of the mode."""
    return all((label[0] + step) % 12 in SCALES[mode] for step in SHAPES[label[1]])
