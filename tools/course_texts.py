"""What the course's tables say to people: titles, levels, questions, and a teacher's plans."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.languages.catalogue import FOLDER
from course_utils.lessons import glossary
from course_utils.lessons.course import course
from course_utils.lessons.questions import Question, asked_in
from course_utils.teachers.plans import Plan, plans

__all__ = ["PLANS", "ROOM_TO_BREATHE", "course_messages"]

PLANS = ("90_minutes",)  # which a language must have
ROOM_TO_BREATHE = "Room to breathe: questions, late starts, tidying"
AROUND = (
    *("Before", "Map", "Next", "Begin", "Time", "Level", "about {n1} minutes", "in English"),
    *("Afterwards pupils can", "From", "Minutes", "What", "Lesson", ROOM_TO_BREATHE, "Plan B"),
    "Minutes of steps come from one formula: reading at 100 words a minute, half a minute for a"
    " cell, one and a half for a studio; what stands in brackets is counted on top. They are"
    " reckoned, not measured with a class. No computers?",
)

ON_THE_GLOSSARY = (
    "{n1} words of the course, each with a sentence and a picture or a sound.",
    *("Words inside the drawings are English.", "A cell can ask, too:", "Map of all lessons"),
    *("Glossary", "Met in", "Listen to", "a sound"),
)


def course_messages(language: str) -> dict[str, set[str]]:
    """What is to be translated, and the table it stands in.

    Args:
        language: its translated lessons are asked for their questions.
    """
    found: dict[str, set[str]] = {}
    for place, texts in (
        ("lessons/glossary.toml", words_of_glossary()),
        ("tools/glossary_page.py", iter(ON_THE_GLOSSARY)),
        ("lessons/course.toml", declared()),
        ("lessons/asked", asked(language)),
        ("teach/plans.toml", planned()),
        ("tools/lessons.py", iter(AROUND)),
    ):
        for text in texts:
            found.setdefault(" ".join(text.split()), set()).add(place)
    return found


def declared() -> Iterator[str]:
    """Titles, levels and what banners show, of all lessons: they stand in the map."""
    whole = course()
    yield from (track.title for track in whole.track)
    yield from (piece.says for piece in whole.piece)
    for one in whole.lesson:
        yield from (one.title, one.level, one.after)
        if one.alt:
            yield one.alt


def words_of_glossary() -> Iterator[str]:
    """The words of the glossary with their sentences, and what their pictures and sounds are."""
    for term in glossary.terms().values():
        yield from (glossary.message(term), term.shows)


def asked(language: str) -> Iterator[str]:
    """Questions with their choices and reasons."""
    for path in sorted((FOLDER / language / "lessons").glob("*.po")):
        for question in asked_in(path.stem).all:
            yield from words_of(question)


def words_of(question: Question) -> Iterator[str]:
    yield question.ask
    for words, why in question.choices.values():
        yield from (words, why)


def planned() -> Iterator[str]:
    """The plans of `PLANS`."""
    for plan in plans():
        if plan.file in PLANS:
            yield from words_of_plan(plan)


def words_of_plan(plan: Plan) -> Iterator[str]:
    yield from (plan.title, plan.for_whom, *plan.aims)
    for block in plan.blocks:
        yield from filter(None, (getattr(block, "what", ""), getattr(block, "why", "")))
