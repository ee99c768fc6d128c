"""Chords named otherwise than by English letters: German, Do Re Mi, small letters, Nashville
numbers and Roman numerals. Each becomes a chord with an English name; what was guessed is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from course_utils.scores.chords.names import (
    SAME,
    SILENT,
    NamedChord,
    chord_of,
    read_chord_name,
    read_suffix,
)
from course_utils.scores.chords.voicing import note_class
from course_utils.scores.reading import in_words

__all__ = ["Reader", "read_key"]

NO_CHORD = re.compile(r"\(?(?:N\.?\s?C\.?|no\s?chord|tacet)\)?", re.I)
GERMAN = re.compile(r"(?:[CDEFGAHcdefgah]is|[CDFGHcdfgh]es|[EAea]s(?!us)|[Hh])(?:is|es)?")
SOLFEGE = {
    "do": "C", "ut": "C", "re": "D", "ré": "D", "mi": "E", "fa": "F",
    "sol": "G", "la": "A", "si": "B", "ti": "B",
}  # fmt: skip
SUNG = re.compile(r"(Do|Ut|R[eé]|Mi|Fa|Sol|La|Si|Ti)(##|bb|#|b)?", re.I)
ROMAN = re.compile(r"([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?![a-zA-Z]*[VvIi])")
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
NUMBER = re.compile(r"([b#]?)([1-7])(?=\D|7|9|11|13|$)")
STEPS = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
IN_MAJOR = {
    2: "m",
    3: "m",
    6: "m",
    7: "dim",
}  # the plain chords of a major scale that are not major
IN_MINOR = {1: "m", 2: "dim", 4: "m", 5: "m"}
INVERSIONS = {"64": 5, "65": 3, "43": 5, "42": 7}  # figures: the degree in the bass
KEY = re.compile(r"([A-Ha-h])(#|b|is|es|s)?\s*(m(?!aj)(?:in(?:or)?|oll)?|maj(?:or)?|dur)?", re.I)


@dataclass
class Reader:
    """Reads the words of one line: what a word means can depend on the others.

    Attributes:
        key: the key in which numbers are read, as MIDI has it ("F#m"); "" where none is named.
        said: sentences on how the words were read.
    """

    words: list[str]
    key: str = ""
    said: list[str] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = [word.translate(SAME) for word in self.words]
        others = [word for word in self.words if not NO_CHORD.fullmatch(word)]
        self.german = any(_german_root(word) for word in others)
        self.numbered = any(NUMBER.match(word) and word[0] not in "b#" for word in others)
        plain = [word for word in others if read_chord_name(word) and word[:2] != "Do"]
        sung = [word for word in others if _sung_root(word)]
        self.sung = bool(sung) and (not plain or any(word[:2].lower() != "do" for word in sung))
        small = [word for word in others if re.match(r"[a-h]", word) and not _sung_root(word)]
        marked = any(re.match(r"[a-h][#b]?m", word) for word in small)
        capitals = any(re.match(r"[A-H]", word) for word in others)
        self.small_is_minor = not marked and (capitals or self.german)
        self.plain_numbers = not any(
            found and re.match(r"m(?!aj)|-", word[found.end() :])
            for word in others
            if (found := NUMBER.match(word))
        )

    def read(self, word: str) -> NamedChord | None:
        """One word as a chord; None where it is none."""
        word = word.translate(SAME)
        if NO_CHORD.fullmatch(word):
            return SILENT
        for way in (self._sung, self._roman, self._number, self._german, self._small):
            chord = way(word)
            if chord is not None:
                return chord
        return read_chord_name(word)

    def _say(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)

    def _show(self, rule: str, word: str, chord: NamedChord) -> None:
        """Note a word that a rule was used for."""
        shown = f"{word} is {chord.name}"
        if shown not in self.examples.setdefault(rule, []):
            self.examples[rule].append(shown)

    def sentences(self) -> list[str]:
        """How the words were read, where they can be read otherwise too."""
        return self.said + [
            f"{rule}: {in_words(shown, 3)}." + (" For minor write m." if "capitals" in rule else "")
            for rule, shown in self.examples.items()
        ]

    def _sung(self, word: str) -> NamedChord | None:
        found = _sung_root(word) if self.sung else None
        if not found:
            return None
        rest, _, below = word[found.end() :].partition("/")
        bass = SUNG.fullmatch(below)
        if below and not bass:
            rest = word[found.end() :]
        degrees = read_suffix(rest)
        if degrees is None:
            return None
        self._say("Do Re Mi are read as notes of a fixed height: Do is C, La is A.")
        name = SOLFEGE[found[1].lower()] + (found[2] or "")
        over = SOLFEGE[bass[1].lower()] + (bass[2] or "") if bass else ""
        return chord_of(name, degrees, over, word)

    def _roman(self, word: str) -> NamedChord | None:
        found = ROMAN.match(word)
        if not found:
            return None
        rest, _, below = word[found.end() :].partition("/")
        degree = ROMANS.index(found[2].upper()) + 1
        small, home = found[2].islower(), self._key()
        if below and (of := ROMAN.fullmatch(below)):  # the fifth of the fifth, and its like
            step, name = _degree_note(home, ROMANS.index(of[2].upper()) + 1, of[1])
            home = name + "m" * of[2].islower()
        elif below and not re.fullmatch(r"[b#]?[1-7]", below):
            rest, below = word[found.end() :], ""
        figure = re.match(r"64|65|43|42", rest)
        suffix = rest[2:] if figure else rest
        suffix = ("7" if figure and figure[0] != "64" else "") + suffix
        if small and not re.match(r"°|o|ø|dim|m|-|\+", suffix):
            suffix = "m" + suffix
        degrees = read_suffix(suffix)
        if degrees is None:
            return None
        raised = home.endswith("m") and degree == 7 and (5, -1) in degrees and not found[1]
        _, root = _degree_note(home, degree, "#" if raised else found[1])
        bass = ""
        if figure:
            semitones = dict(degrees).get(INVERSIONS[figure[0]], 0)
            bass = _over(root, INVERSIONS[figure[0]], semitones)
        elif re.fullmatch(r"[b#]?[1-7]", below):
            bass = _degree_note(self._key(), int(below[-1]), below[:-1])[1]
        return chord_of(root, degrees, bass if bass != root else "", word)

    def _number(self, word: str) -> NamedChord | None:
        found = NUMBER.match(word)
        if not found or not self.numbered:
            return None
        rest, _, below = word[found.end() :].partition("/")
        if below and not re.fullmatch(r"[b#]?[1-7]", below):
            rest, below = word[found.end() :], ""
        home, degree = self._key(), int(found[2])
        if self.plain_numbers and not found[1] and re.fullmatch(r"7?", rest):
            usual = (IN_MINOR if home.endswith("m") else IN_MAJOR).get(degree, "")
            if usual and not (degree == 5 and rest):
                self._say(
                    "Numbers alone are read as the chords of the scale, so 6 is minor in a major "
                    "key. Write m after each minor one and the others are major."
                )
                rest = "m7b5" if usual == "dim" and rest else usual + rest
        degrees = read_suffix(rest)
        if degrees is None:
            return None
        root = _degree_note(home, degree, found[1])[1]
        bass = _degree_note(home, int(below[-1]), below[:-1])[1] if below else ""
        return chord_of(root, degrees, bass if bass != root else "", word)

    def _key(self) -> str:
        if not self.key:
            minor = any(re.match(r"i(?![iv])|1(?:m(?!aj)|-)", word) for word in self.words)
            self.key = "Cm" if minor else "C"
            self._say(
                f"Numbers need a key: C {'minor' if minor else 'major'} was used. "
                "Begin with another, such as: key G: 1 5 6 4."
            )
        return self.key

    def _german(self, word: str) -> NamedChord | None:
        if not self.german:
            return None
        found = GERMAN.match(word) or re.match(r"[Bb](?!b|#)", word)
        if not found:
            return None
        root = english(found[0])
        rest, _, below = word[found.end() :].partition("/")
        bass = re.fullmatch(r"([A-Ha-h])(is|es|s|#|b)?", below)
        if below and not bass:
            rest = word[found.end() :]
        small = word[0].islower() and not re.match(r"m(?!aj)|-|°|dim|ø", rest)
        degrees = read_suffix("m" + rest if small else rest)
        if degrees is None:
            return None
        chord = chord_of(root, degrees, english(below) if bass else "", word)
        if chord.name != word:
            self._show("Read as German names", word, chord)
        return chord

    def _small(self, word: str) -> NamedChord | None:
        if not re.match(r"[a-g]", word):
            return None
        chord = read_chord_name(word[0].upper() + word[1:])
        if chord is None or re.match(r".[#b]?(?:m|-|°|dim|ø|aug|\+|sus|5)", word):
            return chord
        if not self.small_is_minor:
            self._show("Small letters are read like capitals", word, chord)
            return chord
        root = word[: 2 if word[1:2] in ("#", "b") else 1]
        minor = read_chord_name(root[0].upper() + root[1:] + "m" + word[len(root) :])
        if minor is not None:
            self._show("Small letters are read as minor chords", word, minor)
        return minor


def _german_root(word: str) -> bool:
    found = GERMAN.match(word)
    return found is not None and read_suffix(word[found.end() :].split("/")[0]) is not None


def _sung_root(word: str) -> re.Match | None:
    """The root of a word of Do Re Mi that is a chord."""
    found = SUNG.match(word)
    if found and (found[1].islower() or found[1].isupper() or found[1].istitle()):
        rest = word[found.end() :]
        if read_suffix(rest) is not None or read_suffix(rest.split("/")[0]) is not None:
            return found
    return None


def english(name: str) -> str:
    """A note by its German name, such as "Fis" or "B", in English: "F#", "Bb"."""
    letter, rest = name[0].upper(), name[1:]
    sharps = rest.count("is") + rest.count("#")
    flats = len(re.findall(r"e?s", rest.replace("is", ""))) + rest.count("b")
    if letter == "B":
        flats += 1
    return {"H": "B"}.get(letter, letter) + "#" * sharps + "b" * flats


def read_key(text: str) -> str:
    """A key in words, such as "G", "A minor" or "Fis moll", as MIDI has it; "" where it is none."""
    found = KEY.fullmatch(text.translate(SAME).strip())
    if not found:
        return ""
    name = found[1].upper() + (found[2] or "").lower()
    home = english(name) if re.search(r"is|es|s|H", name) else name
    minor = found[1].islower() and not found[3] or re.match(r"m(?!aj)", (found[3] or "").lower())
    return home + "m" * bool(minor)


def _degree_note(key: str, degree: int, sign: str) -> tuple[int, str]:
    """The note of a degree of a key: its pitch class and its name as the key spells it."""
    minor, home = key.endswith("m"), key.removesuffix("m")
    step = STEPS["minor" if minor else "major"][degree - 1]
    if sign == "b" and not (minor and degree in (3, 6, 7)):  # flat already in a minor key
        step -= 1
    step += sign == "#"
    return (note_class(home) + step) % 12, _spell(home, degree, step)


def _over(root: str, degree: int, by: int) -> str:
    return _spell(root, degree, STEPS["major"][degree - 1] + by)


def _spell(home: str, degree: int, semitones: int) -> str:
    """The note some degrees and semitones above another, with the right letter."""
    letter = "CDEFGAB"[("CDEFGAB".index(home[0]) + degree - 1) % 7]
    off = (note_class(home) + semitones - note_class(letter) + 6) % 12 - 6
    return letter + ("#" if off > 0 else "b") * abs(off)
