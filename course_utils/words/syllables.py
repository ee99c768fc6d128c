"""Words cut into syllables to be sung: as letters, with how strongly each is said.

How many syllables an English word has, and which is stressed, says the CMU dictionary; where the
letters are cut is a matter of rules. In scripts written by syllable or word sign each sign is one;
in others without vowel letters a word is one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from course_utils.words.verse import phones_of

__all__ = ["Syllable", "is_cut_by_word", "sung_lines"]

# words of one syllable that are said weakly
WEAK = frozenset(
    "a an and as at be but by for from he her him his i in is it its me my of on or our she so than"
    " that the their them then they this to up us was we were what with you your am are if no nor"
    " not has have had do does will would can could shall".split()
)
VOWELS = "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōūăĕĭŏŭаеёиоуыэюяіїєαεηιουωάέήίόύώ"
TOGETHER = (
    "th ch sh ph wh ck gh qu bl br cl cr dr fl fr gl gr kl kr pl pr sc sk sl sm sn sp st sw tr tw"
    " tl dl zl str spr scr thr shr sch"
).split()
BY_SIGN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
SMALL_KANA = frozenset("ゃゅょぁぃぅぇぉャュョァィゥェォー")
SPELT = ("LATIN", "CYRILLIC", "GREEK")


@dataclass(frozen=True)
class Syllable:
    """One syllable: its letters, its stress (0 weak, 1 some, 2 strong), and whether its word began
    before it or goes on after it.
    """

    text: str
    stress: int
    begun: bool = False
    goes_on: bool = False


def sung_lines(text: str) -> list[list[Syllable]]:
    """The syllables of each line of a text that has words; long lines are cut at their commas."""
    found = []
    for line in text.splitlines():
        row = [one for word in words_of(line) for one in syllables_of(word)]
        if row:
            found.append(row)
    return found


def words_of(line: str) -> list[str]:
    """The words of a line, their punctuation with them; signs of headings and lists go."""
    cleaned = re.sub(r"^\s*(?:[#>*•-]+|\d+[.)])\s+|[*_`|~]+", " ", line)
    words: list[str] = []
    for word in cleaned.split():
        if not any(letter.isalnum() for letter in word):
            words[-1:] = [f"{words[-1]}{word}"] if words else []
        else:
            words += [part for part in re.split(r"(?<=\w)[-–—](?=\w)", word) if part]
    return words


def syllables_of(word: str) -> list[Syllable]:
    """One word as syllables."""
    letters = [letter for letter in word if letter.isalpha()]
    names = [unicodedata.name(letter, "") for letter in letters]
    if names and all(name.startswith(BY_SIGN) for name in names):
        parts = by_sign(word)
        stresses = [1] * len(parts)
    elif names and all(name.startswith(SPELT) for name in names):
        parts, stresses = spelt(word)
    else:
        parts, stresses = [word], [1]
    last = len(parts) - 1
    joined = not names or not names[0].startswith(BY_SIGN)  # such scripts set no hyphens
    return [
        Syllable(part, stress, joined and place > 0, joined and place < last)
        for place, (part, stress) in enumerate(zip(parts, stresses))
    ]


def is_cut_by_word(text: str) -> bool:
    """Whether a text has words that are sung whole because nothing says where to cut them."""
    names = {unicodedata.name(letter, "") for letter in text if letter.isalpha()}
    return any(not name.startswith((*BY_SIGN, *SPELT)) for name in names)


def by_sign(word: str) -> list[str]:
    """Every sign by itself; small kana and punctuation stay with the one before."""
    parts: list[str] = []
    for letter in word:
        if parts and (letter in SMALL_KANA or not letter.isalnum()):
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def spelt(word: str) -> tuple[list[str], list[int]]:
    """A word in letters that write vowels: its syllables and their stresses."""
    bare = re.sub(r"[^\w'’]", "", word.lower()).replace("’", "'")
    phones = phones_of(bare) or phones_of(bare.strip("'"))
    marks = [int(sign[-1]) for sign in phones[0].split() if sign[-1].isdigit()] if phones else []
    parts = cut(word, len(marks))
    if len(parts) == 1:
        return parts, [0 if bare in WEAK else 2]
    if len(marks) == len(parts):
        return parts, [{1: 2, 2: 1, 0: 0}[mark] for mark in marks]
    strong = 0 if len(parts) == 2 else len(parts) - 2
    return parts, [2 if place == strong else 0 for place in range(len(parts))]


def cut(word: str, count: int = 0) -> list[str]:
    """The letters of a word in so many parts (0: as many as it has groups of vowels), each with a
    vowel.
    """
    low = word.lower()
    groups = [found.span() for found in re.finditer(f"[{VOWELS}]+", low)]
    groups = [(a + (low[a - 1 : a] == "q" and b - a > 1), b) for a, b in groups]
    groups = [span for span in groups if not silent(low, span, len(groups))]
    if low[:1] == "y" and groups and groups[0] == (0, 1) and len(groups) > 1:
        groups = groups[1:]
    if count:
        groups = as_many(groups, count)
    if len(groups) < 2:
        return [word]
    places = [boundary(low, left[1], right[0]) for left, right in zip(groups, groups[1:])]
    edges = [0, *places, len(word)]
    return [word[a:b] for a, b in zip(edges, edges[1:]) if word[a:b]]


def silent(word: str, span: tuple[int, int], groups: int) -> bool:
    """Whether a group of vowels is an e at the end of a word that is not said."""
    rest = re.sub(r"\W+$", "", word[span[1] :])
    after_l = span[0] > 1 and word[span[0] - 1] == "l" and word[span[0] - 2] not in VOWELS
    ends = rest == "" or (rest == "d" and word[span[0] - 1] not in "td") or rest == "s"
    hissing = rest == "s" and word[span[0] - 1] in "szxcg"
    return groups > 1 and word[slice(*span)] == "e" and ends and not after_l and not hissing


def as_many(groups: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Groups of vowels brought to a number: pairs of vowels are parted, or the last ones joined."""
    while len(groups) < count:
        long = next((n for n, (a, b) in enumerate(groups) if b - a > 1), None)
        if long is None:
            break
        start, stop = groups[long]
        groups = [*groups[:long], (start, start + 1), (start + 1, stop), *groups[long + 1 :]]
    while len(groups) > max(1, count):
        groups = [*groups[:-2], (groups[-2][0], groups[-1][1])]
    return groups


def boundary(word: str, after: int, before: int) -> int:
    """Where to cut between two vowels: before a consonant that is alone, or before the most that
    can begin a syllable.
    """
    between = word[after:before]
    if len(between) < 2:
        return after
    for size in (3, 2):
        if len(between) >= size and between[-size:] in TOGETHER and len(between) > size:
            return before - size
    if between in TOGETHER and between not in ("ck", "st", "sp", "sk", "sc", "sm", "sn", "sl"):
        return after
    return before - 1
