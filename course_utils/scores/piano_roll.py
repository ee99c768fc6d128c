"""A score as a picture (notes over time) and as a table."""

from __future__ import annotations

import html

from course_utils.scores.description import note_name
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Score

__all__ = ["GRACE", "note_table_html", "piano_roll_svg"]

GRACE = 'fill="#7d3c98"'  # short notes that ornament the one after them
PLAIN, MARKED = 'fill="#1f5fbf"', 'fill="#ffd24a" stroke="#1b1f27" stroke-width="2"'


# of phrases by their letter: light enough for notes to stand out (contrast of 5 and more)
PHRASES = ("#dcebff", "#ffe9cf", "#dff5e3", "#f3e1fa", "#fde0e6", "#e3ecef", "#f6f2cc", "#e2e2f7")
Spans = list[tuple[str, int]]


def piano_roll_svg(
    midi: bytes, title: str, selected: int | None = None, phrases: Spans | None = None
) -> str:
    """The notes as bars on a grid: time to the right, pitch upwards.

    Inline SVG, scales to its box, no scripts. `selected`: a note to be marked, counted from 0.
    `phrases`: names and bars of the phrases from the first bar on, each shown in the colour of its
    letter and by its name.
    """
    score = read_midi(midi)
    if score.parts:
        return _lanes_svg(score, title, selected, phrases)
    low, high = (
        min((n.pitch for n in score.notes), default=60) - 2,
        max((n.pitch for n in score.notes), default=72) + 2,
    )
    across, up = 640 / max(score.length, 1), 150 / (high - low + 1)
    shapes = []
    for pitch in range(low, high + 1):
        if pitch % 12 in (1, 3, 6, 8, 10):
            shapes.append(
                f'<rect x="0" y="{(high - pitch) * up:.1f}" width="640" height="{up:.1f}"'
                ' fill="#eef1f6"/>'
            )
    shapes += _phrases_svg(phrases, score.bar_length * across, 0, 150)
    bar = 0.0
    while bar <= score.length + 1e-6:
        shapes.append(
            f'<line x1="{bar * across:.1f}" x2="{bar * across:.1f}" y1="0" y2="150"'
            ' stroke="#9aa5b8" stroke-width="1"/>'
        )
        bar += score.bar_length
    for number, note in enumerate(score.notes):
        shapes.append(
            f'<rect x="{note.start * across + 0.5:.1f}" y="{(high - note.pitch) * up + 0.5:.1f}"'
            f' width="{max(note.length * across - 1.5, 1.5):.1f}" height="{max(up - 1, 2):.1f}"'
            f' rx="2" {MARKED if number == selected else GRACE if note.grace else PLAIN}/>'
        )
    name = html.escape(title, quote=True)
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 640 150" preserveAspectRatio="none"'
        ' style="width:100%;max-width:640px;height:150px;background:#ffffff;border:1px solid'
        f' #9aa5b8;border-radius:4px"><title>{name}</title><desc>Time runs to the right, pitch'
        f" upwards; each bar is a note.</desc>{''.join(shapes)}</svg>"
    )


def _phrases_svg(phrases: Spans | None, bar: float, left: float, high: float) -> list[str]:
    """A band of colour for each phrase, and its name; `bar` is the width of a bar."""
    shapes, place = [], left
    for name, bars in phrases or []:
        if name[0].isalpha():
            colour = PHRASES[(ord(name[0].upper()) - 65) % len(PHRASES)]
            shapes.append(
                f'<rect x="{place:.1f}" y="0" width="{bars * bar:.1f}" height="{high:.0f}"'
                f' fill="{colour}" fill-opacity="0.75"/><text x="{place + bars * bar - 4:.1f}"'
                ' y="13" text-anchor="end" font-size="12" font-family="sans-serif"'
                f' font-weight="bold" fill="#1b1f27">{html.escape(name)}</text>'
            )
        place += bars * bar
    return shapes


def _lanes_svg(
    score: Score, title: str, selected: int | None = None, phrases: Spans | None = None
) -> str:
    """Several parts, one lane each with its name, so that nothing has to be told by colour."""
    lane, across = 64, 600 / max(score.length, 1)
    colours = ("#1f5fbf", "#9a3b00", "#1d6f42", "#7a2f8f", "#8a1538", "#3d4a5c")
    high = lane * len(score.parts)
    shapes = _phrases_svg(phrases, score.bar_length * across, 20, high)
    for number, part in enumerate(score.parts):
        top, notes = (
            number * lane,
            [(place, note) for place, note in enumerate(score.notes) if note.part == number],
        )
        low, high = (
            min((n.pitch for _, n in notes), default=60) - 1,
            max((n.pitch for _, n in notes), default=60) + 1,
        )
        up = (lane - 24) / (high - low + 1)
        shapes.append(
            f'<line x1="0" x2="640" y1="{top}" y2="{top}" stroke="#9aa5b8"/><text x="4"'
            f' y="{top + 14}" font-size="12" font-family="sans-serif"'
            f' fill="#1b1f27">{html.escape(part.name)}</text>'
        )
        for place, note in notes:
            plain = GRACE if note.grace else f'fill="{colours[number % len(colours)]}"'
            look = MARKED if place == selected else plain
            shapes.append(
                f'<rect x="{20 + note.start * across:.1f}"'
                f' y="{top + 20 + (high - note.pitch) * up:.1f}"'
                f' width="{max(note.length * across - 0.6, 1.2):.1f}"'
                f' height="{max(up - 0.5, 1.5):.1f}" {look}/>'
            )
    high, bar = lane * len(score.parts), 0.0
    while bar <= score.length + 1e-6:
        shapes.append(
            f'<line x1="{20 + bar * across:.1f}" x2="{20 + bar * across:.1f}" y1="0" y2="{high}"'
            ' stroke="#c9d0dc" stroke-width="0.6"/>'
        )
        bar += score.bar_length
    name = html.escape(title, quote=True)
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 640 {high}"'
        ' style="width:100%;max-width:640px;background:#ffffff;border:1px solid'
        f' #9aa5b8;border-radius:4px"><title>{name}</title><desc>Time runs to the right; one lane'
        f" for each player, pitch upwards within it.</desc>{''.join(shapes)}</svg>"
    )


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
