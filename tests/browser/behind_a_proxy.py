"""A small proxy on loopback that puts a path before every address and takes it off again,
as jupyter-server-proxy does for /proxy/PORT/.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


@contextlib.contextmanager
def proxied(target: str, prefix: str) -> Iterator[str]:
    """Pass requests under `prefix` on to `target`; gives the proxy's address.

    Everything outside the prefix is not found, as on a service with other people's pages.
    """
    import httpx
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse, StreamingResponse
    from starlette.routing import Route

    client = httpx.AsyncClient(base_url=target, timeout=None, trust_env=False)

    async def pass_on(request):
        if not request.url.path.startswith(f"{prefix}/"):
            return PlainTextResponse("not here", 404)
        path = request.url.path.removeprefix(prefix) + (
            f"?{request.url.query}" if request.url.query else ""
        )
        # the host stays, as there
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if name not in ("connection", "accept-encoding")
        ]
        answer = await client.send(
            client.build_request(
                request.method, path, headers=headers, content=await request.body()
            ),
            stream=True,
        )
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name not in ("transfer-encoding", "connection", "content-length")
        }
        return StreamingResponse(answer.aiter_raw(), answer.status_code, kept)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Starlette(
        routes=[
            Route(
                "/{path:path}", pass_on, methods=["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
            )
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
