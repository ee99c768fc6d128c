"""What every test shares: a portfolio of its own."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--all",
        action="store_true",
        help=(
            "also the slow tests, some of which install packages: other versions of the notebook"
            " programs, Binder's build plan, big models' twins"
        ),
    )


def pytest_configure(config):
    """Of tests that run side by side each has a core to itself: threads that wait by spinning, two
    to a core, slow each other down several times.
    """
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if worker and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--all"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow; run `python start.py test --all`"))


@pytest.fixture(autouse=True)
def own_portfolio(tmp_path, monkeypatch):
    """No test writes into a learner's folder, nor into the notes of how fast this computer is."""
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "my_creations"))
    monkeypatch.setattr("course_utils.models.choose.speeds_file", lambda: tmp_path / "speeds.json")
