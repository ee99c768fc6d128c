"""Pictures, as a kind of creation."""

from __future__ import annotations

from collections.abc import Callable

from course_utils.creation import Creation, Recipe, found_of_kind
from course_utils.kinds import CreationKind

__all__ = ["ingredients"]

HERE = "course_utils.pictures"
PERSON = (
    "A person brought this picture in, so no model can make it again. "
    "Try the file of a picture that was made with the course."
)


def ingredients(recipe: Recipe, find: Callable[[str], Creation | None]) -> dict[str, Creation]:
    """The pictures a picture began from, as far as they are here."""
    wanted = {
        "start": recipe.parent if recipe.settings.get("from_parent") else None,
        "other": recipe.settings.get("blend_with"),
    }
    found = {name: found_of_kind(find, one, "image") for name, one in wanted.items()}
    return {name: one for name, one in found.items() if one is not None}


KINDS = (
    CreationKind(
        name="image",
        noun="picture",
        suffix=".png",
        media_type="image/png",
        files=f"{HERE}.png",
        thumbnail=f"{HERE}.png:thumbnail",
        figure=f"{HERE}.png:figure",
        describe=f"{HERE}.png:describe",
        engine=f"{HERE}.engine:ImageEngine",
        bring=f"{HERE}.uploads:picture_from",
        settings=f"{HERE}.settings:PictureSettings",
        panel=f"{HERE}.panel:pictures",
        studio=f"{HERE}.studio:ImageStudio",
        ingredients=f"{HERE}.kind:ingredients",
        begins_from={"start": "one", "other": "one"},
        looks="picture",
        can_be_taught=True,
        names_model=True,
        draws_together=True,
        brought={"own picture": PERSON},
        record="drawn up by the model {model} from the words “{words}”, seed {seed}",
    ),
)
