"""Text with a green-list mark: the real words model says how likely each next piece is,
`green_list.py` raises the green ones, and one is drawn here, piece by piece.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from math import exp

from course_utils.creation import LearnerError
from course_utils.words.backends.backend import Backend
from course_utils.words.backends.llama_cpp import LlamaBackend
from course_utils.words.green_list import raised
from course_utils.words.templates import plain

__all__ = ["own_only", "pieces_of", "written"]

LONGEST = 300  # pieces
LIKELIEST = 60  # pieces looked at for each next one


def pieces_of(backend: LlamaBackend, text: str) -> list[int]:
    """The numbers of the pieces a text is read as."""
    return backend.numbers(plain(text))


def written(
    backend: Backend,
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
    backend = own_only(backend)
    backend.load()
    backend._held = []  # this replaces what was kept
    made: list[int] = []
    rng, begun, text = random.Random(seed), pieces_of(backend, start), ""
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


def own_only(backend: Backend) -> LlamaBackend:
    """The course's own words model.

    Raises:
        LearnerError: it is another one.
    """
    if not isinstance(backend, LlamaBackend):
        raise LearnerError(
            "Only the course's own words model can write marked text. Choose it again with"
            " words.use_model()."
        )
    return backend


def next_pieces(backend: LlamaBackend, read: list[int]) -> dict[int, tuple[str, float]]:
    """The likeliest next pieces after some: number to (text, log-probability)."""
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
    answers = backend.answers(request)
    try:
        return {
            int(one["id"]): (one["token"], one["logprob"])
            for one in answers[0]["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        }
    except (IndexError, KeyError, TypeError) as problem:
        raise LearnerError(
            "The words model could not go on from that. Try a shorter beginning."
        ) from problem
