"""A room's mirror: the settings it gets, and the real program before a small hub."""

from __future__ import annotations

import random
import socket
import time
import tomllib

import pytest

from course_utils.creation import LearnerError
from course_utils.models import hub as hub_client
from course_utils.models import mirror
from course_utils.models.catalogue import catalogue, find_model
from course_utils.models.hub import fetch, is_fetched
from tests.hub.server import Hub

MODEL = "HuggingFaceTB/SmolLM2-360M-Instruct"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def test_only_models_of_the_catalogue_pass(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "Größe und Länge"))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    read = tomllib.loads(mirror.settings("10.0.0.7", "10.0.0.7", 8090, False))
    assert {rule["repo"] for rule in read["accessibility"]["proxy"]} == {
        model.id for model in catalogue() if not model.ships
    }
    assert (
        read["basic"]["mirror-netloc"] == "10.0.0.7:8090"
        and read["basic"]["hf-netloc"] == "huggingface.co"
        and "Größe" in read["basic"]["repos-path"]
    )


def test_without_a_network_the_mirror_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(LearnerError, match="once where there is a network"):
        mirror.start(only_here=True)


@pytest.mark.slow
def test_the_second_computer_of_a_room_gets_everything_from_the_mirror(tmp_path, monkeypatch):
    weights = tmp_path / "hub" / MODEL / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(random.Random(1).randbytes(3_000_000))
    (weights.parent / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    for name in ("COURSE_OFFLINE", "HF_HUB_OFFLINE", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    hub, port, said = Hub(tmp_path / "hub"), free_port(), []
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "room"))
    running = mirror.start(port, only_here=True, say=said.append)
    try:
        for _ in range(300):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
        for computer in ("first", "second"):
            monkeypatch.setenv("COURSE_CACHE", str(tmp_path / computer))
            asked = len(hub.requests)
            fetch(find_model(MODEL))
            assert is_fetched(find_model(MODEL))
        assert not [
            entry
            for entry in hub.requests[asked:]
            if entry[0] == "GET" and entry[1].endswith(".safetensors")
        ]
        assert f"HF_ENDPOINT=http://127.0.0.1:{port}" in "\n".join(said)
        with pytest.raises(LearnerError):
            monkeypatch.setattr(hub_client, "pause", lambda *_: None)
            hub_client.ask_hub("somebody/else", "main")
    finally:
        running.terminate()
        running.wait()
        hub.close()
