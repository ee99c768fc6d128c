"""The green-list mark in a text (Kirchenbauer et al. 2023, "A Watermark for Large Language Models"), by the library transformers: its marker and its detector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

PIECES = 49152  # SmolLM2's vocabulary
GREEN, BIAS, KEY = 0.25, 2.0, 15485863  # share of the vocabulary that is green after each piece; what is added to its logits; the library's usual key


@dataclass(frozen=True)
class TextMark:
    """What was found in a text: pieces counted, how many were green, how many would be by chance, standard deviations above chance, and how often chance does as well (p-value)."""

    pieces: int
    green: int
    z: float
    p_value: float


@cache
def config():
    """The mark's settings, as transformers wants them."""
    from transformers import WatermarkingConfig

    return WatermarkingConfig(greenlist_ratio=GREEN, bias=BIAS, hashing_key=KEY, seeding_scheme="lefthash", context_width=1)


@cache
def marker():
    """The library's processor that raises the green pieces' logits."""
    return config().construct_processor(PIECES, "cpu")


def raised(pieces: list[int], logprobs: dict[int, float]) -> dict[int, float]:
    """The log-probabilities of possible next pieces with the green ones raised, given the pieces so far. Only the given ones are looked at, the likeliest."""
    import torch

    scores = torch.full((1, PIECES), float("-inf"))
    numbers = torch.tensor(list(logprobs))
    scores[0, numbers] = torch.tensor([logprobs[number] for number in logprobs])
    changed = marker()(torch.tensor([pieces]), scores)[0]
    return {int(number): float(changed[number]) for number in numbers}


@cache
def detector():
    """The library's detector."""
    from transformers import PretrainedConfig, WatermarkDetector

    about = PretrainedConfig(vocab_size=PIECES, bos_token_id=1, eos_token_id=2, is_encoder_decoder=False)
    about.vocab_size = PIECES
    return WatermarkDetector(model_config=about, device="cpu", watermarking_config=config(), ignore_repeated_ngrams=True)


def find_mark(pieces: list[int]) -> TextMark:
    """The mark in a text's pieces. Repeated pairs of pieces are counted once, as the authors advise; a text of fewer than three pieces has none."""
    import torch

    if len(pieces) < 3:
        return TextMark(0, 0, 0.0, 1.0)
    found = detector()(torch.tensor([pieces]), return_dict=True)
    counted, green = int(found.num_tokens_scored[0]), int(found.num_green_tokens[0])
    from math import erfc, sqrt

    z = float(found.z_score[0])
    return TextMark(counted, green, z, 0.5 * erfc(z / sqrt(2)))
