"""The catalogue, the choice of a model, and packs for rooms without internet."""

from __future__ import annotations

import json
import tomllib

import pytest
from pydantic import ValidationError

from course_utils.creation import LearnerError
from course_utils.models import choose as chooser
from course_utils.models.catalogue import FILE, Catalogue, also_needed, catalogue, models_for
from course_utils.models.catalogue_check import check_online, pinned
from course_utils.models.choose import Machine, choose, preflight, remember_speed
from course_utils.models.hub import DONE, folder_of, is_fetched
from course_utils.models.packs import pack, unpack

BINDER = Machine("binder", 1, 2_000_000_000, 0, "", 8_000_000_000, False)
LAPTOP = Machine("local", 4, 8_000_000_000, 0, "", 50_000_000_000, False)
COLAB = Machine("colab", 2, 12_700_000_000, 15_800_000_000, "Tesla T4", 60_000_000_000, False)
SERVER = Machine("local", 16, 64_000_000_000, 48_000_000_000, "L40S", 500_000_000_000, True)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    for name in (
        "COURSE_OFFLINE",
        "HF_HUB_OFFLINE",
        "COURSE_WORDS_SERVER",
        *chooser.VARIABLES.values(),
    ):
        monkeypatch.delenv(name, raising=False)


def pretend_fetched(model) -> None:
    """A folder as fetch leaves it, with a few bytes instead of weights."""
    import hashlib

    folder = folder_of(model)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    entry = {
        "path": "model.safetensors",
        "size": 7,
        "check": "sha256:" + hashlib.sha256(b"weights").hexdigest(),
    }
    (folder / DONE).write_text(json.dumps({"id": model.id, "files": [entry]}), encoding="utf-8")


def test_the_catalogue_has_an_embedded_model_for_each_kind_and_no_gated_default():
    for kind in ("image", "words", "tune"):
        assert [model.tier for model in models_for(kind)].count("embedded") == 1
    assert not [model.id for model in catalogue() if model.gated]
    assert all(model.revision != "main" or "revision" in model.unverified for model in catalogue())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fallback": "nowhere"}, "fallbacks"),
        ({"unverified": []}, "not pinned"),
        ({"files": ["../x"]}, "files"),
        ({"price": 3}, "price"),
        ({"fallback": "course-tunes"}, "fallbacks"),
    ],
)
def test_a_wrong_entry_is_refused(change, words):
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["model"]
    place = next(
        number
        for number, entry in enumerate(entries)
        if entry["id"] == "IDKiro/sdxs-512-dreamshaper"
    )
    entries[place] = {**entries[place], **change}
    with pytest.raises(ValidationError, match=words):
        Catalogue.model_validate({"model": entries})


def test_nothing_large_is_fetched_unasked():
    for machine in (BINDER, LAPTOP, COLAB, SERVER):
        for kind in ("image", "words", "tune"):
            choice = choose(kind, machine)
            assert choice.model.ships and not choice.needs_fetch


@pytest.mark.parametrize(
    ("kind", "machine", "best"),
    [
        ("image", BINDER, "course-pictures"),
        ("image", LAPTOP, "IDKiro/sdxs-512-dreamshaper"),
        ("image", COLAB, "SimianLuo/LCM_Dreamshaper_v7"),
        ("image", SERVER, "black-forest-labs/FLUX.2-klein-4B"),
        ("words", BINDER, "SmolLM2-135M-Instruct"),
        ("words", LAPTOP, "Qwen/Qwen3-0.6B"),
        ("words", COLAB, "HuggingFaceTB/SmolLM3-3B"),
        ("tune", COLAB, "course-tunes"),
    ],
)
def test_what_a_machine_could_carry(kind, machine, best):
    assert choose(kind, machine, allow_fetch=True).model.id == best


def test_a_fetched_model_is_used_and_an_offline_room_keeps_to_what_is_there(monkeypatch):
    pretend_fetched(next(model for model in catalogue() if model.id == "Qwen/Qwen3-0.6B"))
    assert choose("words", LAPTOP).model.id == "Qwen/Qwen3-0.6B"
    assert choose("words", BINDER).model.ships
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert choose("words", LAPTOP, allow_fetch=True).model.id == "Qwen/Qwen3-0.6B"
    assert choose("image", LAPTOP, allow_fetch=True).model.ships


def test_a_wish_is_followed_where_it_fits_and_explained_where_not():
    choice = choose("tune", COLAB, wish="facebook/musicgen-small")
    assert choice.model.id == "facebook/musicgen-small" and choice.needs_fetch
    choice = choose("image", LAPTOP, wish="black-forest-labs/FLUX.2-klein-4B")
    assert choice.model.id == "IDKiro/sdxs-512-dreamshaper" and "graphics card" in choice.because
    assert choose("words", LAPTOP, wish="course-tunes").model.kind == "words"
    with pytest.raises(LearnerError, match="no model called"):
        choose("image", LAPTOP, wish="../../etc/passwd")


