"""Engines: one per modality.

`engine_for(kind)` gives the one shared instance of each, made when first asked for.
"""

from __future__ import annotations

import os
import threading
from functools import cache, wraps
from typing import TYPE_CHECKING

from course_utils.kinds import kind_named

if TYPE_CHECKING:
    from course_utils.creation import Kind
    from course_utils.engines.base import Engine

# one generation at a time: two at once are slower than one after the other
GENERATION_LOCK = threading.Lock()


def _one_thread_at_a_time(cached):
    """A cached function that several threads may call at once: the cache alone would then let
    each of them make a result of its own.
    """
    making = threading.RLock()

    @wraps(cached)
    def call(kind: Kind) -> Engine:
        with making:
            return cached(kind)

    call.cache_clear = cached.cache_clear
    return call


@_one_thread_at_a_time
@cache
def engine_for(kind: Kind) -> Engine:
    """The shared engine for a kind of creation: that of this computer, or where COURSE_ROOM names a
    room and the room makes this kind, the room's (see `remote`).

    Raises:
        KeyError: no engine makes this kind.
    """
    own, room = own_engine(kind), os.environ.get("COURSE_ROOM", "").strip()
    if not room or not kind_named(kind).in_room:
        return own
    from course_utils.engines.remote import RemoteEngine

    return RemoteEngine(kind, room, own)


def own_engine(kind: Kind) -> Engine:
    """A new engine of this computer: the course's own, or for tunes the model COURSE_TUNE_MODEL
    names (see `tune_events`).

    Raises:
        KeyError: no engine makes this kind.
    """
    return kind_named(kind).load("engine")()
