"""The words studio."""

from __future__ import annotations

import random

import ipywidgets as widgets

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.media.words import coloured_html, share_sentence, whose_words, written_on
from course_utils.studios.frame import SLOTS, WIDE, Studio, button, set_if_possible


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

    def panels(self) -> list[tuple[str, list[widgets.Widget]]]:
        hint = widgets.HTML("<p style='margin:0;line-height:1.4'>Press Use this under a text, write on it here, then keep your version. Your words and the machine's are counted.</p>")
        self.mine = widgets.Textarea(description="My version", rows=6, style=WIDE, layout=widgets.Layout(width="95%", max_width="620px"))
        self.whose = widgets.HTML()
        return [("Make it yours", [hint, self.mine, button("Keep my version", "Save it as a text of its own", self.keep_mine), self.whose])]

    def use(self, place: int) -> None:
        super().use(place)
        if self.chosen is not None:
            self.mine.value = self.chosen.text

    def keep_mine(self) -> None:
        """Save what stands in the box as a person's version of the chosen text."""
        if self.chosen is None:
            return self._say("Choose a text with Use this first; then write on it.")
        try:
            version = written_on(self.chosen, self.mine.value)
            self.portfolio.save(version)
        except LearnerError as sentence:
            return self._say(str(sentence), wrong=True)
        pairs = whose_words(self.chosen.text, version.text)
        self.whose.value = coloured_html(pairs)
        self._remember()
        self.results = [version]
        self._show_results()
        self.refresh_history()
        self._say(f"Your version is saved and is candidate 1 now. {share_sentence(pairs)}")

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