def test_a_full_disk_means_no_fetch():
    full = Machine("local", 4, 8_000_000_000, 0, "", 900_000_000, False)
    choice = choose("image", full, allow_fetch=True)
    assert choice.model.ships and "disk" in choice.refused["IDKiro/sdxs-512-dreamshaper"]


def test_the_card_says_machine_model_size_wait_and_what_more_would_take():
    card = "\n".join(preflight("image", LAPTOP))
    assert "8.0 GB of memory" in card and "course-pictures" in card and "not known yet" in card
    assert (
        "1765 MB to fetch" in card
        and "needs a graphics card" in card
        and "when you choose it" in card
    )
    remember_speed("course-pictures", 2.0)
    assert "about 2.0 seconds" in "\n".join(preflight("image", LAPTOP))
    wished = "\n".join(preflight("image", LAPTOP, wish="IDKiro/sdxs-512-dreamshaper"))
    assert (
        "must be fetched first: 1765 MB" in wished
        and "OpenRAIL" in wished
        and "forbidden uses" in wished
    )


def test_the_card_says_what_the_studios_really_use(monkeypatch):
    qwen = next(model for model in catalogue() if model.id == "Qwen/Qwen3-0.6B")
    pretend_fetched(qwen)
    card = "\n".join(preflight("words", LAPTOP))
    assert (
        "the course uses SmolLM2-135M-Instruct" in card
        and "Qwen/Qwen3-0.6B: Follows" in card
        and "here already: choose it under Which model" in card
    )
    monkeypatch.setattr(chooser, "this_machine", lambda: LAPTOP)
    monkeypatch.setenv("COURSE_WORDS_MODEL", "biggest")
    assert chooser.asked_for("words") == qwen.id and "the course uses Qwen/Qwen3-0.6B" in "\n".join(
        preflight("words")
    )
    from course_utils.words.engine import choose_backend

    assert choose_backend().name == qwen.id
    monkeypatch.setattr(chooser, "this_machine", lambda: BINDER)
    assert chooser.asked_for("words") == "" and "uses SmolLM2-135M-Instruct" in "\n".join(
        preflight("words")
    )
    monkeypatch.setenv("COURSE_WORDS_MODEL", "models/my.gguf")
    assert "uses models/my.gguf, because COURSE_WORDS_MODEL names it" in "\n".join(
        preflight("words")
    )
    monkeypatch.setenv("COURSE_WORDS_SERVER", "http://127.0.0.1:8080/v1")
    assert "server at http://127.0.0.1:8080/v1" in preflight("words")[1]


def test_a_big_picture_model_counts_as_here_only_with_its_filter_and_its_decoder():
    four = next(model for model in catalogue() if model.id == "SimianLuo/LCM_Dreamshaper_v7")
    pretend_fetched(four)
    assert choose("image", COLAB).model.ships
    assert chooser.to_fetch(four) == sum(one.bytes for one in also_needed(four)) > 0
    for one in also_needed(four):
        pretend_fetched(one)
    assert choose("image", COLAB).model.id == four.id and chooser.to_fetch(four) == 0


def test_a_folder_of_one_s_own_is_not_loaded_either_if_its_weights_do_not_fit(
    tmp_path, monkeypatch
):
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"w": np.zeros(1_000_000, np.float16)}, tmp_path / "model.safetensors")
    assert [round(chooser.weights_in_memory(tmp_path, card) / 1e6) for card in (False, True)] == [
        4,
        2,
    ]
    save_file({"w": np.zeros(1_000_000, np.float32)}, tmp_path / "model.safetensors")
    assert [round(chooser.weights_in_memory(tmp_path, card) / 1e6) for card in (False, True)] == [
        4,
        2,
    ]
    monkeypatch.setattr(
        chooser,
        "this_machine",
        lambda: Machine("local", 2, chooser.KEEP_FREE + 3_000_000, 0, "", 10**10, False),
    )
    with pytest.raises(LearnerError, match="its weights alone need"):
        chooser.place_of(str(tmp_path), "words")
    monkeypatch.setattr(chooser, "this_machine", lambda: LAPTOP)
    assert chooser.place_of(str(tmp_path), "words") == tmp_path
    (tmp_path / "model.safetensors").write_bytes(b"no weights at all")
    # what is wrong with it is said when it is opened
    assert chooser.place_of(str(tmp_path), "words") == tmp_path


