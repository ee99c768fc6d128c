"""A score as a person's own tune, made fit for the course; rhythms put on notes."""

from __future__ import annotations

from dataclasses import replace

from course_utils.creation import Creation, HumanEdit, LearnerError, Recipe
from course_utils.scores.beat_tracking import on_beats, speed_of
from course_utils.scores.chords.lines import LONGEST as LONGEST_LINE
from course_utils.scores.key_detection import key_of
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import BROUGHT_TUNE, Note, Score

__all__ = ["called", "in_rhythm", "own_tune", "tune_from_taps"]

MOST_BARS = 64
MOST_NOTES = 3000
MOST_PARTS = 15
MOST_TAPS, LONGEST_TAPPING = 400, 600.0  # taps of a rhythm, and seconds
SLOWEST, FASTEST = 20.0, 400.0  # quarter notes a minute
SHORTEST = 1 / 96  # quarter notes


def own_tune(
    score: Score,
    title: str,
    note: str = "",
    parent: Creation | None = None,
    what: str = "brought in by the learner",
    chord_line: str = "",
) -> Creation:
    """A score as a person's own tune, made fit for the course: at most 64 bars,
    15 parts and 3,000 notes, a playable speed, a key.

    Raises:
        LearnerError: there are no notes.
    """
    if not score.notes:
        raise LearnerError("There are no notes in that tune. Choose another file.")
    score, told, bars_gone = _playable(score)
    score, cut = _cut(score)
    told = [*([note] if note else []), *told, *cut]
    if not score.key:
        score = replace(score, key=key_of(score))
    line = " | ".join(chord_line.split(" | ")[bars_gone:]) if chord_line else ""
    if len(line) > LONGEST_LINE:
        told.append("Its chord names are too many for a chord line and are not kept.")
        line = ""
    settings = {"note": " ".join(told), "chord_line": line}
    recipe = Recipe(
        kind="tune",
        prompt=as_title(title),
        model=BROUGHT_TUNE,
        settings={name: value for name, value in settings.items() if value},
        parent=parent.id if parent else None,
    )
    return Creation(recipe=recipe, content=write_midi(score), edits=[HumanEdit(what=what)])


def as_title(text: str) -> str:
    """What a tune is called: at most 100 characters in one line."""
    printed = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printed.split())[:100] or "my tune"


def called(creation: Creation, title: str) -> Creation:
    """A tune of one's own under another title."""
    recipe = creation.recipe.model_copy(update={"prompt": as_title(title)})
    return creation.model_copy(update={"recipe": recipe})


def _playable(score: Score) -> tuple[Score, list[str], int]:
    """A score with a speed, a metre and players that the course knows, without silent bars before
    it; sentences on what was changed; and how many silent bars went.
    """
    told = []
    if not SLOWEST <= score.tempo <= FASTEST:
        told.append(
            f"Its speed of {score.tempo:.0f} beats a minute was beyond what people play and was"
            " changed."
        )
        score = replace(score, tempo=min(max(score.tempo, SLOWEST), FASTEST))
    if not (1 <= score.metre[0] <= 32 and score.metre[1] in (1, 2, 4, 8, 16, 32)):
        told.append("Its metre is not one people play; four-four is used.")
        score = replace(score, metre=(4, 4))
    notes, parts = score.notes, score.parts
    if len(parts) == 1 and not parts[0].drums:
        parts = ()
    if len(parts) > MOST_PARTS:
        told.append(f"Only the first {MOST_PARTS} of its {len(parts)} players are kept.")
        kept = sorted({one.part for one in notes})[:MOST_PARTS]
        notes = tuple(replace(one, part=kept.index(one.part)) for one in notes if one.part in kept)
        parts = tuple(parts[number] for number in kept)
    first = min(one.start for one in notes) if notes else 0.0
    # whole bars of silence at the start say nothing
    empty = int((first + 1e-6) // score.bar_length)
    if empty:
        silent = "One silent bar" if empty == 1 else f"{empty:,} silent bars"
        told.append(f"{silent} before the first note went.")
        early = empty * score.bar_length
        notes = tuple(replace(one, start=one.start - early) for one in notes)
    program, tempo = score.program % 128, round(score.tempo, 1)
    score = replace(score, notes=notes, parts=parts, program=program, tempo=tempo)
    return score, told, empty


def _cut(score: Score) -> tuple[Score, list[str]]:
    """At most so many bars and notes of a score, each of a length that can be written, and a
    sentence where there were more.
    """
    end, told, notes = MOST_BARS * score.bar_length, [], score.notes
    if any(one.start >= end - 1e-6 for one in notes) or len(notes) > MOST_NOTES:
        notes = tuple(one for one in notes if one.start < end - 1e-6)[:MOST_NOTES]
        bars = int(max(one.start for one in notes) // score.bar_length) + 1
        told.append(f"It is long: the first {bars} bars are kept.")
    notes = tuple(replace(one, length=min(max(one.length, SHORTEST), end)) for one in notes)
    return replace(score, notes=notes), told


def tune_from_taps(
    moments: list[float], title: str = "my rhythm", melody: Creation | None = None
) -> Creation:
    """A rhythm tapped at some moments (seconds), on one note,
    or on the notes of a melody in their order.

    Raises:
        LearnerError: fewer than two taps.
    """
    given = len(moments)
    moments = sorted(float(moment) for moment in moments if 0 <= moment < LONGEST_TAPPING)
    moments = moments[:MOST_TAPS]
    told = f"Taps that were used: {len(moments)} of {given}." if len(moments) < given else ""
    moments = [
        moment
        for number, moment in enumerate(moments)
        if number == 0 or moment - moments[number - 1] > 0.04
    ]
    if len(moments) < 2:
        raise LearnerError(
            "A rhythm needs at least two taps. Tap the space bar again, or type it: long short"
            " short long."
        )
    speed = speed_of(moments)
    gaps = sorted(after - before for before, after in zip(moments, moments[1:]))
    ends = [*moments[1:], moments[-1] + gaps[len(gaps) // 2]]
    return in_rhythm(
        [Note(start, length, 67, 84) for start, length in on_beats(moments, ends, speed)],
        speed,
        title,
        melody,
        told,
    )


def in_rhythm(
    strokes: list[Note] | tuple[Note, ...],
    tempo: float,
    title: str,
    melody: Creation | None = None,
    note: str = "",
) -> Creation:
    """A rhythm as a tune: on one note, or on the notes of a melody in their order."""
    if melody is None:
        return own_tune(Score(tuple(strokes), tempo, (4, 4), 0, "C"), title, note)
    score = read_midi(melody.content)
    pitches = [
        one.pitch for one in sorted(score.notes, key=lambda one: (one.start, -one.pitch))
    ] or [67]
    notes = tuple(
        replace(stroke, pitch=pitches[place % len(pitches)]) for place, stroke in enumerate(strokes)
    )
    if len(strokes) != len(pitches):
        ends = "begins again" if len(strokes) > len(pitches) else "ends early"
        note = f"{note} The rhythm has {len(strokes)} notes, the tune {len(pitches)}: it {ends}."
        note = note.strip()
    return own_tune(Score(notes, tempo, score.metre, score.program, score.key), title, note, melody)
