"""The `course` command, for people who prefer a terminal."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.cli.make import add_settings, kind_asked, makeable, settings_given
from course_utils.cli.workspace import NAME as WORKSPACE
from course_utils.cli.workspace import prepare_workspace
from course_utils.lessons.course import course

if TYPE_CHECKING:
    from course_utils.creation import Creation, Recipe
    from course_utils.engines.base import Progress
    from course_utils.kinds import CreationKind

__all__ = [
    "add_keeping",
    "add_lab",
    "add_making",
    "add_studio",
    "first_notebook",
    "lab_command",
    "lab_environment",
    "main",
    "make_and_save",
    "parser",
    "progress_line",
    "run_doctor",
    "run_lab",
    "run_make",
    "run_remake",
    "run_resume",
    "run_save",
    "run_studio",
    "why_another",
]

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
# turns JupyterLab's questions about news off
LAB_SETTINGS = Path(__file__).resolve().parents[1] / "lab_settings"
QUIET = {"HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1", "GRADIO_ANALYTICS_ENABLED": "False"}
# their warnings are for programmers
CALM = {"TRANSFORMERS_VERBOSITY": "error", "DIFFUSERS_VERBOSITY": "error"}

OK, PROBLEM, CANNOT, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives back its exit code: 0 done, 1 something is wrong,
    2 it cannot be done as asked, 130 stopped.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not know a letter of the prompt
            stream.reconfigure(errors="replace")
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parser(kind_asked(arguments)).parse_args(arguments)
    for name, value in {**QUIET, **CALM}.items():
        os.environ.setdefault(name, value)
    # the libraries' plans, which no learner can act on
    warnings.simplefilter("ignore", FutureWarning)
    from course_utils.creation import LearnerError
    from course_utils.languages import not_spoken

    if said := not_spoken():
        print(said, file=sys.stderr)
    try:
        return options.run(options)
    except LearnerError as sentence:
        print(sentence, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. What was finished before is kept.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as problem:
        from course_utils.portfolio.store import Portfolio
        from course_utils.set_up_words import unexpected

        Portfolio(getattr(options, "out", None)).log_problem(problem)
        print(
            unexpected(
                problem,
                "Something unexpected went wrong. What was finished is kept. Run `course doctor`"
                " to see the cause.",
            ),
            file=sys.stderr,
        )
        return PROBLEM


def parser(kind: CreationKind | None = None) -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(
        prog="course",
        description="Make pictures, words and tunes with small models on this computer.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_lab(commands)
    add_making(commands, kind)
    add_keeping(commands)
    add_studio(commands)

    from course_utils.cli import models as cli_models
    from course_utils.cli import room as cli_room
    from course_utils.cli import teach as cli_teach
    from course_utils.cli import wall as cli_wall

    cli_models.add_commands(commands)
    cli_room.add_commands(commands)
    cli_wall.add_commands(commands)
    cli_teach.add_commands(commands)
    return top


def add_lab(commands) -> None:
    """`course lab` and `course doctor`."""
    lab = commands.add_parser("lab", help="open the lessons in JupyterLab")
    lab.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    lab.add_argument(
        "--port", type=int, help="a fixed port number (default: 8888, or the next free one)"
    )
    lab.add_argument(
        "--biggest",
        action="store_true",
        help=(
            "begin with the biggest models this computer carries; says which and asks before it"
            " fetches"
        ),
    )
    lab.set_defaults(run=run_lab)

    doctor = commands.add_parser("doctor", help="check this computer and the course's set-up")
    doctor.add_argument("--json", action="store_true", help="print the report as JSON")
    doctor.set_defaults(run=run_doctor)


def add_making(commands, kind: CreationKind | None) -> None:
    """`course make`, with the settings of the kind asked for, and `course remake`."""
    make = commands.add_parser("make", help="make pictures, words, tunes and more from a few words")
    make.add_argument("kind", choices=makeable(), help="what to make")
    make.add_argument("text", metavar="TEXT", help='what it should be about, such as "a red heart"')
    make.add_argument("--count", type=int, default=1, metavar="N", help="how many (default 1)")
    make.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="the same number gives the same result again (default: a new one each time)",
    )
    add_settings(make, kind)
    make.set_defaults(run=run_make)

    remake = commands.add_parser(
        "remake", help="make the result in a file again, from the recipe inside it"
    )
    remake.add_argument("file", type=Path, metavar="FILE", help="a file made by the course")
    remake.set_defaults(run=run_remake)
    for command in (make, remake):
        command.add_argument(
            "--out", type=Path, metavar="DIR", help="the folder to save in (default: my_creations)"
        )
        command.add_argument(
            "--json",
            action="store_true",
            help="print one line of JSON for each result, as soon as it exists",
        )


def add_keeping(commands) -> None:
    """`course save` and `course resume`."""
    save = commands.add_parser("save", help="everything you made and answered, as one file")
    save.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="where to (default: my_work.zip in the folder of your creations)",
    )
    save.set_defaults(run=run_save)

    resume = commands.add_parser(
        "resume", help="bring the work of a saved file back; what is here stays as it is"
    )
    resume.add_argument("file", type=Path, metavar="FILE", help="a file made by `course save`")
    resume.set_defaults(run=run_resume)
    for command in (save, resume):
        command.add_argument(
            "--out",
            type=Path,
            metavar="DIR",
            help="the folder of your creations (default: my_creations)",
        )


def add_studio(commands) -> None:
    studio = commands.add_parser(
        "studio", help="open the studios as a page for a browser, also for phones' narrow screens"
    )
    studio.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    studio.add_argument(
        "--port", type=int, help="a fixed port number (default: 7860, or the next free one)"
    )
    studio.add_argument(
        "--path",
        help=(
            "the path a proxy puts before every address (default: found by itself on Binder and"
            " JupyterHub)"
        ),
    )
    studio.add_argument(
        "--public-link",
        action="store_true",
        help=(
            "also make a link that everyone on the internet can use; asks once more before it does"
        ),
    )
    studio.set_defaults(run=run_studio)


def run_save(options: argparse.Namespace) -> int:
    """Save all work as one file."""
    from course_utils.portfolio.bundle import save_work, size_of
    from course_utils.portfolio.store import Portfolio

    path = save_work(Portfolio(options.out), options.file)
    print(f"Saved {size_of(path)} as {path}.")
    return OK


def run_resume(options: argparse.Namespace) -> int:
    """Bring saved work back."""
    from course_utils.portfolio.bundle import resume_work
    from course_utils.portfolio.store import Portfolio

    print(resume_work(Portfolio(options.out), options.file).in_words())
    return OK


def run_make(options: argparse.Namespace) -> int:
    """Make new creations from a prompt."""
    import random

    from course_utils.creation import LearnerError, Recipe
    from course_utils.engines import engine_for
    from course_utils.engines.unused import said_of
    from course_utils.notebook.results import checked

    if options.count < 1:
        raise LearnerError("The count must be 1 or more. Try --count 4.")
    if options.seed is not None and not 0 <= options.seed < 2**32:
        raise LearnerError("The seed must be a whole number from 0 to 4294967295. Try --seed 7.")
    seed = random.SystemRandom().randrange(2**31) if options.seed is None else options.seed
    recipe = Recipe(
        kind=options.kind,
        prompt=checked(options.kind, options.text),
        seed=seed,
        settings={"count": options.count, **settings_given(options)},
    )
    made = list(make_and_save(recipe, options.out, options.json))
    said = said_of(engine_for(options.kind), recipe, made) if made else ""
    if said:
        print(said, file=sys.stderr if options.json else sys.stdout)
    return OK


def run_remake(options: argparse.Namespace) -> int:
    """Make the creation in a file again and say whether it came out the same."""
    from course_utils.creation import LearnerError
    from course_utils.files import unpack
    from course_utils.portfolio.store import Portfolio

    original = unpack(options.file)
    if not original.declared.engine:
        raise LearnerError(
            "A page was put together by a person, so it cannot be made again by a model. Try the"
            " file of a picture, a text or a tune."
        )
    if original.recipe.model in original.declared.brought:
        raise LearnerError(original.declared.brought[original.recipe.model])
    ingredients = Portfolio(options.file.parent).ingredients(original.recipe)
    for creation in make_and_save(original.recipe, options.out, options.json, ingredients):
        if not options.json:
            same = creation.content == original.content
            told = why_another(original.recipe)
            print(
                "It is exactly the same."
                if same
                else told
                or "It differs: you edited the first one, or another kind of computer made it."
            )
    return OK


def why_another(recipe: Recipe) -> str:
    """What the engine says where the same recipe may come out otherwise, or ""."""
    from course_utils.engines import engine_for

    return engine_for(recipe.kind).told(recipe)


def make_and_save(
    recipe: Recipe, folder: Path | None, as_json: bool, arguments: dict | None = None
) -> Iterator[Creation]:
    """Follow a recipe; each creation is saved and reported the moment it exists.

    `arguments` go to the engine.
    """
    from course_utils.engines import engine_for
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio(folder)
    for creation in engine_for(recipe.kind).create(
        recipe, on_progress=progress_line(), **(arguments or {})
    ):
        path = portfolio.save(creation)
        if as_json:
            line = {
                "path": str(path),
                "kind": creation.kind,
                "seconds": round(creation.seconds, 3),
                "recipe": creation.recipe.model_dump(),
            }
            print(json.dumps(line), flush=True)
        else:
            print(
                f"Saved a {creation.declared.noun} as {path} ({creation.seconds:.1f} seconds, seed"
                f" {creation.recipe.seed}).",
                flush=True,
            )
        yield creation


def progress_line() -> Callable[[Progress], None] | None:
    """Shows the share done on one line that is written over; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(progress: Progress) -> None:
        end = "\r" + " " * 20 + "\r" if progress.step >= progress.total else ""
        print(f"\rWorking: {progress.share:4.0%} {end}", end="", file=sys.stderr, flush=True)

    return show


