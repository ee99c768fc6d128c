"""Taste without widgets: this or that, what is believed and how well it guesses,
candidates in order, things made for you; kept, taken away, deleted.
"""

from __future__ import annotations

import contextlib
import html
import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from course_utils.creation import Creation, Kind, LearnerError
from course_utils.display.figure import figure_html
from course_utils.display.grid import side_by_side
from course_utils.display.html import data_address
from course_utils.notebook.handed_over import is_studio, pick_all, results_in
from course_utils.notebook.results import Results, describe, make
from course_utils.portfolio.store import Portfolio
from course_utils.taste.candidates import DEFAULT_SIZE, batches
from course_utils.taste.contradictions import doubts
from course_utils.taste.ranking import in_order, read_dial
from course_utils.taste.taste import Pair, Taste
from course_utils.taste.traits import HOMES, KIND_NAMES, measure, traits
from course_utils.taste.votes import FILE, TasteFile, vote_for

__all__ = [
    "ENOUGH",
    "Ordered",
    "REUSED",
    "believe",
    "change_taste",
    "choose",
    "export_taste",
    "forget_taste",
    "import_taste",
    "kept_of",
    "load_taste",
    "make_for_me",
    "my_taste",
    "order_by_taste",
    "pool_of",
    "this_or_that",
    "undo_choice",
]

REUSED = 24  # of the newest creations that are compared
LEFT_OUT = "Left out: {count} that taste cannot measure, such as a page changed in another program."
ENOUGH = 6  # creations of a kind in the portfolio before no new ones are made to compare
SIDES = ("Left", "Right")
T = TypeVar("T")


def load_taste(portfolio: Portfolio) -> Taste:
    """The taste kept in a portfolio; an empty one where there is none.

    Raises:
        LearnerError: its file is damaged.
    """
    data = portfolio.read_beside(FILE)
    if data is None:
        return Taste()
    try:
        return Taste(TasteFile.from_json(data))
    except LearnerError as problem:
        raise LearnerError(
            f"The file {FILE} in your portfolio is damaged. Bring a copy back with taste.bring(),"
            " or begin anew with taste.forget()."
        ) from problem


def change_taste(portfolio: Portfolio, action: Callable[[Taste], T]) -> T:
    """Read the taste, do something to it and keep it, in one step; gives what the action gives."""
    given: list[T] = []

    def change(data: bytes | None) -> bytes:
        taste = load_taste(portfolio) if data is not None else Taste()
        given.append(action(taste))
        return taste.data.to_json()

    portfolio.change_beside(FILE, change)
    return given[0]


class Question:
    """Two candidates to choose between, or a sentence where there are none."""

    def __init__(self, pair: Pair | None, pool: list[Creation], message: str = "") -> None:
        self.pair, self.pool, self.message = pair, pool, message

    @property
    def left(self) -> Creation | None:
        return self.pair.left if self.pair else None

    @property
    def right(self) -> Creation | None:
        return self.pair.right if self.pair else None

    def _repr_html_(self) -> str:
        if self.pair is None:
            return f"<p>{html.escape(self.message)}</p>"
        figures = "".join(
            (
                "<figure"
                f' style="margin:4px;width:300px"><figcaption><b>{side}</b></figcaption>'
                f"{figure_html(one, size=280, name=side)}</figure>"
            )
            for side, one in zip(SIDES, (self.pair.left, self.pair.right))
        )
        return (
            f"<p>{html.escape(self.message)}</p><div"
            f' style="display:flex;flex-wrap:wrap">{figures}</div>'
        )

    def __repr__(self) -> str:
        if self.pair is None:
            return self.message
        left, right = describe(self.pair.left), describe(self.pair.right)
        return f"{self.message}\nLeft: {left}\nRight: {right}"


_ASKED: dict[str, Question] = {}  # the newest question, so that choose("left") knows what is meant


