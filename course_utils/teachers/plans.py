"""Plans for a class: which steps, in which order, and how long; declared in teach/plans.toml.

A step's minutes come from the course's own formula (`lessons.course.work_in`), rounded up, and what
the plan adds for talking about it. So a plan changes with the lessons, and a step that no lesson
has any more is found.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from course_utils.creation import LearnerError
from course_utils.lessons.course import FOR, course, work_in
from course_utils.lessons.questions import Question, asked_in, guess_named

__all__ = [
    "Block",
    "FOLDER",
    "Notes",
    "Plan",
    "ROOT",
    "minutes_of",
    "notes",
    "parts_of",
    "plans",
    "step",
    "steps_of",
]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "teach"
NOTEBOOKS = ROOT / "notebooks"
HEADING = re.compile(r"^## (.+)$", re.M)
Text = Annotated[str, Field(max_length=400)]


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(Declared):
    """One row of a plan: a step of a lesson, or a talk, or the beginning of a week."""

    lesson: Annotated[str, Field(pattern=r"^(\d\db?)?$")] = ""
    step: Text = ""  # how its heading begins
    extra: Annotated[int, Field(ge=0, le=60)] = 0  # minutes beside what the formula gives
    why: Text = ""
    what: Text = ""
    minutes: Annotated[int, Field(ge=0, le=60)] = 0
    week: Text = ""
    length: Annotated[int, Field(ge=0, le=300)] = 0


class Plan(Declared):
    """Rows for one length. `track`: the name of the track it leads through, "" for others."""

    track: Annotated[str, Field(pattern="^[a-z]*$")] = ""
    file: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    title: Text
    length: Annotated[int, Field(ge=15, le=2000)]
    for_whom: Text
    aims: tuple[Text, ...]
    blocks: tuple[Block, ...]


class Notes(Declared):
    """What a teacher needs beside a lesson."""

    aim: Text
    prepare: Text
    stuck: tuple[tuple[Text, Text], ...]
    ask: tuple[Text, ...]


class Step(Declared):
    """A part of a lesson, from one heading to the next. `minutes` is not rounded."""

    heading: str
    minutes: float
    guesses: tuple[Question, ...] = ()  # what is asked before it is run
    guess: str = ""  # the same in words, also where it stands in the text alone
    code: str = ""  # of its cells, one after the other


@cache
def plans() -> tuple[Plan, ...]:
    """The plans as declared."""
    read = tomllib.loads((FOLDER / "plans.toml").read_text(encoding="utf-8"))
    return tuple(Plan.model_validate(one) for one in read["plan"])


@cache
def notes() -> dict[str, Notes]:
    """The notes on lessons, by their numbers."""
    read = tomllib.loads((FOLDER / "lessons.toml").read_text(encoding="utf-8"))
    return {number: Notes.model_validate(one) for number, one in read.items()}


@cache
def steps_of(number: str) -> tuple[Step, ...]:
    """The parts of a lesson, in order.

    Raises:
        LearnerError: there is no such lesson.
    """
    one = course().numbered(number)
    if one is None:
        raise LearnerError(f"There is no lesson {number}. Choose one of the map.")
    cells = json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))["cells"]
    parts: list[tuple[str, list[dict]]] = []
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] != "markdown":
            if parts:
                parts[-1][1].append(cell)
            continue
        before, *headed = re.split(r"^(?=## )", text, flags=re.M)
        if parts and before.strip():
            parts[-1][1].append({"cell_type": "markdown", "source": before})
        for part in headed:
            heading = HEADING.match(part)
            if heading:
                parts.append((heading[1], [{"cell_type": "markdown", "source": part}]))
    return tuple(step_of(number, heading, inside) for heading, inside in parts)


def step_of(number: str, heading: str, cells: list[dict]) -> Step:
    minutes = work_in(cells)
    text = "\n\n".join("".join(cell["source"]) for cell in cells)
    if heading.startswith("Check yourself"):
        minutes += FOR["question"] * len(asked_in(number).check)
    if heading.startswith("Reflect"):
        minutes += FOR["reflection"]
    guesses = tuple(map(guess_named, re.findall(r'^predict\("([^"]+)"', text, re.M)))
    said = " ".join(one.ask for one in guesses) or guess_in(text)
    code = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "code")
    return Step(heading=heading, minutes=minutes, guesses=guesses, guess=said, code=code)


def guess_in(text: str) -> str:
    """The question that a text asks before something is run, where it is no question to answer."""
    found = re.search(r"\*\*Before you[^*]*:\*\*\s*(.+?)(?:\n\n|\n*$)", text, re.S)
    said = " ".join(found[1].split()) if found else ""
    return said[:1].upper() + said[1:]


def step(block: Block) -> Step:
    """The step a block names.

    Raises:
        LearnerError: no step of that lesson begins so, or several do.
    """
    found = [one for one in steps_of(block.lesson) if one.heading.startswith(block.step)]
    if len(found) != 1 and not any(one.heading == block.step for one in found):
        headings = "; ".join(one.heading for one in steps_of(block.lesson))
        raise LearnerError(
            f"No single step of lesson {block.lesson} begins with “{block.step}”. It has:"
            f" {headings}."
        )
    return next((one for one in found if one.heading == block.step), found[0])


def minutes_of(block: Block) -> int:
    """How long a row takes."""
    if not block.lesson:
        return block.minutes
    return max(1, math.ceil(step(block).minutes)) + block.extra


def parts_of(plan: Plan) -> list[tuple[Block | None, list[Block]]]:
    """A plan's weeks with their rows; one part without a week where it has none."""
    parts: list[tuple[Block | None, list[Block]]] = []
    for block in plan.blocks:
        if block.week or not parts:
            parts.append((block if block.week else None, []))
        if not block.week:
            parts[-1][1].append(block)
    return parts
