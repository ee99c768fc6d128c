"""Chord names over notes: where they stand in a tune or a backing track, and read aloud."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.creation import Creation, LearnerError
from course_utils.scores.chord_line_words import read_asked, stretched
from course_utils.scores.chords.harmony import kind_and_degrees
from course_utils.scores.chords.lines import ChordLine, read_line
from course_utils.scores.chords.names import NamedChord

__all__ = ["Symbol", "line_in_words", "line_of", "symbols_of"]


@dataclass(frozen=True)
class Symbol:
    """A chord written over music: quarter notes from the start, and the chord."""

    start: float
    chord: NamedChord


def line_of(creation: Creation) -> ChordLine | None:
    """The chords over a tune, or those a backing track was made from; None where there are none."""
    settings = creation.recipe.settings
    line = settings.get("chord_line", "")
    try:
        if creation.declared.prompt == "chords":
            asked = read_asked(creation.recipe.prompt, [])
            return stretched(asked.line, asked.bars)
        return read_line(line) if isinstance(line, str) and line else None
    except LearnerError:  # a recipe from outside may say anything
        return None


def symbols_of(creation: Creation, bar_length: float) -> tuple[Symbol, ...]:
    """The chords over a tune that has some, or over a backing track, each where it begins;
    the same chord is not written twice in a row.
    """
    line, first = line_of(creation), 0
    if line is None:
        return ()
    bars = list(line.bars)
    settings = creation.recipe.settings
    if creation.declared.prompt == "chords":
        first = int(settings.get("intro") is True)
        times = settings.get("repeats", 1)
        bars *= max(1, times) if isinstance(times, int) and times < 100 else 1
        if settings.get("ending") is True:
            bars.append((next(one for bar in bars for one in bar if not one.silent),))
    found: list[Symbol] = []
    for number, bar in enumerate(bars):
        for place, chord in enumerate(bar):
            same = found[-1].chord.name == chord.name if found else chord.silent
            if not same:
                found.append(Symbol((first + number + place / len(bar)) * bar_length, chord))
    return tuple(found)


def in_words(chord: NamedChord) -> str:
    """A chord name to read aloud, such as "F sharp minor seven over A":
    "Am" would be read as a word.
    """
    if chord.silent:
        return "no chord"
    kind, changes = kind_and_degrees(chord)
    kind = {"major": "", "dominant": "seven"}.get(kind, kind.removeprefix("dominant-"))
    for written, said in {
        "-": " ", "seventh": "seven", "sixth": "six", "fourth": "four", "second": "two",
        "ninth": "nine", "11th": "eleven", "13th": "thirteen",
    }.items():  # fmt: skip
        kind = kind.replace(written, said)
    return " ".join(
        filter(
            None,
            [
                _letter(chord.root_name),
                kind,
                *(_change(*one) for one in changes),
                f"over {_letter(chord.bass_name)}" if chord.bass_name else "",
            ],
        )
    )


def _change(what: str, degree: int, by: int) -> str:
    number = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 9: "nine"}
    number |= {11: "eleven", 13: "thirteen"}
    if what == "subtract":
        return f"without {number.get(degree, degree)}"
    sign = "sharp " if by > 0 else "flat " if by < 0 else ""
    return f"{'' if sign else 'add '}{sign}{number.get(degree, degree)}"


def _letter(name: str) -> str:
    return name[0].upper() + name[1:].replace("#", " sharp").replace("b", " flat")


def line_in_words(text: str) -> str:
    """A line of chords to read aloud, bar by bar; "" where it holds none.

    Bars that are alike and stand together are counted.
    """
    try:
        bars = read_line(text).bars
    except LearnerError:
        return ""
    said: list[tuple[str, int]] = []
    for bar in bars:
        words = " then ".join(dict.fromkeys(in_words(chord) for chord in bar))
        times = said.pop()[1] if said and said[-1][0] == words else 0
        said.append((words, times + 1))
    return "; ".join(words if times == 1 else f"{words} for {times} bars" for words, times in said)
