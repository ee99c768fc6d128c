"""Looking back at a lesson from tunes: the same seeds before and after, what was forgotten
(in nats a note), what is only copied (runs of notes).
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

from course_utils.creation import Creation, LearnerError, Recipe, Setting
from course_utils.finetune.evaluate_pictures import SEED, LookBack, Row
from course_utils.finetune.tunes import loss_of, own_tunes
from course_utils.models.lora_file import MODELS, OwnModel
from course_utils.music.engine import TuneEngine
from course_utils.music.score_to_tokens import tune_from_numbers, tune_of
from course_utils.music.tokens import Tune, encode
from course_utils.portfolio.store import Keeper

__all__ = ["longest_run", "make"]

LONG_RUN = 8  # notes; a shorter run in common happens by itself in tunes of one kind


def make(
    engine: TuneEngine, own: OwnModel, count: int, seed: int, taught: bool, prompt: str = "a tune"
) -> list[Creation]:
    """Tunes with the own model or without, asked for alike; nothing is saved."""
    usual = {name: value for name, value in own.card.usual.items() if value != "any"}
    settings: dict[str, Setting] = {"count": count, "bars": 8, **usual}
    if taught:
        settings["own_model"] = own.card.name
    recipe = Recipe(kind="tune", prompt=prompt, seed=seed, settings=settings)
    return list(engine.create(recipe, own=own if taught else None))


def before_after(
    engine: TuneEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
) -> LookBack:
    """Tunes from the same seeds, before and after the lesson, and how much of each is a run of
    notes from what was taught.
    """
    taught, rows, shares = kept_tunes(portfolio, own.card.name), [], []
    for number, prompt in enumerate(asked or ["a tune", "a tune"]):
        (before,), (after,) = (
            make(engine, own, 1, seed + number, flag, prompt) for flag in (False, True)
        )
        told = ""
        if taught:
            one, other = (run_share(tune_of(made), taught) for made in (before, after))
            shares.append((one, other))
            told = (
                f"longest run of notes from your tunes: {one:.0%} of it before, {other:.0%} after"
            )
        rows.append(
            Row(f"{prompt}, seed {seed + number}", [("before", before), ("after", after)], told)
        )
    figures = (
        {"before": mean(one for one, _ in shares), "after": mean(other for _, other in shares)}
        if shares
        else {}
    )
    return LookBack(
        "Before and after, with the same seeds",
        rows,
        (
            f"On average {figures['after']:.0%} of a tune is one run of notes from yours, and was"
            f" {figures['before']:.0%} before."
            if figures
            else "The tunes it was taught from are not here, so nothing is measured."
        ),
        figures,
    )


def forgotten(
    engine: TuneEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
) -> LookBack:
    """How well it still guesses the notes of tunes nobody taught: those it wrote itself before,
    with seeds the lesson did not see.
    """
    import torch

    from course_utils.music.lora import with_own

    plain = engine.torch_model()
    rows = [encode(tune) for tune in own_tunes(plain, 7000 + seed)]
    with torch.no_grad():
        before, after = (
            loss_of(model, rows).item()
            for model in (plain, with_own(plain, own, 1.0, engine.revision))
        )
    worse = after - before
    verdict = (
        "It forgot little."
        if worse < 0.1
        else "It forgot some of what it knew."
        if worse < 0.4
        else "It forgot much of what it knew."
    )
    shown = [
        Row(
            "other kinds of tune",
            [
                ("before", make_plain(engine, own, seed, False)),
                ("after", make_plain(engine, own, seed, True)),
            ],
            f"{before:.2f} before, {after:.2f} after",
        )
    ]
    return LookBack(
        "What was forgotten",
        shown,
        f"{verdict} At every note of {len(rows)} tunes nobody taught it now errs by {after:.2f}"
        f" nats, and by {before:.2f} before the lesson.",
        {"before": before, "after": after},
    )


def make_plain(engine: TuneEngine, own: OwnModel, seed: int, taught: bool) -> Creation:
    """A march, which is asked for by name whatever was taught."""
    settings: dict[str, Setting] = {
        "count": 1,
        "bars": 8,
        "kind_of_tune": "march",
        "mode": "major",
        "metre": "2/4",
        "key": "D",
    }
    if taught:
        settings["own_model"] = own.card.name
    recipe = Recipe(kind="tune", prompt="a march", seed=seed, settings=settings)
    return next(iter(engine.create(recipe, own=own if taught else None)))


def copied(
    engine: TuneEngine,
    portfolio: Keeper,
    own: OwnModel,
    asked: list[str] | None = None,
    seed: int = SEED,
    count: int = 4,
) -> LookBack:
    """What it writes, with the longest run of notes (steps and lengths, in any key)
    that stands in a tune it was taught.

    Raises:
        LearnerError: the tunes are not here, as with a model that was loaded from a file.
    """
    taught = kept_tunes(portfolio, own.card.name)
    if not taught:
        raise LearnerError(
            f"The tunes “{own.card.name}” was taught from are not here, so nothing can be compared."
            " Ask whoever shared it."
        )
    rows, runs, shares = [], [], []
    for number, one in enumerate(make(engine, own, count, seed, True), 1):
        tune = tune_of(one)
        runs.append(max(longest_run(notes_of(tune), notes_of(other)) for other in taught))
        shares.append(run_share(tune, taught))
        rows.append(
            Row(
                f"{own.card.name} {number}",
                [("made", one)],
                f"{runs[-1]} notes in a row are yours, {shares[-1]:.0%} of it",
            )
        )
    copies = sum(share > 0.5 for share in shares)
    return LookBack(
        "What is only copied",
        rows,
        f"{copies} of {count} are copies for more than half of their notes. The longest run of"
        f" yours has {max(runs)} notes; runs below {LONG_RUN} happen by themselves.",
        {"copies": copies, "of": count, "longest": max(runs), "mean share": mean(shares)},
    )


def kept_tunes(portfolio: Keeper, name: str) -> list[Tune]:
    """The tunes an own model was taught from; empty when they are not here."""
    return [
        tune_from_numbers(path.read_text(encoding="utf-8"))
        for path in sorted(Path(portfolio.folder / MODELS / name).glob("tune_*.txt"))
    ]


def notes_of(tune: Tune) -> list[tuple]:
    """The notes as steps from the one before, with their lengths,
    so that a tune is found again in any key.
    """
    notes = [note for bar in tune.bars for note in bar]
    return [
        (
            (
                None
                if note.semitones is None or before.semitones is None
                else note.semitones - before.semitones
            ),
            note.length,
        )
        for before, note in zip(notes, notes[1:])
    ]


def longest_run(one: list, other: list) -> int:
    """How many things in a row two lists have in common."""
    best, above = 0, [0] * (len(other) + 1)
    for mine in one:
        here = [0] * (len(other) + 1)
        for place, theirs in enumerate(other, 1):
            if mine == theirs:
                here[place] = above[place - 1] + 1
                best = max(best, here[place])
        above = here
    return best


def run_share(tune: Tune, taught: list[Tune]) -> float:
    """The share of a tune's notes that is its longest run in common with one of the
    tunes taught.
    """
    mine = notes_of(tune)
    return max(longest_run(mine, notes_of(other)) for other in taught) / max(1, len(mine))
