"""A band style from a loop: what its drums, bass and chords play in a bar, as the grids of a style.

A loop is a few bars that somebody played or programmed. Times are put on sixteenths, late off-beats
become swing; drums go by General MIDI's numbers, the bass by its distance from the chord's root.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median

from course_utils.creation import LearnerError
from course_utils.music.band.own_styles import fitting_like
from course_utils.music.band.styles import DRUMS, STEP, read_style, steps_in
from course_utils.scores.general_midi import NAMES
from course_utils.scores.graces import without_graces
from course_utils.scores.score import Note, Score

__all__ = ["Loop", "style_of_loop"]

MOST_BARS = 16  # of a loop that are read
MOST_GRIDS = 4  # patterns of a player
BETWEEN = 0.3  # of a step: further from it than people play by feel
LOUD = 0.8  # of a player's usual strength: below it a stroke is a soft one
LOW = 50  # a part whose middle note is lower is a bass
BASSES = range(32, 40)
PADS = {*range(48, 56), *range(88, 96)}
OTHERS = {  # General MIDI's other drums, by the nearest that a style has
    35: "kick", 40: "snare", 41: "tom_low", 43: "tom_low", 48: "tom_mid", 52: "crash", 53: "ride",
    55: "crash", 57: "crash", 59: "ride", 74: "guiro", 77: "woodblock", 80: "triangle",
    82: "shaker",
}  # fmt: skip
BY_NUMBER = {**{number: name for name, number in DRUMS.items()}, **OTHERS}
DEGREES = {0: "R", 3: "3", 4: "3", 6: "5", 7: "5", 8: "5"}


@dataclass
class Loop:
    """A style, and what a person should know of how it came about, in sentences."""

    style: dict
    told: list[str] = field(default_factory=list)


def style_of_loop(score: Score, like: str = "") -> Loop:
    """The style that a loop plays.

    Args:
        like: a style that lends what the loop has not; without one, one of the same metre.

    Raises:
        LearnerError: nothing of it can be used.
    """
    score = without_graces(score)
    metre = f"{score.metre[0]}/{score.metre[1]}"
    try:
        steps = steps_in(metre)
    except ValueError as problem:
        raise LearnerError(f"{problem}. Choose another loop.") from problem
    if not score.notes:
        raise LearnerError("There are no notes in that loop. Choose one that sounds.")
    base = lender(like, metre)
    found = Loop({**base, "metre": metre, "tempo": max(30, min(240, round(score.tempo)))})
    if abs(found.style["tempo"] - score.tempo) > 1:
        found.told.append(
            f"It goes at {score.tempo:.0f} beats a minute, and a band plays at 30 to 240:"
            f" {found.style['tempo']} were kept."
        )
    bars = max(1, math.ceil(score.length / score.bar_length - 0.05))
    if bars > MOST_BARS:
        found.told.append(f"It has {bars} bars: the first {MOST_BARS} were used.")
    notes, swing, moved = on_the_grid(score, min(bars, MOST_BARS) * steps)
    found.style["swing"] = swing
    if moved:
        found.told.append(f"Notes between two sixteenths, moved to the nearer one: {moved}.")
    drums, bass, chords = players(score)
    roots = roots_of(notes, bass, chords, steps)
    taken = {
        "drums": take_drums(found, [n for n in notes if n.part in drums], steps),
        "bass": take_bass(found, [n for n in notes if n.part == bass], roots, steps),
        "chords": take_chords(found, [n for n in notes if n.part in chords], steps),
    }
    lent = [name for name, there in taken.items() if not there]
    if len(lent) == len(taken):
        raise LearnerError(
            "That loop has no drums, no bass and no chords that I could tell apart. Choose one with"
            " a track for each."
        )
    set_players(found, score, bass, chords)
    name = base["name"]
    if lent and not name:
        raise LearnerError(
            f"That loop has no {' and no '.join(lent)}, and no style of the course in {metre} could"
            " lend them. Choose a loop that has all three."
        )
    if lent:
        found.told.append(f"It has no {' and no '.join(lent)}: played as in {name}.")
    found.style.pop("name")
    return found


def lender(like: str, metre: str) -> dict:
    """The style that lends what a loop has not; an empty one where none has its metre.

    Raises:
        LearnerError: there is no style of that name, or it has another metre.
    """
    name = like or fitting_like(metre)
    style = dict(read_style(name or "pop"))
    if like and style["metre"] != metre:
        raise LearnerError(
            f"The loop has {metre} in a bar and the style {like} has {style['metre']}. Choose"
            f" another style{f', such as {fitting_like(metre)}' if fitting_like(metre) else ''}."
        )
    style.pop("bar")
    if not name:
        style |= {"drums": {}, "bass": {"grids": ()}, "chords": {"grids": ()}}
    return {**style, "name": name}


@dataclass(frozen=True)
class Placed:
    """A note on the grid: step from the start, steps long."""

    step: int
    steps: int
    pitch: int
    velocity: int
    part: int


def on_the_grid(score: Score, end: int) -> tuple[list[Placed], float, int]:
    """The notes of the first `end` steps, how much they swing (0 to 1), and how many of them stood
    between two steps, as triplets do.
    """
    late = [
        6 * (note.start % 1 - 0.5)
        for note in drums_of(score) or score.notes
        if 0.45 <= note.start % 1 < 0.72 and note.start < end * STEP
    ]
    swing = min(1.0, max(0.0, median(late))) if len(late) >= 2 else 0.0
    swing = 0.0 if swing < 0.15 else round(swing, 2)

    def straight(time: float) -> float:
        on_grid = abs(time / STEP - round(time / STEP)) < 0.15 and abs(time % 1 - 0.75) > 0.1
        return time - swing / 6 if 0.45 <= time % 1 < 0.75 and not on_grid else time

    found, moved = [], 0
    for note in score.notes:
        place = straight(note.start) / STEP
        step = round(place)
        if 0 <= step < end:
            moved += abs(place - step) > BETWEEN
            lasts = max(1, round(note.length / STEP))
            found.append(Placed(step, min(lasts, end - step), note.pitch, note.velocity, note.part))
    return found, swing, moved


def drums_of(score: Score) -> list[Note]:
    """The strokes of a score."""
    return [note for note in score.notes if score.parts and score.parts[note.part].drums]


def players(score: Score) -> tuple[set[int], int | None, set[int]]:
    """Which parts are drums, which one is the bass, and which play chords."""
    if not score.parts:
        lines = {0: list(score.notes)}
    else:
        lines = {n: [one for one in score.notes if one.part == n] for n in range(len(score.parts))}
    drums = {n for n in lines if score.parts and score.parts[n].drums}
    pitched = {n: notes for n, notes in lines.items() if notes and n not in drums}

    def is_bass(number: int) -> bool:
        part = score.parts[number] if score.parts else None
        low = median(note.pitch for note in pitched[number]) < LOW
        named = part is not None and ("bass" in part.name.lower() or part.program in BASSES)
        return not together(pitched[number]) and (low or named)

    basses = [number for number in pitched if is_bass(number)]
    bass = min(basses, key=lambda n: median(one.pitch for one in pitched[n])) if basses else None
    chords = {number for number in pitched if number != bass and together(pitched[number])}
    return drums, bass, chords


def together(notes: list[Note]) -> bool:
    """Whether a part mostly plays chords: at most of its strokes two notes or more."""
    at = Counter(round(note.start / STEP) for note in notes)
    return sum(count > 1 for count in at.values()) >= 0.5 * len(at)


def roots_of(notes: list[Placed], bass: int | None, chords: set[int], steps: int) -> dict[int, int]:
    """The pitch class of the root of each bar: the bass's first note, or the chords' lowest."""
    found: dict[int, int] = {}
    for number in sorted({note.step // steps for note in notes}):
        inside = [note for note in notes if note.step // steps == number]
        low = [note for note in inside if note.part == bass]
        high = [note for note in inside if note.part in chords]
        first = min(low, key=lambda n: n.step) if low else None
        if first is None and high:
            first = min(high, key=lambda n: (n.step, n.pitch))
        if first is not None:
            found[number] = first.pitch % 12
    return found


def take_drums(loop: Loop, notes: list[Placed], steps: int) -> bool:
    """The drums' patterns: most bars play the first ones, a last bar that differs is a fill."""
    unknown = sorted({note.pitch for note in notes} - {*BY_NUMBER})
    if unknown:
        numbers = ", ".join(map(str, unknown[:6]))
        loop.told.append(f"Drums that a style has no name for were left out: {numbers}.")
    notes = [note for note in notes if note.pitch in BY_NUMBER]
    if not notes:
        return False
    bars: dict[int, dict[str, str]] = {}
    for number in range(max(note.step for note in notes) // steps + 1):
        rows: dict[str, list[str]] = {}
        for note in notes:
            if note.step // steps == number:
                name = BY_NUMBER[note.pitch]
                usual = median(n.velocity for n in notes if BY_NUMBER[n.pitch] == name)
                sign = "x" if note.velocity >= LOUD * usual else "o"
                rows.setdefault(name, ["."] * steps)[note.step % steps] = sign
        bars[number] = {name: "".join(row) for name, row in rows.items()}
    drums, last, more = patterns_of(list(bars.values()))
    loop.style["drums"] = drums
    tell_of_more(loop, "drums", more)
    for name, row in last.items():
        half = "." * (steps // 2) + row[steps // 2 :]
        if half.strip("."):
            loop.style["drums"][f"fill_{name}"] = [half]
    return True


def patterns_of(bars: list[dict[str, str]]) -> tuple[dict[str, list[str]], dict[str, str], int]:
    """The patterns of each drum in the order of how often a bar plays them, the rows of a last bar
    that is a fill, and how many patterns were too many.
    """
    fill: dict[str, str] = {}
    if len(bars) > 1 and bars[-1] not in bars[:-1]:
        fill, bars = bars[-1], bars[:-1]
    often = Counter(tuple(sorted(bar.items())) for bar in bars if bar)
    ranked = [dict(rows) for rows, _ in often.most_common(MOST_GRIDS)] or [fill]
    names = list(dict.fromkeys(name for bar in ranked for name in bar))
    silent = "." * len(next(iter(ranked[0].values())))
    found = {
        name: list(dict.fromkeys(bar.get(name, silent) for bar in ranked))
        for name in sorted(names, key=lambda one: list(DRUMS).index(one))
    }
    return found, fill, len(often) - min(len(often), MOST_GRIDS)


def tell_of_more(loop: Loop, player: str, more: int) -> None:
    """That a player has more patterns than a style keeps."""
    if more > 0:
        loop.told.append(
            f"Patterns of the {player} that were left out: {more}. The {MOST_GRIDS} played most"
            " were kept."
        )


def take_bass(loop: Loop, notes: list[Placed], roots: dict[int, int], steps: int) -> bool:
    """The bass's patterns, each note as its place in the chord."""
    bars: dict[int, list[Placed]] = defaultdict(list)
    for note in sorted(notes, key=lambda n: n.step):
        bars[note.step // steps].append(note)
    found, strange = [], 0
    for number, line in bars.items():
        row = ["."] * steps
        lowest = min(note.pitch for note in line if note.pitch % 12 == roots[number])
        for place, note in enumerate(line):
            sign = DEGREES.get((note.pitch - roots[number]) % 12, "")
            if sign == "R" and note.pitch >= lowest + 12:
                sign = "8"
            if not sign:
                leads = place == len(line) - 1 and place > 0
                sign = "a" if leads else nearest(note, roots[number])
                strange += not leads
            hold(row, note.step % steps, note.steps, sign)
        found.append("".join(row))
    if strange:
        loop.told.append(
            f"{strange} notes of the bass are no root, third or fifth: the nearest of these is"
            " played."
        )
    if found:
        loop.style["bass"] = {"grids": most_played(loop, "bass", found)}
    return bool(found)


def most_played(loop: Loop, player: str, rows: list[str]) -> list[str]:
    """The patterns that a player plays most."""
    often = Counter(rows)
    tell_of_more(loop, player, len(often) - MOST_GRIDS)
    return [one for one, _ in often.most_common(MOST_GRIDS)]


def nearest(note: Placed, root: int) -> str:
    """The sign of the root, third, fifth or octave that is nearest to a note."""
    above = (note.pitch - root) % 12
    return min((("R", 0), ("3", 4), ("5", 7), ("8", 12)), key=lambda one: abs(one[1] - above))[0]


def take_chords(loop: Loop, notes: list[Placed], steps: int) -> bool:
    """The chords' patterns: x and o strike all notes, 1, 2 and 3 pick one from below."""
    bars: dict[int, dict[int, list[Placed]]] = defaultdict(lambda: defaultdict(list))
    for note in notes:
        bars[note.step // steps][note.step % steps].append(note)
    usual = median(note.velocity for note in notes) if notes else 0
    found = []
    for strokes in bars.values():
        row = ["."] * steps
        pitches = sorted({note.pitch for stroke in strokes.values() for note in stroke})
        for step, stroke in sorted(strokes.items()):
            loud = max(note.velocity for note in stroke) >= LOUD * usual
            sign = "x" if loud else "o"
            if len(stroke) == 1:
                sign = str(1 + min(2, pitches.index(stroke[0].pitch)))
            hold(row, step, max(note.steps for note in stroke), sign)
        found.append("".join(row))
    if found:
        loop.style["chords"] = {"grids": most_played(loop, "chords", found)}
    return bool(found)


def hold(row: list[str], step: int, lasts: int, sign: str) -> None:
    """Put a note into a row: its sign, and - as long as it lasts inside the bar."""
    row[step] = sign
    for place in range(step + 1, min(len(row), step + lasts)):
        row[place] = "-"


def set_players(loop: Loop, score: Score, bass: int | None, chords: set[int]) -> None:
    """The instruments of the loop in place of the lender's, its drum kit, and who was left out."""
    programs = {name: list(own) for name, own in loop.style["instruments"].items()}
    if bass is not None:
        programs["bass"] = [program_of(score, bass)]
    strikes = [program_of(score, number) for number in sorted(chords)]
    if strikes:
        pads = [program for program in strikes if program in PADS]
        programs["chords"] = [one for one in strikes if one not in PADS] or strikes
        programs["pad"] = pads or programs["pad"]
    loop.style["instruments"] = programs
    kits = [part.program for part in score.parts if part.drums]
    if kits:
        loop.style["kit"] = kits[0]
    used = {bass, *chords}
    others = [
        part.name or NAMES[part.program % 128]
        for number, part in enumerate(score.parts)
        if not part.drums and number not in used and any(n.part == number for n in score.notes)
    ]
    if others:
        named = ", ".join(one[:30] for one in others[:4])
        loop.told.append(f"Neither bass nor chords, so not in the style: {named}.")


def program_of(score: Score, number: int) -> int:
    """The General MIDI program of a part."""
    return (score.parts[number].program if score.parts else score.program) % 128
