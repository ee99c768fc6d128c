"""ABC's music code as bars of notes, voice by voice.

Times are fractions of a whole note. Accidentals hold to the end of their bar in every octave, as
the standard has it, unless the file says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from course_utils.scores.abc.fields import (
    ACCIDENTALS,
    Key,
    Metre,
    read_key,
    read_metre,
    read_tempo,
    read_unit,
    shift_of,
    usual_unit,
)
from course_utils.scores.reading import Changes
from course_utils.scores.repeats import MOST_TIMES, Marks, road_in

__all__ = ["AbcBar", "AbcNote", "Counts", "Voice"]

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MOST_NOTES = 12_000  # in one tune as written
LONGEST = 64  # whole notes of one note
GRID = 2**8 * 3**2 * 5 * 7 * 11 * 13  # parts of a whole note; what is not on it is rounded
MOST_RESTS = 200  # bars of one rest
MOST_BARS = 8000  # of one voice as written
MOST_ENDINGS = 9  # beyond which a number is a slip, such as :|12 for :|2
MOST_SYMBOLS = 64  # words over one bar
NOTE = r"(?P<sign>\^\^|\^|=|__|_)?(?P<letter>[A-Ga-g])(?P<octave>[,']*)"
LENGTH = r"(?P<length>\d{0,4}(?:/+\d{0,4})?)"
TOKEN = re.compile(
    r"(?P<field>\[(?P<name>[A-Za-z]):(?P<value>[^\]\n]{0,300})\])"
    r"|(?P<text>\"[^\"\n]{0,300}\")"
    r"|(?P<sign_word>![a-zA-Z0-9.()<>^/+-]{1,20}!|\+[a-zA-Z0-9.()<>]{2,20}\+)"
    r"|(?P<grace>\{[^}\n]{0,300}\})"
    r"|(?P<bar>(?P<ends>:*)"
    r"(?P<line>\.?(?:\[\|\]|\[\||\|\]|\|+))(?P<begins>(?:(?<!\[\|\]):+)?)(?!\])"
    r"|(?P<both>::+|:\]|^\s*:(?![:|\]])))"
    r"(?:(?:\s*\[)?(?P<turns>\d[\d,.-]*(?![/\d])))?"
    r"|\[(?P<ending>\d[\d,.-]*|\"[^\"\n]{0,300}\")"
    r"|(?P<tuplet>\((?P<p>[2-9])(?::(?P<q>\d?))?(?::(?P<r>\d{0,2}))?)"
    rf"|(?P<chord>\[(?P<inside>[^\]|\n]{{0,300}})\](?P<chord_length>\d{{0,4}}(?:/+\d{{0,4}})?))"
    rf"|(?P<note>{NOTE}{LENGTH})"
    r"|(?P<rest>[zx](?P<rest_length>\d{0,4}(?:/+\d{0,4})?))"
    r"|(?P<bars>[ZX](?P<number>\d{0,3}))"
    r"|(?P<space>y\d*)"
    r"|(?P<broken>>+|<+)"
    r"|(?P<tie>\.?-)"
    r"|(?P<overlay>\(?&\)?)"
    r"|(?P<sign_letter>[.~H-Wh-w])"
    r"|(?P<nothing>[\s()`*$;!\\])"
    r"|(?P<odd>.)"
)
INSIDE = re.compile(
    rf"{NOTE}{LENGTH}(?P<tie>-?)|(?P<broken>[<>]+)"
    r"|(?P<skipped>![^!]{0,100}!|\"[^\"]{0,300}\"|z[\d/]*|[\s.~+()H-Wu-v`])|(?P<odd>.)"
)
QUAVERS = {
    2: 3,
    3: 2,
    4: 3,
    6: 2,
    8: 3,
}  # tuplets: how many in the time of; others depend on the metre
ROAD_WORDS = re.compile(r"(?:D\.? ?[CS]\.?.*|Fine|.*\b(?:Segno|Segue|Coda)|da ?capo.*)", re.I)
ROAD_SIGNS = re.compile(r"[!+](?:D\.?[CS]\.?.*|fine|coda|dacapo|dacoda|dalsegno|segno)[!+]", re.I)


@dataclass
class AbcNote:
    """A note in its bar: offset and length in whole notes, MIDI pitch, layer (0 the first),
    whether it is tied to the next, and the pitches of the grace notes before it."""

    offset: Fraction
    length: Fraction
    pitch: int
    layer: int = 0
    tied: bool = False
    graces: tuple[int, ...] = ()

    @property
    def ends(self) -> Fraction:
        """Where it ends in its bar."""
        return self.offset + self.length


@dataclass
class AbcBar:
    """One bar: what sounds, what is written about it, and how it is repeated."""

    marks: Marks = field(default_factory=Marks)
    notes: list[AbcNote] = field(default_factory=list)
    length: Fraction = Fraction(0)
    symbols: list[tuple[Fraction, str]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    part: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return not self.length and not self.notes


@dataclass
class Counts:
    """What was met and not used, over all voices."""

    graces: int = 0
    signs: int = 0
    road_signs: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # sloppy signs, for repeat signs
    words: list[str] = field(default_factory=list)  # after P: within a bar
    rounded: int = 0
    unequal: int = 0
    mixed: int = 0
    groups: int = 0  # of five, seven or nine in a metre of three
    notes: int = 0
    cut: bool = False


class Voice:
    """One voice while its lines are read."""

    def __init__(
        self, name: str, metre: Metre, unit: Fraction | None, key: Key, counts: Counts
    ) -> None:
        self.name, self.title, self.program, self.channel = name, "", -1, 0
        self.metre, self.key, self.counts = metre, key, counts
        self.unit = unit or usual_unit(metre)
        self.unit_said = unit is not None
        self.shift, self.accidentals = 0, "pitch"
        self.bars: list[AbcBar] = []
        self.bar = AbcBar()
        self.clock, self.layer = Fraction(0), 0
        self.signs: dict[tuple[str, int], int] = {}
        self.held: dict[tuple[str, int], int] = {}  # pitches tied into this bar from the last
        self.ending: frozenset[int] = frozenset()
        self.begins = False
        self.tuplet: list = [0, Fraction(1)]  # notes left, and the factor of their lengths
        self.broken = Fraction(1)  # factor of the next note
        self.pair = Fraction(0)
        self.graces: list[int] = []  # before the next note
        self.last: list[AbcNote] = []
        self.lasted = Fraction(0)  # how far time went on with the last note or rest

    def read(self, line: str) -> None:
        """Read one line of music."""
        for found in TOKEN.finditer(line):
            kind = found.lastgroup
            if found["bar"] or found["both"]:
                self._bar_line(found)
            elif found["note"] is not None:
                self._play(
                    [(found["sign"], found["letter"], found["octave"], found["length"], "")], ""
                )
            elif found["chord"] is not None:
                self._chord(found["inside"], found["chord_length"])
            elif found["rest"]:
                self.last, self.lasted = [], self._stretch(length_of(found["rest_length"]))
                self._advance(self.lasted)
                self._lose_graces()
            elif found["field"]:
                self.change(found["name"], found["value"].strip())
            elif found["text"]:
                self._text(found["text"][1:-1])
            elif found["ending"]:
                self._ending(found["ending"])
            elif found["tuplet"]:
                self._tuplet(found)
            elif found["bars"]:
                self._rests(int(found["number"] or 1))
            elif found["broken"]:
                self._broken(found["broken"])
            elif found["tie"]:
                for note in self.last:
                    note.tied = True
            elif found["overlay"]:
                self._overlay()
            elif kind == "sign_word" and ROAD_SIGNS.fullmatch(found[0]):
                self._road(found[0].strip("!+"))
            elif kind in ("sign_word", "sign_letter"):
                self.counts.signs += 1
            elif kind == "grace":
                self._graces(found[0])
            elif kind == "odd":
                self.counts.odd.append(f"“{found[0]}” in bar {len(self.bars) + 1}")

    def change(self, name: str, value: str) -> None:
        """A field in the music."""
        if name == "L" and (unit := read_unit(value)):
            self.unit, self.unit_said = unit, True
        elif name == "M" and (metre := read_metre(value)):
            self.metre = metre
            if not metre.free:
                self.bar.changes.metre.append((self.clock, (metre.beats, metre.unit)))
        elif name == "K":
            self._key(value)
        elif name == "Q" and (tempo := read_tempo(value, self.unit, self.metre)):
            self.bar.changes.tempo.append((self.clock, tempo))
        elif name == "P":
            self._part(value)

    def _part(self, value: str) -> None:
        """A part begins; what is no name of a part is only named."""
        label = re.match(r"\s*([A-Za-z])(?![A-Za-z])", value)
        if label is None and self.clock:  # within a bar
            self.counts.words.append(f"“{value.strip()[:20]}”")
            return
        signs = self.signs  # accidentals hold to the bar line
        self._finish_bar()
        self.signs, self.ending = signs, frozenset()  # a new part is in no ending of the last
        if self.bars:
            self.bars[-1].marks.closes = True
        self.bar.part = label[1] if label else self.bar.part

    def _key(self, value: str) -> None:
        shift = shift_of(value)
        self.shift = self.shift if shift is None else shift
        key = read_key(value)
        if key.name or key.signs or re.match(r"\s*none|\s*$", value):
            self.key, self.signs = key, {}
            self.bar.changes.key.append((self.clock, key.name))

    def finish(self) -> None:
        """The end of the voice: a last bar may have no bar line."""
        self._lose_graces()
        self._finish_bar()

    def _finish_bar(self) -> None:
        self.bar.length = max(self.bar.length, self.clock)
        self.layer, self.clock, self.signs = 0, Fraction(0), {}
        if self.bar.empty:
            if self.bar.marks.road and self.bars:  # written behind the line of its bar
                self.bars[-1].marks.road |= self.bar.marks.road
                self.bar.marks.road = frozenset()
            return
        if len(self.bars) >= MOST_BARS:
            self.counts.cut, self.bar = True, AbcBar()
            return
        self.bar.marks.begins, self.begins = self.begins, False
        self.bar.marks.endings = self.ending
        end = self.bar.length
        ties = {note.pitch for note in self.bar.notes if note.tied and note.ends == end}
        self.held = {
            place: by for place, by in self.held.items() if self._pitch(*place, by) in ties
        }
        self.bars.append(self.bar)
        self.bar = AbcBar()

    def _bar_line(self, found: re.Match) -> None:
        self._finish_bar()
        ends = found["ends"] or ""
        begins = found["begins"] or ""
        if found["both"]:
            sign = found["both"].strip()  # with what sloppy writers put for :| and |:
            ends, begins = sign * (sign != ":"), sign * (sign != ":]")
        line = found["line"] or ""
        sloppy = (found["both"] or "").strip() in (":]", ":")
        if sloppy or (len(line) > 2 and (ends or begins)):
            self.counts.taken.append(f"“{found[0].strip()}”")
        if line == "[|]" and not ends and not begins:
            return
        if self.bars and (ends or line in ("||", "|]", "[|") or len(line) > 1 or begins):
            self.bars[-1].marks.closes = True
        if ends and self.bars:
            times = 2 if found["both"] else len(ends) + 1
            self.bars[-1].marks.times = max(self.bars[-1].marks.times, min(times, MOST_TIMES))
        if ends or begins or line in ("||", "|]", "[|"):
            self.ending = frozenset()
        self.begins = self.begins or bool(begins)
        if found["turns"]:
            self._ending(found["turns"])

    def _ending(self, text: str) -> None:
        if not self.bar.empty or self.clock:
            self._finish_bar()
        turns: set[int] = set()
        for one in re.findall(r"\d+(?:-\d+)?", text):
            first, _, last = one.partition("-")
            turns.update(range(int(first[:2]), min(int((last or first)[:2]), MOST_TIMES) + 1))
        if any(turn > MOST_ENDINGS for turn in turns):
            self.counts.odd.append(f"ending “{text}” in bar {len(self.bars) + 1}")
        self.ending = frozenset(turn for turn in turns if 1 <= turn <= MOST_TIMES)

    def _road(self, words: str) -> None:
        """A sign of the way."""
        self.counts.road_signs.append(words)
        self.bar.marks.road |= road_in(re.sub(r"^(d\.[cs]\.)", r"\1 ", words, flags=re.I))

    def _text(self, text: str) -> None:
        if ROAD_WORDS.fullmatch(text.strip("^_<>@ ")):
            self._road(text.strip("^_<>@ "))
            return
        if not text or text[0] in "^_<>@" or (self.clock, text) in self.bar.symbols:
            return
        if len(self.bar.symbols) < MOST_SYMBOLS:
            self.bar.symbols.append((self.clock, text))
        else:
            self.counts.cut = True

    def _overlay(self) -> None:
        """Back to the beginning of the bar, for notes that sound beside those before."""
        self.layer, self.clock, self.signs = self.layer + 1, Fraction(0), {}
        self.last, self.lasted = [], Fraction(0)
        self._lose_graces()

    def _tuplet(self, found: re.Match) -> None:
        number = int(found["p"])
        usual = QUAVERS.get(number, 3 if self.metre.compound else 2)
        plain = not found["q"] and number not in QUAVERS and not self.metre.compound
        self.counts.groups += plain and self.metre.beats == 3
        into, over = int(found["q"] or usual) or usual, int(found["r"] or number) or number
        self.tuplet = [over, Fraction(into, number)]  # the standard knows none within another

    def _broken(self, signs: str) -> None:
        part = Fraction(1, 2 ** min(len(signs), 3))
        first, second = (2 - part, part) if signs[0] == ">" else (part, 2 - part)
        for note in self.last:
            note.length = self._fine(note.length * first)
        if self.lasted:
            lasts = self._fine(self.lasted * first)
            if self.clock == self.bar.length:
                self.bar.length += lasts - self.lasted
            self._advance(lasts - self.lasted)
            self.pair = lasts / first * second  # what the next one lasts, if they are a pair
            self.broken, self.lasted = second, lasts

    def _stretch(self, length: Fraction) -> Fraction:
        """The length of a note of so many units, in whole notes, in tuplets and broken rhythm."""
        length *= self.unit * self.broken
        self.broken = Fraction(1)
        if self.tuplet[0] > 0:
            length *= self.tuplet[1]
            self.tuplet[0] -= 1
        return min(self._fine(length), Fraction(LONGEST))

    def _fine(self, length: Fraction) -> Fraction:
        """A length no finer than any music, but not nothing."""
        if GRID % length.denominator == 0:
            return length
        self.counts.rounded += 1
        return Fraction(max(1, round(length * GRID)), GRID)

    def _advance(self, length: Fraction) -> None:
        self.clock += length
        self.bar.length = max(self.bar.length, self.clock)

    def _rests(self, number: int) -> None:
        """Whole bars of rest."""
        length = Fraction(1) if self.metre.free else self.metre.bar
        room = max(0, MOST_BARS - len(self.bars))
        self.counts.cut |= number > min(MOST_RESTS, room)
        for place in range(min(number, MOST_RESTS, room)):
            if place:
                self._finish_bar()
            self._advance(length)
        self.last, self.lasted = [], Fraction(0)
        self._lose_graces()

    def _chord(self, inside: str, length: str) -> None:
        notes = []
        for found in INSIDE.finditer(inside):
            if found["letter"]:
                notes.append(
                    [found[name] for name in ("sign", "letter", "octave", "length", "tie")]
                )
            elif found["odd"]:
                self.counts.odd.append(f"“{found['odd']}” in bar {len(self.bars) + 1}")
        if notes:
            self._play(notes, length)
        if broken := re.search(r"[<>]+", inside):
            self._broken(broken[0])

    def _play(self, notes: list, outer: str) -> None:
        """Notes that begin together; time goes on by the length of the first."""
        if self.counts.notes > MOST_NOTES:
            self.counts.cut = True
            self.last, self.lasted = [], Fraction(0)
            return
        self.counts.notes += len(notes)
        scale = self._stretch(length_of(outer))
        self.last = []
        held, self.held = (self.held if not self.clock else {}), dict(self.held)
        for sign, letter, octave, length, tie in notes:
            place = letter.upper(), (letter.islower()) + octave.count("'") - octave.count(",")
            by = self._alteration(sign, place, held)
            self.held[place] = by
            pitch = self._pitch(*place, by)
            lasts = self._fine(scale * length_of(length))
            note = AbcNote(self.clock, lasts, pitch, self.layer, tie == "-")
            if 0 <= pitch <= 127 and note.length > 0:
                self.bar.notes.append(note)
                self.last.append(note)
        if self.last:
            max(self.last, key=lambda one: one.pitch).graces = tuple(self.graces)
            self.graces = []
        lasted = self._fine(scale * length_of(notes[0][3]))
        self.counts.unequal += bool(self.pair) and lasted != self.pair
        self.counts.mixed += len({length for _, _, _, length, _ in notes}) > 1
        self.lasted, self.pair = lasted, Fraction(0)
        self._advance(self.lasted)

    def _graces(self, inside: str) -> None:
        """Grace notes before the next note; a sign holds from one of them to the next alone."""
        signs = dict(self.signs)
        for found in INSIDE.finditer(inside):
            if found["letter"]:
                octave = found["octave"].count("'") - found["octave"].count(",")
                place = found["letter"].upper(), found["letter"].islower() + octave
                pitch = self._pitch(*place, self._alteration(found["sign"], place, {}))
                self.graces += [pitch] if 0 <= pitch <= 127 else []
                self.counts.notes += 1
        self.signs = signs

    def _lose_graces(self) -> None:
        """Grace notes that no note follows are not played."""
        self.counts.graces += len(self.graces)
        self.graces = []

    def _alteration(self, sign: str | None, place: tuple[str, int], held: dict) -> int:
        letter, octave = place
        mark = (letter, octave if self.accidentals == "octave" else 0)
        if sign:
            if self.accidentals == "not":
                return ACCIDENTALS[sign]
            self.signs[mark] = ACCIDENTALS[sign]
        elif mark not in self.signs and place in held and self.bars and not self.layer:
            return held[place]
        return self.signs.get(mark, self.key.signs.get(letter, 0))

    def _pitch(self, letter: str, octave: int, by: int) -> int:
        return 60 + 12 * octave + STEPS[letter] + by + self.shift


def length_of(text: str) -> Fraction:
    """A length such as "3/2", "/" or "//4" as a factor."""
    if not text:
        return Fraction(1)
    upper, slash, lower = text.partition("/")
    slashes = 1 + len(lower) - len(lower.lstrip("/"))
    below = lower.lstrip("/")
    divided = int(below) if below and int(below) else 2 ** min(slashes, 6) if slash else 1
    return Fraction(int(upper) if upper else 1, divided)
