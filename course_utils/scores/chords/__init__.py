"""Chords: their names and lines read as musicians write them, their notes, and their symbols."""

from course_utils.scores.chords.keys import key_of_chords
from course_utils.scores.chords.lines import ChordLine, read_line
from course_utils.scores.chords.names import NamedChord, read_chord_name
from course_utils.scores.chords.voicing import MOST_BARS, Chord, bass_pitch, voiced

__all__ = [
    "MOST_BARS",
    "Chord",
    "ChordLine",
    "NamedChord",
    "bass_pitch",
    "key_of_chords",
    "read_chord_name",
    "read_line",
    "voiced",
]
