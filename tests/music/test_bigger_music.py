"""Bigger models for music, by tiny models of the same classes made here: event triples, MusicGen,
ACE-Step.
"""

from __future__ import annotations

import json
import threading

import pytest

from course_utils.audio.wav import RATE, from_wav
from course_utils.creation import LearnerError, Recipe
from course_utils.music.bigger import anticipatory_engine as events
from course_utils.music.bigger.audio_models import NOT_FOR_SALE, SoundModelEngine, kind_of_model
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Note, Part, Score


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    """A GPT-2 with the vocabulary of music-small-800k, and hardly anything in it."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("events")
    GPT2LMHeadModel(
        GPT2Config(
            vocab_size=events.WORDS,
            n_positions=128,
            n_embd=8,
            n_layer=1,
            n_head=2,
            bos_token_id=None,
            eos_token_id=None,
        )
    ).save_pretrained(folder)
    return folder


def test_weights_kept_as_a_pickle_are_refused_and_can_be_converted_once(gpt2, tmp_path):
    import pickle

    import torch
    from transformers import AutoModelForCausalLM

    from training.music.safe_weights import convert

    old = tmp_path / "old"
    old.mkdir()
    (old / "config.json").write_bytes((gpt2 / "config.json").read_bytes())
    wanted = AutoModelForCausalLM.from_pretrained(gpt2).state_dict()
    # old files hold masks too
    torch.save(wanted | {"transformer.h.0.attn.bias": torch.ones(1)}, old / "pytorch_model.bin")
    with pytest.raises(LearnerError, match="safetensors"):
        events.EventTuneEngine(str(old)).load()
    new = convert(old, tmp_path / "new")
    read = AutoModelForCausalLM.from_pretrained(new, use_safetensors=True).state_dict()
    assert all(torch.equal(read[name], value) for name, value in wanted.items())
    assert not list(new.glob("*.bin"))
    (old / "pytorch_model.bin").write_bytes(pickle.dumps({"lm_head.weight": print}))
    with pytest.raises(pickle.UnpicklingError):
        convert(old, tmp_path / "never")


def asked(prompt: str = "a tune", seed: int = 4, **settings) -> Recipe:
    return Recipe(
        kind="tune", prompt=prompt, seed=seed, settings={"bars": 32, "tempo": 30, **settings}
    )


def test_the_vocabulary_is_that_of_the_model():
    # as the model's configuration has them
    assert (events.REST, events.ON_ITS_OWN, events.WORDS) == (27512, 55026, 55028)


def test_events_round_trip():
    score = Score(
        (Note(0, 1, 60, 84, 0), Note(0, 2, 40, 84, 1), Note(1.5, 0.5, 38, 84, 2)),
        120.0,
        (4, 4),
        0,
        "C",
        (Part("piano"), Part("cello", 42), Part("drums", 0, True)),
    )
    written = events.events_of(score)
    assert len(written) == 9 and written[0] == 0 and written[3:5] == [0, events.FIRST_LENGTH + 50]
    read = events.score_of_events(written, 120.0)
    assert sorted((n.start, n.length, n.pitch) for n in read.notes) == [
        (0, 1, 60),
        (0, 2, 40),
        (1.5, 0.5, 38),
    ]
    assert [part.drums for part in read.parts] == [False, False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        [1, 2],
        [5, 5, 5],
        [0, events.FIRST_LENGTH, events.ON_ITS_OWN],
        [-1, events.FIRST_LENGTH, events.FIRST_NOTE],
    ],
)
def test_tokens_in_the_wrong_place_are_refused(wrong):
    with pytest.raises(ValueError):
        events.score_of_events(wrong, 120.0)
    assert events.score_of_events([0, events.FIRST_LENGTH + 10, events.REST], 120.0).notes == ()


def test_settings_that_a_bigger_model_cannot_read_are_named():
    engine = events.EventTuneEngine("somewhere")
    said = engine.without_effect(asked(key="D", plan="AABA", band="folk"))
    assert said.startswith("I had no use for: key, plan, band.")
    assert engine.without_effect(asked(start="1 2 3", key="D", ornaments="none")) == ""
    assert engine.without_effect(asked(surprise=1.1, instrument="flute")) == ""


def test_a_bigger_model_writes_notes_in_order_and_again_the_same(gpt2):
    engine = events.EventTuneEngine(str(gpt2))
    made = list(engine.create(asked(count=2)))
    score = read_midi(made[0].content)
    assert score.notes and made[0].recipe.model == gpt2.name and made[0].content != made[1].content
    assert [n.start for n in score.notes] == sorted(n.start for n in score.notes)
    assert next(iter(engine.create(made[1].recipe))).content == made[1].content


def test_an_instrument_asked_for_plays_alone_and_a_start_is_kept(gpt2):
    engine = events.EventTuneEngine(str(gpt2))
    flute = read_midi(next(iter(engine.create(asked("a slow tune on the flute")))).content)
    assert flute.program == 73 and not flute.parts
    # not from `tests`: some libraries of Colab's set bring a package of that name
    from .test_tune_abilities import START, TWINKLE

    made = next(iter(engine.create(asked(start=START))))
    first = [n.pitch for n in read_midi(made.content).notes][:6]
    assert first == [55 + n.semitones for bar in TWINKLE.bars for n in bar][:6]


def test_stop_and_tasks_it_cannot_do(gpt2):
    engine, stop = events.EventTuneEngine(str(gpt2)), threading.Event()
    stop.set()
    assert list(engine.create(asked(), stop=stop)) == []
    with pytest.raises(LearnerError, match="does not do this"):
        list(engine.create(asked(task="chords")))


def test_a_variable_chooses_the_bigger_model(gpt2, monkeypatch):
    from course_utils.engines import engine_for
    from course_utils.music.inside import next_notes

    monkeypatch.setenv("COURSE_TUNE_MODEL", str(gpt2))
    engine_for.cache_clear()
    try:
        assert isinstance(engine_for("tune"), events.EventTuneEngine)
        with pytest.raises(LearnerError, match="COURSE_TUNE_MODEL"):
            next_notes()  # it tells no odds, and cannot be taught
    finally:
        engine_for.cache_clear()


def test_the_courses_own_tune_model_is_found_behind_a_room(monkeypatch):
    from course_utils.engines.remote import RemoteEngine
    from course_utils.music import engine

    here = engine.TuneEngine()
    room = RemoteEngine("tune", "http://127.0.0.1:9#ABCD-2345", here)
    monkeypatch.setattr(engine, "engine_for", lambda kind: room)
    assert engine.tune_engine() is here


def test_models_that_cannot_be_used_get_a_sentence(tmp_path):
    from transformers import GPT2Config, GPT2LMHeadModel

    with pytest.raises(LearnerError, match="no model for tune"):
        events.EventTuneEngine(str(tmp_path / "nothing")).load()
    GPT2LMHeadModel(
        GPT2Config(vocab_size=50, n_positions=16, n_embd=8, n_layer=1, n_head=1)
    ).save_pretrained(tmp_path / "small")
    with pytest.raises(LearnerError, match="event triples"):
        events.EventTuneEngine(str(tmp_path / "small")).load()


def word_tokenizer(folder):
    """A tokenizer of a few words in the format every fast tokenizer has."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(
        models.WordLevel(
            {word: n for n, word in enumerate(["<pad>", "</s>", "<unk>", "a", "calm", "tune"])},
            unk_token="<unk>",
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    fast.save_pretrained(folder)
    return fast


@pytest.fixture(scope="module")
def musicgen(tmp_path_factory):
    import torch
    from transformers import (
        EncodecConfig,
        EncodecModel,
        MusicgenConfig,
        MusicgenForConditionalGeneration,
        T5Config,
        T5EncoderModel,
    )
    from transformers.models.musicgen.configuration_musicgen import MusicgenDecoderConfig
    from transformers.models.musicgen.modeling_musicgen import MusicgenForCausalLM

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("musicgen")
    word_tokenizer(folder)
    text = T5Config(
        vocab_size=16,
        d_model=16,
        d_kv=8,
        d_ff=16,
        num_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=1,
    )
    audio = EncodecConfig(
        target_bandwidths=[1.6],
        sampling_rate=16_000,
        num_filters=2,
        upsampling_ratios=[8, 5, 4, 2],
        codebook_size=64,
        codebook_dim=8,
        hidden_size=8,
        num_lstm_layers=1,
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=64,
        num_hidden_layers=1,
        ffn_dim=16,
        num_attention_heads=2,
        hidden_size=16,
        num_codebooks=2,
        pad_token_id=64,
        bos_token_id=64,
        max_position_embeddings=128,
    )
    MusicgenForConditionalGeneration(
        config=MusicgenConfig(
            text_encoder=text.to_dict(), audio_encoder=audio.to_dict(), decoder=decoder.to_dict()
        ),
        text_encoder=T5EncoderModel(text),
        audio_encoder=EncodecModel(audio),
        decoder=MusicgenForCausalLM(decoder),
    ).save_pretrained(folder)
    return folder


def sound(prompt: str = "a calm tune", **settings) -> Recipe:
    return Recipe(kind="sound", prompt=prompt, seed=3, settings={"length": 1.0, **settings})


def test_musicgen_makes_a_sound_and_says_its_licence(musicgen):
    engine = SoundModelEngine(str(musicgen))
    made = next(iter(engine.create(sound())))
    samples, rate = from_wav(made.content)
    assert rate == RATE and 0.5 * RATE < len(samples) < 1.5 * RATE and abs(samples).max() > 0
    assert made.recipe.settings["licence"] == NOT_FOR_SALE and "not for" in engine.licence
    assert "no use for: lyrics" in engine.without_effect(sound(lyrics="la la"))
    assert engine.without_effect(sound()) == ""
    assert next(iter(engine.create(made.recipe))).content == made.content


@pytest.fixture(scope="module")
def ace_step(tmp_path_factory):
    import torch
    from diffusers import AceStepPipeline, AutoencoderOobleck, FlowMatchEulerDiscreteScheduler
    from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
    from diffusers.pipelines.ace_step import AceStepConditionEncoder
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("ace")
    shape = dict(
        hidden_size=32,
        intermediate_size=64,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        rope_theta=10_000.0,
        sliding_window=16,
    )
    AceStepPipeline(
        transformer=AceStepTransformer1DModel(
            num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, patch_size=2, **shape
        ),
        condition_encoder=AceStepConditionEncoder(
            text_hidden_dim=32,
            timbre_hidden_dim=8,
            num_lyric_encoder_hidden_layers=2,
            num_timbre_encoder_hidden_layers=2,
            **shape,
        ),
        text_encoder=Qwen3Model(
            Qwen3Config(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=1,
                num_attention_heads=4,
                num_key_value_heads=2,
                head_dim=8,
                vocab_size=64,
                max_position_embeddings=256,
            )
        ),
        tokenizer=word_tokenizer(folder / "words"),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        vae=AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=[1, 2],
            decoder_channels=3,
            decoder_input_channels=8,
            audio_channels=2,
            channel_multiples=[2, 4],
            sampling_rate=50,
        ),
    ).save_pretrained(folder)
    return folder


