"""Words from a safetensors model by transformers: SmolLM2-360M or 1.7B, Qwen3 (without its thinking aloud), SmolLM3. For a graphics card or patience."""

from __future__ import annotations

from pathlib import Path

from course_utils.creation import LearnerError
from course_utils.engines.words_backend import MIN_P, TOP_P, Ask, Receive
from course_utils.engines.words_form import chat, plain, turns

NO_MEMORY = "There is not enough memory for this words model. Close other notebooks and programs, or choose a smaller model."


class TransformersBackend:
    """A causal language model in a folder or under a hub name. No grammars: the engine's checks do that work."""

    tells_odds = False
    where = "Your words stay on this computer."

    def __init__(self, model: str | Path) -> None:
        self.source, self.name, self.revision = str(model), Path(model).name if Path(model).is_dir() else str(model), ""
        self.model = self.tokenizer = None

    def load(self) -> None:
        if self.model is not None:
            return
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        device, dtype = device_and_dtype()
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.source, trust_remote_code=False)
            model = AutoModelForCausalLM.from_pretrained(self.source, trust_remote_code=False, use_safetensors=True, dtype=dtype).to(device).eval()
        except (MemoryError, torch.OutOfMemoryError) as problem:
            raise LearnerError(NO_MEMORY) from problem
        except Exception as problem:  # transformers raises whatever the broken part of a folder made it raise
            raise LearnerError(f"The words model {self.name} could not be opened. Check the name and the network, or name none to use the course's own model.") from problem
        self.revision = str(getattr(model.config, "_commit_hash", None) or "")[:12]
        self.tokenizer, self.model = tokenizer, model

    def complete(self, ask: Ask, receive: Receive) -> bool:
        import torch
        from transformers import LogitsProcessorList, StoppingCriteriaList

        inputs = self._read(self._prompt(ask))
        read = inputs["input_ids"].shape[1]
        watch = watcher(self.tokenizer, read, ask.end, receive)
        device = self.model.device
        # Drawing is done by `draw` with a generator of its own, so that a seed gives the same text whatever else draws in this process.
        try:
            with torch.inference_mode():
                found = self.model.generate(
                    **inputs, max_new_tokens=ask.length, do_sample=False, repetition_penalty=float(ask.repeat), temperature=None, top_p=None, top_k=None, logits_processor=LogitsProcessorList([draw(ask.seed, ask.surprise)]),
                    stopping_criteria=StoppingCriteriaList([watch]), pad_token_id=self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else self.tokenizer.eos_token_id, eos_token_id=self._ends(),
                )  # fmt: skip
        except (MemoryError, torch.OutOfMemoryError) as problem:
            if device.type == "cuda":
                torch.cuda.empty_cache()
            raise LearnerError(NO_MEMORY) from problem
        return not watch.ended and found.shape[1] - read >= ask.length and int(found[0, -1]) not in self._ends()

    def next_odds(self, text: str, most: int) -> list[tuple[str, float]]:
        import torch

        with torch.inference_mode():
            shares = self.model(**self._read(plain(text))).logits[0, -1].float().softmax(-1)
        best = shares.topk(min(most, shares.numel()))
        return [(self.tokenizer.decode([token]), share) for token, share in zip(best.indices.tolist(), best.values.tolist())]

    def pieces(self, text: str) -> list[str]:
        return [self.tokenizer.decode([token]) for token in self.tokenizer(plain(text), add_special_tokens=False)["input_ids"]]

    def _prompt(self, ask: Ask) -> str:
        if not self.tokenizer.chat_template:
            return chat(ask.template, ask.topic) + plain(ask.start)
        said = [{"role": who, "content": text} for who, text in turns(ask.template, ask.topic)]
        return self.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True, enable_thinking=False) + plain(ask.start)

    def _read(self, prompt: str) -> dict:
        inputs = self.tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        if inputs["input_ids"].shape[1] > getattr(self.model.config, "max_position_embeddings", 10**9) - 1:
            raise LearnerError("That is more text than this model can read. Try a shorter topic.")
        return {name: inputs[name].to(self.model.device) for name in ("input_ids", "attention_mask")}

    def _ends(self) -> list[int]:
        """The pieces that end an answer: the tokenizer's and the model's."""
        ends = self.model.generation_config.eos_token_id
        return sorted({*(ends if isinstance(ends, list) else [ends]), self.tokenizer.eos_token_id} - {None})


def device_and_dtype():
    """Where to compute and in which numbers: bfloat16 only on graphics cards made for it (on most processors it is a hundred times slower)."""
    import torch

    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return ("mps", torch.float16) if torch.backends.mps.is_available() else ("cpu", torch.float32)


def draw(seed: int, surprise: float):
    """A logits processor that leaves one piece, drawn with the seed after min-p, temperature and top-p, in llama.cpp's order: top-p, min-p, temperature."""
    import torch
    from transformers import LogitsProcessor

    generator = torch.Generator("cpu").manual_seed(seed)

    class Draw(LogitsProcessor):
        def __call__(self, input_ids, scores):
            shares, order = scores[0].float().cpu().softmax(-1).sort(descending=True)
            keep = (shares.cumsum(0) - shares < TOP_P) & (shares >= MIN_P * shares[0])
            heated = shares[keep].log().div(surprise).softmax(-1)
            chosen = order[keep][torch.multinomial(heated, 1, generator=generator)]
            return torch.full_like(scores, float("-inf")).index_fill_(1, chosen.to(scores.device), 0.0)

    return Draw()


def watcher(tokenizer, read: int, end: str, receive: Receive):
    """A stopping criterion that hands each new piece of text on, and ends before `end` or when `receive` says so: within one token."""
    import torch
    from transformers import StoppingCriteria

    class Watch(StoppingCriteria):
        given, ended = "", False

        def __call__(self, input_ids, scores, **kwargs):
            text = tokenizer.decode(input_ids[0, read:], skip_special_tokens=True)
            whole, found, _ = text.partition(end)
            held = next((n for n in range(len(end) - 1, 0, -1) if whole.endswith(end[:n])), 0) if not found else 0
            ready = whole[: len(whole) - held]
            self.ended = bool(found)
            if not text.endswith("\ufffd"):  # half a letter: its other bytes come with the next piece
                piece, self.given = ready[len(self.given) :], ready
                self.ended = receive(piece) or self.ended
            return torch.full((input_ids.shape[0],), self.ended, dtype=torch.bool, device=input_ids.device)

    return Watch()
