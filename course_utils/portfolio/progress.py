"""What a learner has done and answered, in one small file beside the creations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError
from course_utils.portfolio.store import Portfolio

__all__ = [
    "FILE",
    "Progress",
    "add_progress",
    "my_progress",
    "note_answer",
    "note_done",
    "read_progress",
]

FILE = "my_progress.json"
LARGEST_FILE = 4_000_000  # bytes
Short = Annotated[str, Field(min_length=1, max_length=300)]


class Answer(BaseModel):
    """Words of the learner's own; of the same question only the latest counts."""

    model_config = ConfigDict(extra="forbid")

    lesson: Annotated[str, Field(max_length=80)]
    question: Short
    words: Annotated[str, Field(max_length=5000)]
    when: datetime


class Progress(BaseModel):
    """Steps done, by lesson, and answers."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=1)] = 1
    done: dict[Annotated[str, Field(min_length=1, max_length=80)], list[Short]] = Field(
        default_factory=dict, max_length=200
    )
    answers: list[Answer] = Field(default_factory=list, max_length=2000)

    def joined(self, other: Progress) -> Progress:
        """Both together: every step, and of each question the later answer."""
        done = {
            lesson: list(dict.fromkeys([*self.done.get(lesson, []), *other.done.get(lesson, [])]))
            for lesson in dict.fromkeys([*self.done, *other.done])
        }
        latest: dict[tuple[str, str], Answer] = {}
        for answer in [*self.answers, *other.answers]:
            key = (answer.lesson, answer.question)
            if key not in latest or latest[key].when <= answer.when:
                latest[key] = answer
        return Progress(done=done, answers=list(latest.values()))

    def after(self, other: Progress) -> Progress:
        """The same, each answer dated after that of the other to the same question: a clock that
        was set back would lose it.
        """
        dates = {(one.lesson, one.question): one.when for one in other.answers}
        answers = [
            one.model_copy(
                update={"when": max(one.when, dates.get((one.lesson, one.question), one.when))}
            )
            for one in self.answers
        ]
        return Progress(done=self.done, answers=answers)


def read_progress(data: bytes | None) -> Progress:
    """What such a file says; nothing done yet where there is none.

    Raises:
        LearnerError: it is damaged.
    """
    if data is None:
        return Progress()
    try:
        if len(data) > LARGEST_FILE:
            raise ValueError("too large")
        return Progress.model_validate(json.loads(data))
    except (ValueError, ValidationError, RecursionError) as problem:
        raise LearnerError(
            f"The file {FILE} in your portfolio is damaged. Rename it, and your progress starts"
            " anew; your creations are unharmed."
        ) from problem


def my_progress(portfolio: Portfolio | None = None) -> Progress:
    """What is kept."""
    return read_progress((portfolio or Portfolio()).read_beside(FILE))


def add_progress(portfolio: Portfolio, more: Progress, newest: bool = False) -> Progress:
    """Join `more` with what is kept, in one step.

    `newest`: its answers are given now, and count whatever the clock says.

    Raises:
        LearnerError: it cannot be written, or there are too many answers.
    """
    whole = Progress()

    def change(data: bytes | None) -> bytes:
        nonlocal whole
        try:
            kept = read_progress(data)
            whole = kept.joined(more.after(kept) if newest else more)
        except ValidationError as problem:
            raise LearnerError(
                "There are too many answers for one file. Save your work, then begin with an empty"
                " portfolio folder."
            ) from problem
        return whole.model_dump_json(indent=1).encode()

    portfolio.change_beside(FILE, change)
    return whole


def note_answer(portfolio: Portfolio, question: str, words: str, lesson: str = "") -> Progress:
    """Keep an answer.

    Raises:
        LearnerError: it is empty or too long.
    """
    if not words.strip():
        raise LearnerError("There is nothing to keep yet. Write your answer, then keep it.")
    try:
        answer = Answer(
            lesson=lesson.strip(),
            question=question.strip(),
            words=words.strip(),
            when=datetime.now(UTC),
        )
    except ValidationError as problem:
        raise LearnerError(
            "An answer needs its question, and room for 5,000 letters. Shorten it, or write the"
            " question, then keep it again."
        ) from problem
    return add_progress(portfolio, Progress(answers=[answer]), newest=True)


def note_done(portfolio: Portfolio, lesson: str, step: str) -> Progress:
    """Keep that a step of a lesson is done.

    Raises:
        LearnerError: a name is empty or too long.
    """
    try:
        more = Progress(done={lesson.strip(): [step.strip()]})
    except ValidationError as problem:
        raise LearnerError("Name the lesson and the step, in a few words each.") from problem
    return add_progress(portfolio, more)
