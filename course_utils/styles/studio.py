"""The style studio: a map of what was made, moving on it by sliders, exaggerating, breeding, names.

The same without widgets: oneline_styles.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.engines.base import Engine
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import HISTORY, Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, choice, slider, words_box
from course_utils.styles.calls import (
    made_of_kind,
    map_html,
    pictures_made,
    points_of,
    style_at,
    table_html,
    where,
)
from course_utils.styles.map_pad import MapPad, can_drag
from course_utils.styles.style_kinds import STYLE_KINDS

if TYPE_CHECKING:
    from course_utils.styles.map import StyleMap

__all__ = ["StyleStudio"]


class ChildrenEngine(Engine):
    """The engine of each recipe's kind (for pictures the one given), which also follows several
    recipes one after the other: those of the children of two styles.
    """

    kind = "image"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def load(self) -> None:
        self.engine.load()

    def unread_words(self, prompt: str) -> str:
        return self.engine.unread_words(prompt)

    def create(
        self, recipe: Recipe, *, children: Sequence[tuple[Recipe, dict]] = (), **arguments: Any
    ) -> Iterator[Creation]:
        for one, own in children or [(recipe, {})]:
            engine = self.engine if one.kind == self.kind else engine_for(one.kind)
            yield from engine.create(one, **arguments, **own)


class StyleStudio(Studio):
    """A map of the pictures (or texts, or tunes) you made; go to a place on it and draw there.

    `styles.Studio("a fox", seed=7)`.
    """

    kind = "image"
    noun = "picture"
    offers_examples = False

    def __init__(self, prompt: str = "a fox", seed: int | None = None, **parts) -> None:
        self.map: StyleMap | None = None
        self._taking = False
        engine = parts.pop("engine", None) or engine_for("image")
        super().__init__(prompt, seed, engine=ChildrenEngine(engine), **parts)
        self.refresh_map()

    def controls(self) -> list[widgets.Part]:
        self.what = choice(
            "Map of", [(one.plural, kind) for kind, one in STYLE_KINDS.items()], "image"
        )
        self.what.observe(lambda change: self.change_kind(change["new"]), names="value")
        self.map_shown = widgets.HTML()
        self.pad = MapPad() if can_drag() else None
        self.across, self.up = (slider(name, 0.0, -1.0, 1.0, 0.1) for name in ("Across", "Up"))
        self.much = slider("How much", 1.0, -2.0, 3.0, 0.25)
        self.weird = slider("Weird", 0.0, 0.0, 1.0, 0.1)
        for place in (self.across, self.up):
            place.observe(lambda _: self._moved(), names="value")
        if self.pad is not None:
            self.pad.observe(lambda _: self._from_pad(), ["across", "up"])
        hint = widgets.HTML(
            "<p>Generate makes four in the style of the place"
            " where the ring is. How much: 1 as it is, above exaggerated, below 0 its opposite.</p>"
        )
        return [
            self.what,
            *([self.pad] if self.pad is not None else []),
            self.map_shown,
            hint,
            self.across,
            self.up,
            self.much,
            self.weird,
            button("Look again", "Put the newest ones on the map", self.refresh_map),
        ]

    def _moved(self) -> None:
        if not self._taking:
            self.show_map()

    @property
    def by_directions(self) -> bool:
        """Whether a style is directions of the model, as of pictures; else it is settings."""
        return STYLE_KINDS[self.kind].directions

    def _from_pad(self) -> None:
        """The sliders follow the ring; both numbers are taken before the map is shown anew,
        or the second would be put back.
        """
        if self.pad is None:
            return
        across, up = round(self.pad.across, 2), round(self.pad.up, 2)
        self._taking = True
        self.across.value, self.up.value = across, up
        self._taking = False
        self.show_map()

    def change_kind(self, kind: str) -> None:
        """Show the map of pictures, texts or tunes, and make these from now on."""
        if self.running:
            return self.say("Already at work. Wait for it to finish, then change the map.")
        self.kind, self.noun = kind, STYLE_KINDS[kind].noun
        self.results, self.chosen, self._earlier = [], None, []
        self._show_results()
        self.refresh_history()
        self.refresh_map()

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        from course_utils.pictures.saved_styles import style_names

        places = [(f"candidate {n + 1}", n) for n in range(SLOTS)] + [
            (f"earlier {n + 1}", SLOTS + n) for n in range(HISTORY)
        ]
        saved = [(f"saved: {name}", name) for name in style_names(self.portfolio)]
        self.first, self.second = (
            choice("First parent", [*places, *saved], 0),
            choice("Second parent", [*places, *saved], 1),
        )
        self.style_title = words_box("Name", "such as: rainy neon")
        self.found = widgets.HTML()
        return [
            (
                "Breed two styles",
                [
                    self.first,
                    self.second,
                    button("Breed", "Four children of these two", self.breed),
                ],
            ),
            (
                "Name it, and how new it is",
                [
                    self.style_title,
                    button(
                        "Save this style",
                        "Keep the style of the picture chosen with Use this",
                        self.save_style,
                    ),
                    button(
                        "How new is it?", "Measure the picture chosen with Use this", self.measure
                    ),
                    button("Its family", "The parents of its style", self.family),
                    self.found,
                ],
            ),
        ]

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        from course_utils.pictures.saved_styles import Style, much_of, weirder

        if not self.by_directions:
            return self._other_order(prompt, seed, parent)
        style = style_at(self.map, self.across.value, self.up.value) if self.map else Style()
        style = weirder(much_of(style, self.much.value), self.weird.value, seed)
        self._said = f" Style: {style.sentence()}."
        return self._recipe(prompt, seed, style.settings(), parent), self._own(style)

    def _other_order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        from course_utils.styles.calls import other_style_at

        if self.map is None:
            raise LearnerError(
                f"There is no map of {STYLE_KINDS[self.kind].plural} yet. Make at least three,"
                " press Look again, then Generate."
            )
        style = other_style_at(
            self.map, self.across.value, self.up.value, self.much.value, self.weird.value, seed
        )
        self._said = f" Style: {style.sentence()}."
        recipe = self._recipe(prompt, seed, style.settings, parent)
        return recipe, {
            key: value for key, value in self.portfolio.ingredients(recipe).items() if key == "own"
        }

    def advice(self, recipe: Recipe) -> str:
        said, self._said = getattr(self, "_said", ""), ""
        return said

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        if not self.by_directions:
            return creation.recipe.changed(
                seed=random.randrange(2**31),
                settings={"count": SLOTS, **STYLE_KINDS[self.kind].of_one},
            ), {key: value for key, value in self.again_arguments(creation).items() if key == "own"}
        settings = {
            "count": SLOTS,
            "strength": 0.6,
            "part": "",
            "extend": "",
            "blend_with": "",
            "shared_seed": -1,
        }
        return creation.recipe.changed(
            seed=random.randrange(2**31), parent=creation.id, settings=settings
        ), {**self.again_arguments(creation), "start": creation}

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe)

    def breed(self) -> None:
        """Four children of the two parents chosen, drawn from the same noise."""
        self._start(self._children)

    def _children(self) -> tuple[Recipe, dict]:
        from course_utils.pictures.saved_styles import breed

        seed = random.randrange(2**31)
        recipes = []
        one, other = self._parent_style(self.first), self._parent_style(self.second)
        if self.first.value == self.second.value:
            raise LearnerError(
                "Two different parents are needed. Choose another one, then press Breed."
            )
        if not self.by_directions:
            from course_utils.styles.settings_styles import bred

            found: list[tuple[Recipe, dict]] = [
                (self._recipe(self.prompt.value, seed, {**child.settings, "count": 1}), {})
                for child in bred(one, other, seed)
            ]
            return found[0][0], {"children": found}
        for child in breed(one, other, seed):
            recipe = self._recipe(
                self.prompt.value,
                seed,
                {**child.settings(), "count": 1, "style_parents": "; ".join(child.parents)},
            )
            recipes.append((recipe, self._own(child)))
        return recipes[0][0], {"children": recipes}

    def _parent_style(self, control: widgets.Dropdown):
        from course_utils.pictures.saved_styles import load_style, style_of

        if isinstance(control.value, str) and not self.by_directions:
            raise LearnerError(
                "Saved styles are styles of pictures. Choose a candidate or an earlier one as a"
                " parent."
            )
        if isinstance(control.value, str):
            style = load_style(self.portfolio, control.value)
            if style is None:
                raise LearnerError(
                    f"The style “{control.value}” is no longer here. Choose another parent."
                )
            return style
        them = [*self.results, *[None] * (SLOTS - len(self.results)), *self.history]
        creation = them[control.value] if control.value < len(them) else None
        if creation is None:
            raise LearnerError(
                f"There is no {self.noun} in that place yet. Press Generate first, then choose two"
                " parents."
            )
        if not self.by_directions:
            from course_utils.styles.settings_styles import style_of as other_style_of

            return other_style_of(creation)
        return style_of(creation)

    def _own(self, style) -> dict:
        own = self.portfolio.own_model(style.own_model) if style.own_model else None
        return {"own": own} if own else {}

    def refresh_map(self) -> None:
        """Put the newest pictures on the map."""
        from course_utils.styles.map import make_map

        try:
            self.map = made = make_map(made_of_kind(self.portfolio, self.kind))
        except LearnerError as sentence:
            self.map, self.map_shown.value = None, f"<p>{sentence}</p>"
            if self.pad is not None:
                self.pad.points, self.pad.right, self.pad.top = [], "", ""
            return
        if self.pad is not None:
            with self.pad.hold_sync():
                self.pad.right, self.pad.top = made.right, made.top
                self.pad.points = points_of(made)
        self.show_map()

    def show_map(self) -> None:
        """Draw the map with the place the sliders show."""
        if self.map and self.pad is not None:
            self.pad.across, self.pad.up = self.across.value, self.up.value
            self.map_shown.value = table_html(self.map, where((self.across.value, self.up.value)))
        elif self.map:
            self.map_shown.value = map_html(self.map, (self.across.value, self.up.value))

    def save_style(self) -> None:
        """Keep the style of the chosen picture under the name typed."""
        from course_utils.pictures.saved_styles import save_style, style_names, style_of

        creation = self._meant()
        if creation is None:
            return
        try:
            kept = save_style(self.portfolio, style_of(creation), self.style_title.value)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        places = [option for option in self.first.options if isinstance(option[1], int)]
        for control in (self.first, self.second):
            value = control.value
            control.options = [
                *places,
                *((f"saved: {name}", name) for name in style_names(self.portfolio)),
            ]
            control.value = value
        self.say(
            f'The style “{kept.name}” is kept: {kept.sentence()}. Use it with pictures.make("a'
            f' fox", style="{kept.name}").'
        )

    def measure(self) -> None:
        """Say how new the chosen picture is."""
        from course_utils.styles.map import novelty

        creation = self._meant()
        if creation is not None:
            self.say(
                novelty(
                    creation,
                    [one for one in pictures_made(self.portfolio) if one.made <= creation.made],
                ).sentence
            )

    def family(self) -> None:
        """Show the parents of the chosen picture's style."""
        from course_utils.styles.calls import Tree, branch_of

        creation = self._meant()
        if creation is not None:
            self.found.value = Tree(branch_of(self.portfolio, creation, 0))._repr_html_()
            self.say("Its family is in the panel, below the buttons.")

    def _meant(self) -> Creation | None:
        creation = self.chosen or (self.results[0] if self.results else None)
        if not self.by_directions:
            self.say(
                "Names, families and this measure are for styles of pictures. Choose pictures"
                " above."
            )
            return None
        if creation is None:
            self.say("There is no picture yet. Press Generate first.")
        return creation
