"""A score as a picture and as a table. The picture: notes over time, the names of pitches on the
left, bars and seconds below.

Everything in it is placed in shares of the drawing and written in pixels of the screen: notes fill
what room there is, and letters keep their size on a narrow page.
"""

from __future__ import annotations

import html
from collections.abc import Callable

from course_utils.scores.description import note_name, short_name
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Score
from course_utils.scores.synth import silence_before

__all__ = ["BLACK", "GRACE", "note_table_html", "piano_roll_svg"]

GRACE = 'fill="#7d3c98"'  # short notes that ornament the one after them
PLAIN, MARKED = 'fill="#1f5fbf"', 'fill="#ffd24a" stroke="#1b1f27" stroke-width="2"'
COLOURS = ("#1f5fbf", "#9a3b00", "#1d6f42", "#7a2f8f", "#8a1538", "#3d4a5c")  # of parts
# of phrases by their letter: light enough for notes to stand out (contrast of 5 and more)
PHRASES = ("#dcebff", "#ffe9cf", "#dff5e3", "#f3e1fa", "#fde0e6", "#e3ecef", "#f6f2cc", "#e2e2f7")
BLACK = (1, 3, 6, 8, 10)  # keys of an octave
BY_WEIGHT = (0, 7, 4, 9, 2, 5, 11)  # its white ones: C, then what divides the octave best

HIGH, LANE = 150, 48  # pixels of one voice, and of each part of several
LEAST, MUCH = 110, 190  # pixels that the notes have in a low window, and in a high one
LETTER = 11  # pixels from one name to the next
LEFT, BELOW = 8.0, 11.0  # per cent for the names of pitches, and for the numbers of bars
LABELS = 8  # bars with a number, at most

Spans = list[tuple[str, int]]
Drawn = tuple[list[str], list[str], list[str]]  # what lies under the notes, the notes, their names


def piano_roll_svg(
    midi: bytes,
    title: str,
    selected: int | None = None,
    phrases: Spans | None = None,
    small: bool = False,
) -> str:
    """The notes as bars on a grid: time to the right, pitch upwards.

    Inline SVG, fills its box, no scripts; it says in `data-` attributes how many seconds it lasts
    and how many the sound leaves out, so that a line goes with a player (`display/shared.js`).

    Args:
        selected: a note to be marked, counted from 0.
        phrases: names and bars of the phrases from the first bar on, each shown in the colour of
            its letter and by its name.
        small: the notes alone, without the names and numbers around them.
    """
    score = read_midi(midi)
    lanes = len(score.parts)
    under, notes, names = (_lanes if lanes else _voice)(score, selected)
    inside = [*under, *_phrases(phrases, score), *_bars(score), *notes]
    around = [] if small else [*names, _below(score)]
    left, below = (0.0, 0.0) if small else (LEFT, BELOW)
    name = html.escape(title, quote=True)
    about = (
        "Time runs to the right; one lane for each player, pitch upwards within it."
        if lanes
        else "Time runs to the right, pitch upwards; each bar is a note."
    )
    return (
        f'<svg role="img" aria-label="{name}" data-seconds="{score.length * 60 / score.tempo:.3f}"'
        f' data-begins="{silence_before(score):.3f}" style="width:100%;max-width:640px;'
        f"height:{max(LANE * lanes, HIGH)}px;background:#ffffff;border:1px solid #9aa5b8;"
        'border-radius:4px;font:11px system-ui,sans-serif;forced-color-adjust:none">'
        f"<title>{name}</title><desc>{about}</desc>"
        f'{"".join(around)}<svg x="{left:g}%" width="{100 - left:g}%"'
        f' height="{100 - below:g}%">{"".join(inside)}'
        '<line class="now" y2="100%" stroke="#b3261e" stroke-width="3" visibility="hidden"/>'
        "</svg></svg>"
    )


