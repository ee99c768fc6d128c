"""The tune studio: tunes from words, and what the note model can do with a tune."""

from __future__ import annotations

import random
import threading

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.notebook.chips import instruments
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.frame import Studio
from course_utils.notebook.results import SLOTS
from course_utils.notebook.widgets import button, choice, set_if_possible

__all__ = ["TuneStudio"]

MORE = (
    "plan", "ending", "upbeat", "ornaments", "kind_of_tune", "kind_of_music", "key", "mode",
    "metre", "density", "surprise", "lyrics",
)  # fmt: skip
ALWAYS = ("instrument", "bars", "band")

WORKED_ON = "For the tune chosen with Use this, else candidate 1, else the newest one you have."
# what the note model does with a tune: what it is, its controls, its button, its method
ABILITIES: tuple[tuple[str, list[str], str, str], ...] = (
    ("<b>Continue</b> writes more bars at its end.", ["more_bars"], "Continue", "continue_tune"),
    (
        "<b>Fill the gap</b> writes some bars anew, to fit what stands around them.",
        ["gap_from", "gap_to"],
        "Fill the gap",
        "fill_gap",
    ),
    (
        (
            "<b>Change it</b> keeps one half of the tune, its rhythm or its notes, and draws the"
            " other anew."
        ),
        ["keep", "near"],
        "Change it",
        "change_tune",
    ),
    (
        "<b>Answer</b> takes its beginning as a question and comes home.",
        ["phrase"],
        "Answer",
        "answer_phrase",
    ),
    (
        "<b>Harmonise</b> writes three voices under it, as Bach did under hymns.",
        [],
        "Harmonise",
        "harmonise",
    ),
    (
        "<b>Suggest chords</b> names chords that fit. <b>Get a band</b> plays them under it.",
        [],
        "Suggest chords",
        "suggest_chords",
    ),
)


