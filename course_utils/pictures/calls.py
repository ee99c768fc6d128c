"""What the picture studio's panels do, in one line each."""

from __future__ import annotations

import html
from collections.abc import Sequence
from statistics import median

from course_utils.creation import Creation, LearnerError
from course_utils.display.figure import figure_html
from course_utils.models.catalogue import find_model
from course_utils.notebook.jobs import time_words
from course_utils.notebook.results import Results, Taken, make, pick
from course_utils.pictures.candidates.spread import PLAIN as ALIKE
from course_utils.pictures.diffusion_model import steps_for
from course_utils.pictures.engine import MODEL
from course_utils.pictures.inpainting import bring_mask
from course_utils.pictures.settings import PictureSettings
from course_utils.portfolio.store import Portfolio
from course_utils.settings import takes

__all__ = [
    "PLAIN",
    "Sweep",
    "TYPES",
    "VARIED",
    "bring_picture",
    "expected_words",
    "family_tree",
    "how_long",
    "make_bigger",
    "make_image",
    "more_detail",
    "sweep_image",
    "take_picture",
    "use_picture_model",
]

NEWEST = 8  # of the last pictures are asked

TYPES = {
    "png": "image/png",
    "clear": "image/png",
    "svg": "image/svg+xml",
    "stickers": "application/pdf",
}
VARIED = {"subtle": 0.4, "strong": 0.75}  # how far Vary and Vary more go from a picture
PLAIN = {"part": "", "extend": "", "blend_with": "", "bigger": False, "stopped_at": 0}

FILES = {  # what a picture is taken away as: end of the file's name, function in media.stickers
    "png": ("large.png", "large_png"),
    "clear": ("clear.png", "cut_out_png"),
    "svg": ("shapes.svg", "to_svg"),
    "stickers": ("stickers.pdf", "sticker_sheet"),
}


def make_bigger(picture=None) -> Results:
    """A picture four times larger, drawn by a small network: a creation, results, a studio,
    or nothing (the latest).
    """
    try:
        start = pick(Portfolio(), "image", picture)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return make(
        "image",
        start.recipe.prompt,
        1,
        start.recipe.seed,
        {"bigger": True},
        {"start": start},
        parent=start.id,
        named=True,
    )


def take_picture(picture=None, kind: str = "png", portfolio: Portfolio | None = None) -> Taken:
    """A picture as a file in the portfolio's folder `to_use`: "png", "clear" (nothing around the
    thing), "svg" or "stickers" (PDF; also of several pictures).
    """
    from importlib import import_module

    portfolio = portfolio or Portfolio()
    try:
        if kind not in FILES:
            raise LearnerError(
                f"A picture can be taken away as {', '.join(FILES)}. Choose one of these."
            )
        creation, (suffix, way) = pick(portfolio, "image", picture), FILES[kind]
        several = (
            picture if kind == "stickers" and isinstance(picture, list) and picture else [creation]
        )
        made = getattr(import_module("course_utils.pictures.exports"), way)(
            list(several) if kind == "stickers" else creation
        )
        return Taken(
            portfolio.keep_file(
                creation, f"_{suffix}", made.encode() if isinstance(made, str) else made
            )
        )
    except LearnerError as sentence:
        return Taken(message=str(sentence))


def family_tree(picture=None):
    """All relatives of a picture with what was changed on the way: a creation, results, a studio,
    or nothing (the latest).
    """
    from course_utils.pictures.lineage import Family

    portfolio = Portfolio()
    try:
        return Family(portfolio, pick(portfolio, "image", picture))
    except LearnerError as sentence:
        return Results(message=str(sentence))


