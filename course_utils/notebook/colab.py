"""What is different on Colab: install what it lacks without touching what it has,
and keep work in the learner's own Drive. Never opens a public link.

Colab's own libraries depend on one another: replacing one of them breaks others until the session
is restarted. So everything installed there is held as it is while the few missing ones are added.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from course_utils.creation import LearnerError

__all__ = ["held", "install", "is_installed", "missing", "name_in", "set_up"]

LEAVE_OUT = ("lab", "test", "benchmarks", "training")  # extras nobody needs on Colab
# installed without what they ask for, which is only needed to play through a sound card
ALONE = ("tinysoundfont",)


def missing() -> list[str]:
    """What the course asks for and is not installed, as pip wants it; what is installed stays,
    also when it is older than asked.
    """
    wanted = []
    for need in metadata.requires("course-utils") or []:
        ask, _, mark = need.partition(";")
        extra = re.search(r"extra\s*==\s*[\"']([\w-]+)", mark)
        name = name_in(ask)
        if (extra is None or extra[1] not in LEAVE_OUT) and not is_installed(name):
            wanted.append(ask.strip())
    return sorted(set(wanted))


def name_in(need: str) -> str:
    """The name of what a requirement such as "numpy>=1.26" asks for."""
    return re.split(r"[^\w.-]", need.strip(), maxsplit=1)[0]


def is_installed(name: str) -> bool:
    try:
        metadata.version(name)
        return True
    except metadata.PackageNotFoundError:
        return False


def held() -> str:
    """Every installed package at its version, as constraints for pip."""
    return "\n".join(
        sorted(
            {
                f"{found.name}=={found.version}"
                for found in metadata.distributions()
                if found.name and found.name != "course-utils"
            }
        )
    )


def install(run: Callable = subprocess.run) -> list[str]:
    """Add what is missing; nothing that is installed changes. Gives back the names.

    Raises:
        LearnerError: pip could not.
    """
    wanted = missing()
    together = [need for need in wanted if not need.startswith(ALONE)]
    alone = [need for need in wanted if need.startswith(ALONE)]
    with tempfile.TemporaryDirectory() as place:
        constraints = Path(place) / "held.txt"
        constraints.write_text(held(), encoding="utf-8")
        for needs, how in ((together, ["--constraint", str(constraints)]), (alone, ["--no-deps"])):
            if needs:
                done = run(
                    [
                        sys.executable,
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        *how,
                        *needs,
                    ],
                    capture_output=True,
                    text=True,
                )
                if done.returncode:
                    raise LearnerError(
                        "Something the course needs could not be installed. Choose Runtime, Restart"
                        " session, and run this cell again. What pip said: "
                        + (done.stderr.strip().splitlines() or ["nothing"])[-1][:300]
                    )
    return [name_in(need) for need in wanted]


def set_up():
    """The first cell on Colab: install what is missing,
    and show how to keep work and bring it back.
    """
    try:
        added = install()
    except LearnerError as sentence:
        return print(sentence)
    print(f"Ready: {len(added)} libraries added, none of Colab's changed." if added else "Ready.")
    from course_utils.notebook.save_work import WorkKeeper

    return WorkKeeper()