def test_ace_step_makes_a_sound(ace_step):
    engine = SoundModelEngine(str(ace_step))
    made = next(iter(engine.create(sound(lyrics="la la"))))
    samples, rate = from_wav(made.content)
    assert rate == RATE and len(samples) > 0 and "MIT" in made.recipe.settings["licence"]


def test_sound_models_that_cannot_be_used_get_a_sentence(tmp_path, musicgen):
    with pytest.raises(LearnerError, match="COURSE_SOUND_MODEL"):
        SoundModelEngine("").load()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(LearnerError, match="neither"):
        SoundModelEngine(str(tmp_path)).load()
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(LearnerError, match="damaged"):
        SoundModelEngine(str(tmp_path)).load()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "musicgen"}))
    with pytest.raises(LearnerError, match="could not be opened"):
        SoundModelEngine(str(tmp_path)).load()
    for wrong in ({"length": 500}, {"count": 0}, {"lyrics": 5}, {"nonsense": 1}, {"length": True}):
        with pytest.raises(LearnerError):
            list(SoundModelEngine(str(musicgen)).create(sound(**wrong)))


def test_kinds_are_known_by_name():
    assert (
        kind_of_model("facebook/musicgen-small") == "musicgen"
        and kind_of_model("ACE-Step/acestep-v15-turbo-diffusers") == "ace-step"
        and kind_of_model("somebody/else") == ""
    )
