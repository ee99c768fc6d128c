"""What the course computes in numpy alone, against scipy, which it does not need."""

import numpy as np
import pytest
import scipy.fft as fft
import scipy.ndimage as ndimage
import scipy.signal as signal
from scipy.interpolate import CubicSpline

from course_utils.audio import filters
from course_utils.finetune.drawings import grown, joined_to
from course_utils.provenance.picture_watermark import GRID, cosines
from course_utils.sounds.sources import ring_spline

RATE = 44_100


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("order", (2, 4, 6))
@pytest.mark.parametrize(
    "hertz, kind",
    [(42.0, "high"), (900, "low"), (15_000, "low"), ((180, 420), "band"), ((350, 9600), "band")],
)
def test_butterworth_answers_as_scipys(order, hertz, kind):
    mine = filters.butterworth(order, hertz, kind, RATE)
    theirs = signal.butter(order, hertz, kind, fs=RATE, output="sos")
    frequencies = np.geomspace(5, 20_000, 500)
    found, expected = (signal.sosfreqz(sos, frequencies, fs=RATE)[1] for sos in (mine, theirs))
    assert np.abs(found - expected).max() < 1e-7


@pytest.mark.parametrize("hertz, quality", [(61.0, 180.0), (440.0, 12.0), (6_900.0, 60.0)])
def test_a_resonance_is_scipys_iirpeak(hertz, quality):
    numerator, denominator = signal.iirpeak(hertz, quality, fs=RATE)
    expected = np.concatenate([numerator, denominator])
    assert np.allclose(filters.resonance(hertz, quality, RATE)[0], expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("shape", [(1,), (2,), (17,), (5000,), (70_001, 2)])
def test_a_filter_gives_what_the_plain_recursion_gives(shape):
    sections = signal.butter(4, (40, 6000), "band", fs=RATE, output="sos")
    sound = noise(*shape)
    expected = signal.sosfilt(sections, sound, axis=0)
    assert np.allclose(filters.filtered(sections, sound), expected, rtol=0, atol=1e-9)


def test_a_long_sound_is_filtered_in_pieces_without_a_seam(monkeypatch):
    sections, sound = filters.butterworth(4, 42.0, "high", RATE), noise(9_001, 2)
    whole = filters.filtered(sections, sound)
    for piece in (1, 2, 1000):
        if piece < 1000:
            monkeypatch.setattr(filters, "CHUNK", piece)
            assert np.allclose(filters.filtered(sections, sound[:400]), whole[:400], atol=1e-12)
        else:
            monkeypatch.setattr(filters, "CHUNK", piece)
            assert np.allclose(filters.filtered(sections, sound), whole, atol=1e-12)


def test_a_filter_keeps_32_bits():
    sound = noise(3000, 2).astype(np.float32)
    sections = filters.butterworth(2, 900, "low", RATE)
    assert filters.filtered(sections, sound).dtype == np.float32
    assert filters.filtered(sections, sound.astype(float)).dtype == np.float64


@pytest.mark.parametrize(
    "one, other",
    [((50_000, 2), (7497, 2)), ((30_000, 1), (700, 2)), ((300,), (5000,)), ((1, 2), (1, 2))],
)
def test_convolution_is_scipys(one, other):
    sound, answer = noise(*one), noise(*other, seed=1)
    expected = signal.fftconvolve(sound, answer, axes=0)
    assert np.allclose(filters.convolved(sound, answer), expected, rtol=0, atol=1e-9)


def test_convolution_keeps_32_bits():
    sound, answer = noise(9000, 2).astype(np.float32), noise(99, 2).astype(np.float32)
    assert filters.convolved(sound, answer).dtype == np.float32


@pytest.mark.parametrize("up, down", [(1, 2), (2, 1), (160, 441), (147, 160), (441, 80), (3, 3)])
@pytest.mark.parametrize("shape", [(1,), (37,), (5_001,), (2_000, 2)])
def test_another_rate_is_scipys(up, down, shape):
    sound = noise(*shape)
    expected = signal.resample_poly(sound, up, down)
    assert np.allclose(filters.resampled(sound, up, down), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("edge, theirs", [("mirror", "reflect"), ("nearest", "nearest")])
@pytest.mark.parametrize("size", (1, 3, 60, 441))
def test_what_is_around_is_scipys(edge, theirs, size):
    for mode, other in ((edge, theirs), ("wrap", "wrap")):
        values = np.abs(noise(3_000))
        assert np.array_equal(
            filters.highest_around(values, size, mode),
            ndimage.maximum_filter1d(values, size, mode=other),
        )
        assert np.allclose(
            filters.mean_around(values, size, mode),
            ndimage.uniform_filter1d(values, size, mode=other),
        )
        if size % 2:
            assert np.array_equal(
                filters.median_around(values, size, mode),
                ndimage.median_filter(values, size, mode=other),
            )


def test_good_lengths_have_small_factors_only():
    for least in (1, 2, 7, 97, 441, 7_919, 100_003):
        found = filters.good_length(least)
        rest = found
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        assert rest == 1 and least <= found <= 1.2 * least + 1


def test_a_spline_on_a_ring_is_scipys():
    for count in (3, 4, 5, 40):
        values = np.random.default_rng(count).random(count)
        values[-1] = values[0]
        places = np.linspace(0, count - 1, 777)
        theirs = CubicSpline(np.arange(count), values, bc_type="periodic")(places)
        assert np.allclose(ring_spline(values, places), theirs, atol=1e-12)


def test_the_watermarks_cosines_are_scipys_transform():
    squares = noise(GRID, GRID)
    assert np.allclose(cosines() @ squares @ cosines().T, fft.dctn(squares, norm="ortho"))
    assert np.allclose(cosines().T @ squares @ cosines(), fft.idctn(squares, norm="ortho"))


@pytest.mark.parametrize("share", (0.3, 0.55, 0.6, 0.8))
def test_what_hangs_together_with_the_rim_is_scipys(share):
    places = np.random.default_rng(0).random((90, 120)) < share
    rim = np.ones_like(places)
    rim[3:-3, 3:-3] = False
    parts, _ = ndimage.label(places)
    numbers = np.unique(parts[rim])
    assert np.array_equal(joined_to(places & rim, places), np.isin(parts, numbers[numbers > 0]))
    assert np.array_equal(grown(places), ndimage.binary_dilation(places, iterations=2))
