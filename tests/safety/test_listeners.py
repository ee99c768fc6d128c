"""The helper that tells what a program opens to the network."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from tests.listeners import listeners, open_to_the_network

OPENS = """
import socket, subprocess, sys
six = ":" in sys.argv[1]
family = socket.AF_INET6 if six else socket.AF_INET
one = socket.create_server((sys.argv[1], 0), family=family, dualstack_ipv6=six)
if len(sys.argv) > 2:
    subprocess.Popen([sys.executable, "-c", sys.argv[2], *sys.argv[3:]]).wait()
print(one.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    "address, is_open",
    [("127.0.0.1", False), ("::ffff:127.0.0.1", False), ("0.0.0.0", True), ("::", True)],
)
def test_a_listener_on_all_interfaces_is_found(address, is_open):
    process = psutil.Popen(
        [sys.executable, "-c", OPENS, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        port = int(process.stdout.readline())
        assert [one.port for one in listeners(process)] == [port]
        assert bool(open_to_the_network(process)) is is_open
        assert not open_to_the_network(process, (address,))
    finally:
        process.kill()
        process.wait()


def test_children_count_too():
    parent = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1], '0.0.0.0'])"
    )
    process = psutil.Popen(
        [sys.executable, "-c", parent, OPENS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        process.stdout.readline()
        (found,) = open_to_the_network(process)
        assert found.process != process.pid
    finally:
        for one in process.children(recursive=True):
            one.kill()
        process.kill()
        process.wait()