def this_or_that(
    kind: Kind = "layout", pool=None, prompt: str = "", count: int = DEFAULT_SIZE
) -> Question:
    """Two candidates to choose between: the pair whose answer would tell most about your taste.

    Answer with taste.choose("left").

    Args:
        kind: image, layout, words, tune or sound.
        pool: what to compare (results, a list, a studio); None for the newest in your portfolio,
            and new ones where there are too few.
        prompt: words for new candidates; with words, new ones are always made.
        count: how many new ones.
    """
    portfolio = Portfolio()
    try:
        traits(kind)
        taste = load_taste(portfolio)
        made = Results(pick_all(portfolio, None, pool) if pool is not None else [])
        if not made:
            made = pool_of(portfolio, kind, prompt, count)
            if made.message and len(made) < 2:
                return Question(None, [], made.message)
        return ask(taste, list(made), f"{made.message} " if made.message else "")
    except LearnerError as sentence:
        return Question(None, [], str(sentence))


def ask(taste: Taste, pool: list[Creation], said: str = "") -> Question:
    """The next question about some candidates, remembered as the newest."""
    pair = taste.next_pair(pool)
    number = len(taste.data.of(pool[0].kind))
    kept = " This answer is kept back to test my guesses." if pair.kept_back else ""
    question = Question(
        pair,
        pool,
        f'{said}Question {number + 1}: which do you like better? Answer taste.choose("left"),'
        f' taste.choose("right") or taste.choose("can\'t say").{kept}',
    )
    _ASKED["newest"] = question
    return question


def kept_of(portfolio: Portfolio, kind: Kind, most: int = REUSED) -> tuple[list[Creation], str]:
    """The newest works of a kind that taste can measure; and a sentence on the others.

    Raises:
        LearnerError: taste does not know this kind.
    """
    traits(kind)
    kept: list[Creation] = []
    for saved in (listed := portfolio.list(kind, most=most)):
        with contextlib.suppress(LearnerError):
            measure(saved.creation)
            kept.append(saved.creation)
    lost = len(listed) - len(kept)
    return kept, LEFT_OUT.format(count=lost) if lost else ""


def pool_of(
    portfolio: Portfolio, kind: Kind, prompt: str = "", count: int = DEFAULT_SIZE
) -> Results:
    """What to compare: the newest of the portfolio, or new ones where there are too few or words
    are given.
    """
    kept, said = ([], "") if prompt else kept_of(portfolio, kind)
    if len(kept) >= ENOUGH:
        return Results(kept, said)
    made: list[Creation] = []
    message = ""
    for recipe in batches(kind, prompt, max(2, count), random.randrange(10_000)):
        results = make(
            kind,
            recipe.prompt,
            int(recipe.settings["count"]),
            recipe.seed,
            {name: value for name, value in recipe.settings.items() if name != "count"},
        )
        made, message = [*made, *results], results.message or message
    return Results([*made, *kept], f"{said} {message}".strip())


def choose(answer: str, left: Creation | None = None, right: Creation | None = None) -> Question:
    """Answer "left", "right" or "can't say" to the newest question, or about two candidates given;
    the next question comes back.
    """
    portfolio, question = Portfolio(), _ASKED.get("newest")
    try:
        if left is not None or right is not None:
            if left is None or right is None:
                raise LearnerError(
                    "Give two candidates, left and right, or none for the newest question."
                )
            pair, pool = Pair(left, right), []
        elif question is None or question.pair is None:
            raise LearnerError("There is no question yet. Ask one with taste.this_or_that().")
        else:
            pair, pool = question.pair, question.pool
        vote = vote_for(pair.left, pair.right, answer, pair.kept_back)

        def add(taste: Taste) -> Taste:
            taste.add(vote)
            return taste

        taste = change_taste(portfolio, add)
        said = "".join(
            f"{one} " for one in doubts(taste, vote.kind)[:1] if len(taste.data.of(vote.kind)) != 1
        )
        said = f"Taken: {vote.answer}. {said}"
        return ask(taste, pool, said) if pool else Question(None, [], said.strip())
    except LearnerError as sentence:
        return Question(None, [], str(sentence))


