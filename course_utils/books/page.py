"""A book as one HTML file that needs nothing else: pages, sounds, credits."""

from __future__ import annotations

import html
from collections import Counter

from course_utils.books.book import Book, Scene, shown
from course_utils.creation import Creation, HumanEdit, Recipe, now
from course_utils.display.html import table_html

STYLE = """body{font:20px/1.55 Georgia,serif;color:#1b1f27;background:#f3efe6;margin:0}
main{max-width:46rem;margin:0 auto;padding:1rem}h1,h2{line-height:1.2}
section{background:#fff;border-radius:16px;padding:1.5rem;margin:1rem 0;min-height:80vh;
box-sizing:border-box}nav a,footer a{color:#0b57a8}.line{font-size:1.25em;font-weight:700}
img{display:block;max-width:100%;width:22rem;margin:0 auto}svg{max-width:100%;height:auto}
audio{width:100%}table{border-collapse:collapse;font-size:1rem}td,th{padding:2px 12px 2px 0}
blockquote{margin:0;white-space:pre-line}figure{margin:0}details{font-size:1rem}
@media print{section{break-after:page;min-height:0}audio,details,nav{display:none}}"""
MADE_WITH = (
    "Small models drew, wrote and composed on the author's own computer; a person gave the words,"
    " chose, changed and combined. "
)


def said(sentence: str) -> str:
    return f"<p>{html.escape(sentence)}</p>" if sentence else ""


def scene_html(scene: Scene, number: int, size: int) -> str:
    """One page: line, picture, words, tune."""
    return (
        f'<section id="scene-{number}"><h2>Scene {number}</h2>'
        f"<figure>{shown(scene.picture, size, f'Scene {number}')}</figure>"
        f'<p class="line">{html.escape(scene.line)}</p><p>{html.escape(scene.words)}</p>'
        f"{shown(scene.tune, size, f'Tune of scene {number}')}</section>"
    )


def inside(book: Book, size: int = 360) -> str:
    """The book's pages, without the head of a file."""
    links = " · ".join(
        f'<a href="#scene-{number}">{number}</a>' for number in range(1, len(book.scenes) + 1)
    )
    by = f"<p>by {html.escape(book.author)}</p>" if book.author else ""
    front = (
        f'<section id="cover"><h1>{html.escape(book.title)}</h1>{by}'
        f"<figure>{shown(book.front, 420, 'Cover')}</figure>"
        f'<nav aria-label="Scenes">Scenes: {links} · <a href="#credits">Credits</a></nav></section>'
    )
    scenes = "".join(scene_html(one, number, size) for number, one in enumerate(book.scenes, 1))
    return front + scenes + credits_html(book)


def credits_html(book: Book) -> str:
    """Who did what: counted words, models with their pages, changes, the statement."""
    counted = book.counted()
    models = Counter(one.recipe.model for one in book.parts if one.recipe.model)
    rows = [[html.escape(name), str(count)] for name, count in counted.items()]
    made = [[html.escape(name), str(count)] for name, count in models.most_common()]
    changes = "".join(
        f"<li>Scene {number}: {html.escape(what)}</li>"
        for number, scene in enumerate(book.scenes, 1)
        for what in scene.changes
    )
    statement = (
        f"<h3>What the author says</h3><blockquote>{html.escape(book.statement)}</blockquote>"
        if book.statement
        else ""
    )
    return (
        f'<section id="credits"><h2>Who did what</h2>{statement}'
        + table_html("Counted from the record", ["What", "How many"], rows)
        + (table_html("Models used", ["Model", "Parts"], made) if made else "")
        + (f"<h3>Changed by a person</h3><ul>{changes}</ul>" if changes else "")
        + f"<p>{MADE_WITH}Finished on {now():%Y-%m-%d}.</p></section>"
    )


def as_page(book: Book) -> Creation:
    """The book as a creation of kind page, with everything in it."""
    title = html.escape(book.title)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>{title}</title><style>{STYLE}'
        f"</style></head><body><main>{inside(book)}</main></body></html>"
    )
    counted = book.counted()
    edits = [HumanEdit(what="combined a book of five scenes", counts=counted)]
    edits += [
        HumanEdit(what=f"changed scene {number}: {what}"[:500])
        for number, scene in enumerate(book.scenes, 1)
        for what in scene.changes
    ]
    if book.statement:
        edits.append(HumanEdit(what="written: the author's statement"))
    parts = {f"part {number}": one.id for number, one in enumerate(book.parts, 1)}
    recipe = Recipe(
        kind="page",
        prompt=book.title,
        seed=book.seed,
        settings=dict(list(parts.items())[:30]),
        parent=book.parts[0].id if book.parts else None,
    )
    return Creation(recipe=recipe, content=page.encode(), edits=edits)
