"""What lessons 01 to 11 make is made without torch and what belongs to it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_without_torch import JOBS

PROGRAM = Path(__file__).with_name("made_without_torch.py")


def loaded(folder: Path, *arguments: str) -> str:
    """What the program prints last, run in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()[-1].strip()


@pytest.mark.parametrize("job", JOBS)
def test_nothing_big_is_loaded(job, tmp_path):
    assert loaded(tmp_path, job) == "loaded:"


@pytest.mark.parametrize("job", ["pictures", "tunes", "looking_closer", "studios"])
def test_it_works_where_nothing_big_is_installed(job, tmp_path):
    assert loaded(tmp_path, job, "barred") == "loaded:"
