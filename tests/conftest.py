"""What every test shares: a portfolio of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


# files of more than half a minute, the longest first: begun last, one core would wait for the other
LONGEST = """
notebooks/test_notebooks words/test_words test_site words/test_words_engines words/test_verse
browser/test_a_tune_of_my_own browser/test_both_programs test_types pictures/test_bigger_pictures
browser/test_by_keyboard books/test_books browser/test_first_sparks test_without_torch
hostile/test_hostile finetune/test_teaching_others notebooks/test_in_other_languages
browser/test_words_lessons browser/test_directing_lessons browser/test_wall_pages
""".split()


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
    if hasattr(config, "workerinput"):
        places = {ROOT / f"{name}.py": place for place, name in enumerate(LONGEST)}
        if gone := [str(path) for path in places if not path.is_file()]:
            raise pytest.UsageError(f"LONGEST in tests/conftest.py names {gone}")
        items.sort(key=lambda item: places.get(item.path, len(places)))
    if not config.getoption("--all"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="slow; run `python start.py test --all`"))


@pytest.fixture(autouse=True)
def own_portfolio(tmp_path, monkeypatch):
    """No test writes into a learner's folder, nor into the notes of how fast this computer is."""
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "my_creations"))
    monkeypatch.setattr("course_utils.models.choose.speeds_file", lambda: tmp_path / "speeds.json")
