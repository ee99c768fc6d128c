"""Tunes as notation: MusicXML, written with the recipe inside and read from anywhere."""

from course_utils.scores.musicxml.files import made_from, pack, unpack
from course_utils.scores.musicxml.layout import QUARTER, WRITABLE
from course_utils.scores.musicxml.spelling import key_fifths, spelled
from course_utils.scores.musicxml.writing import write_musicxml

__all__ = [
    "QUARTER",
    "WRITABLE",
    "key_fifths",
    "made_from",
    "pack",
    "spelled",
    "unpack",
    "write_musicxml",
]
