"""Figures and a grid for the picture model, on the fixed lists of asked.py,
judged by a classifier that knows nothing of the model (judge.py).

Run: python -m training.image.evaluate --work DIR [--pipeline FOLDER] [--sources DIR] [--grid
FILE.png] [--every N]   (after judge.py; --every 4: a quarter of the prompts)

Prints: the judge's own accuracy; how well the autoencoder restores pictures; (a) things: share of
single candidates judged to be the right one of all things, and of prompts where the best of four
is; (b) the same for words that stand in no caption, read by the model alone and as the course reads
them to it (course_utils/pictures/wishes/known_nouns.py); (c) following: background, painted colour,
number, style, for pairs of thing and word seen in training and for pairs held out
(compose.is_held_out), single candidates, and real drawings painted, as a yardstick; (d) two things
with a relation, both there, by the model alone, as the course arranges them, and of composed
pictures, as the yardstick of that question; and numbers as the course arranges them; (e)
difference: how far four candidates lie
apart in the judge's features, as a share of the distance between two drawings of one thing: for the
words alone, for one named style and for no named style as the course spreads them
(course_utils/pictures/candidates/spread.py); (f) edges: variance of the Laplacian of results over
that of training pictures; (g) a style nobody trained on (OpenMoji, with --sources): the right thing
among the five nearest, and the same for training pictures; (h) copying: share of candidates, by
name alone, as drawn in three styles at the first try, and as the course draws, which draws such a
candidate anew, nearer to a training picture than 95 % of drawings are to
the nearest by another publisher, and the distance to the nearest training picture against that
between training pictures (12 x 12 px).
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from PIL import Image

from course_utils.pictures.candidates.arranging import arranged
from course_utils.pictures.candidates.conditioning import SEEDS_APART, Order
from course_utils.pictures.candidates.drawn_anew import drawn_anew
from course_utils.pictures.candidates.spread import finished, spread
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.style_directions import SPREAD_STYLES, style_shares
from course_utils.pictures.wishes.known_nouns import as_known
from course_utils.pictures.wishes.parts import parts_of
from training.image.asked import FOLLOWERS, SYNONYMS, THINGS
from training.image.compose import NUMBERS, PAINTS, is_held_out, on_canvas, paint, related
from training.image.hands import FLAGSHIPS
from training.image.judge import COLOURS, load_judge
from training.image.kin import CORRECTED
from training.image.measures import (
    TWO_THINGS,
    among_five_nearest,
    both_there,
    copies,
    crispness,
    held_out_style,
    separate_drawings,
)
from training.image.sampling import Sampler
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


def draw(sampler: Sampler, prompt: str, count: int = 4) -> list[Image.Image]:
    """Candidates with seeds 0, 1, ... for a prompt."""
    return sampler.draw([prompt] * count, list(range(count)), STEPS, GUIDANCE)


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


def shares_right(hits: list[list[bool]]) -> dict[str, float]:
    """Share of single candidates that are right, and of prompts with one that is."""
    return {
        "one_candidate": round(float(np.mean([one for four in hits for one in four])), 3),
        "best_of_4": round(float(np.mean([any(four) for four in hits])), 3),
    }


def following(
    asked: dict[str, tuple[str, str]], held_out, sampler: Sampler, looker: Looker, rights: dict
) -> tuple[dict[str, dict[str, float]], list[list[Image.Image]]]:
    """Shares of two candidates a prompt that follow, for seen and held-out pairs, by question.

    Args:
        asked: prompt to (thing, word).
        held_out: whether a pair of thing and word was kept out of training.
        rights: question to a function of the judge's answers, thing and word.
    """
    hits, rows = {title: {"seen": [], "held_out": []} for title in rights}, []
    for prompt, (thing, word) in asked.items():
        pictures = draw(sampler, prompt, 2)
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


def evaluate(
    work: Path, folder: Path, grid: Path | None, sources: Path | None = None, every: int = 1
) -> dict:
    records, looker = read_records(work), Looker(work)
    rgba = (
        torch.from_numpy(np.load(work / "pictures.npz")["rgba"]).permute(0, 3, 1, 2).float() / 255
    )
    white = composite(rgba, torch.ones(1, 3, 1, 1))  # the training pictures, on white
    # what is asked for without a style is held against the hands that drew it without one
    by_flagships = [place for place, one in enumerate(records) if one["style"] in FLAGSHIPS]
    figures: dict = {"judge_accuracy": looker.accuracy}
    vae = AutoencoderTiny.from_pretrained(folder / "vae", torch_dtype=torch.float32).eval()
    with torch.no_grad():
        sample = white[by_flagships][::17]
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
    sampler = Sampler(folder)

    captions = json.loads((work / "synonyms.json").read_text(encoding="utf-8"))
    in_captions = {
        word for names in captions.values() for name in names for word in name.split()
    } | {word for record in records for name in names_of(record) for word in name.split()}
    by_hand = in_captions | set(CORRECTED)
    assert not set(SYNONYMS) & by_hand, set(SYNONYMS) & by_hand

    rows, distances, spreads, drawn = [], [], [], []
    for title, prompts in (
        ("things", THINGS),
        ("synonyms", SYNONYMS),
        ("synonyms_with_word_help", SYNONYMS),
    ):
        hits = []
        for prompt, right in list(prompts.items())[::every]:
            pictures = draw(
                sampler, as_known(prompt)[0] if title == "synonyms_with_word_help" else prompt
            )
            rows.append(pictures)
            answers, features = looker.look(pictures)
            hits.append([looker.labels[number] in right for number in answers["thing"]])
            spreads.append(apart(features))
            if title == "things":
                drawn += pictures
                distances += (
                    np.sqrt(((small(pictures)[:, None] - known[None]) ** 2).mean(-1))
                    .min(1)
                    .tolist()
                )
        figures[title] = shares_right(hits) | {
            "prompts": len(hits),
            "missed": [p for p, four in zip(list(prompts)[::every], hits) if not any(four)],
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
        for thing in ("cat", "rocket", "strawberry", "bell")[:: min(every, 4)]:
            for picture in draw(sampler, f"{a_or_an(thing)} on {a_or_an(name)} background", 2):
                corners = np.mean(
                    [
                        picture.getpixel((x, y))
                        for x in (2, picture.width - 3)
                        for y in (2, picture.width - 3)
                    ],
                    axis=0,
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

    styles = looker.judge.styles
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
    in_styles = {
        f"{a_or_an(thing)}, {STYLE_WORDS[style][0]}": (thing, style)
        for thing in FOLLOWERS
        for style in STYLE_WORDS
        if style in styles
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
        (made, held, {"made_style": lambda answer, thing, word: styles[answer["style"]] == word}),
        (
            in_styles,
            lambda thing, word: False,
            {"drawn_style": lambda answer, thing, word: styles[answer["style"]] == word},
        ),
    ):
        shares, new = following(
            dict(list(asked.items())[::every]), held_out, sampler, looker, rights
        )
        figures |= shares
        rows += [one + two for one, two in zip(new[::2], new[1::2])]

    same = float(
        np.mean(
            [
                apart(looker.look([originals[i] for i in group])[1])
                for group in _drawings(records, by_flagships)
                if len(group) > 1
            ]
        )
    )
    figures["diversity_of_four"] = round(float(np.mean(spreads)) / same, 3)
    for title, style in (("any", "any"), ("one_style", "3d")):
        asked_for = list(THINGS.items())[::every]
        sets = [
            as_spread(sampler, prompt, style, number)
            for number, (prompt, _) in enumerate(asked_for)
        ]
        rows += sets
        seen = [looker.look(four) for four in sets]
        figures[f"diversity_of_four_{title}"] = round(
            float(np.mean([apart(features) for _, features in seen])) / same, 3
        )
        figures[f"things_as_shown_{title}"] = shares_right(
            [
                [looker.labels[number] in right for number in answers["thing"]]
                for (answers, _), (_, right) in zip(seen, asked_for)
            ]
        )
    figures["painted_drawings"] = painted_drawings(looker, records, rgba)
    figures["number_and_thing_arranged"] = numbers_arranged(sampler, looker, every)
    figures["two_things"] = two_things(sampler, looker, records, rgba, every)
    real = crispness([originals[place] for place in by_flagships[::7]])
    figures["edges"] = round(crispness(drawn) / real, 3)
    separate = separate_drawings({label for right in THINGS.values() for label in right})
    figures["copies"] = {"by_name": round(copies(drawn, separate), 3)}
    for title, anew in (("in_three_styles", False), ("as_the_course_draws", True)):
        alone = [
            picture
            for number, prompt in enumerate(list(THINGS)[::every])
            for picture in as_spread(sampler, prompt, "any", number, whole=False, anew=anew)
        ]
        figures["copies"][title] = round(copies(alone, separate), 3)
    if sources:
        figures |= unseen_style(
            sampler, looker, sources / "node_modules", originals, records, every
        )
    among = np.sqrt(
        ((known[: len(originals) : 23, None] - known[None, : len(originals)]) ** 2).mean(-1)
    )
    among[among < 1e-6] = np.inf
    figures["distance_to_training_median"], figures["distance_among_training_median"] = (
        round(float(np.median(distances)), 3),
        round(float(np.median(among.min(1))), 3),
    )
    if grid:
        side = sampler.size
        sheet = Image.new("RGB", (side * 24, side * ((len(rows) + 5) // 6)), "white")
        for number, pictures in enumerate(rows):
            for column, picture in enumerate(pictures):
                sheet.paste(picture, (side * ((number % 6) * 4 + column), side * (number // 6)))
        sheet.save(grid)
    return figures


def as_spread(
    sampler: Sampler, prompt: str, style: str, seed: int, whole: bool = True, anew: bool = True
) -> list[Image.Image]:
    """Four candidates that differ on purpose, as the course makes them; what was drawn of them, if
    not the whole, and at the first try, if not `anew`.
    """
    settings = PictureSettings(style=style, composition="any", count=4)
    plan = spread(prompt, settings.model_dump(), seed, 4, SPREAD_STYLES)
    order = Order(sampler, prompt, 0, settings, plan)
    orders = [order.alone(number) for number in range(4)]

    def draw_orders(some: list[Order]) -> list[Image.Image]:
        words = [
            {f"{prompt}, {STYLE_WORDS[name][0]}": share for name, share in shares.items()}
            for shares in (style_shares(one.ways[0]["style"]) for one in some)
        ]
        return sampler.draw(words, [one.seed for one in some], STEPS, GUIDANCE)

    drawn = draw_orders(orders)
    if anew:
        orders, drawn = drawn_anew(orders, drawn, draw_orders)
    if not whole:
        return drawn
    return [finished(picture, one.ways[0]["composition"]) for picture, one in zip(drawn, orders)]


def as_arranged(
    sampler: Sampler, prompt: str, style: str = "flat", count: int = 4
) -> list[Image.Image]:
    """Candidates whose things are drawn one by one and arranged, as the course does."""
    parts = parts_of(prompt)
    assert parts is not None, prompt
    each = [
        sampler.draw(
            [f"{thing}, {STYLE_WORDS[style][0]}"] * count,
            [seed + place * SEEDS_APART for seed in range(count)], STEPS, GUIDANCE,
        )
        for place, thing in enumerate(parts.things)
    ]  # fmt: skip
    return [
        arranged(things, parts.relation, turned=seed % 2 == 1)
        for seed, things in enumerate(zip(*each))
    ]


def numbers_arranged(sampler: Sampler, looker: Looker, every: int) -> float:
    """Share of candidates with the right thing in the right number, drawn one by one."""
    hits = []
    for thing in list(FOLLOWERS)[::every]:
        for number, word in NUMBERS.items():
            pictures = as_arranged(sampler, f"{word} {more_than_one(thing)}", count=2)
            answers, _ = looker.look(pictures)
            hits += [
                count == number - 1 and looker.labels[seen] in FOLLOWERS[thing]
                for count, seen in zip(answers["count"], answers["thing"])
            ]
    return round(float(np.mean(hits)), 3)


def painted_drawings(looker: Looker, records: list[dict], rgba: torch.Tensor) -> dict[str, float]:
    """The yardstick of painted colours: what the judge says of real flat drawings painted as in
    training.
    """
    hits = []
    for labels in FOLLOWERS.values():
        drawn = _sprite(records, rgba, labels)
        made = [
            on_canvas([(paint(drawn, rgb), 0.5, 0.5, 1.0)], drawn.width, (255, 255, 255))
            for rgb in PAINTS.values()
        ]
        answers, _ = looker.look(made)
        hits += [
            (COLOURS[seen] == colour, looker.labels[what] in labels)
            for colour, seen, what in zip(PAINTS, answers["colour"], answers["thing"])
        ]
    return {
        "colour": round(float(np.mean([colour for colour, _ in hits])), 3),
        "colour_and_thing": round(float(np.mean([all(one) for one in hits])), 3),
    }


def two_things(
    sampler: Sampler, looker: Looker, records: list[dict], rgba: torch.Tensor, every: int
) -> dict[str, float]:
    """Share of candidates in which the judge sees both things of a relation, by the model alone and
    as the course arranges them; and of pictures composed from drawings, where both are there for
    certain.
    """

    def look(pictures: list[Image.Image]) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            answers, features = looker.judge(
                torch.from_numpy(np.stack([np.asarray(p) for p in pictures]))
                .permute(0, 3, 1, 2)
                .float()
                / 127.5
                - 1
            )
        return answers["thing"], features

    hits, by_course, real, rng = [], [], [], random.Random(0)
    for first, relation, second in TWO_THINGS[::every]:
        prompt = f"{a_or_an(first)} {relation} {a_or_an(second)}"
        right = FOLLOWERS[first], FOLLOWERS[second]
        pictures = draw(sampler, f"{prompt}, {STYLE_WORDS['flat'][0]}")
        hits.append(both_there(pictures, *right, look, looker.labels))
        by_course.append(both_there(as_arranged(sampler, prompt), *right, look, looker.labels))
        one, other = (_sprite(records, rgba, FOLLOWERS[name]) for name in (first, second))
        stands = {"on": "on", "under": "under", "behind": "behind", "in front of": "before"}.get(
            relation, "beside"
        )
        made = on_canvas(related(one, other, stands, rng), one.width, (255, 255, 255))
        real += both_there([made], FOLLOWERS[first], FOLLOWERS[second], look, looker.labels)
    return {
        "both_there": round(float(np.mean(hits)), 3),
        "best_of_4": round(float(np.mean([any(four) for four in hits])), 3),
        "arranged_both_there": round(float(np.mean(by_course)), 3),
        "arranged_best_of_4": round(float(np.mean([any(four) for four in by_course])), 3),
        "composed_pictures": round(float(np.mean(real)), 3),
    }


def _sprite(records: list[dict], rgba: torch.Tensor, labels: list[str]) -> Image.Image:
    """The flat drawing of the first of some labels that has one."""
    place = next(
        number
        for label in labels
        for number, record in enumerate(records)
        if record["label"] == label and record["style"] == "flat"
    )
    return Image.fromarray((rgba[place].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))


def unseen_style(
    sampler: Sampler,
    looker: Looker,
    modules: Path,
    originals: list[Image.Image],
    records: list[dict],
    every: int,
) -> dict[str, float]:
    """Right thing among the five nearest OpenMoji drawings: best of four candidates, single ones,
    and training pictures.
    """
    reference, names = held_out_style(modules, looker.labels, sampler.size)
    known = torch.cat(
        [looker.look(reference[start : start + 64])[1] for start in range(0, len(reference), 64)]
    )
    hits = []
    for prompt, right in list(THINGS.items())[::every]:
        hits.append(
            among_five_nearest(
                looker.look(draw(sampler, f"{prompt}, {STYLE_WORDS['flat'][0]}"))[1],
                known,
                names,
                right,
            )
        )
    mine = [number for number, record in enumerate(records) if record["label"] in names][::9]
    real = [
        among_five_nearest(
            looker.look([originals[number]])[1], known, names, [records[number]["label"]]
        )[0]
        for number in mine
    ]
    return {
        "unseen_style_best_of_4": round(float(np.mean([any(four) for four in hits])), 3),
        "unseen_style_one_candidate": round(float(np.mean(hits)), 3),
        "unseen_style_training_pictures": round(float(np.mean(real)), 3),
    }


def _drawings(records: list[dict], numbers: list[int]) -> list[list[int]]:
    """The drawings of every thing among some records, as their numbers."""
    found: dict[str, list[int]] = {}
    for number in numbers:
        found.setdefault(records[number]["label"], []).append(number)
    return list(found.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--pipeline", type=Path)
    parser.add_argument("--grid", type=Path)
    parser.add_argument(
        "--sources",
        type=Path,
        help="folder of downloads, for OpenMoji as a style nobody trained on",
    )
    parser.add_argument("--every", type=int, default=1, help="ask only every so many prompts")
    options = parser.parse_args()
    print(
        json.dumps(
            evaluate(
                options.work,
                options.pipeline or options.work / "pipeline",
                options.grid,
                options.sources,
                options.every,
            ),
            indent=1,
        )
    )
