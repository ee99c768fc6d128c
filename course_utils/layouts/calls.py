"""Layouts without widgets: eight that differ, the same design in another format, why it scored so,
files to take away.
"""

from __future__ import annotations

import html
from collections.abc import Callable

from course_utils.creation import Creation, LearnerError
from course_utils.engines.unused import no_use_for
from course_utils.layouts.settings import LayoutSettings
from course_utils.notebook.handed_over import pick_all
from course_utils.notebook.results import Results, Taken, make, pick
from course_utils.settings import takes

__all__ = [
    "SUFFIXES",
    "Scores",
    "another_format",
    "before_hand",
    "change_layout",
    "fold_zine",
    "lock_objects",
    "make_layouts",
    "reformatted",
    "take_layout",
    "why_this_score",
]

SUFFIXES = {
    "svg": ".svg",
    "svg with text": "_text.svg",
    "png": ".png",
    "pdf": ".pdf",
    "pdf for a printer": "_bleed.pdf",
}
BLEED = 3.0  # millimetres, as most printers ask
ZINE_PAGE = "zine page"


@takes(LayoutSettings)
def make_layouts(
    title: str, text: str = "", picture=None, count: int = 8, seed: int | None = None, **settings
) -> Results:
    """Layouts of a title, a text and a picture that differ in composition, colours and letters.

    Args:
        picture: a creation, some results or a studio (their chosen or first), or a file's name; a
            list of up to four of these; None for shapes in its place.
    """
    from course_utils.portfolio.store import Portfolio

    if "pictures" in settings:
        return Results(
            message="Pictures are given as picture=, one or a list of up to four. Change that, then"
            " run this cell again."
        )
    try:
        ingredients = {}
        if picture is not None:
            ingredients["picture"] = (
                pick_all(Portfolio(), "image", picture)
                if type(picture) in (tuple, list)
                else pick(Portfolio(), "image", picture)
            )
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make("layout", title, count, seed, {"text": text, **settings}, ingredients)


def another_format(layout, format: str) -> Results:
    """The same design (composition, colours, letters, choices, and what you changed by hand)
    on another page.
    """
    from course_utils.layouts.edits import by_hand
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio()
    try:
        old = pick(portfolio, "layout", layout)
        recipe, ingredients, before = reformatted(portfolio, old, format)
        made = make("layout", recipe.prompt, 1, recipe.seed, recipe.settings, ingredients)
        if not made or before is None:
            return made
        carried, said = by_hand(made[0], before, old)
        if carried is not made[0]:
            portfolio.save(carried)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([carried], f"{said} {made.message}".strip(), made.trouble)


def reformatted(portfolio, old: Creation, format: str):
    """Recipe and ingredients of a layout's design on another page; and the layout it was before it
    was changed by hand, None where it never was.

    Raises:
        LearnerError: its picture is gone, or there is no such format.
    """
    from course_utils.layouts.design import FORMATS, objects_of, page_size
    from course_utils.layouts.edits import read_locks, refitted, written

    if format not in FORMATS:
        raise LearnerError(
            f"There is no format called {str(format)[:40]!r}. Choose one of: {', '.join(FORMATS)}."
        )
    objects_of(old)  # a page that another program changed is not laid out as it was before
    first = before_hand(portfolio, old)
    ingredients = portfolio.ingredients(first.recipe)
    if first.recipe.settings.get("from_parent") and not ingredients:
        raise LearnerError(
            "The picture of this layout is no longer in your portfolio. Make the layout again with"
            " a picture you have."
        )
    settings = {**first.recipe.settings, "format": format, "count": 1}
    if settings.get("locked"):
        settings["locked"] = written(
            refitted(
                read_locks(str(settings["locked"])),
                page_size(str(first.recipe.settings["format"])),
                page_size(format),
            )
        )
    return (
        first.recipe.changed(settings=settings),
        ingredients,
        first if first.id != old.id else None,
    )


def before_hand(portfolio, layout: Creation) -> Creation:
    """The layout as it was laid out, before anyone changed it by hand;
    as far back as the portfolio goes.
    """
    while layout.recipe.parent and not layout.recipe.settings.get("from_parent"):
        kept = portfolio.find(layout.recipe.parent)
        if kept is None or kept.creation.kind != layout.kind:
            break
        layout = kept.creation
    return layout


