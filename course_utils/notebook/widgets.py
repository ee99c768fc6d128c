"""Small widgets with labels that every studio uses."""

from __future__ import annotations

import html

import ipywidgets as widgets

WIDE = {"description_width": "110px"}


def button(name: str, tip: str, action, style: str = "") -> widgets.Button:
    """A labelled button that runs `action` without arguments."""
    made = widgets.Button(
        description=name,
        tooltip=tip,
        button_style=style,
        layout=widgets.Layout(
            width="auto", min_height="28px", margin="2px", align_self="flex-start"
        ),
    )
    if style:  # the theme's own blue has too little contrast with white letters
        made.button_style, made.style.button_color = "", "#0b57a8"
        if "text_color" in made.style.traits():
            made.style.text_color = "#ffffff"
    made.on_click(lambda _: action())
    return made


def set_if_possible(control: widgets.Dropdown, value) -> None:
    """Choose a value in a list of options, if it is one of them;
    a recipe from elsewhere may name what is not there.
    """
    if value in [option[1] if isinstance(option, tuple) else option for option in control.options]:
        control.value = value


def choice(name: str, options: list[tuple], value) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options,
        value=value,
        description=name,
        style=WIDE,
        layout=widgets.Layout(width="95%", max_width="360px"),
    )


def words_box(name: str, hint: str) -> widgets.Text:
    return widgets.Text(
        description=name,
        placeholder=hint,
        style=WIDE,
        layout=widgets.Layout(width="95%", max_width="480px"),
    )


def told(sentence: str) -> widgets.HTML:
    """A sentence of explanation in place."""
    return widgets.HTML(
        f"<p style='margin:4px 0 0;line-height:1.4;max-width:620px'>{html.escape(sentence)}</p>"
    )


def uploaded_file(value) -> tuple[str, bytes | None]:
    """Name and bytes of the first file in a FileUpload's value; ("", None) when there is none."""
    return next(iter(uploaded_files(value)), ("", None))


def uploaded_files(value) -> list[tuple[str, bytes]]:
    """Names and bytes from a FileUpload's value: a dict of files in ipywidgets 7, a tuple in 8."""
    if isinstance(value, dict):
        return [(str(name), bytes(file["content"])) for name, file in value.items()]
    return [(str(file["name"]), bytes(file["content"])) for file in value or ()]
