"""The note model that ships, its engine, its scores and its sound."""

from __future__ import annotations

import io
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from course_utils.audio.loudness import loudness
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.models.embedded import FOLDER
from course_utils.music import tokens as tune_tokens
from course_utils.music.engine import vary_settings
from course_utils.music.prompt_reading import INSTRUMENTS, understood
from course_utils.scores import description, midi, piano_roll
from course_utils.scores import synth as sound


def recipe(prompt: str = "a happy jig", seed: int = 2, **chosen) -> Recipe:
    return Recipe(kind="tune", prompt=prompt, seed=seed, settings={"bars": 4, **chosen})


@pytest.fixture(scope="module")
def engine():
    return engine_for("tune")


@pytest.fixture(scope="module")
def jig(engine) -> Creation:
    return next(iter(engine.create(recipe())))


def test_plain_transformers_loads_the_folder_and_it_is_small_and_safe():
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        FOLDER / "music", use_safetensors=True, local_files_only=True
    )
    assert 2e6 <= model.num_parameters() <= 6e6
    assert model.config.vocab_size == len(tune_tokens.VOCABULARY)
    files = [path for path in (FOLDER / "music").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 15_000_000
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".pkl", ".py"}]


def test_tokens_round_trip():
    note = tune_tokens.TuneNote
    tune = tune_tokens.Tune(
        "jig", "dorian", "D", "6/8", ((note(0, 18), note(None, 18)), (note(-5, 36),))
    )
    assert tune_tokens.decode(tune_tokens.encode(tune)) == tune


def bars_of(creation: Creation):
    return tune_tokens.decode([int(n) for n in creation.recipe.settings["notes"].split()]).bars


def test_every_bar_is_full_and_there_are_as_many_as_asked(engine):
    for creation in engine.create(recipe("a waltz", count=3, bars=5)):
        assert len(bars_of(creation)) == 5
        assert all(
            sum(note.length for note in bar) == tune_tokens.METRES["3/4"]
            for bar in bars_of(creation)
        )


def test_notes_stay_in_the_key_far_more_than_by_chance(engine):
    inside = total = 0
    made = list(engine.create(recipe("a reel in D major", count=6)))
    for creation in made:
        home = tune_tokens.KEYS.index(creation.recipe.settings["key"])
        for note in midi.read_midi(creation.content).notes:
            inside += (note.pitch - home) % 12 in tune_tokens.SCALES["major"]
            total += 1
    assert total > 60
    assert inside / total > 0.85  # 7 of 12 notes, 58 %, would be chance
    heard = [
        note.pitch - home for creation in made for note in midi.read_midi(creation.content).notes
    ]
    others = [
        sum((pitch - shift) % 12 in tune_tokens.SCALES["major"] for pitch in heard) / total
        for shift in range(1, 12)
    ]
    assert inside / total > sum(others) / len(others) + 0.2


def test_each_candidate_can_be_made_again_alone(engine):
    together = list(engine.create(recipe(seed=8, count=3)))
    assert next(iter(engine.create(together[2].recipe))).content == together[2].content
    assert together[0].content != together[1].content


def test_vary_keeps_the_first_half_and_writes_the_rest_anew(engine):
    parent = next(iter(engine.create(recipe(bars=8))))
    children = list(
        engine.create(
            parent.recipe.changed(seed=77, settings={**vary_settings(parent), "count": 2})
        )
    )
    assert all(bars_of(child)[:4] == bars_of(parent)[:4] for child in children)
    assert any(bars_of(child)[4:] != bars_of(parent)[4:] for child in children)


def test_stop_ends_the_batch_and_finished_tunes_stay(engine):
    stop, told = threading.Event(), []
    assert (
        list(
            engine.create(
                recipe(count=4, bars=16),
                stop=stop,
                on_progress=lambda progress: (told.append(progress), stop.set()),
            )
        )
        == []
    )
    assert len(told) == 1 and told[0].step < told[0].total
    stop, made = threading.Event(), []
    for creation in engine.create(recipe(count=4), stop=stop):
        made.append(creation)
        stop.set()
    assert len(made) == 4  # they were drawn together, and all were done


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        (
            "a slow sad waltz in A minor on the violin",
            {"kind_of_tune": "waltz", "mode": "minor", "key": "A", "instrument": "violin"},
        ),
        ("a waltz in F sharp minor", {"key": "F-sharp", "mode": "minor"}),
        ("two jigs", {"kind_of_tune": "jig"}),
        ("a lullaby", {"kind_of_tune": "air"}),
        ("something in b flat", {"key": "B-flat"}),
        ("in F# minor", {"key": "F-sharp"}),
        ("a song in B♭ major", {"key": "B-flat", "mode": "major"}),
        ("in Bb", {"key": "B-flat"}),
        ("two waltzes in E Flat", {"kind_of_tune": "waltz", "key": "E-flat"}),
    ],
)
def test_plain_words_are_understood(prompt, heard):
    assert heard.items() <= understood(prompt).items()


def test_words_that_only_look_like_settings_are_not():
    assert not [
        prompt
        for prompt in (
            "a tune played in a church",
            "in a minor key",
            "in Berlin",
            "rain in a garden",
            "in bed",
        )
        if "key" in understood(prompt)
    ]
    assert "instrument" not in understood("in F sharp minor")
    assert understood("colours of autumn") == {}


# fifteen full bars of the shortest notes: legal, but more than the model can read
ENDLESS = " ".join(
    map(
        str,
        tune_tokens.encode(
            tune_tokens.Tune(
                "reel", "major", "D", "4/4", ((tune_tokens.TuneNote(0, 2),) * 24,) * 15
            ),
            end=False,
        ),
    )
)