def undo_choice(kind: Kind | None = None) -> Question:
    """Take the newest answer back (of one kind, or of the kind asked last)."""
    portfolio, question = Portfolio(), _ASKED.get("newest")
    kind = kind or (question.pool[0].kind if question and question.pool else "layout")
    try:
        vote = change_taste(portfolio, lambda taste: taste.undo(kind))
    except LearnerError as sentence:
        return Question(None, [], str(sentence))
    return Question(
        None,
        [],
        (
            "There is no answer to take back."
            if vote is None
            else (
                f"Your answer “{vote.answer}” is taken back."
                f" {len(load_taste(portfolio).data.of(kind))} are left."
            )
        ),
    )


class TasteShown:
    """What is believed, in words, as bars and as a table; how well it guesses;
    what does not fit together.
    """

    def __init__(self, taste: Taste, kinds: list[str], message: str = "") -> None:
        self.taste, self.kinds, self.message = taste, kinds, message

    def lines(self, kind: str) -> list[str]:
        """The sentences beside the table."""
        number = len(self.taste.data.of(kind))
        return [
            (
                f"{KIND_NAMES[kind].capitalize()}: {self.taste.in_words(kind)}. From {number}"
                f" answer{'s' * (number != 1)}."
            ),
            str(self.taste.test(kind)),
            *doubts(self.taste, kind),
        ]

    def _repr_html_(self) -> str:
        shown = f"<p>{html.escape(self.message)}</p>" if self.message else ""
        for kind in self.kinds:
            rows = ""
            for belief in self.taste.beliefs(kind):
                width = min(150, round(abs(belief.mean) * 75))
                left, right = (0, width) if belief.mean >= 0 else (width, 0)
                bar = (
                    '<div aria-hidden="true"'
                    ' style="display:flex;width:302px;height:12px;background:#eef1f6"><div'
                    f' style="width:{150 - left}px"></div><div'
                    f' style="width:{left}px;background:#9a3b00"></div><div'
                    ' style="width:2px;background:#1b1f27"></div><div'
                    f' style="width:{right}px;background:#0b57a8"></div></div>'
                )
                rows += (
                    f'<tr><th scope="row" style="text-align:left">{html.escape(belief.trait.less)}'
                    " ← →"
                    f" {html.escape(belief.trait.more)}</th><td>{round(belief.mean, 1) + 0.0:+.1f},"
                    f" give or take {belief.spread:.1f}</td><td"
                    f' style="text-align:left">{belief.sure}</td><td>{bar}</td></tr>'
                )
            head = (
                "<tr>"
                + "".join(
                    f'<th scope="col" style="text-align:left">{name}</th>'
                    for name in (
                        "Trait",
                        "Belief",
                        "How sure",
                        '<span aria-hidden="true">Bar</span>',
                    )
                )
                + "</tr>"
            )
            told = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines(kind))
            shown += (
                f"{told}<table><caption>What I believe of your taste in {KIND_NAMES[kind]}: a minus"
                f" is for the first name, a plus for the second</caption>{head}{rows}</table>"
            )
        return shown

    def __repr__(self) -> str:
        told = [self.message] if self.message else []
        for kind in self.kinds:
            told += [
                *self.lines(kind),
                *(
                    f"  {belief.phrase}, give or take {belief.spread:.1f} ({belief.sure})"
                    for belief in self.taste.beliefs(kind)
                ),
            ]
        return "\n".join(told)


def my_taste(kind: Kind | None = None, portfolio: Portfolio | None = None) -> TasteShown:
    """What is believed of your taste, how sure that is, how many kept-back answers were guessed,
    and answers that do not fit together. Without a kind: all that you answered about.
    """
    try:
        if kind is not None:
            traits(kind)
        taste = load_taste(portfolio or Portfolio())
    except LearnerError as sentence:
        return TasteShown(Taste(), [], str(sentence))
    kinds = (
        [kind]
        if kind
        else [one for one in HOMES if taste.data.of(one) or taste.data.beliefs.get(one)]
    )
    return TasteShown(
        taste,
        kinds,
        "" if kinds else "Nothing is known of your taste yet. Begin with taste.this_or_that().",
    )