def use_picture_model(name: str = "", fetch: bool = False) -> Told:
    """Draw with another model of the catalogue from now on; with no name, which ones there are.

    Without `fetch` nothing is fetched: what it would need is said instead.
    """
    from course_utils.models.catalogue import also_needed, find_model, models_for
    from course_utils.models.hub import is_fetched
    from course_utils.notebook.model_choice import fetch_and_use, offer, short_words
    from course_utils.pictures.engine import picture_engine

    engine = picture_engine()
    if not name:
        return Told(
            [f"In use: {engine.current}."]
            + [f"{model.id}: {short_words(model)}. {model.good}" for model in models_for("image")]
        )
    try:
        check_picture_model(name)
        model = find_model(name)
        if not fetch and not all(
            one.ships or is_fetched(one) for one in (model, *also_needed(model))
        ):
            return Told(
                [
                    *offer(model, also_needed(model)),
                    (
                        f'Nothing was fetched. If that is all right: pictures.use_model("{name}",'
                        f" fetch=True). In use: {engine.current}."
                    ),
                ]
            )
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
    from course_utils.pictures.engine import picture_engine

    return (
        expected_words(
            [saved.creation for saved in Portfolio().list("image", most=12)],
            {"count": count, "speed": speed},
            picture_engine().current,
        )
        or "No picture was made here yet. Make one, then ask again."
    )


def more_detail(words: str) -> str:
    """The words with one more detail of a kind the picture model understands,
    to be changed as you like.
    """
    from course_utils.pictures.prompt_ideas import with_detail

    return with_detail(words)[0]


@takes(PictureSettings, "directions", "own_model", "own_strength")
def make_image(
    prompt: str,
    count: int = 4,
    seed: int | None = None,
    start=None,
    other=None,
    model: str = "",
    composition: str = "any",
    **settings,
) -> Results:
    """Pictures from words, or from a picture and words.

    Args:
        start: a picture to begin from: a creation, some results or a studio (their chosen or
            first), a DrawingCanvas, a file's name or bytes, a PIL picture, an array.
        other: a second picture, to blend with `start`.
        model: a picture model of the catalogue (`course models` lists them), if not the one in use;
            see `pictures.use_model`.
        composition: "any" brings candidates that differ on purpose: in place and ground, and in
            style where you name none; "plain" leaves all of it to chance.
        settings: as below. style may also be one you saved, or the name of a model you taught; part
            may also be a mask, light where it is to change: a file's name, a PIL picture or a
            DrawingCanvas.
    """
    try:
        portfolio = Portfolio()
        ingredients = {
            name: bring_picture(portfolio, given)
            for name, given in (("start", start), ("other", other))
            if given is not None
        }
        if start is None:
            settings["composition"] = composition
        settings, ingredients = with_own_style(portfolio, settings, ingredients)
        said = ""
        if "part" in settings:
            settings["part"], said = bring_mask(settings["part"], ingredients.get("start"))
        if model:
            check_picture_model(model)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    began = ingredients.get("start")
    parent = began.id if began is not None else None
    results = make("image", prompt, count, seed, settings, ingredients, parent, model=model)
    if results:
        results.message = f"{results.message} {said}".strip()
    return results


def check_picture_model(name: str) -> None:
    """Whether there is a picture model of that name.

    Raises:
        LearnerError: there is not.
    """
    from course_utils.models.catalogue import find_model, models_for

    if find_model(name) not in models_for("image"):
        raise LearnerError(
            f"{name} does not make pictures. Choose one of:"
            f" {', '.join(model.id for model in models_for('image'))}."
        )


def with_own_style(portfolio: Portfolio, settings: dict, ingredients: dict) -> tuple[dict, dict]:
    """Picture settings with the name of an own style or model replaced by what it stands for,
    and the ingredients with that model.

    Raises:
        LearnerError: a file of the style or the model is damaged.
    """
    from course_utils.pictures.saved_styles import expanded

    settings = expanded(portfolio, settings)
    own = portfolio.own_model(str(settings.get("own_model") or ""))
    return settings, {**ingredients, "own": own} if own else ingredients


def bring_picture(portfolio: Portfolio, given) -> Creation:
    """The picture meant: see `notebook.handed_over.pick`.

    Raises:
        LearnerError: it cannot be read or is not a picture.
    """
    return pick(portfolio, "image", given)


