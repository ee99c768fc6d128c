"""Whether tunes have form as people's have: repetition, phrase ends, endings, leaps and range,
before and after.

Run: python -m benchmarks.music_forms --work DIR [--tunes 36] [--second]
(DIR of training.music.prepare)

"people" are held-out tunes of sixteen bars of the corpus, with --second those of 8 to 32 bars but
not sixteen, which were never looked at when the form was drawn up (ours are as long as each; where
more of ours are asked for than there are, each has several seeds); "before" is the note model
alone, "after" the same model writing after a form, each with the kinds, keys, modes and metres of
those tunes; beside them two baselines trained on the same pieces: a Markov chain over the tokens,
and random notes of the key. Each figure has its distance from people's.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Iterable
from pathlib import Path

from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.music import tokens
from course_utils.music.engine import MODEL
from course_utils.music.form.writing import beat_of
from course_utils.music.tokens import METRES, Bar, Tune, TuneNote, decode, encode
from training.music import evaluate
from training.music.pieces import read_pieces

BARS = 16
OTHERS = (8, 12, 20, 24, 28, 32)
SURPRISE = 0.9
PROMISED = ("ends_at_home", "last_note_a_beat")  # where we want more than people's share


def pitches(tune: Tune) -> list[int]:
    """The melody without rests."""
    return [note.semitones for bar in tune.bars for note in bar if note.semitones is not None]


def moves(tunes: Iterable[Tune]) -> list[int]:
    """Every move from a note to the next, in semitones."""
    return [abs(b - a) for tune in tunes for a, b in zip(pitches(tune), pitches(tune)[1:])]


def last_note(bars: tuple[Bar, ...]) -> TuneNote | None:
    """The last note that sounds."""
    return next(
        (note for bar in reversed(bars) for note in reversed(bar) if note.semitones is not None),
        None,
    )


def share(facts: Iterable[bool]) -> float:
    """How many of some facts are true."""
    facts = list(facts)
    return sum(facts) / max(1, len(facts))


def repeated(tunes: list[Tune], size: int) -> float:
    """Share of units of `size` bars, from the second on, that stood before in their tune."""
    found = []
    for tune in tunes:
        units = [tune.bars[at : at + size] for at in range(0, len(tune.bars) - size + 1, size)]
        found += [unit in units[:place] for place, unit in enumerate(units) if place]
    return share(found)


def rhythm_repeated(tunes: list[Tune]) -> float:
    """Share of bars, from the second on, whose rhythm came before in their tune."""
    found = []
    for tune in tunes:
        rows = [tuple(note.length for note in bar) for bar in tune.bars]
        found += [row in rows[:place] for place, row in enumerate(rows) if place]
    return share(found)


def inner_ends(tunes: list[Tune]) -> list[tuple[Tune, TuneNote]]:
    """The last notes of all groups of four bars but the last."""
    ends = [
        (tune, last_note(tune.bars[at : at + 4]))
        for tune in tunes
        for at in range(0, len(tune.bars) - 4, 4)
    ]
    return [(tune, note) for tune, note in ends if note is not None]


def figures(tunes: list[Tune]) -> dict[str, float]:
    """What is compared."""
    ends = inner_ends(tunes)
    finals = [(tune, last_note(tune.bars)) for tune in tunes]
    finals = [(tune, note) for tune, note in finals if note is not None]
    steps = moves(tunes)
    return {
        "bar_repeated": repeated(tunes, 1),
        "two_bars_repeated": repeated(tunes, 2),
        "rhythm_repeated": rhythm_repeated(tunes),
        "phrase_ends_long": share(note.length >= beat_of(tune.metre) for tune, note in ends),
        "phrase_ends_away": share(note.semitones % 12 != 0 for _, note in ends),
        "ends_at_home": share(note.semitones % 12 == 0 for _, note in finals),
        "last_note_a_beat": share(note.length >= beat_of(tune.metre) for tune, note in finals),
        "moves_by_step": share(move <= 2 for move in steps),
        "leaps": share(move >= 5 for move in steps),
        "wide_leaps": share(move > 9 for move in steps),
        "range": statistics.median(
            max(pitches(tune)) - min(pitches(tune)) for tune in tunes if pitches(tune)
        ),
        "notes_a_beat": statistics.mean(
            len(pitches(tune)) / (len(tune.bars) * METRES[tune.metre] / beat_of(tune.metre))
            for tune in tunes
        ),
    }


def ours(like: list[Tune], first_way: bool) -> list[Tune]:
    """Tunes of the course with the controls and the bars of some tunes: as it writes them now, or
    the first way, without a form.
    """
    made = []
    for seed, tune in enumerate(like):
        settings = {
            "kind_of_tune": tune.kind,
            "key": tune.key,
            "mode": tune.mode,
            "metre": tune.metre,
            "bars": len(tune.bars),
            "surprise": SURPRISE,
        }
        model = MODEL if first_way else ""  # a finished recipe without a form is made as it was
        recipe = Recipe(kind="tune", prompt="a tune", seed=seed, settings=settings, model=model)
        creation = next(iter(engine_for("tune").create(recipe)))
        made.append(decode([int(word) for word in creation.recipe.settings["notes"].split()]))
    return made


def baselines(like: list[Tune], training: list[dict]) -> dict[str, list[Tune]]:
    """A Markov chain and random notes, as `training.music.evaluate` makes them."""
    rng = random.Random(0)
    known = [evaluate.tune_from(piece, BARS) for piece in training if piece["kind"] != "chorale"]
    counts = evaluate.markov_counts([[*encode(tune, end=False), evaluate.END] for tune in known])
    starts = [tokens.header(tune.kind, tune.mode, tune.key, tune.metre) for tune in like]
    chain = [evaluate.markov_tune(counts, start, BARS, rng) for start in starts]
    return {
        "markov": [tune for tune in chain if pitches(tune)],
        "random": [evaluate.random_tune(tune, rng) for tune in like],
    }


def print_forms(work: Path, count: int, second: bool = False) -> None:
    """The table."""
    training, held = read_pieces(work)
    people = [
        evaluate.tune_from(piece)
        for piece in held
        if "slices" not in piece and len(piece["bars"]) in (OTHERS if second else (BARS,))
    ]
    random.Random(0).shuffle(people)
    like = (people * -(-count // len(people)))[:count]
    made = {"people": people, "before": ours(like, True), "after": ours(like, False)}
    made |= baselines(like, training)
    results = {name: figures(tunes) for name, tunes in made.items()}
    heads = " ".join(f"{f'{name} ({len(tunes)})':>15s}" for name, tunes in made.items())
    print(f"{'':18s} {heads}   after, against people")
    for name, theirs in results["people"].items():
        change = (results["after"][name] - theirs) / max(theirs, 1e-9)
        near = "within 10 %" if abs(change) <= 0.1 else f"{change:+.0%}"
        if name in PROMISED:
            near += " (promised)"
        row = " ".join(f"{result[name]:15.3f}" for result in results.values())
        print(f"{name:18s} {row}   {near}")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--tunes", type=int, default=36)
    options.add_argument("--second", action="store_true")
    asked = options.parse_args()
    print_forms(asked.work, asked.tunes, asked.second)


if __name__ == "__main__":
    main()
