"""Turns an exported ONNX model into a small graph file without weights and the JSON file that says
which tensor of the shipped safetensors file fills which initializer
(course_utils/models/onnx_session.py reads them).

Needs the `onnx` package, which the course itself does not.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np

from course_utils.models.onnx_session import FORMAT

SMALLEST = 128  # numbers; smaller initializers stay in the graph
LARGEST_CONSTANT = 1024  # numbers of a constant that is no tensor of the file, such as a mask


def write_graph(model, weights: Path, target: Path) -> dict[str, int]:
    """Write `target` (NAME.onnx) and NAME.json from an exported model.

    Args:
        model: an `onnx.ModelProto` with its weights inside.
        weights: the safetensors file whose tensors it was exported from, in any number format.
        target: where the graph goes.

    Returns:
        How many initializers are filled as stored, how many transposed, and bytes of the graph.

    Raises:
        ValueError: a large initializer is no tensor of the file, so it would be stored twice.

    A bias that the exporter gave more axes of length 1 is found too.
    """
    from onnx import TensorProto, numpy_helper
    from safetensors.numpy import load_file

    stored = load_file(weights)
    known = _by_content(stored)
    named = {name: _fingerprint(_wide(value)) for name, value in stored.items()}
    found: dict[str, dict] = {}
    for one in model.graph.initializer:
        value = numpy_helper.to_array(one)
        if value.size < SMALLEST:
            continue
        name = one.name
        same_name = next((key for key in named if name == key or name.endswith(f".{key}")), "")
        mark = _fingerprint(value)
        place = (same_name, None) if named.get(same_name) == mark else known.get(mark)
        if place is None and value.size <= LARGEST_CONSTANT:
            continue
        if place is None:
            raise ValueError(f"{name} {value.shape} is no tensor of {weights.name}")
        tensor, axes = place
        found[name] = {"tensor": tensor, "dtype": str(value.dtype), "shape": list(value.shape)}
        if axes is not None:
            found[name]["permute"] = list(axes)
        one.ClearField("raw_data")
        for field in ("float_data", "int32_data", "int64_data", "double_data"):
            one.ClearField(field)
        one.data_location = TensorProto.EXTERNAL
        del one.external_data[:]
        one.external_data.add(key="location", value="weights")
    content = model.SerializeToString(deterministic=True)
    about = {
        "format": FORMAT,
        "graph_sha256": hashlib.sha256(content).hexdigest(),
        "weights": weights.name,
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "initializers": found,
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.with_suffix(".json").write_text(_one_a_line(about), encoding="utf-8")
    turned = sum("permute" in one for one in found.values())
    return {"as stored": len(found) - turned, "transposed": turned, "bytes": len(content)}


def _one_a_line(about: dict) -> str:
    """JSON with a line for each initializer, so that a change can be read."""
    head = {name: value for name, value in about.items() if name != "initializers"}
    rows = [f"{json.dumps(key)}: {json.dumps(one)}" for key, one in about["initializers"].items()]
    return json.dumps(head)[:-1] + ', "initializers": {\n' + ",\n".join(rows) + "\n}}\n"


def _by_content(stored: dict[str, np.ndarray]) -> dict[bytes, tuple[str, tuple[int, ...] | None]]:
    """Each tensor, and each matrix transposed, by its fingerprint in 32 bits. A tensor as stored
    goes before one that only fits transposed."""
    known: dict[bytes, tuple[str, tuple[int, ...] | None]] = {}
    for turned, (name, value) in itertools.product((False, True), stored.items()):
        axes = tuple(reversed(range(value.ndim))) if turned else None
        if turned and value.ndim != 2:
            continue
        wide = _wide(value)
        known.setdefault(_fingerprint(wide if axes is None else wide.T), (name, axes))
    return known


def _wide(value: np.ndarray) -> np.ndarray:
    return value.astype(np.float32) if value.dtype.kind == "f" else value


def _fingerprint(value: np.ndarray) -> bytes:
    """Digest of shape (without axes of length 1), number format and content."""
    shape = tuple(length for length in value.shape if length > 1)
    head = f"{shape} {value.dtype}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(value).tobytes()).digest()
