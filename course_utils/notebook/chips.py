"""Choices with small example pictures above their buttons;
what is chosen is said in words on the button too.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import ipywidgets as widgets
import traitlets

from course_utils.display.html import data_address
from course_utils.notebook.widgets import button

PICTURES = Path(__file__).parent / "chip_pictures"


class Chips(widgets.HBox):
    """One of several, as buttons under example pictures.

    `value` is what is chosen; `options` are pairs of words and value, as in a Dropdown.
    """

    value = traitlets.Unicode("")

    def __init__(
        self,
        name: str,
        options: list[tuple[str, str]],
        value: str,
        pictures: dict[str, tuple[str, str]],
        said: Callable[[str], None],
    ) -> None:
        """`pictures`: file name and alternative text for each value that has one.

        `said` gets a sentence when a person chooses.
        """
        self.options, self._name, self._said = options, name, said
        self._buttons, chips = {}, []
        for words, key in options:
            self._buttons[key] = button(words, f"{name}: {words}", lambda key=key: self.choose(key))
            chips.append(
                widgets.VBox(
                    [widgets.HTML(example(*pictures.get(key, ("", "")))), self._buttons[key]],
                    layout=widgets.Layout(align_items="center", margin="0 6px 4px 0"),
                )
            )
        title = widgets.HTML(
            f'<p style="margin:0 8px 0 0;min-width:100px;text-align:right">{html.escape(name)}</p>'
        )
        super().__init__(
            [title, *chips], layout=widgets.Layout(flex_flow="row wrap", align_items="flex-end")
        )
        self.value = value
        self._mark()
        self.observe(lambda _: self._mark(), "value")

    def choose(self, key: str) -> None:
        """Choose one and say so."""
        self.value = key
        self._said(f"{self._name}: {self._words(key)}.")

    def _words(self, key: str) -> str:
        return next(words for words, other in self.options if other == key)

    def _mark(self) -> None:
        for words, key in self.options:
            chosen = key == self.value
            self._buttons[key].description = f"✓ {words} (chosen)" if chosen else words
            self._buttons[key].style.button_color = "#cfe3f7" if chosen else None


def example(file: str, alt: str) -> str:
    """A small picture as HTML; nothing where there is none."""
    if not file or not (PICTURES / file).exists():
        return '<p style="margin:0;height:48px"></p>'
    kind = "image/svg+xml" if file.endswith(".svg") else "image/png"
    return (
        f'<img alt="{html.escape(alt, quote=True)}" width="48" height="48"'
        ' style="border-radius:4px;display:block"'
        f' src="{data_address(kind, (PICTURES / file).read_bytes())}">'
    )


def instruments(
    title: str, names: list[str], said: Callable[[str], None], any_word: str = "any"
) -> Chips:
    """Instruments chosen by picture; the first choice, of value "any", leaves it open."""
    return Chips(
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
