"""The story that runs through the course: who is in it, and which pieces of the book are made."""

from __future__ import annotations

import html

from course_utils.creation import Creation, LearnerError
from course_utils.display.html import table_html
from course_utils.lessons.course import Piece, course
from course_utils.notebook.calls import names_in
from course_utils.notebook.results import Told
from course_utils.portfolio.progress import my_progress, note_answer
from course_utils.portfolio.store import Portfolio, Saved
from course_utils.safety.prompts import check_prompt
from course_utils.words.drafts import is_state

__all__ = ["cast", "keep_cast", "pieces_made", "story", "story_table"]

LESSON = "story"  # under which the cast is kept beside the answers
WHO, WHAT = "Who is the hero of your story?", "What does the hero find?"
HERO, THING = "a fox", "a key"  # the course's own


def cast(portfolio: Portfolio) -> tuple[str, str]:
    """Hero and thing as the learner named them, else the course's fox and key."""
    try:
        kept = {one.question: one.words for one in my_progress(portfolio).answers}
    except LearnerError:
        return HERO, THING
    return kept.get(WHO, HERO), kept.get(WHAT, THING)


def keep_cast(portfolio: Portfolio, hero: str, thing: str) -> None:
    """Remember who is in the story.

    Raises:
        LearnerError: it cannot be kept.
    """
    for question, words, before in zip((WHO, WHAT), (hero, thing), cast(portfolio)):
        if words != before:
            note_answer(portfolio, question, words, LESSON)


def pieces_made(works: list[Saved], hero: str, thing: str) -> dict[str, Creation]:
    """The learner's own pieces for the book, by name: of each the newest that a person chose or
    changed; where its words name hero or thing, else the newest of those.

    Args:
        works: everything kept, newest first.
    """
    found = {}
    for piece in course().piece:
        names = names_in(hero) | (set() if piece.shows_hero else names_in(thing))
        fitting = [one.creation for one in works if fits(piece, one.creation, names)]
        chosen = [one for one in fitting if one.edits]
        for one in (chosen or ([] if piece.chosen else fitting))[:1]:
            found[piece.name] = one
    return found


def fits(piece: Piece, made: Creation, names: set[str]) -> bool:
    """Whether a creation can be that piece."""
    if made.kind != piece.kind or is_state(made) != piece.grown:
        return False
    return piece.chosen or bool(names & names_in(made.recipe.prompt))


def story_table(works: list[Saved], hero: str, thing: str) -> tuple[str, str, int]:
    """What is there of the book: as text, as HTML, and how many pieces are the learner's."""
    made, lines, rows = pieces_made(works, hero, thing), [], []
    for piece in course().piece:
        lesson = course().numbered(piece.lesson)
        assert lesson is not None  # course.toml is tested
        what = piece.says.format(hero=hero, thing=thing)
        state = "yours" if piece.name in made else "still to come"
        lines.append(f"{lesson.number} {what}: {state}")
        link = f'<a href="{lesson.notebook}">{lesson.number} {html.escape(lesson.title)}</a>'
        mark = " ✓" if piece.name in made else ""
        rows.append([html.escape(what), f"{state}{mark}", link])
    caption = f"Your book: {hero} finds {thing}"
    shown = table_html(caption, ["Piece", "State", "Made in"], rows)
    return "\n".join([caption, *lines]), shown, len(made)


def story(hero: str = "", thing: str = "") -> Told:
    """Your book so far: which pieces you have made in which lesson.

    Args:
        hero: another hero than the course's fox, such as "a robot"; it is kept.
        thing: what the hero finds in place of a key.
    """
    portfolio = Portfolio()
    try:
        before = cast(portfolio)
        named = [
            check_prompt(new, longest=60) if new else old for new, old in zip((hero, thing), before)
        ]
        keep_cast(portfolio, *named)
    except LearnerError as sentence:
        return Told(message=str(sentence))
    text, shown, made = story_table(portfolio.list(), *named)
    said = f"{made} of {len(course().piece)} pieces are yours. Lesson 17 makes the book of them."
    return Told(f"{text}\n{said}", f"{shown}<p>{said}</p>", figures={"pieces": made})
