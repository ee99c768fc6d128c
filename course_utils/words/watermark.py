"""Text with a green-list mark: the real words model says how likely each next piece is,
transformers raises the green ones, and one is drawn here, piece by piece.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import exp

from course_utils.creation import LearnerError
from course_utils.words.llama_cpp import LlamaBackend
from course_utils.words.templates import plain

PIECES = 49152  # SmolLM2's vocabulary
# share of the vocabulary that is green after each piece; what is added to its logits; the library's
# usual key
GREEN, BIAS, KEY = 0.25, 2.0, 15485863

LONGEST = 300  # pieces
LIKELIEST = 60  # pieces looked at for each next one


def pieces_of(backend: LlamaBackend, text: str) -> list[int]:
    """The numbers of the pieces a text is read as."""
    import json
    from urllib.request import ProxyHandler, Request, build_opener

    backend.load()
    request = Request(
        backend.llama.listening_address + "/tokenize",
        json.dumps({"content": plain(text)}).encode(),
        {"Content-Type": "application/json"},
    )
    with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
        return json.load(answer)["tokens"]


def written(
    backend: LlamaBackend,
    start: str,
    pieces: int = 100,
    mark: bool = True,
    seed: int = 1,
    surprise: float = 0.8,
    on_piece: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[str, list[int]]:
    """A continuation of `start` (checked) of so many pieces, with the mark or without: its text,
    and the numbers of its pieces.

    Raises:
        LearnerError: the number is out of range, or this backend does not tell odds.
    """

    if isinstance(pieces, bool) or not isinstance(pieces, int) or not 10 <= pieces <= LONGEST:
        raise LearnerError(
            f"A marked text has 10 to {LONGEST} pieces. Change the number and try again."
        )
    if not isinstance(backend, LlamaBackend):
        raise LearnerError(
            "Only the course's own words model can write marked text. Choose it again with"
            " use_words_model()."
        )
    backend.load()
    backend._held = ("", "")  # this replaces what was kept
    rng, begun, made, text = random.Random(seed), pieces_of(backend, start), [], ""
    for number in range(pieces):
        if stop is not None and stop.is_set():
            break
        odds = next_pieces(backend, [*begun, *made])
        weights = {piece: logprob for piece, (_, logprob) in odds.items()}
        if mark:
            weights = raised([*begun, *made], weights)
        repeated = set(made[-40:])
        heat = {
            piece: exp((weight - (0.6 if piece in repeated else 0.0)) / surprise)
            for piece, weight in weights.items()
            if piece > 2
        }
        piece = rng.choices(list(heat), weights=list(heat.values()))[0]
        made.append(piece)
        text += odds[piece][0]
        if on_piece is not None:
            on_piece(number + 1)
    return text, made


def next_pieces(backend: LlamaBackend, read: list[int]) -> dict[int, tuple[str, float]]:
    """The likeliest next pieces after some: number to (text, log-probability)."""
    answers: list[dict] = []
    request = {
        "prompt": read,
        "n_predict": 1,
        "temperature": 1.0,
        "top_k": 0,
        "top_p": 1.0,
        "min_p": 0.0,
        "repeat_penalty": 1.0,
        "logprobs": LIKELIEST,
        "cache_prompt": True,
        "id_slot": 0,
    }
    backend.llama.handle_completions(request, lambda message: answers.append(message) or False)
    try:
        return {
            int(one["id"]): (one["token"], one["logprob"])
            for one in answers[0]["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        }
    except (IndexError, KeyError, TypeError) as problem:
        raise LearnerError(
            "The words model could not go on from that. Try a shorter beginning."
        ) from problem


@dataclass(frozen=True)
class TextMark:
    """What was found in a text: pieces counted, how many were green, how many would be by chance,
    standard deviations above chance, and how often chance does as well (p-value).
    """

    pieces: int
    green: int
    z: float
    p_value: float


@cache
def config():
    """The mark's settings, as transformers wants them."""
    from transformers import WatermarkingConfig

    return WatermarkingConfig(
        greenlist_ratio=GREEN,
        bias=BIAS,
        hashing_key=KEY,
        seeding_scheme="lefthash",
        context_width=1,
    )


@cache
def marker():
    """The library's processor that raises the green pieces' logits."""
    return config().construct_processor(PIECES, "cpu")


def raised(pieces: list[int], logprobs: dict[int, float]) -> dict[int, float]:
    """The log-probabilities of possible next pieces with the green ones raised,
    given the pieces so far. Only the given ones are looked at, the likeliest.
    """
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

    about = PretrainedConfig(
        vocab_size=PIECES, bos_token_id=1, eos_token_id=2, is_encoder_decoder=False
    )
    about.vocab_size = PIECES
    return WatermarkDetector(
        model_config=about, device="cpu", watermarking_config=config(), ignore_repeated_ngrams=True
    )


def find_mark(pieces: list[int]) -> TextMark:
    """The mark in a text's pieces.

    Repeated pairs of pieces are counted once, as the authors advise; a text of fewer than three
    pieces has none.
    """
    import torch

    if len(pieces) < 3:
        return TextMark(0, 0, 0.0, 1.0)
    found = detector()(torch.tensor([pieces]), return_dict=True)
    counted, green = int(found.num_tokens_scored[0]), int(found.num_green_tokens[0])
    from math import erfc, sqrt

    z = float(found.z_score[0])
    return TextMark(counted, green, z, 0.5 * erfc(z / sqrt(2)))
