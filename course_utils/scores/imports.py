"""Tunes from outside: a MIDI, MusicXML, ABC or sound file, or text, that a person brings,
checked and turned into a Creation.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

from course_utils.creation import BadRecipe, Creation, HumanEdit, LearnerError, Recipe
from course_utils.files import unpack_bytes
from course_utils.scores.midi import read_notes, write_midi
from course_utils.scores.score import BROUGHT_TUNE, Note, Score

LARGEST_FILE = 60_000_000  # bytes; a recording may have so many, see `recording`
LARGEST_TEXT = 20_000  # characters of one ABC tune
LARGEST_MIDI = 400_000  # bytes; a piece for an orchestra, and some ten seconds of reading
MOST_BARS = 64
MOST_NOTES = 3000
MOST_PARTS = 15
SLOWEST, FASTEST = 20.0, 400.0  # quarter notes a minute
UNKNOWN = (
    "That file is no tune that this course can read. Choose a MIDI, MusicXML or ABC file, or a"
    " recording of a hummed melody."
)


def tune_from_file(data: bytes, name: str = "my tune") -> Creation:
    """A tune a person brings. A file made with the course comes back as itself, with its recipe.

    MIDI (.mid), MusicXML (.musicxml, .mxl), ABC (.abc), note names (.txt), or one voice humming or
    whistling (WAV, MP3, OGG, FLAC). Of a long piece the first bars are kept; what a person should
    know stands in the setting `note`.

    Raises:
        LearnerError: empty, too large, damaged, hostile, or no tune.
    """
    title, _, suffix = name.rpartition(".") if "." in name else (name, "", "")
    if not data:
        raise LearnerError(
            "That file is empty. Choose a MIDI, MusicXML or ABC file, or a recording."
        )
    if len(data) > LARGEST_FILE:
        raise LearnerError(
            f"That file has {len(data) / 1e6:.0f} MB and the limit is {LARGEST_FILE // 1_000_000}."
            " Save a shorter piece, then choose it again."
        )
    if data[:4] == b"MThd" and len(data) > LARGEST_MIDI:
        raise LearnerError(
            f"That MIDI file is enormous: {len(data) / 1e6:.1f} MB, and the limit is"
            f" {LARGEST_MIDI / 1e6:.1f}. Cut out a few minutes of it in a music program, then"
            " choose it."
        )
    from course_utils.audio.wav import is_from_phone

    own = _own_file(data)
    if own is not None:
        return own
    if data[:4] == b"MThd":
        return own_tune(read_notes(data), title)
    if data[:2] == b"PK":
        return tune_from_sheet(_unzipped(data), title)
    if (
        data[:4] in (b"RIFF", b"OggS", b"fLaC", b"FORM")
        or data[:3] == b"ID3"
        or data[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
        or is_from_phone(data)
        or suffix.lower() in ("wav", "mp3", "ogg", "flac", "aiff")
    ):
        return tune_from_recording(data, title)
    if re.match(rb"(\xef\xbb\xbf)?\s*<|\xff\xfe<|\xfe\xff\x00<", data[:200]):
        return tune_from_sheet(data, title)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise LearnerError(UNKNOWN) from problem
    return tune_from_text(text, title)


def tune_from_text(text: str, title: str = "", tempo: float = 100.0) -> Creation:
    """A tune from text: ABC if it has a line K: for the key, else note names
    (see `typed.read_melody`).

    Raises:
        LearnerError: it cannot be read.
    """
    from course_utils.scores.note_names import read_melody

    if re.search(r"^K:", text, re.M):
        return tune_from_abc(text, title)
    typed = read_melody(text)
    note = (
        f"Not understood: {', '.join(typed.unknown[:5])}. The rest is kept."
        if typed.unknown
        else ""
    )
    return own_tune(
        Score(typed.notes, tempo, (4, 4), 0, ""), title or " ".join(text.split())[:40], note
    )


def tune_from_abc(text: str, title: str = "") -> Creation:
    """A tune in ABC notation (the first in the text).

    Raises:
        LearnerError: it cannot be read.
    """
    from course_utils.scores.verovio_reader import read_notation

    text = text.replace("\r\n", "\n").lstrip()
    second = re.search(r"\n\s*X:", text)
    text = text[: second.start()] if second else text
    if len(text) > LARGEST_TEXT:
        raise LearnerError(
            f"That text has {len(text):,} characters and the limit is {LARGEST_TEXT:,}. Choose one"
            " tune of it."
        )
    if "\0" in text:
        raise LearnerError("That ABC tune is damaged. Copy it again from where you found it.")
    if not text.startswith("X:"):
        text = "X:1\n" + text
    named = re.search(r"^T:(.*)$", text, re.M)
    score = read_notation(text, "abc")
    tempo = re.search(r"^Q:\s*(?:(\d{1,2})/(\d{1,2})\s*=\s*)?(\d{1,4})", text, re.M)
    if tempo and int(tempo[2] or 4):  # verovio reads only some
        score = replace(score, tempo=int(tempo[3]) * 4 * int(tempo[1] or 1) / int(tempo[2] or 4))
    return own_tune(score, named[1].strip() if named and named[1].strip() else title)


def tune_from_sheet(data: bytes, title: str = "") -> Creation:
    """A tune in MusicXML; see `safe_xml` for what is refused.

    Raises:
        LearnerError: it cannot be read.
    """
    from xml.etree import ElementTree as Tree

    from course_utils.scores.safe_xml import read_xml
    from course_utils.scores.verovio_reader import read_notation

    root = read_xml(data)
    if root.tag not in ("score-partwise", "score-timewise"):
        raise LearnerError(UNKNOWN)
    note = ""
    for part in root.iter("part"):
        # reading on would take long, and own_tune keeps no more
        for measure in part.findall("measure")[MOST_BARS + 1 :]:
            part.remove(measure)
            note = f"It is long: the first {MOST_BARS} bars are kept."
    named = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return own_tune(
        read_notation(Tree.tostring(root, encoding="unicode"), "xml"), named.strip() or title, note
    )


def tune_from_recording(data: bytes, title: str = "") -> Creation:
    """A melody hummed, sung or whistled by one voice.

    Raises:
        LearnerError: no recording, silent, or no melody in it.
    """
    from course_utils.audio.wav import sound_from_file
    from course_utils.scores.pitch_tracking import notes_heard

    recording = sound_from_file(data, title)
    if recording.declared.plays_notes:
        return recording
    notes, speed = notes_heard(recording)
    return own_tune(
        Score(notes, speed, (4, 4), 0, ""),
        title or "my hummed tune",
        str(recording.recipe.settings.get("note", "")),
    )


def tune_from_taps(
    moments: list[float], title: str = "my rhythm", melody: Creation | None = None
) -> Creation:
    """A rhythm tapped at some moments (seconds), on one note,
    or on the notes of a melody in their order.

    Raises:
        LearnerError: fewer than two taps.
    """
    from course_utils.scores.beat_tracking import on_beats, speed_of

    moments = sorted(float(moment) for moment in moments if 0 <= moment < 600)[:400]
    moments = [
        moment
        for number, moment in enumerate(moments)
        if number == 0 or moment - moments[number - 1] > 0.04
    ]
    if len(moments) < 2:
        raise LearnerError(
            "A rhythm needs at least two taps. Tap the space bar again, or type it: long short"
            " short long."
        )
    speed = speed_of(moments)
    gaps = sorted(after - before for before, after in zip(moments, moments[1:]))
    ends = [*moments[1:], moments[-1] + gaps[len(gaps) // 2]]
    return in_rhythm(
        [Note(start, length, 67, 84) for start, length in on_beats(moments, ends, speed)],
        speed,
        title,
        melody,
    )


def in_rhythm(
    strokes: list[Note] | tuple[Note, ...],
    tempo: float,
    title: str,
    melody: Creation | None = None,
    note: str = "",
) -> Creation:
    """A rhythm as a tune: on one note, or on the notes of a melody in their order."""
    if melody is None:
        return own_tune(Score(tuple(strokes), tempo, (4, 4), 0, "C"), title, note)
    score = read_notes(melody.content)
    pitches = [
        one.pitch for one in sorted(score.notes, key=lambda one: (one.start, -one.pitch))
    ] or [67]
    notes = tuple(
        replace(stroke, pitch=pitches[place % len(pitches)]) for place, stroke in enumerate(strokes)
    )
    return own_tune(Score(notes, tempo, score.metre, score.program, score.key), title, note, melody)


def own_tune(
    score: Score,
    title: str,
    note: str = "",
    parent: Creation | None = None,
    what: str = "brought in by the learner",
) -> Creation:
    """A score as a person's own tune, made fit for the course: at most 64 bars,
    15 parts and 3,000 notes, a playable speed, a key.

    Raises:
        LearnerError: there are no notes.
    """
    from course_utils.scores.key_detection import key_of

    told = [note] if note else []
    if not score.notes:
        raise LearnerError("There are no notes in that tune. Choose another file.")
    if not SLOWEST <= score.tempo <= FASTEST:
        told.append(
            f"Its speed of {score.tempo:.0f} beats a minute was beyond what people play and was"
            " changed."
        )
        score = replace(score, tempo=min(max(score.tempo, SLOWEST), FASTEST))
    if not (1 <= score.metre[0] <= 32 and score.metre[1] in (1, 2, 4, 8, 16, 32)):
        told.append("Its metre is not one people play; four-four is used.")
        score = replace(score, metre=(4, 4))
    notes, parts = score.notes, score.parts
    if len(parts) == 1 and not parts[0].drums:
        parts = ()
    if len(parts) > MOST_PARTS:
        told.append(f"Only the first {MOST_PARTS} of its {len(parts)} players are kept.")
        notes, parts = tuple(one for one in notes if one.part < MOST_PARTS), parts[:MOST_PARTS]
    first = min(one.start for one in notes) if notes else 0.0
    # whole bars of silence at the start say nothing
    empty = int((first + 1e-6) // score.bar_length) * score.bar_length
    if empty:
        notes = tuple(replace(one, start=one.start - empty) for one in notes)
    end = MOST_BARS * score.bar_length
    if any(one.start >= end for one in notes) or len(notes) > MOST_NOTES:
        notes = tuple(one for one in notes if one.start < end - 1e-6)[:MOST_NOTES]
        bars = int(max(one.start for one in notes) // score.bar_length) + 1
        told = (
            told
            if "It is long" in note
            else [*told, f"It is long: the first {bars} bars are kept."]
        )
    notes = tuple(replace(one, length=min(max(one.length, 1 / 24), end)) for one in notes)
    score = replace(
        score, notes=notes, parts=parts, program=score.program % 128, tempo=round(score.tempo, 1)
    )
    if not score.key:
        score = replace(score, key=key_of(score))
    title = (
        " ".join("".join(letter if letter.isprintable() else " " for letter in title).split())[:100]
        or "my tune"
    )
    recipe = Recipe(
        kind="tune",
        prompt=title,
        model=BROUGHT_TUNE,
        settings={"note": " ".join(told)} if told else {},
        parent=parent.id if parent else None,
    )
    return Creation(recipe=recipe, content=write_midi(score), edits=[HumanEdit(what=what)])


def _own_file(data: bytes) -> Creation | None:
    """The creation, if the course made this file and its recipe is whole."""
    suffix = {b"MThd": ".mid", b"RIFF": ".wav", b"OggS": ".ogg"}.get(data[:4]) or (
        ".mp3" if data[:3] == b"ID3" else ""
    )
    if not suffix:
        head = data[:600].lower()
        suffix = ".svg" if b"<svg" in head else ".musicxml" if b"<score-partwise" in head else ""
    if not suffix or not any(
        mark in data for mark in (b"course_record:", b'{"record"', b"ICMT", b"course-creation")
    ):
        return None
    try:
        creation = unpack_bytes(data, suffix)
    except BadRecipe:
        if suffix == ".svg":
            raise
        return None
    if creation.declared.plays_notes:
        return creation
    if creation.kind == "sound":
        return None  # it may be somebody humming
    raise LearnerError(
        "That file holds no tune. Choose the file of a tune, or a MIDI, MusicXML or ABC file."
    )


def _unzipped(data: bytes) -> bytes:
    """The sheet inside a compressed MusicXML file (.mxl), unpacked no further than its limit
    whatever its table of contents says.

    Raises:
        LearnerError: damaged, or no sheet in it.
    """
    from course_utils.scores.safe_xml import LARGEST, read_xml

    refusal = LearnerError(
        "That compressed sheet could not be read: it is damaged or holds no MusicXML. Save it"
        " uncompressed, as .musicxml, then choose that."
    )

    def taken(bundle: zipfile.ZipFile, name: str) -> bytes:
        with bundle.open(name) as file:
            unpacked = file.read(LARGEST + 1)
        if len(unpacked) > LARGEST:
            raise LearnerError(
                "That compressed sheet unpacks to more than any music needs. It was not opened."
                " Save it again from a notation program."
            )
        return unpacked

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            names = bundle.namelist()
            if len(names) > 1000:
                raise refusal
            if "META-INF/container.xml" in names:
                listed = read_xml(taken(bundle, "META-INF/container.xml"))
                roots = [
                    str(item.get("full-path"))
                    for item in listed.iter()
                    if item.tag.endswith("rootfile")
                ]
            else:
                roots = []
            wanted = next(
                (
                    name
                    for name in [*roots, *names]
                    if name in names
                    and name.lower().endswith((".xml", ".musicxml"))
                    and not name.startswith("META-INF")
                ),
                None,
            )
            if wanted is None:
                raise refusal
            return taken(bundle, wanted)
    except LearnerError:
        raise
    except Exception as problem:  # hostile archives raise almost anything
        raise refusal from problem
