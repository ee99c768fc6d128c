"""Spanish is whole: every label, sentence and alternative text of a studio, and its places fit."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from course_utils import languages
from course_utils.languages.catalogue import FOLDER
from tools.texts import PARTS
from tools.translate import COURSE, load, trouble_in, wanted
from tools.walk import missed_while_walking

ENOUGH = 0.97  # of the messages; all that a studio shows at once is held below
SAME = {"no", "piano", "swing"}  # the same in both languages


@pytest.mark.parametrize("part", [*PARTS, COURSE])
def test_messages_are_translated_and_their_places_fit(part):
    made, stale = wanted("es", part)
    trouble = trouble_in(made)
    lines = [one for one in made if one.id]
    missing = [one for one in trouble if one.startswith("not translated")]
    print(*trouble, *stale, sep="\n")
    assert [one for one in trouble if one not in missing] == []
    assert len(missing) <= (1 - ENOUGH) * len(lines), missing[:20]


def test_no_studio_shows_an_untranslated_label():
    assert missed_while_walking("es") == set()


def test_a_studio_answers_in_spanish(own_portfolio):
    from course_utils import ImageStudio

    languages.use("es")
    try:
        studio = ImageStudio("a red heart", seed=1)
        studio.generate()
        assert studio.wait(60)
        state = studio.page_of_it.get_state()
        told = {str(one) for one in state.values()}
        seen = " ".join(told)
        assert "Listo: 4 imágenes en" in seen and "todo está guardado" in seen
        assert "Imagen hecha con IA para las palabras" in seen and "a red heart" in seen
        assert not re.search(r"Picture made|Press |Candidate \d", seen), seen[:3000]
        assert "Ejecuta esta celda otra vez" in languages.translate_html(
            studio._repr_mimebundle_()[0]["text/html"]
        )
        studio.close()
    finally:
        languages.use("en")


def test_the_browser_studio_answers_in_the_language_of_the_browser():
    from fastapi.testclient import TestClient

    from course_utils.web.studio import studio_app

    with TestClient(studio_app(), client=("127.0.0.1", 1)) as browser:
        spanish = browser.get("/studio/image", headers={"Accept-Language": "es-ES,es"})
        english = browser.get("/studio/image", headers={"Accept-Language": "de"})
        assert '<html lang="es" dir="ltr"' in spanish.text and ">Crear</button>" in spanish.text
        assert '<html lang="en" dir="ltr"' in english.text and ">Generate</button>" in english.text
        browser.get("/studio/image?language=es")
        chosen = browser.get("/studio/image", headers={"Accept-Language": "en"})
        assert ">Crear</button>" in chosen.text
        assert "data-words" in chosen.text


def test_a_card_is_in_the_language_and_still_goes_on_the_wall():
    from course_utils import make_card, make_image
    from course_utils.safety.markup import check_page

    with languages.speaking("es"):
        card = make_card(*make_image("un zorro", count=1, seed=1), title="Generate")[0]
    assert '<html lang="es">' in card.text and "Imagen hecha con IA" in card.text
    assert "<h1>Generate</h1>" in card.text and "Una persona puso las palabras" in card.text
    assert check_page(card.content)
    assert "<h1>火と鍵</h1>" in make_card(card, title="火と鍵")[0].text  # only set in type
    assert not make_card(card, title="Call me on 0170 1234567, my number")


def test_every_text_is_a_gettext_file_without_markup_of_its_own():
    for path in FOLDER.glob("es/*.po"):
        for one in load(path):
            if not one.id:  # the header
                continue
            said = html.unescape(str(one.string or ""))
            assert "<" not in said or "<" in str(one.id), said
            assert str(one.string or "").strip() == str(one.string or "")


def test_the_catalogues_are_in_the_wheel():
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"*.po"' in text and '"babel' in text
