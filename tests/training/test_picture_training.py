"""Words without pictures are led to the right name, token by token,
when the picture model is trained.
"""

from __future__ import annotations

import json
import random

import pytest
import torch
from diffusers import AutoencoderTiny
from transformers import CLIPTextModel, CLIPTokenizer

from course_utils.models.embedded import FOLDER
from training.image.data import JOBS, at_work
from training.image.kin import Kin, is_wanted
from training.image.train_autoencoder import (
    BLOCKS,
    CHANNELS,
    FIRST,
    edge_strength,
    new_autoencoder,
)
from training.image.train_autoencoder import take_over as take_over_autoencoder
from training.image.train_denoiser import new_denoiser, take_over
from training.image.wordnet import Alike, Nouns
from training.image.words_for_pictures import name_for, names_of

INDEX = """  1 a licence line
dog n 1 1 @ 1 1 00000003
hound n 1 1 @ 1 1 00000004
hope n 1 1 @ 1 1 00000005
"""
DATA = """  1 a licence line
00000003 05 n 01 dog 0 000 | a pet
00000004 05 n 02 hound 0 hound_dog 0 001 @ 00000003 n 0000 | hunts
00000005 12 n 01 hope 0 000 | a feeling
"""


TREE = {  # a heading for each meaning: the daisy sounds like the dove, and is none
    "thing": "",
    "living": "thing",
    "being": "living",
    "plant": "being",
    "animal": "being",
    "flower": "plant",
    "rose": "flower",
    "daisy": "flower",
    "bird": "animal",
    "dove": "bird",
    "pigeon": "dove",
}


@pytest.fixture(scope="module")
def kin(tmp_path_factory) -> Kin:
    work = tmp_path_factory.mktemp("work")
    (work / "kin.json").write_text(
        json.dumps(
            {
                "hound": ["dog", 0.7],
                "wireless": ["radio", 0.7],
                "dirigible": ["hot air balloon", 0.7],
            }
        )
    )
    (work / "pictures.json").write_text(
        json.dumps(
            [
                {"label": label, "group": 7, "style": "flat", "tags": [], "everyday": True}
                for label in ("radio", "hot air balloon", "bell")
            ]
        )
    )
    return Kin(work, CLIPTokenizer.from_pretrained(FOLDER / "image/tokenizer"))


def test_every_place_of_a_wording_has_its_like_in_the_caption(kin):
    rng = random.Random(3)
    end = kin.tokenizer.eos_token_id
    for _ in range(300):
        pair = kin.pair(rng)
        assert (
            len(pair.ids) == len(pair.like) == len(pair.places) == len(pair.weights) == kin.length
        )
        assert all(0 <= place < kin.length for place in pair.places)
        last = pair.ids.index(end)
        assert pair.like.index(end) == pair.places[last], "the end of one is the end of the other"
        assert pair.places == sorted(pair.places)


def test_a_noun_of_other_length_meets_the_name_at_its_end(kin):
    pair = kin._aligned("a", "dirigible", "a", "hot air balloon", "on a red background")
    first, name = 2, kin.tokenizer("hot air balloon", add_special_tokens=False).input_ids
    noun = kin.tokenizer("dirigible", add_special_tokens=False).input_ids
    assert pair.places[first + len(noun) - 1] == first + len(name) - 1
    assert pair.ids[first + len(noun) :][:2] == pair.like[first + len(name) :][:2], (
        "what follows the noun is the same"
    )


def test_a_caption_is_like_itself_and_another_word_is_not(kin):
    encoder = CLIPTextModel.from_pretrained(FOLDER / "image/text_encoder", dtype="float32").eval()
    kin.pair, kept = lambda rng: kin._aligned("a", "bell", "a", "bell", ""), kin.pair
    try:
        same = float(kin.loss(encoder, encoder, random.Random(0), 2).detach())
        kin.pair = lambda rng: kin._aligned("a", "zqx", "a", "bell", "")
        other = float(kin.loss(encoder, encoder, random.Random(0), 2).detach())
    finally:
        kin.pair = kept
    assert same < 1e-9 and other > 0.01


