"""The settings of a layout, each declared once."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator

from course_utils.creation import LearnerError
from course_utils.layouts.compositions import COMPOSITIONS
from course_utils.layouts.design import FORMATS
from course_utils.layouts.typography import OTHER_SCRIPTS, PAIRINGS
from course_utils.settings import Settings, setting

__all__ = ["ANY", "LayoutSettings"]

ANY = "any"
MOST_AT_ONCE = 12
KNOWN = {
    "format": [*FORMATS],
    "composition": [ANY, *COMPOSITIONS],
    "type": [ANY, *PAIRINGS, *OTHER_SCRIPTS],
}


class LayoutSettings(Settings):
    """What can be set of a layout."""

    count: int = setting(8, ge=1, le=MOST_AT_ONCE)
    text: str = setting("", label="Text", help="The words below the title.", lines=3, group="")
    format: str = setting(
        "poster",
        label="Format",
        help="The shape of the page.",
        choices=[*FORMATS],
        open_choice=True,
        group="",
    )
    small: str = setting("", label="Small words", help="A name, a date.")
    composition: str = setting(
        ANY,
        label="Composition",
        help="Where things stand.",
        choices=[ANY, *COMPOSITIONS],
        open_choice=True,
    )
    type: str = setting(
        ANY, label="Letters", help="Which letters.", choices=[ANY, *PAIRINGS], open_choice=True
    )
    palette: str = setting(ANY, label="Colours", help="Up to four such as #ffffff,#202020, or any.")
    choices: str = setting("")  # of the seed, as JSON: see `engine.read_choices`
    from_parent: bool = setting(False)
    pictures: str = setting("")
    locked: str = setting("")  # objects that stay: see `edits.write_locks`

    @field_validator("format", "composition", "type", mode="before")
    @classmethod
    def _known(cls, name: object, info: Any) -> object:
        known = KNOWN[info.field_name]
        if name not in known:
            raise LearnerError(
                f"There is no {info.field_name} called {str(name)[:40]!r}. Choose one of:"
                f" {', '.join(known)}."
            )
        return name
