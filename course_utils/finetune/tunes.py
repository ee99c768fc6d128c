"""Teaching the note model one's own tunes: a phrase is enough, and a minute or two.

What learns is a LoRA (Hu et al. 2021) on every matrix of the note model. A quarter of every step
shows tunes the model wrote itself before the lesson, so that it forgets less. The loss is the one
of training/music/train.py: the next token, everywhere but in the control tokens.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable

from course_utils.creation import Creation, LearnerError
from course_utils.finetune.training import (
    Lesson,
    LessonProgress,
    Pupil,
    check_minutes,
    new_card,
    new_notes,
    print_of,
    take_lesson,
)
from course_utils.models.big_tools import need_big_tools
from course_utils.models.lora_file import OwnModel, check_name
from course_utils.music import decoding as tune_drawing
from course_utils.music import sampling
from course_utils.music import tasks as tune_tasks
from course_utils.music import tokens as tokens
from course_utils.music.engine import MODEL, TuneEngine, metre_of
from course_utils.music.lora import LEARNING, PREFIX
from course_utils.music.score_to_tokens import tune_of
from course_utils.music.tokens import Tune
from course_utils.music.torch_model import TorchNoteReader, one_thread
from course_utils.portfolio.store import Keeper

__all__ = ["loss_of", "own_tunes", "teach_tunes"]

MOST = 20  # tunes
FEWEST_BARS = 2
WINDOW = 8  # bars of a longer tune that are learned at a time
BATCH, PROTECTING = 8, 2
RANK, RATE = 8, 2e-3
# kinds the model writes for itself first
PROTECTED = ["reel", "jig", "waltz", "march", "air", "hornpipe"]
LIMITS = (
    "Learned from very few tunes. It repeats their bars more than it invents, and forgets a little"
    " of what the tune model knew."
)


def teach_tunes(
    engine: TuneEngine,
    portfolio: Keeper,
    tunes: list[Creation],
    name: str,
    *,
    minutes: float = 2.0,
    author: str = "",
    people_agreed: bool = False,
    protect: bool = True,
    seed: int = 1,
    most_steps: int | None = None,
    on_progress: Callable[[LessonProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[OwnModel, str]:
    """Teach the note model some tunes (or one, or a phrase of two bars) under a name,
    keep the own model, and return it with a sentence.

    Args:
        people_agreed: the tunes are one's own or free to use, or whoever made them has agreed.
            Needed where a tune came from a file.
        the others: as in `teaching.teach`.

    Raises:
        LearnerError: the tunes, the name or a number cannot be used; nothing is lost.
    """
    word = check_name(name)
    check_minutes(minutes)
    need_big_tools("Teaching a model")
    if not people_agreed and any(
        edit.what == "brought in by the learner" for tune in tunes for edit in tune.edits
    ):
        raise LearnerError(
            "Did you make these tunes yourself, or are they free to use, or did their makers say"
            " yes? Then set people_agreed=True (in the studio: tick the box)."
        )
    read, told = ready_tunes(tunes)
    engine.load()
    numbers = [" ".join(map(str, tokens.encode(tune))) for tune in read]
    fingerprint = print_of(*(one.encode() for one in numbers))
    facts = {"base": MODEL, "rank": RANK, "people_agreed": people_agreed, "limits": LIMITS}
    facts |= {"kind": "tune", "usual": usual_of(read)}
    lesson = Lesson(
        portfolio,
        new_card(word, author, len(read), engine.revision, **facts),
        new_notes(fingerprint, engine.revision, [], protect),
        "tunes",
        lambda: TunePupil(engine, read, protect, seed),
        ((f"tune_{n:02}.txt", one.encode()) for n, one in enumerate(numbers, 1)),
        engine.forget_own,
        told,
    )
    return take_lesson(lesson, minutes, most_steps, on_progress, stop)


def usual_of(tunes: list[Tune]) -> dict[str, str]:
    """The settings most of the tunes have."""
    fields = {"kind_of_tune": "kind", "mode": "mode", "metre": "metre"}
    return {
        setting: Counter(getattr(tune, field) for tune in tunes).most_common(1)[0][0]
        for setting, field in fields.items()
    }


def ready_tunes(tunes: list[Creation]) -> tuple[list[Tune], str]:
    """The melodies to learn, and a sentence on what was left out.

    Raises:
        LearnerError: none, too many, or none long enough.
    """
    if not tunes:
        raise LearnerError("There is no tune yet. Make, hum or bring one, then teach it.")
    if len(tunes) > MOST:
        raise LearnerError(
            f"Those are {len(tunes)} tunes. {MOST} are enough: choose the {MOST} that are most like"
            " what you want."
        )
    kept: list[Tune] = []
    short, twice = 0, 0
    for one in tunes:
        tune = tune_of(one)
        if len(tune.bars) < FEWEST_BARS or not any(
            note.semitones is not None for bar in tune.bars for note in bar
        ):
            short += 1
        elif tune.bars in [other.bars for other in kept]:
            twice += 1
        else:
            kept.append(tune)
    if not kept:
        raise LearnerError(
            f"Too short to learn from: a phrase needs at least {FEWEST_BARS} bars with notes. Bring"
            " a longer one."
        )
    told = f"{short} {'was' if short == 1 else 'were'} too short and left out. " if short else ""
    return kept, told + (f"{twice} came twice and counted once. " if twice else "")


class TunePupil(Pupil):
    """A copy of the note model that is learning. The engine's own model is never changed."""

    def __init__(self, engine: TuneEngine, tunes: list[Tune], protect: bool, seed: int) -> None:
        import copy

        import torch
        from peft import LoraConfig

        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        self.seed, self.tunes = seed, tunes
        self.model = copy.deepcopy(engine.torch_model()).requires_grad_(False)
        self.model.add_adapter(
            LoraConfig(
                r=RANK, lora_alpha=RANK, init_lora_weights="gaussian", target_modules=LEARNING
            )
        )
        self.weights = {
            name: weight for name, weight in self.model.named_parameters() if weight.requires_grad
        }
        self.optimiser = torch.optim.AdamW(
            [{"params": [*self.weights.values()], "rate": RATE}], lr=RATE, weight_decay=0.0
        )
        self.rows = [row for tune in tunes for row in sequences(tune)]
        self.others = (
            [tokens.encode(tune) for tune in own_tunes(engine.torch_model(), seed)]
            if protect
            else []
        )

    def step(self) -> float:
        """One step of learning; its loss in nats a token."""
        import torch

        rows = [
            turned(self.rng.choice(self.rows), self.rng)
            for _ in range(BATCH - (PROTECTING if self.others else 0))
        ]
        rows += self.rng.sample(self.others, PROTECTING) if self.others else []
        with one_thread():
            loss = loss_of(self.model, rows)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*self.weights.values()], 1.0)
            self.optimiser.step()
        return loss.item()

    def look(self) -> str:
        """The notes of a bar or two it would write now, in letters."""
        model = self.model.eval()
        try:
            return notes_in_words(written(model, self.tunes[0], 2, self.seed))
        finally:
            model.train(False)

    def learned(self) -> dict:
        return {
            PREFIX + name.replace(".default.", "."): weight.detach().numpy()
            for name, weight in self.weights.items()
        }


