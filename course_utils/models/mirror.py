"""One computer fetches from the hub for a whole room: `course mirror` runs olah,
a mirror made for that, in a place of its own.

What one computer of the room has fetched, the others get from the mirror. Only models of the
catalogue pass. The mirror has its own set of libraries (about 60 MB), because it wants other
versions than a hosted notebook service has; it is installed when the command is first used.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import venv
from pathlib import Path
from urllib.parse import urlsplit

from course_utils.creation import LearnerError
from course_utils.models.cache import cache_folder
from course_utils.models.catalogue import catalogue
from course_utils.models.hub import endpoint, offline

__all__ = ["own_address", "run"]

OLAH = "olah==0.5.4"  # MIT
PORT = 8090


def own_address() -> str:
    """This computer's address in its network, 127.0.0.1 without one.

    Nothing is sent: a datagram socket only chooses its way.
    """
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("192.0.2.1", 9))  # an address kept for examples (RFC 5737)
        return way.getsockname()[0]
    return "127.0.0.1"


def folder() -> Path:
    return cache_folder() / "mirror"


def program(say=print) -> Path:
    """The mirror's program, installed if it is not there.

    Raises:
        LearnerError: it cannot be installed.
    """
    place = folder() / "libraries"
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    found = scripts / ("olah-cli.exe" if os.name == "nt" else "olah-cli")
    if found.is_file():
        return found
    if offline():
        raise LearnerError(
            "The mirror's program is not here yet, and the network is switched off"
            " (COURSE_OFFLINE). Run `course mirror` once where there is a network."
        )
    say(f"Installing the mirror's program ({OLAH}, about 60 MB) into {place}.")
    try:
        venv.create(place, with_pip=True, clear=True)
        done = subprocess.run(
            [
                scripts / ("python.exe" if os.name == "nt" else "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                OLAH,
            ],
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as problem:
        raise LearnerError(
            f"A place for the mirror could not be made in {place}: make room on the disk, or on"
            " Debian and Ubuntu install python3-venv. Then run this again."
        ) from problem
    if done.returncode or not found.is_file():
        raise LearnerError(
            "The mirror's program could not be installed. Check the network, then run `course"
            " mirror` again. What pip said: "
            + (done.stderr.strip().splitlines() or ["nothing"])[-1][:200]
        )
    return found


def settings(host: str, address: str, port: int, without_network: bool) -> str:
    """The mirror's settings file: which hub, what it is called in the room,
    and that only the catalogue's models pass.
    """
    hub = urlsplit(endpoint())
    lines = [
        "[basic]",
        f'host = "{host}"',
        f"port = {port}",
        f'repos-path = "{(folder() / "files").as_posix()}"',
        f'hf-scheme = "{hub.scheme}"',
        f'hf-netloc = "{hub.netloc}"',
    ]
    lines += [f'hf-lfs-netloc = "{hub.netloc}"'] if hub.netloc != "huggingface.co" else []
    lines += [
        'mirror-scheme = "http"',
        f'mirror-netloc = "{address}:{port}"',
        f'mirror-lfs-netloc = "{address}:{port}"',
        "[accessibility]",
        f"offline = {str(without_network).lower()}",
    ]
    for model in catalogue():
        if not model.ships:
            for use in ("proxy", "cache"):
                lines += [f"[[accessibility.{use}]]", f'repo = "{model.id}"', "allow = true"]
    return "\n".join(lines) + "\n"


def start(port: int = PORT, only_here: bool = False, say=print) -> subprocess.Popen:
    """Start the mirror and say how others use it.

    Args:
        only_here: listen on this computer alone.

    Raises:
        LearnerError: it cannot be installed, or the port is taken.
    """
    olah = program(say)
    address = "127.0.0.1" if only_here else own_address()
    with socket.socket() as trial:
        try:
            trial.bind((address, port))
        except OSError as problem:
            raise LearnerError(
                f"Another program uses port {port}. Give another one: course mirror --port"
                f" {port + 1}"
            ) from problem
    (folder() / "files").mkdir(parents=True, exist_ok=True)
    config = folder() / "settings.toml"
    config.write_text(settings(address, address, port, offline()), encoding="utf-8")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"PYTHON(PATH|HOME)$|HF_(TOKEN|ENDPOINT)$|HF_HUB_OFFLINE$", name)
    }
    running = subprocess.Popen(
        [olah, "--config", config, "--log-path", folder() / "log"],
        cwd=folder(),
        env=environment,
        stdout=(folder() / "said.txt").open("w"),
        stderr=subprocess.STDOUT,
    )
    say(
        f"The mirror runs at http://{address}:{port} for"
        f" {sum(not model.ships for model in catalogue())} models. On the other computers, before"
        " the course starts:"
    )
    say(
        f"  Linux, macOS:  export HF_ENDPOINT=http://{address}:{port}\n  Windows:       set"
        f" HF_ENDPOINT=http://{address}:{port}"
    )
    if not only_here:
        say(
            "Everyone in this network can reach it; nothing but models of the catalogue passes, and"
            " no names or keys are asked. End it with Ctrl-C when the lesson is over."
        )
    if offline():
        say(
            "The network is switched off (COURSE_OFFLINE): only what was fetched through the mirror"
            " before can be had."
        )
    return running


def run(port: int, only_here: bool) -> int:
    """Run until it is ended."""
    running = start(port, only_here)
    try:
        code = running.wait()
    except KeyboardInterrupt:
        running.terminate()
        running.wait()
        return 0
    print(
        f"The mirror ended by itself. What it said is in {folder() / 'said.txt'}.", file=sys.stderr
    )
    return code or 1
