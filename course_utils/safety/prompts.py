"""Check what a learner typed before a model sees it: length, script, web code,
and a word filter.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache
from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.safety.sensitive_topics import check_sensitive, filter_stays_on

LONGEST_PROMPT = 400  # characters


# better-profanity compares every word with every spelling of its list. These letters stand for one
# another there; written as one, a look into a set tells for nearly every word that it is not on the
# list.
ALIKE = str.maketrans(
    {**dict.fromkeys("a@*4il1o0uve3", "*"), **dict.fromkeys("s$5", "s"), **dict.fromkeys("t7", "t")}
)


class QuickList(list):
    """better-profanity's list of words, which answers `in` quickly when the answer is no."""

    def __init__(self, words) -> None:
        super().__init__(words)
        self.alike = {str(word).translate(ALIKE) for word in words}

    def __contains__(self, word) -> bool:
        return word.translate(ALIKE) in self.alike and super().__contains__(word)


def filter_list(name: str) -> list[str]:
    """The words in one of this folder's lists, one a line; lines with # are remarks."""
    return [
        line.strip()
        for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


@cache
def _word_filter():
    from better_profanity import Profanity

    words = Profanity()
    words.load_censor_words(whitelist_words=filter_list("filter_less.txt"))
    words.add_censor_words(filter_list("filter_more.txt"))
    words.CENSOR_WORDSET = QuickList(words.CENSOR_WORDSET)
    return words


def has_unkind_words(text: str) -> bool:
    """Whether the classroom filter finds something in `text`: better-profanity's list,
    more and less what stands beside this file. A list, not a judgement.

    COURSE_WORD_FILTER=off turns it off, for adults who write for adults; not where COURSE_AGE names
    children or teens.
    """
    if os.environ.get("COURSE_WORD_FILTER", "").strip().lower() == "off" and not filter_stays_on():
        return False
    return _word_filter().contains_profanity(text)


def check_prompt(text: str, *, longest: int = LONGEST_PROMPT, any_script: bool = False) -> str:
    """The prompt with odd spaces and invisible characters removed.

    `any_script`: words that are only set in type, which no model has to understand.

    Raises:
        LearnerError: nothing typed, too long, no English letters, web code, a word on the filter
            list, or a sensitive topic (safety/sensitive_topics.py).
    """
    if not isinstance(text, str) or not text.strip():
        raise LearnerError("Nothing to work with yet. Type a few words, such as: a red heart.")
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
    if has_unkind_words(text):
        raise LearnerError(
            "A word in there is on the classroom filter's list. Say it another way and try again."
        )
    check_sensitive(text, personal=not any_script)
    return text
