"""The one table of models (catalogue.toml), checked against a schema."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from course_utils.creation import LearnerError

__all__ = [
    "Catalogue",
    "FILE",
    "Model",
    "TIERS",
    "also_needed",
    "catalogue",
    "find_model",
    "find_or_guest",
    "models_for",
]

FILE = Path(__file__).with_name("catalogue.toml")
TIERS = ("embedded", "small", "gpu", "server")
Text = Annotated[str, Field(min_length=1, max_length=400)]


class Model(BaseModel):
    """One model: what it is, what it needs, and what may be done with it. Sizes are bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$")]
    kind: Literal["image", "words", "tune", "safety", "decoder"]
    tier: Literal["embedded", "small", "gpu", "server"]
    order: Annotated[int, Field(ge=0)]
    revision: Annotated[str, Field(pattern=r"^(ships|main|[0-9a-f]{40})$")]
    licence: Text
    classroom: bool
    commercial: bool
    share_alike: bool
    use_rules: Annotated[str, Field(max_length=400)]
    gated: bool
    files: list[
        Annotated[
            str, Field(pattern=r"^[A-Za-z0-9_*][A-Za-z0-9._*-]*(/[A-Za-z0-9_*][A-Za-z0-9._*-]*)*$")
        ]
    ]
    bytes: Annotated[int, Field(ge=0)]
    loader: Text
    dtype: Literal["float32", "float16", "bfloat16", "Q4_1"]
    steps: Annotated[int, Field(ge=0, le=100)]
    guidance: Annotated[float, Field(ge=0, le=20)]
    memory: Annotated[int, Field(gt=0)]
    memory_from: Literal["measured", "reckoned", "estimated"]
    size: Annotated[int, Field(ge=0)]
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]]
    good: Text
    bad: Text
    fallback: str
    # for pictures: the small decoder that shows unfinished ones, and finished ones where there is
    # no graphics card
    preview: str = ""
    sentence: Text
    unverified: list[str]

    @model_validator(mode="after")
    def _consistent(self) -> Model:
        if self.revision == "main" and "revision" not in self.unverified:
            raise ValueError(
                f"{self.id}: a revision that is not pinned must be listed as unverified"
            )
        if (self.tier == "embedded") != (self.revision == "ships"):
            raise ValueError(f"{self.id}: only embedded models ship")
        if self.tier != "embedded" and (not self.files or "/" not in self.id):
            raise ValueError(f"{self.id}: a model of the hub needs its owner's name and its files")
        if not set(self.unverified) <= set(type(self).model_fields):
            raise ValueError(f"{self.id}: unverified names a field that does not exist")
        return self

    @property
    def ships(self) -> bool:
        return self.revision == "ships"


class Catalogue(BaseModel):
    """All models."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: list[Model]

    @model_validator(mode="after")
    def _whole(self) -> Catalogue:
        ids = [model.id for model in self.model]
        if len(ids) != len(set(ids)):
            raise ValueError("two models have the same id")
        for model in self.model:
            seen, at = [model.id], model
            while at.fallback:
                then = next((other for other in self.model if other.id == at.fallback), None)
                if then is None or then.id in seen or then.kind != model.kind:
                    raise ValueError(
                        f"{model.id}: its fallbacks must lead to a model of the same kind that"
                        " ships"
                    )
                seen.append(then.id)
                at = then
            if model.preview and model.preview not in [
                other.id for other in self.model if other.kind == "decoder"
            ]:
                raise ValueError(f"{model.id}: its preview must be a decoder of this catalogue")
            if not at.ships and model.kind not in ("safety", "decoder"):
                raise ValueError(f"{model.id}: its fallbacks must end at a model that ships")
        return self


@cache
def catalogue() -> tuple[Model, ...]:
    """Every model of catalogue.toml."""
    return tuple(Catalogue.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).model)


def models_for(kind: str) -> list[Model]:
    """The models of a kind, the preferred one first."""
    return sorted(
        (model for model in catalogue() if model.kind == kind), key=lambda model: -model.order
    )


FILTERED = {"image": ("gpu", "server")}  # tiers whose results the picture filter looks at


def also_needed(model: Model) -> list[Model]:
    """What is fetched with a picture model: its small decoder,
    and for the bigger tiers the picture filter.
    """
    preview = [find_model(model.preview)] if model.preview else []
    return preview + (
        models_for("safety")[:1] if model.tier in FILTERED.get(model.kind, ()) else []
    )


def find_model(name: str) -> Model:
    """The model of that id.

    Raises:
        LearnerError: there is none.
    """
    for model in catalogue():
        if model.id == name:
            return model
    raise LearnerError(
        f"The catalogue has no model called {name[:80]}. `course models` lists them all."
    )


GUEST_FILES = [
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "model-*.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
]


def find_or_guest(name: str, kind: str) -> Model:
    """The model of that id; for a name of the hub that the catalogue does not know,
    a guest of which only the name is known.

    Raises:
        LearnerError: it is neither, or makes something else.
    """
    found = next((model for model in catalogue() if model.id == name), None)
    if found is None and "/" in name:
        try:
            unknown = {
                "licence": "not known here: read the model's page",
                "good": "Not tried by the course.",
                "bad": "Not tried by the course.",
                "sentence": "The course does not know this model.",
                "bytes": 0,
                "memory": 1,
                "tier": "small",
                "dtype": "float32",
            }
            like = next(model for model in models_for(kind) if not model.ships)
            return Model.model_validate(
                {
                    **like.model_dump(),
                    **unknown,
                    "id": name,
                    "files": GUEST_FILES,
                    "languages": [],
                    "commercial": False,
                    "classroom": False,
                    "revision": "main",
                    "fallback": "",
                    "unverified": ["revision", "licence"],
                }
            )
        except ValueError:
            pass
    if found is None or found.kind != kind:
        raise LearnerError(
            f"There is no model for {kind} called {name[:80]}. `course models` lists them; a name"
            " of the hub looks like owner/name."
        )
    return found
