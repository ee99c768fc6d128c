"""What the browser's programs say by themselves: texts that they hand to `spoken("...")`."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from course_utils.languages.chosen import ENGLISH, current
from course_utils.languages.translating import translate

__all__ = ["texts_of", "words_of"]

TEXT = r"\"(?:[^\"\\]|\\.)*\""
SPOKEN = re.compile(rf"\bspoken\(\s*({TEXT}(?:\s*\+\s*{TEXT})*)")  # a long one stands in pieces


@cache
def texts_of(script: Path) -> tuple[str, ...]:
    """The English texts of a program."""
    found = SPOKEN.findall(script.read_text(encoding="utf-8"))
    whole = ("".join(json.loads(piece) for piece in re.findall(TEXT, one)) for one in found)
    return tuple(dict.fromkeys(whole))


def words_of(script: Path) -> dict[str, str]:
    """What a program says, by its English; nothing while English is spoken."""
    if current() == ENGLISH:
        return {}
    return {text: translate(text) for text in texts_of(script)}
