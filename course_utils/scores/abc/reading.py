"""Tunes in ABC as scores: repeats written out, voices together, chord names as a chord line.

A reader of our own. Measured against the others on the old tunes that music21 ships: see
`benchmarks/music_exactness.py`. It runs in plain Python, in time that grows with the text, so that
a text from a stranger can neither harm the computer nor keep it busy.
"""

from __future__ import annotations

import re
from fractions import Fraction

from course_utils.creation import LearnerError
from course_utils.scores.abc.fields import (
    Metre,
    read_key,
    read_metre,
    read_tempo,
    read_unit,
    shift_of,
    usual_unit,
)
from course_utils.scores.abc.music import Voice
from course_utils.scores.abc.playing import (
    MOST_NOTES,
    Sounding,
    Timeline,
    played_bars,
    sounding,
)
from course_utils.scores.abc.state import Reading
from course_utils.scores.abc.telling import sentences, symbols_over
from course_utils.scores.abc.text import AbcTune, tunes_in
from course_utils.scores.chords.placing import chord_line_of
from course_utils.scores.graces import with_graces
from course_utils.scores.reading import (
    ScoreRead,
)
from course_utils.scores.score import Note, Part, Score

__all__ = ["read_abc"]

LARGEST = 6_000_000  # characters of a file of tunes
LARGEST_TUNE = 200_000  # characters of one
MOST_VOICES = 32
VELOCITY = 84
QUARTER = 4  # of a whole note
FOLLOWED = ("program", "channel", "transpose")  # instructions for MIDI that are used


def read_abc(text: str, number: int = 0) -> ScoreRead:
    """One tune of a text in ABC (counted from 0), and sentences on what of it is not in the score.

    Raises:
        LearnerError: there is none, or it is too large or has no notes.
    """
    if len(text) > LARGEST:
        raise LearnerError(
            f"That text has {len(text):,} characters and the limit is {LARGEST:,}. "
            "Choose one tune of it."
        )
    tunes = tunes_in(text.lstrip("\ufeff").replace("\0", ""))
    if not 0 <= number < len(tunes):
        raise LearnerError("There is no tune in that text. Copy it again, from X: to the last bar.")
    tune = tunes[number]
    if sum(len(line) for _, line in tune.body) > LARGEST_TUNE:
        raise LearnerError(
            f"That tune has more than {LARGEST_TUNE:,} characters. Choose a shorter one."
        )
    reading = Reading()
    if len(tunes) > 1 and number == 0:
        named = f": “{tune.title[:60]}”" if tune.title else ""
        reading.told.append(f"The text holds {len(tunes)} tunes; the first was read{named}.")
    _read_head(tune, reading)
    _read_body(tune, reading)
    return _finished(tune, reading)


def _read_head(tune: AbcTune, reading: Reading) -> None:
    """The fields before the music; those of the file come first, the tune's own go over them."""
    for letter, text in tune.fields:
        if letter == "M":
            metre = read_metre(text)
            if metre is None:
                reading.told.append(
                    f"The metre “{text[:20]}” is none that people play: 4/4 was used."
                )
            reading.metre = metre or Metre()
        elif letter == "L":
            reading.unit = read_unit(text) or reading.unit
        elif letter == "P":
            reading.order = text
        elif letter == "K":
            reading.head_key, reading.shift = read_key(text), shift_of(text) or 0
    for letter, text in tune.fields:
        if letter == "Q":  # its beat may be the unit length, wherever that stands
            unit = reading.unit or usual_unit(reading.metre)
            reading.tempo = read_tempo(text, unit, reading.metre) or reading.tempo
        elif letter == "V":
            _voice(text, reading)
        elif letter in ("%%", "I"):
            _instruction(text, None, reading)
        elif letter == "W":
            reading.words.append(text)


def _voice(text: str, reading: Reading) -> Voice | None:
    """The voice that a field names, with what it says of it; None where there are too many."""
    name, _, rest = text.strip().partition(" ")
    if name not in reading.voices:
        if len(reading.voices) >= MOST_VOICES:
            return None
        voice = Voice(name, reading.metre, reading.unit, reading.head_key, reading.counts)
        voice.shift, voice.accidentals = reading.shift, reading.accidentals
        voice.program, voice.channel = reading.programs.get("", (-1, 0))
        reading.voices[name] = voice
    voice = reading.voices[name]
    title = re.search(r'\b(?:name|nm)\s*=\s*(?:"([^"]*)"|(\S+))', rest)
    if title:
        voice.title = (title[1] or title[2] or "").replace("\\n", " ").strip()
    shift = shift_of(rest if not re.match(r"\S*=", name) else text)
    if shift is not None:
        voice.shift = shift
    return voice


