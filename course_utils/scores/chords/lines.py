"""Lines of chords as musicians write them, as bars; what is not understood is named with its place.

Bars stand between | signs, or without any each chord is a bar. Read are repeats (|: :|, x2, first
and second endings), % and empty bars (the chord goes on), N.C. (a silent bar that keeps its place),
beats (C / / /), songs with words (ChordPro, or chords above words), and all of `chord_dialects`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import gcd

from course_utils.creation import LearnerError
from course_utils.scores.chords.dialects import Reader, read_key
from course_utils.scores.chords.keys import key_of_chords
from course_utils.scores.chords.names import SAME, SILENT, NamedChord
from course_utils.scores.chords.voicing import MOST_BARS
from course_utils.scores.reading import in_words

__all__ = ["ChordLine", "LONGEST", "read_line"]

LONGEST = 4000  # characters
MOST_SAID = 5  # words that are named
MOST_TIMES = 16
BEATS = 4  # in a bar that counts them without bar lines
BAR_SIGN = re.compile(r":?\|\]?:|\|:|:\|+\]?|::|\|\||\[\||\|\]|\|")
TOKEN = re.compile(
    r"(?P<bar>:\|:|::|\|:|:\|+\]?|\|\||\[\||\|\]|\|)"
    r"|(?P<ending>\[[1-4][.)]?(?=\s|$)|(?<=\|)\s?[1-4]\.(?=\s))"
    r"|(?P<times>\(?(?:repeat\s)?(?:[x×*]\s?\d{1,2}|\d{1,2}\s?[x×](?!\w))\)?|\bbis\b)"
    r"|(?P<again>%|𝄎)"
    r"|(?P<beat>(?<![^\s|/])[/.](?![^\s|/]))"
    r"|(?P<group>\((?=[A-Ha-h1-7IViv]\S*\s[^()]*\))|\)(?=\s*(?:[x×]|$|\s)))"
    r"|(?P<word>(?:(?!\)\s*[x×])[^\s|])+)"
)
KEY_NAME = r"[A-Ha-h](?:#|b|♯|♭|is|es|s)?\s*-?(?:minor|major|min|maj|moll|dur|m)?"
KEY_LINE = re.compile(
    rf"^\W*(?:key(?:\s+of)?\s*[:=]?|in\s)\s*({KEY_NAME})\s*(?:[:|,.;}}\n]|$|\s)", re.I
)
METRE = re.compile(r"^\s*\|?\s*(\d{1,2})/(2|4|8|16)(?=[\s|])")
DIRECTIVE = re.compile(r"\{([^{}]*)\}")
BRACKET = re.compile(r"\[([^\[\]\n]{1,24})\]")
SECTIONS = (
    "verse chorus refrain bridge intro outro interlude solo coda strophe estribillo vers part"
)
LABEL = re.compile(
    rf"^\W*(?:(?:{'|'.join(SECTIONS.split())})\b[\s\d]*:?|[\w ]{{1,20}}:(?![|:]))\W*", re.I
)
ROAD_SIGN = re.compile(
    r"\b(?:D\.?\s?[CS]\.?(?:\s+al\s+\w+)?(?!\w)|Fine|Segno|To Coda|Coda)\b\.?|𝄋|𝄌", re.I
)


@dataclass(frozen=True)
class ChordLine:
    """Bars of chords that share their bar equally.

    Attributes:
        bars: one or several chords each; one longer than its neighbours stands more than once.
        unknown: words that are no chords.
        said: sentences on what was guessed, changed or left out.
        guessed: those of them that are not on words that are no chords.
        key: named in the line, or else found from the chords; as MIDI has it ("Ab", "F#m").
    """

    bars: tuple[tuple[NamedChord, ...], ...]
    unknown: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    key: str = "C"
    guessed: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The line in its normal form, which reads back as the same bars."""
        return " | ".join(" ".join(chord.name for chord in bar) for bar in self.bars)


