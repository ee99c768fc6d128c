"""How large a file will be once it is opened, read from its first bytes before it is decoded.

Sizes are those the file claims. A file that claims too much is refused here; one that lies is cut
off by its decoder, which runs with limits (limited.py).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from course_utils.errors import LearnerError

__all__ = ["NO_SOUND", "check_json", "check_picture", "check_sound", "picture_size"]

MOST_PIXELS = 40_000_000
MOST_PIXELS_JPEG = 80_000_000  # a JPEG is decoded small
LONGEST_SIDE = 16_384
MOST_FRAMES = 200
MOST_SAMPLES = 60_000_000  # frames x channels of a recording
MOST_CHANNELS = 8
MOST_ITEMS = 200_000  # of JSON
DEEPEST = 60
LARGEST_UNZIPPED = 1_000_000_000
MOST_FILES = 5001
MOST_RATIO = 400  # unpacked bytes for each packed one, of files over a megabyte
NO_SOUND = (
    "That file could not be read as a sound: it is damaged or something else. Choose a WAV, MP3,"
    " OGG or FLAC file. Your earlier sounds are still here."
)


@dataclass(frozen=True)
class PictureSize:
    """A picture's form and pixels, as its header says."""

    form: str
    width: int
    height: int


def picture_size(data: bytes) -> PictureSize | None:
    """The size of a PNG, JPEG, WEBP, GIF, BMP, TIFF or AVIF picture; None for anything else."""
    from PIL import Image

    try:
        form = next(form for form, found in SIGNS if found(data))
        if form == "PNG":
            return PictureSize(form, *struct.unpack(">II", data[16:24]))
        if form == "GIF":
            return PictureSize(form, *struct.unpack("<HH", data[6:10]))
        if form == "AVIF":
            place = data[:4096].find(b"ispe")
            return PictureSize(form, *struct.unpack(">II", data[place + 8 : place + 16]))
        with Image.open(io.BytesIO(data), formats=[form]) as picture:  # reads the header alone
            return PictureSize(form, *picture.size)
    except (StopIteration, struct.error):
        return None
    except Exception:  # readers raise almost anything on hostile headers
        return None


SIGNS = (
    ("PNG", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR"),
    ("GIF", lambda data: data[:6] in (b"GIF87a", b"GIF89a")),
    ("JPEG", lambda data: data.startswith(b"\xff\xd8\xff")),
    ("WEBP", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP"),
    ("BMP", lambda data: data.startswith(b"BM")),
    ("TIFF", lambda data: data[:4] in (b"II*\0", b"MM\0*")),
    ("AVIF", lambda data: data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis")),
)


def check_picture(data: bytes) -> PictureSize:
    """The size of a picture that this machine can open.

    Raises:
        LearnerError: it is no picture, or has too many pixels.
    """
    size = picture_size(data)
    if size is None or min(size.width, size.height) < 1:
        raise LearnerError("That picture could not be read. Choose a PNG or JPEG.")
    pixels = size.width * size.height
    most = MOST_PIXELS_JPEG if size.form == "JPEG" else MOST_PIXELS
    if pixels > most or max(size.width, size.height) > LONGEST_SIDE:
        raise LearnerError(
            f"That picture has {size.width:,} by {size.height:,} pixels, too many to open here. "
            "Save it smaller, then choose it again."
        )
    return size


def check_sound(data: bytes, longest: float = 600.0) -> tuple[int, int, int]:
    """Frames, channels and rate of a recording that this machine can open.

    Raises:
        LearnerError: it is no recording, too long, or has too many channels.
    """
    import soundfile

    try:
        about = soundfile.info(io.BytesIO(data))
    except Exception as problem:  # decoders raise almost anything on hostile files
        raise LearnerError(NO_SOUND) from problem
    frames, channels, rate = about.frames, about.channels, about.samplerate
    if not 1 <= channels <= MOST_CHANNELS or not 4000 <= rate <= 192_000 or frames < 0:
        raise LearnerError(
            "That recording has an unusual format. Save it as an ordinary WAV or MP3 file, "
            "then choose it again."
        )
    if frames / rate > longest:
        raise LearnerError(
            f"That recording is {frames / rate / 60:.0f} minutes long and the limit is"
            f" {longest / 60:.0f}. Cut out the part you want and choose it again."
        )
    if frames * channels > MOST_SAMPLES:
        raise LearnerError(
            f"That recording is too long for this machine ({frames / rate / 60:.0f} minutes, "
            f"{channels} channels). Cut out the part you want and choose it again."
        )
    return frames, channels, rate


def check_json(data: bytes | str, most: int = MOST_ITEMS, deepest: int = DEEPEST) -> None:
    """JSON that is neither too deep nor too full, counted without reading it into objects.

    Raises:
        LearnerError: it is.
    """
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    depth = items = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*+"|[\[{}\],]', text, re.S):
        sign = found[0][0]
        depth += (sign in "[{") - (sign in "]}")
        items += sign in "[{,"
        if depth > deepest or items > most:
            raise LearnerError(
                "That file is nested or filled beyond anything the course writes. "
                "Try the original file."
            )


def check_zip(data: bytes | io.IOBase) -> int:
    """The bytes that a zip unpacks to, as its table says.

    Raises:
        LearnerError: it is no zip, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data) as bundle:
            listed = bundle.infolist()
    except Exception as problem:  # hostile archives raise almost anything
        raise LearnerError(
            "That file is no zip, or it is damaged. Try an earlier copy."
        ) from problem
    whole = sum(one.file_size for one in listed)
    bomb = any(
        one.file_size > 1_000_000 and one.file_size > MOST_RATIO * max(one.compress_size, 1)
        for one in listed
    )
    if len(listed) > MOST_FILES or whole > LARGEST_UNZIPPED or bomb:
        raise LearnerError("That zip unpacks to more than a computer can hold. It was not opened.")
    return whole


def check_midi(data: bytes, largest: int = 400_000) -> int:
    """The number of tracks of a MIDI file.

    Raises:
        LearnerError: it is none, or enormous.
    """
    if data[:4] != b"MThd" or len(data) < 14:
        raise LearnerError("That file is no MIDI file, or it is damaged. Choose another one.")
    tracks = int.from_bytes(data[10:12], "big")
    if len(data) > largest or tracks > 256:
        raise LearnerError(
            "That MIDI file is enormous. Cut out a few minutes of it in a music program, "
            "then choose it."
        )
    return tracks
