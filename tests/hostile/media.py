"""Hostile pictures, sounds and tunes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from tests.hostile import parts
from tests.hostile.parts import END, NOTE, chunk, midi, png, sheet, spoiled, wav

Case = tuple[str, str, bytes]  # kind, name, the file


def pictures() -> Iterator[Case]:
    for seed, form in enumerate(("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")):
        for name, data in spoiled(parts.picture(form), seed).items():
            yield "picture", f"{form} {name}", data
    for width, height in (
        (0, 0),
        (1, 2**31 - 1),
        (2**31 - 1, 1),
        (65535, 65535),
        (8192, 8192),
        (2**32 - 1, 2**32 - 1),
    ):
        yield "picture", f"PNG of {width} x {height}", png(width, height)
    for side in (5000, 8192):
        yield "picture", f"flat PNG of {side} px", parts.flat_png(side)
    bomb = zlib.compress(bytes(50_000_000), 9)
    for name in (b"zTXt", b"iCCP"):
        yield "picture", f"{name.decode()} bomb", png(9, 9, chunk(name, b"a\0\0" + bomb))
    yield "picture", "iTXt bomb", png(9, 9, chunk(b"iTXt", b"course_record\0\1\0\0\0" + bomb))
    yield (
        "picture",
        "10,000 texts",
        png(9, 9, *[chunk(b"tEXt", b"k%d\0v" % number) for number in range(10_000)]),
    )
    yield (
        "picture",
        "record of brackets",
        png(9, 9, chunk(b"tEXt", b"course_record\0" + b"[" * 90_000)),
    )
    for depth, colour in ((16, 6), (1, 3), (3, 2), (255, 255)):
        yield "picture", f"depth {depth}, colour {colour}", png(99, 99, depth=depth, colour=colour)
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + bytes(6)
    yield (
        "picture",
        "GIF of 65535 px",
        gif + b",\0\0\0\0" + struct.pack("<HH", 65535, 65535) + b"\0\2\2D\1\0;",
    )
    for data in (
        b"",
        b"\0" * 9000,
        b"MZ" + bytes(900),
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"II*\0" + b"\xff" * 99,
        b"\xff\xd8\xff",
    ):
        yield "picture", f"no picture {data[:6]!r}", data


def sounds() -> Iterator[Case]:
    for seed, (form, coding) in enumerate(
        (
            ("WAV", "PCM_16"),
            ("FLAC", "PCM_16"),
            ("OGG", "VORBIS"),
            ("MP3", "MPEG_LAYER_III"),
            ("AIFF", "PCM_16"),
        )
    ):
        for name, data in spoiled(parts.sound(form, coding, 1), seed).items():
            yield "sound", f"{form} {name}", data
    lies = [
        {"channels": 0},
        {"channels": 65535},
        {"rate": 0},
        {"rate": 2**32 - 1},
        {"bits": 0},
        {"bits": 65535},
        {"data": 2**32 - 1},
        {"data": 0},
    ]
    for lie in [
        *lies,
        {"form": 0},
        {"form": 17},
        {"form": 65534},
        {"channels": 8, "data": 2**31},
        {"rate": 1},
        {"bits": 1},
    ]:
        yield "sound", f"WAV that claims {lie}", wav(**lie)
    yield "sound", "8 channels of FLAC, 590 s", parts.sound("FLAC", "PCM_16", 590, 8)
    yield "sound", "590 s of OGG", parts.sound("OGG", "VORBIS", 590)
    yield "sound", "3,000 s of FLAC", parts.sound("FLAC", "PCM_16", 3000, 1, 8000)
    nan = wav(form=3, bits=32)
    yield "sound", "numbers that are none", nan[:44] + struct.pack("<f", float("nan")) * 4000
    yield "sound", "chunks without end", b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\0\0\0\0" * 20_000
    yield "sound", "lists in lists", b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\xff\xff\0\0INFO" * 5000


def tunes() -> Iterator[Case]:
    whole = midi(b"\0\xff\x51\3\7\xa1\x20" + NOTE * 16 + END)
    for name, data in spoiled(whole, 1, 8, 24, 8).items():
        yield "midi", name, data
    odd = {
        "65535 tracks": midi(NOTE + END, claimed=65535),
        "no ticks": midi(NOTE + END, ticks=0),
        "SMPTE": midi(NOTE + END, ticks=0xE728),
        "form 9": midi(NOTE + END, form=9),
        "no end": midi(NOTE),
        "no tempo": midi(b"\0\xff\x51\3\0\0\0" + NOTE + END),
        "endless pause": midi(b"\xff\xff\xff\x7f\x90\x3c\x40" + NOTE + END),
        "long meta": midi(b"\0\xff\1\xff\xff\xff\x7fa" + END),
        "sysex": midi(b"\0\xf0\x7f" + b"a" * 99 + END),
        "no status": midi(b"\0\x3c\x40\0\x3d\x40" + END),
        "metre 0": midi(b"\0\xff\x58\4\0\0\0\0" + NOTE + END),
        "metre 2**255": midi(b"\0\xff\x58\4\4\xff\x18\x08" + NOTE + END),
        "key 127": midi(b"\0\xff\x59\2\x7f\1" + NOTE + END),
        "100,000 notes": midi(NOTE * 40_000 + END),
        "1,000 tracks": midi(*[NOTE + END] * 1000),
        "notes that never end": midi(b"\0\x90\x3c\x40" * 20_000 + END),
        "a record of brackets": midi(b"\0\xff\1\x83\xe8\0course_record:" + b"[" * 60_000 + END),
        "empty track": midi(b""),
    }
    yield from (("midi", name, data) for name, data in odd.items())


def sheets() -> Iterator[Case]:
    for name, data in spoiled(sheet(), 2, 6, 12, 4).items():
        yield "sheet", name, data
    entities = (
        "<!DOCTYPE a ["
        + '<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + "]>"
    )
    deep = "<a>" * 50_000 + "</a>" * 50_000
    note = "<note><rest/><duration>1</duration></note>"
    odd = {
        "laughs": sheet("&a11;", entities),
        "outside": sheet("&x;", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "parameters": sheet(
            before='<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>'
        ),
        "deep": sheet(deep),
        "20,000 rests": sheet(note * 20_000),
        "no divisions": sheet("<attributes><divisions>0</divisions></attributes>" + note),
        "huge divisions": sheet(
            "<attributes><divisions>999999999999</divisions></attributes>" + note
        ),
        "negative": sheet("<note><rest/><duration>-9</duration></note>"),
        "no number": sheet("<note><rest/><duration>nan</duration></note>"),
        "repeats": sheet('<barline><repeat direction="backward" times="99999999"/></barline>'),
        "metre 0": sheet(
            "<attributes><time><beats>0</beats><beat-type>0</beat-type></time></attributes>"
        ),
        "octave": sheet(
            "<note><pitch><step>C</step><octave>99999</octave></pitch><duration>1</duration></note>"
        ),
        "utf-16": sheet().decode().encode("utf-16"),
        "tempo": sheet('<direction><sound tempo="1e308"/></direction>' + note),
        "tempo 0": sheet('<direction><sound tempo="0"/></direction>' + note),
        "staves": sheet("<attributes><staves>100000</staves></attributes>" + note),
        "endings": sheet('<barline><ending number="1" type="start"/></barline>' * 3000),
        "backup": sheet("<backup><duration>99999999</duration></backup>" + note),
        "comment": sheet("<!--" + "-" * 100_000 + "-->"),
        "wide": sheet("<a " + " ".join(f"a{n}=''" for n in range(30_000)) + "/>"),
    }
    yield from (("sheet", name, data) for name, data in odd.items())
    big = {"a.musicxml": b"<score-partwise>" + bytes(60_000_000)}
    packs = {
        "zip bomb": parts.zipped(big),
        "many files": parts.zipped({f"{number}.xml": b"<a/>" for number in range(3000)}),
        "no sheet": parts.zipped({"a.txt": b"a"}),
        "root outside": parts.zipped(
            {"META-INF/container.xml": b'<container><rootfile full-path="../../a"/></container>'}
        ),
        "container of entities": parts.zipped(
            {"META-INF/container.xml": entities.encode() + b"<a>&a11;</a>", "a.xml": sheet()}
        ),
        "not a zip": b"PK\3\4" + bytes(500),
    }
    yield from (("sheet", name, data) for name, data in packs.items())
    for name, data in spoiled(parts.zipped({"a.musicxml": sheet()}), 5, 4, 10, 3).items():
        yield "sheet", f"mxl {name}", data


def abcs() -> Iterator[Case]:
    head = "X:1\nT:a\nM:4/4\nL:1/8\nK:C\n"
    odd = {
        "long": "CDEF" * 4900,
        "tuplets": "(9:1:9CDEFGABcd" * 900,
        "brackets": "[" * 9000,
        "repeats": "|:" * 5000 + "C" + ":|" * 5000,
        "lengths": "C99999999999",
        "fractions": "C/0 C1/0 C0/0",
        "chords": "[CEGc]" * 2500,
        "graces": "{" + "C" * 9000 + "}C",
        "ties": "C-" * 9000,
        "inline": "[K:" + "#" * 9000 + "]C",
        "decorations": "!trill!" * 2500 + "C",
        "quotes": '"' * 9000,
        "bars": "|" * 15_000,
        "octaves": "C" + "," * 15_000,
        "macros": "m: n = C\n" * 1500 + "n",
        "voices": "".join(f"V:{number}\nC\n" for number in range(1500)),
        "words": "w: " + "a-" * 9000,
        "percents": "%%" + "a" * 18_000,
        "escapes": "\\" * 15_000,
        "control": "\1\2\3C",
        "accents": "é" * 9000,
        "empty": "",
    }
    for name, body in odd.items():
        yield "abc", name, (head + body).encode()
    for key, value in (
        ("M", "0/0"),
        ("M", "99999/1"),
        ("L", "1/0"),
        ("L", "0"),
        ("Q", "1/4=0"),
        ("Q", "99999"),
        ("K", "H##"),
        ("K", ""),
        ("X", "-1"),
        ("P", "((((A)9)9)9)9"),
    ):
        yield "abc", f"{key}:{value}", f"X:1\n{key}:{value}\nK:C\nCDEF|".encode()
    for name, data in spoiled((head + "CDEF GABc|" * 8).encode(), 7, 4, 10, 3).items():
        yield "abc", name, data
