"""ONNX graphs that ship without weights, run by onnxruntime on the weights of a safetensors file.

Beside `NAME.onnx` lies `NAME.json`: which tensor of the weights file fills which initializer, in
which shape, and whether the graph wants it transposed. So the weights are on disk once, where
transformers and diffusers read them too. `training/onnx_graphs.py` writes both files.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.creation import LearnerError
from course_utils.models.hardware import usable_threads

__all__ = [
    "AGAIN",
    "DAMAGED",
    "FORMAT",
    "GraphFile",
    "OTHER_VERSION",
    "OnnxSession",
    "open_session",
    "read_graph_file",
    "return_freed_memory",
]

FORMAT = 1  # of the JSON file; a graph of another format is refused
AGAIN = "Run `python start.py` again to put them back."
DAMAGED = "The files of {what} are missing or damaged. {again}"
OTHER_VERSION = "The files of {what} are of versions that do not belong together. {again}"
NO_RUNTIME = "onnxruntime, which runs {what}, is not installed. Run `python start.py` again."


@dataclass(frozen=True)
class GraphFile:
    """A graph without weights, and what its JSON file says of it. `source` maps each initializer
    to (tensor of the weights file, order of its axes or None)."""

    path: Path
    sha256: str
    weights_sha256: str
    source: dict[str, tuple[str, tuple[int, ...] | None]]
    dtypes: dict[str, str]
    shapes: dict[str, tuple[int, ...]]


class OnnxSession:
    """An opened graph. Called with its inputs by name, it gives its outputs as a list."""

    def __init__(self, session) -> None:
        self._session = session
        self.inputs = [value.name for value in session.get_inputs()]
        self.outputs = [value.name for value in session.get_outputs()]

    def __call__(self, **inputs: np.ndarray) -> list[np.ndarray]:
        return self._session.run(None, inputs)


def read_graph_file(graph: Path, what: str = "this model", again: str = AGAIN) -> GraphFile:
    """What `NAME.json` beside `NAME.onnx` says.

    Raises:
        LearnerError: missing, damaged, or of another format.
    """
    try:
        about = json.loads(graph.with_suffix(".json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise LearnerError(OTHER_VERSION.format(what=what, again=again))
        initializers = about["initializers"].items()
        return GraphFile(
            graph,
            str(about["graph_sha256"]),
            str(about["weights_sha256"]),
            {name: (one["tensor"], _axes(one.get("permute"))) for name, one in initializers},
            {name: one["dtype"] for name, one in initializers},
            {name: tuple(one["shape"]) for name, one in initializers},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        if isinstance(problem, LearnerError):
            raise
        raise LearnerError(DAMAGED.format(what=what, again=again)) from problem


def _axes(permute: list[int] | None) -> tuple[int, ...] | None:
    return None if permute is None else tuple(permute)


def open_session(
    graph: Path,
    weights: Path,
    *,
    what: str = "this model",
    again: str = AGAIN,
    change: Callable[[str, np.ndarray], np.ndarray] | None = None,
    threads: int | None = None,
    check: bool = True,
    watch: str = "",
) -> OnnxSession:
    """Open a graph on the weights of a safetensors file.

    Args:
        graph: `NAME.onnx`; `NAME.json` lies beside it.
        weights: the safetensors file it was exported for.
        what: what to call the model in a sentence, such as "the picture model".
        again: the sentence that says how to get sound files.
        change: called with the name and values (32-bit floats, as stored) of each tensor, gives
            what is used instead; so a LoRA is merged. Files on disk stay as they are.
        threads: of the computation; `usable_threads()` if not given.
        check: compare the weights file's SHA-256 with the one the graph was exported for. Leave
            it out only for weights that were made in memory's sight, such as another training's.
        watch: a pattern of whole names; such values of the graph are given out too, after the
            graph's own outputs and in its order.

    Raises:
        LearnerError: a file is missing, cut short or damaged, graph and weights are of different
            versions, or onnxruntime is not installed.
    """
    about = read_graph_file(graph, what, again)
    program = _read(graph, about.sha256, what, again)
    if watch:
        program = _with_outputs(program, watch)
    if check and _file_sha256(weights, what, again) != about.weights_sha256:
        _refuse_weights(weights, what, again)
    runtime = _runtime(what)
    values: dict[str, object] = {}
    try:
        for name, value in _initializers(about, weights, change):
            values[name] = runtime.OrtValue.ortvalue_from_numpy(value)
    except Exception as problem:  # also what onnxruntime makes of values it does not know
        raise LearnerError(OTHER_VERSION.format(what=what, again=again)) from problem
    options = session_options(threads)
    options.add_external_initializers(list(values), list(values.values()))
    try:
        session = runtime.InferenceSession(program, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # onnxruntime raises classes of its own for each kind of damage
        raise LearnerError(DAMAGED.format(what=what, again=again)) from problem
    # the session holds what it needs; most of the weights it has arranged anew, so that the ones
    # given to it would only lie in memory a second time
    del options, values
    return_freed_memory()
    return OnnxSession(session)


def _with_outputs(program: bytes, pattern: str) -> bytes:
    """A graph that also gives out the values whose names fit a pattern.

    A message of Protocol Buffers that comes in two pieces is read as one, lists one after the other
    (its encoding guide, "Last One Wins"): so a piece with more outputs is put behind the graph.
    Field 7 of a model is its graph, field 12 of that an output, field 1 of that its name.
    """
    chosen = dict.fromkeys(re.findall(pattern.encode(), program))
    outputs = b"".join(_field(12, _field(1, name)) for name in chosen)
    return program + _field(7, outputs)


def _field(number: int, content: bytes) -> bytes:
    """A field of Protocol Buffers that holds bytes."""
    size, left = b"", len(content)
    while left > 0x7F:
        size, left = size + bytes([left & 0x7F | 0x80]), left >> 7
    return bytes([number << 3 | 2]) + size + bytes([left]) + content


def return_freed_memory() -> None:
    """Give the system back what loading took for a moment: glibc would keep it."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):  # another C library: it has ways of its own
        pass