def believe(kind: Kind, trait: str, weight) -> TasteShown:
    """Change what is believed: a number from -3 to 3 sets it, "never" forbids that it counts,
    "learn" leaves it to your answers again.

    `trait` is the name of either side, such as "warm colours" or "cool colours";
    `taste.my_taste` lists them.
    """
    word = str(weight).strip().lower()
    try:
        traits(kind)
        said = change_taste(
            Portfolio(),
            lambda taste: taste.believe(
                kind, trait, None if word in ("learn", "never") else weight, word == "never"
            ),
        )
    except LearnerError as sentence:
        return TasteShown(Taste(), [], str(sentence))
    return TasteShown(load_taste(Portfolio()), [kind], said)


class Ordered(Results):
    """Candidates in order, each with its place, whether it is a surprise, and why."""

    def __init__(self, ranked=(), message: str = "") -> None:
        super().__init__([one.creation for one in ranked], message)
        self.ranked = list(ranked)

    def told(self, place: int) -> str:
        """Why a candidate (from 0) stands where it does."""
        one = self.ranked[place]
        return (
            f"A surprise: {one.why}."
            if one.surprise
            else f"Like you: should beat {one.liked:.0%} of these; {one.why}."
        )

    def _repr_html_(self) -> str:
        figures = [
            f"{figure_html(one, size=260, name=f'Place {place + 1}')}<figcaption>{place + 1}."
            f" {html.escape(self.told(place))}</figcaption>"
            for place, one in enumerate(self)
        ]
        said = f"<p>{html.escape(self.message)}</p>" if self.message else ""
        return side_by_side(figures, 260) + said

    def __repr__(self) -> str:
        return "\n".join(
            [
                *([self.message] if self.message else []),
                *(
                    f"{place + 1}. {self.told(place)} {describe(one)}"
                    for place, one in enumerate(self)
                ),
            ]
        )


def order_by_taste(candidates, dial=0.0, most: int | None = None) -> Ordered:
    """Candidates of one kind in the order of your taste.

    Args:
        candidates: results, a list, or a studio; where nothing stands in the studio yet, what your
            portfolio holds of its kind.
        dial: from 0 ("like me") to 1 ("surprise me"): the share of places that goes to surprises.
        most: how many to give back.
    """
    portfolio = Portfolio()
    try:
        given, said = candidates_in(candidates, portfolio)
        ranked = in_order(load_taste(portfolio), given, read_dial(dial), most)
        return Ordered(ranked, said)
    except LearnerError as sentence:
        return Ordered(message=str(sentence))


def candidates_in(given, portfolio: Portfolio) -> tuple[list[Creation], str]:
    """The creations in a result, a list or a studio; and a sentence, where they are others than
    those in the studio, because nothing stands in it yet.

    Raises:
        LearnerError: there are none.
    """
    if given is None:
        raise LearnerError(
            "There is nothing to put in order yet. Make some first, then run this cell again."
        )
    if is_studio(given) and not results_in(given):
        kept, lost = kept_of(portfolio, given.kind)
        if kept:
            said = "Nothing stands in the studio yet, so these are the newest you kept."
            return kept, f"{said} {lost}".strip()
    return pick_all(portfolio, None, given), ""


