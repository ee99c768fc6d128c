"""Standard MIDI files from anywhere as a score: every note, and a sentence on everything else.

A key struck again while it still sounds waits in a queue: the first release ends the first stroke,
as synthesisers and sequencers have it. Of tempo, metre and key the score holds one each: what holds
longest under the notes; the others are named.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace

from course_utils.creation import BadRecipe, LearnerError
from course_utils.scores.general_midi import NAMES
from course_utils.scores.midi import events as midi
from course_utils.scores.midi.events import Event, MidiEvents, read_events, text_of
from course_utils.scores.midi.writing import GRACE
from course_utils.scores.reading import (
    Changes,
    Metre,
    ScoreRead,
    Stretch,
    in_words,
    key_name,
    longest,
    metre_name,
    one_tempo,
    other_values,
    stretches,
    times,
)
from course_utils.scores.score import Note, Part, Score

__all__ = ["read_midi", "read_midi_file"]

MOST_NOTES = 60_000
LONGEST, MOST_OF_OURS = 2000, 20_000  # quarter notes and notes of a tune made with the course
DRUM_CHANNEL = 9
ODD_METRE = "It names a metre that nobody plays, which is not used."
SMALLEST = 1 / 96  # quarter notes: a stroke that is let go in the moment it is struck
SHARPS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F")
MINORS = tuple("Am Em Bm F#m C#m G#m D#m A#m Abm Ebm Bbm Fm Cm Gm Dm".split())
CONTROLS = {  # number of a controller: what a person calls it
    1: "vibrato wheel", 2: "breath", 5: "glide", 7: "volume", 8: "balance",
    10: "place left to right",
    11: "swelling of the volume", 64: "sustain pedal", 65: "glide", 66: "middle pedal",
    67: "soft pedal", 71: "tone colour", 74: "tone colour", 91: "echo", 93: "chorus",
}  # fmt: skip
SILENT_CONTROLS = {0, 32, 6, 38, 96, 97, 98, 99, 100, 101, *range(120, 128)}  # set-up, not sound
BANKS, ALL_SOUND_OFF, ALL_NOTES_OFF = (0, 32), 120, 123
Player = tuple[int, int]  # number of the track, channel
Heard = tuple[Player, int, int, int, int, bool]  # start, end, pitch, velocity, a grace note


@dataclass
class _Heard:
    """What the tracks of a file hold, gathered event by event; times in ticks."""

    notes: list[Heard] = field(default_factory=list)
    programs: dict[Player, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    controls: Counter = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)
    texts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    odd_metres: int = 0
    held: int = 0
    lost_releases: int = 0


def read_midi_file(data: bytes) -> ScoreRead:
    """The notes of a standard MIDI file, and sentences on what else it holds.

    The key is "" where the file names none. An upbeat written as one short first bar is put at the
    end of a whole bar.

    Raises:
        LearnerError: not MIDI, too large, or damaged before the first note.
    """
    return _read(read_events(data))


def _read(file: MidiEvents) -> ScoreRead:
    told = list(file.faults)
    if file.form == 2 and len(file.tracks) > 1:
        chosen = next((t for t in file.tracks if any(e.kind == midi.NOTE_ON for e in t)), [])
        told.append(f"It holds {len(file.tracks)} separate pieces: the first with notes is used.")
        file.tracks = [chosen]
    heard = _Heard()
    for number, track in enumerate(file.tracks):
        _hear_track(number, track, heard)
    if not heard.notes and file.faults:
        raise LearnerError(
            "The tune could not be read: the file is damaged before its first note. "
            "Save it again in a music program, then choose it."
        )
    if len(heard.notes) > MOST_NOTES:
        heard.notes = sorted(heard.notes, key=lambda note: note[1])[:MOST_NOTES]
        told.append(f"It has more than {MOST_NOTES:,} notes: the first are kept.")
    score, sentences = _score_of(file, heard)
    return ScoreRead(score, (*told, *sentences, *_sentences(heard)), heard.names.get(0, "")[:100])


def read_midi(data: bytes) -> Score:
    """The notes of a MIDI file made with the course.

    Raises:
        BadRecipe: not a MIDI file, damaged, or far too large.
    """
    try:
        file = read_events(data)
        read = None if file.faults or file.in_seconds else _read(file)
    except LearnerError as problem:
        raise BadRecipe(str(problem)) from problem
    if read is None or ODD_METRE in read.left_out:
        raise BadRecipe(
            "The tune could not be read: the file is damaged or not MIDI. Try the original file"
            " from your portfolio."
        )
    score = read.score
    if score.length > LONGEST or len(score.notes) > MOST_OF_OURS:
        raise BadRecipe("This tune is far too long. Try a file made with the course.")
    return replace(score, key=score.key or "C")


def _hear_track(number: int, track: list[Event], heard: _Heard) -> None:
    sounding: dict[tuple[int, int], deque[tuple[int, int, bool]]] = defaultdict(deque)
    tick, graced = 0, -1  # where the next note is a grace note

    def release(channel: int, pitch: int, at: int) -> bool:
        queue = sounding.get((channel, pitch))
        if not queue:
            return False
        start, velocity, grace = queue.popleft()
        heard.notes.append(((number, channel), start, at, pitch, velocity, grace))
        return True

    for event in track:
        tick, kind, channel = event.tick, event.kind, event.channel
        if kind == midi.NOTE_ON and event.second:
            sounding[channel, event.first].append((tick, event.second, graced == tick))
            graced = -1
        elif kind == midi.TEXT and event.data == GRACE.encode():
            graced = tick
        elif kind in (midi.NOTE_ON, midi.NOTE_OFF):
            heard.lost_releases += not release(channel, event.first, tick)
        elif kind == midi.PROGRAM:
            heard.programs[number, channel].append((tick, event.first))
        elif kind == midi.CONTROL and event.first in (ALL_SOUND_OFF, ALL_NOTES_OFF):
            for at, pitch in list(sounding):
                while at == channel and release(channel, pitch, tick):
                    pass
        elif kind < midi.META:
            _hear_control(event, heard)
        else:
            _hear_meta(number, event, heard)
    for (channel, pitch), queue in sounding.items():
        while queue:  # keys nobody let go of
            heard.held += 1
            release(channel, pitch, tick)


def _hear_control(event: Event, heard: _Heard) -> None:
    if event.kind == midi.CONTROL:
        if event.first in BANKS and event.second:
            heard.controls["a sound beyond General MIDI"] += 1
        elif event.first not in SILENT_CONTROLS:
            heard.controls[CONTROLS.get(event.first, "other controllers")] += 1
    elif event.kind == midi.BEND:
        heard.controls["pitch bend"] += event.first != 0
    elif event.kind in (midi.PRESSURE, midi.KEY_PRESSURE):
        heard.controls["pressure on keys"] += 1
    elif event.kind == midi.SYSTEM_EXCLUSIVE and event.data[:3] != b"\x7e\x7f\x09":
        heard.controls["settings of one synthesiser"] += 1


def _hear_meta(number: int, event: Event, heard: _Heard) -> None:
    kind, data = event.kind, event.data
    if kind == midi.TRACK_NAME:
        heard.names.setdefault(number, text_of(data))
    elif kind == midi.TEMPO and len(data) >= 3 and (beat := int.from_bytes(data[:3], "big")):
        heard.changes.tempo.append((event.tick, round(60_000_000 / beat, 3)))
    elif kind == midi.METRE and len(data) >= 2:
        if 1 <= data[0] <= 64 and data[1] <= 5:
            heard.changes.metre.append((event.tick, (data[0], 2 ** data[1])))
        else:
            heard.odd_metres += 1
    elif kind == midi.KEY and len(data) >= 2 and -7 <= (place := (data[0] ^ 128) - 128) <= 7:
        heard.changes.key.append((event.tick, (MINORS if data[1] else SHARPS)[place]))
    elif kind == midi.LYRIC and text_of(data):
        heard.words.append(data.decode("utf-8", "replace"))
    elif (
        kind in (midi.TEXT, midi.COPYRIGHT, midi.MARKER, midi.CUE) and len(heard.texts[kind]) < 200
    ):
        heard.texts[kind].append(text_of(data))


def _score_of(file: MidiEvents, heard: _Heard) -> tuple[Score, list[str]]:
    end = max((note[2] for note in heard.notes), default=0)
    tempos = stretches(() if file.in_seconds else heard.changes.tempo, 120.0, end)
    metres = stretches(heard.changes.metre, (4, 4), end)
    keys = stretches(heard.changes.key, "", end)
    tempo, tempo_sentence = one_tempo(
        tempos, min((note[1] for note in heard.notes), default=0), end
    )
    upbeat, metres = _upbeat(metres, file.ticks)
    metre, key = longest(metres)[0], longest(keys)[0]
    told = [tempo_sentence] if tempo_sentence else []
    if file.in_seconds:
        told.append("It counts seconds, not beats: it is written at 120 beats a minute.")
    told += other_values("metre", metres, metre, metre_name, lambda at: _bar(at, file, metre))
    told += other_values("key", keys, key, key_name, lambda at: _bar(at, file, metre))
    players = _players(file, heard)
    if heard.changes.metre and upbeat:
        heard.notes = [
            (player, start + upbeat, stop + upbeat, pitch, velocity, grace)
            for player, start, stop, pitch, velocity, grace in heard.notes
        ]
    notes = [
        Note(
            start / file.ticks,
            max((stop - start) / file.ticks, SMALLEST if stop <= start else 0),
            pitch,
            velocity,
            players.index(player) if len(players) > 1 else 0,
            grace,
        )
        for player, start, stop, pitch, velocity, grace in heard.notes
    ]
    notes.sort(key=lambda note: (note.start, note.part, note.pitch))
    parts, sentences = _parts(players, file, heard, metre)
    program = parts[0].program if parts else 0
    one_voice = len(parts) < 2 and not (
        parts and (parts[0].drums or (file.form == 1 and parts[0].name))
    )
    named = tuple(
        part if part.name else replace(part, name="drums" if part.drums else f"part {number}")
        for number, part in enumerate(parts, 1)
    )
    score = Score(tuple(notes), tempo, metre, program, key, () if one_voice else named)
    return score, told + sentences


def _upbeat(metres: list[Stretch[Metre]], ticks: float) -> tuple[int, list[Stretch[Metre]]]:
    """Ticks by which notes come later so that a short first bar ends a whole one, and the other
    metres.
    """
    if len(metres) < 2:
        return 0, metres
    short, whole = (s.value[0] * 4 / s.value[1] * ticks for s in metres[:2])
    if metres[0].end - metres[0].start == short < whole:
        return round(whole - short), metres[1:]
    return 0, metres


def _bar(tick: float, file: MidiEvents, metre: tuple[int, int]) -> int:
    return int(tick / file.ticks // (metre[0] * 4 / metre[1])) + 1


def _players(file: MidiEvents, heard: _Heard) -> list[Player]:
    """Who plays; one who has an instrument and is silent throughout is a player all the same."""
    silent = set(heard.programs) if len(file.tracks) > 1 else set()
    return sorted({note[0] for note in heard.notes} | silent)


def _parts(
    players: list[Player], file: MidiEvents, heard: _Heard, metre: tuple[int, int]
) -> tuple[list[Part], list[str]]:
    """A part for each player, and sentences on instruments that change on the way."""
    by_channel: dict[int, list[tuple[int, int]]] = {}
    for (_, channel), changes in heard.programs.items():
        by_channel.setdefault(channel, changes)
    strokes: dict[Player, list[int]] = defaultdict(list)
    for player, start, *_ in heard.notes:
        strokes[player].append(start)
    parts, told = [], []
    for number, player in enumerate(players, 1):
        changes = heard.programs.get(player) or by_channel.get(player[1], [])
        first = changes[0][1] if changes else 0  # set after the first note: meant from the start
        used = _programs_used(changes, first, sorted(strokes[player]))
        program, drums = max(used, key=lambda one: used[one][0]), player[1] == DRUM_CHANNEL
        name = heard.names.get(player[0], "")[:60]
        others = [one for one in used if one != program]
        if others and not drums:
            at = _bar(used[others[0]][1], file, metre)
            told.append(
                f"{name or f'Part {number}'} is also played by"
                f" {in_words([NAMES[n] for n in others])}, "
                f"first at bar {at}; here {NAMES[program]} plays throughout."
            )
        parts.append(Part(name, program, drums))
    return parts, told


def _programs_used(
    changes: list[tuple[int, int]], first: int, starts: list[int]
) -> dict[int, tuple[int, int]]:
    """Programs under which notes begin: how many, and the moment of the first."""
    moments = [tick for tick, _ in changes]
    used: dict[int, tuple[int, int]] = {}
    for start in starts:
        place = bisect_right(moments, start)
        program = changes[place - 1][1] if place else first
        count, at = used.get(program, (0, start))
        used[program] = count + 1, at
    return used or {first: (0, 0)}


def _sentences(heard: _Heard) -> list[str]:
    """What the score cannot hold, in words."""
    told = []
    if heard.held:
        which = "One key is" if heard.held == 1 else f"{heard.held:,} keys are"
        told.append(f"{which} never let go in the file: they sound to the end of their track.")
    if heard.odd_metres:
        told.append(ODD_METRE)
    controls = [f"{name} ({times(count)})" for name, count in heard.controls.most_common() if count]
    if controls:
        told.append(f"Not kept, only the notes are: {in_words(controls)}.")
    words = heard.words or [
        text.strip("/\\") for text in heard.texts[midi.TEXT] if text[:1] in "/\\"
    ]
    if words:
        sung = " ".join("".join(words).replace("/", " ").split())
        told.append(
            f"The words that are sung to it are not kept: “{sung[:60]}{'…' * (len(sung) > 60)}”."
        )
    for kind, what in (
        (midi.COPYRIGHT, "The file says who owns it"),
        (midi.MARKER, "Its marks are not kept"),
    ):
        found = list(dict.fromkeys(text[:60] for text in heard.texts[kind] if text))
        if found:
            told.append(f"{what}: “{in_words(found, 3)}”.")
    return told
