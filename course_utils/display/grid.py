"""Figures side by side, so that no row is left with one alone."""

from __future__ import annotations

__all__ = ["side_by_side"]

GAP = 12  # pixels


def side_by_side(figures: list[str], least: int) -> str:
    """Figures in rows: four are four in a row, two and two, or one below the other, as the page is
    wide; six are three and three.

    Args:
        figures: HTML of each.
        least: pixels that a figure needs across.
    """
    shown = [
        f'<figure style="margin:0;min-width:0;max-width:{2 * least}px">{one}</figure>'
        for one in figures
    ]
    if not shown:
        return ""
    together = 3 if len(shown) % 3 == 0 else 4
    rows = [shown[first : first + together] for first in range(0, len(shown), together)]
    inside = "".join(row_of(row, least) for row in rows)
    return f'<div style="max-width:1000px;display:grid;gap:{GAP}px">{inside}</div>'


def row_of(figures: list[str], least: int) -> str:
    """Figures in one row, or where it is too narrow two and two, or one below the other."""
    if len(figures) == 4:
        pairs = [row_of(figures[:2], least), row_of(figures[2:], least)]
        return one_row(pairs, 2 * least + GAP)
    return one_row(figures, least)


def one_row(parts: list[str], least: int) -> str:
    """Parts that stand in one row if there is room for all, else one below the other: a part's
    width is below nothing, or far above all there is, as the row is wide enough or not.
    """
    enough = len(parts) * least + (len(parts) - 1) * GAP
    style = f"flex:1 1 calc(({enough}px - 100%) * 999);min-width:0"
    inside = "".join(f'<div style="{style}">{one}</div>' for one in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:{GAP}px">{inside}</div>'
