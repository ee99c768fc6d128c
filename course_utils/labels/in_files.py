"""Labels in the bytes of files: one way for each format, all from one `Label`.

Pictures, pages to print and sounds take XMP where their format has a place for it (PNG, JPEG, SVG,
PDF, WAV, MP3); others their own named texts (OGG, MIDI, MusicXML, Markdown), web pages schema.org's
`digitalSourceType`.

Sources: XMP Specification Part 3 (storage in files); PDF 1.7, sections 7.5.6 and 14.3.2.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import struct
import zlib
from collections.abc import Callable

from course_utils.labels.label import MADE_BY_PERSON, SCHEME, Label
from course_utils.labels.ogg_mp3 import from_ogg, in_mp3, in_ogg
from course_utils.labels.xmp import clean, meta, packet, read_meta

__all__ = ["is_changed_pdf", "labelled", "read_label", "unlabelled"]

PNG_HEADER_END = 33  # signature and the chunk IHDR
JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
SVG_ID = "course-label"
IN_SVG = re.compile(
    rb'<metadata id="course-label">(<c2pa:manifest>[A-Za-z0-9+/=\s]*</c2pa:manifest>)?'
    rb"(<x:xmpmeta.*?</x:xmpmeta>)</metadata>",
    re.S,
)
PRINT = b"CoursePrint"  # of a PDF: the length and the sum of what stands before its label
TEXTS = {
    "source": "DigitalSourceType",
    "credit": "Credit",
    "by": "AIPromptWriterName",
    "system": "AISystemUsed",
    "version": "AISystemVersionUsed",
}
IN_MARKDOWN = re.compile(rb"(?:label_\w+: \"[^\n]*\"\n)+")
IN_PAGE = re.compile(
    rb'<meta name="digitalsourcetype" content="([^"<>]*)"><script type="application/ld\+json"'
    rb' id="course-label">(.*?)</script>',
    re.S,
)
IN_MUSICXML = re.compile(r'<miscellaneous-field name="iptc-(\w+)">([^<]*)</miscellaneous-field>\s*')


def labelled(data: bytes, suffix: str, label: Label) -> bytes:
    """A file's bytes with the label in them; as they are where they have one already, or where the
    format has no place for it.
    """
    write = WRITERS.get(suffix.lower())
    if write is None or read_label(data, suffix) is not None:
        return data
    return write(data, label)


def read_label(data: bytes, suffix: str) -> Label | None:
    """The label in a file's bytes; None where there is none, or it is damaged."""
    return READERS.get(suffix.lower(), read_meta)(data)


def unlabelled(data: bytes, suffix: str) -> bytes:
    """The bytes of a file without the label, in formats in which it stands among the content. Only
    what `labelled` writes is taken out, to the letter.
    """
    remove = REMOVERS.get(suffix.lower())
    return remove(data) if remove else data


def in_png(data: bytes, label: Label) -> bytes:
    body = b"iTXtXML:com.adobe.xmp" + b"\0" * 5 + packet(label)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:PNG_HEADER_END] + chunk + data[PNG_HEADER_END:]


def in_jpeg(data: bytes, label: Label) -> bytes:
    at = 2  # after the start, and after the segment APP0, which must be first
    if data[2:4] == b"\xff\xe0":
        at = 4 + int.from_bytes(data[4:6], "big")
    body = JPEG_XMP + packet(label)
    return data[:at] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[at:]


