"""Own models: what the picture, tune or words model learned from a person's own drawings,
tunes or phrases, as one safetensors file with its card inside.

The file holds a LoRA (Hu et al. 2021: two thin matrices for each layer that learned) and, for
pictures, the vector of one new word. Files may come from strangers: the size, the card and every
matrix are checked, and nothing in a file is ever run.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError, now

__all__ = [
    "CALLED",
    "LARGEST_FILE",
    "LICENCES",
    "MODELS",
    "OwnCard",
    "OwnModel",
    "SUFFIX",
    "THINGS",
    "WORD",
    "check_name",
    "from_bytes",
    "named_own",
    "to_bytes",
]

SUFFIX = ".safetensors"
MODELS = "my_models"  # inside a portfolio: a folder for each own model
CARD = "course_own_model"  # the key of the card in the file's metadata
WORD = "word"  # the name of the new word's vector in the file
LARGEST_FILE = 20_000_000  # bytes; one of rank 8 has 1.3 million
# what each kind is taught from
THINGS = {
    "image": ("drawing", "drawings"),
    "tune": ("tune", "tunes"),
    "words": ("phrase", "phrases"),
}
WITH_NEW_WORD = {"image"}  # kinds whose models learn a word for what they were taught
CALLED = {"image": "picture", "tune": "tune", "words": "words"}
LARGEST_CARD = 20_000  # characters
LICENCES = {
    "private": "kept by its author, not to be passed on",
    "CC0-1.0": "anyone may use it for anything",
    "CC-BY-4.0": "anyone may use it who names the author",
    "CC-BY-SA-4.0": "anyone may use it who names the author and shares alike",
}


class OwnCard(BaseModel):
    """What an own model is, who made it and what others may do with it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[a-z]{4,16}$")]
    kind: Literal["image", "tune", "words"] = "image"
    author: Annotated[str, Field(max_length=80)] = ""
    licence: Literal["private", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"] = "private"
    drawings: Annotated[int, Field(ge=1, le=60)]  # how many it was taught from, of whatever kind
    made: datetime = Field(default_factory=now)
    base: Annotated[str, Field(max_length=100)]
    base_revision: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    rank: Annotated[int, Field(ge=1, le=32)]
    steps: Annotated[int, Field(ge=0, le=1_000_000)]
    seconds: Annotated[float, Field(ge=0, le=1_000_000)]
    people_agreed: bool = False
    # settings most of what it was taught from has
    usual: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=40)]],
        Field(max_length=6),
    ] = Field(default_factory=dict)
    limits: Annotated[str, Field(max_length=400)] = (
        "Learned from a few drawings. It copies them more than it invents, and forgets a little of"
        " what the picture model knew."
    )

    def sentences(self) -> str:
        """The card for people to read."""
        by = f" by {self.author}" if self.author else ""
        return (
            f"“{self.name}” is an own model{by}, taught from {self.drawings}"
            f" {THINGS[self.kind][self.drawings != 1]} in {self.seconds:.0f} seconds ({self.steps}"
            f" steps) on {self.made:%d %B %Y}. It belongs to the {CALLED[self.kind]} model"
            f" {self.base}, version {self.base_revision}. Licence: {self.licence},"
            f" {LICENCES[self.licence]}. {self.limits}"
        )


@dataclass(frozen=True)
class OwnModel:
    """A card, its matrices as numpy arrays by name, and `print`:
    12 hexadecimal digits that change whenever a matrix changes.
    """

    card: OwnCard
    tensors: dict
    print: str

    def check_base(self, kind: str, revision: str, other_kind: str, other_base: str) -> None:
        """Whether it belongs to this version of the model of a kind.

        Raises:
            LearnerError: it does not; the two sentences hold {name}.
        """
        if self.card.kind != kind:
            raise LearnerError(other_kind.format(name=self.card.name))
        if self.card.base_revision != revision:
            raise LearnerError(other_base.format(name=self.card.name))


