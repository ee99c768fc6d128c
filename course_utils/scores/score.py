"""Tunes as notes: standard MIDI with the recipe inside, a piano roll, a table and a description in words."""

from __future__ import annotations

import html
import io
import json
from dataclasses import dataclass, replace

from course_utils.creation import BadRecipe, Creation

RECORD_KEY = "course_record:"
OWN = "own tune"  # stands in the recipe of a tune a person brought or changed, where a model's name would
LARGEST = 2_000_000  # bytes of MIDI; a tune has about one thousand
LONGEST = 2000  # quarter notes
MOST_NOTES = 20_000
TICKS = 480  # a quarter note
NOTE_NAMES = ["C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B"]


@dataclass(frozen=True)
class Note:
    """One sounding note; times in quarter notes, pitch as MIDI number, velocity 1-127; `part` counts the parts of its score."""

    start: float
    length: float
    pitch: int
    velocity: int
    part: int = 0


@dataclass(frozen=True)
class Part:
    """One player: a name, a General MIDI program counted from 0, or drums (whose pitches are General MIDI's percussion)."""

    name: str
    program: int = 0
    drums: bool = False


@dataclass(frozen=True)
class Score:
    """What a MIDI file holds: notes in order, tempo in quarter notes a minute, beats of the metre, General MIDI program, key name.

    `parts` is empty for a tune of one voice; otherwise the notes say which of them plays, and `program` is that of the first.
    """

    notes: tuple[Note, ...]
    tempo: float
    metre: tuple[int, int]
    program: int
    key: str
    parts: tuple[Part, ...] = ()

    @property
    def bar_length(self) -> float:
        """Quarter notes in a bar."""
        return self.metre[0] * 4 / self.metre[1]

    @property
    def length(self) -> float:
        """Quarter notes from start to the end of the last note."""
        return max((n.start + n.length for n in self.notes), default=0.0)


def write_midi(score: Score) -> bytes:
    """A standard MIDI file: type 0 for one voice, type 1 with a track a part for several (drums on channel 10)."""
    import mido

    file, head = mido.MidiFile(type=1 if score.parts else 0, ticks_per_beat=TICKS), mido.MidiTrack()
    file.tracks.append(head)
    head.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)))
    head.append(mido.MetaMessage("time_signature", numerator=score.metre[0], denominator=score.metre[1]))
    head.append(mido.MetaMessage("key_signature", key=score.key))
    if not score.parts:
        head.append(mido.Message("program_change", program=score.program))
        _write_events(head, score.notes, 0)
    for number, part in enumerate(score.parts):
        track, channel = mido.MidiTrack(), channel_of(score.parts, number)
        file.tracks.append(track)
        track.append(mido.MetaMessage("track_name", name=part.name.encode("ascii", "replace").decode()))
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
        track.append(mido.Message("note_on" if kind else "note_off", note=pitch, velocity=velocity, channel=channel, time=tick - clock))
        clock = tick


def _open(data: bytes):
    import mido

    if len(data) > LARGEST:
        raise BadRecipe("That tune file is too large to be one of ours. Try a file made with the course.")
    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)  # a byte out of range costs one note, not the tune
        file.tracks[0]
        return file
    except Exception as problem:  # mido raises many kinds on damaged files
        raise BadRecipe("The tune could not be read: the file is damaged or not MIDI. Try the original file from your portfolio.") from problem


