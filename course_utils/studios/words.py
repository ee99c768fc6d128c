"""The words studio."""

from __future__ import annotations

import random

import ipywidgets as widgets

from course_utils.creation import Creation, Recipe
from course_utils.studios.frame import SLOTS, WIDE, Studio, set_if_possible


class WordsStudio(Studio):
    """Four short texts on a topic. `WordsStudio(prompt="the moon")`."""

    kind = "words"
    noun = "text"

    def __init__(self, prompt: str = "the moon", seed: int | None = None, **parts) -> None:
        super().__init__(prompt, seed, **parts)

    def controls(self) -> list[widgets.Widget]:
        from course_utils.engines.words import read_template, template_names

        self.template = widgets.Dropdown(options=[(read_template(name)["label"], name) for name in template_names()], value="poem", description="Make me", style=WIDE)
        self.surprise = widgets.Dropdown(options=[("a little", 0.6), ("some", 0.8), ("a lot", 1.1)], value=0.8, description="Surprise", style=WIDE)
        return [self.template, self.surprise]

    def settings(self) -> dict:
        return {"template": self.template.value, "surprise": self.surprise.value}

    def show_settings(self, settings: dict) -> None:
        set_if_possible(self.template, settings.get("template"))
        if isinstance(settings.get("surprise"), int | float):
            self.surprise.value = min((0.6, 0.8, 1.1), key=lambda value: abs(value - settings["surprise"]))

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """Keep the first line and write the rest anew."""
        lines = creation.text.splitlines()
        start = lines[0] + "\n" if len(lines) > 1 else " ".join(creation.text.split()[:5])
        return creation.recipe.changed(seed=random.randrange(2**31), parent=creation.id, settings={"count": SLOTS, "start": start}), {}
