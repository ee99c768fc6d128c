"""The fingerprint of the music in a MusicXML file, and the field in which a creation travels."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree as Tree

__all__ = ["CARGO", "DIGEST", "digest"]

CARGO, DIGEST = "course-creation", "course-digest"


def digest(root: Tree.Element) -> str:
    """A fingerprint of the music in a file, whatever program wrote its white space: parts,
    measures, pitches and durations.
    """
    told = []
    for part in root.iter("part"):
        for note in part.iter("note"):
            told += [
                note.findtext(path) or ""
                for path in (
                    "pitch/step",
                    "pitch/alter",
                    "pitch/octave",
                    "unpitched/display-step",
                    "duration",
                )
            ] + ["chord" * (note.find("chord") is not None)]
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]
