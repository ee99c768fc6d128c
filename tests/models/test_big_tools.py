"""What needs torch says so in a sentence where torch is not there, or not yet."""

from __future__ import annotations

import json
import os
import sys

import pytest

from course_utils.creation import LearnerError
from course_utils.models import big_tools


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    """No big tools, and a folder of Python in which a note can lie."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(big_tools, "_is_installed", lambda name: False)
    for name in big_tools.NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path / big_tools.NOTE


def note(path, **facts):
    facts = {"state": "fetching", "share": 0.6, "sentence": "", "process": os.getpid(), **facts}
    path.write_text(json.dumps(facts), encoding="utf-8")


def test_they_are_here_in_these_tests(capsys):
    big_tools.big_tools()
    assert big_tools.look().state == "ready" and "every step" in capsys.readouterr().out
    big_tools.need_big_tools("Teaching a model")


def test_a_share_is_told_while_they_are_fetched(nothing_installed):
    note(nothing_installed)
    with pytest.raises(LearnerError, match="Teaching a model needs .* still being fetched: 60%"):
        big_tools.need_big_tools("Teaching a model")
    with pytest.raises(LearnerError, match="still being fetched"):
        big_tools.still_coming("The browser studio")


def test_half_an_installation_is_not_used(nothing_installed, monkeypatch):
    monkeypatch.setattr(big_tools, "_is_installed", lambda name: True)
    note(nothing_installed, share=0.99)
    assert big_tools.look().state == "fetching"


def test_a_note_of_a_program_that_is_gone_is_not_believed(nothing_installed):
    note(nothing_installed, process=2**22 + 12345)
    assert big_tools.look().state == "missing"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"state": 7, "share": "x"}'])
def test_a_damaged_note_is_no_note(text, nothing_installed):
    nothing_installed.write_text(text, encoding="utf-8")
    assert "without --light" in big_tools.look().told()


def test_where_they_were_left_out_nothing_is_coming(nothing_installed, capsys):
    big_tools.still_coming("The browser studio")
    big_tools.big_tools()
    assert "Part of this lesson needs" in (said := capsys.readouterr().out)
    assert "without --light" in said


@pytest.mark.parametrize(
    "call",
    [
        "from course_utils.pictures.engine import ImageEngine; ImageEngine().pipeline",
        "from course_utils.music.engine import TuneEngine; TuneEngine().torch_model()",
        "from course_utils.words.engine import backend_for; backend_for('some/model').load()",
    ],
)
def test_what_needs_them_says_so(call, nothing_installed):
    with pytest.raises(LearnerError, match="needs the big tools"):
        exec(compile(call, "a cell", "exec"), {})


def test_a_failed_import_in_a_one_line_call_becomes_the_sentence(nothing_installed):
    from course_utils.friendly_errors import explained

    def call():
        raise ModuleNotFoundError("No module named 'peft'", name="peft")

    with pytest.raises(LearnerError, match="needs the big tools"):
        explained(call)()