def _instruction(text: str, voice: Voice | None, reading: Reading) -> None:
    """An instruction to programs: those for MIDI that say how it sounds are followed."""
    found = re.match(r"MIDI\s*=?\s*(\w+)\s*(.*)", text, re.I)
    accidentals = re.match(r"propagate-accidentals\s+(\w+)", text)
    if accidentals and accidentals[1] in ("not", "octave", "pitch"):
        reading.accidentals = accidentals[1]
    if not found:
        return
    name, numbers = found[1].lower(), [int(one) for one in re.findall(r"-?\d{1,3}", found[2])]
    if name == "program" and numbers:
        program, channel = min(max(numbers[-1], 0), 127), voice.channel if voice else 0
        if len(numbers) > 1:
            channel = numbers[0]
        if voice is None:
            reading.programs[""] = (program, channel)
        else:
            voice.program = program if voice.program < 0 or not voice.bars else voice.program
        for one in reading.voices.values() if voice is None else ():
            one.program = program
    elif name == "channel" and numbers and voice is not None:
        voice.channel = numbers[0]
    elif name == "transpose" and numbers and voice is not None:
        voice.shift = numbers[0]
        reading.told.append(_moved(numbers[0]))
    elif name == "transpose" and numbers:
        reading.shift = numbers[0]
        reading.told.append(_moved(numbers[0]))
    elif name == "nobarlines":  # accidentals hold for their note alone
        reading.accidentals = "not"
        for one in reading.voices.values():
            one.accidentals = "not"
    elif name not in FOLLOWED:
        reading.instructions.append(name)


def _moved(semitones: int) -> str:
    way = "higher" if semitones > 0 else "lower"
    return f"It sounds {abs(semitones)} half steps {way} than it is written, as the text asks."


def _read_body(tune: AbcTune, reading: Reading) -> None:
    voice = next(iter(reading.voices.values()), None) or _voice("1", reading)
    for letter, text in tune.body:
        if letter == "V":
            voice = _voice(text, reading) or voice
        elif letter in ("%%", "I"):
            _instruction(text, voice, reading)
        elif letter in ("w", "W"):
            reading.words.append(text)
        elif letter and letter in "KLMPQ":
            for one in reading.voices.values() if letter == "P" else filter(None, (voice,)):
                one.change(letter, text)
        elif not letter:
            for piece in re.split(r"(\[V:[^\]\n]*\])", text):
                if piece.startswith("[V:"):
                    voice = _voice(piece[3:-1], reading) or voice
                elif voice is not None:
                    voice.read(piece)
    for one in reading.voices.values():
        one.finish()


def _with_graces(
    heard: Sounding, part: int, later: Fraction, tempo: float, reading: Reading
) -> list[Note]:
    """A note with the grace notes before it; where it is too short for them, they are counted."""
    start, length, pitch, graces = heard
    note = Note(float((start + later) * QUARTER), float(length * QUARTER), pitch, VELOCITY, part)
    notes = with_graces(note, graces, tempo)
    reading.counts.graces += len(graces) - len(notes) + 1
    return notes


def _finished(tune: AbcTune, reading: Reading) -> ScoreRead:
    voices = [voice for voice in reading.voices.values() if voice.bars]
    if not any(bar.notes for voice in voices for bar in voice.bars):
        raise LearnerError(
            "There are no notes in that tune. Copy it again, with its lines of music."
        )
    played = [played_bars(voice, voices[0], reading) for voice in voices]
    timeline = Timeline(played[0], reading)
    kept = timeline.chosen()
    metre, key, tempo, told = kept.metre, kept.key, kept.tempo, kept.told
    bar = Fraction(metre[0], metre[1])
    upbeat = played[0][0].length
    short = not reading.metre.free and 0 < upbeat < bar and len(played[0]) > 1
    later = bar - upbeat if short and not voices[0].bars[0].changes.metre else Fraction(0)
    notes = [
        one
        for part, bars in enumerate(played)
        for note in sounding(bars, reading)
        for one in _with_graces(note, part, later, tempo, reading)
    ]
    notes = sorted(notes, key=lambda note: (note.start, note.part, note.pitch))[:MOST_NOTES]
    parts = tuple(
        Part(voice.title or f"voice {voice.name}", max(voice.program, 0), voice.channel == 10)
        for voice in voices
    )
    lone = len(parts) == 1 and not parts[0].drums
    score = Score(tuple(notes), tempo, metre, parts[0].program, key, () if lone else parts)
    symbols = symbols_over(played, later, reading)
    line, exact = chord_line_of(symbols, score.bar_length, score.length)
    if not exact:
        reading.told.append("Some chord names stand between the beats: they were moved to them.")
    said = (*reading.told, *told, *sentences(tune, reading))
    return ScoreRead(score, said, tune.title, line)
