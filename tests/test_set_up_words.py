"""How to set up again, in the words of the place; a missing library is named with its extra."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import set_up_words
from course_utils.cli import doctor
from course_utils.creation import LearnerError
from course_utils.set_up_words import extras, for_here, missing_words, unexpected

ROOT = Path(__file__).parents[1]


@pytest.fixture
def installed(monkeypatch):
    """As if pip had installed the package, without the course folder."""
    monkeypatch.setattr(set_up_words, "is_checkout", lambda: False)
    monkeypatch.setattr(doctor, "is_checkout", lambda: False)


def test_every_extra_a_learner_needs_is_known_by_its_modules():
    known = extras()
    for module, extra in {
        "torch": "big",
        "onnxruntime": "pictures",
        "kiwisolver": "layouts",
        "fpdf": "layouts",
        "gradio": "apps",
        "ray": "serve",
        "c2pa": "own",
        "soundfile": "textures",
        "tinysoundfont": "sound",
        "verovio": "music",
        "xllamacpp": "words",
    }.items():
        assert known[module] == extra


def test_a_missing_library_is_named_with_its_extra(installed):
    problem = ModuleNotFoundError("No module named 'kiwisolver'", name="kiwisolver")
    said = missing_words(problem)
    assert "kiwisolver" in said and 'pip install "course-utils[layouts]"' in said
    wrapped = RuntimeError("x")
    wrapped.__cause__ = ModuleNotFoundError("no", name="diffusers.models")
    assert "[big]" in unexpected(wrapped, "usual")
    assert unexpected(ValueError("x"), "usual") == "usual"
    assert unexpected(ModuleNotFoundError("no", name="unheard_of"), "usual") == "usual"


def test_in_the_course_folder_start_py_is_named():
    assert "start.py" in missing_words(ModuleNotFoundError("no", name="kiwisolver"))
    assert str(LearnerError("It is gone. Run `python start.py` again.")).endswith(
        "start.py` again."
    )


def test_without_the_course_folder_no_sentence_speaks_of_start_py(installed):
    said = str(LearnerError("It is gone. Run `python start.py` again to put it back."))
    assert "start.py" not in said and said.endswith('lab]".')
    assert for_here("Nothing of the kind.") == "Nothing of the kind."


def test_the_doctor_without_the_course_folder_names_pip(installed, monkeypatch):
    def gone(name):
        raise doctor.metadata.PackageNotFoundError(name)

    problems: list = []
    extras()  # read before the packages are gone
    monkeypatch.setattr(doctor.metadata, "version", gone)
    doctor.packages(problems)
    doctor.models(problems)
    steps = " ".join(problem["next_step"] for problem in problems)
    assert problems and "start.py" not in steps and "pip install" in steps


@pytest.mark.parametrize(
    ("without", "line", "extra"),
    [
        ("onnxruntime", ["make", "image", "a heart"], "pictures"),
        ("kiwisolver", ["make", "layout", "sea"], "layouts"),
        ("fastapi", ["studio", "--no-browser"], "room"),
        ("uvicorn", ["room"], "room"),
        ("starlette", ["serve"], "room"),
        ("starlette", ["wall"], "room"),
        ("jupyterlab", ["lab", "--no-browser"], "lab"),
    ],
)
def test_a_command_without_its_library_names_the_extra(without, line, extra, tmp_path):
    code = (
        f"import sys; sys.modules[{without!r}] = None\n"
        "from course_utils import set_up_words\n"
        "set_up_words.is_checkout = lambda: False\n"
        "from course_utils.cli.main import main\n"
        f"sys.exit(main({line!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COURSE_PORTFOLIO": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2) and "pip install" in said and extra in said, said
    assert "unexpected" not in said and "start.py" not in said and "course folder" not in said
