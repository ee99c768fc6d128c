"""The two nouns everything passes around: Recipe (how to make a result) and Creation
(the result).
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from course_utils import kinds
from course_utils.errors import BadRecipe as BadRecipe
from course_utils.errors import LearnerError as LearnerError
from course_utils.kinds import CreationKind

__all__ = [
    "Creation",
    "EDITED_ELSEWHERE",
    "HumanEdit",
    "Kind",
    "LONGEST_SETTING",
    "Recipe",
    "STROKES",
    "Setting",
    "edited_elsewhere",
    "found_of_kind",
    "load",
    "new_id",
    "now",
    "unload",
]

LOST = "The recipe inside this file is damaged. Try the original file from your portfolio."


def known_kind(name: str) -> str:
    """A kind's name, checked.

    Raises:
        ValueError: there is no such kind.
    """
    if name not in kinds.names():
        raise ValueError(f"no kind of creation is called {name!r}")
    return name


def names_in_schema(schema: dict) -> None:
    schema["enum"] = list(kinds.names())


Kind = Annotated[str, AfterValidator(known_kind), Field(json_schema_extra=names_in_schema)]
STROKES = "brush strokes"  # what a drawing of one's own counts
LARGEST_RECORD = 100_000  # characters of JSON; a real record has a few hundred

LONGEST_SETTING = 4000  # characters
Setting = bool | int | float | Annotated[str, Field(max_length=LONGEST_SETTING)]


def new_id() -> str:
    """A short unique name for a Creation: 12 hexadecimal digits."""
    return uuid.uuid4().hex[:12]


def now() -> datetime:
    """The present moment, with time zone UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


class Recipe(BaseModel):
    """Everything needed to make a result again.

    Plain JSON, checked against this schema, never evaluated.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    schema_version: Literal[1] = 1
    kind: Kind
    prompt: Annotated[str, Field(max_length=2000)]
    model: Annotated[str, Field(max_length=200)] = ""
    revision: Annotated[str, Field(max_length=200)] = ""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    settings: Annotated[
        dict[Annotated[str, Field(max_length=60)], Setting], Field(max_length=40)
    ] = Field(default_factory=dict)
    parent: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] | None = None

    @property
    def declared(self) -> CreationKind:
        """What its kind is declared to be."""
        return kinds.kind_named(self.kind)

    def changed(self, **changes) -> Recipe:
        """A checked copy with some fields changed; `settings` given here are merged into the
        present ones.
        """
        settings = {**self.settings, **changes.pop("settings", {})}
        return Recipe.model_validate({**self.model_dump(), "settings": settings, **changes})


class HumanEdit(BaseModel):
    """One thing a person did to a result: chose it, saved it, changed words, combined it.

    `counts`: numbers that belong to it, such as whose words a text has.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: datetime = Field(default_factory=now)
    what: Annotated[str, Field(max_length=500)]
    counts: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=0)]], Field(max_length=8)
    ] = Field(default_factory=dict)


class Creation(BaseModel):
    """One result: its recipe, its content, an id, a time and the list of human edits.

    `content` holds the bare result as bytes: PNG for an image, UTF-8 text for words, a standard
    MIDI file for a tune, 16-bit WAV for a sound, HTML for a page. Which file each kind is kept in
    stands in `course_utils.kinds`.
    """

    model_config = ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")] = Field(default_factory=new_id)
    recipe: Recipe
    content: bytes
    made: datetime = Field(default_factory=now)
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    edits: Annotated[list[HumanEdit], Field(max_length=1000)] = Field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.recipe.kind

    @property
    def declared(self) -> CreationKind:
        """What its kind is declared to be."""
        return self.recipe.declared

    @property
    def text(self) -> str:
        """The content of words or of a page as text."""
        return self.content.decode("utf-8")

    def record(self) -> str:
        """This creation as JSON without its content: what is embedded in every file written."""
        return self.model_dump_json(exclude={"content"})

    @classmethod
    def from_record(cls, record: str, content: bytes) -> Creation:
        """Rebuild a creation from an embedded record and the content of the same file.

        Raises:
            BadRecipe: the record is not JSON, too long, or does not fit the schema.
        """
        if len(record) > LARGEST_RECORD:
            raise BadRecipe(
                "The recipe in this file is far too long to be one of ours. Try another file made"
                " with the course."
            )
        try:
            fields = json.loads(record)
            if not isinstance(fields, dict):
                raise TypeError("not an object")
            recipe = fields.get("recipe")
            if (
                isinstance(recipe, dict)
                and isinstance(recipe.get("schema_version"), int)
                and recipe["schema_version"] > 1
            ):
                raise BadRecipe(
                    "This file was made with a newer version of the course. Update the course, then"
                    " open it again."
                )
            # strict JSON validation of the text, so that types are those of the schema
            return cls.model_validate(
                {
                    **cls.model_validate_json(json.dumps({**fields, "content": ""})).model_dump(),
                    "content": content,
                }
            )
        except BadRecipe:
            raise
        except (ValidationError, ValueError, TypeError, RecursionError) as problem:
            raise BadRecipe(
                "The recipe in this file is damaged or not one of ours. Try the original file, not"
                " a copy from a chat or a screenshot."
            ) from problem


EDITED_ELSEWHERE = "edited elsewhere, in another program"


def edited_elsewhere(made: Creation, content: bytes, fingerprint: str) -> Creation:
    """What a file holds whose content another program changed, but not its record: a work of its
    own with the first as its parent, by the person who changed it.

    Args:
        made: what the record says, with the changed content.
        content: of the file.
        fingerprint: hexadecimal digits of the content, so that the same file has the same id.
    """
    mine = next(iter(made.declared.brought), "")
    recipe = made.recipe.changed(parent=made.id, model=mine, revision="").model_copy(
        update={"settings": {}}
    )
    return Creation(
        id=fingerprint[:12],
        recipe=recipe,
        content=content,
        edits=[HumanEdit(when=made.made, what=EDITED_ELSEWHERE)],
        made=made.made,
    )


def load(creation: Creation, with_content: bool = True) -> str:
    """The record of a creation, and its content unless the file itself is the content."""
    content = (
        {"content": base64.b64encode(creation.content).decode("ascii")} if with_content else {}
    )
    return json.dumps({"record": json.loads(creation.record()), **content})


def unload(text: str, content: bytes | None = None) -> Creation:
    """The creation in such a line.

    `content` is what the file itself holds, where the line has none.

    Raises:
        BadRecipe: it is damaged.
    """
    try:
        parts = json.loads(text)
        kept = base64.b64decode(parts["content"], validate=True) if "content" in parts else content
        if kept is None:
            raise ValueError("no content")
        return Creation.from_record(json.dumps(parts["record"]), kept)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        if isinstance(problem, BadRecipe):
            raise
        raise BadRecipe(LOST) from problem


def found_of_kind(
    find: Callable[[str], Creation | None], creation_id: object, kind: str
) -> Creation | None:
    """The creation with that id, where it is here and of that kind."""
    found = find(str(creation_id)) if creation_id else None
    return found if found is not None and found.kind == kind else None
