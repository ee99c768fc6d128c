"""Notes as stereo sound at 44,100 samples a second: every player has a place in a small room.

What has a pitch is played by the sound font at half that rate (its recordings hold next to nothing
above 11 kHz) and brought up; strokes of drums, which do, are played once each, kept and added.
Both have the room and the cut of rumble in them before they are mixed.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.audio.filters import butterworth, convolved, filtered
from course_utils.audio.mastering import small_room
from course_utils.scores.midi import channel_of
from course_utils.scores.score import Note, Part, Score

__all__ = ["rendered"]

RATE = 44_100
HALF = RATE // 2  # of what has a pitch
PAN, LEFT_TO_RIGHT = 10, 127  # the MIDI controller for the place, and its range
PLACES = {  # 0 is left, 1 right
    "tune": 0.53, "bass": 0.5, "chords": 0.3, "pad": 0.72, "soprano": 0.36, "alto": 0.46,
    "tenor": 0.56, "bass voice": 0.64,
}  # fmt: skip
ROOM = 0.30  # how much of the room is heard
LOWEST = 42.0  # Hz; below is rumble
STROKE = 2.2  # seconds a stroke of a drum may ring
SOFTER = 12  # strokes are played in steps of so many velocities, and scaled between
MOST_STROKES = 64  # kept; each takes up to 0.8 MB
CUT_OFF = {42: (46,), 44: (46,)}  # a closed cymbal ends an open one
FADE = 0.02  # seconds in which it does
UNEVEN, GRID = 0.006, 1 / 24  # seconds, one sigma; quarter notes
Events = list[tuple[float, int, int, int, int]]  # seconds, on or off, channel, pitch, velocity
Player = Callable[[int, set], Any]  # gives a synthesizer for a rate and presets

_strokes: OrderedDict[tuple, np.ndarray] = OrderedDict()


def rendered(score: Score, tail: float, longest: float, player_for: Player) -> np.ndarray:
    """The sound of a score and `tail` seconds in which it dies away, float32 of shape (n, 2), not
    levelled.

    Args:
        player_for: gives a `tinysoundfont.Synth` for a rate and presets; see `synth`.
    """
    score = unevenly(score)
    second = 60 / max(score.tempo, 1)
    end = max(((n.start + n.length) * second for n in score.notes), default=0.0)
    frames = round(min(end + tail, longest) * HALF)
    drums = {number for number, part in enumerate(score.parts) if part.drums}
    pitched = [note for note in score.notes if note.part not in drums]
    sound = np.zeros((2 * frames, 2), np.float32)
    if pitched:
        halved = played(replace(score, notes=tuple(pitched)), frames, second, player_for)
        sound = twice_the_rate(in_room(without_rumble(halved, HALF), HALF))[: 2 * frames]
    add_strokes(sound, score, drums, second, player_for)
    fade = min(len(sound), HALF)
    sound[len(sound) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return sound


def unevenly(score: Score) -> Score:
    """A score whose notes lie exactly on the grid, as people play it: a little early or late.

    Only a melody that is alone or called "tune"; what somebody played already stays as it is.
    """
    names = [part.name for part in score.parts] or ["tune"]
    mine = {number for number, name in enumerate(names) if name == "tune"}
    notes = [note for note in score.notes if note.part in mine]
    if not notes or any(abs(n.start / GRID - round(n.start / GRID)) > 0.02 for n in notes):
        return score
    rng, second = random.Random(len(notes)), score.tempo / 60

    def moved(note: Note) -> Note:
        late = rng.gauss(0, UNEVEN) * second
        return replace(note, start=max(0.0, note.start + late)) if note.part in mine else note

    return replace(score, notes=tuple(moved(note) for note in score.notes))


def presets_for(parts: list[Part]) -> set[tuple[int, int]]:
    """The presets that players need; drums fall back on the usual kit."""
    found = {(128 if part.drums else 0, part.program % 128) for part in parts}
    return found | ({(128, 0)} if any(part.drums for part in parts) else set())


def played(score: Score, frames: int, second: float, player_for: Player) -> np.ndarray:
    """What has a pitch, (frames, 2) at half the rate."""
    parts = score.parts or (Part("tune", score.program),)
    channels = [channel_of(score.parts, number) for number in range(len(score.parts))] or [0]
    player = player_for(HALF, presets_for([part for part in parts if not part.drums]))
    player.sounds_off()
    for number, (part, channel) in enumerate(zip(parts, channels)):
        if not part.drums:
            player.program_change(channel, part.program % 128, False)
            place = PLACES.get(part.name, 0.3 + 0.4 * (number % 4) / 3 if number else 0.5)
            player.control_change(channel, PAN, round(place * LEFT_TO_RIGHT))
    pieces, clock = [], 0
    for time, on, channel, pitch, velocity in [
        *events_of(score, channels, second),
        (frames / HALF, -1, 0, 0, 0),
    ]:
        room = min(round(time * HALF), frames) - clock
        if room > 0:
            pieces.append(np.frombuffer(bytes(player.generate(room)), np.float32).reshape(-1, 2))
            clock += room
        if on == 1:
            player.noteon(channel, pitch, velocity)
        elif on == 0:
            player.noteoff(channel, pitch)
    player.sounds_off()
    return np.concatenate(pieces) if pieces else np.zeros((frames, 2), np.float32)


def events_of(score: Score, channels: list[int], second: float) -> Events:
    """Notes on and off, in order of time; at one time off comes first."""
    on = [(n.start * second, 1, channels[n.part], n.pitch, n.velocity) for n in score.notes]
    off = [
        ((n.start + n.length * 0.97) * second, 0, channels[n.part], n.pitch, 0) for n in score.notes
    ]
    return sorted([*on, *off])


def add_strokes(
    sound: np.ndarray, score: Score, drums: set[int], second: float, player_for: Player
) -> None:
    """Lay the strokes of drums into a sound."""
    hits = [note for note in score.notes if note.part in drums]
    for place, note in enumerate(hits):
        kit = score.parts[note.part].program % 128
        level = max(1, min(127, SOFTER * round(note.velocity / SOFTER)))
        hit = stroke(kit, note.pitch, level, player_for) * np.float32(note.velocity / level)
        start = round(note.start * second * RATE)
        stop = next_cut(hits, place, second)
        room = min(len(hit), len(sound) - start, stop - start)
        if room <= 0:
            continue
        hit = hit[:room]
        if stop - start == room:
            fade = min(room, round(FADE * RATE))
            hit[room - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
        sound[start : start + room] += hit


def next_cut(hits: list[Note], place: int, second: float) -> int:
    """The sample at which another stroke ends this one; far away where none does."""
    note = hits[place]
    if note.pitch == 46:
        for other in hits[place + 1 : place + 40]:
            if other.start > note.start and 46 in CUT_OFF.get(other.pitch, ()):
                return round((other.start * second + FADE) * RATE)
    return 1 << 62


def stroke(kit: int, pitch: int, velocity: int, player_for: Player) -> np.ndarray:
    """One stroke of a drum in the room, (n, 2) at the full rate; kept for the next time."""
    key = (kit, pitch, velocity)
    if key in _strokes:
        _strokes.move_to_end(key)
        return _strokes[key]
    player = player_for(RATE, {(128, kit), (128, 0)})
    player.sounds_off()
    player.program_change(9, kit, True)
    player.noteon(9, pitch, velocity)
    frames = round(STROKE * RATE)
    dry = np.frombuffer(bytes(player.generate(frames)), np.float32).reshape(-1, 2)
    player.sounds_off()
    loud = np.flatnonzero(np.abs(dry).max(1) > 3e-4)
    dry = dry[: (int(loud[-1]) if len(loud) else 0) + RATE // 50]
    hit = in_room(without_rumble(dry, RATE), RATE, grow=RATE // 5)
    fade = min(len(hit), RATE // 20)
    hit[len(hit) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    while len(_strokes) >= MOST_STROKES:
        _strokes.popitem(last=False)
    _strokes[key] = hit
    return hit


@lru_cache(maxsize=4)
def _rumble(rate: int) -> np.ndarray:
    return butterworth(4, LOWEST, "high", rate)


def without_rumble(sound: np.ndarray, rate: int) -> np.ndarray:
    """A sound without its offset and what lies under LOWEST."""
    return filtered(_rumble(rate), sound)


def in_room(sound: np.ndarray, rate: int, grow: int = 0) -> np.ndarray:
    """A sound in the small room; `grow` samples longer than it was."""
    if grow:
        sound = np.concatenate([sound, np.zeros((grow, 2), np.float32)])
    if not len(sound):
        return sound
    middle = sound.mean(1, keepdims=True)
    heard = convolved(middle, small_room(rate))[: len(sound)]
    return (sound + np.float32(ROOM) * heard).astype(np.float32)


@lru_cache(maxsize=1)
def _between() -> np.ndarray:
    """Weights that read a sound half-way between two samples."""
    places = np.arange(-11.5, 12.5)
    taps = np.sinc(places) * np.kaiser(len(places), 7.0)
    return (taps / taps.sum()).astype(np.float32)


def twice_the_rate(sound: np.ndarray) -> np.ndarray:
    """A sound with twice as many samples a second and nothing new above its old range: the old
    samples, and between them what a half-band filter reads there.
    """
    taps = _between()
    brought = np.empty((2 * len(sound), 2), np.float32)
    brought[::2] = sound
    for side in (0, 1):
        row = np.pad(np.ascontiguousarray(sound[:, side]), (len(taps) // 2 - 1, len(taps) // 2))
        brought[1::2, side] = np.convolve(row, taps, "valid")
    return brought
