"""Controls that the words studios share: surprise, repeats, and which model writes."""

from __future__ import annotations

import html
import threading
import time
from pathlib import Path

import ipywidgets as widgets

from course_utils.creation import LearnerError
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.studios.frame import WIDE, button, worker
from course_utils.studios.slider import slider

OWN = "the course's own"


def surprise_box() -> widgets.DOMWidget:
    """How surprising the words are (temperature)."""
    return slider("Surprise", 0.8, 0.6, 1.2, 0.1)


def show_surprise(box: widgets.DOMWidget, value) -> None:
    """Put a recipe's surprise into the slider, as near as it goes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        box.value = min(box.max, max(box.min, round(value, 1)))


def repeat_choice() -> widgets.Dropdown:
    """How much a text may repeat itself (a penalty on pieces already there)."""
    return widgets.Dropdown(options=[("may repeat itself", 1.0), ("seldom", 1.1), ("hardly ever", 1.25)], value=1.1, description="Repeats", style=WIDE)


class ModelChoice(widgets.VBox):
    """Which model writes: the course's own, a bigger one, a file, or a server. Every words studio uses the same one. What a model is and costs is shown before anything is fetched."""

    def __init__(self) -> None:
        self.model = widgets.Combobox(options=[OWN, *(model.id for model in bigger())], value=OWN, ensure_option=False, description="Model", style=WIDE, layout=widgets.Layout(width="95%", max_width="620px"))
        self.card, self.told = widgets.HTML(), widgets.HTML()
        self._stop, self._thread = threading.Event(), None
        hint = widgets.HTML(
            "<p style='margin:0;line-height:1.4'>A bigger model writes better and slower. Choose one from the list, or type a file (.gguf), a folder, or the address of a words server. "
            "Nothing is fetched until you press Fetch it; what it is, its licence and its size are shown before.</p>"
        )
        self.fetch_button = button("Fetch it", "Fetch the model named in the box, and keep it on this computer", self.fetch)
        self.stop_button = button("Stop fetching", "Stop now; what arrived is kept", self._stop.set)
        self.fetch_button.layout.display = self.stop_button.layout.display = "none"
        self.model.observe(lambda _: self.look(), "value")
        verbs = [button("Use this model", "Open it; the present one stays if that fails", self.change), self.fetch_button, self.stop_button]
        super().__init__([hint, self.model, self.card, widgets.HBox(verbs, layout=widgets.Layout(flex_flow="row wrap")), self.told])
        self._say(which_model())

    def look(self) -> None:
        """Show what the model in the box is, its licence and size, and whether this machine carries it."""
        lines, missing = about_model(self.model.value)
        self.card.value = "".join(f'<p style="margin:4px 0;line-height:1.4">{html.escape(line)}</p>' for line in lines)
        self.fetch_button.layout.display = None if missing else "none"

    def change(self) -> None:
        """Write with the model named in the box, if it is here."""
        self.look()
        if about_model(self.model.value)[1]:
            return self._say("This model is not on this computer yet. Read the card above; if you want it, press Fetch it. Until then the present one stays.")
        self._say("Opening the model. A big one takes a while.")
        self._say(switch_model(self.model.value))

    def fetch(self) -> None:
        """Fetch the model named in the box, then write with it. Runs beside the notebook; Stop keeps what arrived."""
        if self._thread is not None and self._thread.is_alive():
            return self._say("Already fetching. Wait, or press Stop fetching.")
        self._stop.clear()
        self.stop_button.layout.display = None
        self._thread = worker(self._fetch, self.model.value.strip())
        self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until a model is fetched."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _fetch(self, name: str) -> None:
        from course_utils.models.choose import bring

        told = [0.0]

        def count(here: int, total: int) -> None:
            if time.monotonic() - told[0] > 1:
                told[0] = time.monotonic()
                self._say(f"Fetching {name}: {here / 1e6:.0f} of {total / 1e6:.0f} MB are here. You can go on with the present model meanwhile.")

        try:
            bring(name, "words", self._say, count, self._stop)
            self._say("It is here. Opening it takes a while.")
            self._say(switch_model(name))
        except LearnerError as sentence:
            self._say(str(sentence))
        finally:
            self.stop_button.layout.display = "none"
            self.look()

    def _say(self, sentence: str) -> None:
        self.told.value = f'<p role="status" style="margin:4px 0;line-height:1.4">{html.escape(sentence)}</p>'


def bigger() -> list:
    """The words models of the catalogue that do not come with the course, smallest first."""
    from course_utils.models.catalogue import models_for

    return [model for model in reversed(models_for("words")) if not model.ships]


def about_model(name: str) -> tuple[list[str], bool]:
    """What to know about a model before it is used, a sentence a line, and whether it must be fetched first. Nothing for a file, a folder or a server."""
    from course_utils.models.catalogue import find_or_guest, models_for
    from course_utils.models.choose import card, fits, this_machine
    from course_utils.models.hub import is_fetched

    name = name.strip()
    if name in ("", OWN):
        return card(next(model for model in models_for("words") if model.ships)), False
    if name.startswith(("http://", "https://")) or name.endswith(".gguf") or Path(name).is_dir():
        return [], False
    try:
        model = find_or_guest(name, "words")
    except LearnerError as sentence:
        return [str(sentence)], False
    return card(model), not is_fetched(model) and not fits(model, this_machine())


def which_model() -> str:
    """Which model writes and where the words go, in two sentences."""
    backend = engine_for("words").backend
    return f"The model that writes: {backend.name}. {backend.where}"


def switch_model(name: str = "") -> str:
    """Write with another model from now on, fetched first if it is not here; what happened, in a sentence. Trouble leaves the model before in place."""
    from course_utils.engines.words import backend_for

    try:
        with GENERATION_LOCK:
            engine_for("words").switch(backend_for("" if name.strip() in ("", OWN) else name))
    except LearnerError as sentence:
        return f"{sentence} {which_model()}"
    return which_model()
