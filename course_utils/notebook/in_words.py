"""What goes wrong in a panel's work, as a sentence in its status line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from course_utils.creation import LearnerError
from course_utils.set_up_words import unexpected

__all__ = ["in_words"]


@contextmanager
def in_words(
    say: Callable[..., None],
    log: Callable[[BaseException], None],
    kept: str = "your work is safe",
    again: str = "Try again",
) -> Iterator[None]:
    """Within it every trouble ends in one sentence.

    Args:
        say: tells a sentence; `wrong=True` marks it as trouble.
        log: keeps what nobody foresaw, for `course doctor`.
        kept: what is not lost; again: the next step, as a sentence begins.
    """
    try:
        yield
    except LearnerError as sentence:
        say(str(sentence), wrong=True)
    except MemoryError:
        step = again[0].lower() + again[1:]
        say(
            f"There is not enough memory; {kept}. Close other notebooks, then {step}.",
            wrong=True,
        )
    except Exception as problem:
        log(problem)
        unforeseen = (
            f"Something unexpected went wrong; {kept}. {again}, and if it comes back run"
            " `course doctor`."
        )
        say(unexpected(problem, unforeseen), wrong=True)
