"""The hidden mark in a text is the one that the library transformers writes and finds."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import torch
from transformers import PretrainedConfig, WatermarkDetector, WatermarkingConfig

from course_utils.words import green_list
from course_utils.words.green_list import BIAS, GREEN, KEY, PIECES, find_mark, raised


@pytest.fixture(scope="module")
def config():
    return WatermarkingConfig(
        greenlist_ratio=GREEN,
        bias=BIAS,
        hashing_key=KEY,
        seeding_scheme="lefthash",
        context_width=1,
    )


def test_the_same_pieces_are_raised_as_much(config):
    marker, rng = config.construct_processor(PIECES, "cpu"), random.Random(3)
    for last in (0, 3, 100, 49151, *(rng.randrange(PIECES) for _ in range(12))):
        likely = {rng.randrange(PIECES): -9 * rng.random() for _ in range(60)}
        scores = torch.full((1, PIECES), float("-inf"))
        scores[0, list(likely)] = torch.tensor(list(likely.values()))
        wanted = marker(torch.tensor([[7, last]]), scores)[0]
        assert raised([7, last], likely) == {one: float(wanted[one]) for one in likely}


def texts() -> list[list[int]]:
    rng, marked, plain = random.Random(4), [100], [100]
    for _ in range(80):
        likely = {rng.randrange(3, PIECES): -rng.random() for _ in range(40)}
        odds = raised(marked, likely)
        marked.append(max(odds, key=odds.get))
        plain.append(rng.choice(list(likely)))
    edited = [piece if place % 2 else rng.randrange(3, PIECES) for place, piece in enumerate(plain)]
    return [marked, plain, edited, [1, *marked[:20]], [5, 6, 5, 6, 5, 6, 7], marked[:3]]


def test_the_library_s_detector_finds_as_much(config):
    about = PretrainedConfig(bos_token_id=1, eos_token_id=2, is_encoder_decoder=False)
    about.vocab_size = PIECES
    detector = WatermarkDetector(about, "cpu", config, ignore_repeated_ngrams=True)
    for pieces in texts():
        wanted, found = detector(torch.tensor([pieces]), return_dict=True), find_mark(pieces)
        assert found.pieces == wanted.num_tokens_scored[0]
        assert found.green == wanted.num_green_tokens[0]
        assert found.z == pytest.approx(float(wanted.z_score[0]))
        assert found.p_value == pytest.approx(float(wanted.p_value[0]), abs=1e-6)


def test_a_mark_stands_out_and_a_text_of_two_pieces_has_none():
    marked, plain = texts()[:2]
    assert find_mark(marked).p_value < 1e-6 < 0.001 < find_mark(plain).p_value
    assert find_mark(marked[:2]).p_value == 1.0


def test_it_loads_no_big_library():
    code = f"import sys, {green_list.__name__} as g; g.find_mark([5, 6, 7, 8])"
    code += "; print(*{'torch', 'transformers', 'scipy'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""
