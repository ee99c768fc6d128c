"""Controls that the words studios share: surprise, and which model writes."""

from __future__ import annotations

import os
from collections.abc import Callable

from course_utils.creation import LearnerError
from course_utils.engines import GENERATION_LOCK
from course_utils.notebook.face import parts as widgets
from course_utils.notebook.model_choice import ModelChoice
from course_utils.words.engine import words_engine

__all__ = ["about_model", "bigger", "show_surprise", "switch_model", "words_models"]


def show_surprise(box: widgets.Slider, value) -> None:
    """Put a recipe's surprise into the slider, as near as it goes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        box.value = min(box.max, max(box.min, round(value, 1)))


def words_models(log: Callable[[BaseException], None]) -> list[widgets.Part]:
    """Which model writes: one of the catalogue's, or a file, a folder, a server or another name of
    the hub. Every words studio uses the same one.
    """

    def now() -> str:
        backend = words_engine().backend
        return own().id if backend.name == MODEL else backend.name

    def use(name: str) -> None:
        words_engine().switch(backend_for("" if name == own().id else name))

    from course_utils.words.engine import MODEL, backend_for

    hint = (
        "A bigger model writes better and slower. Read what it needs first; nothing is fetched"
        " before you press Use this model."
    )
    choice = ModelChoice(
        "words",
        now,
        use,
        log=log,
        where=lambda: words_engine().backend.where,
        as_it_is=as_it_is,
    )
    return [widgets.HTML(f"<p>{hint}</p>"), choice]


def as_it_is(name: str) -> bool:
    """Whether a name is a file, a folder or a server's address: nothing is fetched for it."""
    return name.startswith(("http://", "https://")) or name.endswith(".gguf") or os.path.isdir(name)


def own():
    """The words model that comes with the course."""
    from course_utils.models.catalogue import models_for

    return next(model for model in models_for("words") if model.ships)


def bigger() -> list:
    """The words models of the catalogue that do not come with the course, smallest first."""
    from course_utils.models.catalogue import models_for

    return [model for model in reversed(models_for("words")) if not model.ships]


def about_model(name: str) -> tuple[list[str], bool]:
    """What to know about a model before it is used, a sentence a line, and whether it must be
    fetched first. Nothing for a file, a folder or a server.
    """
    from course_utils.models.catalogue import find_or_guest
    from course_utils.models.choose import card, fits, this_machine
    from course_utils.models.hub import is_fetched

    name = name.strip()
    if not name:
        return card(own()), False
    if as_it_is(name):
        return [], False
    try:
        model = find_or_guest(name, "words")
    except LearnerError as sentence:
        return [str(sentence)], False
    return card(model), not is_fetched(model) and not fits(model, this_machine())


def which_model() -> str:
    """Which model writes and where the words go, in two sentences."""
    backend = words_engine().backend
    return f"The model that writes: {backend.name}. {words_engine().where}"


def switch_model(name: str = "") -> str:
    """Write with another model from now on, fetched first if it is not here; what happened,
    in a sentence. Trouble leaves the model before in place.
    """
    from course_utils.words.engine import backend_for

    try:
        with GENERATION_LOCK:
            words_engine().switch(backend_for(name))
    except LearnerError as sentence:
        return f"{sentence} {which_model()}"
    return which_model()
