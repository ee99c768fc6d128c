"""The class's word filter: what it stops and lets through, and what a teacher changes in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.word_filter import phrases, stops_now
from course_utils.creation import LearnerError
from course_utils.safety import word_filter
from course_utils.safety.word_filter import check_words, find_topic


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path / "work"))
    for name in ("COURSE_AGE", "COURSE_WORD_FILTER", word_filter.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_at_least_95_in_100_disguised_phrases_are_stopped_and_99_innocent_ones_pass():
    for half in ("tuned", "held-out"):
        for side, least in (("stop", 0.95), ("pass", 0.99)):
            ones = [one for group in phrases(half)[side].values() for one in group]
            right = sum(stops_now(one) is (side == "stop") for one in ones)
            assert len(ones) > 250 and right / len(ones) >= least, (half, side, right, len(ones))


@pytest.mark.parametrize(
    "text",
    [
        "fuсk",
        "ｓｈｉｔ",
        "b\u200bi\u200bt\u200bc\u200bh",
        "shiiiit",
        "s h i t",
        "f.u.c.k",
        "$h1t",
        "sh*t",
        "fu ck",
        "F U C K",
        "🅵🆄🅲🅺",
        "ｐ０rn",
        "d1ck",
        "a c0ck",
    ],
)
def test_disguises_are_seen_through(text):
    assert find_topic(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Moby Dick",
        "a blue tit",
        "a cockatoo",
        "Scunthorpe",
        "a shooting star",
        "a killer whale",
        "dressed to kill",
        "the pen is red",
        "the boy's hit song",
        "mer de Chine",
        "ein dickes Buch",
        "un cono de helado",
        "",
        "😀",
        "сок и рис",
    ],
)
def test_innocent_words_pass(text):
    assert find_topic(text, "under 13") is None


def test_a_word_with_a_harmless_meaning_is_stopped_only_in_disguise():
    assert find_topic("a cock crows") is None and find_topic("a c.o.c.k") is not None


@pytest.mark.parametrize(
    "text, topic",
    [
        ("a school shooting with a gun", "violence"),
        ("I want to kill myself", "self_harm"),
        ("smoking crack", "drugs"),
        ("k1ll y0urs3lf", "self_harm"),
        ("a naked woman", "sexual"),
        ("heil hitler", "hate"),
        ("Arschloch", "swearing"),
    ],
)
def test_each_topic_says_its_own_sentence(text, topic):
    found = find_topic(text, "teens")
    assert found.name == topic
    with pytest.raises(LearnerError) as sentence:
        check_words(text)
    assert str(sentence.value) == found.says and 40 < len(found.says) < 300


def test_ages_decide_what_is_let_through(monkeypatch):
    assert find_topic("a gun on a table", "under 13").name == "weapons"
    assert find_topic("a gun on a table", "teens") is None
    assert find_topic("cannabis", "teens") is not None and find_topic("cannabis", "adults") is None
    monkeypatch.setenv("COURSE_AGE", "under 13")
    with pytest.raises(LearnerError):
        check_words("a gun on a table")


def test_adults_may_switch_it_off_but_not_what_is_always_on(monkeypatch):
    monkeypatch.setenv("COURSE_WORD_FILTER", "off")
    check_words("oh shit")
    with pytest.raises(LearnerError):
        check_words("how to kill myself")
    monkeypatch.setenv("COURSE_AGE", "teens")
    with pytest.raises(LearnerError):
        check_words("oh shit")


OWN = """
# our class
stop = "zonk, ~bonbon, grumbly ... fish"
pass = "shit happens"
remove = "bollock*"
topics_off = ["drugs"]
says = "Mrs Meier asked you not to write that. Choose another word."
"""


def test_a_teacher_adds_and_removes_words(here, monkeypatch):
    path = here / "list.toml"
    path.write_text(OWN, encoding="utf-8")
    assert find_topic("zonk") is None and find_topic("bollocks") is not None
    monkeypatch.setenv(word_filter.VARIABLE, str(path))
    assert find_topic("z0nk").says.startswith("Mrs Meier") and find_topic("a grumbly old fish")
    assert find_topic("bonbon") is None and find_topic("b0nb0n") is not None
    assert find_topic("shit happens") is None and find_topic("shit") is not None
    assert find_topic("bollocks") is None and find_topic("cannabis") is None
    path.write_text('stop = "honk"', encoding="utf-8")
    import os

    os.utime(path, (time.time() + 5, time.time() + 5))
    assert find_topic("honk") is not None and find_topic("zonk") is None


def test_the_file_in_a_pupils_folder_cannot_weaken_the_filter(here, monkeypatch):
    (here / "work").mkdir()
    (here / "work" / word_filter.OWN_FILE).write_text(
        'stop = "zonk"\npass = "shit"', encoding="utf-8"
    )
    assert find_topic("shit") is None and find_topic("zonk") is not None
    monkeypatch.setenv("COURSE_AGE", "teens")
    assert find_topic("shit") is not None and find_topic("zonk") is not None


@pytest.mark.parametrize(
    "text",
    [
        "stop = 5",
        "more = 1",
        "stop = '",
        "stop = '...'",
        "stop = '" + "a" * 99 + "'",
        "topics_off = 'drugs'",
        "\xff",
        "stop = '" + "ab, " * 6000 + "'",
        "#" * 300_000,
        "[" * 5000,
    ],
)
def test_a_broken_list_is_a_sentence(here, monkeypatch, text):
    path = here / "list.toml"
    path.write_bytes(text.encode("latin-1"))
    monkeypatch.setenv(word_filter.VARIABLE, str(path))
    with pytest.raises(LearnerError, match="list.toml") as sentence:
        find_topic("a red heart")
    assert len(str(sentence.value)) < 400


def test_a_list_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setenv(word_filter.VARIABLE, "/no/such/file.toml")
    with pytest.raises(LearnerError, match="not there"):
        find_topic("a red heart")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text):
    find_topic(text)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="fuckshit*1 .$а\u200b", max_size=2000))
def test_no_text_takes_long(text):
    find_topic("warm")
    began = time.process_time()
    find_topic(text)
    assert time.process_time() - began < 0.5  # a busy machine; benchmarks/word_filter.py measures


def test_colours_of_a_page_are_no_words():
    assert find_topic("#ffffff,#202020,#aa2211,#eeeeee") is None