def _voice(score: Score, selected: int | None) -> Drawn:
    """The notes of one voice."""
    pitches = [note.pitch for note in score.notes] or [60, 72]
    low, high = min(pitches) - 2, max(pitches) + 2
    up, across = 100 / (high - low + 1), 100 / max(score.length, 1)
    keys = [
        f'<rect y="{(high - pitch) * up:.2f}%" width="100%" height="{up:.2f}%" fill="#eef1f6"/>'
        for pitch in range(low, high + 1)
        if pitch % 12 in BLACK
    ]
    notes = [
        f'<rect x="{note.start * across:.2f}%" y="{(high - note.pitch + 0.06) * up:.2f}%"'
        f' width="{max(note.length * across - 0.2, 0.25):.2f}%" height="{up * 0.88:.2f}%"'
        f' rx="2" {MARKED if place == selected else GRACE if note.grace else PLAIN}/>'
        for place, note in enumerate(score.notes)
    ]
    return keys, notes, _names(pitches, lambda pitch: (high - pitch + 0.5) * up)


def _lanes(score: Score, selected: int | None) -> Drawn:
    """Several parts, one lane each with its name, so that nothing has to be told by colour."""
    lanes = [_lane(score, number, selected) for number in range(len(score.parts))]
    under, notes, names = ([shape for one in layer for shape in one] for layer in zip(*lanes))
    return under, notes, names


def _lane(score: Score, number: int, selected: int | None) -> Drawn:
    """One part of several, in its share of the height."""
    part, lane, across = score.parts[number], 100 / len(score.parts), 100 / max(score.length, 1)
    found = [(place, one) for place, one in enumerate(score.notes) if one.part == number]
    pitches = [one.pitch for _, one in found] or [60]
    high, top = max(pitches), number * lane
    up = lane * 0.84 / (high - min(pitches) + 1)
    half = LETTER / 2 / LEAST * 100  # of a letter, in per cent

    def down(pitch: int) -> float:
        return top + lane * 0.08 + (high - pitch) * up

    def beside(pitch: int) -> float:  # no name stands in the next lane
        return min(max(down(pitch) + up / 2, top + half), top + lane - half)

    notes = []
    for place, note in found:
        plain = GRACE if note.grace else f'fill="{COLOURS[number % len(COLOURS)]}"'
        notes.append(
            f'<rect x="{note.start * across:.2f}%" y="{down(note.pitch):.2f}%"'
            f' width="{max(note.length * across - 0.1, 0.2):.2f}%" height="{up * 0.9:.2f}%"'
            f" {MARKED if place == selected else plain}/>"
        )
    name = (
        f'<text x="3" y="{top:.2f}%" dy="12" font-weight="bold" fill="#1b1f27" stroke="#ffffff"'
        ' stroke-width="3" stroke-linejoin="round"'
        f' paint-order="stroke">{html.escape(part.name)}</text>'
    )
    line = f'<line x2="100%" y1="{top:.2f}%" y2="{top:.2f}%" stroke="#9aa5b8"/>'
    return [line], [*notes, name], [] if part.drums else _names(pitches, beside)


def _names(pitches: list[int], down: Callable[[int], float]) -> list[str]:
    """The names of pitches that find room: the highest and the lowest note, every C, then the other
    white keys; where the drawing is high, some more.

    Args:
        down: where the middle of a pitch lies, in per cent of the height of the notes.
    """
    keys = range(min(pitches), max(pitches) + 1)
    white = [pitch for weight in BY_WEIGHT for pitch in keys if pitch % 12 == weight]
    shown: dict[int, float] = {}
    texts: list[str] = []
    for pixels, where in ((LEAST, ""), (MUCH, ' class="more" display="none"')):
        for pitch in [keys[-1], keys[0], *white]:
            here = down(pitch)
            if all(abs(here - other) * pixels >= LETTER * 99 for other in shown.values()):
                shown[pitch] = here
                texts.append(
                    f'<text x="{LEFT - 0.7:g}%" y="{here * (100 - BELOW) / 100:.2f}%" dy=".35em"'
                    f' text-anchor="end" fill="#1b1f27"{where}>{short_name(pitch)}</text>'
                )
    return texts


