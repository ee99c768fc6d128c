"""Engines: one per modality. `engine_for(kind)` gives the one shared instance of each, made when first asked for."""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_utils.creation import Kind
    from course_utils.engines.base import Engine

GENERATION_LOCK = threading.Lock()  # one generation at a time: two at once are slower than one after the other

_CLASSES = {"image": ("image", "ImageEngine"), "words": ("words", "WordsEngine"), "tune": ("music", "TuneEngine"), "backing": ("backing", "BackingEngine"), "sound": ("textures", "TextureEngine"), "layout": ("layout", "LayoutEngine")}


@cache
def engine_for(kind: Kind) -> Engine:
    """The shared engine for a kind of creation: the course's own, or for tunes the model COURSE_TUNE_MODEL names (see `tune_events`).

    Raises:
        KeyError: no engine makes this kind.
    """
    if kind == "tune":
        from course_utils.models.choose import asked_for

        bigger = asked_for("tune")
        if bigger:
            from course_utils.engines.tune_events import EventTuneEngine

            return EventTuneEngine(bigger)
    module, name = _CLASSES[kind]
    return getattr(import_module(f"{__name__}.{module}"), name)()
