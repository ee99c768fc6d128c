"""The figures of the first lesson, measured on the machine this runs on. What is compared is
measured in turns in the same run, because other work moves both.

Run: python -m benchmarks.first_light
Prints: import of the package; four pictures from a cold start by the command line, and warm, each
beside diffusers on the same weights; a tune of eight bars beside transformers on the same weights;
words a second beside bare llama.cpp; the peak memory of three studios in one kernel; and lesson 01
executed whole under a limit of 900 MB.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import words_speed
from benchmarks.resident import Watcher
from course_utils.creation import Recipe

LESSON = Path(__file__).parents[1] / "notebooks" / "01_first_sparks.ipynb"
LIMIT = 900  # MB for lesson 01
MAKE = ["make", "image", "a red heart", "--count", "4", "--seed", "1", "--json", "--out"]
COLD = {
    "onnxruntime": "",
    "diffusers": (
        "from course_utils.pictures import diffusion_model, engine;"
        "engine.open_shipped = diffusion_model.own_model_of_the_course;"
    ),
}
PRESS = (
    "{0}.generate()\nassert {0}.wait(300) and {0}.results, {0}.status.value\n"
    "take = getattr({0}, 'keep', None)\n"
    "(take if callable(take) else {0}.use)(0)"
)
STUDIOS = [
    "from course_utils import ImageStudio, TuneStudio, WordsStudio",
    *(
        f'{name} = {studio}(prompt="{prompt}")\n' + PRESS.format(name)
        for name, studio, prompt in (
            ("pictures", "ImageStudio", "a red heart"),
            ("words", "WordsStudio", "the moon"),
            ("tunes", "TuneStudio", "a happy jig"),
        )
    ),
]


def seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def in_turns(actions: dict[str, Callable[[], object]], turns: int = 3) -> dict[str, float]:
    """The least seconds of each of some actions, taken in turns: other work only slows down."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(turns):
        for name, action in actions.items():
            found[name].append(seconds(action))
    return {name: min(times) for name, times in found.items()}


def beside(what: str, found: dict[str, float]) -> str:
    """A line with two times and how many times quicker the first is."""
    (first, quick), (second, slow) = found.items()
    return f"{what}: {quick:.2f} s with {first}, {slow:.2f} s with {second}: {slow / quick:.1f} x"


def cold(way: str) -> None:
    """Four pictures by the command line, in a fresh process."""
    code = f"{COLD[way]}import sys; from course_utils.cli.main import main; sys.exit(main())"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, *MAKE, folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def warm_pictures() -> dict[str, float]:
    """Four pictures, the model in memory."""
    from course_utils.models.catalogue import find_model
    from course_utils.models.embedded import FOLDER
    from course_utils.pictures.diffusion_model import own_model_of_the_course
    from course_utils.pictures.engine import MODEL, ImageEngine

    engines = {"onnxruntime": ImageEngine(), "diffusers": ImageEngine()}
    engines["diffusers"]._models[MODEL] = own_model_of_the_course(
        find_model(MODEL), FOLDER / "image"
    )
    four = Recipe(kind="image", prompt="pizza", settings={"count": 4})

    def made(engine: ImageEngine) -> Callable[[], object]:
        return lambda: list(engine.create(four))

    actions = {name: made(engine) for name, engine in engines.items()}
    in_turns(actions, 1)
    return in_turns(actions)


def warm_tunes() -> dict[str, float]:
    """A tune of eight bars, the model in memory."""
    from course_utils.music.engine import TuneEngine
    from course_utils.music.torch_model import TorchNoteReader

    engines = {"onnxruntime": TuneEngine(), "transformers": TuneEngine()}
    for engine in engines.values():
        engine.load()
    slow = engines["transformers"]
    slow._model = TorchNoteReader(slow.torch_model())  # type: ignore[assignment]
    jig = Recipe(kind="tune", prompt="a jig", settings={"bars": 8})

    def made(engine: TuneEngine) -> Callable[[], object]:
        return lambda: list(engine.create(jig))

    actions = {name: made(engine) for name, engine in engines.items()}
    in_turns(actions, 1)
    return in_turns(actions)


def lesson_cells() -> list[str]:
    """The code of lesson 01, and after each studio what presses its buttons."""
    import nbformat

    cells = []
    for cell in nbformat.read(LESSON, as_version=4).cells:
        if cell.cell_type == "code":
            cells.append(cell.source)
            studio = re.match(r"(\w+) = \w+Studio\(", cell.source)
            cells += [PRESS.format(studio[1])] if studio else []
    return cells


def in_a_kernel(cells: list[str], limit_mb: float = float("inf")) -> Watcher:
    """Run cells in a kernel of their own; gives back who watched its memory.

    Raises:
        RuntimeError: a cell went wrong, without the limit as its cause.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=900,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--Application.log_level=40"],
        )
        with client.setup_kernel():
            watcher = Watcher(client.km.provisioner.pid, limit_mb)
            watcher.start()
            try:
                for number, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, number)
            except Exception as problem:
                if not watcher.killed:
                    raise RuntimeError("a cell went wrong") from problem
            watcher.halt()
    return watcher


def main() -> None:
    fresh = [sys.executable, "-c", "import course_utils"]
    start = in_turns({"": lambda: subprocess.run(fresh, check=True)})[""]
    print(f"import course_utils: {start:.2f} s, Python's own start included")
    actions = {way: (lambda way=way: cold(way)) for way in COLD}
    print(beside("four pictures, cold, command line", in_turns(actions, 2)))
    studios = in_a_kernel(STUDIOS)
    print(f"three studios used in one kernel: at most {studios.peak_mb:.0f} MB resident")
    began = time.perf_counter()
    lesson = in_a_kernel(lesson_cells(), LIMIT)
    took = time.perf_counter() - began
    print(
        f"lesson 01, every cell and every Generate, under a limit of {LIMIT} MB: "
        + ("ended by it" if lesson.killed else f"{took:.0f} s, at most {lesson.peak_mb:.0f} MB")
    )
    ours, bare, clock, processor = words_speed.measure(4)["a new topic"]
    print(
        f"words: {ours:.0f} tokens a second, four poems at once, end to end; bare llama.cpp"
        f" {bare:.0f}; overhead {clock:+.1%}, in processor time {processor:+.1%}"
    )
    print(beside("four pictures, warm", warm_pictures()))
    print(beside("a tune of 8 bars, warm", warm_tunes()))


if __name__ == "__main__":
    main()
