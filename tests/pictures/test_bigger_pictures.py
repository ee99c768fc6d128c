"""The same studio with bigger models: tiny random ones of the same diffusers classes lie where
fetched models lie, and everything is tried with them.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.finetune.calls import lay_over
from course_utils.models import choose
from course_utils.models.catalogue import also_needed, catalogue, find_model
from course_utils.models.choose import Machine
from course_utils.models.embedded import FOLDER
from course_utils.models.hub import DONE, folder_of
from course_utils.models.lora_file import OwnCard, OwnModel
from course_utils.models.memory import the_only_big_one
from course_utils.notebook.model_choice import ModelChoice, offer
from course_utils.pictures import content_filter as picture_filter
from course_utils.pictures.calls import make_image, use_picture_model
from course_utils.pictures.diffusion_model import guidance_for, open_model, short_name, steps_for
from course_utils.pictures.engine import ImageEngine
from course_utils.pictures.inside import filmstrip
from course_utils.pictures.png import open_picture, to_png
from course_utils.pictures.settings import PictureSettings
from course_utils.pictures.studio import ImageStudio
from course_utils.pictures.uploads import picture_from_file

ONE, MANY, FOUR = (
    "IDKiro/sdxs-512-dreamshaper",
    "nota-ai/bk-sdm-tiny",
    "SimianLuo/LCM_Dreamshaper_v7",
)
XL = "tiny/xl"
SIZE = 64
WITH_CARD = Machine("colab", 2, 12_700_000_000, 15_800_000_000, "Tesla T4", 60_000_000_000, False)
WITHOUT = Machine("local", 4, 16_000_000_000, 0, "", 60_000_000_000, False)


def text_encoder(width: int, projected: bool = False):
    from transformers import (
        CLIPTextConfig,
        CLIPTextModel,
        CLIPTextModelWithProjection,
        CLIPTokenizer,
    )

    tokenizer = CLIPTokenizer.from_pretrained(FOLDER / "image" / "tokenizer")
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=width,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.bos_token_id,
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config), tokenizer


def unet(width: int, **more):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=SIZE // 2,
        in_channels=4,
        out_channels=4,
        layers_per_block=1,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        cross_attention_dim=width,
        attention_head_dim=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **more,
    )


def big_decoder():
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(8, 8),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=4,
        sample_size=SIZE,
        scaling_factor=0.18215,
    )


def small_decoder():
    from diffusers import AutoencoderTiny

    return AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    )


def write_models() -> None:
    """Tiny models of the classes the catalogue names, as the fetcher leaves them."""
    import diffusers
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    torch.manual_seed(0)
    beta = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    nothing = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    encoder, tokenizer = text_encoder(16)
    parts = {"text_encoder": encoder, "tokenizer": tokenizer, **nothing}
    keep(
        ONE,
        diffusers.StableDiffusionPipeline(
            vae=small_decoder(),
            unet=unet(16),
            scheduler=diffusers.EulerDiscreteScheduler(**beta, timestep_spacing="trailing"),
            **parts,
        ),
    )
    keep(
        MANY,
        diffusers.StableDiffusionPipeline(
            vae=big_decoder(),
            unet=unet(16),
            scheduler=diffusers.PNDMScheduler(**beta, skip_prk_steps=True, steps_offset=1),
            **parts,
        ),
        variant="fp16",
    )
    keep(
        FOUR,
        diffusers.LatentConsistencyModelPipeline(
            vae=big_decoder(),
            unet=unet(16, time_cond_proj_dim=16),
            scheduler=diffusers.LCMScheduler(**beta),
            **parts,
        ),
    )
    second, other = text_encoder(16, projected=True)
    keep(
        XL,
        diffusers.StableDiffusionXLPipeline(
            vae=big_decoder(),
            text_encoder=encoder,
            tokenizer=tokenizer,
            text_encoder_2=second,
            tokenizer_2=other,
            scheduler=diffusers.EulerDiscreteScheduler(**beta),
            add_watermarker=False,
            unet=unet(
                32,
                addition_embed_type="text_time",
                addition_time_embed_dim=8,
                transformer_layers_per_block=1,
                use_linear_projection=True,
                projection_class_embeddings_input_dim=6 * 8 + 16,
            ),
        ),
    )
    keep("madebyollin/taesd", small_decoder())
    view = ViTForImageClassification(
        ViTConfig(
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            image_size=32,
            patch_size=16,
            id2label={0: "normal", 1: "nsfw"},
            label2id={"normal": 0, "nsfw": 1},
        )
    )
    with torch.no_grad():
        view.classifier.weight.zero_()
        view.classifier.bias.copy_(torch.tensor([5.0, -5.0]))
    keep("Falconsai/nsfw_image_detection", view)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(
        folder_of(find_model("Falconsai/nsfw_image_detection"))
    )


def keep(name: str, made, **how) -> None:
    folder = folder_of(find_model(name))
    if how.get("variant"):
        made.to(torch.float16)
    made.save_pretrained(folder, safe_serialization=True, **how)
    files = [
        {"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "check": ""}
        for path in folder.rglob("*")
        if path.is_file()
    ]
    (folder / DONE).write_text(
        json.dumps({"id": name, "revision": "0123456789abcdef", "files": files}), encoding="utf-8"
    )


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory):
    """A catalogue of tiny models, a machine with a graphics card on paper,
    and an engine of its own.
    """
    patch = pytest.MonkeyPatch()
    tiny = tuple(
        model.model_copy(update={"size": SIZE} if model.kind == "image" and not model.ships else {})
        for model in catalogue()
    )
    xl = find_model(MANY).model_copy(
        update={
            "id": XL,
            "loader": "StableDiffusionXLPipeline",
            "size": SIZE,
            "preview": "",
            "order": 16,
        }
    )
    patch.setenv("COURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
    for place in ("course_utils.models.catalogue",):
        patch.setattr(f"{place}.catalogue", lambda: (*tiny, xl))
    patch.setattr(choose, "this_machine", lambda: WITH_CARD)
    write_models()
    picture_filter.open_filter.cache_clear()
    engine_for.cache_clear()
    yield
    engine_for.cache_clear()
    picture_filter.open_filter.cache_clear()
    patch.undo()


@pytest.fixture(scope="module")
def engine(models) -> ImageEngine:
    return ImageEngine()


@pytest.fixture(scope="module")
def photo() -> Creation:
    picture = Image.new("RGB", (96, 96), "navy")
    ImageDraw.Draw(picture).ellipse((20, 20, 70, 70), fill="orange")
    return picture_from_file(to_png(picture), "my photo")


def recipe(model: str, prompt: str = "a fox", seed: int = 5, **settings) -> Recipe:
    return Recipe(
        kind="image",
        prompt=prompt,
        seed=seed,
        model=model,
        settings={"speed": "quick", "count": 1, **settings},
    )


def make(engine: ImageEngine, *given, start=None, other=None, **settings) -> list[Creation]:
    return list(engine.create(recipe(*given, **settings), start=start, other=other))


def pixels(creation: Creation) -> np.ndarray:
    return np.asarray(open_picture(creation.content), float)


@pytest.mark.parametrize("name", [ONE, FOUR, MANY, XL])
def test_each_kind_draws_at_its_own_size_says_who_it_was_and_repeats_a_seed(engine, name):
    together = make(engine, name, count=2)
    assert [made.recipe.model for made in together] == [name] * 2 and open_picture(
        together[0].content
    ).size == (SIZE, SIZE)
    assert together[0].recipe.revision == "0123456789ab"
    alone = make(engine, name, seed=6)[0]
    assert (
        np.abs(pixels(alone) - pixels(together[1])).max() <= 3
        and np.abs(pixels(together[0]) - pixels(together[1])).max() > 3
    )
    assert np.abs(pixels(make(engine, name, "a boat")[0]) - pixels(together[0])).max() > 0


def test_only_one_big_model_is_in_memory_and_the_course_s_own_stays(engine):
    make(engine, "course-pictures")
    make(engine, FOUR)
    make(engine, ONE)
    assert set(engine._models) == {"course-pictures", ONE}
    other = type("WordsModel", (), {"give_up": lambda self: None})()
    with the_only_big_one(other.give_up):  # a big words model is opened
        assert set(engine._models) == {"course-pictures"}
    assert make(engine, ONE) and set(engine._models) == {"course-pictures", ONE}


def test_steps_and_guidance_come_from_the_catalogue():
    assert [
        steps_for(find_model(name), speed)
        for name, speed in (
            (ONE, "careful"),
            (FOUR, "quick"),
            (FOUR, "balanced"),
            (MANY, "balanced"),
            (MANY, "careful"),
        )
    ] == [1, 2, 4, 25, 50]
    assert [
        steps_for(find_model("course-pictures"), speed)
        for speed in ("quick", "balanced", "careful")
    ] == [8, 14, 28]
    assert (
        guidance_for(find_model(ONE), 7.5) == 0
        and guidance_for(find_model(FOUR), 3.0) == 8
        and 7 < guidance_for(find_model(MANY), 5.0) < 10
        and guidance_for(find_model("course-pictures"), 5.0) == 5
    )


@pytest.mark.parametrize("name", [FOUR, MANY, XL])
def test_it_begins_from_a_picture_blends_and_mixes_words_and_styles(engine, photo, name):
    near = make(engine, name, strength=0.3, start=photo)[0]
    assert near.recipe.parent == photo.id and open_picture(near.content).size == (SIZE, SIZE)
    blended = make(engine, name, start=photo, other=near, blend_share=0.5)[0]
    assert blended.recipe.settings["blend_with"] == near.id
    plain = make(engine, name)[0]
    for chosen in (
        {"second": "a boat"},
        {"style": "flat:0.5 3d:0.5"},
        {"directions": "made of wool:1"},
    ):
        assert np.abs(pixels(make(engine, name, **chosen)[0]) - pixels(plain)).max() > 0


@pytest.mark.parametrize("name", [MANY, XL])
def test_a_part_is_changed_and_the_picture_made_wider_where_the_model_can(engine, photo, name):
    changed = make(engine, name, part="left half", start=photo)[0]
    before = np.asarray(open_picture(photo.content).resize((SIZE, SIZE)), float)
    assert (
        np.abs(pixels(changed) - before)[:, SIZE // 2 + 4 :].max() == 0
        and np.abs(pixels(changed) - before)[:, : SIZE // 2 - 4].max() > 5
    )
    assert open_picture(make(engine, name, extend="right", start=photo)[0].content).size == (
        SIZE * 3 // 2,
        SIZE,
    )


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        (ONE, {"start": True}, "one single step"),
        (ONE, {"start": True, "part": "left half"}, "only a part"),
        (FOUR, {"start": True, "part": "left half"}, "only a part"),
        (FOUR, {"start": True, "extend": "left"}, "make it wider"),
    ],
)
def test_what_a_model_cannot_do_ends_in_a_sentence(engine, photo, name, chosen, words):
    with pytest.raises(LearnerError, match=words) as said:
        make(engine, name, **{**chosen, "start": photo})
    assert short_name(find_model(name)) in str(said.value) and "Which model" in str(said.value)


def test_what_has_no_effect_is_said(engine):
    assert "words to leave out, how closely to follow the words, speed" in engine.without_effect(
        recipe(ONE, leave_out="a dog", guidance=5.0)
    )
    assert engine.without_effect(recipe(FOUR, leave_out="a dog")).endswith("words to leave out.")
    assert engine.without_effect(recipe(MANY, leave_out="a dog", guidance=5.0)) == ""
    assert (
        np.abs(
            pixels(make(engine, MANY, leave_out="a dog")[0]) - pixels(make(engine, MANY)[0])
        ).max()
        > 0
    )


def test_an_unfinished_picture_is_shown_by_the_small_decoder_and_stop_keeps_the_finished_ones(
    engine,
):
    model = engine.model(MANY)
    assert type(model.decoder).__name__ == "AutoencoderTiny" and model.at_once == 1
    seen, stop = [], threading.Event()

    def watch(progress):
        seen.append(progress)
        if progress.step == progress.total // 3 + 8:
            stop.set()

    kept = list(engine.create(recipe(MANY, count=3), on_progress=watch, stop=stop))
    assert any(progress.preview for progress in seen)
    assert [bool(made.recipe.settings["stopped_at"]) for made in kept] == [False, True] or [
        made.recipe.settings["stopped_at"] for made in kept
    ] == [0]
    assert kept[0].recipe.settings["stopped_at"] == 0


def test_the_picture_filter_looks_at_every_picture_of_the_bigger_tiers(engine, monkeypatch):
    model = engine.model(MANY)
    looked = []

    def unfit(pictures):
        looked.extend(pictures)
        return [len(looked) == 1] * len(pictures)

    monkeypatch.setattr(model, "unfit", unfit)
    made, said = [], ""
    try:
        for creation in engine.create(recipe(MANY, count=2)):
            made.append(creation)
    except LearnerError as sentence:
        said = str(sentence)
    assert (
        len(made) == 1
        and made[0].recipe.seed == 6
        and "left out 1 of 2" in said
        and "try again" in said
    )
    assert engine.model(ONE).unfit is None  # a laptop's tier: said in the catalogue


def test_the_filter_itself_says_yes_and_no():
    unfit = picture_filter.open_filter()
    assert unfit([Image.new("RGB", (64, 64), "red")]) == [False]
    weights = folder_of(find_model("Falconsai/nsfw_image_detection"))
    from transformers import AutoModelForImageClassification

    model = AutoModelForImageClassification.from_pretrained(weights)
    with torch.no_grad():
        model.classifier.bias.copy_(torch.tensor([-5.0, 5.0]))
    before = (weights / "model.safetensors").read_bytes()
    model.save_pretrained(weights)
    picture_filter.open_filter.cache_clear()
    try:
        assert picture_filter.open_filter()([Image.new("RGB", (64, 64), "red")]) == [True]
    finally:
        (weights / "model.safetensors").write_bytes(before)
        picture_filter.open_filter.cache_clear()


def test_no_big_model_without_its_filter_and_none_that_does_not_fit(monkeypatch):
    monkeypatch.setattr(choose, "this_machine", lambda: WITHOUT)
    with pytest.raises(LearnerError, match="needs a graphics card"):
        open_model(MANY)
    monkeypatch.setattr(choose, "this_machine", lambda: WITH_CARD)
    done = folder_of(find_model("Falconsai/nsfw_image_detection")) / DONE
    hidden = done.rename(done.with_suffix(".away"))
    picture_filter.open_filter.cache_clear()
    try:
        with pytest.raises(LearnerError, match="picture filter"):
            open_model(MANY)
    finally:
        hidden.rename(done)


def test_code_and_damage_in_a_folder_are_refused(tmp_path):
    folder = folder_of(find_model(FOUR))
    index = folder / "model_index.json"
    before = index.read_text(encoding="utf-8")
    for change, words in (
        ({"unet": ["my_code", "MyModel"]}, "never run here"),
        ({"_class_name": "NoSuchPipeline"}, "damaged"),
    ):
        text = json.dumps({**json.loads(before), **change})
        index.write_text(text + " " * max(0, len(before) - len(text)), encoding="utf-8")
        resize_done(folder, "model_index.json")
        with pytest.raises(LearnerError, match=words):
            open_model(FOUR)
    index.write_text(before, encoding="utf-8")
    resize_done(folder, "model_index.json")
    assert open_model(FOUR).about.id == FOUR


def resize_done(folder: Path, name: str) -> None:
    """Tell the list of what was fetched that a file has another size now."""
    kept = json.loads((folder / DONE).read_text(encoding="utf-8"))
    for entry in kept["files"]:
        if entry["path"] == name:
            entry["size"] = (folder / name).stat().st_size
    (folder / DONE).write_text(json.dumps(kept), encoding="utf-8")


def test_the_film_is_made_with_a_bigger_model_of_many_steps_and_refused_for_others(monkeypatch):
    engine = engine_for("image")
    engine.switch(MANY)
    film = filmstrip("a fox", seed=1, steps=3)
    assert (
        len(film.frames) == 3
        and film.picture.size == (SIZE, SIZE)
        and set(film.words) == {"a", "fox"}
    )
    engine.switch(ONE)
    with pytest.raises(LearnerError, match="another way"):
        filmstrip("a fox", seed=1, steps=3)
    engine.switch("course-pictures")


def test_a_taught_model_belongs_to_the_courses_own_whichever_is_in_use():
    engine = engine_for("image")
    card = OwnCard(
        name="blobby",
        drawings=8,
        base="course-pictures",
        base_revision="0" * 12,
        rank=4,
        steps=1,
        seconds=1,
    )
    engine.switch(ONE)
    try:
        with pytest.raises(LearnerError, match="“blobby” was taught on the course's own picture"):
            engine.model().check(PictureSettings(own_model="blobby"), False)
        with pytest.raises(LearnerError, match="another version|does not fit"):
            lay_over(OwnModel(card, {}, "0" * 12))
    finally:
        engine.switch("course-pictures")


def test_the_studio_changes_model_and_says_what_it_needs_first():
    studio = ImageStudio(prompt="a fox", seed=3)
    choice = studio.model_choice
    choice.model.value = MANY
    for words in ("half of its layers", "here already", "CreativeML OpenRAIL-M", "a picture"):
        assert words in choice.card.value, words
    choice.change()
    assert choice.wait(120) and f"In use from now on: {MANY}" in choice.status.value
    studio.speed.value = "quick"
    studio.generate()
    assert studio.wait(120) and [made.recipe.model for made in studio.results] == [MANY] * 4, (
        studio.status.value
    )
    studio.vary(0)
    assert studio.wait(120) and len(studio.results) == 4 and studio.results[0].recipe.model == MANY
    studio.bigger()
    assert studio.wait(60) and open_picture(studio.results[0].content).size == (4 * SIZE, 4 * SIZE)
    choice.model.value = "course-pictures"
    choice.change()
    assert choice.wait(60) and studio.engine.current == "course-pictures"


def test_one_line_says_size_and_licence_before_anything_is_fetched(monkeypatch):
    away = folder_of(find_model(ONE)) / DONE
    hidden = away.rename(away.with_suffix(".away"))
    try:
        told = use_picture_model(ONE)
        assert (
            any("1765 MB" in line for line in told)
            and any("OpenRAIL++" in line for line in told)
            and "Nothing was fetched" in told[-1]
        )
        assert "has not been fetched" in make_image("a fox", count=1, model=ONE).message
    finally:
        hidden.rename(away)
    made = make_image("a fox", count=1, seed=3, model=ONE, leave_out="a dog")
    assert made[0].recipe.model == ONE and "takes no notice of: words to leave out" in made.message
    assert (
        "does not make pictures" in make_image("a fox", model="Qwen/Qwen3-0.6B").message
        and "no model called" in make_image("a fox", model="nobody/nothing").message
    )
    assert (
        use_picture_model(FOUR) == [f"In use from now on: {FOUR}."]
        and make_image("a fox", count=1, speed="quick")[0].recipe.model == FOUR
    )
    assert any(
        "graphics card" in line
        for line in (
            monkeypatch.setattr(choose, "this_machine", lambda: WITHOUT),
            use_picture_model(MANY),
        )[1]
    )
    use_picture_model("course-pictures")


def test_a_variable_names_the_model(monkeypatch):
    monkeypatch.setenv("COURSE_PICTURES_MODEL", ONE)
    engine = ImageEngine()
    assert (
        next(iter(engine.create(Recipe(kind="image", prompt="a fox", seed=1)))).recipe.model == ONE
    )
    monkeypatch.setenv("COURSE_PICTURES_MODEL", "nobody/nothing")
    with pytest.raises(LearnerError, match="no model called"):
        ImageEngine().load()


def test_a_model_that_reads_only_whole_sentences_draws_and_says_what_it_cannot_mix(
    engine, photo, monkeypatch
):
    from course_utils.pictures import diffusion_model as image_models

    # as for pipelines of another build, such as FLUX.2
    monkeypatch.setattr(image_models, "READ_AS_NUMBERS", ())
    made = make(engine, MANY, count=2, style="3d")
    assert len(made) == 2 and np.abs(pixels(made[0]) - pixels(made[1])).max() > 3
    for chosen, words in (
        ({"second": "a boat"}, "whole sentences"),
        ({"start": photo}, "cannot begin from a picture"),
    ):
        with pytest.raises(LearnerError, match=words):
            make(engine, MANY, **chosen)
    assert "surprise" in engine.without_effect(recipe(MANY, surprise=0.2))


def test_what_is_offered_names_everything_that_is_fetched():
    assert [model.id for model in also_needed(find_model(MANY))] == [
        "madebyollin/taesd",
        "Falconsai/nsfw_image_detection",
    ] and also_needed(find_model(ONE)) == []
    done = [
        folder_of(find_model(name)) / DONE
        for name in (MANY, "madebyollin/taesd", "Falconsai/nsfw_image_detection")
    ]
    hidden = [path.rename(path.with_suffix(".away")) for path in done]
    try:
        said = " ".join(offer(find_model(MANY), also_needed(find_model(MANY))))
    finally:
        for path, back in zip(hidden, done):
            path.rename(back)
    assert (
        "1413 MB, with madebyollin/taesd and Falconsai/nsfw_image_detection" in said
        and "minutes" in said
    )
    choice = ModelChoice("words", lambda: "SmolLM2-135M-Instruct", lambda name: None)
    assert "Good:" in choice.card.value and "SmolLM2-135M-Instruct" in choice.status.value
