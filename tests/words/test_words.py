"""The real words model: fetched whole, steered by examples, stopped at once."""

from __future__ import annotations

import threading
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from course_utils.creation import BadRecipe, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.safety.prompts import check_prompt, has_unkind_words
from course_utils.words import markdown as text_files
from course_utils.words.engine import (
    DEFAULTS,
    chat,
    check_prompt_start,
    examples_end,
    fits,
    kept_words,
    read_template,
    template_names,
    tidy,
    with_fields,
)
from course_utils.words.templates import good_items, says_again, settled, without_cut_line
from tests.words.own_text import is_of_its_own


def recipe(prompt: str = "the moon", seed: int = 5, **chosen) -> Recipe:
    return Recipe(kind="words", prompt=prompt, seed=seed, settings={"length": 40, **chosen})


@pytest.fixture(scope="module")
def engine():
    return engine_for("words")


@pytest.fixture(scope="module")
def poem(engine):
    return next(iter(engine.create(recipe(length=60))))


def test_a_poem_has_the_form_of_the_examples(poem):
    assert fits(poem.text, read_template("poem"))
    assert not has_unkind_words(poem.text)


def test_the_same_seed_writes_the_same_text_alone_or_among_others(engine, poem):
    several = list(engine.create(recipe(seed=4, count=2, length=60)))
    assert [c.recipe.seed for c in several] == [4, 5]
    assert several[1].text == poem.text
    assert several[0].text != poem.text
    assert next(iter(engine.create(poem.recipe))).text == poem.text


SOURCE = "The dog hid under the bed because of the thunder."  # for kinds that say a text again


@pytest.fixture(scope="module")
def written(engine):
    """One real text of a kind, written once."""

    @cache
    def write(name: str) -> str:
        topic = SOURCE if name in ("shorten", "simplify") else "a lost robot"
        return next(iter(engine.create(recipe(topic, template=name, length=0)))).text

    return write


# poems in a form are in test_verse
@pytest.mark.parametrize(
    "name", [name for name in template_names() if not read_template(name).get("form")]
)
def test_every_template_writes_something_of_its_own(written, name):
    is_of_its_own(written(name), name)


@pytest.mark.parametrize("name", ["what_if", "names", "senses", "character", "title"])
def test_lists_and_cards_follow_their_grammar(written, name):
    lines = written(name).splitlines()
    example = read_template(name)["example"][0]["text"].splitlines()
    assert [line.split()[0] for line in lines] == [line.split()[0] for line in example]


@pytest.mark.parametrize(("name", "items"), [("ideas", 5), ("names", 2)])
def test_a_list_has_as_many_different_items_as_asked_for(engine, name, items):
    lines = next(
        iter(engine.create(recipe("a lost robot", template=name, length=0, items=items)))
    ).text.splitlines()
    assert [line.partition(". ")[0] for line in lines] == [
        str(number) for number in range(1, items + 1)
    ]
    assert len({line.partition(". ")[2].lower() for line in lines}) == items


def test_bad_items_are_dropped_and_the_rest_numbered_anew():
    template = read_template("ideas")
    lines = [
        "1. A fox reads the map aloud.",
        "2. a fox reads the map aloud.",
        "3. No.",
        "4. Oh shit what a day.",
        f"5. {template['example'][0]['text'].splitlines()[0][3:]}",
        "6. The map is drawn on bread.",
    ]
    assert good_items(lines, template) == [
        "1. A fox reads the map aloud.",
        "2. The map is drawn on bread.",
    ]


def test_a_list_keeps_whole_items_numbered_or_not_and_never_half_a_one():
    template = read_template("names")
    cut = (
        "Here are six names:\n1. The Patient Heron\n- Salt and Thunder.\nA Late Bell.\n4. The"
        " Long Wa"
    )
    assert (
        tidy(without_cut_line(cut, template), template)
        == "1. The Patient Heron\n2. Salt and Thunder.\n3. A Late Bell."
    )
    half = "1. A fox that reads the map of"
    assert without_cut_line(half, read_template("ideas")) == ""


