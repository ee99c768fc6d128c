"""Words and wordings that stand in no caption, led to those that do: "feline" to "cat", "please draw me the red pony" to "a red horse".

The denoiser reads the text encoder's output token by token, but distillation from MiniLM (train_text_encoder.py) only says where a whole phrase belongs.
Here a phrase with a word that no picture carries (its kin: the nearest name of a thing by MiniLM's meanings, found without looking) is taught to give the same
states, token by token, as the same phrase with the known name. No picture is shown for such a word.

Run: python -m training.image.kin --work DIR --minutes 10   (after train_text_encoder; changes DIR/text_encoder and DIR/text_head.pt)
train_denoiser keeps to it while it goes on.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import CLIPTextModel, CLIPTokenizer

from training.image.compose import PAINTS
from training.image.train_text_encoder import meanings_of, sentence_embeddings, teacher_words
from training.image.words_for_pictures import BACKGROUNDS, MADE_STYLES, STYLE_WORDS, a_or_an, more_than_one, names_of, phrases, read_records

NEAR = 0.5  # cosine of two sentences below which a word has no kin
GROUPS = {1, 3, 4, 5, 6, 7}  # people, animals, food, places and vehicles, activities, objects; no faces, no coloured shapes
NOT_A_NOUN = ("ing", "ed", "ly", "ous", "ful", "ive", "able", "ible", "less", "ish", "ward", "wards")
MODIFIERS = """happy sad cute funny old new young nice good bad pretty beautiful ugly angry tired sleepy smiling shiny bright dark magic magical tiny little small big large huge giant
fat thin tall short long round fluffy soft hard hot cold warm wet dry fast slow strong brave clever lazy hungry scary friendly lovely sweet cool fancy simple plain real wild flying dancing
sleeping running lonely secret golden silver colourful colorful yellow""".split()
LITTLE_WORDS = """the and for with from this that these those his her its their our your not but who what which when where why how all any both each few more most other some such than too very can
will just should now one two three four five six seven eight nine ten are was were been being have has had does did about above after again against before below between down during into off once
only out over same then there through under until upon while also even ever never always often still yet may might must shall could would per via she him they them you""".split()
WORDINGS = ["the", "my", "one", "draw a", "draw me a", "please draw a", "make a", "show me a", "paint a", "a picture of a", "a drawing of a", "a painting of a", "i want a", "can you draw a", "an image of a", "a photo of a", "picture of the"]


def kin_of(records: list[dict], words: list[str]) -> dict[str, str]:
    """For words that are no names, the nearest name of a thing, where there is one near enough."""
    names = sorted({name for record in records if record["group"] in GROUPS and record.get("person", "person") == "person" for name in names_of(record)})
    taken = {*names, *(more_than_one(name) for name in names), *MODIFIERS, *LITTLE_WORDS, *PAINTS, *BACKGROUNDS, *(w for styles in (STYLE_WORDS, MADE_STYLES) for texts in styles.values() for text in texts for w in text.split()), "left", "right", "next", "background"}
    open_words = [word for word in words if word not in taken and not word.endswith(NOT_A_NOUN)]
    known, asked = sentence_embeddings([a_or_an(name) for name in names]), sentence_embeddings([a_or_an(word) for word in open_words])
    best = (asked @ known.T).max(1)
    return {word: names[p] for word, near, p in zip(open_words, best.values.tolist(), best.indices.tolist()) if near >= NEAR}


@dataclass
class Pair:
    """Token ids of a wording and of the caption it should read like, the place in the second for each place of the first, and each place's weight."""

    ids: list[int]
    like: list[int]
    places: list[int]
    weights: list[float]


