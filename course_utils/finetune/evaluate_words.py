"""Looking back at a lesson from phrases: the same seeds before and after, what was forgotten
(in nats a word piece), what is only copied (runs of words).
"""

from __future__ import annotations

import re
from pathlib import Path
from statistics import mean

from course_utils.creation import Creation, LearnerError, Recipe, Setting
from course_utils.finetune.evaluate_pictures import SEED, LookBack, Row
from course_utils.finetune.evaluate_tunes import longest_run
from course_utils.models.lora_file import MODELS, OwnModel
from course_utils.portfolio.store import Keeper
from course_utils.words.engine import WordsEngine
from course_utils.words.templates import chat, read_template

__all__ = ["ASKED", "make"]

ASKED = ["rain", "the cat", "a birthday"]
UNTAUGHT = ["place", "character", "senses"]  # kinds of text whose examples no lesson shows
LONG_RUN = 4  # words; shorter runs in common happen by themselves


def make(
    engine: WordsEngine, own: OwnModel, topic: str, seed: int, taught: bool, template: str = "own"
) -> Creation | None:
    """A text with the own model or without, asked for alike; None where nothing came.

    Nothing is saved.
    """
    settings: dict[str, Setting] = {"template": template}
    if taught:
        settings["own_model"] = own.card.name
    recipe = Recipe(kind="words", prompt=topic, seed=seed, settings=settings)
    return next(iter(engine.create(recipe, own=own if taught else None)), None)


def before_after(
    engine: WordsEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
) -> LookBack:
    """The same topics and seeds, before and after; and how well it guesses the phrases that were
    held back.
    """
    from course_utils.finetune.words import asked_of, held_back

    rows = []
    for topic in asked or ASKED:
        pair = [
            (name, made)
            for name, flag in (("before", False), ("after", True))
            if (made := make(engine, own, topic, seed, flag)) is not None
        ]
        rows.append(Row(topic, pair, ""))
    kept = held_back(kept_phrases(portfolio, own.card.name))
    if not kept:
        return LookBack(
            "Before and after, with the same seeds",
            rows,
            "There were too few phrases to hold some back, or they are not here, so nothing is"
            " measured. Read them aloud.",
            {},
        )
    before, after = nats(engine, own, asked_of(kept))
    return LookBack(
        "Before and after, with the same seeds",
        rows,
        f"{len(kept)} phrases were held back from the lesson. At every piece of them it errs by"
        f" {after:.2f} nats now, and by {before:.2f} before:"
        f" {'it has caught something of your voice' if after < before - 0.2 else 'hardly better'}.",
        {"before": before, "after": after},
    )


def forgotten(
    engine: WordsEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
) -> LookBack:
    """How well it still guesses the course's example texts of kinds that the lesson
    did not show.
    """
    pairs = [
        (chat({**template, "example": []}, example["topic"]), example["text"])
        for template in map(read_template, UNTAUGHT)
        for example in template["example"]
    ]
    before, after = nats(engine, own, pairs)
    rows = [
        Row(
            topic,
            [
                (name, made)
                for name, flag in (("before", False), ("after", True))
                if (made := make(engine, own, topic, seed, flag, "poem")) is not None
            ],
            "a poem, which nobody taught",
        )
        for topic in asked or ["the sea at night"]
    ]
    verdict = (
        "It forgot little."
        if after < before + 0.1
        else (
            "It forgot some of what it knew."
            if after < before + 0.5
            else "It forgot much of what it knew."
        )
    )
    return LookBack(
        "What was forgotten",
        rows,
        f"{verdict} At every piece of {len(pairs)} texts nobody taught it errs by {after:.2f} nats"
        f" now, and by {before:.2f} before the lesson.",
        {"before": before, "after": after},
    )


def copied(
    engine: WordsEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
    count: int = 4,
) -> LookBack:
    """What it writes, with the longest run of words that stands in a phrase it was taught.

    Raises:
        LearnerError: the phrases are not here, as with a model that was loaded from a file.
    """
    taught = kept_phrases(portfolio, own.card.name)
    if not taught:
        raise LearnerError(
            f"The phrases “{own.card.name}” was taught from are not here, so nothing can be"
            " compared. Ask whoever shared it."
        )
    rows, runs, shares = [], [], []
    for number in range(count):
        made = make(
            engine, own, (asked or ASKED)[number % len(asked or ASKED)], seed + number, True
        )
        if made is None:
            continue
        words = words_of(made.text)
        run, phrase = max((longest_run(words, words_of(one)), one) for one in taught)
        runs.append(run)
        shares.append(run / max(1, len(words)))
        rows.append(
            Row(
                f"{own.card.name} {number + 1}",
                [("made", made)],
                f"{run} words in a row stand in “{phrase[:80]}”",
            )
        )
    if not rows:
        raise LearnerError(
            "It wrote nothing that could be shown. Teach it a little longer, then ask again."
        )
    copies = sum(share > 0.5 for share in shares)
    return LookBack(
        "What is only copied",
        rows,
        f"{copies} of {len(rows)} are copies for more than half of their words. The longest run has"
        f" {max(runs)} words; runs below {LONG_RUN} happen by themselves.",
        {"copies": copies, "of": len(rows), "longest": max(runs), "mean share": mean(shares)},
    )


def kept_phrases(portfolio: Keeper, name: str) -> list[str]:
    """The phrases an own model was taught from; empty when they are not here."""
    path = Path(portfolio.folder / MODELS / name / "phrases.txt")
    return path.read_text(encoding="utf-8").split("\n\n") if path.is_file() else []


def nats(engine: WordsEngine, own: OwnModel, pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """Mean loss of some answers without and with the own model."""
    import torch

    from course_utils.finetune.words import opened

    upper, rows = opened(engine, pairs)
    with torch.no_grad():
        before = upper.loss(rows).item()
        upper.lay_over(own)
        return before, upper.loss(rows).item()


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))
