"""The questions of each lesson, read from `asked/NUMBER.toml`: guesses before a step, and the
check at the end. Each choice has a reason of its own.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from course_utils.creation import LearnerError
from course_utils.lessons.course import Lesson, course

__all__ = ["Question", "asked_in", "checks_of", "guess_named"]

ASKED = Path(__file__).with_name("asked")
LETTERS = ("a", "b", "c", "d")
Letter = Literal["a", "b", "c", "d"]
Choice = tuple[
    Annotated[str, Field(min_length=1, max_length=120)],
    Annotated[str, Field(min_length=1, max_length=300)],
]


class Question(BaseModel):
    """A question with two to four choices: what one may say, and why it is so or not.

    `right` is missing where only the result, or the learner, can tell. `measure` names what the
    result is measured by (see measures.py). `press` says that the result comes with a button.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lesson: str
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,30}$")]
    ask: Annotated[str, Field(min_length=5, max_length=300)]
    right: Letter | None = None
    measure: str = ""
    press: bool = False
    a: Choice
    b: Choice
    c: Choice | None = None
    d: Choice | None = None

    @model_validator(mode="after")
    def _has_its_answer(self) -> Question:
        if self.right and self.right not in self.choices:
            raise ValueError("the right answer is not among the choices")
        return self

    @property
    def choices(self) -> dict[str, Choice]:
        """Letter, and what is said with why."""
        given = {letter: getattr(self, letter) for letter in LETTERS}
        return {letter: choice for letter, choice in given.items() if choice is not None}

    def letter(self, given: str) -> str:
        """The letter of a choice, given as letter, number or words.

        Raises:
            LearnerError: it is none of the choices.
        """
        said = str(given).strip().lower().rstrip(".)")
        for number, (letter, (words, _)) in enumerate(self.choices.items(), 1):
            if said in (letter, str(number), words.lower().rstrip(".")):
                return letter
        offered = "".join(f"\n{letter}: {words}" for letter, (words, _) in self.choices.items())
        raise LearnerError("Choose one of these letters." + offered)

    def verdict(self, letter: str, right: str | None = None) -> str:
        """What is said to a choice, with the reason; `right`: the letter that was measured."""
        right = right or self.right
        words, why = self.choices[letter]
        if right is None:
            return f"You said “{words}”. {why}"
        if letter == right:
            return f"Yes: {words} {why}" if words[-1] in ".!?" else f"Yes: {words}. {why}"
        found, reason = self.choices[right]
        return f"Not quite. {why} It is “{found}”. {reason}"


class Asked(BaseModel):
    """Everything one lesson asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    predict: tuple[Question, ...] = ()
    check: tuple[Question, ...] = ()

    @property
    def all(self) -> tuple[Question, ...]:
        return self.predict + self.check


@cache
def asked_in(number: str) -> Asked:
    """The questions of a lesson; none where it has no file."""
    path = ASKED / f"{number}.toml"
    if not path.is_file():
        return Asked()
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    return Asked.model_validate(
        {part: [{"lesson": number, **one} for one in many] for part, many in read.items()}
    )


def guess_named(name: str) -> Question:
    """The guess of that name, in whichever lesson it stands.

    Raises:
        LearnerError: there is none.
    """
    found = [
        one
        for lesson in course().lesson
        for one in asked_in(lesson.number).predict
        if one.name == str(name).strip()
    ]
    if not found:
        raise LearnerError(
            f"No question is called “{name}”. Take the name as it stands in the lesson's cell."
        )
    return found[0]


def checks_of(number: str) -> tuple[Lesson, tuple[Question, ...]]:
    """A lesson and its closing questions.

    Raises:
        LearnerError: there is no such lesson, or it asks none.
    """
    lesson = course().numbered(str(number))
    questions = asked_in(lesson.number).check if lesson else ()
    if lesson is None or not questions:
        raise LearnerError(
            f'No lesson called “{number}” has questions. Write its number, such as check("02").'
        )
    return lesson, questions
