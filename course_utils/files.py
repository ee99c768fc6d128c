"""One file format per kind of creation, each with the recipe inside,
and the way back from a file to a Creation.
"""

from __future__ import annotations

import os
import stat
from importlib import import_module
from pathlib import Path
from types import ModuleType

from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.kinds import all_kinds
from course_utils.labels import label_of, labelled, unlabelled

__all__ = ["pack", "read_given", "readers", "unpack", "unpack_bytes"]

LARGEST_FILE = 50_000_000  # bytes
LARGEST_GIVEN = 60_000_000  # bytes of a file from outside; its reader may want less
COMPRESSED = (".ogg", ".mp3")  # one module writes both


def pack(creation: Creation, suffix: str | None = None, by: str = "") -> bytes:
    """The bytes of the file for a creation, its record inside, and its label: how it was made.

    Args:
        suffix: of another file its kind can be taken away as, such as ".ogg" of a tune.
        by: the name of whoever directed it, where the file shall give it.
    """
    suffix = suffix or creation.declared.suffix
    packer = creation.declared.module_for(suffix).pack
    data = packer(creation, suffix) if suffix in COMPRESSED else packer(creation)
    return labelled(data, suffix, label_of(creation, by))


def unpack(path: Path | str) -> Creation:
    """The creation a file was made from.

    Raises:
        LearnerError: no such file, too large, or an unknown format.
        BadRecipe: the file holds no recipe, or a damaged one.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    known = readers()
    if suffix not in known:
        *others, last = known
        raise LearnerError(
            f"A file that ends in {path.suffix or 'nothing'} holds no recipe that opens here."
            f" Try a {', '.join(others)} or {last} file."
        )
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise OSError("no ordinary file: it may never end")
        if about.st_size > LARGEST_FILE:
            raise LearnerError(
                "That file is too large to be one of ours. Try a file made with the course."
            )
        data = path.read_bytes()
    except OSError as problem:
        raise LearnerError(
            f"The file {path.name} could not be opened. Check its name and folder, then try again."
        ) from problem
    creation = unpack_bytes(data, suffix)
    if suffix not in (creation.declared.suffix, *creation.declared.other_files):
        raise BadRecipe(
            "The recipe in this file belongs to another kind of result. Try the original file."
        )
    return creation


def read_given(name: str | os.PathLike, largest: int = LARGEST_GIVEN) -> bytes:
    """The bytes of a file a person names.

    Raises:
        LearnerError: it is not there, cannot be read, or is far too large.
    """
    try:
        path = Path(name).expanduser()
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise OSError("no ordinary file: it may never end")
        if about.st_size > largest:  # before it is read
            raise LearnerError(
                f"The file {path.name} is far too large. Cut out the part you want, or save it"
                " smaller, then choose it again."
            )
        return path.read_bytes()
    except LearnerError:
        raise
    except (OSError, ValueError, RuntimeError) as problem:
        raise LearnerError(
            f"There is no file {Path(name).name[:60]} that can be read here. Check the name, or"
            " drag the file into the file list on the left."
        ) from problem


def unpack_bytes(data: bytes, suffix: str) -> Creation:
    """The creation the bytes of a file were made from; see `unpack`."""
    modules, data = readers()[suffix], unlabelled(data, suffix)
    return next(
        (one for one in modules if len(modules) == 1 or one.is_mine(data)), modules[0]
    ).unpack(data)


def readers() -> dict[str, list[ModuleType]]:
    """The modules that read files, by suffix; where there are two, each has `is_mine(data)`."""
    found: dict[str, dict[str, None]] = {}
    for kind in all_kinds():
        for suffix, module in {kind.suffix: kind.files, **kind.other_files}.items():
            found.setdefault(suffix, {})[module] = None
    return {suffix: [import_module(name) for name in modules] for suffix, modules in found.items()}
