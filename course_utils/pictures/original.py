"""The file of a small picture: large enough to print or share, with the picture as it was drawn
inside.

The model draws 48 pixels; on a wall or in a chat that is a stamp. So the file shows it enlarged,
and a text chunk holds the drawn PNG, from which the recipe can be checked to the last pixel. The
chunk names the digest of the pixels it belongs to: where an app changed them and kept the chunk,
the drawn picture is not taken for them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
import zlib
from collections.abc import Iterator

from course_utils.errors import BadRecipe

LEAST_SIDE = 512  # pixels of the longer side of a file
KEY = b"course_original"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_END = 33  # of a PNG: signature and the chunk IHDR
LARGEST_ORIGINAL = 1_000_000  # bytes of the drawn PNG


def with_original(file: bytes, original: bytes) -> bytes:
    """A PNG file with the PNG it was enlarged from in a text chunk behind its header."""
    note = {"pixels": digest_of(file), "png": base64.b64encode(original).decode("ascii")}
    # iTXt: keyword, flags (not compressed), language and translated keyword (none), text
    body = b"iTXt" + KEY + b"\0\0\0\0\0" + json.dumps(note).encode("ascii")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return file[:HEADER_END] + chunk + file[HEADER_END:]


def original_of(file: bytes) -> bytes | None:
    """The PNG inside such a file; None where there is none, or its pixels were changed since.

    Raises:
        BadRecipe: the note is damaged.
    """
    note = next((body for kind, body in chunks(file) if is_note(kind, body)), None)
    if note is None:
        return None
    try:
        said = json.loads(note.split(b"\0", 5)[5])
        original = base64.b64decode(said["png"], validate=True)
        if len(original) > LARGEST_ORIGINAL:
            raise ValueError("too large")
        return original if said["pixels"] == digest_of(file) else None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, binascii.Error) as problem:
        raise BadRecipe(
            "The notes inside this picture are damaged. Try the original file from your portfolio."
        ) from problem


def is_note(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(KEY + b"\0")


def digest_of(file: bytes) -> str:
    """SHA-256 of a PNG's header and packed pixels, whatever notes lie between them."""
    parts = (body for kind, body in chunks(file) if kind in (b"IHDR", b"PLTE", b"IDAT"))
    digest = hashlib.sha256()
    for body in parts:
        digest.update(body)
    return digest.hexdigest()


def chunks(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kinds and bodies of a PNG's chunks, as far as they are whole."""
    if not file.startswith(SIGNATURE):
        return
    place = len(SIGNATURE)
    while place + 12 <= len(file):
        length = int.from_bytes(file[place : place + 4], "big")
        end = place + 8 + length
        if end + 4 > len(file):
            return
        yield file[place + 4 : place + 8], file[place + 8 : end]
        place = end + 4
