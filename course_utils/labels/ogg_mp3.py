"""Labels in OGG (comments of Vorbis) and MP3 (ID3v2: XMP in a PRIV frame, and named texts)."""

from __future__ import annotations

from course_utils.labels import id3, ogg_pages
from course_utils.labels.label import Label
from course_utils.labels.xmp import clean, packet

__all__ = ["from_ogg", "in_mp3", "in_ogg"]

NAMES = {
    "source": "DIGITALSOURCETYPE",
    "credit": "CREDIT",
    "by": "AIPROMPTWRITERNAME",
    "system": "AISYSTEMUSED",
    "version": "AISYSTEMVERSIONUSED",
}


def in_ogg(data: bytes, label: Label) -> bytes:
    """An OGG Vorbis file with the label as the first of its comments; others as they are."""
    said = {name: clean(getattr(label, field)) for field, name in NAMES.items()}
    return ogg_pages.with_comments(data, [(name, value) for name, value in said.items() if value])


def from_ogg(data: bytes) -> Label | None:
    """The label in the comments of an OGG file."""
    said = ogg_pages.comments(data)
    fields = {field: said.get(name, "") for field, name in NAMES.items()}
    return Label(**fields) if fields["source"] else None


def in_mp3(data: bytes, label: Label) -> bytes:
    """An MP3 file with the label in its ID3v2 tag; one is put before it where it has none."""
    said = [
        id3.named_text(NAMES[field], clean(getattr(label, field))) for field in ("source", "credit")
    ]
    return id3.with_frames(data, [(b"PRIV", b"XMP\0" + packet(label)), *said])
