"""The texture studio: unusual sounds, their children, and sounds under tunes."""

from __future__ import annotations

import random

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.notebook.browser_parts import LARGEST_RECORDING, Microphone, has_parts
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import HISTORY, Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, choice, set_if_possible, uploaded_file
from course_utils.sounds.calls import material_from_file, parent_recipe
from course_utils.sounds.settings import MATERIALS, NUMBERS

__all__ = ["TextureStudio"]

IDEAS = [
    "rain on glass",
    "a giant harp under water",
    "a robot that dreams",
    "calm bells in a cathedral",
    "wind in an old radio",
    "ice on a dark sea",
    "ghost strings",
    "a busy metal machine",
]


class TextureStudio(Studio):
    """Four contrasting sounds from words and a seed.

    `sounds.Studio(prompt="rain on glass", seed=7)`.
    """

    kind = "sound"
    noun = "sound"

    def __init__(self, prompt: str = "something strange", seed: int | None = None, **parts) -> None:
        self._materials: dict[str, Creation] = {}
        super().__init__(prompt, seed, **parts)
        self.refresh_materials()

    def controls(self) -> list[widgets.Part]:
        self.source, self.character = self.control("source"), self.control("character")
        self.length = self.control("length")
        return [
            self.source,
            self.character,
            self.length,
            button("Give me an idea", "Put other words into the box", self.idea),
        ]

    def more(self) -> list[widgets.Part]:
        self.pitch, self.scale = self.control("pitch"), self.control("scale")
        self.feels = {name: self.control(name) for name in NUMBERS if name != "pitch"}
        self.shape, self.loudness = self.control("shape"), self.control("loudness")
        self.loop, self.vary_by = self.control("loop"), self.control("spread")
        return [
            self.pitch,
            *self.feels.values(),
            self.scale,
            self.shape,
            self.loudness,
            self.loop,
            self.vary_by,
        ]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        self.upload = widgets.FileUpload(
            accept="audio/*,image/*", multiple=False, description="Choose a recording or picture"
        )
        self.upload.observe(lambda _: self.take_upload(), names="value")
        self.material = choice("Made out of", [("nothing, only numbers", "")], "")
        self.under = choice("Under a tune", [("no tune", "")], "")
        self.level = choice(
            "Beside the tune", [("faint", -18.0), ("behind it", -9.0), ("as loud", 0.0)], -9.0
        )
        places = [(f"candidate {n + 1}", n) for n in range(SLOTS)] + [
            (f"earlier {n + 1}", SLOTS + n) for n in range(HISTORY)
        ]
        self.first, self.second = (
            choice("First parent", places, 0),
            choice("Second parent", places, 1),
        )
        hint = widgets.HTML(
            "<p>Out of a sound or a tune come grains and stretched"
            " sounds. A picture is read from left to right; up is higher. Record your voice here,"
            " where the browser allows it, or with any recorder, then choose the file.</p>"
        )
        self.microphone = Microphone() if has_parts() else None
        if self.microphone is not None:
            self.microphone.observe(lambda _: self.take_recording(), "version")
        record = [self.microphone] if self.microphone is not None else []
        heirs = widgets.HTML(
            "<p>Four children: each has some of the one and some of the other.</p>"
        )
        return [
            (
                "Out of something you made or bring",
                [
                    hint,
                    self.upload,
                    *record,
                    self.material,
                    button(
                        "Look again", "Fill the lists with what is newest", self.refresh_materials
                    ),
                    self.under,
                    self.level,
                ],
            ),
            (
                "Breed two sounds",
                [
                    heirs,
                    self.first,
                    self.second,
                    button("Breed", "Four children of these two", self.breed),
                ],
            ),
        ]

    def settings(self) -> dict:
        chosen = {
            "source": self.source.value,
            "character": self.character.value,
            "length": self.length.value,
            "pitch": self.pitch.value,
            "scale": self.scale.value,
            "shape": self.shape.value,
        }
        chosen |= {
            "loudness": self.loudness.value,
            "loop": self.loop.value,
            "material": self.material.value,
            "under": self.under.value,
            "level": self.level.value,
        }
        return chosen | {name: control.value for name, control in self.feels.items()}

    def show_settings(self, settings: dict) -> None:
        for name in ("source", "character", "scale", "shape", "material", "under"):
            set_if_possible(getattr(self, name), settings.get(name))
        for name, control in (
            ("length", self.length),
            ("pitch", self.pitch),
            ("loudness", self.loudness),
            ("level", self.level),
            *self.feels.items(),
        ):
            if isinstance(settings.get(name), int | float):
                control.value = min(
                    (value for _, value in control.options),
                    key=lambda value: abs(value - settings[name]),
                )
        self.loop.value = bool(settings.get("loop"))

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        settings = self.settings()
        return self._recipe(prompt, seed, settings, parent), {
            "materials": [
                self._materials[name]
                for name in (settings["material"], settings["under"])
                if name in self._materials
            ]
        }

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        return parent_recipe(
            creation, {"count": SLOTS, "vary": self.vary_by.value}, random.randrange(2**31)
        ), self.again_arguments(creation)

    def again(self, place: int) -> None:
        """The same settings with a new seed; of a recording there is no second one."""
        creation = self._at(place)
        if creation:
            self._start(
                lambda: (
                    parent_recipe(creation, {"count": SLOTS}, random.randrange(2**31)),
                    self.again_arguments(creation),
                )
            )

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe)

    def breed(self) -> None:
        """Four children of the two parents chosen."""
        them = [*self.results, *[None] * (SLOTS - len(self.results)), *self.history]
        first, second = (
            them[control.value] if control.value < len(them) else None
            for control in (self.first, self.second)
        )
        if first is None or second is None or first.id == second.id:
            return self.say(
                "Two different sounds are needed. Make some, then choose two parents.", wrong=True
            )
        self._start(lambda: self._children(first, second))

    def _children(self, first: Creation, second: Creation) -> tuple[Recipe, dict]:
        parent_recipe(second, {}, 0)
        materials = [
            *self.again_arguments(first)["materials"],
            *self.again_arguments(second)["materials"],
        ]
        return parent_recipe(
            first, {"count": SLOTS, "other_parent": second.id}, random.randrange(2**31)
        ), {"materials": materials, "other": second}

    def idea(self) -> None:
        """Other words for the box."""
        self.prompt.value = random.choice([words for words in IDEAS if words != self.prompt.value])
        self.say("New words are in the box. Change them as you like, then press Generate.")

    def refresh_materials(self) -> None:
        """Fill the lists of what a sound can be made out of with the newest sounds,
        tunes and pictures.
        """
        names = {"sound": "sound", "tune": "tune", "image": "picture"}
        found = {
            kind: [saved.creation for saved in self.portfolio.list(kind, most=6)] for kind in names
        }
        self._materials |= {
            creation.id: creation for creations in found.values() for creation in creations
        }
        kept = self.material.value, self.under.value
        label = {
            kind: [
                (f"{names[kind]} {n}: {creation.recipe.prompt[:40]}", creation.id)
                for n, creation in enumerate(found[kind], 1)
            ]
            for kind in names
        }
        self.material.options = [
            ("nothing, only numbers", ""),
            *label["sound"],
            *label["tune"],
            *label["image"],
        ]
        self.under.options = [("no tune", ""), *label["tune"]]
        set_if_possible(self.material, kept[0])
        set_if_possible(self.under, kept[1])

    def take_upload(self) -> None:
        """Keep the chosen file and make the next sounds out of it;
        a sound made with the course gives its settings back.
        """
        try:
            name, data = uploaded_file(self.upload.value)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        if data is not None:
            self._take(name, data)

    def take_recording(self) -> None:
        """Keep what the microphone heard and make the next sounds out of it."""
        if self.microphone is not None:
            self._take("my recording.wav", self.microphone.recording[:LARGEST_RECORDING])

    def _take(self, name: str, data: bytes) -> None:
        try:
            material = material_from_file(self.portfolio, name, data)
            if material.kind not in MATERIALS:
                raise LearnerError(
                    "A sound is made out of a sound, a tune or a picture. Choose one of these."
                )
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.refresh_materials()
        self.refresh_history()
        if material.recipe.model == "course-textures":
            self.prompt.value = material.recipe.prompt
            self.show_settings(material.recipe.settings)
            return self.say("That sound was made with the course: its words and settings are back.")
        set_if_possible(self.material, material.id)
        note = material.recipe.settings.get("note", "") if material.kind == "sound" else ""
        self.say(f"Your file is here, and the next sounds are made out of it. {note}".strip())
