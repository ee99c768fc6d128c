"""Poems in a form, line by line: several drafts of a line are drawn side by side,
and the first that fits its wish, else the nearest, is taken.
"""

from __future__ import annotations

from typing import Protocol

from course_utils.safety.prompts import has_unkind_words
from course_utils.words.backends.backend import Draft
from course_utils.words.rhymes import Draw as DrawBegun
from course_utils.words.rhymes import rhymed_line
from course_utils.words.verse import Form, Wish, breaks_off, faults, plan

__all__ = ["write_poem"]

LINE_TRIES = 24  # drafts of one line before the nearest is taken
SIDE_BY_SIDE = 4
LINE_LENGTH = 24  # most tokens of a line
TURNS = 2  # poems begun before one with a miss is accepted


class Draw(Protocol):
    def __call__(
        self, start: str, seed: int, count: int, most: int, grammar: str = "", odds: bool = False
    ) -> list[Draft] | None:
        """Drafts that go on from `start` to the end of the line, most tokens each;
        None when stopped.
        """


def write_poem(
    draw: Draw, form: Form, topic: str, start: str, seed: int, tells_odds: bool
) -> str | None:
    """A poem in a form; "" if all drafts were filtered, None when stopped.

    A poem with a line that misses its wish is begun anew once, and the better of the two is kept.
    """
    best, missing = "", 10_000
    for turn in range(TURNS):
        turn_seed = seed + turn * 15_485_863
        found = draw_lines(draw, form, topic, start, turn_seed, tells_odds, missing)
        if found is None:
            return None
        if found[0] and found[1] < missing:
            best, missing = found
        if not missing:
            break
    return best


def with_odds(draw: Draw, before: str, seed: int) -> DrawBegun:
    """Drafts of a line below others, with the odds of their tokens."""
    return lambda begin, count, most, after: draw(
        before + begin, seed + after, count, most, odds=True
    )


def draw_lines(
    draw: Draw,
    form: Form,
    topic: str,
    start: str,
    seed: int,
    tells_odds: bool,
    too_many: int = 10_000,
) -> tuple[str, int] | None:
    """A poem and the sum of its lines' faults, or as far as it came when they are `too_many`;
    None when stopped.
    """
    wishes = plan(form, topic)
    lines, sum_of_faults = start.splitlines(), 0
    # a line without its end is gone on with
    begun = "" if start.endswith("\n") or not lines or len(lines) > len(wishes) else lines.pop()
    for place in range(len(lines), len(wishes)):
        before = "".join(line + "\n" for line in lines)
        # far apart, since candidates have seeds side by side
        wish, line_seed = wishes[place], seed * 7919 + place * 104729
        if form.rhyme and tells_odds:
            last = place == len(wishes) - 1
            line = rhymed_line(with_odds(draw, before, line_seed), wish, lines, last, begun)
        else:
            line = nearest_line(draw, wish, lines, before, line_seed, begun)
        begun = ""
        if not line:
            return None if line is None else ("", 0)
        lines.append(line)
        sum_of_faults += faults(line, wish, lines)
        if sum_of_faults >= too_many:
            break
    return "\n".join(lines), sum_of_faults


def nearest_line(
    draw: Draw, wish: Wish, lines: list[str], before: str, seed: int, begun: str = ""
) -> str | None:
    """The first draft of a line that fits, or the nearest; "" if all were filtered,
    None when stopped. `begun`: words it begins with.
    """
    grammar = (
        f'root ::= "{wish.initial}" [a-z] [a-z ,\'-]{{6,}} [,.]? "\\n"'
        if wish.initial and not begun
        else ""
    )
    nearest, fewest = "", 1000
    for tried in range(0, LINE_TRIES, SIDE_BY_SIDE):
        found = draw(before + begun, seed + tried, SIDE_BY_SIDE, LINE_LENGTH, grammar)
        if found is None:
            return None
        for draft in found:
            line = " ".join((begun + draft.text).split())
            if len(line.split()) < 2 or line in lines or has_unkind_words(before + line):
                continue
            # a line cut by the limit has no end
            missing = faults(line, wish, lines) + breaks_off(line) + 2 * bool(draft.cut)
            if missing < fewest:
                nearest, fewest = line, missing
        if nearest and not fewest:
            break
    return nearest
