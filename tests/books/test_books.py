"""A book of five scenes with the real models: what a person changes, who did what, what is kept."""

from __future__ import annotations

import re

import pytest

from course_utils import books, files, pictures
from course_utils.books.book import PLOT
from course_utils.classroom.wall.intake import checked
from course_utils.creation import HumanEdit, LearnerError
from course_utils.portfolio.store import Portfolio
from course_utils.words.drafts import begun


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("book")


@pytest.fixture(autouse=True)
def portfolio(folder, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(folder))


@pytest.fixture(scope="module")
def made_before(folder):
    """A picture of the hero and a text, made and chosen before a book is begun."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PORTFOLIO", str(folder))
        (drawn,) = pictures.make("a red fox", count=1, seed=2, speed="quick")
        fox = drawn.model_copy(update={"edits": [HumanEdit(what="chosen with Use this")]})
        text = begun("The fox went out into the rain.")
        for one in (fox, text):
            Portfolio().save(one)
        return fox, text


@pytest.fixture(scope="module")
def book(folder, made_before):
    """A book that takes nothing made earlier."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PORTFOLIO", str(folder))
        return books.begin("a fox", "a key", title="The fox & the key", seed=5, mine=False)


@pytest.fixture(scope="module")
def page(folder, book):
    """The book, finished."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PORTFOLIO", str(folder))
        books.state(book, "I wrote the crow & the end.", author="Ada")
        (page,) = books.finish(book)
        return page


def test_five_scenes_have_words_a_picture_and_a_tune_and_nothing_of_before(book, made_before):
    assert len(book.scenes) == len(PLOT) and not book.message
    for scene in book.scenes:
        assert scene.words and scene.picture is not None and scene.tune is not None
    assert book.scenes[0].line == "One morning a fox found a key."
    assert book.counted()["words by a person"] == 0
    used = {part.id for scene in book.scenes for part in (scene.text, scene.picture)}
    assert not used & {one.id for one in made_before}
    shown = book._repr_html_()
    assert shown.count("<audio") == 5 and shown.count('id="scene-') == 5
    assert "The fox &amp; the key" in shown


def test_what_a_person_changes_is_theirs_and_the_rest_stays(book):
    before = [(one.words, one.picture.id, one.tune.id) for one in book.scenes]
    books.change(book, 3, line="A crow took it.", picture="a crow")
    books.change(book, 4, text="The owl said nothing.")
    books.change(book, 5, tune=book.scenes[0].tune)
    after = [(one.words, one.picture.id, one.tune.id) for one in book.scenes]
    assert after[:2] == before[:2] and after[2][2] == before[2][2]
    assert after[2][1] != before[2][1] and after[3][0] == "The owl said nothing."
    assert book.scenes[2].picture.recipe.prompt == "a crow"
    counted = books.credits(book).figures
    assert counted["words by a person"] == 8 and counted["lines of the given plot"] == 4
    assert counted["changes"] == 4


def test_changes_that_cannot_be_are_said(book):
    with pytest.raises(LearnerError, match="from 1 to 5"):
        books.change(book, 6, line="x")
    with pytest.raises(LearnerError, match="what to change"):
        books.change(book, 1)
    with pytest.raises(LearnerError):
        books.change(book, 1, line="<script>alert(1)</script>")


def test_the_finished_book_plays_without_a_network(book, page):
    text = page.text
    assert text.count("<audio") == 5 and text.count("data:audio/") == 5
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]+"', text), "it fetches something"
    assert "<script" not in text and "the crow &amp; the end" in text and "by Ada" in text
    assert text.count("alt=") >= 6
    kept = Portfolio().find(page.id)
    assert files.unpack(kept.path).edits[0].counts == book.counted()
    assert kept.path.stat().st_size < 8_000_000


def test_the_class_wall_takes_the_finished_book(page):
    kept = Portfolio().find(page.id)
    work = checked(kept.path.read_bytes(), ".html", "The fox & the key", "Ada")
    assert "the crow & the end" in work.words and ".see.webp" in work.beside
    assert work.data == kept.path.read_bytes()


def test_it_is_taken_as_a_file_and_as_a_zine(book, page):
    file = books.take(page, book)
    assert file.path.suffix == ".html" and "The owl said nothing." in file.path.read_text()
    zine = books.take(page, book, "zine")
    assert zine.path.suffix == ".pdf" and "7 of 8 pages" in zine.message
    assert zine.path.read_bytes().startswith(b"%PDF")
    assert "html" in books.take(page, book, "epub").message


def test_what_was_made_for_the_story_is_put_in(made_before, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    portfolio = Portfolio()
    for one in made_before:
        portfolio.save(one)
    fox, state = made_before
    book = books.begin("a fox", "a qwertzuiop", seed=5)
    assert book.scenes[0].picture.id == fox.id and book.scenes[1].text.id == state.id
    assert "picture (lesson 02)" in book.message and "text (lesson 05)" in book.message
    assert "qwertzuiop" in book.message, "what nobody could draw is said beside it"
    counted = book.counted()
    assert counted["words by a person"] == 7 and counted["changes"] == 2
    assert "put in the picture" in books.credits(book).shown


def test_what_a_person_asked_for_and_did_not_get_is_said_with_the_book(book):
    kept, changes = book.scenes[1].picture, len(book.scenes[1].changes)
    books.change(book, 2, picture="<b>a crow</b>")
    assert book.message and book.scenes[1].picture is kept
    assert len(book.scenes[1].changes) == changes, "what was not changed is no change"
    books.change(book, 2, tune="a techno jig with kazoos")
    assert "kazoos" in book.message
    books.change(book, 2, text="Nobody spoke.", seed=9)
    assert book.message == "I had no use for: seed."
    books.change(book, 2, text="A very long way to go. " * 12)
    zine = books.take(None, book, "zine")
    assert "cut: scene 2." in zine.message
