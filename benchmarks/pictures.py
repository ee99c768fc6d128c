"""How fast the picture model is, as ratios measured in one run on the machine this runs on.

Run: python -m benchmarks.pictures
Each pair is timed in turns, and the better of three is taken. All of it is calculated in threads
that end with it, as the studios and the one-line calls do: a team of computing threads that the
main thread once began would slow all others down (course_utils/notebook/jobs.py).
"""

from __future__ import annotations

import tempfile
import threading
import time

import numpy as np

from benchmarks.resident import peak_memory_mb
from course_utils.creation import Recipe
from course_utils.display.figure import figure_html
from course_utils.engines import engine_for
from course_utils.notebook.jobs import in_a_worker
from course_utils.pictures.engine import SPEEDS
from course_utils.pictures.studio import ImageStudio
from course_utils.portfolio.store import Portfolio

PROMPT = "a fox on a green background"


def beside(action) -> None:
    """Run it in a thread of its own, and wait."""
    in_a_worker(action, threading.Event())


def best_of_turns(*actions, turns: int = 3, clock=time.perf_counter) -> list[float]:
    """Seconds of each action, run in turns, the best of each.

    `clock`: time.process_time where other programs may be running.
    """
    best = [float("inf")] * len(actions)
    for _ in range(turns):
        for number, action in enumerate(actions):
            began = clock()
            beside(action)
            best[number] = min(best[number], clock() - began)
    return best


def what_takes_time(engine, portfolio: Portfolio) -> dict[str, float]:
    """Seconds that the studio's own work on four new pictures takes, by part."""
    four = list(
        engine.create(Recipe(kind="image", prompt=PROMPT, seed=990_001, settings={"count": 4}))
    )
    model = engine.model()
    shape = (1, model.channels, model.side, model.side)
    latents = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = {}

    def timed(part: str, action) -> None:
        began = time.perf_counter()
        action()
        found[part] = time.perf_counter() - began

    timed("one live preview", lambda: model.preview(latents))
    timed(
        "enlarging and packing for the screen",
        lambda: [figure_html(made, size=186) for made in four],
    )
    timed("the small ones of the history", lambda: [figure_html(made, size=96) for made in four])
    timed("saving four files", lambda: [portfolio.save(made) for made in four])
    timed("reading the history back", lambda: portfolio.list("image", most=6))
    return found


def main() -> None:
    import torch

    engine = engine_for("image")
    began = time.perf_counter()
    beside(engine.load)
    print(f"load, onnxruntime included: {time.perf_counter() - began:.1f} s")
    pipeline = engine.pipeline
    size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor

    def ours(count: int = 4, seed: int = 1) -> None:
        assert (
            len(
                list(
                    engine.create(
                        Recipe(kind="image", prompt=PROMPT, seed=seed, settings={"count": count})
                    )
                )
            )
            == count
        )

    def plain(steps: int, count: int = 4) -> None:
        generators = [torch.Generator().manual_seed(seed) for seed in range(count)]
        with torch.inference_mode():
            pipeline(
                [PROMPT] * count,
                num_inference_steps=steps,
                guidance_scale=3.0,
                generator=generators,
                height=size,
                width=size,
            )

    studio = ImageStudio(prompt=PROMPT, seed=1, portfolio=Portfolio(tempfile.mkdtemp()))

    def in_the_studio() -> None:
        studio.seed.value += 4  # new pictures each time: the studio keeps what it has shown once
        studio.generate()
        assert studio.wait() and len(studio.results) == 4

    beside(ours)  # warm
    mine, fifty, same = best_of_turns(ours, lambda: plain(50), lambda: plain(SPEEDS["balanced"]))
    print(
        f"four candidates, balanced: {mine:.2f} s; plain diffusers with its usual 50 steps:"
        f" {fifty:.2f} s, {fifty / mine:.1f} times as long"
    )
    print(
        f"engine: overhead over the bare pipeline at {SPEEDS['balanced']} steps ({same:.2f} s):"
        f" {mine / same - 1:+.1%}"
    )
    in_the_studio()
    through_studio, same = best_of_turns(in_the_studio, lambda: plain(SPEEDS["balanced"]), turns=5)
    print(
        f"engine and studio, live preview and saving included: {through_studio:.3f} s, overhead"
        f" over the bare pipeline ({same:.3f} s): {through_studio / same - 1:+.1%}"
    )
    computed, same_computed = best_of_turns(
        in_the_studio, lambda: plain(SPEEDS["balanced"]), turns=5, clock=time.process_time
    )
    print(
        f"  the same in processor time: {computed:.3f} s against {same_computed:.3f} s,"
        f" {computed / same_computed - 1:+.1%}"
    )
    parts: dict[str, float] = {}
    beside(lambda: parts.update(what_takes_time(engine, studio.portfolio)))
    for part, seconds in parts.items():
        print(f"  of that, {part}: {1000 * seconds:.0f} ms, {seconds / same:.1%}")
    together, apart = best_of_turns(ours, lambda: [ours(1, seed) for seed in range(4)])
    print(
        f"four at once {together:.2f} s, one after another {apart:.2f} s, {apart / together:.2f}"
        " times as long"
    )
    print(f"peak resident memory, plain diffusers included: {peak_memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
