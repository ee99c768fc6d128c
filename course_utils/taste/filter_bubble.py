"""A filter bubble, measured: how the variety of what is shown shrinks when a feed goes by one's
taste, round after round.
"""

from __future__ import annotations

import html
import random
from dataclasses import dataclass

import numpy as np

from course_utils.creation import Creation, Kind, LearnerError
from course_utils.notebook.handed_over import pick_all
from course_utils.portfolio.store import Portfolio
from course_utils.taste.calls import REUSED, kept_of, load_taste, pool_of
from course_utils.taste.ranking import in_order, read_dial
from course_utils.taste.taste import Taste
from course_utils.taste.traits import measure, steps, traits
from course_utils.taste.votes import TasteFile, vote_for

__all__ = ["feeds", "filter_bubble"]

SHOWN = 4  # candidates a round
FEWEST = 10  # candidates for a feed that can differ
FILLED_UP = {"layout": "The quiet sea"}  # kinds that are made in a moment, and the words for them


@dataclass(frozen=True)
class Feed:
    """One setting of the dial over the rounds: how far apart what was shown was (mean distance in
    standard steps), and how many different ones had been shown by then.
    """

    dial: float
    variety: tuple[float, ...]
    met: tuple[int, ...]


def feeds(
    taste: Taste,
    creations: list[Creation],
    dials: tuple[float, ...] = (0.0, 0.5, 1.0),
    rounds: int = 6,
    seed: int = 0,
) -> list[Feed]:
    """Feeds at several settings of the dial.

    Every round, two thirds of the candidates, drawn by chance, are new on offer; the feed shows
    four; a copy of the taste as it is now plays the person and takes the one it likes best; the
    feed learns from that. Your own answers are not changed.

    Raises:
        LearnerError: too few candidates, or nothing is known of the taste.
    """
    creations = list({one.id: one for one in creations}.values())
    if len(creations) < FEWEST:
        raise LearnerError(
            f"A feed needs at least {FEWEST} to choose from, and there are {len(creations)}. Make"
            " more first."
        )
    kind = creations[0].kind
    if not taste.data.of(kind):
        raise LearnerError(
            "Nothing is known of your taste yet, so a feed cannot follow it. Answer a few pairs"
            " first."
        )
    person, found = taste.weights(kind).mean, []
    for dial in dials:
        rng, feed = random.Random(seed), Taste(TasteFile.model_validate(taste.data.model_dump()))
        varieties, met, known = [], [], set()
        for _ in range(rounds):
            offered = rng.sample(creations, max(SHOWN, 2 * len(creations) // 3))
            shown = [one.creation for one in in_order(feed, offered, dial, SHOWN)]
            seen = np.array([steps(kind, measure(one)) for one in shown])
            a, b = np.triu_indices(len(shown), 1)
            varieties.append(float(np.linalg.norm(seen[a] - seen[b], axis=1).mean()))
            known |= {one.id for one in shown}
            met.append(len(known))
            best = shown[int(np.argmax(seen @ person))]
            for other in shown:
                if other.content != best.content:
                    feed.add(vote_for(best, other, "left"))
        found.append(Feed(dial, tuple(varieties), tuple(met)))
    return found


class Bubble:
    """Feeds at several settings of the dial, as a table: what each showed, round by round."""

    def __init__(self, found=(), total: int = 0, message: str = "") -> None:
        self.feeds, self.total, self.message = list(found), total, message

    def told(self) -> str:
        """The result in a sentence."""
        one, other = self.feeds[0], self.feeds[-1]
        return (
            f"With the dial at {one.dial:g}, only {one.met[-1]} of {self.total} were ever met in"
            f" {len(one.met)} rounds; at {other.dial:g} it was {other.met[-1]}. The four shown at"
            f" once lay {mean_of(one.variety):.1f} and {mean_of(other.variety):.1f} steps apart on"
            f" average. {self.message}"
        ).strip()

    def _repr_html_(self) -> str:
        if not self.feeds:
            return f"<p>{html.escape(self.message)}</p>"
        head = "".join(
            (
                '<th scope="col">Dial'
                " "
                f"{feed.dial:g}"
                f"{' (like me)' if feed.dial == 0 else ' (surprise me)' if feed.dial == 1 else ''}"
                "</th>"
            )
            for feed in self.feeds
        )
        top, rows = max(feed.met[-1] for feed in self.feeds), ""
        for number in range(len(self.feeds[0].variety)):
            cells = "".join(
                (
                    '<td style="text-align:left"><div aria-hidden="true"'
                    f' style="height:10px;width:{round(120 * feed.met[number] / top)}px;'
                    f'background:#0b57a8"></div>{feed.met[number]}'
                    f" met, {feed.variety[number]:.1f} steps apart</td>"
                )
                for feed in self.feeds
            )
            rows += f'<tr><th scope="row">Round {number + 1}</th>{cells}</tr>'
        return (
            f"<p>{html.escape(self.told())}</p><table><caption>How many of {self.total} had been"
            " met by then, and how far apart the four shown"
            f" were</caption><tr><td></td>{head}</tr>{rows}</table>"
        )

    def __repr__(self) -> str:
        if not self.feeds:
            return self.message
        return "\n".join(
            [
                self.told(),
                *(
                    f"dial {feed.dial:g}: "
                    + ", ".join(
                        f"{far:.1f} ({met} met)" for far, met in zip(feed.variety, feed.met)
                    )
                    for feed in self.feeds
                ),
            ]
        )


def mean_of(values) -> float:
    return sum(values) / len(values)


def filter_bubble(
    kind: Kind = "layout", candidates=None, dials=(0.0, 0.5, 1.0), rounds: int = 6
) -> Bubble:
    """How the variety of what you are shown shrinks when a feed follows your taste:
    measured with your own answers, on what you made.

    Args:
        candidates: what the feed chooses from; None for the newest of this kind in your portfolio,
            and for layouts new ones up to 48.
        dials: settings of the dial to compare, from 0 ("like me") to 1 ("surprise me").
        rounds: 2-20.
    """
    from course_utils.taste.filter_bubble import feeds

    portfolio = Portfolio()
    try:
        traits(kind)
        taste = load_taste(portfolio)
        given, lost = (
            kept_of(portfolio, kind, 2 * REUSED)
            if candidates is None
            else (pick_all(portfolio, None, candidates), "")
        )
        # a feed needs many to choose from
        if (
            kind in FILLED_UP
            and candidates is None
            and len(given) < 2 * REUSED
            and taste.data.of(kind)
        ):
            given += pool_of(portfolio, kind, FILLED_UP[kind], 2 * REUSED - len(given))
        if isinstance(rounds, bool) or not isinstance(rounds, int) or not 2 <= rounds <= 20:
            raise LearnerError("The number of rounds goes from 2 to 20. Change it and try again.")
        return Bubble(
            feeds(taste, given, tuple(read_dial(one) for one in dials), rounds),
            len({one.id for one in given}),
            lost,
        )
    except LearnerError as sentence:
        return Bubble(message=str(sentence))
