"""`course teach`: the teacher's folder as pages, or on paper."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from course_utils.creation import LearnerError

__all__ = ["add_commands"]


def add_commands(commands) -> None:
    """Add the command to the parser's."""
    teach = commands.add_parser(
        "teach", help="open the teacher's folder: plans, slides, handouts, answers"
    )
    teach.add_argument(
        "--to", type=Path, metavar="DIR", help="write the pages there (default: a folder of caches)"
    )
    teach.add_argument(
        "--print",
        type=Path,
        metavar="DIR",
        dest="paper",
        help="write PDF files for a printer there",
    )
    teach.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    teach.set_defaults(run=run_teach)


def run_teach(options: argparse.Namespace) -> int:
    """Build the pages, or the PDF files, and open or name them."""
    from platformdirs import user_cache_path

    from course_utils.teachers.folder import build, print_all

    if options.paper:
        if options.to:
            raise LearnerError("--print writes PDF files and --to writes pages. Give one of them.")
        paths = print_all(options.paper)
        print(f"{len(paths)} PDF files in {options.paper}.")
        return 0
    first = build(options.to or user_cache_path("course_utils") / "teach")
    if options.no_browser or not webbrowser.open(first.as_uri()):
        print(first.as_uri())
    return 0
