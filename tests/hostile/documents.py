"""Hostile drawings, pages, recipes, saved work, models, templates, notes on origin, lists."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator

from tests.hostile import parts
from tests.hostile.parts import chunk, png, spoiled
from tests.safety.test_markup import DRAWINGS, PAGES, SVG

Case = tuple[str, str, bytes]  # kind, name, the file


def _layout_file(
    inside: str = "", objects: str | None = None, settings: dict | None = None
) -> bytes:
    """An SVG file with the record and the objects of a layout."""
    thing = {
        "role": "title",
        "box": {"x": 1, "y": 1, "w": 9, "h": 9},
        "lines": ["a"],
        "font": "Inter-700",
        "size": 9.0,
    }
    plain = json.dumps(
        {
            "format": "poster",
            "size": [1000, 1414],
            "ground": "#fff",
            "title": "a",
            "things": [thing],
        }
    )
    record = parts.record("layout", **(settings or {}))
    kept = f'<metadata id="course-record">{record.replace("&", "&amp;")}</metadata>'
    held = f'<metadata id="course-objects">{plain if objects is None else objects}</metadata>'
    begin = SVG.partition("{}")[0].replace("<svg ", '<svg viewBox="0 0 1000 1414" ')
    return f"{begin}{kept}<title>a</title>{held}{inside}</svg>".encode()


def drawings() -> Iterator[Case]:
    for name, inside in DRAWINGS.items():
        yield "drawing", name, SVG.format(inside).encode()
        yield "drawing", f"layout with {name}", _layout_file(inside)
    nest = "".join(
        f'<mask id="m{n}"><rect width="900" height="900" mask="url(#m{n + 1})"/></mask>'
        for n in range(60)
    )
    shapes = "".join('<rect width="900" height="900" mask="url(#m0)"/>' for _ in range(40))
    yield "drawing", "nested masks", _layout_file(f"<defs>{nest}</defs>{shapes}")
    for name in ("pattern", "symbol", "filter", "marker"):
        yield (
            "drawing",
            f"nested {name}",
            _layout_file(
                "".join(
                    f'<{name} id="p{n}"><rect fill="url(#p{n + 1})" width="9" height="9"/></{name}>'
                    for n in range(200)
                )
            ),
        )
    big = base64.b64encode(parts.flat_png(8192)).decode()
    yield (
        "drawing",
        "a picture of 8192 px inside",
        _layout_file(f'<image width="9" height="9" href="data:image/png;base64,{big}"/>'),
    )
    deep = "[" * 5000 + "]" * 5000
    for objects in (
        "{}",
        "[]",
        "null",
        "1",
        deep,
        "{" * 3000,
        '{"things": 5}',
        '{"format": "poster", "size": [0, 0], "ground": "", "title": "", "things": []}',
        '{"format": 1, "size": [1, 2], "ground": 1, "title": 1, "things": [{"role": 1, "box": '
        '{"x": "a", "y": 1, "w": 1, "h": 1}, "lines": []}]}',
        '{"format": "x", "size": [1e308, -1], "ground": "#fff", "title": "a", "things": [{"role": '
        '"title", "box": {"x": 1e308, "y": 1, "w": 0, "h": 0}, "lines": ["a"], "font": "../x"}]}',
    ):
        yield "drawing", f"objects {objects[:40]}", _layout_file("", objects)
    for name, data in spoiled(_layout_file("<rect/>"), 11, 4, 10, 3).items():
        yield "drawing", name, data


def pages() -> Iterator[Case]:
    record = parts.record("page")
    kept = f'<script type="application/json" id="course-record">{record}</script>'
    for name, inside in PAGES.items():
        yield "page", name, f"<!doctype html><html><body>{inside}{kept}</body></html>".encode()
    head = "<!doctype html><html><head><title>a</title></head><body><p>a</p>"
    whole = f"{head}{kept}</body></html>".encode()
    for name, data in spoiled(whole, 12, 4, 10, 3).items():
        yield "page", name, data


def recipes() -> Iterator[Case]:
    good = json.loads(parts.record())
    odd: list[object] = [
        None,
        1,
        [],
        "x",
        {},
        {"recipe": None},
        {"recipe": []},
        {**good, "id": "../../x"},
        {**good, "seconds": -1},
        {**good, "seconds": 1e400},
        {**good, "made": "never"},
        {**good, "edits": [{}] * 5000},
    ]
    for name, value in (
        ("kind", "exe"),
        ("kind", 1),
        ("seed", -1),
        ("seed", 2**64),
        ("seed", "1"),
        ("prompt", "x" * 5000),
        ("prompt", None),
        ("settings", {"a": {"b": 1}}),
        ("settings", {str(n): n for n in range(999)}),
        ("settings", {"a" * 999: 1}),
        ("settings", []),
        ("parent", "x"),
        ("parent", 5),
        ("schema_version", 99),
        ("schema_version", "1"),
        ("model", 5),
        ("model", "x" * 999),
        ("extra", 1),
    ):
        odd.append({**good, "recipe": {**good["recipe"], name: value}})
    for number, value in enumerate(odd):
        yield "recipe", f"value {number}", json.dumps(value).encode()
    texts = [
        "[" * 100_000,
        '{"a":' * 50_000,
        "{}" * 5000,
        '{"recipe": NaN}',
        '{"seconds": 1e999}',
        '"' + "\\u0000" * 9000,
        "1" * 50_000,
        "-" * 9000,
        '{"a": 1, "a": 2}',
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "[" + "{}," * 30_000 + "{}]",
        "1e" + "9" * 5000,
        "",
        "\0",
        "nul",
        "true",
    ]
    for number, text in enumerate(texts):
        yield "recipe", f"text {number}", text.encode()
    for name, data in spoiled(parts.record().encode(), 13, 4, 12, 3).items():
        yield "recipe", name, data


def bundles() -> Iterator[Case]:
    picture = {"2026-01-01_a.png": png(9, 9)}
    names = [
        "../x.png",
        "/etc/x.png",
        "a\\..\\x.png",
        "C:/x.png",
        "con.png",
        "a/../../x.png",
        "x.png.",
        "x.exe",
        "x" * 300 + ".png",
        "set_aside/x.png",
        "a\nb.png",
        "..",
        "a/b/c/d/e.png",
        "\u202egnp.x.png",
    ]
    for name in names:
        yield "saved work", f"name {name[:20]!r}", parts.bundle({name: b"x"})
    lies = [
        {"size": 10**12},
        {"size": -1},
        {"size": 1},
        {"sha256": "0" * 64},
        {"sha256": "x"},
        {"more": 1},
        {"path": 5},
    ]
    for lie in lies:
        yield "saved work", f"entry that claims {lie}", parts.bundle(picture, entry=lie)
    for lie in (
        {"version": 2},
        {"files": None},
        {"files": []},
        {"saved": "x"},
        {"files": [{}] * 9000},
        {"version": "1"},
    ):
        yield "saved work", f"list that claims {str(lie)[:30]}", parts.bundle(picture, whole=lie)
    yield (
        "saved work",
        "zip bomb",
        parts.bundle({"a.txt": bytes(59_000_000), "b.txt": bytes(59_000_000)}),
    )
    yield "saved work", "list of brackets", parts.zipped({"work.json": b"[" * 3_000_000})
    yield (
        "saved work",
        "list of empty objects",
        parts.zipped({"work.json": b"[" + b"{}," * 1_300_000 + b"{}]"}),
    )
    yield (
        "saved work",
        "10,000 files",
        parts.zipped({f"{number}.txt": b"" for number in range(10_000)}),
    )
    yield (
        "saved work",
        "deep settings",
        parts.bundle({"styles/a.json": b"[" * 90_000 + b"]" * 90_000}),
    )
    yield (
        "saved work",
        "empty objects inside",
        parts.bundle({"styles/a.json": b"[" + b"{}," * 19_000_000 + b"{}]"}),
    )
    for name, inside in list(PAGES.items())[:20]:
        yield "saved work", f"page with {name}", parts.bundle({"a.html": inside.encode()})
    for name, data in spoiled(parts.bundle(picture), 14, 5, 14, 4).items():
        yield "saved work", name, data


def models() -> Iterator[Case]:
    card = {
        "name": "blobby",
        "drawings": 3,
        "base": "x",
        "base_revision": "0" * 12,
        "rank": 4,
        "steps": 1,
        "seconds": 1.0,
        "made": "2026-01-01T00:00:00Z",
    }
    meta = {"__metadata__": {"course_own_model": json.dumps(card)}}
    tensor = {"dtype": "F16", "shape": [4, 8], "data_offsets": [0, 64]}
    whole = parts.safetensors({**meta, "a.lora_A.weight": tensor})
    for name, data in spoiled(whole, 15, 5, 14, 4).items():
        yield "own model", name, data
    shapes = [
        {"shape": [2**40, 2**40]},
        {"shape": [-1]},
        {"shape": [0]},
        {"shape": []},
        {"dtype": "F99"},
        {"dtype": "F64"},
        {"data_offsets": [64, 0]},
        {"data_offsets": [0, 2**60]},
        {"data_offsets": "x"},
        {"shape": None},
        {"shape": [1.5]},
    ]
    for change in shapes:
        yield (
            "own model",
            f"tensor with {change}",
            parts.safetensors({**meta, "a.lora_A.weight": {**tensor, **change}}),
        )
    for change in (
        {"name": "../x"},
        {"name": 5},
        {"drawings": 10**9},
        {"rank": -1},
        {"seconds": float("inf")},
        {"usual": {"a" * 99: "b"}},
        {"kind": "exe"},
        {"schema_version": 9},
        {"made": 1e99},
        {"more": 1},
    ):
        yield (
            "own model",
            f"card with {str(change)[:30]}",
            parts.safetensors(
                {"__metadata__": {"course_own_model": json.dumps({**card, **change})}}
            ),
        )
    for length in (0, 7, 2**63, 2**64 - 1, 10**9):
        yield "own model", f"header of {length}", parts.safetensors(meta, length=length)
    for text in (
        b"[" * 900_000,
        b"{}",
        b"[]",
        b"null",
        b'{"__metadata__": 5}',
        b'{"__metadata__": {"course_own_model": 5}}',
        b'{"__metadata__": {"course_own_model": "' + b"[" * 19_000 + b'"}}',
        b'{"a":{' + b'"b":{' * 200_000,
    ):
        yield "own model", f"header {len(text)} {text[:30]!r}", parts.safetensors(text)


def words_models() -> Iterator[Case]:
    text = struct.pack("<Q", 5) + b"llama"
    facts = [(b"general.architecture", 8, text), (b"general.alignment", 4, struct.pack("<I", 32))]
    tensor = struct.pack("<Q", 1) + b"a" + struct.pack("<IQQIQ", 2, 32, 2, 8, 0)
    for name, data in spoiled(parts.gguf(facts, [tensor]), 16, 5, 20, 4).items():
        yield "words model", name, data
    for lies in (
        {"many_tensors": 2**63},
        {"many_facts": 2**63},
        {"many_tensors": 99_999},
        {"many_facts": 99_999},
        {"version": 99},
    ):
        yield "words model", f"header that claims {lies}", parts.gguf(facts, [tensor], **lies)
    for number in (0, 1, -1 % 2**32, 3):
        yield (
            "words model",
            f"alignment {number}",
            parts.gguf([(b"general.alignment", 4, struct.pack("<I", number))], [tensor]),
        )
    yield (
        "words model",
        "alignment of words",
        parts.gguf([(b"general.alignment", 8, text)], [tensor]),
    )
    deep = (
        b"".join(struct.pack("<IQ", 9, 1) for _ in range(20_000)) + struct.pack("<IQ", 0, 1) + b"a"
    )
    yield "words model", "lists in lists", parts.gguf([(b"a", 9, deep)])
    yield (
        "words model",
        "a list of ten million",
        parts.gguf([(b"a", 9, struct.pack("<IQ", 10, 10_000_000))]),
    )
    yield (
        "words model",
        "lists of texts",
        parts.gguf([(b"a", 9, struct.pack("<IQ", 8, 9_000_000) + bytes(9_000_000))]),
    )
    yield "words model", "a text without end", parts.gguf([(b"a", 8, struct.pack("<Q", 2**62))])
    for sides, kind, start in ((2, 8, 2**62), (2, 99, 0), (4, 0, 0), (2**31, 0, 0), (0, 0, 0)):
        odd = (
            struct.pack("<Q", 1)
            + b"a"
            + struct.pack("<I", sides)
            + struct.pack("<Q", 2**31) * min(sides, 4)
            + struct.pack("<IQ", kind, start)
        )
        yield (
            "words model",
            f"tensor of {sides} sides, kind {kind}, at {start}",
            parts.gguf(facts, [odd]),
        )


def templates() -> Iterator[Case]:
    texts = [
        "a = " + "[" * 20_000,
        "a = 1\n" * 9999,
        "[a" + ".b" * 9000 + "]",
        "x = '" + "a" * 500_000 + "'",
        "= 1",
        "a = nan",
        "a = 99999999999999999999999",
        "a = 1979-99-99",
        "name = 5",
        "[[shots]]\n" * 9000,
        "length = 'x'",
        "length = -1",
        "temperature = 1e308",
        "ask = '{x}'",
        "ask = '{0.__class__}'",
        "ask = ''\nlength = 99999999999",
        "fields = {a = {b = {c = 1}}}",
        "\0",
        "\xff",
        "ask = 1\nlines = 'many'",
        "most_lines = 0",
        "stop = [1, [2, [3]]]",
        "",
    ]
    for number, text in enumerate(texts):
        yield "template", f"{number}: {text[:20]!r}", text.encode("latin-1")


def provenance() -> Iterator[Case]:
    for name, inside in (
        ("claim of noise", bytes(range(256)) * 40),
        ("boxes without end", b"\0\0\0\x10jumb" * 4000),
        ("huge box", b"\xff\xff\xff\xffjumb"),
        ("box of 0", bytes(4) + b"jumb" * 100),
    ):
        yield "credentials", name, png(9, 9, chunk(b"caBX", inside))
    address = b"http://127.0.0.1:9/far.c2pa"
    far = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="'
        + address
        + b'"/></rdf:RDF></x:xmpmeta>'
    )
    yield (
        "credentials",
        "far manifest",
        png(9, 9, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + far)),
    )
    for name, data in spoiled(
        png(9, 9, chunk(b"caBX", b"\0\0\0\x20jumb" + bytes(90))), 17, 3, 6, 2
    ).items():
        yield "credentials", name, data


def word_lists() -> Iterator[Case]:
    texts = [
        "stop = 5",
        "stop = ['a']",
        "more = 1",
        "stop = '" + "a," * 90_000 + "'",
        "stop = '" + "a" * 999 + "'",
        "stop = '...'",
        "stop = '*'",
        "= 1",
        "stop = '\0'",
        "[" * 9000,
        "topics_off = 5",
        "topics_off = ['a', 5]",
        "pass = '*, **, ~'",
        "x" * 300_000,
    ]
    for number, text in enumerate(texts):
        yield "word list", f"{number}: {text[:20]!r}", text.encode()
