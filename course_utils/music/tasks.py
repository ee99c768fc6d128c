"""What the note model is asked for each ability: the tokens it starts from,
the plan its tokens follow, and the score that comes of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from course_utils.creation import LearnerError
from course_utils.music import decoding as drawing
from course_utils.music import sampling
from course_utils.music import tokens as tokens
from course_utils.music.prompt_reading import INSTRUMENTS
from course_utils.music.tokens import NUMBER, Slice, Tune
from course_utils.scores.score import Note, Part, Score

__all__ = [
    "LONGEST_GAP",
    "MOST_READ",
    "Made",
    "TASKS",
    "TOO_FULL",
    "chord_line",
    "harmonise",
    "job_for",
    "made_of",
    "melody_score",
]

TASKS = ["write", "fill", "answer", "vary_notes", "vary_rhythm", "harmonise", "chords", "sing"]
MOST_READ = 360  # tokens of a given tune: what the model saw in training, with room to write
CHUNK, OVERLAP = 8, 2  # bars harmonised at a time, and bars of them that are read again
LIVELY = (0.0, 0.4, 0.8)  # chords from plain to lively, so that candidates side by side differ
LONGEST_GAP, AROUND = 8, 8  # bars
SINGING = (60, 79)  # the middle of a melody that four singers can share
TOO_FULL = (
    "That tune has more notes than the note model can read at once. Take fewer bars of it, then try"
    " again."
)


@dataclass
class Job:
    """One candidate: the tokens it starts from and its plan."""

    start: list[int]
    plan: drawing.Plan
    bars: int  # how many the plan writes


@dataclass
class Made:
    """What came of a job: the melody, the score, and settings for its recipe."""

    tune: Tune
    score: Score
    extra: dict = field(default_factory=dict)


def job_for(settings: dict, tune: Tune | None, seed: int) -> Job:
    """The job of a candidate.

    `settings` are complete (no "any"); `tune` is the one given, for all tasks but a new one.

    Raises:
        LearnerError: the task cannot be done with this tune.
    """
    task, density = settings["task"], settings["density"]
    if tune is None:
        return new_job(settings)
    head = tokens.header(
        tune.kind,
        tune.mode,
        tune.key,
        tune.metre,
        {"vary_notes": "write", "vary_rhythm": "write", "harmonise": "parts"}.get(task, task),
        tune.density if density == "any" else density,
    )
    return JOBS[task](head, settings, tune, seed)


def new_job(settings: dict) -> Job:
    """The job of writing a tune from nothing.

    Raises:
        LearnerError: the task needs a tune.
    """
    if settings["task"] != "write":
        raise LearnerError(
            "There is no tune to work on yet. Make or choose a tune first, then try again."
        )
    kind, mode, key, metre = (settings[name] for name in ("kind_of_tune", "mode", "key", "metre"))
    head = tokens.header(kind, mode, key, metre, density=settings["density"])
    return Job(head, drawing.melody(metre, range(settings["bars"], 0, -1)), settings["bars"])


def go_on(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    kept = tune.bars[: settings["keep_bars"] or len(tune.bars)]
    more = settings["bars"] - len(kept)
    if more < 1:
        raise LearnerError(
            f"The tune has {len(kept)} bars already and {settings['bars']} were asked for. Ask"
            " for more bars, then try again."
        )
    start = head + tokens.bars_tokens(kept, settings["bars"])
    return checked(Job(start, drawing.melody(tune.metre, range(more, 0, -1)), more))


def fill_gap(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    first, size, count = settings["gap_from"] - 1, settings["gap_bars"], len(tune.bars)
    if first < 0 or first + size > count or size >= count:
        raise LearnerError(
            f"The gap must lie inside the tune, which has bars 1 to {count}, and leave some of"
            " it. Choose other bars, then try again."
        )
    before = tune.bars[max(0, first - AROUND) : first]
    after = tune.bars[first + size : first + size + AROUND]
    start = [
        *head,
        *tokens.bars_tokens(before, count - max(0, first - AROUND)),
        NUMBER["<gap>"],
        *tokens.bars_tokens(after, count - first - size),
        NUMBER["<fill>"],
    ]
    left = range(count - first, count - first - size, -1)
    return checked(Job(start, drawing.melody(tune.metre, left), size))


def answer(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    question = tune.bars[: settings["keep_bars"] or len(tune.bars)]
    size = len(question)
    if size > 8:
        raise LearnerError(
            f"A phrase to be answered has at most 8 bars and this one has {size}. Say how many"
            " bars to answer, then try again."
        )
    start = [*head, *tokens.bars_tokens(question, 2 * size), NUMBER["<answer>"]]
    return checked(Job(start, drawing.melody(tune.metre, range(size, 0, -1)), size))


def vary_notes(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    rng, count = random.Random(seed), len(tune.bars)
    keep = [rng.random() < settings["near"] for bar in tune.bars for _ in bar]
    keep[0] = keep[-1] = settings["near"] > 0  # it starts and ends as it did
    job = Job(head, drawing.same_rhythm(tune.bars, keep, count), count)
    return checked(job, len(tokens.bars_tokens(tune.bars)))


def vary_rhythm(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    count = len(tune.bars)
    job = Job(head, drawing.same_notes(tune.bars, tune.metre, count), count)
    return checked(job, len(tokens.bars_tokens(tune.bars)))


def suggest_chords(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    count = len(tune.bars)
    start = [*head, *tokens.bars_tokens(tune.bars), NUMBER["<chords>"]]
    return checked(Job(start, drawing.chords(tune, count, LIVELY[seed % len(LIVELY)]), count))


def begin_harmonies(head: list[int], settings: dict, tune: Tune, seed: int) -> Job:
    return harmony_job(tune, 0, ())


JOBS: dict[str, Callable[[list[int], dict, Tune, int], Job]] = {
    "write": go_on,
    "fill": fill_gap,
    "answer": answer,
    "vary_notes": vary_notes,
    "vary_rhythm": vary_rhythm,
    "harmonise": begin_harmonies,
    "chords": suggest_chords,
}


def checked(job: Job, more: int = 0) -> Job:
    """The job, if the model can read what is given."""
    if len(job.start) + more > MOST_READ:
        raise LearnerError(TOO_FULL)
    return job


def harmony_job(tune: Tune, done: int, sung: tuple[tuple[Slice, ...], ...]) -> Job:
    """The next CHUNK bars of four parts; `done` bars are there already,
    and the last OVERLAP of them, `sung`, are read again.
    """
    by = singing_octave(tune)
    bars = tuple(
        tuple(
            tokens.TuneNote(None if n.semitones is None else n.semitones + by, n.length)
            for n in bar
        )
        for bar in tune.bars
    )
    count, first = len(bars), done - len(sung)
    stop = min(count, done + CHUNK)
    head = tokens.header(
        "chorale",
        (
            tune.mode
            if tune.mode in ("major", "minor")
            else "minor"
            if tune.mode == "dorian"
            else "major"
        ),
        tune.key,
        tune.metre,
        "parts",
    )
    start = [*head, *tokens.bars_tokens(bars[first:stop], count - first), NUMBER["<parts>"]]
    plan = drawing.together(
        drawing.forced(tokens.slices_tokens(sung, count - first)),
        drawing.four_parts(bars[done:stop], tune.home, count - done, sung),
    )
    return checked(Job(start, plan, stop - done))


def singing_octave(tune: Tune) -> int:
    """By how many semitones to move a melody so that its middle can be sung over three other
    voices, and every note has a token.
    """
    pitches = [n.semitones for bar in tune.bars for n in bar if n.semitones is not None]
    if not pitches:
        raise LearnerError(
            "There are no notes in that tune. Choose one that sounds, then try again."
        )
    middle = tune.home + sum(pitches) / len(pitches)
    by = 0
    while middle + by > SINGING[1] and min(pitches) + by - 12 >= tokens.LOWEST:
        by -= 12
    while middle + by < SINGING[0] and max(pitches) + by + 12 <= tokens.HIGHEST:
        by += 12
    return by


def harmonise(model, tune: Tune, seeds: list[int], settings: dict, tell, stop) -> list[Made | None]:
    """Four parts for a melody, CHUNK bars at a time, all candidates together;
    None for those not finished when `stop` was set.
    """
    sung: list[tuple[tuple[Slice, ...], ...]] = [() for _ in seeds]
    done = 0
    while done < len(tune.bars):
        jobs = [harmony_job(tune, done, bars[-OVERLAP:] if done else ()) for bars in sung]
        read = min(done, OVERLAP)
        drawn = sampling.draw(
            model,
            [job.start for job in jobs],
            [job.plan for job in jobs],
            [(seed + done) % 2**32 for seed in seeds],
            settings["surprise"],
            partial(_ahead, tell, done - read),
            stop,
        )
        rows = [row for row in drawn if row is not None]
        if len(rows) < len(seeds):
            return [None for _ in seeds]
        sung = [
            bars + tokens.read_slices([tokens.VOCABULARY[n] for n in row])[read:]
            for bars, row in zip(sung, rows)
        ]
        done += jobs[0].bars
    by = singing_octave(tune)
    return [Made(tune, parts_score(tune, bars, by, settings)) for bars in sung]


def _ahead(tell: Callable[[int], None], bars: int, more: int) -> None:
    tell(bars + more)


def made_of(settings: dict, tune: Tune | None, drawn: list[int]) -> Made:
    """The melody and score of a job's tokens; harmonies have `tunes.harmonise`."""
    words = [tokens.VOCABULARY[number] for number in drawn]
    task = settings["task"]
    if task == "chords" and tune is not None:
        line = chord_line(tokens.read_chords(words), tune.key, tune.mode)
        return Made(tune, chords_score(tune, line, settings), {"chord_line": line})
    bars = tokens.read_bars(words)
    if tune is None:
        whole = Tune(
            settings["kind_of_tune"], settings["mode"], settings["key"], settings["metre"], bars
        )
    elif task == "fill":
        first = settings["gap_from"] - 1
        whole = with_bars(tune, tune.bars[:first] + bars + tune.bars[first + len(bars) :])
    elif task in ("write", "answer"):
        whole = with_bars(tune, tune.bars[: settings["keep_bars"] or len(tune.bars)] + bars)
    else:
        whole = with_bars(tune, bars)
    return Made(whole, melody_score(whole, settings))