def lock_objects(layout, *objects, count: int = 8, seed: int | None = None, **settings) -> Results:
    """Keep objects of a layout exactly as they are and roll the rest: `layouts.lock(posters,
    "title", 2)`.

    Args:
        objects: their names (title, body, small, picture, panel, ornament) or their numbers from 1,
            as the studio counts them.
        settings: what else to keep or change: composition, type, palette, text, small, format.
    """
    import random

    from course_utils.layouts.design import objects_of
    from course_utils.layouts.edits import write_locks
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio()
    try:
        if not objects:
            raise LearnerError('Say what is to stay, such as: layouts.lock(posters, "title").')
        old = pick(portfolio, "layout", layout)
        locked = write_locks(objects_of(old), objects)
        first = before_hand(portfolio, old)
        ingredients = portfolio.ingredients(first.recipe)
        asked = {
            name: first.recipe.settings[name]
            for name in ("text", "small", "format")
            if name in first.recipe.settings
        }
        return make(
            "layout",
            old.recipe.prompt,
            count,
            random.randrange(2**31) if seed is None else seed,
            {**asked, **settings, "locked": locked},
            ingredients,
        )
    except LearnerError as sentence:
        return Results(message=str(sentence))


class Scores:
    """Every rule's verdict on a layout, as a table."""

    def __init__(self, layout: Creation | None, message: str = "") -> None:
        from course_utils.layouts.design import objects_of
        from course_utils.layouts.rules import judge, score

        self.message, self.verdicts, self.total = message, [], 0.0
        if layout is not None:
            page = objects_of(layout)
            self.verdicts, self.total = judge(page), score(page)

    def _repr_html_(self) -> str:
        if not self.verdicts:
            return f"<p>{html.escape(self.message)}</p>"
        rows = "".join(
            f'<tr><th scope="row">{v.rule}</th><td>{v.score:.0%}</td><td'
            f' style="text-align:left;white-space:normal">{html.escape(v.sentence)}</td></tr>'
            for v in self.verdicts
        )
        return (
            f"<table><caption>Why this layout scored {self.total:.0%}</caption><tr><th"
            ' scope="col">Rule</th><th scope="col">Score</th><th'
            f' scope="col">Why</th></tr>{rows}</table>'
        )

    def __repr__(self) -> str:
        return self.message or "\n".join(
            [
                f"{self.total:.0%} in all",
                *(f"{v.rule}: {v.score:.0%}. {v.sentence}" for v in self.verdicts),
            ]
        )


def why_this_score(layout) -> Scores:
    """What each rule says of a layout."""
    from course_utils.portfolio.store import Portfolio

    try:
        return Scores(pick(Portfolio(), "layout", layout))
    except LearnerError as sentence:
        return Scores(None, str(sentence))


def take_layout(layout, kind: str = "pdf", portfolio=None, paper: str = "its own size") -> Taken:
    """A layout as a file in the portfolio's folder `to_use`: "svg", "svg with text"
    (to edit elsewhere), "png", "pdf" or "pdf for a printer" (with 3 mm bleed).

    Args:
        paper: for a PDF: "its own size", A5, A4, A3, A2, letter or tabloid.
    """
    from course_utils.layouts.design import objects_of, pictures_in, to_png, to_svg
    from course_utils.layouts.printing import OWN_SIZE, PAPERS, to_pdf
    from course_utils.portfolio.store import Portfolio

    portfolio = portfolio or Portfolio()
    try:
        creation = pick(portfolio, "layout", layout)
        if paper not in PAPERS:
            raise LearnerError(f"A PDF can be made for {', '.join(PAPERS)}. Choose one of these.")
        if kind not in SUFFIXES:
            raise LearnerError(
                f"A layout can be taken away as {', '.join(SUFFIXES)}. Choose one of these."
            )
        picture = pictures_in(creation.text)
        if kind == "png":
            data = to_png(creation.text)
        elif kind.startswith("pdf"):
            data = to_pdf(objects_of(creation), picture, BLEED if "printer" in kind else 0.0, paper)
        else:
            data = to_svg(objects_of(creation), picture, outlines=kind == "svg").encode()
        size = f"_{paper}" if kind.startswith("pdf") and paper != OWN_SIZE else ""
        made = Taken(portfolio.keep_file(creation, f"{size}{SUFFIXES[kind]}", data))
        lost = [] if kind.startswith("pdf") or paper == OWN_SIZE else ["paper"]
        made.message = f"{made.message} {no_use_for(lost)}".strip()
        return made
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def change_layout(layout, which, what: str, value: str = "") -> Results:
    """A layout with one object (its name, such as "title", or its number) changed by hand: `what`
    is left, right, up, down, larger, smaller, colour (value such as "#aa2211"), align, letters,
    shape, place or resize (value such as "10,10,80,30": left, top, width, height in hundredths of
    the page; words keep their size when placed, and grow when resized).
    """
    from course_utils.layouts.edits import edit
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio()
    try:
        edited, said = edit(pick(portfolio, "layout", layout), which, what, value)
        portfolio.save(edited)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([edited], said)