def _bars(score: Score) -> list[str]:
    length = max(score.length, 1)
    count = int(score.length / score.bar_length + 1e-6)
    places = [number * score.bar_length * 100 / length for number in range(count + 1)]
    return [
        f'<line x1="{place:.2f}%" x2="{place:.2f}%" y2="100%" stroke="#9aa5b8"/>'
        for place in places
    ]


def _below(score: Score) -> str:
    """The numbers of some bars where they begin, and at the end how many seconds it lasts."""
    share = score.bar_length / max(score.length, 1)
    every = 1
    while every * share * LABELS < 1:
        every *= 2
    bars = range(0, int(0.84 / share) + 1, every)
    numbers = "".join(
        f'<text x="{LEFT + bar * share * (100 - LEFT):.2f}%" y="100%" dy="-3">{bar + 1}</text>'
        for bar in bars
    )
    seconds = f"{score.length * 60 / score.tempo:.0f} s"
    return (
        f'<g fill="#4a5260">{numbers}<text x="99.5%" y="100%" dy="-3" text-anchor="end">{seconds}'
        "</text></g>"
    )


def _phrases(phrases: Spans | None, score: Score) -> list[str]:
    """A band of colour for each phrase, and its name."""
    bar = score.bar_length * 100 / max(score.length, 1)
    shapes: list[str] = []
    place = 0.0
    for name, bars in phrases or []:
        if name[0].isalpha():
            colour = PHRASES[(ord(name[0].upper()) - 65) % len(PHRASES)]
            shapes.append(
                f'<rect x="{place:.2f}%" width="{bars * bar:.2f}%" height="100%"'
                f' fill="{colour}" fill-opacity="0.75"/><text x="{place + bars * bar:.2f}%"'
                ' dx="-4" y="12" text-anchor="end" font-weight="bold"'
                f' fill="#1b1f27">{html.escape(name)}</text>'
            )
        place += bars * bar
    return shapes


def note_table_html(midi: bytes) -> str:
    """The notes as a table, bar by bar, for people who cannot see the piano roll."""
    score = read_midi(midi)
    if score.parts:
        return _parts_table(score)
    bars: dict[int, list[str]] = {}
    for note in score.notes:
        bars.setdefault(int((note.start + 1e-6) // score.bar_length) + 1, []).append(
            f"{note_name(note.pitch)} ({f'{note.length:.3g}' if not note.grace else 'ornament'})"
        )
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{html.escape(", ".join(names))}</td></tr>'
        for number, names in sorted(bars.items())
    )
    return (
        "<table><caption>Notes bar by bar; in brackets the length in quarter"
        ' notes</caption><thead><tr><th scope="col">Bar</th><th'
        f' scope="col">Notes</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _parts_table(score: Score) -> str:
    """Bars down, parts across: the lowest to highest note of each part in each bar,
    or how many strokes of the drums.
    """
    bars = max(1, -(-round(score.length * 1000) // round(score.bar_length * 1000)))
    head = "".join(f'<th scope="col">{html.escape(part.name)}</th>' for part in score.parts)
    rows = []
    for bar in range(bars):
        cells = []
        for number, part in enumerate(score.parts):
            inside = [
                note
                for note in score.notes
                if note.part == number and bar <= (note.start + 0.05) / score.bar_length < bar + 1
            ]
            names = list(
                dict.fromkeys(
                    note_name(note.pitch) for note in sorted(inside, key=lambda one: one.pitch)
                )
            )
            cells.append(
                "<td>"
                f"{f'{len(inside)} strokes' if part.drums and inside else ', '.join(names)}"
                "</td>"
            )
        rows.append(f'<tr><th scope="row">{bar + 1}</th>{"".join(cells)}</tr>')
    return (
        "<table><caption>Notes bar by bar, one column for each player</caption><thead><tr><th"
        f' scope="col">Bar</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )
