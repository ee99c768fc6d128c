"""A tune the note model can read, from any tune: from its recipe,
or from the notes of a MIDI file somebody brought.
"""

from __future__ import annotations

from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.music import tokens as tokens
from course_utils.music.tokens import DURATIONS, METRES, Tune, TuneNote, home_of
from course_utils.scores.graces import without_graces
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Note, Score

__all__ = ["MOST_BARS", "lengths_of", "tune_from_numbers", "tune_of"]

MOST_BARS = 64
# twelfths of a quarter note: quavers, triplets, semiquavers; the coarsest grid that fits is taken
SHORTEST_STEP = (6, 4, 3)
NO_NOTES = "There are no notes in that tune. Choose one that sounds, then try again."


def tune_of(creation: Creation) -> Tune:
    """The melody of a tune: what its recipe says, or what its highest notes are.

    Raises:
        LearnerError: it is not a tune, has no notes, or is longer than MOST_BARS.
    """
    if not creation.declared.plays_notes:
        raise LearnerError(
            "A tune is needed here, and something else was given. Choose a tune, then try again."
        )
    notes = creation.recipe.settings.get("notes")
    if isinstance(notes, str) and notes:
        return tune_from_numbers(notes)
    try:
        score = read_midi(creation.content)
    except BadRecipe as problem:
        raise LearnerError(str(problem)) from problem
    return tune_from_score(score)


def tune_from_numbers(text: str) -> Tune:
    """A tune written as token numbers with spaces between them, of this model or of the first one.

    Raises:
        LearnerError: they are no tune with full bars, or too long.
    """
    damaged = "The tune to go on from is damaged. Choose another one and try again."
    try:
        tune = tokens.decode([int(word) for word in text.split()])
    except (ValueError, IndexError) as problem:
        raise LearnerError(damaged) from problem
    if not tune.bars or any(
        sum(note.length for note in bar) != METRES[tune.metre] for bar in tune.bars
    ):
        raise LearnerError(damaged)
    if len(tune.bars) > MOST_BARS:
        raise LearnerError(
            f"That tune has {len(tune.bars)} bars and the limit is {MOST_BARS}. Take a part of it,"
            " then try again."
        )
    return tune


def tune_from_score(score: Score, kind: str = "any") -> Tune:
    """The melody of a score in whole bars: its highest notes, moved to the nearest place on a grid
    of quavers, triplets or semiquavers.

    The metre is the score's; the key is found from the notes (`home_and_mode`).

    Raises:
        LearnerError: there are no notes, or more bars than MOST_BARS.
    """
    score = without_graces(score)
    notes = sorted(
        (n for n in score.notes if not score.parts or not score.parts[n.part].drums),
        key=lambda n: (n.start, -n.pitch),
    )
    if not notes:
        raise LearnerError(NO_NOTES)
    metre = f"{score.metre[0]}/{score.metre[1]}"
    if metre not in METRES:
        raise LearnerError(
            f"The note model knows no bars of {metre[:12]}. Choose a tune in 4/4, 3/4, 2/4, 6/8 or"
            " 9/8."
        )
    full = METRES[metre]
    if score.length * tokens.UNITS_PER_QUARTER > MOST_BARS * full + 6:
        raise LearnerError(
            f"That tune has more than {MOST_BARS} bars, which is the limit. Take a part of it, then"
            " try again."
        )
    line = line_of(notes)
    last = max(1, -(-line[-1][1] // full)) * full
    tonic, mode = home_and_mode(score, [(pitch, end - begin) for begin, end, pitch in line])
    key = tokens.KEYS[tonic]
    home = home_of(key)
    by = fitting_octaves([pitch - home for _, _, pitch in line])
    sung = [(begin, end, pitch - home + by) for begin, end, pitch in line]
    return Tune(kind, mode, key, metre, in_bars(sung, full, last))


def line_of(notes: list[Note]) -> list[list[int]]:
    """The uppermost line of some notes on a grid of quavers, triplets or semiquavers: start, end
    and pitch of each.
    """
    starts = [n.start * tokens.UNITS_PER_QUARTER for n in notes]
    grid = next(
        (
            step
            for step in SHORTEST_STEP
            if sum(abs(s - step * round(s / step)) < 0.7 for s in starts) >= 0.9 * len(starts)
        ),
        3,
    )
    line: list[list[int]] = []
    for note, start in zip(notes, starts):
        begin = grid * round(start / grid)
        end = grid * round((note.start + note.length) * tokens.UNITS_PER_QUARTER / grid)
        end = max(begin + grid, end)
        if line and line[-1][0] == begin:
            continue  # the highest came first
        if line and line[-1][1] > begin:
            line[-1][1] = begin
        elif line and begin - line[-1][1] <= grid and line[-1][1] > line[-1][0]:
            line[-1][1] = begin  # a breath between notes is no rest
        line.append([begin, end, note.pitch])
    return line


def in_bars(
    sung: list[tuple[int, int, int]], full: int, last: int
) -> tuple[tuple[TuneNote, ...], ...]:
    """Notes (start, end, semitones) cut at the bar lines, with rests between them, up to the end of
    the last bar.
    """
    bars: list[list[TuneNote]] = [[] for _ in range(last // full)]
    clock = 0
    for begin, end, semitones in [*sung, (last, last, None)]:
        for start, stop, heard in ((clock, begin, None), (begin, end, semitones)):
            while start < stop:
                part = min(stop - start, full - start % full)
                bars[start // full] += [TuneNote(heard, length) for length in lengths_of(part)]
                start += part
        clock = max(clock, end)
    return tuple(tuple(bar) for bar in bars)


def lengths_of(length: int) -> list[int]:
    """A length as few lengths that have tokens, longest first."""
    parts = []
    while length:
        part = next(d for d in reversed(DURATIONS) if d <= length and length - d != 1)
        parts.append(part)
        length -= part
    return parts


def fitting_octaves(semitones: list[int]) -> int:
    """By how many semitones (whole octaves) to move a melody so that every note has a token;
    0 where nothing has to be moved.

    Raises:
        LearnerError: no octave fits.
    """
    for by in (0, -12, 12, -24, 24, -36, 36):
        if all(tokens.LOWEST <= pitch + by <= tokens.HIGHEST for pitch in semitones):
            return by
    raise LearnerError(
        "That tune goes higher and lower than the note model can read. Choose one within five"
        " octaves."
    )


def home_and_mode(score: Score, notes: list[tuple[int, int]]) -> tuple[int, str]:
    """The home note (pitch class) and mode of a score whose melody is some (pitch, length) pairs.

    Home, major or minor are found by `media.keys`. A minor tune whose sixth step is mostly high and
    seventh low is called dorian, a major one whose seventh step is mostly low mixolydian.
    """
    from course_utils.scores.key_detection import MINOR_NAMES, NAMES, key_of

    name = key_of(score)
    mode = "minor" if name in MINOR_NAMES else "major"
    tonic = MINOR_NAMES.index(name) if mode == "minor" else NAMES.index(name)
    weights = [0] * 12
    for pitch, length in notes:
        weights[(pitch - tonic) % 12] += length
    if mode == "minor" and weights[9] > weights[8] and weights[10] > weights[11]:
        mode = "dorian"
    elif mode == "major" and weights[10] > max(weights[11], 0.03 * sum(weights)):
        mode = "mixolydian"
    return tonic, mode
