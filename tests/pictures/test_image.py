"""The picture model that ships: plain diffusers loads it, the engine keeps its promises."""

from __future__ import annotations

import io
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from PIL import Image

from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.models.embedded import FOLDER
from course_utils.pictures import png as picture_files

MODEL = FOLDER / "image"


def recipe(prompt: str = "a red heart", seed: int = 3, **chosen) -> Recipe:
    return Recipe(kind="image", prompt=prompt, seed=seed, settings={"speed": "quick", **chosen})


def distance(a: Creation, b: Creation) -> float:
    return np.abs(
        np.asarray(picture_files.open_picture(a.content), float)
        - np.asarray(picture_files.open_picture(b.content), float)
    ).mean()


@pytest.fixture(scope="module")
def engine():
    return engine_for("image")


@pytest.fixture(scope="module")
def heart(engine) -> Creation:
    return next(iter(engine.create(recipe())))


@pytest.mark.parametrize(
    "task", ["StableDiffusionPipeline", "AutoPipelineForImage2Image", "AutoPipelineForInpainting"]
)
def test_plain_diffusers_loads_and_runs_the_folder(task):
    import diffusers
    import torch

    pipeline = getattr(diffusers, task).from_pretrained(
        MODEL, use_safetensors=True, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    if task == "AutoPipelineForInpainting":  # the one line that the card names
        pipeline.unet.register_to_config(in_channels=4)
    canvas, mask = Image.new("RGB", (48, 48), "white"), Image.new("L", (48, 48), 0)
    mask.paste(255, (0, 0, 48, 24))
    extra = {
        "StableDiffusionPipeline": {"height": 48, "width": 48},
        "AutoPipelineForImage2Image": {"image": canvas},
    }.get(task, {"image": canvas, "mask_image": mask, "height": 48, "width": 48})
    picture = pipeline(
        "pizza", num_inference_steps=4, generator=torch.Generator().manual_seed(0), **extra
    ).images[0]
    assert picture.size == (48, 48)
    assert len(picture.getcolors(48 * 48)) > 50


def test_model_folder_is_small_and_safe():
    files = [path for path in MODEL.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".ckpt", ".pkl", ".py"}]
    card = (MODEL / "README.md").read_text(encoding="utf-8")
    for word in ("Apache-2.0", "MIT", "CC BY 4.0", "python -m training.image"):
        assert word in card


def test_a_red_heart_is_mostly_red_and_white(engine):
    reds = 0
    for creation in engine.create(recipe(count=4, speed="balanced")):
        centre = (
            picture_files.open_picture(creation.content)
            .resize((3, 3), Image.Resampling.BOX)
            .getpixel((1, 1))
        )
        reds += centre[0] > centre[1] + 60 and centre[0] > centre[2] + 60
    assert reds >= 3


def test_words_change_the_picture_and_seeds_repeat_it(engine, heart):
    again = next(iter(engine.create(heart.recipe)))
    other = next(iter(engine.create(recipe("a green tree"))))
    assert again.content == heart.content
    assert other.content != heart.content


def test_each_candidate_can_be_made_again_alone(engine):
    together = list(engine.create(recipe("pizza", seed=11, count=3)))
    assert [c.recipe.seed for c in together] == [11, 12, 13]
    alone = next(iter(engine.create(together[2].recipe)))
    first, second = (picture_files.open_picture(c.content).tobytes() for c in (together[2], alone))
    # a batch may round the last bit otherwise
    assert max(abs(a - b) for a, b in zip(first, second)) <= 3


def test_vary_stays_near_its_parent(engine, heart):
    near = next(iter(engine.create(recipe(seed=9, strength=0.3), start=heart)))
    far = next(iter(engine.create(recipe("a blue fish on a yellow background", seed=9))))
    assert near.recipe.parent == heart.id
    assert distance(near, heart) < distance(far, heart)


def stopped_after(engine, step: int, **chosen) -> list[Creation]:
    stop = threading.Event()
    return list(
        engine.create(
            recipe(count=2, **chosen),
            on_progress=lambda progress: stop.set() if progress.step == step else None,
            stop=stop,
        )
    )


def test_stop_at_once_keeps_nothing_because_there_is_only_a_blur(engine):
    assert stopped_after(engine, 3, speed="careful") == []


def test_stop_in_the_middle_keeps_what_is_there_marked_as_unfinished_and_remakes_it(engine):
    kept = stopped_after(engine, 4, prompt="a penguin")
    assert [made.recipe.settings["stopped_at"] for made in kept] == [5, 5] and [
        made.recipe.seed for made in kept
    ] == [3, 4]
    assert "Unfinished: stopped after step 5." in picture_files.describe(kept[0])
    finished = list(engine.create(recipe("a penguin", count=2)))
    for place in (0, 1):
        # it was on the way there
        assert distance(kept[place], finished[place]) < distance(kept[place], finished[1 - place])
    again = next(iter(engine.create(kept[0].recipe)))
    assert distance(again, kept[0]) < 1 and again.recipe.settings["stopped_at"] == 5
    done = next(iter(engine.create(kept[0].recipe.changed(settings={"stopped_at": 0}))))
    assert distance(done, finished[0]) < 1


def test_progress_counts_up_with_a_preview(engine):
    seen = []
    list(engine.create(recipe(), on_progress=seen.append))
    assert [p.step for p in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].share == 1
    assert any(isinstance(p.preview, bytes) for p in seen)


