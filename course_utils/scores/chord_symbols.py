"""Chord names over notes: where they stand in a tune or a backing track, and as MusicXML,
which the sheet is drawn from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as Tree

from course_utils.creation import Creation, LearnerError
from course_utils.scores.chords import Chord, read_line

KINDS = {  # semitones from the root: MusicXML's word
    frozenset(steps): word
    for word, steps in {
        "major": (0, 4, 7),
        "minor": (0, 3, 7),
        "augmented": (0, 4, 8),
        "diminished": (0, 3, 6),
        "dominant": (0, 4, 7, 10),
        "major-seventh": (0, 4, 7, 11),
        "minor-seventh": (0, 3, 7, 10),
        "diminished-seventh": (0, 3, 6, 9),
        "half-diminished": (0, 3, 6, 10),
        "major-minor": (0, 3, 7, 11),
        "major-sixth": (0, 4, 7, 9),
        "minor-sixth": (0, 3, 7, 9),
        "dominant-ninth": (0, 2, 4, 7, 10),
        "major-ninth": (0, 2, 4, 7, 11),
        "minor-ninth": (0, 2, 3, 7, 10),
        "suspended-fourth": (0, 5, 7),
        "suspended-second": (0, 2, 7),
        "power": (0, 7),
    }.items()
}


@dataclass(frozen=True)
class Symbol:
    """A chord written over music: quarter notes from the start, and the chord."""

    start: float
    chord: Chord


def symbols_of(creation: Creation, bar_length: float) -> tuple[Symbol, ...]:
    """The chords over a tune that has some, or over a backing track, each where it begins;
    the same chord is not written twice in a row.
    """
    settings = creation.recipe.settings
    line, first, times = str(settings.get("chord_line", "")), 0, 1
    if creation.kind == "backing":
        line, first, times = (
            creation.recipe.prompt,
            int(settings.get("intro") is True),
            settings.get("repeats", 1),
        )
    try:
        bars = list(read_line(line).bars) * max(1, int(times)) if line else []
    except (LearnerError, ValueError, TypeError):  # a recipe from outside may say anything
        return ()
    if bars and settings.get("ending") is True and creation.kind == "backing":
        bars.append((bars[0][0],))
    found: list[Symbol] = []
    for number, bar in enumerate(bars):
        for place, chord in enumerate(bar):
            if not found or found[-1].chord.name != chord.name:
                found.append(Symbol((first + number + place / len(bar)) * bar_length, chord))
    return tuple(found)


def in_words(chord: Chord) -> str:
    """A chord name to read aloud, such as "F sharp minor seven over A":
    "Am" would be read as a word.
    """
    said, _, below = chord.name.replace("♯", "#").replace("♭", "b").partition("/")
    root = re.match(r"[A-Ga-g][#b]*", said)[0]
    kind = KINDS.get(frozenset((tone - chord.root) % 12 for tone in chord.classes) | {0}, "other")
    words = {"major": "", "dominant": "seven", "other": said[len(root) :]}.get(
        kind,
        kind.replace("-", " ")
        .replace("seventh", "seven")
        .replace("sixth", "six")
        .replace("fourth", "four")
        .replace("second", "two")
        .replace("ninth", "nine"),
    )
    return " ".join(filter(None, [_letter(root), words, f"over {_letter(below)}" if below else ""]))


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
    said: list[list] = []
    for bar in bars:
        words = " then ".join(dict.fromkeys(in_words(chord) for chord in bar))
        if said and said[-1][0] == words:
            said[-1][1] += 1
        else:
            said.append([words, 1])
    return "; ".join(words if times == 1 else f"{words} for {times} bars" for words, times in said)


def write_symbol(measure: Tree.Element, chord: Chord, late: int) -> None:
    """A chord name in a MusicXML measure, `late` divisions after the note that follows it
    in the file.
    """
    harmony = Tree.SubElement(measure, "harmony")
    said, _, below = chord.name.replace("♯", "#").replace("♭", "b").partition("/")
    root = re.match(r"[A-Ga-g][#b]*", said)[0]
    _write_name(harmony, "root", root)
    steps = frozenset((tone - chord.root) % 12 for tone in chord.classes) | {0}
    Tree.SubElement(harmony, "kind", text=said[len(root) :]).text = KINDS.get(steps, "other")
    if below:
        _write_name(harmony, "bass", below)
    if late:
        Tree.SubElement(harmony, "offset").text = str(late)


def _write_name(harmony: Tree.Element, what: str, name: str) -> None:
    at = Tree.SubElement(harmony, what)
    Tree.SubElement(at, f"{what}-step").text = name[0].upper()
    if name[1:]:
        Tree.SubElement(at, f"{what}-alter").text = str(name.count("#") - name[1:].count("b"))
