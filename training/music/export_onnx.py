"""The note model as an ONNX graph with a key-value cache, for `course_utils/music/onnx_model.py`.

Run: python -m training.music.export_onnx [--model FOLDER] [--check N]

Writes FOLDER/onnx/notes.onnx and notes.json: the graph without weights, and which tensor of
model.safetensors fills which of its inputs, so that transformers goes on reading the same file.
The graph is written operator by operator after the architecture in config.json (a Llama: Touvron
et al. 2023, "LLaMA", section 2.2), because an automatic export holds fixed batch sizes and masks
this model has no need of. Then N rows of random tokens are read by transformers and by the graph,
at once and token by token over the cache, and the largest difference of the logits is printed.

Needs the `onnx` package, which the course itself does not.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_utils.models.embedded import FOLDER
from course_utils.models.onnx_session import open_session
from training.onnx_graphs import write_graph

OPSET, FILE_VERSION = 18, 9  # what onnxruntime has read since 1.14
LARGEST_DIFFERENCE = 1e-3  # of logits; those of the shipped model reach about 20


@dataclass
class Writer:
    """Nodes and constants of a graph that is being written."""

    weights: dict[str, np.ndarray]
    nodes: list = field(default_factory=list)
    constants: list = field(default_factory=list)

    def node(self, operator: str, *inputs: str, outputs: int = 1, **attributes):
        """Add a node; gives the name of its output, or a list of names."""
        from onnx import helper

        names = [f"{operator.lower()}_{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def rename(self, old: str, new: str) -> None:
        """Give the output of the last node a name of its own."""
        self.nodes[-1].output[list(self.nodes[-1].output).index(old)] = new

    def constant(self, value, kind=np.float32) -> str:
        """Add a small constant; gives its name."""
        return self._hold(f"constant_{len(self.constants)}", np.array(value, dtype=kind))

    def weight(self, name: str) -> str:
        """A tensor of the weights file, under its own name; added once."""
        if name not in {one.name for one in self.constants}:
            self._hold(name, self.weights[name].astype(np.float32))
        return name

    def _hold(self, name: str, value: np.ndarray) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(value, name))
        return name


def build(config: dict, weights: dict[str, np.ndarray]):
    """The model as an `onnx.ModelProto` with its weights inside.

    Inputs: input_ids (batch, length) int64 and for each layer N past.N.key and past.N.value
    (batch, heads, past, head_dim). Outputs: logits (batch, length, vocabulary) and present.N.key
    and present.N.value (batch, heads, past + length, head_dim). All but heads and head_dim may be
    of any size; `past` may be 0.

    Raises:
        ValueError: the architecture is another one.
    """
    from onnx import TensorProto, helper

    check_architecture(config)
    heads, size = config["num_attention_heads"], config["head_dim"]
    writer = Writer(weights)
    shared = read_inputs(writer, config)
    stream = shared["stream"]
    for number in range(config["num_hidden_layers"]):
        stream = attention(writer, config, number, stream, shared)
        stream = feed_forward(writer, config, number, stream)
    stream = normed(writer, stream, "model.norm.weight", config)
    logits = writer.node("Gemm", stream, writer.weight("model.embed_tokens.weight"), transB=1)
    shape = writer.node("Concat", shared["rows"], writer.constant([-1], np.int64), axis=0)
    logits = writer.node("Reshape", logits, shape)
    writer.rename(logits, "logits")
    cache = [
        [
            helper.make_tensor_value_info(
                f"{when}.{number}.{what}", TensorProto.FLOAT, ["batch", heads, time, size]
            )
            for number in range(config["num_hidden_layers"])
            for what in ("key", "value")
        ]
        for when, time in (("past", "past"), ("present", "past_and_length"))
    ]
    read = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])
    vocabulary = ["batch", "length", config["vocab_size"]]
    told = helper.make_tensor_value_info("logits", TensorProto.FLOAT, vocabulary)
    graph = helper.make_graph(
        writer.nodes, "notes", [read, *cache[0]], [told, *cache[1]], writer.constants
    )
    opset = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opset, ir_version=FILE_VERSION)


def check_architecture(config: dict) -> None:
    """Raises:
    ValueError: a part of the configuration is one this file does not write.
    """
    wanted = {
        "model_type": "llama",
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "num_key_value_heads": config.get("num_attention_heads"),
    }
    for name, value in wanted.items():
        if config.get(name) != value:
            raise ValueError(f"{name} is {config.get(name)!r}; only {value!r} is written here")
    if config["rope_parameters"]["rope_type"] != "default":
        raise ValueError("only plain rotary positions are written here")


def read_inputs(writer: Writer, config: dict) -> dict[str, str]:
    """What all layers share: the embedded tokens (batch * length, width), the rotation of each
    position (length, 1, head_dim), which positions each token may look at (length, past + length),
    and the sizes (batch, length) and (batch, length, heads, head_dim)."""
    heads, size = config["num_attention_heads"], config["head_dim"]
    zero, one = writer.constant(0, np.int64), writer.constant(1, np.int64)
    rows = writer.node("Shape", "input_ids")
    length = writer.node("Gather", rows, one)
    past = writer.node("Gather", writer.node("Shape", "past.0.key"), writer.constant(2, np.int64))
    whole = writer.node("Add", past, length)
    table = writer.weight("model.embed_tokens.weight")
    flat = writer.node("Reshape", "input_ids", writer.constant([-1], np.int64))
    stream = writer.node("Gather", table, flat)
    places = writer.node("Range", past, whole, one)
    theta = config["rope_parameters"]["rope_theta"]
    speeds = 1.0 / theta ** (np.arange(0, size, 2, dtype=np.float32) / np.float32(size))
    column = writer.node("Unsqueeze", places, writer.constant([1], np.int64))
    angles = writer.node("Mul", writer.node("Cast", column, to=1), writer.constant(speeds[None, :]))
    cosine, sine = writer.node("Cos", angles), writer.node("Sin", angles)
    middle = writer.constant([1], np.int64)
    cosine = writer.node("Concat", cosine, cosine, axis=1)
    sine = writer.node("Concat", writer.node("Neg", sine), sine, axis=1)
    seen = writer.node(
        "LessOrEqual",
        writer.node("Unsqueeze", writer.node("Range", zero, whole, one), zero_axis(writer)),
        column,
    )
    mask = writer.node("Where", seen, writer.constant(0.0), writer.constant(-np.inf))
    tail = writer.constant([heads, size], np.int64)
    return {
        "stream": stream,
        "rows": rows,
        "split": writer.node("Concat", rows, tail, axis=0),
        "cosine": writer.node("Unsqueeze", cosine, middle),
        "sine": writer.node("Unsqueeze", sine, middle),
        "mask": mask,
    }


def zero_axis(writer: Writer) -> str:
    return writer.constant([0], np.int64)


def normed(writer: Writer, stream: str, weight: str, config: dict) -> str:
    """RMSNorm over the width."""
    squares = writer.node("Pow", stream, writer.constant(2.0))
    axis = writer.constant([-1], np.int64)
    mean = writer.node("ReduceMean", squares, axis, keepdims=1)
    root = writer.node("Sqrt", writer.node("Add", mean, writer.constant(config["rms_norm_eps"])))
    return writer.node("Mul", writer.node("Div", stream, root), writer.weight(weight))


def attention(writer: Writer, config: dict, number: int, stream: str, shared: dict) -> str:
    """Causal attention over the cache and the new tokens, added to the stream."""
    place = f"model.layers.{number}.self_attn."
    size = config["head_dim"]
    inside = normed(writer, stream, f"model.layers.{number}.input_layernorm.weight", config)
    parts = {}
    for what in ("q", "k", "v"):
        rows = writer.node("Gemm", inside, writer.weight(f"{place}{what}_proj.weight"), transB=1)
        parts[what] = writer.node("Reshape", rows, shared["split"])
    for what in ("q", "k"):
        parts[what] = turned(writer, parts[what], size, shared)
    for what in parts:
        parts[what] = writer.node("Transpose", parts[what], perm=[0, 2, 1, 3])
    for what, name in (("k", "key"), ("v", "value")):
        joined = writer.node("Concat", f"past.{number}.{name}", parts[what], axis=2)
        writer.rename(joined, f"present.{number}.{name}")
        parts[what] = f"present.{number}.{name}"
    keys = writer.node("Transpose", parts["k"], perm=[0, 1, 3, 2])
    scale = writer.constant(1 / np.sqrt(size))
    scores = writer.node("Mul", writer.node("MatMul", parts["q"], keys), scale)
    odds = writer.node("Softmax", writer.node("Add", scores, shared["mask"]), axis=-1)
    heard = writer.node("Transpose", writer.node("MatMul", odds, parts["v"]), perm=[0, 2, 1, 3])
    width = config["num_attention_heads"] * size
    rows = writer.node("Reshape", heard, writer.constant([-1, width], np.int64))
    out = writer.node("Gemm", rows, writer.weight(f"{place}o_proj.weight"), transB=1)
    return writer.node("Add", stream, out)


def turned(writer: Writer, rows: str, size: int, shared: dict) -> str:
    """Rotary positions (Su et al. 2021): each pair of numbers turned by its position's angle.

    `rows` are (batch, length, heads, head_dim); the sine's first half has its sign changed.
    """
    halves = writer.constant([size // 2, size // 2], np.int64)
    first, second = writer.node("Split", rows, halves, outputs=2, axis=-1)
    crossed = writer.node("Concat", second, first, axis=-1)
    straight = writer.node("Mul", rows, shared["cosine"])
    return writer.node("Add", straight, writer.node("Mul", crossed, shared["sine"]))


def feed_forward(writer: Writer, config: dict, number: int, stream: str) -> str:
    """The gated layer (SwiGLU), added to the stream."""
    place = f"model.layers.{number}.mlp."
    norm = f"model.layers.{number}.post_attention_layernorm.weight"
    inside = normed(writer, stream, norm, config)
    gate = writer.node("Gemm", inside, writer.weight(f"{place}gate_proj.weight"), transB=1)
    gate = writer.node("Mul", gate, writer.node("Sigmoid", gate))
    up = writer.node("Gemm", inside, writer.weight(f"{place}up_proj.weight"), transB=1)
    both = writer.node("Mul", gate, up)
    out = writer.node("Gemm", both, writer.weight(f"{place}down_proj.weight"), transB=1)
    return writer.node("Add", stream, out)


def export(folder: Path) -> dict[str, int]:
    """Write FOLDER/onnx/notes.onnx and notes.json; gives what `write_graph` says of them."""
    from onnx import checker
    from safetensors.numpy import load_file

    weights = folder / "model.safetensors"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = build(config, load_file(weights))
    checker.check_model(model)
    return write_graph(model, weights, folder / "onnx" / "notes.onnx")


def largest_difference(folder: Path, rows: int, length: int = 96) -> float:
    """The largest difference between transformers' logits and the graph's, of random tokens read
    at once and token by token."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    ).eval()
    config = model.config
    numbers = np.random.default_rng(1).integers(0, config.vocab_size, (rows, length))
    with torch.inference_mode():
        wanted = model(input_ids=torch.from_numpy(numbers)).logits.numpy()
    session = open_session(folder / "onnx" / "notes.onnx", folder / "model.safetensors", threads=1)
    heads, size = config.num_attention_heads, config.head_dim
    empty = np.zeros((rows, heads, 0, size), np.float32)
    past = [name for name in session.inputs if name.startswith("past.")]
    at_once, *_ = session(input_ids=numbers, **{name: empty for name in past})
    cache, steps = [empty] * len(past), []
    for place in range(length):
        step, *cache = session(input_ids=numbers[:, place : place + 1], **dict(zip(past, cache)))
        steps.append(step)
    by_steps = np.concatenate(steps, axis=1)
    return float(max(np.abs(found - wanted).max() for found in (at_once, by_steps)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, default=FOLDER / "music")
    parser.add_argument("--check", type=int, default=4, help="rows of random tokens; 0 for none")
    options = parser.parse_args()
    print("written:", export(options.model))
    if options.check:
        apart = largest_difference(options.model, options.check)
        print(f"largest difference of a logit from transformers: {apart:.2g}")
        if apart > LARGEST_DIFFERENCE:
            raise SystemExit("That is too much: the graph does not compute what the model does.")


if __name__ == "__main__":
    main()
