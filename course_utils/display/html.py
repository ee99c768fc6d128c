"""Small helpers for HTML that is shown in a notebook and in exported pages."""

from __future__ import annotations

import base64
import html

from course_utils.display.tokens import tokens

__all__ = ["STYLE", "data_address", "table_html"]

STYLE = (
    tokens(contrast=False)
    + "body{font-family:system-ui,sans-serif;color:var(--ink);background:var(--board);"
    "max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "figure{margin:1rem 0;padding:1rem;background:var(--paper);border:1px solid var(--edge);"
    "border-radius:12px;box-shadow:var(--shadow)}"
    "blockquote{margin:0;font-size:1.15rem;white-space:pre-line}"
    "img{display:block;max-width:100%}figcaption,footer{font-size:.85rem;color:var(--soft)}"
)


def data_address(media_type: str, data: bytes) -> str:
    """Bytes as a data: address for HTML."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def heading(scope: str, text: str) -> str:
    """The heading of a column or row; an empty one would be read out as a heading of nothing."""
    if not text:
        return "<td></td>"
    return f'<th scope="{scope}" style="text-align:start">{text}</th>'


def table_html(caption: str, head: list[str], rows: list[list[str]]) -> str:
    """A table; the cells are HTML already, the first of each row is its heading."""
    top = "".join(heading("col", html.escape(name)) for name in head)
    body = "".join(
        f"<tr>{heading('row', row[0])}"
        + "".join(f'<td style="text-align:start">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><caption>{html.escape(caption)}</caption><tr>{top}</tr>{body}</table>"
