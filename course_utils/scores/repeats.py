"""In which order bars are played: repeats, endings, and what writers leave out.

A repeat goes back to its start sign; where none stands, to the last end sign or double bar,
whichever is later, or to the beginning (abc music standard 2.1, section 4.8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = [
    "MOST_TIMES",
    "Marks",
    "Order",
    "followed_words",
    "guesses_words",
    "play_order",
    "road_in",
]

MOST_TIMES = 16
JUMPS = frozenset({"dacapo", "dalsegno"})
ROAD_WORDS = {  # what is written, and the sign it is
    "dacapo": re.compile(r"d\.? ?c\b|da ?capo", re.I),
    "dalsegno": re.compile(r"d\.? ?s\b|dal ?segno", re.I),
    "fine": re.compile(r"fine\W*", re.I),
    "tocoda": re.compile(r"to coda|da ?coda", re.I),
    "coda": re.compile(r"coda\W*", re.I),
    "segno": re.compile(r"segno\W*", re.I),
}


def road_in(words: str) -> frozenset[str]:
    """The signs of the way in words such as "D.C. al Fine": one jump, or what stands alone."""
    words = words.strip()
    jumps = {sign for sign in JUMPS if ROAD_WORDS[sign].match(words)}
    alone = {sign for sign, way in ROAD_WORDS.items() if way.fullmatch(words)}
    towards = {f"al {name}" for name in ("fine", "coda") if re.search(rf"al {name}", words, re.I)}
    return frozenset(jumps | towards if jumps else alone)


GUESSED = "A repeat sign without a start sign goes back to the double bar before it."
ASSUMED = "A repeat sign without a start sign goes back to the repeat sign before it."
IDLE = "A repeat sign after the last ending is not to be played again."
UNSIGNED = "A later ending without an end sign before it is played after going back all the same."
UNENDED = "A start sign without an end sign repeats nothing."


def guesses_words(order: Order, several: bool = True) -> list[str]:
    """What is said of signs that this course reads as the standards have it, and others not.

    Args:
        several: whether it matters that a repeat goes back to the repeat sign before it; in one
            voice that has no start signs at all everybody reads it so.
    """
    said = (
        (order.guessed, GUESSED),
        (order.assumed if several else (), ASSUMED),
        (order.idle, IDLE),
        (order.unended, UNENDED),
        (order.unsigned, UNSIGNED),
    )
    return [words for bars, words in said if bars]


def followed_words(order: Order, signs: Sequence[str]) -> str:
    """What is said of a way that was followed: the bars count from 1."""
    first, last = order.again or (0, 0)
    named = ", ".join(f"“{one}”" for one in dict.fromkeys(signs))
    return f"{named}: bars {first + 1} to {last + 1} come again, without repeats."


@dataclass
class Marks:
    """What stands around a bar.

    Attributes:
        begins: a repeated section begins with it.
        times: how often a section that ends with it is played; 1 where none ends.
        endings: the passes in which it is played; empty for all.
        closes: a double bar follows.
        road: signs of the way: of segno, coda (they stand before it), tocoda, fine, dacapo,
            dalsegno (they stand behind it); and "al fine" or "al coda", where a jump says so.
    """

    begins: bool = False
    times: int = 1
    endings: frozenset[int] = frozenset()
    closes: bool = False
    road: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Order:
    """The order of playing.

    Attributes:
        bars: numbers of the bars, from 0.
        cut: whether there are more.
        guessed: bars to which a repeat without a start sign went back because of a double bar.
        assumed: the same, because of the repeat sign before.
        idle: bars with a repeat sign after the last of some endings, which says nothing.
        unended: bars at which a section begins that no sign ends.
        unsigned: bars with a later ending for which the music went back though no sign says so.
        again: the first and last bar of what comes again after D.C. or D.S.; None where none does.
    """

    bars: list[int]
    cut: bool = False
    guessed: tuple[int, ...] = ()
    assumed: tuple[int, ...] = ()
    idle: tuple[int, ...] = ()
    unended: tuple[int, ...] = ()
    unsigned: tuple[int, ...] = ()
    again: tuple[int, int] | None = None


def play_order(bars: Sequence[Marks], most: int) -> Order:
    """The order in which bars are played, at most so many.

    After D.C. (from the beginning) or D.S. (from the sign) the music comes again without its
    repeats, with its last endings, up to Fine or to the coda.
    """
    jump = next((at for at, bar in enumerate(bars) if bar.road & JUMPS), None)
    way = None if jump is None else _way_back(bars, jump)
    if jump is None or way is None:
        return through(bars, most)
    again, rest = way
    first, after = through(bars[: jump + 1], most), through(bars[rest:], most)
    second = [at for at in again if _is_last_ending(bars, at)]
    order = [*first.bars, *second, *(rest + at for at in after.bars)]
    return replace(
        first,
        bars=order[:most],
        cut=first.cut or after.cut or len(order) > most,
        again=(again[0], again[-1]),
    )


def _way_back(bars: Sequence[Marks], jump: int) -> tuple[list[int], int] | None:
    """The bars that come again after a jump, and the bar with which it goes on after them; None
    where the signs do not say it.
    """

    def found(sign: str, first: int, last: int) -> int | None:
        return next((at for at in range(first, last) if sign in bars[at].road), None)

    begin: int | None = 0
    if "dacapo" not in bars[jump].road:
        begin = found("segno", 0, jump + 1)
    if begin is None:
        return None
    fine, leaves = found("fine", begin, jump + 1), found("tocoda", begin, jump + 1)
    coda = found("coda", jump + 1, len(bars)) if leaves is not None else None
    if fine is not None:
        return [*range(begin, fine + 1)], jump + 1
    if coda is not None and leaves is not None:
        return [*range(begin, leaves + 1)], coda
    whole = jump == len(bars) - 1 and not bars[jump].road & {"al fine", "al coda"}
    return ([*range(begin, jump + 1)], jump + 1) if whole else None


def _is_last_ending(bars: Sequence[Marks], at: int) -> bool:
    """Whether a bar is in no ending, or in the last of its group."""
    if not bars[at].endings:
        return True
    last = at
    while last + 1 < len(bars) and bars[last + 1].endings and not bars[last + 1].begins:
        last += 1
    return bars[at].endings == bars[last].endings


def through(bars: Sequence[Marks], most: int) -> Order:
    """The order without D.C. and D.S."""
    order: list[int] = []
    guessed: set[int] = set()
    assumed: set[int] = set()
    idle: set[int] = set()
    unsigned: set[int] = set()

    def ordered(cut: bool) -> Order:
        first, second, third, last = (
            tuple(sorted(one)) for one in (guessed, assumed, idle, unsigned)
        )
        return Order(order, cut, first, second, third, _unended(bars), last)

    start, turn, at = 0, 1, 0
    backwards = False  # whether we came back to this bar from an end sign
    while at < len(bars):
        bar = bars[at]
        if bar.begins and not backwards and at != start:
            start, turn = at, 1
        backwards = False
        if bar.endings and turn not in bar.endings:
            before = bars[order[-1]].endings if order else frozenset()
            if before and order[-1] == at - 1 and turn + 1 in bar.endings:  # no sign says go back
                unsigned.add(at)
                at, turn, backwards = start, turn + 1, True
                continue
            at += 1
            left = at < len(bars) and _leaves_endings(bars, at - 1) and not bars[at].endings
            if left and turn > 1:
                start, turn = at, 1
            continue
        order.append(at)
        if len(order) >= most:
            return ordered(at < len(bars) - 1 or bar.times > turn)
        if _goes_back(bars, at, start, turn):
            if start and not bars[start].begins:
                (guessed if bars[start - 1].times == 1 else assumed).add(start)
            at, turn, backwards = start, turn + 1, True
            continue
        if bar.times > 1 and bar.endings and turn == max(bar.endings) > 1:
            idle.add(at)
        done = bar.times > 1 or (bar.endings and _leaves_endings(bars, at))
        done = done or (bar.closes and not bars[start].begins)
        if done and not (at + 1 < len(bars) and bars[at + 1].endings):
            start, turn = at + 1, 1
        at += 1
    return ordered(False)


def _unended(bars: Sequence[Marks]) -> tuple[int, ...]:
    begins = [at for at, bar in enumerate(bars) if bar.begins]
    sections = zip(begins, [*begins[1:], len(bars)])
    return tuple(
        start
        for start, end in sections
        if all(bar.times < 2 and not bar.endings for bar in bars[start:end])
    )


def _leaves_endings(bars: Sequence[Marks], at: int) -> bool:
    return at + 1 >= len(bars) or bars[at + 1].endings != bars[at].endings


def _goes_back(bars: Sequence[Marks], at: int, start: int, turn: int) -> bool:
    """Whether the section is played once more after this bar."""
    times = min(bars[at].times, MOST_TIMES)
    if times < 2:
        return False
    if not bars[at].endings:
        following = bars[at + 1].endings if at + 1 < len(bars) else frozenset()
        return turn < max([times, *following])
    group: set[int] = set()
    for bar in bars[start:]:
        if group and not bar.endings and not bar.begins and bar is not bars[at]:
            break
        group |= bar.endings
    return turn + 1 in group or (turn < times and len(group) < 2)