def sequences(tune: Tune) -> list[list[int]]:
    """Token sequences to learn a tune from: the whole where the model can read it,
    and windows of eight bars that begin every four.
    """
    windows = [
        tune.bars[start : start + WINDOW]
        for start in range(0, max(1, len(tune.bars) - WINDOW // 2), WINDOW // 2)
    ]
    rows = []
    for bars in [tune.bars, *(windows if len(tune.bars) > WINDOW else [])]:
        row = tokens.encode(Tune(tune.kind, tune.mode, tune.key, tune.metre, bars))
        if len(row) <= tune_tasks.MOST_READ:
            rows.append(row)
    return rows


def turned(row: list[int], rng: random.Random) -> list[int]:
    """A sequence with its control tokens varied, as in training: any key, and now and then "any"
    kind; notes count from the home note, so they stay.
    """
    row = list(row)
    row[3] = tokens.NUMBER[f"KEY {rng.choice(tokens.KEYS)}"]
    if rng.random() < 0.3:
        row[1] = tokens.NUMBER["KIND any"]
    return row


def loss_of(model, rows: list[list[int]]):
    """Mean loss, in nats a token, of the tokens after the six control tokens."""
    import torch

    longest = max(map(len, rows))
    feed = torch.zeros(len(rows), longest, dtype=torch.long)
    wanted = torch.full((len(rows), longest), -100)
    for place, row in enumerate(rows):
        feed[place, : len(row)] = torch.tensor(row)
        wanted[place, 6 : len(row)] = torch.tensor(row[6:])
    logits = model(
        input_ids=feed,
        attention_mask=(torch.arange(longest) < torch.tensor([[len(row)] for row in rows])).long(),
    ).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, logits.shape[-1]).float(),
        wanted[:, 1:].reshape(-1),
        ignore_index=-100,
    )


def own_tunes(model, seed: int) -> list[Tune]:
    """Tunes of four bars by the model itself, two of each of PROTECTED:
    what it should not forget.
    """
    made = []
    for kind in PROTECTED:
        metre = metre_of(kind)
        heads = [tokens.header(kind, mode, "D", metre) for mode in ("major", "minor")]
        drawn = sampling.draw(
            TorchNoteReader(model),
            heads,
            [tune_drawing.melody(metre, range(4, 0, -1)) for _ in heads],
            [seed, seed + 1],
            0.9,
        )
        made += [tokens.decode([*head, *(row or [])]) for head, row in zip(heads, drawn)]
    return made


def written(model, like: Tune, bars: int, seed: int) -> Tune:
    """A new tune of the same kind, metre and mode."""
    head = tokens.header(like.kind, like.mode, like.key, like.metre)
    plan = tune_drawing.melody(like.metre, range(bars, 0, -1))
    (row,) = sampling.draw(TorchNoteReader(model), [head], [plan], [seed], 0.9)
    return tokens.decode([*head, *(row or [])])


def notes_in_words(tune: Tune) -> str:
    """The notes of a tune as letters, bar by bar."""
    names = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
    return " | ".join(
        " ".join(
            "–" if note.semitones is None else names[(tune.home + note.semitones) % 12]
            for note in bar
        )
        for bar in tune.bars
    )