def named_own(name: str, fingerprint: str, own: OwnModel | None, what: str) -> OwnModel:
    """The own model that a recipe names, and in which version; `what` it makes, in a word.

    Raises:
        LearnerError: it is not here, or has been taught again since the recipe was written.
    """
    if own is None or own.card.name != name:
        raise LearnerError(
            f"The own model “{name[:40]}” is not here. Teach it again, or load its file, then try"
            " again; without it, leave own_model out."
        )
    if fingerprint not in ("", own.print):
        raise LearnerError(
            f"“{name}” has been taught again since this {what} was made, so it cannot be made"
            f' again. Ask for a new {what} with own_model="{name}".'
        )
    return own


def check_name(name: str) -> str:
    """The name of an own model, which is also the new word: 4 to 16 small letters.

    Raises:
        LearnerError: it cannot be one word of that kind, or is on the filter's list.
    """
    from course_utils.safety.prompts import check_prompt

    word = str(name).strip().lower()
    if not re.fullmatch(r"[a-z]{4,16}", word):
        raise LearnerError(
            "The name must be one invented word of 4 to 16 letters from a to z, such as: blobby."
            " Change it and try again."
        )
    return check_prompt(word)


def to_bytes(card: OwnCard, tensors: dict) -> bytes:
    """The file of an own model. `tensors`: numpy arrays by name; kept in 16 bits."""
    import numpy as np
    from safetensors.numpy import save

    return save(
        {name: np.ascontiguousarray(values, dtype=np.float16) for name, values in tensors.items()},
        metadata={"format": "pt", CARD: card.model_dump_json()},
    )


def from_bytes(data: bytes) -> OwnModel:
    """The own model in a file's bytes, checked.

    Raises:
        LearnerError: too large, not safetensors, no card or a broken one, or matrices that no own
            model has.
    """
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if len(data) > LARGEST_FILE:
        raise LearnerError(
            f"That file has {len(data) / 1e6:.0f} MB, and an own model has at most"
            f" {LARGEST_FILE // 1_000_000}. It is something else: choose a file that was shared"
            " from this course."
        )
    card = read_card(data)
    try:
        tensors = load(data)
    except (
        SafetensorError,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        MemoryError,
    ) as problem:
        raise LearnerError(
            "The own model in that file is damaged. Ask for the file again."
        ) from problem
    ranks = {
        f"{name}.lora_{side}.weight"
        for name in {name.rsplit(".lora_", 1)[0] for name in tensors if ".lora_" in name}
        for side in "AB"
    }
    extra = {WORD} if card.kind in WITH_NEW_WORD else set()
    if (
        not ranks
        or set(tensors) != ranks | extra
        or any(
            values.dtype != np.float16 or not np.isfinite(values).all()
            for values in tensors.values()
        )
    ):
        raise LearnerError(
            "The numbers in that file are not those of an own model, so it was not loaded. Ask for"
            " the file again."
        )
    return OwnModel(card, tensors, fingerprint(tensors))


def read_card(data: bytes) -> OwnCard:
    """The card in the bytes of a safetensors file.

    Raises:
        LearnerError: there is none, or it does not fit the schema.
    """
    try:
        (length,) = struct.unpack("<Q", data[:8])
        if length > min(len(data), 5_000_000):
            raise ValueError("the header is longer than the file")
        text = json.loads(data[8 : 8 + length])["__metadata__"][CARD]
        if len(text) > LARGEST_CARD:
            raise ValueError("the card is too long")
        fields = json.loads(text)
        if (
            isinstance(fields, dict)
            and isinstance(fields.get("schema_version"), int)
            and fields["schema_version"] > 1
        ):
            raise LearnerError(
                "That own model was made with a newer version of the course. Update the course,"
                " then load it again."
            )
        return OwnCard.model_validate_json(text)
    except LearnerError:
        raise
    except (
        struct.error,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        ValidationError,
    ) as problem:
        raise LearnerError(
            "That is not an own model from this course: only safetensors files with their card are"
            " read. Choose a file that was shared with Share."
        ) from problem


def fingerprint(tensors: dict) -> str:
    """12 hexadecimal digits of the numbers alone: the same under another licence or author."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        total.update(name.encode() + tensors[name].tobytes())
    return total.hexdigest()[:12]
