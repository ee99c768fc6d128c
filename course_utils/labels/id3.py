"""The ID3v2 tag before the sound of an MP3 file: frames in and out, and the sound itself.

Source: ID3v2.3, section 4; the frame of Xing and LAME that tells players of a file's length.
"""

from __future__ import annotations

import hashlib
import struct

__all__ = ["sound_print", "texts", "with_frames"]

MOST_FRAMES, MOST_TAGS = 200, 10
CODINGS = {b"\0": "latin-1", b"\1": "utf-16", b"\2": "utf-16-be", b"\3": "utf-8"}


def with_frames(data: bytes, frames: list[tuple[bytes, bytes]]) -> bytes:
    """An MP3 file with more frames (names and bodies) in its tag; a tag is put before it where it
    has none. One with a longer head, which the writer here never makes, stays as it is.
    """
    if data[:3] != b"ID3":
        head, body, audio = b"ID3\x03\x00\x00", b"", data
    elif data[3] in (3, 4) and not data[5]:
        size = unsafe(data[6:10])
        head, body, audio = data[:6], data[10 : 10 + size], data[10 + size :]
    else:
        return data
    body = b"".join(frame(name, part, head[3]) for name, part in frames) + body
    return head + safe(len(body)) + body + audio


def named_text(name: str, value: str) -> tuple[bytes, bytes]:
    """A frame of one's own: a name and its value."""
    return b"TXXX", b"\x01" + utf16(f"{name}\0{value}")


def texts(data: bytes) -> dict[str, str]:
    """The values of the named texts (TXXX) of a tag without a longer head, by their names."""
    if data[:3] != b"ID3" or data[3] not in (3, 4) or data[5]:
        return {}
    found: dict[str, str] = {}
    at, end = 10, min(10 + unsafe(data[6:10]), len(data))
    for _ in range(MOST_FRAMES):
        if at + 10 > end or data[at] == 0:
            break
        size = data[at + 4 : at + 8]
        length = unsafe(size) if data[3] == 4 else struct.unpack(">I", size)[0]
        body = data[at + 10 : min(at + 10 + length, end)]
        coding = CODINGS.get(body[:1])
        if data[at : at + 4] == b"TXXX" and coding:
            name, _, value = body[1:].decode(coding, "replace").partition("\0")
            found[name] = value.lstrip("\ufeff").rstrip("\0")
        at += 10 + length
    return found


def sound_print(data: bytes) -> str:
    """A fingerprint of the frames that sound, whatever the tags before and after them and whatever
    the frame of Xing and LAME says: 64 hexadecimal digits.
    """
    start, end = 0, len(data)
    for _ in range(MOST_TAGS):
        if data[start : start + 3] != b"ID3" or start + 10 > end:
            break
        start += 10 + unsafe(data[start + 6 : start + 10])
    if data[-128:-125] == b"TAG":  # ID3v1
        end -= 128
    if data[max(0, end - 32) : end - 24] == b"APETAGEX":
        (size,) = struct.unpack_from("<I", data, end - 20)
        end -= 32 + size
    head = data[start : start + 200]
    if b"Xing" in head or b"Info" in head:
        after = data.find(head[:2], start + 4)  # the next frame begins as this one does
        start = max(start, after)
    return hashlib.sha256(data[start : max(start, end)]).hexdigest()


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
