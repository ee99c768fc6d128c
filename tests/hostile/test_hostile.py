"""No hostile file makes a reader of the course crash, hang or fill the memory."""

from __future__ import annotations

import functools
import itertools
import sys
import time

import pytest

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="the limits of this test are those of Linux"
    ),
]
SAMPLE = 14  # every so many files in an ordinary run


@functools.cache
def cases() -> list:
    """Every hostile file, made once."""
    from tests.hostile.cases import all_cases

    return list(all_cases())


def failures(safe: bool, every: int, offset: int = 0) -> tuple[int, list[str]]:
    """How many readings there were, and those that failed."""
    from tests.hostile.__main__ import pairs, warm
    from tests.hostile.limits import outcome_of
    from tests.hostile.readers import READERS, SAFE

    warm([*SAFE.values(), *(reader for kind in READERS for reader in READERS[kind])])
    done, failed = 0, []
    for case, name, reader in itertools.islice(pairs([], safe, cases()), offset, None, every):
        outcome = outcome_of(reader, case[2])
        done += 1
        if not outcome.fine:
            failed.append(f"{case[0]} / {name} / {case[1]}: {outcome.what} {outcome.said}")
    return done, failed


def test_there_are_more_than_600_hostile_files_and_requests():
    assert len({case[:2] for case in cases()}) > 600


def test_a_sample_of_hostile_files_is_read_or_refused_with_a_sentence():
    done, failed = failures(safe=True, every=SAMPLE)
    assert done > 35 and not failed, "\n".join(failed)


@pytest.mark.slow
def test_the_safe_readers_stand_all_hostile_files():
    done, failed = failures(safe=True, every=1)
    assert done > 500 and not failed, "\n".join(failed)


@pytest.mark.slow
def test_every_reader_of_the_course_stands_all_hostile_files():
    done, failed = failures(safe=False, every=1)
    assert done > 900 and not failed, "\n".join(failed)


def test_the_limits_of_these_tests_hold(monkeypatch):
    from tests.hostile import limits
    from tests.hostile.limits import outcome_of

    assert (limits.SECONDS, limits.MEMORY) == (5, 500_000_000)
    assert outcome_of(lambda data: bytearray(900_000_000), b"").what == "memory"
    assert outcome_of(lambda data: 1 / 0, b"").what == "raised ZeroDivisionError"
    assert outcome_of(lambda data: data, b"").what == "read"
    monkeypatch.setattr(limits, "SECONDS", 1)  # and no test waits for five
    asleep = outcome_of(lambda data: time.sleep(20), b"")
    assert asleep.what == "time" and asleep.seconds < 4