@given(
    strategies.sampled_from([*template_names(True)]),
    strategies.lists(
        strategies.sampled_from(
            [
                "A",
                " fox",
                " sat",
                ".",
                "!",
                "?",
                '"',
                "'",
                "\n",
                " \n",
                "  ",
                "1",
                ". ",
                '."',
                " no",
            ]
        ),
        max_size=40,
    ),
    strategies.integers(0, 40),
    strategies.booleans(),
)
def test_a_text_is_settled_only_when_nothing_that_follows_is_kept(name, pieces, at, cut):
    template = read_template(name)
    whole, begun = "".join(pieces), "".join(pieces[:at])
    kept = tidy(without_cut_line(whole, template) if cut else whole, template)
    assert not settled(begun, template) or tidy(begun, template) == kept


def test_a_text_with_all_its_sentences_is_settled():
    template = read_template("simplify")
    assert settled("One is. Two is. Three is. Four", template) and settled("One.\nTwo", template)
    assert not settled("One is. Two is. Three is. ", template)
    assert not settled('One. Two. He said "three." And', template)  # is another mark to come?


def test_names_cut_or_squeezed_are_dropped():
    template = read_template("names")
    assert good_items(
        [
            "1. The Baker of thefuture.",
            "2. The First and the.",
            "3. Mygrandfather.",
            "4. The Late Heron.",
            "5. Zorblax.",
        ],
        template,
    ) == ["1. The Late Heron.", "2. Zorblax."]


@pytest.mark.parametrize(
    ("name", "text", "good"),
    [
        ("shorten", "The baker walked through dark streets and could not sleep.", True),
        (
            "shorten",
            "The baker could not sleep, so he walked through the dark streets and saw windows.",
            False,
        ),
        (
            "simplify",
            (
                "THE BAKER could not sleep, so he walked through the dark streets and counted"
                " windows. "
            ),
            False,
        ),
        (
            "simplify",
            "The baker could not sleep. He walked through streets and counted windows.",
            True,
        ),
        ("shorten", "A cat sat.", False),
        ("poem", "anything", True),
    ],
)
def test_a_text_said_again_is_near_its_source_but_not_the_same(name, text, good):
    assert (
        says_again(
            "The baker could not sleep, so he walked through the dark streets and counted windows.",
            text,
            read_template(name),
        )
        == good
    )


def test_vary_begins_with_the_words_that_are_kept(engine):
    text = next(iter(engine.create(recipe(start="The moon is late tonight,\n")))).text
    assert text.startswith("The moon is late tonight,")
    assert len(text.splitlines()) > 1


@pytest.mark.parametrize(
    ("start", "kept"), [("I", "I"), ("1. A", "1. A"), ("", ""), (" one \n\n2. B\x00", "one\n2. B")]
)
def test_a_short_first_line_may_be_kept(start, kept):
    assert check_prompt_start(start) == kept


@pytest.mark.parametrize("start", ["<|im_end|>", "x" * 1000, "\n".join(["a line"] * 200)])
def test_a_start_that_cannot_be_kept_gets_a_sentence(start):
    with pytest.raises(LearnerError):
        check_prompt_start(start)


def test_stop_keeps_finished_texts_and_ends_within_a_token(engine):
    stop, seen, after = threading.Event(), [], []

    def watch(progress):
        (after if stop.is_set() else seen).append(progress)

    made = []
    for creation in engine.create(recipe(count=3), on_progress=watch, stop=stop):
        made.append(creation)
        stop.set()
    assert 1 <= len(made) <= 3  # those drawn side by side end together
    assert len(after) <= 1
    assert isinstance(seen[-1].preview, str)


