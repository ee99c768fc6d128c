"""The commands about models: `course models`, `preflight`, `fetch`, `pack`, `unpack`,
`measure-twins`, `check-catalogue`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

__all__ = ["add_commands", "prepare_biggest"]

KINDS = ("image", "words", "tune")


def add_commands(commands) -> None:
    """Add them to the `course` command's parser."""
    add_choosing(commands)
    add_fetching(commands)
    add_measuring(commands)


def add_choosing(commands) -> None:
    """Which models there are, and which are used."""
    models = commands.add_parser(
        "models", help="list the models, their size, licence and what they are good for"
    )
    models.add_argument("--json", action="store_true", help="print the whole catalogue as JSON")
    models.set_defaults(run=run_models)

    preflight = commands.add_parser(
        "preflight", help="say in words which models this computer uses, and what more would take"
    )
    preflight.add_argument(
        "kind", nargs="?", choices=KINDS, help="only for this kind (default: all)"
    )
    preflight.add_argument("--wish", default="", metavar="ID", help="a model you would like to use")
    preflight.set_defaults(run=run_preflight)


def add_fetching(commands) -> None:
    """Models brought here, and passed on."""
    fetch = commands.add_parser(
        "fetch", help="fetch a model, or all of a tier; goes on where it stopped"
    )
    fetch.add_argument(
        "model",
        nargs="?",
        metavar="ID",
        help="a model of the catalogue, such as HuggingFaceTB/SmolLM2-360M-Instruct",
    )
    fetch.add_argument(
        "--tier",
        choices=("small", "gpu", "server"),
        help="all models of a tier whose licence asks nothing special",
    )
    fetch.set_defaults(run=run_fetch)

    pack = commands.add_parser(
        "pack", help="copy fetched models to a folder or stick, for rooms without internet"
    )
    pack.add_argument(
        "--tier",
        choices=("small", "gpu", "server"),
        help="fetched models of this tier (default: all that are fetched)",
    )
    pack.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    pack.add_argument(
        "--everything",
        action="store_true",
        help="the whole course with its packages too, for a stick and computers without a network",
    )
    pack.add_argument(
        "--systems",
        nargs="+",
        choices=["linux", "windows", "macos"],
        default=["linux", "windows", "macos"],
        help="with --everything: for which systems (default: all three)",
    )
    pack.add_argument(
        "--pythons",
        nargs="+",
        choices=["3.11", "3.12", "3.13"],
        default=["3.11", "3.12", "3.13"],
        help="with --everything: for which Pythons (default: 3.11 3.12 3.13)",
    )
    pack.set_defaults(run=run_pack)

    unpack = commands.add_parser("unpack", help="take the models of a pack over, each file checked")
    unpack.add_argument(
        "folder", type=Path, metavar="DIR", help="the folder that `course pack` wrote"
    )
    unpack.set_defaults(run=run_unpack)

    mirror = commands.add_parser("mirror", help="let this computer fetch models for a whole room")
    mirror.add_argument("--port", type=int, default=8090, help="(default 8090)")
    mirror.add_argument(
        "--only-here", action="store_true", help="for programs on this computer alone"
    )
    mirror.set_defaults(run=run_mirror)


def add_measuring(commands) -> None:
    """What models need here, and whether the catalogue is true."""
    twins = commands.add_parser(
        "measure-twins",
        help=(
            "measure what bigger models need here, on copies of their shape with random weights;"
            " nothing is fetched"
        ),
    )
    twins.add_argument("models", nargs="*", metavar="ID", help="only these (default: all)")
    twins.add_argument(
        "--place",
        type=Path,
        metavar="DIR",
        help="where to build them; the largest needs 7 GB (default: the system's temporary folder)",
    )
    twins.add_argument("--json", action="store_true", help="print a line of JSON for each")
    twins.set_defaults(run=run_twins)

    check = commands.add_parser(
        "check-catalogue", help="compare the catalogue with the live hub: names, sizes, licences"
    )
    check.add_argument(
        "--pin",
        action="store_true",
        help=(
            "for who keeps the course: write the hub's present commits into the catalogue, then"
            " compare"
        ),
    )
    check.set_defaults(run=run_check)


def run_models(options: argparse.Namespace) -> int:
    from course_utils.models.catalogue import catalogue
    from course_utils.models.hub import is_fetched

    if options.json:
        print(json.dumps([model.model_dump() for model in catalogue()], indent=1))
        return 0
    for model in catalogue():
        state = (
            "comes with the course"
            if model.ships
            else "fetched"
            if is_fetched(model)
            else f"{model.bytes / 1e6:.0f} MB to fetch"
        )
        use = "" if model.commercial else "; NOT for commercial use"
        print(
            f"{model.id}\n  {model.kind}, tier {model.tier}, {state}. Licence:"
            f" {model.licence}{use}.\n  Good: {model.good} Bad: {model.bad}"
        )
        if model.unverified:
            print(f"  Not compared with the live hub yet: {', '.join(model.unverified)}.")
    return 0


def run_preflight(options: argparse.Namespace) -> int:
    from course_utils.models.catalogue import find_model
    from course_utils.models.choose import preflight

    kinds = (
        [options.kind]
        if options.kind
        else [find_model(options.wish).kind]
        if options.wish
        else KINDS
    )
    for kind in kinds:
        for line in preflight(kind, wish=options.wish):
            print(line)
        print()
    return 0


