"""Answers that do not fit together, found and said kindly, each with one next step."""

from __future__ import annotations

import math

from course_utils.taste.taste import Taste
from course_utils.taste.traits import KIND_NAMES
from course_utils.taste.votes import Vote

__all__ = ["doubts"]

FEW = 5  # answers before anything is believed worth telling
IN_A_ROW = 6  # answers for the same side before it is said; by chance that happens once in 32 times
ENOUGH = 12  # answers before "no trait I measure explains them" can be said
# how much better (ln) coin tosses must explain them; of made-up people with a taste about one in
# fourteen is told so wrongly after 16 answers, of coin tosses about seven in ten rightly
MARGIN = 1.0


def doubts(taste: Taste, kind: str) -> list[str]:
    """What should be said about the answers of one kind, the most useful first."""
    votes = taste.data.of(kind)
    if not votes:
        return []
    if len(votes) < FEW:
        return [
            f"{'One answer is' if len(votes) == 1 else f'{len(votes)} answers are'} too few to know"
            f" your taste. Answer {FEW - len(votes)} more, and look again."
        ]
    found = [*same_side(votes), *changed_minds(votes), *circles(votes)]
    undecided = sum(not vote.winner for vote in votes)
    if 2 * undecided > len(votes):
        found.append(
            f"You could not say in {undecided} of {len(votes)} pairs. These {KIND_NAMES[kind]} may"
            " be too alike for you: make some that differ more, or compare another kind."
        )
    elif (
        len(votes) >= ENOUGH
        and not found
        and taste.weights(kind, without_set=True).log_evidence < -math.log(2) * len(votes) - MARGIN
    ):
        found.append(
            "Your answers do not follow the traits I can measure: coin tosses explain them as well."
            " You may be judging by something I cannot see, such as a memory. Write down what it"
            " is, or set a belief yourself."
        )
    return found


def same_side(votes: list[Vote]) -> list[str]:
    """The last answers were all for one side, though the sides are drawn by chance."""
    side = votes[-1].answer
    run = next(
        (number for number, vote in enumerate(reversed(votes)) if vote.answer != side), len(votes)
    )
    if run < IN_A_ROW or side == "cannot say":
        return []
    return [
        f"Your last {run} answers were all {side.capitalize()}. Which one stands on which side is"
        " drawn by chance, so this teaches little. If you were not looking, take them back with"
        " Undo; if you were, go on, it happens."
    ]


def changed_minds(votes: list[Vote]) -> list[str]:
    """Pairs that were answered both ways."""
    winners: dict[frozenset[str], set[str]] = {}
    names = {}
    for vote in votes:
        if vote.winner:
            winners.setdefault(vote.pair, set()).add(vote.winner)
        names[vote.pair] = f"“{vote.left_name}” and “{vote.right_name}”"
    both = [names[pair] for pair, who in winners.items() if len(who) > 1]
    if not both:
        return []
    many = f", and {len(both) - 1} other pair{'s' * (len(both) > 2)}," if len(both) > 1 else ""
    return [
        f"You have preferred each of {both[0]}{many} once. That is human: taste depends on the day."
        " I count it as undecided. Answer that pair once more, if you like to settle it."
    ]


def circles(votes: list[Vote]) -> list[str]:
    """Three candidates each preferred to the next, round in a circle."""
    better: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for vote in votes:
        names |= {vote.left: vote.left_name, vote.right: vote.right_name}
        if vote.winner:
            better.setdefault(vote.winner, set()).add(
                vote.right if vote.winner == vote.left else vote.left
            )
    for one in better:
        for other in better[one]:
            for third in better.get(other, ()):
                if third not in (one, other) and one in better.get(third, ()):
                    return [
                        f"You preferred “{names[one]}” to “{names[other]}”, that to"
                        f" “{names[third]}”, and that again to “{names[one]}”: a circle. You may be"
                        " judging by two things at once. Ask yourself which counts more, and set"
                        " that belief."
                    ]
    return []
