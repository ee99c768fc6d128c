"""A small memorisation lab: one tune among others, seen once, ten times or a hundred times;
how often does a small model give it back?

After Carlini et al. 2021 ("Extracting Training Data from Large Language Models", section 6.5) and
2019 ("The Secret Sharer"), small: a network of notes is trained from nothing each time, in seconds,
on tunes of the index and on the item; then it is given the item's first notes.
"""

from __future__ import annotations

import html
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from course_utils.creation import Creation, LearnerError
from course_utils.models.adamw import AdamW
from course_utils.models.big_tools import need_big_tools

__all__ = ["memory_lab"]

# other tunes; notes of each; notes given of the item; notes that must come back
OTHERS, LENGTH, GIVEN, BACK = 300, 32, 8, 12
TRIES = 40
STEPS, BATCH = 200, 32


@dataclass(frozen=True)
class Memorised:
    """How often one item came back, by how often it stood in the data.

    A notebook shows a chart and a table.
    """

    item: str
    # (copies, times it came back of TRIES, nats a note for the item, nats a note for tunes never
    # seen)
    rows: list[tuple[int, int, float, float]]
    seconds: float

    @property
    def sentence(self) -> str:
        least, most = self.rows[0], self.rows[-1]
        return (
            f"With {least[0]} cop{'y' if least[0] == 1 else 'ies'} the rest of “{self.item}” came"
            f" back {least[1]} times in {TRIES}, with {most[0]} {most[1]} times. {len(self.rows)}"
            f" models were trained, in {self.seconds:.0f} seconds."
        )

    def __repr__(self) -> str:
        return "\n".join(
            [
                self.sentence,
                *(
                    f"{copies} cop{'y' if copies == 1 else 'ies'}: came back {back} of {TRIES};"
                    f" surprise {item:.2f}, for tunes never seen {unseen:.2f} nats a note"
                    for copies, back, item, unseen in self.rows
                ),
                LIMITS,
            ]
        )

    def _repr_html_(self) -> str:
        bars = "".join(
            (
                f'<tr><th scope="row">{copies}</th><td>{back} of {TRIES}</td><td'
                ' style="text-align:left"><div aria-hidden="true"'
                f' style="height:14px;width:{max(1, round(200 * back / TRIES))}px;'
                f'background:#0b57a8"></div></td><td>{item:.2f}</td><td>{unseen:.2f}</td></'
                "tr>"
            )
            for copies, back, item, unseen in self.rows
        )
        head = (
            '<tr><th scope="col">Copies in the data</th><th scope="col">Came back</th><td></td>'
            '<th scope="col">Surprise at it, nats a note</th><th'
            ' scope="col">Surprise at tunes never seen</th></tr>'
        )
        return (
            f"<p>{html.escape(self.sentence)}</p><table><caption>How often {BACK} notes of"
            f" “{html.escape(self.item)}” came back after its first"
            f" {GIVEN}</caption>{head}{bars}</table><p>{LIMITS}</p>"
        )


LIMITS = (
    f"Small on purpose: {OTHERS} tunes of {LENGTH} notes, a network of about 200,000 numbers. Large"
    " models see far more, and more often; what repeats is still what they keep best."
)


def invented(seed: int, codes: list[int]) -> list[int]:
    """A melody nobody wrote: codes drawn at random from those that are usual."""
    return random.Random(seed).choices(codes, k=LENGTH)


