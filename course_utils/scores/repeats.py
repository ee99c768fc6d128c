"""In which order bars are played: repeats, endings, and what writers leave out.

A repeat goes back to its start sign; where none stands, to the last end sign or double bar,
whichever is later, or to the beginning (abc music standard 2.1, section 4.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TIMES = 16


@dataclass
class Marks:
    """What stands around a bar.

    Attributes:
        begins: a repeated section begins with it.
        times: how often a section that ends with it is played; 1 where none ends.
        endings: the passes in which it is played; empty for all.
        closes: a double bar follows.
    """

    begins: bool = False
    times: int = 1
    endings: frozenset[int] = frozenset()
    closes: bool = False


@dataclass(frozen=True)
class Order:
    """The order of playing.

    Attributes:
        bars: numbers of the bars, from 0.
        cut: whether there are more.
        guessed: bars to which a repeat without a start sign went back because of a double bar.
        assumed: the same, because of the repeat sign before.
        idle: bars with a repeat sign after the last of some endings, which says nothing.
    """

    bars: list[int]
    cut: bool = False
    guessed: tuple[int, ...] = ()
    assumed: tuple[int, ...] = ()
    idle: tuple[int, ...] = ()


def play_order(bars: Sequence[Marks], most: int) -> Order:
    """The order in which bars are played, at most so many."""
    order: list[int] = []
    guessed: set[int] = set()
    assumed: set[int] = set()
    idle: set[int] = set()

    def ordered(cut: bool) -> Order:
        return Order(order, cut, *(tuple(sorted(one)) for one in (guessed, assumed, idle)))

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
    group = set()
    for bar in bars[start:]:
        if group and not bar.endings and not bar.begins and bar is not bars[at]:
            break
        group |= bar.endings
    return turn + 1 in group or (turn < times and len(group) < 2)
