"""How people play: swung, a little early or late, a little stronger or weaker.

`first_feel` is that of tracks made before the band had one for each player; their recipes still
sound as they did.
"""

from __future__ import annotations

import random
from dataclasses import replace

from course_utils.music.band.strokes import DRUMS
from course_utils.scores.score import Note, Part

__all__ = ["Feel", "first_feel"]

SECONDS = {"drums": 0.004, "bass": 0.006, "chords": 0.007, "pad": 0.012}  # of unevenness, one sigma
STRENGTH = {"drums": 5.0, "bass": 4.0, "chords": 4.0, "pad": 2.0}  # the same of MIDI velocities
PLUCKED = {*range(24, 32), 46, 104, 105, 106}  # programs whose chords are rolled from below
ROLL = 0.011  # seconds between the notes of a rolled chord
HATS = {DRUMS["closed_hat"], DRUMS["shaker"], DRUMS["ride"], DRUMS["cabasa"]}


def late_by_swing(start: float, swing: float) -> float:
    """How much later an off-beat comes (1 is a triplet)."""
    within = start % 1.0
    if 0.45 <= within < 0.75:
        return swing / 6
    return swing / 12 if within >= 0.75 or 0.2 < within < 0.45 else 0.0


def first_feel(note: Note, rng: random.Random, swing: float, looseness: float) -> Note:
    """A note with its swing, moved and weighted at random."""
    start = max(
        0.0, note.start + late_by_swing(note.start, swing) + rng.gauss(0, 0.012) * looseness
    )
    loud = max(1, min(127, round(note.velocity + rng.gauss(0, 6) * looseness)))
    return replace(note, start=start, velocity=loud)


class Feel:
    """The feel of a band: each player has a way of being early or late and of stressing beats.

    Args:
        style: its `feel` says for each player by how many thousandths of a second it lies behind
            the beat.
        looseness: 0 is a machine, 1 tired people.
    """

    def __init__(
        self, style: dict, parts: list[Part], tempo: float, swing: float, looseness: float, rng
    ) -> None:
        self.names = [part.name for part in parts]
        self.rolled = [not part.drums and part.program in PLUCKED for part in parts]
        self.behind = {name: style["feel"].get(name, 0) / 1000 for name in self.names}
        self.a_second = tempo / 60  # in quarter notes
        self.swing, self.looseness, self.rng = swing, looseness, rng
        self.beat = 1.5 if style["metre"] in ("6/8", "12/8", "9/8") else 1.0
        self.chord: tuple[float, int] = (-1.0, 0)  # where the chord being rolled began, how far up

    def __call__(self, note: Note) -> Note:
        name = self.names[note.part]
        late = self.behind[name] * min(1.0, 2 * self.looseness)
        late += self.rng.gauss(0, SECONDS[name]) * self.looseness
        if self.rolled[note.part] and self.looseness:
            begun, up = self.chord
            self.chord = (note.start, up + 1 if note.start == begun else 0)
            late += ROLL * self.chord[1]
        loud = note.velocity + self.rng.gauss(0, STRENGTH[name]) * self.looseness
        loud += self.stress(note) * (self.looseness > 0)
        start = note.start + late_by_swing(note.start, self.swing) + late * self.a_second
        return replace(note, start=max(0.0, start), velocity=max(1, min(127, round(loud))))

    def stress(self, note: Note) -> int:
        """What hands stress by themselves: beats of the cymbals and of the chords."""
        if self.names[note.part] == "drums" and note.pitch not in HATS:
            return 0
        return 5 if note.start % self.beat < 1e-6 else -3
