"""What a twin (models/twins.py) needs on this machine: peak memory and seconds a result,
each in a process of its own, through the course's engines.

Run by `course measure-twins`. A result takes the real model's number of steps; where that would be
long, fewer are run and the rest is reckoned.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.twins import SHAPES, Shape, build, bytes_of
from course_utils.creation import LearnerError

MOST_STEPS = 2  # of a picture; the others are reckoned from these
TOKENS, SOUND_SECONDS = 48, 2.0
LONGEST = 3600.0  # seconds for one twin
# not twins: the real ones, to compare with
SHIPPED = {
    "course-pictures": ("image", "a picture of 48 px in 14 steps"),
    "SmolLM2-135M-Instruct": ("words", f"a text of {TOKENS} pieces"),
    "course-tunes": ("tune", "a tune of 8 bars"),
}
BEGINNING = ("import sys; from benchmarks.twin_runs import child; child(*sys.argv[1:])",)


def measure(
    names: list[str], place: Path | None = None, limit: int | None = None
) -> Iterator[dict]:
    """Build, run and delete one twin after the other.

    Args:
        names: ids in SHAPES, or in SHIPPED.
        place: where to build them, else the system's folder for temporary files.
        limit: bytes of memory of its own a run may have (POSIX only, RLIMIT_DATA); more and it
            fails.

    Yields:
        {"id", "weights" bytes, "peak" bytes resident, "needs" bytes (see Watch), "load" s,
        "seconds" and "processor_seconds" a result, "what", "threads"}, or {"id", "refused": a
        sentence}.
    """
    for name in names:
        if name in SHIPPED:
            yield _in_own_process("run", name, "", limit)
            continue
        if name not in SHAPES:
            raise LearnerError(
                f"There is no twin of {name[:80]}. There are: {', '.join([*SHAPES, *SHIPPED])}."
            )
        with tempfile.TemporaryDirectory(dir=place, prefix="twin-") as folder:
            made = _in_own_process("build", name, folder)
            yield made if "refused" in made else _in_own_process("run", name, folder, limit)


def _in_own_process(task: str, name: str, folder: str, limit: int | None = None) -> dict:
    """What the child said, as one line of JSON."""
    done = subprocess.run(
        [sys.executable, "-c", *BEGINNING, task, name, folder, str(limit or 0)],
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    ended = (
        "there was not enough memory"
        if done.returncode < 0 or "alloc" in done.stderr.lower() or "memory" in done.stderr.lower()
        else (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
    )
    return {"id": name, "refused": f"The twin of {name} did not run: {ended}."}


def child(task: str, name: str, folder: str, limit: str) -> None:
    """One task of the other process; prints one line of JSON."""
    if int(limit):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(limit), int(limit)))
    try:
        if task == "build":
            build(SHAPES[name], Path(folder))
            said = {"id": name}
        else:
            said = run_shipped(name) if name in SHIPPED else run(SHAPES[name], Path(folder))
    except MemoryError:
        said = {
            "id": name,
            "refused": f"The twin of {name} did not run: there was not enough memory.",
        }
    except LearnerError as sentence:
        said = {"id": name, "refused": str(sentence)}
    print(json.dumps(said), flush=True)


def run(shape: Shape, folder: Path) -> dict:
    """Load the twin in a folder, make one result, and say what it took."""
    import psutil

    from course_utils.models.hardware import usable_threads

    weights, free = bytes_of(shape, "float32"), psutil.virtual_memory().available
    needs = weights + 2e9  # what the twins needed beyond their weights, rounded up
    if needs > free:
        raise LearnerError(
            f"The twin of {shape.id} needs about {needs / 1e9:.0f} GB of memory here and"
            f" {free / 1e9:.1f} GB are free, so it is not run."
        )
    began = time.monotonic()
    with Watch() as watch:
        once, what = {"image": _picture, "words": _words, "sound": _sound}[shape.kind](
            shape, folder
        )
        loaded = time.monotonic()
        watch.loading = False
        seconds = once()
    return {
        "id": shape.id,
        "weights": bytes_of(shape),
        "peak": watch.peak,
        "needs": watch.needs,
        "load": round(loaded - began, 1),
        "seconds": round(seconds.passed, 1),
        "processor_seconds": round(seconds.worked, 2),
        "what": what,
        "threads": usable_threads(),
    }


def run_shipped(name: str) -> dict:
    """The same for a model that comes with the course."""
    import os

    from course_utils.creation import Recipe
    from course_utils.engines import engine_for
    from course_utils.models.embedded import FOLDER
    from course_utils.models.hardware import usable_threads
    from course_utils.models.smollm2 import SIZE
    from course_utils.words.backends.backend import Ask
    from course_utils.words.engine import read_template, words_engine

    kind, what = SHIPPED[name]
    os.environ["OMP_NUM_THREADS"] = str(usable_threads())
    began = time.monotonic()
    with Watch() as watch:
        engine = engine_for(kind)
        engine.load()
        loaded = time.monotonic()
        watch.loading = False
        start = Took.now()
        if kind == "words":
            words_engine().backend.complete(
                Ask(read_template("continue"), "the moon", "", 1, 0.8, 1.1, TOKENS),
                lambda piece: False,
            )
        else:
            list(
                engine.create(
                    Recipe(
                        kind=kind,
                        prompt="a red heart" if kind == "image" else "a happy jig",
                        seed=1,
                    )
                )
            )
        seconds = Took.now().since(start)
    weights = (
        SIZE
        if kind == "words"
        else sum(
            path.stat().st_size
            for path in (FOLDER / {"image": "image", "tune": "music"}[kind]).rglob("*.safetensors")
        )
    )
    return {
        "id": name,
        "weights": weights,
        "peak": watch.peak,
        "needs": watch.needs,
        "load": round(loaded - began, 1),
        "seconds": round(seconds.passed, 1),
        "processor_seconds": round(seconds.worked, 2),
        "what": what,
        "threads": usable_threads(),
    }


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and seconds all threads worked;
    the second hardly depends on what else the machine does.
    """

    passed: float
    worked: float

    @classmethod
    def now(cls) -> Took:
        return cls(time.monotonic(), time.process_time())

    def and_also(self, other: Took) -> Took:
        return Took(self.passed + other.passed, self.worked + other.worked)

    def since(self, start: Took, share: float = 1.0) -> Took:
        return Took((self.passed - start.passed) * share, (self.worked - start.worked) * share)


