"""Small files that unpack to gigabytes are refused, or opened within limits, wherever they come."""

from __future__ import annotations

import io
import threading

import numpy as np
import psutil
import pytest

from course_utils.audio.recordings import sound_from_file
from course_utils.creation import LearnerError
from course_utils.pictures import uploads
from course_utils.pictures.uploads import decode_picture, picture_from_file
from tests.hostile.parts import flat_png, sound


def peak_beyond(job) -> int:
    """Bytes of memory that this process had in use at most while a job ran, beyond before."""
    me, done, most = psutil.Process(), threading.Event(), [0]
    before = me.memory_info().rss

    def look() -> None:
        while not done.is_set():
            most[0] = max(most[0], me.memory_info().rss)
            done.wait(0.005)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        job()
    finally:
        done.set()
        watching.join()
    return most[0] - before


def test_a_flat_picture_of_67_million_pixels_is_refused_by_its_head():
    with pytest.raises(LearnerError, match="67 million pixels"):
        picture_from_file(flat_png(8192))


def test_large_pictures_at_once_are_opened_one_after_the_other():
    data = flat_png(5000)  # 25 million pixels, a few hundred kilobytes
    picture_from_file(flat_png(64))  # the libraries are loaded

    def three() -> None:
        threads = [threading.Thread(target=decode_picture, args=(data,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert peak_beyond(three) < 120_000_000


def test_a_picture_opened_in_a_process_of_its_own_is_the_same(monkeypatch):
    from PIL import Image

    drawn = Image.effect_mandelbrot((900, 700), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    out = io.BytesIO()
    drawn.save(out, "PNG")
    here = decode_picture(out.getvalue())
    monkeypatch.setattr(uploads, "DECODED_HERE", 1000)
    assert np.array_equal(np.asarray(decode_picture(out.getvalue())), np.asarray(here))


@pytest.mark.parametrize("cut", [0, 1])
def test_sentences_come_out_of_the_other_process(monkeypatch, cut):
    monkeypatch.setattr(uploads, "DECODED_HERE", 1000)
    with pytest.raises(LearnerError, match="could not be read as a picture"):
        decode_picture(flat_png(300)[: -40 - cut])


def test_eight_channels_never_stand_side_by_side():
    data = sound("FLAC", "PCM_16", 150, 8, 44100)
    assert len(data) < 1_000_000 and 150 * 8 * 44100 < 60_000_000
    sound_from_file(_tone())  # the libraries are loaded

    def silent() -> None:
        with pytest.raises(LearnerError, match="silent"):
            sound_from_file(data)

    assert peak_beyond(silent) < 120_000_000


def test_an_eight_channel_recording_of_minutes_is_refused_by_its_head():
    with pytest.raises(LearnerError, match="8 channels"):
        sound_from_file(sound("FLAC", "PCM_16", 400, 8, 44100))


def _tone() -> bytes:
    from course_utils.audio.wav import to_wav

    return to_wav(0.3 * np.sin(np.arange(32000) / 20))
