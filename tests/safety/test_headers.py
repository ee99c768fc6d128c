"""Sizes are known, and refused where they are too large, before anything is decoded."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image, features

from course_utils.creation import LearnerError
from course_utils.safety import headers
from tests.hostile import parts


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_the_size_of_a_picture_is_read_from_its_header(form):
    if form == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow writes no AVIF")
    size = headers.check_picture(parts.picture(form, 70, 48))
    assert (size.form, size.width, size.height) == (form, 70, 48)


def test_nothing_is_decoded_for_that(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: 1 / 0)
    assert headers.check_picture(parts.flat_png(3000)).width == 3000


@pytest.mark.parametrize(
    "data",
    [
        parts.flat_png(7000),
        parts.png(1, 2**31 - 1),
        parts.png(0, 5),
        b"",
        b"no picture",
        parts.png(20_000, 9),
        b"GIF89a" + b"\xff" * 9,
    ],
)
def test_a_picture_too_large_for_the_machine_is_refused(data):
    with pytest.raises(LearnerError):
        headers.check_picture(data)


def test_frames_and_channels_of_a_recording_are_counted():
    assert headers.check_sound(parts.sound("FLAC", "PCM_16", 2, 2))[:2] == (88_200, 2)
    for seconds, channels, rate in ((590, 8, 44_100), (700, 1, 8000)):
        with pytest.raises(LearnerError, match="long"):
            headers.check_sound(parts.sound("FLAC", "PCM_16", seconds, channels, rate))
    with pytest.raises(LearnerError, match="could not be read"):
        headers.check_sound(b"RIFF")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 61,
        "[" + "{}," * 200_000 + "{}]",
        '{"a":' * 70,
        '["' + "a" * 9 + '",' + "1," * 200_001,
    ],
)
def test_json_too_deep_or_too_full_is_refused(text):
    with pytest.raises(LearnerError):
        headers.check_json(text)


@pytest.mark.parametrize(
    "text", ["{}", '{"a": "[[[[' + "[" * 500 + '"}', '"\\"[["', "[1, 2]", "", '"never closed [[[']
)
def test_json_of_a_usual_size_passes_whatever_its_texts_hold(text):
    headers.check_json(text)


def test_a_zip_is_measured_by_its_table():
    assert headers.check_zip(parts.zipped({"a": b"x" * 500, "b": b""})) == 500
    for data in (
        parts.zipped({"a": bytes(50_000_000)}),
        b"PK\3\4",
        b"",
        parts.zipped({f"{n}": b"" for n in range(6000)}, zipfile.ZIP_STORED),
    ):
        with pytest.raises(LearnerError):
            headers.check_zip(io.BytesIO(data))


def test_midi_is_measured_by_its_head():
    assert headers.check_midi(parts.midi(parts.NOTE + parts.END)) == 1
    for data in (parts.midi(parts.END, claimed=9999), b"MThd", parts.midi(parts.NOTE * 60_000)):
        with pytest.raises(LearnerError):
            headers.check_midi(data)
