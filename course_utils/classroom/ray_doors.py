"""Where a replica of the room's form for clusters listens: at its own machine's address in Ray's
network (a pod's, or the loopback on one machine), and nowhere else.

Ray hands work to a replica as pickles, by a gRPC server that it opens at every address of the
machine (ray/serve/_private/replica.py of Ray 2.60). `keep_doors` has gRPC open it at the one
address that the other replicas call; `Doors.check` looks at what the process really listens on.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable

import psutil

__all__ = ["Doors", "OpenDoor", "hold", "is_loopback", "keep_doors"]

OPENINGS = ("add_insecure_port", "add_secure_port")  # of `grpc.aio.Server`, whose classes have them


class OpenDoor(RuntimeError):
    """A replica listens where nobody told it to."""


class Doors:
    """What this process may listen on."""

    def __init__(self, address: str) -> None:
        """
        Args:
            address: this machine's, in Ray's network. Where it is not the loopback, Ray's own core
                has opened its ports everywhere before any code of the room runs; those, and no
                others, are left as they are.
        """
        self.address = address
        self.before = set() if is_loopback(address) else set(listening())

    def check(self) -> None:
        """
        Raises:
            OpenDoor: this process listens elsewhere.
        """
        elsewhere = [
            f"{address} port {port}"
            for address, port in listening()
            if (address, port) not in self.before
            and address != self.address
            and not is_loopback(address)
        ]
        if elsewhere:
            raise OpenDoor(
                f"A replica of the room listens on {', '.join(elsewhere)}, not on {self.address}"
                " alone. This version of Ray opens its doors in another way; use Ray 2.60."
            )


def keep_doors() -> Doors:
    """`hold` with this machine's address in Ray's network. To be called in a replica before Ray
    opens its door, which it does once the replica's own object is made.
    """
    import ray

    return hold(ray.util.get_node_ip_address())


def hold(address: str) -> Doors:
    """Have every asynchronous gRPC server of this process that would listen on all addresses listen
    on one.
    """
    import grpc

    doors = Doors(address)
    for server in grpc.aio.Server.__subclasses__():
        for name in OPENINGS:
            opening = getattr(server, name)
            setattr(server, name, at(address, getattr(opening, "__wrapped__", opening)))
    return doors


def at(own: str, opening: Callable) -> Callable:
    """A way to open a gRPC server's port that takes a machine's own address for all of them."""

    @functools.wraps(opening)
    def opened(server, address: str, *more):
        return opening(server, narrowed(address, own), *more)

    return opened


def narrowed(address: str, own: str) -> str:
    """`host:port` with the machine's own address where the host means all of them."""
    host, _, port = address.rpartition(":")
    if not is_everywhere(host):
        return address
    return f"[{own}]:{port}" if ":" in own else f"{own}:{port}"


def is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]") or "::").is_unspecified
    except ValueError:  # a name, or a socket's path
        return host == "*"


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.split("%")[0]).is_loopback


def listening() -> list[tuple[str, int]]:
    """Address and port of everything that this process listens on."""
    return [
        # gRPC opens an IPv4 address as one of IPv6
        (one.laddr.ip.removeprefix("::ffff:"), one.laddr.port)
        for one in psutil.Process().net_connections("tcp")
        if one.status == psutil.CONN_LISTEN
    ]
