"""Sound inside a page or a notebook's cell: compressed, a tenth of what a WAV file would take."""

from __future__ import annotations

import inspect
import io
from functools import lru_cache

from course_utils.audio.wav import from_wav
from course_utils.display.html import data_address

__all__ = ["sound_address"]

SMALLER = 0.7  # 0 to 1: about 100 kbit/s for 44.1 kHz in stereo
SMALL = 40_000  # bytes of a WAV file that is put in as it is


@lru_cache(maxsize=32)
def sound_address(wav: bytes, loops: bool = False) -> str:
    """The bytes of a WAV file as an address for `<audio>`: MP3, which every browser plays, or of a
    loop OGG, which begins and ends where it should; WAV where no library writes these.
    """
    kind, data = ("wav", wav) if len(wav) <= SMALL else compressed(wav, loops)
    return data_address(f"audio/{kind}", data)


def compressed(wav: bytes, loops: bool) -> tuple[str, bytes]:
    """What kind of sound file, and its bytes."""
    try:
        import soundfile
    except (ImportError, OSError):  # no library, or one without its own part in C
        return "wav", wav
    form, coding, kind = ("OGG", "VORBIS", "ogg") if loops else ("MP3", "MPEG_LAYER_III", "mpeg")
    try:
        samples, rate = from_wav(wav)
        buffer = io.BytesIO()
        with soundfile.SoundFile(
            buffer,
            "w",
            samplerate=rate,
            channels=samples.shape[1],
            format=form,
            subtype=coding,
            **smaller(soundfile.SoundFile),
        ) as file:
            # the Vorbis writer runs out of stack on long pieces at once
            for start in range(0, len(samples), rate):
                file.write(samples[start : start + rate])
    except (soundfile.SoundFileError, ValueError, TypeError):  # an old library knows no MP3
        return "wav", wav
    return kind, buffer.getvalue()


def smaller(writer: type) -> dict[str, float]:
    """How much to compress, where the library's writer can be told (from soundfile 0.13)."""
    told = "compression_level" in inspect.signature(writer).parameters
    return {"compression_level": SMALLER} if told else {}
