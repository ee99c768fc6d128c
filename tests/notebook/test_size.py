"""What a cell shows stays small: sound is compressed, large files are linked."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from course_utils import download_all, make_backing, make_texture, show_history
from course_utils.audio.wav import from_wav, to_wav
from course_utils.creation import Creation, Recipe
from course_utils.display.links import CARRIED, file_link
from course_utils.display.sound_in_page import sound_address
from course_utils.portfolio.store import Portfolio


def hum(seconds: float) -> bytes:
    wave = 0.3 * np.sin(2 * np.pi * 220 * np.arange(int(seconds * 44100)) / 44100)
    return to_wav(np.stack([wave, wave], 1), 44100)


@pytest.mark.parametrize(("loops", "kind"), [(False, "audio/mpeg"), (True, "audio/ogg")])
def test_a_sound_in_a_page_is_compressed_and_still_the_sound(loops, kind):
    import soundfile

    wav = hum(10)
    head, _, data = sound_address(wav, loops).partition(";base64,")
    heard, rate = soundfile.read(io.BytesIO(base64.b64decode(data)))
    assert head == f"data:{kind}" and len(data) < len(wav) / 5
    assert abs(len(heard) / rate - 10) < 0.1 and np.abs(heard).max() == pytest.approx(0.3, abs=0.05)


def test_without_a_library_the_wav_is_put_in(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "soundfile", None)
    wav = hum(1.5)
    _, _, data = sound_address(wav).partition(";base64,")
    assert from_wav(base64.b64decode(data))[0].shape == from_wav(wav)[0].shape


def test_a_band_and_the_history_take_little_room():
    tracks = make_backing("C G Am F", seed=1)
    sounds = make_texture("birds", seed=1)
    assert len(tracks._repr_html_()) < 2_000_000 and len(sounds._repr_html_()) < 2_000_000
    assert len(show_history()._repr_html_()) < 3_000_000


def test_everything_as_a_zip_is_linked_not_carried(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (44100 * 6, 2))
    Portfolio().save(Creation(recipe=Recipe(kind="sound", prompt="hiss"), content=to_wav(noise)))
    shown = download_all()._repr_html_()
    assert len(shown) < 2000 and 'href="my_creations/' in shown and ".zip" in shown


def test_a_file_outside_the_folder_of_the_notebook_is_named(tmp_path, monkeypatch):
    (tmp_path / "lesson").mkdir()
    monkeypatch.chdir(tmp_path / "lesson")
    large, small = tmp_path / "large.zip", tmp_path / "small.zip"
    large.write_bytes(bytes(CARRIED + 1)), small.write_bytes(b"PK")
    assert "download large.zip" in file_link(large, "x") and "href" not in file_link(large, "x")
    assert 'href="data:application/zip' in file_link(small, "x", "application/zip")
    assert "&lt;b&gt;" in file_link(small, "<b>")
