"""What every reader of somebody else's music hands back: the score, and sentences on the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic, TypeVar

from course_utils.scores.score import Score

__all__ = [
    "Changes",
    "Chosen",
    "Metre",
    "Moment",
    "ScoreRead",
    "Stretch",
    "chosen",
    "in_words",
    "key_name",
    "longest",
    "metre_name",
    "one_tempo",
    "other_values",
    "stretches",
    "times",
]

Moment = float | Fraction  # ticks, bars or quarter notes, as a file counts
Metre = tuple[int, int]
V = TypeVar("V")


@dataclass(frozen=True)
class ScoreRead:
    """A score that was read, and what a person should know of it.

    Attributes:
        score: the notes; times in quarter notes.
        left_out: whole sentences, each on something of the file that the score does not hold.
        title: the piece's own name, "" where it has none.
        chord_line: chord names over the music as a chord line (see `chord_lines`), "" where none.
    """

    score: Score
    left_out: tuple[str, ...] = ()
    title: str = ""
    chord_line: str = ""


@dataclass
class Changes:
    """Moments at which a metre, a key, or a tempo (quarter notes a minute) begins to hold."""

    metre: list[tuple[Moment, Metre]] = field(default_factory=list)
    key: list[tuple[Moment, str]] = field(default_factory=list)
    tempo: list[tuple[Moment, float]] = field(default_factory=list)

    def add(self, others: Changes, by: Moment) -> None:
        """Put those of a bar behind, which begins at `by`."""
        self.metre += [(by + moment, value) for moment, value in others.metre]
        self.key += [(by + moment, value) for moment, value in others.key]
        self.tempo += [(by + moment, value) for moment, value in others.tempo]


@dataclass(frozen=True)
class Stretch(Generic[V]):
    """A value (a tempo, a metre, a key ...) that holds from one moment to another."""

    start: Moment
    end: Moment
    value: V


def stretches(changes: Iterable[tuple[Moment, V]], default: V, end: Moment) -> list[Stretch[V]]:
    """Changes of a value in the order of a file, as the stretches for which each holds, to `end`.

    Of several changes at one moment the last counts; equal neighbours are one stretch.
    """
    at: dict[Moment, V] = {0: default}
    for moment, value in sorted(changes, key=lambda change: change[0]):
        at[max(0, moment)] = value
    moments = [moment for moment in at if moment < end] or [0]
    found: list[Stretch[V]] = []
    for start, after in zip(moments, [*moments[1:], max(end, moments[-1])]):
        if found and found[-1].value == at[start]:
            found[-1] = Stretch(found[-1].start, after, at[start])
        else:
            found.append(Stretch(start, after, at[start]))
    return found


def longest(found: Sequence[Stretch[V]]) -> tuple[V, Moment]:
    """The value that holds longest in all (the earliest of equals), and its share of the time."""
    lasting: dict[V, Moment] = {}
    for stretch in found:
        lasting[stretch.value] = lasting.get(stretch.value, 0) + stretch.end - stretch.start
    value = max(lasting, key=lambda one: lasting[one])
    return value, lasting[value] / (sum(lasting.values()) or 1)


def in_words(items: Sequence[str], most: int = 6) -> str:
    """A list to read aloud: "a, b and c"; what is beyond `most` is counted."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{len(items) - most} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


def times(number: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def other_values(what: str, found: Sequence[Stretch], kept: object, show, bar_at) -> list[str]:
    """A sentence on the values of a metre or key that are not kept; none where there is one value.

    Args:
        show: a value in words.
        bar_at: the number of the bar of a moment.
    """
    others = list(dict.fromkeys(show(one.value) for one in found if one.value not in (kept, "")))
    if not others:
        return []
    at = next(one.start for one in found if one.value not in (kept, ""))
    where = f"at bar {bar_at(at)}" if at else "at the start"
    return [f"Its {what} is also {in_words(others)}, first {where}; the tune keeps {show(kept)}."]


STEADY = 0.5  # of the time: a tempo that holds less is not the tempo of the piece


def one_tempo(found: Sequence[Stretch[float]], first: Moment, end: Moment) -> tuple[float, str]:
    """The tempo of a piece in quarter notes a minute, and a sentence where it is not the only one.

    It is the one that holds longest; where none holds for half the time, the mean, so that the
    piece lasts as long.
    """
    sounding = [one for one in found if one.end > first] or list(found[-1:])
    tempo, share = longest(sounding)
    if len({one.value for one in sounding}) == 1:
        return float(tempo), ""
    slowest, fastest = min(one.value for one in sounding), max(one.value for one in sounding)
    if share < STEADY:
        lasts = sum(float(one.end - max(one.start, first)) / one.value for one in sounding)
        tempo = round(float(end - first) / lasts, 3) if lasts else tempo
    changes = len(sounding) - 1
    if changes == 1:
        kept = f"{sounding[0].value:.0f} to {sounding[1].value:.0f} beats a minute"
        return float(tempo), f"Its speed changes once, from {kept}; the tune keeps {tempo:.0f}."
    return float(tempo), (
        f"Its speed changes {times(changes)}, between {slowest:.0f} and {fastest:.0f} "
        f"beats a minute; the tune keeps {tempo:.0f}."
    )


def metre_name(metre: Metre) -> str:
    """A metre as it is written, such as "3/4"."""
    return f"{metre[0]}/{metre[1]}"


def key_name(key: str) -> str:
    """A key as MIDI has it, or that there is none."""
    return key or "none"


@dataclass(frozen=True)
class Chosen:
    """The one metre, key and tempo that a score keeps, and sentences on the others."""

    metre: Metre
    key: str
    tempo: float
    told: tuple[str, ...]


def chosen(
    changes: Changes,
    usual: tuple[Metre, str, float],
    first: Moment,
    end: Moment,
    bar_at: Callable[[Moment], int],
) -> Chosen:
    """What a piece keeps of its metres, keys and tempos: of each what holds longest.

    Args:
        usual: the metre, key and tempo that hold before the first change.
        first: the moment of the first note; what held before it is not told.
        bar_at: the number of the bar of a moment.
    """
    metres = stretches(changes.metre, usual[0], end)
    keys = stretches(changes.key, usual[1], end)
    tempos = stretches(changes.tempo, usual[2], end)
    metre, key = longest(metres)[0], longest(keys)[0]
    tempo, sentence = one_tempo(tempos, first, end)
    told = [sentence] if sentence else []
    told += other_values("metre", metres, metre, metre_name, bar_at)
    told += other_values("key", keys, key, key_name, bar_at)
    return Chosen(metre, key, tempo, tuple(told))