def memory_lab(
    item: Creation | None = None,
    copies: tuple[int, ...] = (0, 1, 10, 100),
    seed: int = 1,
    on_progress: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Memorised:
    """Train one small model for each number of copies, and count how often the item comes back.

    Args:
        item: a tune with at least LENGTH notes, or None for a melody drawn at random, which nobody
            ever wrote.
        copies: how often the item stands among the OTHERS tunes, 0-1000 each, at most six numbers.
        stop: ends after the present model, keeping what is done.

    Raises:
        LearnerError: the tune is too short, or a number cannot be used.
    """
    if (
        not copies
        or len(copies) > 6
        or any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= 1000 for n in copies)
    ):
        raise LearnerError(
            "Give up to six whole numbers of copies from 0 to 1000, such as copies=(1, 10, 100)."
        )
    others, unseen = _rows(random.Random(seed))
    name, wanted = _item(item, seed, [code for row in others for code in row])
    every = {code for row in [*others, wanted, *unseen] for code in row}
    words = {code: number for number, code in enumerate(sorted(every))}
    began, found = time.monotonic(), []
    for count in copies:
        if stop is not None and stop.is_set():
            break
        if on_progress is not None:
            on_progress(
                f"Training a model on {OTHERS} tunes and {count} cop{'y' if count == 1 else 'ies'}"
                " of the item..."
            )
        found.append((count, *_trained(words, others + [wanted] * count, wanted, unseen, seed)))
    if not found:
        raise LearnerError("Stopped before a model was trained. Run it again.")
    return Memorised(name, found, time.monotonic() - began)


def _rows(rng: random.Random) -> tuple[list[list[int]], list[list[int]]]:
    """Beginnings of tunes of the library, as codes: those to train on, and others to compare."""
    import numpy as np

    from course_utils.provenance import shared_note_runs as tune_runs

    there, owner, _ = tune_runs.library()
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    sizes = np.diff(np.r_[starts, len(there)]) - 1
    long_enough = [place for place in range(len(sizes)) if sizes[place] > LENGTH]
    picked = rng.sample(long_enough, OTHERS + 60)
    rows = [there[starts[place] + 1 : starts[place] + 1 + LENGTH].tolist() for place in picked]
    return rows[:OTHERS], rows[OTHERS:]


def _item(item: Creation | None, seed: int, usual: list[int]) -> tuple[str, list[int]]:
    """What is put in: its name, and its codes.

    Raises:
        LearnerError: the tune is too short.
    """
    from course_utils.provenance import shared_note_runs as tune_runs

    if item is None:
        return f"a melody drawn at random (seed {seed})", invented(seed, usual)
    codes = tune_runs.codes_of(tune_runs.notes_of(item)).tolist()
    if len(codes) <= LENGTH:
        raise LearnerError(
            f"That tune has {len(codes)} notes and {LENGTH + 1} are needed. Take a longer one."
        )
    return item.recipe.prompt, codes[1 : LENGTH + 1]


def _trained(
    words: dict[int, int],
    rows: list[list[int]],
    wanted: list[int],
    unseen: list[list[int]],
    seed: int,
) -> tuple[int, float, float]:
    """(times the item came back, nats a note for the item, nats a note for tunes never seen)
    after a model was trained on some rows.
    """
    need_big_tools("Training a model")
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        data, item, new = (
            torch.tensor([[words[code] for code in row] for row in part])
            for part in (rows, [wanted], unseen)
        )
        look, body, say = (
            nn.Embedding(len(words), 64),
            nn.GRU(64, 128, batch_first=True),
            nn.Linear(128, len(words)),
        )
        weights = [*look.parameters(), *body.parameters(), *say.parameters()]
        optimiser = AdamW([{"params": weights}], lr=4e-3)

        def loss_of(some):
            return cross_entropy(
                say(body(look(some[:, :-1]))[0]).flatten(0, 1), some[:, 1:].flatten()
            )

        for step in range(STEPS):
            loss = loss_of(data[torch.randint(len(data), (BATCH,))])
            optimiser.param_groups[0]["lr"] = 4e-3 * max(0.05, 1 - step / STEPS)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        with torch.no_grad():
            said, kept = body(look(item[:, :GIVEN].repeat(TRIES, 1)))
            right = torch.ones(TRIES, dtype=torch.bool)
            for place in range(GIVEN, GIVEN + BACK):
                drawn = torch.multinomial(say(said[:, -1]).softmax(-1), 1)
                right &= drawn[:, 0] == item[0, place]
                said, kept = body(look(drawn), kept)
            return int(right.sum()), loss_of(item).item(), loss_of(new).item()
