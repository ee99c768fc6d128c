"""A sound font of which only some presets are meant to be played: the recordings of the others are
left out. A General MIDI font unpacked whole takes 0.3 GB of memory, six instruments a few MB.

Format: SoundFont 2.04 (Creative 1996), sections 6 and 7; in an .sf3 every recording is an Ogg file
of its own, and its header says where in the file it lies.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

__all__ = ["Preset", "with_only"]

INSTRUMENT, SAMPLE = 41, 53  # generators that name an instrument, and a recording
SIZES = {b"phdr": 38, b"pbag": 4, b"pgen": 4, b"inst": 22, b"ibag": 4, b"igen": 4, b"shdr": 46}
DRUMS = 128  # the bank of drum kits
Font = bytes | mmap.mmap
Preset = tuple[int, int]  # bank and program


def with_only(font: Font, presets: set[Preset]) -> bytes:
    """A font with the same presets and only the recordings that some of `presets` need; the others
    are silent.

    Raises:
        ValueError: it is no sound font.
    """
    try:
        tables = dict(_tables(font))
        needed = _recordings(font, tables, presets)
        needed |= {number + 1 for number in needed}  # a voice reads a little past its end
        start, count = tables[b"shdr"]
        headers = bytearray(font[start : start + 46 * count])
        recordings = _moved_together(font, headers, needed)
    except (KeyError, IndexError, struct.error) as problem:
        raise ValueError("no sound font") from problem
    lists = b""
    for name, at, size in _lists(font):
        if name == b"sdta":
            lists += _chunk(b"LIST", name + _chunk(b"smpl", recordings))
        else:
            content = bytes(font[at : at + size])
            if name == b"pdta":
                content = content[: start - at] + headers + content[start - at + len(headers) :]
            lists += _chunk(b"LIST", content)
    return _chunk(b"RIFF", b"sfbk" + lists)


def _moved_together(font: Font, headers: bytearray, needed: set[int]) -> bytes:
    """The needed recordings one behind the other; `headers` then say where each lies."""
    (sounds,) = (at for name, at, _ in _lists(font) if name == b"sdta")
    (found,) = (one for one in _chunks(font, sounds + 4, len(font)) if one[0] == b"smpl")
    _, first, size = found
    recordings = bytearray()
    for header in range(0, len(headers) - 46, 46):  # the last one ends the list
        at, end = struct.unpack_from("<2I", headers, header + 20)
        if header // 46 not in needed:
            struct.pack_into("<4I", headers, header + 20, 0, 0, 0, 0)
            continue
        if not at <= end <= size:
            raise ValueError("a recording lies outside the font")
        begun = len(recordings)
        recordings += font[first + at : first + end]
        struct.pack_into("<2I", headers, header + 20, begun, len(recordings))
    return bytes(recordings) + bytes(len(recordings) % 2)  # even: not all readers skip a lone byte


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _lists(font: Font) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning and size of each list of chunks."""
    if font[:4] != b"RIFF" or font[8:12] != b"sfbk":
        raise ValueError("no sound font")
    for name, at, size in _chunks(font, 12, len(font)):
        if name == b"LIST":
            yield bytes(font[at : at + 4]), at, size


def _tables(font: Font) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Where each table begins, and how many records it has."""
    for name, at, size in _lists(font):
        if name == b"pdta":
            for table, first, length in _chunks(font, at + 4, at + size):
                if table in SIZES:
                    yield table, (first, length // SIZES[table])


def _chunks(font: Font, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and size of each chunk."""
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", font, at)
        yield name, at + 8, size
        at += 8 + size + size % 2


def _recordings(font: Font, tables: dict[bytes, tuple[int, int]], presets: set[Preset]) -> set[int]:
    """The numbers of the recordings that some presets need."""

    def field(table: bytes, number: int, offset: int, form: str = "<H") -> int:
        start, _ = tables[table]
        return struct.unpack_from(form, font, start + SIZES[table] * number + offset)[0]

    def named(bags: bytes, first: int, last: int, generators: bytes, kind: int) -> set[int]:
        begin, end = field(bags, first, 0), field(bags, last, 0)
        return {
            field(generators, number, 2)
            for number in range(begin, end)
            if field(generators, number, 0) == kind
        }

    instruments: set[int] = set()
    for number in range(tables[b"phdr"][1] - 1):
        if (field(b"phdr", number, 22), field(b"phdr", number, 20)) in presets:
            first, last = field(b"phdr", number, 24), field(b"phdr", number + 1, 24)
            instruments |= named(b"pbag", first, last, b"pgen", INSTRUMENT)
    found: set[int] = set()
    for number in instruments:
        first, last = field(b"inst", number, 20), field(b"inst", number + 1, 20)
        found |= named(b"ibag", first, last, b"igen", SAMPLE)
    return found
