"""Tunes without torch are those that torch writes; wrong files get a sentence."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from functools import cache

import numpy as np
import pytest
import torch

from course_utils.creation import LearnerError, Recipe
from course_utils.models.embedded import FOLDER
from course_utils.models.lora_file import OwnCard, from_bytes, to_bytes
from course_utils.music import decoding as tune_drawing
from course_utils.music import lora as tune_own
from course_utils.music import sampling
from course_utils.music import tokens as tokens
from course_utils.music.engine import TuneEngine
from course_utils.music.onnx_model import OnnxNoteModel
from course_utils.music.torch_model import TorchNoteReader

from . import torch_path

NOTES = FOLDER / "music"
LAYERS, WIDTH, WIDE = 5, 192, 512


def note(semitones, length):
    return tokens.TuneNote(semitones, length)


AIR = tokens.Tune(
    "air", "major", "G", "4/4",
    tuple(
        tuple(note(pitch, 12) for pitch in bar[:-1]) + (note(bar[-1], 48 - 12 * (len(bar) - 1)),)
        for bar in ((0, 0, 7, 7), (9, 9, 7), (5, 5, 4, 4), (2, 2, 0), (7, 7, 5, 5), (4, 4, 2))
    ),
)  # fmt: skip
JIG = tokens.Tune(
    "jig", "dorian", "D", "6/8",
    ((note(0, 6), note(3, 6), note(7, 6), note(10, 12), note(7, 6)),
     (note(5, 18), note(None, 6), note(2, 12)), (note(0, 36),)),
)  # fmt: skip


def start(tune: tokens.Tune) -> str:
    return " ".join(map(str, tokens.encode(tune, end=False)))


RECIPES = [
    *({"kind_of_tune": kind, "count": count, "bars": 6} for kind in ("reel", "jig", "waltz", "air")
      for count in (1, 3)),
    {"metre": "9/8", "mode": "minor", "density": "5", "bars": 4},
    {"bars": 12, "surprise": 1.3, "count": 2},
    {"bars": 8, "surprise": 0.5, "count": 4},
    {"start": start(AIR), "keep_bars": 4, "bars": 9, "count": 3},
    {"start": start(JIG), "bars": 8},
    {"task": "fill", "start": start(AIR), "gap_from": 3, "gap_bars": 2, "count": 2},
    {"task": "fill", "start": start(JIG), "gap_from": 2, "gap_bars": 1},
    {"task": "answer", "start": start(AIR), "keep_bars": 4, "count": 2},
    {"task": "answer", "start": start(JIG)},
    {"task": "vary_notes", "start": start(AIR), "near": 0.3, "count": 3},
    {"task": "vary_notes", "start": start(JIG), "near": 0.0},
    {"task": "vary_rhythm", "start": start(AIR), "count": 2},
    {"task": "vary_rhythm", "start": start(JIG)},
    {"task": "harmonise", "start": start(AIR), "count": 2},
    {"task": "harmonise", "start": start(JIG)},
    {"task": "chords", "start": start(AIR), "count": 3},
    {"task": "chords", "start": start(JIG)},
]  # fmt: skip


def engine_on(model, monkeypatch, draw) -> TuneEngine:
    """The tune engine on a model of our choice."""
    monkeypatch.setattr(sampling, "draw", draw)
    engine = TuneEngine()
    engine._model, engine._revision = model, revision()
    engine._with_own = lambda own, strength: laid_over(model, own, strength)
    return engine


@cache
def revision() -> str:
    return OnnxNoteModel(NOTES).revision


LAID_OVER: dict[tuple, object] = {}


def laid_over(model, own, strength: float):
    """An own model on a model, laid over it once for all tests."""
    key = (model, own.print, strength)
    if key not in LAID_OVER:
        LAID_OVER[key] = (
            model.with_own(own, strength)
            if isinstance(model, OnnxNoteModel)
            else tune_own.with_own(model, own, strength, revision())
        )
    return LAID_OVER[key]


DRAW = sampling.draw


def tunes(engine: TuneEngine, seed: int, own=None, **settings) -> list[tuple]:
    recipe = Recipe(kind="tune", prompt="a tune", seed=seed, settings=settings)
    made = list(engine.create(recipe, own=own) if own else engine.create(recipe))
    return [
        (one.content, one.recipe.settings["notes"], one.recipe.settings["chord_line"])
        for one in made
    ]


def own_model(size: float = 0.05, seed: int = 5, **card):
    """An own model as its file would give it, of random matrices for every layer."""
    rng, tensors = np.random.default_rng(seed), {}
    shapes = {"self_attn": dict.fromkeys(("q_proj", "k_proj", "v_proj", "o_proj"), (WIDTH, WIDTH))}
    shapes["mlp"] = {
        "gate_proj": (WIDE, WIDTH), "up_proj": (WIDE, WIDTH), "down_proj": (WIDTH, WIDE)
    }  # fmt: skip
    for layer in range(LAYERS):
        for part, matrices in shapes.items():
            for name, (out, inside) in matrices.items():
                place = f"tune.model.layers.{layer}.{part}.{name}"
                tensors[f"{place}.lora_A.weight"] = rng.normal(size=(4, inside)) * size
                tensors[f"{place}.lora_B.weight"] = rng.normal(size=(out, 4)) * size * 10
    about = {
        "name": "blobby", "kind": "tune", "drawings": 3, "base": "course-tunes", "rank": 4,
        "base_revision": revision(), "steps": 1, "seconds": 1, **card,
    }  # fmt: skip
    return from_bytes(to_bytes(OwnCard(**about), tensors))


@pytest.fixture(scope="module")
def model() -> OnnxNoteModel:
    return OnnxNoteModel(NOTES)


@pytest.fixture(scope="module")
def own():
    yield own_model()
    LAID_OVER.clear()


@pytest.fixture(scope="module")
def reference():
    return torch_path.torch_model()


@pytest.mark.parametrize("place", range(len(RECIPES)))
def test_every_task_gives_the_notes_that_torch_gives(place, model, reference, monkeypatch):
    settings = RECIPES[place]
    wanted = tunes(engine_on(reference, monkeypatch, torch_path.draw), 40 + place, **settings)
    found = tunes(engine_on(model, monkeypatch, DRAW), 40 + place, **settings)
    assert len(found) == settings.get("count", 1) and found == wanted


@pytest.mark.parametrize("place", [0, 3, 11, 13, 15, 17, 19, 21, 23])
def test_with_an_own_model_too_and_it_changes_the_notes(place, model, reference, own, monkeypatch):
    settings = RECIPES[place]
    taught = {**settings, "own_model": "blobby", "own_strength": 0.8}
    plain = tunes(engine_on(model, monkeypatch, DRAW), 7, **settings)
    found = tunes(engine_on(model, monkeypatch, DRAW), 7, own, **taught)
    wanted = tunes(engine_on(reference, monkeypatch, torch_path.draw), 7, own, **taught)
    assert found == wanted
    assert settings.get("task") == "chords" or found != plain
    none = {**taught, "own_strength": 0.0}
    assert tunes(engine_on(model, monkeypatch, DRAW), 7, own, **none) == plain


def test_the_number_of_threads_changes_nothing(model, monkeypatch):
    two = OnnxNoteModel(NOTES, threads=2)
    for place in (1, 10, 13, 19, 21):
        one = tunes(engine_on(model, monkeypatch, DRAW), 3, **RECIPES[place])
        assert tunes(engine_on(two, monkeypatch, DRAW), 3, **RECIPES[place]) == one


def test_odds_and_logits_are_those_of_transformers(model, reference):
    numbers = np.random.default_rng(2).integers(0, len(tokens.VOCABULARY), (3, 60))
    with torch.inference_mode():
        wanted = reference(input_ids=torch.from_numpy(numbers)).logits.numpy()
    cache = None
    for place in range(0, 60, 4):
        logits, cache = model.read(numbers[:, place : place + 4], cache)
        np.testing.assert_allclose(logits, wanted[:, place + 3], atol=1e-4)
    odds = model.odds(numbers[0].tolist())
    softmax = torch.from_numpy(wanted[0, -1]).softmax(-1).numpy()
    np.testing.assert_allclose(odds, softmax, atol=1e-6)
    assert abs(sum(odds) - 1) < 1e-5


def test_a_model_in_torch_can_stand_in_its_place(model, reference):
    head = tokens.header("jig", "major", "D", "6/8")

    def drawn(reader):
        plans = [tune_drawing.melody("6/8", range(4, 0, -1)) for _ in range(2)]
        return DRAW(reader, [head, head], plans, [1, 2], 0.9)

    assert drawn(TorchNoteReader(reference)) == drawn(model)


def test_stop_keeps_finished_candidates_and_progress_is_told(model):
    stop, told = threading.Event(), []
    plans = [tune_drawing.melody("4/4", [1]), tune_drawing.melody("4/4", range(200, 0, -1))]
    head = tokens.header("reel", "major", "D", "4/4")

    def look(numbers, cache=None, read=model.read):
        if cache is not None and cache[0].shape[2] > 60:
            stop.set()
        return read(numbers, cache)

    reader = type("Reader", (), {"read": staticmethod(look)})
    found = DRAW(reader, [head, head], plans, [1, 2], 0.9, told.append, stop)
    assert found[0] and found[1] is None and told == [1]


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(NOTES, tmp_path / "music")


def change_json(path, change) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")


DAMAGE = {
    "no graph": lambda folder: (folder / "onnx/notes.onnx").unlink(),
    "no list": lambda folder: (folder / "onnx/notes.json").unlink(),
    "no weights": lambda folder: (folder / "model.safetensors").unlink(),
    "no vocabulary": lambda folder: (folder / "vocabulary.json").unlink(),
    "short graph": lambda folder: cut(folder / "onnx/notes.onnx"),
    "short list": lambda folder: cut(folder / "onnx/notes.json"),
    "short weights": lambda folder: cut(folder / "model.safetensors"),
    "short config": lambda folder: cut(folder / "config.json"),
    "other words": lambda folder: (folder / "vocabulary.json").write_text('["C", "D"]'),
    "other heads": lambda folder: change_json(
        folder / "config.json", lambda config: config.update(num_attention_heads=8)
    ),
    "other weights": lambda folder: flip(folder / "model.safetensors"),
    "other graph": lambda folder: flip(folder / "onnx/notes.onnx"),
    "other list": lambda folder: (folder / "onnx/notes.json").write_text("[7]"),
    "newer list": lambda folder: change_json(
        folder / "onnx/notes.json", lambda about: about.update(format=99)
    ),
}


def cut(path) -> None:
    path.write_bytes(path.read_bytes()[:-700])


def flip(path) -> None:
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_or_wrong_files_get_one_sentence(damage, copied):
    DAMAGE[damage](copied)
    with pytest.raises(LearnerError, match="tune model.*Run `python start.py` again"):
        OnnxNoteModel(copied)


@pytest.mark.parametrize("wrong", [
    {"kind": "words"}, {"base_revision": "0" * 12}, {"rank": 8},
])  # fmt: skip
def test_an_own_model_that_does_not_fit_gets_a_sentence(wrong, model):
    with pytest.raises(LearnerError, match="blobby"):
        model.with_own(own_model(**wrong), 1.0)


@pytest.mark.parametrize("change", [
    lambda name, values: (name.replace("mlp", "mlq"), values),
    lambda name, values: (name.replace("tune.", "unet."), values),
    lambda name, values: (name.replace("layers.4.", "layers.9."), values),
    lambda name, values: (name, values[:, :-1] if "lora_A" in name else values),
    lambda name, values: (name, values[0] if "lora_B" in name else values),
])  # fmt: skip
def test_own_matrices_of_other_places_or_sizes_get_a_sentence(change, model):
    from dataclasses import replace

    own = own_model()
    other = replace(own, tensors=dict(change(*item) for item in own.tensors.items()))
    with pytest.raises(LearnerError, match="do not fit the tune model"):
        model.with_own(other, 1.0)


FRESH = """
import sys
from course_utils.creation import Recipe
from course_utils.music.engine import TuneEngine

