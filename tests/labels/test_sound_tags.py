"""The tags of OGG and MP3 files: damaged ones never raise, and no sound is lost by a text."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as some
from wall_works import sound

from course_utils import files
from course_utils.labels import id3, ogg_pages

TAGS = {".ogg": ogg_pages, ".mp3": id3}


@cache
def packed(suffix: str) -> bytes:
    return files.pack(sound(), suffix)


def read(data: bytes, suffix: str) -> tuple[dict[str, str], str]:
    if suffix == ".ogg":
        return ogg_pages.comments(data), ogg_pages.sound_print(data)
    return id3.texts(data), id3.sound_print(data)


@pytest.mark.parametrize("suffix", TAGS)
@settings(max_examples=150, deadline=None)
@given(places=some.lists(some.integers(0, 400), max_size=12), cut=some.integers(0, 500))
def test_damaged_tags_raise_nothing(suffix, places, cut):
    data = bytearray(packed(suffix))
    for place in places:
        data[place] ^= 0xFF
    texts, print_now = read(bytes(data[cut:]), suffix)
    assert isinstance(texts, dict) and isinstance(print_now, str)


@pytest.mark.parametrize("suffix", TAGS)
def test_the_fingerprint_is_of_what_sounds(suffix):
    data = packed(suffix)
    more = [("TITLE", "x" * 70_000)]
    titled = (
        ogg_pages.with_comments(data, more)
        if suffix == ".ogg"
        else id3.with_frames(data, [id3.named_text(*more[0])])
    )
    assert read(titled, suffix)[1] == read(data, suffix)[1] != ""
    before, after = (soundfile.read(io.BytesIO(one))[0] for one in (data, titled))
    assert np.array_equal(before, after)
