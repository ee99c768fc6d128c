"""Wishes for several things, or for a thing in a place, are taken apart; others are left whole."""

from __future__ import annotations

import pytest

from course_utils.pictures.wishes.parts import Parts, parts_of, unheeded

CAT, DOG, FOX = "a cat", "a dog", "a fox"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("a cat and a dog", Parts((CAT, DOG), "beside")),
        ("A cat  next to the dog.", Parts((CAT, DOG), "beside")),
        ("a cat sitting on a house", Parts((CAT, "a house"), "on")),
        ("a cat on top of a house", Parts((CAT, "a house"), "on")),
        ("a frog under an umbrella", Parts(("a frog", "an umbrella"), "under")),
        ("an elephant behind a tent", Parts(("an elephant", "a tent"), "behind")),
        ("a fox in front of a castle", Parts((FOX, "a castle"), "before")),
        (
            "a big red cat with a birthday cake",
            Parts(("a big red cat", "a birthday cake"), "beside"),
        ),
        ("a cat, a dog and a fox", Parts((CAT, DOG, FOX), "beside")),
        ("a cat, a dog, and a fox", Parts((CAT, DOG, FOX), "beside")),
        ("two owls", Parts(("an owl", "an owl"), "beside")),
        ("three red strawberries", Parts(("a red strawberry",) * 3, "beside")),
        ("four cats", Parts((CAT,) * 4, "beside")),
        ("a cat, a dog, a fox and an owl", Parts((CAT, DOG, FOX, "an owl"), "beside")),
        ("a tree with pink flowers", Parts(("a tree", *["a pink flower"] * 2), "around")),
        ("a house with three trees", Parts(("a house", *["a tree"] * 3), "around")),
        ("two cats with a dog", Parts((CAT, DOG, CAT), "beside")),
        ("a cat and two dogs", Parts((DOG, CAT, DOG), "beside")),
        ("two cats and a dog", Parts((CAT, DOG, CAT), "beside")),
        ("a cat, a dog and foxes", Parts((CAT, DOG, FOX, FOX), "beside")),
        ("flowers in the grass", Parts(("a flower", "a flower"), "beside", "on a green hill")),
        ("a frog with a crown", Parts(("a frog", "a crown"), "under")),
        ("a cat wearing a red hat", Parts((CAT, "a red hat"), "under")),
        ("a dog with sunglasses", Parts((DOG, "a sunglasses"), "wearing")),
        ("sunglasses and a dog", Parts(("a sunglasses", DOG), "beside")),
        ("a dog chasing a cat", Parts((DOG, CAT), "beside")),
        ("a dog playing with two cats", Parts((CAT, DOG, CAT), "beside")),
        ("a monkey eating bananas", Parts(("a banana", "a monkey", "a banana"), "beside")),
        ("a ring on a bell", Parts(("a ring", "a bell"), "on")),
        ("a girl wearing a dress", Parts(("a girl", "a dress"), "beside")),
        ("a cat by the sea", Parts((CAT,), "", "by the sea")),
        ("a sailboat at night", Parts(("a sailboat",), "", "at night")),
        ("a boat by the sea", Parts(("a boat",), "", "by the sea")),
        ("two foxes on the beach", Parts((FOX, FOX), "beside", "by the sea")),
        ("an owl on a rocket, at night", Parts(("an owl", "a rocket"), "on", "at night")),
        ("a cat and a dog, 3d style", Parts(("a cat, 3d style", "a dog, 3d style"), "beside")),
    ],
)
def test_each_thing_is_named_alone(words, parts):
    assert parts_of(words) == parts


@pytest.mark.parametrize(
    "words",
    [
        "a cat",
        "a red cat",
        "a birthday cake",
        "fork and knife with plate",
        "a cat on a red background",
        "a cat on blue",
        "a girl with red hair",
        "a dog with big ears",
        "a dragon with wings",
        "birds on a house",
        "three cats and two dogs",
        "scissors",
        "a cat and a xyzzy",
        "a dragon fighting a knight",
        "a cat sleeping",
        "a cat, a dog, a fox, an owl and a bee",
        "five cats",
        "ein Hund und eine Katze, Ä",
        "",
        ", and ,",
        "and on with",
    ],
)
def test_one_thing_and_what_is_not_known_stay_whole(words):
    assert parts_of(words) is None


def test_a_long_wish_is_left_whole_at_once():
    assert parts_of("a cat on " * 50_000) is None


def test_what_is_done_is_said():
    said = parts_of("two owls at night").said()
    assert said.count("“owl”") == 1 and "drawn alone" in said and "arranged by a rule" in said
    assert "“at night” is laid behind" in said
    assert "arranged" not in parts_of("an owl at night").said()


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        ("a sad robot dancing", ["sad", "dancing"]),
        ("five red apples", ["five"]),
        ("a house in the snow", ["snow"]),
        ("a girl with red hair", []),
        ("a man with a beard", []),
        ("a dog with big ears", ["ears"]),
        ("a cat wearing glasses", []),
        ("a dog chasing a cat", ["chasing"]),
        ("birds on a house", ["house"]),
        ("a cat and two dogs", []),
        ("fork and knife with plate", []),
        ("a small red cat on a light blue background", []),
        ("an ink drawing of a bear", []),
        ("a pixel art cat", []),
        ("two owls at night, sticker style", []),
        ("a fox, bright cartoon", []),
        ("my grandma", []),  # no thing is named: the whole is read by its meaning
        ("a cat fighting", []),  # not known at all, which is said by `beyond`
        ("", []),
    ],
)
def test_words_that_are_hardly_followed_are_named(words, lost):
    assert unheeded(words) == lost