def read_midi(data: bytes) -> Score:
    """The notes of a MIDI file made with the course.

    Raises:
        BadRecipe: not a MIDI file, damaged, or far too large.
    """
    score = read_notes(data)
    if score.length > LONGEST or len(score.notes) > MOST_NOTES or not (1 <= score.metre[0] <= 64 and 1 <= score.metre[1] <= 64):
        raise BadRecipe("This tune is far too long, or its metre is not one people play. Try a file made with the course.")
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
        raise BadRecipe("This tune counts time in a way the course cannot read. Try a file made with the course.")
    told: dict[str, tuple] = {}  # tempo, metre and key: the first of each
    notes, programs, names = [], {}, {}
    for number, track in enumerate(file.tracks):
        clock, name = 0, ""
        sounding: dict[tuple[int, int], tuple[int, int]] = {}
        for message in track:
            clock += message.time
            if message.type in ("set_tempo", "time_signature", "key_signature"):
                if (message.type not in told or clock < told[message.type][0]) and (message.type != "set_tempo" or message.tempo):
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
                if (message.channel, message.note) in sounding and (message.type == "note_off" or not message.velocity):
                    start, velocity = sounding.pop((message.channel, message.note))
                    notes.append((player, Note(start / ticks, (clock - start) / ticks, message.note, velocity)))
                elif message.type == "note_on" and message.velocity:
                    sounding[message.channel, message.note] = (clock, message.velocity)
        for (channel, pitch), (start, velocity) in sounding.items():  # keys nobody let go of
            if clock > start:
                notes.append(((number, channel), Note(start / ticks, (clock - start) / ticks, pitch, velocity)))
    tempo = mido.tempo2bpm(told["set_tempo"][1].tempo) if "set_tempo" in told else 120.0
    metre = (told["time_signature"][1].numerator or 4, told["time_signature"][1].denominator or 4) if "time_signature" in told else (4, 4)
    key = told["key_signature"][1].key if "key_signature" in told else ""
    by_channel = {channel: program for (_, channel), program in reversed(programs.items())}
    players = sorted({player for player, _ in notes} | (set(programs) if len(file.tracks) > 1 else set()))  # a player who is silent throughout is a player all the same
    if len(players) < 2 and 9 not in [channel for _, channel in players] and not (file.type == 1 and names):
        program = next(iter(programs.values()), 0)
        return Score(tuple(sorted((note for _, note in notes), key=_order)), tempo, metre, program, key)
    parts = tuple(Part(names.get(player) or ("drums" if player[1] == 9 else f"part {place}"), programs.get(player, by_channel.get(player[1], 0)), player[1] == 9) for place, player in enumerate(players, 1))
    placed = tuple(sorted((replace(note, part=players.index(player)) for player, note in notes), key=_order))
    return Score(placed, tempo, metre, parts[0].program, key, parts)


def _order(note: Note) -> tuple:
    return note.start, note.part, note.pitch


def pack(creation: Creation) -> bytes:
    """The MIDI file of a tune with its record in a text event."""
    import mido

    file = _open(creation.content)
    record = json.dumps(json.loads(creation.record()))  # MIDI text is not Unicode: letters beyond ASCII as JSON escapes
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
                record = message.text[len(RECORD_KEY):]
                del track[number]
                buffer = io.BytesIO()
                try:
                    file.save(file=buffer)
                except Exception as problem:
                    raise BadRecipe("The tune could not be read: the file is damaged. Try the original file from your portfolio.") from problem
                return Creation.from_record(record, buffer.getvalue())
    raise BadRecipe("This tune holds no recipe: it was not made with the course. Try the original file.")


def note_name(pitch: int) -> str:
    """A name to read aloud, such as "F sharp 4" (middle C is C 4)."""
    return f"{NOTE_NAMES[pitch % 12]} {pitch // 12 - 1}"


def describe(creation: Creation) -> str:
    """The tune in words: kind, length, metre, key, tempo, instruments, range and contour, for people who cannot hear or see it."""
    from course_utils.scores.chord_symbols import line_in_words
    from course_utils.scores.key_detection import key_of_line

    score = read_midi(creation.content)
    if not score.notes:
        return "An empty tune."
    bars = max(1, round(score.length / score.bar_length))
    size = f"{counted(len(score.notes), 'note')} in {counted(bars, 'bar')} of {score.metre[0]}/{score.metre[1]}"
    lasts = f"{score.length * 60 / score.tempo:.0f} seconds"
    if creation.kind == "backing":
        from course_utils.scores.general_midi import NAMES

        playing = [part for number, part in enumerate(score.parts) if any(note.part == number for note in score.notes)]
        players = ", ".join(part.name if part.drums else f"{part.name} on {NAMES[part.program % 128]}" for part in playing)
        tune = next((number for number, part in enumerate(score.parts) if part.name == "tune"), None)
        moves = f", the tune on top is {contour(score, tune)}" if tune is not None else ""
        said = line_in_words(creation.recipe.prompt)
        home = f", in {key_in_words(score.key if tune is not None else key_of_line(creation.recipe.prompt))}" if said else ""
        style = creation.recipe.settings.get("style", "")
        return f"A backing track{f' in the style {style}' if style else ''} for the chords {said or creation.recipe.prompt}. Playing: {players}; {size}{home}, {round(score.tempo)} beats a minute, {lasts}{moves}."
    melody = upper_voice(score)
    kind, key, mode = (creation.recipe.settings.get(name, "") for name in ("kind_of_tune", "key", "mode"))
    home = f"{key} {mode}" if key and mode else key_in_words(score.key)
    name = f"A{'n' * (kind[0] in 'aeiou')} {kind}" if kind and kind != "any" else "A tune"
    players = f" in {len(score.parts)} parts ({', '.join(part.name for part in score.parts)})" if len(score.parts) > 1 else ""
    line = str(creation.recipe.settings.get("chord_line", ""))
    by = f"{name} of a person’s own, “{creation.recipe.prompt}”" if creation.recipe.model == OWN else f"{name}{players} made with AI for “{creation.recipe.prompt}”"
    span = f"from {note_name(min(note.pitch for note in melody))} to {note_name(max(note.pitch for note in melody))}" if melody else "drums only"
    return f"{by}: {size}, in {home}, {round(score.tempo)} beats a minute, for {instruments(score)}, {span}, {contour(score)}, {lasts}.{f' Chords: {line_in_words(line) or line}.' if line else ''}"


