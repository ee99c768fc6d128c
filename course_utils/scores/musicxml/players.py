"""Who plays in a MusicXML file: names, instruments and drums of its list of parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from course_utils.scores.general_midi import NAMES

__all__ = ["Player", "key_by_place", "players_of"]

DRUM_CHANNEL = 10  # as MusicXML counts
BY_PLACE = {  # where drums stand on the staff, where the file gives them no number
    ("D", 4): 44, ("E", 4): 35, ("F", 4): 36, ("G", 4): 41, ("A", 4): 43, ("B", 4): 45,
    ("C", 5): 38, ("D", 5): 47, ("E", 5): 50, ("F", 5): 51, ("G", 5): 42, ("A", 5): 49,
    ("B", 5): 57,
}  # fmt: skip
SNARE = 38


@dataclass
class Player:
    """One part of the list.

    Attributes:
        name: as on the sheet, "" for none.
        programs: General MIDI programs from 0, by the id of the instrument.
        keys: percussion keys by the id of the instrument.
        drums: whether it plays on the channel for drums.
    """

    name: str = ""
    programs: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    drums: bool = False

    def program_of(self, instrument: str) -> int:
        """The program of an instrument of the part, else of its first, else of its name."""
        known = self.programs.get(instrument, next(iter(self.programs.values()), None))
        if known is not None:
            return known
        named = [name.lower() for name in NAMES]
        return named.index(self.name.lower()) if self.name.lower() in named else 0


def players_of(root: Tree.Element) -> dict[str, Player]:
    """The players by the id of their part."""
    found: dict[str, Player] = {}
    for item in root.iterfind("part-list/score-part"):
        name = " ".join((item.findtext("part-name") or "").split())
        player = Player("".join(one for one in name if one.isprintable())[:60])
        for midi in item.iterfind("midi-instrument"):
            instrument = midi.get("id", "")
            program, key = _number(midi, "midi-program"), _number(midi, "midi-unpitched")
            player.drums |= _number(midi, "midi-channel") == DRUM_CHANNEL
            if program is not None and 1 <= program <= 128:
                player.programs[instrument] = program - 1
            if key is not None and 1 <= key <= 128:
                player.keys[instrument] = key - 1
        found[item.get("id", "")] = player
    return found


def key_by_place(step: str, octave: int) -> int:
    """A percussion key for a place on the staff."""
    return BY_PLACE.get((step, octave), SNARE)


def _number(item: Tree.Element, path: str) -> int | None:
    try:
        return int(float(item.findtext(path) or ""))
    except (ValueError, OverflowError):
        return None