def run_fetch(options: argparse.Namespace) -> int:
    from course_utils.creation import LearnerError
    from course_utils.models.catalogue import also_needed, catalogue, find_model
    from course_utils.models.hub import fetch

    if bool(options.model) == bool(options.tier):
        raise LearnerError(
            "Say which model, such as `course fetch HuggingFaceTB/SmolLM2-360M-Instruct`, or a"
            " tier: `course fetch --tier small`."
        )
    models = (
        [find_model(options.model)]
        if options.model
        else [
            model
            for model in catalogue()
            if model.tier == options.tier and model.commercial and not model.gated
        ]
    )
    for model in dict.fromkeys(one for chosen in models for one in (*also_needed(chosen), chosen)):
        print(f"Ready: {fetch(model, print, on_line(model.id))}")
    return 0


def on_line(name: str):
    """Shows the megabytes on one line that is written over; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(here: int, total: int) -> None:
        print(
            f"\r{name}: {here / 1e6:.0f} of {total / 1e6:.0f} MB ",
            end="" if here < total else "\n",
            file=sys.stderr,
            flush=True,
        )

    return show


def run_pack(options: argparse.Namespace) -> int:
    from course_utils.creation import LearnerError
    from course_utils.models.catalogue import also_needed, catalogue
    from course_utils.models.hub import is_fetched
    from course_utils.models.packs import pack

    if options.everything:
        from course_utils.cli.stick import pack_everything, size_of

        pack_everything(
            options.out, options.systems, options.pythons, lambda line: print(line, flush=True)
        )
        print(f"Packed {size_of(options.out) / 1e6:.0f} MB into {options.out}; see READ_ME.txt.")
    wanted = [
        one
        for model in catalogue()
        if options.tier in (None, model.tier)
        for one in (model, *also_needed(model))
    ]
    done = pack(
        list(dict.fromkeys(model for model in wanted if not model.ships and is_fetched(model))),
        options.out,
    )
    if options.everything:
        if done:
            print(f"With these models too: {', '.join(done)}. There: course unpack DIR")
        return 0
    if not done:
        raise LearnerError(
            "Nothing has been fetched yet that could be packed. Run `course fetch --tier small`"
            " first, where there is a network."
        )
    print(
        f"Packed into {options.out}: {', '.join(done)}. On the other computer: course unpack"
        f" {options.out}"
    )
    return 0


def run_unpack(options: argparse.Namespace) -> int:
    from course_utils.models.packs import unpack

    print(f"Ready without a network: {', '.join(unpack(options.folder))}.")
    return 0


def run_mirror(options: argparse.Namespace) -> int:
    from course_utils.models.mirror import run

    return run(options.port, options.only_here)


def run_twins(options: argparse.Namespace) -> int:
    from benchmarks.twin_runs import SHIPPED, measure
    from benchmarks.twins import SHAPES

    good = True
    for found in measure(options.models or [*SHIPPED, *SHAPES], options.place):
        good &= "refused" not in found
        if options.json:
            print(json.dumps(found), flush=True)
        elif "refused" in found:
            print(found["refused"], flush=True)
        else:
            print(
                f"{found['id']}: needs {found['needs'] / 1e9:.2f} GB of memory, {found['load']:.1f}"
                f" s to load, {found['seconds']:.1f} s for {found['what']}"
                f" ({found['processor_seconds']:.1f} s of work for {found['threads']} threads).",
                flush=True,
            )
    return 0 if good else 1


def prepare_biggest(ask=input) -> None:
    """Say which are the biggest models this computer carries, fetch them if the person agrees,
    and let the studios begin with them.

    Args:
        ask: puts a question and gives back what was answered; without a terminal nobody is asked
            and nothing fetched.
    """
    import os

    from course_utils.creation import LearnerError
    from course_utils.models.catalogue import also_needed
    from course_utils.models.choose import BIGGEST, VARIABLES, card, choose, is_here, to_fetch
    from course_utils.models.hub import fetch

    for kind in ("image", "words"):
        os.environ[VARIABLES[kind]] = BIGGEST
        best = choose(kind, allow_fetch=True).model
        print("\n".join(card(best)))
        if is_here(best):
            continue
        if ask is input and not sys.stdin.isatty():
            print(
                "It is not here and nobody can be asked, so nothing is fetched: `course fetch"
                f" {best.id}`."
            )
        elif ask(f"Fetch {to_fetch(best) / 1e6:.0f} MB now? Type yes or no: ").strip().lower() in (
            "y",
            "yes",
        ):
            try:
                for one in (*also_needed(best), best):
                    fetch(one, print, on_line(one.id))
            except LearnerError as sentence:
                print(f"{sentence} The lessons open all the same.")


def run_check(options: argparse.Namespace) -> int:
    from course_utils.models.catalogue import FILE, catalogue
    from course_utils.models.catalogue_check import check_online, pinned
    from course_utils.models.hub import NoNetwork, ask_hub, offline

    if offline():
        raise NoNetwork("The network is switched off (COURSE_OFFLINE), so the hub cannot be asked.")
    if options.pin:
        FILE.write_text(
            pinned(FILE.read_text(encoding="utf-8"), ask_hub), encoding="utf-8", newline="\n"
        )
        catalogue.cache_clear()
    differences = check_online(ask_hub)
    print("\n".join(differences) or "The catalogue and the hub agree.")
    return 1 if differences else 0
