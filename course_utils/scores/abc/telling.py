"""What of a tune in ABC is not in its score, in sentences; and its chord names."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from course_utils.scores.abc.music import AbcBar
from course_utils.scores.abc.state import Reading
from course_utils.scores.abc.text import AbcTune
from course_utils.scores.chords.names import SILENT, NamedChord, read_chord_name
from course_utils.scores.reading import in_words

__all__ = ["sentences", "symbols_over"]

QUARTER = 4  # of a whole note


def symbols_over(played: list[list[AbcBar]], later: Fraction, reading: Reading) -> list:
    """Chord names over the first voice that has them, at quarter notes; what is none is noted."""
    for bars in played:
        found, clock, odd = [], later, []
        for bar in bars:
            for offset, text in bar.symbols:
                chord = _chord(text)
                if chord is None or chord.written not in (text.strip(), "N.C."):
                    odd.append(f"“{text[:20]}”")
                if chord is not None:
                    found.append((float((clock + offset) * QUARTER), chord))
            clock += bar.length
        if odd:
            named = in_words(list(dict.fromkeys(odd)), 4)
            reading.told.append(f"Words over the notes that are no chords are not kept: {named}.")
        if found:
            return found
    return []


@lru_cache(maxsize=1024)
def _chord(text: str) -> NamedChord | None:
    """The chord of a word over the notes; of one that is a chord only in part, that part."""
    text = text.strip()
    if re.fullmatch(r"N\.?C\.?", text):
        return SILENT
    return read_chord_name(text) or read_chord_name(re.split(r"[\s/(;]", text)[0] if text else "")


def sentences(tune: AbcTune, reading: Reading) -> list[str]:
    """What was met in the music and is not in the score."""
    counts, told = reading.counts, []
    if counts.cut:
        told.append("It is too long to be read whole: the beginning is kept.")
    if counts.graces:
        told.append(
            f"Grace notes without a new note that is long enough after them, not played:"
            f" {counts.graces}."
        )
    if counts.signs:
        told.append(
            f"Signs of how to play (trills, rolls, loudness) are not followed: {counts.signs}."
        )
    if counts.road_signs and not reading.followed:
        signs = in_words([f"“{one}”" for one in dict.fromkeys(counts.road_signs)])
        told.append(f"Not followed: {signs}. Write out the bars that come again.")
    if counts.odd:
        told.append(f"Not understood: {in_words(list(dict.fromkeys(counts.odd)), 5)}.")
    if counts.unequal:
        told.append(
            f"Dotted pairs (> or <) of unequal notes, each changed alone: {counts.unequal}."
        )
    if counts.mixed:
        told.append(
            f"Chords whose notes have lengths of their own: {counts.mixed}; the first leads."
        )
    if counts.taken:
        told.append(f"Taken for repeat signs: {in_words(list(dict.fromkeys(counts.taken)))}.")
    if counts.words:
        told.append(f"Not followed: {in_words(list(dict.fromkeys(counts.words)), 5)} after P:.")
    if counts.groups:
        told.append(f"Groups of 5, 7 or 9 notes are played in the time of two: {counts.groups}.")
    if counts.rounded:
        told.append(f"Lengths finer than any music were rounded: {counts.rounded}.")
    if reading.loose_ties:
        told.append(f"Not held: ties that end nowhere: {len(reading.loose_ties)}.")
    if reading.instructions:
        named = in_words(list(dict.fromkeys(reading.instructions)))
        told.append(f"Instructions for playback are not followed: {named}.")
    if reading.words:
        sung = " ".join(re.sub(r"[-*_|~]+", " ", " ".join(reading.words)).split())
        told.append(
            f"The words that are sung to it are not kept: “{sung[:60]}{'…' * (len(sung) > 60)}”."
        )
    if any(letter == "m" for letter, _ in tune.fields):
        told.append("Its abbreviations (lines m:) are not written out.")
    return told
