"""Random numbers of torch drawn in numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_utils.models.torch_random import TorchRandom


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31, 2**32 - 1, 2**32, 2**40 + 5])
def test_exponential_numbers_are_torch_s_to_the_last_bit(seed):
    generator, ours = torch.Generator().manual_seed(seed), TorchRandom(seed)
    for count in (1, 3, 70, 238, 5, 4000):
        wanted = torch.empty(count).exponential_(generator=generator).numpy()
        np.testing.assert_array_equal(ours.exponential(count), wanted)


def test_weighted_choices_are_torch_s_also_with_weights_of_nothing():
    rows = torch.Generator().manual_seed(3)
    for seed in range(300):
        generator, ours = torch.Generator().manual_seed(seed), TorchRandom(seed)
        for count in (1, 2, 17, 70):
            odds = torch.rand(count, generator=rows).pow(6).softmax(-1)
            odds = odds.masked_fill(odds < 0.6 * odds.max(), 0.0)
            wanted = int(torch.multinomial(odds, 1, generator=generator))
            assert ours.choose(odds.numpy()) == wanted


def test_choices_come_as_often_as_their_weights_say():
    odds, ours = np.array([0.5, 0.3, 0.2, 0.0], np.float32), TorchRandom(1)
    times = np.bincount([ours.choose(odds) for _ in range(4000)], minlength=4)
    assert np.abs(times / 4000 - odds).max() < 0.03 and times[3] == 0


@pytest.mark.parametrize("seed", [0, 15485863 * 49151, 7])
def test_orders_are_torch_s_and_their_beginnings_too(seed):
    generator, ours = torch.Generator().manual_seed(seed), TorchRandom(seed)
    for count in (1, 2, 9, 4000, 49152):
        wanted = torch.randperm(count, generator=generator).tolist()
        assert ours.permutation(count) == wanted
    start = torch.randperm(49152, generator=torch.Generator().manual_seed(seed))[:12288].tolist()
    assert TorchRandom(seed).permutation(49152, 12288) == start
