"""Standard MIDI files: written from a score, read into one, with the recipe inside."""

from course_utils.scores.midi.events import LARGEST
from course_utils.scores.midi.reading import read_midi, read_midi_file
from course_utils.scores.midi.record import RECORD_KEY, pack, unpack
from course_utils.scores.midi.writing import TICKS, channel_of, write_midi

__all__ = [
    "LARGEST",
    "RECORD_KEY",
    "TICKS",
    "channel_of",
    "pack",
    "read_midi",
    "read_midi_file",
    "unpack",
    "write_midi",
]
