"""Standard MIDI files: written from a score, read into one."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from course_utils.creation import BadRecipe, Creation
from course_utils.scores.score import Note, Part, Score

RECORD_KEY = "course_record:"
LARGEST = 2_000_000  # bytes of MIDI; a tune has about one thousand
LONGEST = 2000  # quarter notes
MOST_NOTES = 20_000
TICKS = 480  # a quarter note


def write_midi(score: Score) -> bytes:
    """A standard MIDI file: type 0 for one voice, type 1 with a track a part for several
    (drums on channel 10).
    """
    import mido

    file, head = mido.MidiFile(type=1 if score.parts else 0, ticks_per_beat=TICKS), mido.MidiTrack()
    file.tracks.append(head)
    head.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)))
    head.append(
        mido.MetaMessage("time_signature", numerator=score.metre[0], denominator=score.metre[1])
    )
    head.append(mido.MetaMessage("key_signature", key=score.key))
    if not score.parts:
        head.append(mido.Message("program_change", program=score.program))
        _write_events(head, score.notes, 0)
    for number, part in enumerate(score.parts):
        track, channel = mido.MidiTrack(), channel_of(score.parts, number)
        file.tracks.append(track)
        track.append(
            mido.MetaMessage("track_name", name=part.name.encode("ascii", "replace").decode())
        )
        track.append(mido.Message("program_change", program=part.program, channel=channel))
        _write_events(track, [note for note in score.notes if note.part == number], channel)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def channel_of(parts: tuple[Part, ...], number: int) -> int:
    """The MIDI channel (from 0) of a part: 9 for drums, the others in order around it."""
    if parts[number].drums:
        return 9
    place = sum(not part.drums for part in parts[:number])
    return place if place < 9 else place + 1


def _write_events(track, notes, channel: int) -> None:
    import mido

    events = [(round(n.start * TICKS), 1, n.pitch, n.velocity) for n in notes]
    events += [(round((n.start + n.length) * TICKS), 0, n.pitch, 0) for n in notes]
    clock = 0
    for tick, kind, pitch, velocity in sorted(events):
        track.append(
            mido.Message(
                "note_on" if kind else "note_off",
                note=pitch,
                velocity=velocity,
                channel=channel,
                time=tick - clock,
            )
        )
        clock = tick


def _open(data: bytes):
    import mido

    if len(data) > LARGEST:
        raise BadRecipe(
            "That tune file is too large to be one of ours. Try a file made with the course."
        )
    try:
        # a byte out of range costs one note, not the tune
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        file.tracks[0]
        return file
    except Exception as problem:  # mido raises many kinds on damaged files
        raise BadRecipe(
            "The tune could not be read: the file is damaged or not MIDI. Try the original file"
            " from your portfolio."
        ) from problem


def read_midi(data: bytes) -> Score:
    """The notes of a MIDI file made with the course.

    Raises:
        BadRecipe: not a MIDI file, damaged, or far too large.
    """
    score = read_notes(data)
    if (
        score.length > LONGEST
        or len(score.notes) > MOST_NOTES
        or not (1 <= score.metre[0] <= 64 and 1 <= score.metre[1] <= 64)
    ):
        raise BadRecipe(
            "This tune is far too long, or its metre is not one people play. Try a file made with"
            " the course."
        )
    return replace(score, key=score.key or "C")


def read_notes(data: bytes) -> Score:
    """The notes of any MIDI file, however long or odd; its key is "" where it names none.

    Raises:
        BadRecipe: not a MIDI file, damaged, or too large.
    """
    import mido

    file = _open(data)
    ticks = file.ticks_per_beat
    if ticks <= 0:
        raise BadRecipe(
            "This tune counts time in a way the course cannot read. Try a file made with the"
            " course."
        )
    told: dict[str, tuple] = {}  # tempo, metre and key: the first of each
    notes, programs, names = [], {}, {}
    for number, track in enumerate(file.tracks):
        clock, name = 0, ""
        sounding: dict[tuple[int, int], tuple[int, int]] = {}
        for message in track:
            clock += message.time
            if message.type in ("set_tempo", "time_signature", "key_signature"):
                if (message.type not in told or clock < told[message.type][0]) and (
                    message.type != "set_tempo" or message.tempo
                ):
                    told[message.type] = (clock, message)
            elif message.type == "track_name":
                name = name or message.name
            elif message.type == "program_change":
                programs.setdefault((number, message.channel), message.program)
                if name:
                    names.setdefault((number, message.channel), name)
            elif message.type in ("note_on", "note_off"):
                player = number, message.channel
                if name:
                    names.setdefault(player, name)
                if (message.channel, message.note) in sounding and (
                    message.type == "note_off" or not message.velocity
                ):
                    start, velocity = sounding.pop((message.channel, message.note))
                    notes.append(
                        (
                            player,
                            Note(start / ticks, (clock - start) / ticks, message.note, velocity),
                        )
                    )
                elif message.type == "note_on" and message.velocity:
                    sounding[message.channel, message.note] = (clock, message.velocity)
        for (channel, pitch), (start, velocity) in sounding.items():  # keys nobody let go of
            if clock > start:
                notes.append(
                    (
                        (number, channel),
                        Note(start / ticks, (clock - start) / ticks, pitch, velocity),
                    )
                )
    tempo = mido.tempo2bpm(told["set_tempo"][1].tempo) if "set_tempo" in told else 120.0
    metre = (
        (told["time_signature"][1].numerator or 4, told["time_signature"][1].denominator or 4)
        if "time_signature" in told
        else (4, 4)
    )
    key = told["key_signature"][1].key if "key_signature" in told else ""
    by_channel = {channel: program for (_, channel), program in reversed(programs.items())}
    # a player who is silent throughout is a player all the same
    players = sorted(
        {player for player, _ in notes} | (set(programs) if len(file.tracks) > 1 else set())
    )
    if (
        len(players) < 2
        and 9 not in [channel for _, channel in players]
        and not (file.type == 1 and names)
    ):
        program = next(iter(programs.values()), 0)
        return Score(
            tuple(sorted((note for _, note in notes), key=_order)), tempo, metre, program, key
        )
    parts = tuple(
        Part(
            names.get(player) or ("drums" if player[1] == 9 else f"part {place}"),
            programs.get(player, by_channel.get(player[1], 0)),
            player[1] == 9,
        )
        for place, player in enumerate(players, 1)
    )
    placed = tuple(
        sorted((replace(note, part=players.index(player)) for player, note in notes), key=_order)
    )
    return Score(placed, tempo, metre, parts[0].program, key, parts)


def _order(note: Note) -> tuple:
    return note.start, note.part, note.pitch


def pack(creation: Creation) -> bytes:
    """The MIDI file of a tune with its record in a text event."""
    import mido

    file = _open(creation.content)
    # MIDI text is not Unicode: letters beyond ASCII as JSON escapes
    record = json.dumps(json.loads(creation.record()))
    file.tracks[0].insert(0, mido.MetaMessage("text", text=RECORD_KEY + record, time=0))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def unpack(data: bytes) -> Creation:
    """The creation a MIDI file was made from.

    Raises:
        BadRecipe: damaged, or without a recipe.
    """
    file = _open(data)
    for track in file.tracks:
        for number, message in enumerate(track):
            if message.type == "text" and message.text.startswith(RECORD_KEY):
                record = message.text[len(RECORD_KEY) :]
                del track[number]
                buffer = io.BytesIO()
                try:
                    file.save(file=buffer)
                except Exception as problem:
                    raise BadRecipe(
                        "The tune could not be read: the file is damaged. Try the original file"
                        " from your portfolio."
                    ) from problem
                return Creation.from_record(record, buffer.getvalue())
    raise BadRecipe(
        "This tune holds no recipe: it was not made with the course. Try the original file."
    )
