"""Layouts without widgets: eight that differ, the same design in another format, why it scored so, files to take away."""

from __future__ import annotations

import html

from course_utils.creation import Creation, LearnerError
from course_utils.studios.oneline import Results, Taken, bring_picture, make, pick

SUFFIXES = {"svg": ".svg", "svg with text": "_text.svg", "png": ".png", "pdf": ".pdf", "pdf for a printer": "_bleed.pdf"}
BLEED = 3.0  # millimetres, as most printers ask
ZINE_PAGE = "zine page"


def make_layouts(title: str, text: str = "", picture=None, count: int = 8, seed: int | None = None, **settings) -> Results:
    """Layouts of a title, a text and a picture that differ in composition, colours and letters.

    Args:
        picture: a creation, some results or a studio (their chosen or first), or a file's name; a tuple of up to four of these; None for shapes in its place.
        settings: small (a name, a date), format, composition, type, palette; `LayoutEngine.create` says what each means.
    """
    from course_utils.portfolio.store import Portfolio

    try:
        ingredients = {}
        if picture is not None:
            ingredients["picture"] = [bring_picture(Portfolio(), one) for one in picture] if isinstance(picture, tuple) else bring_picture(Portfolio(), picture)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    results = make("layout", title, count, seed, {"text": text, **settings}, ingredients)
    from course_utils.engines.layout import was_unreadable

    if results and not results.message and isinstance(settings.get("palette"), str) and was_unreadable(settings["palette"]):
        results.message = "Words in those colours could not be read by everyone, so they were made darker or lighter."
    return results


def another_format(layout, format: str) -> Results:
    """The same design (composition, colours, letters, choices) on another page."""
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio()
    try:
        old = pick(portfolio, "layout", layout)
        ingredients = portfolio.ingredients(old.recipe)
        if old.recipe.settings.get("from_parent") and not ingredients:
            return Results(message="The picture of this layout is no longer in your portfolio. Make the layout again with a picture you have.")
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make("layout", old.recipe.prompt, 1, old.recipe.seed, {**old.recipe.settings, "format": format}, ingredients)


class Scores:
    """Every rule's verdict on a layout, as a table."""

    def __init__(self, layout: Creation | None, message: str = "") -> None:
        from course_utils.media.design import read_objects
        from course_utils.media.design_rules import judge, score

        self.message = message
        self.verdicts, self.total = ([], 0.0) if layout is None else (judge(read_objects(layout.text)), score(read_objects(layout.text)))

    def _repr_html_(self) -> str:
        if not self.verdicts:
            return f"<p>{html.escape(self.message)}</p>"
        rows = "".join(f'<tr><th scope="row">{v.rule}</th><td>{v.score:.0%}</td><td>{html.escape(v.sentence)}</td></tr>' for v in self.verdicts)
        return f'<table><caption>Why this layout scored {self.total:.0%}</caption><tr><th scope="col">Rule</th><th scope="col">Score</th><th scope="col">Why</th></tr>{rows}</table>'

    def __repr__(self) -> str:
        return self.message or "\n".join([f"{self.total:.0%} in all", *(f"{v.rule}: {v.score:.0%}. {v.sentence}" for v in self.verdicts)])


def why_this_score(layout) -> Scores:
    """What each rule says of a layout."""
    from course_utils.portfolio.store import Portfolio

    try:
        return Scores(pick(Portfolio(), "layout", layout))
    except LearnerError as sentence:
        return Scores(None, str(sentence))


def take_layout(layout, kind: str = "pdf", portfolio=None) -> Taken:
    """A layout as a file in the portfolio's folder `to_use`: "svg", "svg with text" (to edit elsewhere), "png", "pdf" or "pdf for a printer" (with 3 mm bleed)."""
    from course_utils.media.design import pictures_in, read_objects, to_png, to_svg
    from course_utils.media.paper import to_pdf
    from course_utils.portfolio.store import Portfolio

    portfolio = portfolio or Portfolio()
    try:
        creation = pick(portfolio, "layout", layout)
        if kind not in SUFFIXES:
            raise LearnerError(f"A layout can be taken away as {', '.join(SUFFIXES)}. Choose one of these.")
        design, picture = read_objects(creation.text), pictures_in(creation.text)
        if kind == "png":
            data = to_png(creation.text)
        elif kind.startswith("pdf"):
            data = to_pdf(design, picture, BLEED if "printer" in kind else 0.0)
        else:
            data = to_svg(design, picture, outlines=kind == "svg").encode()
        return Taken(portfolio.keep_file(creation, SUFFIXES[kind], data))
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def change_layout(layout, number: int, what: str, value: str = "") -> Results:
    """A layout with one object changed by hand: `what` is left, right, up, down, larger, smaller, colour (value such as "#aa2211"), align, letters, shape,
    or place (value such as "10,10,80,30": left, top, width, height in hundredths of the page)."""
    from course_utils.media.design_edits import edit
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio()
    try:
        edited, said = edit(pick(portfolio, "layout", layout), number, what, value)
        portfolio.save(edited)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([edited], said)


def fold_zine(pages=None, title: str = "My zine", portfolio=None) -> Taken:
    """One A4 sheet to print, fold and cut into a zine of eight small pages, as a PDF in the portfolio's folder `to_use`.

    Args:
        pages: up to eight layouts, texts or pictures made earlier, in their order; a layout of another format is laid out anew as a zine page, a text or
            a picture gets a page of its own. None: the zine pages in the portfolio, in the order they were made, the last eight.
    """
    from course_utils.media.design import pictures_in, read_objects
    from course_utils.media.paper import zine_sheet
    from course_utils.portfolio.store import Portfolio

    portfolio = portfolio or Portfolio()
    try:
        if pages is None:
            pages = [saved.creation for saved in reversed(portfolio.list("layout")) if saved.creation.recipe.settings.get("format") == ZINE_PAGE][-8:]
        pages = list(pages) if isinstance(pages, list | tuple) else [pages]
        if not 1 <= len(pages) <= 8:
            raise LearnerError("A zine has one to eight pages. " + ("Make layouts in the format zine page first." if not pages else f"Choose eight of these {len(pages)}."))
        laid = [zine_page(portfolio, page) for page in pages]
        cover = laid[0]
        data = zine_sheet([(read_objects(page.text), pictures_in(page.text)) for page in laid], title)
        path = portfolio.keep_file(cover, "_zine.pdf", data)
        return Taken(path, f"Written: {path.parent.name}/{path.name}, with {len(laid)} of 8 pages. Print it on A4 without scaling; fold along the dashes, cut along the full line in the middle, and push the ends together.")
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def zine_page(portfolio, given) -> Creation:
    """A layout in the format zine page, made from what is given if it is none.

    Raises:
        LearnerError: it cannot be laid out.
    """
    found = pick(portfolio, None, given)
    if found.kind == "layout" and found.recipe.settings.get("format") == ZINE_PAGE:
        return found
    if found.kind == "layout":
        made = another_format(found, ZINE_PAGE)
    elif found.kind in ("words", "image"):
        made = make_layouts(found.recipe.prompt[:60], found.text if found.kind == "words" else "", picture=found if found.kind == "image" else None, count=1, seed=found.recipe.seed, format=ZINE_PAGE)
    else:
        raise LearnerError("A page of a zine is a layout, a text or a picture. Leave the others out.")
    if not made:
        raise LearnerError(f"This page could not be made: {made.message}")
    return made[0]
