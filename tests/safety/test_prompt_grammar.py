"""Signs of other picture programs: taken off, said once, and what to use instead."""

from __future__ import annotations

import pytest

from course_utils import make_image
from course_utils.pictures.candidates.conditioning import words_for_model
from course_utils.safety.prompt_grammar import grammar_words, plain_prompt


@pytest.mark.parametrize(
    ("prompt", "plain", "sign", "instead"),
    [
        ("a (red:1.3) fox", "a red fox", "(red:1.3)", "guidance"),
        ("((red)) fox", "red fox", "((red))", "guidance"),
        ("a {cat|dog} asleep", "a cat asleep", "{cat|dog}", "second"),
        ("__animal__ in snow", "in snow", "__animal__", "list of your own"),
        ("fox AND owl", "fox, owl", "AND", "second"),
        ("fox BREAK owl", "fox, owl", "BREAK", "second"),
        ("a fox --ar 16:9", "a fox", "--ar 16:9", "settings by name"),
        ("a fox --no tail", "a fox", "--no tail", "leave_out"),
        ("fox::2 owl::1", "fox, owl", "::2", "second_share"),
    ],
)
def test_a_sign_is_taken_off_and_named(prompt, plain, sign, instead):
    assert plain_prompt(prompt) == plain
    said = grammar_words(prompt)
    assert sign in said and instead in said and said.count("plain words") == 1
    assert words_for_model(prompt, "any") == words_for_model(plain, "any")


@pytest.mark.parametrize(
    "prompt",
    ["a red fox", "a fox (in the snow)", "salt and pepper", "a cat-like dog", "50:50", "a -- b"],
)
def test_plain_words_stay_as_they_are(prompt):
    assert plain_prompt(prompt) == prompt and grammar_words(prompt) == ""


def test_it_is_said_with_the_picture_and_a_file_of_another_program_is_refused_kindly():
    made = make_image("a (red:1.3) heart --ar 16:9", count=1, seed=1, speed="quick")
    assert made and "This model reads plain words" in made.message
    refused = make_image("a heart <lora:x:1>")
    assert not refused and "another program" in refused.message and "own_model" in refused.message
