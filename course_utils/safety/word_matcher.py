"""Listed words found in a text however they are disguised: one table of words, one walk.

A word is looked for in every way a text can be cut: its words, its words with signs between the
letters, letters written one by one, and neighbours that are one word cut in two. Each is walked
letter by letter through a tree of all listed words, where a letter may be repeated and a sign may
stand for several letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice, pairwise
from typing import NamedTuple

from course_utils.safety.disguises import ANY, GAP, LETTER, SIGN, SPACE, Glyph, glyphs

__all__ = ["Entry", "Matcher", "read_entry"]

MOST_STARS = 3  # signs for any letter within one word
STARRED = 24  # words with such signs that are looked at in one text
LONGEST_WORD = 60  # glyphs of a word that may be half of another one
LOOKED_AT = 3  # glyphs of a word that decide whether it is walked
REPEATED = 4  # times that the same glyph is looked at in a row
LETTERS_AFTER = 5  # written letters of a word whose first letter is not written
JOINED = 4  # letters at least of a word that may be cut in two
SKIPPED = 3  # words at most where a phrase has a gap

NOTHING = Glyph("", "", GAP)
Word = list[tuple[Glyph, int]]


@dataclass(frozen=True)
class Entry:
    """What is listed: words one after another, in one topic."""

    topic: str
    words: tuple[str, ...]
    gaps: tuple[int, ...] = ()  # for each word, how many others may stand before it
    disguised: bool = False  # counts only where it is not written plainly
    text: str = ""  # as it stands in the list


class Hit(NamedTuple):
    """A listed word in a text."""

    key: str  # the word as listed, with its stars
    start: int
    end: int  # places of characters, half open
    plain: bool
    sure: bool = True  # False: neighbours joined to one word


@dataclass(eq=False)
class Node:
    """A place in the tree of words."""

    next: dict[str, Node] = field(default_factory=dict)
    ends: list[str] = field(default_factory=list)  # words that end here
    opens: list[str] = field(default_factory=list)  # words that end here and may go on


def tree_of(keys: Iterable[str]) -> Node:
    """A tree of listed words; stars at their beginnings are not looked at."""
    root = Node()
    for key in keys:
        node = root
        for letter in key.strip("*"):
            node = node.next.setdefault(letter, Node())
        (node.opens if key.endswith("*") else node.ends).append(key)
    return root


def read_entry(text: str, topic: str) -> list[Entry]:
    """The entries of one item of a list; two where a letter such as ü is also written ue."""
    disguised = text.startswith("~")
    spellings = dict.fromkeys((text.lstrip("~"), spelt_out(text.lstrip("~"))))
    found = []
    for spelling in spellings:
        words, gaps, gap = [], [], 0
        for part in re.split(r"[\s-]+", spelling):
            if part in ("...", "…"):
                gap = SKIPPED
                continue
            words.append(plainly(part))
            gaps.append(gap)
            gap = 0
        if all(word.strip("*") for word in words) and words:
            found.append(Entry(topic, tuple(words), tuple(gaps), disguised, text))
    return found


def spelt_out(text: str) -> str:
    """ä, ö and ü as ae, oe and ue."""
    return text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def plainly(word: str) -> str:
    """A listed word as the tree holds it: small letters without accents, and its stars."""
    shown = [glyph for glyph, _ in glyphs(word.strip("*")) if glyph.reads]
    letters = "".join(glyph.own or glyph.reads[0] for glyph in shown)
    return "*" * word.startswith("*") + letters + "*" * (word.endswith("*") and len(word) > 1)


class Matcher:
    """A table of listed words and of innocent ones."""

    def __init__(self, entries: list[Entry], innocent: list[str]) -> None:
        self.entries = entries
        keys = dict.fromkeys(word for entry in entries for word in entry.words)
        self.whole = tree_of(key for key in keys if not key.startswith("*"))
        self.inside = tree_of(key for key in keys if key.startswith("*"))
        self.starts: dict[str, list[Entry]] = {}
        for entry in entries:
            self.starts.setdefault(entry.words[0], []).append(entry)
        self.innocent: dict[str, list[list[str]]] = {}
        for phrase in innocent:
            parts = raw_words(phrase)
            if parts:
                self.innocent.setdefault(parts[0][0][:2], []).append([part for part, _, _ in parts])

    def find(self, text: str) -> Iterator[Entry]:
        """The entries that a text holds, outside innocent phrases, in no order."""
        spared = self.spared(text)
        hits: dict[str, list[Hit]] = {}
        for hit in self.hits(text):
            if not any(start <= hit.start and hit.end <= end for start, end in spared):
                hits.setdefault(hit.key, []).append(hit)
        order = Order(text)
        for key in hits:
            for entry in self.starts.get(key, ()):
                if self.holds(entry, hits, order):
                    yield entry

    def holds(self, entry: Entry, hits: dict[str, list[Hit]], order: Order) -> bool:
        """Whether the words of an entry follow one another."""
        first = [hit for hit in hits[entry.words[0]] if not entry.disguised or not hit.plain]
        if len(entry.words) == 1:
            return any(hit.sure or not entry.disguised for hit in first)
        ends = {order.of(hit.end - 1) for hit in first}
        for word, gap in zip(entry.words[1:], entry.gaps[1:], strict=True):
            places = [(order.of(hit.start), order.of(hit.end - 1)) for hit in hits.get(word, ())]
            ends = {
                last
                for begin, last in places
                if any(begin - 1 - gap <= end < begin for end in ends)
            }
        return bool(ends)

    def spared(self, text: str) -> list[tuple[int, int]]:
        """Where innocent phrases stand."""
        words, found = raw_words(text), []
        for number, (word, start, _) in enumerate(words):
            for phrase in self.innocent.get(word[:2], ()):
                there = words[number : number + len(phrase)]
                alike = all(is_like(one[0], part) for one, part in zip(there, phrase, strict=False))
                if len(there) == len(phrase) and alike and is_open(text, there):
                    found.append((start, there[-1][2]))
        return found

    def hits(self, text: str) -> Iterator[Hit]:
        """All listed words in a text, whichever way it is cut."""
        chunks = list(split(shortened(glyphs(text)), (SPACE,)))
        words: list[Word] = []
        starred = 0
        for chunk in chunks:
            kinds = {glyph.kind for glyph, _ in chunk}
            starred += ANY in kinds
            if ANY in kinds and starred > STARRED:
                chunk = [(NOTHING if glyph.kind == ANY else glyph, at) for glyph, at in chunk]
                kinds = kinds - {ANY} | {GAP}
            loose = list(split(chunk, (GAP,))) if GAP in kinds else [chunk]
            words += loose
            for word in loose:
                yield from self.match(word)
            if kinds & {ANY, SIGN}:
                for word in split(chunk, (GAP, ANY, SIGN)):
                    yield from self.match(word)
            for left in ((GAP,), (GAP, ANY, SIGN)):
                if kinds & {*left} and LETTER in kinds:
                    rest = [one for one in chunk if one[0].kind not in left]
                    yield from self.match(rest, odd=True)
        yield from self.spelt(words)
        yield from self.neighbours(words)

    def spelt(self, words: list[Word]) -> Iterator[Hit]:
        """Words written letter by letter."""
        run: Word = []
        for word in [*words, []]:
            if word and len({glyph.reads for glyph, _ in word}) == 1 and word[0][0].reads:
                run += word
                continue
            if len(run) > 2:
                yield from self.match(run, odd=True)
            signs = tuple(glyph for glyph, _ in run)
            for start in range(len(run) - JOINED + 1):
                if not begins(self.whole, signs[start : start + LOOKED_AT]):
                    continue
                for hit in self.walk(run, self.whole, start, odd=True, whole=False):
                    if len(hit.key.strip("*")) >= JOINED:
                        yield hit
            run = []

    def neighbours(self, words: list[Word]) -> Iterator[Hit]:
        """Words cut in two, or in three where two of the parts are single letters."""
        parts = [len(word) if is_part(word) else 0 for word in words]
        for at in range(len(parts) - 1):
            sizes = sorted(parts[at : at + 3])
            if parts[at] and parts[at + 1]:
                if max(parts[at : at + 2]) > 1:
                    yield from self.joined(words[at] + words[at + 1])
                if len(sizes) == 3 and sizes[:2] == [1, 1] and sizes[2] > 1:
                    yield from self.joined(words[at] + words[at + 1] + words[at + 2])

    def joined(self, word: Word) -> Iterator[Hit]:
        """Listed words in neighbours, which must be long and begin where the first one begins."""
        end, signs = word[-1][1] + 1, tuple(glyph for glyph, _ in word[:LOOKED_AT])
        for root in (self.whole, self.inside):
            for hit in self.walk(word, root, 0, odd=True) if begins(root, signs) else ():
                if len(hit.key.strip("*")) >= JOINED and (hit.end == end or root is self.inside):
                    yield hit._replace(sure=False)

    def match(self, word: Word, odd: bool = False) -> Iterator[Hit]:
        """Listed words in one word. `odd`: it is not written plainly."""
        signs = tuple(glyph for glyph, _ in word)
        letters = (n for n, glyph in enumerate(signs) if glyph.kind == LETTER)
        for start in range(min(next(letters, len(signs)) + 1, len(signs))):
            if begins(self.whole, signs[start : start + LOOKED_AT]):
                yield from self.walk(word, self.whole, start, odd)
        for start in range(len(signs) if not odd else 1):
            if begins(self.inside, signs[start : start + LOOKED_AT]):
                yield from self.walk(word, self.inside, start, odd)

    def walk(self, word: Word, root: Node, start: int, odd: bool, whole: bool = True) -> list[Hit]:
        """Listed words that begin at a place of a word, all ways of reading it at once."""
        found: list[Hit] = []
        last = next((n for n in reversed(range(len(word))) if word[n][0].kind == LETTER), -1)
        paths = {(root, "", 0): not odd}  # (node, last letter, how it was read): whether plainly
        for at in range(start, len(word)):
            paths = steps(word[at][0], paths)
            if not paths:
                break
            ends = at >= last or not whole
            for (node, _, read), plain in paths.items():
                for key in node.ends + node.opens if ends else node.opens:
                    if fits(key, read):
                        found.append(Hit(key, word[start][1], word[at][1] + 1, plain))
        return found


Paths = dict[tuple[Node, str, int], bool]
STAR, DIGIT = 1, 4  # what a path counts: signs for any letter and digits (up to three each)
HIDDEN = 16  # then 1 where the first letter is not written
WRITTEN = 32  # then letters (up to seven)


@lru_cache(maxsize=50_000)
def begins(root: Node, first: tuple[Glyph, ...]) -> bool:
    """Whether a listed word may begin with some glyphs; most words are done with that."""
    paths: Paths = {(root, "", 0): True}
    for glyph in first:
        paths = steps(glyph, paths)
        if any(node.ends or node.opens for node, _, _ in paths):
            return True
    return bool(paths) and bool(first)


def steps(glyph: Glyph, paths: Paths) -> Paths:
    """Where a glyph leads: to a next letter of listed words, or nowhere where one is repeated."""
    found: Paths = {}
    if glyph.kind == ANY:
        for (node, _, read), _ in paths.items():
            if read % DIGIT < MOST_STARS:
                after = read + STAR + (0 if read >= DIGIT else HIDDEN)
                found |= {(child, letter, after): False for letter, child in node.next.items()}
        return found
    unit, most = (WRITTEN, 7) if glyph.kind == LETTER else (DIGIT, 3)
    for (node, before, read), plain in paths.items():
        after = read + unit if read // unit % (most + 1) < most else read
        for letter in glyph.reads:
            child = node.next.get(letter)
            if child is not None:
                way = (child, letter, after)
                found[way] = found.get(way, True) and plain and letter == glyph.own
            if letter == before:
                way = (node, letter, after)
                found[way] = found.get(way, True) and plain and letter == glyph.own
    return found


def fits(key: str, read: int) -> bool:
    """Whether enough of a word was written in letters; of four with three stars one is enough."""
    stars, digits, letters = read % DIGIT, read % HIDDEN // DIGIT, read // WRITTEN
    if stars and len(key.strip("*")) <= MOST_STARS:
        return False
    if read & HIDDEN:
        return letters >= LETTERS_AFTER
    if stars == MOST_STARS and len(key.strip("*")) == MOST_STARS + 1:
        return True
    return letters + digits > 1 if stars else letters > 0


class Order:
    """Which word of a text a character belongs to."""

    def __init__(self, text: str) -> None:
        self.number, count, before = [], 0, True
        for sign in text:
            space = not (sign.isalnum() or not sign.isascii()) and sign not in "'@$!|+*#"
            count += before and not space
            before = space
            self.number.append(count)

    def of(self, place: int) -> int:
        return self.number[place]


def is_part(word: Word) -> bool:
    """Whether a word may be a part of one that was cut in two."""
    return len(word) <= LONGEST_WORD and any(glyph.kind == LETTER for glyph, _ in word)


def shortened(word: Word) -> Word:
    """Glyphs without those that only repeat others; three in a row are no plain writing."""
    kept: Word = []
    for _, run in groupby(word, key=lambda one: one[0]):
        some = list(islice(run, REPEATED))
        kept += [(one._replace(own=""), at) for one, at in some] if len(some) > 2 else some
    return kept


def split(word: Word, kinds: tuple[int, ...]) -> Iterator[Word]:
    """The parts of a word between glyphs of some kinds."""
    part: Word = []
    for one in word:
        if one[0].kind in kinds:
            if part:
                yield part
            part = []
        else:
            part.append(one)
    if part:
        yield part


def raw_words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as they are written, small, accents kept, with their places."""
    found = re.finditer(r"[*]?[^\W_]+(?:['’][^\W_]+)*[*]?", text)
    return [
        (unicodedata.normalize("NFC", one[0].casefold()).replace("’", "'"), *one.span())
        for one in found
    ]


def is_open(text: str, words: list[tuple[str, int, int]]) -> bool:
    """Whether nothing but spaces and the usual signs stands between words."""
    between = (text[one[2] : other[1]] for one, other in pairwise(words))
    return all(re.fullmatch(r"[\s,.:;'’/–-]+", sign) for sign in between)


def is_like(word: str, part: str) -> bool:
    """Whether a word is an innocent one, whose star stands for any ending."""
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
