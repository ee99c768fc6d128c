"""Write the teacher's pages that follow from the lessons: plans with minutes, a page and slides for
each lesson. Their sources are teach/plans.toml, teach/lessons.toml and the notebooks.

Run: python -m tools.teach            writes
     python -m tools.teach --check    says what does not agree; 1 if anything does not
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from course_utils.lessons.course import Lesson, course
from course_utils.lessons.questions import Question, asked_in
from course_utils.teachers.plans import (
    FOLDER,
    Block,
    Notes,
    Plan,
    minutes_of,
    notes,
    parts_of,
    plans,
    step,
    steps_of,
)
from tools.course_texts import PLANS, ROOM_TO_BREATHE
from tools.lesson_languages import ENGLISH, Edition, editions, headings_in

WRITTEN = "<!-- Written by python -m tools.teach; change teach/*.toml or the lesson instead. -->"
RECKONED = (
    "Minutes of steps come from one formula: reading at 100 words a minute, half a minute for a"
    " cell, one and a half for a studio; what stands in brackets is counted on top. They are"
    " reckoned, not measured with a class. No computers?"
)
LESSONS = re.compile(r"(<!-- lessons -->).*?(<!-- end of lessons -->)", re.S)
SMALL = ("What you will learn", "Set-up", "Summary", "Next", "Check yourself", "Reflect")


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def row(block: Block, start: int, edition: Edition) -> str:
    minutes, say = minutes_of(block), edition.say
    if not block.lesson:
        return f"| {clock(start)} | {minutes} | {say(block.what)} | |"
    one = course().numbered(block.lesson)
    assert one is not None
    heading = step(block).heading
    heading = heading if edition is ENGLISH else headings_in(edition, one)[heading]
    why = f" ({say(block.why)})" if block.why else ""
    page = f"../lessons/{block.lesson}.md"
    if edition is not ENGLISH:
        page = f"../../../notebooks/{edition.language}/{one.notebook}"
    link = f"[{block.lesson}]({page})"
    return f"| {clock(start)} | {minutes} | {heading}{why} | {link} {say(one.title)} |"


def table(blocks: list[Block], length: int, edition: Edition) -> tuple[str, int]:
    """The rows of a part, and how many minutes are left over."""
    rows, at = [], 0
    for block in blocks:
        rows.append(row(block, at, edition))
        at += minutes_of(block)
    left = length - at
    if left > 0:
        rows.append(f"| {clock(at)} | {left} | {edition.say(ROOM_TO_BREATHE)} | |")
    words = " | ".join(edition.say(one) for one in ("From", "Minutes", "What", "Lesson"))
    head = f"| {words} |\n| --- | --- | --- | --- |\n"
    return head + "\n".join(rows), left


def plan_page(plan: Plan, edition: Edition = ENGLISH) -> str:
    say = edition.say
    parts = [
        f"# {say(plan.title)}\n\n{WRITTEN}\n\n{say(plan.for_whom)}\n\n"
        f"**{say('Afterwards pupils can')}**\n",
        "\n".join(f"- {say(aim)}" for aim in plan.aims) + "\n",
    ]
    for week, blocks in parts_of(plan):
        if week is not None:
            parts.append(f"## {week.week}\n")
        parts.append(table(blocks, week.length if week else plan.length, edition)[0] + "\n")
    up = "../" if edition is ENGLISH else "../../"
    parts.append(f"{say(RECKONED)} [{say('Plan B')}]({up}unplugged.md).\n")
    return "\n".join(parts)


def lesson_page(one: Lesson) -> str:
    told = notes_on(one)
    steps = [
        f"| {step.heading} | {max(1, round(step.minutes))} | {step.guess} |"
        for step in steps_of(one.number)
        if not step.heading.startswith(("Summary", "Next"))
    ]
    stuck = [f"| {what} | {help_} |" for what, help_ in told.stuck]
    return "\n".join(
        [
            f"# {one.number} {one.title}\n\n{WRITTEN}\n",
            f"About {one.minutes} minutes; {one.level}; {one.after}."
            f" [The lesson](../../notebooks/{one.notebook}) ·"
            f" [Slides](../slides/{one.number}.md)\n",
            f"**Aim.** {told.aim}\n\n**Prepare.** {told.prepare}\n",
            "## The steps\n\n| Step | Minutes | What is guessed before |\n| --- | --- | --- |",
            "\n".join(steps) + "\n",
            "## What pupils get stuck on\n\n| What happens | What helps |\n| --- | --- |",
            "\n".join(stuck) + "\n",
            "## Questions to ask\n\n" + "\n".join(f"- {one}" for one in told.ask) + "\n",
            "## Answer key\n\nGuesses have no wrong answer: what came is looked at together.\n",
            "\n\n".join(map(answer, asked_in(one.number).all)) + "\n",
        ]
    )


def notes_on(one: Lesson) -> Notes:
    """What teach/lessons.toml says of a lesson.

    Raises:
        SystemExit: it says nothing yet.
    """
    if one.number not in notes():
        raise SystemExit(f"teach/lessons.toml has no part [{one.number}]: write what it needs.")
    return notes()[one.number]


def answer(question: Question) -> str:
    """A question of a lesson with its answer and the reason, or what decides it."""
    if question.right is None:
        told = "The result decides" if question.measure else "Everybody decides for themselves"
        said = "; ".join(words for words, _ in question.choices.values())
        return f"**{question.ask}** {told}: {said}."
    words, why = question.choices[question.right]
    return f"**{question.ask}** {words}{'' if words[-1] in '.!?' else '.'} {why}"


def slide_page(one: Lesson) -> str:
    """Slides as Markdown: a line of three dashes begins the next."""
    told = notes_on(one)
    slides = [f"# {one.title}\n\n{WRITTEN}\n\nLesson {one.number}, about {one.minutes} minutes"]
    slides.append(f"## What you can do afterwards\n\n{told.aim}")
    for step_ in steps_of(one.number):
        if step_.heading.startswith(SMALL):
            continue
        guess = f"**First guess:** {step_.guess}" if step_.guess else "Read it together, then go."
        if len(step_.guesses) == 1:
            said = (f"- {words}" for words, _ in step_.guesses[0].choices.values())
            guess += "\n\n" + "\n".join(said)
        slides.append(f"## {step_.heading}\n\n{guess}")
    for question in told.ask:
        slides.append(f"## Talk with your neighbour\n\n{question}")
    slides.append("## Before you close\n\nSave your work. Say one thing that you decided yourself.")
    return "\n\n---\n\n".join(slides) + "\n"


def index_page() -> str:
    """The folder's first page, its table of lessons anew."""
    rows = [
        f"| [{one.number}](lessons/{one.number}.md) | {one.title} | {one.minutes} | {one.level} |"
        f" [slides](slides/{one.number}.md) |"
        for one in course().lesson
    ]
    table_ = "| | Lesson | Minutes | Level | |\n| --- | --- | --- | --- | --- |\n" + "\n".join(rows)
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    return LESSONS.sub(lambda found: f"{found[1]}\n{table_}\n{found[2]}", text)


def wanted() -> dict[Path, str]:
    """Every page as it should be."""
    found = {FOLDER / "README.md": index_page()}
    found |= {FOLDER / f"plans/{plan.file}.md": plan_page(plan) for plan in plans()}
    for edition in editions():
        for plan in (one for one in plans() if one.file in PLANS):
            path = FOLDER / edition.language / "plans" / f"{plan.file}.md"
            found[path] = plan_page(plan, edition)
    for one in course().lesson:
        found[FOLDER / f"lessons/{one.number}.md"] = lesson_page(one)
        found[FOLDER / f"slides/{one.number}.md"] = slide_page(one)
    return found


def main(arguments: list[str]) -> int:
    pages = wanted()
    there = {
        path for name in ("plans", "lessons", "slides") for path in FOLDER.glob(f"{name}/*.md")
    }
    differing = [
        path
        for path, text in pages.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    gone = sorted(there - set(pages))
    if "--check" in arguments:
        for path in [*differing, *gone]:
            print(f"{path.relative_to(FOLDER.parent)} does not agree; run python -m tools.teach")
        return 1 if differing or gone else 0
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8", newline="\n")
    for path in gone:
        path.unlink()
    print(f"{len(differing)} pages written, {len(gone)} taken away.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
