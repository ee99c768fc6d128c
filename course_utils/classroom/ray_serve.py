"""The room on several machines: the same application and the same workers as Ray Serve deployments,
one for each engine behind one front door.

`serve deploy` starts it on a cluster: import path `course_utils.classroom.ray_serve:build_with`.
On one machine `course room` needs none of this (see `one_machine`).

Replicas unpickle what they are sent. Ray would open them to every address of their machine; here
they listen on the one that the other replicas call, and end where they do not (`ray_doors`). On one
machine, all of Ray listens on the loopback. In a pod, Ray's own programs listen on all of the pod's
addresses, so a cluster must ask for Ray's tokens (RAY_AUTH_MODE=token) and shut its pods off from
others, as deploy/kuberay.yaml does.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from course_utils.classroom.engine_process import BATCH, BATCH_WAIT, BATCHED, note
from course_utils.classroom.engine_worker import Maker, Order, Piece
from course_utils.classroom.keys import Room
from course_utils.classroom.opening import RoomSettings, end_room, free, room_of
from course_utils.classroom.ray_doors import is_loopback, keep_doors
from course_utils.creation import LearnerError
from course_utils.kinds import in_rooms

__all__ = ["Settings", "start", "stop"]

APP = "room"
CPUS = 0.25  # of Ray's bookkeeping, for each replica: what truly limits them is the machine
# No reports to Ray's makers. The last: Ray takes it for a machine of the Mac or Windows kind, whose
# own doors are open to this computer alone.
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_agent_register_timeout_ms": "120000",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
TRIES = 4  # starts of a replica, before the room is told that it does not come up
STARTS = 6  # a busy computer may be too slow for Ray's first try

LOOKED_AFTER = {  # how Ray looks after each part
    "health_check_period_s": 5,
    "graceful_shutdown_timeout_s": 5,
    "max_constructor_retry_count": TRIES,
    "logging_config": {"enable_access_log": False},
}


class Settings(RoomSettings):
    """How a room on Ray is run; `serve deploy` gives the same names as `args`."""

    replicas: Annotated[int, Field(ge=1, le=64, description="the most of each engine")] = 1
    batch: bool = True
    gpus: Annotated[float, Field(ge=0, le=8, description="of each replica that makes pictures")] = 0
    door_on: Annotated[
        str, Field(description="a resource of Ray that only the machine with the folder has")
    ] = ""


def build(settings: Settings):
    """The application, ready for `serve.run` or `serve deploy`.

    Raises:
        LearnerError: Ray Serve is not installed, or a kind is unknown.
    """
    serve = serve_library()
    room = room_of(settings)
    strange = [kind for kind in settings.kinds if kind not in in_rooms()]
    if strange:
        raise LearnerError(
            f"The room cannot make {strange[0]}. Choose from: {', '.join(in_rooms())}."
        )
    # Everything else in the environment, keys too, is handed on by itself and without being written
    # into Ray's logs. Ray would set this to 1.
    environment = {"OMP_NUM_THREADS": str(settings.threads or os.cpu_count() or 1)}
    makers = {}
    for kind in settings.kinds:
        batched = settings.batch and kind in BATCHED
        options = {"num_cpus": CPUS, "runtime_env": {"env_vars": environment}} | (
            {"num_gpus": settings.gpus} if settings.gpus and kind in BATCHED else {}
        )
        scaling = {
            "min_replicas": 1,
            "max_replicas": settings.replicas,
            "target_ongoing_requests": BATCH if batched else 1,
            "upscale_delay_s": 10,
            "downscale_delay_s": 120,
        }
        deployment = serve.deployment(
            batching_maker(serve) if batched else SoloMaker,
            name=kind,
            max_ongoing_requests=BATCH if batched else 1,
            autoscaling_config=scaling,
            health_check_timeout_s=60,
            ray_actor_options=options,
            **LOOKED_AFTER,
        )
        makers[kind] = deployment.bind(kind)
    door = serve.deployment(
        serve.ingress()(FrontDoor),
        name="door",
        num_replicas=1,
        max_ongoing_requests=1000,
        ray_actor_options={
            "num_cpus": CPUS,
            "resources": {settings.door_on: 0.01} if settings.door_on else {},
        },
        **LOOKED_AFTER,
    )
    at_once = {
        kind: settings.replicas * (BATCH if settings.batch and kind in BATCHED else 1)
        for kind in settings.kinds
    }
    return door.bind(room.model_dump(), settings.folder, settings.places, at_once, **makers)


def build_with(args: dict):
    """`build` as `serve deploy` calls it: with `Settings` as a plain dict."""
    return build(Settings.model_validate(args))


def serve_library():
    """The library Ray Serve, asked to report nothing to anybody.

    Raises:
        LearnerError: it is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if not on_a_cluster():  # both must be there before Ray is imported
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        from ray import serve
    except ImportError as problem:
        raise LearnerError(
            "The workshop server needs the library Ray Serve, which is not installed here. In the"
            ' course folder: pip install -e ".[serve]"'
        ) from problem
    return serve


