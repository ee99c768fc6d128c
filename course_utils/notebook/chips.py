"""Choices with small example pictures: styles and instruments."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from course_utils.display.html import data_address
from course_utils.notebook.face.parts import Chips

__all__ = ["PICTURES", "chips", "drawing", "example", "instruments"]

PICTURES = Path(__file__).parent / "chip_pictures"


def chips(
    name: str,
    options: list[tuple[str, str]],
    value: str,
    pictures: dict[str, tuple[str, str]],
    said: Callable[[str], None],
) -> Chips:
    """One of several as tiles; `pictures`: file name and alternative text for each value."""
    shown = {key: (address(file), alt) for key, (file, alt) in pictures.items()}
    return Chips(name, options, value, shown, said)


def address(file: str) -> str:
    """A small picture as an address; "" where there is none."""
    if not file or not (PICTURES / file).exists():
        return ""
    kind = "image/svg+xml" if file.endswith(".svg") else "image/png"
    return data_address(kind, (PICTURES / file).read_bytes())


def example(file: str, alt: str) -> str:
    """A small picture as HTML; nothing where there is none."""
    shown = address(file)
    if not shown:
        return ""
    return f'<img alt="{html.escape(alt, quote=True)}" width="40" height="40" src="{shown}">'


def instruments(
    title: str, names: list[str], said: Callable[[str], None], any_word: str = "any"
) -> Chips:
    """Instruments chosen by picture; the first choice, of value "any", leaves it open."""
    return chips(
        title,
        [(any_word, "any"), *((name, name) for name in names)],
        "any",
        {name: drawing(name) for name in ["any", *names]},
        said,
    )


def drawing(name: str) -> tuple[str, str]:
    """The file of an instrument's drawing (ours, in chip_pictures/instruments),
    and what it shows.
    """
    article = "" if name in ("drums", "strings") else "an " if name[0] in "aeio" else "a "
    return (
        f"instruments/{name.replace(' ', '_')}.svg",
        "Drawing of notes" if name == "any" else f"Drawing of {article}{name}",
    )