def make_for_me(
    kind: Kind, prompt: str, count: int = 4, dial=0.25, tried: int = 8, **settings
) -> Ordered:
    """New ones after your taste: settings and words are steered, more are made than shown, and the
    taste chooses and orders. Settings given here are not touched.

    Args:
        dial: from 0 ("like me") to 1 ("surprise me"): how far settings stray, and the share of
            surprises.
        tried: how many are made.
    """
    from course_utils.taste.steering import steered

    portfolio = Portfolio()
    try:
        traits(kind)
        dial, taste = read_dial(dial), load_taste(portfolio)
        recipes, reasons = steered(
            taste, kind, prompt, max(count, tried), dial, random.randrange(2**31), settings
        )
        made: list[Creation] = []
        trouble = ""
        for recipe in recipes:
            results = make(
                kind,
                recipe.prompt,
                int(recipe.settings["count"]),
                recipe.seed,
                {name: value for name, value in recipe.settings.items() if name != "count"},
            )
            made, trouble = [*made, *results], results.message or trouble
            if not results:
                break
        if not made:
            return Ordered(message=trouble)
        return Ordered(in_order(taste, made, dial, count), " ".join([trouble, *reasons]).strip())
    except LearnerError as sentence:
        return Ordered(message=str(sentence))
    except ValueError:
        return Ordered(
            message=(
                "A setting there cannot be used: the number of results must be a small whole"
                " number. Change it and try again."
            )
        )


class TasteTaken:
    """Your taste as one JSON file, as a link."""

    def __init__(self, data: bytes = b"", message: str = "") -> None:
        self.data, self.message = data, message

    def _repr_html_(self) -> str:
        link = (
            f'<p><a download="{FILE}" href="{data_address("application/json", self.data)}">Download'
            " your taste as one file</a></p>"
            if self.data
            else ""
        )
        return f"<p>{html.escape(self.message)}</p>{link}"

    def __repr__(self) -> str:
        return self.message


def export_taste(portfolio: Portfolio | None = None) -> TasteTaken:
    """Your taste as one JSON file: answers, measured traits and beliefs; no pictures,
    texts or sounds. It stays on this machine unless you carry it away.
    """
    portfolio = portfolio or Portfolio()
    try:
        taste = load_taste(portfolio)
    except LearnerError as sentence:
        return TasteTaken(message=str(sentence))
    if not taste.data.votes and not taste.data.beliefs:
        return TasteTaken(
            message="There is nothing to take away yet. Begin with taste.this_or_that()."
        )
    return TasteTaken(
        taste.data.to_json(),
        f"Your taste is the file {FILE} in the folder {portfolio.folder.name}:"
        f" {len(taste.data.votes)} answers. It is sent nowhere, and is left out of the zip file"
        " with everything you made.",
    )


def import_taste(path) -> TasteShown:
    """A taste from a file that taste.take() gave you, in place of the one you have."""
    try:
        try:
            if Path(path).stat().st_size > 10_000_000:
                raise LearnerError(
                    "That file is far too large to be a taste. Choose a file that taste.take()"
                    " gave you."
                )
            data = Path(path).read_bytes()
        except (OSError, ValueError, TypeError) as problem:
            raise LearnerError(
                f"There is no file {Path(str(path)).name[:60]} that can be read here. Check the"
                " name, or drag it into the file list on the left."
            ) from problem
        read = TasteFile.from_json(data)
        Portfolio().change_beside(FILE, lambda _: read.to_json())
    except LearnerError as sentence:
        return TasteShown(Taste(), [], str(sentence))
    shown = my_taste()
    shown.message = f"{len(read.votes)} answers were read."
    return shown


def forget_taste(kind: Kind | None = None, portfolio: Portfolio | None = None) -> TasteShown:
    """Delete your taste, of one kind or all of it. What you made stays. It cannot be undone."""
    portfolio = portfolio or Portfolio()
    try:
        if kind is None:
            portfolio.change_beside(FILE, lambda _: None)
            _ASKED.clear()
            return TasteShown(
                Taste(),
                [],
                "Your taste is deleted: the file is gone. What you made is still there.",
            )
        traits(kind)

        def without(taste: Taste) -> None:
            taste.data.votes = [vote for vote in taste.data.votes if vote.kind != kind]
            taste.data.beliefs.pop(str(kind), None)

        change_taste(portfolio, without)
    except LearnerError as sentence:
        return TasteShown(Taste(), [], str(sentence))
    return TasteShown(
        Taste(), [], f"Your taste in {KIND_NAMES[kind]} is deleted. What you made is still there."
    )
