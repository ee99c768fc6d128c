"""The figures of the first lesson, measured on the machine this runs on.

Run: python -m benchmarks.first_light
Prints: import of the package; four pictures from a cold start by the command line; words a second
beside bare llama.cpp in the same run; an eight-bar tune; and the peak memory of one process that
used all three.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from benchmarks import words_speed
from course_utils.creation import Recipe
from course_utils.engines import engine_for


def seconds(action) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def peak_memory_mb() -> float:
    """Highest resident memory of this process so far, in MB."""
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            1e6 if sys.platform == "darwin" else 1e3
        )
    except ImportError:  # Windows
        import psutil

        return psutil.Process().memory_info().peak_wset / 1e6


def main() -> None:
    fresh = [sys.executable, "-c", "import course_utils"]
    start = min(seconds(lambda: subprocess.run(fresh, check=True)) for _ in range(3))
    print(f"import course_utils: {start:.2f} s, Python's own start included")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "course_utils.cli.main",
            "make",
            "image",
            "a red heart",
            "--count",
            "4",
            "--json",
            "--out",
            folder,
        ]
        print(
            "four pictures, cold, command line: "
            f"{seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)):.1f}"
            " s"
        )
    for kind in ("image", "words", "tune"):
        print(f"load {kind}: {seconds(engine_for(kind).load):.1f} s")
    list(engine_for("image").create(Recipe(kind="image", prompt="pizza")))
    four = Recipe(kind="image", prompt="pizza", settings={"count": 4})
    warm = seconds(lambda: list(engine_for("image").create(four)))
    print(f"four pictures, warm: {warm:.1f} s")
    ours, bare, clock, processor = words_speed.measure(4)["a new topic"]
    print(
        f"words: {ours:.0f} tokens a second, four poems at once, end to end; bare llama.cpp"
        f" {bare:.0f}; overhead {clock:+.1%}, in processor time {processor:+.1%}"
    )
    tune = []
    jig = Recipe(kind="tune", prompt="a jig", settings={"bars": 8})
    made = seconds(lambda: tune.extend(engine_for("tune").create(jig)))
    print(f"a tune of 8 bars: {made:.2f} s")
    from course_utils.scores import synth as sound

    print(
        f"sound font: {seconds(sound.preload):.1f} s; sound of the tune:"
        f" {seconds(lambda: sound.wav(tune[0].content)):.2f} s"
    )
    print(f"peak resident memory, all three in one process: {peak_memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
