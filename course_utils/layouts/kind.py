"""Layouts, as a kind of creation."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.creation import Creation, Recipe, found_of_kind
from course_utils.kinds import CreationKind

__all__ = ["pictures_in"]

HERE = "course_utils.layouts"


def pictures_in(recipe: Recipe, find: Callable[[str], Creation | None]) -> dict:
    """The pictures on a page, as far as they are here."""
    if not recipe.settings.get("from_parent"):
        return {}
    names = [recipe.parent, *str(recipe.settings.get("pictures") or "").split(",")]
    pictures = [one for name in names if (one := found_of_kind(find, name, "image"))]
    return {"picture": pictures[0] if len(pictures) == 1 else pictures} if pictures else {}


KINDS = (
    CreationKind(
        name="layout",
        noun="layout",
        suffix=".svg",
        media_type="image/svg+xml",
        files=f"{HERE}.layout_file",
        thumbnail=f"{HERE}.design:thumbnail",
        figure=f"{HERE}.design:figure",
        describe=f"{HERE}.design:describe",
        engine=f"{HERE}.engine:LayoutEngine",
        settings=f"{HERE}.settings:LayoutSettings",
        panel=f"{HERE}.panel:layouts",
        studio=f"{HERE}.studio:LayoutStudio",
        ingredients=f"{HERE}.kind:pictures_in",
        prompt="any script",
        looks="picture",
        made_by_rules=True,
        holds_results=True,
        in_room=False,  # arithmetic; it is quicker here than the way to the room
        record="laid out by rules from words a person gave",
    ),
)
