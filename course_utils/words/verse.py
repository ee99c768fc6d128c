"""Forms of poems, checked: syllables, rhymes and first letters, with the reason in words.

Sound of words: the CMU Pronouncing Dictionary through the library `pronouncing`. Words it does not
know are counted by groups of vowels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.words.spoken import spoken, without_accent

__all__ = [
    "FORMS",
    "Form",
    "WANT_MORE",
    "Wish",
    "breaks_off",
    "easy_words",
    "faults",
    "glued",
    "last_word",
    "phones_of",
    "plan",
    "rhyme",
    "rhymes_of",
    "verdict",
]


@dataclass(frozen=True)
class Form:
    """What a poem's lines must do.

    `syllables` a line, give or take `slack`, `rhyme` as letters a line ("AABBA"), `initials`: lines
    begin with the letters of the topic.
    """

    syllables: tuple[int, ...] = ()
    slack: int = 0
    rhyme: str = ""
    initials: bool = False


FORMS = {
    "haiku": Form(syllables=(5, 7, 5)),
    "couplet": Form(syllables=(8, 8), slack=3, rhyme="AA"),
    "limerick": Form(syllables=(8, 8, 5, 5, 8), slack=2, rhyme="AABBA"),
    "acrostic": Form(initials=True),
}
LONGEST_ACROSTIC = 8  # lines
POINTING = set(
    "above again all be can could he knew me none one should there through until up we where who"
    " will you".split()
)
WANT_MORE = set(
    "a an and are as at but by for from has he her his i in into is its my nor of on or our she so"
    " than that the their they this to was we were who with your".split()
)

WORD = r"[a-zé']+"  # in a line as it is spoken
GLUE = ("the", "my", "of", "and", "to", "in", "her", "his", "for")


@dataclass(frozen=True)
class Wish:
    """What one line must do: so many syllables (0: any) give or take `slack`,
    rhyme with an earlier line (-1: none), begin with a letter ("": any).
    """

    syllables: int = 0
    slack: int = 0
    rhymes_with: int = -1
    initial: str = ""


def plan(form: Form, topic: str) -> list[Wish]:
    """One wish for each line of a poem in this form on this topic."""
    if form.initials:
        return [Wish(initial=letter) for letter in acrostic_word(topic)]
    counts = form.syllables or (0,) * len(form.rhyme)
    return [
        Wish(count, form.slack, form.rhyme.find(form.rhyme[place], 0, place) if form.rhyme else -1)
        for place, count in enumerate(counts)
    ]


def acrostic_word(topic: str) -> str:
    """The letters an acrostic spells: the longest word of the topic, at most 8 letters,
    in capitals.
    """
    words = re.findall(r"[A-Za-z]+", "".join(map(without_accent, topic)))
    return max(words, key=len, default="")[:LONGEST_ACROSTIC].upper()


def syllables(line: str) -> int:
    """How many syllables a line has, as most American speakers say it."""
    import pronouncing

    total = 0
    for word in re.findall(WORD, spoken(line)):
        phones = phones_of(word) or phones_of(word.strip("'"))
        total += (
            pronouncing.syllable_count(phones[0])
            if phones
            else max(1, len(re.findall(r"[aeiouy]+|é", re.sub(r"(?<!é)e$", "", word))))
        )
    return total


def phones_of(word: str) -> list[str]:
    """How the dictionary says a word is spoken, likeliest first; of one that ends in "é", only as
    that is heard.
    """
    import pronouncing

    known = pronouncing.phones_for_word(word.replace("é", "e"))
    if "é" not in word:
        return known
    return [phones for phones in known if re.search(r"EY\d( Z)?$", phones)]


def rhyme(one: str, other: str) -> bool:
    """Whether two lines end in different words that sound alike from the last stressed vowel on."""
    import pronouncing

    last, first = last_word(one), last_word(other)
    if not last or not first or last == first:
        return False
    return bool(
        {pronouncing.rhyming_part(p) for p in phones_of(last)}
        & {pronouncing.rhyming_part(p) for p in phones_of(first)}
    )


def last_word(line: str) -> str:
    words = re.findall(WORD, spoken(line))
    return words[-1].strip("'") if words else ""


def faults(line: str, wish: Wish, lines_before: list[str]) -> int:
    """How far a line is from its wish: 0 when it fits, else syllables too many or too few,
    and 5 for each other miss.
    """
    count = max(0, abs(syllables(line) - wish.syllables) - wish.slack) if wish.syllables else 0
    if wish.rhymes_with >= 0 and not rhyme(line, lines_before[wish.rhymes_with]):
        count += 5
    if wish.initial and not without_accent(line[:1]).upper().startswith(wish.initial):
        count += 5
    return count


def breaks_off(line: str) -> int:
    """1 for a line that stops where nobody would: after a small word that wants another,
    or in the middle of a sign.
    """
    return int(last_word(line) in WANT_MORE or line.rstrip().endswith(("-", "'", "’", "(")))


def glued(word: str) -> bool:
    """Whether a word is two that lost the space between them, such as "thefuture": unknown,
    but known without a small word at its front.
    """
    import pronouncing

    word = re.sub(r"[^a-z]", "", word.lower())
    return not pronouncing.phones_for_word(word) and any(
        len(word) > len(small) + 2
        and word.startswith(small)
        and pronouncing.phones_for_word(word[len(small) :])
        for small in GLUE
    )


def verdict(name: str, topic: str, text: str) -> str:
    """The form of a poem in a sentence, right or wrong; "" for a kind of text that has none."""
    if name not in FORMS:
        return ""
    form, lines = FORMS[name], [line for line in text.splitlines() if line.strip()]
    wishes = plan(form, topic)
    right = len(lines) == len(wishes) and all(
        faults(line, wish, lines) == 0 for line, wish in zip(lines, wishes)
    )
    called = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    start = called.capitalize() if right else f"Not quite {called}"
    counted = (
        f"{', '.join(str(syllables(line)) for line in lines)} syllables where"
        f" {'about ' if form.slack else ''}{', '.join(map(str, form.syllables))} are wanted"
    )
    if form.rhyme:
        pairs = [
            f"“{last_word(lines[wish.rhymes_with])}” and “{last_word(line)}”"
            f" {'rhyme' if rhyme(line, lines[wish.rhymes_with]) else 'do not rhyme'}"
            for line, wish in zip(lines, wishes)
            if wish.rhymes_with >= 0
        ]
        return f"{start}: {'; '.join([*pairs, *([counted] if form.syllables else [])])}."
    if form.syllables:
        return f"{start}: {counted}."
    return f"{start}: the first letters spell {''.join(line[0].upper() for line in lines)}."


@cache
def families() -> list[list[str]]:
    """Words that rhyme easily, by family, from rhymes.txt."""
    lines = (Path(__file__).parent / "rhymes.txt").read_text(encoding="utf-8").splitlines()
    return [line.lower().split() for line in lines if line.strip() and not line.startswith("#")]


def easy_words() -> set[str]:
    """Words with at least three rhymes beside them: good ends for a first line.

    Words that only point (who, there) are left out.
    """
    return {word for family in families() if len(family) > 3 for word in family} - POINTING


@cache
def rhymes_of(word: str) -> set[str]:
    """Words that rhyme with one: its family, and those of the dictionary that do so in the way both
    are mostly said.
    """
    import pronouncing

    def mostly(other: str) -> str:
        return pronouncing.rhyming_part(pronouncing.phones_for_word(other)[0])

    found = pronouncing.rhymes(word)
    return (
        {other for family in families() if word in family for other in family}
        | {other for other in found if mostly(other) == mostly(word)}
    ) - {word}
