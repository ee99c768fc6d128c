"""The `course` command as a person in a terminal meets it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from course_utils.cli.main import lab_command, main
from course_utils.files import unpack
from course_utils.models.catalogue import models_for
from course_utils.models.choose import known_speeds, preflight
from course_utils.pictures.png import open_picture


def course(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "course_utils.cli.main", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
    )


def test_make_prints_one_line_of_json_for_each_picture_and_remake_repeats_it(tmp_path):
    made = course(
        "make",
        "image",
        "a red heart",
        "--count",
        "2",
        "--seed",
        "3",
        "--json",
        "--out",
        str(tmp_path / "first"),
    )
    assert made.returncode == 0, made.stderr
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    assert [set(line) for line in lines] == [{"path", "kind", "seconds", "recipe"}] * 2
    assert [line["recipe"]["seed"] for line in lines] == [3, 4]
    again = course("remake", lines[1]["path"], "--json", "--out", str(tmp_path / "second"))
    assert again.returncode == 0, again.stderr
    first, second = (
        open_picture(unpack(path).content).tobytes()
        for path in (lines[1]["path"], json.loads(again.stdout)["path"])
    )
    assert max(abs(a - b) for a, b in zip(first, second)) <= 3


@pytest.mark.parametrize("kind", ["words", "tune"])
def test_words_and_tunes_are_made_and_made_again(kind, tmp_path, capsys):
    assert main(["make", kind, "the moon", "--seed", "5", "--json", "--out", str(tmp_path)]) == 0
    own = next(model.id for model in models_for(kind) if model.ships)
    assert known_speeds()[own] > 0 and "a result took about" in "\n".join(preflight(kind)), (
        "the next wait is foretold from this one"
    )
    line = json.loads(capsys.readouterr().out)
    assert main(["remake", line["path"], "--out", str(tmp_path)]) == 0
    assert "exactly the same" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["image", "words", "tune"])
@pytest.mark.parametrize("prompt", ["", "x" * 10_000, "🦊🦊", "قلب أحمر", "a\x00", "<b>cat</b>"])
def test_bad_prompts_get_a_sentence_and_no_traceback(kind, prompt, capsys):
    assert main(["make", kind, prompt]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip().endswith(".") and "Traceback" not in said.err


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--count", "1000"], ["--seed", "-1"]])
def test_impossible_numbers_get_a_sentence(arguments, capsys):
    assert main(["make", "image", "a cat", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_words_without_use_are_named_beside_json_too(tmp_path, capsys):
    out = ["--length", "2", "--json", "--out", str(tmp_path)]
    assert main(["make", "sound", "techno rain", "--seed", "1", *out]) == 0
    told = capsys.readouterr()
    assert "no use for: techno" in told.err
    assert [json.loads(line)["kind"] for line in told.out.splitlines()] == ["sound"]


def test_a_language_that_is_not_there_is_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_LANGUAGE", "tlh")
    monkeypatch.setattr("course_utils.languages.chosen._Choice.language", None)
    assert main(["make", "tune", "<b>", "--out", str(tmp_path)]) == 2
    assert "does not speak “tlh” yet" in capsys.readouterr().err


def test_pages_and_paper_are_not_asked_for_at_once(tmp_path, capsys):
    assert main(["teach", "--print", str(tmp_path / "a"), "--to", str(tmp_path / "b")]) == 2
    assert "Give one of them" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_remake_refuses_files_that_hold_no_recipe(tmp_path, capsys):
    for name, content in {
        "a.png": b"not a picture",
        "b.md": b"just text",
        "c.mid": b"MThd",
        "d.exe": b"MZ",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert main(["remake", str(tmp_path / name)]) == 2
        assert "Try" in capsys.readouterr().err


def test_doctor_reports_as_json():
    report = json.loads(course("doctor", "--json").stdout)
    assert {"python", "threads", "memory", "models", "problems"} <= set(report)


def test_the_lab_is_reachable_from_this_computer_only(tmp_path):
    assert "--ServerApp.ip=127.0.0.1" in lab_command(tmp_path, True, None)
    assert "--ServerApp.jpserver_extensions=course_utils.lab_server=True" in lab_command(
        tmp_path, True, None
    )


def test_the_lessons_open_with_the_file_list_closed_and_what_a_person_moves_is_kept(
    tmp_path, monkeypatch
):
    from course_utils.cli.workspace import NAME, prepare_workspace

    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))
    prepare_workspace()
    (file,) = tmp_path.iterdir()
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["data"]["layout-restorer:data"]["left"]["collapsed"] is True
    assert f"/lab/workspaces/{NAME}/tree/00_" in " ".join(lab_command(tmp_path, True, None))
    file.write_text(file.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    prepare_workspace()
    assert "true" not in file.read_text(encoding="utf-8")
