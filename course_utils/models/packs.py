"""Fetched models on a stick, for rooms without internet: pack copies them to a folder,
unpack copies them into the cache and checks every file.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError
from course_utils.models.cache import cache_folder, sha256_of
from course_utils.models.catalogue import Model, catalogue
from course_utils.models.hub import DONE, HubFile, folder_of, is_fetched, is_right, wanted
from course_utils.models.smollm2 import FILE as WORDS_FILE
from course_utils.models.smollm2 import SHA256 as WORDS_SHA256
from course_utils.models.smollm2 import is_whole, words_path

__all__ = ["pack", "unpack"]

LARGEST_LIST = 1_000_000  # bytes


class PackedFile(BaseModel):
    """A line in a packed model's list."""

    model_config = ConfigDict(extra="forbid")
    path: str = Field(max_length=200)
    size: int = Field(ge=0, le=10**12)
    check: str = Field(pattern=r"^(sha256:[0-9a-f]{64}|git:[0-9a-f]{40})$")


class PackedModel(BaseModel):
    """The list that lies beside a model's files."""

    model_config = ConfigDict(extra="ignore")
    id: str
    files: list[PackedFile] = Field(min_length=1, max_length=500)


def pack(models: list[Model], stick: Path) -> list[str]:
    """Copy fetched models, and the words model that the course fetches, to a folder;
    gives back their ids.

    Raises:
        LearnerError: one is not here yet, or there is no room.
    """
    missing = [model.id for model in models if not model.ships and not is_fetched(model)]
    if missing:
        raise LearnerError(
            f"{missing[0]} has not been fetched yet. Run `course fetch {missing[0]}` first, where"
            " there is a network."
        )
    done = []
    try:
        stick.mkdir(parents=True, exist_ok=True)
        if is_whole(words_path()):
            _copy(words_path(), stick / WORDS_FILE)
            done.append(WORDS_FILE)
        for model in models:
            if model.ships:
                continue
            folder, target = (
                folder_of(model),
                stick / "models" / folder_of(model).parent.name / model.revision,
            )
            for entry in _list_of(folder, model).files:
                _copy(folder / entry.path, target / entry.path)
            # last: without it the model does not count as packed
            _copy(folder / DONE, target / DONE)
            done.append(model.id)
    except OSError as problem:
        raise LearnerError(
            f"The models could not be copied to {stick}: {problem.strerror or problem}. Use a stick"
            " with more room, then run this again; what was copied is kept."
        ) from problem
    return done


def unpack(stick: Path) -> list[str]:
    """Copy the models of a pack into the cache, each file checked against its sum;
    gives back their ids.

    Raises:
        LearnerError: there is no pack, a file is damaged, or there is no room.
    """
    done = []
    try:
        if (stick / WORDS_FILE).is_file() and not is_whole(words_path()):
            if sha256_of(stick / WORDS_FILE) != WORDS_SHA256:
                raise LearnerError(f"{WORDS_FILE} on the stick is damaged. Make the pack again.")
            _copy(stick / WORDS_FILE, words_path())
        if (stick / WORDS_FILE).is_file():
            done.append(WORDS_FILE)
        for model in catalogue():
            source = stick / "models" / model.id.replace("/", "--") / model.revision
            if model.ships or not (source / DONE).is_file():
                continue
            for entry in _list_of(source, model).files:
                file = HubFile(entry.path, entry.size, entry.check)
                if is_right(folder_of(model) / entry.path, file):
                    continue
                if not is_right(source / entry.path, file):
                    raise LearnerError(
                        f"{entry.path} of {model.id} on the stick is damaged or missing. Make the"
                        " pack again."
                    )
                _copy(source / entry.path, folder_of(model) / entry.path)
            _copy(source / DONE, folder_of(model) / DONE)
            done.append(model.id)
    except OSError as problem:
        raise LearnerError(
            f"The models could not be copied to {cache_folder()}: {problem.strerror or problem}."
            " Make room, then run this again; what was copied is kept."
        ) from problem
    if not done:
        raise LearnerError(
            f"There is no pack of models in {stick}. Give the folder that `course pack` wrote."
        )
    return done


def _list_of(folder: Path, model: Model) -> PackedModel:
    """The checked list of a model's files: no name may lead out of its folder or name a kind that
    can carry programs.
    """
    try:
        if (folder / DONE).stat().st_size > LARGEST_LIST:
            raise ValueError("far too long")
        found = PackedModel.model_validate(json.loads((folder / DONE).read_text(encoding="utf-8")))
    except (ValueError, ValidationError, RecursionError) as problem:
        raise LearnerError(
            f"The list of files of {model.id} is damaged. Fetch or pack it again."
        ) from problem
    names = [entry.path for entry in found.files]
    if found.id != model.id or wanted(names, model.files) != sorted(names):
        raise LearnerError(
            f"The pack of {model.id} holds files that do not belong to it, so it is not used. Make"
            " the pack again."
        )
    return found


def _copy(source: Path, target: Path) -> None:
    """Copy in one step: `target` is either as before or whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.NamedTemporaryFile(dir=target.parent, prefix="part-", delete=False) as unfinished,
        source.open("rb") as content,
    ):
        try:
            shutil.copyfileobj(content, unfinished, 1 << 20)
            unfinished.close()
            os.replace(unfinished.name, target)
        except BaseException:
            unfinished.close()
            Path(unfinished.name).unlink(missing_ok=True)
            raise
