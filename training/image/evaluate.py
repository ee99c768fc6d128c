"""Figures and a grid for the picture model, on the fixed lists of asked.py,
judged by a classifier that knows nothing of the model (judge.py).

Run: python -m training.image.evaluate --work DIR [--pipeline FOLDER] [--grid FILE.png]   (after
judge.py)

Prints: the judge's own accuracy; how well the autoencoder restores pictures; (a) things: share of
single candidates judged to be the right one of all things, and of prompts where the best of four
is; (b) the same for words that stand in no caption, read by the model alone and as the course reads
them to it (course_utils/pictures/known_nouns.py); (c) following: background, painted colour,
number, style, for pairs of thing and word seen in training and for pairs held out
(compose.is_held_out), single candidates; (d) diversity: how far four candidates lie apart in the
judge's features, as a share of the distance between two drawings of one thing; (e) copying:
distance to the nearest training picture, against the distance between training pictures (12 x 12
px).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from PIL import Image

from course_utils.pictures.known_nouns import as_known
from training.image.asked import FOLLOWERS, SYNONYMS, THINGS
from training.image.compose import NUMBERS, PAINTS, is_held_out
from training.image.judge import COLOURS, STYLES, load_judge
from training.image.train_autoencoder import composite, peak_signal_to_noise
from training.image.words_for_pictures import (
    BACKGROUNDS,
    MADE_STYLES,
    STYLE_WORDS,
    a_or_an,
    more_than_one,
    names_of,
    read_records,
)

STEPS, GUIDANCE = 14, 3.0


@torch.no_grad()
def draw(pipeline: StableDiffusionPipeline, prompt: str, count: int = 4) -> list[Image.Image]:
    """Candidates with seeds 0, 1, ... for a prompt."""
    size = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    generators = [torch.Generator().manual_seed(seed) for seed in range(count)]
    return pipeline(
        [prompt] * count,
        num_inference_steps=STEPS,
        guidance_scale=GUIDANCE,
        generator=generators,
        height=size,
        width=size,
    ).images


def small(pictures: list[Image.Image]) -> np.ndarray:
    """N x 432 floats in [0, 1]."""
    return np.stack(
        [
            np.asarray(
                p.convert("RGB").resize((12, 12), Image.Resampling.BOX), dtype=np.float32
            ).ravel()
            / 255
            for p in pictures
        ]
    )


class Looker:
    """The judge, asked in words."""

    def __init__(self, work: Path) -> None:
        self.judge, self.labels, self.accuracy = load_judge(work)

    @torch.no_grad()
    def look(self, pictures: list[Image.Image]) -> tuple[dict[str, list[int]], torch.Tensor]:
        """The most likely answer to each question for each picture, and the features, N x 256."""
        answers, features = self.judge(
            torch.from_numpy(np.stack([np.asarray(p) for p in pictures]))
            .permute(0, 3, 1, 2)
            .float()
            / 127.5
            - 1
        )
        return {name: answer.argmax(1).tolist() for name, answer in answers.items()}, features


def apart(features: torch.Tensor) -> float:
    """Mean distance between rows."""
    return float(torch.pdist(features).mean())


def following(
    asked: dict[str, tuple[str, str]],
    held_out,
    pipeline: StableDiffusionPipeline,
    looker: Looker,
    rights: dict,
) -> tuple[dict[str, dict[str, float]], list[list[Image.Image]]]:
    """Shares of two candidates a prompt that follow, for seen and held-out pairs, by question.

    Args:
        asked: prompt to (thing, word).
        held_out: whether a pair of thing and word was kept out of training.
        rights: question to a function of the judge's answers, thing and word.
    """
    hits, rows = {title: {"seen": [], "held_out": []} for title in rights}, []
    for prompt, (thing, word) in asked.items():
        pictures = draw(pipeline, prompt, 2)
        rows.append(pictures)
        answers, _ = looker.look(pictures)
        for title, right in rights.items():
            hits[title]["held_out" if held_out(thing, word) else "seen"] += [
                right({name: values[i] for name, values in answers.items()}, thing, word)
                for i in range(2)
            ]
    return {
        title: {name: round(float(np.mean(values)), 3) for name, values in parts.items() if values}
        for title, parts in hits.items()
    }, rows


def evaluate(work: Path, folder: Path, grid: Path | None) -> dict:
    records, looker = read_records(work), Looker(work)
    rgba = (
        torch.from_numpy(np.load(work / "pictures.npz")["rgba"]).permute(0, 3, 1, 2).float() / 255
    )
    white = composite(rgba, torch.ones(1, 3, 1, 1))
    figures: dict = {"judge_accuracy": looker.accuracy}
    vae = AutoencoderTiny.from_pretrained(folder / "vae", torch_dtype=torch.float32).eval()
    with torch.no_grad():
        sample = white[::17]
        figures["autoencoder_psnr_db"] = round(
            peak_signal_to_noise(
                vae.decode(vae.encode(sample).latents).sample.clamp(-1, 1), sample
            ),
            2,
        )
    originals = [
        Image.fromarray(((p.permute(1, 2, 0).numpy() + 1) * 127.5).round().astype(np.uint8))
        for p in white
    ]
    known = np.concatenate(
        [small(originals), small([p.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for p in originals])]
    )
    pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)

    captions = json.loads((work / "synonyms.json").read_text(encoding="utf-8"))
    in_captions = {
        word for names in captions.values() for name in names for word in name.split()
    } | {word for record in records for name in names_of(record) for word in name.split()}
    assert not set(SYNONYMS) & in_captions, set(SYNONYMS) & in_captions

    rows, distances, spreads = [], [], []
    for title, prompts in (
        ("things", THINGS),
        ("synonyms", SYNONYMS),
        ("synonyms_with_word_help", SYNONYMS),
    ):
        single, best = [], []
        for prompt, right in prompts.items():
            pictures = draw(
                pipeline, as_known(prompt)[0] if title == "synonyms_with_word_help" else prompt
            )
            rows.append(pictures)
            answers, features = looker.look(pictures)
            hits = [looker.labels[number] in right for number in answers["thing"]]
            single.append(np.mean(hits)), best.append(any(hits))
            spreads.append(apart(features))
            if title == "things":
                distances += (
                    np.sqrt(((small(pictures)[:, None] - known[None]) ** 2).mean(-1))
                    .min(1)
                    .tolist()
                )
        figures[title] = {
            "one_candidate": round(float(np.mean(single)), 3),
            "best_of_4": round(float(np.mean(best)), 3),
            "prompts": len(prompts),
            "missed": [prompt for prompt, hit in zip(prompts, best) if not hit],
        }

    labels_named: dict[str, set[str]] = {}
    for record in records:
        for name in names_of(record):
            labels_named.setdefault(name, set()).add(record["label"])

    def held(thing: str, word: str) -> bool:
        """Held out under every label that has this name."""
        return all(is_held_out(label, word) for label in labels_named[thing])

    backgrounds = []
    for name in BACKGROUNDS:
        for thing in ("cat", "rocket", "strawberry", "bell"):
            for picture in draw(pipeline, f"{a_or_an(thing)} on {a_or_an(name)} background", 2):
                corners = np.mean(
                    [picture.getpixel(p) for p in ((2, 2), (45, 2), (2, 45), (45, 45))], axis=0
                )
                backgrounds.append(
                    min(
                        BACKGROUNDS, key=lambda n: np.sum((np.array(BACKGROUNDS[n]) - corners) ** 2)
                    )
                    == name
                )
    figures["background"] = {"seen": round(float(np.mean(backgrounds)), 3)}

    def is_thing(answer: dict[str, int], thing: str) -> bool:
        return looker.labels[answer["thing"]] in FOLLOWERS[thing]

    colours = {
        f"{a_or_an(f'{colour} {thing}')}": (thing, colour)
        for number, thing in enumerate(FOLLOWERS)
        for place, colour in enumerate(PAINTS)
        if held(thing, colour) or (place + number) % 3 == 0
    }
    numbers = {
        f"{word} {more_than_one(thing)}": (thing, word)
        for thing in FOLLOWERS
        for word in NUMBERS.values()
    }
    made = {
        f"{a_or_an(thing)}, {MADE_STYLES[style][0]}": (thing, style)
        for thing in FOLLOWERS
        for style in MADE_STYLES
    }
    drawn = {
        f"{a_or_an(thing)}, {STYLE_WORDS[style][0]}": (thing, style)
        for thing in FOLLOWERS
        for style in STYLE_WORDS
    }
    count_of = {word: number - 1 for number, word in NUMBERS.items()}
    for asked, held_out, rights in (
        (
            colours,
            held,
            {
                "colour": lambda answer, thing, word: COLOURS[answer["colour"]] == word,
                "colour_and_thing": lambda answer, thing, word: (
                    COLOURS[answer["colour"]] == word and is_thing(answer, thing)
                ),
            },
        ),
        (
            numbers,
            held,
            {
                "number": lambda answer, thing, word: answer["count"] == count_of[word],
                "number_and_thing": lambda answer, thing, word: (
                    answer["count"] == count_of[word] and is_thing(answer, thing)
                ),
            },
        ),
        (made, held, {"made_style": lambda answer, thing, word: STYLES[answer["style"]] == word}),
        (
            drawn,
            lambda thing, word: False,
            {"drawn_style": lambda answer, thing, word: STYLES[answer["style"]] == word},
        ),
    ):
        shares, new = following(asked, held_out, pipeline, looker, rights)
        figures |= shares
        rows += [one + two for one, two in zip(new[::2], new[1::2])]

    same = [
        apart(looker.look([originals[i] for i in group])[1])
        for group in _drawings(records)
        if len(group) > 1
    ]
    figures["diversity_of_four"] = round(float(np.mean(spreads) / np.mean(same)), 3)
    among = np.sqrt(
        ((known[: len(originals) : 23, None] - known[None, : len(originals)]) ** 2).mean(-1)
    )
    among[among < 1e-6] = np.inf
    figures["distance_to_training_median"], figures["distance_among_training_median"] = (
        round(float(np.median(distances)), 3),
        round(float(np.median(among.min(1))), 3),
    )
    if grid:
        sheet = Image.new("RGB", (48 * 24, 48 * ((len(rows) + 5) // 6)), "white")
        for number, pictures in enumerate(rows):
            for column, picture in enumerate(pictures):
                sheet.paste(picture, (48 * ((number % 6) * 4 + column), 48 * (number // 6)))
        sheet.save(grid)
    return figures


def _drawings(records: list[dict]) -> list[list[int]]:
    """The drawings of every thing, as numbers of records."""
    found: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        found.setdefault(record["label"], []).append(number)
    return list(found.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pipeline", type=Path)
    parser.add_argument("--grid", type=Path)
    options = parser.parse_args()
    print(
        json.dumps(
            evaluate(options.work, options.pipeline or options.work / "pipeline", options.grid),
            indent=1,
        )
    )
