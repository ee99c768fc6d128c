"""What every test shares: a portfolio of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_portfolio(tmp_path, monkeypatch):
    """No test writes into the folder of a learner."""
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "my_creations"))
