"""The tune studio."""

from __future__ import annotations

import random

import ipywidgets as widgets

from course_utils.creation import Creation, Recipe
from course_utils.studios.frame import SLOTS, WIDE, Studio, set_if_possible


class TuneStudio(Studio):
    """Four tunes to hear and see. `TuneStudio(prompt="a happy jig")`."""

    kind = "tune"
    noun = "tune"
    card_width = "420px"

    def __init__(self, prompt: str = "a happy jig", seed: int | None = None, **parts) -> None:
        super().__init__(prompt, seed, **parts)

    def controls(self) -> list[widgets.Widget]:
        from course_utils.engines.music import INSTRUMENTS

        self.instrument = widgets.Dropdown(options=["any", *INSTRUMENTS], value="any", description="Instrument", style=WIDE)
        self.bars = widgets.Dropdown(options=[("short, 4 bars", 4), ("8 bars", 8), ("long, 16 bars", 16)], value=8, description="Length", style=WIDE)
        return [self.instrument, self.bars]

    def more(self) -> list[widgets.Widget]:
        from course_utils.engines.tune_tokens import KEYS, KINDS, MODES

        self.kind_of_tune = widgets.Dropdown(options=KINDS, value="any", description="Kind of tune", style=WIDE)
        self.key = widgets.Dropdown(options=["any", *KEYS], value="any", description="Key", style=WIDE)
        self.mode = widgets.Dropdown(options=["any", *MODES], value="any", description="Mode", style=WIDE)
        self.surprise = widgets.Dropdown(options=[("a little", 0.7), ("some", 0.9), ("a lot", 1.1)], value=0.9, description="Surprise", style=WIDE)
        return [self.kind_of_tune, self.key, self.mode, self.surprise]

    def settings(self) -> dict:
        return {"instrument": self.instrument.value, "bars": self.bars.value, "kind_of_tune": self.kind_of_tune.value, "key": self.key.value, "mode": self.mode.value, "surprise": self.surprise.value}

    def show_settings(self, settings: dict) -> None:
        for name in ("instrument", "bars", "kind_of_tune", "key", "mode", "surprise"):
            set_if_possible(getattr(self, name), settings.get(name))

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """Keep the first half and write the rest anew."""
        from course_utils.engines.music import vary_settings

        return creation.recipe.changed(seed=random.randrange(2**31), parent=creation.id, settings={**vary_settings(creation), "count": SLOTS}), {}

    def preload(self) -> None:
        from course_utils.media import sound

        super().preload()
        if sound.can_play():
            sound.preload()
