"""The tokenizer without transformers reads prompts as transformers does."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings, strategies

from course_utils.creation import LearnerError
from course_utils.pictures.onnx.tokenizer import ClipTokenizer
from course_utils.pictures.wishes.known_nouns import kin
from pictures.onnx.both_paths import MODEL

COLOURS = ("a red", "two small", "A PURPLE", "the  lonely", "an outlined", "")
PLACES = ("in the snow", "on a yellow background, 3d style", "left", "", "!!!", "& 12 friends")
ODD = [
    "",
    " ",
    "\n\t",
    "Café au lait à l'été",
    "Cafe\u0301",
    "naïve façade, señor Ångström, Straße",
    "ΟΔΥΣΣΕΥΣ",
    "İstanbul ǅ ﬁsh",
    "🐶 in a 🏠",
    "👩‍🚒 and 👨🏽‍🔬 with 🏳️‍🌈",
    "❤️❤️❤️",
    "日本語の赤い心",
    "красное сердце",
    "قلب أحمر",
    "לב אדום",
    "लाल दिल ½ ² Ⅷ ٣",
    "it's, they're, I'll, we've, he'd, don't, I'm",
    "rock'n'roll",
    "1234567890 3.14 1,000",
    "a_b-c/d\\e@f#g%h^i*j(k)l[m]n{o}p|q~r`s",
    "<|startoftext|> dog <|endoftext|> cat",
    "<|endoftext|>",
    "<|ENDOFTEXT|> x",
    "dog</w> cat",
    "zero\u200bwidth\u00a0space\ufeff",
    "\x00\x07 control",
    "supercalifragilisticexpialidocious" * 3,
    "a " * 100,
    "a very long sentence about " + "a red and blue fox with three hats " * 6,
    "ab" * 500,
    "𝔣𝔯𝔞𝔨𝔱𝔲𝔯 ＦＵＬＬ ｗｉｄｔｈ",
]


@pytest.fixture(scope="module")
def wanted():
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(MODEL / "tokenizer", local_files_only=True)


@pytest.fixture(scope="module")
def ours() -> ClipTokenizer:
    return ClipTokenizer(MODEL / "tokenizer")


def row(tokenizer, text: str) -> list[int]:
    longest = tokenizer.model_max_length
    return tokenizer(text, padding="max_length", max_length=longest, truncation=True).input_ids


def test_hundreds_of_prompts_are_read_alike(ours, wanted):
    things = sorted({*list(kin())[::8], *list(kin().values())[::16]})
    prompts = [
        f"{colour} {thing} {place}"
        for thing, (colour, place) in zip(
            things, itertools.cycle(itertools.product(COLOURS, PLACES)), strict=False
        )
    ]
    assert len(prompts) > 300
    for text in prompts + ODD:
        assert ours.input_ids(text).tolist() == row(wanted, text), text
        assert ours.tokens(text) == wanted(text, add_special_tokens=False).input_ids, text


@settings(max_examples=300, deadline=None)
@given(strategies.text(max_size=120))
def test_any_text_is_read_alike(ours, wanted, text):
    assert ours.input_ids(text).tolist() == row(wanted, text)


def test_what_is_beyond_the_end_is_told(ours, wanted):
    for text in ODD:
        tokens = wanted(text, add_special_tokens=False).input_ids
        rest = wanted.decode(tokens[wanted.model_max_length - 2 :]).strip()
        assert ours.unread(text) == rest, text
    assert ours.unread("a red heart") == ""
    assert "hats" in ours.unread("a red and blue fox with three hats " * 6)


def test_a_taught_word_is_one_token_of_its_own_as_with_transformers(ours, wanted):
    import copy

    from transformers import AddedToken

    theirs, taught = copy.deepcopy(wanted), ours.with_word("blobby")
    theirs.add_tokens([AddedToken("blobby", single_word=True, normalized=True)])
    for text in ("a Blobby dog", "blobby", "blobbyish blobby's", "BLOBBY,blobby", "no such word"):
        assert taught.input_ids(text).tolist() == row(theirs, text), text
    assert taught.tokens("blobby") == [ours.size] and taught.size == ours.size + 1
    assert ours.tokens("blobby") != [ours.size]
    assert ours.knows("heart") and not ours.knows("blobby")


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\x00", b'{"version": "1.0"'])
def test_damaged_tokenizer_files_get_a_sentence(tmp_path, name, content):
    for file in (MODEL / "tokenizer").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_bytes(content)
    with pytest.raises(LearnerError, match="start.py"):
        ClipTokenizer(tmp_path)
