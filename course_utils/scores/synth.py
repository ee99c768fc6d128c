"""Tunes as sound: notes played by the sound font that ships with the course,
as a WAV file with the recipe inside.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import struct
import threading
import wave
from collections import OrderedDict
from functools import lru_cache
from typing import Any

from course_utils.creation import BadRecipe, Creation, LearnerError
from course_utils.models.embedded import FOLDER
from course_utils.models.onnx_session import AGAIN, DAMAGED, return_freed_memory
from course_utils.scores.midi import channel_of, read_midi
from course_utils.scores.score import Score
from course_utils.scores.sound_font import DRUMS, Preset, with_only

RATE = 22050  # samples a second, mono: half the size of CD sound, enough for single instruments
LOUDEST = 0.7  # of full scale, about -3 dB
# root mean square: at the same peak a flute is twice as loud as a harp, and would startle after it
STEADIEST = 0.12
LONGEST = 180.0  # seconds of sound
SOUND_FONT = FOLDER / "soundfont" / "FluidR3Mono_GM.sf3"
NO_SOUND = (
    "This Python has no sound library, so the tune cannot be heard here; its notes are shown and"
    " saved. To hear it, set the course up with Python 3.12."
)
PIANO: set[Preset] = {(0, 0)}
MOST_SETS = 8  # of instruments that are kept unpacked; each takes a few MB
_lock = threading.Lock()
_synths: OrderedDict[frozenset[Preset], Any] = OrderedDict()  # the one used last is at the end


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


def _synth_for(presets: set[Preset]) -> Any:
    """A synthesizer with just these presets of the sound font: so a tune sounds the same to the
    last bit, whatever was played before. The lock is held.

    Raises:
        LearnerError: see `preload`.
    """
    key = frozenset(presets)
    if key in _synths:
        _synths.move_to_end(key)
        return _synths[key]
    if not can_play():
        raise LearnerError(NO_SOUND)
    import tinysoundfont

    try:
        font = with_only(SOUND_FONT.read_bytes(), presets)
        made = tinysoundfont.Synth(samplerate=RATE, gain=-6)
        made.sfload(font)
    except (OSError, ValueError, RuntimeError) as problem:
        raise LearnerError(DAMAGED.format(what="the sounds", again=AGAIN)) from problem
    del font
    while len(_synths) >= MOST_SETS:
        _synths.popitem(last=False)
    return_freed_memory()
    _synths[key] = made
    return made


def presets_of(score: Score) -> set[Preset]:
    """The presets a score is played on; drums fall back on the usual kit."""
    if not score.parts:
        return {(0, score.program % 128)}
    found = {(DRUMS if part.drums else 0, part.program % 128) for part in score.parts}
    return found | ({(DRUMS, 0)} if any(part.drums for part in score.parts) else set())


def samples(score: Score, tail: float = 1.2):
    """The sound of a score and `tail` seconds in which it dies away: float32 array of shape (n,),
    at RATE, between -LOUDEST and LOUDEST.
    """
    import numpy as np

    second = 60 / max(score.tempo, 1)
    channels = [channel_of(score.parts, number) for number in range(len(score.parts))] or [0]
    events = sorted(
        [(n.start * second, 1, channels[n.part], n.pitch, n.velocity) for n in score.notes]
        + [
            ((n.start + n.length * 0.97) * second, 0, channels[n.part], n.pitch, 0)
            for n in score.notes
        ]
    )
    end = max(time for time, *_ in events) if events else 0
    parts, clock = [], 0
    with _lock:
        player = _synth_for(presets_of(score))
        player.sounds_off()
        if score.parts:
            for part, channel in zip(score.parts, channels):
                player.program_change(channel, part.program % 128, part.drums)
        else:
            player.program_change(0, score.program % 128, False)
        for time, on, channel, pitch, velocity in [
            *events,
            (min(end + tail, LONGEST), None, 0, 0, 0),
        ]:
            frames = round(min(time, LONGEST) * RATE) - clock
            if frames > 0:
                parts.append(
                    np.frombuffer(bytes(player.generate(frames)), dtype=np.float32)
                    .reshape(-1, 2)
                    .mean(1)
                )
                clock += frames
            if on == 1:
                player.noteon(channel, pitch, velocity)
            elif on == 0:
                player.noteoff(channel, pitch)
        player.sounds_off()
    sound = np.concatenate(parts) if parts else np.zeros(RATE, np.float32)
    fade = min(len(sound), RATE // 2)
    sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return levelled(sound)


def levelled(sound):
    """Samples as loud as they may be: neither the peak above LOUDEST nor the root mean square
    above STEADIEST.
    """
    import numpy as np

    peak, level = (
        float(np.abs(sound).max()),
        float(np.sqrt(np.dot(sound, sound) / max(1, len(sound)))),
    )
    return sound * min(LOUDEST / peak, STEADIEST / level) if peak > 0 else sound


def loop(score: Score):
    """The sound of a score exactly as long as its bars, to be repeated without a seam:
    what rings on after the end is laid under the beginning.
    """
    import math

    import numpy as np

    bars = math.ceil(score.length / score.bar_length - 0.05)
    length = round(bars * score.bar_length * 60 / score.tempo * RATE)
    ringing = samples(score, tail=2.0)
    folded = np.zeros(length, np.float32)
    for start in range(0, len(ringing), length):
        piece = ringing[start : start + length]
        folded[: len(piece)] += piece
    return levelled(folded)


@lru_cache(maxsize=8)  # a page, a file and a player ask for the same sound
def wav(midi: bytes) -> bytes:
    """A WAV file (16 bit, mono) of a MIDI file."""
    return wav_of(samples(read_midi(midi)))


def wav_of(sound) -> bytes:
    """A WAV file (16 bit, mono) of samples between -1 and 1."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def pack(creation: Creation) -> bytes:
    """The WAV file of a tune; record and notes stand in its LIST/INFO comment and keywords (RIFF,
    Microsoft 1991).
    """

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    info = (
        b"INFO"
        + chunk(b"ICMT", creation.record().encode())
        + chunk(b"IKEY", base64.b64encode(creation.content))
        + chunk(b"ISFT", b"course_utils, a tune made with AI")
    )
    body = wav(creation.content)[12:] + chunk(b"LIST", info)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found, place = {}, 0
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack("<I", data[place + 4 : place + 8])[0]
        found[name] = data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    return found


def unpack(data: bytes) -> Creation:
    """The tune a WAV file was made from.

    Raises:
        BadRecipe: not one of our WAV files, or damaged.
    """
    info = (
        _chunks(data[12:]).get(b"LIST", b"")
        if data[:4] == b"RIFF" and data[8:12] == b"WAVE"
        else b""
    )
    parts = _chunks(info[4:]) if info[:4] == b"INFO" else {}
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
    return Creation.from_record(record, content)
