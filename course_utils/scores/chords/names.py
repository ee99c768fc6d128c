"""One chord by its name, in all the spellings musicians use, and its one normal form.

A chord is a set of degrees over its root: (5, -1) is the flat fifth. From them follow the notes
that sound, the normal name, and how MusicXML says it (see `chord_xml`). Degrees above the octave
follow the usual stacking of thirds: a thirteenth brings seventh, ninth and eleventh with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from course_utils.scores.chords.voicing import Chord, note_class

__all__ = [
    "Degree",
    "NamedChord",
    "SAME",
    "SILENT",
    "chord_of",
    "read_chord_name",
    "read_suffix",
    "suffix_of",
]

Degree = tuple[int, int]  # step of the major scale from the root (1-13), semitones it is altered by
SEMITONES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11, 9: 14, 11: 17, 13: 21}
VOICES = 4  # notes that hands play at once
LONGEST_NAME = 24  # characters
SAME = str.maketrans(  # one sign for each meaning
    dict(zip("♯♭−–‐‑△∆º⁰⌀Ø", "#b----ΔΔ°°øø")) | {"𝄪": "##", "𝄫": "bb"}
)
ROOT = re.compile(r"[A-G](?:##|bb|#|b|x)?")
QUALITY = re.compile(
    r"(?P<minor>min|Min|MIN|mi(?!\w*dim)|Mi|MI|m(?!aj|a(?!dd)|aug)|-(?!5))"
    r"|(?P<major>maj|Maj|MAJ|ma(?!dd)|Ma(?!dd)|MA(?!DD)|M|j(?=7)|Δ)"
    r"|(?P<diminished>dim|Dim|DIM|°|o(?!mit))"
    r"|(?P<half>ø|half-?dim)"
    r"|(?P<augmented>aug|Aug|AUG|\+(?!5|11|4))"
)
EXTENSION = re.compile(r"6/?9|13|11|9|7|6|5|4|2")
CHANGES = [  # what may follow, in the order in which it is tried
    ("sus", re.compile(r"sus(24|42|2sus4|4sus2|2|4|9)?", re.I)),
    ("add", re.compile(r"add([#b+-]?)(13|11|9|7|6|5|4|3|2)", re.I)),
    ("without", re.compile(r"(?:no|omit)\s?(3|5|7|9|11)(?:rd|th)?", re.I)),
    ("altered", re.compile(r"alt", re.I)),
    ("major seventh", re.compile(r"(?:maj|ma|M|Δ)\.?(7|9|11|13)?|#7")),
    ("sign", re.compile(r"([#b+-])(13|11|10|9|6|5|4|2)")),
    ("plain", re.compile(r"(?<=[(/, ])(13|11|9|7|6|5|4|2)")),
    ("augmented", re.compile(r"\+(?!\d)|aug", re.I)),
    ("nothing", re.compile(r"[(),/ ]")),
]
STACK = {7: (7,), 9: (7, 9), 11: (7, 9, 11), 13: (7, 9, 11, 13)}


@dataclass(frozen=True)
class NamedChord(Chord):
    """A chord with its degrees.

    Attributes:
        name: the normal name, such as "Am7", "B7b9" or "C/E"; "N.C." where nothing sounds.
        classes: pitch classes, those that hands play (`VOICES`) first, from the lowest degree up.
        degrees: sorted; empty where nothing sounds.
        root_name, bass_name: as written, such as "Bb"; the bass is "" where it is the root.
        written: what stood in the line.
    """

    degrees: tuple[Degree, ...] = ()
    root_name: str = ""
    bass_name: str = ""
    written: str = ""

    @property
    def silent(self) -> bool:
        """Whether it says that nothing is to sound."""
        return not self.degrees

    def moved(self, semitones: int, root_name: str, bass_name: str = "") -> NamedChord:
        """The same kind of chord on another root, `semitones` higher, with the names given."""
        return chord_of(root_name, self.degrees, bass_name, self.written)


SILENT = NamedChord("N.C.", (), 0, 0, written="N.C.")


def read_chord_name(text: str) -> NamedChord | None:
    """A chord by its name with English roots (B is below C), or None where it is no chord."""
    written = text.translate(SAME)
    found = ROOT.match(written)
    if not found or len(text) > LONGEST_NAME:
        return None
    root, rest, bass = _plain_root(found[0]), written[found.end() :], ""
    over = re.search(r"/([A-Ga-g](?:#|b(?!\d))?)$|\\([A-G](?:#|b)?)$", rest)
    if over:
        bass, rest = (over[1] or over[2]).capitalize(), rest[: over.start()]
    degrees = read_suffix(rest)
    return chord_of(root, degrees, bass, text) if degrees else None


def _plain_root(root: str) -> str:
    return root.replace("x", "##")


def chord_of(
    root_name: str, degrees: tuple[Degree, ...], bass_name: str = "", written: str = ""
) -> NamedChord:
    """A chord of degrees over a root, over a bass note if one is given."""
    root = note_class(root_name)
    bass = note_class(bass_name) if bass_name else root
    degrees = tuple(sorted(set(degrees)))
    played = voices(degrees)
    order = [*played, *(one for one in degrees if one not in played)]
    classes = tuple(dict.fromkeys((root + SEMITONES[d] + by) % 12 for d, by in order))
    name = root_name + suffix_of(degrees) + (f"/{bass_name}" if bass_name else "")
    return NamedChord(name, classes, root, bass, degrees, root_name, bass_name, written or name)


def voices(degrees: tuple[Degree, ...], most: int = VOICES) -> tuple[Degree, ...]:
    """The degrees that hands play: all, or `most` of them without the least telling ones.

    The fifth goes first, then what rubs against an eleventh, then the root, which the bass has.
    """
    kept = list(degrees)
    leave = [(5, 0)]
    if (3, 0) in kept and (11, 0) in kept:
        leave.append((11, 0) if any(d == 13 for d, _ in kept) else (3, 0))
    for one in (*leave, (1, 0), (9, 0), (11, 0), (6, 0)):
        if len(kept) > most and one in kept:
            kept.remove(one)
    return tuple(kept[:most])


def read_suffix(text: str) -> tuple[Degree, ...] | None:
    """The degrees of what follows a root, such as "m7b5"; None where it is no chord."""
    rest, chord = text.strip().replace("dur", "").replace("Dur", ""), _Building()
    rest = re.sub(r"^-?[mM]oll", "m", rest)
    stacked = False
    while found := QUALITY.match(rest):
        kind = str(found.lastgroup)
        if chord.qualities and (kind != "major" or chord.qualities != ["minor"]):
            break
        chord.qualities.append(kind)
        rest = rest[found.end() :]
        if kind == "minor" and re.match(r"/(?:maj|Maj|M|Δ)", rest):
            rest = rest[1:]
        if found[0] == "Δ" and not re.match(r"7|9|11|13", rest):
            chord.extend(7, True)
            stacked = True
    major = "major" in chord.qualities
    if number := EXTENSION.match(rest):
        rest = rest[number.end() :]
        if seventh := re.match(r"(?:M|maj)(?!\d)", rest):
            major, rest = True, rest[seventh.end() :]
        chord.extend(number[0].replace("/", ""), major)
    elif major and "minor" in chord.qualities and not stacked:
        return None
    return chord.finished(rest)


class _Building:
    """A chord while its name is read from left to right."""

    def __init__(self) -> None:
        self.qualities: list[str] = []
        self.stacked: dict[int, int] = {}  # degrees that came with an extension
        self.signed: set[Degree] = set()
        self.added: set[Degree] = set()
        self.hung: set[int] = set()  # 2 or 4 in place of the third
        self.left: set[int] = set()
        self.fifths: set[int] = set()

    def extend(self, number: str | int, major: bool) -> None:
        """The number after the quality: what is stacked on the triad."""
        number = int(number)
        if number == 69:
            self.added |= {(6, 0), (9, 0)}
        elif number == 5:
            self.left.add(3)
        elif number in (2, 4):
            self.added.add((number + 7, 0))
        elif number == 6:
            self.added.add((6, 0))
        else:
            seventh = 0 if major else -2 if "diminished" in self.qualities else -1
            self.stacked |= {d: seventh if d == 7 else 0 for d in STACK[number]}

    def finished(self, rest: str) -> tuple[Degree, ...] | None:
        """The degrees once the `rest` of the name is read too; None where it makes no sense."""
        depth = 0
        at = 0
        while at < len(rest):
            what, found = next(
                ((what, one) for what, pattern in CHANGES if (one := pattern.match(rest, at))),
                ("", None),
            )
            if found is None:
                return None
            depth += (found[0] == "(") - (found[0] == ")")
            if depth < 0 or not self._change(what, found):
                return None
            at = found.end()
        return self._degrees() if depth == 0 else None

    def _change(self, what: str, found: re.Match) -> bool:
        if what == "sus":
            said = found[1] or "4"
            self.hung |= {int(one) for one in said.replace("9", "2") if one in "24"}
        elif what == "add":
            return self._sign(found[1], int(found[2]), self.added)
        elif what == "without":
            self.left.add(int(found[1]))
        elif what == "altered":  # the best known of the altered chords
            self.stacked.setdefault(7, -1)
            self.fifths.add(1)
            self.signed.add((9, 1))
        elif what == "major seventh":
            self.stacked |= dict.fromkeys(STACK[int(found[1] or 7) if found.lastindex else 7], 0)
        elif what == "sign":
            return self._sign(found[1], int(found[2]), self.signed)
        elif what == "plain" and int(found[1]) == 7:
            self.stacked.setdefault(7, -1)
        elif what == "plain":
            return self._sign("", int(found[1]), self.added)
        elif what == "augmented":
            self.fifths.add(1)
        return True

    def _sign(self, sign: str, degree: int, place: set[Degree]) -> bool:
        by = {"#": 1, "+": 1, "b": -1, "-": -1}.get(sign, 0)
        if degree == 5 and by:
            self.fifths.add(by)
        elif degree == 10:  # a sharp ninth by another name
            place.add((9, 1))
        elif degree == 7:
            self.stacked[7] = by or -1
        elif degree in (2, 4):
            place.add((degree + 7, by))
        elif degree == 6 and by:
            place.add((13, by))
        else:
            place.add((degree, by))
        return degree != 5 or by != 0

    def _degrees(self) -> tuple[Degree, ...]:
        minor = {"minor", "diminished", "half"} & set(self.qualities)
        fifths = set(self.fifths)
        if {"diminished", "half"} & set(self.qualities):
            fifths.add(-1)
        if "augmented" in self.qualities:
            fifths.add(1)
        if "half" in self.qualities:
            self.stacked.setdefault(7, -1)
        found = {(1, 0), *((5, by) for by in fifths or {0})}
        found |= {(degree, 0) for degree in self.hung} or {(3, -1 if minor else 0)}
        signed = {degree for degree, _ in self.signed}
        found |= {one for one in self.stacked.items() if one[0] not in signed}
        found |= self.signed | self.added
        return tuple(sorted(one for one in found if one[0] not in self.left))


def suffix_of(degrees: tuple[Degree, ...]) -> str:
    """What follows the root in the normal name of a chord of these degrees."""
    left = set(degrees) - {(1, 0)}

    def take(*wanted: Degree) -> bool:
        if not left.issuperset(wanted):
            return False
        left.difference_update(wanted)
        return True

    if take((3, -1), (5, -1), (7, -2)):
        kind = "dim7"
    elif (7, -1) not in left and (7, 0) not in left and take((3, -1), (5, -1)):
        kind = "dim"
    elif (7, -1) not in left and (7, 0) not in left and take((3, 0), (5, 1)):
        kind = "aug"
    else:
        kind = "m" if take((3, -1)) else "" if take((3, 0)) else "?"
    hung = "".join(f"sus{d}" for d in (2, 4) if take((d, 0)))
    third_missing = kind == "?" and not hung
    both, kind = kind == "" and hung != "", kind.replace("?", "")
    plain_fifth = kind in ("dim7", "dim", "aug") or take((5, 0))
    kind += _stacked(take)
    if not plain_fifth:
        signs = "".join(sign for by, sign in ((-1, "b5"), (1, "#5")) if take((5, by)))
        kind += signs if kind else f"({signs})" * bool(signs)
        plain_fifth = bool(signs)
    if third_missing and not kind and plain_fifth and not left:
        return "5"
    sharps = [(d, by) for d, by in sorted(left) if by]
    add = "" if any(letter in kind for letter in "79") or kind.endswith(("11", "13")) else "add"
    kind += "".join(f"{add}{'#' if by > 0 else 'b'}{d}" for d, by in sharps) + hung
    kind += "".join(f"add{degree}" for degree, by in sorted(left) if not by)
    return kind + "add3" * both + "no3" * third_missing + "no5" * (not plain_fifth)


def _stacked(take) -> str:
    if take((7, -1)):
        word = ""
    elif take((7, 0)):
        word = "maj"
    elif take((6, 0), (9, 0)):
        return "69"
    else:
        return "6" if take((6, 0)) else ""
    if take((9, 0), (11, 0), (13, 0)):
        return f"{word}13"
    if take((9, 0), (11, 0)):
        return f"{word}11"
    return f"{word}9" if take((9, 0)) else f"{word}7"


def respelled(chord: NamedChord, written: str) -> NamedChord:
    """The same chord, said to have been written otherwise."""
    return replace(chord, written=written)
