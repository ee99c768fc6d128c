"""How different the eight layouts are, how good the rules find them,
and how many colours had to be mended.

Run: python -m benchmarks.layouts
Distance: Euclidean, of the features that `course_utils.layouts.rules.features` reads off a page
(where things stand, colours, letters). In the same run, for the same titles: the eight a learner
gets; eight drawn at random from the same pages; and eight of one composition, palette and pairing
(near-copies).
"""

from __future__ import annotations

import itertools
import random
import statistics
import time

from course_utils.creation import Recipe
from course_utils.layouts import engine as layout
from course_utils.layouts.design import read_objects
from course_utils.layouts.engine import LayoutEngine
from course_utils.layouts.rules import distance, judge, score

ASKED = [
    ("The quiet sea", "A film night for the whole school. Bring a blanket and a friend.", "poster"),
    ("Bread", "", "card"),
    ("How to mend almost anything", "Saturday in the old fire station, from ten to four.", "slide"),
    ("Night train", "Songs for people who cannot sleep", "album cover"),
]


def pages(title: str, text: str, format_name: str, seed: int, **kept) -> list:
    return [
        read_objects(made.text)
        for made in LayoutEngine().create(
            Recipe(
                kind="layout",
                prompt=title,
                seed=seed,
                settings={"text": text, "format": format_name, **kept},
            )
        )
    ]


def told(found: list) -> tuple[float, float]:
    """Smallest and mean distance of any two."""
    apart = [distance(one, other) for one, other in itertools.combinations(found, 2)]
    return min(apart), statistics.fmean(apart)


def at_random(found: list, count: int) -> list:
    return random.Random(len(found)).sample(found, min(count, len(found)))


def main() -> None:
    rows = []
    for title, text, format_name in ASKED:
        best = pages(title, text, format_name, 1)
        chosen, layout.different = layout.different, at_random
        drawn = pages(title, text, format_name, 1)
        layout.different = chosen
        first = next(
            LayoutEngine().create(
                Recipe(
                    kind="layout",
                    prompt=title,
                    seed=1,
                    settings={"text": text, "format": format_name, "count": 1},
                )
            )
        ).recipe.settings
        copies = pages(
            title,
            text,
            format_name,
            1,
            composition=first["composition"],
            palette=first["palette"],
            type=first["type"],
        )
        rows += [
            (
                title,
                format_name,
                name,
                len(found),
                *told(found),
                statistics.fmean(map(score, found)),
                min(
                    verdict.score
                    for page in found
                    for verdict in judge(page)
                    if verdict.rule == "contrast"
                ),
            )
            for name, found in (("given", best), ("at random", drawn), ("one design", copies))
        ]
    print(
        "| Title | Format | The eight | Pages | Nearest two | Mean distance | Mean score by the"
        " rules | Worst contrast verdict |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    for row in rows:
        print(
            "| "
            + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in row)
            + " |"
        )
    title, text, format_name = ASKED[0]
    held = fixed(title, text, format_name)
    eight, one_each = (
        quickest(lambda: pages(title, text, format_name, 1)),
        quickest(
            lambda: [pages(title, text, format_name, seed, count=1, **held) for seed in range(8)]
        ),
    )
    print(
        f"\nEight chosen for score and difference among {layout.TRIED * 8 + layout.MORE} took"
        f" {eight:.2f} s, {eight / one_each:.1f} times as long as eight laid out straight from"
        f" their recipes ({one_each:.2f} s)."
    )


def fixed(title: str, text: str, format_name: str) -> dict:
    """Everything drawn for the best page: a recipe that is laid out once, without a choice."""
    made = next(
        LayoutEngine().create(
            Recipe(
                kind="layout",
                prompt=title,
                seed=1,
                settings={"text": text, "format": format_name, "count": 1},
            )
        )
    )
    return {
        name: made.recipe.settings[name] for name in ("composition", "palette", "type", "choices")
    }


def quickest(work, times: int = 3) -> float:
    """The least seconds of a few tries."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


if __name__ == "__main__":
    main()
