"""Layers of sound: heard, stereo, without offset or seam, as loud as asked, and the same for the
same seed.
"""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.audio.mastering import check
from course_utils.sounds.layers import RATE, SOURCES, layer_of, numbers_of, render
from course_utils.sounds.ring import Dice, curve, moments, ring_length
from course_utils.sounds.scenes import scenes, sound_of
from course_utils.sounds.sound_words import listen

SOME = ["rain", "ocean waves", "campfire", "owl", "train", "church bells", "choir", "lasers"]


def one(prompt: str, seed: int = 5, seconds: float = 3.0, loop: bool = False) -> np.ndarray:
    return sound_of(scenes(listen(prompt), seed, 1)[0], seed, seconds, loop)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_heard_in_stereo_with_numbers_of_its_own(source):
    n = ring_length(2.0)
    sound = SOURCES[source](n, Dice([3, 4]))
    assert sound.shape == (n, 2) and np.isfinite(sound).all() and sound.std() > 0
    assert np.abs(sound[:, 0] - sound[:, 1]).max() > 0.001 * np.abs(sound).max()
    assert numbers_of(source)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_closes_its_ring(source):
    """Around the join nothing jumps farther than elsewhere in the sound."""
    n = ring_length(2.0)
    sound = layer_of({"source": source}, n, Dice([8, 1]))
    jumps = np.abs(np.diff(sound, axis=0, append=sound[:1])).max(1)
    assert jumps[-1] <= np.quantile(jumps, 0.999) + 1e-6


@pytest.mark.parametrize("word", SOME)
def test_a_loop_has_no_seam(word):
    """Heard three times over, the join stands out in no band: no click, no gap."""
    sound = one(word, loop=True)
    again = np.concatenate([sound, sound, sound]).mean(1)
    frames = np.lib.stride_tricks.sliding_window_view(again, 256)[::64]
    highest = np.abs(np.fft.rfft(frames * np.hanning(256), axis=1))[:, 90:].sum(1)
    join = highest[(len(sound) - 192) // 64 : (len(sound) + 128) // 64]
    assert join.max() <= highest[: len(sound) // 64].max() * 1.3


@pytest.mark.parametrize("word", SOME)
def test_a_sound_is_stereo_centred_and_safe_for_ears(word):
    sound = one(word)
    measured = check(sound)
    assert sound.shape == (3 * RATE, 2)
    assert measured.offset < 1e-4 and measured.true_peak < -1.0
    assert measured.loudness == pytest.approx(-18, abs=1.5)
    assert np.abs(sound[:3]).max() < 0.01 and np.abs(sound[-3:]).max() < 0.01


def test_the_same_scene_and_seed_give_the_same_sound_and_another_seed_another():
    scene = scenes(listen("river"), 9, 1)[0]
    assert np.array_equal(sound_of(scene, 9, 2.0), sound_of(scene, 9, 2.0))
    assert not np.array_equal(sound_of(scene, 9, 2.0), sound_of(scene, 10, 2.0))


def test_a_scene_is_plain_data_that_fits_in_a_recipe():
    import json

    for prompt in ("heavy rain, thunder, wind and owls", "teleport"):
        for scene in scenes(listen(prompt), 3, 4):
            written = json.dumps(scene)
            assert len(written) < 4000
            assert np.array_equal(sound_of(json.loads(written), 3, 2.0), sound_of(scene, 3, 2.0))


def test_every_sound_of_a_prompt_is_in_the_scene():
    scene = scenes(listen("rain and owl and train"), 4, 1)[0]
    assert scene["words"] == ["rain", "owl", "train"]
    assert {"noise", "calls", "thumps"} <= {layer["source"] for layer in scene["layers"]}


def test_changing_words_change_pace_pitch_nearness_and_room():
    plain, slow = (scenes(listen(prompt), 2, 1)[0] for prompt in ("dripping", "slow dripping"))
    assert slow["layers"][0]["rate"] < plain["layers"][0]["rate"]
    deep = scenes(listen("deep dripping"), 2, 1)[0]
    assert deep["layers"][0]["low"] < plain["layers"][0]["low"]
    far, near = (scenes(listen(prompt), 2, 1)[0] for prompt in ("distant train", "train"))
    assert far["high"] < near.get("high", 20_000) and far["room"] > near.get("room", 0)


def test_strokes_that_belong_together_begin_together():
    n = ring_length(6.0)
    starts = [
        moments(n, Dice([seed, 2], [7, 7]), 2.0, "x..o", jitter=1.0).starts for seed in (1, 2)
    ]
    assert np.array_equal(*starts)
    assert not np.array_equal(starts[0], moments(n, Dice([1, 2]), 2.0, "x..o", jitter=1.0).starts)


def test_a_slow_curve_ends_where_it_began():
    wave = curve(ring_length(4.0), 0.5, Dice([1]))
    assert abs(wave[0] - wave[-1]) < 0.01 and 0 <= wave.min() < 0.35 and 0.65 < wave.max() <= 1


def test_a_silent_scene_ends_in_a_sentence():
    from course_utils.creation import LearnerError

    with pytest.raises(LearnerError, match="Nothing could be heard"):
        render({"layers": []}, 2.0, 1)
