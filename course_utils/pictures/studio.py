"""The picture studio."""

from __future__ import annotations

import html
import random
from functools import partial

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.display.html import data_address
from course_utils.engines.base import Progress
from course_utils.models.catalogue import also_needed, find_model
from course_utils.notebook.chips import chips
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import VERBS, Studio
from course_utils.notebook.model_choice import ModelChoice
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import (
    button,
    choice,
    set_if_possible,
    told,
    uploaded_file,
)
from course_utils.pictures.calls import PLAIN, TYPES, VARIED, expected_words
from course_utils.pictures.candidates.spread import ANY
from course_utils.pictures.candidates.spread import PLAIN as ALIKE
from course_utils.pictures.canvas import NO_CANVAS, DrawingCanvas, can_draw
from course_utils.pictures.inpainting import REGIONS, SIDES, part_from_mask
from course_utils.pictures.panel import FILE_KINDS, SHEETS, own_styles, style_picture
from course_utils.pictures.png import BROUGHT_PICTURE, open_picture, show_png
from course_utils.pictures.prompt_ideas import IDEAS, idea, with_detail
from course_utils.pictures.saved_styles import expanded
from course_utils.pictures.settings import FOLLOW
from course_utils.pictures.settings import STYLE_CHOICES as STYLES
from course_utils.pictures.style_directions import mix_of
from course_utils.pictures.uploads import picture_from_file
from course_utils.pictures.wishes.wish import beyond
from course_utils.safety.prompts import check_prompt

__all__ = ["ImageStudio"]

BEGINNINGS = [
    ("words only", ""),
    ("the one I chose with Use this", "chosen"),
    ("my picture file", "upload"),
    ("my drawing", "drawing"),
]
PARTS = [("all of it", ""), ("the part I marked", "marked")]
WHERE = {"above": "above", "below": "below"}  # sides that are not said as "on the left"


