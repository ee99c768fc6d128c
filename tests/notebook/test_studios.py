"""The frame all studios share, with a small engine of the same protocol: what clicks promise,
without any front end.
"""

from __future__ import annotations

import io
import signal
import threading
import time

import pytest
from PIL import Image

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines.base import Engine, Progress
from course_utils.notebook.frame import Studio
from course_utils.notebook.jobs import in_a_worker
from course_utils.pictures import calls
from course_utils.pictures.studio import ImageStudio
from course_utils.portfolio.store import Portfolio


class PlainColours(Engine):
    """An engine whose pictures are one colour, taken from the seed;
    it can be held up and can fail.
    """

    kind = "image"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.runs, self.problem = 0, None

    def load(self) -> None:
        pass

    def create(self, recipe, *, on_progress=None, stop=None, start=None):
        self.runs += 1
        if self.problem:
            raise self.problem
        for number in range(recipe.settings["count"]):
            on_progress(Progress(number + 1, recipe.settings["count"]))
            self.go.wait(10)
            if stop.is_set():
                return
            seed = recipe.seed + number
            picture, buffer = (
                Image.new("RGB", (8, 8), (seed % 256, seed // 256 % 256, 90)),
                io.BytesIO(),
            )
            picture.save(buffer, "PNG")
            yield Creation(
                recipe=recipe.changed(seed=seed, settings={"count": 1}), content=buffer.getvalue()
            )
            if number == 1 and recipe.prompt == "hold after two":
                self.go.clear()


@pytest.fixture
def studio(tmp_path) -> Studio:
    return ImageStudio(engine=PlainColours(), portfolio=Portfolio(tmp_path))


def generate(studio: Studio, prompt: str = "a red heart") -> None:
    studio.prompt.value = prompt
    studio.generate()
    assert studio.wait(20)


def test_four_candidates_are_saved_the_moment_they_exist(studio):
    generate(studio)
    assert len(studio.results) == 4
    assert {s.creation.id for s in studio.portfolio.list("image")} == {c.id for c in studio.results}
    assert "4 pictures are ready" in studio.status.value


def test_stop_keeps_finished_candidates(studio):
    studio.prompt.value = "hold after two"
    studio.generate()
    limit = time.monotonic() + 20
    while studio.engine.go.is_set() and time.monotonic() < limit:
        time.sleep(0.01)  # until two are finished and it is held up
    studio.stop()
    studio.engine.go.set()
    assert studio.wait(20)
    assert len(studio.results) == 2 == len(studio.portfolio.list("image"))
    assert "Stopped" in studio.status.value
    assert studio.stop_button.disabled and not studio.generate_button.disabled


def test_a_second_click_while_working_does_not_start_twice(studio):
    studio.engine.go.clear()
    studio.generate()
    studio.generate()
    assert "Already at work" in studio.status.value
    studio.engine.go.set()
    assert studio.wait(20)
    assert studio.engine.runs == 1


def test_two_studios_take_turns(studio, tmp_path):
    other = ImageStudio(engine=PlainColours(), portfolio=Portfolio(tmp_path))
    studio.engine.go.clear()
    studio.generate()
    limit = time.monotonic() + 20
    while not studio.engine.runs and time.monotonic() < limit:
        time.sleep(0.01)
    other.generate()
    assert not other.wait(0.6)
    assert "Waiting for another studio" in other.status.value and other.engine.runs == 0
    studio.engine.go.set()
    assert studio.wait(20) and other.wait(20)
    assert len(other.results) == 4


def test_again_vary_and_remix_remember_their_parent(studio):
    generate(studio)
    first = studio.results[1]
    studio.again(1)
    assert studio.wait(20) and {c.recipe.parent for c in studio.results} == {first.id}
    assert studio.results[0].recipe.seed != first.recipe.seed
    second = studio.results[0]
    studio.vary(0)
    assert studio.wait(20) and {c.recipe.parent for c in studio.results} == {second.id}
    third = studio.results[2]
    studio.remix(2)
    assert studio.prompt.value == third.recipe.prompt
    generate(studio, "a blue heart")
    assert {c.recipe.parent for c in studio.results} == {third.id}
    assert {c.recipe.prompt for c in studio.results} == {"a blue heart"}


def test_undo_brings_the_earlier_candidates_back(studio):
    generate(studio)
    before = list(studio.results)
    generate(studio, "a green tree")
    studio.undo()
    assert studio.results == before
    assert len(studio.portfolio.list("image")) == 8  # nothing is deleted


def test_use_this_and_save_are_written_into_the_record(studio):
    generate(studio)
    studio.use(2)
    studio.save(2)
    kept = studio.portfolio.find(studio.chosen.id).creation
    assert [edit.what for edit in kept.edits] == ["chosen with Use this", "saved by the learner"]


def test_a_restart_shows_the_history_and_brings_one_back(studio, tmp_path):
    generate(studio)
    fresh = ImageStudio(engine=PlainColours(), portfolio=Portfolio(tmp_path))
    assert {c.id for c in fresh.history} == {c.id for c in studio.results}
    assert "alt=" in fresh.film.cards[0]
    fresh.use_earlier(1)
    assert fresh.results == [fresh.history[1]]


@pytest.mark.parametrize(
    "prompt", ["", "x" * 10_000, "🦊🦊🦊", "قلب أحمر", "\x00\x00", "<script>alert(1)</script>"]
)
def test_bad_prompts_get_a_sentence_and_lose_nothing(studio, prompt):
    generate(studio)
    before = list(studio.results)
    generate(studio, prompt)
    assert "Please note" in studio.status.value
    assert "Traceback" not in studio.status.value and "<script" not in studio.status.value
    assert studio.results == before and studio.prompt.value == prompt


def test_words_are_escaped_wherever_they_are_shown(studio):
    generate(studio, 'a cat" onerror="x & <3')
    assert 'onerror="x' not in studio.gallery.cards[0]
    assert "&quot; onerror=&quot;x &amp; &lt;3" in studio.gallery.cards[0]


def test_an_unexpected_error_becomes_a_sentence_and_its_cause_is_kept(studio):
    generate(studio)
    studio.engine.problem = ZeroDivisionError("inside the engine")
    generate(studio)
    assert "unexpected" in studio.status.value and "ZeroDivision" not in studio.status.value
    assert "inside the engine" in (studio.portfolio.folder / "errors.log").read_text(
        encoding="utf-8"
    )
    assert len(studio.results) == 4 and not studio.generate_button.disabled


def test_results_stay_on_the_screen_when_the_disk_is_full(studio, monkeypatch):
    def full(path, data):
        raise LearnerError("The disk is full. Make room.")

    monkeypatch.setattr(studio.portfolio, "_write", full)
    generate(studio)
    assert len(studio.results) == 4
    assert "disk is full" in studio.status.value


def test_every_control_has_a_name(studio):
    from course_utils.notebook.face.parts import Button, Valued, all_inside

    named = [part for part in all_inside(studio) if isinstance(part, Button | Valued)]
    assert len(named) > 25
    assert all(w.description.strip() for w in named)
    buttons = [w.description for w in named if isinstance(w, Button)]
    assert len(buttons) == len(set(buttons))


def test_a_locked_seed_is_used_and_an_unlocked_one_changes(studio):
    studio.seed.value, studio.lock_seed.value = 41, True
    generate(studio)
    assert [c.recipe.seed for c in studio.results] == [41, 42, 43, 44]
    studio.lock_seed.value = False
    generate(studio)
    assert studio.results[0].recipe.seed != 41


def test_marks_made_from_history_keep_the_earlier_ones(studio):
    generate(studio)
    studio.use(0)
    place = next(n for n, c in enumerate(studio.history) if c.id == studio.chosen.id)
    studio.use_earlier(place)
    studio.save(0)
    kept = studio.portfolio.find(studio.chosen.id).creation
    assert [edit.what for edit in kept.edits] == ["chosen with Use this", "saved by the learner"]


def test_a_click_while_working_keeps_the_parent_and_the_seed(studio):
    generate(studio)
    parent = studio.results[0]
    studio.engine.go.clear()
    studio.again(1)
    studio.remix(0)
    seed = studio.seed.value
    studio.generate()
    assert "Already at work" in studio.status.value and studio.seed.value == seed
    studio.engine.go.set()
    assert studio.wait(20)
    studio.generate()
    assert studio.wait(20) and {c.recipe.parent for c in studio.results} == {parent.id}


def test_a_mark_made_while_new_ones_arrive_goes_to_the_right_creation(studio, monkeypatch):
    generate(studio)
    first, second = studio.results[0], studio.results[1]
    whole = studio.portfolio.add_edit

    def slow(creation, what):
        studio.results = [second]  # new candidates arrive meanwhile
        return whole(creation, what)

    monkeypatch.setattr(studio.portfolio, "add_edit", slow)
    studio.use(0)
    assert studio.results == [second]
    assert studio.chosen.id == first.id


def test_remix_reads_a_recipe_that_lacks_settings(studio):
    generate(studio)
    studio.results[0] = studio.results[0].model_copy(
        update={"recipe": Recipe(kind="image", prompt="bare", settings={"style": "unheard of"})}
    )
    studio.remix(0)
    assert studio.prompt.value == "bare" and studio.style_choice.value == "any"


def test_stop_when_idle_promises_nothing(studio):
    before = studio.status.value
    studio.stop()
    assert studio.status.value == before


def test_one_line_calls_say_a_sentence_for_any_error(monkeypatch, tmp_path):
    from course_utils.notebook import results as oneline

    engine = PlainColours()
    engine.problem = RuntimeError("inside the engine")
    monkeypatch.setattr(oneline, "engine_for", lambda kind: engine)
    for problem in (RuntimeError("inside the engine"), ValueError("inside the engine")):
        engine.problem = problem
        said = calls.make_image("a cat")
        assert not said and "unexpected" in said.message and "seed" not in said.message
    assert "seed" in calls.make_image("a cat", seed=-1).message
    assert "inside the engine" in (oneline.Portfolio().folder / "errors.log").read_text(
        encoding="utf-8"
    )


def test_one_line_calls_keep_everything_when_the_disk_is_full(monkeypatch):
    from course_utils.notebook import results as oneline

    class Free(PlainColours):
        def create(self, recipe, **_):
            yield from super().create(recipe, on_progress=lambda _: None, stop=threading.Event())

    def full(self, path, data):
        raise LearnerError("The disk is full. Make room.")

    monkeypatch.setattr(oneline, "engine_for", lambda kind: Free())
    monkeypatch.setattr(Portfolio, "_write", full)
    made = calls.make_image("a cat")
    assert len(made) == 4 and "disk is full" in made.message


def test_a_one_line_call_calculates_in_a_thread_of_its_own_and_still_can_be_interrupted(request):
    seen = []
    in_a_worker(lambda: seen.append(threading.current_thread()), threading.Event())
    assert seen[0] is not threading.main_thread()
    with pytest.raises(ZeroDivisionError):
        in_a_worker(lambda: 1 / 0, threading.Event())

    # a shell starts what runs in its background with this signal ignored
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    stop, ended = threading.Event(), []

    def until_stopped() -> None:
        signal.raise_signal(signal.SIGINT)
        ended.append(stop.wait(30))

    with pytest.raises(KeyboardInterrupt):
        in_a_worker(until_stopped, stop)
    assert ended == [True]  # what was begun came to its end before the interrupt went on
