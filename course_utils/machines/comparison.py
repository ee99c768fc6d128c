"""Bigger and smaller models side by side, and what each costs.

Figures are measured; where and how stands beside them.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine
from course_utils.models.catalogue import Model, find_model, models_for
from course_utils.models.hub import is_fetched
from course_utils.notebook.handed_over import asked

__all__ = ["costs", "machine_card", "side_by_side", "smallest_that"]

MEASURED = Path(__file__).parents[1] / "models" / "measured.toml"
HOW_MEMORY = {
    "measured": "",
    "reckoned": " of a graphics card (reckoned)",
    "estimated": " (estimate)",
}
# assumptions that a learner changes: a small computer at work, and a kilowatt-hour in one's own
# money
WATTS, PRICE = 30.0, 0.30


@dataclass(frozen=True)
class Run:
    """A model's size, and what one result took where it was measured.

    `numbers` counts its parameters, `needs` bytes of memory; 0 is not measured.
    """

    id: str
    numbers: int
    what: str
    needs: int = 0
    seconds: float = 0.0
    where: str = ""


@cache
def measured() -> dict[str, Run]:
    """The runs by model."""
    return {
        run["id"]: Run(**run) for run in tomllib.loads(MEASURED.read_text(encoding="utf-8"))["run"]
    }


def with_code(line: str) -> str:
    """A sentence as HTML, with what is to be typed in a terminal set off."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(line))


class Card:
    """Text as a list of sentences, in a notebook and in a terminal."""

    def __init__(self, lines: list[str], title: str = "") -> None:
        self.lines, self.title = lines, title

    def _repr_html_(self) -> str:
        head = f"<p><b>{html.escape(self.title)}</b></p>" if self.title else ""
        return (
            head + "<ul>" + "".join(f"<li>{with_code(line)}</li>" for line in self.lines) + "</ul>"
        )

    def __repr__(self) -> str:
        return "\n".join([*([self.title] if self.title else []), *self.lines])


def machine_card(kind: str = "image", wish: str = "") -> Card:
    """What this computer has, which model is used for "image", "words" or "tune",
    and what more would take. Nothing is fetched.
    """
    from course_utils.models.choose import NAMES, preflight

    try:
        if kind not in NAMES:
            raise LearnerError('Choose "image", "words" or "tune".')
        return Card(preflight(kind, wish=wish), f"Before you begin: {NAMES[kind]} on this computer")
    except LearnerError as sentence:
        return Card([str(sentence)])


class SideBySide:
    """The same words and seed, a model a column. `made` is {model id: creation}."""

    def __init__(self, made: dict[str, Creation], told: list[str]) -> None:
        self.made, self.told = made, told

    def _repr_html_(self) -> str:
        from course_utils.display.figure import figure_html

        cells = "".join(
            (
                '<td style="vertical-align:top;text-align:left">'
                f"{figure_html(creation, name=name)}</td>"
            )
            for name, creation in self.made.items()
        )
        heads = "".join(
            f'<th scope="col" style="text-align:left">{html.escape(name)}</th>'
            for name in self.made
        )
        table = (
            (
                f"<table><caption>The same words and the same seed, by {len(self.made)}"
                f" {'model' if len(self.made) == 1 else 'models'}</caption><tr>{heads}</tr>"
                f"<tr>{cells}</tr></table>"
            )
            if self.made
            else ""
        )
        return table + "".join(f"<p>{with_code(line)}</p>" for line in self.told)

    def __repr__(self) -> str:
        from course_utils.notebook.results import describe

        return "\n".join(
            [*(f"{name}: {describe(creation)}" for name, creation in self.made.items()), *self.told]
        )


