"""The bytes of a standard MIDI file as events, however damaged: what can be read is read, what
cannot is said.

Source of the format: Standard MIDI Files 1.0, RP-001 (MIDI Manufacturers Association, 1996).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from course_utils.creation import LearnerError

__all__ = [
    "BEND",
    "CONTROL",
    "COPYRIGHT",
    "CUE",
    "Event",
    "KEY",
    "KEY_PRESSURE",
    "LARGEST",
    "LYRIC",
    "MARKER",
    "META",
    "METRE",
    "MidiEvents",
    "NOTE_OFF",
    "NOTE_ON",
    "PRESSURE",
    "PROGRAM",
    "SYSTEM_EXCLUSIVE",
    "TEMPO",
    "TEXT",
    "TRACK_NAME",
    "read_events",
    "text_of",
]

LARGEST = 2_000_000  # bytes
MOST_EVENTS = 250_000
MOST_TRACKS = 1000
META = 0x100  # kinds of meta events are this and their number
TEXT, COPYRIGHT, TRACK_NAME, LYRIC, MARKER, CUE = (META + n for n in (1, 2, 3, 5, 6, 7))
TEMPO, METRE, KEY = META + 0x51, META + 0x58, META + 0x59
END_OF_TRACK = META + 0x2F
NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = range(0x80, 0xF0, 0x10)
SYSTEM_EXCLUSIVE = 0xF0
ONE_BYTE = (PROGRAM, PRESSURE)


class Event(NamedTuple):
    """One event: ticks from the start, its kind (a status byte without channel, or META + n), its
    channel from 0, one or two numbers (of pitch bend the first is -8192 to 8191), and the bytes of
    a meta event.
    """

    tick: int
    kind: int
    channel: int = 0
    first: int = 0
    second: int = 0
    data: bytes = b""


@dataclass
class MidiEvents:
    """A file taken apart.

    Attributes:
        form: 0 one track, 1 tracks that sound together, 2 tracks that are pieces of their own.
        ticks: in a quarter note; where the file counts seconds, in half a second.
        in_seconds: whether the file counts seconds, so that its tempo says nothing.
        tracks: events in order, track by track.
        faults: whole sentences on what was damaged.
    """

    form: int
    ticks: float
    in_seconds: bool = False
    tracks: list[list[Event]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_events(data: bytes) -> MidiEvents:
    """Take a MIDI file apart; one inside a RIFF file (.rmi) too.

    Raises:
        LearnerError: not MIDI, too large, or damaged from the start.
    """
    if len(data) > LARGEST:
        raise LearnerError(
            f"That MIDI file has {len(data) / 1e6:.1f} MB and the limit is {LARGEST // 1_000_000}. "
            "Cut out a few minutes of it in a music program, then choose it."
        )
    start = data.find(b"MThd", 0, 64)
    if start < 0 or len(data) < start + 14:
        raise LearnerError(
            "The tune could not be read: the file is damaged or not MIDI. Try the original file."
        )
    size = int.from_bytes(data[start + 4 : start + 8], "big")
    form, said, division = (
        int.from_bytes(data[at : at + 2], "big") for at in range(start + 8, start + 14, 2)
    )
    in_seconds = division >= 0x8000
    ticks: float = division
    if in_seconds:  # frames a second as a negative byte, and ticks in a frame
        frames = 256 - (division >> 8)
        ticks = (30000 / 1001 if frames == 29 else frames) * (division & 0xFF) / 2
    if ticks <= 0:
        raise LearnerError(
            "This tune counts time in a way the course cannot read. Save it again in a music"
            " program."
        )
    file = MidiEvents(form, ticks, in_seconds)
    _read_tracks(data, start + 8 + (size if 6 <= size < 1000 else 6), said, file)
    return file


def _read_tracks(data: bytes, place: int, said: int, file: MidiEvents) -> None:
    events = 0
    while place + 8 <= len(data) and len(file.tracks) < MOST_TRACKS:
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "big")
        end = place + 8 + size
        if name == b"MTrk":
            if end > len(data):
                file.faults.append(
                    f"The file is cut off in track {len(file.tracks) + 1}: what stands before is"
                    " kept."
                )
            track = _Track(data, place + 8, min(end, len(data)), MOST_EVENTS - events)
            track.read()
            events += len(track.events)
            if track.fault and end <= len(data):
                file.faults.append(f"Track {len(file.tracks) + 1} {track.fault}")
            file.tracks.append(track.events)
        elif not file.tracks and not name.isalnum():
            break
        place = end
    if len(file.tracks) < min(said, MOST_TRACKS) and not file.faults:
        file.faults.append(
            f"The file speaks of {said} tracks and holds {len(file.tracks)}: the rest is missing."
        )
    if len(file.tracks) >= MOST_TRACKS:
        file.faults.append(f"It has more than {MOST_TRACKS} tracks: the first are kept.")


class _Track:
    """The events of one track between two places of the file."""

    def __init__(self, data: bytes, place: int, end: int, room: int) -> None:
        self.data, self.place, self.end, self.room = data, place, end, room
        self.events: list[Event] = []
        self.fault = ""

    def read(self) -> None:
        """Read up to the end, or to where nothing makes sense any more; `fault` then says so."""
        tick = status = 0
        try:
            while self.place < self.end:
                tick += self._number()
                if self.data[self.place] >= 0x80:
                    status = self.data[self.place]
                    self.place += 1
                if self._event(tick, status):
                    return
                if status >= 0xF0:
                    status = 0
                if len(self.events) >= self.room:
                    self.fault = f"has more than {MOST_EVENTS:,} events: the first are kept."
                    return
        except (IndexError, ValueError):
            self.fault = "is damaged: what stands before the damage is kept."

    def _event(self, tick: int, status: int) -> bool:
        """Read one event after its status; whether it ends the track."""
        kind, channel = status & 0xF0, status & 0x0F
        if status == 0xFF:
            number = self._byte()
            self.events.append(Event(tick, META + number, data=self._bytes()))
            return number == 0x2F
        if status in (0xF0, 0xF7):
            self.events.append(Event(tick, SYSTEM_EXCLUSIVE, data=self._bytes()))
        elif kind == 0xF0 or kind < 0x80:
            raise ValueError("no status that a file may have")
        elif kind in ONE_BYTE:
            self.events.append(Event(tick, kind, channel, self._value()))
        elif kind == BEND:
            low, high = self._value(), self._value()
            self.events.append(Event(tick, kind, channel, low + 128 * high - 8192))
        else:
            self.events.append(Event(tick, kind, channel, self._value(), self._value()))
        return False

    def _byte(self) -> int:
        if self.place >= self.end:
            raise IndexError("the track ends inside an event")
        self.place += 1
        return self.data[self.place - 1]

    def _value(self) -> int:
        """A data byte; one out of range costs its note, not the tune."""
        return min(self._byte(), 127)

    def _number(self) -> int:
        """A number of variable length, at most four bytes."""
        found = 0
        for _ in range(4):
            byte = self._byte()
            found = found << 7 | byte & 0x7F
            if byte < 0x80:
                return found
        raise ValueError("a number without end")

    def _bytes(self) -> bytes:
        size = self._number()
        if self.place + size > self.end:
            raise IndexError("the track ends inside a text")
        self.place += size
        return self.data[self.place - size : self.place]


def text_of(data: bytes) -> str:
    """Letters in a MIDI file, which does not say how they are written: UTF-8 where they can be,
    else Western European. Control letters become spaces.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
