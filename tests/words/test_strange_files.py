"""Files of a learner or of a stranger that the words studio opens end in a sentence."""

from __future__ import annotations

import struct

import pytest

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.portfolio.store import Portfolio
from course_utils.words.backends.gguf import Gguf
from course_utils.words.templates import own_template, template_names


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 50_000, "\x00", "[[example]]\n" * 3, "example = 3", ""]
)
def test_a_kind_of_text_that_cannot_be_used_is_named_and_left_out(text, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_TEMPLATES", str(tmp_path))
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LearnerError, match="mine.toml"):
        own_template(path)
    assert "mine" not in template_names()


def test_a_broken_kind_of_text_hides_no_text_made_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_TEMPLATES", str(tmp_path))
    (tmp_path / "mine.toml").write_text("a = " + "[" * 50_000, encoding="utf-8")
    recipe = Recipe(kind="words", prompt="the moon", settings={"template": "mine"})
    kept = Portfolio().save(Creation(recipe=recipe, content=b"The moon is a coin."))
    assert [saved.path for saved in Portfolio().list()] == [kept]


def fact(name: bytes, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + fact(b"general.alignment", 4, b"\0\0\0\0"),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + fact(b"odd", 99, b""),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + fact(b"deep", 9, b"\x09\0\0\0" * 60_000),
        b"GGUF" + struct.pack("<IQQ", 3, 100_000, 0),
    ],
)
def test_a_words_model_with_an_odd_header_gets_a_sentence(data, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(LearnerError, match="could not be read"):
        Gguf(path)
