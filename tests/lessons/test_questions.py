"""Guesses and questions: their data, the buttons, the words, and what is kept of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

import course_utils
from course_utils import languages
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.lessons import calls
from course_utils.lessons.course import course
from course_utils.lessons.keeping import answered, right_at_once
from course_utils.lessons.measures import colour, colour_of
from course_utils.lessons.question_panel import Check, Guess, measured
from course_utils.lessons.questions import ASKED, asked_in, checks_of, guess_named
from course_utils.notebook.results import Results
from course_utils.portfolio.progress import my_progress
from course_utils.portfolio.store import Portfolio

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = course().lesson


@pytest.fixture
def portfolio(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    return Portfolio()


def called(one, what: str) -> list[str]:
    cells = json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.findall(rf'^{what}\("([^"]+)"', code, re.M)


def test_names_and_files_are_unique_and_known():
    names = Counter(one.name for lesson in LESSONS for one in asked_in(lesson.number).all)
    assert not [name for name, count in names.items() if count > 1]
    assert {path.stem for path in ASKED.glob("*.toml")} == {one.number for one in LESSONS}


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_a_lesson_asks_what_is_written_for_it(one):
    asked = asked_in(one.number)
    assert called(one, "predict") == [question.name for question in asked.predict]
    assert called(one, "check") == [one.number]
    assert len(asked.check) >= 2
    assert all(question.right for question in asked.check)


def test_every_choice_has_a_reason_and_right_answers_are_spread():
    rights = Counter(one.right for lesson in LESSONS for one in asked_in(lesson.number).check)
    assert max(rights[letter] for letter in "abc") < 0.6 * sum(rights.values()), rights


def test_a_guess_is_kept_and_the_result_answers_it(portfolio):
    guess = Guess(guess_named("four-hearts"), portfolio)
    guess.one.buttons["a"].click()
    assert "press the studio" in guess.one.result.value
    assert guess.one.compare.layout.display == ""
    guess.one.compare.click()
    assert "Not quite" in guess.one.result.value and "same noise" in guess.one.result.value
    assert guess.one.buttons["b"].disabled
    kept = my_progress(portfolio)
    assert kept.done == {"01": ["four-hearts"]} and kept.answers[0].words == "All four the same"


def test_a_result_that_came_first_waits_for_the_guess(portfolio):
    guess = Guess(guess_named("nine-castles"), portfolio)
    guess.one.answer_it(Results())
    assert "choose" in guess.one.result.value and not guess.one.buttons["c"].disabled
    guess.one.buttons["c"].click()
    assert "Yes: At 7" in guess.one.result.value and guess.one.buttons["a"].disabled
    assert right_at_once(my_progress(portfolio)) == 1


def test_the_first_answer_counts(portfolio):
    check = Check(checks_of("01")[1], portfolio)
    check.asked[0].buttons["a"].click()
    assert "It learns nothing" in check.asked[0].result.value
    check.asked[0].buttons["b"].click()
    assert "Yes: The seed changed" in check.asked[0].result.value
    check.asked[1].buttons["c"].click()
    assert right_at_once(my_progress(portfolio)) == 1
    assert answered(my_progress(portfolio), LESSONS[1]) == (2, 5)
    again = Check(checks_of("01")[1], portfolio)
    assert again.asked[0].chosen == "a" and again.asked[1].chosen == "c"


def test_the_same_without_buttons(portfolio, capsys):
    assert course_utils.check("01", "b", "3").text.splitlines()[0].startswith("Yes: The seed")
    assert "not quite" in course_utils.predict("four-hearts", "c").text.lower()
    assert course_utils.predict("four-hearts") is None
    assert 'predict("four-hearts", "a")' in capsys.readouterr().out
    assert "Choose one of these letters" in course_utils.check("01", "z").message
    assert "No question is called" in course_utils.predict("nobody").message
    assert 'check("02")' in course_utils.check("99").message
    with pytest.raises(LearnerError):
        guess_named("four-hearts").letter("e")


def picture(colour_name: str) -> Creation:
    import io

    drawn = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(drawn).ellipse((8, 8, 40, 40), fill=colour_name)
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return Creation(recipe=Recipe(kind="image", prompt="a heart"), content=file.getvalue())


@pytest.mark.parametrize("name", ["red", "green", "blue", "yellow", "purple", "orange"])
def test_a_colour_is_measured_in_the_result(name):
    assert colour_of(picture(name)) == name
    assert colour(Results([picture(name), picture(name), picture("black")])) == name
    assert colour("no result") == ""


def test_what_was_measured_answers_the_guess():
    question = guess_named("heart-without-red")
    assert measured(question, [picture("blue")])[0] == "a"
    assert measured(question, [picture("purple")]) == ("d", "Measured in the result: purple. ")
    assert measured(question, None) == (None, "")


def test_a_cell_that_runs_next_answers(portfolio):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from course_utils.lessons.question_panel import Guess")
        shell.run_cell("from course_utils.lessons.questions import guess_named")
        shell.run_cell("guess = Guess(guess_named('nine-castles')); guess.one.choose('c')")
        guess = shell.user_ns["guess"]
        assert "run the next cell" in guess.one.result.value
        shell.run_cell("1 / 1")
        assert "Yes: At 7" in guess.one.result.value
    finally:
        InteractiveShell.clear_instance()


def test_the_map_says_what_is_done_and_what_comes_next(portfolio):
    assert "Next: 00 Start here" in calls.progress().text
    for lesson in LESSONS[:1]:
        for one in asked_in(lesson.number).predict:
            calls.predict(one.name, "a")
        calls.check(lesson.number, "a", "a")
    told = calls.progress()
    assert "00 Start here: 3 of 3" in told.text and "Next: 01 First sparks" in told.text
    assert "✓" in told.shown and "<progress" in told.shown


def test_a_certificate_comes_from_ones_own_works(portfolio):
    assert "Make something" in course_utils.certificate("Ada").message
    portfolio.save(picture("red"))
    calls.check("01", "b", "c")
    (page,) = course_utils.certificate("Ada & Bo")
    assert "Ada &amp; Bo" in page.text and "1 × picture" in page.text
    assert "2 of them right at once" in page.text and "2 of 5" in page.text
    assert "http" not in page.text.split("<footer>")[0].replace("http://www.w3.org", "")
    (second,) = course_utils.certificate("Ada")
    said = second.text.partition("<body")[2].split("<table")[0]
    assert "1 × picture" in second.text and "page" not in said


def test_a_certificate_is_in_the_language_and_a_name_stays_a_name(portfolio):
    portfolio.save(picture("red"))
    calls.check("01", "b", "c")
    with languages.speaking("es"):
        (page,) = course_utils.certificate("Generate")
    assert '<html lang="es">' in page.text and "<title>Lo que hizo Generate</title>" in page.text
    assert '<h1 translate="no">Generate</h1>' in page.text and "1 × imagen" in page.text
    assert "durante un día" in page.text and "2 de ellas bien a la primera" in page.text
    assert "2 de 5" in page.text and "01 Primeras chispas" in page.text
    words = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page.text, flags=re.S)
    assert not re.search(r"\b(?:has|directed|Lessons?|Questions?|page|was|of)\b", words), words


def test_answers_too_many_and_questions_left_over_are_said():
    _, questions = checks_of("01")
    too_many = calls.check("01", *("a" for _ in questions), "b")
    assert "Nothing was kept" in too_many.message
    assert not my_progress(Portfolio()).answers
    said = calls.check("01", "b").text
    assert "Not answered yet:" in said and questions[-1].ask in said
