"""New tunes from complete settings: the form is drawn up, the note model writes after it, and the
notes get their dynamics.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace

from course_utils.creation import LearnerError
from course_utils.music import sampling
from course_utils.music.band.under_tune import FindChords, found_line
from course_utils.music.form.dynamics import velocities
from course_utils.music.form.kinds import KindOfMusic, ends_long
from course_utils.music.form.leaning import HIGHEST_NOTE
from course_utils.music.form.plans import (
    FREE,
    LEANS,
    Form,
    drawn,
    form_for,
    read_plan,
    read_spans,
    shares_of_phrases,
    spans_text,
)
from course_utils.music.form.singing import phrases_for
from course_utils.music.form.wishes import kind_of
from course_utils.music.form.writing import Order, Rules, with_upbeat, write_in_form
from course_utils.music.prompt_reading import ANY
from course_utils.music.score_to_tokens import lengths_of
from course_utils.music.tasks import Made, melody_score
from course_utils.music.tokens import KEYS, METRES, SCALES, Tune, TuneNote
from course_utils.scores.chords import read_line
from course_utils.scores.score import Note, Score

__all__ = ["chords_for", "spans_of", "write_tunes"]


def write_tunes(
    model: sampling.NoteReader,
    chosen: list[dict],
    seeds: list[int],
    tell: Callable[[int], None] | None,
    stop: threading.Event | None,
) -> list[Made | None]:
    """A tune for each of some complete settings; None for those not finished when Stop was pressed.

    Raises:
        LearnerError: a plan chosen by hand does not go into the bars.
    """
    orders = [order_for(settings, seed) for settings, seed in zip(chosen, seeds)]
    surprise = chosen[0]["surprise"]

    def draw(starts, plans, seeds, tell, stop):
        return sampling.draw(model, starts, plans, seeds, surprise, tell, stop)

    return [
        None if tune is None else made_of(tune, order, settings)
        for tune, order, settings in zip(write_in_form(draw, orders, tell, stop), orders, chosen)
    ]


def order_for(settings: dict, seed: int) -> Order:
    """What the note model is asked for."""
    kind = kind_of(settings)
    return Order(
        settings["kind_of_tune"],
        settings["mode"],
        settings["key"],
        settings["metre"],
        chosen_form(settings, kind, seed),
        rules_for(settings, kind),
        settings["density"],
        seed,
        vamp_notes(settings, kind),
        settings["upbeat"],
        kind is None and settings["shares"] >= LEANS,
    )


def chosen_form(settings: dict, kind: KindOfMusic | None, seed: int) -> Form:
    """The form asked for, else that of the kind of music where it goes into the bars, else one
    drawn from the seed.
    """
    plan, bars = settings["plan"], settings["bars"]
    if plan == ANY:
        plan = ""
        if kind is not None and kind.plan and bars % len(read_plan(kind.plan)) == 0:
            plan = kind.plan
        elif settings["lyrics"] and (count := phrases_for(settings["lyrics"], bars)):
            table = shares_of_phrases(settings["shares"])[str(count)]
            plan = " ".join(drawn(table, random.Random(seed)))
    like = settings["kind_of_tune"]
    finished = settings["ending"] == "home"
    return form_for(bars, plan, like, seed, finished, settings["shares"])


def rules_for(settings: dict, kind: KindOfMusic | None) -> Rules:
    """What the kind of music asks of the notes, as far as mode and metre are still its own."""
    rests = ends_long(settings["kind_of_tune"])
    if kind is None:
        high = HIGHEST_NOTE if settings["shares"] >= LEANS else Rules.high
        return Rules(high=high, ends_long=rests)
    rules = kind.rules
    scale = rules.scale if settings["mode"] == kind.mode else SCALES[settings["mode"]]
    cells = rules.cells if settings["metre"] == kind.metre else ()
    return replace(rules, scale=scale, cells=cells, ends_long=rests)


def vamp_of(settings: dict, kind: KindOfMusic | None) -> str:
    """The usual chords of a kind of music for every bar of the tune, home in the last bar;
    "" where it has none, or the mode was changed.
    """
    if kind is None or not kind.chords or settings["mode"] != kind.mode:
        return ""
    tonic = KEYS.index(settings["key"])
    minor = kind.chords.lstrip().startswith("i")
    line = read_line(kind.chords, LINE_KEYS[tonic] + "m" * minor)
    bars = [" ".join(chord.name for chord in bar) for bar in line.bars]
    row = [bars[number % len(bars)] for number in range(settings["bars"])]
    if settings["ending"] == "home":
        home = next((bar for bar in bars if read_line(bar).bars[0][0].root == tonic), row[-1])
        row[-1] = home
    return " | ".join(row)


LINE_KEYS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]


def vamp_notes(settings: dict, kind: KindOfMusic | None) -> tuple[frozenset[int], ...]:
    """The notes of those chords, semitones above home, bar by bar; () where there are none."""
    line = vamp_of(settings, kind)
    if not line:
        return ()
    tonic = KEYS.index(settings["key"])
    return tuple(
        frozenset((one - tonic) % 12 for one in bar[0].classes) for bar in read_line(line).bars
    )


def chords_for(tune: Tune, settings: dict, seed: int, find: FindChords) -> str:
    """A line of chords for a finished tune: the usual ones of its kind of music, or those that the
    note model finds; an upbeat has none.
    """
    before = bool(settings["upbeat"] and settings["form"])
    line = vamp_of(settings, kind_of(settings)) if settings["form"] else ""
    if not line:
        copies: list[int | None] = [None] * len(tune.bars)
        if settings["form"]:
            copies = [bar.copies for bar in order_for(settings, seed).form.bars]
        inner = replace(tune, bars=tune.bars[before:])
        line = found_line(inner, settings, copies, find, seed)
    return f"N.C. | {line}" if before else line


def made_of(tune: Tune, order: Order, settings: dict) -> Made:
    """The finished tune with its score, and what its recipe keeps of the form."""
    spans = spans_text(order.form) if settings["plan"] != FREE else ""
    if settings["upbeat"]:
        tune = begun_before(tune, order.seed)
    extra = {"form": spans}
    return Made(tune, expressive_score(tune, settings | extra), extra)


def begun_before(tune: Tune, seed: int) -> Tune:
    """The tune with a bar before it that holds the upbeat; its last bar is that much shorter.

    Raises:
        LearnerError: the last note is too short to give it up.
    """
    shorter, upbeat = with_upbeat(tune, seed)
    if not upbeat:
        raise LearnerError(
            "The last note of that tune is too short to give up an upbeat. Press Again, or leave"
            " the upbeat out."
        )
    room = METRES[tune.metre] - sum(note.length for note in upbeat)
    silence = tuple(TuneNote(None, length) for length in lengths_of(room))
    return replace(shorter, bars=((*silence, *upbeat), *shorter.bars))


def spans_of(settings: dict, bars: int) -> list[tuple[str, int]]:
    """The phrases of a finished tune with their bars; the bar of an upbeat is one more."""
    spans = read_spans(str(settings.get("form") or ""))
    before = bars - sum(size for _, size in spans)
    return ([("-", before)] if spans and before > 0 else []) + spans


def expressive_score(tune: Tune, settings: dict) -> Score:
    """A tune of one voice with its dynamics, swung where its kind of music is."""
    score = melody_score(tune, settings)
    loud = velocities(tune, spans_of(settings, len(tune.bars)))
    kind = kind_of(settings)
    swing = kind.swing if kind is not None and settings["metre"] == kind.metre else 0.0
    notes = (replace(note, velocity=v) for note, v in zip(score.notes, loud))
    return replace(score, notes=tuple(swung(note, swing) for note in notes))


def swung(note: Note, swing: float) -> Note:
    """A note whose off-beat eighths come later: at 1 on the last third of the beat."""

    def moved(time: float) -> float:
        return time + swing / 6 if abs(time % 1 - 0.5) < 1e-6 else time

    if not swing:
        return note
    start = moved(note.start)
    return replace(note, start=start, length=moved(note.start + note.length) - start)
