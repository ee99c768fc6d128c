"""What every test shares: a portfolio of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


# the longest files, the longest first: begun last, one core would wait for the other
LONGEST = """
notebooks/test_notebooks browser/test_both_programs browser/test_a_tune_of_my_own words/test_words
pictures/test_bigger_pictures browser/test_by_keyboard notebooks/test_in_other_languages test_site
finetune/test_teaching_others browser/test_first_sparks words/test_words_engines words/test_verse
books/test_books test_types browser/test_room_in_browsers test_without_torch
pictures/candidates/test_spread_drawn browser/test_wall_pages
pictures/onnx/test_onnx_same_pictures finetune/test_teaching browser/test_directing_lessons
browser/test_words_lessons pictures/test_image classroom/test_room_pages
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
