"""Unusual sounds: contrast, loudness, the same bytes for a recipe, parents,
files and recordings.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from course_utils import (
    Portfolio,
    breed_textures,
    files,
    make_card,
    make_texture,
    texture_under_tune,
    vary_texture,
)
from course_utils.audio import recordings
from course_utils.audio import wav as recording
from course_utils.audio.analysis import describe, hear
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.pictures.png import to_png
from course_utils.provenance.export import export_zip
from course_utils.sounds.candidates import candidates, read_settings
from course_utils.sounds.engine import TextureEngine
from course_utils.sounds.settings import CHARACTER_NAMES, NUMBERS, SOURCES

ENGINE = TextureEngine()


def recipe(prompt: str = "something", seed: int = 5, **settings) -> Recipe:
    return Recipe(kind="sound", prompt=prompt, seed=seed, settings={"length": 2.0, **settings})


def one(*materials: Creation, **settings) -> Creation:
    return next(ENGINE.create(recipe(**settings), materials=materials))


def a_picture(colour=(220, 40, 40)) -> Creation:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(picture).ellipse((10, 6, 40, 30), fill=colour)
    return Creation(recipe=Recipe(kind="image", prompt="a ball"), content=to_png(picture))


def wav_bytes(samples, rate: int = 16000) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format="WAV")
    return buffer.getvalue()


def hum(seconds: float = 1.0, rate: int = 16000, loud: float = 0.4):
    return loud * np.sin(2 * np.pi * 220 * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_heard_and_neither_clips_nor_starts_suddenly(source):
    import pyloudnorm

    picture = a_picture()
    made = (
        one(picture, source=source, material=picture.id)
        if source == "picture"
        else one(source=source)
    )
    samples, rate = recording.from_wav(made.content)
    assert rate == 44_100 and samples.shape == (88_200, 2) and np.abs(samples).max() < 0.9
    assert abs(pyloudnorm.Meter(rate).integrated_loudness(samples) + 18) < 1.5
    assert np.abs(samples[:64]).max() < 0.1 and np.abs(samples[-64:]).max() < 0.01
    assert source in describe(made) and "2 seconds" in describe(made)


@pytest.mark.parametrize("character", CHARACTER_NAMES[1:])
def test_every_character_changes_a_sound(character):
    plain, changed = (
        recording.from_wav(
            one(
                source="bells", character=name, **dict.fromkeys(NUMBERS, 0.5) | {"pitch": 55}
            ).content
        )[0]
        for name in ("none", character)
    )
    assert np.abs(plain - changed).max() > 0.05 and np.isfinite(changed).all()


def test_the_same_recipe_gives_the_same_bytes_and_each_candidate_can_be_made_alone():
    made = list(ENGINE.create(recipe(count=4)))
    assert [
        next(ENGINE.create(creation.recipe)).content == creation.content for creation in made
    ] == [True] * 4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_four_candidates_of_one_seed_differ(seed):
    made = list(ENGINE.create(recipe(seed=seed, count=4)))
    assert len({creation.recipe.settings["source"] for creation in made}) == 4
    features = [
        np.array([np.log2(h.centroid) / 2, h.crest / 6, h.changes / 3, *np.array(h.contour) / 10])
        for h in map(hear, [creation.content for creation in made])
    ]
    assert min(np.linalg.norm(a - b) for n, a in enumerate(features) for b in features[:n]) > 0.3


def test_words_choose_and_a_setting_given_wins():
    made = candidates(recipe("a harp in a cathedral", count=2))
    assert {one.settings["source"] for one in made} == {"plucked strings"}
    assert {one.settings["character"] for one in made} == {"cathedral"}
    made = candidates(recipe("a harp in a cathedral", source="bells", character="ice"))
    assert (made[0].settings["source"], made[0].settings["character"]) == ("bells", "ice")
    assert read_settings(recipe("rain", source="bells"))["source"] == "bells"


@pytest.mark.parametrize(
    ("prompt", "settings", "sources"),
    [
        ("rain on glass", {}, ["scene"] * 4),
        ("rain", {}, ["scene"] * 4),
        ("rain on glass", {"source": "metal"}, ["metal"] * 4),
        ("rain on a robot's harp", {}, ["scene", "plucked strings"] * 2),
    ],
)
def test_words_that_name_several_sources_are_all_heard(prompt, settings, sources):
    assert [
        made.settings["source"] for made in candidates(recipe(prompt, count=4, **settings))
    ] == sources


def test_a_material_is_used_whatever_the_words_say():
    made = candidates(recipe("rain on the sea", count=2), a_picture())
    assert [each.settings["source"] for each in made] == ["picture", "picture"]


@pytest.mark.parametrize(
    "settings",
    [
        {"source": "piano"},
        {"length": 3600},
        {"pitch": "low"},
        {"volume": 3},
        {"density": 2},
        {"loop": "yes"},
        {"material": "0" * 12},
        {"source": "picture"},
    ],
)
def test_settings_that_cannot_be_used_end_in_a_sentence(settings):
    with pytest.raises(LearnerError):
        one(**settings)


def test_a_plain_picture_ends_in_a_sentence():
    from PIL import Image

    plain = Creation(
        recipe=Recipe(kind="image", prompt="dot"), content=to_png(Image.new("RGB", (1, 1), "red"))
    )
    with pytest.raises(LearnerError, match="plain colour"):
        one(plain, source="picture", material=plain.id)


def test_what_is_higher_in_a_picture_sounds_higher():
    from PIL import Image

    def spot(top: int) -> float:
        picture = Image.new("RGB", (60, 60), "white")
        picture.paste("black", (15, top, 45, top + 6))
        creation = Creation(recipe=Recipe(kind="image", prompt="spot"), content=to_png(picture))
        return hear(
            one(
                creation,
                source="picture",
                material=creation.id,
                character="none",
                space=0,
                brightness=0.5,
            ).content
        ).centroid

    assert spot(8) > 2 * spot(46)


def test_a_loop_joins_without_a_click():
    samples, _ = recording.from_wav(one(source="metal", character="none", loop=True).content)
    inside = np.abs(np.diff(samples, axis=0)).max()
    assert (
        np.abs(samples[0] - samples[-1]).max() <= 2 * inside and np.abs(samples[:3000]).max() > 0.02
    )


def test_a_sound_file_gives_the_sound_and_its_recipe_back(tmp_path):
    made, portfolio = one(), Portfolio(tmp_path)
    path = portfolio.save(made)
    assert path.suffix == ".wav" and files.unpack(path) == made == portfolio.find(made.id).creation
    assert soundfile.info(path).subtype == "PCM_16"
    assert recordings.sound_from_file(path.read_bytes()) == made
    data = bytearray(path.read_bytes())
    with pytest.raises(BadRecipe):
        recording.unpack(bytes(data[: len(data) - 400]))


def test_children_inherit_from_both_parents_and_remember_them():
    first, second = (
        make_texture("bells", count=1, seed=1, length=2.0, source="bells")[0],
        make_texture("wind", count=1, seed=9, length=2.0, source="wind")[0],
    )
    children = breed_textures(first, second, count=4, seed=3)
    assert len(children) == 4, children.message
    for child in children:
        assert (
            child.recipe.parent == first.id and child.recipe.settings["other_parent"] == second.id
        )
        for name in NUMBERS:
            low, high = sorted((first.recipe.settings[name], second.recipe.settings[name]))
            assert low - 0.001 <= child.recipe.settings[name] <= high + 0.001
    near = vary_texture(first, count=2, seed=4)
    assert {child.recipe.settings["source"] for child in near} == {"bells"} and near[
        0
    ].recipe.settings["pitch"] != first.recipe.settings["pitch"]


def test_a_sound_lies_under_a_tune_and_on_a_card():
    from course_utils.scores.midi import write_midi
    from course_utils.scores.score import Note, Score
    from course_utils.scores.synth import can_play

    if not can_play():
        pytest.skip("this Python cannot play tunes")
    portfolio = Portfolio()
    tune = Creation(
        recipe=Recipe(kind="tune", prompt="a march"),
        content=write_midi(
            Score(tuple(Note(n / 2, 0.5, 60 + n, 90) for n in range(8)), 120, (4, 4), 0, "C")
        ),
    )
    portfolio.save(tune)
    sound = make_texture("calm wind", count=1, seed=1, length=2.0)
    both = texture_under_tune(sound, tune)
    assert both, both.message
    assert hear(both[0].content).seconds > 2.5 and "under a tune" in describe(both[0])
    assert (
        next(ENGINE.create(both[0].recipe, **portfolio.ingredients(both[0].recipe))).content
        == both[0].content
    )
    card = make_card(both, tune, title="March in the wind")
    assert card[0].text.count("<audio") == 2 and "autoplay" not in card[0].text
    assert (
        len(portfolio.list("sound")) == 2
        and len(portfolio.list("tune")) == 1
        and len(portfolio.list()) == 4
    )
    assert export_zip(portfolio).exists()


def test_a_recording_becomes_material(tmp_path):
    path = tmp_path / "voice.flac"
    soundfile.write(path, np.stack([hum(), hum()], 1), 16000)
    made = make_texture("voice", count=2, seed=2, material=path, length=2.0)
    assert {creation.recipe.settings["source"] for creation in made} == {"grains", "stretched"}
    assert "Recording brought in" in describe(
        Portfolio().find(made[0].recipe.settings["material"]).creation
    )
    assert vary_texture(
        Portfolio().find(made[0].recipe.settings["material"]).creation
    ).message.startswith("A recording has no settings")


@pytest.mark.parametrize(
    "data, word",
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\nnothing", "could not be read"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "could not be read"),
        (b"x" * 60_000_001, "MB"),
        (wav_bytes(np.zeros(16000)), "silent"),
        (wav_bytes(hum(0.01)), "tenth"),
        (wav_bytes(np.zeros(4000 * 3600, "int16"), 4000), "60 minutes"),
    ],
    ids=["empty", "a picture", "broken", "huge", "silent", "short", "an hour"],
)
def test_bad_recordings_end_in_a_sentence(data, word):
    with pytest.raises(LearnerError, match=word):
        recordings.sound_from_file(data)


def test_a_clipped_recording_is_taken_with_a_note():
    clipped = recordings.sound_from_file(wav_bytes(np.clip(hum(loud=3), -1, 1)))
    assert "too loud" in clipped.recipe.settings["note"]


def test_words_are_escaped_and_the_player_is_named():
    shown = figure_html(next(ENGINE.create(recipe('<b>"'))))
    assert (
        "<b>" not in shown
        and 'aria-label="' in shown
        and "autoplay" not in shown
        and "alt=" in shown
    )


def test_the_studio_makes_varies_breeds_and_takes_a_file():
    from course_utils.sounds.studio import TextureStudio

    studio = TextureStudio(prompt="rain", seed=3)
    studio.length.value = 3.0
    studio.generate()
    assert studio.wait(60) and len(studio.results) == 4, studio.status.value
    parents = studio.results[0].id, studio.results[2].id
    studio.second.value = 2
    studio.breed()
    assert studio.wait(60) and {
        (c.recipe.parent, c.recipe.settings["other_parent"]) for c in studio.results
    } == {parents}, studio.status.value
    studio.upload.value = (
        {
            "name": "voice.wav",
            "type": "audio/wav",
            "size": 1,
            "content": wav_bytes(hum()),
            "last_modified": __import__("datetime").datetime.now(),
        },
    )
    assert "Your file is here" in studio.status.value and studio.material.value
    studio.generate()
    assert studio.wait(60) and {c.recipe.settings["material"] for c in studio.results} == {
        studio.material.value
    }, studio.status.value


def test_a_voice_recorded_on_the_page_becomes_the_next_material(own_portfolio):
    from course_utils.sounds.studio import TextureStudio

    studio = TextureStudio()
    studio.microphone.recording = wav_bytes(hum())
    studio.microphone.version += 1
    assert (
        "next sounds are made out of it" in studio.status.value
        and studio.material.value == Portfolio().list("sound")[0].creation.id
    )
    studio.microphone.recording = b"RIFF"
    studio.microphone.version += 1
    assert 'role="alert"' in studio.status.value
