"""Limits for an address and for the whole room, beside those of each key: keys are free to whoever
knows the code, so one person could have many.

An address may be a whole class behind one router, so what it may do is what a class does. Addresses
are kept in memory only, and none is written down or shown.
"""

from __future__ import annotations

import ipaddress

from starlette.requests import Request

from course_utils.classroom.keys import RateLimit, refused

__all__ = ["Crowd", "TOO_MANY", "WAITING_TOGETHER", "address_of"]

ROOM = "the room"  # the holder of what all share
MANY = {  # what: (a minute, at once) of one address, and of the whole room
    "joins": ((30, 110), (120, 400)),
    "works": ((5, 120), (60, 600)),
    "requests": ((3600, 1200), (24_000, 8000)),
}
WAITING_TOGETHER = 120  # orders of one kind that wait for one address
TOO_MANY = "That was very much from one place. Wait {} seconds, then try again."


class Crowd:
    """The limits of one room."""

    def __init__(self) -> None:
        self.limits = {
            what: (RateLimit(*one), RateLimit(*whole)) for what, (one, whole) in MANY.items()
        }

    def wait(self, what: str, address: str) -> float:
        """Take one; 0 when there was one, else in how many seconds there is."""
        one, whole = self.limits[what]
        return one.wait(address) or whole.wait(ROOM)

    def check(self, what: str, request: Request) -> None:
        """One more from where a request comes.

        Raises:
            HTTPException: 429, too many came.
        """
        seconds = self.wait(what, address_of(request))
        if seconds:
            raise refused(429, TOO_MANY.format(max(1, round(seconds))), seconds)


def address_of(request: Request) -> str:
    """Whose limit counts: an IPv4 address, or the network (64 bits) of an IPv6 address, of which
    one computer may take as many as it likes.
    """
    told = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(told.split("%")[0])
    except ValueError:
        return told
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
