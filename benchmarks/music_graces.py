"""Grace notes, which take no time on paper: those that the course and other readers find."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.music_references import (
    STROKE,
    abc2midi_score,
    abc_text,
    music21_sheet,
    music21_tune,
    read_by_us,
    sheet_root,
    without_repeats,
)


class NotCompared(Exception):
    """No reference reads the grace notes of this file; says what each met."""


def graces_apart(path: Path, data: bytes, form: str, number: int) -> int:
    """How many grace notes, by their pitches, the course or a reference has and the other has not,
    both with repeats written out, or as they are written (which bars come again is judged by the
    other notes); 0 where there are none.

    Raises:
        NotCompared: there are some, and no reference reads them.
    """
    if form == "midi" or not (b"{" in data or b"<grace" in data or data[:2] == b"PK"):
        return 0
    played = graces_of(read_by_us(data, "mxl" if data[:2] == b"PK" else form, number).score)
    ways = [lambda: (played, music21_graces(path, form, number))]
    if form == "abc":
        ways.insert(0, lambda: (played, abc2midi_graces(path, number)))
    ways.append(lambda: as_written(path, form, number, played))
    found, failed = [], []
    for way in ways:
        try:
            mine, theirs = way()
        except Exception as problem:  # whatever a reference raises: it cannot read it
            failed.append(f"{type(problem).__name__}: {problem}"[:100])
            continue
        found.append(max((mine - theirs).total(), (theirs - mine).total()))
        if not found[-1]:
            break
    if not found:
        raise NotCompared("; ".join(failed))
    return min(found)


def as_written(path: Path, form: str, number: int, played: Counter) -> tuple[Counter, Counter]:
    """Our grace notes and music21's in a file without its repeats.

    Raises:
        ValueError: what is played has others than those, or fewer.
    """
    if form == "abc":
        text, kind = abc_without_repeats(abc_text(path, number)), "abc"
    else:
        root = without_repeats(sheet_root(path))
        text, kind = ElementTree.tostring(root, encoding="unicode"), "musicxml"
    mine = graces_of(read_by_us(text.encode(), form, 0).score)
    if {*mine} != {*played} or mine - played:
        raise ValueError("not those that are played")
    return mine, graces_in(text, kind)


def graces_of(score) -> Counter:
    """The pitches of a score's grace notes; those of drums are strokes."""
    drums = {place for place, part in enumerate(score.parts) if part.drums}
    return Counter(STROKE if n.part in drums else n.pitch for n in score.notes if n.grace)


def abc_without_repeats(text: str) -> str:
    """A tune in ABC without the signs that send a player back, and without an order of parts."""
    lines = [line for line in text.splitlines() if not line.startswith("P:")]
    for place, line in enumerate(lines):
        if not re.match(r"[A-Za-z+]:|%", line):
            line = re.sub(r"::|:*\|+:*|:+\|", "|", line)
            lines[place] = re.sub(r"\[\d[\d,-]*|(?<=\|)\s*\d[\d,-]*", "|", line)
    return "\n".join(lines) + "\n"


def graces_in(text: str, kind: str) -> Counter:
    """The pitches of music21's grace notes in a text, as they are written."""
    import music21

    return pitches_of_graces(music21.converter.parse(text, format=kind, forceSource=True))


def abc2midi_graces(path: Path, number: int) -> Counter:
    """The pitches that abc2midi plays with grace notes and not without them."""
    return pitches_of(abc2midi_score(path, number, True)) - pitches_of(abc2midi_score(path, number))


def pitches_of(score) -> Counter:
    """How often each pitch sounds in a symusic score."""
    return Counter(note.pitch for track in score.tracks for note in track.notes)


def music21_graces(path: Path, form: str, number: int) -> Counter:
    """The pitches of music21's grace notes."""
    return pitches_of_graces(music21_tune(path, number) if form == "abc" else music21_sheet(path))


def pitches_of_graces(score) -> Counter:
    """The pitches of the grace notes of a music21 score; strokes without a pitch are strokes."""
    sounding = score.toSoundingPitch().recurse().notes
    graces = [one for one in sounding if one.duration.isGrace]
    pitched = Counter(pitch.midi for one in graces for pitch in one.pitches)
    return pitched + Counter(STROKE for one in graces if not one.pitches)
