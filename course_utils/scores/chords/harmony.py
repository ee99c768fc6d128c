"""Chord symbols in MusicXML, both ways: a kind in its words, and degrees for what the kind lacks.

Source: W3C Community Group Final Report, MusicXML 4.0 (2021), elements `harmony`, `kind`, `degree`.
There a degree that is added counts from the major scale with a minor seventh, one that is altered
counts from what it is in the kind.
"""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from course_utils.scores.chords.names import SILENT, Degree, NamedChord, chord_of, suffix_of

__all__ = ["kind_and_degrees", "read_harmony", "write_harmony"]

THIRD, MINOR_THIRD, FIFTH, FLAT_FIFTH, SHARP_FIFTH = (3, 0), (3, -1), (5, 0), (5, -1), (5, 1)
MAJOR, MINOR = (THIRD, FIFTH), (MINOR_THIRD, FIFTH)
SEVENTH, MAJOR_SEVENTH, SIXTH = (7, -1), (7, 0), (6, 0)
UP_TO = {9: ((9, 0),), 11: ((9, 0), (11, 0)), 13: ((9, 0), (11, 0), (13, 0))}
KINDS: dict[str, frozenset[Degree]] = {
    word: frozenset([(1, 0), *degrees])
    for word, degrees in {
        "major": MAJOR,
        "minor": MINOR,
        "augmented": (THIRD, SHARP_FIFTH),
        "diminished": (MINOR_THIRD, FLAT_FIFTH),
        "dominant": (*MAJOR, SEVENTH),
        "major-seventh": (*MAJOR, MAJOR_SEVENTH),
        "minor-seventh": (*MINOR, SEVENTH),
        "diminished-seventh": (MINOR_THIRD, FLAT_FIFTH, (7, -2)),
        "augmented-seventh": (THIRD, SHARP_FIFTH, SEVENTH),
        "half-diminished": (MINOR_THIRD, FLAT_FIFTH, SEVENTH),
        "major-minor": (*MINOR, MAJOR_SEVENTH),
        "major-sixth": (*MAJOR, SIXTH),
        "minor-sixth": (*MINOR, SIXTH),
        "dominant-ninth": (*MAJOR, SEVENTH, *UP_TO[9]),
        "major-ninth": (*MAJOR, MAJOR_SEVENTH, *UP_TO[9]),
        "minor-ninth": (*MINOR, SEVENTH, *UP_TO[9]),
        "dominant-11th": (*MAJOR, SEVENTH, *UP_TO[11]),
        "major-11th": (*MAJOR, MAJOR_SEVENTH, *UP_TO[11]),
        "minor-11th": (*MINOR, SEVENTH, *UP_TO[11]),
        "dominant-13th": (*MAJOR, SEVENTH, *UP_TO[13]),
        "major-13th": (*MAJOR, MAJOR_SEVENTH, *UP_TO[13]),
        "minor-13th": (*MINOR, SEVENTH, *UP_TO[13]),
        "suspended-second": ((2, 0), FIFTH),
        "suspended-fourth": ((4, 0), FIFTH),
        "power": (FIFTH,),
    }.items()
}
ALIKE = {  # other words of the standard, and what programs write that is not in it
    "dominant-seventh": "dominant",
    "pedal": "power",
    "Neapolitan": "major",
    "Italian": "dominant",
    "French": "dominant",
    "German": "dominant",
    "Tristan": "half-diminished",
}
COSTS = {"add": 2, "alter": 3, "subtract": 4}


def kind_and_degrees(chord: NamedChord) -> tuple[str, list[tuple[str, int, int]]]:
    """MusicXML's word for a chord, and what to add, alter or subtract (degree, semitones)."""
    if chord.silent:
        return "none", []
    wanted = frozenset(chord.degrees)

    def cost(one: tuple[str, list[tuple[str, int, int]]]) -> int:
        # programs disagree on what an added seventh is: say it in the kind
        return sum(COSTS[what] + 5 * (degree == 7) for what, degree, _ in one[1])

    return min(((word, _changes(inside, wanted)) for word, inside in KINDS.items()), key=cost)


