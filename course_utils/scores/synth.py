"""Tunes as sound: notes played by the sound font that ships with the course,
as a WAV file with the recipe inside.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import threading
import wave
from collections import OrderedDict
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from typing import Any

from course_utils.audio.wav import SOUND_CHANGED, info_of, prints, with_info
from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.errors import ChangedElsewhere
from course_utils.models.embedded import FOLDER
from course_utils.models.onnx_session import AGAIN, DAMAGED, return_freed_memory
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Score
from course_utils.scores.sound_font import Preset, with_only

__all__ = [
    "NO_SOUND",
    "RATE",
    "SOUND_FONT",
    "can_play",
    "loop",
    "pack",
    "preload",
    "samples",
    "silence_before",
    "unpack",
    "wav",
    "wav_of",
]

RATE = 44_100  # samples a second, stereo
LOUDEST = 0.78  # of full scale, -2.2 dB: between two samples it may be a decibel more
LOUDNESS = -17.5  # LUFS: the same for a flute and a harp, so that none startles after the other
SILENCE = 1e-5  # a peak under which nothing is heard
BREATH = 0.12  # seconds of silence before the first note, at most twice as much
LONGEST = 300.0  # seconds of sound
SOUND_FONT = FOLDER / "soundfont" / "FluidR3Mono_GM.sf3"
NO_SOUND = (
    "This Python has no sound library, so the tune cannot be heard here; its notes are shown and"
    " saved. To hear it, set the course up with Python 3.12."
)
PIANO: set[Preset] = {(0, 0)}
MOST_SETS = 8  # of instruments that are kept unpacked; each takes a few MB
_lock = threading.Lock()
_synths: OrderedDict[tuple[int, frozenset[Preset]], Any] = (
    OrderedDict()
)  # the one used last is at the end


def can_play() -> bool:
    """Whether the sound library is here; some Pythons have no ready-made package of it.

    Notes and pictures of a tune need none.
    """
    try:
        return importlib.util.find_spec("tinysoundfont") is not None
    except ValueError:  # switched off by somebody
        return False


def preload() -> None:
    """Load the usual instruments of the sound font; safe from any thread.

    Raises:
        LearnerError: the sound library is not installed, or the font's file is damaged.
    """
    with _lock:
        _synth_for(PIANO)


def _player(rate: int, presets: set[Preset]) -> Any:
    """A synthesizer for a rate with some presets; see `_synth_for`."""
    return _synth_for(presets, rate)


def _synth_for(presets: set[Preset], rate: int = RATE // 2) -> Any:
    """A synthesizer with just these presets of the sound font: so a tune sounds the same to the
    last bit, whatever was played before. The lock is held.

    Raises:
        LearnerError: see `preload`.
    """
    key = (rate, frozenset(presets))
    if key in _synths:
        _synths.move_to_end(key)
        return _synths[key]
    if not can_play():
        raise LearnerError(NO_SOUND)
    import tinysoundfont

    try:
        with SOUND_FONT.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as whole:
            font = with_only(whole, presets)
        made = tinysoundfont.Synth(samplerate=rate, gain=-6)
        made.sfload(font)
    except (OSError, ValueError, RuntimeError) as problem:
        raise LearnerError(DAMAGED.format(what="the sounds", again=AGAIN)) from problem
    del font
    while len(_synths) >= MOST_SETS:
        _synths.popitem(last=False)
    return_freed_memory()
    _synths[key] = made
    return made


def samples(score: Score, tail: float = 1.2):
    """The sound of a score and `tail` seconds in which it dies away: float32 array of shape (n, 2),
    at RATE, as loud as LOUDNESS and nowhere above LOUDEST.
    """
    return levelled(rendered_alone(score, tail))


def rendered_alone(score: Score, tail: float = 1.2):
    """The same before it is brought to its loudness."""
    from course_utils.scores.rendering import rendered

    with _lock:
        sound = rendered(score, tail, LONGEST, _player)
    return_freed_memory()
    return sound


def levelled(sound, ring: bool = False):
    """Samples at LOUDNESS whose peaks stay under LOUDEST; silence stays silent."""
    import numpy as np

    from course_utils.audio import fast_levels

    if not len(sound) or float(np.abs(sound).max()) < SILENCE:
        return sound
    return fast_levels.levelled(sound, LOUDNESS, LOUDEST, RATE, ring)


def loop(score: Score):
    """The sound of a score exactly as long as its bars, to be repeated without a seam:
    what rings on after the end is laid under the beginning.
    """
    import math

    import numpy as np

    bars = math.ceil(score.length / score.bar_length - 0.05)
    length = round(bars * score.bar_length * 60 / score.tempo * RATE)
    ringing = samples(score, tail=2.0)
    folded = np.zeros((length, 2), np.float32)
    for start in range(0, len(ringing), length):
        piece = ringing[start : start + length]
        folded[: len(piece)] += piece
    return levelled(folded, ring=True)


@lru_cache(maxsize=4)  # a page, a file and a player ask for the same sound
def wav(midi: bytes) -> bytes:
    """A WAV file (16 bit, stereo) of a MIDI file; it begins with the first note."""
    score = read_midi(midi)
    return wav_of(samples(score)[round(silence_before(score) * RATE) :])


def silence_before(score: Score) -> float:
    """Seconds that are left out before the first note: nobody waits for the empty part of a bar in
    which an upbeat stands.
    """
    first = min((note.start for note in score.notes), default=0.0) * 60 / max(score.tempo, 1)
    return first - BREATH if first > 2 * BREATH else 0.0


def wav_of(sound) -> bytes:
    """A WAV file (16 bit) of samples between -1 and 1, one column a channel."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(sound.shape[1] if sound.ndim > 1 else 1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def pack(creation: Creation) -> bytes:
    """The WAV file of a tune; record and notes stand in its LIST/INFO comment and keywords (RIFF,
    Microsoft 1991).
    """
    told = {
        b"ICMT": creation.record().encode(),
        b"IKEY": base64.b64encode(creation.content),
        b"ISFT": b"course_utils, a tune made with AI",
    }
    return with_info(wav(creation.content), told)


def is_mine(data: bytes) -> bool:
    """Whether a WAV file holds the notes of a tune beside its sound."""
    return b"IKEY" in info_of(data)


def unpack(data: bytes) -> Creation:
    """The tune a WAV file was made from.

    Raises:
        BadRecipe: not one of our WAV files, or damaged; or its sound was changed and its notes are
            not those that it plays.
    """
    parts = info_of(data)
    if b"ICMT" not in parts or b"IKEY" not in parts:
        raise BadRecipe(
            "This sound holds no recipe: it was not made with the course, or an app removed it. Try"
            " the original file."
        )
    try:
        content = base64.b64decode(parts[b"IKEY"], validate=True)
        record = parts[b"ICMT"].decode("utf-8")
    except ValueError as problem:
        raise BadRecipe(
            "The notes inside this sound are damaged. Try the original file from your portfolio."
        ) from problem
    read_midi(content)
    creation = Creation.from_record(record, content)
    kept, now = prints(parts, data)
    if kept not in ("", now):
        raise ChangedElsewhere(SOUND_CHANGED)
    return creation
