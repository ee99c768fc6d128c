"""A studio for any kind of creation, from its declaration alone."""

from __future__ import annotations

import random
from typing import Any

from course_utils.controls import StudioSpec
from course_utils.creation import Creation, Recipe
from course_utils.kinds import kind_named
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import Studio
from course_utils.notebook.results import SLOTS, checked
from course_utils.notebook.widgets import set_if_possible

__all__ = ["KindStudio"]


class KindStudio(Studio):
    """Four of a kind, with the controls of its panel: `KindStudio("palette", "a forest")`."""

    def __init__(
        self, kind: str, prompt: str | None = None, seed: int | None = None, **given: Any
    ) -> None:
        """`kind`: a name from `course_utils.kinds`; `given`: as in `Studio`.

        Raises:
            KeyError: there is no such kind.
        """
        self.kind, self.noun = kind, kind_named(kind).noun
        self.spec: StudioSpec = kind_named(kind).load("panel")()
        self.set: dict[str, widgets.Valued] = {}
        super().__init__(self.spec.words if prompt is None else prompt, seed, **given)
        self.prompt.description = self.spec.label

    def _group(self, group: str) -> list[widgets.Part]:
        names = [one.name for one in self.spec.controls if one.group == group]
        self.set |= {name: self.control(name) for name in names}
        return [self.set[name] for name in names]

    def controls(self) -> list[widgets.Part]:
        return self._group("")

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        groups = dict.fromkeys(one.group for one in self.spec.controls if one.group)
        return [(group, self._group(group)) for group in groups]

    def settings(self) -> dict:
        known = self.spec.settings.model_fields if self.spec.settings else {}
        return {name: part.value for name, part in self.set.items() if name in known}

    def show_settings(self, settings: dict) -> None:
        for name, value in settings.items():
            part = self.set.get(name)
            if isinstance(part, widgets.Options):
                set_if_possible(part, value)
            elif part is not None and type(part.value) is type(value):
                part.value = value

    def _recipe(self, prompt: str, seed: int, settings: dict, parent: str | None = None) -> Recipe:
        return Recipe(
            kind=self.kind,
            prompt=checked(self.kind, prompt),
            seed=seed,
            settings={"count": SLOTS, **settings},
            parent=parent,
        )

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """The same settings with seeds of their own."""
        seed = random.randrange(2**31)
        recipe = creation.recipe.changed(seed=seed, parent=creation.id, settings={"count": SLOTS})
        return recipe, {}
