"""Labels in OGG (comments of Vorbis) and MP3 (ID3v2: XMP in a PRIV frame, and named texts).

Sources: Vorbis I, section 5; RFC 3533 (Ogg pages); ID3v2.3, section 4.
"""

from __future__ import annotations

import struct
from functools import lru_cache

from course_utils.labels.label import Label
from course_utils.labels.xmp import clean, packet

__all__ = ["from_ogg", "in_mp3", "in_ogg"]

COMMENTS = b"\x03vorbis"
NAMES = {
    "source": "DIGITALSOURCETYPE",
    "credit": "CREDIT",
    "by": "AIPROMPTWRITERNAME",
    "system": "AISYSTEMUSED",
    "version": "AISYSTEMVERSIONUSED",
}
PAGE = struct.Struct("<4sBBqIIIB")
MOST_SEGMENTS = 255
Page = tuple[int, int, int, bytes, bytes]  # flags, granule, serial, lengths of segments, body


def in_ogg(data: bytes, label: Label) -> bytes:
    """An OGG Vorbis file with the label as the first of its comments; other OGG files as they are.

    The pages that follow are numbered anew where the comments need another number of pages.
    """
    pages = pages_of(data)
    heads, used = header_packets(pages)
    if len(heads) < 2 or not heads[0].startswith(COMMENTS):
        return data
    said = [
        f"{name}={clean(getattr(label, field))}".encode()
        for field, name in NAMES.items()
        if getattr(label, field)
    ]
    vendor = 11 + struct.unpack_from("<I", heads[0], 7)[0]
    count = struct.unpack_from("<I", heads[0], vendor)[0]
    added = b"".join(struct.pack("<I", len(one)) + one for one in said)
    comments = (
        heads[0][:vendor] + struct.pack("<I", count + len(said)) + added + heads[0][vendor + 4 :]
    )
    rest = pages[1 + used :]
    new = [pages[0], *paged([comments, heads[1]], pages[0][2]), *rest]
    return b"".join(written(page, number) for number, page in enumerate(new))


def pages_of(data: bytes) -> list[Page]:
    """The pages of an Ogg file, as far as they are whole."""
    found, at = [], 0
    while data[at : at + 4] == b"OggS" and at + 27 <= len(data):
        _, _, flags, granule, serial, _, _, count = PAGE.unpack_from(data, at)
        lengths = data[at + 27 : at + 27 + count]
        start = at + 27 + count
        at = start + sum(lengths)
        if at > len(data):
            break
        found.append((flags, granule, serial, lengths, data[start:at]))
    return found


def header_packets(pages: list[Page]) -> tuple[list[bytes], int]:
    """The comments and the set-up, and how many pages after the first they fill."""
    found, part = [], b""
    for used, (_, _, _, lengths, body) in enumerate(pages[1:], 1):
        at = 0
        for length in lengths:
            part += body[at : at + length]
            at += length
            if length < 255:
                found.append(part)
                part = b""
        if len(found) >= 2:
            return found, used
    return [], 0


def paged(packets: list[bytes], serial: int) -> list[Page]:
    """Packets as pages of their own."""
    segments = []  # (bytes, whether a packet ends here)
    for one in packets:
        whole = [one[at : at + 255] for at in range(0, len(one), 255)]
        if len(one) % 255 == 0:
            whole.append(b"")
        segments += [(part, place == len(whole) - 1) for place, part in enumerate(whole)]
    found = []
    for at in range(0, len(segments), MOST_SEGMENTS):
        here = segments[at : at + MOST_SEGMENTS]
        goes_on = at > 0 and not segments[at - 1][1]
        granule = 0 if any(ends for _, ends in here) else -1
        lengths = bytes(len(part) for part, _ in here)
        found.append((int(goes_on), granule, serial, lengths, b"".join(part for part, _ in here)))
    return found


def written(page: Page, number: int) -> bytes:
    flags, granule, serial, lengths, body = page
    head = PAGE.pack(b"OggS", 0, flags, granule, serial, number, 0, len(lengths)) + lengths
    check = struct.pack("<I", checksum(head + body))
    return head[:22] + check + head[26:] + body


@lru_cache(maxsize=1)
def table() -> list[int]:
    found = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        found.append(value)
    return found


def checksum(data: bytes) -> int:
    """The check value of an Ogg page."""
    value, known = 0, table()
    for byte in data:
        value = (value << 8 & 0xFFFFFFFF) ^ known[value >> 24 ^ byte]
    return value


def from_ogg(data: bytes) -> Label | None:
    """The label in the comments of an OGG file."""
    heads, _ = header_packets(pages_of(data))
    if not heads or not heads[0].startswith(COMMENTS):
        return None
    said, at = {}, 11 + struct.unpack_from("<I", heads[0], 7)[0]
    try:
        count = struct.unpack_from("<I", heads[0], at)[0]
        at += 4
        for _ in range(min(count, 100)):
            length = struct.unpack_from("<I", heads[0], at)[0]
            name, _, value = heads[0][at + 4 : at + 4 + length].decode().partition("=")
            said[name.upper()] = value
            at += 4 + length
    except (struct.error, UnicodeDecodeError):
        return None
    fields = {field: said.get(name, "") for field, name in NAMES.items()}
    return Label(**fields) if fields["source"] else None


def in_mp3(data: bytes, label: Label) -> bytes:
    """An MP3 file with the label in its ID3v2 tag; one is put before it where it has none."""
    if data[:3] != b"ID3":
        head, body, audio = b"ID3\x03\x00\x00", b"", data
    elif (
        data[3] in (3, 4) and not data[5]
    ):  # without a longer head, which the writer here never makes
        size = unsafe(data[6:10])
        head, body, audio = data[:6], data[10 : 10 + size], data[10 + size :]
    else:
        return data
    frames = frame(b"PRIV", b"XMP\0" + packet(label), head[3])
    for field in ("source", "credit"):
        text = f"{NAMES[field]}\0{clean(getattr(label, field))}"
        frames += frame(b"TXXX", b"\x01" + utf16(text), head[3])
    body = frames + body
    return head + safe(len(body)) + body + audio


def utf16(text: str) -> bytes:
    """A name and a value, each with its byte-order mark, as ID3v2.3 wants them."""
    return b"\0\0".join(b"\xff\xfe" + part.encode("utf-16-le") for part in text.split("\0"))


def frame(name: bytes, body: bytes, version: int) -> bytes:
    size = safe(len(body)) if version == 4 else struct.pack(">I", len(body))
    return name + size + b"\0\0" + body


def safe(size: int) -> bytes:
    """A size in four bytes of seven bits."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def unsafe(size: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0)))
