"""What each player plays in one bar: the grids of a style turned into notes.

In grids of drums x is loud and o soft; of the bass R is the root, 3 and 5 those of the chord, 8 the
octave, a a step from the next root; of the chords x strikes all notes and 1, 2, 3 pick one from
below. A - holds what sounds, a . is silence.
"""

from __future__ import annotations

from course_utils.music.band.styles import DRUMS, STEP
from course_utils.scores.chords import NamedChord, bass_pitch, voiced
from course_utils.scores.score import Note

__all__ = ["DRUMS", "LEVELS", "bass_notes", "chord_notes", "count_in", "drum_bar", "ending"]

# played more softly than drums
LIGHT = {
    "closed_hat", "pedal_hat", "open_hat", "ride", "shaker", "tambourine", "triangle", "cabasa",
    "guiro",
}  # fmt: skip
# strokes of middle strength, MIDI velocity
LEVELS = {"drums": 84, "bass": 92, "chords": 70, "pad": 46, "tune": 100}
Window = tuple[int, int]  # the first step of a chord in its bar, and the step after its last


def stroke(sign: str, part: str, light: bool = False) -> int:
    """How hard a sign of a grid is played."""
    return round(LEVELS[part] * (1.0 if sign == "x" else 0.62) * (0.72 if light else 1.0))


def held(grid: str, place: int, end: int) -> int:
    """How many steps the sign at `place` lasts: itself and the - signs after it."""
    length = 1
    while place + length < end and grid[place + length] == "-":
        length += 1
    return length


def drum_bar(style: dict, variant: dict, begin: float, fill: bool, intensity: str) -> list[Note]:
    """One bar of drums; a fill takes over its second half."""
    fills = {
        name.removeprefix("fill_"): grid
        for name, grid in variant.items()
        if name.startswith("fill_")
    }
    free = round(style["bar"] / STEP) * 5 // 8 if fill and fills else len(max(variant.values()))
    notes: list[Note] = []
    for name, grid in variant.items():
        if name not in DRUMS or (intensity == "calm" and name in ("open_hat", "crash")):
            continue
        stays = name == "kick" or name in LIGHT
        for place, sign in enumerate(grid):
            if sign in "xo" and (stays or place < free):
                hard = stroke(sign, "drums", name in LIGHT)
                notes.append(Note(begin + place * STEP, 0.2, DRUMS[name], hard, 0))
    for name, grid in fills.items() if fill else ():
        for place, sign in enumerate(grid):
            if sign in "xo":
                hard = min(110, stroke(sign, "drums") - 10 + place)
                notes.append(Note(begin + place * STEP, 0.2, DRUMS[name], hard, 0))
    return notes


def count_in(style: dict) -> list[Note]:
    """The beats of one bar, with sticks."""
    steps = round(style["bar"] / STEP)
    between = 6 if style["metre"] in ("6/8", "12/8") or steps not in (8, 12, 16) else 4
    return [
        Note(place * STEP, 0.2, DRUMS["side_stick"], 70, 0) for place in range(0, steps, between)
    ]


def bass_notes(
    grid: str, window: Window, chord: NamedChord, after: NamedChord, near: int, begin: float
) -> list[Note]:
    """The bass of one chord: the grid's steps within the chord's window;
    the root begins where the grid is silent there.
    """
    notes, root = [], bass_pitch(chord.bass, near)
    signs = list(grid[window[0] : window[1]])
    if signs and window[0] and signs[0] in "-.":
        signs[0] = "R"  # a chord that comes in the middle of a bar is heard from its root
    inside = "".join(signs)
    target = root if after.silent else bass_pitch(after.bass, root)
    pitches = {
        "R": root,
        "3": bass_pitch(chord.third, root),
        "5": bass_pitch(chord.fifth, root),
        "8": root + 12,
        "a": target + (1 if target < root else -1),
    }
    for place, sign in enumerate(inside):
        if sign in ".-":
            continue
        start, length = begin + (window[0] + place) * STEP, held(inside, place, len(inside)) * STEP
        hard = LEVELS["bass"] - (0 if place == 0 else 8)
        notes.append(Note(start, length * 0.92, pitches.get(sign, root), hard, 1))
    return notes


def chord_notes(grid: str, window: Window, hands: tuple[int, ...], begin: float) -> list[Note]:
    """The chords of one window: x strikes all notes, 1, 2 and 3 pick one from below."""
    notes = []
    inside = grid[window[0] : window[1]]
    if window[0] and inside and inside[0] in "-.":
        inside = "x" + inside[1:]
    for place, sign in enumerate(inside):
        if sign in ".-":
            continue
        start, length = begin + (window[0] + place) * STEP, held(inside, place, len(inside)) * STEP
        if sign in "xo":
            notes += [
                Note(start, length * 0.95, pitch, stroke(sign, "chords") - 2 * up, 2)
                for up, pitch in enumerate(hands)
            ]
        else:
            pitch = hands[(int(sign) - 1) % len(hands)] if sign.isdigit() else hands[0]
            notes.append(Note(start, max(length, 2 * STEP), pitch, stroke("x", "chords") + 8, 2))
    return notes


def ending(
    chord: NamedChord,
    hands: tuple[int, ...],
    bass_before: int,
    start: float,
    length: float,
    heard: set[str],
) -> list[Note]:
    """One last bar: the first chord again, held."""
    final = voiced(chord, hands)
    notes = []
    if "drums" in heard:
        notes += [Note(start, 1.0, DRUMS["kick"], 90, 0), Note(start, 1.0, DRUMS["crash"], 74, 0)]
    if "bass" in heard:
        notes.append(Note(start, length, bass_pitch(chord.root, bass_before), LEVELS["bass"], 1))
    for part, number in (("chords", 2), ("pad", 3)):
        if part in heard:
            notes += [Note(start, length, pitch, LEVELS[part] + 6, number) for pitch in final]
    return notes
