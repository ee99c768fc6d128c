"""The pages of an Ogg file, the packets of Vorbis in them, and their comments.

Sources: Vorbis I, section 5; RFC 3533 (Ogg pages).
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache

__all__ = ["comments", "sound_print", "with_comments"]

COMMENTS = b"\x03vorbis"
PAGE = struct.Struct("<4sBBqIIIB")
MOST_SEGMENTS = 255
MOST_COMMENTS = 100
Page = tuple[int, int, int, bytes, bytes]  # flags, granule, serial, lengths of segments, body


def with_comments(data: bytes, added: list[tuple[str, str]]) -> bytes:
    """An OGG Vorbis file with these names and values as the first of its comments; other OGG files
    as they are.

    The pages that follow are numbered anew where the comments need another number of pages.
    """
    pages = pages_of(data)
    heads, used = header_packets(pages)
    if len(heads) < 2 or not heads[0].startswith(COMMENTS):
        return data
    said = [f"{name}={value}".encode() for name, value in added]
    vendor = 11 + struct.unpack_from("<I", heads[0], 7)[0]
    count = struct.unpack_from("<I", heads[0], vendor)[0]
    new = b"".join(struct.pack("<I", len(one)) + one for one in said)
    packet = heads[0][:vendor] + struct.pack("<I", count + len(said)) + new + heads[0][vendor + 4 :]
    rest = pages[1 + used :]
    whole = [pages[0], *paged([packet, heads[1]], pages[0][2]), *rest]
    return b"".join(written(page, number) for number, page in enumerate(whole))


def comments(data: bytes) -> dict[str, str]:
    """The comments of an OGG Vorbis file, their names in capitals; none where it is damaged."""
    heads, _ = header_packets(pages_of(data))
    if not heads or not heads[0].startswith(COMMENTS):
        return {}
    said: dict[str, str] = {}
    try:
        at = 11 + struct.unpack_from("<I", heads[0], 7)[0]
        count = struct.unpack_from("<I", heads[0], at)[0]
        at += 4
        for _ in range(min(count, MOST_COMMENTS)):
            length = struct.unpack_from("<I", heads[0], at)[0]
            name, _, value = heads[0][at + 4 : at + 4 + length].decode().partition("=")
            said[name.upper()] = value
            at += 4 + length
    except (struct.error, UnicodeDecodeError):
        return {}
    return said


def sound_print(data: bytes) -> str:
    """A fingerprint of the packets that sound, whatever the comments and the pages: 64 hexadecimal
    digits; "" where the file is no whole OGG Vorbis file.
    """
    pages = pages_of(data)
    heads, used = header_packets(pages)
    if len(heads) < 2:
        return ""
    total = hashlib.sha256(pages[0][4] + heads[1])
    for page in pages[1 + used :]:
        total.update(page[4])
    return total.hexdigest()


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
