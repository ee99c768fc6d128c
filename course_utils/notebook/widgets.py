"""Small parts with labels that every studio uses."""

from __future__ import annotations

import html
from collections.abc import Callable

from course_utils.notebook.face.parts import Button, Dropdown, Html, Slider, Text, pairs

__all__ = [
    "button",
    "choice",
    "set_if_possible",
    "slider",
    "told",
    "uploaded_file",
    "uploaded_files",
    "words_box",
]


def button(name: str, tip: str, action: Callable[[], object], style: str = "") -> Button:
    """A labelled button that runs `action` without arguments; of style "primary" the main one."""
    made = Button(description=name, tooltip=tip, main=style == "primary")
    made.on_click(lambda _: action())
    return made


def set_if_possible(control, value) -> None:
    """Choose a value in a list of options, if it is one of them;
    a recipe from elsewhere may name what is not there.
    """
    if value in [one for _, one in pairs(control.options)]:
        control.value = value


def choice(name: str, options: list[tuple], value) -> Dropdown:
    return Dropdown(options=options, value=value, description=name)


def words_box(name: str, hint: str) -> Text:
    return Text(description=name, placeholder=hint)


def slider(
    name: str, value: float, low: float = 0.0, high: float = 1.0, step: float = 0.05
) -> Slider:
    """A labelled slider; `value` is a float."""
    return Slider(value=value, min=low, max=high, step=step, description=name)


def told(sentence: str) -> Html:
    """A sentence of explanation in place."""
    return Html(f"<p>{html.escape(sentence)}</p>")


def uploaded_file(value) -> tuple[str, bytes | None]:
    """Name and bytes of the first file of a FileUpload; ("", None) when there is none."""
    return next(iter(uploaded_files(value)), ("", None))


def uploaded_files(value) -> list[tuple[str, bytes]]:
    """Names and bytes of the files of a FileUpload."""
    return [(str(file["name"]), bytes(file["content"])) for file in value or ()]
