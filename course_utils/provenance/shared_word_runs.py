"""Where a text came from: runs of words it shares with another text, word for word.

What SmolLM2 read is not here; what a learner pastes in, and the course's own examples, are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from course_utils.creation import LearnerError

__all__ = ["SHORTEST", "share_in_runs", "shared_runs"]

SHORTEST = 4  # words; shorter runs are everybody's
LONGEST_TEXT = 200_000  # characters of a pasted text: a short novel
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True)
class WordRun:
    """Words that stand in both texts one after another: how many, as they stand in the first,
    and where from (its first word's number, from 1).
    """

    words: int
    text: str
    at: int
    found_in: str


def split(text: str) -> list[tuple[str, int, int]]:
    """Words in lower case, each with the place where it begins and ends."""
    return [
        (match[0].lower().replace("’", "'"), match.start(), match.end())
        for match in WORD.finditer(text)
    ]


def shared_runs(
    text: str, other: str, found_in: str = "your text", shortest: int = SHORTEST
) -> list[WordRun]:
    """The longest runs of words shared by two texts, longest first; of runs that overlap in `text`
    only the longest. Exact, whatever stands between the words.

    Raises:
        LearnerError: `other` is empty or longer than LONGEST_TEXT.
    """
    if not other.strip():
        raise LearnerError(
            "There is no text to compare with. Paste one between the quotation marks, then try"
            " again."
        )
    if len(other) > LONGEST_TEXT:
        raise LearnerError(
            f"That text has {len(other):,} characters and the limit is {LONGEST_TEXT:,}. Paste the"
            " part you mean."
        )
    mine, theirs = split(text), split(other)
    places: dict[str, list[int]] = {}
    for place, (word, _, _) in enumerate(theirs):
        places.setdefault(word, []).append(place)
    ending: list[tuple[int, int]] = []  # (words, last word) for each word of mine
    before: dict[int, int] = {}
    for number, (word, _, _) in enumerate(mine):
        before = {place: before.get(place - 1, 0) + 1 for place in places.get(word, ())}
        ending.append((max(before.values(), default=0), number))
    taken: set[int] = set()
    runs = []
    for words, last in sorted(ending, key=lambda run: (-run[0], run[1])):
        first = last - words + 1
        if words < shortest:
            break
        if not taken & set(range(first, last + 1)):
            taken |= set(range(first, last + 1))
            runs.append(
                WordRun(
                    words,
                    " ".join(text[mine[first][1] : mine[last][2]].split()),
                    first + 1,
                    found_in,
                )
            )
    return runs


def share_in_runs(text: str, runs: list[WordRun]) -> float:
    """The share (0-1) of a text's words that stand in some runs."""
    return sum(run.words for run in runs) / max(1, len(split(text)))
