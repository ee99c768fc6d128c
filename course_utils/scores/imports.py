"""Tunes from outside: a MIDI, MusicXML, ABC or sound file, or text, that a person brings,
checked and turned into a Creation.
"""

from __future__ import annotations

import re

from course_utils.creation import EDITED_ELSEWHERE, BadRecipe, Creation, LearnerError
from course_utils.files import unpack_bytes
from course_utils.scores.abc import looks_like_abc
from course_utils.scores.musicxml import made_from
from course_utils.scores.note_names import read_melody
from course_utils.scores.own_tunes import in_rhythm, own_tune, tune_from_taps
from course_utils.scores.score import Score
from course_utils.scores.strangers import read_music

__all__ = [
    "LARGEST_FILE",
    "in_rhythm",
    "own_tune",
    "tune_from_abc",
    "tune_from_file",
    "tune_from_recording",
    "tune_from_sheet",
    "tune_from_taps",
    "tune_from_text",
]
LARGEST_FILE = 60_000_000  # bytes; a recording may have so many, see `recording`
UNKNOWN = (
    "That file is no tune that this course can read. Choose a MIDI, MusicXML or ABC file, or a"
    " recording of a hummed melody."
)
SOUNDS = (b"RIFF", b"OggS", b"fLaC", b"FORM")
MP3 = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def tune_from_file(data: bytes, name: str = "my tune") -> Creation:
    """A tune a person brings. A file made with the course comes back as itself, with its recipe.

    MIDI (.mid), MusicXML (.musicxml, .mxl), ABC (.abc), note names (.txt), or one voice humming or
    whistling (WAV, MP3, OGG, FLAC). Of a long piece the first bars are kept; what a person should
    know stands in the setting `note`.

    Raises:
        LearnerError: empty, too large, damaged, hostile, or no tune.
    """
    from course_utils.audio.recordings import is_from_phone

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
    own = _own_file(data)
    if own is not None:
        return own
    if data[:4] == b"MThd" or (data[:4] == b"RIFF" and data[8:12] == b"RMID"):
        return _brought(data, "midi", title)
    if data[:2] == b"PK":
        return _brought(data, "mxl", title)
    if (
        data[:4] in SOUNDS
        or data[:3] == b"ID3"
        or data[:2] in MP3
        or is_from_phone(data)
        or suffix.lower() in ("wav", "mp3", "ogg", "flac", "aiff")
    ):
        return tune_from_recording(data, title)
    if re.match(rb"(\xef\xbb\xbf)?\s*<|\xff\xfe<|\xfe\xff\x00<", data[:200]):
        return tune_from_sheet(data, title)
    text = _text_of(data)
    if text is None:
        raise LearnerError(UNKNOWN)
    return tune_from_text(text, title)


def _text_of(data: bytes) -> str | None:
    """A text as old and new editors save it; None where it is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text if looks_like_abc(text) and "\0" not in text else None


def _brought(data: bytes, form: str, title: str, parent: Creation | None = None) -> Creation:
    """The music of a file, its own title first, except of MIDI, where a track's name is none."""
    read = read_music(data, form)
    named = title or read.title if form == "midi" else read.title or title
    what = EDITED_ELSEWHERE if parent else "brought in by the learner"
    told = " ".join(read.left_out)
    return own_tune(read.score, named, told, parent, what, chord_line=read.chord_line)


def tune_from_text(text: str, title: str = "", tempo: float = 100.0) -> Creation:
    """A tune from text: ABC if it has a line K: for the key, else note names
    (see `note_names.read_melody`).

    Raises:
        LearnerError: it cannot be read.
    """
    if looks_like_abc(text):
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
    if "\0" in text:
        raise LearnerError("That ABC tune is damaged. Copy it again from where you found it.")
    return _brought(text.encode("utf-8", "replace"), "abc", title)


def tune_from_sheet(data: bytes, title: str = "") -> Creation:
    """A tune in MusicXML; see `safe_xml` for what is refused. A sheet of the course that another
    program changed has the tune it was as its parent.

    Raises:
        LearnerError: it cannot be read.
    """
    return _brought(data, "sheet", title, made_from(data))


def tune_from_recording(data: bytes, title: str = "") -> Creation:
    """A melody hummed, sung or whistled by one voice.

    Raises:
        LearnerError: no recording, silent, or no melody in it.
    """
    from course_utils.audio.recordings import sound_from_file
    from course_utils.scores.pitch_tracking import notes_heard

    recording = sound_from_file(data, title)
    if recording.declared.plays_notes:
        return recording
    heard = notes_heard(recording)
    told = (str(recording.recipe.settings.get("note", "")), heard.told)
    return own_tune(
        Score(heard.notes, heard.speed, (4, 4), 0, ""),
        title or "my hummed tune",
        " ".join(filter(None, told)),
    )


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
    if creation.declared.audible:
        return None  # it may be somebody humming
    raise LearnerError(
        "That file holds no tune. Choose the file of a tune, or a MIDI, MusicXML or ABC file."
    )
