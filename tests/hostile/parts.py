"""Sound files of each kind, which the hostile ones are made from, and ways to spoil bytes."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from functools import cache

import numpy as np


def spoiled(
    data: bytes, seed: int, cuts: int = 6, flips: int = 8, swaps: int = 4
) -> dict[str, bytes]:
    """A file cut off, with flipped bytes and with swapped pieces, each under a name."""
    rng, found = random.Random(seed), {}
    for number in range(cuts):
        found[f"cut {number}"] = data[: max(1, len(data) * number // cuts + number)]
    for number in range(flips):
        some = bytearray(data)
        for _ in range(1 + number * 3):
            some[rng.randrange(len(some))] = rng.randrange(256)
        found[f"flip {number}"] = bytes(some)
    for number in range(swaps):
        one, other = sorted(rng.sample(range(len(data)), 2))
        found[f"swap {number}"] = data[other:] + data[one:other] + data[:one]
    found["zeros"] = data[: len(data) // 3] + bytes(len(data) // 2)
    found["twice"] = data + data
    return found


def picture(form: str, width: int = 40, height: int = 30, **options) -> bytes:
    from PIL import Image

    rng = np.random.default_rng(3)
    some = Image.fromarray(rng.integers(0, 255, (height, width, 3), np.uint8), "RGB")
    out = io.BytesIO()
    some.save(out, form, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, *more: bytes, data: bytes = b"", depth: int = 8, colour: int = 2
) -> bytes:
    """A PNG that claims a size, whatever its data are."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", data or zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + body + chunk(b"IEND", b"")


@cache
def flat_png(side: int) -> bytes:
    """A whole picture in one colour, very small for its pixels."""
    squeeze = zlib.compressobj(9)
    row = b"\0" + bytes(3 * side)
    data = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    return png(side, side, data=data)


def wav(**claims: int) -> bytes:
    """A WAV file of half a second; its header says of it what `claims` says."""
    tone = (np.sin(np.arange(8000) / 9) * 9000).astype("<i2").tobytes()
    honest = {"channels": 1, "rate": 16000, "bits": 16, "form": 1, "data": len(tone)}
    claim = honest | claims
    across = claim["channels"] * claim["bits"] // 8
    speed = (claim["rate"] * across) % 2**32
    shape = (claim["form"], claim["channels"], claim["rate"], speed)
    head = struct.pack("<HHIIHH", *shape, across % 65536, claim["bits"])
    body = (
        b"WAVEfmt "
        + struct.pack("<I", len(head))
        + head
        + b"data"
        + struct.pack("<I", claim["data"])
        + tone
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def sound(
    form: str, coding: str | None, seconds: float, channels: int = 1, rate: int = 44100
) -> bytes:
    import soundfile

    out = io.BytesIO()
    silence = np.zeros(
        (int(rate * min(1, seconds)), channels), "int16" if coding == "PCM_16" else "float32"
    )
    with soundfile.SoundFile(out, "w", rate, channels, format=form, subtype=coding) as file:
        for _ in range(max(1, int(seconds))):
            file.write(silence)
    return out.getvalue()


def midi(*tracks: bytes, form: int = 1, claimed: int | None = None, ticks: int = 480) -> bytes:
    """A MIDI file of some tracks."""
    head = struct.pack(">HHH", form, len(tracks) if claimed is None else claimed, ticks)
    parts = b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)
    return b"MThd" + struct.pack(">I", 6) + head + parts


BAR = (
    "<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time>"
    "</attributes><note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration>"
    "<type>whole</type></note>"
)
NOTE = b"\0\x90\x3c\x40\x83\x60\x80\x3c\x40"
END = b"\0\xff\x2f\0"


def sheet(inside: str = "", before: str = "", tail: str = "") -> bytes:
    """A MusicXML file."""
    return (
        f'<?xml version="1.0"?>{before}<score-partwise><part-list><score-part id="P1">'
        f'<part-name>a</part-name></score-part></part-list><part id="P1"><measure number="1">'
        f"{BAR}{inside}</measure></part>{tail}</score-partwise>"
    ).encode()


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return out.getvalue()


def bundle(files: dict[str, bytes], **changes) -> bytes:
    """A saved portfolio as `save_work` writes it, its list possibly lying."""
    import hashlib

    listed = [
        {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        | changes.get("entry", {})
        for name, data in files.items()
    ]
    whole = {"version": 1, "saved": "2026-01-01T00:00:00Z", "files": listed} | changes.get(
        "whole", {}
    )
    return zipped({**files, "work.json": json.dumps(whole).encode()})


@cache
def record(kind: str = "image", **settings) -> str:
    from course_utils.creation import Creation, Recipe

    return Creation(
        recipe=Recipe(kind=kind, prompt="a red heart", model="m", settings=settings), content=b""
    ).record()


def safetensors(header: object, data: bytes = bytes(64), length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def gguf(
    facts: list[tuple[bytes, int, bytes]] = (), tensors: list[bytes] = (), **claims: int
) -> bytes:
    """A GGUF file: facts as (name, type, bytes); `claims`: version, many_tensors, many_facts."""

    def text(value: bytes) -> bytes:
        return struct.pack("<Q", len(value)) + value

    counts = (claims.get("many_tensors", len(tensors)), claims.get("many_facts", len(facts)))
    head = struct.pack("<IQQ", claims.get("version", 3), *counts)
    body = b"".join(text(name) + struct.pack("<I", kind) + value for name, kind, value in facts)
    return b"GGUF" + head + body + b"".join(tensors) + bytes(256)
