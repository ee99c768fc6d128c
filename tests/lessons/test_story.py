"""The story through the course: whose it is, which works belong to it, and who carries it on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import course_utils
from course_utils.books.calls import PLACES
from course_utils.creation import Creation, HumanEdit, Recipe
from course_utils.lessons.course import course
from course_utils.lessons.running_story import cast, pieces_made
from course_utils.notebook.calls import earlier
from course_utils.portfolio.store import Portfolio, Saved
from course_utils.words.markdown import PERSONS_WORDS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def portfolio(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    return Portfolio()


def work(kind: str, prompt: str, chosen: bool = False, model: str = "m") -> Creation:
    edits = [HumanEdit(what="chosen with Use this")] if chosen else []
    recipe = Recipe(kind=kind, prompt=prompt, model=model)
    return Creation(recipe=recipe, content=b"The fox went out.", edits=edits)


def pieces(*works: Creation, hero: str = "a fox", thing: str = "a key") -> dict[str, Creation]:
    """The pieces among some works, the newest first."""
    return pieces_made([Saved(Path(f"{one.id}.x"), one) for one in works], hero, thing)


def test_a_chosen_picture_of_the_hero_comes_before_a_newer_one_and_others_never():
    castle, newer, chosen = work("image", "a castle", True), work("image", "a fox"), None
    chosen = work("image", "a red fox in the snow", True)
    assert pieces(castle, newer, chosen) == {"hero": chosen}
    assert pieces(castle, newer) == {"hero": newer}
    assert pieces(castle) == pieces(work("image", "a key", True)) == {}
    assert pieces(castle, newer, hero="a castle") == {"hero": castle}


def test_a_tune_counts_only_when_a_person_chose_it_and_a_grown_text_is_another_piece():
    assert pieces(work("tune", "a happy jig"), work("sound", "rain")) == {}
    tune, rain = work("tune", "a happy jig", True), work("sound", "rain", True)
    first, grown = work("words", "a fox finds a key"), work("words", "The fox", model=PERSONS_WORDS)
    cover = work("layout", "The fox and the key")
    wanted = {"words": first, "grown": grown, "tune": tune, "sound": rain, "cover": cover}
    assert pieces(cover, tune, rain, grown, first, work("words", "the moon", True)) == wanted


def test_another_hero_is_kept_and_shown(portfolio):
    assert cast(portfolio) == ("a fox", "a key")
    assert "a fox finds a key" in course_utils.lessons.progress().text
    told = course_utils.lessons.story("a robot", "a red balloon")
    assert cast(Portfolio()) == ("a robot", "a red balloon")
    assert "a picture of a robot: still to come" in told.text and told.figures == {"pieces": 0}
    portfolio.save(work("words", "a robot finds a balloon"))
    told = course_utils.lessons.story()
    assert "04 the first words: yours" in told.text and told.figures == {"pieces": 1}
    assert "a robot finds a red balloon" in course_utils.lessons.progress().shown
    assert course_utils.lessons.story("<script>").message and cast(portfolio)[0] == "a robot"


def test_earlier_work_is_found_by_its_words_first(portfolio):
    fox, other = work("words", "a fox"), work("words", "the moon")
    for one in (fox, other):
        portfolio.save(one)
    assert earlier("poem", "the fox").id == fox.id
    assert earlier("poem", "a rainbow").id in (other.id, fox.id)


def test_every_piece_has_a_lesson_that_makes_it_and_a_place_in_the_book():
    names = [piece.name for piece in course().piece]
    assert len(set(names)) == len(names) >= 6 and set(PLACES) == set(names) - {"cover"}
    for piece in course().piece:
        lesson = course().numbered(piece.lesson)
        cells = json.loads((NOTEBOOKS / lesson.notebook).read_text("utf-8"))["cells"]
        text = "".join("".join(cell["source"]) for cell in cells)
        assert "fox" in text, piece.name


def test_the_story_is_met_in_every_track():
    for track in course().track:
        texts = [
            (NOTEBOOKS / one.notebook).read_text("utf-8") for one in course().of_track(track.name)
        ]
        assert sum("fox" in text for text in texts) >= len(texts) / 2, track.name
