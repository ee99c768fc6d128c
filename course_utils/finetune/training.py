"""A lesson for any of the course's models: learning until the time is used, kept as it goes,
stopped and taken up again.

What learns are a few thin matrices (LoRA, Hu et al. 2021) and, for pictures, the vector of a new
word; teaching.py, teaching_tunes.py and teaching_words.py say what is learned from what. The
course's own model is never changed.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from course_utils.creation import LearnerError
from course_utils.models.adamw import AdamW
from course_utils.models.lora_file import CALLED, MODELS, OwnCard, OwnModel, from_bytes, to_bytes
from course_utils.portfolio.store import Keeper

if TYPE_CHECKING:
    import torch

__all__ = [
    "LESSON",
    "Lesson",
    "LessonProgress",
    "Pupil",
    "check_minutes",
    "new_card",
    "new_notes",
    "print_of",
    "take_lesson",
]

LONGEST = 30.0  # minutes
PREVIEW_SECONDS, KEEP_SECONDS = 12.0, 30.0
LESSON = "lesson.safetensors"
NOTES = "course_lesson"
DAMAGED = (
    "The lesson kept for that name is damaged. Delete it, then teach it again from the same {}."
)


@dataclass(frozen=True)
class LessonProgress:
    """How far a lesson is: seconds used of all, steps done, the loss over the last of them, and now
    and then what it makes of its word, always from the same noise: PNG bytes, or text.
    """

    seconds: float
    total: float
    steps: int
    loss: float
    preview: bytes | str | None = None

    @property
    def share(self) -> float:
        return min(1.0, self.seconds / self.total) if self.total else 1.0


class LessonNotes(BaseModel):
    """What stands in a lesson's file beside its numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    # of whatever it is taught from
    drawings_print: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    base_revision: str
    steps: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0)]
    words: Annotated[list[Annotated[str, Field(max_length=400)]], Field(max_length=60)]
    protect: bool


class Pupil:
    """A copy of a model that is learning.

    A subclass sets `weights` (parameters that learn, by name) and `optimiser` (groups with a rate),
    and says what a step is.
    """

    weights: dict[str, torch.nn.Parameter]
    optimiser: torch.optim.Optimizer | AdamW

    def step(self) -> float:
        """One step of learning; its loss."""
        raise NotImplementedError

    def look(self) -> bytes | str | None:
        """What it makes of its word now, from the same noise each time."""
        raise NotImplementedError

    def learned(self) -> dict:
        """The matrices as numpy arrays, by the names in an own model's file."""
        raise NotImplementedError

    def learn(
        self, steps: int, used: float, total: float, most_steps: int | None, on_progress, stop, keep
    ) -> tuple[int, float]:
        """Learn until the time or the steps are used or stop is set;
        gives back steps and seconds in all.
        """
        began, shown, saved, loss = time.monotonic() - used, -1e9, time.monotonic(), 0.0
        done_here = 0
        while True:
            seconds = time.monotonic() - began
            share = max(min(1.0, seconds / total), steps / most_steps if most_steps else 0.0)
            if share >= 1 or stop is not None and stop.is_set():
                return steps, seconds
            for group in self.optimiser.param_groups:
                group["lr"] = (
                    group["rate"]
                    * min(1.0, (done_here + 1) / 25)
                    * (1 if share < 0.6 else max(0.05, (1 - share) / 0.4))
                )
            now = self.step()
            loss = now if not done_here else 0.95 * loss + 0.05 * now
            steps, done_here = steps + 1, done_here + 1
            if on_progress is not None:
                look = time.monotonic() - shown > PREVIEW_SECONDS
                on_progress(
                    LessonProgress(share * total, total, steps, loss, self.look() if look else None)
                )
                shown = time.monotonic() if look else shown
            if time.monotonic() - saved > KEEP_SECONDS:
                keep(steps, time.monotonic() - began)
                saved = time.monotonic()

    def lesson(self, notes: LessonNotes) -> bytes:
        """The bytes of the lesson's file: what learned and the optimiser's averages, in 32 bits."""
        from safetensors.torch import save

        numbers = {}
        for name, weight in self.weights.items():
            state = self.optimiser.state.get(weight, {})
            numbers[f"now.{name}"] = weight.detach().contiguous()
            for key in ("exp_avg", "exp_avg_sq"):
                if key in state:
                    numbers[f"{key}.{name}"] = state[key].contiguous()
        return save(numbers, metadata={NOTES: notes.model_dump_json()})

    def take_up(self, numbers: dict) -> None:
        """Go on from a lesson's numbers.

        Raises:
            LearnerError: they do not fit.
        """
        import torch

        if {name.removeprefix("now.") for name in numbers if name.startswith("now.")} != set(
            self.weights
        ) or any(
            numbers[f"now.{name}"].shape != weight.shape for name, weight in self.weights.items()
        ):
            raise LearnerError(DAMAGED.format("things"))
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(numbers[f"now.{name}"])
                averages = {
                    key: numbers[f"{key}.{name}"].clone()
                    for key in ("exp_avg", "exp_avg_sq")
                    if f"{key}.{name}" in numbers
                }
                if len(averages) == 2:
                    self.optimiser.state[weight] = {"step": torch.tensor(1000.0), **averages}


