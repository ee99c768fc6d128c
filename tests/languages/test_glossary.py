"""The words of the course in other languages: whole, linked, and asked for by either name."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from course_utils import languages
from course_utils.lessons import glossary
from tools.course_texts import ON_THE_GLOSSARY
from tools.glossary_page import page
from tools.lesson_languages import editions

EDITIONS = editions()


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.language)
def test_every_word_is_translated_in_one_sentence(edition):
    for term in glossary.terms().values():
        name, sentence = glossary.said(term, edition.say)
        assert name and sentence != term.sentence, term.name
        assert sentence.endswith(".") and len(re.split(r"[.!?] ", sentence)) == 1, sentence
        shows = edition.say(term.shows)
        assert shows != term.shows and len(shows.split()) >= 5, term.name
    names = Counter(glossary.said(term, edition.say)[0] for term in glossary.terms().values())
    assert max(names.values()) == 1, names.most_common(3)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.language)
def test_the_page_has_every_word_once_in_the_order_of_its_alphabet(edition):
    text = page(edition)
    assert text == (edition.folder / glossary.PAGE).read_text(encoding="utf-8")
    words = re.findall(r"^### (.+)$", text, re.M)
    assert len(words) == len(glossary.terms())
    places = re.findall(r'<a id="(.+?)">', text)
    places += [word for word in words if word in glossary.terms()]
    assert Counter(places) == Counter(term.anchor for term in glossary.terms().values())
    assert not [one for one in ON_THE_GLOSSARY if edition.say(one.format(n1=9)) == one.format(n1=9)]
    for address in re.findall(r'src="(.+?)"', text):
        assert (edition.folder / address).is_file(), address


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("semilla", "semilla: Un número que elige los dados"),
        ("seed", "semilla: Un número que elige los dados"),
        ("Tonalidad", "tonalidad: La familia de notas"),
        ("semillas", "¿Querías decir “semilla”?"),
        ("zzz", "El glosario las tiene todas"),
    ],
)
def test_a_word_is_explained_in_spanish_by_either_name(asked, answer):
    with languages.speaking("es"):
        said = glossary.what_is(asked)
    assert answer in said and not re.search(r"\b(?:Lesson|Did|The)\b", said), said
