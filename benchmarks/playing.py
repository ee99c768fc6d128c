"""How fast notes become sound, against FluidSynth with the same sound font in the same run.

Run: python -m benchmarks.playing
Needs: the command `fluidsynth` (Debian: apt-get install fluidsynth).
Prints: for a piece of four parts, seconds of music made in one second, by the course and by
FluidSynth, both at the same sample rate, each the best of three; with and without loading the sound
font, which the course loads once. FluidSynth is started anew each time: its time without loading is
what a long piece takes more than a short one. Times are those the processor worked (one core), so
that other programs do not count; on a machine with nothing else to do they are the times on the
clock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from course_utils.scores import synth as sound
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Part, Score

REPEATS = 3
CHORD_ROOTS = (60, 57, 65, 67)


def piece(bars: int) -> Score:
    """Four parts: quarter notes of a choir's chords, a melody in eighths,
    a walking bass and a held fifth.
    """
    notes = []
    for bar in range(bars):
        root = CHORD_ROOTS[bar % 4]
        notes += [
            Note(bar * 4 + n / 2, 0.5, root + 12 + (0, 4, 7, 4, 12, 7, 4, 2)[n], 90, 0)
            for n in range(8)
        ]
        notes += [Note(bar * 4 + n, 1.0, root + (4, 5, 7, 4)[n], 80, 1) for n in range(4)]
        notes += [Note(bar * 4 + n, 1.0, root - 12 + (0, 4, 7, 5)[n], 85, 2) for n in range(4)]
        notes += [Note(bar * 4, 4.0, root + 7, 70, 3)]
    parts = (Part("flute", 73), Part("strings", 48), Part("bass", 32), Part("organ", 19))
    return Score(
        tuple(sorted(notes, key=lambda n: (n.start, n.part, n.pitch))),
        120.0,
        (4, 4),
        73,
        "C",
        parts,
    )


def best(action: Callable[[], object]) -> float:
    """Seconds of the processor, best of three."""
    taken = []
    for _ in range(REPEATS):
        began = worked()
        action()
        taken.append(worked() - began)
    return min(taken)


def worked() -> float:
    """Seconds the processor worked for this program and those it started."""
    return sum(os.times()[:4])


def main() -> None:
    short, long = piece(4), piece(40)
    began = worked()
    sound.preload()
    loading = worked() - began
    seconds = {score: score.length * 60 / score.tempo for score in (short, long)}
    ours = best(lambda: sound.samples(long))
    print(f"load the sound font: {loading:.2f} s")
    print(
        f"the course: {seconds[long]:.0f} s of music in four parts in {ours:.2f} s,"
        f" {seconds[long] / ours:.0f} times real time"
    )
    command = shutil.which("fluidsynth")
    if command is None:
        print("fluidsynth is not here: nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as folder:

        def play(score: Score) -> float:
            notes = Path(folder) / "notes.mid"
            notes.write_bytes(write_midi(score))
            return best(
                lambda: subprocess.run(
                    [
                        command,
                        "-ni",
                        "-q",
                        "-r",
                        str(sound.RATE),
                        "-F",
                        f"{folder}/out.wav",
                        str(sound.SOUND_FONT),
                        str(notes),
                    ],
                    check=True,
                    capture_output=True,
                )
            )

        whole, little = play(long), play(short)
    theirs = (whole - little) * seconds[long] / (seconds[long] - seconds[short])
    print(
        f"FluidSynth: the same in {whole:.2f} s with loading, {seconds[long] / whole:.0f} times"
        f" real time; without loading about {theirs:.2f} s, {seconds[long] / theirs:.0f} times real"
        " time"
    )
    print(
        f"ratio, without loading: the course takes {ours / theirs:.2f} times FluidSynth's time;"
        f" with loading {(ours + loading) / whole:.2f} times"
    )


if __name__ == "__main__":
    main()
