"""Lines that rhyme: where the model's own odds hold a rhyming word, the line may end there.

A small model seldom lands on a rhyme by luck, and a grammar that forces one at the end of a line
gives nonsense before it. So several lines are drawn freely, the odds at every place are searched
for a word that rhymes, and the likeliest such line is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import exp, log

from course_utils.safety.prompts import has_unkind_words
from course_utils.words.backends.backend import Draft, Step
from course_utils.words.verse import WANT_MORE, Wish, easy_words, faults, last_word, rhymes_of

__all__ = ["Draw", "rhymed_line"]

# lines drawn freely, side by side, for one rhymed line; as many again where they hold no rhyme
DRAFTS = 4
LOOKED_AT = 4  # likeliest endings whose own ending is read
LONGEST = 18  # most tokens of a draft
MARKS = (".", ",", ";", "!", "?", ":")


Draw = Callable[[str, int, int, int], list[Draft] | None]


def rhymed_line(
    draw: Draw, wish: Wish, before: list[str], last: bool, begun: str = ""
) -> str | None:
    """The likeliest line that ends in a rhyme; "" when the odds hold none, None when stopped.

    Args:
        draw: gives drafts: of these first words of the line, so many, of at most so many tokens
            each, after so many that were drawn before; None when stopped.
        wish: what the line must do.
        before: the lines above.
        last: whether it is the last line, which gets a full stop.
        begun: words the line begins with.

    Source: the idea of choosing rhyme words by the model's own odds follows Ghazvininejad et al.
    2016 (Generating topical poetry), much simplified.
    """
    allowed = (
        rhymes_of(last_word(before[wish.rhymes_with])) if wish.rhymes_with >= 0 else easy_words()
    )
    used = {last_word(line) for line in before}
    found: dict[str, float] = {}
    for before_these in (0, DRAFTS):
        drawn = draw(begun, DRAFTS, LONGEST, before_these) if not found else []
        if drawn is None:
            return None
        for draft in drawn:
            for line, score in endings(draft.steps, allowed - used, begun=begun):
                if not has_unkind_words(line) and line not in before:
                    found[line] = max(score, found.get(line, -99.0))
    best, highest = "", -999.0
    for line in sorted(found, key=lambda line: (faults(line, wish, before), -found[line]))[
        :LOOKED_AT
    ]:
        missing = faults(line, wish, before)
        if with_end(found[line], 1.0, missing) <= highest:
            continue  # however surely it ends there
        drawn = draw(line, 1, 1, 0)
        if drawn is None:
            return None
        score = with_end(found[line], chance_to_end(drawn[0].steps), missing)
        if score > highest:
            best, highest = line, score
    return best + "." if best and last else best


def with_end(score: float, chance: float, missing: int) -> float:
    """How good a line is: its own score, the chance that it ends there, and its faults."""
    return score + 0.35 * log(chance + 1e-4) - 3 * missing


def endings(
    steps: list[Step], allowed: set[str], fewest: int = 4, most: int = 10, begun: str = ""
) -> list[tuple[str, float]]:
    """Lines that begin as the draft does and end in an allowed word among the odds,
    with their mean log-probability a token.
    """
    found, text, so_far = [], begun, 0.0
    for number, step in enumerate(steps):
        if re.search(r"[.!?;:\n<>]", text[len(begun) :]):
            break
        if fewest - 1 <= len(text.split()) < most:
            for piece, logprob in {**step.others, step.piece: step.logprob}.items():
                word = piece[1:]
                if (
                    piece.startswith(" ")
                    and word in allowed
                    and word not in WANT_MORE
                    and word not in text.lower().split()
                ):
                    found.append(((text + piece).strip(), (so_far + logprob) / (number + 1)))
        text, so_far = text + step.piece, so_far + step.logprob
    return found


def chance_to_end(steps: list[Step]) -> float:
    """The share of the odds on a line end or a mark of punctuation right after a line."""
    if not steps:  # the model stopped at once
        return 1.0
    return min(
        1.0,
        sum(
            exp(logprob)
            for piece, logprob in {**steps[0].others, steps[0].piece: steps[0].logprob}.items()
            if piece.strip() in MARKS or "\n" in piece or piece.startswith("<|im_end")
        ),
    )
