"""Hostile requests to the room's front door and the wall, as JSON that says what is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

Case = tuple[str, str, bytes]
ID = "0" * 12
FORM = "multipart/form-data; boundary=x"
ENDINGS = (".png", ".md", ".mid", ".wav", ".svg", ".html", ".exe", "", ".png\0.html", ".PNG/../a")
PATHS = (
    "/wall/../room.json",
    "/wall/%2e%2e/room.json",
    "/wall/..%2froom.json",
    "/wall/works/../../etc",
    "/v1/wall/works/..%2f..%2froom.json",
    "/v1/wall/works/%00",
    "/v1/wall/works/0000000000000",
    f"/v1/wall/works/{ID}/file",
    f"/v1/wall/works/{ID}/..%2f..%2fwall.sqlite3",
    "/v1/wall/works/' OR 1=1 --/file",
    "/v1/wall/works/*/see",
    "/files/a",
    "//etc/passwd",
    "/v1/wall/works?which=waiting",
    "/v1/wall/works?which=%27",
    "/v1/wall/works?which=" + "a" * 9000,
    "/wall?said=%3Cscript%3E",
    "/wall?said=" + "%00" * 50,
    "/v1/openapi.json%00",
    "/wall/wall.css%00",
    "/v1/wall/site.zip",
    "/wall/teacher",
    "/wall/project",
    "/v1/me",
    "/v1/room",
    "/docs",
    "/redoc",
    "/" + "a/" * 500,
    "/%ff%fe",
    "/wall/works/" + "f" * 12,
    "/\u202ewall",
    "/wall/slides.js/../../x",
)
HEADERS = (
    {"authorization": "Bearer " + "a" * 60_000},
    {"authorization": "Bearer \u00ff\u00fe"},
    {"authorization": "Basic cHVwaWw6"},
    {"authorization": "Bearer teacher.000000000000." + "0" * 40},
    {"cookie": "course_room=" + "x" * 8000},
    {"cookie": "course_room=; course_room=teacher"},
    {"cookie": '=;;;=;"' * 200},
    {"host": "evil.example"},
    {"host": ""},
    {"origin": "null"},
    {"x-forwarded-for": "127.0.0.1"},
    {"x-forwarded-prefix": "/../.."},
    {"range": "bytes=0-,0-,0-"},
    {"range": "bytes=" + "0-1," * 5000},
    {"range": "bytes=99999999999999999999-"},
    {"accept": "*/*;q=" + "9" * 5000},
    {"accept-encoding": "gzip;q=nan"},
    {"if-none-match": "*" * 9000},
    {"transfer-encoding": "chunked, identity"},
    {"content-encoding": "gzip"},
    {"expect": "100-continue"},
    {"content-length": "-1"},
    {"content-length": "99999999999999"},
    {"content-length": "1e3"},
    {"upgrade": "websocket", "connection": "upgrade"},
    {"x" * 5000: "a"},
)
BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"[" * 100_000,
    b'{"code":' * 20_000,
    b'{"code": 1e999}',
    b'{"code": "' + b"A" * 200_000 + b'"}',
    b'{"code": "\\ud800"}',
    b'{"code": "a", "code": "b"}',
    b'{"code": null}',
    b'{"code": {"$gt": ""}}',
    b'{"code": ["ABCD-2345"]}',
    b"\xff\xfe\0\0",
    b'{"why": "' + b"<script>" * 30 + b'"}',
    b'{"why": 5}',
    b'{"__proto__": {}}',
    b'"' * 5000,
    b'{"code": ' + b"9" * 5000 + b"}",
    b'{"code": true, "role": "teacher"}',
)
PLACES = ("/v1/join", "/v1/wall/works", f"/v1/wall/works/{ID}/report", "/wall/join")


def part(name: str, data: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data


def forms() -> Iterator[tuple[str, bytes]]:
    """Broken and overfull forms."""
    end = b"\r\n--x--\r\n"
    yield "no boundary in the body", b"hello"
    yield "no end", part("title", b"a")
    yield "no headers", b"--x\r\n\r\n\r\n--x--"
    yield "many fields", b"".join(part(f"f{number}", b"1\r\n") for number in range(2000)) + end
    yield (
        "many files",
        b"".join(part("file", b"1\r\n", '; filename="a.png"') for _ in range(99)) + end,
    )
    yield "long name", part("a" * 50_000, b"1") + end
    yield "long title", part("title", b"a" * 1_000_000) + end
    yield "no file", part("title", b"a") + end
    yield "title twice", part("title", b"a\r\n") + part("title", b"b") + end
    yield "a file as title", part("title", b"a", '; filename="a.png"') + end
    yield "odd signs in the name", part("fi\r\nle", b"a") + end
    yield "a null in the title", part("title", b"a\0b") + end
    yield "not UTF-8", part("title", b"\xff\xfe\xfd") + end
    yield "dashes alone", b"--" * 50_000
    yield "boundaries alone", b"--x\r\n" * 20_000
    for ending in ENDINGS:
        named = f'; filename="a{ending}"'
        yield (
            f"a file that ends in {ending!r}",
            (
                part("title", b"My work\r\n")
                + part("file", b"\x89PNG\r\n\x1a\n" + bytes(500), named)
                + end
            ),
        )


def request(name: str, method: str, path: str, body: bytes = b"", **headers: str) -> Case:
    told = {"method": method, "path": path, "headers": headers}
    return "request", name, json.dumps({**told, "body": base64.b64encode(body).decode()}).encode()


def requests() -> Iterator[Case]:
    """Paths, methods, headers, bodies and forms, with and without a pupil's key."""
    for path in PATHS:
        for method in ("GET", "POST", "DELETE"):
            yield request(f"{method} {path[:60]}", method, path)
    for method in ("PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "X" * 500):
        yield request(f"method {method[:10]}", method, "/wall")
    for number, headers in enumerate(HEADERS):
        yield request(f"headers {number}", "GET", "/v1/wall/works", b"", **headers)
        yield request(f"headers {number}, written", "POST", "/v1/join", b'{"code": "x"}', **headers)
    for place in PLACES:
        for number, body in enumerate(BODIES):
            kind = {"content-type": "application/json"}
            yield request(f"body {number} to {place}", "POST", place, body, **kind)
    for name, body in forms():
        for place in ("/v1/wall/works", "/wall/works", "/wall/join"):
            yield request(f"form {name} to {place}", "POST", place, body, **{"content-type": FORM})
