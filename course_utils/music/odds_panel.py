"""The note odds panel: what the model would play next, on a keyboard and in a table; choose a note,
or let chance choose, go back and branch; and what one control token changes.
"""

from __future__ import annotations

import random
import time
from functools import partial
from typing import Any

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe, Setting
from course_utils.music import tokens as tokens
from course_utils.music.inside import (
    Begun,
    NoteOdds,
    begin_melody,
    begun_from,
    compare_tunes,
    length_name,
    next_notes,
)
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.face.page import Sheet
from course_utils.notebook.face.parts import Panels
from course_utils.notebook.widgets import button
from course_utils.portfolio.store import Portfolio
from course_utils.scores.description import note_name
from course_utils.scores.piano_roll import piano_roll_svg

__all__ = ["NoteOddsPanel"]

SHOWN = 8
# what can be compared: the words for it, the setting, its values and the two shown first
TOKENS = {
    "Key": ("key", [(name, name) for name in tokens.KEYS], ("D", "F")),
    "Mode": ("mode", [(name, name) for name in tokens.MODES], ("major", "minor")),
    "Metre": (
        "metre",
        [(name, name) for name in ("2/4", "3/4", "4/4", "6/8", "9/8")],
        ("6/8", "4/4"),
    ),
    "Notes": (
        "density",
        [
            ("few and long", "1"),
            ("rather few", "2"),
            ("middling", "3"),
            ("rather many", "4"),
            ("many and short", "5"),
        ],
        ("1", "5"),
    ),
}


