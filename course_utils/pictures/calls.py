"""What the picture studio's panels do, in one line each."""

from __future__ import annotations

import html

from course_utils.creation import LearnerError
from course_utils.portfolio.store import Portfolio
from course_utils.notebook.results import Results, Taken, make, pick

FILES = {  # what a picture is taken away as: end of the file's name, function in media.stickers
    "png": ("large.png", "large_png"), "clear": ("clear.png", "cut_out_png"), "svg": ("shapes.svg", "to_svg"), "stickers": ("stickers.pdf", "sticker_sheet"),
}


def make_bigger(picture=None) -> Results:
    """A picture four times larger, drawn by a small network: a creation, results, a studio, or nothing (the latest)."""
    try:
        start = pick(Portfolio(), "image", picture)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make("image", start.recipe.prompt, 1, start.recipe.seed, {"bigger": True}, {"start": start}, parent=start.id)


def take_picture(picture=None, kind: str = "png", portfolio: Portfolio | None = None) -> Taken:
    """A picture as a file in the portfolio's folder `to_use`: "png", "clear" (nothing around the thing), "svg" or "stickers" (PDF; also of several pictures)."""
    from importlib import import_module

    portfolio = portfolio or Portfolio()
    try:
        if kind not in FILES:
            raise LearnerError(f"A picture can be taken away as {', '.join(FILES)}. Choose one of these.")
        creation, (suffix, way) = pick(portfolio, "image", picture), FILES[kind]
        several = picture if kind == "stickers" and isinstance(picture, list) and picture else [creation]
        made = getattr(import_module("course_utils.pictures.exports"), way)(list(several) if kind == "stickers" else creation)
        return Taken(portfolio.keep_file(creation, f"_{suffix}", made.encode() if isinstance(made, str) else made))
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def family_tree(picture=None):
    """All relatives of a picture with what was changed on the way: a creation, results, a studio, or nothing (the latest)."""
    from course_utils.pictures.lineage import Family

    portfolio = Portfolio()
    try:
        return Family(portfolio, pick(portfolio, "image", picture))
    except LearnerError as sentence:
        return Results(message=str(sentence))


def use_picture_model(name: str = "", fetch: bool = False) -> Told:
    """Draw with another model of the catalogue from now on; with no name, which ones there are. Without `fetch` nothing is fetched: what it would need is said instead."""
    from course_utils.engines import engine_for
    from course_utils.models.catalogue import also_needed, find_model, models_for
    from course_utils.models.hub import is_fetched
    from course_utils.notebook.model_choice import fetch_and_use, offer, short_words
    from course_utils.notebook.results import check_picture_model

    engine = engine_for("image")
    if not name:
        return Told([f"In use: {engine.current}."] + [f"{model.id}: {short_words(model)}. {model.good}" for model in models_for("image")])
    try:
        check_picture_model(name)
        model = find_model(name)
        if not fetch and not all(one.ships or is_fetched(one) for one in (model, *also_needed(model))):
            return Told([*offer(model, also_needed(model)), f"Nothing was fetched. If that is all right: use_picture_model(\"{name}\", fetch=True). In use: {engine.current}."])
        fetch_and_use(model, engine.switch, also_needed(model))
    except LearnerError as sentence:
        return Told([str(sentence), f"In use: {engine.current}."])
    return Told([f"In use from now on: {name}."])


class Told(list):
    """Sentences; a notebook shows them as a list."""

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{html.escape(line)}</li>" for line in self) + "</ul>"

    def __repr__(self) -> str:
        return "\n".join(self)


def how_long(count: int = 4, speed: str = "balanced") -> str:
    """How long some pictures will take here, in words, going by the last ones."""
    from course_utils.engines import engine_for
    from course_utils.pictures.pace import expected_words

    return expected_words([saved.creation for saved in Portfolio().list("image", most=12)], {"count": count, "speed": speed}, engine_for("image").current) or "No picture was made here yet. Make one, then ask again."


def more_detail(words: str) -> str:
    """The words with one more detail of a kind the picture model understands, to be changed as you like."""
    from course_utils.pictures.prompt_ideas import with_detail

    return with_detail(words)[0]
