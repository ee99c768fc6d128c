"""All of a learner's work as one file, and back: progress, answers, creations, own models,
styles and taste.

A zip with real files and a list of them (work.json) with sizes and sums. Read back with care, for
the file may come from a stranger: names must stay inside the folder and be of kinds the course
writes, sizes are limited before anything is unpacked, creations must hold a sound recipe, and
nothing that is there already is ever written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils import files
from course_utils.creation import LearnerError
from course_utils.kinds import all_kinds
from course_utils.portfolio.progress import FILE as PROGRESS
from course_utils.portfolio.progress import Progress, add_progress, read_progress
from course_utils.portfolio.store import Portfolio
from course_utils.portfolio.whole_files import write_whole
from course_utils.safety.headers import check_json
from course_utils.safety.markup import check_page, check_svg

__all__ = ["NAME", "counted", "resume_work", "save_work", "size_of", "work_in"]

NAME = "my_work.zip"
LIST = "work.json"
ASIDE = "set_aside"  # where a saved file goes whose name is taken by another one
KINDS = (
    ".png",
    ".md",
    ".mid",
    ".wav",
    ".svg",
    ".html",
    ".ogg",
    ".mp3",
    ".musicxml",
    ".json",
    ".toml",
    ".txt",
    ".pdf",
    ".safetensors",
)
MOST_FILES, LARGEST_LIST = 5000, 4_000_000
LARGEST, LARGEST_WHOLE = 60_000_000, 1_000_000_000  # bytes unpacked: of one file, of all
# names Windows keeps for devices
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
NOT_OURS = (
    "That file was not saved by this course, or it is damaged. Choose the file my_work.zip that you"
    " saved; nothing was changed."
)


class SavedFile(BaseModel):
    """A file in the bundle."""

    model_config = ConfigDict(extra="forbid")

    path: Annotated[str, Field(min_length=1, max_length=200)]
    size: Annotated[int, Field(ge=0, le=LARGEST)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Bundle(BaseModel):
    """What the bundle says it holds."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=1)] = 1
    saved: datetime
    files: Annotated[list[SavedFile], Field(max_length=MOST_FILES)]


@dataclass
class Resumed:
    """What came back, as names inside the portfolio."""

    new: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)  # the same file was there already
    aside: list[str] = field(default_factory=list)  # another file of that name was there
    refused: list[str] = field(default_factory=list)  # not what it says it is

    def in_words(self) -> str:
        """A sentence or more."""
        said = [
            f"{counted(len(self.new), 'file')} came back" if self.new else "Nothing new came back"
        ]
        said += [f"{len(self.there)} were here already"] if self.there else []
        said += (
            [
                f"{counted(len(self.aside), 'file')} differed from yours of the same name and lie"
                f" in the folder {ASIDE}"
            ]
            if self.aside
            else []
        )
        said += (
            [
                f"{counted(len(self.refused), 'file')} could not be trusted and stayed out"
                f" ({', '.join(self.refused[:3])})"
            ]
            if self.refused
            else []
        )
        return "; ".join(said) + ". Your progress and your answers are joined."


def read_json(data: bytes):
    """JSON of a stranger, counted before it is read.

    Raises:
        ValueError: it is none, or too deep or too full.
    """
    check_json(data)
    return json.loads(data)


# of files that could act
CHECKS: dict[str, Callable[[bytes], object]] = {
    ".html": check_page,
    ".svg": check_svg,
    ".json": read_json,
}


def size_of(path: Path) -> str:
    """A file's size for people."""
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def is_safe(name: str) -> bool:
    """Whether a name stays inside its folder on every system and is of a kind the course writes."""
    parts = name.split("/")
    fine = all(
        re.fullmatch(r"[\w][\w .,()'+-]*", part)
        and not part.endswith((".", " "))
        and not RESERVED.match(part)
        for part in parts
    )
    return (
        fine
        and len(parts) <= 4
        and len(name) <= 200
        and parts[0] != ASIDE
        and name.lower().endswith(KINDS)
        and name != LIST
    )