def counted(number: int, thing: str) -> str:
    """A number of things in words."""
    return f"{number} {thing}{'s' * (number != 1)}"


def upper_voice(score: Score, part: int | None = None) -> list[Note]:
    """The melody of a score: of one part (the first that is not drums, if None), of notes at once the highest."""
    played = part if part is not None else next((number for number, part in enumerate(score.parts) if not part.drums and any(note.part == number for note in score.notes)), None if score.parts else 0)
    highest: dict[float, Note] = {}
    for note in score.notes:
        if note.part == played and (note.start not in highest or note.pitch > highest[note.start].pitch):
            highest[note.start] = note
    return [highest[start] for start in sorted(highest)]


def key_in_words(key: str) -> str:
    """A key named as in MIDI, such as "F#m", to read aloud."""
    words = {"#": " sharp", "b": " flat"}
    home, minor = key.removesuffix("m") or "C", key.endswith("m")
    return f"{home[0]}{words.get(home[1:2], '')} {'minor' if minor else 'major'}"


def instruments(score: Score) -> str:
    """The instruments of a score in words."""
    from course_utils.scores.general_midi import NAMES

    names = [("drums" if part.drums else NAMES[part.program % 128]) for number, part in enumerate(score.parts) if any(note.part == number for note in score.notes)] or [NAMES[score.program % 128]]
    if len(names) > 1 and len(set(names)) == 1:
        return f"{names[0]} in every part"
    return ", ".join(f"{name} in {names.count(name)} parts" if names.count(name) > 1 else name for name in dict.fromkeys(names))


