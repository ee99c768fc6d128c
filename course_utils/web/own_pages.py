"""The browser studio answers its own page on its own address, and no other site's.

It asks for no code, so another site's page must not reach it: neither under a name of its own that
leads to this computer (DNS rebinding), nor by sending files and orders from elsewhere, nor in a
frame.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

__all__ = ["FRAMES", "FRAMES_ON_COLAB", "OwnPagesOnly"]

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
PUBLIC = ".gradio.live"  # names that a public link of Gradio has
READING = frozenset({"GET", "HEAD", "OPTIONS"})
FRAMES = "'self' http://127.0.0.1:* http://localhost:* vscode-webview:"  # notebooks on any port
FRAMES_ON_COLAB = "'self' https://*.googleusercontent.com https://colab.research.google.com"
NOT_HERE = (
    "This address does not lead to the studio. Open the one that the notebook or the window of the"
    " command shows, such as http://127.0.0.1:7860/."
)
ELSEWHERE = (
    "That came from another site's page, so nothing was done. Open the studio itself and try again."
)


class OwnPagesOnly:
    """An ASGI layer that turns others away.

    Args:
        proxied: whether a notebook service passes requests on: it has its own names and its own
            guard, and what a browser says of the page still counts.
        public: whether there is a public link.
    """

    def __init__(self, app: Any, proxied: bool = False, public: bool = False) -> None:
        self.app, self.proxied, self.public = app, proxied, public

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        sentence = self.refusal(
            "POST" if scope["type"] == "websocket" else scope["method"], dict(scope["headers"])
        )
        if not sentence:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        from starlette.responses import PlainTextResponse

        await PlainTextResponse(sentence, 403)(scope, receive, send)

    def refusal(self, method: str, headers: dict[bytes, bytes]) -> str:
        """Why a request is turned away; "" where it is not."""
        host = headers.get(b"host", b"").decode("latin-1")
        if not self.proxied and not self.is_ours(host):
            return NOT_HERE
        if method in READING:
            return ""
        site = headers.get(b"sec-fetch-site", b"").decode("latin-1")
        if site:
            return "" if site in ("same-origin", "none") else ELSEWHERE
        origin = headers.get(b"origin", b"").decode("latin-1")
        return "" if not origin or self.proxied or netloc(origin) == host.lower() else ELSEWHERE

    def is_ours(self, host: str) -> bool:
        """Whether a Host is this computer's own, or that of the public link."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in HERE or (self.public and name.endswith(PUBLIC))


def netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
