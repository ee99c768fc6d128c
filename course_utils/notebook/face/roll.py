"""Notes on a grid that a person chooses, drags, adds and deletes, with the mouse or with keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from traitlets import Float, Int, List

from course_utils.notebook.face.parts import SHOWN, Part

__all__ = ["Roll"]

HELP = (
    "Drag a note to move it, pull its right end to make it longer, double click a free place to"
    " add one. Keys: arrows left and right choose, up and down change the pitch, Shift with left"
    " and right moves it in time, plus and minus change its length, A adds, Delete takes it out."
)

FARTHEST = 1000  # beats or semitones that one message may move something by


class Roll(Part):
    """A piano roll. Time runs to the right in beats, pitch upwards in semitones.

    `act(what, place, beats, semitones)` is called with "choose", "move", "stretch", "add" (there
    `beats` is the start and `semitones` the MIDI key) and "delete".
    """

    draws = "roll"
    notes: List[list] = List().tag(**SHOWN)  # [start, length, MIDI key] of each
    # [MIDI key, name, whether it is a black key], the highest first
    rows: List[list] = List().tag(**SHOWN)
    bar = Float(4.0).tag(**SHOWN)  # beats
    span = Float(16.0).tag(**SHOWN)  # beats to be seen
    chosen = Int(0).tag(**SHOWN)
    seconds = Float(0.0).tag(**SHOWN)  # how long all of them last, and how many the sound leaves
    begins = Float(0.0).tag(**SHOWN)  # out before them: a line goes with the player beside them

    def __init__(self, act: Callable[[str, int, float, int], None], **values: Any) -> None:
        self._act = act
        super().__init__(tooltip=HELP, **values)

    def hear(self, message: dict[str, Any], buffers: list) -> None:
        what, place = message.get("what"), message.get("place", 0)
        beats, semitones = message.get("beats", 0), message.get("semitones", 0)
        if what not in ("choose", "move", "stretch", "add", "delete") or not isinstance(place, int):
            return
        numbers = (beats, semitones)
        if not all(isinstance(one, int | float) and math.isfinite(one) for one in numbers):
            return
        if max(map(abs, numbers)) <= FARTHEST and 0 <= place < max(1, len(self.notes)):
            self._act(what, place, float(beats), int(semitones))
