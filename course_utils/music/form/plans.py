"""The form of a tune: phrases with a plan, which bars come back, and how each phrase ends.

A plan is written in letters, "A B A C"; a mark (A') is a phrase that comes back with another end.
`form_for` chooses one by
hand, by words or by a seed; `Form.bars` says of every bar whether it is new or repeats another, and
how it ends.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.music.form.returns import pattern_of, shared_bars

__all__ = [
    "FEWEST",
    "FREE",
    "Form",
    "LEANS",
    "MOST",
    "SHARES",
    "drawn",
    "form_for",
    "read_plan",
    "read_spans",
    "shares_of_phrases",
    "spans_text",
    "tables",
]

FEWEST, MOST = 1, 64  # bars of a tune
LETTERS = "ABCDEFGH"
MOST_PHRASES = 16
SHARES = 3  # which counts are drawn from: 1 none of longer tunes, 2 their phrases, 3 leaps too
COUNTED, LEANS = 2, 3
FREE = "free"  # a plan in which no bar is meant to come back
# how often a section of eight bars inside a tune ends at home: 19 to 36 % of the training pieces
CLOSED_SECTIONS = 0.3
# how often the middle of one must end away from home: elsewhere the model does so by itself, so
# that both together are people's share
OPEN_HALVES = 0.35
DANCES = "reel, jig, hornpipe, clog, slip jig, polka, quadrille, any"
LIKE = {  # kind of tune: whose table of patterns is used
    **dict.fromkeys(DANCES.split(", "), "dance"),
    **dict.fromkeys(["march", "strathspey"], "march"),
    **dict.fromkeys(["air", "waltz"], "air"),
    "chorale": "chorale",
}


@dataclass(frozen=True)
class Phrase:
    """A phrase of a plan: its letter, its bars, and whether it comes back with another end."""

    letter: str
    bars: int
    varied: bool = False

    @property
    def name(self) -> str:
        """The letter, with a mark if it is varied."""
        return self.letter + "'" * self.varied


@dataclass(frozen=True)
class BarPlan:
    """What a bar is: the number of its phrase, the label of its unit (for colours), the bar that it
    repeats, and how it ends.

    `ends` is "" (as the model likes), "open" (away from home), "home" (at home) or "closed" (at
    home, on a longer note).
    """

    phrase: int
    unit: str
    copies: int | None = None
    ends: str = ""


@dataclass(frozen=True)
class Form:
    """A plan in phrases and in bars."""

    phrases: tuple[Phrase, ...]
    bars: tuple[BarPlan, ...]
    finished: bool = True

    @property
    def name(self) -> str:
        """Its letters, such as "A B A' C"."""
        return " ".join(phrase.name for phrase in self.phrases)

    @property
    def told(self) -> str:
        """The plan in a sentence, to be shown beside the tune."""
        sizes = {phrase.bars for phrase in self.phrases}
        each = (
            f"of {sizes.pop()} bars each"
            if len(sizes) == 1
            else f"of {', '.join(str(phrase.bars) for phrase in self.phrases)} bars"
        )
        repeated = sum(bar.copies is not None for bar in self.bars)
        back = (
            f"{repeated} of {len(self.bars)} bars come back"
            if repeated
            else "no bar is planned to come back"
        )
        count = f"{len(self.phrases)} phrases" if len(self.phrases) > 1 else "One phrase"
        return (
            f"{count} {each}: {self.name};"
            f" {back}{'' if self.finished else '; the end is left open'}."
        )

    def spans(self) -> list[tuple[Phrase, int, int]]:
        """Each phrase with its first bar and the bar after its last, counted from 0."""
        found, start = [], 0
        for phrase in self.phrases:
            found.append((phrase, start, start + phrase.bars))
            start += phrase.bars
        return found


@cache
def tables() -> dict:
    """The patterns and their shares, as they stand in forms.toml."""
    return tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))


def checked_bars(bars: int) -> int:
    """A number of bars that a tune can have.

    Raises:
        LearnerError: it has none, or too many.
    """
    if isinstance(bars, bool) or not isinstance(bars, int) or not FEWEST <= bars <= MOST:
        raise LearnerError(
            f"A tune has {FEWEST} to {MOST} bars, and {str(bars)[:20]} were asked for. Choose a"
            " number between."
        )
    return bars


def form_for(
    bars: int,
    plan: str = "",
    kind: str = "any",
    seed: int = 0,
    finished: bool = True,
    shares: int = SHARES,
) -> Form:
    """The form of a tune.

    Args:
        bars: 1 to 64.
        plan: letters such as "AABA" or "A B A' C", or a name that stands in forms.toml; "" draws
            one from the seed.
        kind: kind of tune; it decides how often each pattern is drawn.
        finished: whether the tune ends at home.
        shares: which counts; lower than SHARES: those of tunes made before.

    Raises:
        LearnerError: the bars cannot be shared out among the phrases, or the plan is none.
    """
    checked_bars(bars)
    if plan == FREE:
        return free_form(bars, finished)
    rng = random.Random(f"form {seed} {bars} {kind}")
    if plan:
        names = read_plan(plan)
        sizes = equal_parts(bars, names)
    else:
        names, sizes = drawn_plan(bars, kind, rng, shares)
    phrases = [Phrase(name[0], size, name.endswith("'")) for name, size in zip(names, sizes)]
    leans = shares >= LEANS and not plan
    return Form(*planned(phrases, kind, finished, rng, leans), finished)


def free_form(bars: int, finished: bool = True) -> Form:
    """One phrase of so many bars, none of which is meant to come back."""
    row = [BarPlan(0, "A")] * bars
    row[-1] = replace(row[-1], ends="closed" if finished else "open")
    return Form((Phrase("A", bars),), tuple(row), finished)


def spans_text(form: Form) -> str:
    """The phrases with their bars, such as "A4 B4 A'4", as a recipe keeps them."""
    return " ".join(f"{phrase.name}{phrase.bars}" for phrase in form.phrases)


def read_spans(text: str) -> list[tuple[str, int]]:
    """Names and bars of the phrases that `spans_text` wrote; [] of anything else."""
    found = re.findall(r"([A-H]'?)(\d{1,2})(?= |$)", text)
    return [(name, int(bars)) for name, bars in found]


def read_plan(plan: str) -> list[str]:
    """The phrases of a plan in letters, or of a plan's name.

    Raises:
        LearnerError: it is neither, or has too many phrases.
    """
    by_name = {name: letters for letters, names in tables()["names"].items() for name in names}
    written = by_name.get(" ".join(plan.lower().split()), plan)
    names = re.findall(r"[A-Ha-h]['’′]?", written)
    rest = re.sub(r"[A-Ha-h]['’′]?|[\s,;|-]", "", written)
    if not names or rest:
        raise LearnerError(
            f"“{plan[:40]}” is not a plan of phrases. Write letters such as AABA, or one of:"
            f" {', '.join(sorted(by_name))}."
        )
    if len(names) > MOST_PHRASES:
        raise LearnerError(
            f"That plan has {len(names)} phrases and the limit is {MOST_PHRASES}. Use fewer"
            " letters."
        )
    return lettered([name[0].upper() + "'" * (len(name) > 1) for name in names])


def lettered(names: list[str]) -> list[str]:
    """Letters in the order in which they come; the first of a letter is not varied, whatever mark
    it has.
    """
    order = list(dict.fromkeys(name[0] for name in names))
    seen: set[str] = set()
    found = []
    for name in names:
        letter = LETTERS[order.index(name[0])]
        found.append(letter + "'" * (name.endswith("'") and letter in seen))
        seen.add(letter)
    return found


def equal_parts(bars: int, names: list[str]) -> list[int]:
    """Bars of each phrase of a plan chosen by hand.

    Raises:
        LearnerError: they cannot be shared out.
    """
    if bars % len(names):
        fitting = sorted(
            {
                max(len(names), bars // len(names) * len(names)),
                min(MOST // len(names), bars // len(names) + 1) * len(names),
            }
        )
        raise LearnerError(
            f"{' '.join(names)} has {len(names)} phrases, and {bars} bars cannot be shared out"
            f" among them. Ask for {' or '.join(map(str, fitting))} bars, or for another plan."
        )
    return [bars // len(names)] * len(names)


def drawn(table: dict[str, float], rng: random.Random) -> list[str]:
    """A pattern of a table, by its shares."""
    return rng.choices(list(table), list(table.values()))[0].split()


def shares_of_phrases(shares: int = SHARES) -> dict[str, dict[str, float]]:
    """How often phrases come back, by how many there are."""
    return tables()["phrases" if shares >= COUNTED else "phrases_before"]


def drawn_plan(
    bars: int, kind: str, rng: random.Random, shares: int = SHARES
) -> tuple[list[str], list[int]]:
    """Phrases and their bars where nobody chose a plan."""
    if bars == 8:
        table = tables()["eight"][LIKE.get(kind, "dance")]
        names = pattern_of(table, "alone", rng) if shares >= LEANS else drawn(table, rng)
        return [name.upper() for name in names], [2] * 4
    if bars == 4:
        return [name.upper() for name in drawn(tables()["four"], rng)], [2, 2]
    if bars < 4:
        return ["A"], [bars]
    unit = 8 if bars % 8 == 0 else 4 if bars > 7 else 2
    count = bars // unit
    sizes = [unit] * count
    rest = bars - unit * count
    if rest == 1:
        sizes[-1] += 1
    elif rest:
        sizes.append(rest)
    names = (
        drawn(shares_of_phrases(shares)[str(len(sizes))], rng)
        if len(sizes) <= 8
        else [LETTERS[n % 4] for n in range(len(sizes))]
    )
    return fitting_names(names, sizes), sizes


def fitting_names(names: list[str], sizes: list[int]) -> list[str]:
    """A phrase of another length than the first of its letter is a new one."""
    first: dict[str, int] = {}
    found: list[str] = []
    for name, size in zip(names, sizes):
        if first.setdefault(name[0], size) != size:
            name = next(letter for letter in LETTERS if letter not in first)
            first[name] = size
        found.append(name)
    return found


def planned(
    phrases: list[Phrase], kind: str, finished: bool, rng: random.Random, leans: bool = False
) -> tuple[tuple[Phrase, ...], tuple[BarPlan, ...]]:
    """The phrases as they will be, and what every bar is; `leans`: as `returns` has it."""
    phrases = with_own_ends(phrases, finished)
    bars: list[BarPlan] = []
    first: dict[str, int] = {}
    for number, phrase in enumerate(phrases):
        start = len(bars)
        if phrase.letter not in first:
            first[phrase.letter] = start
            bars += new_phrase(number, phrase, start, kind, rng, leans)
            if leans and number:
                bars = shared_bars(bars, phrases, number, rng)
        else:
            source = first[phrase.letter]
            bars += [
                BarPlan(number, bars[source + bar].unit, source + bar, bars[source + bar].ends)
                for bar in range(phrase.bars)
            ]
        if phrase.varied:
            for bar in range(phrase.bars - new_at_end(phrase.bars), phrase.bars):
                bars[start + bar] = replace(
                    bars[start + bar], copies=None, unit=bars[start + bar].unit + "'", ends=""
                )
        if bars[start + phrase.bars - 1].copies is None:
            bars[-1] = replace(bars[-1], ends=end_of(phrases, number, len(bars), finished, rng))
    return tuple(phrases), tuple(bars)


def with_own_ends(phrases: list[Phrase], finished: bool) -> list[Phrase]:
    """A last phrase that repeats one which must end otherwise gets a mark, and so does a last
    phrase that is left open.
    """
    last = phrases[-1]
    before = [phrase for phrase in phrases[:-1] if phrase.letter == last.letter]
    if before and not last.varied and (len(phrases) == 2 or not finished) and last.bars > 1:
        return [*phrases[:-1], replace(last, varied=True)]
    return phrases


def new_at_end(bars: int) -> int:
    """How many bars at its end a varied phrase writes anew."""
    return 0 if bars < 1 else 1 if bars < 6 else 2


def end_of(
    phrases: list[Phrase], number: int, bars: int, finished: bool, rng: random.Random
) -> str:
    """How a phrase ends: the last one at home, and the same phrase before it; an answer at home;
    others open, or as they like.
    """
    phrase, last = phrases[number], phrases[-1]
    if number == len(phrases) - 1:
        return "closed" if finished else "open"
    if phrase.letter == last.letter and phrase.varied == last.varied and finished:
        return "closed"
    if phrase.varied and number and phrases[number - 1].letter == phrase.letter:
        return "home"
    if bars % 8 == 0:
        return "home" if rng.random() < CLOSED_SECTIONS else "open"
    return "open" if bars % 4 == 0 and rng.random() < OPEN_HALVES else ""


def new_phrase(
    number: int,
    phrase: Phrase,
    start: int,
    kind: str,
    rng: random.Random,
    leans: bool = False,
) -> list[BarPlan]:
    """The bars of a phrase that is new: inside it, units of two bars may come back."""
    if phrase.bars == 8:
        table = tables()["eight"][LIKE.get(kind, "dance")]
        where = "later" if number else "first"
        pattern = pattern_of(table, where, rng) if leans else drawn(table, rng)
    elif phrase.bars == 4:
        pattern = drawn(tables()["four"], rng)
    else:
        return [BarPlan(number, phrase.letter)] * phrase.bars
    bars: list[BarPlan] = []
    first: dict[str, int] = {}
    for place, name in enumerate(pattern):
        label, source = phrase.letter + name[0], first.setdefault(name[0], place)
        for bar in (0, 1):
            new = source == place or (
                bar == 1 and (name.endswith("'") or place == len(pattern) - 1)
            )
            bars.append(BarPlan(number, label, None if new else start + 2 * source + bar))
    if phrase.bars == 8 and bars[3].copies is None:
        bars[3] = replace(bars[3], ends="open" if rng.random() < OPEN_HALVES else "")
    return bars
