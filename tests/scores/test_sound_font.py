"""A font of which only some presets are unpacked sounds as the whole one does."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections import OrderedDict

import numpy as np
import pytest

from course_utils.creation import LearnerError
from course_utils.scores import rendering, synth
from course_utils.scores.score import Note, Part, Score
from course_utils.scores.sound_font import DRUMS, _tables, with_only

tinysoundfont = pytest.importorskip("tinysoundfont")
PROGRAMS = [0, 13, 24, 33, 40, 48, 52, 73, 80, 105, 127]
MEMORY = """
import sys, psutil
from course_utils.scores import synth
if sys.argv[1] == "whole":
    import tinysoundfont
    kept = tinysoundfont.Synth(samplerate=synth.RATE, gain=-6)
    kept.sfload(str(synth.SOUND_FONT))
else:
    synth.preload()
print(psutil.Process().memory_info().rss / 1e6)
"""


def played(font, programs: list) -> dict:
    """Half a second of a low, a middle and a high note, by program; "drums": the usual kit."""
    player = tinysoundfont.Synth(samplerate=synth.RATE, gain=-6)
    player.sfload(font)
    found = {}
    for key in programs:
        player.sounds_off()
        player.generate(synth.RATE)
        drums = key == "drums"
        player.program_change(0, 0 if drums else key, drums)
        for pitch in (36, 60, 84):
            player.noteon(0, pitch, 90)
        found[key] = np.frombuffer(bytes(player.generate(synth.RATE // 2)), np.float32)
    return found


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """But for rounding: a place in a shorter list of recordings has more digits. A step of 16 bits
    is 3e-5.
    """
    return np.abs(one - other).max() < 1e-5


@pytest.fixture(scope="module")
def font() -> bytes:
    return synth.SOUND_FONT.read_bytes()


def test_every_instrument_sounds_as_in_the_whole_font(font):
    some = with_only(font, {(0, program) for program in PROGRAMS} | {(DRUMS, 0)})
    whole, few = (played(one, [*PROGRAMS, "drums"]) for one in (font, some))
    for program in PROGRAMS:
        assert same(few[program], whole[program]), program
        assert np.abs(whole[program]).max() > 0
    assert same(few["drums"], whole["drums"])


def test_others_are_silenced_or_short_but_never_wrong(font):
    assert len(with_only(font, set())) < len(font) / 20
    assert np.isfinite(played(with_only(font, {(0, 0)}), [73])[73]).all()


def test_a_recording_outside_the_font_is_no_sound_font(font):
    changed, start = bytearray(font), dict(_tables(font))[b"shdr"][0]
    for number in range(60):
        struct.pack_into("<I", changed, start + 46 * number + 24, 1 << 30)
    with pytest.raises(ValueError, match="outside"):
        with_only(bytes(changed), {(0, program) for program in range(128)})


def bells(program: int = 13) -> Score:
    notes = (Note(0, 1, 60, 90, 0), Note(0, 1, 36, 90, 1))
    parts = (Part("bells", program), Part("drums", 0, True))
    return Score(notes, 100, (4, 4), program, "C", parts)


def test_a_score_sounds_the_same_to_the_last_bit_whatever_was_played_before(monkeypatch):
    monkeypatch.setattr(synth, "_synths", OrderedDict())
    monkeypatch.setattr(rendering, "_strokes", OrderedDict())
    alone = synth.samples(bells())
    half = synth.RATE // 2  # what has a pitch; strokes of drums are played at the full rate
    played = [(half, {(0, 13)}), (synth.RATE, {(DRUMS, 0)})]
    assert np.abs(alone).max() > 0.1 and list(synth._synths) == played
    monkeypatch.setattr(synth, "_synths", OrderedDict())
    monkeypatch.setattr(rendering, "_strokes", OrderedDict())
    synth.preload()
    synth.samples(bells(9))
    assert np.array_equal(synth.samples(bells()), alone)
    assert np.array_equal(synth.samples(bells()), alone)


def test_many_instruments_do_not_add_up_for_ever(monkeypatch):
    monkeypatch.setattr(synth, "_synths", OrderedDict())
    monkeypatch.setattr(synth, "MOST_SETS", 2)
    with synth._lock:
        for program in (5, 6, 5, 7):
            synth._synth_for({(0, program)})
    assert [presets for _, presets in synth._synths] == [{(0, 5)}, {(0, 7)}]


@pytest.mark.parametrize("kept", [0, 5, 3000, 0.999])
def test_a_font_cut_short_gets_a_sentence(kept, font, monkeypatch, tmp_path):
    path = tmp_path / "font.sf3"
    path.write_bytes(font[: int(kept * len(font)) if kept == 0.999 else kept])
    monkeypatch.setattr(synth, "SOUND_FONT", path)
    monkeypatch.setattr(synth, "_synths", OrderedDict())
    with pytest.raises(LearnerError, match="sounds.*start.py"):
        synth.preload()


def test_it_takes_much_less_memory():
    used = {
        way: float(subprocess.check_output([sys.executable, "-c", MEMORY, way], text=True))
        for way in ("whole", "usual")
    }
    assert used["usual"] < used["whole"] - 150, used