class Kin:
    """Endless pairs of a wording and the caption that it should read like."""

    def __init__(self, work: Path, tokenizer: CLIPTokenizer) -> None:
        self.tokenizer, self.length = tokenizer, tokenizer.model_max_length
        self.kin = json.loads((work / "kin.json").read_text(encoding="utf-8"))
        self.words, self.names = list(self.kin), sorted({name for record in read_records(work) for name in names_of(record)})
        self.known: dict[str, list[int]] = {}

    def _ids(self, text: str) -> list[int]:
        if text not in self.known:
            self.known[text] = self.tokenizer(text, add_special_tokens=False).input_ids if text else []
        return self.known[text]

    def pair(self, rng: random.Random) -> Pair:
        """A word without pictures, or a wording that no caption has, or (to keep what is known) a caption itself."""
        what = rng.choices(["kin", "wording", "both", "known"], [5, 2, 1, 2])[0]
        word = rng.choice(self.words) if what in ("kin", "both") else rng.choice(self.names)
        name = self.kin.get(word, word)
        colour = rng.choice(list(PAINTS)) if rng.random() < 0.2 else ""
        lead = rng.choice(["a", "a", ""])
        said, like = f"{lead} {colour}".strip(), f"{lead} {colour}".strip()
        if what in ("wording", "both"):
            said, like = rng.choice([f"{rng.choice(WORDINGS)} {colour}".strip(), f"a {rng.choice(MODIFIERS)} {colour}".strip()]), f"a {colour}".strip()
            if " ".join(said.split()[1:]) == "small" or {"big", "tiny", "little", "large", "huge", "small"} & set(said.split()):
                like = said  # sizes are known from captions
        ground, style = rng.choice(list(BACKGROUNDS)), rng.choice([w for words in (*STYLE_WORDS.values(), *MADE_STYLES.values()) for w in words])
        tail = rng.choice(["", "", "", f"on {a_or_an(ground)} background", f", {style}"])
        return self._aligned(said, word, like, name, tail)

    def _aligned(self, said: str, word: str, like: str, name: str, tail: str) -> Pair:
        first, last, pad = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id, self.tokenizer.pad_token_id
        a, b, x, y, end = self._ids(said), self._ids(like), self._ids(word), self._ids(name), self._ids(tail)
        ids, other = [first, *a, *x, *end, last], [first, *b, *y, *end, last]
        places = [0, *(1 + max(0, len(b) - len(a) + i) if b else 0 for i in range(len(a)))]
        places += [1 + len(b) + max(0, len(y) - len(x) + i) for i in range(len(x))]
        places += [1 + len(b) + len(y) + i for i in range(len(end) + 1)]
        weights = [1.0] * (1 + len(a)) + [3.0] * len(x) + [1.0] * len(end) + [3.0]
        longest = max(len(ids), len(other))
        places += [min(self.length - 1, len(other) + i) for i in range(self.length - len(ids))]
        weights += [0.3] * (self.length - len(ids))
        if longest > self.length:  # too long for the encoder: not worth a rule of its own
            return self._aligned("a", self.names[0], "a", self.names[0], "")
        return Pair(ids + [pad] * (self.length - len(ids)), other + [pad] * (self.length - len(other)), places, weights)

    def loss(self, text_encoder: CLIPTextModel, teacher: CLIPTextModel, rng: random.Random, size: int = 64) -> torch.Tensor:
        """Weighted mean square between the states of the wordings and the teacher's states of the captions, token by token."""
        pairs = [self.pair(rng) for _ in range(size)]
        with torch.no_grad():
            states = teacher(torch.tensor([pair.like for pair in pairs]))[0]
            places = torch.tensor([pair.places for pair in pairs])[..., None].expand(-1, -1, states.shape[-1])
            target = states.gather(1, places)
        weights = torch.tensor([pair.weights for pair in pairs])
        apart = (text_encoder(torch.tensor([pair.ids for pair in pairs]))[0] - target).pow(2).mean(-1)
        return (apart * weights).sum() / weights.sum()


def train(work: Path, minutes: float) -> None:
    """Teach the text encoder in DIR the kin of words, with what it made of captions before as the teacher."""
    from training.image.train_denoiser import Meanings

    records = read_records(work)
    if not (work / "kin.json").exists():
        (work / "kin.json").write_text(json.dumps(kin_of(records, teacher_words()), indent=0), encoding="utf-8")
    meanings_of(work, phrases(records, teacher_words()))
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    model = CLIPTextModel.from_pretrained(work / "text_encoder", torch_dtype=torch.float32)
    teacher, kin, meanings = copy.deepcopy(model).eval().requires_grad_(False), Kin(work, tokenizer), Meanings(work, tokenizer, model.config.hidden_size)
    print(len(kin.words), "words with kin", flush=True)
    optimiser = torch.optim.AdamW([*model.parameters(), *meanings.head.parameters()], lr=1e-3, weight_decay=0.01)
    rng, started, step, losses = random.Random(0), time.time(), 0, []
    while (elapsed := time.time() - started) < minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = 1e-3 * min(1, (step + 1) / 200) * (1 - 0.97 * elapsed / (minutes * 60))
        loss = kin.loss(model, teacher, rng)
        losses.append(loss.item())
        if step % 4 == 0:
            loss = loss + 0.2 * meanings.loss(model, rng)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 500 == 0:
            print(step, round(elapsed), "kin loss", round(sum(losses) / len(losses), 4), flush=True)
            losses = []
    model.save_pretrained(work / "text_encoder")
    torch.save(meanings.head.state_dict(), work / "text_head.pt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    train(options.work, options.minutes)
