"""The layout studio: eight pages that differ, keep what you like and roll the rest,
change objects by hand.
"""

from __future__ import annotations

import random
from functools import partial

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.layouts.page_editor import PageEditor, can_move
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import Studio
from course_utils.notebook.widgets import button, set_if_possible

__all__ = ["LayoutStudio"]

NO_OBJECT = [("choose a layout first", 0)]
NO_PICTURE = "no picture: shapes instead"
KEEP = {"composition": "its composition", "palette": "its colours", "type": "its letters"}
PLACE = {"x": "From the left", "y": "From the top", "w": "Width", "h": "Height"}


def choose_first(sentence: str) -> widgets.HTML:
    """A hint of a panel that works on the layout chosen."""
    return widgets.HTML(f"<p>Press Use this under a layout first. {sentence}</p>")


class LayoutStudio(Studio):
    """Eight layouts of a title, a text and a picture.

    `layouts.Studio("The quiet sea", text="A film night.")`.
    """

    kind = "layout"
    noun = "layout"
    slots = 8

    def __init__(
        self,
        title: str = "The quiet sea",
        seed: int | None = None,
        text: str = "",
        picture=None,
        **parts,
    ) -> None:
        self._text_given, self._picture_given = text, picture
        self._came_along = ""  # what is to be said of changes by hand on another page
        super().__init__(title, seed, **parts)
        self.prompt.description = "Title"

    def controls(self) -> list[widgets.Part]:
        self.text, self.format = self.control("text"), self.control("format")
        self.text.value = self._text_given
        self.picture = widgets.Dropdown(options=self._pictures(), description="Picture")
        return [self.text, self.format, self.picture]

    def _pictures(self) -> list[tuple[str, str]]:
        """The picture given, the newest ones of the portfolio by their words, and none."""
        found = [self._given()] if self._picture_given is not None else []
        found += [saved.creation for saved in self.portfolio.list("image", most=8)]
        unlike = {creation.id: creation for creation in found if creation}
        return [
            *(
                (f"{number}. {creation.recipe.prompt[:50]}", creation.id)
                for number, creation in enumerate(unlike.values(), 1)
            ),
            (NO_PICTURE, ""),
        ]

    def _given(self) -> Creation | None:
        from course_utils.notebook.results import pick

        return pick(self.portfolio, "image", self._picture_given)

    def more(self) -> list[widgets.Part]:
        self.small, self.composition = self.control("small"), self.control("composition")
        self.type, self.palette = self.control("type"), self.control("palette")
        self.newest = button(
            "Look for new pictures",
            "Put pictures made since then into the list",
            self.refresh_pictures,
        )
        self.others = widgets.SelectMultiple(
            options=self._pictures()[:-1], rows=4, description="More pictures"
        )
        hint = widgets.HTML(
            "<p>Up to four pictures share the place of one. Choose"
            " several with Ctrl (on a Mac Cmd) or Shift.</p>"
        )
        return [
            self.small,
            self.composition,
            self.type,
            self.palette,
            self.others,
            hint,
            self.newest,
        ]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        return [
            ("Keep this, roll the rest", self._keeping()),
            ("Why this score", self._scoring()),
            ("Change it by hand", self._changing()),
            ("Take it away", self._taking()),
        ]

    def _keeping(self) -> list[widgets.Part]:
        self.keep = {
            name: widgets.Checkbox(value=False, description=words, indent=False)
            for name, words in KEEP.items()
        }
        self.locked = widgets.SelectMultiple(options=[], rows=5, description="Objects")
        hint = choose_first(
            "Tick what to keep, or choose objects that must not move (several with Ctrl, Cmd or"
            " Shift); then press Generate."
        )
        return [hint, *self.keep.values(), self.locked]

    def _scoring(self) -> list[widgets.Part]:
        self.why = widgets.HTML()
        return [choose_first("Rules judge order, not beauty."), self.why]

    def _changing(self) -> list[widgets.Part]:
        self.object: widgets.Options
        self.page = PageEditor() if can_move() else None
        if self.page is not None:
            self.page.observe(lambda change: self._moved(change["new"]), "done")
            self.page.observe(lambda change: set_if_possible(self.object, change["new"]), "chosen")
        self.object = widgets.Dropdown(options=NO_OBJECT, description="Object")
        self.object.observe(lambda _: self._show_object(), "value")
        self.colour = widgets.Text(value="#1f5fbf", description="Colour")
        self.place = {
            name: widgets.BoundedFloatText(value=0, min=-50, max=150, step=1, description=words)
            for name, words in PLACE.items()
        }
        arrows = [
            button(
                name.capitalize(),
                f"Move or change the object: {name}",
                partial(self.change, name),
            )
            for name in ("left", "right", "up", "down", "larger", "smaller")
        ]
        return [
            choose_first("Every change is a new layout; Undo goes back."),
            *([self.page] if self.page is not None else []),
            self.object,
            widgets.HBox(arrows),
            widgets.HTML("<p>Or in hundredths of the page:</p>"),
            widgets.HBox(list(self.place.values())),
            button("Put it there", "Place and size by numbers", self.put_there),
            self.colour,
            button(
                "Give it this colour",
                "Colour the object",
                lambda: self.change("colour", self.colour.value.strip()),
            ),
            *self._restyling(),
        ]

    def _restyling(self) -> list[widgets.Part]:
        from course_utils.layouts.edits import fonts

        self.letters = widgets.Dropdown(options=list(fonts()), description="Letters")
        self.shape = widgets.Dropdown(options=["box", "round", "ring"], description="Shape")
        self.align = widgets.Dropdown(
            options=["left", "centre", "right"], description="Lines begin"
        )
        restyle = (
            (self.letters, "letters", "Use these letters"),
            (self.align, "align", "Align the lines"),
            (self.shape, "shape", "Give it this shape"),
        )
        return [
            widgets.HBox(
                [control, button(name, "Change the object", partial(self._restyle, what, control))]
            )
            for control, what, name in restyle
        ]

    def _taking(self) -> list[widgets.Part]:
        from course_utils.layouts.calls import SUFFIXES
        from course_utils.layouts.design import FORMATS
        from course_utils.layouts.printing import PAPERS

        self.other_format = widgets.Dropdown(
            options=list(FORMATS), value="square post", description="As"
        )
        self.paper = widgets.Dropdown(options=list(PAPERS), description="PDF on paper")
        takes = [
            button(
                kind[:3].upper() + kind[3:],
                f"Write the chosen layout as {kind}",
                partial(self.take, kind),
            )
            for kind in SUFFIXES
        ]
        about_format = "Lay the same choices out on another page"
        about_zine = "The last eight layouts in the format zine page on one sheet to fold"
        return [
            choose_first("Files go into the folder to_use of your portfolio."),
            self.paper,
            widgets.HBox(takes),
            self.other_format,
            button("The same design in this format", about_format, self.reformat),
            button("Fold a zine", about_zine, self.fold),
        ]

    def refresh_pictures(self) -> None:
        """Read the portfolio's pictures anew."""
        self.picture.options = self._pictures()
        self.others.options = self._pictures()[:-1]
        self.say(f"{len(self.picture.options) - 1} pictures are in the list.")

    def use(self, place: int) -> None:
        super().use(place)
        self._show_chosen()

    def _show_chosen(self) -> None:
        from course_utils.layouts.calls import Scores
        from course_utils.layouts.design import objects_of
        from course_utils.layouts.edits import object_names

        if self.chosen is None:
            return
        try:
            names = object_names(objects_of(self.chosen))
            scores = Scores(self.chosen)
        except LearnerError as sentence:  # a page that another program changed
            names, scores = [], Scores(None, str(sentence))
            self.say(str(sentence))
        self.why.value = scores._repr_html_()
        before, kept = self.object.value, [n for n in self.locked.value if n <= len(names)]
        self.locked.options = [(name, number) for number, name in enumerate(names, 1)]
        self.locked.value = kept
        self.object.options = [(n, at) for at, n in enumerate(names, 1)] or NO_OBJECT
        if names:
            self.object.value = before if 1 <= before <= len(names) else len(names)
            self._show_object()
            if self.page is not None:
                self.page.show(self.chosen)

    def _moved(self, done: dict) -> None:
        """Something was moved on the page by mouse or keys: do it,
        and show the page as it is then.
        """
        number, what, value = done.get("number"), done.get("what"), str(done.get("value", ""))
        if what == "undo":
            return self.undo()
        if what in ("place", "resize") and isinstance(number, int) and self.chosen is not None:
            set_if_possible(self.object, number)
            before = self.chosen
            self.change(what, value[:60])
            if (
                self.page is not None and self.chosen is before
            ):  # it could not be done: put it back, and say why there too
                self.page.show(before, self.said)

    def undo(self) -> None:
        """Back to the layouts before these; the one that was chosen then is chosen again."""
        super().undo()
        if self.chosen is not None and all(one.id != self.chosen.id for one in self.results):
            self.chosen = next(
                (one for one in self.results if one.id == self.chosen.recipe.parent), None
            )
            self._show_chosen()

    def _restyle(self, what: str, control: widgets.Options) -> None:
        self.change(what, control.value)

    def change(self, what: str, value: str = "") -> None:
        """Change an object of the chosen layout; the new layout takes its place among the
        candidates and is chosen.
        """
        from course_utils.layouts.edits import edit

        if self.chosen is None:
            return self.say("Choose a layout with Use this first.")
        if self.running:
            return self.say("Already at work. Wait for it to finish, then change it.")
        self.said = ""
        try:
            edited, said = edit(self.chosen, self.object.value, what, value)
            self.portfolio.save(edited)
        except LearnerError as sentence:
            self.said = str(sentence)
            return self.say(self.said, wrong=True)
        self._remember()
        self.results = [edited if other.id == self.chosen.id else other for other in self.results]
        if edited not in self.results:
            self.results = [edited]
        self.chosen = edited
        self._show_results()
        self.refresh_history()
        self._show_chosen()
        self.say(f"{said} It is saved as a layout of its own.")

    def put_there(self) -> None:
        """Place and size of the object by numbers."""
        self.change("place", ",".join(str(box.value) for box in self.place.values()))

    def _show_object(self) -> None:
        """Put the chosen object's place, colour and style into the controls."""
        from course_utils.layouts.design import objects_of
        from course_utils.layouts.edits import fonts, place_of

        if self.chosen is None or not self.object.value:
            return
        design = objects_of(self.chosen)
        if 1 <= self.object.value <= len(design.things):
            thing = design.things[self.object.value - 1]
            for control, value in zip(self.place.values(), place_of(thing, design.size)):
                control.value = min(control.max, max(control.min, value))
            self.colour.value = thing.fill
            set_if_possible(self.align, thing.align)
            set_if_possible(self.shape, "round" if thing.shape == "cut" else thing.shape)
            set_if_possible(
                self.letters,
                next((name for name, file in fonts().items() if file == thing.font), ""),
            )

    def fold(self) -> None:
        """The last eight zine pages on one sheet."""
        from course_utils.layouts.calls import fold_zine

        self.say(fold_zine(title=self.prompt.value, portfolio=self.portfolio).message)

    def take(self, kind: str) -> None:
        """Write the chosen layout as a file."""
        from course_utils.layouts.calls import take_layout

        if self.chosen is None:
            return self.say("Choose a layout with Use this first.")
        self.say(take_layout(self.chosen, kind, self.portfolio, self.paper.value).message)

    def reformat(self) -> None:
        """The chosen design on another page."""
        if self.chosen is None:
            return self.say("Choose a layout with Use this first.")
        self._start(lambda chosen=self.chosen: self._other_page(chosen))

    def _other_page(self, chosen: Creation) -> tuple[Recipe, dict]:
        from course_utils.layouts.calls import reformatted

        recipe, ingredients, before = reformatted(self.portfolio, chosen, self.other_format.value)
        return recipe, {**ingredients, **({"hand": (before, chosen)} if before is not None else {})}

    def make_them(self, recipe: Recipe, arguments: dict, on_progress, stop):
        """What the engine makes; with what was changed by hand,
        where a design goes to another page.
        """
        from course_utils.layouts.edits import by_hand

        hand = arguments.pop("hand", None)
        self._came_along = ""
        for creation in super().make_them(recipe, arguments, on_progress, stop):
            if hand is not None:
                self.portfolio.save(creation)
                creation, self._came_along = by_hand(creation, *hand)
            yield creation

    def advice(self, recipe: Recipe) -> str:
        return f" {self._came_along}".rstrip()

    def settings(self) -> dict:
        from course_utils.layouts.design import objects_of
        from course_utils.layouts.edits import write_locks

        kept = {
            name: self.chosen.recipe.settings[name]
            for name, box in self.keep.items()
            if box.value and self.chosen is not None and self.chosen.recipe.settings.get(name)
        }
        if self.locked.value and self.chosen is not None:
            kept["locked"] = write_locks(objects_of(self.chosen), self.locked.value)
        return {
            "text": self.text.value,
            "small": self.small.value,
            "format": self.format.value,
            "composition": self.composition.value,
            "type": self.type.value,
            "palette": self.palette.value.strip() or "any",
            **kept,
        }

    def show_settings(self, settings: dict) -> None:
        for name in ("format", "composition", "type"):
            set_if_possible(getattr(self, name), settings.get(name))
        for name in ("text", "small", "palette"):
            if isinstance(settings.get(name), str):
                getattr(self, name).value = settings[name]

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        recipe = self._recipe(prompt, seed, self.settings(), parent)
        if not self.picture.value:
            return recipe, {}
        found = [
            self.portfolio.find(name)
            for name in dict.fromkeys([self.picture.value, *self.others.value])
        ]
        pictures = [kept.creation for kept in found if kept] or [
            one for one in [self._given()] if one
        ]
        return recipe, (
            {} if not pictures else {"picture": pictures[0] if len(pictures) == 1 else pictures}
        )

    def _recipe(self, prompt: str, seed: int, settings: dict, parent: str | None = None) -> Recipe:
        from course_utils.safety.prompts import check_prompt

        return Recipe(
            kind=self.kind,
            prompt=check_prompt(prompt, any_script=True),
            seed=seed,
            settings={"count": self.slots, **settings},
            parent=parent,
        )

    def again_arguments(self, creation: Creation) -> dict:
        from course_utils.layouts.calls import before_hand

        return self.portfolio.ingredients(before_hand(self.portfolio, creation).recipe)

    def again(self, place: int) -> None:
        """The same words and format with everything else drawn anew."""
        creation = self._at(place)
        if creation:
            fresh = {
                "count": self.slots,
                "composition": "any",
                "type": "any",
                "palette": "any",
                "choices": "",
                "locked": "",
            }
            self._start(
                lambda: (
                    creation.recipe.changed(seed=random.randrange(2**31), settings=fresh),
                    self.again_arguments(creation),
                )
            )

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """The same composition and colours with other shares, sides, alignments and letters."""
        return creation.recipe.changed(
            seed=random.randrange(2**31),
            settings={"count": self.slots, "choices": "", "type": "any"},
        ), self.again_arguments(creation)
