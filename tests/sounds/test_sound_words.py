"""Words for sounds: every one is recognised, the longest name wins, and what had no use is told."""

from __future__ import annotations

import pytest

from course_utils.creation import LearnerError
from course_utils.sounds.sound_words import MOST_SOUNDS, Table, check_layers, listen, table

TWELVE = {
    "water",
    "rain",
    "fire",
    "wind",
    "birds",
    "insects",
    "city",
    "machine",
    "metal",
    "glass",
    "voices",
    "space",
}
ALL_NAMES = [(name, sound.name) for sound in table().sound for name in sound.names]


def names(prompt: str) -> list[str]:
    return [sound.name for sound, _ in listen(prompt).sounds]


def test_there_are_at_least_eighty_sounds_in_the_twelve_families():
    words = table()
    assert set(words.families) >= TWELVE
    assert len([sound for sound in words.sound if sound.family in TWELVE]) >= 80
    assert all(sum(sound.family == family for sound in words.sound) >= 5 for family in TWELVE)


def test_every_name_of_every_sound_is_recognised():
    assert [name for name, sound in ALL_NAMES if names(name) != [sound]] == []


def test_every_layer_names_a_source_and_numbers_that_it_has():
    check_layers(table())


def test_plural_and_other_endings_are_understood():
    assert names("two owls hooting") == ["owl"]
    assert names("a whale sings") == ["whale", "choir"]
    assert names("the river's murmur") == ["river", "crowd"]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("heavy rain", ["downpour"]),
        ("rain on a tin roof at night", ["rain on a roof", "crickets"]),
        ("Ocean waves!", ["ocean waves"]),
        ("a CHURCH BELL in the fog", ["church bells", "foghorn"]),
        ("steam train", ["steam train"]),
    ],
)
def test_the_longest_name_wins(prompt, expected):
    assert names(prompt) == expected


def test_a_changing_word_belongs_to_the_sound_after_it_or_to_the_last_one():
    heard = listen("distant thunder and slow, deep bells")
    assert [(sound.name, len(changes)) for sound, changes in heard.sounds] == [
        ("thunder", 1),
        ("church bells", 2),
    ]
    assert [len(changes) for _, changes in listen("rain, faraway").sounds] == [1]


def test_words_without_use_are_told_and_nothing_else_is():
    heard = listen("the sound of rain in my quiet spreadsheet with 3 purple invoices")
    assert heard.unused == ("spreadsheet", "3", "purple", "invoices")
    assert "spreadsheet, 3, purple, invoices" in heard.told
    assert listen("two owls").unused == ("two",)  # one voice, however many are asked for
    assert listen("rain and wind").told == ""
    assert listen("rain in a dream", known_elsewhere={"dream"}).told == ""


@pytest.mark.parametrize(
    ("prompt", "heard", "left_out"),
    [
        ("rain without thunder", ["rain"], ("thunder",)),
        ("a forest, no owl, no loud wind", ["leaves"], ("owl", "wind")),
        ("thunder but not thunder", [], ("thunder",)),
        ("no sound of rain, waves", ["ocean waves"], ("rain",)),
    ],
)
def test_a_sound_that_is_not_wanted_is_not_heard(prompt, heard, left_out):
    found = listen(prompt)
    assert [sound.name for sound, _ in found.sounds] == heard
    assert found.unwanted == left_out and f"Left out, as you say: {left_out[0]}" in found.told
    assert found.unused == ()


def test_no_without_a_sound_behind_it_is_named():
    assert listen("rain, no drama").unused == ("no", "drama")


def test_a_misspelt_word_is_told_with_the_word_it_may_have_meant():
    heard = listen("a thuunder over the seegulls")
    assert heard.nearest == {"thuunder": "thunder", "seegulls": "seagulls"}
    assert "“thunder”" in heard.told


@pytest.mark.parametrize("prompt", ["", "   ", "!!!", "🌧️"])
def test_a_prompt_without_words_names_nothing_and_says_nothing(prompt):
    heard = listen(prompt)
    assert heard.sounds == () and heard.told == ""


@pytest.mark.parametrize("prompt", ["дождь и ветер", "雨の音", "مطر", "brújula"])
def test_words_of_other_scripts_are_told_not_lost(prompt):
    heard = listen(prompt)
    assert heard.sounds == () and heard.unused and all(word in heard.told for word in heard.unused)


def test_more_sounds_than_the_limit_are_named_as_left_out():
    heard = listen("rain, wind, owl, train, choir and gong")
    assert (
        len(heard.sounds) == MOST_SOUNDS
        and heard.left_out == ("choir", "gong")
        and "choir, gong" in heard.told
    )


def test_a_very_long_prompt_takes_no_long_time():
    heard = listen("rain " * 100_000)
    assert names("rain " * 100_000) == ["rain"] and heard.unused == ()


def test_a_damaged_table_ends_in_a_sentence(tmp_path):
    broken = tmp_path / "sound_words.toml"
    broken.write_text(
        '[families]\nrain = "x"\n[[sound]]\nname = "rain"\nfamily = "snow"\n', encoding="utf-8"
    )
    with pytest.raises(LearnerError, match="sound words"):
        table(broken)
    with pytest.raises(LearnerError):
        table(tmp_path / "missing.toml")


def test_a_layer_with_a_number_that_its_source_has_not_ends_in_a_sentence():
    sound = {
        "name": "rain",
        "family": "rain",
        "about": "drops",
        "marks": {"tone": [0, 1]},
        "layers": [{"source": "noise", "loudnes": 3}],
    }
    words = Table.model_validate({"families": {"rain": "x"}, "sound": [sound], "change": []})
    with pytest.raises(LearnerError, match="loudnes"):
        check_layers(words)


def test_no_name_stands_for_two_sounds():
    sound = {
        "family": "rain",
        "about": "drops",
        "marks": {"tone": [0, 1]},
        "layers": [{"source": "noise"}],
    }
    both = [{**sound, "name": "rain"}, {**sound, "name": "drizzle", "also": ["rain"]}]
    with pytest.raises(ValueError, match="stands for"):
        Table.model_validate({"families": {"rain": "x"}, "sound": both, "change": []})
