"""What words are about, as places on two named axes in the words model's own embeddings:
living or made, gentle or wild.

An axis runs from the mean of some words' vectors to that of others; a word's place is the cosine of
its vector with it. Source: semantic projection (Grand, Blank, Pereira and Fedorenko 2022). The
vectors are the table with which the model that ships reads words; a word that it reads in several
pieces counts for nothing.
"""

from __future__ import annotations

import re
from functools import cache

from course_utils.creation import LearnerError

__all__ = ["place"]

AXES = {
    "living": (
        "animal bird fish dog cat horse flower tree plant leaf bear bee fox wolf",
        "machine car train tool phone computer clock house building table lamp box road engine",
    ),
    "gentle": (
        "gentle soft sweet kind calm warm friendly happy baby love cozy quiet",
        "sharp fierce wild dangerous fire war knife storm angry monster loud shark",
    ),
}
PASSED_OVER = set(
    "the and with for from that this was were are his her its you not has had but they their there"
    " then when what who all one two three out into over under background style red blue green"
    " yellow white black pink orange purple brown grey".split()
)
COMMON = 20_000  # pieces whose mean is taken off every vector: what all words share says nothing


@cache
def _table():
    """The model's pieces by name, a function from a piece's number to its vector,
    and the mean vector; None where there is no words model.
    """
    from course_utils.models.smollm2 import words_model
    from course_utils.words.backends.gguf import Gguf

    try:
        model = Gguf(words_model())
        return (
            {piece: number for number, piece in enumerate(model.facts["tokenizer.ggml.tokens"])},
            model,
            model.tensor("token_embd.weight", slice(0, COMMON)).mean(0),
        )
    except (LearnerError, KeyError, OSError):
        return None


@cache
def vector(word: str):
    """A word's vector of length 1, None where the model has no piece for the whole word."""
    import numpy as np

    found = _table()
    number = found[0].get(f"Ġ{word}") if found else None
    if number is None:
        return None
    made = found[1].tensor("token_embd.weight", slice(number, number + 1))[0] - found[2]
    return made / (np.linalg.norm(made) + 1e-9)


@cache
def axis(name: str):
    """An axis as a vector of length 1, None where there is no words model."""
    import numpy as np

    sides = [
        [made for made in map(vector, words.split()) if made is not None] for words in AXES[name]
    ]
    if not all(sides):
        return None
    one, other = (np.mean(side, 0) for side in sides)
    made = one / np.linalg.norm(one) - other / np.linalg.norm(other)
    return made / np.linalg.norm(made)


def place(text: str, name: str, usual: float) -> float:
    """The mean place of a text's words on an axis, about -0.3 to 0.3;
    `usual` where none of them is known.
    """
    line = axis(name)
    if line is None:
        return usual
    words = [word for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in PASSED_OVER]
    places = [float(made @ line) for made in map(vector, words[:200]) if made is not None]
    return sum(places) / len(places) if places else usual
