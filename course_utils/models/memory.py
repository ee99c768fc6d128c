"""One big model in memory at a time, of whatever kind: whoever loads one has the one before given
up first, so that two never have to fit.
"""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["free_memory", "the_only_big_one"]

_LOADING = threading.RLock()
# how the one in memory is given up; weak, so that nothing is kept alive by being noted here
_holder: weakref.WeakMethod | None = None


@contextmanager
def the_only_big_one(give_up: Callable[[], object]) -> Iterator[None]:
    """Within the block a big model may be loaded: the one before has been given up,
    and nobody else loads one meanwhile.

    Args:
        give_up: a bound method that lets go of the model loaded here. It must not wait for other
            work: it is called while other engines may be busy.
    """
    global _holder
    with _LOADING:
        if _holder is not None:
            before = _holder()
            if before is not None:
                before()
            free_memory()  # also of one whose owner is gone
        _holder = weakref.WeakMethod(give_up)
        yield


def free_memory() -> None:
    """Hand back what is no longer used, also on the graphics card."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
