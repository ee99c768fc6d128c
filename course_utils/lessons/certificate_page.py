"""A page that says what a learner has done, from their own works and answers."""

from __future__ import annotations

import html
from collections import Counter

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe, now
from course_utils.display.figure import figure_html
from course_utils.display.html import STYLE, table_html
from course_utils.languages import current, direction, translate, translate_html
from course_utils.lessons.course import course
from course_utils.lessons.keeping import answered, right_at_once
from course_utils.notebook.results import Results
from course_utils.portfolio.progress import Progress, my_progress
from course_utils.portfolio.store import Portfolio, Saved
from course_utils.safety.prompts import check_prompt

__all__ = ["certificate"]

SHOWN = 3  # works that the page shows
HONEST = (
    "This page was written by the learner's own computer from what is kept there. It says what was"
    " done; nobody else has checked it."
)


def certificate(name: str) -> Results:
    """A page with your name, the lessons you finished, your answers in figures and your newest
    works; kept with them. Nothing is sent anywhere.
    """
    portfolio = Portfolio()
    try:
        name = check_prompt(name, longest=80, any_script=True)
        kept, works = my_progress(portfolio), portfolio.list()
        works = [one for one in works if one.creation.recipe.settings.get("certificate") is None]
        if not works:
            raise LearnerError(
                "There is nothing to show yet. Make something in lesson 01, then run this again."
            )
        page = page_of(name, kept, works)
        portfolio.save(page)
    except LearnerError as sentence:
        return Results(message=str(sentence))
    return Results([page], f"Your page is saved in the folder {portfolio.folder.name}.")


def page_of(name: str, kept: Progress, works: list[Saved]) -> Creation:
    """The page, as a creation of its own."""
    done = [(lesson, *answered(kept, lesson)) for lesson in course().lesson]
    rows = [
        [f"{lesson.number} {html.escape(lesson.title)}", f"{count} of {most}"]
        for lesson, count, most in done
        if count
    ]
    asked = {one.ask for lesson in course().lesson for one in questions_of(lesson.number)}
    own = [one for one in kept.answers if one.question not in asked]
    counted = Counter(one.creation.declared.noun for one in works)
    made = ", ".join(f"{count} × {translate(noun)}" for noun, count in counted.most_common())
    shown = pick(works)
    parts = [
        f'<h1 translate="no">{html.escape(name)}</h1>',
        f"<p>has directed small models on {days(works)} and made {made}.</p>",
        f"<p>{sum(count for _, count, _ in done)} questions answered, {right_at_once(kept)} of them"
        " right at once.</p>",
        table_html("Lessons", ["Lesson", "Questions"], rows) if rows else "",
        "".join(
            f'<figure>{figure_html(one)}<figcaption translate="no">'
            f"{html.escape(one.recipe.prompt)}</figcaption></figure>"
            for one in shown
        ),
        "".join(
            f'<h2 translate="no">{html.escape(one.question)}</h2>'
            f"<blockquote>{html.escape(one.words)}</blockquote>"
            for one in own[:6]
        ),
        f"<footer>{now():%Y-%m-%d}. {HONEST}</footer>",
    ]
    title = title_of(name)
    turned = ' dir="rtl"' if direction() == "rtl" else ""
    page = (
        f'<!doctype html><html lang="{current()}"{turned}><head><meta charset="utf-8"><meta'
        ' name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE}"
        " td,th{padding:2px 12px 2px 0}</style></head><body><main>"
        f"{translate_html(''.join(parts))}</main></body></html>"
    )
    recipe = Recipe(kind="page", prompt=title, settings={"certificate": True})
    edits = [HumanEdit(what="asked for a page about their own work")]
    return Creation(recipe=recipe, content=page.encode(), edits=edits)


def title_of(person: str) -> str:
    """What the page is called; the person's own name is not translated."""
    name = "0"  # stands in for it
    return translate(f"What {name} did").replace(name, person)


def questions_of(number: str):
    from course_utils.lessons.questions import asked_in

    return asked_in(number).all


def days(works: list[Saved]) -> str:
    """On how many days something was made."""
    count = len({one.creation.made.date() for one in works})
    return "one day" if count == 1 else f"{count} days"


def pick(works: list[Saved]) -> list[Creation]:
    """The newest work of each kind, chosen ones first; not cards, which hold others."""
    best: dict[str, Creation] = {}
    for saved in sorted(works, key=lambda one: not one.creation.edits):
        one = saved.creation
        if one.declared.files != "course_utils.display.cards":
            best.setdefault(one.kind, one)
    return list(best.values())[:SHOWN]
