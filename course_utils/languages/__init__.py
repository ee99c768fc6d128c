"""The languages of studios, messages, questions and pages.

    from course_utils import languages
    languages.use("es")

Sources are written in English and nothing in them is wrapped. What a person is about to see is
translated at the exits: where a studio's state goes to its page (`notebook/face`), where a cell's
result is shown (`shown.py`), where an error's sentence is printed (`errors.py`) and where a page of
the browser studios is put together (`web/page.py`). There a text is looked up in the catalogue of
the language, whole, by a template ("Candidate {number} is chosen for the next step."), or sentence
by sentence; what it does not hold stays English. While English is spoken nothing is looked up.

Catalogues are gettext files, `LANGUAGE/*.po`; `python -m tools.translate` gathers what there is to
translate from the code and names what is missing. docs/translating.md tells translators more.
"""

from course_utils.languages.catalogue import Catalogue, read_catalogue
from course_utils.languages.chosen import (
    ENGLISH,
    Spoken,
    current,
    direction,
    known,
    not_spoken,
    speaking,
    speech_asked_for,
    use,
)
from course_utils.languages.markup import translate_html
from course_utils.languages.scripts import words_of
from course_utils.languages.translating import translate

__all__ = [
    "Catalogue",
    "ENGLISH",
    "Spoken",
    "current",
    "direction",
    "known",
    "not_spoken",
    "read_catalogue",
    "speaking",
    "speech_asked_for",
    "translate",
    "translate_html",
    "use",
    "words_of",
]
