"""Simulated pupils for `benchmarks.room`, run by locust: each thinks, asks for a picture, words or
a tune, and waits for it. Every tenth asks for three things at once.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import time
from pathlib import Path

from locust import HttpUser, constant, task

RESULTS, KIND_OF_SERVER = Path(os.environ["ROOM_RESULTS"]), os.environ["ROOM_SERVER"]
THINK = (float(os.environ["ROOM_THINK"]) * 0.5, float(os.environ["ROOM_THINK"]) * 1.5)
CODE = os.environ.get("ROOM_CODE", "")
THINGS = {
    "image": [
        "a red heart",
        "a blue fish",
        "a green tree",
        "a yellow star",
        "a happy cat",
        "pizza",
    ],
    "words": ["the sea at night", "my grandmother's kitchen", "rain"],
    "tune": ["a happy jig", "a slow waltz", "a reel in D"],
}
MIX = ["image", "image", "words", "tune"]
SETTINGS = {
    "image": {"count": 4, "speed": "quick"},
    "words": {"count": 1, "length": 48},
    "tune": {"count": 2, "bars": 8},
}
numbers = itertools.count()


class Pupil(HttpUser):
    """One pupil."""

    wait_time = constant(0)

    def on_start(self) -> None:
        self.number = next(numbers)
        self.chance = random.Random(self.number)
        self.greedy = self.number % 10 == 9
        self.client.trust_env = False
        if KIND_OF_SERVER == "room":
            key = self.client.post("/v1/join", json={"code": CODE}).json()["key"]
            self.client.cookies.clear()
            self.client.headers["Authorization"] = f"Bearer {key}"
        time.sleep(self.chance.uniform(0, THINK[1]))

    @task
    def work(self) -> None:
        kinds = [self.chance.choice(MIX) for _ in range(3 if self.greedy else 1)]
        began = time.time()
        orders = [(kind, *self.ask(kind)) for kind in kinds]
        for kind, order, refused in orders:
            ended = refused or self.finish(kind, order)
            with RESULTS.open("a", encoding="utf-8") as file:
                file.write(
                    json.dumps(
                        {
                            "pupil": self.number,
                            "greedy": self.greedy,
                            "kind": kind,
                            "began": began,
                            "seconds": time.time() - began,
                            "ended": ended,
                        }
                    )
                    + "\n"
                )
        time.sleep(self.chance.uniform(*THINK))

    def ask(self, kind: str) -> tuple[str, str]:
        """(what to ask after, "") or ("", how it was refused)."""
        prompt, seed = self.chance.choice(THINGS[kind]), self.chance.randrange(2**31)
        if KIND_OF_SERVER == "room":
            body = {
                "recipe": {"kind": kind, "prompt": prompt, "seed": seed, "settings": SETTINGS[kind]}
            }
            with self.client.post(
                "/v1/makings", json=body, name=f"ask {kind}", catch_response=True
            ) as answer:
                answer.success()
                return (
                    (answer.json()["id"], "")
                    if answer.status_code == 202
                    else ("", f"refused {answer.status_code}")
                )
        with self.client.post(
            f"/gradio_api/call/{kind}",
            json={"data": [prompt, seed]},
            name=f"ask {kind}",
            catch_response=True,
        ) as answer:
            answer.success()
            return (
                (answer.json()["event_id"], "")
                if answer.status_code == 200
                else ("", f"refused {answer.status_code}")
            )

    def finish(self, kind: str, order: str) -> str:
        """Wait for it; how it ended."""
        path = (
            f"/v1/makings/{order}/events"
            if KIND_OF_SERVER == "room"
            else f"/gradio_api/call/{kind}/{order}"
        )
        last = "cut off"
        with self.client.get(
            path, stream=True, name=f"wait {kind}", timeout=300, catch_response=True
        ) as answer:
            answer.success()
            event = ""
            for line in answer.iter_lines(decode_unicode=True):
                if line.startswith("event:"):
                    event = line[6:].strip()
                elif line.startswith("data:"):
                    if event == "end":
                        last = json.loads(line[5:])["state"]
                    elif event in ("complete", "error"):
                        last = {"complete": "done", "error": "failed"}[event]
        return last
