"""A tune in ABC while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from course_utils.scores.abc.fields import Key, Metre
from course_utils.scores.abc.music import Counts, Voice

__all__ = ["Reading"]


@dataclass
class Reading:
    """A tune while it is read."""

    counts: Counts = field(default_factory=Counts)
    voices: dict[str, Voice] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    instructions: list[str] = field(default_factory=list)
    head_key: Key = field(default_factory=Key)
    metre: Metre = field(default_factory=Metre)
    unit: Fraction | None = None
    tempo: float | None = None
    shift: int = 0
    accidentals: str = "pitch"  # how far they hold: in every octave, in their own, or not
    order: str = ""
    programs: dict[str, tuple[int, int]] = field(default_factory=dict)
    loose_ties: set[int] = field(default_factory=set)  # of notes by their identity
    followed: bool = False  # whether D.C. or D.S. was
    told: list[str] = field(default_factory=list)
