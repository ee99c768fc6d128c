"""Makes an exported ONNX graph smaller and quicker to open: whatever depends on shapes alone
becomes a constant, and what is not needed any more goes.

Needs the `onnx` package, which the course itself does not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

REWRITES_WEIGHTS = [
    "ConvMulFusion",
    "ConvAddFusion",
    "ConvBNFusion",
    "MatMul_BatchNormalization_Fusion",
]
IR_VERSION = 8
SHAPE_SINKS = {"Reshape": 1}  # operators that take -1 for one open length, and in which input


def simplified(model, feeds: list[dict[str, np.ndarray]]):
    """The same graph, with constants folded.

    Args:
        model: an `onnx.ModelProto` with its weights inside.
        feeds: inputs of at least two different batch sizes; what is the same for all of them and
            depends on shapes alone is taken for constant.

    Returns:
        An `onnx.ModelProto` that gives the same results; checked on `feeds` to the last bits.

    Raises:
        ValueError: the results differ by more than rounding.
    """
    plain = optimised(model)
    names = _known_from_shapes(plain)
    seen = [_run(plain, feed, names) if names else [] for feed in feeds]
    made = optimised(_with_constants(plain, names, seen))
    _for_old_runtimes(made)
    for feed in feeds:
        before, after = (_run(one, feed, []) for one in (model, made))
        worst = max(float(np.abs(old - new).max()) for old, new in zip(before, after, strict=True))
        if worst > 1e-4:
            raise ValueError(f"the simplified graph gives other results, up to {worst}")
    return made


def optimised(model):
    """What onnxruntime's basic rewriting leaves: no dead nodes, constants folded; still standard
    operators only, so that any version of the runtime reads it. Weights keep their values."""
    import onnx
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "graph.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(target)
        options.log_severity_level = 3
        onnxruntime.InferenceSession(
            model.SerializeToString(),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=REWRITES_WEIGHTS,
        )
        return onnx.load(target)


def _known_from_shapes(model) -> list[str]:
    """Names of values that follow from the shapes of others, and constants, alone."""
    fixed = {one.name for one in model.graph.initializer} | {""}
    found: list[str] = []
    for node in model.graph.node:  # in order of computation
        known = all(name in fixed or name in found for name in node.input)
        if node.op_type in ("Shape", "Size") or known and any(name in found for name in node.input):
            found += node.output
    return found


def _run(model, feed: dict[str, np.ndarray], more: list[str]) -> list[np.ndarray]:
    """Its outputs, or the named values in its middle."""
    import onnx
    import onnxruntime

    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(onnx.ValueInfoProto(name=name) for name in more)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    there = {one.name for one in session.get_inputs()}
    return session.run(more or None, {name: value for name, value in feed.items() if name in there})


def _with_constants(model, names: list[str], seen: list[list[np.ndarray]]):
    """Constants in place of the values that were the same in every run; an open length in a shape
    becomes -1 (0 where -1 is taken), if it is the only one and all that read it take that."""
    import onnx
    from onnx import numpy_helper

    made = onnx.ModelProto()
    made.CopyFrom(model)
    constants: dict[str, np.ndarray] = {}
    for name, values in zip(names, zip(*seen, strict=True), strict=True):
        if all(np.array_equal(value, values[0]) for value in values):
            constants[name] = values[0]
        elif _only_in_sinks(model, name):
            open_places = np.any([value != values[0] for value in values], axis=0)
            if open_places.sum() == 1:  # 0: as long as the same axis of what is reshaped
                constants[name] = np.where(open_places, 0 if -1 in values[0] else -1, values[0])
    _prune(made, set(constants))
    made.graph.initializer.extend(
        numpy_helper.from_array(np.ascontiguousarray(value), name)
        for name, value in constants.items()
    )
    return made


def _prune(model, constants: set[str]) -> None:
    """Take out the nodes that give these values, and all that only they needed."""
    needed = {one.name for one in model.graph.output}
    kept = []
    for node in reversed(model.graph.node):
        if set(node.output) & (needed - constants):
            needed.update(node.input)
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(kept))


def _only_in_sinks(model, name: str) -> bool:
    places = [
        SHAPE_SINKS.get(node.op_type) == place
        for node in model.graph.node
        for place, one in enumerate(node.input)
        if one == name
    ]
    return bool(places) and all(places)


def _for_old_runtimes(model) -> None:
    """Without versions of operator sets that no node uses, and in the file format of opset 17."""
    used = {node.domain for node in model.graph.node}
    kept = [one for one in model.opset_import if one.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    model.ir_version = IR_VERSION
