"""Words from a safetensors model by transformers: SmolLM2-360M or 1.7B, Qwen3
(without its thinking aloud), SmolLM3. For a graphics card or patience.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.creation import LearnerError
from course_utils.models.big_tools import need_big_tools
from course_utils.models.memory import the_only_big_one
from course_utils.words.backends.backend import (
    MIN_P,
    TOP_P,
    Ask,
    Backend,
    Receive,
    ReceiveSeveral,
    Step,
)
from course_utils.words.templates import chat, plain, turns

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["TransformersBackend", "commit_of", "device_and_dtype"]

NO_MEMORY = (
    "There is not enough memory for this words model. Close other notebooks and programs, or choose"
    " a smaller model."
)
# on a graphics card texts are computed in rows of so many, so that one alone has the same last
# bits, and the same words, as among others
ROWS = 4


class TransformersBackend(Backend):
    """A causal language model in a folder, or under a hub name, and then fetched by the course's
    own fetcher. No grammars: the engine's checks do that work.
    """

    at_once = 8
    tells_odds = False
    where = "Your words stay on this computer."

    def __init__(self, model: str | Path) -> None:
        self.source, self.name, self.revision = (
            str(model),
            Path(model).name if os.path.isdir(model) else str(model),
            "",
        )
        self.model: PreTrainedModel | None = None
        self._tokenizer: PreTrainedTokenizerBase | None = None

    @property
    def to_fetch(self) -> str:
        """What `load` would fetch first, in a sentence; "" for nothing."""
        from course_utils.models.catalogue import find_or_guest
        from course_utils.models.hub import is_fetched

        if self.model is not None or os.path.isdir(self.source):
            return ""
        model = find_or_guest(self.source, "words")
        return (
            ""
            if is_fetched(model)
            else (
                f"{model.id} is fetched first,"
                f" once{f': {model.bytes / 1e6:.0f} MB' if model.bytes else ''}. Licence:"
                f" {model.licence}."
            )
        )

    def fetch(self, on_bytes=None, stop=None) -> Path:
        """The model's folder, fetched first under a hub name that is not here;
        see `choose.place_of`.
        """
        from course_utils.models.choose import place_of

        return place_of(self.source, "words", on_bytes, stop)

    def load(self) -> None:
        self._opened()

    @property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """What cuts a text into tokens; it is loaded first, if need be."""
        if self._tokenizer is None:
            self.load()
        assert self._tokenizer is not None
        return self._tokenizer

    def _opened(self) -> PreTrainedModel:
        """The model, brought into memory if it is not there or was given up."""
        model = self.model
        if model is not None:
            return model
        need_big_tools("This words model")
        folder = self.fetch()
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        device, dtype = device_and_dtype()
        try:
            with the_only_big_one(self.give_up):
                tokenizer = AutoTokenizer.from_pretrained(
                    folder, trust_remote_code=False, local_files_only=True
                )
                model = (
                    AutoModelForCausalLM.from_pretrained(
                        folder,
                        trust_remote_code=False,
                        local_files_only=True,
                        use_safetensors=True,
                        dtype=dtype,
                    )
                    .to(device)
                    .eval()
                )
        except (MemoryError, torch.OutOfMemoryError) as problem:
            raise LearnerError(NO_MEMORY) from problem
        except Exception as problem:
            # transformers raises whatever the broken part of a folder made it raise
            raise LearnerError(
                f"The words model {self.name} could not be opened; a file of it may be missing or"
                " broken. Choose another, or name none to use the course's own model."
            ) from problem
        self.revision = commit_of(folder)[:12]
        self._tokenizer, self.model = tokenizer, model
        return model

    def give_up(self) -> None:
        """Let go of the model; it is opened again when it is next needed.

        A text that is just being written is finished first.
        """
        self.model = None

    def complete(self, ask: Ask, receive: Receive, steps: list[Step] | None = None) -> bool:
        return bool(self.complete_several(ask, 1, lambda number, piece: receive(piece))[0])

    def complete_several(
        self, ask: Ask, count: int, receive: ReceiveSeveral, steps: list[list[Step]] | None = None
    ) -> list[bool | None]:
        import torch
        from transformers import LogitsProcessorList, StoppingCriteriaList

        model = self._opened()
        inputs = self._read(self._prompt(ask))
        read = inputs["input_ids"].shape[1]
        device = model.device
        rows = count if device.type == "cpu" else -(-count // ROWS) * ROWS
        inputs = {name: given.repeat(rows, 1) for name, given in inputs.items()}
        watch = watcher(self.tokenizer, read, ask, receive, count, self._ends())
        generators = [
            torch.Generator("cpu").manual_seed((ask.seed + row) % 2**63) for row in range(rows)
        ]
        # Drawing is done by `draw` with a generator of its own, so that a seed gives the same text
        # whatever else draws in this process.
        try:
            with torch.inference_mode():
                found = model.generate(
                    **inputs,
                    max_new_tokens=ask.length,
                    do_sample=False,
                    repetition_penalty=float(ask.repeat),
                    temperature=None,
                    top_p=None,
                    top_k=None,
                    logits_processor=LogitsProcessorList([draw(generators, ask.surprise)]),
                    stopping_criteria=StoppingCriteriaList([watch]),
                    pad_token_id=(
                        self.tokenizer.pad_token_id
                        if self.tokenizer.pad_token_id is not None
                        else self.tokenizer.eos_token_id
                    ),
                    eos_token_id=self._ends(),
                )
        except (MemoryError, torch.OutOfMemoryError) as problem:
            if device.type == "cuda":
                torch.cuda.empty_cache()
            raise LearnerError(NO_MEMORY) from problem
        full = found.shape[1] - read >= ask.length
        return [
            False if watch.over[row] or watch.ended[row] else True if full else None
            for row in range(count)
        ]

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        import torch

        with torch.inference_mode():
            shares = self._opened()(**self._read(plain(text))).logits[0, -1].float().softmax(-1)
        best = shares.topk(min(most, shares.numel()))
        return [
            (self._piece(token), share)
            for token, share in zip(best.indices.tolist(), best.values.tolist())
        ]

    def pieces(self, text: str) -> list[str]:
        return [
            self._piece(token)
            for token in self.tokenizer(plain(text), add_special_tokens=False)["input_ids"]
        ]

    def _piece(self, token: int) -> str:
        return str(self.tokenizer.decode([token]))

    def _prompt(self, ask: Ask) -> str:
        if not self.tokenizer.chat_template:
            return chat(ask.template, ask.topic) + plain(ask.start)
        said = [{"role": who, "content": text} for who, text in turns(ask.template, ask.topic)]
        asked = self.tokenizer.apply_chat_template(
            said, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return f"{asked}{plain(ask.start)}"

    def _read(self, prompt: str) -> dict:
        inputs = self.tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        if (
            inputs["input_ids"].shape[1]
            > getattr(self._opened().config, "max_position_embeddings", 10**9) - 1
        ):
            raise LearnerError("That is more text than this model can read. Try a shorter topic.")
        return {
            name: inputs[name].to(self._opened().device) for name in ("input_ids", "attention_mask")
        }

    def _ends(self) -> list[int]:
        """The pieces that end an answer: the tokenizer's and the model's."""
        ends = self._opened().generation_config.eos_token_id
        return sorted(
            {*(ends if isinstance(ends, list) else [ends]), self.tokenizer.eos_token_id} - {None}
        )


def commit_of(folder: Path) -> str:
    """The commit of a model that the course fetched, "" for any other folder."""
    from course_utils.models.hub import DONE

    try:
        return str(json.loads((folder / DONE).read_text(encoding="utf-8"))["revision"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def device_and_dtype():
    """Where to compute and in which numbers: bfloat16 only on graphics cards made for it
    (on most processors it is a hundred times slower).
    """
    import torch

    if torch.cuda.is_available():
        return "cuda", (
            torch.bfloat16
            if torch.cuda.is_bf16_supported(including_emulation=False)
            else torch.float16
        )
    return ("mps", torch.float16) if torch.backends.mps.is_available() else ("cpu", torch.float32)


def draw(generators: list, surprise: float):
    """A logits processor that leaves one piece a row, drawn with the row's generator in llama.cpp's
    order: top-p, min-p, temperature.
    """
    import torch
    from transformers import LogitsProcessor

    class Draw(LogitsProcessor):
        def __call__(self, input_ids, scores):
            chosen = [
                self.one(row, generator) for row, generator in zip(scores.float().cpu(), generators)
            ]
            return torch.full_like(scores, float("-inf")).scatter_(
                1, torch.stack(chosen).to(scores.device), 0.0
            )

        @staticmethod
        def one(row, generator):
            shares, order = row.softmax(-1).sort(descending=True)
            keep = (shares.cumsum(0) - shares < TOP_P) & (shares >= MIN_P * shares[0])
            heated = shares[keep].log().div(surprise).softmax(-1)
            return order[keep][torch.multinomial(heated, 1, generator=generator)]

    return Draw()


def watcher(tokenizer, read: int, ask: Ask, receive: ReceiveSeveral, count: int, ends: list[int]):
    """A stopping criterion that hands on each row's new piece of text; a row ends before the words
    asked for or when it has enough, all of them when `receive` says so: within one token.

    Rows from `count` on only fill the batch: nothing of them is handed on, and they end with the
    others.
    """
    import torch
    from transformers import StoppingCriteria

    class Watch(StoppingCriteria):
        def __init__(self) -> None:
            self.given, self.ended, self.over = [""] * count, [False] * count, [False] * count

        def __call__(self, input_ids, scores, **kwargs):
            stop = False
            for row in range(count):
                if stop or self.ended[row] or self.over[row]:
                    continue
                stop = self.look(row, input_ids[row, read:])
                self.over[row] = not stop and int(input_ids[row, -1]) in ends
            done = [stop or over or ended for over, ended in zip(self.over, self.ended)]
            return torch.tensor(
                [*done, *[all(done)] * (input_ids.shape[0] - count)], device=input_ids.device
            )

        def look(self, row: int, tokens) -> bool:
            text = tokenizer.decode(tokens, skip_special_tokens=True)
            whole, found, _ = text.partition(ask.end)
            held = (
                next((n for n in range(len(ask.end) - 1, 0, -1) if whole.endswith(ask.end[:n])), 0)
                if not found
                else 0
            )
            ready = whole[: len(whole) - held]
            self.ended[row] = bool(found)
            if text.endswith("\ufffd"):  # half a letter: its other bytes come with the next piece
                return False
            piece, self.given[row] = ready[len(self.given[row]) :], ready
            self.ended[row] = bool(found) or ask.is_enough(ready)
            return receive(row, piece)

    return Watch()