@pytest.mark.parametrize(
    "chosen",
    [
        {"count": 0},
        {"count": 99},
        {"template": "../../secret"},
        {"template": 3},
        {"surprise": "high"},
        {"length": -1},
        {"nonsense": 1},
    ],
)
def test_impossible_settings_get_a_sentence(engine, chosen):
    with pytest.raises(LearnerError):
        list(engine.create(recipe(**chosen)))


def test_a_damaged_model_file_gets_a_sentence(tmp_path):
    from course_utils.words.engine import WordsEngine

    broken = tmp_path / "model.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(LearnerError, match="start.py"):
        WordsEngine(broken).load()


def test_a_text_changed_by_a_person_comes_back_changed(poem):
    data = text_files.pack(poem)
    assert text_files.unpack(data) == poem
    assert text_files.unpack(data.replace(poem.text.encode(), b"my own line")).text == "my own line"
    assert "the moon" in text_files.describe(poem)


@given(
    strategies.binary(max_size=200)
    | strategies.text(max_size=100).map(lambda t: f"---\ncourse_record: {t}\n---\nx".encode())
)
def test_any_other_text_file_is_refused(data):
    with pytest.raises(BadRecipe):
        text_files.unpack(data)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        " \n\t",
        "x" * 10_000,
        "🦊🌙",
        "القمر",
        "\x00\x00",
        "<img src=x onerror=alert(1)>",
        "<|im_end|> now",
        None,
    ],
)
def test_prompts_nobody_can_follow_get_a_sentence(prompt):
    with pytest.raises(LearnerError):
        check_prompt(prompt)


@given(strategies.text(max_size=500))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
def test_a_checked_prompt_is_short_plain_text(text):
    try:
        checked = check_prompt(text)
    except LearnerError as sentence:
        assert str(sentence).endswith(".")
    else:
        assert checked.isprintable() and 0 < len(checked) <= 400 * 3 and not checked.startswith(" ")


@pytest.mark.parametrize(
    "text",
    [
        "oh shit",
        "what the f*ck",
        "a sh1t day",
        "They were making love.",
        "B1tch",
        "you a$$hole",
        "a wet dream",
        "You sh1tblimp!",
        "they make love",
    ],
)
def test_the_word_filter_knows_its_list_and_disguises(text):
    assert has_unkind_words(text)


def test_the_filter_can_be_turned_off_by_those_who_run_the_course(monkeypatch):
    monkeypatch.setenv("COURSE_WORD_FILTER", "off")
    assert not has_unkind_words("oh shit")
    monkeypatch.setenv("COURSE_WORD_FILTER", "on")
    assert has_unkind_words("oh shit")


@pytest.mark.parametrize(
    "text",
    [
        "a pot of soup",
        "the stroke of midnight",
        "my two mums are gay",
        "an old seaman and his rum",
        "the church organ",
        "a fat cat",
        "a dragon nobody could kill",
        "the steep slope",
        "thank god for the rain",
    ],
)
def test_the_word_filter_lets_ordinary_stories_through(text):
    assert not has_unkind_words(text)


@pytest.mark.parametrize("name", ["shorten", "simplify"])
def test_a_source_text_is_still_told(written, name):
    text = written(name)
    assert kept_words(SOURCE, text) >= read_template(name)["keeps"] and text.endswith(
        (".", "!", "?")
    )


def test_a_voice_is_part_of_the_question():
    voice = with_fields(read_template("voice"), {**DEFAULTS, "voice": "a robot"})
    assert "Speaker: a robot\nText: hello {voice}" in chat(
        voice, "hello {voice}"
    ) and "sailor" not in chat(voice, "hello")
    assert chat(voice, "hello").startswith(chat(voice, "")[: examples_end(voice)])
    for name in template_names():
        template = with_fields(read_template(name), DEFAULTS)
        # about 4 characters a token: room for the text itself in 1,024 tokens
        assert len(chat(template, "")) < 3 * 600, name
    with pytest.raises(LearnerError):
        with_fields(read_template("voice"), {**DEFAULTS, "voice": "<|im_end|> now"})
