"""The studios without widgets: one line makes and shows, as accessible HTML."""

from __future__ import annotations

import html
import random
from collections.abc import Iterable

from course_utils.creation import Creation, Kind, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.display.grid import side_by_side
from course_utils.display.links import file_html
from course_utils.engines import engine_for
from course_utils.engines.base import Engine, Ingredients, room_words
from course_utils.engines.unused import said_of
from course_utils.kinds import kind_named
from course_utils.notebook.handed_over import asked
from course_utils.notebook.handed_over import pick as pick
from course_utils.notebook.jobs import a_turn, in_a_worker, watching
from course_utils.notebook.live_line import LiveLine, show_stopped
from course_utils.portfolio.store import Portfolio
from course_utils.safety.prompts import LONGEST_PROMPT, check_prompt
from course_utils.set_up_words import unexpected

__all__ = [
    "Results",
    "SLOTS",
    "Taken",
    "Told",
    "again",
    "checked",
    "describe",
    "is_backing",
    "make",
    "make_like",
    "told",
]

SLOTS = 4


class Results(list[Creation]):
    """A list of Creations that a notebook shows as HTML and a terminal as text;
    `message` says what is to be known of them; `trouble` is what went wrong, "" for nothing.
    """

    def __init__(
        self, creations: Iterable[Creation] = (), message: str = "", trouble: str | None = None
    ) -> None:
        """Without `trouble`, a message without creations is one."""
        super().__init__(creations)
        self.message = message
        self.trouble = trouble if trouble is not None else "" if self else message

    def _repr_html_(self) -> str:
        wide = any(one.declared.looks == "wide" for one in self)
        figures = [figure_html(one, name=f"Candidate {n}") for n, one in enumerate(self, 1)]
        said = f"<p>{html.escape(self.message)}</p>" if self.message else ""
        return side_by_side(figures, 340 if wide else 210) + said

    def __repr__(self) -> str:
        return (
            "\n".join(
                [
                    *([self.message] if self.message else []),
                    *(f"{n}. {describe(c)}" for n, c in enumerate(self, 1)),
                ]
            )
            or "Nothing made yet."
        )


class Taken:
    """A file that was written, or what went wrong."""

    def __init__(self, path=None, message: str = "") -> None:
        self.path, self.message = (
            path,
            message or f"Written: {path.parent.name}/{path.name} in your portfolio.",
        )

    def _repr_html_(self) -> str:
        if self.path is None:
            return f"<p>{html.escape(self.message)}</p>"
        return file_html(self.path, self.message)

    def __repr__(self) -> str:
        return self.message


def describe(creation: Creation) -> str:
    """A creation in one or two sentences; a text itself."""
    return (creation.declared.load("in_full") or creation.declared.load("describe"))(creation)


def checked(kind: Kind, prompt: str, longest: int = LONGEST_PROMPT, named: bool = False) -> str:
    """A prompt, checked as its kind wants it; chords are read by their engine.

    Raises:
        LearnerError: it cannot be used.
    """
    how = "any script" if named else kind_named(kind).prompt
    return (
        prompt
        if how == "chords"
        else check_prompt(prompt, any_script=how == "any script", longest=longest)
    )


