"""Forms of poems, checked: syllables, rhymes and first letters, with the reason in words.

Sound of words: the CMU Pronouncing Dictionary through the library `pronouncing`. Words it does not know are counted by groups of vowels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """What a poem's lines must do. `syllables` a line, `rhyme` as letters a line ("AABBA"), `initials`: lines begin with the letters of the topic."""

    syllables: tuple[int, ...] = ()
    rhyme: str = ""
    initials: bool = False


FORMS = {"haiku": Form(syllables=(5, 7, 5)), "couplet": Form(rhyme="AA"), "limerick": Form(rhyme="AABBA"), "acrostic": Form(initials=True)}
LONGEST_ACROSTIC = 8  # lines


@dataclass(frozen=True)
class Wish:
    """What one line must do: so many syllables (0: any), rhyme with an earlier line (-1: none), begin with a letter ("": any)."""

    syllables: int = 0
    rhymes_with: int = -1
    initial: str = ""


def plan(form: Form, topic: str) -> list[Wish]:
    """One wish for each line of a poem in this form on this topic."""
    if form.initials:
        return [Wish(initial=letter) for letter in acrostic_word(topic)]
    if form.rhyme:
        return [Wish(rhymes_with=form.rhyme.find(mark, 0, place)) for place, mark in enumerate(form.rhyme)]
    return [Wish(syllables=count) for count in form.syllables]


def acrostic_word(topic: str) -> str:
    """The letters an acrostic spells: the longest word of the topic, at most 8 letters, in capitals."""
    words = re.findall(r"[A-Za-z]+", topic)
    return max(words, key=len, default="")[:LONGEST_ACROSTIC].upper()


def syllables(line: str) -> int:
    """How many syllables a line has, as most American speakers say it."""
    import pronouncing

    total = 0
    for word in re.findall(r"[a-z']+", line.lower().replace("’", "'")):
        phones = pronouncing.phones_for_word(word) or pronouncing.phones_for_word(word.strip("'"))
        total += pronouncing.syllable_count(phones[0]) if phones else max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word))))
    return total


def rhyme(one: str, other: str) -> bool:
    """Whether two lines end in different words that sound alike from the last stressed vowel on."""
    import pronouncing

    last, first = last_word(one), last_word(other)
    if not last or not first or last == first:
        return False
    return bool({pronouncing.rhyming_part(p) for p in pronouncing.phones_for_word(last)} & {pronouncing.rhyming_part(p) for p in pronouncing.phones_for_word(first)})


def last_word(line: str) -> str:
    words = re.findall(r"[a-z']+", line.lower().replace("’", "'"))
    return words[-1].strip("'") if words else ""


def faults(line: str, wish: Wish, lines_before: list[str]) -> int:
    """How far a line is from its wish: 0 when it fits, else syllables too many or too few, and 5 for each other miss."""
    count = abs(syllables(line) - wish.syllables) if wish.syllables else 0
    if wish.rhymes_with >= 0 and not rhyme(line, lines_before[wish.rhymes_with]):
        count += 5
    if wish.initial and not line.upper().startswith(wish.initial):
        count += 5
    return count


def verdict(name: str, topic: str, text: str) -> str:
    """The form of a poem in a sentence, right or wrong; "" for a kind of text that has none."""
    if name not in FORMS:
        return ""
    form, lines = FORMS[name], [line for line in text.splitlines() if line.strip()]
    wishes = plan(form, topic)
    right = len(lines) == len(wishes) and all(faults(line, wish, lines) == 0 for line, wish in zip(lines, wishes))
    called = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    start = called.capitalize() if right else f"Not quite {called}"
    if form.syllables:
        return f"{start}: {', '.join(str(syllables(line)) for line in lines)} syllables where {', '.join(map(str, form.syllables))} are wanted."
    if form.rhyme:
        pairs = [f"“{last_word(lines[wish.rhymes_with])}” and “{last_word(line)}” {'rhyme' if rhyme(line, lines[wish.rhymes_with]) else 'do not rhyme'}" for line, wish in zip(lines, wishes) if wish.rhymes_with >= 0]
        return f"{start}: {'; '.join(pairs)}."
    return f"{start}: the first letters spell {''.join(line[0].upper() for line in lines)}."
