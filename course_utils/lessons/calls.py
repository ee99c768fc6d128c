"""One line each: a guess, a lesson's questions, the map of what is done, the certificate."""

from __future__ import annotations

import html

from course_utils.creation import LearnerError
from course_utils.lessons.course import course
from course_utils.lessons.keeping import answered, keep, right_at_once
from course_utils.lessons.question_panel import Check, Guess, show
from course_utils.lessons.questions import Question, checks_of, guess_named
from course_utils.lessons.running_story import cast, story_table
from course_utils.notebook.results import Told
from course_utils.portfolio.progress import my_progress
from course_utils.portfolio.store import Portfolio

__all__ = ["check", "predict", "progress"]

TRACK = '<tr><th colspan="3" scope="colgroup" style="text-align:start">{}</th></tr>'


def predict(name: str, guess: str = "") -> Told | None:
    """Guess what a step will give. Your guess is kept; the result answers it.

    Args:
        name: of the question, as the lesson has it.
        guess: a letter, to answer without buttons.
    """
    try:
        question = guess_named(name)
        if guess:
            return answer_in_words((question,), (guess,))
    except LearnerError as sentence:
        return Told(message=str(sentence))
    show(Guess(question), as_text((question,), f'predict("{name}", "a")'))
    return None


def check(lesson: str, *answers: str) -> Told | None:
    """The closing questions of a lesson, such as check("02"); with letters they are answered
    without buttons: check("02", "b", "a").
    """
    try:
        _, questions = checks_of(lesson)
        if answers:
            return answer_in_words(questions, answers)
    except LearnerError as sentence:
        return Told(message=str(sentence))
    show(Check(questions), as_text(questions, f'check("{lesson}", "a", "b")'))
    return None


def answer_in_words(questions: tuple[Question, ...], answers: tuple[str, ...]) -> Told:
    """Keep answers given as letters, and say what is to be said to each.

    Raises:
        LearnerError: one is no choice, or there are more than questions; nothing is kept then.
    """
    if len(answers) > len(questions):
        raise LearnerError(
            f"There {'is 1 question' if len(questions) == 1 else f'are {len(questions)} questions'}"
            f" and you gave {len(answers)} answers. Nothing was kept: give one letter for each."
        )
    portfolio, said = Portfolio(), []
    letters = [question.letter(given) for question, given in zip(questions, answers)]
    for question, letter in zip(questions, letters):
        trouble = keep(portfolio, question, letter, question.right)
        said.append(trouble or question.verdict(letter))
    if left := questions[len(answers) :]:
        said.append(f"Not answered yet: {' '.join(one.ask for one in left)}")
    return Told("\n".join(said), "".join(f"<p>{html.escape(one)}</p>" for one in said))


def as_text(questions: tuple[Question, ...], how: str) -> str:
    """Questions for a place without buttons."""
    lines = []
    for question in questions:
        lines += [question.ask]
        lines += [f"  {letter}: {words}" for letter, (words, _) in question.choices.items()]
    return "\n".join([*lines, f"Answer with {how}."])


def progress() -> Told:
    """The map of the course with what you have answered and made, and what comes next."""
    try:
        portfolio = Portfolio()
        kept = my_progress(portfolio)
    except LearnerError as sentence:
        return Told(message=str(sentence))
    rows, lines, following = [], [], None
    for track in course().track:
        rows.append(TRACK.format(html.escape(track.title)))
        for lesson in course().of_track(track.name):
            done, most = answered(kept, lesson)
            if most and done < most and following is None:
                following = lesson
            said = f"{done} of {most}" if most else "a map to read"
            lines.append(f"{lesson.number} {lesson.title}: {said}")
            bar = (
                f'<progress max="{most}" value="{done}" aria-label="{said}"></progress>'
                if most
                else ""
            )
            mark = " ✓" * (bool(most) and done == most)
            rows.append(
                f'<tr><td style="text-align:start"><a href="{lesson.notebook}">{lesson.number}'
                f" {html.escape(lesson.title)}</a>{mark}</td><td>{bar}</td><td>{said}</td></tr>"
            )
    works = portfolio.list()
    book, book_shown, _ = story_table(works, *cast(portfolio))
    total = [answered(kept, lesson) for lesson in course().lesson]
    summary = (
        f"{sum(done for done, _ in total)} of {sum(most for _, most in total)} questions answered,"
        f" {right_at_once(kept)} right at once; works made: {len(works)}."
    )
    if following is not None:
        summary += f" Next: {following.number} {following.title}."
    shown = (
        f"<p>{html.escape(summary)}</p><table><caption>Your map</caption>{''.join(rows)}</table>"
        f"{book_shown}"
    )
    figures = {"answered": sum(done for done, _ in total), "works": len(works)}
    return Told("\n".join([*lines, book, summary]), shown, figures=figures)
