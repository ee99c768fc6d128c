"""What lessons 01 to 11 make is made without torch and what belongs to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_without_torch import JOBS, MARK

PROGRAM = Path(__file__).with_name("made_without_torch.py")


BARRED = ["pictures", "tunes", "looking_closer", "studios"]


def loaded(folder: Path, *arguments: str) -> tuple[dict[str, str], str]:
    """What was loaded after each job of one program, run in a folder of its own; and what went
    wrong.
    """
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments],
        cwd=folder,
        env={**environment, "COURSE_PORTFOLIO": str(folder / "my_creations")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    said = [line.strip() for line in done.stdout.splitlines() if MARK in line]
    lines = (line.partition(MARK)[2].partition(":") for line in said)
    return {job: names for job, _, names in lines}, done.stderr[-3000:]


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("free"), *(job for job in JOBS if job not in BARRED))


@pytest.fixture(scope="module")
def barred(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("barred"), "barred", *BARRED)


@pytest.mark.parametrize("job", [job for job in JOBS if job not in BARRED])
def test_nothing_big_is_loaded(job, free):
    after, trouble = free
    assert after.get(job) == "", trouble


@pytest.mark.parametrize("job", BARRED)
def test_it_works_where_nothing_big_is_installed_and_asks_for_nothing_big(job, barred):
    after, trouble = barred
    assert after.get(job) == "", trouble
