"""The picture studio."""

from __future__ import annotations

import ipywidgets as widgets

from course_utils.creation import Creation, Recipe
from course_utils.studios.frame import SLOTS, WIDE, Studio, set_if_possible


class ImageStudio(Studio):
    """Four pictures from a few words. `ImageStudio(prompt="a red heart", seed=7)`."""

    kind = "image"
    noun = "picture"

    def __init__(self, prompt: str = "a red heart", seed: int | None = None, **parts) -> None:
        super().__init__(prompt, seed, **parts)

    def controls(self) -> list[widgets.Widget]:
        self.style_choice = widgets.Dropdown(options=[("any", "any"), ("flat drawing", "flat"), ("sticker", "sticker"), ("shiny 3D", "3d")], value="any", description="Style", style=WIDE)
        self.speed = widgets.Dropdown(options=[("Quick", "quick"), ("Balanced", "balanced"), ("Careful", "careful")], value="balanced", description="Speed", style=WIDE)
        return [self.style_choice, self.speed]

    def more(self) -> list[widgets.Widget]:
        self.guidance = widgets.BoundedFloatText(value=3.0, min=1, max=8, step=0.5, description="Follow words", style=WIDE)
        return [self.guidance]

    def settings(self) -> dict:
        return {"style": self.style_choice.value, "speed": self.speed.value, "guidance": self.guidance.value}

    def show_settings(self, settings: dict) -> None:
        set_if_possible(self.style_choice, settings.get("style"))
        set_if_possible(self.speed, settings.get("speed"))
        if isinstance(settings.get("guidance"), int | float):
            self.guidance.value = settings["guidance"]

    def again_arguments(self, creation: Creation) -> dict:
        kept = self.portfolio.find(creation.recipe.parent) if creation.recipe.settings.get("from_parent") and creation.recipe.parent else None
        return {"start": kept.creation} if kept else {}

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        import random

        return creation.recipe.changed(seed=random.randrange(2**31), parent=creation.id, settings={"count": SLOTS, "strength": 0.65}), {"start": creation}
