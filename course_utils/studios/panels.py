"""Panels that open and close with a button. The accordion of ipywidgets cannot be reached by keyboard: its titles are plain boxes that only a mouse opens."""

from __future__ import annotations

import ipywidgets as widgets


class Panels(widgets.VBox):
    """Titles as buttons, each with its widgets below; several may be open at once. A tip says whether a panel is open, for those who cannot see it."""

    def __init__(self, panels: list[tuple[str, list[widgets.Widget]]], first_open: bool = False) -> None:
        """`panels`: a title and its widgets each. `first_open`: whether the first one begins open."""
        self.titles = [title for title, _ in panels]
        self._buttons, self._insides, parts = [], [], []
        for number, (title, inside) in enumerate(panels):
            head = widgets.Button(description=title, layout=widgets.Layout(width="100%", max_width="640px", min_height="28px", margin="2px"))
            head.on_click(lambda _, number=number: self.turn(number))
            body = widgets.VBox(inside, layout=widgets.Layout(padding="4px 0 8px 16px"))
            self._buttons.append(head)
            self._insides.append(body)
            parts += [head, body]
        for number in range(len(panels)):
            self._set(number, first_open and number == 0)
        super().__init__(parts)

    def turn(self, number: int) -> None:
        """Open a closed panel, close an open one."""
        self._set(number, not self.is_open(number))

    def is_open(self, number: int) -> bool:
        return self._insides[number].layout.display != "none"

    def _set(self, number: int, is_open: bool) -> None:
        self._insides[number].layout.display = "flex" if is_open else "none"
        head = self._buttons[number]
        head.icon = "caret-down" if is_open else "caret-right"
        head.tooltip = "Open. Press to close it." if is_open else "Closed. Press to open it."
