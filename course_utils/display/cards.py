"""Cards: several creations on one page that stands alone as a file."""

from __future__ import annotations

import hashlib
import html
import re

from course_utils.creation import BadRecipe, Creation, HumanEdit, Recipe, edited_elsewhere
from course_utils.display.figure import figure_html
from course_utils.display.html import STYLE
from course_utils.languages import current, direction, translate, translate_html

__all__ = ["gallery", "make_page"]

RECORD_ID = "course-record"


def make_page(parts: list[Creation], title: str) -> Creation:
    """A card of any creations made earlier, in their order: one self-contained HTML page,
    as a Creation of kind "page".
    """
    figures = "".join(
        f"<figure>{figure_html(part)}<figcaption>Words given: {html.escape(part.recipe.prompt)}."
        f"{made_with(part)} Chosen by a person.</figcaption></figure>"
        for part in parts
    )
    safe = html.escape(title)
    turned = ' dir="rtl"' if direction() == "rtl" else ""
    footer = "<footer>A person gave the words, chose and combined; a computer made the parts."
    page = (
        f'<!doctype html><html lang="{current()}"{turned}><head><meta charset="utf-8"><meta'
        ' name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>{safe}</title><style>'
        f"{STYLE}</style></head><body><main><h1>{safe}</h1>{translate_html(figures)}</main>"
        f"{translate_html(footer)}</footer></body></html>"
    )
    recipe = Recipe(
        kind="page",
        prompt=title,
        settings={f"part {number}": part.id for number, part in enumerate(parts, 1)},
        parent=parts[0].id,
    )
    return Creation(
        recipe=recipe,
        content=page.encode(),
        edits=[HumanEdit(what=f"combined {len(parts)} creations")],
    )


def made_with(part: Creation) -> str:
    """Which model made a part; "" where its recipe names none."""
    model = html.escape(part.recipe.model)
    return f" Made with the model {model}." if model else ""


def gallery(kept: list[tuple[str, Creation]]) -> str:
    """A page that shows creations; each comes with the name of its file beside the page."""
    parts = []
    for file, creation in kept:
        link = html.escape(file, quote=True)
        if creation.declared.files == __name__:
            shown = f'<a href="{link}">Open the card “{html.escape(creation.recipe.prompt)}”</a>'
        else:
            shown = figure_html(creation)
        parts.append(
            f"<figure>{shown}<figcaption>{html.escape(creation.recipe.prompt)} · file"
            f" {html.escape(file)}</figcaption></figure>"
        )
    return (
        f'<!doctype html><html lang="{current()}"><head><meta charset="utf-8"><title>'
        f"{translate('My creations')}</title><style>{STYLE}</style></head><body><main>"
        f"{translate_html('<h1>My creations</h1>' + ''.join(parts))}</main></body></html>"
    )


def pack(creation: Creation) -> bytes:
    """The HTML file of a page with its record in an inert script block."""
    record = creation.record().replace("</", "<\\/")
    block = f"{record}\n{page_print(creation.text)}"
    return creation.text.replace(
        "</body>", f'<script type="application/json" id="{RECORD_ID}">{block}</script></body>'
    ).encode()


def page_print(page: str) -> str:
    """A fingerprint of what a page says and shows, whatever its white space: 64 hexadecimal
    digits.
    """
    return hashlib.sha256("".join(page.split()).encode()).hexdigest()


def unpack(data: bytes) -> Creation:
    """The creation an HTML file was made from; one that another program changed is another, whose
    parent it is.

    Raises:
        BadRecipe: not UTF-8, no record, or a damaged one.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise BadRecipe(
            "The page could not be read: it is not a text file. Try the original file from your"
            " portfolio."
        ) from problem
    block = re.search(
        rf'<script type="application/json" id="{RECORD_ID}">(.*?)</script>', text, re.S
    )
    if not block:
        raise BadRecipe(
            "This page holds no recipe: it was not made with the course. Try the original file."
        )
    page = text[: block.start()] + text[block.end() :]
    record, end, kept = block[1].replace("<\\/", "</").rpartition("}")
    made = Creation.from_record(record + end, page.encode())
    now = page_print(page)
    return made if kept.strip() in ("", now) else edited_elsewhere(made, made.content, now)


def describe(creation: Creation) -> str:
    """A card in one sentence."""
    return f"Card “{creation.recipe.prompt}”."


def figure(creation: Creation, size: int, prefix: str = "", sound_at: str = "") -> str:
    """A card in a frame in which nothing acts; see `display.figure.figure_html`."""
    title = html.escape(creation.recipe.prompt, quote=True)
    return (
        f'<iframe title="Card: {title}" sandbox="" width="620" height="700"'
        ' style="max-width:100%;border:1px solid #8a94a6"'
        f' srcdoc="{html.escape(creation.text, quote=True)}"></iframe>'
    )


def thumbnail(creation: Creation, prefix: str = "") -> str:
    """A card's title; see `display.figure.thumbnail_html`."""
    return f"<p>{html.escape(prefix + creation.recipe.prompt)}</p>"
