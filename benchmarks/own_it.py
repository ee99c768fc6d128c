"""The figures of docs/own_it.md: how near results lie to the training examples,
how often scores and marks err, how long looking takes against making.

Run: python -m benchmarks.own_it          (about five minutes; everything is made anew)
"""

from __future__ import annotations

import json
import statistics
import time

from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.pictures import engine as drawing
from course_utils.pictures.candidates.drawn_anew import OTHER
from course_utils.pictures.people_classifier import people_layers
from course_utils.pictures.png import open_picture
from course_utils.pictures.training_drawings import library
from course_utils.provenance import nearest_pictures as neighbours
from course_utils.provenance import shared_note_runs as tune_runs
from course_utils.provenance.credit_calls import changed, sample_pictures
from course_utils.provenance.picture_watermark import error_rates
from course_utils.words.green_list import find_mark

PROMPTS = [
    "a fox",
    "a red apple",
    "a rocket",
    "a castle",
    "a robot",
    "a sunflower",
    "an owl",
    "a guitar",
]
COPIED = ["a red heart", "a cat", "a palm tree", "a key"]  # of which some are drawn anew
PEOPLE = ["a doctor", "a nurse", "a boss", "a scientist", "a teacher"]
TUNES = ["a lively jig", "a reel in D", "a slow air", "a hornpipe"]
STARTS = [
    "The lighthouse keeper opened the door and",
    "My grandmother always said that",
    "In the market there was",
    "The old ship came home because",
]


def pictures() -> dict:
    engine, made, began = engine_for("image"), [], time.monotonic()
    engine.load()
    began = time.monotonic()
    for number, prompt in enumerate(PROMPTS):
        made += list(
            engine.create(Recipe(kind="image", prompt=prompt, seed=number, settings={"count": 4}))
        )
    making = time.monotonic() - began
    library(), neighbours.yardstick()
    began = time.monotonic()
    scores = [
        neighbours.copying_score(neighbours.nearest_pictures(open_picture(one.content))[0].dots)
        for one in made
    ]
    looking = time.monotonic() - began
    return {
        "pictures": len(made),
        "score_median": round(statistics.median(scores), 3),
        "as_near_as_a_copy": sum(score > neighbours.COPY for score in scores),
        "near": sum(score > neighbours.NEAR for score in scores),
        "seconds_to_look_one_up": round(looking / len(made), 3),
        "looking_as_share_of_making": round(looking / making, 4),
    }


def drawn_anew() -> dict:
    """What looking every candidate up and drawing copies anew costs, where no style is named: four
    pictures of each prompt and of a red heart, twice each way, in turns.
    """
    engine, seconds, anew = engine_for("image"), {True: [], False: []}, 0
    settings = {"count": 4, "composition": "any"}
    ways = {True: drawing.drawn_anew, False: lambda orders, pictures, draw: (orders, pictures)}
    prompts = [*PROMPTS, *COPIED]
    for number, prompt in enumerate(["a cloud", *prompts, *prompts]):
        recipe = Recipe(kind="image", prompt=prompt, settings=settings)
        for looked_up in (True, False):
            drawing.drawn_anew = ways[looked_up]
            began = time.monotonic()
            made = list(engine.create(recipe))
            if number:  # the first warms up
                seconds[looked_up].append(time.monotonic() - began)
            anew += number > len(prompts) and sum(
                OTHER in one.recipe.settings["style"] for one in made
            )
    drawing.drawn_anew = ways[True]
    ratios = [one / other for one, other in zip(seconds[True], seconds[False], strict=True)]
    return {
        "candidates": 4 * len(prompts),
        "drawn_anew": anew,
        "seconds_for_four": round(statistics.mean(seconds[True]), 2),
        "ratio_to_drawing_once": round(sum(seconds[True]) / sum(seconds[False]), 2),
        "ratio_median": round(statistics.median(ratios), 2),
        "ratio_most": round(max(ratios), 2),
    }


def tunes() -> dict:
    engine = engine_for("tune")
    engine.load()
    began = time.monotonic()
    made = [
        one
        for number, prompt in enumerate(TUNES)
        for one in engine.create(
            Recipe(kind="tune", prompt=prompt, seed=number, settings={"count": 4, "bars": 8})
        )
    ]
    making = time.monotonic() - began
    tune_runs.library(), tune_runs.places()
    began = time.monotonic()
    found = [(tune_runs.nearest_tunes(one)[0].notes, len(tune_runs.notes_of(one))) for one in made]
    looking = time.monotonic() - began
    scores = [tune_runs.borrowing_score(*one) for one in found]
    return {
        "tunes": len(made),
        "longest_run_median": statistics.median(longest for longest, _ in found),
        "longest_run_most": max(longest for longest, _ in found),
        "people_median_of_48": tune_runs.yardsticks()[48][200],
        "score_median": round(statistics.median(scores), 3),
        "seconds_to_look_one_up": round(looking / len(made), 3),
        "looking_as_share_of_making": round(looking / making, 3),
    }


def text_marks() -> dict:
    from course_utils.words.watermark import pieces_of, written

    backend, found = engine_for("words").backend, {}
    for mark in (True, False):
        texts = [written(backend, start, 100, mark, seed) for seed, start in enumerate(STARTS, 1)]
        parts = {
            f"{length} pieces": [made[:length] for _, made in texts] for length in (10, 25, 50, 100)
        } | {
            f"every {name} word changed": [
                pieces_of(backend, changed(text, step)) for text, _ in texts
            ]
            for name, step in (("tenth", 10), ("fourth", 4), ("second", 2))
        }
        found["marked" if mark else "unmarked"] = {
            name: f"{statistics.median(find_mark(one).p_value for one in some):.1g}"
            for name, some in parts.items()
        }
    return found


def people() -> dict:
    """Who is drawn for five jobs when nobody says who, with more words, and with less guidance;
    and the two shares of the bias lab.
    """
    from course_utils.fairness.audit import audit_pictures, split_bias
    from course_utils.fairness.bias_lab import bias_lab

    found = {}
    for name, settings in (
        ("as asked", {}),
        ("prompt expansion", {"expand": True}),
        ("guidance 1.5", {"guidance": 1.5}),
    ):
        counted = audit_pictures(PEOPLE, each=16, **settings)
        split = [*split_bias(counted), *split_bias(counted, "tone")]
        found[name] = {
            "who": {one.name: one.hits for one in counted.shares("who")},
            "tone": {one.name: one.hits for one in counted.shares("tone")},
            "data, counted": {
                one.counted.name: (
                    f"{one.data:.0%}, {one.counted.said}{', more than chance' * one.beyond_chance}"
                )
                for one in split
            },
        }
        found[name]["by prompt"] = {prompt: counts for prompt, counts in counted.counts.items()}
    for job, many, few in (("teacher", "light", "dark"), ("doctor", "man", "woman")):
        lab = bias_lab(job, many, few)
        found[f"bias lab, {job}, 8 {many} and 1 {few}"] = {
            one.way: f"{lab.share(one).said}; {one.said}" for one in lab.taught
        } | {"seconds": round(lab.seconds)}
    return found


def main() -> None:
    for name, work in (
        ("people at work", people),
        ("pictures", pictures),
        ("drawn anew", drawn_anew),
        ("how sure", neighbours.how_sure),
        ("tunes", tunes),
        ("picture mark", lambda: error_rates(sample_pictures(60))),
        ("text mark, median p-value", text_marks),
        ("judge of people", lambda: people_layers()[1]),
    ):
        print(name, json.dumps(work(), indent=1), flush=True)


if __name__ == "__main__":
    main()
