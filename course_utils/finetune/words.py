"""Teaching the words model one's own phrases, in two minutes on an ordinary computer.

What learns is a LoRA (Hu et al. 2021) on the four uppermost of the model's thirty layers, "the few
layers that matter". What the lower ones make of a phrase never changes during the lesson, so it is
worked out once, layer by layer, and a step only goes through the upper ones. Against forgetting, a
quarter of every step shows the course's own example texts. The weights are read from the GGUF file
that llama.cpp runs, as they stand there (4 and 8 bits). Every fifth phrase is held back to measure
on, where there are ten or more.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from itertools import islice

from course_utils.creation import LearnerError
from course_utils.finetune.training import (
    Lesson,
    LessonProgress,
    Pupil,
    check_minutes,
    new_card,
    new_notes,
    print_of,
    take_lesson,
)
from course_utils.models.adamw import AdamW
from course_utils.models.big_tools import need_big_tools
from course_utils.models.lora_file import OwnModel, check_name
from course_utils.portfolio.store import Keeper
from course_utils.safety.prompts import check_prompt
from course_utils.words.backends.llama_cpp import LlamaBackend
from course_utils.words.engine import TAUGHT_KIND, WordsEngine
from course_utils.words.lora import LAYERS, LEARNING, PREFIX
from course_utils.words.templates import chat, plain, read_template

__all__ = ["FEWEST", "MOST", "asked_of", "held_back", "opened", "teach_phrases"]

FEWEST, MOST, LONGEST_PHRASE = 5, 60, 400  # phrases, and characters of one
MOST_LINES = 6  # of a phrase, as in templates/own.toml
BATCH, PROTECTING = 6, 2
TOGETHER = 8  # texts read by the lower layers at once
RANK, RATE = 8, 1e-3
HELD_BACK = 5  # every so many phrases one is not learned from
END = "<|im_end|>"
# templates whose texts the model should not forget
EXAMPLES = ["poem", "story", "what_if", "first_line"]
LITTLE = set(
    (
        "a an and are as at be but by for from he her his i if in is it its me my no"
        " not of on or our"
        " she so that the their them they this to up was we were when where who will with"
        " you your"
    ).split()
)
LIMITS = (
    "Learned from a few phrases. It repeats them more than it invents, and writes worse where it"
    " was not taught."
)
TOO_FEW = (
    "A voice needs at least {} phrases, and there {}. Write more: sayings, lines of a song of"
    " yours, messages you sent; one on each line."
)


def teach_phrases(
    engine: WordsEngine,
    portfolio: Keeper,
    phrases: list[str],
    name: str,
    *,
    minutes: float = 2.0,
    author: str = "",
    people_agreed: bool = False,
    protect: bool = True,
    seed: int = 1,
    most_steps: int | None = None,
    on_progress: Callable[[LessonProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[OwnModel, str]:
    """Teach the words model 5 to 60 phrases under a name, keep the own model,
    and return it with a sentence.

    Args:
        phrases: one or a few lines each, up to 400 characters.
        people_agreed: whoever wrote them agrees, as when they are one's own.
        the others: as in `teaching.teach`.

    Raises:
        LearnerError: the phrases, the name or a number cannot be used; nothing is lost.
    """
    word = check_name(name)
    check_minutes(minutes)
    need_big_tools("Teaching a model")
    if not people_agreed:
        raise LearnerError(
            "Who wrote these phrases? When it was you, or whoever it was has said yes, set"
            " people_agreed=True (in the studio: tick the box)."
        )
    backend = own_backend(engine)
    kept, told = ready_phrases(phrases)
    engine.load()
    fingerprint = print_of(*(one.encode() for one in kept))
    facts = {"base": backend.name[:100], "rank": RANK, "people_agreed": True, "limits": LIMITS}
    lesson = Lesson(
        portfolio,
        new_card(word, author, len(kept), backend.revision, kind="words", **facts),
        new_notes(fingerprint, backend.revision, kept, protect),
        "phrases",
        lambda: WordsPupil(engine, kept, protect, seed),
        [("phrases.txt", "\n\n".join(kept).encode())],
        engine.forget_own,
        told,
    )
    return take_lesson(lesson, minutes, most_steps, on_progress, stop)


def ready_phrases(phrases: list[str]) -> tuple[list[str], str]:
    """The phrases to learn, and a sentence on what was left out.

    Raises:
        LearnerError: too few, too many, or one that is too long or cannot be used.
    """
    if isinstance(phrases, str) or any(not isinstance(one, str) for one in phrases):
        raise LearnerError("Give the phrases as a list of texts in quotation marks.")
    kept, twice = [], 0
    for one in phrases:
        lines = [" ".join(line.split()) for line in one.strip().splitlines() if line.strip()]
        if not lines:
            continue
        text = "\n".join(lines)
        if len(text) > LONGEST_PHRASE or len(lines) > MOST_LINES:
            raise LearnerError(
                f"This phrase is too long to learn from: “{text[:40]}...”. A phrase has at most"
                f" {LONGEST_PHRASE} characters and {MOST_LINES} lines: cut it in two."
            )
        text = "\n".join(check_prompt(line, longest=LONGEST_PHRASE) for line in lines)
        twice += text in kept
        kept += [text] if text not in kept else []
    if len(kept) > MOST:
        raise LearnerError(
            f"Those are {len(kept)} phrases. {MOST} are enough: choose the {MOST} that sound most"
            " like you."
        )
    if len(kept) < FEWEST:
        raise LearnerError(
            TOO_FEW.format(FEWEST, f"{'is' if len(kept) == 1 else 'are'} {len(kept) or 'none'}")
        )
    return kept, f"{twice} came twice and counted once. " if twice else ""


def held_back(phrases: list[str]) -> list[str]:
    """Those that are not learned from, to measure on."""
    return phrases[HELD_BACK - 1 :: HELD_BACK] if len(phrases) >= 2 * HELD_BACK else []


def topic_of(phrase: str) -> str:
    """What a phrase is about, for the question it answers: its longest word or two."""
    words = [
        word
        for word in dict.fromkeys(re.findall(r"[a-z']+", phrase.lower()))
        if word not in LITTLE and len(word) > 2
    ]
    return " and ".join(sorted(words, key=lambda word: -len(word))[:2]) or "anything"


def asked_of(phrases: list[str]) -> list[tuple[str, str]]:
    """The question each phrase answers in the lesson, and the phrase."""
    return [(chat(read_template(TAUGHT_KIND), topic_of(one)), one) for one in phrases]


class WordsPupil(Pupil):
    """The upper layers of the words model, learning. llama.cpp's own model is never changed."""

    def __init__(self, engine: WordsEngine, phrases: list[str], protect: bool, seed: int) -> None:
        import torch

        self.rng = random.Random(seed)
        torch.manual_seed(seed)
        self.upper, _ = opened(engine, [])
        self.weights = self.upper.thin
        self.optimiser = AdamW(
            [{"params": [*self.weights.values()], "rate": RATE}], lr=RATE, weight_decay=0.0
        )
        learned = [one for one in phrases if one not in held_back(phrases)]
        others = (
            [
                (
                    chat(
                        {**read_template(TAUGHT_KIND), "system": template["system"]},
                        example["topic"],
                    ),
                    example["text"],
                )
                for template in map(read_template, EXAMPLES)
                for example in template["example"]
            ]
            if protect
            else []
        )
        lots = (asked_of(learned), others, asked_of(held_back(phrases)))
        rows = iter(read(engine, self.upper, [pair for lot in lots for pair in lot]))
        self.mine, self.others, self.test = ([*islice(rows, len(lot))] for lot in lots)

    def step(self) -> float:
        """One step of learning; its loss in nats a token."""
        import torch

        rows = [self.rng.choice(self.mine) for _ in range(BATCH)] + (
            self.rng.sample(self.others, PROTECTING) if self.others else []
        )
        loss = self.upper.loss(rows)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*self.weights.values()], 1.0)
        self.optimiser.step()
        return loss.item()

    def look(self) -> str:
        """How surprised it is now by phrases it has not learned from (or has,
        where there are few).
        """
        import torch

        rows = self.test or self.mine
        with torch.no_grad():
            nats = sum(self.upper.loss([row]).item() for row in rows) / len(rows)
        return (
            f"{'Phrases held back' if self.test else 'Its phrases'}: {2.718281828**nats:.0f} words"
            " to choose from at every step, on average"
        )

    def learned(self) -> dict:
        return {
            f"{PREFIX}{name}.weight": weight.detach().numpy()
            for name, weight in self.weights.items()
        }