def work_in(portfolio: Portfolio) -> list[str]:
    """The names of all files worth saving, in order."""
    names = []
    # a folder that another program removes meanwhile is passed over
    for place, folders, here in os.walk(portfolio.folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names += [Path(place, name) for name in here if not name.startswith(".")]
    found = [path for path in names if is_plain(path)]
    return sorted(
        filter(is_safe, (path.relative_to(portfolio.folder).as_posix() for path in found))
    )


def is_plain(path: Path) -> bool:
    """Whether a file is an ordinary one: no link, which may lead anywhere, and no pipe, which never
    ends.
    """
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def save_work(portfolio: Portfolio, path: Path | None = None) -> Path:
    """Everything in one file: `path`, else my_work.zip in the portfolio.

    An earlier one stays whole until the new one is.

    Raises:
        LearnerError: there is nothing to save, it is too much, or it cannot be written.
    """
    path = Path(path) if path else portfolio.folder / NAME
    names = work_in(portfolio)
    if not names:
        raise LearnerError("There is nothing to save yet. Make something first.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving-") as place:
            listed: list[SavedFile] = []
            part, whole = Path(place) / NAME, 0
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
                for name in names:
                    try:
                        data = (portfolio.folder / name).read_bytes()
                    except FileNotFoundError:  # removed or renamed meanwhile
                        continue
                    whole += len(data)
                    if len(data) > LARGEST or whole > LARGEST_WHOLE or len(listed) >= MOST_FILES:
                        raise LearnerError(
                            f"That is more than one file can hold: {name} would be too much. Move"
                            f" large files out of the folder {portfolio.folder.name}, then save"
                            " again."
                        )
                    bundle.writestr(name, data)
                    listed.append(
                        SavedFile(
                            path=name, size=len(data), sha256=hashlib.sha256(data).hexdigest()
                        )
                    )
                bundle.writestr(
                    LIST, Bundle(saved=datetime.now(UTC), files=listed).model_dump_json(indent=1)
                )
            os.replace(part, path)
    except OSError as problem:
        raise LearnerError(
            f"Your work could not be saved in {path.parent.name}:"
            f" {problem.strerror or 'it cannot be written'}. Make room on the disk, then save"
            " again; your creations are unharmed."
        ) from problem
    return path


def resume_work(portfolio: Portfolio, given: Path | str | bytes) -> Resumed:
    """Bring saved work back.

    Files that are there stay as they are; progress and answers are joined.

    Args:
        given: the file's name, or its bytes.

    Raises:
        LearnerError: it is no such file, it is damaged or hostile, or there is no room. Nothing is
            changed then.
    """
    import io

    try:
        source = io.BytesIO(given) if isinstance(given, bytes) else Path(given)
        with zipfile.ZipFile(source) as bundle:
            listed = _list_of(bundle)
            contents = {
                entry.path: _content(bundle, entry)
                for entry in listed.files
                if not _is_here(portfolio, entry)
            }
            progress = read_progress(contents.pop(PROGRESS, None))
    except LearnerError:
        raise
    except FileNotFoundError as problem:
        raise LearnerError(
            f"There is no file {Path(os.fsdecode(given)).name} here. Check the name, or drag the"
            " file into the file list on the left first."
        ) from problem
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as problem:
        raise LearnerError(NOT_OURS) from problem
    found = Resumed(
        there=[
            entry.path
            for entry in listed.files
            if entry.path not in contents and entry.path != PROGRESS
        ]
    )
    trusted = {name: data for name, data in contents.items() if _is_trusted(name, data)}
    found.refused += [name for name in contents if name not in trusted]
    targets = {}
    for name in trusted:
        taken = (portfolio.folder / name).exists()
        targets[name] = f"{ASIDE}/{name}" if taken else name
        (found.aside if taken else found.new).append(name)
    _put_in_place(portfolio, {targets[name]: data for name, data in trusted.items()}, progress)
    return found


def _put_in_place(portfolio: Portfolio, contents: dict[str, bytes], progress: Progress) -> None:
    """All files, or none: they are written beside first, then given their names.

    Raises:
        LearnerError: there is no room, or the folder is locked. Nothing is changed then.
    """
    placed: list[Path] = []
    try:
        portfolio.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=portfolio.folder, prefix=".resuming-") as beside:
            for number, data in enumerate(contents.values()):
                write_whole(Path(beside, str(number)), data)
            for name in contents:
                (portfolio.folder / name).parent.mkdir(parents=True, exist_ok=True)
            add_progress(portfolio, progress)
            for number, name in enumerate(contents):
                os.replace(Path(beside, str(number)), portfolio.folder / name)
                placed.append(portfolio.folder / name)
    except OSError as problem:
        for path in placed:
            path.unlink(missing_ok=True)
        raise LearnerError(
            f"Your work could not be brought back into the folder {portfolio.folder.name}: the disk"
            " is full or the folder is locked. Make room, then try again; nothing was changed."
        ) from problem


def _list_of(bundle: zipfile.ZipFile) -> Bundle:
    """The checked list: only safe names, each once, and exactly what the zip holds.

    No file is unpacked before this.
    """
    held = bundle.infolist()
    if len(held) > MOST_FILES + 1 or bundle.getinfo(LIST).file_size > LARGEST_LIST:
        raise LearnerError(NOT_OURS)
    try:
        with bundle.open(LIST) as content:
            listed = Bundle.model_validate(read_json(content.read(LARGEST_LIST)))
    except (ValidationError, LearnerError, RecursionError) as problem:
        raise LearnerError(NOT_OURS) from problem
    names = [entry.path for entry in listed.files]
    folded = {name.casefold() for name in names}
    if len(folded) != len(names) or sorted([*names, LIST]) != sorted(
        info.filename for info in held
    ):
        raise LearnerError(NOT_OURS)
    if not all(is_safe(name) for name in names):
        raise LearnerError(
            "That file holds names which lead out of your folder or belong to programs, so nothing"
            " of it was used. Choose the file my_work.zip that you saved yourself."
        )
    if sum(entry.size for entry in listed.files) > LARGEST_WHOLE:
        raise LearnerError(
            "That file is too large to be work from this course. Choose the file my_work.zip that"
            " you saved; nothing was changed."
        )
    return listed


def _content(bundle: zipfile.ZipFile, entry: SavedFile) -> bytes:
    """The bytes of a file, never more than it says."""
    with bundle.open(entry.path) as content:
        data = content.read(entry.size + 1)
    if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
        raise LearnerError(
            "That file is damaged: something in it is not what was saved. Try an earlier copy;"
            " nothing was changed."
        )
    return data


def _is_here(portfolio: Portfolio, entry: SavedFile) -> bool:
    path = portfolio.folder / entry.path
    try:
        return (
            path.stat().st_size == entry.size
            and hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256
        )
    except OSError:
        return False


def _is_trusted(name: str, data: bytes) -> bool:
    """Whether a file is what its name says: creations with a sound recipe, pages without programs,
    settings in their own notation.
    """
    suffix = Path(name).suffix.lower()
    try:
        if suffix in CHECKS:
            CHECKS[suffix](data)
    except (ValueError, RecursionError):
        return False
    if (
        "/" not in name
        and suffix in {kind.suffix for kind in all_kinds()}
        and re.match(r"\d{4}-\d\d-\d\d_", name)
    ):
        try:
            files.unpack_bytes(data, suffix)
        except LearnerError:
            return False
    return True