def fold_zine(pages=None, title: str = "My zine", portfolio=None) -> Taken:
    """One A4 sheet to print, fold and cut into a zine of eight small pages,
    as a PDF in the portfolio's folder `to_use`.

    Args:
        pages: up to eight layouts, texts or pictures made earlier, in their order; a layout of
            another format is laid out anew as a zine page, a text or a picture gets a page of its
            own. None: the zine pages in the portfolio, in the order they were made, the last eight.
    """
    from course_utils.layouts.design import objects_of, pictures_in
    from course_utils.layouts.printing import zine_sheet
    from course_utils.portfolio.store import Portfolio

    portfolio = portfolio or Portfolio()
    try:
        if pages is None:
            pages = [
                saved.creation
                for saved in reversed(portfolio.list("layout"))
                if saved.creation.recipe.settings.get("format") == ZINE_PAGE
            ][-8:]
        pages = list(pages) if isinstance(pages, list | tuple) else [pages]
        if not 1 <= len(pages) <= 8:
            raise LearnerError(
                "A zine has one to eight pages. "
                + (
                    "Make layouts in the format zine page first."
                    if not pages
                    else f"Choose eight of these {len(pages)}."
                )
            )
        found = [zine_page(portfolio, page) for page in pages]
        laid = [page for page, _ in found]
        said = [f" Page {number}: {what}" for number, (_, what) in enumerate(found, 1) if what]
        cover = laid[0]
        data = zine_sheet([(objects_of(page), pictures_in(page.text)) for page in laid], title)
        path = portfolio.keep_file(cover, "_zine.pdf", data)
        return Taken(
            path,
            f"Written: {path.parent.name}/{path.name}, with {len(laid)} of 8 pages. Print it on A4"
            " without scaling; fold along the dashes, cut along the full line in the middle, and"
            f" push the ends together.{''.join(said)}",
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def zine_page(portfolio, given) -> tuple[Creation, str]:
    """A layout in the format zine page, made from what is given if it is none, and what is to be
    said of it.

    Raises:
        LearnerError: it cannot be laid out.
    """
    found = pick(portfolio, None, given)
    if found.recipe.settings.get("format") == ZINE_PAGE:
        return found, ""
    laid_out = AS_ZINE_PAGE.get(found.kind)
    if laid_out is None:
        raise LearnerError(
            "A page of a zine is a layout, a text or a picture. Leave the others out."
        )
    made = laid_out(found)
    if not made:
        raise LearnerError(f"This page could not be made: {made.message}")
    return made[0], made.message


def _zine_layout(found: Creation, text: str = "", picture: Creation | None = None) -> Results:
    title, seed = found.recipe.prompt, found.recipe.seed
    return make_layouts(title, text, picture=picture, count=1, seed=seed, format=ZINE_PAGE)


# How each kind becomes a page of a zine.
AS_ZINE_PAGE: dict[str, Callable[[Creation], Results]] = {
    "layout": lambda found: another_format(found, ZINE_PAGE),
    "words": lambda found: _zine_layout(found, text=found.text),
    "image": lambda found: _zine_layout(found, picture=found),
}
