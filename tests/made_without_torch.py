"""Makes one kind of thing after another in a fresh process, and prints after each which big
libraries are loaded by then. Run by tests, as a program: `python made_without_torch.py [barred]
JOB ...`.

With `barred` nothing that locks/big.txt names can be imported, as on a machine set up by
`python start.py --light`; what was asked for all the same is printed too. Where nothing was, all
went as it goes where these libraries are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

MARK = "loaded after "
BIG = ("torch", "diffusers", "transformers", "peft", "accelerate", "sklearn")
DONE_WITHOUT = {"orjson"}  # the words model's library asks for it and goes on with Python's own


class Bar:
    """Stands first among Python's finders and says that what comes later is not there; `asked`
    is what was asked for.
    """

    def __init__(self) -> None:
        self.asked: set[str] = set()
        lock = Path(__file__).resolve().parents[1] / "locks" / "big.txt"
        later = set(re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.M))
        homes = packages_distributions().items()
        self.names = {
            name
            for name, packages in homes
            if {package.lower().replace("_", "-") for package in packages} <= later
        }
        assert {"diffusers", "transformers", "gradio", "c2pa"} <= self.names
        self.names |= set(BIG)

    def find_spec(self, name: str, path=None, target=None):
        if (first := name.partition(".")[0]) in self.names:
            self.asked.add(first)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def command(kind: str, text: str, count: int = 1) -> None:
    from course_utils.cli.main import main

    assert main(["make", kind, text, "--count", str(count), "--seed", "3"]) == 0


def pictures() -> None:
    import course_utils as course

    quick = {"seed": 2, "speed": "quick"}
    made = course.make_image("a red heart", count=2, seed=1)
    course.make_image("a cat", start=made, strength=0.6, style="flat:0.7 3d:0.3", **quick)
    course.make_image("a crown", start=made, part="top half", **quick)
    course.make_image("a tree", start=made, extend="right", **quick)
    course.sweep_image("a castle", **quick, guidance=[1, 3])
    film = course.filmstrip("a red heart", branch=(3, "a blue circle"))
    assert film.attention.shown and course.parts_at_work(film).shown
    done(course.make_bigger(made), course.family_tree(made), course.take_picture(made, "stickers"))


def words() -> None:
    import course_utils as course

    done(course.make_words("rain", count=1, seed=1), course.next_words("rain on the"))


def tunes() -> None:
    import course_utils as course

    made = course.make_tune("a happy jig", count=2, bars=4, seed=1)
    done(made, course.continue_tune(made, seed=1), course.fill_gap(made, first=2, last=2, seed=1))
    done(course.vary_tune(made, seed=1), course.answer_phrase(made, seed=1))
    done(course.harmonise(made, seed=1), course.suggest_chords(made, seed=1))
    course.next_notes(course.begin_melody())


def backing() -> None:
    import course_utils as course

    done(course.make_backing("C | Am | F | G", count=1, seed=1))


def textures() -> None:
    import course_utils as course

    done(course.make_texture("a quiet hum", count=1, seed=1))


def layouts() -> None:
    import course_utils as course

    done(course.make_layouts("Summer fair", count=2, seed=1))


def looking_closer() -> None:
    import course_utils as course

    made, tune = (
        course.make_image("a red heart", count=3, seed=1, speed="quick"),
        course.make_tune("a jig", bars=4),
    )
    done(course.where_from(made[0]), course.where_from(tune[0]), course.contribution(made[0]))
    done(course.style_map(), course.how_new(made[0]), course.mix_styles("a cat", {"flat": 1}))
    done(course.this_or_that("image"), course.choose("left"), course.order_by_taste(made))
    done(course.make_for_me("image", "a cat", count=1, tried=2), course.marked_words(pieces=12))
    done(course.audit(["a doctor"], each=2), course.machine_card(), course.cost_of())


def studios() -> None:
    import course_utils as course

    for name in ("ImageStudio", "WordsStudio", "TuneStudio"):
        studio = getattr(course, name)(prompt="a red heart", seed=1)
        studio.generate()
        studio.wait()
        assert studio.results, (name, studio.status.value)
    for name in ("BackingStudio", "TextureStudio", "LayoutStudio", "StyleStudio", "TasteStudio"):
        getattr(course, name)()


def done(*results) -> None:
    """A list of nothing, or a finding with only a sentence, says what went wrong."""
    for result in results:
        empty = isinstance(result, list) and not result
        wrong = hasattr(result, "shown") and not result.shown
        assert not empty and not wrong, result.message


JOBS: dict[str, Callable[[], None]] = {
    "command image": lambda: command("image", "a red heart", 4),
    "command words": lambda: command("words", "rain"),
    "command tune": lambda: command("tune", "a jig"),
    "command sound": lambda: command("sound", "a quiet hum"),
    **{job.__name__: job for job in (pictures, words, tunes, backing, textures, layouts)},
    "looking_closer": looking_closer,
    "studios": studios,
}


def main(jobs: list[str]) -> None:
    asked: set[str] = set()
    if jobs[0] == "barred":
        bar, jobs = Bar(), jobs[1:]
        sys.meta_path.insert(0, bar)
        asked = bar.asked
    for job in jobs:
        JOBS[job]()
        here = {big for big in BIG if big in sys.modules}
        print(f"{MARK}{job}:", *sorted(here | asked - DONE_WITHOUT), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