def test_the_lab_with_the_biggest_models_asks_before_it_fetches(monkeypatch, capsys):
    import os

    from course_utils.cli import models as cli_models
    from course_utils.models import hub

    for variable in chooser.VARIABLES.values():
        monkeypatch.setenv(variable, "")
    monkeypatch.setattr(chooser, "this_machine", lambda: LAPTOP)
    fetched, asked = [], []
    monkeypatch.setattr(hub, "fetch", lambda model, *_: fetched.append(model.id))
    answers = iter(["no", "yes"])
    cli_models.prepare_biggest(lambda question: asked.append(question) or next(answers))
    assert [question[:13] for question in asked] == [
        "Fetch 1765 MB",
        "Fetch 1519 MB",
    ] and fetched == ["Qwen/Qwen3-0.6B"]
    assert (
        "OpenRAIL" in capsys.readouterr().out and os.environ["COURSE_PICTURES_MODEL"] == "biggest"
    )
    monkeypatch.setattr(chooser, "this_machine", lambda: BINDER)
    cli_models.prepare_biggest(lambda question: pytest.fail("nothing bigger fits here"))


def test_damaged_speeds_are_forgotten():
    remember_speed("course-pictures", 2.0)
    chooser.speeds_file().write_text("[1,", encoding="utf-8")
    assert chooser.known_speeds() == {}
    remember_speed("course-pictures", 3.0)
    assert chooser.known_speeds() == {"course-pictures": 3.0}


def test_a_pack_carries_a_model_to_another_computer_and_a_damaged_one_is_refused(
    tmp_path, monkeypatch
):
    model = next(
        model for model in catalogue() if model.id == "HuggingFaceTB/SmolLM2-360M-Instruct"
    )
    with pytest.raises(LearnerError, match="not been fetched"):
        pack([model], tmp_path / "stick")
    pretend_fetched(model)
    assert pack([model], tmp_path / "stick") == [model.id]
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "other"))
    assert not is_fetched(model)
    packed = next((tmp_path / "stick").rglob("model.safetensors"))
    packed.write_bytes(b"weighty")
    with pytest.raises(LearnerError, match="damaged"):
        unpack(tmp_path / "stick")
    packed.write_bytes(b"weights")
    assert unpack(tmp_path / "stick") == [model.id] and is_fetched(model)
    with pytest.raises(LearnerError, match="no pack"):
        unpack(tmp_path)


def test_a_pack_may_not_write_outside_its_folder(tmp_path):
    model = next(
        model for model in catalogue() if model.id == "HuggingFaceTB/SmolLM2-360M-Instruct"
    )
    pretend_fetched(model)
    pack([model], tmp_path / "stick")
    packed = next((tmp_path / "stick").rglob(DONE))
    for path in ("../../../../evil.json", "run.py", "/tmp/x.json"):
        packed.write_text(
            json.dumps(
                {
                    "id": model.id,
                    "files": [{"path": path, "size": 7, "check": "sha256:" + "0" * 64}],
                }
            ),
            encoding="utf-8",
        )
        with pytest.raises(LearnerError, match="do not belong"):
            unpack(tmp_path / "stick")


def test_one_command_pins_every_revision_to_what_the_hub_has_now():
    text = FILE.read_text(encoding="utf-8")
    done = pinned(text, lambda name, revision: {"sha": f"{len(name):040x}"})
    entries = {entry["id"]: entry for entry in tomllib.loads(done)["model"]}
    assert (
        entries["Qwen/Qwen3-0.6B"]["revision"] == f"{len('Qwen/Qwen3-0.6B'):040x}"
        and entries["course-tunes"]["revision"] == "ships"
    )
    assert not [
        name
        for name, entry in entries.items()
        if entry["revision"] == "main" or "revision" in entry["unverified"]
    ]
    assert [
        line for line in done.splitlines() if not line.startswith(("revision", "unverified"))
    ] == [line for line in text.splitlines() if not line.startswith(("revision", "unverified"))]
    with pytest.raises(LearnerError, match="no commit"):
        pinned(text, lambda name, revision: {"sha": "main"})


def test_checking_the_catalogue_finds_what_differs():
    def ask(name, revision):
        if name == "nota-ai/bk-sdm-tiny":
            raise LearnerError("It is gone.")
        return {
            "sha": "a" * 40,
            "gated": name == "Qwen/Qwen3-0.6B",
            "cardData": {"license": "apache-2.0"},
            "siblings": [{"rfilename": "model.safetensors", "size": 5}],
        }

    found = "\n".join(check_online(ask))
    assert (
        "bk-sdm-tiny: It is gone." in found
        and "Qwen/Qwen3-0.6B: the hub says gated = True" in found
    )
    assert (
        "musicgen-small: the hub says licence apache-2.0" in found
        and "5 bytes on the hub" in found
        and "not pinned" in found
    )