@pytest.mark.parametrize(
    "chosen",
    [
        {"count": 0},
        {"count": 1000},
        {"speed": "warp"},
        {"guidance": "high"},
        {"strength": -1},
        {"nonsense": 1},
        {"count": True},
    ],
)
def test_impossible_settings_get_a_sentence(engine, chosen):
    with pytest.raises(LearnerError, match="try again|no setting “nonsense” here. Leave it out"):
        list(engine.create(recipe(**chosen)))


@pytest.mark.parametrize(
    "prompt", ["", "   ", "\x00", "🦊🦊", "قلب أحمر", "<b>cat</b>", "word " * 300]
)
def test_prompts_it_cannot_read_get_a_sentence(engine, prompt):
    with pytest.raises(LearnerError):
        list(engine.create(recipe(prompt)))


def test_picture_file_round_trip(heart):
    assert picture_files.unpack(picture_files.pack(heart)) == heart
    assert "a red heart" in picture_files.describe(heart)
    assert Image.open(io.BytesIO(picture_files.show_png(heart, 256))).size == (256, 256)


@given(strategies.binary(max_size=300))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_instead_of_a_picture_are_refused(data):
    with pytest.raises(BadRecipe):
        picture_files.unpack(data)


@given(strategies.integers(0, 10_000), strategies.integers(0, 255))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_picture_is_refused_or_read_whole(heart, place, value):
    data = bytearray(picture_files.pack(heart))
    data[place % len(data)] = value
    try:
        assert picture_files.unpack(bytes(data)).kind == "image"
    except BadRecipe:
        pass


def test_a_picture_without_a_recipe_is_refused():
    with pytest.raises(BadRecipe, match="holds no recipe"):
        picture_files.unpack(picture_files.to_png(Image.new("RGB", (5, 5))))


def test_missing_model_files_get_a_sentence(tmp_path):
    from course_utils.pictures.engine import ImageEngine

    with pytest.raises(LearnerError, match="start.py"):
        ImageEngine(tmp_path).load()


def test_a_varied_picture_needs_its_parent_to_be_made_again(engine, heart, tmp_path, capsys):
    from course_utils.cli.main import main
    from course_utils.portfolio.store import Portfolio

    varied = next(iter(engine.create(recipe(seed=9, strength=0.5), start=heart)))
    assert next(iter(engine.create(varied.recipe, start=heart))).content == varied.content
    with pytest.raises(LearnerError, match="another picture"):
        list(engine.create(varied.recipe))
    path = Portfolio(tmp_path).save(varied)
    assert main(["remake", str(path), "--out", str(tmp_path / "new")]) == 2
    assert "another picture" in capsys.readouterr().err
    Portfolio(tmp_path).save(heart)
    assert main(["remake", str(path), "--out", str(tmp_path / "new")]) == 0
    assert "exactly the same" in capsys.readouterr().out


def test_again_on_a_varied_picture_begins_from_the_same_parent(engine, heart, tmp_path):
    from course_utils.pictures.studio import ImageStudio
    from course_utils.portfolio.store import Portfolio

    portfolio = Portfolio(tmp_path)
    portfolio.save(heart)
    varied = next(iter(engine.create(recipe(seed=9, strength=0.3), start=heart)))
    studio = ImageStudio(portfolio=portfolio)
    studio.results = [varied]
    studio.again(0)
    assert studio.wait(120)
    assert {c.recipe.parent for c in studio.results} == {heart.id}
    assert all(c.recipe.settings["from_parent"] for c in studio.results)


def test_loading_says_nothing_and_uses_32_bits():
    code = (
        "from course_utils.engines import engine_for; e = engine_for('image'); e.load(); p ="
        " e.pipeline; print({str(q.dtype) for m in (p.unet, p.vae, p.text_encoder) for q in"
        " m.parameters()})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'torch.float32'}" and done.stderr == ""


def test_a_prompt_with_the_is_read_as_the_captions_were():
    from course_utils.pictures.candidates.conditioning import words_for_model

    assert (
        words_for_model("the sun", "any") == "sun"
        and words_for_model("The moon", "3d") == "moon, 3d style"
    )
    assert (
        words_for_model("theatre", "any") == "theatre"
        and words_for_model("the", "any") == "the"
        and words_for_model("a cat on the left", "any") == "a cat on the left"
    )


def test_a_noun_without_pictures_is_read_as_the_nearest_known_one_and_that_is_said(engine):
    from course_utils.pictures.wishes.known_nouns import as_known

    assert as_known("a hound and a motorcar on a blue background") == (
        "a dog and an automobile on a blue background",
        {"hound": "dog", "motorcar": "automobile"},
    )
    assert as_known("a hound house")[1] == {} and as_known("a dog")[1] == {}, (
        "a word that only describes, and a known one"
    )
    assert as_known("a hound", "hound")[1] == {}, "a word that the learner taught stays"
    same = [
        next(
            iter(
                engine.create(
                    Recipe(kind="image", prompt=prompt, seed=3, settings={"speed": "quick"})
                )
            )
        ).content
        for prompt in ("a hound", "a dog")
    ]
    assert (
        picture_files.open_picture(same[0]).tobytes()
        == picture_files.open_picture(same[1]).tobytes()
    )
    assert (
        "“dog” for “hound”" in engine.without_effect(Recipe(kind="image", prompt="a hound", seed=3))
        and engine.without_effect(Recipe(kind="image", prompt="a dog", seed=3)) == ""
    )
