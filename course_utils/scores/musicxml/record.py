"""The fingerprint of the music in a MusicXML file, and the field in which a creation travels."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree as Tree

__all__ = ["CARGO", "DIGEST", "digest", "is_as_made"]

CARGO, DIGEST = "course-creation", "course-digest"
WIDE = "music-"  # begins a fingerprint of more than notes


def digest(root: Tree.Element) -> str:
    """A fingerprint of the music in a file, whatever program wrote its white space: pitches and
    durations, speeds, metres, keys and players.
    """
    ways = ("sound", "per-minute", "fifths", "beats", "beat-type", "midi-program", "part-name")
    told = [
        f"{one.tag} {one.get('tempo') or (one.text or '').strip()}"
        for one in root.iter()
        if one.tag in ways
    ]
    whole = f"{notes_digest(root)} {told}"
    return WIDE + hashlib.sha256(whole.encode()).hexdigest()[:16]


def is_as_made(kept: str, root: Tree.Element) -> bool:
    """Whether the music of a file is that of its fingerprint, an old one of notes alone or a new
    one.
    """
    return kept == (digest(root) if kept.startswith(WIDE) else notes_digest(root))


def notes_digest(root: Tree.Element) -> str:
    """The fingerprint that files of before hold: parts, measures, pitches and durations."""
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