def in_webp(data: bytes, label: Label) -> bytes:
    """A WebP file with the packet as its last chunk, and the long head that has to name it."""
    if data[12:16] == b"VP8X":
        head = data[12:20] + bytes([data[20] | 4]) + data[21:30]
        rest = data[30:]
    elif data[12:16] in (b"VP8 ", b"VP8L"):
        if data[12:16] == b"VP8 ":
            across, down = (n & 0x3FFF for n in struct.unpack_from("<HH", data, 26))
            clear = 0
        else:
            bits = int.from_bytes(data[21:25], "little")
            across, down, clear = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bits >> 28 & 1
        sides = (across - 1).to_bytes(3, "little") + (down - 1).to_bytes(3, "little")
        head = b"VP8X" + struct.pack("<I", 10) + bytes([4 | clear << 4, 0, 0, 0]) + sides
        rest = data[12:]
    else:
        return data
    told = packet(label)
    body = b"WEBP" + head + rest + b"XMP " + struct.pack("<I", len(told)) + told
    body += b"\0" * (len(told) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def in_svg(data: bytes, label: Label) -> bytes:
    """A drawing with the packet behind its first tag. What stands before that (a declaration of
    UTF-8, a comment) goes: the program exiftool finds fields only where the drawing comes first.
    """
    start = re.search(rb"<svg\b[^>]*>", data)
    if not start:
        return data
    block = f'<metadata id="{SVG_ID}">{meta(label)}</metadata>'.encode()
    return start[0] + block + data[start.end() :]


def out_of_svg(data: bytes) -> bytes:
    """Without the label; credentials that were signed into its element get one of their own."""
    found = IN_SVG.search(data)
    label = read_meta(found[2]) if found else None
    if not found or label is None or meta(label).encode() != found[2]:
        return data
    signed = b"<metadata>" + found[1] + b"</metadata>" if found[1] else b""
    return data[: found.start()] + signed + data[found.end() :]


def in_pdf(data: bytes, label: Label) -> bytes:
    """An update after the file's end: the packet as a stream, and a catalogue that names it."""
    trailer = data[data.rfind(b"trailer") :]
    old = re.search(rb"startxref\s+(\d+)", trailer)
    root, size = (re.search(rb"/%b (\d+)" % name, trailer) for name in (b"Root", b"Size"))
    if not (old and root and size):
        return data
    found = re.findall(rb"\b%b 0 obj\s*<<(.*?)>>\s*endobj" % root[1], data, re.S)
    if not found or b"/Metadata" in found[-1]:
        return data
    number, told, base = int(size[1]), packet(label), data.rstrip(b"\n") + b"\n"
    held = b"/%b (%d %b)" % (PRINT, len(base), hashlib.sha256(base).hexdigest().encode())
    facts = b"/Type /Metadata /Subtype /XML %b /Length %d" % (held, len(told))
    stream = b"%d 0 obj\n<<%b>>\nstream\n%b\nendstream\nendobj\n" % (number, facts, told)
    entry = b"%b 0 obj\n<<%b\n/Metadata %d 0 R>>\nendobj\n" % (root[1], found[-1], number)
    first, second = len(base), len(base) + len(entry)
    kept = b"".join(b"\n" + one for one in re.findall(rb"/Info \d+ \d+ R|/ID ?\[.*?\]", trailer))
    end = b"xref\n%b 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (root[1], first, number, second)
    end += b"trailer\n<</Size %d\n/Root %b 0 R\n/Prev %b%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        number + 1,
        root[1],
        old[1],
        kept,
        second + len(stream),
    )
    return base + entry + stream + end


def is_changed_pdf(data: bytes) -> bool:
    """Whether a PDF was written anew or added to since its label came in; False without one."""
    found = re.findall(rb"/%b \((\d{1,9}) ([0-9a-f]{64})\)" % PRINT, data)
    if not found:
        return False
    size, kept = int(found[-1][0]), found[-1][1].decode()
    ends = data.count(b"%%EOF", size)
    return hashlib.sha256(data[:size]).hexdigest() != kept or ends != 1


def in_wav(data: bytes, label: Label) -> bytes:
    """A WAV file with the packet behind the sound, which simple players find where it was."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        at += 8 + size + size % 2
        if name == b"data":
            break
    told = packet(label)
    chunk = b"_PMX" + struct.pack("<I", len(told)) + told + b"\0" * (len(told) % 2)
    body = data[8:at] + chunk + data[at:]
    return data[:4] + struct.pack("<I", len(body)) + body


def in_midi(data: bytes, label: Label) -> bytes:
    at = data.find(b"MTrk")
    if at < 0:
        return data
    events = b""
    for field, name in TEXTS.items():
        text = f"{name}: {clean(getattr(label, field))}".encode()[:16_000]
        if getattr(label, field):
            events += b"\0\xff\x01" + length_in_midi(len(text)) + text
    size = struct.pack(">I", int.from_bytes(data[at + 4 : at + 8], "big") + len(events))
    return data[: at + 4] + size + events + data[at + 8 :]


def length_in_midi(size: int) -> bytes:
    return bytes([size >> 7 | 0x80, size & 0x7F]) if size > 0x7F else bytes([size])


def texts_in_midi(data: bytes) -> tuple[dict[str, str], int, int]:
    """The label's texts at the beginning of the first track, and the places where they stand."""
    start = data.find(b"MTrk") + 8
    said, at = {}, start
    names = {name: field for field, name in TEXTS.items()}
    while start >= 8 and data[at : at + 3] == b"\0\xff\x01" and at + 5 < len(data):
        long = data[at + 3] > 0x7F
        size = (data[at + 3] & 0x7F) << 7 | data[at + 4] if long else data[at + 3]
        begin = at + 4 + long
        name, _, text = data[begin : begin + size].decode("utf-8", "replace").partition(": ")
        if name not in names:
            break
        said[names[name]], at = text, begin + size
    return said, start, at


def from_midi(data: bytes) -> Label | None:
    said, _, _ = texts_in_midi(data)
    return from_texts(said)


