"""Controls that the words studios share: surprise, repeats, and which model writes."""

from __future__ import annotations

import html

import ipywidgets as widgets

from course_utils.creation import LearnerError
from course_utils.engines import GENERATION_LOCK, engine_for
from course_utils.studios.frame import WIDE, button
from course_utils.studios.slider import slider

OWN = "the course's own"
BIGGER = {  # memory: four bytes a parameter on a processor, two on a graphics card
    "HuggingFaceTB/SmolLM2-360M-Instruct": "1.4 GB", "HuggingFaceTB/SmolLM2-1.7B-Instruct": "6.8 GB", "Qwen/Qwen3-0.6B": "2.4 GB", "HuggingFaceTB/SmolLM3-3B": "12 GB",
}  # fmt: skip


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
    """Which model writes: the course's own, a bigger one, a file, or a server. Every words studio uses the same one."""

    def __init__(self) -> None:
        self.model = widgets.Combobox(options=[OWN, *BIGGER], value=OWN, ensure_option=False, description="Model", style=WIDE, layout=widgets.Layout(width="95%", max_width="620px"))
        self.told = widgets.HTML()
        sizes = "; ".join(f"{name.split('/')[1]} about {size}" for name, size in BIGGER.items())
        hint = widgets.HTML(
            f"<p style='margin:0;line-height:1.4'>A bigger model writes better and slower. Choose one, or type a file (.gguf), a folder, or the address of a words server. Memory on a processor: {html.escape(sizes)}. A bigger one is fetched first.</p>"
        )
        super().__init__([hint, self.model, button("Use this model", "Open it; the present one stays if that fails", self.change), self.told])
        self._say(which_model())

    def change(self) -> None:
        """Write with the model named in the box."""
        self._say("Opening the model. A big one takes a while.")
        self._say(switch_model(self.model.value))

    def _say(self, sentence: str) -> None:
        self.told.value = f'<p role="status" style="margin:4px 0;line-height:1.4">{html.escape(sentence)}</p>'


def which_model() -> str:
    """Which model writes and where the words go, in two sentences."""
    backend = engine_for("words").backend
    return f"The model that writes: {backend.name}. {backend.where}"


def switch_model(name: str = "") -> str:
    """Write with another model from now on; what happened, in a sentence. Trouble leaves the model before in place."""
    from course_utils.engines.words import backend_for

    try:
        with GENERATION_LOCK:
            engine_for("words").switch(backend_for("" if name.strip() in ("", OWN) else name))
    except LearnerError as sentence:
        return f"{sentence} {which_model()}"
    return which_model()
