"""Whether sounds bear the marks by which an ear would name them: a table of every sound word.

Run: python -m benchmarks.sound_marks [--seeds 5 77] [--words rain owl] [--pictures FOLDER]

For each word: the marks of four candidates a seed (their mean, see `course_utils.sounds.marks`),
    whether all of them lie in the
ranges that the word expects, and how far the candidates are from each other on the marks (about 1
is plainly heard). Below:
how often a sound is nearest to another sound of its own word, of its own family, and how long four
sounds of 8 seconds take.
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from course_utils.sounds.marks import Marks, marks_of, spectra
from course_utils.sounds.scenes import scenes, sound_of
from course_utils.sounds.sound_words import MARKS, SoundWord, listen, table

SECONDS, COUNT = 8.0, 4
SHADES = [
    (10, 10, 30),
    (68, 30, 110),
    (150, 40, 110),
    (225, 90, 65),
    (250, 180, 70),
    (252, 252, 200),
]


def candidates(word: SoundWord, seed: int) -> list[np.ndarray]:
    """Four sounds of a word, as the studio makes them."""
    made = scenes(listen(word.name), seed, COUNT)
    return [sound_of(scene, seed + number, SECONDS) for number, scene in enumerate(made)]


def outside(word: SoundWord, marks: list[Marks]) -> list[str]:
    """Which expected ranges are left, and by what."""
    said = []
    for name, (low, high) in word.marks.items():
        values = [getattr(one, name) for one in marks]
        if min(values) < low or max(values) > high:
            said.append(f"{name} {min(values):.3g} to {max(values):.3g}")
    return said


def apart(marks: list[Marks]) -> tuple[float, float]:
    """The smallest and the mean distance between candidates."""
    found = [float(np.linalg.norm(a.place - b.place)) for a, b in combinations(marks, 2)]
    return min(found), statistics.mean(found)


def row(word: SoundWord, marks: list[Marks], closest: float, mean: float) -> str:
    """A line of the table."""
    values = [statistics.mean(getattr(one, name) for one in marks) for name in MARKS]
    ranges = " ".join(f"{name} {low:g}-{high:g}" for name, (low, high) in word.marks.items())
    missed = outside(word, marks)
    cells = " ".join(f"{value:8.3g}" for value in values)
    return (
        f"{word.name:18s} {cells}  {closest:5.2f} {mean:5.2f}  {'ok  ' if not missed else 'MISS'}"
        f" {ranges}{' | ' + '; '.join(missed) if missed else ''}"
    )


def named(places: dict[str, list[np.ndarray]], families: dict[str, str]) -> tuple[float, float]:
    """Share of sounds whose nearest other sound is of the same word, and of the same family."""
    names = [name for name, own in places.items() for _ in own]
    points = np.array([one for own in places.values() for one in own])
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    nearest = [names[number] for number in distance.argmin(1)]
    same = [a == b for a, b in zip(names, nearest)]
    kin = [families[a] == families[b] for a, b in zip(names, nearest)]
    return float(np.mean(same)), float(np.mean(kin))


def picture(sound: np.ndarray, path: Path, width: int = 480, height: int = 220) -> None:
    """A spectrogram from 40 Hz to 18 kHz, low below, as a PNG file."""
    from PIL import Image

    energies = spectra(sound.mean(1).astype(np.float32))
    moments = energies[np.linspace(0, len(energies) - 1, width).astype(int)]
    rows = np.geomspace(40, 18_000, height)[::-1] * 2048 / 44_100
    levels = np.stack(
        [
            10 * np.log10(np.interp(rows, np.arange(energies.shape[1]), one) + 1e-12)
            for one in moments
        ],
        1,
    )
    shade = np.clip((levels - levels.max() + 70) / 70, 0, 1)
    colours = np.array(SHADES, float)
    pixels = np.stack(
        [
            np.interp(shade, np.linspace(0, 1, len(SHADES)), colours[:, channel])
            for channel in range(3)
        ],
        2,
    )
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seeds", type=int, nargs="+", default=[5])
    options.add_argument("--words", nargs="*", default=[])
    options.add_argument("--pictures", type=Path)
    asked = options.parse_args()
    words = [word for word in table().sound if not asked.words or word.name in asked.words]
    print(
        f"{'word':18s} {' '.join(f'{name:>8s}' for name in MARKS)}  close  mean  all in the"
        " expected ranges"
    )
    places, kept, spent = {}, 0, []
    for word in words:
        marks, spread = [], []
        for seed in asked.seeds:
            began = time.process_time()
            made = candidates(word, seed)
            spent.append(time.process_time() - began)
            own = [marks_of(sound) for sound in made]
            spread.append(apart(own))
            marks += own
            if asked.pictures:
                asked.pictures.mkdir(parents=True, exist_ok=True)
                picture(made[0], asked.pictures / f"{word.name.replace(' ', '_')}_{seed}.png")
        places[word.name] = [one.place for one in marks]
        kept += not outside(word, marks)
        print(
            row(
                word,
                marks,
                min(low for low, _ in spread),
                statistics.mean(mean for _, mean in spread),
            ),
            flush=True,
        )
    same, kin = named(places, {word.name: word.family for word in words})
    print(
        f"{kept} of {len(words)} words lie in all their ranges ({len(asked.seeds) * COUNT} sounds"
        " each)"
    )
    print(
        f"nearest other sound: of the same word {same:.0%}, of the same family {kin:.0%} (by chance"
        f" {1 / len(words):.1%} and about {1 / 13:.0%})"
    )
    print(
        f"processor seconds for four sounds of 8 s: median {statistics.median(spent):.2f}, most"
        f" {max(spent):.2f}"
    )


if __name__ == "__main__":
    main()
