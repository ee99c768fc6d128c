"""Panels that open and close with a button.

The accordion of ipywidgets cannot be reached by keyboard: its titles are plain boxes that only a
mouse opens.
"""

from __future__ import annotations

import ipywidgets as widgets

OPEN_COLOUR = "#cfe3f7"


class Panels(widgets.VBox):
    """A row of titles as buttons, and below it the widgets of the one that is open, if any.

    A tip says which is open, for those who cannot see it.
    """

    def __init__(
        self, panels: list[tuple[str, list[widgets.Widget]]], first_open: bool = False
    ) -> None:
        """`panels`: a title and its widgets each.

        `first_open`: whether the first one begins open.
        """
        self._buttons, self._insides = [], []
        for number, (title, inside) in enumerate(panels):
            head = widgets.Button(
                description=title,
                layout=widgets.Layout(width="auto", min_height="28px", margin="2px"),
            )
            head.on_click(lambda _, number=number: self.turn(number))
            self._buttons.append(head)
            self._insides.append(
                widgets.VBox(
                    inside,
                    layout=widgets.Layout(
                        padding="4px 0 8px 12px", margin="2px 0 6px 2px", border="1px solid #8a94a6"
                    ),
                )
            )
        self._open(0 if first_open else None)
        super().__init__(
            [
                widgets.HBox(self._buttons, layout=widgets.Layout(flex_flow="row wrap")),
                *self._insides,
            ]
        )

    def turn(self, number: int) -> None:
        """Open a closed panel, which closes the others, or close an open one."""
        self._open(None if self.is_open(number) else number)

    def is_open(self, number: int) -> bool:
        return self._insides[number].layout.display != "none"

    def _open(self, chosen: int | None) -> None:
        for number, (head, body) in enumerate(zip(self._buttons, self._insides)):
            is_open = number == chosen
            body.layout.display = "flex" if is_open else "none"
            head.icon = "caret-down" if is_open else "caret-right"
            head.style.button_color = OPEN_COLOUR if is_open else None
            head.tooltip = (
                "Open, below. Press to close it." if is_open else "Closed. Press to open it below."
            )
