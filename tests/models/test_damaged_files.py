"""A model's file that is cut short, of another version or not what it should be: one sentence by
every door, nothing else is lost, and sound files put back are enough.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from course_utils.cli.main import CANNOT, main
from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.models.embedded import FOLDER
from course_utils.music import chord_model
from course_utils.music.engine import TuneEngine
from course_utils.pictures import training_drawings
from course_utils.pictures.engine import ImageEngine
from course_utils.provenance import shared_note_runs

ENGINES = {
    "image": (ImageEngine, "image", "onnx/unet", "unet/diffusion_pytorch_model.safetensors"),
    "tune": (TuneEngine, "music", "onnx/notes", "model.safetensors"),
}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-200] ^= 1
    path.write_bytes(bytes(content))


def newer(path: Path) -> None:
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**about, "format": about["format"] + 1}), encoding="utf-8")


DAMAGE = {
    "graph cut short": (cut, "graph", ".onnx"),
    "graph of a wrong hash": (flip, "graph", ".onnx"),
    "weights cut short": (cut, "weights", ""),
    "weights of a wrong hash": (flip, "weights", ""),
    "notes of another version": (newer, "graph", ".json"),
}


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_one_sentence_and_sound_files_put_back_are_enough(kind, damage, tmp_path):
    opened, home, graph, weights = ENGINES[kind]
    folder = shutil.copytree(FOLDER / home, tmp_path / home)
    harm, what, suffix = DAMAGE[damage]
    place = folder / ({"graph": graph, "weights": weights}[what] + suffix)
    harm(place)
    engine, recipe = opened(folder), Recipe(kind=kind, prompt="a fox", settings={"count": 1})
    for _ in range(2):  # it is not taken for loaded after the first try
        with pytest.raises(LearnerError, match="Run `python start.py` again") as told:
            list(engine.create(recipe))
        assert str(told.value).count(". ") == 1 and "\n" not in str(told.value)
    shutil.copyfile(FOLDER / home / place.relative_to(folder), place)
    assert len(list(engine.create(recipe))) == 1


def test_the_command_says_it_and_other_kinds_are_made_all_the_same(tmp_path, monkeypatch, capsys):
    folder = shutil.copytree(FOLDER / "image", tmp_path / "image")
    cut(folder / "onnx/unet.onnx")
    monkeypatch.setattr(engine_for("image"), "folder", folder)
    monkeypatch.setattr(engine_for("image"), "_models", {})
    out = ["--out", str(tmp_path / "made")]
    assert main(["make", "image", "a fox", *out]) == CANNOT
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "picture model" in said and "Traceback" not in said
    assert main(["make", "tune", "a jig", *out]) == 0 and list((tmp_path / "made").glob("*.mid"))


@pytest.mark.parametrize(
    ("module", "name"), [(training_drawings, "pictures.npz"), (shared_note_runs, "tunes.npz")]
)
@pytest.mark.parametrize("kept", [0, 100, 0.5, -40])
def test_an_index_cut_short_gets_a_sentence(module, name, kept, tmp_path, monkeypatch):
    folder = shutil.copytree(FOLDER / "index", tmp_path / "index")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(kept * len(content)) if kept == 0.5 else kept])
    monkeypatch.setattr(module, "INDEX", folder)
    training_drawings.known_dots.cache_clear()
    module.library.cache_clear()
    try:
        with pytest.raises(LearnerError, match="start.py"):
            module.library()
    finally:
        module.library.cache_clear()


@pytest.mark.parametrize("content", ["", "[]", "{", "null", '{"major": 3}', '{"major": {}}'])
def test_damaged_counts_of_chords_get_a_sentence(content, tmp_path, monkeypatch):
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "chord_moves.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(chord_model, "FOLDER", tmp_path)
    chord_model.counted.cache_clear()
    try:
        with pytest.raises(LearnerError, match="chord model.*start.py"):
            chord_model.counted()
    finally:
        chord_model.counted.cache_clear()