def run_doctor(options: argparse.Namespace) -> int:
    """Check this computer; 0 when all is well."""
    from course_utils.cli.doctor import examine, readable

    report = examine()
    print(json.dumps(report, indent=2) if options.json else readable(report))
    return PROBLEM if report["problems"] else OK


def first_notebook() -> str:
    """The notebook that the course opens with."""
    return course().lesson[0].notebook


def lab_command(notebooks: Path, no_browser: bool, port: int | None) -> list[str]:
    """The command that starts JupyterLab on the first notebook, reachable from this computer only
    and asking nobody for news.
    """
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={notebooks}",
    ]
    command += [
        f"--LabApp.default_url=/lab/workspaces/{WORKSPACE}/tree/{first_notebook()}",
        "--ServerApp.log_level=WARN",
    ]
    command += [
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.jpserver_extensions=course_utils.lab_server=True",
    ]
    command += ["--no-browser"] if no_browser else []
    command += [f"--ServerApp.port={port}"] if port else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command += ["--allow-root"]  # usual in containers; JupyterLab would refuse to start
    return command


def lab_environment() -> dict[str, str]:
    """The environment JupyterLab and its notebooks run in."""
    paths = [str(LAB_SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**os.environ, **QUIET, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def run_lab(options: argparse.Namespace) -> int:
    """Open JupyterLab and wait until it ends."""
    from importlib.util import find_spec

    from course_utils.creation import LearnerError

    if not (NOTEBOOKS / first_notebook()).is_file():
        raise LearnerError(
            f"The lessons are not here: {NOTEBOOKS / first_notebook()} is missing. Get the whole"
            " course folder again, and start it there with `python start.py`."
        )
    if find_spec("jupyterlab") is None:
        raise LearnerError(
            "JupyterLab is not installed here. Run `python start.py` in the course folder."
        )
    if options.biggest:
        from course_utils.cli.models import prepare_biggest

        prepare_biggest()
    prepare_workspace()
    print("Opening the lessons. To end, press Ctrl-C here twice.", flush=True)
    process = subprocess.Popen(
        lab_command(NOTEBOOKS, options.no_browser, options.port), env=lab_environment()
    )
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab got it too, and asks or ends by itself
            continue


def run_studio(options: argparse.Namespace) -> int:
    """Open the studios in the browser and wait until they are ended."""
    from course_utils.web.launch import run_until_stopped, show_app, sure_of_public_link
    from course_utils.web.studio import studio_app

    if options.public_link and not sure_of_public_link():
        print("No public link was made. Run `course studio` for this computer alone.")
        return CANNOT
    run_until_stopped(
        show_app(
            studio_app(),
            options.port,
            options.public_link,
            options.path,
            browser=not options.no_browser,
        )
    )
    return OK


if __name__ == "__main__":
    sys.exit(main())
