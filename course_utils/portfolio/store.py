"""The portfolio: a folder where every creation is kept the moment it exists."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from course_utils import files
from course_utils.creation import Creation, HumanEdit, Kind, LearnerError, Recipe
from course_utils.engines.base import Ingredient
from course_utils.kinds import all_kinds, kind_named
from course_utils.labels import label_of, labelled
from course_utils.models.lora_file import MODELS, OwnModel
from course_utils.places import FOLDER_OF_ONE, portfolio_folder
from course_utils.portfolio.index import UNREADABLE, Index, Listed
from course_utils.portfolio.whole_files import sweep, write_whole
from course_utils.scores import synth as sound

__all__ = ["Keeper", "Portfolio", "Saved", "file_stem", "is_beside"]

List = list  # the portfolio has a method of that name

_SWEPT: set[Path] = set()  # folders in which this program has looked for litter


@dataclass(frozen=True)
class Saved:
    """A creation and the file it is kept in."""

    path: Path
    creation: Creation


class Portfolio:
    """Creations as ordinary files, each with its recipe inside.

    Two programs at once are safe: every file has a name of its own.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        """Use `folder`, else the folder named in COURSE_PORTFOLIO,
        else `my_creations` in the current folder.
        """
        self.folder = Path(folder) if folder else portfolio_folder()
        self.unreadable: List[str] = []  # names of files that `list` could not read

    def save(self, creation: Creation, with_sound: bool = True) -> Path:
        """Write the file of a creation (for a tune also its sound, where the sound library is and
        `with_sound`) and return its path. Where one program serves many people, a tune's sound is
        made when it is listened to.

        Raises:
            LearnerError: the folder cannot be written.
        """
        path = self.folder / (file_stem(creation) + creation.declared.suffix)
        self._write(path, files.pack(creation))
        with_sound = with_sound and FOLDER_OF_ONE.get() is None
        if with_sound and creation.declared.plays_notes and sound.can_play():
            self._write(path.with_suffix(".wav"), files.pack(creation, ".wav"))
        return path

    def list(self, kind: Kind | None = None, most: int | None = None) -> List[Saved]:
        """What is kept, newest first; files that cannot be read are passed over, and named in
        `unreadable`.
        """
        found: List[Saved] = []
        self.unreadable = []
        suffixes = {one.suffix for one in all_kinds() if kind in (None, one.name)}
        index, there = Index.of(self.folder), self._listed(suffixes)
        sounds = {file.stem for file in there if file.suffix == ".mid"}
        for file in sorted(there, key=lambda file: file.order, reverse=True):
            if most is not None and len(found) >= most:
                break
            if file.suffix == ".wav" and (
                file.stem in sounds or is_beside(self.folder / file.name)
            ):
                continue
            known = index.kind_of(file)
            if known == UNREADABLE:
                self.unreadable.append(file.name)
            elif kind in (None, kind if known is None else known):
                saved = self._open(file, index)
                # two kinds may share a file format
                if saved is not None and kind in (None, saved.creation.kind):
                    found.append(saved)
        index.keep()
        return found

    def _open(self, file: Listed, index: Index) -> Saved | None:
        """A creation read from its file, and its kind remembered; None where it is unreadable."""
        path = self.folder / file.name
        try:
            saved = Saved(path, files.unpack(path))
        except Exception as problem:  # one damaged or hostile file must not hide the others
            if not isinstance(problem, LearnerError):
                self.log_problem(problem)
            self.unreadable.append(path.name)
            if path.exists():
                index.learn(file, UNREADABLE)
            return None
        index.learn(file, saved.creation.kind)
        return saved

    def _listed(self, suffixes: set[str]) -> List[Listed]:
        """The files with some endings; links and what is no ordinary file are named in
        `unreadable`, for they may lead anywhere or never end.
        """
        if self.folder not in _SWEPT:
            _SWEPT.add(self.folder)
            sweep(self.folder)
        found = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                if not entry.name.endswith(tuple(suffixes)) or entry.name.startswith("."):
                    continue
                with contextlib.suppress(OSError):  # just gone
                    told = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(told.st_mode):
                        found.append(Listed(entry.name, told.st_size, told.st_mtime_ns))
                    elif not stat.S_ISDIR(told.st_mode):
                        self.unreadable.append(entry.name)
        return found

    def find(self, creation_id: str) -> Saved | None:
        """The creation of that id, or None when it is not here or its file is damaged."""
        for path in (
            self.folder.glob(f"*_{creation_id}.*")
            if re.fullmatch(r"[0-9a-f]{12}", creation_id)
            else ()
        ):
            if not is_beside(path):
                try:
                    saved = Saved(path, files.unpack(path))
                except Exception as problem:
                    if not isinstance(problem, LearnerError):
                        self.log_problem(problem)
                    return None
                # another program may have changed the file's content: then it is another work
                return saved if saved.creation.id == creation_id else None
        return None

    def ingredients(self, recipe: Recipe) -> dict[str, Ingredient]:
        """What a recipe began from: a picture's or a layout's pictures, a backing track's tune,
        what a sound is made out of, as far as they are here, under the names the engine wants them.
        """
        declared = kind_named(recipe.kind)
        taken = declared.load("ingredients")
        here: dict[str, Ingredient] = taken(recipe, self.creation) if taken else {}
        own = (
            self.own_model(str(recipe.settings.get("own_model") or ""))
            if declared.can_be_taught
            else None
        )
        return {**here, "own": own} if own else here

    def creation(self, creation_id: str) -> Creation | None:
        """A creation kept here, by its id; None where it is not."""
        kept = self.find(creation_id)
        return kept.creation if kept else None

    def keep_file(self, creation: Creation, suffix: str, data: bytes) -> Path:
        """Write something made from a creation (a cut-out, shapes, a sheet to print) beside it,
        with its label, and return its path.

        Raises:
            LearnerError: the folder cannot be written.
        """
        path = self.folder / "to_use" / f"{file_stem(creation)}{suffix}"
        self._write(path, labelled(data, path.suffix, label_of(creation)))
        return path

    def read_beside(self, name: str) -> bytes | None:
        """The content of a small file kept beside the creations (such as a taste),
        None where there is none.
        """
        path = self.folder / name
        try:
            return path.read_bytes() if path.is_file() else None
        except OSError as problem:
            raise LearnerError(
                f"The file {name} in your portfolio cannot be read. Close other programs that use"
                " it, then try again."
            ) from problem

    def change_beside(self, name: str, change: Callable[[bytes | None], bytes | None]) -> None:
        """Change such a file in one step: `change` gets what is there and gives what shall be there
        (None: nothing). Two programs at once wait for each other.

        Raises:
            LearnerError: the folder cannot be written.
        """
        from filelock import FileLock

        try:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / f".{Path(name).name}.lock", timeout=30):
                data = change(self.read_beside(name))
                if data is None:
                    (self.folder / name).unlink(missing_ok=True)
                else:
                    self._write(self.folder / name, data)
        except (OSError, TimeoutError) as problem:
            raise LearnerError(
                f"The file {name} could not be written in the folder {self.folder.name}. Make room"
                " on the disk, then try again; nothing was lost."
            ) from problem

    def own_model(self, name: str) -> OwnModel | None:
        """The own model of that name, or None when it is not here.

        Raises:
            LearnerError: its file is damaged.
        """
        from course_utils.models.lora_file import SUFFIX, from_bytes

        path = self.folder / MODELS / name / f"{name}{SUFFIX}"
        return (
            from_bytes(path.read_bytes())
            if re.fullmatch("[a-z]{4,16}", name) and path.is_file()
            else None
        )

    def own_models(self) -> List[str]:
        """The names of the own models kept here."""
        return sorted(
            path.parent.name
            for path in (self.folder / MODELS).glob("*/*.safetensors")
            if path.stem == path.parent.name
        )

    def keep_at(self, place: str, data: bytes) -> Path:
        """Write something that is no creation (an own model, a style) at a place inside the folder,
        and return its path.

        Raises:
            LearnerError: the folder cannot be written.
        """
        self._write(self.folder / place, data)
        return self.folder / place

    def remove_own_model(self, name: str) -> List[Path]:
        """Remove everything kept of an own model: its file, its lesson,
        its drawings and the copies made for sharing. What was removed.
        """
        import shutil

        if not re.fullmatch("[a-z]{4,16}", name):
            return []
        folder = self.folder / MODELS / name
        gone = [
            path
            for path in (*folder.glob("*"), self.folder / "to_use" / f"{name}.safetensors")
            if path.is_file()
        ]
        for path in gone:
            path.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        return gone

    def add_edit(self, creation: Creation, what: str) -> Creation:
        """The creation with one more human edit in its record, written back to its file.

        Edits kept there already stay.
        """
        kept = self.find(creation.id)
        creation = kept.creation if kept else creation
        creation = creation.model_copy(update={"edits": [*creation.edits, HumanEdit(what=what)]})
        self.save(creation)
        return creation

    def log_problem(self, problem: BaseException) -> None:
        """Keep the cause of an unexpected error in errors.log, for `course doctor`."""
        import traceback

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / "errors.log").open("a", encoding="utf-8") as log:
                log.write("".join(traceback.format_exception(problem)) + "\n")
        except OSError:
            pass

    def _write(self, path: Path, data: bytes) -> None:
        """Write in one step: readers see the old file or the new one, never half of it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        except OSError as problem:
            raise LearnerError(
                f"It could not be saved in the folder {self.folder.name}: the disk is full or the"
                " folder is locked. Make room, then press Save; it is still here."
            ) from problem


def is_beside(path: Path) -> bool:
    """Whether a file is the sound of a tune kept beside its notes, not a creation of its own."""
    return path.suffix == ".wav" and path.exists() and path.with_suffix(".mid").exists()


def file_stem(creation: Creation) -> str:
    """A readable name that sorts by time and works on every system,
    such as 2026-01-31_120000_image_a-red-heart_0123456789ab.
    """
    plain = unicodedata.normalize("NFKD", creation.recipe.prompt).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-") or "untitled"
    return f"{creation.made:%Y-%m-%d_%H%M%S}_{creation.kind}_{slug}_{creation.id}"


class Keeper(Protocol):
    """See `portfolio.store.Portfolio`."""

    folder: Path

    def own_model(self, name: str) -> OwnModel | None: ...

    def own_models(self) -> List[str]: ...

    def keep_at(self, place: str, data: bytes) -> Path: ...