def side_by_side(kind: str, prompt: str, seed: int = 7) -> SideBySide:
    """The same words and seed by every model of a kind ("image" or "words") that is here and fits:
    the smallest first.
    """
    from course_utils.engines import GENERATION_LOCK
    from course_utils.models.choose import fits, this_machine
    from course_utils.portfolio.store import Portfolio
    from course_utils.safety.prompts import check_prompt

    made, told, portfolio = {}, [], Portfolio()
    try:
        if kind not in ASKED_OF:
            raise LearnerError('Side by side there are "image" and "words". Choose one of them.')
        words, machine = check_prompt(prompt), this_machine()
    except LearnerError as sentence:
        return SideBySide({}, [str(sentence)])
    for model in sorted(models_for(kind), key=lambda one: one.order):
        reason = fits(model, machine) or (
            ""
            if model.ships or is_fetched(model)
            else (
                f"it is not here; it would fit, and is {model.bytes / 1e6:.0f} MB to fetch: `course"
                f" fetch {model.id}`"
            )
        )
        if reason:
            told.append(f"Not shown: {model.id}, because {reason}.")
            continue
        try:
            with GENERATION_LOCK:
                creation = one_result(model, words, seed)
            portfolio.save(creation)
            made[model.id] = creation
        except LearnerError as sentence:
            told.append(f"{model.id}: {sentence}")
    return SideBySide(made, told)


def one_result(model: Model, prompt: str, seed: int) -> Creation:
    """One picture or text by a model that is here."""
    settings = {"count": 1, **MORE_SETTINGS.get(model.kind, {})}
    recipe = asked(kind=model.kind, prompt=prompt, seed=seed, settings=settings)
    engine, recipe = ASKED_OF.get(model.kind, usual_engine)(model, recipe)
    return next(iter(engine.create(recipe)))


def usual_engine(model: Model, recipe: Recipe) -> tuple[Engine, Recipe]:
    from course_utils.engines import engine_for

    return engine_for(recipe.kind), recipe


def picture_engine(model: Model, recipe: Recipe) -> tuple[Engine, Recipe]:
    return usual_engine(model, recipe.changed(model=model.id))


def words_engine(model: Model, recipe: Recipe) -> tuple[Engine, Recipe]:
    if model.ships:
        return usual_engine(model, recipe)
    from course_utils.models.hub import folder_of
    from course_utils.words.backends.hf_transformers import TransformersBackend
    from course_utils.words.engine import WordsEngine

    return WordsEngine(backend=TransformersBackend(folder_of(model))), recipe


# Kinds that are shown side by side: the engine for one of their models, and the recipe for it.
ASKED_OF: dict[str, Callable[[Model, Recipe], tuple[Engine, Recipe]]] = {
    "image": picture_engine,
    "words": words_engine,
}
MORE_SETTINGS = {"words": {"template": "poem"}}


class Costs:
    """What results cost, a row a model."""

    def __init__(self, rows: Sequence[tuple[str, ...]], told: list[str]) -> None:
        self.rows, self.told = rows, told

    def _repr_html_(self) -> str:
        head, *rest = self.rows or [()]
        table = (
            "<tr>" + "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head) + "</tr>"
        )
        table += "".join(
            f'<tr><th scope="row" style="text-align:left">{html.escape(first)}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in others)
            + "</tr>"
            for first, *others in rest
        )
        return (
            f"<table><caption>What results cost</caption>{table}</table>" if rest else ""
        ) + "".join(f"<p>{html.escape(line)}</p>" for line in self.told)

    def __repr__(self) -> str:
        return "\n".join([*("  ".join(row) for row in self.rows), *self.told])


