"""Looking back at a lesson, in pictures and numbers: before and after, what was forgotten,
what is only copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from course_utils.creation import Creation, LearnerError, Recipe, Setting
from course_utils.finetune.drawings import distance
from course_utils.models.lora_file import MODELS, OwnModel
from course_utils.pictures.engine import ImageEngine
from course_utils.pictures.png import open_picture
from course_utils.portfolio.store import Keeper

__all__ = [
    "LookBack",
    "Row",
    "SEED",
    "before_after",
    "copied",
    "draw",
    "draw_plain",
    "forgotten",
    "kept_own",
]

# none of them is among those the lesson protects
ASKED_AGAIN = ["a red heart", "a cat", "a house", "a rainbow"]
SEED = 11


@dataclass(frozen=True)
class Row:
    """Pictures that belong together, each with its column's name, and what is said of them."""

    name: str
    pictures: list[tuple[str, Creation]]
    said: str = ""


@dataclass(frozen=True)
class LookBack:
    """Rows of pictures, a sentence on what they show, and the figures behind it."""

    title: str
    rows: list[Row]
    sentence: str
    figures: dict[str, float]


def draw(
    engine: ImageEngine, prompt: str, count: int, seed: int, own: OwnModel | None = None
) -> list[Creation]:
    """Pictures of a prompt, with an own model or without; nothing is saved."""
    settings: dict[str, Setting] = {"count": count, "speed": "quick"}
    if own is not None:
        settings["own_model"] = own.card.name
    recipe = Recipe(kind="image", prompt=prompt, seed=seed, settings=settings)
    return list(engine.create(recipe, own=own))


def kept_own(portfolio: Keeper, name: str) -> OwnModel:
    """The own model of that name.

    Raises:
        LearnerError: there is none.
    """
    own = portfolio.own_model(str(name).strip().lower())
    if own is None:
        here = ", ".join(portfolio.own_models()) or "none yet"
        raise LearnerError(
            f"There is no own model called “{str(name)[:40]}” here. You have: {here}."
        )
    return own


def before_after(
    engine: ImageEngine,
    own: OwnModel,
    prompts: list[str] | None = None,
    seed: int = SEED,
    count: int = 2,
) -> LookBack:
    """The same words and the same seeds, before and after the lesson."""
    word = own.card.name
    rows, moved = [], []
    for prompt in prompts or [word, f"{word} waving", f"a green {word}"]:
        before, after = (
            draw(engine, prompt, count, seed, None),
            draw(engine, prompt, count, seed, own),
        )
        apart = mean(
            distance(open_picture(a.content), open_picture(b.content))
            for a, b in zip(before, after)
        )
        moved.append(apart)
        rows.append(
            Row(
                prompt,
                [
                    *((f"before, seed {seed + n}", one) for n, one in enumerate(before)),
                    *((f"after, seed {seed + n}", one) for n, one in enumerate(after)),
                ],
                f"{apart:.2f} apart",
            )
        )
    return LookBack(
        "Before and after, with the same seeds",
        rows,
        f"On average the pictures moved by {mean(moved):.2f} (0 is the same picture, 1 black"
        " against white).",
        {"moved": mean(moved)},
    )


def forgotten(
    engine: ImageEngine, own: OwnModel, words: list[str] | None = None, seed: int = SEED
) -> LookBack:
    """Things nobody taught, drawn before and after: how far each has moved,
    beside how far another seed moves it.
    """
    rows, moved, usual = [], [], []
    for prompt in words or ASKED_AGAIN:
        first, second = draw(engine, prompt, 2, seed)
        after = draw_plain(engine, prompt, seed, own)
        moved.append(distance(open_picture(first.content), open_picture(after.content)))
        usual.append(distance(open_picture(first.content), open_picture(second.content)))
        rows.append(
            Row(
                prompt,
                [("before", first), ("after", after), ("before, another seed", second)],
                f"moved {moved[-1]:.2f}; another seed moves it {usual[-1]:.2f}",
            )
        )
    share = mean(moved) / max(mean(usual), 1e-6)
    verdict = (
        "It forgot little."
        if share < 0.5
        else (
            "It forgot some of what it knew."
            if share < 1
            else (
                "It forgot much: things nobody taught have changed as much as by another seed, or"
                " more."
            )
        )
    )
    return LookBack(
        "What was forgotten",
        rows,
        f"{verdict} Pictures of other things moved by {mean(moved):.2f}; another seed alone moves"
        f" them by {mean(usual):.2f}.",
        {"moved": mean(moved), "another seed": mean(usual), "share": share},
    )


def draw_plain(engine: ImageEngine, prompt: str, seed: int, own: OwnModel) -> Creation:
    """A picture by the model with the own model on it,
    without its word being added to the prompt.
    """
    recipe = Recipe(
        kind="image",
        prompt=prompt,
        seed=seed,
        settings={
            "count": 1,
            "speed": "quick",
            "own_model": own.card.name,
            "directions": f"{own.card.name}:0",
        },
    )
    return next(iter(engine.create(recipe, own=own)))


def copied(
    engine: ImageEngine, portfolio: Keeper, own: OwnModel, seed: int = SEED, count: int = 4
) -> LookBack:
    """What it draws for its word, each beside the drawing that is nearest.

    A picture counts as a copy when it is nearer to a drawing than drawings are to each other (half
    of the median; for a single drawing: nearer than half of the way that the model without the
    lesson is away from it). Crude, like every distance between pictures.

    Raises:
        LearnerError: the drawings are not here, as with a model that was loaded from a file.
    """
    drawings = own_drawings(portfolio, own.card.name)
    if not drawings:
        raise LearnerError(
            f"The drawings “{own.card.name}” was taught from are not here, so nothing can be"
            " compared. Ask whoever shared it."
        )
    pictures = [open_picture(drawing.content) for drawing in drawings]
    made = draw(engine, own.card.name, count, seed, own)
    if len(pictures) > 1:
        usual = median(
            min(distance(one, other) for other in pictures if other is not one) for one in pictures
        )
        yardstick = "the drawings are from each other"
    else:
        usual = mean(
            distance(open_picture(one.content), pictures[0])
            for one in draw(engine, own.card.name, count, seed)
        )
        yardstick = "the model was from it before the lesson"
    rows, near = [], []
    for number, one in enumerate(made, 1):
        apart, place = min(
            (distance(open_picture(one.content), picture), place)
            for place, picture in enumerate(pictures)
        )
        near.append(apart)
        rows.append(
            Row(
                f"{own.card.name} {number}",
                [("made", one), ("nearest drawing", drawings[place])],
                f"{apart:.2f} apart",
            )
        )
    copies = sum(apart < usual / 2 for apart in near)
    sentence = (
        f"{copies} of {count} are copies or nearly: they are less than half as far from a drawing"
        f" as {yardstick} ({usual:.2f}). The nearest is {min(near):.2f} away, the mean"
        f" {mean(near):.2f}."
    )
    return LookBack(
        "What is only copied",
        rows,
        sentence,
        {"copies": copies, "of": count, "nearest": min(near), "mean": mean(near), "usual": usual},
    )


def own_drawings(portfolio: Keeper, name: str) -> list[Creation]:
    """The drawings an own model was taught from, as they were made ready;
    empty when they are not here.
    """
    from course_utils.pictures.png import BROUGHT_PICTURE

    paths = sorted(Path(portfolio.folder / MODELS / name).glob("drawing_*.png"))
    return [
        Creation(
            recipe=Recipe(kind="image", prompt=path.stem.replace("_", " "), model=BROUGHT_PICTURE),
            content=path.read_bytes(),
        )
        for path in paths
    ]
