"""Engines: one per modality. `engine_for(kind)` gives the one shared instance of each, made when first asked for."""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_utils.creation import Kind
    from course_utils.engines.base import Engine

GENERATION_LOCK = threading.Lock()  # one generation at a time: two at once are slower than one after the other

_CLASSES = {"image": ("pictures.engine", "ImageEngine"), "words": ("words.engine", "WordsEngine"), "tune": ("music.engine", "TuneEngine"), "backing": ("music.backing_engine", "BackingEngine"), "sound": ("sounds.engine", "TextureEngine"), "layout": ("layouts.engine", "LayoutEngine")}


@cache
def engine_for(kind: Kind) -> Engine:
    """The shared engine for a kind of creation: that of this computer, or where COURSE_ROOM names a room and the room makes this kind, the room's (see `remote`).

    Raises:
        KeyError: no engine makes this kind.
    """
    own, room = own_engine(kind), os.environ.get("COURSE_ROOM", "").strip()
    if not room or kind == "layout":  # a layout is arithmetic; it is quicker here than the way to the room
        return own
    from course_utils.engines.remote import RemoteEngine

    return RemoteEngine(kind, room, own)


def own_engine(kind: Kind) -> Engine:
    """A new engine of this computer: the course's own, or for tunes the model COURSE_TUNE_MODEL names (see `tune_events`).

    Raises:
        KeyError: no engine makes this kind.
    """
    if kind == "tune":
        from course_utils.models.choose import asked_for

        bigger = asked_for("tune")
        if bigger:
            from course_utils.music.anticipatory_engine import EventTuneEngine

            return EventTuneEngine(bigger)
    module, name = _CLASSES[kind]
    return getattr(import_module(f"course_utils.{module}"), name)()
