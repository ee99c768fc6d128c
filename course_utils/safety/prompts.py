"""Check what a learner typed before a model sees it: length, script, web code,
and a word filter.
"""

from __future__ import annotations

import re
import unicodedata

from course_utils.creation import LearnerError
from course_utils.safety.sensitive_topics import check_sensitive
from course_utils.safety.word_filter import check_words, find_topic, is_off

__all__ = ["LONGEST_PROMPT", "check_prompt", "has_unkind_words"]

LONGEST_PROMPT = 400  # characters


def has_unkind_words(text: str) -> bool:
    """Whether the class's word filter stops at `text`.

    COURSE_WORD_FILTER=off leaves only the topics that are always on, for adults who write for
    adults; not where COURSE_AGE names children or teens.
    """
    return find_topic(text, only_always=is_off()) is not None


def check_prompt(
    text: str,
    *,
    longest: int = LONGEST_PROMPT,
    any_script: bool = False,
    personal: bool | None = None,
) -> str:
    """The prompt with odd spaces and invisible characters removed.

    Args:
        any_script: words that are only set in type, which no model has to understand.
        personal: whether personal details are looked for, which a poster may need; None for all but
            words that are only set in type.

    Raises:
        LearnerError: nothing typed, too long, no English letters, web code, a word on the filter
            list, or a sensitive topic (safety/sensitive_topics.py).
    """
    if not isinstance(text, str) or not text.strip():
        raise LearnerError("Nothing to work with yet. Type a few words that say what you want.")
    if len(text) > longest:
        raise LearnerError(
            f"That is {len(text):,} characters and the limit is {longest}. Shorten it to a sentence"
            " or two."
        )
    text = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in text
        if unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if re.search(r"<(?:lora|lyco|hypernet):[^>]*>", text, re.I):
        raise LearnerError(
            "A sign such as <lora:name:1> calls a file of another program, and there is none here."
            " Take it out; a style you taught yourself is chosen with own_model or style."
        )
    if re.search(r"<[^>]*>", text):
        raise LearnerError(
            "That looks like web code. The model reads plain words: remove the signs < and > and"
            " try again."
        )
    letters = [letter for letter in text if letter.isalpha()]
    if not any_script and (
        not re.search(r"[A-Za-z]{2}", text)
        or 2 * sum("LATIN" in unicodedata.name(letter, "") for letter in letters) < len(letters)
    ):
        raise LearnerError(
            "This small model only knows English words written with the letters A to Z. Describe"
            " your idea in English, such as: a red heart."
        )
    check_words(text)
    check_sensitive(text, personal=not any_script if personal is None else personal)
    return text
