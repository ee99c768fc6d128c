"""Graphs and weights that are cut short, of another version or not what they should be: one
sentence that says what to do."""

from __future__ import annotations

import hashlib
import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from course_utils.creation import LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.models.onnx_session import open_session
from course_utils.pictures.onnx.model import open_onnx_model
from pictures.onnx.both_paths import ABOUT, MODEL, latents_shape, onnx_model, own_model

GRAPH, WEIGHTS = "onnx/unet.onnx", "unet/diffusion_pytorch_model.safetensors"
PARTS = ["text_encoder", "unet", "vae_decoder"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the picture model that a test may damage."""
    return shutil.copytree(MODEL, tmp_path / "image")


def sentence(folder, says: str) -> str:
    with pytest.raises(LearnerError, match="start.py") as problem:
        open_onnx_model(ABOUT, folder)
    assert says in str(problem.value) and len(str(problem.value)) < 160
    return str(problem.value)


def test_an_untouched_copy_draws(folder):
    assert open_onnx_model(ABOUT, folder).revision == onnx_model().revision


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kept", [0, 100, 0.5, -1])
def test_a_graph_cut_short_gets_a_sentence(folder, part, kept):
    graph = folder / "onnx" / f"{part}.onnx"
    content = graph.read_bytes()
    graph.write_bytes(content[: int(kept * len(content)) if kept == 0.5 else kept])
    sentence(folder, "damaged")


@pytest.mark.parametrize("name", ["text_encoder/model.safetensors", WEIGHTS])
@pytest.mark.parametrize("kept", [0, 7, 5000, 0.9])
def test_weights_cut_short_get_a_sentence(folder, name, kept):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(kept * len(content)) if kept == 0.9 else kept])
    sentence(folder, "damaged")


@pytest.mark.parametrize(
    "name",
    [GRAPH, "onnx/unet.json", WEIGHTS, "vae/diffusion_pytorch_model.safetensors", "onnx"]
    + ["scheduler/scheduler_config.json", "unet/config.json", "text_encoder", "tokenizer"],
)
def test_missing_files_get_a_sentence(folder, name):
    path = folder / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    sentence(folder, "missing")


def test_one_flipped_bit_in_a_graph_or_in_weights_is_found(folder):
    for name, says in ((GRAPH, "damaged"), (WEIGHTS, "versions")):
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)
        sentence(folder, says)
        shutil.copyfile(MODEL / name, folder / name)


def test_weights_of_another_training_are_told_from_damage(folder):
    weights = load_file(folder / WEIGHTS)
    weights["conv_in.bias"] = weights["conv_in.bias"] + np.float16(1)
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
    sentence(folder, "versions that do not belong together")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": None},
        {"initializers": []},
        {"initializers": {"x": {"tensor": "conv_in.bias"}}},
        {"graph_sha256": "0" * 64},
        {"weights_sha256": 3},
    ],
)
def test_notes_of_a_graph_that_do_not_fit_get_a_sentence(folder, change):
    notes = folder / "onnx/unet.json"
    about = json.loads(notes.read_text(encoding="utf-8"))
    notes.write_text(json.dumps({**about, **change}), encoding="utf-8")
    sentence(folder, "The files of the picture model")


@pytest.mark.parametrize("content", ["", "[]", "null", "{", "3", '{"format": 1}', "\x00"])
def test_notes_that_are_no_notes_get_a_sentence(folder, content):
    (folder / "onnx/unet.json").write_text(content, encoding="utf-8")
    sentence(folder, "damaged")


def test_a_tensor_that_the_weights_lack_is_another_version(folder):
    weights = load_file(folder / WEIGHTS)
    weights.pop("conv_in.weight")
    save_file(weights, folder / WEIGHTS)
    notes = folder / "onnx/unet.json"
    about = json.loads(notes.read_text(encoding="utf-8"))
    about["weights_sha256"] = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    notes.write_text(json.dumps(about), encoding="utf-8")
    sentence(folder, "versions")


def test_a_graph_that_is_no_graph_gets_a_sentence_even_when_its_hash_fits(folder):
    (folder / GRAPH).write_bytes(b"not a graph")
    notes = folder / "onnx/unet.json"
    about = json.loads(notes.read_text(encoding="utf-8"))
    about["graph_sha256"] = hashlib.sha256(b"not a graph").hexdigest()
    notes.write_text(json.dumps(about), encoding="utf-8")
    sentence(folder, "damaged")


def test_without_onnxruntime_a_sentence_says_what_to_run(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(LearnerError, match=r"onnxruntime.*start\.py"):
        open_session(MODEL / GRAPH, MODEL / WEIGHTS, what="the picture model")


def test_other_damage_leaves_the_opened_model_as_it_was(folder):
    model = open_onnx_model(ABOUT, folder)
    (folder / "onnx/vae_encoder.onnx").write_bytes(b"")
    from PIL import Image

    with pytest.raises(LearnerError, match="damaged"):
        model.encode([Image.new("RGB", (48, 48))])
    assert model.decode(np.zeros(latents_shape(), np.float32))[0].size == (48, 48)


@pytest.mark.parametrize("name", ["model.onnx", "model.json", "model.safetensors"])
def test_a_damaged_enlarger_gets_a_sentence(tmp_path, name):
    from course_utils.pictures.onnx.upscaler import detail

    folder = shutil.copytree(FOLDER / "upscaler", tmp_path / "upscaler")
    (folder / name).write_bytes((folder / name).read_bytes()[:50])
    with pytest.raises(LearnerError, match=r"enlarger.*start\.py"):
        detail(np.zeros((8, 8, 3), np.float32), folder)


# Own models


def test_an_own_model_of_another_version_is_refused():
    with pytest.raises(LearnerError, match="another version"):
        onnx_model().with_own(own_model(base_revision="0" * 12), 1.0)


def test_an_own_model_named_like_a_known_word_is_refused():
    with pytest.raises(LearnerError, match="heartoo"):
        onnx_model().with_own(own_model("heart"), 1.0)


PLACE = "unet.mid_block.resnets.1.conv2"


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("word", (191,)),
        ("word", (1, 192)),
        (f"{PLACE}.lora_A.weight", (4, 192, 3, 1)),
        (f"{PLACE}.lora_A.weight", (5, 192, 3, 3)),
        (f"{PLACE}.lora_A.weight", (4,)),
        (f"{PLACE}.lora_B.weight", (192, 5, 1, 1)),
        (f"{PLACE}.lora_B.weight", (191, 4, 1, 1)),
        (f"{PLACE}.lora_B.weight", (192, 4, 2, 1)),
        (f"{PLACE}.lora_B.weight", ()),
    ],
)
def test_an_own_model_whose_matrices_do_not_fit_is_refused(name, shape):
    own = own_model()
    own.tensors[name] = np.zeros(shape, np.float16)
    with pytest.raises(LearnerError, match="do not fit the picture model"):
        onnx_model().with_own(own, 1.0)


@pytest.mark.parametrize(
    "place", ["unet.conv_in", "unet.nowhere.conv1", "vae.decoder.conv1", "mid_block.conv1"]
)
def test_an_own_model_for_layers_that_never_learn_is_refused(place):
    own = own_model()
    for side, shape in (("A", (4, 4, 3, 3)), ("B", (64, 4, 1, 1))):
        own.tensors[f"{place}.lora_{side}.weight"] = np.zeros(shape, np.float16)
    with pytest.raises(LearnerError, match="do not fit the picture model"):
        onnx_model().with_own(own, 1.0)
