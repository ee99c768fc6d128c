"""The bars of a tune in ABC in the order of playing, and what sounds in them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from course_utils.scores.abc.music import AbcBar, AbcNote, Voice
from course_utils.scores.abc.state import Reading
from course_utils.scores.reading import Changes, Chosen, Moment, chosen, in_words
from course_utils.scores.repeats import followed_words, guesses_words, play_order

__all__ = ["MOST_NOTES", "Sounding", "Timeline", "played_bars", "sounding"]

MOST_BARS = 4000  # as played
MOST_NOTES = 60_000  # as played
USUAL_TEMPO = 120.0


def played_bars(voice: Voice, leader: Voice, reading: Reading) -> list[AbcBar]:
    """The bars of a voice in the order of playing. One without signs follows the first voice."""
    marks = [bar.marks for bar in voice.bars]
    signed = any(one.times > 1 or one.endings or one.road for one in marks)
    if not signed and len(leader.bars) == len(marks):
        marks = [bar.marks for bar in leader.bars]
    elif len(leader.bars) == len(marks):
        marks = [
            replace(one, road=one.road | bar.marks.road) for one, bar in zip(marks, leader.bars)
        ]
    labels = [bar.part for bar in voice.bars] if reading.order else []
    if any(labels):
        order = _by_parts(marks, labels, reading)
    else:
        order = _ordered(marks, reading)
    return [voice.bars[at] for at in order]


def _ordered(marks: list, reading: Reading) -> list[int]:
    order = play_order(marks, MOST_BARS)
    reading.counts.cut |= order.cut
    # of one voice without start signs, and without an order of parts, everybody reads it so
    several = len(reading.voices) > 1 or any(one.begins for one in marks) or bool(reading.order)
    said = guesses_words(order, several)
    if order.again:
        said.append(followed_words(order, reading.counts.road_signs))
    reading.told += [one for one in said if one not in reading.told]
    reading.followed |= order.again is not None
    return order.bars


def _by_parts(marks: list, labels: list[str], reading: Reading) -> list[int]:
    """The order that the field P: of the head gives to parts of the tune."""
    starts = [at for at, label in enumerate(labels) if label]
    parts: dict[str, list[int]] = {}
    for start, end in zip(starts, [*starts[1:], len(labels)]):
        order = _ordered(marks[start:end], reading)
        if labels[start] in parts:
            reading.told.append(f"Part {labels[start]} stands there twice; the first is played.")
        parts.setdefault(labels[start], [start + at for at in order])
    played = _ordered(marks[: starts[0]], reading)
    asked = _parts_asked(reading.order)
    missing = [part for part in dict.fromkeys(asked) if part not in parts]
    if missing:
        reading.told.append(f"The tune has no part {in_words(missing)}, though its P: names it.")
    if left := [part for part in parts if part not in asked]:
        reading.told.append(f"Not in the order of P:, so not played: {in_words(left)}.")
    for part in asked:
        played += parts.get(part, [])
        if len(played) > MOST_BARS:
            reading.counts.cut = True
            break
    return played[:MOST_BARS]


def _parts_asked(text: str) -> list[str]:
    """The parts in order that "(AB)3(CD)2" asks for."""
    text = re.sub(r"[^A-Za-z0-9()]", "", text)[:200]
    stack: list[list[str]] = [[]]
    at = 0
    while at < len(text):
        letter = text[at]
        at += 1
        if letter == "(":
            stack.append([])
            continue
        if letter == ")":
            one = stack.pop() if len(stack) > 1 else []
        elif letter.isalpha():
            one = [letter]
        else:
            continue
        number = re.match(r"\d{1,2}", text[at:])
        at += len(number[0]) if number else 0
        stack[-1] += (one * min(int(number[0]) if number else 1, 16))[:MOST_BARS]
        del stack[-1][MOST_BARS:]
    return [part for level in stack for part in level]


Sounding = tuple[Fraction, Fraction, int, tuple[int, ...]]  # the last: its grace notes


def sounding(bars: list[AbcBar], reading: Reading) -> list[Sounding]:
    """Start, length, pitch and grace notes of the notes of bars in order, ties joined."""
    found: list[list] = []
    waiting: dict[
        tuple[int, int], tuple[Fraction, list]
    ] = {}  # layer, pitch: tied notes and their ends
    tied_from: dict[tuple[int, int], AbcNote] = {}
    clock, heard = Fraction(0), 0
    for bar in bars:
        for note in sorted(bar.notes, key=lambda one: one.offset):
            place, start = (note.layer, note.pitch), clock + note.offset
            end, tied = waiting.pop(place, (None, None))
            if tied is not None and end == start:
                tied[1] += note.length
                reading.counts.graces += len(note.graces)
                reading.loose_ties.discard(id(tied_from[place]))
            else:
                tied = [start, note.length, note.pitch, note.graces]
                found.append(tied)
            if note.tied:
                waiting[place] = (start + note.length, tied)
                tied_from[place] = note
                reading.loose_ties.add(id(note))
        clock += bar.length
        heard += len(bar.notes)
        if heard > MOST_NOTES:
            reading.counts.cut = True
            break
    return [(start, length, pitch, graces) for start, length, pitch, graces in found]


class Timeline:
    """What changes over time in the first voice as it is played."""

    def __init__(self, bars: list[AbcBar], reading: Reading) -> None:
        self.reading = reading
        self.changes = Changes()
        self.starts: list[Fraction] = []
        self.end = Fraction(0)
        for bar in bars:
            self.starts.append(self.end)
            self.changes.add(bar.changes, self.end)
            self.end += bar.length

    def chosen(self) -> Chosen:
        """Metre, key and tempo of the score, and sentences on the others."""
        reading = self.reading
        metre, key = (reading.metre.beats, reading.metre.unit), reading.head_key.name
        usual = metre, key, reading.tempo or USUAL_TEMPO
        kept = chosen(self.changes, usual, 0, self.end, self._bar)
        if reading.head_key.mode and kept.key == reading.head_key.name:
            mode, key = reading.head_key.mode, kept.key
            said = f"Its scale is {mode}, written with the signs of {key} major."
            return replace(kept, told=(*kept.told, said))
        return kept

    def _bar(self, moment: Moment) -> int:
        return sum(start <= moment for start in self.starts)