class Watch:
    """Looks at this process's memory fifty times a second.

    `peak` is the most that was resident. `needs` leaves out pages of files read while loading,
    which the system can take back, but not those used while a result is made.
    """

    def __enter__(self) -> Watch:
        self.peak, self.needs, self.loading = 0, 0, True
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        import psutil

        process = psutil.Process()
        while not self._end.wait(0.02):
            seen = process.memory_info()
            self.peak = max(self.peak, seen.rss)
            self.needs = max(
                self.needs, seen.rss - (getattr(seen, "shared", 0) if self.loading else 0)
            )


def _picture(shape: Shape, folder: Path) -> tuple[Callable[[], Took], str]:
    import torch
    from diffusers import AutoPipelineForText2Image

    from course_utils.pictures.diffusion_model import in_tiles

    torch.set_num_threads(_threads())
    pipeline = AutoPipelineForText2Image.from_pretrained(
        folder, use_safetensors=True, torch_dtype=torch.float32
    )
    pipeline.set_progress_bar_config(disable=True)
    in_tiles(pipeline.vae, shape.size)
    steps = min(shape.steps, MOST_STEPS) if shape.size <= 512 else 1

    def once() -> Took:
        marks = [Took.now()]

        def after(pipeline, step, timestep, values):
            marks.append(Took.now())
            return values

        large = shape.size > 512
        with torch.inference_mode():
            made = pipeline(
                "a red heart",
                num_inference_steps=steps,
                guidance_scale=shape.guidance,
                height=shape.size,
                width=shape.size,
                callback_on_step_end=after,
                generator=torch.Generator().manual_seed(1),
                output_type="latent" if large else "pil",
            )
            # some schedulers look twice in one of the steps
            whole, others = (
                Took.now().since(marks[0]),
                marks[-1].since(marks[0], (shape.steps - steps) / (len(marks) - 1)),
            )
            # decoded in tiles of 512 px that overlap by a quarter: one is run, the others are
            # reckoned
            if large:
                tiles, began = (-(-shape.size // 384)) ** 2, Took.now()
                pipeline.vae.decode(made.images[..., :64, :64].to(pipeline.vae.dtype))
                others = others.and_also(Took.now().since(began, tiles))
        return whole.and_also(others)

    return once, f"a picture of {shape.size} px in {shape.steps} step{'s' * (shape.steps != 1)}" + (
        f", {steps} of them run" if steps < shape.steps else ""
    )


def _words(shape: Shape, folder: Path) -> tuple[Callable[[], Took], str]:
    import torch

    from course_utils.words.backends.backend import Ask
    from course_utils.words.backends.hf_transformers import TransformersBackend
    from course_utils.words.engine import read_template

    class Endless(TransformersBackend):
        def _ends(self) -> list[int]:
            return [-1]  # random weights would end at random

    torch.set_num_threads(_threads())
    backend = Endless(folder)
    backend.load()

    def once() -> Took:
        began = Took.now()
        backend.complete(
            Ask(read_template("continue"), "the moon", "", 1, 0.8, 1.1, TOKENS), lambda piece: False
        )
        return Took.now().since(began)

    return once, f"a text of {TOKENS} pieces"


def _sound(shape: Shape, folder: Path) -> tuple[Callable[[], Took], str]:
    import torch

    from course_utils.creation import Recipe
    from course_utils.music.bigger.audio_models import SoundModelEngine

    torch.set_num_threads(_threads())
    engine = SoundModelEngine(str(folder))
    engine.load()

    def once() -> Took:
        began = Took.now()
        next(
            iter(
                engine.create(
                    Recipe(
                        kind="sound",
                        prompt="a calm tune",
                        seed=1,
                        settings={"length": SOUND_SECONDS},
                    )
                )
            )
        )
        return Took.now().since(began)

    return once, f"{SOUND_SECONDS:g} seconds of sound"


def _threads() -> int:
    from course_utils.models.hardware import usable_threads

    return usable_threads()
