"""The backing studio: a band for a line of chords."""

from __future__ import annotations

import random
from functools import partial

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import GENERATION_LOCK
from course_utils.music.band.own_panel import OwnStyle
from course_utils.music.band.settings import styles_known
from course_utils.music.band.styles import own_text
from course_utils.music.calls import near_tempo
from course_utils.music.panel import PICTURES
from course_utils.notebook.chips import drawing, example, instruments
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, set_if_possible

__all__ = ["BackingStudio"]

KEYS = {
    "C": ["C", "Dm", "Em", "F", "G", "Am"],
    "D": ["D", "Em", "F#m", "G", "A", "Bm"],
    "F": ["F", "Gm", "Am", "Bb", "C", "Dm"],
    "G": ["G", "Am", "Bm", "C", "D", "Em"],
    "A": ["A", "Bm", "C#m", "D", "E", "F#m"],
}


class BackingStudio(Studio):
    """Four backing tracks for a line of chords.

    `tunes.BackingStudio("C G Am F")`; `tune=` a tune to be played on top.
    """

    kind = "backing"
    noun = "track"

    def __init__(
        self, chords: str = "C G Am F", seed: int | None = None, tune=None, **parts
    ) -> None:
        self._tune_given = tune
        super().__init__(chords, seed, **parts)
        self.prompt.description = "Your chords"

    def controls(self) -> list[widgets.Part]:
        self.style_name, self.intensity = self.control("style"), self.control("intensity")
        self.repeats = self.control("repeats")
        return [self.style_name, self.intensity, self.repeats]

    def more(self) -> list[widgets.Part]:
        self.tempo, self.swing = self.control("tempo"), self.control("swing")
        self.looseness = self.control("looseness")
        self.shape = {name: self.control(name) for name in ("intro", "fills", "ending")}
        return [self.tempo, self.swing, self.looseness, *self.shape.values()]

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        return [
            ("Who plays", self._playing()),
            ("Instruments", self._instruments()),
            ("Tap chords", self._tapping()),
            ("A style of my own", self._own_style()),
            ("Take it away", self._taking()),
        ]

    def _playing(self) -> list[widgets.Part]:
        self.players = {
            name: widgets.Checkbox(
                value=True,
                description=f"{name} play" + "s" * (name in ("bass", "pad")),
                indent=False,
            )
            for name in PICTURES
        }
        rows = [
            widgets.HBox(
                [
                    widgets.HTML(example(drawing(picture)[0], "")),
                    self.players[name],
                    button(
                        f"Only {name}",
                        f"All others are silent: hear {name} alone",
                        partial(self.play_only, name),
                    ),
                ]
            )
            for name, picture in PICTURES.items()
        ]
        everybody = button("Everybody plays", "Nobody is silent", lambda: self.play_only(*PICTURES))
        self.on_top = widgets.Checkbox(
            value=self._tune_given is not None,
            description="Play my tune on top (the one chosen, or the newest)",
            indent=False,
        )
        return [*rows, everybody, self.on_top]

    def _instruments(self) -> list[widgets.Part]:
        from course_utils.music.band.styles import PLAYED_BY

        self.played_by = {
            part: instruments(
                f"{part.capitalize()} on",
                list(names),
                lambda sentence: self.say(sentence),
                "as the style",
            )
            for part, names in PLAYED_BY.items()
        }
        return list(self.played_by.values())

    def _tapping(self) -> list[widgets.Part]:
        self.key = widgets.Dropdown(options=list(KEYS), value="C", description="Key")
        self._chord_buttons = [
            button(name, f"Add the chord {name} to the line", partial(self.add_chord, place))
            for place, name in enumerate(KEYS["C"])
        ]
        self.key.observe(self._rename_chords, "value")
        about = "The model suggests them; your tune then plays on top"
        return [
            self.key,
            widgets.HBox(self._chord_buttons),
            button("Take the last chord away", "Shorten the line by one chord", self.drop_chord),
            button("Find chords for my tune", about, self.find_chords),
        ]

    def _own_style(self) -> list[widgets.Part]:
        self.own_style = OwnStyle(self.say, self.use_style)
        return self.own_style.parts

    def use_style(self, name: str) -> None:
        """Put a style that was kept into the list, and choose it."""
        self.style_name.options = styles_known()
        set_if_possible(self.style_name, name)

    def _taking(self) -> list[widgets.Part]:
        about_loop = "Exactly as long as its bars, to be repeated"
        about_notes = "For a music program: one track a player"
        return [
            widgets.HTML("<p>Press Use this under a track first.</p>"),
            button("A loop without a seam (WAV)", about_loop, lambda: self.take("loop")),
            button("Notes (MIDI)", about_notes, lambda: self.take("midi")),
        ]

    def add_chord(self, place: int) -> None:
        """Put a chord of the key at the end of the line."""
        self.prompt.value = f"{self.prompt.value.strip()} {KEYS[self.key.value][place]}".strip()
        self.say(f"The line is now: {self.prompt.value}")

    def drop_chord(self) -> None:
        """Take the last chord off the line."""
        self.prompt.value = " ".join(self.prompt.value.split()[:-1])
        self.say(f"The line is now: {self.prompt.value or 'empty'}")

    def find_chords(self) -> None:
        """Put chords for the tune (the one given, or the newest) into the box,
        choose a style with as many beats, and put the tune on top.
        """
        from course_utils.music.backing_engine import fitting_styles
        from course_utils.music.calls import STYLES_FOR, found_chords
        from course_utils.notebook.results import pick
        from course_utils.scores.midi import read_midi

        if self.running:
            return self.say("Already at work. Press Stop first, or wait for it to finish.")
        try:
            with GENERATION_LOCK:
                tune = pick(self.portfolio, "tune", self._tune_given)
                self.prompt.value = found_chords(tune, self.seed.value)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        score = read_midi(tune.content)
        fitting = fitting_styles(score.bar_length)
        if self.style_name.value not in fitting:
            set_if_possible(
                self.style_name,
                STYLES_FOR.get(f"{score.metre[0]}/{score.metre[1]}") or next(iter(fitting), None),
            )
        self.on_top.value, self.repeats.value = True, 1
        self.say(
            f"Chords for your tune: {self.prompt.value}. Change them if you like, then press"
            " Generate."
        )

    def play_only(self, *names: str) -> None:
        """Let some players play and the others be silent."""
        for name, box in self.players.items():
            box.value = name in names
        self.say(
            "Everybody plays. Press Generate."
            if len(names) == len(self.players)
            else f"Only {names[0]} will be heard. Press Generate."
        )

    def _rename_chords(self, change) -> None:
        for one, name in zip(self._chord_buttons, KEYS[change["new"]]):
            one.description, one.tooltip = name, f"Add the chord {name} to the line"

    def take(self, way: str) -> None:
        """Write the chosen track as a loop or as notes."""
        from course_utils.music.calls import take_backing

        if self.chosen is None:
            return self.say("Choose a track with Use this first.")
        self.say(take_backing(self.chosen, way, self.portfolio).message)

    def settings(self) -> dict:
        muted = [name for name, box in self.players.items() if not box.value]
        return {
            "style": self.style_name.value,
            "style_file": own_text(self.style_name.value),
            "intensity": self.intensity.value,
            "repeats": self.repeats.value,
            "tempo": self.tempo.value if self.tempo.value >= 30 else 0,
            "swing": self.swing.value,
            "looseness": self.looseness.value,
            **{name: box.value for name, box in self.shape.items()},
            "mute": ",".join(muted),
            **{f"{part}_by": chips.value for part, chips in self.played_by.items()},
        }

    def show_settings(self, settings: dict) -> None:
        for name, control in (
            ("style", self.style_name),
            ("intensity", self.intensity),
            ("repeats", self.repeats),
            ("swing", self.swing),
            ("looseness", self.looseness),
        ):
            set_if_possible(control, settings.get(name))
        if isinstance(settings.get("tempo"), int) and not isinstance(settings.get("tempo"), bool):
            self.tempo.value = settings["tempo"]
        for name, box in self.shape.items():
            box.value = settings.get(name) is not False
        for part, chips in self.played_by.items():
            set_if_possible(chips, settings.get(f"{part}_by"))
        muted = str(settings.get("mute", "")).split(",")
        for name, box in self.players.items():
            box.value = name not in muted

    def order(self, prompt: str, seed: int, parent: str | None) -> tuple[Recipe, dict]:
        recipe = self._recipe(prompt, seed, self.settings(), parent)
        if not self.on_top.value:
            return recipe, {}
        from course_utils.notebook.results import pick

        return recipe, {"tune": pick(self.portfolio, "tune", self._tune_given)}

    def _recipe(self, prompt: str, seed: int, settings: dict, parent: str | None = None) -> Recipe:
        from course_utils.scores.chords import read_line

        # a sentence if there is nothing to play; a chord line need not be English
        read_line(prompt)
        return Recipe(
            kind=self.kind,
            prompt=prompt.strip(),
            seed=seed,
            settings={"count": SLOTS, **settings},
            parent=parent,
        )

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe)

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """The same band with other patterns and hands: seeds near the one chosen would be as
        different, so new ones are drawn; the tempo moves a little.
        """
        return creation.recipe.changed(
            seed=random.randrange(2**31),
            parent=(
                creation.recipe.parent if creation.recipe.settings.get("with_tune") else creation.id
            ),
            settings={"count": SLOTS, "tempo": near_tempo(creation)},
        ), self.again_arguments(creation)

    def preload(self) -> None:
        from course_utils.scores import synth as sound

        if sound.can_play():
            sound.preload()