def make(
    kind: Kind,
    prompt: str,
    count: int,
    seed: int | None,
    settings: dict,
    ingredients: Ingredients | None = None,
    parent: str | None = None,
    longest: int = 400,
    model: str = "",
    named: bool = False,
) -> Results:
    """Make, save and return creations; trouble comes back as a sentence, with what was finished.

    `ingredients` go to the engine; `model`: which of several; `named`: the prompt is only a name.
    """
    made: list[Creation] = []
    engine: Engine | None = None
    portfolio, trouble = Portfolio(), ""
    try:
        recipe = asked(
            kind=kind,
            prompt=checked(kind, prompt, longest, named),
            seed=random.randrange(2**31) if seed is None else seed,
            settings={"count": count, **settings},
            parent=parent,
            model=model,
        )
    except LearnerError as sentence:
        return Results(message=str(sentence))
    watch, line = watching(), LiveLine(kind_named(kind).noun)

    def work() -> None:
        nonlocal trouble, engine
        given = with_own_model(kind, portfolio, settings, ingredients or {})
        engine = engine_for(kind)
        with a_turn(watch) as mine:
            if not mine:
                return
            hear = watch.on_progress or line.hear
            for creation in engine.create(recipe, on_progress=hear, stop=watch.stop, **given):
                made.append(creation)
                try:
                    portfolio.save(creation)
                except LearnerError as sentence:
                    trouble = str(sentence)  # the result is shown all the same
                watch.on_made(creation)

    try:
        in_a_worker(work, watch.stop, line)
    except KeyboardInterrupt:
        show_stopped(Results(made))
        raise
    except LearnerError as sentence:
        trouble = str(sentence)
    except Exception as problem:
        portfolio.log_problem(problem)
        trouble = unexpected(problem, UNEXPECTED)
    lost = said_of(engine, recipe, made) if engine and made and not (trouble or named) else ""
    return Results(made, f"{trouble or lost}{room_words(engine)}".strip(), trouble)


UNEXPECTED = (
    "Something unexpected went wrong; what was finished is kept. Run the cell again, and if it"
    " comes back run `course doctor`."
)


def with_own_model(
    kind: Kind, portfolio: Portfolio, settings: dict, ingredients: Ingredients
) -> Ingredients:
    """The ingredients, and the own model that the settings name, if it is here."""
    if not kind_named(kind).can_be_taught or "own" in ingredients:
        return ingredients
    own = portfolio.own_model(str(settings.get("own_model") or ""))
    return {**ingredients, "own": own} if own else ingredients


def is_backing(given) -> bool:
    """Whether what is given is a backing track, some of them, or their studio."""
    first = next(iter(given), None) if isinstance(given, list) else given
    return getattr(first, "kind", "") == "backing"


def again(creation: Creation, seed: int, **changes):
    """Four more like a creation: its settings, another seed, and what `changes` says."""
    return make_like(
        creation.recipe,
        seed,
        creation.recipe.prompt,
        Portfolio().ingredients(creation.recipe),
        SLOTS,
        creation.id,
        **changes,
    )


def make_like(
    recipe: Recipe,
    seed: int,
    words: str,
    ingredients: Ingredients,
    count: int,
    parent: str | None = None,
    **changes,
):
    """Follow a recipe with another seed, these words and some settings changed."""
    settings = {**recipe.settings, "count": count, **changes}
    return make(
        recipe.kind,
        words,
        count,
        seed,
        settings,
        ingredients,
        parent or recipe.parent,
        longest=max(LONGEST_PROMPT, len(recipe.prompt)),
    )


class Told:
    """A finding a notebook shows as HTML and a terminal as text.

    `figures` holds the numbers in it.
    """

    def __init__(
        self, text: str = "", shown: str = "", message: str = "", figures: dict | None = None
    ) -> None:
        self.text, self.shown, self.message, self.figures = text, shown, message, figures or {}

    def _repr_html_(self) -> str:
        if self.message:
            return f"<p>{html.escape(self.message)}</p>"
        return self.shown or f'<pre style="white-space:pre-wrap">{html.escape(self.text)}</pre>'

    def __repr__(self) -> str:
        return self.message or self.text


def told(work) -> Told:
    """What `work` gives back, or the sentence of what went wrong."""
    try:
        return work()
    except LearnerError as sentence:
        return Told(message=str(sentence))
    except Exception as problem:
        Portfolio().log_problem(problem)
        return Told(
            message=(
                unexpected(
                    problem,
                    "Something unexpected went wrong; your work is safe. Run the cell again, and"
                    " if it comes back run `course doctor`.",
                )
            )
        )
