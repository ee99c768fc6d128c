"""Reading a language model's GGUF file (the format of llama.cpp),
and writing thin matrices to lay over it.

Source: the format's own description (ggml-org/ggml, docs/gguf.md) and the block layouts in
llama.cpp's ggml-common.h.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

from course_utils.creation import LearnerError

__all__ = ["Gguf", "lora_file"]

ALIGNED = 32  # bytes
# a value's type: its form for `struct`
PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TEXT, LIST = 8, 9
F32, F16, Q4_0, Q4_1, Q8_0 = 0, 1, 2, 3, 8
# numbers and bytes of a block
BLOCKS = {F32: (1, 4), F16: (1, 2), Q4_0: (32, 18), Q4_1: (32, 20), Q8_0: (32, 34)}
MOST = 10_000_000  # entries of a list, and bytes of a text
CUT = (
    "The words model {} could not be read; its file may be cut off. Run `python start.py` again to"
    " put it back."
)


@dataclass(frozen=True)
class Place:
    """Where a tensor stands: rows x columns, kind of numbers, first byte."""

    shape: tuple[int, ...]
    kind: int
    at: int


class Gguf:
    """An open GGUF file: `facts` (its metadata) and `tensor(name)`, in 32-bit floats."""

    def __init__(self, path: Path) -> None:
        """Raises:
        LearnerError: it is not such a file, or is cut off.
        """
        self._name = Path(path).name
        try:
            with Path(path).open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._at = 0
            if self._data[:4] != b"GGUF":
                raise ValueError("no GGUF")
            self._at = 4
            version, tensors, facts = self._read("<IQQ")
            if version not in (2, 3) or max(tensors, facts) > 100_000:
                raise ValueError("another version")
            self.facts = {self._text(): self._value(self._read("<I")[0]) for _ in range(facts)}
            found = {}
            for _ in range(tensors):
                name, (sides,) = self._text(), self._read("<I")
                if not 1 <= sides <= 4:
                    raise ValueError("a tensor of no shape")
                shape = self._read(f"<{sides}Q")
                kind, start = self._read("<IQ")
                found[name] = (tuple(reversed(shape)), kind, start)
            aligned = int(self.facts.get("general.alignment", ALIGNED))
            if not 1 <= aligned <= 4096:
                raise ValueError("another alignment")
            first = -(-self._at // aligned) * aligned
            self.places = {
                name: Place(shape, kind, first + start)
                for name, (shape, kind, start) in found.items()
            }
        except (
            OSError,
            ValueError,
            struct.error,
            ArithmeticError,
            LookupError,
            RecursionError,
        ) as problem:
            raise LearnerError(CUT.format(Path(path).name)) from problem

    def tensor(self, name: str, rows: slice | None = None):
        """A tensor as a numpy array of 32-bit floats; of a matrix only some rows, if wanted.

        Raises:
            LearnerError: there is none, or its numbers are of a kind not read here.
        """
        import numpy as np

        place = self.places.get(name)
        if place is None or place.kind not in BLOCKS:
            raise LearnerError(
                "This words model is of a kind that cannot be taught here. Use the course's own."
            )
        shape = place.shape
        many, size = BLOCKS[place.kind]
        across = shape[-1] // many * size  # bytes of a row
        start, stop = (0, math.prod(shape[:-1])) if rows is None else (rows.start, rows.stop)
        if shape[-1] % many or place.at + stop * across > len(self._data) or across < 1:
            raise LearnerError(CUT.format(self._name))
        raw = np.frombuffer(
            self._data, np.uint8, (stop - start) * across, place.at + start * across
        )
        return unpacked(raw.reshape(-1, size), place.kind).reshape(
            (*shape[:-1], shape[-1]) if rows is None else (stop - start, shape[-1])
        )

    def _read(self, form: str) -> tuple:
        size = struct.calcsize(form)
        found = struct.unpack(form, self._data[self._at : self._at + size])
        self._at += size
        return found

    def _text(self) -> str:
        (size,) = self._read("<Q")
        if size > MOST:
            raise ValueError("a text without end")
        found = self._data[self._at : self._at + size].decode("utf-8", "replace")
        self._at += size
        return found

    def _value(self, kind: int):
        if kind == TEXT:
            return self._text()
        if kind == LIST:
            inner, size = self._read("<IQ")
            if size > MOST:
                raise ValueError("a list without end")
            return (
                list(self._read(f"<{size}{PLAIN[inner]}"))
                if inner in PLAIN
                else [self._value(inner) for _ in range(size)]
            )
        if kind not in PLAIN:
            raise ValueError("an unknown kind of value")
        return self._read(f"<{PLAIN[kind]}")[0]


def unpacked(blocks, kind: int):
    """The numbers of blocks (blocks, bytes) as 32-bit floats."""
    import numpy as np

    def halves(part):
        return np.ascontiguousarray(part).view(np.float16).astype(np.float32)

    if kind == F32:
        return blocks.copy().view(np.float32)
    if kind == F16:
        return halves(blocks)
    if kind == Q8_0:
        return halves(blocks[:, :2]) * blocks[:, 2:].view(np.int8).astype(np.float32)
    head = 2 if kind == Q4_0 else 4
    fours = np.empty((len(blocks), 32), np.float32)
    fours[:, :16], fours[:, 16:] = blocks[:, head:] & 15, blocks[:, head:] >> 4
    if kind == Q4_0:
        fours -= 8
    fours *= halves(blocks[:, :2])
    if kind == Q4_1:
        fours += halves(blocks[:, 2:4])
    return fours


def lora_file(matrices: dict, alpha: float, model: str = "llama") -> bytes:
    """The bytes of a file that llama.cpp lays over a model: for each layer's name two matrices,
    "NAME.lora_a" (rank, in) and "NAME.lora_b" (out, rank).

    What is added to a weight is `alpha` / rank times b @ a.
    """
    import numpy as np

    def text(words: str) -> bytes:
        data = words.encode()
        return struct.pack("<Q", len(data)) + data

    facts = [
        (name, TEXT, text(value))
        for name, value in (
            ("general.type", "adapter"),
            ("general.architecture", model),
            ("adapter.type", "lora"),
        )
    ]
    facts.append(("adapter.lora.alpha", 6, struct.pack("<f", alpha)))
    head = (
        b"GGUF"
        + struct.pack("<IQQ", 3, len(matrices), len(facts))
        + b"".join(text(name) + struct.pack("<I", kind) + value for name, kind, value in facts)
    )
    body, infos = b"", b""
    for name, values in matrices.items():
        data = np.ascontiguousarray(values, np.float32).tobytes()
        infos += (
            text(name)
            + struct.pack("<I", values.ndim)
            + struct.pack(f"<{values.ndim}Q", *reversed(values.shape))
            + struct.pack("<IQ", F32, len(body))
        )
        body += data + b"\0" * (-len(data) % ALIGNED)
    head += infos
    return head + b"\0" * (-len(head) % ALIGNED) + body
