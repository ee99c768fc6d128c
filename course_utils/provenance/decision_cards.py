"""Decision cards and licences for one's own work, read from cards.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from course_utils.creation import LearnerError

__all__ = ["NOT_ADVICE", "licence_of", "read_cards", "suggest_licence"]

HERE = Path(__file__).with_name("cards.toml")
NOT_ADVICE = (
    "This is no legal advice. It says what was published up to the month on each card; ask somebody"
    " who knows before money or trouble is at stake."
)


class Place(BaseModel):
    """What holds in one jurisdiction, and where that is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    where: str
    says: str
    source: str


class Card(BaseModel):
    """A question, a short answer, steps to decide by, and what holds where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    short: str
    known: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    steps: Annotated[list[str], Field(min_length=1)]
    place: Annotated[list[Place], Field(min_length=2)]


class OwnLicence(BaseModel):
    """A licence a learner can give: short name, what to call it, its address, what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    url: str
    means: str


@cache
def read_cards() -> tuple[list[Card], dict[str, OwnLicence]]:
    """The cards in order, and the licences by short name."""
    table = tomllib.loads(HERE.read_text(encoding="utf-8"))
    return [Card(**row) for row in table["card"]], {
        row["id"]: OwnLicence(**row) for row in table["licence"]
    }


def licence_of(name: str) -> OwnLicence:
    """The licence of that short name.

    Raises:
        LearnerError: there is none.
    """
    licences = read_cards()[1]
    if name not in licences:
        raise LearnerError(f"Choose what others may do with it: {', '.join(licences)}.")
    return licences[name]


def suggest_licence(
    others_may_change: bool, others_may_sell: bool, name_me: bool, share_alike: bool = False
) -> OwnLicence:
    """The licence that fits four answers, as the Creative Commons chooser asks them.

    What no licence here fits, people must ask for.
    """
    if not name_me:
        return licence_of(
            "CC0-1.0"
            if others_may_change and others_may_sell and not share_alike
            else "all-rights-reserved"
        )
    if not others_may_change:
        return licence_of(
            "CC-BY-ND-4.0" if others_may_sell and not share_alike else "all-rights-reserved"
        )
    if not others_may_sell:
        return licence_of("CC-BY-NC-4.0" if not share_alike else "all-rights-reserved")
    return licence_of("CC-BY-SA-4.0" if share_alike else "CC-BY-4.0")
