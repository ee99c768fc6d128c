"""How many disguised bad words the class's filter stops, and how many innocent phrases pass.

Run: python -m benchmarks.word_filter [--misses] [--half tuned|held-out]
The list is fixed: word_filter_list.toml. Half of it, drawn by a sum over each phrase, was held out
while the words and the matcher were tuned. Both filters see every phrase at the strictest age
group, "under 13"; beside it stands what the course's filter of before does (better-profanity with
its own lists, and patterns). Times are of the processor, the best of many; three million additions
in a plain loop, timed in the same run, say how busy the machine is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

LIST = Path(__file__).with_name("word_filter_list.toml")
STRICTEST = "under 13"
REPEATS = 15
LONGEST = 2000  # characters, of the prompts that are timed


# measured on the whole list: better-profanity 0.7 with the lists and patterns of then
BEFORE = {"stop": "163 of 526 (31.0 %)", "pass": "502 of 564 (89.0 %)"}


def is_held_out(phrase: str) -> bool:
    """Whether a phrase belongs to the half that nobody looked at."""
    return hashlib.sha256(phrase.encode()).digest()[0] % 2 == 1


def phrases(half: str | None = None) -> dict[str, dict[str, list[str]]]:
    """The list: "stop" and "pass", and their groups. `half`: "tuned" or "held-out"."""
    table = tomllib.loads(LIST.read_text(encoding="utf-8"))
    wanted = {None: (True, False), "tuned": (False,), "held-out": (True,)}[half]
    return {
        side: {
            group: [one for one in ones if is_held_out(one) in wanted]
            for group, ones in groups.items()
        }
        for side, groups in table.items()
    }


def stops_now(text: str) -> bool:
    from course_utils.safety.word_filter import find_topic

    return find_topic(text, STRICTEST) is not None


def right(stops: Callable[[str], bool], side: str, ones: list[str]) -> list[str]:
    """The phrases that are treated as they should be."""
    return [one for one in ones if stops(one) is (side == "stop")]


def share(part: int, whole: int) -> str:
    return f"{part:4d} of {whole:4d} ({100 * part / whole:5.1f} %)" if whole else "-"


def worst_time() -> tuple[float, str]:
    """Seconds of the processor for the slowest of some long prompts, and which it was."""
    long = {
        "a story": "a knight rode through the dark forest and met a friendly dragon that reads ",
        "stars": "f*a*b*c*d* s**t c*n* ",
        "letters": "f u c s h i t a b ",
        "one letter": "s",
        "digits": "5h17 1 f4 4ss 8 ",
        "signs": "$h!f@ck|a+",
        "look-alikes": "ѕһіоаеср ",
        "Chinese": "雪地里的狐狸",
        "dots": "f.u.s.h.i.t.a.",
        "starts": "puta mierda kil ki k want to di ",
        "at random": "".join(random.Random(1).choices("fuckshitbnpear 135$*.", k=LONGEST)),
    }
    stops_now("warm")
    found = {}
    for name, part in long.items():
        text = (part * LONGEST)[:LONGEST]
        found[name] = min(_timed(text) for _ in range(REPEATS))
    slowest = max(found, key=found.__getitem__)
    return found[slowest], slowest


def _timed(text: str) -> float:
    start = time.process_time()
    stops_now(text)
    return time.process_time() - start


def plain_loop() -> float:
    start, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number
    return time.process_time() - start


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--misses", action="store_true", help="print what was treated wrongly")
    asked.add_argument("--half", choices=("tuned", "held-out"))
    options = asked.parse_args()
    os.environ["COURSE_AGE"] = STRICTEST
    seconds, name = worst_time()
    for side, groups in phrases(options.half).items():
        print(f"\n{'stopped' if side == 'stop' else 'let through'}")
        found, whole = 0, 0
        for group, ones in groups.items():
            now = right(stops_now, side, ones)
            found, whole = found + len(now), whole + len(ones)
            print(f"  {group:14s}{share(len(now), len(ones)):>26s}")
            wrong = [one if one.isprintable() else ascii(one) for one in ones if one not in now]
            if options.misses and wrong:
                print("    wrong:", "; ".join(wrong))
        print(f"  {'all':14s}{share(found, whole):>26s}; the filter of before: {BEFORE[side]}")
    print(f"\nslowest prompt of {LONGEST} characters: {1000 * seconds:.1f} ms ({name})")
    print(f"three million additions: {1000 * plain_loop():.0f} ms")


if __name__ == "__main__":
    main()
