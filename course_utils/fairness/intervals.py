"""Counts with how sure they are: shares with Wilson intervals, and a chart and a table of them."""

from __future__ import annotations

import html
from dataclasses import dataclass
from math import sqrt

__all__ = ["Share", "confusion_html", "corrected", "shares_html", "wilson"]


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share counted `hits` times `of` times (Wilson 1927): between which
    true shares such a count is not unusual. (0, 1) where nothing was counted.
    """
    if of <= 0:
        return 0.0, 1.0
    share, part = hits / of, z * z / of
    middle, half = (
        (share + part / 2) / (1 + part),
        z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + part),
    )
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Share:
    """How often something was counted, of how many."""

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def said(self) -> str:
        if not self.of:
            return "0 of 0: nothing here that could be counted"
        low, high = wilson(self.hits, self.of)
        return f"{self.hits} of {self.of}, {self.share:.0%} (95 % interval {low:.0%} to {high:.0%})"


def shares_html(
    caption: str, rows: list[Share], other: dict[str, float] | None = None, other_name: str = ""
) -> str:
    """Shares as a table with bars and whiskers; `other`: shares to compare with,
    such as those of the training data.
    """
    head = (
        '<tr><th scope="col">What</th><th scope="col">Counted</th><td></td>'
        + (f'<th scope="col">{html.escape(other_name)}</th>' if other else "")
        + "</tr>"
    )
    body = ""
    for row in rows:
        low, high = wilson(row.hits, row.of)
        mark = (
            (
                "<div"
                ' style="position:absolute;top:-2px;height:16px;left:'
                f'{other.get(row.name, 0) * 200:.0f}px;width:3px;background:#b00020"></div>'
            )
            if other
            else ""
        )
        bar = (
            '<div aria-hidden="true"'
            ' style="position:relative;width:204px;height:12px;background:#eceff4"><div'
            f' style="height:12px;width:{row.share * 200:.0f}px;background:#0b57a8"></div>'
            "<div"
            f' style="position:absolute;top:5px;left:{low * 200:.0f}px;width:'
            f'{max(1, (high - low) * 200):.0f}px;height:2px;background:#1b1f27"></div>'
            f"{mark}</div>"
        )
        beside = f"<td>{other.get(row.name, 0):.0%}</td>" if other else ""
        body += (
            f'<tr><th scope="row" style="text-align:left">{html.escape(row.name)}</th><td'
            f' style="text-align:left">{row.said}</td><td>{bar}</td>{beside}</tr>'
        )
    note = " The red line is the share it is compared with." if other else ""
    return (
        f"<table><caption>{html.escape(caption)}</caption>{head}{body}</table><p"
        f" style='font-size:13px'>Bars: what was counted. Thin lines: the 95 % interval.{note}</p>"
    )


def corrected(said: list[int], confusion: list[list[int]]) -> list[float]:
    """Shares with a judge's known mistakes taken into account: the true shares under which it would
    most likely say this (by expectation maximisation).

    Args:
        said: how often it said each answer.
        confusion: rows what was true, columns what it said, counted where the truth is known. There
            may be more columns than rows, such as "unclear".
    """
    import numpy as np

    table = np.array(confusion, float) + 0.5
    table /= table.sum(1, keepdims=True)
    counts = np.array(said, float)
    shares = np.full(len(table), 1 / len(table))
    if not counts.sum():
        return shares.tolist()
    for _ in range(300):
        owed = table * shares[:, None]
        shares = (owed / owed.sum(0, keepdims=True)) @ counts / counts.sum()
    return shares.tolist()


def confusion_html(
    caption: str, names: list[str], table: list[list[int]], said: list[str] | None = None
) -> str:
    """A confusion matrix as a table: rows what was true, columns what the judge said (`said`,
    if there are other answers than truths).
    """
    head = "".join(f'<th scope="col">said {html.escape(name)}</th>' for name in said or names)
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th>'
        + "".join(f"<td>{count}</td>" for count in row)
        + "</tr>"
        for name, row in zip(names, table)
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption><tr><th"
        f' scope="col">truly</th>{head}</tr>{body}</table>'
    )
