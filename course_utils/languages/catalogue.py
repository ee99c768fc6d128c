"""One language's messages, read from its gettext files, and how a text is found among them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from course_utils.languages.templates import Template, fill, template_of

__all__ = ["Catalogue", "FOLDER", "read_catalogue"]

FOLDER = Path(__file__).parent
BRACES = "python-brace-format"  # the flag of a message with places
LONGEST = 4000  # letters of a text that is looked up; what is longer was written by a learner
MOST_SENTENCES = 12
SENTENCE = re.compile(r"(?<=[.!?:…])\s+(?=[^\s\d])|\s*\n\s*|\s{2,}")
LABEL = re.compile(r"([^\w“(]*)(.*?)([^\w”)%]*)", re.S)
MARKS = re.compile(r"([^\w“]*)(.*?)([^\w”]*)", re.S)
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")  # words of a learner, or names
NAMED = re.compile(r"([^()]+) \(([^()]+)\)")
BETWEEN = re.compile(r", and |, | and ")
BEFORE = re.compile(r"(?:[Aa]n?|[Tt]he|(?P<number>\d+b?)) ")
LETTERS = re.compile(r"[^\W\d_]{2,}")
NUMBER = re.compile(r"(?<![\w{])\d+(?:[.,]\d+)*(?!\w)")
NUMBERED = re.compile(r"(?:[^{}]|\{n\d\})+")
REMEMBERED = 20_000


class Catalogue:
    """Messages and their translations; `missed` holds what was looked up and not found."""

    def __init__(self, language: str, messages: Iterable[tuple[str, str, bool]] = ()) -> None:
        """`messages`: English, translation, and whether it has places."""
        self.language = language
        self.exact: dict[str, str] = {}
        self.numbered: dict[str, str] = {}  # whose places are all numbers
        self.templates: list[tuple[Template, str]] = []
        self.missed: set[str] = set()
        self._known: dict[str, str] = {}
        for english, said, has_places in messages:
            template = template_of(english) if has_places else None
            if not has_places:
                self.exact[english] = said
            elif NUMBERED.fullmatch(english):
                self.numbered[english] = said
            elif template is not None:
                self.templates.append((template, said))
        self.templates.sort(key=lambda one: -one[0].letters)

    def forget(self) -> None:
        """Begin to note anew what is missed."""
        self.missed.clear()
        self._known.clear()

    def translate(self, text: str) -> str:
        """A text in this language; parts that have no translation stay as they are."""
        key = " ".join(text.split())
        if not LETTERS.search(key) or len(key) > LONGEST:
            return text
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            whole = self._whole(key, 0)
            self._known[key] = self._by_sentences(text, 0) if whole is None else whole
        said = self._known[key]
        before = text[: len(text) - len(text.lstrip())]
        return f"{before}{said.strip()}{text[len(text.rstrip()) :]}"

    def _whole(self, text: str, depth: int, loose: bool = False) -> str | None:
        """A text that is one message, or one message's template.

        Args:
            loose: whether more than a sentence may stand in a template's place.
        """
        if text in self.exact:
            return self.exact[text]
        key, numbers = numberless(text)
        if numbers and key in self.numbered:
            return fill(self.numbered[key], numbers)
        for template, said in self.templates:
            found = template.match(text)
            if found is not None and (loose or not any(map(SENTENCE.search, found.values()))):
                kept = template.quoted
                places = found.items()
                return fill(
                    said, {k: v if k in kept else self._place(v, depth + 1) for k, v in places}
                )
        return None

    def _place(self, text: str, depth: int) -> str:
        """What stands in a template's place: a message too, or a name that stays."""
        key = text.strip()
        if depth > 4 or not LETTERS.search(key) or QUOTED.fullmatch(key):
            return text
        whole = self._whole(key, depth)
        if whole is None:
            found = LABEL.fullmatch(key)
            named = len(SENTENCE.split(key)) == 1 and (not found or found[2] not in self.exact)
            whole = self._marked(key) if named else self._by_sentences(key, depth)
        return f"{text[: len(text) - len(text.lstrip())]}{whole}{text[len(text.rstrip()) :]}"

    def _by_sentences(self, text: str, depth: int) -> str:
        """The longest runs of sentences that are known, one after the other."""
        pieces, said, at = SENTENCE.split(text.strip()), [], 0
        gaps = [*SENTENCE.findall(text.strip()), ""]
        if len(pieces) > 10 * MOST_SENTENCES:
            return text
        while at < len(pieces):
            end, found = self._run(pieces, at, depth)
            said.append(found + gaps[end - 1])
            at = end
        return "".join(said)

    def _run(self, pieces: list[str], at: int, depth: int) -> tuple[int, str]:
        """Where the longest known run of sentences from `at` ends, and its translation."""
        ends = range(min(len(pieces), at + MOST_SENTENCES), at, -1)
        for loose in (False, True):
            for end in ends:
                run = " ".join(" ".join(pieces[at:end]).split())
                found = self._whole(run, depth, loose)
                if found is not None:
                    return end, found
        return at + 1, self._label(" ".join(pieces[at].split()))

    def _label(self, text: str) -> str:
        """A name between marks, such as "a  Yes  ✓" or "Style:"; else the text as it is."""
        before, core, after = whole_match(LABEL, text).groups()
        whole = self._whole(core, 1) if core != text else None
        named = NAMED.fullmatch(text)
        if whole is None and named is not None:  # a name of something, and what is said of it
            said = self._whole(named[2], 1)
            if said is not None:
                return f"{self.exact.get(named[1], named[1])} ({said})"
        if whole is None and (listed := self._listed(text)) is not None:
            return listed
        if whole is None and LETTERS.search(QUOTED.sub("", text)):
            self.missed.add(numberless(core if after in (".", ":") and not before else text)[0])
        return text if whole is None else f"{before}{whole}{after}"

    def _listed(self, text: str) -> str | None:
        """Names with commas or an "and" between, an article or a number before; None where one is
        not known.
        """
        pieces = BETWEEN.split(text)
        both = f" {self.exact.get('and', 'and')} "
        gaps = [both if "and" in gap else gap for gap in BETWEEN.findall(text)] + [""]
        raw = [*BETWEEN.findall(text), ""]
        said, at = "", 0
        while at < len(pieces):
            for end in range(len(pieces), at, -1):
                run = "".join(pieces[n] + raw[n] * (n + 1 < end) for n in range(at, end))
                found = self._name(run)
                if found is not None:
                    said, at = said + found + gaps[end - 1], end
                    break
            else:
                return None
        return said

    def _name(self, text: str) -> str | None:
        """One name, with its article or number; None where it is not known."""
        if not LETTERS.search(text):
            return text
        found = BEFORE.match(text)
        bare = text[found.end() :] if found else ""
        whole = self._whole(text, 1)
        if whole is None and found and (known := self._whole(bare, 1)) is not None:
            begins = known[:1].upper() if text[0].isupper() else known[:1]
            return f"{found['number']} {known}" if found["number"] else begins + known[1:]
        return whole

    def _marked(self, text: str) -> str:
        """Names between marks, such as "(sticker, on light blue)"; what is not known stays."""
        before, core, after = whole_match(MARKS, text).groups()
        listed = self._listed(core)
        return text if listed is None else f"{before}{listed}{after}"


def numberless(text: str) -> tuple[str, dict[str, str]]:
    """A text with places n1, n2 ... for its numbers, and the numbers."""
    numbers: dict[str, str] = {}

    def place(found: re.Match) -> str:
        name = f"n{len(numbers) + 1}"
        numbers[name] = found[0]
        return f"{{{name}}}"

    return NUMBER.sub(place, text), numbers


@cache
def read_catalogue(language: str, folder: Path | None = None) -> Catalogue:
    """All gettext files of a language; what is not translated or marked fuzzy is left out.

    Args:
        folder: where its files lie, where they do not come with the course.
    """
    from babel.messages.pofile import read_po

    messages = []
    for path in sorted((folder or FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for one in read_po(file):
                if one.id and one.string and not one.fuzzy and isinstance(one.id, str):
                    messages.append((one.id, str(one.string), BRACES in one.flags))
    return Catalogue(language, messages)


def whole_match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    """What a pattern that fits every text finds in this one."""
    found = pattern.fullmatch(text)
    assert found is not None, text
    return found
