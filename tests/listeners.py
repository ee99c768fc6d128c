"""On which addresses a program and all its children listen, for tests of what a room opens."""

from __future__ import annotations

import contextlib
import ipaddress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Listener:
    """A port that takes connections."""

    address: str
    port: int
    process: int
    program: str  # the beginning of its command line

    @property
    def on_loopback(self) -> bool:
        return ipaddress.ip_address(self.address.split("%")[0]).is_loopback


def listeners(process: psutil.Process) -> list[Listener]:
    """The listening TCP ports of a process and of everything it started."""
    found = []
    family = [process]
    with contextlib.suppress(psutil.Error):
        family += process.children(recursive=True)
    for one in family:
        with contextlib.suppress(psutil.Error):
            called = " ".join(one.cmdline())[:80]
            for opened in one.net_connections("tcp"):
                if opened.status == psutil.CONN_LISTEN:
                    address = opened.laddr.ip.removeprefix("::ffff:")  # IPv4 as IPv6
                    found.append(Listener(address, opened.laddr.port, one.pid, called))
    return found


def open_to_the_network(process: psutil.Process, allowed: tuple[str, ...] = ()) -> list[Listener]:
    """The listeners that are neither on the loopback nor on an address that was chosen.

    Args:
        allowed: addresses that the room was told to listen on.
    """
    return [one for one in listeners(process) if not one.on_loopback and one.address not in allowed]
