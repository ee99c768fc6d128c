"""The torch-free path in processes of its own: nothing big is loaded, and the same pictures come
out on every run and number of threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__)
PROGRAM = HERE.parent / "draw_in_a_process.py"
MOST_MEMORY = 300  # MB, of the whole process


def drawn(threads: int) -> dict:
    root = str(HERE.parents[3])
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def once() -> dict:
    return drawn(1)


def test_drawing_loads_neither_torch_nor_diffusers_nor_transformers(once):
    assert once["loaded"] == []


def test_the_same_pictures_come_out_again(once):
    assert drawn(1)["pictures"] == once["pictures"]
    assert len(set(once["pictures"])) == len(once["pictures"]) == 11


@pytest.mark.skipif(os.cpu_count() == 1, reason="needs a second core")
def test_the_same_pictures_come_out_on_two_threads(once):
    assert drawn(2)["pictures"] == once["pictures"]


def test_drawing_takes_little_memory(once):
    assert once["peak"] < MOST_MEMORY
