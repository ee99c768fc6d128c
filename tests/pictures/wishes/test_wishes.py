"""Wishes in other languages and wishes beyond the small model are read, and said."""

from pathlib import Path

import pytest

from course_utils.pictures.wishes.known_nouns import as_known, kin
from course_utils.pictures.wishes.parts import is_thing
from course_utils.pictures.wishes.reading import in_english
from course_utils.pictures.wishes.tables import languages
from course_utils.pictures.wishes.wish import beyond, read_wish, said_of_the_rest

ROWS = [
    [cell.strip() for cell in line.split("|")]
    for line in (Path(__file__).parent / "everyday_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
COLUMNS = ["Spanish", "French", "German", "Italian", "Portuguese"]


@pytest.mark.parametrize("language", COLUMNS)
def test_nine_in_ten_everyday_words_are_understood(language):
    column = COLUMNS.index(language) + 1
    missed = [
        (row[column], read_wish(row[column]).words)
        for row in ROWS
        if not any(word in read_wish(row[column]).words.lower() for word in row[0].split(","))
    ]
    assert len(ROWS) == 198
    assert 1 - len(missed) / len(ROWS) >= 0.9, missed


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("un gato rojo", "a red cat"),
        ("dos gatos y un perro", "two cats and a dog"),
        ("una casa grande y roja", "a big red house"),
        ("un corazón azul sobre fondo amarillo", "a blue heart on a yellow background"),
        ("ein großer Hund mit einem Ball", "a big dog with a ball"),
        ("un château à la nuit", "a castle at night"),
        ("une pomme verte", "a green apple"),
        ("赤い猫", "a red cat"),
        ("красный кот", "a red cat"),
        ("три звезды", "three stars"),
        ("两只猫", "two cats"),
        ("czerwony samochód", "a red car"),
        ("en röd bil", "a red car"),
        ("quả táo đỏ", "a red apple"),
        ("una niña con pelo rojo", "a girl with red hair"),
        ("une fille aux cheveux rouges", "a girl with red hair"),
        ("un chat et deux chiens", "a cat and two dogs"),  # no pleading faces
        ("une maison avec des arbres", "a house with trees"),
        ("gatos negros", "black cats"),
        ("ein Baum mit Blumen", "a tree with a flower"),
        ("montañas", "mountains"),
        ("una rosa", "a rose"),
        ("un búho de noche", "an owl at night"),
        ("un perro con gafas de sol", "a dog with sunglasses"),
        ("ovos", "eggs"),  # no custard
        ("mele", "an apple"),  # no pie; a plural in Italian is not told from other forms
    ],
)
def test_a_prompt_in_another_language_is_read_in_english_order(prompt, words):
    wish = read_wish(prompt)
    assert wish.words == words and f"I read “{prompt}” (" in wish.said and words in wish.said


@pytest.mark.parametrize(
    "prompt",
    [
        "a red cat",
        "a gift",
        "a dragon fighting a knight",
        "two penguins",
        "pizza",
        "",
        "  ",
        "123",
        "🙂",
        "<b>x</b>",
        "the quick brown fox jumps over the lazy dog",
        "a robot in the rain",
        "a blobby dog",
        "a slang",
        "a wug with a hat",
        "the zorblat",
    ],
)
def test_english_is_left_as_it_is(prompt):
    assert in_english(prompt) is None and read_wish(prompt).said == ""


def test_words_for_which_nothing_was_found_are_named():
    wish = read_wish("un renard qui mange une pomme")
    assert "fox" in wish.words and "apple" in wish.words and "I found nothing for: qui" in wish.said


def test_a_word_taught_to_an_own_model_is_no_foreign_word():
    assert read_wish("gato", own_name="gato").words == "gato"


def test_all_languages_have_a_name_and_words():
    assert len(languages()) == 25
    assert all(
        one.name and len(one.things) > 1500 and "red" in one.small.values() for one in languages()
    )


def test_what_goes_beyond_the_model_is_said_with_two_surer_wishes():
    found = beyond("a dragon fighting a knight in front of a castle")
    assert found.known == ("dragon", "castle") and found.unknown == ("fighting", "knight")
    assert found.surer == ("a dragon", "a dragon and a castle")
    assert "has never seen: fighting, knight" in found.said() and "knows: dragon" in found.said()
    many = beyond("a cat, a dog, a bird, a bee and a fish")
    assert "too many" in many.said() and many.surer[1] == "a cat and a dog"
    assert beyond("xyzzy").surer == ("a fox", "a sunflower")


@pytest.mark.parametrize(
    "prompt",
    [
        "a red heart",
        "a hound",
        "un gato rojo",
        "a castle, 3d style",
        "two penguins",
        "a robot",
        "a blue heart on a yellow background",
        "a cat and a dog",
        "a house in the snow",
        "",
    ],
)
def test_what_the_model_can_draw_is_not_beyond_it(prompt):
    assert beyond(prompt) is None


def test_no_name_that_the_model_was_shown_is_drawn_as_another_thing():
    assert not [word for word in kin() if is_thing(word)]
    assert as_known("a trombone and a robot") == ("a trombone and a robot", {})
    assert as_known("a hound") == ("a dog", {"hound": "dog"})


def test_a_long_or_odd_prompt_is_read_in_bounded_time():
    for prompt in ("gato " * 20_000, "猫" * 50_000, "\u202egato\u0000", "ﷺ" * 1000):
        read_wish(prompt)
        beyond(prompt[:5000])


def test_the_studio_asks_before_it_draws_what_is_beyond_the_model():
    from course_utils.pictures.studio import ImageStudio

    studio = ImageStudio("a dragon fighting a knight", seed=3)
    started = []
    studio.generate = lambda: started.append(studio.prompt.value)
    studio.generate_button.click()
    assert not started and "never seen: fighting, knight" in studio.status.value
    assert studio.offers.layout.display == ""
    studio.generate_button.click()
    assert started == ["a dragon fighting a knight"], "pressed again, it is drawn all the same"
    assert studio.offers.layout.display == "none"
    studio.prompt.value = "a knight on a dragon"
    studio.generate_button.click()
    studio.offers.children[0].click()
    assert started[1:] == ["a dragon"] and studio.prompt.value == "a dragon"
    studio.generate_button.click()
    assert len(started) == 3


def test_words_that_are_hardly_followed_are_said():
    assert said_of_the_rest("a sad robot").endswith("it may take no notice of: sad.")
    assert said_of_the_rest("a red robot") == said_of_the_rest("un robot rojo") == ""
    assert said_of_the_rest("a robot dancing", "dancing") == "", "a word taught to an own model"
