"""The room on a small cluster: two pods, each a network of its own on this computer, with Ray in
both as deploy/kuberay.yaml has it started, and that file's application handed in.

Run as root on Linux: python -m tests.classroom.ray_pods
Prints one line of JSON: where the replicas listen, what became of a stranger's pickles, and what a
pupil in the other pod was made.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import yaml

from tests.classroom.ray_doors import call
from tests.hostile.network_cut import PUPILS, ROOMS, Cable, lines_until
from tests.listeners import Listener, listeners

HEAD, MAKERS = ROOMS, PUPILS  # the pods' addresses
KINDS = ["tune", "backing", "sound", "image"]  # with the door more than the head's one processor
RAY, SERVE, HERE = "ray.scripts.scripts", "ray.serve.scripts", "tests.classroom.ray_pods"
RECIPE = Path(__file__).parents[2] / "deploy" / "kuberay.yaml"
PATIENCE = 400  # seconds until the room answers


def main() -> None:
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "OMP_NUM_THREADS": "1"}
    os.environ.pop("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", None)  # a cluster has addresses
    cable, pods = Cable(), []
    with tempfile.TemporaryDirectory() as folder:
        try:
            pods = started(cable)
            code = handed_in(cable, Path(folder))
            print(json.dumps(looked_at(cable, pods, code, Path(folder) / "mark")), flush=True)
        finally:
            for pod in pods:
                for one in (*pod.children(recursive=True), pod):
                    with contextlib.suppress(psutil.Error):
                        one.kill()
            cable.gone()


def started(cable: Cable) -> list[psutil.Process]:
    """Ray in both pods."""
    cluster = yaml.safe_load_all(RECIPE.read_text(encoding="utf-8"))
    spec = next(cluster)["spec"]["rayClusterConfig"]
    said = spec["headGroupSpec"]["rayStartParams"]
    # a shell reads them in a pod
    options = [shlex.split(f"--{name}={value}")[0] for name, value in said.items()]
    head = cable.program(
        cable.room, RAY, "start", "--head", f"--node-ip-address={HEAD}", "--block", *options
    )
    pods = [psutil.Process(head.pid)]
    lines_until(head, "Ray runtime started")
    joining = ("start", f"--address={HEAD}:6379", f"--node-ip-address={MAKERS}", "--block")
    makers = cable.program(cable.pupils, RAY, *joining, "--num-cpus=2")
    pods.append(psutil.Process(makers.pid))
    lines_until(makers, "Ray runtime started")
    return pods


def handed_in(cable: Cable, folder: Path) -> str:
    """The recipe's application, with folders of this computer; the pupils' code once it answers."""
    opening = ("--only-codes", "--folder", str(folder / "codes"), "--hours", "1")
    done = cable.program(cable.room, "course_utils.cli.main", "room", *opening)
    done.communicate()
    room = json.loads((folder / "codes" / "room.json").read_text(encoding="utf-8"))
    service = next(yaml.safe_load_all(RECIPE.read_text(encoding="utf-8")))
    config = yaml.safe_load(service["spec"]["serveConfigV2"])
    (application,) = config["applications"]
    places = {"folder": str(folder / "wall"), "keys": str(folder / "codes")}
    application["args"] |= {**places, "kinds": KINDS, "replicas": 1, "threads": 1}
    (folder / "serve.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    asked = cable.program(cable.room, SERVE, "deploy", str(folder / "serve.yaml"))
    assert asked.wait(120) == 0
    end = time.monotonic() + PATIENCE
    while not (status := states(cable)).startswith("['RUNNING']"):
        assert time.monotonic() < end and "DEPLOY_FAILED" not in status, status
        time.sleep(3)
    return room["code"]


def states(cable: Cable) -> str:
    """What Ray says of the application."""
    said = cable.program(cable.room, SERVE, "status", stderr=subprocess.DEVNULL).communicate()[0]
    applications = (yaml.safe_load(said) or {}).get("applications", {})
    return f"{[one.get('status') for one in applications.values()]} {applications}"


def looked_at(cable: Cable, pods: list[psutil.Process], code: str, mark: Path) -> dict:
    """What the JSON says."""
    opened = [
        [Listener(*one) for one in told(cable, where, "opened", str(pod.pid))]
        for where, pod in zip((cable.room, cable.pupils), pods, strict=True)
    ]
    replicas = [[one for one in pod if "ServeReplica" in one.program] for pod in opened]
    targets = [
        f"{address}:{one.port}"
        for address, pod in zip((HEAD, MAKERS), replicas, strict=True)
        for one in pod
    ]
    return {
        "replicas": [[[one.address, one.port, one.program] for one in pod] for pod in replicas],
        "stranger": told(cable, cable.pupils, "stranger", str(mark), *targets),
        "pupil": told(cable, cable.pupils, "pupil", f"http://{HEAD}:8000#{code}"),
    }


def told(cable: Cable, where: str, *command: str):
    """What this program says inside a pod."""
    said = cable.program(where, HERE, *command).communicate(timeout=300)[0]
    return json.loads(said.splitlines()[-1])


def opened(process: str) -> list:
    """The listeners of a process of the pod that this runs in, and of all its children."""
    found = listeners(psutil.Process(int(process)))
    return [(one.address, one.port, one.process, one.program) for one in found]


def stranger(mark: str, *targets: str) -> dict:
    """What becomes of pickles sent to the replicas' ports without the token, with a guessed one,
    and with the true one.
    """
    found: dict = {}
    for who, token in (
        ("stranger", ""),
        ("guesser", "0" * 64),
        ("token", os.environ["RAY_AUTH_TOKEN"]),
    ):
        Path(mark).unlink(missing_ok=True)
        parts = [one.rsplit(":", 1) for one in targets]
        answers = {
            f"{host}:{port}": call(int(port), Path(mark), token, host) for host, port in parts
        }
        found[who] = {"answers": answers, "opened": Path(mark).exists()}
    return found


def pupil(address: str) -> dict:
    """What a pupil's two orders give."""
    from course_utils.creation import Recipe
    from course_utils.engines.base import Engine
    from course_utils.engines.remote import RemoteEngine

    class NoEngine(Engine):
        def create(self, recipe, **more):
            raise AssertionError("the room gave up")

    made = {}
    for kind, prompt in (("tune", "a happy jig"), ("image", "a red heart")):
        asked = Recipe(kind=kind, prompt=prompt, seed=3, settings={"count": 2})
        engine = RemoteEngine(kind, address, NoEngine())
        made[kind] = [len(one.content) for one in engine.create(asked)]
    return made


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(
            json.dumps(
                {"opened": opened, "stranger": stranger, "pupil": pupil}[sys.argv[1]](*sys.argv[2:])
            )
        )
    else:
        main()
