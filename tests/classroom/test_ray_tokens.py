"""Ray's own doors, for rooms on clusters: who has no token opens nothing, neither in a replica nor
in the cluster's head. The same calls do open a replica where tokens are off, so they can fail.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from course_utils.classroom.ray_serve import QUIET

pytest.importorskip("ray.serve")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
TOKEN = secrets.token_hex(32)
PATIENCE = 400  # seconds: Ray takes a minute to start, more beside other work


def environment(mode: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    tokens = {"RAY_AUTH_TOKEN": TOKEN} if mode == "token" else {}
    # said, not left out: a cluster that Ray starts by itself has a token by itself
    return {**kept, **QUIET, "PYTHONPATH": str(ROOT), "RAY_AUTH_MODE": mode, **tokens}


@cache
def doors(mode: str) -> dict:
    """What `ray_doors` says of Ray with or without tokens."""
    mark = Path(tempfile.mkdtemp()) / "mark"
    done = subprocess.run(
        [sys.executable, "-m", "tests.classroom.ray_doors", str(mark)],
        cwd=ROOT,
        env=environment(mode),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    mark.unlink(missing_ok=True)
    mark.parent.rmdir()
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(next(one for one in done.stdout.splitlines() if one.startswith("{")))


def test_without_tokens_a_replica_opens_what_any_stranger_sends():
    found = doors("disabled")
    assert found["served"] == "served" and found["replicas"]
    assert found["calls"]["stranger"]["opened"], found


def test_with_tokens_a_stranger_and_a_guesser_open_nothing():
    found = doors("token")
    assert found["served"] == "served" and found["replicas"]
    for who in ("stranger", "guesser"):
        answers = found["calls"][who]["answers"]
        assert "UNAUTHENTICATED" in answers, found
        # a worker's second port knows no such call
        assert set(answers) <= {"UNAUTHENTICATED", "UNIMPLEMENTED"}, found
        assert not found["calls"][who]["opened"], found
    assert found["calls"]["token"]["opened"], found


def test_the_head_of_a_cluster_serves_only_who_has_the_token():
    found = doors("token")["callers"]
    assert found["token"].endswith("served"), found
    for who in ("stranger", "guesser"):
        assert "served" not in found[who] and "uthenticat" in found[who], found
