"""A room under load on this machine: pupils who think and ask, by locust on loopback.

`python -m benchmarks.room --help`

Each server gets the same pupils and the same models: the room with and without batches, a plain
Gradio app with its default queue, and the room's form for clusters on Ray Serve. Printed are the
time until all models are there, seconds of waiting (p50, p95), orders finished a minute, fairness,
and memory over the time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PORT = 8133
SETTINGS = {
    "image": {"count": 4, "speed": "quick"},
    "words": {"count": 1, "length": 48},
    "tune": {"count": 2, "bars": 8},
}
PARTS = ["--port", str(PORT), "--only", *SETTINGS, "--threads", "1"]
ROOM = ["-m", "course_utils.cli.main", "room", "--no-browser", *PARTS]
SERVERS = {
    "room": ROOM,
    "no batch": [*ROOM, "--no-batch"],
    "gradio": ["-m", "benchmarks.room", "--be-gradio"],
    "ray": ["-m", "benchmarks.ray_room", *PARTS],
}
READY = {"room": "All models are ready", "no batch": "All models are ready", "ray": "Ctrl-C"}


def be_gradio() -> None:
    """The plain app: the same engines behind Gradio's default queue, one at a time of each kind."""
    import gradio

    from course_utils.creation import Recipe
    from course_utils.engines import own_engine

    engines = {kind: own_engine(kind) for kind in SETTINGS}
    for engine in engines.values():
        engine.load()

    def making(kind: str):
        def make(prompt: str, seed: float) -> str:
            return json.dumps(
                [
                    one.model_dump(mode="json")
                    for one in engines[kind].create(
                        Recipe(kind=kind, prompt=prompt, seed=int(seed), settings=SETTINGS[kind])
                    )
                ]
            )

        return make

    with gradio.Blocks(analytics_enabled=False) as app:
        prompt, seed, made = gradio.Textbox(), gradio.Number(), gradio.Textbox()
        for kind in SETTINGS:
            gradio.Button(kind).click(making(kind), [prompt, seed], made, api_name=kind)
    app.queue().launch(server_name="127.0.0.1", server_port=PORT, quiet=True, ssr_mode=False)


class Memory(threading.Thread):
    """Samples the memory of a server and its children: proportional set size, in MB."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process, self.samples, self.over = process, [], threading.Event()

    def run(self) -> None:
        while not self.over.wait(5):
            total = 0
            for one in [self.process, *self.process.children(recursive=True)]:
                try:
                    total += one.memory_full_info().pss
                except (psutil.Error, AttributeError):
                    continue
            self.samples.append(total / 1e6)


def answers(path: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{PORT}{path}", timeout=5
        ) as answer:
            return answer.status == 200
    except OSError:
        return False


def measured(server: str, pupils: int, seconds: int, think: float) -> dict:
    """Start a server, let pupils at it, and end it; what was measured."""
    with tempfile.TemporaryDirectory() as place:
        said, results = Path(place) / "said.txt", Path(place) / "results.jsonl"
        results.touch()
        gradio = server == "gradio"
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "PYTHONUNBUFFERED": "1",
            "COURSE_PORTFOLIO": f"{place}/portfolio",
            **({"OMP_NUM_THREADS": "2"} if gradio else {}),
        }
        command = [
            sys.executable,
            *SERVERS[server],
            *([] if gradio else ["--folder", f"{place}/room"]),
        ]
        with said.open("w") as out:
            running = psutil.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            began = time.monotonic()
            while not (
                answers("/" if gradio else "/v1/room") and READY.get(server, "") in said.read_text()
            ):
                if running.poll() is not None or time.monotonic() - began > 300:
                    raise SystemExit(f"{server} did not start: {said.read_text()[-2000:]}")
                time.sleep(0.5)
            ready = time.monotonic() - began
            code = re.search(r"pupils:\s+(\S+)", said.read_text())
            environment |= {
                "ROOM_RESULTS": str(results),
                "ROOM_SERVER": "gradio" if gradio else "room",
                "ROOM_CODE": code[1] if code else "",
                "ROOM_THINK": str(think),
            }
            memory = Memory(running)
            memory.start()
            locust = [
                sys.executable,
                "-m",
                "locust",
                "-f",
                str(ROOT / "benchmarks/room_pupils.py"),
                "--headless",
                "-u",
                str(pupils),
                "-r",
                str(max(5, pupils // 5)),
                "-t",
                f"{seconds}s",
                "--host",
                f"http://127.0.0.1:{PORT}",
                "--only-summary",
                "--stop-timeout",
                "1",
                "--loglevel",
                "ERROR",
            ]
            subprocess.run(
                locust,
                cwd=place,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            memory.over.set()
            memory.join()
        finally:
            try:
                if running.poll() is None:
                    running.terminate()
                running.wait(60)
            except psutil.TimeoutExpired:
                for one in [*running.children(recursive=True), running]:
                    one.kill()
        lines = [json.loads(line) for line in results.read_text().splitlines()]
    return told(server, pupils, seconds, think, ready, lines, memory.samples)


def told(
    server: str,
    pupils: int,
    seconds: int,
    think: float,
    ready: float,
    lines: list[dict],
    memory: list[float],
) -> dict:
    done = [line for line in lines if line["ended"] == "done"]
    calm, greedy = (
        [line["seconds"] for line in done if line["greedy"] is wanted] for wanted in (False, True)
    )
    each = [
        sum(line["pupil"] == number for line in done)
        for number in range(pupils)
        if number % 10 != 9
    ]
    jain = sum(each) ** 2 / (len(each) * sum(one * one for one in each)) if any(each) else 0.0
    third = max(1, len(memory) // 3)
    return {
        "server": server,
        "pupils": pupils,
        "seconds": seconds,
        "think": think,
        "ready after s": round(ready, 1),
        "done": len(done),
        "a minute": round(len(done) * 60 / seconds, 1),
        "refused or failed": len(lines) - len(done),
        "p50 s": at(calm, 50),
        "p95 s": at(calm, 95),
        "greedy p50 s": at(greedy, 50),
        "p50 by kind": {
            kind: at(
                [line["seconds"] for line in done if line["kind"] == kind and not line["greedy"]],
                50,
            )
            for kind in SETTINGS
        },
        "fairness (Jain, calm pupils)": round(jain, 3),
        "memory MB at first": round(statistics.median(memory[:third])) if memory else None,
        "memory MB at last": round(statistics.median(memory[-third:])) if memory else None,
    }


def at(values: list[float], percent: int) -> float | None:
    """A percentile, None of nothing."""
    return (
        round(sorted(values)[min(len(values) - 1, len(values) * percent // 100)], 2)
        if values
        else None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="A room under load, on loopback.")
    parser.add_argument("--pupils", type=int, nargs="+", default=[30])
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument(
        "--think", type=float, default=20, help="mean seconds between a result and the next wish"
    )
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=[*SERVERS])
    parser.add_argument("--be-gradio", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.be_gradio:
        return be_gradio()
    for pupils in options.pupils:
        for server in options.servers:
            print(json.dumps(measured(server, pupils, options.seconds, options.think)), flush=True)


if __name__ == "__main__":
    main()
