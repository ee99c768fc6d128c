"""Tunes in ABC notation: read by a reader of our own."""

from course_utils.scores.abc.reading import read_abc
from course_utils.scores.abc.text import looks_like_abc

__all__ = ["looks_like_abc", "read_abc"]