def with_bars(tune: Tune, bars: tuple[tokens.Bar, ...]) -> Tune:
    return Tune(tune.kind, tune.mode, tune.key, tune.metre, bars)


def melody_notes(tune: Tune, part: int = 0) -> list[Note]:
    """The sounding notes of a melody: the first of a bar a little stronger."""
    notes, clock = [], 0
    for bar in tune.bars:
        for place, note in enumerate(bar):
            if note.semitones is not None:
                notes.append(
                    Note(
                        clock / tokens.UNITS_PER_QUARTER,
                        note.length / tokens.UNITS_PER_QUARTER,
                        midi_of(tune.home + note.semitones),
                        100 if place == 0 else 84,
                        part,
                    )
                )
            clock += note.length
    return notes


def midi_of(pitch: int) -> int:
    return max(21, min(108, pitch))


def signature_of(tune: Tune) -> tuple[tuple[int, int], str]:
    """Metre and key as MIDI writes them."""
    upper, lower = map(int, tune.metre.split("/"))
    major = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    minor = ["Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"]
    return (upper, lower), (minor if tune.mode in ("minor", "dorian") else major)[
        tokens.KEYS.index(tune.key)
    ]


def melody_score(tune: Tune, settings: dict) -> Score:
    """A tune of one voice."""
    metre, key = signature_of(tune)
    return Score(
        tuple(melody_notes(tune)),
        float(settings["tempo"]),
        metre,
        INSTRUMENTS[settings["instrument"]],
        key,
    )


