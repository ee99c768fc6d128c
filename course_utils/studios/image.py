"""The picture studio."""

from __future__ import annotations

import random
from importlib import import_module

import ipywidgets as widgets

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import unread_words
from course_utils.media.uploads import picture_from_file
from course_utils.portfolio.store import Portfolio
from course_utils.studios.frame import SLOTS, WIDE, Studio, button, set_if_possible
from course_utils.taste.styles import expanded, style_names

STYLES = [("any", "any"), ("flat drawing", "flat"), ("sticker", "sticker"), ("shiny 3D", "3d")]
FOLLOW = [("loosely", 1.5), ("normally", 3.0), ("closely", 5.0), ("very closely", 7.5)]
DIFFER = [("hardly", 0.25), ("somewhat", 0.5), ("freely", 1.0)]
FAR = [("stay close", 0.4), ("halfway", 0.6), ("go far", 0.85)]
IDEAS = ["a fox", "a sunflower", "a blue heart on a yellow background", "a castle, 3d style", "two penguins", "a robot", "a birthday cake", "a small red car", "an owl, flat drawing", "a rainbow"]


class ImageStudio(Studio):
    """Four pictures from a few words. `ImageStudio(prompt="a red heart", seed=7)`."""

    kind = "image"
    noun = "picture"

    def __init__(self, prompt: str = "a red heart", seed: int | None = None, **parts) -> None:
        self._uploaded: Creation | None = None
        super().__init__(prompt, seed, **parts)

    def controls(self) -> list[widgets.Widget]:
        self.style_choice = choice("Style", [*STYLES, *own_styles(self.portfolio)], "any")
        self.speed = choice("Speed", [("Quick", "quick"), ("Balanced", "balanced"), ("Careful", "careful")], "balanced")
        return [self.style_choice, self.speed, button("Give me an idea", "Put other words into the box", self.idea)]

    def more(self) -> list[widgets.Widget]:
        self.guidance = choice("Follow words", FOLLOW, 3.0)
        self.surprise = choice("Candidates differ", DIFFER, 1.0)
        self.leave_out = words_box("Leave out", "what should not be there")
        self.second = words_box("Mix in", "other words to mix with yours")
        self.second_share = choice("How much of it", [("a little", 0.25), ("half", 0.5), ("mostly", 0.75)], 0.5)
        self.second_style = choice("Mix style with", [("no other", ""), *STYLES[1:]], "")
        return [self.guidance, self.surprise, self.leave_out, self.second, self.second_share, self.second_style]

    def panels(self) -> list[tuple[str, list[widgets.Widget]]]:
        from course_utils.engines.image import REGIONS, SIDES

        self.upload = widgets.FileUpload(accept="image/*", multiple=False, description="Choose a picture file", layout=widgets.Layout(width="auto", align_self="flex-start"))
        self.upload.observe(lambda _: self.take_upload(), names="value")
        self.begin = choice("Begin from", [("words only", ""), ("the one I chose with Use this", "chosen"), ("my picture file", "upload")], "")
        self.far = choice("How far to go", FAR, 0.6)
        self.part = choice("Change only", [("all of it", ""), *((name, name) for name in REGIONS)], "")
        self.extend = choice("Make wider", [("no", ""), *((f"add more {name}" if name in ("above", "below") else f"add more on the {name}", name) for name in SIDES)], "")
        self.blend = choice("Blend with", [("nothing", -1), *((f"earlier picture {number + 1}", number) for number in range(6))], -1)
        self.blend_share = choice("Share of that", [("a little", 0.25), ("half", 0.5), ("mostly", 0.75)], 0.5)
        hint = widgets.HTML("<p style='margin:0;line-height:1.4'>Press Use this under a picture, or choose a file; then say how far the new ones may go from it.</p>")
        finish = widgets.HTML("<p style='margin:0;line-height:1.4'>For the picture chosen with Use this, else the first one. The files go to the folder to_use.</p>")
        return [
            ("Start from a picture", [hint, self.upload, self.begin, self.far, self.part, self.extend, self.blend, self.blend_share]),
            ("Take it away", [
                finish, button("Clear background", "A PNG with nothing around the thing", lambda: self.take_away("clear.png", "cut_out_png")),
                button("Shapes that print at any size", "An SVG file", lambda: self.take_away("shapes.svg", "to_svg")), button("Sheet of stickers", "A PDF page to print and cut", lambda: self.take_away("stickers.pdf", "sticker_sheet")),
            ]),
        ]  # fmt: skip

    def settings(self) -> dict:
        style = self.style_choice.value
        if self.second_style.value and self.second_style.value != style:
            style = f"{style}:0.5 {self.second_style.value}:0.5"
        return {
            "style": style, "speed": self.speed.value, "guidance": self.guidance.value, "surprise": self.surprise.value, "leave_out": self.leave_out.value,
            "second": self.second.value, "second_share": self.second_share.value,
        }  # fmt: skip

    def show_settings(self, settings: dict) -> None:
        style, _, second = str(settings.get("style", "")).partition(" ")
        set_if_possible(self.style_choice, settings.get("style_name") or settings.get("own_model") or style.partition(":")[0])
        set_if_possible(self.second_style, second.partition(":")[0])
        set_if_possible(self.speed, settings.get("speed"))
        for control, name in ((self.guidance, "guidance"), (self.surprise, "surprise"), (self.second_share, "second_share")):
            if isinstance(settings.get(name), int | float):
                control.value = min((value for _, value in control.options), key=lambda value: abs(value - settings[name]))
        for control, name in ((self.leave_out, "leave_out"), (self.second, "second")):
            control.value = str(settings.get(name, ""))

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        """The recipe the controls describe, and the pictures it begins from."""
        if not self.begin.value:
            recipe = self._recipe(prompt, seed, expanded(self.portfolio, self.settings()), parent)
            return recipe, self.portfolio.ingredients(recipe)
        start = self.chosen if self.begin.value == "chosen" else self._uploaded
        if start is None:
            raise LearnerError("There is no picture to begin from yet. Press Use this under a picture, or choose a file, then press Generate.")
        settings, ingredients = {**expanded(self.portfolio, self.settings()), "strength": self.far.value, "part": self.part.value, "extend": self.extend.value}, {"start": start}
        if 0 <= self.blend.value < len(self.history):
            ingredients["other"] = self.history[self.blend.value]
            settings |= {"blend_with": ingredients["other"].id, "blend_share": self.blend_share.value}
        recipe = self._recipe(prompt, seed, settings, start.id)
        return recipe, {**self.portfolio.ingredients(recipe), **ingredients}

    def advice(self, recipe: Recipe) -> str:
        """Said after the pictures are made: what of the words could not be read."""
        unread = unread_words(self.engine, recipe.prompt)
        return f" The model had no room for the end of your words: “{unread}”." if unread else ""

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe)

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        plain = {"part": "", "extend": "", "blend_with": "", "shared_seed": -1, "surprise": 1.0}
        recipe = creation.recipe.changed(seed=random.randrange(2**31), parent=creation.id, settings={"count": SLOTS, "strength": self.far.value, **plain})
        return recipe, {**self.portfolio.ingredients(recipe), "start": creation}

    def idea(self) -> None:
        """Other words for the box."""
        self.prompt.value = random.choice([words for words in IDEAS if words != self.prompt.value])
        self._say("New words are in the box. Change them as you like, then press Generate.")

    def take_upload(self) -> None:
        """Keep the chosen file in the portfolio and begin from it; a file made with the course also gives its settings back."""
        try:
            name, data = uploaded_file(self.upload.value)
            if data is None:
                return
            picture = picture_from_file(data, name.rpartition(".")[0] or name)
            if self.portfolio.find(picture.id) is None:
                self.portfolio.save(picture)
        except LearnerError as sentence:
            return self._say(str(sentence), wrong=True)
        self._uploaded, self.begin.value = picture, "upload"
        self.refresh_history()
        if picture.recipe.model and picture.recipe.settings:
            self.prompt.value = picture.recipe.prompt
            self.show_settings(picture.recipe.settings)
            return self._say("That picture was made with the course: its words and settings are back, and you can begin from it.")
        self._say("Your picture is here. Say in the box what it should become, then press Generate.")

    def take_away(self, suffix: str, way: str) -> None:
        """Make a file to use from the chosen picture, else the first one."""
        creation = self.chosen or (self.results[0] if self.results else None)
        if creation is None:
            return self._say("There is no picture yet. Press Generate first.")
        try:
            made = getattr(import_module("course_utils.media.stickers"), way)([creation] if way == "sticker_sheet" else creation)
            path = self.portfolio.keep_file(creation, f"_{suffix}", made.encode() if isinstance(made, str) else made)
        except LearnerError as sentence:
            return self._say(str(sentence), wrong=True)
        self._say(f"Made {path.name}. It is in the folder {self.portfolio.folder.name}/to_use.")


def choice(name: str, options: list[tuple], value) -> widgets.Dropdown:
    return widgets.Dropdown(options=options, value=value, description=name, style=WIDE, layout=widgets.Layout(width="95%", max_width="360px"))


def own_styles(portfolio: Portfolio) -> list[tuple[str, str]]:
    """Styles a person saved and models of their own, as options."""
    return [*((f"mine: {name}", name) for name in style_names(portfolio)), *((f"my model: {name}", name) for name in portfolio.own_models())]


def words_box(name: str, hint: str) -> widgets.Text:
    return widgets.Text(description=name, placeholder=hint, style=WIDE, layout=widgets.Layout(width="95%", max_width="480px"))


def uploaded_file(value) -> tuple[str, bytes | None]:
    """Name and bytes from a FileUpload's value: a dict of files in ipywidgets 7, a tuple in 8; ("", None) when there is none."""
    if not value:
        return "", None
    if isinstance(value, dict):
        name, file = next(iter(value.items()))
        return str(name), bytes(file["content"])
    return str(value[0]["name"]), bytes(value[0]["content"])
