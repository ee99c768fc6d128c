"""The doctor: finds what is wrong on a real machine, names one next step, fetches nothing."""

from __future__ import annotations

import json

import pytest

from course_utils.cli import doctor
from course_utils.models import hardware
from course_utils.models import smollm2 as fetch
from course_utils.models.big_tools import BigTools


@pytest.fixture
def own_place(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "my_creations"))
    return tmp_path


def problems(report: dict) -> str:
    return " ".join(problem["what"] for problem in report["problems"])


def test_a_healthy_place_has_models_threads_and_memory(own_place):
    report = json.loads(json.dumps(doctor.examine()))
    assert report["threads"] >= 1 and report["memory"]["limit"] >= report["memory"]["free"] > 0
    assert (
        report["models"]["image"]["present"]
        and report["models"]["music"]["present"]
        and report["models"]["soundfont"]["present"]
    )
    assert report["packages"]["onnxruntime"] and report["portfolio"]["writable"]
    assert "Threads to use" in doctor.readable(report)


def test_a_missing_words_model_is_named_with_one_next_step_and_not_fetched(own_place, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(own_place / "cache"))
    monkeypatch.setattr(
        fetch, "download", lambda folder: pytest.fail("the doctor fetched something")
    )
    report = doctor.examine()
    assert not report["models"]["words"]["present"]
    (problem,) = [p for p in report["problems"] if "words" in p["what"]]
    assert "smollm2" in problem["next_step"]
    assert not (own_place / "cache").exists()


def test_a_missing_package_is_named_with_its_purpose(own_place, monkeypatch):
    monkeypatch.setitem(doctor.PACKAGES, "no-such-package", "flying")
    assert "no-such-package is not installed; it is needed for flying." in problems(
        doctor.examine()
    )


@pytest.mark.parametrize(("state", "wrong"), [("missing", False), ("failed", True)])
def test_big_tools_left_out_are_no_problem_and_failed_ones_are(
    state, wrong, own_place, monkeypatch
):
    monkeypatch.setattr(doctor, "look", lambda: BigTools(state, 0.0, "The disk is full."))
    report = doctor.examine()
    assert ("big tools could not be fetched. The disk is full" in problems(report)) is wrong
    assert "Big tools: " in doctor.readable(report)


def test_little_memory_is_said(own_place, monkeypatch):
    monkeypatch.setattr(hardware, "memory_limit", lambda: 600_000_000)
    assert "0.6 GB of memory" in problems(doctor.examine())


def test_a_portfolio_that_cannot_be_written_is_said(own_place, monkeypatch):
    monkeypatch.setattr(
        doctor.tempfile,
        "TemporaryFile",
        lambda dir: (_ for _ in ()).throw(PermissionError(13, "no")),
    )
    report = doctor.examine()
    assert not report["portfolio"]["writable"] and "Nothing can be saved" in problems(report)


def test_the_last_unexpected_error_is_shown(own_place):
    folder = own_place / "my_creations"
    folder.mkdir()
    (folder / "errors.log").write_text(
        "Traceback\n  somewhere\nValueError: the moon fell down\n\n", encoding="utf-8"
    )
    assert "the moon fell down" in doctor.readable(doctor.examine())
