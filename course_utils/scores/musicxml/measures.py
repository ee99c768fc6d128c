"""The measures of one part of a MusicXML file as bars of notes; times in quarter notes.

Durations are taken as the file counts them, so that tuplets in tuplets come out right. Pitches are
those that sound: transposing instruments are read as they are heard.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as Tree

from course_utils.scores.chords.harmony import read_harmony
from course_utils.scores.chords.names import NamedChord
from course_utils.scores.musicxml.players import Player, key_by_place
from course_utils.scores.musicxml.spelling import key_of_fifths
from course_utils.scores.reading import Changes
from course_utils.scores.repeats import MOST_TIMES, Marks, road_in

__all__ = ["LOST", "PartReader", "Unused", "XmlBar", "XmlNote"]

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
UNITS: dict[str, int | str] = {
    "maxima": 32, "long": 16, "breve": 8, "whole": 4, "half": 2, "quarter": 1, "eighth": "1/2",
    "16th": "1/4", "32nd": "1/8", "64th": "1/16",
}  # fmt: skip
SIGNS = {"sharp": 1, "flat": -1, "natural": 0, "double-sharp": 2, "flat-flat": -2}
LONGEST = 400  # quarter notes of one note or step
VELOCITY, FULL = 84, 90  # of a note; MusicXML's 100 per cent
ROAD_SIGNS = {
    "dacapo": "D.C.", "dalsegno": "D.S.", "fine": "Fine", "tocoda": "to Coda", "coda": "Coda",
    "segno": "Segno",
}  # fmt: skip
ROAD_WORDS = re.compile(r"\b(D\.? ?[CS]\.?( al \w+)?|Fine|To Coda|Da Capo|Dal Segno)(?!\w)", re.I)
LOST = "grace notes without a new note that is long enough after them"
LOUDNESS = ("dynamics", "wedge")
PLAYED = ("pedal", "octave-shift", "harp-pedals", "damp", "damp-all", "string-mute", "scordatura")

SHAPES = {  # quarter notes
    name: Fraction(32) / 2**power
    for power, name in enumerate(
        "maxima long breve whole half quarter eighth 16th 32nd 64th 128th".split()
    )
}


@dataclass
class XmlNote:
    """A note in its bar: offset and length, the MIDI pitch that sounds, the voice and the staff it
    stands in, its ties, how hard it is struck, its instrument's id, and the pitches of the grace
    notes before it."""

    offset: Fraction
    length: Fraction
    pitch: int
    voice: str = "1"
    staff: str = "1"
    starts: bool = False
    stops: bool = False
    velocity: int = VELOCITY
    instrument: str = ""
    unpitched: bool = False
    graces: tuple[int, ...] = ()


@dataclass
class XmlBar:
    """One measure: what sounds, what is written about it, and how it is repeated."""

    marks: Marks = field(default_factory=Marks)
    notes: list[XmlNote] = field(default_factory=list)
    length: Fraction = Fraction(0)
    symbols: list[tuple[Fraction, NamedChord]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    implicit: bool = False


@dataclass
class Unused:
    """What was met and is not in the score, over all parts."""

    counts: Counter = field(default_factory=Counter)
    road_signs: list[str] = field(default_factory=list)
    lyrics: list[str] = field(default_factory=list)
    chords: list[str] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)


class PartReader:
    """One part while its measures are read."""

    def __init__(self, player: Player, unused: Unused, concert: bool) -> None:
        self.player, self.unused, self.concert = player, unused, concert
        self.divisions, self.shift = Fraction(1), 0
        self.unit_known = False  # whether the sheet has said what its divisions are
        self.metre: tuple[int, int] | None = None
        self.fifths, self.mode = 0, ""
        self.ending: frozenset[int] = frozenset()
        self.tab_staves: set[str] = set()
        self.tempo = Fraction(120)
        self.bars: list[XmlBar] = []
        self.graces: dict[str, list[int]] = defaultdict(list)  # by voice, before its next note

    def read(self, measure: Tree.Element) -> None:
        """Read one measure."""
        self.bar = XmlBar(implicit=measure.get("implicit") == "yes")
        self.clock = self.before = self.latest = Fraction(0)
        for item in measure:
            way = getattr(self, f"_read_{item.tag.replace('-', '_')}", None)
            if way is not None:
                way(item)
            self.bar.length = max(self.bar.length, self.clock)
        self.unused.counts["directions placed beyond their bar"] += self.latest > self.bar.length
        if self.ending and not self.bar.marks.endings:
            self.bar.marks.endings = self.ending
        if getattr(self, "closing", False):
            self.ending, self.closing = frozenset(), False
        self.bars.append(self.bar)

    def _read_note(self, item: Tree.Element) -> None:
        voice = item.findtext("voice") or "1"
        if item.find("grace") is not None:
            self._read_grace(item, voice)
            return
        length = self._length(item)
        if item.find("chord") is not None:
            start = self.before
            own = "chords whose later notes have lengths of their own"
            self.unused.counts[own] += start + length > self.clock
        else:
            start, self.clock = self.clock, self.clock + length
            self.before = start
        self._gather(item)
        if item.find("rest") is not None:
            self.unused.counts[LOST] += len(self.graces.pop(voice, ()))
            return
        if item.find("cue") is not None:
            self.unused.counts["cue notes"] += 1
            return
        pitch, unpitched = self._pitch(item)
        if pitch is None or length <= 0:
            self.unused.counts["notes without a pitch or a length"] += 1
            return
        if item.get("print-object") == "no":
            self.unused.counts["notes not shown on the page, played all the same"] += 1
        ties = {one.get("type") for one in item.iterfind("tie")}
        ties = ties or {one.get("type") for one in item.iterfind("notations/tied")}
        instrument = item.find("instrument")
        self.bar.notes.append(
            XmlNote(
                start,
                length,
                pitch,
                voice,
                item.findtext("staff") or "1",
                "start" in ties,
                "stop" in ties,
                _velocity(item.get("dynamics")),
                instrument.get("id", "") if instrument is not None else "",
                unpitched,
                tuple(self.graces.pop(voice, ())),
            )
        )
        if item.find("chord") is not None:
            self._graces_to_the_top()

    def _read_grace(self, item: Tree.Element, voice: str) -> None:
        """A grace note waits for the next note of its voice."""
        pitch, _ = self._pitch(item)
        if item.find("cue") is not None:
            self.unused.counts["cue notes"] += 1
        elif pitch is None:
            self.unused.counts[LOST] += 1
        else:
            self.graces[voice].append(pitch)

    def _graces_to_the_top(self) -> None:
        """Grace notes before a chord lead to its highest note."""
        *_, before, last = [None, *self.bar.notes]
        if before and before.offset == last.offset and before.pitch < last.pitch:
            last.graces, before.graces = before.graces + last.graces, ()

    def finish(self) -> None:
        """The end of the part: no note follows the grace notes that still wait."""
        self.unused.counts[LOST] += sum(map(len, self.graces.values()))

    def _pitch(self, item: Tree.Element) -> tuple[int | None, bool]:
        """The pitch that sounds, and whether it is a drum's."""
        pitch = item.find("pitch")
        if pitch is not None:
            step = (pitch.findtext("step") or "").strip().upper()
            alter, octave = _number(pitch.findtext("alter")), _number(pitch.findtext("octave"))
            if step not in STEPS or octave is None:
                return None, False
            if alter and alter != round(alter):
                self.unused.counts["quarter tones, rounded"] += 1
            sign = SIGNS.get((item.findtext("accidental") or "").strip(), alter or 0)
            if sign != round(alter or 0):
                self.unused.counts["signs at notes that say another pitch, which counts"] += 1
            found = STEPS[step] + 12 * (round(octave) + 1) + round(alter or 0) + self.shift
            return (found if 0 <= found <= 127 else None), False
        place = item.find("unpitched")
        if place is None:
            return None, False
        instrument = item.find("instrument")
        keys = self.player.keys
        key = keys.get(instrument.get("id", "")) if instrument is not None else None
        if key is None and len(keys) == 1:
            key = next(iter(keys.values()))
        if key is None:
            self.unused.counts["drums without a number, read by their place on the staff"] += 1
            octave = _number(place.findtext("display-octave"))
            key = key_by_place((place.findtext("display-step") or "").strip(), int(octave or 0))
        return key, True

    def _gather(self, item: Tree.Element) -> None:
        """What is written at a note and not played."""
        for sung in item.iterfind("lyric"):
            if sung.get("number", "1") in ("1", "part1verse1") and len(self.unused.lyrics) < 60:
                text = "".join(one.text or "" for one in sung.iterfind("text"))
                joined = sung.findtext("syllabic") in ("begin", "middle")
                self.unused.lyrics.append(text if joined else f"{text} ")
        for marks in item.iterfind("notations"):
            for group in ("ornaments", "articulations", "technical"):
                for sign in marks.iterfind(f"{group}/*"):
                    plain = sign.tag in ("string", "fret", "fingering", "pluck", "accidental-mark")
                    self.unused.counts["signs of how to play"] += not plain
            for name in ("arpeggiate", "glissando", "slide", "fermata"):
                self.unused.counts["signs of how to play"] += len(marks.findall(name))
            self.unused.counts["signs of loudness"] += len(marks.findall("dynamics"))

    def _length(self, item: Tree.Element) -> Fraction:
        try:
            duration = Fraction((item.findtext("duration") or "0").strip())
            if not self.unit_known and (shape := _shape(item)) and duration > 0:
                self.divisions = duration / shape
                self.unused.counts["lengths read from the shapes of notes, in no given unit"] += 1
            length = duration / self.divisions
        except (ValueError, ZeroDivisionError):
            return Fraction(0)
        shape = _shape(item) if item.find("rest") is None else None
        if shape and abs(length - shape) > shape / 10:
            self.unused.counts["notes whose length is not that of their shape"] += 1
        return min(max(length, Fraction(0)), Fraction(LONGEST))

    def _read_backup(self, item: Tree.Element) -> None:
        self.clock = max(Fraction(0), self.clock - self._length(item))

    def _read_forward(self, item: Tree.Element) -> None:
        self.clock += self._length(item)

    def _read_attributes(self, item: Tree.Element) -> None:
        divisions = _number(item.findtext("divisions"))
        if divisions and divisions > 0:
            self.divisions, self.unit_known = Fraction(divisions).limit_denominator(1000), True
        shift = item.find("transpose")
        if shift is not None:  # a score at concert pitch is still an octave off where that is said
            chromatic = 0 if self.concert else _number(shift.findtext("chromatic")) or 0
            octaves = _number(shift.findtext("octave-change")) or 0
            self.shift = round(chromatic + 12 * octaves)
        for clef in item.iterfind("clef"):
            if (clef.findtext("sign") or "").strip() == "TAB":
                self.tab_staves.add(clef.get("number", "1"))
        for key in item.findall("key")[:1]:
            self._key(key)
        for time in item.findall("time")[:1]:
            self._time(time)
        if item.find("measure-style/measure-repeat") is not None:
            self.unused.counts["signs that a bar is to be played again"] += 1

    def _key(self, key: Tree.Element) -> None:
        fifths, mode = _number(key.findtext("fifths")), (key.findtext("mode") or "").strip().lower()
        if fifths is None or not -7 <= fifths <= 7:
            self.unused.counts["key signatures that are no key"] += 1
            return
        if mode not in ("", "major", "minor", "none", "ionian", "aeolian"):
            self.unused.modes.append(mode)
        sounding = round(fifths) + 7 * self.shift
        sounding = round(fifths) if self.shift % 12 == 0 else (sounding + 6) % 12 - 6
        name = key_of_fifths(sounding, mode in ("minor", "aeolian"))
        self.bar.changes.key.append((self.clock, name))

    def _time(self, time: Tree.Element) -> None:
        beats = [one.text or "" for one in time.iterfind("beats")]
        units = [_number(one.text) for one in time.iterfind("beat-type")]
        try:
            pairs = [
                (sum(int(part) for part in re.split(r"\+", upper)), int(lower or 0))
                for upper, lower in zip(beats, units)
            ]
        except ValueError:
            pairs = []
        if not pairs or any(
            upper < 1 or lower not in (1, 2, 4, 8, 16, 32) for upper, lower in pairs
        ):
            self.unused.counts["metres that are none"] += time.find("senza-misura") is None
            self.metre = None
            return
        lowest = max(lower for _, lower in pairs)
        self.metre = metre = sum(upper * lowest // lower for upper, lower in pairs), lowest
        self.bar.changes.metre.append((self.clock, metre))

    def _read_sound(self, item: Tree.Element, at: Fraction | None = None) -> None:
        at = self.clock if at is None else at
        tempo = _number(item.get("tempo"))
        if tempo and 0 < tempo < 10_000:
            self._tempo(at, Fraction(tempo).limit_denominator(1000))
        for name, shown in ROAD_SIGNS.items():
            if item.get(name) is not None:
                self._road(shown, frozenset({name}))
        if item.find("midi-instrument") is not None or item.find("instrument-change") is not None:
            self.unused.counts["changes of instrument"] += 1

    def _tempo(self, at: Fraction, tempo: Fraction) -> None:
        self.tempo = tempo
        self.bar.changes.tempo.append((max(Fraction(0), at), round(float(tempo), 3)))

    def _read_direction(self, item: Tree.Element) -> None:
        offset = _number(item.findtext("offset"))
        at = self.clock + (
            Fraction(offset).limit_denominator(1000) / self.divisions if offset else 0
        )
        self.latest = max(self.latest, at)
        sound = item.find("sound")
        if sound is not None:
            self._read_sound(sound, at)
        told = sound is not None and sound.get("tempo") is not None
        for kind in item.iterfind("direction-type/*"):
            if kind.tag == "metronome" and not told:
                self._metronome(kind, at)
            elif kind.tag in ("segno", "coda"):
                self._road(ROAD_SIGNS[kind.tag], frozenset({kind.tag}))
            elif kind.tag == "words" and (found := ROAD_WORDS.search(kind.text or "")):
                self._road(found[0], road_in(found[0]))
            elif kind.tag in LOUDNESS:
                self.unused.counts["signs of loudness"] += kind.get("type") != "stop"
            elif kind.tag in PLAYED and kind.tag != "octave-shift":
                self.unused.counts["signs of how to play"] += kind.get("type") != "stop"

    def _road(self, shown: str, signs: frozenset[str]) -> None:
        """A sign of the way."""
        self.unused.road_signs.append(shown)
        self.bar.marks.road |= signs

    def _metronome(self, item: Tree.Element, at: Fraction) -> None:
        """A mark such as "dotted quarter = 80", or "quarter = dotted quarter" before the next."""
        beats: list[Fraction] = []
        for part in item:
            if part.tag == "beat-unit" and (part.text or "").strip() in UNITS:
                beats.append(Fraction(UNITS[(part.text or "").strip()]))
            elif part.tag == "beat-unit-dot" and beats:
                beats[-1] *= Fraction(3, 2)
        rate = re.search(r"\d{1,4}(?:\.\d{1,3})?", item.findtext("per-minute") or "")
        if beats and rate and float(rate[0]):
            self._tempo(at, beats[0] * Fraction(rate[0]))
        elif len(beats) == 2:
            self._tempo(at, self.tempo * beats[1] / beats[0])
        else:
            self.unused.counts["metronome marks that name no speed"] += 1

    def _read_harmony(self, item: Tree.Element) -> None:
        offset = _number(item.findtext("offset"))
        at = self.clock + (
            Fraction(offset).limit_denominator(1000) / self.divisions if offset else 0
        )
        chord = read_harmony(item)
        if chord is None:
            self.unused.chords.append((item.findtext("kind") or "?").strip()[:20])
        else:
            self.bar.symbols.append((max(Fraction(0), at), _moved(chord, self.shift)))
        if (item.findtext("inversion") or "0").strip() != "0" and item.find("bass") is None:
            self.unused.counts["chords said to be upside down"] += 1

    def _read_figured_bass(self, item: Tree.Element) -> None:
        self.unused.counts["figures under the bass"] += 1

    def _read_barline(self, item: Tree.Element) -> None:
        marks = self.bar.marks
        repeat, ending = item.find("repeat"), item.find("ending")
        if repeat is not None and item.get("location") == "middle":
            self.unused.counts["repeat signs inside a bar"] += 1
        elif repeat is not None and repeat.get("direction") == "forward":
            marks.begins = True
        elif repeat is not None:
            marks.times = min(max(2, round(_number(repeat.get("times")) or 2)), MOST_TIMES)
        if ending is not None:
            if ending.get("type") == "start":
                turns = re.findall(r"\d{1,2}", ending.get("number", ""))
                self.ending = frozenset(int(one) for one in turns if 1 <= int(one) <= MOST_TIMES)
            elif not self.ending:
                self.unused.counts["endings without a start sign, taken for a bar"] += 1
                self.ending = frozenset({1}) if marks.times > 1 else frozenset()
            marks.endings = self.ending
            self.closing = ending.get("type") != "start"


def _moved(chord: NamedChord, semitones: int) -> NamedChord:
    """A chord as it sounds over a transposing instrument."""
    names = "C Db D Eb E F F# G Ab A Bb B".split()
    if not semitones % 12 or chord.silent:
        return chord
    bass = names[(chord.bass + semitones) % 12] if chord.bass_name else ""
    return chord.moved(semitones, names[(chord.root + semitones) % 12], bass)


def _velocity(said: str | None) -> int:
    loud = _number(said)
    return min(max(round(loud * FULL / 100), 1), 127) if loud is not None else VELOCITY


def _shape(item: Tree.Element) -> Fraction | None:
    """The length in quarter notes that a note's shape, dots and tuplet say; None where it has no
    shape that says one.
    """
    length = SHAPES.get((item.findtext("type") or "").strip())
    if length is None:
        return None
    dots = min(len(item.findall("dot")), 4)
    times = _number(item.findtext("time-modification/normal-notes")) or 1
    among = _number(item.findtext("time-modification/actual-notes")) or 1
    if not 0 < times < 1000 or not 0 < among < 1000:
        return None
    return length * (2 - Fraction(1, 2**dots)) * Fraction(round(times), round(among))


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if abs(found) < 1e9 else None
