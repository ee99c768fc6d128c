"""Ray on this computer alone, and a stranger at the door of one of its replicas; a program of its
own, for Ray takes its ways from the environment when it is imported.

`python -m tests.classroom.ray_doors MARK` prints one line of JSON: the ports on which Ray's
processes listen, and what became of calls to a replica with and without Ray's token. The calls
carry a pickle which, where it is opened, makes the empty file MARK.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import psutil

from tests.listeners import listeners

HELD = 2  # processors that Ray takes this computer to have
PATIENCE = 10  # seconds of a call
LONGEST = 90  # seconds of a program that wants to join


class Marking:
    """Makes a file when it is unpickled: harmless, and proof that a pickle was opened."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def call(port: int, mark: Path, token: str = "", host: str = "127.0.0.1") -> str:
    """What a replica's own door answers to a request of a stranger, or of one with a token."""
    import grpc
    from ray.serve.generated import serve_pb2, serve_pb2_grpc

    asked = serve_pb2.ASGIRequest(pickled_request_metadata=pickle.dumps(Marking(str(mark))))
    metadata = [("authorization", f"Bearer {token}")] if token else []
    with grpc.insecure_channel(f"{host}:{port}") as channel:
        door = serve_pb2_grpc.ASGIServiceStub(channel)
        try:
            door.HandleRequest(asked, timeout=PATIENCE, metadata=metadata)
        except grpc.RpcError as refusal:
            return refusal.code().name
    return "OK"


def main() -> None:
    mark = Path(sys.argv[1])
    import ray
    from ray import serve

    ray.init(address="local", num_cpus=HELD, include_dashboard=False, log_to_driver=False)

    @serve.deployment(ray_actor_options={"num_cpus": 0.1})
    class Nothing:
        def __call__(self) -> str:
            return "served"

    serve.start(http_options={"host": "127.0.0.1", "port": 0, "location": "NoServer"})
    handle = serve.run(Nothing.bind(), name="doors")
    opened = listeners(psutil.Process())
    replicas = [one for one in opened if "ServeReplica" in one.program]
    found = {"served": handle.remote().result(timeout_s=60), "calls": {}}
    for who, token in (("stranger", ""), ("guesser", "0" * 64), ("token", known())):
        mark.unlink(missing_ok=True)
        answers = [call(one.port, mark, token) for one in replicas]
        found["calls"][who] = {"answers": answers, "opened": mark.exists()}
    address = ray.get_runtime_context().gcs_address
    for who, token in (("stranger", None), ("guesser", "0" * 64), ("token", known())):
        found.setdefault("callers", {})[who] = joined(address, token)
    found["replicas"] = [one.address for one in replicas]
    found["elsewhere"] = sorted({one.program[:60] for one in opened if not one.on_loopback})
    print(json.dumps(found), flush=True)
    with contextlib.suppress(Exception):
        serve.shutdown()
    ray.shutdown()


ASKS = (
    "import sys, ray\n"
    "ray.init(address=sys.argv[1], log_to_driver=False, namespace='stranger')\n"
    "print(ray.get(ray.remote(num_cpus=0)(lambda: 'served').remote(), timeout=60))\n"
)


def joined(address: str, token: str | None) -> str:
    """What becomes of a program that joins the cluster's head and asks for work: the last of what
    it said.
    """
    environment = {name: value for name, value in os.environ.items() if "AUTH" not in name}
    if token:
        environment |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}
    try:
        done = subprocess.run(
            [sys.executable, "-c", ASKS, address],
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as waited:
        return f"no answer: {str(waited.stderr)[-1500:]}"
    return (done.stdout + done.stderr[-3000:]).strip() if done.returncode else done.stdout.strip()


def known() -> str:
    """Ray's token, as its own processes know it."""
    return os.environ.get("RAY_AUTH_TOKEN", "")


if __name__ == "__main__":
    main()
