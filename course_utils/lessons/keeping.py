"""Which questions of the course a learner has answered; kept with their work, and nowhere else."""

from __future__ import annotations

from course_utils.creation import LearnerError
from course_utils.lessons.course import Lesson, course
from course_utils.lessons.questions import Question, asked_in
from course_utils.portfolio.progress import Progress, my_progress, note_answer, note_done
from course_utils.portfolio.store import Portfolio

__all__ = ["answered", "keep", "kept_letter", "right_at_once"]

FIRST_TIME = "right at once"  # after a question's name: the first answer was right


def keep(portfolio: Portfolio, question: Question, letter: str, right: str | None) -> str:
    """Keep an answer; of a question the first counts. A sentence where it cannot be kept, or ""."""
    try:
        before = question.name in my_progress(portfolio).done.get(question.lesson, [])
        if not before:
            words = question.choices[letter][0]
            note_answer(portfolio, question.ask, words, question.lesson)
            note_done(portfolio, question.lesson, question.name)
            if right == letter:
                note_done(portfolio, question.lesson, f"{question.name}: {FIRST_TIME}")
    except LearnerError as sentence:
        return str(sentence)
    return ""


def kept_letter(portfolio: Portfolio, question: Question) -> str:
    """What was said to a question earlier; "" for nothing."""
    try:
        answers = my_progress(portfolio).answers
    except LearnerError:
        return ""
    for one in answers:
        if (one.lesson, one.question) == (question.lesson, question.ask):
            return next(
                (letter for letter, (words, _) in question.choices.items() if words == one.words),
                "",
            )
    return ""


def answered(progress: Progress, lesson: Lesson) -> tuple[int, int]:
    """How many of a lesson's questions have an answer, and how many there are."""
    done = set(progress.done.get(lesson.number, []))
    questions = asked_in(lesson.number).all
    return sum(one.name in done for one in questions), len(questions)


def right_at_once(progress: Progress) -> int:
    """How many first answers were right, in all lessons."""
    return sum(
        f"{one.name}: {FIRST_TIME}" in progress.done.get(lesson.number, [])
        for lesson in course().lesson
        for one in asked_in(lesson.number).all
    )