def sweep_image(prompt: str, seed: int = 1, start=None, **settings) -> Sweep:
    """A contact sheet: the same seed with one or two settings given as lists, such as guidance=[1,
    3, 6], style=["flat", "3d"].
    """
    lists = {name: values for name, values in settings.items() if isinstance(values, list | tuple)}
    fixed = {"composition": ALIKE, **settings}  # what differs is what the lists say
    fixed = {name: value for name, value in fixed.items() if name not in lists}
    if not 1 <= len(lists) <= 2 or any(not 1 <= len(values) <= 6 for values in lists.values()):
        return Sweep(
            {},
            [],
            [],
            message=(
                "Give one or two settings as lists of up to six values, such as guidance=[1, 3, 6]."
            ),
        )
    (across, columns), (down, rows) = (list(lists.items()) + [("", [None])])[:2]
    cells: dict[tuple, Creation] = {}
    for row in rows:
        for column in columns:
            chosen = {**fixed, across: column, **({down: row} if down else {})}
            made = make_image(
                chosen.pop("prompt", prompt),
                count=1,
                seed=chosen.pop("seed", seed),
                start=start,
                **chosen,
            )
            if not made:
                return Sweep(cells, columns, rows, across, down, made.message)
            cells[row, column] = made[0]
    return Sweep(cells, columns, rows, across, down)


class Sweep:
    """Pictures by one or two settings, shown as a table with headings.

    `cells[row, column]` is a Creation; the row is None for one setting.
    """

    def __init__(
        self,
        cells: dict,
        columns: Sequence,
        rows: Sequence,
        across: str = "",
        down: str = "",
        message: str = "",
    ) -> None:
        self.cells, self.columns, self.rows, self.across, self.down, self.message = (
            cells,
            columns,
            rows,
            across,
            down,
            message,
        )

    def _repr_html_(self) -> str:
        if not self.cells:
            return f"<p>{html.escape(self.message)}</p>"
        head = "".join(
            f'<th scope="col">{html.escape(f"{self.across} {column}")}</th>'
            for column in self.columns
        )
        body = ""
        for row in self.rows:
            name = (
                "" if row is None else f'<th scope="row">{html.escape(f"{self.down} {row}")}</th>'
            )
            body += (
                f"<tr>{name}"
                + "".join(
                    (
                        "<td>"
                        + (
                            figure_html(self.cells[row, column], size=128)
                            if (row, column) in self.cells
                            else ""
                        )
                        + "</td>"
                    )
                    for column in self.columns
                )
                + "</tr>"
            )
        corner = "<td></td>" if self.down else ""
        return (
            f"<p>{html.escape(self.message)}</p><table><caption>The same seed with different"
            f" settings</caption><tr>{corner}{head}</tr>{body}</table>"
        )

    def __repr__(self) -> str:
        return self.message or f"{len(self.cells)} pictures with {self.across} {self.columns}" + (
            f" and {self.down} {self.rows}" if self.down else ""
        )


def steps_of(settings: dict, model: str = MODEL) -> int:
    """Denoising steps of one picture with these settings and a model of the catalogue."""
    asked = PictureSettings.of(settings)
    steps = steps_for(find_model(model), asked.speed)
    return max(1, int(steps * asked.strength)) if asked.from_parent else steps


def expected_seconds(recent: list[Creation], settings: dict, model: str = "") -> float | None:
    """Seconds for all pictures of a recipe with these settings and a model
    ("" is the course's own); None when none was made with it here yet.
    """
    model = model or MODEL
    known = [
        made.seconds / steps_of(made.recipe.settings, model)
        for made in recent
        if made.recipe.model == model
        and made.seconds > 0
        and not made.recipe.settings.get("stopped_at")
    ][:NEWEST]
    return median(known) * steps_of(settings, model) * settings.get("count", 1) if known else None


def expected_words(recent: list[Creation], settings: dict, model: str = "") -> str:
    """The same as a sentence, "" when nothing is known."""
    seconds = expected_seconds(recent, settings, model)
    if seconds is None:
        return ""
    return f"That takes about {time_words(seconds)}, going by the last pictures made here."
