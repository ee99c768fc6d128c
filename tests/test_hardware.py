"""What the machine lets us use."""

from __future__ import annotations

import pytest

from course_utils.models.hardware import usable_threads


@pytest.mark.parametrize(("asked", "at_most"), [("1", 1), ("", 8), ("many", 8), ("0", 1), ("999", 8)])
def test_threads_stay_within_what_was_asked_for(asked, at_most, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    monkeypatch.delenv("CPU_LIMIT", raising=False)
    assert 1 <= usable_threads(tmp_path) <= at_most
    (tmp_path / "cpu.max").write_text("100000 100000")
    assert usable_threads(tmp_path) == 1
