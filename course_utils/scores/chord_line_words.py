"""Words among the chords of a backing track: a style, a speed, a number of bars; others named."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from course_utils.engines.unused import PLAIN
from course_utils.scores.chords import MOST_BARS, ChordLine, read_line
from course_utils.scores.length_and_speed import (
    BARS,
    BEATS,
    ODD_BARS,
    SPEED_WORDS,
    TEMPO_WORDS,
    bars_said,
    speed_said,
    tempo_said,
)

__all__ = ["read_asked", "stretched"]


@dataclass(frozen=True)
class Asked:
    """What a line of chords and words asks for."""

    line: ChordLine
    bars: int | None = None
    style: str = ""
    tempo: int | None = None
    speed: float = 1.0
    not_followed: str = ""  # a sentence on a length that no track can have

    @property
    def unused(self) -> list[str]:
        """Words of the line that are neither chords nor wishes that can be followed."""
        return [word for word in self.line.unknown if word.lower() not in PLAIN]


def read_asked(text: str, styles: list[str]) -> Asked:
    """The chords of a line, and what its words ask for.

    Raises:
        LearnerError: there is no chord in it.
    """
    if not isinstance(text, str):
        return Asked(read_line(text))
    longest = sorted(styles, key=len, reverse=True)  # "kitchen funk" before "funk"
    style = next((n for n in longest if re.search(rf"\b{re.escape(n)}\b", text, re.I)), "")
    known = [*SPEED_WORDS, *TEMPO_WORDS, *([style] if style else [])]
    words = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})\b", re.I)
    bars = bars_said(text, MOST_BARS)
    tempo = tempo_said(text)
    rest, lost = (BARS.sub(" ", text), "") if bars else without_odd_length(text)
    rest = BEATS.sub(" ", rest) if tempo else rest
    rest = re.sub(r"\b(?:in|with|as|for|at) +(?=\||$)", " ", words.sub(" ", rest))
    line = read_line(rest if rest.strip(" |,") else text)
    return Asked(line, bars, style, tempo, speed_said(text), lost)


def without_odd_length(text: str) -> tuple[str, str]:
    """A text without a number of bars that no track can have, and a sentence on it."""
    found = ODD_BARS.search(text)
    if not found:
        return text, ""
    said = f"A line of chords has 1 to {MOST_BARS} bars, so I did not follow {found['said']} bars."
    return ODD_BARS.sub(" ", text), said


def stretched(line: ChordLine, bars: int | None) -> ChordLine:
    """A line of so many bars: repeated, and cut where it is full; as it is for None."""
    if bars is None:
        return line
    times = -(-bars // len(line.bars))
    return replace(line, bars=(line.bars * times)[:bars])