def read_line(text: str, key: str = "") -> ChordLine:
    """The bars of a line or a song.

    Args:
        key: in which numbers ("1 5 6 4", "ii V I") are read, where the text names none.

    Raises:
        LearnerError: no chord at all, or more bars than a song has.
    """
    if not isinstance(text, str) or not text.strip():
        raise LearnerError(
            "Nothing to play yet. Type chords with spaces between them, such as: C G Am F."
        )
    if len(text) > LONGEST:
        raise LearnerError(
            f"That line has {len(text):,} characters and the limit is {LONGEST:,}. "
            "Use fewer chords, and let the track repeat them."
        )
    song = _Song(key)
    lines = [song.clean(line) for line in song.head(text).splitlines()]
    reader = Reader([word for line in lines for word in song.words_of(line)], song.key)
    bars = _Bars(reader)
    alone = sum(bool(line.strip()) for line in lines) == 1
    for line in lines:
        bars.read(line, alone)
    if not any(not chord.silent for bar in bars.bars for chord in bar):
        hint = f": {bars.unknown[0][:20]} is none" if bars.unknown else ""
        raise LearnerError(
            f"There is no chord in that line that this course knows{hint}. Try: C G Am F."
        )
    found = tuple(tuple(bar) for bar in bars.bars)
    guessed = (*song.said, *reader.sentences())
    said = (*guessed, *bars.sentences())
    unknown = tuple(dict.fromkeys(word[:20] for word in bars.unknown))
    return ChordLine(found, unknown, said, reader.key or key_of_chords(found), guessed)


@dataclass
class _Song:
    """A text before it is read chord by chord: what is not chords is taken out and told."""

    key: str = ""
    said: list[str] = field(default_factory=list)

    def head(self, text: str) -> str:
        """The text without what stands about it: directives in braces, the key, the metre."""
        text = text.translate(SAME).replace("𝄆", "|:").replace("𝄇", ":|").replace("‖", "||")
        for inside in DIRECTIVE.findall(text):
            name, _, value = inside.partition(":")
            if name.strip().lower() == "key" and read_key(value):
                self.key = read_key(value)
        if DIRECTIVE.search(text):
            text = DIRECTIVE.sub("", text)
        named = KEY_LINE.match(text)
        if named and read_key(named[1].replace("-", " ")):
            self.key = read_key(named[1].replace("-", " "))
            text = text[named.end() :]
        metre = METRE.match(text)
        if metre:
            self.said.append(
                f"The metre {metre[1]}/{metre[2]} is not read from a line: choose a style with it."
            )
            text = text[metre.end() :]
        sign = ROAD_SIGN.search(text)
        if sign and not re.fullmatch(r"\s*\S+\s*", text):
            self.said.append(f"“{sign[0]}” is not followed: write out the bars that come again.")
            text = ROAD_SIGN.sub(" ", text)
        if "[" in text or "\n" in text.strip():
            text = self._without_words(text)
        return text

    def _without_words(self, text: str) -> str:
        """A song with words as its chords alone: those in brackets, or lines of chords."""
        kept, words = [], 0
        lines = text.splitlines()
        bracketed = any(_is_chord(inside) for inside in BRACKET.findall(text))
        for line in lines:
            if bracketed and (inside := [one for one in BRACKET.findall(line) if _is_chord(one)]):
                kept.append(" ".join(inside))
                words += bool(re.search(r"\w", BRACKET.sub("", line)))
                continue
            plain = BRACKET.sub(" ", line)
            found = re.findall(r"[^\s|,;]+", LABEL.sub("", plain))
            chords = sum(_is_chord(word) or not re.search(r"\w", word) for word in found)
            if (
                found
                and "|" not in line
                and (bracketed or chords * 2 < len(found))
                and len(lines) > 1
            ):
                words += bool(re.search(r"\w", plain))
            else:
                kept.append(line if not bracketed else plain)
        if not any(re.search(r"\w", line) for line in kept):
            return text
        if words:
            self.said.append(
                "The words of the song are not kept; each chord over them lasts a bar."
            )
        return "\n".join(kept)

    def clean(self, line: str) -> str:
        """A line without the name of its part of the song."""
        line = re.sub(r"\[(?![1-4][.)]?(?:\s|$)|\|)([^\]\n]*)\]", r"\1: ", line)
        label = LABEL.match(line)
        if label:
            name = label[0].strip(" :[]|")
            if name:
                self.said.append(f"“{name}” is taken for the name of a part of the song.")
            line = line[label.end() :]
        line = re.sub(r"(?<=\d)\s+\((?=[#b+-]?\d|add|no|omit|maj)", "(", line)
        line = re.sub(r"[;]|,(?![^()]*\))|-->?|->|=>|→|>", " ", line)
        return line

    @staticmethod
    def words_of(line: str) -> list[str]:
        """The words of a line that may be chords."""
        return [found["word"].strip("()") for found in TOKEN.finditer(line) if found["word"]]


