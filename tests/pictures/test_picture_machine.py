"""The picture machine opened as a widget: a film walked through, other words on the way,
the three parts at work.
"""

from __future__ import annotations

import pytest

from course_utils.pictures.denoising_panel import PictureMachine
from course_utils.pictures.inside import NEAR, likeness, parts_at_work


@pytest.fixture(scope="module")
def machine():
    made = PictureMachine("a red heart", seed=4)
    made.watch()
    assert made.wait(600) and made.film is not None, made.status.value
    return made


def test_every_step_can_be_walked_to_and_is_told_in_words(machine):
    machine.go_to(1)
    first = machine.shown.value
    machine.go_to(99)
    assert (
        machine.step.value == 8
        and "Step 8 of 8" in machine.shown.value
        and "Step 1 of 8: 100% noise" in first
    )
    assert first.count("<img alt=") == first.count("<img ") == 3 and 'role="status"' in first
    assert (
        machine.strip.value.count("<figure") == 8
        and "Where the word heart counted" in machine.words.value
    )


def test_other_words_on_the_way_end_in_another_picture(machine):
    before = machine.film.picture.tobytes()
    machine.branch()
    assert machine.wait(600) and "From step 3 on it followed" in machine.status.value
    assert machine.film.picture.tobytes() != before and machine.film.branch == (3, "a blue circle")


def test_the_three_parts_are_shown_at_work(machine):
    shown = parts_at_work(machine.film)
    assert shown._repr_html_().count("<img alt=") == 3 + 12 + 1 and "Denoiser: at step" in repr(
        shown
    )
    things = [word for word in NEAR if word not in ("red", "blue")]
    assert {likeness("a red heart")[0][0], likeness("a cat")[0][0], likeness("a hound")[0][0]} == {
        "red",
        "cat",
        "dog",
    }
    assert next(word for word, _ in likeness("a red heart") if word in things) == "heart"


@pytest.mark.parametrize(
    ("prompt", "other", "words"),
    [("", "a cat", "Nothing to work with"), ("a cat", "<b>", "web code")],
)
def test_words_it_cannot_use_leave_the_film_as_it_was(machine, prompt, other, words):
    before = machine.film
    machine.prompt.value, machine.other.value = prompt, other
    machine.branch()
    assert machine.wait(60) and words in machine.status.value and machine.film is before