engine = TuneEngine()
for settings in ({"bars": 4, "count": 2}, {"task": "harmonise", "start": sys.argv[1]}):
    made = list(engine.create(Recipe(kind="tune", prompt="a tune", settings=settings)))
    assert len(made) == settings.get("count", 1), made
engine.odds([1, 2, 3])
heavy = {"torch", "transformers", "diffusers", "peft", "sklearn", "scipy", "numba", "sympy"}
print("loaded:", *sorted(heavy & set(sys.modules)))
"""


def test_a_tune_loads_no_big_library():
    told = subprocess.run(
        [sys.executable, "-c", FRESH, start(AIR)], capture_output=True, text=True, timeout=300
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == "loaded:"


def test_the_graph_is_small_and_holds_no_weights():
    files = list((NOTES / "onnx").iterdir())
    assert {path.name for path in files} == {"notes.onnx", "notes.json"}
    assert sum(path.stat().st_size for path in files) < 60_000


def test_the_graph_is_what_the_exporter_writes_today(tmp_path):
    pytest.importorskip("onnx")
    from training.music.export_onnx import export

    folder = shutil.copytree(NOTES, tmp_path / "music", ignore=shutil.ignore_patterns("onnx"))
    export(folder)
    assert (folder / "onnx/notes.json").read_text() == (NOTES / "onnx/notes.json").read_text()