def test_only_nouns_that_can_be_seen_have_a_sense(tmp_path):
    (tmp_path / "index.noun").write_text(INDEX)
    (tmp_path / "data.noun").write_text(DATA)
    nouns = Nouns(tmp_path)
    assert (
        nouns.senses("hound") == nouns.senses("hounds") == ["00000004"]
        and nouns.senses("hope") == []
    )
    assert (
        nouns.above("00000004") == ["00000003"]
        and nouns.names("00000004") == ["hound", "hound dog"]
        and nouns.file("00000003") == "animal"
    )
    assert is_wanted("hound") and not is_wanted("blackface")


def test_words_are_alike_that_stand_near_each_other_in_wordnet(tmp_path):
    numbers = {word: f"{number:08}" for number, word in enumerate(TREE)}
    (tmp_path / "index.noun").write_text(
        "".join(f"{word} n 1 1 @ 1 1 {number}\n" for word, number in numbers.items())
    )
    (tmp_path / "data.noun").write_text(
        "".join(
            f"{numbers[word]} 05 n 01 {word} 0 "
            + (f"001 @ {numbers[above]} n 0000" if above else "000")
            + " | said\n"
            for word, above in TREE.items()
        )
    )
    names = {"rose": {"animal"}, "dove": {"animal"}, "white flower": {"plant"}}
    alike = Alike(Nouns(tmp_path), names)
    near = alike.names("daisy")
    assert near["white flower"] > near["rose"] > 0.5 and "dove" not in near
    assert alike.names("dove")["dove"] == pytest.approx(1)
    assert alike.names("pigeon")["dove"] > 0.6 and alike.names("nothing") == {}


def test_people_at_work_are_balanced_and_mostly_called_by_the_job_alone():
    entries = [
        {
            "label": label,
            "hexcode": label,
            "group": 1,
            "skins": [{"hexcode": f"{label} {tone}"} for tone in range(5)],
        }
        for job in JOBS
        for label in (job, f"man {job}", f"woman {job}")
    ]
    records = at_work(entries)
    assert len(records) == len(JOBS) * 3 * 6
    counts = {(r["job"], r["person"], r["tone"]) for r in records}
    assert len(counts) == len(records)
    record = next(
        r
        for r in records
        if r["job"] == "health worker" and r["person"] == "woman" and r["tone"] == 5
    )
    assert names_of(record) == ["woman health worker", "woman doctor", "woman nurse"]
    rng = random.Random(0)
    said = [name_for(record, [], rng) for _ in range(400)]
    assert 0.5 < sum("woman" not in one for one in said) / 400 < 0.7 and any(
        "with dark skin" in one for one in said
    )


def test_edges_a_pixel_away_are_as_strong_and_soft_ones_are_not():
    crisp = torch.full((1, 3, 48, 48), -1.0)
    crisp[..., 12:36, 12:36] = 1.0
    moved, soft = crisp.roll(1, -1), torch.nn.functional.avg_pool2d(crisp, 3, 1, 1)
    strong, same, weak = (edge_strength(one).mean() for one in (crisp, moved, soft))
    assert abs(same - strong) < 0.1 * strong and weak < 0.8 * strong


@torch.no_grad()
def test_an_autoencoder_with_details_begins_as_the_one_without_them():
    before = AutoencoderTiny(
        encoder_block_out_channels=(CHANNELS,) * 3,
        decoder_block_out_channels=(CHANNELS,) * 3,
        num_encoder_blocks=BLOCKS["encoder"],
        num_decoder_blocks=BLOCKS["decoder"],
        latent_channels=FIRST,
        scaling_factor=1.0,
    )
    new = new_autoencoder()
    take_over_autoencoder(new, before)
    picture = torch.rand(2, 3, 48, 48)
    latents = new.encoder(picture)
    torch.testing.assert_close(latents[:, :FIRST], before.encoder(picture))
    torch.testing.assert_close(new.decoder(latents), before.decoder(latents[:, :FIRST]))


@torch.no_grad()
def test_a_denoiser_with_details_begins_as_the_one_without_them():
    shape = {"widths": (16, 32, 32), "text_width": 16}
    before, new = new_denoiser(**shape, latents=FIRST).eval(), new_denoiser(**shape).eval()
    take_over(new, before)
    noisy, words = torch.randn(2, new.config.in_channels, 12, 12), torch.randn(2, 5, 16)
    guess = new(noisy, 500, words).sample
    torch.testing.assert_close(guess[:, :FIRST], before(noisy[:, :FIRST], 500, words).sample)
    assert not guess[:, FIRST:].any()
