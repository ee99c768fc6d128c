"""How a text is found in a catalogue, and what is left alone."""

from __future__ import annotations

import pytest

from course_utils import languages
from course_utils.errors import LearnerError
from course_utils.languages import Catalogue, speech_asked_for, translate, translate_html
from course_utils.languages.scripts import texts_of
from course_utils.languages.templates import template_of

MESSAGES = [
    ("Generate", "Crear", False),
    ("picture", "imagen", False),
    ("pictures", "imágenes", False),
    ("piano", "piano", False),
    ("drums", "batería", False),
    ("Choose one.", "Elige una.", False),
    ("Press {make} first.", "Pulsa {make} primero.", True),
    ("{count} {nouns} are ready, {took}", "Listo: {count} {nouns} {took}", True),
    ("made in {time}.", "en {time}.", True),
    ("The word “{word}” is new.", "La palabra “{word}” es nueva.", True),
    ("{n1} beats", "{n1} pulsos", True),
]


@pytest.fixture
def spanish(monkeypatch) -> Catalogue:
    made = Catalogue("es", MESSAGES)
    monkeypatch.setattr("course_utils.languages.translating.spoken_catalogue", lambda: made)
    monkeypatch.setattr("course_utils.languages.markup.spoken_catalogue", lambda: made)
    languages.use("es")
    yield made
    languages.use("en")


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Generate", "Crear"),
        (" Generate ", " Crear "),
        ("Press Generate first.", "Pulsa Crear primero."),
        ("4 pictures are ready, made in 3 seconds.", "Listo: 4 imágenes en 3 seconds."),
        (
            "4 pictures are ready, made in 3 s. Choose one.",
            "Listo: 4 imágenes en 3 s. Elige una.",
        ),
        ("2 beats", "2 pulsos"),
        ("A picture", "Imagen"),
        ("a picture", "imagen"),
        ("piano, drums", "piano, batería"),
        ("picture  ✓", "imagen  ✓"),
        ("my own words", "my own words"),
        ("Unknown sentence. Choose one.", "Unknown sentence. Elige una."),
        ("The word “picture” is new.", "La palabra “picture” es nueva."),
        ("", ""),
        ("12", "12"),
    ],
)
def test_a_text_is_found_whole_by_its_template_or_by_sentences(spanish, english, said):
    assert translate(english) == said


def test_what_was_not_found_is_known_by_name(spanish):
    translate("Generate. A new sentence 12 nobody translated.")
    assert spanish.missed == {"A new sentence {n1} nobody translated"}


def test_html_is_translated_where_people_read_and_nowhere_else(spanish):
    before = (
        '<p title="Choose one.">Generate</p><img alt="picture"><code>Generate</code>'
        '<blockquote aria-label="picture">Generate</blockquote>'
        '<p translate="no">Generate<b>Generate</b></p>Generate<textarea>Generate</textarea>'
    )
    assert translate_html(before) == (
        '<p title="Elige una.">Crear</p><img alt="imagen"><code>Generate</code>'
        '<blockquote aria-label="imagen">Generate</blockquote>'
        '<p translate="no">Generate<b>Generate</b></p>Crear<textarea>Generate</textarea>'
    )


def test_a_translation_cannot_bring_markup_in(monkeypatch):
    made = Catalogue("es", [("Generate", '<script>"', False)])
    monkeypatch.setattr("course_utils.languages.markup.spoken_catalogue", lambda: made)
    with languages.speaking("es"):
        assert translate_html('<p title="Generate">Generate</p>') == (
            '<p title="&lt;script&gt;&quot;">&lt;script&gt;"</p>'
        )


def test_english_is_left_as_it_is_and_looks_nothing_up(monkeypatch):
    monkeypatch.setattr("course_utils.languages.translating.spoken_catalogue", None)
    assert languages.current() == "en"
    assert translate("Generate") == "Generate" and translate_html("<p>x</p>") == "<p>x</p>"


def test_a_long_text_of_a_learner_takes_no_time(spanish):
    text = "a. " * 100_000
    assert translate(text) == text
    text = "Press " * 600
    assert translate(text) == text


def test_a_template_needs_words_of_its_own():
    assert template_of("{a}: {b}") is None and template_of("{a} is {b}") is None
    assert template_of("Candidate {place}").match("Candidate 3") == {"place": "3"}
    assert template_of("Candidate {place}").match("Candid") is None


def test_an_error_is_shown_in_the_language_and_stays_english_inside(spanish):
    problem = LearnerError("Press Generate first.")
    assert problem._render_traceback_() == ["Pulsa Crear primero."]
    assert str(problem) == "Press Generate first."


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("de-DE,de;q=0.9", "en"),
        ("de, en;q=0.5, es;q=0.7", "es"),
        ("", "en"),
        ("es;q=x, en", "en"),
        ("," * 1000, "en"),
    ],
)
def test_a_browser_gets_the_first_language_that_is_there(asked, spoken):
    assert speech_asked_for(asked) == spoken


def test_a_language_that_is_not_there_is_a_sentence():
    said = languages.use("tlh")
    assert "does not speak “tlh” yet" in said and '"es" (español)' in said
    assert languages.current() == "en"


def test_a_language_of_the_environment_that_is_not_there_is_said(monkeypatch):
    from course_utils import TuneStudio

    monkeypatch.setattr("course_utils.languages.chosen._Choice.language", None)
    monkeypatch.setenv("COURSE_LANGUAGE", "tlh")
    assert "does not speak “tlh” yet" in languages.not_spoken()
    assert "does not speak “tlh” yet" in TuneStudio("a jig").status.value
    for spoken in ("es_MX", "en", ""):
        monkeypatch.setenv("COURSE_LANGUAGE", spoken)
        assert languages.not_spoken() == ""


def test_the_environment_chooses(monkeypatch):
    monkeypatch.setenv("COURSE_LANGUAGE", "es_AR.UTF-8")
    monkeypatch.setattr("course_utils.languages.chosen._Choice.language", None)
    assert languages.current() == "es"


def test_a_long_text_of_a_program_stands_in_pieces_and_is_one(tmp_path):
    script = tmp_path / "page.js"
    script.write_text(
        'say(spoken("Stop."));\nsay(\n  spoken(\n    "Drag it," +\n      " or say \\"no\\".",\n'
        '    { most: "x" + "y" },\n  ),\n);\n',
        encoding="utf-8",
    )
    assert texts_of(script) == ("Stop.", 'Drag it, or say "no".')
