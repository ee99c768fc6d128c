"""The network cut: two small networks of their own on this computer, a room in the one and pupils
in the other, and the cable between them pulled in the middle of their orders; a model fetched over
that cable; and the course's main path with no network at all.

Run as root on Linux: python -m tests.hostile.network_cut [PUPILS, else 6]
Prints what each pupil got, from where, and how long it took; ends with an error where anything was
lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS, PUPILS = "10.231.7.1", "10.231.7.2"
NAME, WEIGHTS = "somebody/tiny-model", "model.safetensors"
PORT, EACH, CUT = 8000, 6, 30  # pictures each; seconds the cable stays out


class Cable:
    """Two network namespaces with a cable between them."""

    def __init__(self) -> None:
        mark = os.getpid() % 100_000
        self.room, self.pupils = f"room{mark}", f"pupils{mark}"
        self.end = f"vr{mark}"
        other = f"vp{mark}"
        for name in (self.room, self.pupils):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", self.end, "type", "veth", "peer", "name", other)
        for name, end, address in ((self.room, self.end, ROOMS), (self.pupils, other, PUPILS)):
            ip("link", "set", end, "netns", name)
            ip("-n", name, "addr", "add", f"{address}/24", "dev", end)
            ip("-n", name, "link", "set", end, "up")

    def pulled(self, out: bool) -> None:
        ip("-n", self.room, "link", "set", self.end, "down" if out else "up")

    def program(self, where: str, *command: str, **how) -> subprocess.Popen:
        """A program of the course inside one of the two networks."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        return subprocess.Popen(
            ["ip", "netns", "exec", where, sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            **how,
        )

    def gone(self) -> None:
        for name in (self.room, self.pupils):
            ip("netns", "del", name)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def lines_until(process: subprocess.Popen, words: str) -> list[str]:
    """What a program says up to a line with these words.

    Raises:
        RuntimeError: it ended before.
    """
    said = []
    for line in process.stdout or ():
        said.append(line.rstrip())
        if words in line:
            return said
    raise RuntimeError("\n".join(said[-20:]) or "it said nothing")


# What runs inside the networks -------------------------------------------------------------------


def say(line: str) -> None:
    """A line that stays whole beside those of other threads."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def orders(address: str, count: int) -> None:
    """Pupils who each ask the room for pictures, and once more when all have theirs."""
    from course_utils.creation import Recipe
    from course_utils.engines import own_engine
    from course_utils.engines.remote import RemoteEngine

    here = own_engine("image")
    for turn in ("first", "second"):
        if turn == "second":
            print("both", flush=True)
            sys.stdin.readline()  # until the cable is in again
        begun = time.monotonic()

        def one(number: int, turn: str = turn, begun: float = begun) -> None:
            engine = RemoteEngine("image", address, here)
            settings = {"count": EACH, "speed": "quick"}
            asked = Recipe(kind="image", prompt="a red heart", seed=number * 10, settings=settings)
            made = []
            for picture in engine.create(asked):
                made.append(picture)
                say("one")
            seeds = sorted(each.recipe.seed for each in made)
            told = {"turn": turn, "pupil": number, "made": len(made), "whole": len(set(seeds))}
            told |= {"seconds": round(time.monotonic() - begun, 1), "said": engine.room_words}
            say(json.dumps(told))

        work = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for each in work:
            each.start()
        for each in work:
            each.join()


def hub(folder: str) -> None:
    """A small hub with one large file, at the room's address."""
    import numpy as np
    from safetensors.numpy import save_file

    from tests.hub.server import Hub

    model = Path(folder) / NAME
    model.mkdir(parents=True)
    numbers = np.random.default_rng(1).standard_normal((1000, 1000)).astype(np.float32)
    save_file({"w": numbers}, model / WEIGHTS)
    (model / "config.json").write_text('{"model_type": "tiny"}', encoding="utf-8")
    made = Hub(Path(folder), ROOMS)
    made.faults[WEIGHTS] = [("slow", 0.1)]
    print(f"hub {made.address}", flush=True)
    sys.stdin.readline()
    asked = [where for _, path, where, _ in made.requests if path.endswith(WEIGHTS)]
    print(json.dumps(asked), flush=True)


def fetching(address: str, cache: str) -> None:
    """A model fetched over the cable; what is said when it ends, and once more when told to."""
    os.environ |= {"HF_ENDPOINT": address, "COURSE_CACHE": cache}
    os.environ.pop("COURSE_OFFLINE", None)
    from course_utils.creation import LearnerError
    from course_utils.models import hub as client
    from course_utils.models.catalogue import Model, find_model

    client.PATIENCE, client.TRIES = 3.0, 2
    like = find_model("HuggingFaceTB/SmolLM2-360M-Instruct").model_dump()
    model = Model.model_validate({**like, "id": NAME, "files": ["*"], "bytes": 4_000_000})
    told = {}
    for turn in ("first", "second"):
        begun = time.monotonic()
        try:
            client.fetch(model, on_bytes=lambda here, total: print(f"bytes {here}", flush=True))
            said = "whole"
        except LearnerError as sentence:
            said = str(sentence)
        kept = sum(one.stat().st_size for one in Path(cache).rglob(f"{WEIGHTS}*"))
        told = {"turn": turn, "said": said, "kept": kept}
        print(json.dumps(told | {"seconds": round(time.monotonic() - begun, 1)}), flush=True)
        if turn == "first":
            sys.stdin.readline()