def _is_chord(word: str) -> bool:
    reader = Reader([word], "C")
    return reader.read(word.strip()) is not None


@dataclass
class _Bars:
    """Bars while lines are read from left to right."""

    reader: Reader
    bars: list[list[NamedChord]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    opened: int = 0  # the bar to which :| goes back
    ending: int | None = None  # where the first ending begins
    closed: tuple[int, int] | None = None  # the bars that a times sign after :| or ) repeats
    empty_start: bool = False

    def read(self, line: str, alone: bool) -> None:
        """Read one line; `alone`: whether it is the only one."""
        if not BAR_SIGN.search(line):
            self._read_words(line)
            return
        tokens = list(TOKEN.finditer(line))
        inside: list[re.Match] = []
        place, passed, previous = len(self.bars), False, ""
        for found in tokens:
            if found["bar"]:
                sign = found["bar"]
                if inside or (passed and sign == "|" and previous == "|"):
                    self._close(inside)
                inside, passed, previous = [], True, sign
                self._bar_sign(sign)
                continue
            previous = ""
            if found["ending"]:
                self._first_ending()
            elif found["times"] and not inside:
                self._times(found["times"], place)
                place = len(self.bars)
            elif found["times"]:
                self._close(inside)
                inside = []
                self._times(found["times"], place)
                place = len(self.bars)
            else:
                inside.append(found)
        if inside:
            self._close(inside)

    def _bar_sign(self, sign: str) -> None:
        if sign in (":|:", "::") or sign.startswith(":|"):
            stop = len(self.bars) if self.ending is None else self.ending
            self._again(self.opened, stop, 2)
            self.closed = (self.opened, stop)
            if self.ending is None or sign in (":|:", "::"):
                self.opened, self.ending = len(self.bars), None
        elif sign == "|:":
            self.opened, self.ending = len(self.bars), None

    def _first_ending(self) -> None:
        if self.ending is None:
            self.ending = len(self.bars)

    def _again(self, start: int, stop: int, times: int) -> None:
        more = self.bars[start:stop] * (times - 1)
        if len(self.bars) + len(more) > MOST_BARS:
            raise _too_many(len(self.bars) + len(more))
        self.bars += more

    def _times(self, sign: str, place: int) -> None:
        number = re.search(r"\d+", sign)
        times = min(int(number[0]) if number else 2, MOST_TIMES)
        if self.closed:  # they sounded twice already
            start, stop = self.closed
            self.closed = None
            self._again(start, stop, times - 1) if times > 1 else None
            return
        start = place if len(self.bars) > place else 0
        self._again(start, len(self.bars), times)

    def _close(self, inside: list[re.Match]) -> None:
        """One bar of what stands between two bar lines; nothing: the chord before goes on."""
        self.closed = None
        bar: list[tuple[NamedChord, int]] = []
        for found in inside:
            if found["again"]:
                bar += [(chord, 1) for chord in (self.bars[-1] if self.bars and not bar else ())]
                bar += [bar[-1]] if bar and not self.bars else []
            elif found["beat"]:
                if bar:
                    bar[-1] = (bar[-1][0], bar[-1][1] + 1)
                elif self.bars:
                    bar.append((self.bars[-1][-1], 1))
            elif found["word"]:
                bar += [(chord, 1) for chord in self._chords(found["word"])]
        if not bar and inside and not any(found["word"] for found in inside):
            return
        self._add(bar or [(self.bars[-1][-1] if self.bars else SILENT, 1)])

    def _add(self, bar: list[tuple[NamedChord, int]]) -> None:
        if len(self.bars) >= MOST_BARS:
            raise _too_many(len(self.bars) + 1)
        self.empty_start |= not self.bars and bar[0][0].silent and bar[0][0] is SILENT
        common = 0
        for _, beats in bar:
            common = gcd(common, beats)
        self.bars.append([chord for chord, beats in bar for _ in range(beats // common)])

    def _read_words(self, line: str) -> None:
        """A line without bar lines: each chord is a bar, or as many beats as slashes follow it."""
        begun = place = len(self.bars)
        beats: list[NamedChord] = []
        counted = any(found["beat"] for found in TOKEN.finditer(line))
        for found in TOKEN.finditer(line):
            if found["times"]:
                self._flush(beats)
                self._times(found["times"], place if len(self.bars) > place else begun)
                place = len(self.bars)
            elif found["group"]:
                self._flush(beats)
                if found["group"] == "(":
                    place = len(self.bars)
            elif found["ending"]:
                self._first_ending()
            elif found["beat"]:
                beats += beats[-1:]
            elif found["again"] and self.bars:
                self._add([(chord, 1) for chord in self.bars[-1]])
            elif found["word"]:
                chords = self._chords(found["word"])
                if counted:
                    beats += chords
                else:
                    for chord in chords:
                        self._add([(chord, 1)])
        self._flush(beats)

    def _flush(self, beats: list[NamedChord]) -> None:
        size = 3 if len(beats) % BEATS and len(beats) % 3 == 0 else BEATS
        for start in range(0, len(beats), size):
            bar: list[tuple[NamedChord, int]] = []
            for chord in beats[start : start + size]:
                if bar and bar[-1][0] is chord:
                    bar[-1] = (chord, bar[-1][1] + 1)
                else:
                    bar.append((chord, 1))
            self._add(bar)
        beats.clear()

    def _chords(self, word: str) -> list[NamedChord]:
        """A word as a chord, as several with dashes between them, or as nothing, which is noted."""
        word = _unwrapped(word.strip("[]"))
        if not re.search(r"[^\W_]|[°ø]", word):
            return []
        chord = self.reader.read(word)
        if chord is not None:
            return [chord]
        split = [self.reader.read(_unwrapped(one)) for one in word.split("-") if one]
        if len(split) > 1 and all(split):
            return [one for one in split if one]
        self.unknown.append(word)
        self.places.append(f"“{word[:20]}” in bar {len(self.bars) + 1}")
        return []

    def sentences(self) -> list[str]:
        """What a person should know of the words that were no chords."""
        if not self.places:
            return []
        places = list(dict.fromkeys(self.places))
        which = "is no chord" if len(places) == 1 else "are no chords"
        return [
            f"{in_words(places, MOST_SAID)} {which} that this course knows, and left out. "
            "Write each by its letter and kind, such as Am7."
        ]


def _unwrapped(word: str) -> str:
    """A word without parentheses that belong to the sentence, not to the chord."""
    if word.startswith("(") and word.endswith(")"):
        return word[1:-1]
    if word.count("(") < word.count(")"):
        return word.rstrip(")")
    return word[1:] if word.startswith("(") else word


def _too_many(number: int) -> LearnerError:
    return LearnerError(
        f"That makes {number} bars and the limit is {MOST_BARS}. Use fewer chords, or repeat less."
    )