def _changes(inside: frozenset[Degree], wanted: frozenset[Degree]) -> list[tuple[str, int, int]]:
    missing, extra = sorted(wanted - inside), sorted(inside - wanted)
    changes = []
    for degree, by in missing:
        instead = next((one for one in extra if one[0] == degree), None)
        if instead:
            extra.remove(instead)
            changes.append(("alter", degree, by - instead[1]))
        else:
            changes.append(("add", degree, by + (degree == 7)))
    return changes + [("subtract", degree, 0) for degree, _ in extra]


def write_harmony(measure: Tree.Element, chord: NamedChord, late: int = 0) -> Tree.Element:
    """A chord symbol in a measure, `late` divisions after the note that follows it in the file."""
    harmony = Tree.SubElement(measure, "harmony")
    _write_name(harmony, "root", chord.root_name or "C")
    word, changes = kind_and_degrees(chord)
    text = "N.C." if chord.silent else suffix_of(chord.degrees)
    Tree.SubElement(harmony, "kind", text=text).text = word
    if chord.bass_name:
        _write_name(harmony, "bass", chord.bass_name)
    for what, degree, by in changes:
        item = Tree.SubElement(harmony, "degree", {"print-object": "no"})
        Tree.SubElement(item, "degree-value").text = str(degree)
        Tree.SubElement(item, "degree-alter").text = str(by)
        Tree.SubElement(item, "degree-type").text = what
    if late:
        Tree.SubElement(harmony, "offset").text = str(late)
    return harmony


def _write_name(harmony: Tree.Element, what: str, name: str) -> None:
    at = Tree.SubElement(harmony, what)
    Tree.SubElement(at, f"{what}-step").text = name[0]
    if name[1:]:
        Tree.SubElement(at, f"{what}-alter").text = str(name.count("#") - name[1:].count("b"))


def read_harmony(harmony: Tree.Element) -> NamedChord | None:
    """The chord of a `harmony` element; None where it names none that can be read."""
    word = (harmony.findtext("kind") or "").strip()
    if word == "none":
        return SILENT
    root, bass = _name_in(harmony, "root"), _name_in(harmony, "bass")
    word = ALIKE.get(word, word)
    if not root or word not in {*KINDS, "other"}:
        return None
    degrees = set(KINDS.get(word, {(1, 0)}))
    for item in harmony.iter("degree"):
        degree, by = _number(item, "degree-value"), _number(item, "degree-alter")
        what = (item.findtext("degree-type") or "").strip()
        if what not in COSTS or degree not in {1, 2, 3, 4, 5, 6, 7, 9, 11, 13}:
            return None
        before = [one for one in degrees if one[0] == degree]
        if what == "add":
            flat = degree == 7 and not (by < 0 and (5, -1) not in degrees)  # see COSTS
            degrees.add((degree, by - flat))
        elif what == "subtract":
            degrees.difference_update(before)
        else:
            degrees.difference_update(before)
            degrees.add((degree, (before[0][1] if before else 0) + by))
    if any(abs(by) > 2 for _, by in degrees):
        return None
    return chord_of(root, tuple(degrees), bass if bass != root else "")


def _number(item: Tree.Element, path: str) -> int:
    try:
        return round(float(item.findtext(path) or 0))
    except (ValueError, OverflowError):
        return 99


def _name_in(harmony: Tree.Element, what: str) -> str:
    step = (harmony.findtext(f"{what}/{what}-step") or "").strip().upper()
    alter = _number(harmony, f"{what}/{what}-alter")
    if step not in tuple("ABCDEFG") or abs(alter) > 2:
        return ""
    return step + ("#" if alter > 0 else "b") * abs(alter)