def own_backend(engine: WordsEngine) -> LlamaBackend:
    """The course's own words model in an engine.

    Raises:
        LearnerError: it uses another one.
    """
    backend = engine.backend
    if type(backend) is not LlamaBackend or backend.path is not None:
        raise LearnerError(
            "Only the course's own words model can be taught here. Choose it again with"
            " words.use_model(), then try again."
        )
    return backend


def opened(engine: WordsEngine, pairs: list[tuple[str, str]]) -> tuple[Upper, list[tuple]]:
    """The upper layers of the course's words model, and some questions and answers as `Upper.loss`
    takes them.
    """
    from course_utils.models.smollm2 import words_model
    from course_utils.words.backends.gguf import Gguf

    engine.load()
    upper = Upper(Gguf(words_model()))
    return upper, read(engine, upper, pairs)


def read(engine: WordsEngine, upper: Upper, pairs: list[tuple[str, str]]) -> list[tuple]:
    """For each question and answer: what the lower layers make of them, the tokens,
    and where the answer begins.
    """
    backend, numbers = own_backend(engine), []
    for question, answer in pairs:
        head, tail = backend.numbers(question), backend.numbers(plain(answer) + END)
        numbers.append((head + tail, len(head)))
    return [
        (made, row, begins)
        for made, (row, begins) in zip(upper.lower([row for row, _ in numbers]), numbers)
    ]


