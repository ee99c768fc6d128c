"""Every hostile file against every reader of its kind; what fails is listed.

Run: python -m tests.hostile [KIND ...] [--safe] [--every N]
A file is handled where its reader reads it or says a sentence (LearnerError) within 5 seconds and
500 MB. `--safe`: the readers of course_utils.safety instead, decoders in their limited process.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tests.hostile.cases import Case, all_cases
from tests.hostile.readers import LIMITED, READERS, SAFE


def limited(kind: str) -> Callable[[bytes], object]:
    """The reader of a kind in its limited process."""
    from course_utils.safety.limited import Limits, run_limited

    name = f"course_utils.safety.readers:{LIMITED[kind]}"
    return lambda data: run_limited(name, data, Limits(seconds=4, cpu_seconds=4))


def pairs(
    kinds: list[str], safe: bool, cases: Iterable[Case]
) -> Iterator[tuple[Case, str, Callable[[bytes], object]]]:
    """Every case with every reader that meets it."""
    for case in cases:
        if kinds and case[0] not in kinds:
            continue
        if not safe:
            yield from ((case, reader.__name__, reader) for reader in READERS[case[0]])
        elif case[0] in LIMITED:
            yield case, LIMITED[case[0]], limited(case[0])
        elif case[0] in SAFE:
            yield case, SAFE[case[0]].__name__, SAFE[case[0]]


def warm(readers: list[Callable[[bytes], object]]) -> None:
    """Load the readers' libraries once, so that their memory and time do not count."""
    for reader in readers:
        try:
            reader(b"not a file of the course")
        except Exception:  # only the loading matters
            continue


def main() -> int:
    from tests.hostile.limits import outcome_of

    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("kinds", nargs="*", choices=[*READERS, []])
    asked.add_argument("--safe", action="store_true")
    asked.add_argument("--every", type=int, default=1, help="only every Nth")
    options = asked.parse_args()
    warm([reader for kind in READERS for reader in READERS[kind]])
    files: set[tuple[str, str]] = set()
    outcomes, failed = Counter(), []
    for number, (case, name, reader) in enumerate(pairs(options.kinds, options.safe, all_cases())):
        if number % options.every:
            continue
        files.add(case[:2])
        outcome = outcome_of(reader, case[2])
        outcomes[outcome.what.split(" ")[0]] += 1
        if not outcome.fine:
            told = f"{outcome.what} after {outcome.seconds:.1f} s {outcome.said[:80]}"
            failed.append(f"{case[0]} / {name} / {case[1]}: {told}")
            print(failed[-1], flush=True)
    readings = f"{sum(outcomes.values())} readings: {dict(outcomes)}"
    print(f"\n{len(files)} files, {readings}; {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