def parts_score(tune: Tune, bars: tuple[tuple[Slice, ...], ...], by: int, settings: dict) -> Score:
    """Soprano (the melody as it was given), alto, tenor and bass;
    notes that are held are one note.
    """
    metre, key = signature_of(tune)
    names = ["soprano", "alto", "tenor", "bass"]
    program = INSTRUMENTS[settings["instrument"]]
    notes: list[Note] = list(melody_notes(tune))
    for voice in names[1:]:
        place, clock = tokens.VOICES.index(voice), 0
        line: list[list[int]] = []  # start, length, pitch
        for bar in bars:
            for length, sung in bar:
                pitch = sung[place]
                if pitch == tokens.HOLD and line:
                    line[-1][1] += length
                elif isinstance(pitch, int):
                    line.append([clock, length, tune.home + pitch])
                clock += length
        notes += [
            Note(
                start / tokens.UNITS_PER_QUARTER,
                length / tokens.UNITS_PER_QUARTER,
                midi_of(pitch),
                78,
                names.index(voice),
            )
            for start, length, pitch in line
        ]
    notes.sort(key=lambda n: (n.start, n.part, n.pitch))
    return Score(
        tuple(notes),
        float(settings["tempo"]),
        metre,
        program,
        key,
        tuple(Part(name, program) for name in names),
    )


SHARP = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
FLAT = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
CHORD_SIGNS = {"major": "", "minor": "m", "7": "7", "dim": "dim", "m7": "m7"}


def chord_line(bars: tuple[tuple[tuple[int, str], ...], ...], key: str, mode: str) -> str:
    """Chords by name, bars between | signs, as the backing track reads them.

    A chord that goes on in its bar is written once if it fills it.
    """
    tonic = tokens.KEYS.index(key)
    relative = (tonic + {"minor": 3, "dorian": 10, "mixolydian": 5}.get(mode, 0)) % 12
    names = FLAT if relative in (5, 10, 3, 8, 1) else SHARP
    rows = []
    for bar in bars:
        written = [names[(tonic + root) % 12] + CHORD_SIGNS[kind] for root, kind in bar]
        rows.append(written[0] if len(set(written)) == 1 else " ".join(written))
    return " | ".join(rows)


def chords_score(tune: Tune, line: str, settings: dict) -> Score:
    """The melody and its chords, each chord struck once."""
    from course_utils.scores.chords import read_line, voiced

    metre, key = signature_of(tune)
    length = tokens.METRES[tune.metre] / tokens.UNITS_PER_QUARTER
    notes = melody_notes(tune)
    hands: tuple[int, ...] = ()
    for number, bar in enumerate(read_line(line).bars):
        place = 0
        while place < len(bar):
            after = next(
                (n for n in range(place, len(bar)) if bar[n].name != bar[place].name), len(bar)
            )
            hands = voiced(bar[place], hands, 48, 67)
            share = length / len(bar)
            notes += [
                Note(number * length + place * share, (after - place) * share, pitch, 62, 1)
                for pitch in hands
            ]
            place = after
    notes.sort(key=lambda n: (n.start, n.part, n.pitch))
    program = INSTRUMENTS[settings["instrument"]]
    return Score(
        tuple(notes),
        float(settings["tempo"]),
        metre,
        program,
        key,
        (Part("tune", program), Part("chords", INSTRUMENTS["guitar"])),
    )
