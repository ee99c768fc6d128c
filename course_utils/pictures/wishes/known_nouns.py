"""Words that no training picture carried, and the nearest thing that the course's picture model
knows: "a hound" is drawn as "a dog", and that is said.
"""

from __future__ import annotations

import json
import re
from functools import cache

from course_utils.models.embedded import FOLDER

__all__ = ["as_known", "kin", "said_plainly"]


@cache
def kin() -> dict[str, str]:
    """Nouns and the names they are drawn as, from `training/image/kin.py` (WordNet 3.1
    and MiniLM's meanings together; a few by hand); no part of a known name is among them.
    """
    return json.loads((FOLDER / "image" / "kin.json").read_text(encoding="utf-8"))


def as_known(prompt: str, own_name: str = "") -> tuple[str, dict[str, str]]:
    """The prompt with unknown nouns replaced by what stands for them, and these pairs; a word right
    before another noun is left, since it only describes ("stone house").

    Args:
        own_name: a word that the learner taught an own model, left as it is.
    """
    nearest, said = kin(), {}
    pieces = re.split(r"([^\W\d_]+)", prompt)
    for place in range(1, len(pieces), 2):
        word, after = (
            pieces[place].lower(),
            (
                pieces[place + 2].lower()
                if place + 2 < len(pieces) and pieces[place + 1] == " "
                else ""
            ),
        )
        if (
            word in nearest
            and word != own_name.lower()
            and after not in nearest
            and after not in known_words()
        ):
            said[word] = pieces[place] = nearest[word]
    return (
        re.sub(
            r"\b(an?) (?=(\w))",
            lambda found: ("an " if found[2].lower() in "aeiou" else "a ") if said else found[0],
            "".join(pieces),
        ),
        said,
    )


@cache
def known_words() -> frozenset[str]:
    """The last words of the names that stand for others: as nouns these are certain."""
    return frozenset(name.split()[-1] for name in kin().values())


def said_plainly(pairs: dict[str, str]) -> str:
    """One sentence for a learner, "" when nothing was replaced."""
    if not pairs:
        return ""
    words = " and ".join(f"“{name}” for “{word}”" for word, name in pairs.items())
    return f"The small model has never seen that, so it draws the nearest thing it knows: {words}."
