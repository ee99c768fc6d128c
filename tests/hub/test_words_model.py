"""A bigger words model by its name: told before it is fetched, fetched by the course's own fetcher
from a local hub, then used; by the studio, in one line and by variable.
"""

from __future__ import annotations

import pytest

from course_utils import about_words_model
from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.models import choose
from course_utils.models import hub as hub_client
from course_utils.models.catalogue import find_model, find_or_guest, models_for
from course_utils.models.hub import is_fetched
from course_utils.words.controls import about_model, bigger, own, switch_model, words_models
from course_utils.words.engine import WordsEngine, backend_for
from course_utils.words.studio import WordsStudio
from tests.hub.server import COMMIT, Hub
from tests.words.test_words_engines import tiny_model

NAME = "HuggingFaceTB/SmolLM2-360M-Instruct"
GUEST = "somebody/small-writer"
ROOMY = choose.Machine("local", 2, 8_000_000_000, 0, "", 50_000_000_000, False)


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub with tiny models of the real class under the names, an empty cache,
    and a machine with room.
    """
    for name in (NAME, GUEST):
        tiny_model(tmp_path / "hub" / name, "llama")
    (tmp_path / "hub" / GUEST / "modeling.py").write_text("raise SystemExit", encoding="utf-8")
    server = Hub(tmp_path / "hub")
    for name in (
        "COURSE_OFFLINE",
        "HF_HUB_OFFLINE",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "COURSE_WORDS_SERVER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub_client, "pause", lambda attempt, stop, asked="": None)
    monkeypatch.setattr(choose, "this_machine", lambda: ROOMY)
    before = engine_for("words").backend
    yield server
    engine_for("words").backend = before
    server.close()


def the_choice():
    """The list of models in a words studio."""
    return words_models(lambda problem: None)[-1]


def text_of(engine: WordsEngine) -> str:
    return next(
        engine.create(
            Recipe(
                kind="words",
                prompt="the moon",
                seed=5,
                settings={"template": "continue", "length": 12},
            )
        )
    ).text


def test_the_studio_lists_what_the_catalogue_lists():
    assert {model.id for model in bigger()} == {
        model.id for model in models_for("words") if not model.ships
    }
    choice = the_choice()
    assert {name for _, name in choice.model.options} == {
        own().id,
        *(model.id for model in bigger()),
    } and choice.model.value == own().id
    told = repr(about_words_model())
    assert all(model.id in told and model.licence in told for model in models_for("words"))


def test_licence_and_size_are_shown_before_anything_is_fetched(hub):
    choice = the_choice()
    assert (
        f"In use: {own().id}. Your words stay on this computer." in choice.status.value
        and "nothing is fetched" in choice.card.value
    )
    choice.model.value = NAME
    assert (
        "Licence: Apache-2.0" in choice.card.value
        and "To fetch, once: 726 MB" in choice.card.value
        and not hub.requests
    )
    before = engine_for("words").backend
    choice.change()
    assert choice.wait(60)
    assert (
        is_fetched(find_model(NAME))
        and engine_for("words").backend is not before
        and f"In use from now on: {NAME}" in choice.status.value
    )
    choice.model.value = own().id
    choice.model.value = NAME
    assert "It is here already" in choice.card.value


def test_what_is_typed_goes_before_the_list_and_trouble_leaves_the_model_before(hub, tmp_path):
    choice, before = the_choice(), engine_for("words").backend
    choice.other.value = GUEST
    assert (
        "not known here" in choice.card.value
        and "not known until the hub is asked" in choice.card.value
    )
    choice.change()
    assert (
        choice.wait(60)
        and f"In use from now on: {GUEST}" in choice.status.value
        and engine_for("words").backend is not before
    )
    engine_for("words").backend = before
    for typed, said in [
        (str(tmp_path / "none.gguf"), "not there"),
        ("http://127.0.0.1:9", "No words server answers"),
        ("not a name", "no model for words"),
        ("not a name, but long " * 300, "no model for words"),
        ("\0 no name", "no model for words"),
    ]:
        choice.other.value = typed
        assert (
            "no model for words" if " " in typed else "nothing is fetched for it"
        ) in choice.card.value
        choice.change()
        assert (
            choice.wait(60)
            and said in choice.status.value
            and f"In use: {own().id}" in choice.status.value
            and engine_for("words").backend is before
        )


def test_a_model_that_does_not_fit_is_not_fetched(hub):
    name = "HuggingFaceTB/SmolLM3-3B"
    lines, missing = about_model(name)
    assert not missing and "cannot carry this model: it needs a graphics card" in lines[-1]
    assert "needs a graphics card" in switch_model(name) and not hub.requests


def test_a_variable_names_a_model_which_waits_for_the_first_text_and_keeps_its_commit(
    hub, monkeypatch
):
    monkeypatch.setenv("COURSE_WORDS_MODEL", NAME)
    engine = WordsEngine()
    studio = WordsStudio(engine=engine)
    assert (
        "726 MB" in engine.to_fetch and "Apache-2.0" in studio.expected(None) and not hub.requests
    )
    seen = []
    made = next(
        engine.create(
            Recipe(
                kind="words",
                prompt="the moon",
                seed=5,
                settings={"template": "continue", "length": 12},
            ),
            on_progress=seen.append,
        )
    )
    assert (
        made.recipe.model == NAME
        and made.recipe.revision == COMMIT[:12]
        and "MB are here" in seen[0].preview
    )
    assert not engine.to_fetch and all(
        not path.endswith((".bin", ".py")) for _, path, *_ in hub.requests
    )
    asked = len(hub.requests)
    # the second time without the network
    assert text_of(WordsEngine()) == made.text and len(hub.requests) == asked


def test_a_model_the_catalogue_does_not_know_is_a_guest_without_code(hub):
    guest = find_or_guest(GUEST, "words")
    assert "not known here" in " ".join(choose.card(guest, ROOMY)) and not guest.commercial
    engine = WordsEngine(backend=backend_for(GUEST))
    assert text_of(engine) and not any(path.endswith(".py") for _, path, *_ in hub.requests)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("somebody/gone", "not on the hub any more"),
        ("not a name", "no model for words"),
        ("nota-ai/bk-sdm-tiny", "no model for words"),
        ("../../no_such_place", "no model for words"),
    ],
)
def test_a_name_that_leads_nowhere_gets_a_sentence_and_leaves_the_model_before(hub, name, said):
    before = engine_for("words").backend
    assert said in switch_model(name) and engine_for("words").backend is before
    with pytest.raises(LearnerError, match=said):
        backend_for(name).load()
