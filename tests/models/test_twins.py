"""Twins have the shape of the real models."""

from __future__ import annotations

import dataclasses

import pytest

from benchmarks.twin_runs import SHIPPED, measure
from benchmarks.twins import SHAPES, _picture_folder, bytes_of, parts_of
from course_utils.creation import LearnerError
from course_utils.machines import comparison as oneline_bigger
from course_utils.machines.comparison import costs, machine_card, measured, smallest_that
from course_utils.models.catalogue import catalogue, find_model
from course_utils.models.choose import Machine, choose, fits

BINDER = Machine("binder", 1, 2 * 1024**3, 0, "", 8_000_000_000, False)
PARTS = {  # numbers in each part, as counted in the published weights
    "IDKiro/sdxs-512-dreamshaper": {
        "unet": 315_746_244,
        "text_encoder": 123_060_480,
        "vae": 2_445_063,
    },
    "nota-ai/bk-sdm-tiny": {"unet": 323_384_964, "text_encoder": 123_060_480, "vae": 83_653_863},
    "HuggingFaceTB/SmolLM2-360M-Instruct": {"model": 361_821_120},
    "Qwen/Qwen3-0.6B": {"model": 596_049_920},
}
BIG = {
    "SimianLuo/LCM_Dreamshaper_v7": 859_520_964 + 320 * 256,
    "stabilityai/stable-diffusion-xl-base-1.0": 2_567_463_684,
}


@pytest.mark.parametrize("name", PARTS)
def test_a_twin_has_exactly_the_published_numbers(name):
    assert parts_of(SHAPES[name]) == PARTS[name]
    stored = bytes_of(SHAPES[name])
    assert abs(stored - find_model(name).bytes) < 0.3 * find_model(name).bytes


@pytest.mark.slow
@pytest.mark.parametrize("name", BIG)
def test_the_big_denoisers_too(name):
    assert parts_of(SHAPES[name])["unet"] == BIG[name]


def test_the_catalogue_s_minimums_come_from_the_twins():
    """Each twin was run, and every minimum is what it needed, or for a graphics card what follows
    from it, rounded up by at most an eighth.
    """
    runs = measured()
    ran = [name for name in (*SHAPES, *SHIPPED) if runs[name].needs]
    assert set(SHAPES) <= set(ran)
    for name in ran:
        model, needs = find_model(name), runs[name].needs
        assert model.memory_from in ("measured", "reckoned") and (
            model.memory_from == "reckoned"
        ) == (model.tier == "gpu"), name
        least = needs / 2 + 1e9 if model.memory_from == "reckoned" else needs
        assert least <= model.memory <= 1.125 * least, (name, least)
    assert {model.id for model in catalogue() if model.memory_from != "estimated"} == set(ran)
    assert {name for name, run in runs.items() if run.seconds and not run.where} == set()
    for name, numbers in PARTS.items():
        assert runs[name].numbers == sum(numbers.values())


def test_every_twin_has_its_scheduler_s_own_settings_and_runs_in_few_steps(tmp_path):
    """A scheduler made without the settings its model was published with once broke a twin."""
    import diffusers
    import torch

    for shape in SHAPES.values():
        if shape.kind != "image":
            continue
        folder = tmp_path / shape.scheduler
        (folder / "vae").mkdir(parents=True, exist_ok=True)
        (folder / "vae" / "config.json").write_text(
            '{"_class_name": "AutoencoderKL"}', encoding="utf-8"
        )
        _picture_folder(shape, folder)
        scheduler = getattr(diffusers, shape.scheduler).from_pretrained(folder / "scheduler")
        scheduler.set_timesteps(2 if shape.steps > 1 else 1)
        latents = torch.zeros(2, 4, 8, 8)
        for moment in scheduler.timesteps:
            latents = scheduler.step(torch.ones_like(latents), moment, latents).prev_sample
        assert latents.isfinite().all()
        import shutil

        shutil.rmtree(folder)


def test_costs_say_where_each_figure_comes_from_and_odd_wishes_get_a_sentence(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setattr(oneline_bigger, "timed", lambda model: 0.5)
    shown = costs("image", results=360, watts=10, price=1)
    first, second = shown.rows[1], shown.rows[2]
    assert (
        first[0] == "course-pictures"
        and first[5:] == ("0.5", "here, just now", "0.5 Wh", "0.0005")
        and "(31 times)" in second[2]
        and second[6] == "elsewhere (1)"
    )
    assert "copy of its shape" in repr(shown) and "<caption>" in shown._repr_html_()
    runs = measured()
    monkeypatch.setattr(
        oneline_bigger,
        "measured",
        lambda: {
            **runs,
            "IDKiro/sdxs-512-dreamshaper": dataclasses.replace(
                runs["IDKiro/sdxs-512-dreamshaper"], needs=0, seconds=0.0, where=""
            ),
        },
    )
    assert any("not measured" in row for row in costs("image").rows) and not any(
        "not measured" in row for row in shown.rows
    )
    assert "must be a number" in repr(costs("image", watts=-1)) and "There are figures" in repr(
        costs("films")
    )
    assert (
        "IDKiro" in repr(smallest_that("image", size=512))
        and "Qwen" in repr(smallest_that("words", languages="fr"))
        and "No model" in repr(smallest_that("image", languages="xx"))
    )
    assert "GB of memory" in repr(machine_card("words")) and "Choose" in repr(machine_card("films"))


def test_a_twin_that_does_not_exist_or_fit_is_said(tmp_path, monkeypatch):
    with pytest.raises(LearnerError, match="no twin"):
        list(measure(["somebody/else"]))
    from collections import namedtuple

    from benchmarks import twins

    monkeypatch.setattr(
        twins.shutil,
        "disk_usage",
        lambda _: namedtuple("usage", "total used free")(9, 9, 900_000_000),
    )
    with pytest.raises(LearnerError, match="GB of disk"):
        twins.build(SHAPES["HuggingFaceTB/SmolLM2-360M-Instruct"], tmp_path / "twin")
    assert not (tmp_path / "twin").exists()


@pytest.mark.slow
def test_the_picture_pick_runs_inside_two_gigabytes_or_the_tier_says_no(tmp_path):
    """The limit is enforced by the system (RLIMIT_DATA) on the twin's own process."""
    pick = find_model("IDKiro/sdxs-512-dreamshaper")
    found = next(iter(measure([pick.id], tmp_path, limit=BINDER.memory)))
    if "refused" in found:
        assert "not enough memory" in found["refused"], found
        assert (
            fits(pick, BINDER)
            and choose("image", BINDER, wish=pick.id, allow_fetch=True).model.ships
        )
    else:
        assert found["needs"] <= BINDER.memory
