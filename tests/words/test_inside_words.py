"""The odds are the real model's, and the settings do to them what the notebook says."""

from __future__ import annotations

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.words.inside import chain_beside_model, chain_words, next_words, raw_odds, reshape


@pytest.fixture(scope="module")
def odds():
    return raw_odds("The capital of France is")


def test_the_model_knows_what_often_follows(odds):
    assert " Paris" in [piece for piece, _ in odds[:5]]
    shares = [share for _, share in odds]
    assert shares == sorted(shares, reverse=True) and 0.5 < sum(shares) <= 1.0001


def test_asking_twice_gives_the_same_odds_and_texts_stay_the_same(odds):
    engine = engine_for("words")
    recipe = Recipe(kind="words", prompt="the moon", seed=5, settings={"length": 20})
    before = next(iter(engine.create(recipe))).text
    assert raw_odds("The capital of France is") == odds
    assert next(iter(engine.create(recipe))).text == before


def test_little_surprise_sharpens_and_much_flattens(odds):
    cold, plain, hot = (reshape(odds, surprise, 1.0, 0.001)[0][1] for surprise in (0.5, 1.0, 2.0))
    assert cold > plain > hot


def test_top_p_and_min_p_leave_fewer_that_add_to_one(odds):
    for kept in (reshape(odds, 1.0, 0.5, 0.0), reshape(odds, 1.0, 1.0, 0.2)):
        assert 1 <= len(kept) < len(odds)
        assert abs(sum(share for _, share in kept) - 1) < 1e-9
    assert all(
        share >= 0.2 * reshape(odds, 1.0, 1.0, 0.2)[0][1]
        for _, share in reshape(odds, 1.0, 1.0, 0.2)
    )


def test_a_choice_can_be_followed_and_is_shown_as_a_table():
    first = next_words("The moon is", show=3)
    assert next_words(first[2]).before == first[2].strip()
    assert first._repr_html_().count("<tr>") == 4 and "<caption>" in first._repr_html_()
    with pytest.raises(LearnerError):
        first[9]


def test_the_chain_counts_the_text_it_is_given():
    found = chain_words("The cat sat. The cat ran. The dog sat.", "the")
    assert found.pieces == [(" cat", 2 / 3), (" dog", 1 / 3)]
    with pytest.raises(LearnerError, match="never followed"):
        chain_words("one", "one")


def test_the_chain_and_the_model_are_asked_the_same():
    both = chain_beside_model("The cat sat. The cat ran. The dog sat.", "I saw the")
    assert (
        both.first.pieces[0] == (" cat", 2 / 3)
        and len(both.second.pieces) == 6
        and both._repr_html_().count("<caption>") == 2
    )


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": "<b>"}, {"surprise": 0}, {"top_p": 2}, {"min_p": "a"}, {"show": 0}],
)
def test_impossible_questions_get_a_sentence(wrong):
    with pytest.raises(LearnerError):
        next_words(**{"text": "The moon", **wrong})