def contour(score: Score, part: int | None = None) -> str:
    """How the melody moves, in words: the mean height of its four quarters, and whether it goes by steps or leaps."""
    melody = upper_voice(score, part)
    if len(melody) < 4:
        return "too short to rise or fall"
    quarters = [melody[len(melody) * n // 4 : len(melody) * (n + 1) // 4] for n in range(4)]
    heights = [sum(note.pitch for note in part) / len(part) for part in quarters]
    top, low = heights.index(max(heights)), heights.index(min(heights))
    if max(heights) - min(heights) < 2:
        shape = "level"
    elif top in (1, 2):
        shape = "rising, then falling" if low in (0, 3) else "highest in the middle"
    elif low in (1, 2):
        shape = "falling, then rising"
    else:
        shape = "rising" if top == 3 else "falling"
    moves = [abs(after.pitch - before.pitch) for before, after in zip(melody, melody[1:])]
    steps = sum(move <= 2 for move in moves) / len(moves)
    return f"{shape}, {'mostly by steps' if steps > 0.7 else 'in steps and leaps' if steps > 0.4 else 'mostly by leaps'}"


def piano_roll_svg(midi: bytes, title: str, selected: int | None = None) -> str:
    """The notes as bars on a grid: time to the right, pitch upwards. Inline SVG, scales to its box, no scripts. `selected`: a note to be marked, counted from 0."""
    score = read_midi(midi)
    if score.parts:
        return _lanes_svg(score, title, selected)
    low, high = min((n.pitch for n in score.notes), default=60) - 2, max((n.pitch for n in score.notes), default=72) + 2
    across, up = 640 / max(score.length, 1), 150 / (high - low + 1)
    shapes = []
    for pitch in range(low, high + 1):
        if pitch % 12 in (1, 3, 6, 8, 10):
            shapes.append(f'<rect x="0" y="{(high - pitch) * up:.1f}" width="640" height="{up:.1f}" fill="#eef1f6"/>')
    bar = 0.0
    while bar <= score.length + 1e-6:
        shapes.append(f'<line x1="{bar * across:.1f}" x2="{bar * across:.1f}" y1="0" y2="150" stroke="#9aa5b8" stroke-width="1"/>')
        bar += score.bar_length
    for number, note in enumerate(score.notes):
        shapes.append(f'<rect x="{note.start * across + 0.5:.1f}" y="{(high - note.pitch) * up + 0.5:.1f}" width="{max(note.length * across - 1.5, 1.5):.1f}" height="{max(up - 1, 2):.1f}" rx="2" {MARKED if number == selected else PLAIN}/>')
    name = html.escape(title, quote=True)
    return f'<svg role="img" aria-label="{name}" viewBox="0 0 640 150" preserveAspectRatio="none" style="width:100%;max-width:640px;height:150px;background:#ffffff;border:1px solid #9aa5b8;border-radius:4px"><title>{name}</title><desc>Time runs to the right, pitch upwards; each bar is a note.</desc>{"".join(shapes)}</svg>'


PLAIN, MARKED = 'fill="#1f5fbf"', 'fill="#ffd24a" stroke="#1b1f27" stroke-width="2"'


def _lanes_svg(score: Score, title: str, selected: int | None = None) -> str:
    """Several parts, one lane each with its name, so that nothing has to be told by colour."""
    lane, across = 64, 600 / max(score.length, 1)
    colours, shapes = ("#1f5fbf", "#9a3b00", "#1d6f42", "#7a2f8f", "#8a1538", "#3d4a5c"), []
    for number, part in enumerate(score.parts):
        top, notes = number * lane, [(place, note) for place, note in enumerate(score.notes) if note.part == number]
        low, high = min((n.pitch for _, n in notes), default=60) - 1, max((n.pitch for _, n in notes), default=60) + 1
        up = (lane - 24) / (high - low + 1)
        shapes.append(f'<line x1="0" x2="640" y1="{top}" y2="{top}" stroke="#9aa5b8"/><text x="4" y="{top + 14}" font-size="12" font-family="sans-serif" fill="#1b1f27">{html.escape(part.name)}</text>')
        for place, note in notes:
            look = MARKED if place == selected else f'fill="{colours[number % len(colours)]}"'
            shapes.append(f'<rect x="{20 + note.start * across:.1f}" y="{top + 20 + (high - note.pitch) * up:.1f}" width="{max(note.length * across - 0.6, 1.2):.1f}" height="{max(up - 0.5, 1.5):.1f}" {look}/>')
    high, bar = lane * len(score.parts), 0.0
    while bar <= score.length + 1e-6:
        shapes.append(f'<line x1="{20 + bar * across:.1f}" x2="{20 + bar * across:.1f}" y1="0" y2="{high}" stroke="#c9d0dc" stroke-width="0.6"/>')
        bar += score.bar_length
    name = html.escape(title, quote=True)
    return f'<svg role="img" aria-label="{name}" viewBox="0 0 640 {high}" style="width:100%;max-width:640px;background:#ffffff;border:1px solid #9aa5b8;border-radius:4px"><title>{name}</title><desc>Time runs to the right; one lane for each player, pitch upwards within it.</desc>{"".join(shapes)}</svg>'


def note_table_html(midi: bytes) -> str:
    """The notes as a table, bar by bar, for people who cannot see the piano roll."""
    score = read_midi(midi)
    if score.parts:
        return _parts_table(score)
    bars: dict[int, list[str]] = {}
    for note in score.notes:
        bars.setdefault(int((note.start + 1e-6) // score.bar_length) + 1, []).append(f"{note_name(note.pitch)} ({note.length:g})")
    rows = "".join(f'<tr><th scope="row">{number}</th><td>{html.escape(", ".join(names))}</td></tr>' for number, names in sorted(bars.items()))
    return f'<table><caption>Notes bar by bar; in brackets the length in quarter notes</caption><thead><tr><th scope="col">Bar</th><th scope="col">Notes</th></tr></thead><tbody>{rows}</tbody></table>'


def _parts_table(score: Score) -> str:
    """Bars down, parts across: the lowest to highest note of each part in each bar, or how many strokes of the drums."""
    bars = max(1, -(-round(score.length * 1000) // round(score.bar_length * 1000)))
    head = "".join(f'<th scope="col">{html.escape(part.name)}</th>' for part in score.parts)
    rows = []
    for bar in range(bars):
        cells = []
        for number, part in enumerate(score.parts):
            inside = [note for note in score.notes if note.part == number and bar <= (note.start + 0.05) / score.bar_length < bar + 1]
            names = list(dict.fromkeys(note_name(note.pitch) for note in sorted(inside, key=lambda one: one.pitch)))
            cells.append(f"<td>{f'{len(inside)} strokes' if part.drums and inside else ', '.join(names)}</td>")
        rows.append(f'<tr><th scope="row">{bar + 1}</th>{"".join(cells)}</tr>')
    return f'<table><caption>Notes bar by bar, one column for each player</caption><thead><tr><th scope="col">Bar</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
