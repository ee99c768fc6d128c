"""What a person answered and set, as plain JSON checked against a schema.

Names and numbers only: no picture, text or sound is copied into it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import Creation, LearnerError, now
from course_utils.taste.traits import measure

__all__ = ["ANSWERS", "FILE", "KEEP_BACK", "Set", "TasteFile", "Vote", "vote_for"]

FILE = "my_taste.json"
LARGEST = 5_000_000  # bytes of JSON; a thousand answers have about one million
Answer = Literal["left", "right", "cannot say"]
ANSWERS = {"left": 1.0, "right": 0.0, "cannot say": 0.5}
SAID: dict[str, Answer] = {
    **dict.fromkeys(("l", "left", "1"), "left"),
    **dict.fromkeys(("r", "right", "2"), "right"),
    **dict.fromkeys(
        ("can't say", "cannot say", "cant say", "both", "neither", "?", "0"), "cannot say"
    ),
}
KEEP_BACK = 4  # every fourth answer is kept back from learning, to test the guesses on

TasteKind = Annotated[str, Field(pattern="^(image|layout|words|tune|sound)$")]
Measured = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[float, Field(ge=-1e6, le=1e6)]],
    Field(max_length=60),
]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class Vote(BaseModel):
    """One answer: the two candidates by id, name and measured traits, what was answered,
    whether it is kept back for testing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: TasteKind
    left: Id
    right: Id
    answer: Answer
    left_traits: Measured
    right_traits: Measured
    left_name: Annotated[str, Field(max_length=80)] = ""
    right_name: Annotated[str, Field(max_length=80)] = ""
    kept_back: bool = False
    when: datetime = Field(default_factory=now)

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.left, self.right))

    @property
    def winner(self) -> str:
        """The id of the preferred one, "" for can't say."""
        return {"left": self.left, "right": self.right}.get(self.answer, "")


class Set(BaseModel):
    """A belief a person set: a weight, or a trait that must never count."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    weight: Annotated[float, Field(ge=-3, le=3)] = 0.0
    forbidden: bool = False


class TasteFile(BaseModel):
    """Everything that is kept about a taste."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    schema_version: Literal[1] = 1
    votes: Annotated[list[Vote], Field(max_length=5000)] = Field(default_factory=list)
    beliefs: dict[
        TasteKind, Annotated[dict[Annotated[str, Field(max_length=40)], Set], Field(max_length=60)]
    ] = Field(default_factory=dict)

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> TasteFile:
        """Raises:
        LearnerError: not a taste file, damaged, too large, or from a newer version.
        """
        if len(data) > LARGEST:
            raise LearnerError(
                "That file is far too large to be a taste. Choose a file that taste.take() gave"
                " you."
            )
        try:
            fields = json.loads(data.decode("utf-8-sig"))
            if (
                isinstance(fields, dict)
                and isinstance(fields.get("schema_version"), int)
                and fields["schema_version"] > 1
            ):
                raise LearnerError(
                    "That taste was saved with a newer version of the course. Update the course,"
                    " then open it again."
                )
            return cls.model_validate_json(json.dumps(fields))
        except LearnerError:
            raise
        except (ValidationError, ValueError, RecursionError) as problem:
            raise LearnerError(
                "That is not a taste file, or it is damaged. Choose a file that taste.take() gave"
                " you; the taste you have is unharmed."
            ) from problem

    def of(self, kind: str) -> list[Vote]:
        """The answers about one kind, oldest first."""
        return [vote for vote in self.votes if vote.kind == kind]


def vote_for(left: Creation, right: Creation, answer: str, kept_back: bool = False) -> Vote:
    """An answer about two candidates.

    Raises:
        LearnerError: they are of two kinds or one and the same, or the answer is none of left,
            right, cannot say.
    """
    wanted = SAID.get(str(answer).strip().lower().replace("’", "'"))
    if wanted is None:
        raise LearnerError('Answer "left", "right" or "can\'t say".')
    if left.kind != right.kind:
        raise LearnerError(
            "These two cannot be compared: they are of different kinds. Give two pictures, or two"
            " tunes."
        )
    if left.id == right.id or left.content == right.content:
        raise LearnerError("Both sides are the same one. Give two different ones.")
    return Vote(
        kind=left.kind,
        left=left.id,
        right=right.id,
        answer=wanted,
        left_traits=measure(left),
        right_traits=measure(right),
        left_name=left.recipe.prompt[:80],
        right_name=right.recipe.prompt[:80],
        kept_back=kept_back,
    )
