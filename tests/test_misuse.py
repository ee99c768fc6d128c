"""One-line calls with a thing of the wrong kind between their brackets."""

from __future__ import annotations

import inspect

import pytest

import course_utils
from course_utils import friendly_errors as misuse
from course_utils.creation import LearnerError
from course_utils.languages import speaking
from course_utils.notebook.face.page import Sheet
from course_utils.pictures.settings import PictureSettings
from course_utils.portfolio.store import Portfolio
from course_utils.public import SUBJECTS, subject


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "chain_words",
        "more_detail",
        "parts_at_work",
        "save",
        "make_for_me",
        "join_room",
    ],
)
def test_a_thing_of_the_wrong_kind_gets_a_sentence_and_its_cause_is_kept(name, folder):
    with pytest.raises(
        LearnerError, match=f"{name} cannot use what stands between its brackets. Run help"
    ) as raised:
        getattr(course_utils, name)(object())
    assert raised.value.__cause__ is not None and raised.value._render_traceback_() == [
        str(raised.value)
    ]
    assert "Traceback" in (folder / "errors.log").read_text(encoding="utf-8")


def test_too_few_and_too_many_arguments_get_a_sentence_too():
    for things in ((), ("a cat", 1, 2, 3, 4, 5, 6, 7)):
        with pytest.raises(LearnerError, match="make_image cannot use"):
            course_utils.make_image(*things)


def test_what_is_no_mistake_of_the_learner_is_not_said_to_be_one():
    def fail(portfolio):
        raise MemoryError

    with pytest.raises(LearnerError, match="Something unexpected"):
        misuse.explained(fail)(Portfolio())


def test_a_sentence_passes_and_a_result_too_and_stopping_stops():
    def call(problem=None):
        """What it does."""
        if problem:
            raise problem
        return 5

    shown = misuse.explained(call)
    assert shown() == 5 and shown.__doc__ == "What it does." and misuse.explained(call) is shown
    for problem in (LearnerError("Shorten it."), KeyboardInterrupt()):
        with pytest.raises(type(problem)) as raised:
            shown(problem)
        assert raised.value is problem


def studios_and_calls() -> dict[str, object]:
    """What learners call by its name in the lessons; calls that hand any keyword on are left out:
    their settings are held against the kind's declaration.
    """
    found = {}
    for word in SUBJECTS:
        for name in subject(word).NAMES:
            called = getattr(subject(word), name)
            parameters = inspect.signature(called).parameters.values()
            studio = isinstance(called, type) and issubclass(called, Sheet)
            if studio or all(one.kind is not one.VAR_KEYWORD for one in parameters):
                found[f"{word}.{name}"] = called
    return found


def test_a_keyword_that_is_not_there_is_named_with_the_nearest_for_every_studio_and_call():
    called = studios_and_calls()
    assert len(called) > 120
    for call in called.values():
        with pytest.raises(LearnerError, match="There is no setting “zzz” here. Leave it out"):
            call(zzz=1)  # nothing else is begun: the names are looked at first
    for name, wrong, right in (
        *(("pictures.Studio", "promt", "prompt"), ("layouts.Studio", "tittle", "title")),
        *(("tunes.BackingStudio", "cords", "chords"), ("taste.Studio", "portfolo", "portfolio")),
        *(("pictures.make", "stile", "style"), ("tunes.make", "instrment", "instrument")),
        *(("words.make", "sead", "seed"), ("sounds.make", "cuont", "count")),
    ):
        with pytest.raises(LearnerError) as raised:
            called[name]("a", **{wrong: "b"})
        assert str(raised.value) == f"There is no setting “{wrong}”. Did you mean “{right}”?"


def test_a_setting_handed_on_gets_the_same_sentence_in_the_language_spoken():
    with pytest.raises(LearnerError, match="“stile”. Did you mean “style”"):
        PictureSettings.of({"stile": "flat"})
    with speaking("es"), pytest.raises(LearnerError) as raised:
        course_utils.ImageStudio(promt="un zorro")
    with speaking("es"):
        shown = raised.value._render_traceback_()
    assert shown == ["No hay ningún ajuste “promt”. ¿Querías decir “prompt”?"]
