"""A sound font of which only some presets are meant to be played: the recordings of the others are
not unpacked. A General MIDI font unpacked whole takes 0.3 GB of memory, six instruments a few MB.

Format: SoundFont 2.04 (Creative 1996), sections 6 and 7; in an .sf3 every recording is an Ogg file
of its own, and its header says where in the file it lies.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["Preset", "with_only"]

INSTRUMENT, SAMPLE = 41, 53  # generators that name an instrument, and a recording
SIZES = {b"phdr": 38, b"pbag": 4, b"pgen": 4, b"inst": 22, b"ibag": 4, b"igen": 4, b"shdr": 46}
DRUMS = 128  # the bank of drum kits
PLACE, TYPE = 20, 44  # in a recording's header: where it is in the file, and how it is written
PLAIN = 1  # a recording as bare numbers, which an empty one can be
Preset = tuple[int, int]  # bank and program


def with_only(font: bytes, presets: set[Preset]) -> bytes:
    """The font with the same presets, in which recordings that none of `presets` needs are empty:
    so they take no memory, and no time to be decoded.

    Raises:
        ValueError: it is no sound font.
    """
    try:
        tables = dict(_tables(font))
        needed = _recordings(font, tables, presets)
        needed |= {number + 1 for number in needed}  # a voice reads a little past its end
        start, count = tables[b"shdr"]
        headers = [start + 46 * number for number in range(count - 1)]  # the last one ends the list
        changed = bytearray(font)
        for number, header in enumerate(headers):
            if number not in needed:
                struct.pack_into("<4I", changed, header + PLACE, 0, 0, 0, 0)
                struct.pack_into("<H", changed, header + TYPE, PLAIN)
    except (KeyError, IndexError, struct.error) as problem:
        raise ValueError("no sound font") from problem
    return bytes(changed)


def _tables(font: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Where each table begins, and how many records it has."""
    if font[:4] != b"RIFF" or font[8:12] != b"sfbk":
        raise ValueError("no sound font")
    for name, start, size in _chunks(font, 12, len(font)):
        if name == b"LIST" and font[start : start + 4] == b"pdta":
            for table, first, length in _chunks(font, start + 4, start + size):
                if table in SIZES:
                    yield table, (first, length // SIZES[table])


def _chunks(font: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, beginning and size of each chunk."""
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", font, at)
        yield name, at + 8, size
        at += 8 + size + size % 2


def _recordings(
    font: bytes, tables: dict[bytes, tuple[int, int]], presets: set[Preset]
) -> set[int]:
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
