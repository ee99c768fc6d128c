"""A one-line call that goes wrong ends in a sentence, not in a page of Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps

from course_utils.set_up_words import unexpected

__all__ = ["explained"]

# what a number, text or result of the wrong kind leads to
MISUSED = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError)


@cache
def explained(function: Callable, spoken: str = "") -> Callable:
    """The function; what it raises, other than a LearnerError,
    is kept for `course doctor` and raised as a LearnerError.
    `spoken` is what learners call it, where that is not its own name.
    """
    spoken = spoken or function.__name__

    @wraps(function)
    def call(*things, **named):
        from course_utils.creation import LearnerError
        from course_utils.models.big_tools import missing_sentence
        from course_utils.settings import check_names

        try:
            check_names(named, function)
            return function(*things, **named)
        except LearnerError:
            raise
        except Exception as problem:
            from course_utils.portfolio.store import Portfolio

            Portfolio().log_problem(problem)
            missing = missing_sentence(problem)
            if missing:
                sentence = missing
            elif isinstance(problem, MISUSED):
                sentence = (
                    f"{spoken} cannot use what stands between its brackets. Run"
                    f" help({spoken}) to see what belongs there."
                )
            else:
                sentence = unexpected(
                    problem,
                    "Something unexpected went wrong; what you made earlier is unharmed. Run the"
                    " cell again, and if it comes back run `course doctor`.",
                )
            raise LearnerError(sentence) from problem

    return call
