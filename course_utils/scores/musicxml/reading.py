"""MusicXML from anywhere as a score: repeats written out, ties joined, and a sentence on all else.

A reader of our own, in plain Python: in time that grows with the file, within limits on bars and
notes. How exact it is beside independent readers: `benchmarks/music_exactness.py`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from fractions import Fraction
from xml.etree import ElementTree as Tree

from course_utils.creation import LearnerError
from course_utils.scores.chords.placing import chord_line_of
from course_utils.scores.general_midi import NAMES
from course_utils.scores.graces import with_graces
from course_utils.scores.musicxml.measures import LOST, PartReader, Unused, XmlBar, XmlNote
from course_utils.scores.musicxml.players import Player, players_of
from course_utils.scores.reading import Changes, Moment, ScoreRead, chosen, in_words
from course_utils.scores.repeats import Marks, Order, followed_words, guesses_words, play_order
from course_utils.scores.safe_xml import read_xml
from course_utils.scores.score import Note, Part, Score

__all__ = ["read_musicxml"]

MOST_BARS = 4000  # as played
MOST_NOTES = 60_000  # as played
MOST_PARTS = 200
USUAL_METRE, USUAL_TEMPO = (4, 4), 120.0
NO_SHEET = (
    "That file is no tune that this course can read. Choose a MIDI, MusicXML or ABC file, or a"
    " recording of a hummed melody."
)


def read_musicxml(data: bytes) -> ScoreRead:
    """The notes of a sheet in MusicXML, and sentences on what of it is not in the score.

    Raises:
        LearnerError: unsafe, damaged, no sheet of music, or without notes.
    """
    root = read_xml(data)
    if root.tag not in ("score-partwise", "score-timewise"):
        raise LearnerError(NO_SHEET)
    unused = Unused()
    readers = _read_parts(root, unused)
    if not any(bar.notes for reader in readers for bar in reader.bars):
        raise LearnerError("There are no notes on that sheet. Choose another file.")
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    sheet = _Sheet(readers, unused)
    score = sheet.score()
    return ScoreRead(score, tuple(sheet.told + _sentences(unused)), title.strip(), sheet.chord_line)


def _read_parts(root: Tree.Element, unused: Unused) -> list[PartReader]:
    """The parts in the order of the file, each measure by measure."""
    players, measures = players_of(root), _measures_of(root)
    concert = root.find("defaults/concert-score") is not None
    readers = []
    for name in list(measures)[:MOST_PARTS]:
        reader = PartReader(players.get(name, Player()), unused, concert)
        for measure in measures[name][:MOST_BARS]:
            reader.read(measure)
        reader.finish()
        unused.counts["bars beyond what can be read"] += max(0, len(measures[name]) - MOST_BARS)
        readers.append(reader)
    unused.counts["players beyond what can be read"] += max(0, len(measures) - MOST_PARTS)
    return readers


def _measures_of(root: Tree.Element) -> dict[str, list[Tree.Element]]:
    """The measures of each part, however the file is turned."""
    found: dict[str, list[Tree.Element]] = defaultdict(list)
    if root.tag == "score-partwise":
        for part in root.iterfind("part"):
            found[part.get("id", "")] += part.findall("measure")
        return found
    for measure in root.iterfind("measure"):
        for part in measure.iterfind("part"):
            part.set("implicit", measure.get("implicit", "no"))
            found[part.get("id", "")].append(part)
    return found


class _Sheet:
    """All parts of a sheet, put together in the order of playing."""

    def __init__(self, readers: list[PartReader], unused: Unused) -> None:
        self.readers, self.unused = readers, unused
        self.told: list[str] = []
        self.count = max(len(reader.bars) for reader in readers)
        for reader in readers:
            _drop_tablature(reader, self.told)
        self.lengths = self._lengths()
        order = self._order()
        self.order = order.bars
        if order.cut:
            self.told.append("It is too long to be read whole: the beginning is kept.")
        self.starts: list[Fraction] = []
        self.end = Fraction(0)
        for number in self.order:
            self.starts.append(self.end)
            self.end += self.lengths[number]

    def _lengths(self) -> list[Fraction]:
        """How long each bar lasts: as its fullest part, or as its metre where all are empty."""
        found, metre, torn, short = [], USUAL_METRE, [], 0
        leader = self.readers[0]
        for number in range(self.count):
            bars = [one.bars[number] for one in self.readers if number < len(one.bars)]
            if number < len(leader.bars):
                said = leader.bars[number].changes.metre
                metre = said[-1][1] if said else metre
            longest, whole = max(bar.length for bar in bars), Fraction(metre[0] * 4, metre[1])
            if longest > whole and min(bar.length for bar in bars) < longest:
                torn.append(number + 1)
            inner = 0 < number < self.count - 1 and not any(bar.implicit for bar in bars)
            short += inner and 0 < longest < whole and bars[0].marks == Marks()
            found.append(longest or whole)
        if short:
            self.told.append(f"Bars that are not full: {short}; they last as long as their notes.")
        if torn:
            self.told.append(
                f"Its players do not agree how long a bar is ({len(torn)} bars, the first is"
                f" {torn[0]}): the longest counts."
            )
        return found

    def _order(self) -> Order:
        marks = []
        for number in range(self.count):
            said = [one.bars[number].marks for one in self.readers if number < len(one.bars)]
            endings = next((one.endings for one in said if one.endings), frozenset())
            begins, times = any(one.begins for one in said), max(one.times for one in said)
            road = frozenset().union(*(one.road for one in said))
            marks.append(Marks(begins, times, endings, road=road))
        order = play_order(marks, MOST_BARS)
        self.told += guesses_words(order)
        if order.again:
            self.told.append(followed_words(order, self.unused.road_signs))
            self.unused.road_signs.clear()
        return order

    def score(self) -> Score:
        """The score; what else is to be said is added to `told`."""
        leader = next((one for one in self.readers if not _all_drums(one)), self.readers[0])
        changes = self._changes(leader)
        first = next((start for start, bar in self._played(leader) if bar.notes), Fraction(0))
        usual = USUAL_METRE, "", USUAL_TEMPO
        kept = chosen(changes, usual, first, self.end, self._bar)
        later = self._upbeat(kept.metre)
        notes = self._notes(later, kept.tempo)
        parts = tuple(self._part(number, one) for number, one in enumerate(self.readers, 1))
        lone = len(parts) == 1 and not parts[0].drums
        program = parts[0].program
        score = Score(notes, kept.tempo, kept.metre, program, kept.key, () if lone else parts)
        self.told += kept.told
        self.chord_line = self._chord_line(later, score)
        return score

    def _played(self, reader: PartReader) -> list[tuple[Fraction, XmlBar]]:
        """The bars of a part as they are played, each with its moment."""
        return [
            (start, reader.bars[number])
            for start, number in zip(self.starts, self.order)
            if number < len(reader.bars)
        ]

    def _changes(self, leader: PartReader) -> Changes:
        """Metres and keys of the leading part, and the tempos of all."""
        found = Changes()
        for reader in self.readers:
            for start, bar in self._played(reader):
                leads = reader is leader
                found.add(bar.changes if leads else Changes(tempo=bar.changes.tempo), start)
        if len({value for _, value in found.tempo}) == 1:
            found.tempo = [(Fraction(0), found.tempo[0][1])]
        return found

    def _bar(self, moment: Moment) -> int:
        return max(1, sum(start <= moment for start in self.starts))

    def _upbeat(self, metre: tuple[int, int]) -> Fraction:
        """By how much notes come later so that a short first bar ends a whole one."""
        whole, first = Fraction(metre[0] * 4, metre[1]), self.lengths[self.order[0]]
        alone = len(self.order) < 2
        return Fraction(0) if alone or first >= whole else whole - first

    def _notes(self, later: Fraction, tempo: float) -> tuple[Note, ...]:
        found: list[Note] = []
        for part, reader in enumerate(self.readers):
            for start, length, pitch, velocity, graces in self._sounding(reader):
                note = Note(float(start + later), float(length), pitch, velocity, part)
                heard = with_graces(note, graces, tempo)
                self.unused.counts[LOST] += len(graces) - len(heard) + 1
                found += heard
        found.sort(key=lambda note: (note.start, note.part, note.pitch))
        if len(found) > MOST_NOTES:
            self.told.append(f"It has more than {MOST_NOTES:,} notes: the first are kept.")
        return tuple(found[:MOST_NOTES])

    def _sounding(self, reader: PartReader) -> list[list]:
        """Start, length, pitch, velocity and grace notes of the notes of a part, ties joined."""
        found: list[list] = []
        waiting: dict[int, list[tuple[Fraction, str, list]]] = defaultdict(list)
        drums, heard, tied, joined = _all_drums(reader), 0, 0, 0
        for begin, bar in self._played(reader):
            for note in sorted(bar.notes, key=lambda one: one.offset):
                if note.unpitched and not drums:
                    continue
                start = begin + note.offset
                entry = _tied_to(note, start, waiting[note.pitch])
                if entry is None:
                    entry = [start, note.length, note.pitch, note.velocity, note.graces]
                    found.append(entry)
                else:
                    joined += 1
                    entry[1] += note.length
                    self.unused.counts[LOST] += len(note.graces)
                if note.starts:
                    tied += 1
                    waiting[note.pitch].append((start + note.length, note.voice, entry))
            heard += len(bar.notes)
            if heard > 2 * MOST_NOTES:
                break
        self.unused.counts["ties that end nowhere"] += tied - joined
        return found

    def _part(self, number: int, reader: PartReader) -> Part:
        player, drums = reader.player, _all_drums(reader)
        name = player.name or f"part {number}"
        strokes = [note for bar in reader.bars for note in bar.notes]
        if not drums and (lost := sum(note.unpitched for note in strokes)):
            self.told.append(f"Strokes on drums within {name} are not kept: {lost}.")
        used = Counter(player.program_of(note.instrument) for note in strokes)
        program = used.most_common(1)[0][0] if used else player.program_of("")
        others = [NAMES[one] for one in used if one != program]
        if others and not drums:
            self.told.append(
                f"{name} is also played by {in_words(others)}; here {NAMES[program]} plays"
                " throughout."
            )
        return Part(name, program, drums)

    def _chord_line(self, later: Fraction, score: Score) -> str:
        for reader in self.readers:
            found = [
                (float(start + offset + later), chord)
                for start, bar in self._played(reader)
                for offset, chord in bar.symbols
            ]
            if found:
                line, exact = chord_line_of(found, score.bar_length, score.length)
                if not exact:
                    self.told.append(
                        "Some chord names stand between the beats: they were moved to them."
                    )
                return line
        return ""


def _all_drums(reader: PartReader) -> bool:
    notes = [note for bar in reader.bars for note in bar.notes]
    return reader.player.drums or (bool(notes) and all(note.unpitched for note in notes))


def _drop_tablature(reader: PartReader, told: list[str]) -> None:
    """Leave out a staff of tablature whose notes stand on another staff of the same part."""
    tabs = reader.tab_staves
    staves = {note.staff for bar in reader.bars for note in bar.notes}
    if not tabs or not staves - tabs:
        return
    for bar in reader.bars:
        plain = Counter((n.offset, n.pitch, n.length) for n in bar.notes if n.staff not in tabs)
        tablature = Counter((n.offset, n.pitch, n.length) for n in bar.notes if n.staff in tabs)
        if tablature - plain:
            return
    for bar in reader.bars:
        bar.notes = [note for note in bar.notes if note.staff not in tabs]
    told.append("Its tablature says the same notes as the staff above and is not played twice.")


def _tied_to(note: XmlNote, start: Fraction, waiting: list) -> list | None:
    """The note before that this one goes on; of several the one in its voice."""
    waiting[:] = [one for one in waiting if one[0] >= start]
    fitting = [one for one in waiting if one[0] == start] if note.stops else []
    if not fitting:
        return None
    one = next((one for one in fitting if one[1] == note.voice), fitting[0])
    waiting.remove(one)
    return one[2]


def _sentences(unused: Unused) -> list[str]:
    """What was met in the file and is not in the score."""
    told = []
    counted = [f"{what}: {number:,}" for what, number in unused.counts.items() if number]
    if counted:
        told.append(f"Not played, or not as written: {in_words(counted, len(counted))}.")
    if unused.road_signs:
        signs = in_words([f"“{one}”" for one in dict.fromkeys(unused.road_signs)])
        told.append(f"Not followed: {signs}. Write out the bars that come again.")
    if unused.chords:
        named = in_words(list(dict.fromkeys(unused.chords)), 4)
        told.append(f"Chord names that could not be read: {len(unused.chords)} ({named}).")
    if unused.modes:
        named = in_words(list(dict.fromkeys(unused.modes)))
        told.append(f"Its scale is called {named}; the signs of its key are kept.")
    if unused.lyrics:
        sung = " ".join(re.sub(r"[-_]+", " ", "".join(unused.lyrics)).split())
        shown = f"{sung[:60]}{'…' * (len(sung) > 60)}"
        told.append(f"The words that are sung to it are not kept: “{shown}”.")
    return told