def on_a_cluster() -> bool:
    """Whether this runs inside a Ray that somebody else started, whose ways are its own."""
    return (
        "RAY_JOB_ID" in os.environ
        or "RAY_ADDRESS" in os.environ
        or "RAY_CLUSTER_NAME" in os.environ
        or bool(sys.modules.get("ray"))
    )


class SoloMaker(Maker):
    """One replica of an engine, order by order."""

    def __init__(self, kind: str) -> None:
        self.doors = keep_doors()
        super().__init__(kind, note)
        self.load()  # a replica counts as started when its model is there

    def check_health(self) -> None:
        """Asked by Ray Serve, first before it takes orders; a replica that raises is replaced."""
        self.doors.check()
        self.check()

    async def follow(self, order: dict) -> AsyncIterator[dict]:
        """News of an order, as `Maker.make`."""
        async for news in self.make(Order.model_validate_json(order["json"])):
            yield news


def batching_maker(serve) -> type:
    """A replica of the picture engine that draws orders of one shape side by side."""

    class BatchingMaker(SoloMaker):
        @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=BATCH_WAIT)
        async def _together(self, pieces: list[Piece]) -> list[None]:
            await self.work_on(pieces)
            return [None] * len(pieces)

        async def take(self, piece: Piece) -> None:
            await self._together(piece)

    return BatchingMaker


class FrontDoor:
    """The one ingress: codes, queue, making and the wall."""

    def __init__(
        self, room: dict, folder: str, places: int, at_once: dict[str, int], **makers
    ) -> None:
        self.doors = keep_doors()
        self.room, self.folder, self.places = Room.model_validate(room), Path(folder), places
        self.at_once, self.makers = at_once, makers

    def check_health(self) -> None:
        """As a maker's."""
        self.doors.check()

    def __serve_build_asgi_app__(self):
        from course_utils.classroom.jobs import Workshop
        from course_utils.classroom.whole_room import whole_room

        return whole_room(
            self.room,
            self.folder,
            Workshop({kind: through(handle) for kind, handle in self.makers.items()}, self.at_once),
            self.places,
        )


def through(handle):
    """A deployment as something that makes: its news one by one; when nobody listens any more,
    its work is stopped.
    """
    streaming = handle.options(stream=True)

    async def make(order: Order) -> AsyncGenerator[dict, None]:
        news = streaming.follow.remote({"json": order.model_dump_json()})
        try:
            async for one in news:
                yield one
        finally:
            news.cancel()

    return make


def start(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8000,
    certificate: str = "",
    certificate_key: str = "",
    cpus: int | None = None,
) -> Room:
    """Start Ray and the room on this computer, and wait until it answers.

    Args:
        certificate, certificate_key: PEM files, for TLS.
        cpus: what Ray takes this computer to have.

    Raises:
        LearnerError: Ray Serve is not installed, or the port is taken.
    """
    serve = serve_library()
    free(host, port)
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    start_ray(cpus or max(4, os.cpu_count() or 1))
    http = {"host": host, "port": port}
    if certificate:
        http |= {"ssl_certfile": certificate, "ssl_keyfile": certificate_key}
    serve.start(
        http_options=http, logging_config={"enable_access_log": False, "log_level": "WARNING"}
    )
    try:
        serve.run(build(settings), name=APP, route_prefix="/")
    except RuntimeError as problem:
        raise LearnerError(
            "A part of the room did not start. Start it with --only image (or words, tune, backing,"
            " sound) to see which, and run `course doctor`."
        ) from problem
    return room_of(settings)


def start_ray(cpus: int) -> None:
    """Start Ray on this computer, for this computer only: on its loopback, and its own doors want a
    password that only its own processes have.

    Raises:
        LearnerError: it does not start, or not on the loopback.
    """
    import ray

    ray_up(cpus)
    if not is_loopback(ray.util.get_node_ip_address()):
        ray.shutdown()
        raise LearnerError(
            "Ray was loaded here before the room, and would be open to the network. Start the room"
            " in a program of its own."
        )


def ray_up(cpus: int) -> None:
    """Ray's own processes on this computer, if they are not there yet.

    Raises:
        LearnerError: they do not start.
    """
    import ray

    for tried in range(STARTS):
        if ray.is_initialized():
            return
        try:
            ray.init(
                address="local",
                include_dashboard=False,
                num_cpus=cpus,
                logging_level=logging.ERROR,
                log_to_driver=False,
                namespace=APP,
                object_store_memory=200_000_000,
            )
        except Exception as problem:
            ray.shutdown()
            if tried + 1 == STARTS:
                raise LearnerError(
                    "Ray, which runs the room, did not start. Close other programs, then try again;"
                    " what it says is in the folder ray/session_latest/logs of the system's folder"
                    " for temporary files."
                ) from problem


def stop(folder: Path) -> None:
    """End the server and its room."""
    try:
        serve_library().shutdown()
        import ray

        ray.shutdown()
    finally:
        end_room(folder)
