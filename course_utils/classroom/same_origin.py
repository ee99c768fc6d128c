"""Whether a request that changes something comes from a page of the room itself.

A browser sends the room's cookie by itself, also where another site's page makes it ask. Browsers
say whose page it was in Sec-Fetch-Site (Fetch Metadata, W3C) and Origin (RFC 6454), which a page
cannot change. Programs send their key in Authorization, which no other site's page knows.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from course_utils.classroom.keys import COOKIE

__all__ = ["ELSEWHERE", "is_from_elsewhere"]

ELSEWHERE = (
    "That came from another site's page, so nothing was done. Open the room itself and try again."
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def is_from_elsewhere(method: str, path: str, headers: dict[bytes, bytes]) -> bool:
    """Whether a page of another site asks for a change, or may do: one with the room's cookie must
    say where it comes from.

    Who joins needs the code, not the cookie: a program may do so with an old one.

    Args:
        headers: of an ASGI scope, names in small letters.
    """
    if method in READING or headers.get(b"authorization"):
        return False
    site = headers.get(b"sec-fetch-site")  # browsers leave it out where there is no TLS
    if site is not None:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    if origin is None:
        return COOKIE.encode() in headers.get(b"cookie", b"") and not path.endswith("/join")
    return not is_same(origin.decode("latin-1"), headers.get(b"host", b"").decode("latin-1"))


def is_same(origin: str, host: str) -> bool:
    """Whether an Origin names the host that was asked, a port left out being the usual one."""
    try:
        page, asked = urlsplit(origin), urlsplit(f"//{host}")
        usual = {"http": 80, "https": 443}[page.scheme]
        return bool(page.hostname) and (page.hostname, page.port or usual) == (
            asked.hostname,
            asked.port or usual,
        )
    except (KeyError, ValueError):
        return False