class TuneStudio(Studio):
    """Four tunes to hear and see.

    `tunes.Studio(prompt="a happy jig")`; `tune=` a tune of yours to work on.
    """

    kind = "tune"
    noun = "tune"

    def __init__(
        self, prompt: str = "a happy jig", seed: int | None = None, tune=None, **parts
    ) -> None:
        super().__init__(prompt, seed, **parts)
        if tune is not None:
            from course_utils.notebook.results import pick

            self.chosen = pick(self.portfolio, "tune", tune)
            self.say("Your tune is chosen. Open Work on a tune and press a button there.")

    def controls(self) -> list[widgets.Part]:
        from course_utils.music.prompt_reading import INSTRUMENTS

        self.instrument = instruments(
            "Instrument", list(INSTRUMENTS), lambda sentence: self.say(sentence)
        )
        self.bars = self.control("bars")
        self.band = self.control("band")
        return [self.instrument, self.bars, self.band]

    def more(self) -> list[widgets.Part]:
        taught = ("kind_of_tune", "key", "mode", "metre", "density", "surprise")
        parts = {name: self.control(name) for name in MORE}
        self.kind_of_tune, self.key, self.mode, self.metre, self.density, self.surprise = (
            parts[name] for name in taught
        )
        self.plan, self.ending, self.upbeat = (parts[n] for n in ("plan", "ending", "upbeat"))
        self.ornaments = parts["ornaments"]
        self.kind_of_music, self.lyrics = parts["kind_of_music"], parts["lyrics"]
        return list(parts.values())

    def panels(self) -> list[tuple[str, list[widgets.Part]]]:
        self._working_controls()
        inside: list[widgets.Part] = [widgets.HTML(f"<p>{WORKED_ON}</p>")]
        for sentence, controls, name, method in ABILITIES:
            inside += [
                widgets.HTML(f"<p>{sentence}</p>"),
                *(getattr(self, one) for one in controls),
                button(name, f"Four tunes: {name.lower()}", getattr(self, method)),
            ]
        inside.append(button("Get a band", "Chords and players for the tune", self.get_band))
        return [("Work on a tune", inside)]

    def _working_controls(self) -> None:
        bars = (2, 4, 8)
        self.more_bars = choice("Add", [(f"{number} bars", number) for number in bars], 4)
        self.gap_from = widgets.BoundedIntText(value=3, min=1, max=64, description="From bar")
        self.gap_to = widgets.BoundedIntText(value=4, min=1, max=64, description="To bar")
        keep = [("its rhythm", "rhythm"), ("its notes", "notes")]
        self.keep = choice("Keep", keep, "rhythm")
        self.near = choice("Notes that stay", [("few", 0.2), ("some", 0.4), ("most", 0.75)], 0.4)
        phrases = [(f"its first {number} bars", number) for number in bars]
        self.phrase = choice("Answer", phrases, 4)

    def settings(self) -> dict:
        return {name: getattr(self, name).value for name in (*ALWAYS, *MORE)}

    def show_settings(self, settings: dict) -> None:
        for name in (*ALWAYS, *MORE):
            set_if_possible(getattr(self, name), settings.get(name))

    def vary_recipe(self, creation: Creation) -> tuple[Recipe, dict]:
        """Keep the first half and write the rest anew."""
        from course_utils.music.engine import vary_settings

        if creation.kind != self.kind:
            raise LearnerError(
                "A band cannot be varied here. Press Again for other players, or open it in a"
                " BackingStudio."
            )
        return (
            creation.recipe.changed(
                seed=random.randrange(2**31),
                parent=creation.id,
                settings={**vary_settings(creation), "count": SLOTS},
            ),
            {},
        )

    def again_arguments(self, creation: Creation) -> dict:
        return self.portfolio.ingredients(creation.recipe) if creation.declared.ingredients else {}

    def advice(self, recipe: Recipe) -> str:
        """Said after the tunes are made: the chords found."""
        lines = [str(creation.recipe.settings.get("chord_line", "")) for creation in self.results]
        if any(lines):
            return " " + " ".join(
                f"Chords of candidate {number}: {line}." for number, line in enumerate(lines, 1)
            )
        return ""

    # What the note model does with a tune

    def continue_tune(self) -> None:
        """Write more bars at the end of the tune."""
        self._work_on("write", lambda there: {"bars": there + self.more_bars.value})

    def fill_gap(self) -> None:
        """Write some bars anew."""
        from course_utils.music.calls import gap_length

        self._work_on(
            "fill",
            lambda there: {
                "gap_from": self.gap_from.value,
                "gap_bars": gap_length(self.gap_from.value, self.gap_to.value),
            },
        )

    def change_tune(self) -> None:
        """Keep the rhythm or the notes, and draw the other anew."""
        self._work_on(
            "vary_notes" if self.keep.value == "rhythm" else "vary_rhythm",
            lambda there: {"near": self.near.value},
        )

    def answer_phrase(self) -> None:
        """Answer the beginning."""
        self._work_on("answer", lambda there: {"keep_bars": min(there, self.phrase.value)})

    def harmonise(self) -> None:
        """Four parts."""
        from course_utils.music.calls import CALM

        self._work_on("harmonise", lambda there: {"surprise": CALM})

    def suggest_chords(self) -> None:
        """Chords for the tune."""
        from course_utils.music.calls import CALM

        self._work_on("chords", lambda there: {"surprise": CALM})

    def get_band(self) -> None:
        """Chords and a band for the tune."""
        self._start(self._band_order)

    def _given(self) -> Creation:
        given = self.chosen or next(
            (one for one in [*self.results, *self.history] if one.kind == self.kind), None
        )
        if given is None or given.kind != self.kind:
            raise LearnerError(
                "There is no tune to work on yet. Press Generate first, or choose a tune with Use"
                " this."
            )
        return given

    def _work_on(self, task: str, more) -> None:
        """Start the worker with a task for the tune meant; `more(bars)` gives further settings."""

        def order() -> tuple[Recipe, dict]:
            from course_utils.music.calls import words_of
            from course_utils.music.engine import start_settings
            from course_utils.music.score_to_tokens import tune_of

            given = self._given()
            settings = {
                **start_settings(given),
                "surprise": self.surprise.value,
                "density": "any",
                "task": task,
                **more(len(tune_of(given).bars)),
            }
            return self._recipe(words_of(given), random.randrange(2**31), settings, given.id), {}

        self._start(order)

    def _band_order(self) -> tuple[Recipe, dict]:
        from course_utils.music.calls import band_recipe

        return band_recipe(self._given(), random.randrange(2**31), SLOTS, self.portfolio)

    def _generate(self, recipe: Recipe, arguments: dict, stop: threading.Event) -> None:
        """As in every studio; a band comes from the engine of backing tracks."""
        usual = self.engine
        self.engine = usual if recipe.kind == self.kind else engine_for(recipe.kind)
        try:
            super()._generate(recipe, arguments, stop)
        finally:
            self.engine = usual

    def preload(self) -> None:
        from course_utils.scores import synth as sound

        super().preload()
        if sound.can_play():
            sound.preload()