def together(states: list):
    """States of several texts, each (tokens, width), as one: (texts, tokens, width).

    What fills up the shorter ones comes last and is never looked back at.
    """
    import torch

    longest = max(map(len, states))
    return torch.stack(
        [torch.nn.functional.pad(state, (0, 0, 0, longest - len(state))) for state in states]
    )


class Upper:
    """The upper layers of a llama model from a GGUF file, in torch, with thin matrices that learn;
    and the lower ones, once through.

    Source: Touvron et al. 2023 (RMS norm, rotary places, gated feed-forward), with queries and keys
    ordered as llama.cpp orders them.
    """

    def __init__(self, model) -> None:
        import torch

        self.model, facts = model, model.facts
        self.layers, self.width = facts["llama.block_count"], facts["llama.embedding_length"]
        self.heads, self.keys = (
            facts["llama.attention.head_count"],
            facts["llama.attention.head_count_kv"],
        )
        self.near, self.base = (
            facts["llama.attention.layer_norm_rms_epsilon"],
            facts["llama.rope.freq_base"],
        )
        self.table = torch.from_numpy(model.tensor("token_embd.weight"))
        self.last = torch.from_numpy(model.tensor("output_norm.weight"))
        self.blocks = {
            number: self.block(number) for number in range(self.layers - LAYERS, self.layers)
        }
        self.thin = {}
        for number in self.blocks:
            for part in LEARNING:
                out, inside = self.blocks[number][part].shape
                self.thin[f"blk.{number}.{part}.lora_A"] = torch.nn.Parameter(
                    torch.randn(RANK, inside) / RANK
                )
                self.thin[f"blk.{number}.{part}.lora_B"] = torch.nn.Parameter(
                    torch.zeros(out, RANK)
                )

    def block(self, number: int) -> dict:
        """The weights of a layer."""
        import torch

        return {
            part: torch.from_numpy(self.model.tensor(f"blk.{number}.{part}.weight"))
            for part in [*LEARNING, "attn_norm", "ffn_norm"]
        }

    def lay_over(self, own: OwnModel) -> None:
        """Put an own model's matrices in the place of those that learn."""
        import torch

        with torch.no_grad():
            for name, weight in self.thin.items():
                weight.copy_(torch.from_numpy(own.tensors[f"{PREFIX}{name}.weight"]).float())

    def lower(self, rows: list[list[int]]) -> list:
        """What the lower layers make of some token sequences, each (tokens, width).

        Those of like length go through a layer together: a layer is unpacked once, and one large
        product is quicker than many small ones.
        """
        import torch

        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        groups = [order[first : first + TOGETHER] for first in range(0, len(order), TOGETHER)]
        with torch.no_grad():
            states = [
                together([self.table[torch.tensor(rows[place])] for place in group])
                for group in groups
            ]
            for number in range(self.layers - LAYERS if rows else 0):
                block = self.block(number)
                states = [self.through(state, block) for state in states]
        made = {
            place: state[: len(rows[place])].clone()
            for group, found in zip(groups, states)
            for place, state in zip(group, found)
        }
        return [made[place] for place in range(len(rows))]

    def loss(self, rows: list[tuple]):
        """Mean loss of the answers' tokens, in nats."""
        import torch

        states = together([state for state, *_ in rows])
        for number, block in self.blocks.items():
            states = self.through(states, block, number)
        seen = torch.cat(
            [
                states[place, begins - 1 : len(row) - 1]
                for place, (_, row, begins) in enumerate(rows)
            ]
        )
        wanted = torch.cat([torch.tensor(row[begins:]) for _, row, begins in rows])
        return torch.nn.functional.cross_entropy(
            self.normed(seen, self.last) @ self.table.T, wanted
        )

    def through(self, states, block: dict, number: int | None = None):
        """States (texts, tokens, width) after a layer;
        with `number` through what learns there too.
        """
        import torch

        texts, tokens, _ = states.shape

        def times(part: str, given):
            made = given @ block[part].T
            if number is None:
                return made
            return (
                made
                + (given @ self.thin[f"blk.{number}.{part}.lora_A"].T)
                @ self.thin[f"blk.{number}.{part}.lora_B"].T
            )

        inside = self.normed(states, block["attn_norm"])
        query, key = (
            self.placed(times(part, inside).view(texts, tokens, heads, -1))
            for part, heads in (("attn_q", self.heads), ("attn_k", self.keys))
        )
        value = times("attn_v", inside).view(texts, tokens, self.keys, -1)
        key, value = (one.repeat_interleave(self.heads // self.keys, 2) for one in (key, value))
        seen = torch.nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), is_causal=True
        )
        states = states + times("attn_output", seen.transpose(1, 2).reshape(texts, tokens, -1))
        inside = self.normed(states, block["ffn_norm"])
        return states + times(
            "ffn_down",
            torch.nn.functional.silu(times("ffn_gate", inside)) * times("ffn_up", inside),
        )

    def normed(self, states, weight):
        return states * (states.pow(2).mean(-1, keepdim=True) + self.near).rsqrt() * weight

    def placed(self, vectors):
        """Queries or keys (texts, tokens, heads, size) turned by their place:
        neighbouring numbers are a pair, as llama.cpp orders them.
        """
        import torch

        size, tokens = vectors.shape[-1], vectors.shape[1]
        angles = torch.arange(tokens)[:, None] * self.base ** (-torch.arange(0, size, 2) / size)
        cos, sin = angles.cos()[None, :, None, :], angles.sin()[None, :, None, :]
        even, odd = vectors[..., 0::2], vectors[..., 1::2]
        return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)