def costs(
    kind: str = "image", results: int = 100, watts: float = WATTS, price: float = PRICE
) -> Costs:
    """Seconds, memory, energy and money for a number of results by the models of a kind ("image",
    "words" or "tune").

    The course's own model is measured while you wait; others with your own results here, or where
    the table says. Nothing is guessed.

    Args:
        watts: what the computer draws while it works; read it from a plug meter.
        price: of a kilowatt-hour.
    """
    wrong = (
        _out_of_range("results", results, 1, 10**7)
        or _out_of_range("watts", watts, 1, 10_000)
        or _out_of_range("price", price, 0, 1000)
    )
    if wrong:
        return Costs([], [wrong])
    runs = measured()
    chosen = sorted(
        (model for model in models_for(kind) if model.id in runs),
        key=lambda model: runs[model.id].numbers,
    )
    if not chosen:
        return Costs([], ['There are figures for "image", "words" and "tune". Choose one of them.'])
    base, sources = runs[chosen[0].id].numbers, []
    rows = [(*COST_HEAD, f"Energy for {results}", f"Money for {results}")]
    for model in chosen:
        run = runs[model.id]
        seconds, where = _seconds_of(model, run)
        if seconds and not where.startswith("here"):
            if where not in sources:
                sources.append(where)
            where = f"elsewhere ({sources.index(where) + 1})"
        energy = seconds * results * watts / 3600  # watt-hours
        rows.append(
            (
                model.id,
                run.what,
                f"{run.numbers / 1e6:,.0f} million"
                + (f" ({run.numbers / base:.0f} times)" if run.numbers != base else ""),
                "none" if model.ships else f"{model.bytes / 1e9:.1f} GB",
                f"{model.memory / 1e9:.1f} GB" + HOW_MEMORY[model.memory_from],
                f"{seconds:.1f}" if seconds else "not measured",
                where or "nowhere yet",
                f"{energy:.1f} Wh" if seconds else "",
                f"{energy / 1000 * price:.4f}" if seconds else "",
            )
        )
    told = [f"({number}) {where}." for number, where in enumerate(sources, 1)]
    return Costs(rows, [*told, RECKONED.format(watts=watts, price=price)])


COST_HEAD = (
    *("Model", "One result is", "Numbers in it", "Download"),
    *("Memory", "Seconds each", "Measured"),
)
RECKONED = (
    "Reckoned with {watts:g} watts while it works and {price:g} a kilowatt-hour; both are yours to"
    " change. What training the model and making the computer took is not in it."
)


def _out_of_range(name: str, value: object, low: float, high: float) -> str:
    """A sentence when a number cannot be used, or ""."""
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return ""
    return f"{name} must be a number from {low} to {high}. Change it and run the cell again."


def _seconds_of(model: Model, run: Run) -> tuple[float, str]:
    """How long one result takes, and where that was measured; (0, "") when it cannot be now."""
    from course_utils.models.choose import known_speeds

    if model.ships:
        try:
            return timed(model), "here, just now"
        except LearnerError:
            return 0.0, ""
    known = known_speeds()
    if model.id in known:
        return known[model.id], "here, with your results"
    return run.seconds, run.where


def timed(model: Model) -> float:
    """Seconds of one result now, the model being in memory already."""
    import time

    from course_utils.engines import GENERATION_LOCK, engine_for

    with GENERATION_LOCK:
        engine_for(model.kind).load()
        began = time.monotonic()
        one_result(model, "a red heart", 1)
        return time.monotonic() - began


def smallest_that(kind: str, **needs) -> Card:
    """The smallest model of a kind that meets needs, in words: languages="fr", size=512 (pixels),
    commercial=True.
    """
    from course_utils.models.choose import NAMES

    unknown = set(needs) - {"languages", "size", "commercial"}
    if unknown or kind not in NAMES:
        return Card(
            [
                'Ask for a kind ("image", "words", "tune") and needs among languages, size and'
                " commercial."
            ]
        )
    for model in sorted(models_for(kind), key=lambda one: one.order):
        if all(
            (
                (str(value) in model.languages)
                if name == "languages"
                else model.size >= value
                if name == "size"
                else model.commercial or not value
            )
            for name, value in needs.items()
        ):
            shown = find_model(model.id)
            return Card(
                [
                    f"{shown.id}. {shown.sentence}",
                    f"Good: {shown.good}",
                    f"Not so good: {shown.bad}",
                ],
                "The smallest that does it",
            )
    return Card(
        ["No model in the catalogue does all of that. Ask for less, or look at `course models`."]
    )