@dataclass(frozen=True)
class Lesson:
    """What is to be learned, on which model.

    card: steps and seconds are filled in as it goes; things: what it is taught from, in a word,
    such as "drawings"; files: these, by name, written beside the model once; forget: lets go of the
    version before in memory; told: what to say at the end besides.
    """

    portfolio: Keeper
    card: OwnCard
    notes: LessonNotes
    things: str
    make_pupil: Callable[[], Pupil]
    files: Iterable[tuple[str, bytes]]
    forget: Callable[[], None]
    told: str

    def check_kept(self, kept: LessonNotes | None) -> None:
        """Whether the lesson kept under this name, if there is one, is the same.

        Raises:
            LearnerError: it is another one, or there is a model of that name without a lesson.
        """
        name, things = self.card.name, self.things
        if kept is None and self.portfolio.own_model(name) is not None:
            raise LearnerError(
                f"There is a model called “{name}” already, loaded from a file. Choose another"
                " name, or delete it first."
            )
        if kept is not None and kept.drawings_print != self.notes.drawings_print:
            raise LearnerError(
                f"There is a model called “{name}” already, taught from other {things}. Choose"
                " another name, or delete it first."
            )
        if kept is not None and kept.base_revision != self.notes.base_revision:
            raise LearnerError(
                f"“{name}” was begun on another version of the {CALLED[self.card.kind]} model."
                f" Delete it, then teach it again from the same {things}."
            )

    def keep(self, pupil: Pupil, notes: LessonNotes, steps: int, seconds: float) -> OwnModel:
        """Write the own model as it is now, and the lesson to go on from."""
        card = self.card.model_copy(update={"steps": steps, "seconds": round(seconds, 1)})
        data = to_bytes(card, pupil.learned())
        notes = notes.model_copy(update={"steps": steps, "seconds": seconds})
        self._write(LESSON, pupil.lesson(notes))
        self._write(f"{card.name}.safetensors", data)
        self.forget()
        return from_bytes(data)

    def keep_files(self) -> None:
        for file, data in self.files:
            self._write(file, data)

    def _write(self, file: str, data: bytes) -> None:
        self.portfolio.keep_at(f"{MODELS}/{self.card.name}/{file}", data)


def take_lesson(
    lesson: Lesson,
    minutes: float,
    most_steps: int | None,
    on_progress: Callable[[LessonProgress], None] | None,
    stop: threading.Event | None,
) -> tuple[OwnModel, str]:
    """Begin a lesson, or go on with the one of that name; the own model, kept in the portfolio,
    and a sentence.

    Raises:
        LearnerError: there is another model of that name, or its lesson does not fit.
    """
    kept = read_lesson(lesson.portfolio, lesson.card.name, lesson.things)
    lesson.check_kept(kept and kept[0])
    pupil, notes, told = lesson.make_pupil(), lesson.notes, lesson.told
    if kept is not None:
        notes = kept[0]
        pupil.take_up(kept[1])
        told = f"The lesson went on from {notes.seconds:.0f} seconds. {told}"
    else:
        lesson.keep_files()
    keep = partial(lesson.keep, pupil, notes)
    steps, seconds = pupil.learn(
        notes.steps, notes.seconds, minutes * 60, most_steps, on_progress, stop, keep
    )
    own = keep(steps, seconds)
    ended = (
        "Stopped. What it has learned so far is kept, and the same lesson can go on later."
        if stop is not None and stop.is_set()
        else f"It has learned for {seconds:.0f} seconds, in {steps} steps."
    )
    return own, f"{ended} {told}".strip()


def new_card(name: str, author: str, count: int, base_revision: str, **facts) -> OwnCard:
    """The card of an own model that has learned nothing yet, from `count` things."""
    author = author.strip()[:80]
    return OwnCard(
        name=name,
        author=author,
        drawings=count,
        base_revision=base_revision,
        steps=0,
        seconds=0,
        **facts,
    )


def new_notes(fingerprint: str, base_revision: str, words: list[str], protect: bool) -> LessonNotes:
    """The notes of a lesson that has not begun."""
    return LessonNotes(
        drawings_print=fingerprint,
        base_revision=base_revision,
        steps=0,
        seconds=0,
        words=words,
        protect=protect,
    )


def check_minutes(minutes) -> float:
    """Raises:
    LearnerError: no number above 0, or more than half an hour.
    """
    if (
        isinstance(minutes, bool)
        or not isinstance(minutes, int | float)
        or not 0 < minutes <= LONGEST
    ):
        raise LearnerError(
            f"The minutes must be a number above 0 and up to {LONGEST:.0f}. Four are a good start."
        )
    return float(minutes)


def read_lesson(
    portfolio: Keeper, name: str, things: str = "drawings"
) -> tuple[LessonNotes, dict] | None:
    """The notes and numbers of a lesson begun earlier, None when there is none.

    Raises:
        LearnerError: its file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = portfolio.folder / MODELS / name / LESSON
    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            notes = LessonNotes.model_validate_json((file.metadata() or {}).get(NOTES, ""))
            return notes, {key: file.get_tensor(key) for key in file.keys()}
    except (SafetensorError, OSError, ValueError, ValidationError) as problem:
        raise LearnerError(DAMAGED.format(things)) from problem


def print_of(*parts: bytes) -> str:
    """12 hexadecimal digits that tell one set of things to learn from another."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