def session_options(threads: int | None = None):
    """How sessions run: no more threads than are free, and none of them spins while it waits, so
    that two models, or a model and llama.cpp, do not take each other's cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or usable_threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # a broken file raises; nothing else is for a learner
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return options


def _runtime(what: str):
    try:
        import onnxruntime
    except ImportError as problem:
        raise LearnerError(NO_RUNTIME.format(what=what)) from problem
    return onnxruntime


def _initializers(
    about: GraphFile, weights: Path, change: Callable[[str, np.ndarray], np.ndarray] | None
) -> Iterator[tuple[str, np.ndarray]]:
    """Each initializer's values, one at a time, so that no second copy of all is in memory.

    Raises:
        KeyError: a tensor is missing or of another size: graph and weights do not belong together.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="np") as stored:
            there = set(stored.keys())
            for name, (tensor, axes) in about.source.items():
                if tensor not in there:
                    raise KeyError(tensor)
                value = stored.get_tensor(tensor)
                if change is not None:
                    value = change(tensor, value.astype(np.float32))
                value = value if axes is None else value.transpose(axes)
                value = np.ascontiguousarray(value, dtype=about.dtypes[name])
                yield name, value.reshape(about.shapes[name])
    except (SafetensorError, OSError, TypeError, ValueError) as problem:
        raise KeyError(str(weights)) from problem


def _read(path: Path, sha256: str, what: str, again: str) -> bytes:
    """A file's bytes, if they are those of this hash."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise LearnerError(DAMAGED.format(what=what, again=again)) from problem
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LearnerError(DAMAGED.format(what=what, again=again))
    return content


def _file_sha256(path: Path, what: str, again: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise LearnerError(DAMAGED.format(what=what, again=again)) from problem


def _refuse_weights(weights: Path, what: str, again: str) -> None:
    """Say what is wrong with weights of another hash: cut short or not a weights file, or sound
    but of another version.

    Raises:
        LearnerError: always.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="np"):
            pass
    except (SafetensorError, OSError) as problem:
        raise LearnerError(DAMAGED.format(what=what, again=again)) from problem
    raise LearnerError(OTHER_VERSION.format(what=what, again=again))
