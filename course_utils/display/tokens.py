"""The colours, sizes and shadows that every page of the course shares: the studios of notebooks and
browsers, the wall, cards and exported pages.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["style_sheet", "tokens"]

# Text on paper and on the board has a contrast of at least 7 to 1 in ink, 4.5 in soft.
LIGHT = {
    "ink": "#1b1f27",
    "soft": "#4a5260",
    "line": "#6b7484",
    "edge": "#d8d2c4",
    "paper": "#ffffff",
    "board": "#f3efe6",
    "page": "#fffaf0",
    "light": "#e8eef6",
    "blue": "#0b57a8",
    "deep": "#083f7a",
    "red": "#8f1d1d",
    "sun": "#ffe08a",
    "gold": "#d9a514",
    "gap": "8px",
    "round": "10px",
    "shadow": "0 1px 2px #0000001f",
}
# What was made stays on light paper in the dark too: it is often dark on white.
DARK = {
    "ink": "#f1ede3",
    "soft": "#c3c8d2",
    "line": "#8a94a6",
    "edge": "#3d4553",
    "paper": "#252a33",
    "board": "#191d24",
    "light": "#323946",
    "blue": "#2f7fd6",
    "deep": "#2568b3",
    "red": "#b23a3a",
}
CONTRAST = {"soft": "var(--ink)", "line": "var(--ink)", "edge": "var(--ink)"}


def said(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def tokens(where: str = ":root", dark: str = "", contrast: bool = True) -> str:
    """The style sheet that names them.

    Args:
        where: the selector of what they hold for.
        dark: the same where it is dark; "" for a page that stays light.
        contrast: whether it follows a reader who wants more contrast; no rule in brackets stands in
            files that a wall takes from strangers.
    """
    night = f"{dark}{{{said(DARK)}}}" if dark else ""
    everywhere = ",".join(filter(None, (where, dark)))
    more = f"@media (prefers-contrast:more){{{everywhere}{{{said(CONTRAST)}}}}}" if contrast else ""
    return f"{where}{{{said(LIGHT)}}}{night}{more}\n"


def style_sheet(path: Path, night: bool = False) -> str:
    """A page's style sheet with the shared names before it.

    Args:
        night: whether it follows a reader who wants dark pages.
    """
    dark = f"@media (prefers-color-scheme:dark){{:root{{{said(DARK)}}}}}" if night else ""
    return tokens() + dark + path.read_text(encoding="utf-8")