def main_path() -> None:
    """The course's main path: a picture, a text and a tune, a card of them, all as a zip."""
    began = time.monotonic()
    import course_utils as course

    made = {
        "picture": course.make_image("a red heart", count=1, seed=7, speed="quick"),
        "text": course.make_words("the sea at night", count=1, seed=7),
        "tune": course.make_tune("a happy jig", seed=7),
    }
    card = course.make_card(made["picture"], made["text"], made["tune"])
    zipped = course.download_all()
    missing = [name for name, one in {**made, "card": card}.items() if not one]
    told = {"missing": missing, "zip": bool(zipped.path), "said": card.message}
    print(json.dumps(told | {"seconds": round(time.monotonic() - began, 1)}), flush=True)


# What is tried -----------------------------------------------------------------------------------


@contextlib.contextmanager
def cabled() -> Iterator[Cable]:
    cable = Cable()
    try:
        yield cable
    finally:
        cable.gone()


def room_is_cut(cable: Cable, folder: Path, count: int) -> list[dict]:
    """Pupils in the middle of their orders when the cable is pulled, and after it is in again."""
    options = ["--no-browser", "--host", ROOMS, "--port", str(PORT), "--only", "image"]
    room = cable.program(
        cable.room, "course_utils.cli.main", "room", "--folder", str(folder), *options
    )
    try:
        said = lines_until(room, "All models are ready")
        code = next(line.split()[-1] for line in said if "pupils:" in line)
        address = f"http://{ROOMS}:{PORT}#{code}"
        here = "tests.hostile.network_cut"
        pupils = cable.program(
            cable.pupils, here, "--orders", address, str(count), stdin=subprocess.PIPE
        )
        begun = lines_until(pupils, "one")
        cable.pulled(True)
        cut = lines_until(pupils, "both")
        cable.pulled(False)
        time.sleep(CUT)
        assert pupils.stdin is not None and pupils.stdout is not None
        pupils.stdin.write("\n")
        pupils.stdin.flush()
        rest = pupils.stdout.read().splitlines()
        pupils.wait(60)
        return [json.loads(line) for line in [*begun, *cut, *rest] if line.startswith("{")]
    finally:
        room.terminate()
        room.wait(30)


def fetch_is_cut(cable: Cable, folder: Path) -> list:
    """A fetch whose cable is pulled in the middle, and what comes when it is asked for again."""
    here = "tests.hostile.network_cut"
    hub = cable.program(cable.room, here, "--hub", str(folder / "hub"), stdin=subprocess.PIPE)
    try:
        address = lines_until(hub, "hub ")[-1].split()[1]
        fetch = cable.program(
            cable.pupils, here, "--fetch", address, str(folder / "cache"), stdin=subprocess.PIPE
        )
        lines_until(fetch, "bytes ")
        time.sleep(0.5)
        cable.pulled(True)
        first = json.loads(lines_until(fetch, '"first"')[-1])
        cable.pulled(False)
        time.sleep(3)
        second = fetch.communicate("\n", timeout=120)[0].splitlines()[-1]
        asked = hub.communicate("\n", timeout=60)[0].splitlines()[-1]
        return [first, json.loads(second), json.loads(asked)]
    finally:
        hub.kill()
        hub.wait()


def no_network(folder: Path) -> dict:
    """The main path in a network namespace without any interface but a loopback that is down."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_PORTFOLIO": str(folder)}
    command = ["unshare", "-n", sys.executable, "-m", "tests.hostile.network_cut", "--main-path"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    with tempfile.TemporaryDirectory() as place:
        alone = no_network(Path(place) / "alone")
        print(f"no network at all: {json.dumps(alone)}", flush=True)
        with cabled() as cable:
            fetched = fetch_is_cut(cable, Path(place))
            print(f"a fetch, the cable pulled in the middle: {json.dumps(fetched)}", flush=True)
            told = room_is_cut(cable, Path(place) / "room", count)
    for one in told:
        print(json.dumps(one, ensure_ascii=False), flush=True)
    lost = [one for one in told if one["made"] != EACH or one["whole"] != EACH]
    here = [one for one in told if one["turn"] == "first" and "own model" in one["said"]]
    back = [one for one in told if one["turn"] == "second" and "own model" not in one["said"]]
    print(
        f"{count} pupils, the cable pulled in the middle: {len(told) // 2 * EACH} pictures asked"
        f" for, {sum(one['made'] for one in told if one['turn'] == 'first')} made; {len(here)}"
        f" pupils went on with their own model; after it was in again {len(back)} of {count} got"
        " theirs from the room"
    )
    first, second, ranges = fetched
    if first["said"] == "whole" or second["said"] != "whole" or not any(ranges):
        raise SystemExit(f"fetched wrongly: {fetched}")
    if lost or alone["missing"] or not alone["zip"] or len(told) != 2 * count:
        raise SystemExit(f"lost: {lost}, alone: {alone}")


WAYS = {
    "--orders": lambda: orders(sys.argv[2], int(sys.argv[3])),
    "--main-path": main_path,
    "--hub": lambda: hub(sys.argv[2]),
    "--fetch": lambda: fetching(sys.argv[2], sys.argv[3]),
}

if __name__ == "__main__":
    WAYS.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
