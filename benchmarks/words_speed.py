"""Words a second, and what the engine costs over bare llama.cpp: the very requests the engine
makes, given to llama.cpp again without it, in turns in one run.

Run: python -m benchmarks.words_speed [--turns 8]
Prints: tokens a second of both for four poems at once on a topic not read before and on the same
topic again, and the overhead as the median of the turns. Both have the examples in memory already.
The bare side does not keep the prompt in one known state, as the engine does so that a seed always
gives the same text: it has llama.cpp's own prompt cache alone.
"""

from __future__ import annotations

import argparse
import time
from statistics import median

import numpy as np

from course_utils.creation import Recipe
from course_utils.words.backends.llama_cpp import LlamaBackend
from course_utils.words.engine import WordsEngine, chat, read_template

TOPICS = [
    "the sea in winter",
    "a clock that stopped",
    "my little brother",
    "rain on a tent",
    "an empty school",
    "the last bus",
    "a blue door",
    "the neighbour's piano",
    "a map without names",
    "two old shoes",
    "bread",
    "the night train",
]


class Watched:
    """A llama.cpp object that notes the requests given to it, and the tokens that come."""

    def __init__(self, llama) -> None:
        self.llama, self.asked = llama, []

    def __getattr__(self, name: str):
        return getattr(self.llama, name)

    def handle_completions(self, request: dict, receive):
        if request["n_predict"]:
            self.asked.append(request)
        return self.llama.handle_completions(request, receive)


def counted(receive):
    """A receiver that counts the pieces that come, and how many."""
    found = [0]

    def take(message) -> bool:
        found[0] += bool(message["choices"][0].get("text"))
        return receive(message)

    return take, found


def now() -> np.ndarray:
    """Seconds on the clock, and seconds of processor time of all threads:
    the second is hardly moved by what else the machine does.
    """
    return np.array([time.perf_counter(), time.process_time()])


def turn(
    engine: WordsEngine, watched: Watched, topic: str, seed: int, new: bool
) -> tuple[np.ndarray, np.ndarray, int]:
    """Times (see `now`) with the engine, of the same requests without it, and the tokens drawn.

    `new`: neither side has read the topic yet.
    """
    watched.asked.clear()
    began = now()
    list(
        engine.create(
            Recipe(kind="words", prompt=topic, seed=seed, settings={"count": 4}),
            on_progress=lambda progress: None,
        )
    )
    ours = now() - began
    if new:
        watched.llama.handle_completions(
            {
                "prompt": chat(read_template("poem"), "something else"),
                "n_predict": 0,
                "cache_prompt": True,
                "id_slot": 0,
            },
            lambda message: False,
        )
    bare, tokens = np.zeros(2), 0
    for request in list(watched.asked):
        take, found = counted(lambda message: False)
        began = now()
        watched.llama.handle_completions(request, take)
        bare += now() - began
        tokens += found[0]
    return ours, bare, tokens


def measure(turns: int) -> dict[str, tuple[float, float, float, float]]:
    """For a new topic and for the same topic again: tokens a second with the engine and without,
    and the median overhead by the clock and in processor time.
    """
    backend = LlamaBackend()
    backend.load()
    backend.llama = watched = Watched(backend.llama)
    engine = WordsEngine(backend=backend)
    turn(engine, watched, "the moon", 0, new=True)
    found: dict[str, list[tuple[np.ndarray, np.ndarray, int]]] = {
        "a new topic": [],
        "the same topic again": [],
    }
    for number in range(turns):
        topic = TOPICS[number % len(TOPICS)]
        found["a new topic"].append(turn(engine, watched, topic, 100 + number, new=True))
        found["the same topic again"].append(turn(engine, watched, topic, 500 + number, new=False))
    return {name: summary(rows) for name, rows in found.items()}


def summary(rows: list[tuple[np.ndarray, np.ndarray, int]]) -> tuple[float, float, float, float]:
    tokens = sum(row[2] for row in rows)
    by_clock, by_processor = (
        median(ours[which] / bare[which] - 1 for ours, bare, _ in rows) for which in (0, 1)
    )
    return (
        tokens / sum(ours[0] for ours, *_ in rows),
        tokens / sum(bare[0] for _, bare, _ in rows),
        by_clock,
        by_processor,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=8)
    for name, (ours, bare, clock, processor) in measure(parser.parse_args().turns).items():
        print(
            f"{name}: {ours:.1f} tokens a second with the engine, {bare:.1f} without; overhead"
            f" {clock:+.1%} by the clock, {processor:+.1%} in processor time (medians)"
        )


if __name__ == "__main__":
    main()