@pytest.mark.parametrize(
    "chosen",
    [
        {"count": 0},
        {"bars": 1000},
        {"key": "H"},
        {"mode": "sideways"},
        {"instrument": "drum kit"},
        {"surprise": "high"},
        {"nonsense": 1},
        {"start": "1 2 x", "keep_bars": 2},
        {"keep_bars": 2},
        {"start": 7},
        {"count": True},
        {"bars": 4.5},
        {"start": ENDLESS, "keep_bars": 15, "bars": 16},
    ],
)
def test_impossible_settings_get_a_sentence(engine, chosen):
    with pytest.raises(LearnerError):
        list(engine.create(recipe(**chosen)))


@pytest.mark.parametrize("start", ["9" * 4001, "1 " * 3000])
def test_a_start_too_long_for_a_recipe_gets_a_sentence(start):
    from course_utils.music.engine import read_settings

    with pytest.raises(LearnerError):
        read_settings(
            Recipe.model_construct(kind="tune", prompt="a jig", seed=1, settings={"start": start})
        )


@pytest.mark.parametrize("prompt", ["", "   ", "a jig <script>", "jig " * 101, "四季"])
def test_prompts_that_cannot_be_used_get_a_sentence(engine, prompt):
    with pytest.raises(LearnerError):
        list(engine.create(recipe(prompt)))


def test_a_tune_without_its_notes_is_varied_from_what_is_heard(jig):
    bare = jig.model_copy(update={"recipe": jig.recipe.changed(settings={"notes": ""})})
    assert vary_settings(bare)["keep_bars"] == 2
    with pytest.raises(LearnerError):
        vary_settings(bare.model_copy(update={"content": b"no notes"}))


def test_vary_keeps_rests_at_bar_lines_and_silent_last_bars(engine):
    note = tune_tokens.TuneNote
    silent = (note(None, 48),)
    tune = tune_tokens.Tune(
        "reel",
        "major",
        "D",
        "4/4",
        ((note(0, 36), note(None, 12)), (note(None, 12), note(4, 36)), silent, silent),
    )
    start = " ".join(map(str, tune_tokens.encode(tune, end=False)))
    made = next(
        iter(
            engine.create(
                recipe(
                    "a reel in D",
                    kind_of_tune="reel",
                    mode="major",
                    start=start,
                    keep_bars=3,
                    bars=5,
                )
            )
        )
    )
    assert bars_of(made)[:3] == tune.bars[:3] and len(bars_of(made)) == 5
    assert made.recipe.settings["start"] == start


def test_the_card_names_licence_and_data():
    card = (FOLDER / "music/README.md").read_text(encoding="utf-8")
    assert all(
        words in card
        for words in (
            "Apache-2.0",
            "Ryan's Mammoth Collection",
            "O'Neill's Music of Ireland",
            "Aird",
            "Bach",
            "essenFolksong",
        )
    )


def test_tune_files_round_trip(jig):
    assert midi.unpack(midi.pack(jig)) == jig
    assert sound.unpack(sound.pack(jig)) == jig


@given(
    strategies.integers(0, 3000),
    strategies.integers(0, 255),
    strategies.sampled_from([midi, sound]),
)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_damaged_tune_files_are_refused_or_read_whole(jig, place, value, module):
    data = bytearray(PACKED.setdefault(module, module.pack(jig)))
    data[-1 - place % len(data) if module is sound else place % len(data)] = value
    try:
        assert module.unpack(bytes(data)).kind == "tune"
    except BadRecipe:
        pass


PACKED: dict = {}


@given(strategies.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_other_bytes_are_refused(data):
    for module in (midi, sound):
        with pytest.raises(BadRecipe):
            module.unpack(data)


def test_a_metre_or_length_nobody_plays_is_refused():
    import mido

    for messages in (
        [mido.MetaMessage("time_signature", numerator=1, denominator=2**60)],
        [
            mido.Message("note_on", note=60, velocity=1),
            mido.Message("note_off", note=60, time=2**27),
        ],
    ):
        file = mido.MidiFile(type=0)
        file.tracks.append(mido.MidiTrack(messages))
        buffer = io.BytesIO()
        file.save(file=buffer)
        with pytest.raises(BadRecipe):
            midi.read_midi(buffer.getvalue())


def test_the_piano_roll_and_the_table_say_what_is_heard(jig):
    notes = midi.read_midi(jig.content).notes
    roll = piano_roll.piano_roll_svg(jig.content, 'a "<b>jig</b>"')
    assert 'role="img"' in roll and "<b>" not in roll
    assert roll.count('fill="#1f5fbf"') + roll.count(piano_roll.GRACE) == len(notes)
    assert piano_roll.note_table_html(jig.content).count('scope="row"') == 4
    assert "4 bars of 6/8" in description.describe(jig)


@pytest.mark.parametrize("instrument", ["piano", "flute", "violin", "whistle"])
def test_the_sound_is_audible_unclipped_and_ends_quietly(jig, instrument):
    from dataclasses import replace

    heard = sound.samples(replace(midi.read_midi(jig.content), program=INSTRUMENTS[instrument]))
    # no instrument startles after another
    assert -19 < loudness(heard, sound.RATE) < -16
    assert np.abs(heard).max() <= sound.LOUDEST + 1e-3
    assert np.abs(heard[-100:]).max() < 0.01
    assert np.abs(heard[: sound.RATE // 4]).max() > 0.01
