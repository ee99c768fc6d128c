"""A person who answers by one rule, played by the program, to see what taste learns from it."""

from __future__ import annotations

from course_utils.creation import Kind, LearnerError
from course_utils.taste.calls import Question, choose, this_or_that
from course_utils.taste.traits import measure, trait_called

__all__ = ["MOST", "answer_as"]

MOST = 60  # answers in one call


def answer_as(kind: Kind, likes: str, answers: int = 7) -> Question:
    """Answer some questions as a person who always takes the one with more of a trait.

    The next question comes back: the one after those that were answered.

    Args:
        kind: image, layout, words, tune or sound.
        likes: one side of a trait, such as "much empty space"; `taste.my_taste` lists them.
        answers: how many, 1 to 60.
    """
    try:
        trait, sign = trait_called(kind, likes)
        if not 1 <= int(answers) <= MOST:
            raise LearnerError(f"A played person gives 1 to {MOST} answers. Write answers=7.")
    except LearnerError as sentence:
        return Question(None, [], str(sentence))
    question = this_or_that(kind)
    for _ in range(int(answers)):
        if question.left is None or question.right is None:
            break
        left, right = (sign * measure(one)[trait.name] for one in (question.left, question.right))
        question = choose("can't say" if left == right else "left" if left > right else "right")
    return question
