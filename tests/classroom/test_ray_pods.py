"""The room on a cluster of two pods: its replicas listen on their pod's address alone, who has no
token opens nothing in them, and a pupil's orders are made across both.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("ray.serve")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or os.geteuid() != 0 or not shutil.which("ip"),
        reason="networks of their own need root on Linux",
    ),
]
ROOT = Path(__file__).parents[2]
ADDRESSES = ("10.231.7.1", "10.231.7.2")


@cache
def found() -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.classroom.ray_pods"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_replica_listens_on_its_pods_address_alone():
    for address, pod in zip(ADDRESSES, found()["replicas"], strict=True):
        assert pod, "no replica in this pod"
        for program in {name for _, _, name in pod}:
            opened = [at for at, _, name in pod if name == program]
            # the second is the port of Ray's core in the same process, which opens no pickles
            assert address in opened and len(opened) == 2, pod


def test_a_stranger_in_another_pod_opens_nothing():
    told = found()["stranger"]
    for who in ("stranger", "guesser"):
        assert set(told[who]["answers"].values()) <= {"UNAUTHENTICATED", "UNIMPLEMENTED"}, told
        assert "UNAUTHENTICATED" in told[who]["answers"].values() and not told[who]["opened"]
    assert told["token"]["opened"], "the true token opens, or nothing was tried"


def test_a_pupils_orders_are_made_across_the_pods():
    assert {kind: len(made) for kind, made in found()["pupil"].items()} == {"tune": 2, "image": 2}