def out_of_midi(data: bytes) -> bytes:
    said, start, end = texts_in_midi(data)
    if not said:
        return data
    size = int.from_bytes(data[start - 4 : start], "big") - (end - start)
    return data[: start - 4] + struct.pack(">I", max(size, 0)) + data[end:]


def in_musicxml(data: bytes, label: Label) -> bytes:
    fields = "".join(
        f'<miscellaneous-field name="iptc-{name}">'
        f"{html.escape(clean(getattr(label, field)), quote=False)}</miscellaneous-field>"
        for field, name in TEXTS.items()
        if getattr(label, field)
    )
    text = data.decode("utf-8")
    if "<miscellaneous>" in text:
        return text.replace("<miscellaneous>", f"<miscellaneous>{fields}", 1).encode()
    whole = f"<miscellaneous>{fields}</miscellaneous></identification>"
    return text.replace("</identification>", whole, 1).encode()


def from_musicxml(data: bytes) -> Label | None:
    names = {name: field for field, name in TEXTS.items()}
    found = IN_MUSICXML.findall(data.decode("utf-8", "replace"))
    said = {names[name]: html.unescape(text) for name, text in found if name in names}
    return from_texts(said)


def in_markdown(data: bytes, label: Label) -> bytes:
    if not data.startswith(b"---\n"):
        return data
    lines = "".join(
        f"label_{field}: {json.dumps(clean(getattr(label, field)), ensure_ascii=False)}\n"
        for field in TEXTS
        if getattr(label, field)
    )
    return b"---\n" + lines.encode() + data[4:]


def from_markdown(data: bytes) -> Label | None:
    found = IN_MARKDOWN.match(data, 4) if data.startswith(b"---\n") else None
    said = {}
    try:
        for line in (found[0] if found else b"").decode("utf-8").splitlines():
            name, _, text = line.removeprefix("label_").partition(": ")
            if name in TEXTS:
                said[name] = str(json.loads(text))
    except ValueError:
        return None
    return from_texts(said)


def out_of_markdown(data: bytes) -> bytes:
    found = IN_MARKDOWN.match(data, 4) if data.startswith(b"---\n") else None
    return data[:4] + data[found.end() :] if found else data


def page_block(label: Label) -> bytes:
    name = label.source.removeprefix(SCHEME)
    known = f"https://schema.org/{name[:1].upper()}{name[1:]}DigitalSource"
    work = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "digitalSourceType": label.source if label.source == MADE_BY_PERSON else known,
        "creditText": clean(label.credit),
        "creator": {"@type": "Person", "name": clean(label.by)},
        "isBasedOn": {
            "@type": "SoftwareApplication",
            "name": clean(label.system),
            "softwareVersion": clean(label.version),
        },
    }
    told = json.dumps(work, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<meta name="digitalsourcetype" content="{html.escape(label.source)}">'
        f'<script type="application/ld+json" id="course-label">{told}</script>'
    ).encode()


def in_page(data: bytes, label: Label) -> bytes:
    return data.replace(b"</head>", page_block(label) + b"</head>", 1)


def from_page(data: bytes) -> Label | None:
    found = IN_PAGE.search(data)
    if not found:
        return None
    try:
        work = json.loads(found[2])
        return Label(
            html.unescape(found[1].decode()),
            str(work["isBasedOn"]["name"]),
            str(work["isBasedOn"]["softwareVersion"]),
            str(work["creditText"]),
            str(work["creator"]["name"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def out_of_page(data: bytes) -> bytes:
    found, label = IN_PAGE.search(data), from_page(data)
    if not found or label is None or page_block(label) != found[0]:
        return data
    return data[: found.start()] + data[found.end() :]


def from_texts(said: dict[str, str]) -> Label | None:
    return Label(**{field: said.get(field, "") for field in TEXTS}) if said.get("source") else None


Writer = Callable[[bytes, Label], bytes]
WRITERS: dict[str, Writer] = {
    ".png": in_png,
    ".jpg": in_jpeg,
    ".webp": in_webp,
    ".svg": in_svg,
    ".pdf": in_pdf,
    ".wav": in_wav,
    ".ogg": in_ogg,
    ".mp3": in_mp3,
    ".mid": in_midi,
    ".musicxml": in_musicxml,
    ".md": in_markdown,
    ".html": in_page,
}
READERS: dict[str, Callable[[bytes], Label | None]] = {
    ".ogg": from_ogg,
    ".mid": from_midi,
    ".musicxml": from_musicxml,
    ".md": from_markdown,
    ".html": from_page,
}
REMOVERS: dict[str, Callable[[bytes], bytes]] = {
    ".svg": out_of_svg,
    ".mid": out_of_midi,
    ".md": out_of_markdown,
    ".html": out_of_page,
}
