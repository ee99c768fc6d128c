"""Audiences: for whom one brief is made again, as small files (for_whom/*.toml,
and a learner's own) that say which words and settings change.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError, Recipe, Setting

__all__ = ["Audience", "KINDS", "NOBODY", "Part", "audiences", "changes", "file_name"]

FOLDER = Path(__file__).parent / "for_whom"
LARGEST = 20_000  # bytes of a file
KINDS = {"words": "words", "picture": "image", "tune": "tune"}  # part of the file: kind of creation
# the version for nobody in particular
PLAIN = {"words": {"template": "story"}, "picture": {"style": "any"}, "tune": {}}


class Part(BaseModel):
    """What changes in one kind: words added to the brief, and settings of its engine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    add: Annotated[str, Field(max_length=120)] = ""
    settings: Annotated[
        dict[Annotated[str, Field(max_length=40)], Setting], Field(max_length=20)
    ] = Field(default_factory=dict)


class Audience(BaseModel):
    """For whom: a name, a line about them, and what changes in words, picture and tune."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    about: Annotated[str, Field(max_length=200)] = ""
    words: Part = Part()
    picture: Part = Part()
    tune: Part = Part()

    def recipe(self, part: str, brief: str, seed: int) -> Recipe:
        """The recipe of one part ("words", "picture", "tune") for this audience:
        the same brief and seed, other words and settings.
        """
        change = getattr(self, part)
        text = (
            f"{change.add}: {brief}"
            if part == "tune" and change.add
            else f"{brief} {change.add}".strip()
        )
        return Recipe(
            kind=KINDS[part], prompt=text, seed=seed, settings={**PLAIN[part], **change.settings}
        )

    def to_toml(self) -> str:
        """The file of this audience."""

        def value(one) -> str:
            # strings, numbers, true and false are written alike in TOML
            return json.dumps(one, ensure_ascii=False)

        lines = [f"name = {value(self.name)}", f"about = {value(self.about)}"]
        for part in KINDS:
            change = getattr(self, part)
            inside = ", ".join(
                f"{value(name)} = {value(one)}" for name, one in change.settings.items()
            )
            lines += [f"[{part}]", f"add = {value(change.add)}", f"settings = {{ {inside} }}"]
        return "\n".join(lines) + "\n"


NOBODY = Audience(name="nobody in particular", about="the brief as it stands")


def read_audience(path: Path) -> Audience:
    """An audience from its file.

    Raises:
        LearnerError: it cannot be read, or does not fit the schema.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        return Audience.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError, RecursionError) as problem:
        raise LearnerError(
            f"The audience file {path.name[:60]} cannot be used: it is damaged or has a part it"
            " should not have. Delete it, or write it anew with tailoring.my_audience()."
        ) from problem


def audiences(own: Path | None = None) -> dict[str, Audience]:
    """The audiences that ship and those in a learner's folder, by name;
    the learner's go first where names are alike.
    """
    paths = [
        *sorted(FOLDER.glob("*.toml")),
        *(sorted(own.glob("*.toml"))[:50] if own and own.is_dir() else []),
    ]
    return {one.name: one for one in map(read_audience, paths)}


def file_name(name: str) -> str:
    """A plain file name for an audience."""
    return (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "audience") + ".toml"


def changes(plain: Recipe, made: Recipe) -> list[str]:
    """What differs between two recipes, in words: words added,
    and settings that were named in one of them.
    """
    added = made.prompt.replace(plain.prompt, "", 1).strip(" :")
    told = [f"words added: {added}"] if added else []
    names = [name for name in made.settings if made.settings[name] != plain.settings.get(name)]
    return [
        *told,
        *(
            f"{name}: {plain.settings.get(name, 'left open')} → {made.settings[name]}"
            for name in names
        ),
    ]
