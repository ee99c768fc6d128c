"""Own models taught from tunes and from phrases: what is read, learned, laid over, looked back at,
shared and deleted.
"""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.finetune import calls as oneline_teach
from course_utils.finetune import evaluate_tunes as look_back_tunes
from course_utils.finetune import evaluate_words as look_back_words
from course_utils.finetune import tunes as teaching_tunes
from course_utils.finetune import words as teaching_words
from course_utils.finetune.practice_phrases import example_phrases, example_tunes
from course_utils.models import lora_file as own_files
from course_utils.models.smollm2 import words_model
from course_utils.music.calls import make_tune
from course_utils.portfolio.store import Portfolio
from course_utils.words.backends.gguf import Gguf, lora_file
from course_utils.words.calls import make_words

STEPS = 2


@pytest.fixture(scope="module")
def opened():
    """The upper layers of the words model with two texts, once for all tests."""
    engine = engine_for("words")
    engine.load()
    return engine, *teaching_words.opened(engine, [("The cat sat on the", " mat.")])


@pytest.fixture
def own_portfolio(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    for home in (teaching_tunes, teaching_words):
        monkeypatch.setattr(home, "BATCH", 3)
        monkeypatch.setattr(home, "PROTECTING", 1)
    monkeypatch.setattr(teaching_tunes, "PROTECTED", ["waltz"])
    monkeypatch.setattr(teaching_words, "EXAMPLES", ["first_line"])
    monkeypatch.setattr(look_back_words, "UNTAUGHT", ["place"])
    return Portfolio()


def test_the_words_model_s_file_is_read_as_llama_reads_it(opened):
    import torch

    engine, upper, _ = opened
    row = engine.backend.numbers("The cat sat on the")
    with torch.no_grad():
        states = upper.lower([row])[0][None]
        for number, block in upper.blocks.items():
            states = upper.through(states, block, number)
        odds = (upper.normed(states[0, -1:], upper.last) @ upper.table.T)[0].softmax(-1)
    ours = {
        upper.model.facts["tokenizer.ggml.tokens"][place].replace("Ġ", " "): share
        for place, share in zip(odds.topk(5).indices.tolist(), odds.topk(5).values.tolist())
    }
    theirs = dict(engine.next_odds("The cat sat on the", 20))
    assert next(iter(ours)) == next(iter(theirs)) and all(
        share == pytest.approx(theirs[piece], abs=0.02) for piece, share in ours.items()
    )


def test_a_cut_off_file_gets_a_sentence(tmp_path):
    for data in (b"GGUF", b"", words_model().open("rb").read(2000)):
        (tmp_path / "broken.gguf").write_bytes(data)
        with pytest.raises(LearnerError, match="cut off"):
            Gguf(tmp_path / "broken.gguf")


def test_thin_matrices_come_back_from_their_file(tmp_path):
    given = {
        "blk.0.attn_v.weight.lora_a": np.arange(12, dtype=np.float32).reshape(2, 6),
        "blk.0.attn_v.weight.lora_b": np.ones((3, 2), np.float32),
    }
    (tmp_path / "own.gguf").write_bytes(lora_file(given, 2.0))
    read = Gguf(tmp_path / "own.gguf")
    assert read.facts["adapter.type"] == "lora" and read.facts["adapter.lora.alpha"] == 2.0
    assert all(np.array_equal(read.tensor(name), values) for name, values in given.items())


@pytest.mark.parametrize(
    ("phrases", "words"),
    [
        ([], "at least 5"),
        (["one"] * 9, "there is 1"),
        ([f"phrase {n} of mine" for n in range(70)], "60 are enough"),
        (["x " * 300] + example_phrases(), "too long"),
        ("a text", "list of texts"),
    ],
)
def test_phrases_that_cannot_be_learned_from_get_a_sentence(phrases, words, tmp_path):
    with pytest.raises(LearnerError, match=words):
        teaching_words.teach_phrases(
            engine_for("words"), Portfolio(tmp_path), phrases, "granny", people_agreed=True
        )


def test_somebody_else_s_phrases_need_a_yes_first(tmp_path):
    with pytest.raises(LearnerError, match="people_agreed=True"):
        teaching_words.teach_phrases(
            engine_for("words"), Portfolio(tmp_path), example_phrases(), "granny"
        )


def test_phrases_are_learned_laid_over_looked_back_at_and_deleted(own_portfolio):
    taught = oneline_teach.teach_phrases(
        example_phrases()[:5],
        "granny",
        people_agreed=True,
        show=False,
        minutes=30,
        most_steps=STEPS,
    )
    assert (
        taught.own and taught.own.card.kind == "words" and f"in {STEPS} steps" in taught.message
    ), taught.message
    assert "taught from 5 phrases" in repr(taught) and taught.own.card.licence == "private"
    plain, mine, again = (
        make_words("rain", 1, 4, template="own", **more)
        for more in ({}, {"own_model": "granny"}, {"own_model": "granny"})
    )
    assert (
        plain
        and mine
        and mine[0].content == again[0].content
        and mine[0].recipe.settings["own_print"] == taught.own.print
    )
    wild = own_files.from_bytes(
        own_files.to_bytes(
            taught.own.card,
            {name: np.sign(values) * 0.05 for name, values in taught.own.tensors.items()},
        )
    )
    changed = next(
        engine_for("words").create(
            Recipe(
                kind="words",
                prompt="rain",
                seed=4,
                settings={"own_model": "granny", "template": "own"},
            ),
            own=wild,
        )
    )
    assert changed.content != plain[0].content  # what is laid over counts
    path = own_portfolio.folder / "my_models" / "granny"
    assert {one.name for one in path.iterdir()} == {
        "granny.safetensors",
        "lesson.safetensors",
        "phrases.txt",
    }
    assert "words in a row" in repr(oneline_teach.what_it_copied("granny"))
    assert "nobody taught" in repr(oneline_teach.what_it_forgot("granny"))
    shared = oneline_teach.share_own_model("granny", "CC0-1.0", "me")
    data = shared.path.read_bytes()
    assert (
        "is gone" in oneline_teach.delete_own_model("granny").message
        and not path.exists()
        and not shared.path.exists()
    )
    assert "is not here" in make_words("rain", 1, 4, own_model="granny").message
    shared.path.write_bytes(data)
    assert 'words.make("rain"' in oneline_teach.load_own_model(shared.path).message
    bad = own_files.to_bytes(
        taught.own.card.model_copy(update={"name": "other"}),
        {
            **taught.own.tensors,
            "words.blk.0.attn_norm.lora_A.weight": np.ones((8, 576)),
            "words.blk.0.attn_norm.lora_B.weight": np.ones((576, 8)),
        },
    )
    shared.path.write_bytes(bad)
    assert "do not fit" in oneline_teach.load_own_model(shared.path).message


def test_tunes_are_learned_and_come_back(own_portfolio):
    taught = oneline_teach.teach_tunes(
        example_tunes(), "hopper", show=False, minutes=30, most_steps=60
    )
    assert (
        taught.own
        and taught.own.card.usual == {"kind_of_tune": "waltz", "mode": "major", "metre": "3/4"}
        and len(taught.pictures) == 2
    ), taught.message
    before, mine = (
        make_tune("a waltz", 2, 3, bars=8, mode="major"),
        make_tune("a tune", 2, 3, bars=8, own_model="hopper"),
    )
    assert all(one.recipe.settings["metre"] == "3/4" for one in mine)
    learned = [look_back_tunes.tune_of(one) for one in example_tunes()]
    share = [
        sum(look_back_tunes.run_share(look_back_tunes.tune_of(one), learned) for one in made) / 2
        for made in (before, mine)
    ]
    assert share[1] > share[0]  # its bars come back
    assert "are copies" in repr(oneline_teach.what_it_copied("hopper")) and "nats" in repr(
        oneline_teach.what_it_forgot("hopper")
    )
    assert "one run of notes" in repr(oneline_teach.before_and_after("hopper"))
    on = oneline_teach.teach_tunes(example_tunes(), "hopper", show=False, minutes=30, most_steps=61)
    assert "went on from" in on.message and on.own.card.steps == 61
    assert (
        "taught from other tunes"
        in oneline_teach.teach_tunes(example_tunes()[:1], "hopper", show=False).message
    )
    assert "no tune" in oneline_teach.teach_tunes([], "empty", show=False).message
    assert "was not taught from phrases" in make_words("rain", 1, 1, own_model="hopper").message
    oneline_teach.delete_own_model("hopper")
    assert "is not here" in make_tune("a tune", 1, 1, own_model="hopper").message


def test_runs_in_common_are_counted():
    assert (
        look_back_tunes.longest_run(list("abcdef"), list("xbcdy")) == 3
        and look_back_tunes.longest_run([], [1]) == 0
    )


def test_the_studios_for_tunes_and_phrases(own_portfolio):
    from course_utils.finetune.text_and_tune_studios import TeachTunesStudio, TeachWordsStudio

    words = TeachWordsStudio("granny", minutes=0.001)
    assert "At least 5 more" in words.shown.value
    words.use_practice()
    words.teach()
    assert words.wait(60) and "people_agreed" in words.status.value
    tunes = TeachTunesStudio("hopper", minutes=0.001)
    tunes.teach()
    assert tunes.wait(60) and "no tune yet" in tunes.status.value
    tunes.use_practice()
    assert len(tunes.tunes.value) == 2
    tunes.teach()
    assert tunes.wait(120) and "2 new ones are above" in tunes.status.value, tunes.status.value
    tunes.look_back("copied")
    assert tunes.wait(60) and "<table>" in tunes.look.value
    tunes.sure.value = True
    tunes.delete()
    assert "gone" in tunes.status.value and own_portfolio.own_models() == []