class ImageStudio(Studio):
    """Four pictures from a few words. `pictures.Studio(prompt="a red heart", seed=7)`."""

    kind = "image"
    noun = "picture"
    verbs = {
        "vary": VERBS["vary"],
        "vary_more": ("Vary more", "Four that go further from this one"),
        **{name: VERBS[name] for name in ("again", "remix", "use", "save")},
    }

    def __init__(self, prompt: str = "a red heart", seed: int | None = None, **parts) -> None:
        self._uploaded: Creation | None = None
        self._in_field: Creation | None = None
        self._asked_about = ""
        super().__init__(prompt, seed, **parts)

    # The controls

    def controls(self) -> list[widgets.Part]:
        self.style_choice = chips(
            "Style",
            [*STYLES, *own_styles(self.portfolio)],
            "any",
            {style: style_picture(style) for _, style in STYLES},
            lambda sentence: self.say(sentence),
        )
        self.speed = self.control("speed")
        self.speed.observe(
            lambda _: self.say(
                f"Speed: {self.speed.value}. "
                + (
                    expected_words(
                        [*self.results, *self.history],
                        {**self.settings(), "count": SLOTS},
                        self.model_in_use(),
                    )
                )
            ),
            "value",
        )
        ideas = [
            button("Give me an idea", "Put other words into the box", self.idea),
            button(
                "Add a detail",
                "Put one more detail into the box, for you to keep or change",
                self.add_detail,
            ),
        ]
        surer = [
            button(wish, "A wish that comes out well", partial(self.take_offer, at))
            for at, wish in enumerate(IDEAS[:2])
        ]
        self.offers = widgets.HBox(surer)
        self.offers.layout.display = "none"
        return [self.style_choice, self.speed, widgets.HBox(ideas), self.offers]

    def ask_first(self) -> bool:
        """Before words beyond the small model are drawn: what it knows, and two surer wishes."""
        words = self.prompt.value
        found = None
        if words != self._asked_about and find_model(self.model_in_use()).ships:
            found = beyond(words, self.settings().get("own_model", ""))
        self._asked_about = words
        self.offers.layout.display = "" if found else "none"
        if not found:
            return False
        for offer, wish in zip(self.offers.children, found.surer):
            offer.description = wish
        self.say(f"{found.said()} Choose a surer wish, or press {self.make} again to draw yours.")
        return True

    def take_offer(self, place: int) -> None:
        """Draw one of the surer wishes instead."""
        self.prompt.value = self._asked_about = self.offers.children[place].description
        self.offers.layout.display = "none"
        self.generate()

    def more(self) -> list[widgets.Part]:
        names = "guidance surprise leave_out second second_share second_style style_share".split()
        parts = [self.control(name) for name in names]
        self.guidance, self.surprise, self.leave_out, self.second, *rest = parts
        self.second_share, self.second_style, self.style_share = rest
        return [
            *parts,
            told(
                "The same words, settings and seed give the same picture again. Keep the seed to"
                " change one thing at a time."
            ),
        ]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        return [
            ("Start from a picture", self._start_panel()),
            ("Draw, or mark a part", self._field_panel()),
            ("Contact sheet", self._sheet_panel()),
            ("Family", self._family_panel()),
            ("Take it away", self._take_panel()),
            ("Which model", self._model_panel()),
        ]

    def _start_panel(self) -> list[widgets.Part]:
        self.upload = widgets.FileUpload(
            accept="image/*", multiple=False, description="Choose a picture file"
        )
        self.upload.observe(lambda _: self.take_upload(), names="value")
        self.begin = choice("Begin from", BEGINNINGS, "")
        self.far, self.blend_share = self.control("strength"), self.control("blend_share")
        self.part = choice("Change only", [*PARTS, *((name, name) for name in REGIONS)], "")
        sides = [(f"add more {WHERE.get(name, f'on the {name}')}", name) for name in SIDES]
        self.extend = choice("Make wider", [("no", ""), *sides], "")
        earlier = [(f"earlier picture {number + 1}", number) for number in range(6)]
        self.blend = choice("Blend with", [("nothing", -1), *earlier], -1)
        return [
            told(
                "Press Use this under a picture, choose a file, or draw. A file made with the"
                " course brings its words and settings back."
            ),
            self.upload,
            self.begin,
            told("How far the new ones may go from it."),
            self.far,
            told("Only this part is drawn anew; the rest stays as it is."),
            self.part,
            told("Half a picture is added there."),
            self.extend,
            told("Halfway between two pictures: 0 is the first, 1 the other."),
            self.blend,
            self.blend_share,
        ]

    def _field_panel(self) -> list[widgets.Part]:
        self.canvas = (
            DrawingCanvas(label="Drawing field: draw a picture, or mark the part to change")
            if can_draw()
            else None
        )
        if self.canvas is None:
            return [told(NO_CANVAS)]
        self.canvas.observe(lambda _: self._drawn_on(), ["drawn", "painted"])
        buttons = [
            button(
                "Put the chosen picture in",
                "To draw on it or mark a part of it",
                self.picture_into_field,
            ),
            button("Empty the field", "A white field", lambda: self._fill_field(None)),
        ]
        return [
            told(
                "Draw roughly, say in the box what it is, and press Generate. Or put a picture in"
                " and mark the part to change. No field to be seen? Choose a picture file, and name"
                " a part, under Start from a picture."
            ),
            widgets.HBox(buttons),
            self.canvas,
        ]

    def _sheet_panel(self) -> list[widgets.Part]:
        self.across = choice("Across", [(name, name) for name in SHEETS], "style")
        self.down = choice(
            "Down", [("nothing", ""), *((name, name) for name in SHEETS)], "how closely it follows"
        )
        self.sheet = widgets.HTML()
        return [
            told(
                "The same seed with one or two settings changed, side by side. Stop keeps the cells"
                " that are done."
            ),
            self.across,
            self.down,
            button(
                "Make a contact sheet", "One picture for every pair of settings", self.make_sheet
            ),
            self.sheet,
        ]

    def _family_panel(self) -> list[widgets.Part]:
        self.family_view = widgets.HTML()
        self.member = choice("Go to", [("nothing yet", "")], "")
        buttons = [
            button(
                "Show the family",
                "Of the picture chosen with Use this, else the first one",
                self.show_family,
            ),
            button("Bring it back", "Make this one the only candidate", self.go_to_member),
        ]
        return [
            told(
                "Every picture remembers what it came from. Go back to any of them and take another"
                " way; nothing is lost."
            ),
            widgets.HBox(buttons),
            self.member,
            self.family_view,
        ]

    def _take_panel(self) -> list[widgets.Part]:
        self.taken = widgets.HTML()
        return [
            told(
                "For the picture chosen with Use this, else the first one. The files go to the"
                " folder to_use."
            ),
            button("Bigger", "The same picture four times larger, as a new one", self.bigger),
            *(
                button(words, "Make this file", partial(self.take_away, kind))
                for kind, words in FILE_KINDS.items()
            ),
            self.taken,
        ]

    def _model_panel(self) -> list[widgets.Part]:
        if not self.engine.has_models:
            return [told("This studio draws with the model it was given.")]
        self.model_choice = ModelChoice(
            "image",
            lambda: self.engine.current,
            self.engine.switch,
            also_needed,
            self.portfolio.log_problem,
        )
        return [
            told(
                "The same buttons with another model. Read what it needs first; nothing is fetched"
                " before you press Use this model."
            ),
            self.model_choice,
        ]

    # Settings and recipes

    def settings(self) -> dict:
        style = self.style_choice.value
        if self.second_style.value and self.second_style.value != style:
            style = mix_of(style, self.second_style.value, self.style_share.value)
        return {
            "style": style,
            "speed": self.speed.value,
            "guidance": self.guidance.value,
            "surprise": self.surprise.value,
            "leave_out": self.leave_out.value,
            "second": self.second.value,
            "second_share": self.second_share.value,
            "composition": ANY,
        }

    def show_settings(self, settings: dict) -> None:
        style, _, second = str(settings.get("style", "")).partition(" ")
        set_if_possible(
            self.style_choice,
            settings.get("style_name") or settings.get("own_model") or style.partition(":")[0],
        )
        set_if_possible(self.second_style, second.partition(":")[0])
        if second.partition(":")[2].replace(".", "", 1).isdigit():
            self.style_share.value = min(1.0, float(second.partition(":")[2]))
        set_if_possible(self.speed, settings.get("speed"))
        if isinstance(settings.get("guidance"), int | float):
            self.guidance.value = min(
                (value for _, value in FOLLOW), key=lambda value: abs(value - settings["guidance"])
            )
        for control, name in ((self.surprise, "surprise"), (self.second_share, "second_share")):
            if isinstance(settings.get(name), int | float):
                control.value = min(1.0, max(0.0, float(settings[name])))
        for control, name in ((self.leave_out, "leave_out"), (self.second, "second")):
            control.value = str(settings.get(name, ""))

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        """The recipe the controls describe, and the pictures it begins from."""
        if self.canvas is not None and not self.canvas.wait_for_strokes():
            raise LearnerError("The last stroke is still on its way here. Press Generate again.")
        settings, start = expanded(self.portfolio, self.settings()), self._start_picture()
        if start is None:
            recipe = self._recipe(prompt, seed, settings, parent)
            return recipe, self.portfolio.ingredients(recipe)
        part = (
            part_from_mask(self.canvas.mask())
            if self.part.value == "marked" and self.canvas
            else self.part.value
        )
        settings.pop("composition", None)
        settings, ingredients = (
            {**settings, "strength": self.far.value, "part": part, "extend": self.extend.value},
            {"start": start},
        )
        if 0 <= self.blend.value < len(self.history):
            ingredients["other"] = self.history[self.blend.value]
            settings |= {
                "blend_with": ingredients["other"].id,
                "blend_share": self.blend_share.value,
            }
        recipe = self._recipe(prompt, seed, settings, start.id)
        return recipe, {**self.portfolio.ingredients(recipe), **ingredients}

    def _start_picture(self) -> Creation | None:
        """What Generate begins from, None for words only."""
        begin = self.begin.value or ("drawing" if self.part.value == "marked" else "")
        if not begin:
            return None
        start = {
            "chosen": lambda: self.chosen,
            "upload": lambda: self._uploaded,
            "drawing": self._drawing,
        }[begin]()
        if start is None:
            raise LearnerError(
                "There is no picture to begin from yet. Press Use this under a picture, choose a"
                " file, or draw one, then press Generate."
            )
        return start

    def _drawing(self) -> Creation | None:
        """What is in the drawing field: the picture that was put in, if nothing was drawn on it,
        else a new one, which is kept.
        """
        if self.canvas is None or not self.canvas.is_drawn_on:
            return None
        drawn = self.canvas.picture()
        if self._in_field is not None and same_picture(drawn, open_picture(self.canvas.background)):
            return self._in_field
        made = self.canvas.creation()
        if self._in_field is not None:
            made = made.model_copy(update={"recipe": made.recipe.changed(parent=self._in_field.id)})
        self.portfolio.save(made)
        return made

    def make_them(self, recipe: Recipe, arguments: dict, on_progress, stop):
        """Pictures of an order, or one for every cell of a contact sheet."""
        if "cells" not in arguments:
            yield from super().make_them(recipe, arguments, on_progress, stop)
            return
        sheet, cells = arguments.pop("sheet"), arguments.pop("cells")
        for number, (place, own) in enumerate(cells.items()):
            for creation in super().make_them(
                own,
                {**self.portfolio.ingredients(own), **arguments},
                lambda step, number=number: on_progress(
                    Progress(number * step.total + step.step, len(cells) * step.total, step.preview)
                ),
                stop,
            ):
                sheet.cells[place] = creation
                self.sheet.value = sheet._repr_html_()
                yield creation
            if stop.is_set():
                return

    def expected(self, recipe: Recipe) -> str:
        return expected_words(
            [*self.results, *self.history],
            recipe.settings,
            self.engine.used_by(recipe),
        )

    def model_in_use(self) -> str:
        """The id of the model that draws, "" where the engine has only one."""
        return self.engine.current

    def stopped_words(self, finished: list[Creation]) -> str:
        begun = [made for made in finished if made.recipe.settings.get("stopped_at")]
        if not begun:
            return super().stopped_words(finished)
        whole = f"{len(finished) - len(begun)} finished and " if len(finished) > len(begun) else ""
        return (
            f"Stopped. {whole}{len(begun)} unfinished picture{'s' * (len(begun) != 1)} were kept,"
            " marked as unfinished. Tick Keep this seed under More and press Generate to have them"
            " drawn to the end."
        )

    def again(self, place: int) -> None:
        creation = self._at(place)
        if creation is None or not self._is_brought(
            creation, "Press Vary for four that stay near it, or write words and press Generate."
        ):
            super().again(place)

    def remix(self, place: int) -> None:
        creation = self._at(place)
        if creation is None or not self._is_brought(
            creation,
            "Press Use this, say in the box what it should become, choose it under Begin from, and"
            " press Generate.",
        ):
            super().remix(place)

    def _is_brought(self, creation: Creation, sentence: str) -> bool:
        """Whether a person brought or drew this picture, so that it has no words to be drawn from;
        says what to do then.
        """
        if creation.recipe.model != BROUGHT_PICTURE:
            return False
        self.say(f"This picture is your own: it was not drawn from words. {sentence}")
        return True

    def again_settings(self) -> dict:
        return {"stopped_at": 0}

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe)

    def vary_more(self, place: int) -> None:
        """Four that go further from one candidate."""
        creation = self._at(place)
        if creation:
            self._start(lambda: self.vary_recipe(creation, VARIED["strong"]))

    def vary_recipe(
        self, creation: Creation, strength: float = VARIED["subtle"]
    ) -> tuple[Recipe, dict]:
        # a picture from outside has a name, but no words
        words = (
            {"prompt": check_prompt(self.prompt.value)}
            if creation.recipe.model == BROUGHT_PICTURE
            else {}
        )
        recipe = creation.recipe.changed(
            seed=random.randrange(2**31),
            parent=creation.id,
            **words,
            settings={
                "count": SLOTS,
                "strength": strength,
                **PLAIN,
                "shared_seed": -1,
                "surprise": 1.0,
            },
        )
        return recipe, {**self.portfolio.ingredients(recipe), "start": creation}

    # What a person does

    def idea(self) -> None:
        """Other words for the box."""
        self.prompt.value = idea(self.prompt.value)
        self.say("New words are in the box. Change them as you like, then press Generate.")

    def add_detail(self) -> None:
        """One more detail for the box."""
        self.prompt.value, detail = with_detail(self.prompt.value)
        self.say(
            f"Added to your words: “{detail}”. Keep it, change it or delete it."
            if detail
            else (
                "These words have a colour, a size and a background already. Change them as you"
                " like."
            )
        )

    def take_upload(self) -> None:
        """Keep the chosen file in the portfolio and begin from it;
        a file made with the course also gives its settings back.
        """
        try:
            name, data = uploaded_file(self.upload.value)
            if data is None:
                return
            picture = picture_from_file(data, name.rpartition(".")[0] or name)
            if self.portfolio.find(picture.id) is None:
                self.portfolio.save(picture)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self._uploaded, self.begin.value = picture, "upload"
        self._fill_field(picture)
        self.refresh_history()
        if picture.recipe.model and picture.recipe.settings:
            self.prompt.value = picture.recipe.prompt
            self.show_settings(picture.recipe.settings)
            return self.say(
                "That picture was made with the course: its words and settings are back, and you"
                " can begin from it."
            )
        first = (
            " Of a moving picture the first one is used." if name.lower().endswith(".gif") else ""
        )
        self.say(
            f"Your picture is here.{first} Say in the box what it should become, then press"
            " Generate."
        )

    def picture_into_field(self) -> None:
        """Put the chosen picture, else the first one, into the drawing field."""
        creation = self._meant()
        if creation is not None:
            self._fill_field(creation)
            if self.canvas is not None:
                self.canvas.mode = "mask"
            self.say(
                "The picture is in the drawing field. Mark the part to change, or draw on it; then"
                " say in the box what it should become."
            )

    def _fill_field(self, creation: Creation | None) -> None:
        self._in_field = creation
        if self.part.value == "marked":
            self.part.value = ""
        if self.canvas is not None:
            self.canvas.set_picture(
                open_picture(show_png(creation, self.canvas.side)) if creation else None
            )

    def _drawn_on(self) -> None:
        """Follow what a person does in the field: a drawing is begun from,
        a marked part is what changes.
        """
        if self.canvas is None:
            return
        try:
            if self.canvas.is_marked:
                self.part.value = "marked"
            elif self.part.value == "marked":
                self.part.value = ""
            if self.canvas.drawn and not self.begin.value:
                self.begin.value = "drawing"
        except LearnerError as sentence:
            self.say(str(sentence), wrong=True)

    def make_sheet(self) -> None:
        """One picture for every value of a setting, or for every pair of two."""
        from course_utils.pictures.calls import Sweep

        def order() -> tuple[Recipe, dict]:
            start, settings, seed = (
                self._start_picture(),
                {**self.settings(), "composition": ALIKE, "strength": self.far.value},
                self.seed.value,
            )
            values: dict[str, tuple[str, list]] = {
                **SHEETS,
                "seed": ("seed", [(seed + number) % 2**31 for number in range(3)]),
            }
            (across, columns), (down, rows) = (
                values[self.across.value],
                values.get(self.down.value, ("", [None])),
            )
            if across == down:
                raise LearnerError(
                    "Across and down are the same setting. Choose another for one of them."
                )
            cells = {}
            for row in rows:
                for column in columns:
                    own = {**settings, across: column, **({down: row} if down else {})}
                    cells[row, column] = self._recipe(
                        self.prompt.value,
                        own.pop("seed", seed),
                        {**expanded(self.portfolio, own), "count": 1},
                        start.id if start else None,
                    )
            return next(iter(cells.values())).changed(settings={"count": len(cells)}), {
                "cells": cells,
                "sheet": Sweep({}, columns, rows, across, down),
                **({"start": start} if start else {}),
            }

        self._start(order)

    def show_family(self) -> None:
        """The tree of what the chosen picture came from and what came from it."""
        from course_utils.pictures.lineage import Family

        creation = self._meant()
        if creation is None:
            return
        family = Family(self.portfolio, creation)
        self.family_view.value = family._repr_html_()
        self.member.options = [
            (f"{number}. {said}"[:80], member.id)
            for number, (_, member, said) in enumerate(family.members, 1)
        ]
        self.member.value = creation.id
        self.say(
            f"{len(family.members)} picture{'s' * (len(family.members) != 1)} in this family."
            " Choose one under Go to, and press Bring it back."
        )

    def go_to_member(self) -> None:
        """Bring a member of the family back as the only candidate."""
        kept = self.portfolio.find(self.member.value) if self.member.value else None
        if kept is None:
            return self.say("Press Show the family first, then choose a picture.")
        if not self.running:
            self._remember()
            self.results = [kept.creation]
            self._show_results()
            self.say(
                "That picture is back as candidate 1. Vary it, or press Use this to begin from it."
            )

    def bigger(self) -> None:
        """The chosen picture four times larger, as a creation of its own."""
        creation = self._meant()
        if creation is not None:
            self._start(
                lambda: (
                    creation.recipe.changed(
                        parent=creation.id, settings={"count": 1, **PLAIN, "bigger": True}
                    ),
                    {"start": creation},
                )
            )

    def take_away(self, kind: str) -> None:
        """Make a file to use from the chosen picture, else the first one; of stickers,
        from all candidates.
        """
        from course_utils.pictures.calls import take_picture

        creation = self._meant()
        if creation is None:
            return
        made = take_picture(
            self.results if kind == "stickers" and self.results else creation, kind, self.portfolio
        )
        if made.path is None:
            return self.say(made.message, wrong=True)
        name = html.escape(made.path.name, quote=True)
        self.taken.value = (
            '<p style="margin:4px 0"><a style="color:#0b57a8;text-decoration:underline"'
            f' download="{name}"'
            f' href="{data_address(TYPES[kind], made.path.read_bytes())}">Download {name}</a></p>'
        )
        self.say(
            f"Made {made.path.name}. It is in the folder {self.portfolio.folder.name}/to_use, and"
            " there is a link to download it."
        )

    def _meant(self) -> Creation | None:
        """The picture chosen with Use this, else the first candidate;
        says so when there is none.
        """
        if self.meant is None:
            self.say("There is no picture yet. Press Generate first.")
        return self.meant


def same_picture(one, other) -> bool:
    """Whether two PIL pictures differ by no more than a browser's rounding."""
    import numpy as np
    from PIL import ImageChops

    return one.size == other.size and np.asarray(ImageChops.difference(one, other)).max() <= 2
