"""Traits of texts: lengths, rhyme, words for the senses, mood words, persons, punctuation, and (by
the words model's embeddings) what they are about. Word lists: mood_words.toml, which a learner can
read and change.
"""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache
from pathlib import Path

from course_utils.creation import Creation
from course_utils.taste.traits import Trait

__all__ = ["measured", "word_lists"]

TRAITS = (
    Trait("long", "long texts", "short texts", 3.1, 0.58),
    Trait("long_lines", "long lines", "short lines", 2.4, 0.8),
    Trait("long_sentences", "long sentences", "short sentences", 2.4, 0.35),
    Trait("long_words", "long words", "short words", 3.9, 0.31),
    Trait("rhyme", "rhyme", "no rhyme", 0.18, 0.38),
    Trait("senses", "words you can see, hear or touch", "words for thoughts", 0.15, 0.075),
    Trait("glad", "glad words", "sad or dark words", -0.03, 0.06),
    Trait("i_and_you", "I and you", "no I and you", 0.03, 0.05),
    Trait("lively", "questions and exclamations", "plain full stops", 0.1, 0.25),
    Trait("repeats", "words that come back", "always new words", 0.14, 0.08),
    Trait("living", "living things", "made things", -0.05, 0.04),
    Trait("gentle", "gentle things", "wild or sharp things", 0.0, 0.02),
)


@cache
def word_lists() -> dict[str, set[str]]:
    """The lists senses, glad and dark."""
    lists = tomllib.loads((Path(__file__).parent / "mood_words.toml").read_text(encoding="utf-8"))
    return {name: set(words.split()) for name, words in lists.items()}


def measured(creation: Creation) -> dict[str, float]:
    """See `TRAITS`.

    Lengths are natural logarithms of counts; the others are shares of words, lines or sentences.
    """
    from course_utils.taste.word_axes import place
    from course_utils.words.verse import rhyme

    text = creation.text
    words = re.findall(r"[a-z']+", text.lower().replace("’", "'")) or ["-"]
    lines = [line for line in text.splitlines() if line.strip()] or [text]
    sentences = [part for part in re.split(r"[.!?]+", text) if part.strip()] or [text]
    lists = word_lists()

    def share(name: str) -> float:
        return sum(
            word in lists[name] or word.removesuffix("s") in lists[name] for word in words
        ) / len(words)

    pairs = [
        (one, other)
        for number, one in enumerate(lines[:12])
        for other in lines[max(0, number - 2) : number]
    ]
    return {
        "long": math.log(len(words)),
        "long_lines": math.log(len(words) / len(lines)) if len(words) >= len(lines) else 0.0,
        "long_sentences": math.log(max(1.0, len(words) / len(sentences))),
        "long_words": sum(map(len, words)) / len(words),
        "rhyme": min(1.0, 2 * sum(rhyme(one, other) for one, other in pairs) / len(lines)),
        "senses": share("senses"),
        "glad": share("glad") - share("dark"),
        "i_and_you": (
            sum(
                word.split("'")[0] in ("i", "me", "my", "we", "us", "our", "you", "your")
                for word in words
            )
            / len(words)
        ),
        "lively": len(re.findall(r"[!?]", text)) / len(sentences),
        "repeats": 1 - len(set(words)) / len(words),
        **{name: place(text, name, 0.0) for name in ("living", "gentle")},
    }
