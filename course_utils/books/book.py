"""What a book holds, who did what in it, and the book as one HTML file that needs nothing else."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, field

from course_utils.creation import Creation, HumanEdit, Recipe, now
from course_utils.display.figure import figure_html
from course_utils.display.html import table_html
from course_utils.notebook.results import describe

__all__ = ["Book", "DRAWN", "HEARD", "PLOT", "Scene", "as_page", "credits_html"]

# A plot of our own, the oldest there is: somebody finds, wants, is stopped, is helped, comes home.
PLOT = (
    "One morning {hero} found {thing}.",
    "Nobody knew what {thing} was for, so {hero} set off to ask.",
    "Then it rained, and the way was long.",
    "At night an owl sat in a tree and knew the answer.",
    "In the evening {hero} was at home again, and {thing} had a place.",
)
DRAWN = ("{hero}", "{thing}", "a cloud", "an owl", "a house")
HEARD = (
    "a gentle air in G major",
    "a lively reel in D major",
    "a slow sad air in A minor",
    "a gentle waltz in C major",
    "a happy jig in G major",
)

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


@dataclass
class Scene:
    """One page: the person's line, what the model wrote on, a picture and a tune.

    `own_line` and `own_text`: whether a person wrote them in place of the plot and of the model.
    """

    line: str
    text: Creation | None = None
    picture: Creation | None = None
    tune: Creation | None = None
    own_line: bool = False
    own_text: str = ""
    changes: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What stands on the page under the line."""
        return self.own_text or (self.text.text.strip() if self.text else "")

    @property
    def parts(self) -> list[Creation]:
        text = None if self.own_text else self.text
        return [one for one in (text, self.picture, self.tune) if one is not None]


@dataclass
class Book:
    """Five scenes, a cover, and what its author says. A notebook shows it page by page."""

    title: str
    seed: int
    scenes: list[Scene]
    front: Creation | None = None
    author: str = ""
    statement: str = ""
    message: str = ""
    turned_to: int | None = None  # the page to be shown next, 0 is the cover; None is the whole

    @property
    def parts(self) -> list[Creation]:
        """Every creation in it, in reading order."""
        front = [self.front] if self.front is not None else []
        return front + [one for scene in self.scenes for one in scene.parts]

    def counted(self) -> dict[str, int]:
        """Words by a person and by the model, lines of the plot that stayed, changes made."""
        mine = [scene.line for scene in self.scenes if scene.own_line]
        mine += [scene.own_text for scene in self.scenes if scene.own_text]
        model = [scene.words for scene in self.scenes if not scene.own_text]
        grown = sum(own_words(scene.text) for scene in self.scenes if not scene.own_text)
        return {
            "words by a person": sum(len(one.split()) for one in mine) + grown,
            "words by the model": sum(len(one.split()) for one in model) - grown,
            "lines of the given plot": sum(not scene.own_line for scene in self.scenes),
            "changes": sum(len(scene.changes) for scene in self.scenes),
        }

    def turn_to(self, page: int) -> Book:
        """Show only this page the next time: what was changed. After that, the whole again."""
        self.turned_to = page
        return self

    def _repr_html_(self) -> str:
        page, self.turned_to = self.turned_to, None
        if page is None:
            return said(self.message) + inside(self, size=256)
        whole = said("The other pages are as they were; the book itself shows all of them.")
        cover = f"<figure>{shown(self.front, 256, 'Cover')}</figure>"
        turned = scene_html(self.scenes[page - 1], page, 256) if page else cover
        return said(self.message) + turned + whole

    def __repr__(self) -> str:
        lines = [self.message, self.title] if self.message else [self.title]
        for number, scene in enumerate(self.scenes, 1):
            lines += [f"{number}. {scene.line}", f"   {scene.words}"]
            lines += [f"   {describe(one)}" for one in (scene.picture, scene.tune) if one]
        return "\n".join(lines)


def own_words(text: Creation | None) -> int:
    """How many words of a text its record counts as a person's: of one grown with suggestions."""
    counted = text.edits[-1].counts if text is not None and text.edits else {}
    return counted.get("own", 0) + counted.get("edited", 0)


def shown(creation: Creation | None, size: int, name: str) -> str:
    """A part of a page; "" where it is missing."""
    return figure_html(creation, size, name) if creation is not None else ""


def said(sentence: str) -> str:
    return f"<p>{html.escape(sentence)}</p>" if sentence else ""


def scene_html(scene: Scene, number: int, size: int) -> str:
    """One page: line, picture, words, and a tune or another sound."""
    noun = scene.tune.declared.noun if scene.tune else "tune"
    heard = f"{noun.capitalize()} of scene {number}"
    return (
        f'<section id="scene-{number}"><h2>Scene {number}</h2>'
        f"<figure>{shown(scene.picture, size, f'Scene {number}')}</figure>"
        f'<p class="line">{html.escape(scene.line)}</p><p>{html.escape(scene.words)}</p>'
        f"{shown(scene.tune, size, heard)}</section>"
    )


def inside(book: Book, size: int = 360) -> str:
    """The book's pages, without the head of a file."""
    links = " · ".join(
        f'<a href="#scene-{number}" style="text-decoration:underline">{number}</a>'
        for number in range(1, len(book.scenes) + 1)
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