class NoteOddsPanel(Sheet):
    """The odds of the next note, by the real model.

    `tunes.OddsPanel()`, or with a tune: its first notes, to see what might have come instead.
    """

    def __init__(
        self, tune: Creation | None = None, notes: int = 8, portfolio: Portfolio | None = None
    ) -> None:
        self.portfolio = portfolio or Portfolio()
        self.picture, self.roll, self.status = widgets.HTML(), widgets.HTML(), widgets.Status()
        self.state: Begun = begin_melody()
        self.odds: NoteOdds | None = None
        self._seen: dict[str, Begun] = {}
        self.length = widgets.Dropdown(
            options=[("the likeliest", 0)], value=0, description="How long"
        )
        self._choices = [
            button("", "Go on with this note", partial(self.choose, place))
            for place in range(SHOWN)
        ]
        head = Panels(
            [
                ("Control tokens", self._tokens()),
                ("Branches", self._branch_parts()),
                ("What one token changes", self._comparing()),
            ]
        )
        choices = widgets.HBox(self._choices)
        parts = [head, self._tools(), self.status, self.picture, self.length, choices, self.roll]
        super().__init__(parts)
        for choice in self._choices:
            choice.layout.display = "none"
        if tune is None:
            self.say("Choose the control tokens if you like, then press Begin.")
        else:
            self._go(begun_from(tune, notes))

    def _tokens(self) -> list[widgets.Part]:
        self.kind_of_tune = widgets.Dropdown(
            options=tokens.KINDS[1:], value="jig", description="Kind"
        )
        self.key = widgets.Dropdown(options=tokens.KEYS, value="D", description="Key")
        self.mode = widgets.Dropdown(options=tokens.MODES, value="major", description="Mode")
        return [self.kind_of_tune, self.key, self.mode]

    def _tools(self) -> widgets.Part:
        about = "A melody with these control tokens and no notes yet"
        return widgets.HBox(
            [
                button("Begin", about, self.begin, "primary"),
                button(
                    "Let chance choose", "Draw one note by its odds, as the model does", self.draw
                ),
                button("Undo", "Take the last note away", self.undo),
                button("Keep this melody", "Save it as a tune", self.keep),
            ]
        )

    def _branch_parts(self) -> list[widgets.Part]:
        self.branches = widgets.Dropdown(options=[("nothing yet", "")], description="Branches")
        about = "Bring back a melody you left"
        return [self.branches, button("Go to this branch", about, self.go_to_branch)]

    def _comparing(self) -> list[widgets.Part]:
        self.token = widgets.Dropdown(options=list(TOKENS), value="Key", description="Change only")
        self.first, self.second = (widgets.Dropdown(description=name) for name in ("From", "To"))
        self.seed = widgets.BoundedIntText(value=1, min=0, max=9999, description="Seed")
        self.token.observe(lambda _: self._offer(), "value")
        self._offer()
        self.compared = widgets.HTML()
        about = "Two tunes of the same seed that differ in one control token"
        play = button("Compare", about, self.compare)
        return [self.token, self.first, self.second, self.seed, play, self.compared]

    def begin(self) -> None:
        """A melody with the control tokens shown."""
        self._go(begin_melody(self.kind_of_tune.value, self.key.value, self.mode.value))

    def choose(self, place: int) -> None:
        """Go on with one of the notes shown."""
        if self.odds is not None and place < min(SHOWN, len(self.odds.pitches)):
            self._go(self.odds.choose(self.odds.pitches[place][0], self.length.value or None))

    def draw(self) -> None:
        """Go on with a note drawn by its odds."""
        if self.odds is None:
            self.begin()
        if self.odds is not None:
            pitch = random.choices(
                [p for p, _ in self.odds.pitches], [share for _, share in self.odds.pitches]
            )[0]
            length = (
                self.length.value
                or random.choices(
                    [n for n, _ in self.odds.lengths], [share for _, share in self.odds.lengths]
                )[0]
            )
            self._go(self.odds.choose(pitch, length))

    def undo(self) -> None:
        """Take the last note away; the longer melody stays among the branches."""
        if not self.state.notes:
            return self.say("There is nothing to undo.")
        self._go(Begun(**{**vars(self.state), "notes": self.state.notes[:-1]}))

    def go_to_branch(self) -> None:
        """Bring back a melody that was left."""
        if self.branches.value in self._seen:
            self._go(self._seen[self.branches.value])

    def compare(self) -> None:
        """Two tunes of the kind shown that differ in one control token."""
        setting = TOKENS[self.token.value][0]
        if self.first.value == self.second.value:
            return self.say("Both are the same. Choose two that differ, then press Compare.")
        self.say("Writing two tunes ...")
        try:
            changed: dict[str, Any] = {setting: [self.first.value, self.second.value]}
            made = compare_tunes(self.seed.value, kind=self.kind_of_tune.value, **changed)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.compared.value = made._repr_html_()
        self.say(made.told)

    def _offer(self) -> None:
        _, names, shown = TOKENS[self.token.value]
        for box, value in zip((self.first, self.second), shown):
            box.options = names
            box.value = value

    def keep(self) -> None:
        """Save the melody as a tune, its last bar filled with a rest."""
        from course_utils.music.engine import MODEL
        from course_utils.music.prompt_reading import KIND_FACTS
        from course_utils.music.tasks import melody_score
        from course_utils.scores.midi import write_midi

        if not self.state.notes:
            return self.say("There are no notes to keep yet. Choose one first.")
        tune = self.state.tune()
        settings: dict[str, Setting] = {
            "kind_of_tune": tune.kind,
            "key": tune.key,
            "mode": tune.mode,
            "metre": tune.metre,
            "tempo": KIND_FACTS[tune.kind][1],
            "instrument": "flute",
            "notes": " ".join(map(str, tokens.encode(tune, end=False))),
        }
        creation = Creation(
            recipe=Recipe(
                kind="tune",
                prompt=f"a {tune.kind} chosen note by note",
                model=MODEL,
                settings=settings,
            ),
            content=write_midi(melody_score(tune, settings)),
            edits=[HumanEdit(what=f"chose {len(self.state.notes)} notes among the model's odds")],
        )
        try:
            self.portfolio.save(creation)
        except LearnerError as sentence:
            return self.say(str(sentence), wrong=True)
        self.say(
            f"Kept as a tune of {len(tune.bars)} bars. A TuneStudio finds it among the earlier"
            " ones."
        )

    def _go(self, state: Begun) -> None:
        """Show a melody and the odds after it."""
        self.state = state
        for control, value in (
            (self.kind_of_tune, state.kind),
            (self.key, state.key),
            (self.mode, state.mode),
        ):
            if value in control.options:
                control.value = value
        self._remember()
        began = time.monotonic()
        try:
            self.odds = next_notes(state, show=SHOWN)
        except LearnerError as sentence:
            self.odds = None
            self._show()
            return self.say(str(sentence), wrong=not state.done)
        self._show()
        name, share = self.odds.rows()[0]
        self.say(
            f"{self.odds.where} The likeliest next note is {name} with {share:.0%}. Looked at in"
            f" {time.monotonic() - began:.1f} seconds."
        )

    def _remember(self) -> None:
        """Melodies visited, without those that only lead to a longer one."""
        if self.state.notes:
            self._seen[self._label(self.state)] = self.state
        longest = {
            label: one
            for label, one in self._seen.items()
            if not any(
                other is not one and self._before(one, other) for other in self._seen.values()
            )
        }
        self.branches.options = [(label, label) for label in longest] or [("nothing yet", "")]

    @staticmethod
    def _before(one: Begun, other: Begun) -> bool:
        same = (one.kind, one.key, one.mode, one.metre) == (
            other.kind,
            other.key,
            other.mode,
            other.metre,
        )
        return (
            same
            and len(other.notes) > len(one.notes)
            and other.notes[: len(one.notes)] == one.notes
        )

    @staticmethod
    def _label(state: Begun) -> str:
        home = tokens.home_of(state.key)
        names = [
            "rest" if n.semitones is None else note_name(home + n.semitones) for n in state.notes
        ]
        return (
            f"{state.kind} in {state.key} {state.mode}, {len(names)} notes:"
            f" {', '.join(names[:3])} ... {names[-1]}"
        )[:120]

    def _show(self) -> None:
        from course_utils.music.tasks import melody_score
        from course_utils.scores.midi import write_midi

        self.picture.value = self.odds._repr_html_() if self.odds else ""
        if self.odds:
            self.length.options = [
                ("the likeliest", 0),
                *(
                    (f"{length_name(n)} ({share:.0%})", n)
                    for n, share in self.odds.lengths[:6]
                    if share >= 0.005
                ),
            ]
            self.length.value = 0
        for place, choice in enumerate(self._choices):
            if self.odds and place < len(self.odds.rows()):
                choice.description, choice.layout.display = (
                    f"{place + 1}. {self.odds.rows()[place][0]}",
                    "",
                )
            else:
                choice.layout.display = "none"
        if self.state.notes:
            midi = write_midi(
                melody_score(self.state.tune(), {"tempo": 110, "instrument": "flute"})
            )
            self.roll.value = piano_roll_svg(
                midi, f"The melody so far, {len(self.state.notes)} notes"
            ) + heard(midi)
        else:
            self.roll.value = ""


def heard(midi: bytes) -> str:
    """The melody as sound, where there is a sound font."""
    from course_utils.display.sound_in_page import sound_address
    from course_utils.scores.synth import can_play, wav

    return (
        '<audio controls preload="none" aria-label="The melody so far"'
        f' style="width:100%;max-width:640px" src="{sound_address(wav(midi))}"></audio>'
        if can_play()
        else ""
    )
