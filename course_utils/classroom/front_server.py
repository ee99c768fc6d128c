"""The HTTP server's options that hold whoever connects: uvicorn by itself waits for ever for the
rest of a request's head, and believes anybody on this computer about who asks.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["front_options"]

HEAD_WITHIN = 15.0  # seconds for a request's head, from its first byte or the connection
MOST_FROM_ONE = 400  # open connections of one address, which may be a class behind a router
MOST_CONNECTIONS = 800  # in all; most systems let a program open 1,024 files


class PatientProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # chosen by uvicorn
    """A connection that is closed when a request's head comes too slowly, and refused where its
    address has too many.
    """

    by_address: Counter[str] = Counter()
    _late: asyncio.TimerHandle | None = None
    _counted = ""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self._counted = f"from {address}"
        self.by_address[self._counted] += 1
        if (
            self.by_address[self._counted] > (MOST_CONNECTIONS if is_proxied() else MOST_FROM_ONE)
            or self.by_address.total() > MOST_CONNECTIONS
        ):
            transport.abort()
        else:
            self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.by_address[self._counted] -= 1
        if self.by_address[self._counted] < 1:
            del self.by_address[self._counted]
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        """Set the clock while no request is being answered; once set it goes on."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()
        elif self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def is_proxied() -> bool:
    """Whether a proxy stands before it, whose address is in FORWARDED_ALLOW_IPS."""
    return bool(os.environ.get("FORWARDED_ALLOW_IPS"))


def front_options() -> dict[str, Any]:
    """Options of `uvicorn.run` and `uvicorn.Config` for whatever a class connects to.

    Who asks is read from X-Forwarded-For only where FORWARDED_ALLOW_IPS names the proxy that may
    say so.
    """
    return {
        "http": PatientProtocol,
        "proxy_headers": is_proxied(),
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
    }
