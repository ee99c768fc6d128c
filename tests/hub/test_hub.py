"""Fetching from a real HTTP server that behaves like the hub, and misbehaves like a bad network."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from course_utils.creation import LearnerError
from course_utils.models import hub as hub_client
from course_utils.models.catalogue import Model, find_model
from course_utils.models.hub import (
    FetchStopped,
    NoNetwork,
    ask_hub,
    fetch,
    folder_of,
    is_fetched,
    wanted,
)
from tests.hub.server import COMMIT, Hub

NAME = "somebody/tiny-model"
WEIGHTS = "model.safetensors"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub with one tiny model of 3 MB, and a cache of our own,
    in a folder with a space and letters beyond ASCII.
    """
    model = tmp_path / "hub" / NAME
    (model / "unet").mkdir(parents=True)
    save_file(
        {"w": np.random.default_rng(1).standard_normal((860, 860)).astype(np.float32)},
        model / WEIGHTS,
    )
    (model / "config.json").write_text('{"model_type": "tiny"}', encoding="utf-8")
    (model / "unet/config.json").write_text("{}", encoding="utf-8")
    (model / "pytorch_model.bin").write_bytes(b"a pickle, never to be fetched")
    server = Hub(tmp_path / "hub")
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "käse und brot"))
    monkeypatch.setattr(hub_client, "pause", lambda attempt, stop, asked="": None)
    for name in ("COURSE_OFFLINE", "HF_HUB_OFFLINE", "HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield server
    server.close()


def tiny(**changes) -> Model:
    return Model.model_validate(
        {
            **find_model("HuggingFaceTB/SmolLM2-360M-Instruct").model_dump(),
            "id": NAME,
            "files": ["*"],
            "bytes": 3_000_000,
            **changes,
        }
    )


def original(hub: Hub) -> bytes:
    return (hub.folder / NAME / WEIGHTS).read_bytes()


def ranges(hub: Hub) -> list[str]:
    return [
        asked
        for method, path, asked, _ in hub.requests
        if path.endswith(WEIGHTS) and method == "GET"
    ]


def test_a_model_arrives_whole_without_pickles_tokens_or_a_second_fetch(hub):
    said, counts = [], []
    folder = fetch(tiny(), said.append, lambda here, total: counts.append((here, total)))
    assert (folder / WEIGHTS).read_bytes() == original(hub) and (
        folder / "unet/config.json"
    ).is_file()
    assert not (folder / "pytorch_model.bin").exists() and not list(folder.rglob("*.part"))
    assert "3 MB" in said[0] and "Apache-2.0" in said[0] and counts[-1][0] == counts[-1][1]
    assert {authorization for *_, authorization in hub.requests} == {""}
    before = len(hub.requests)
    assert fetch(tiny()) == folder and is_fetched(tiny()) and len(hub.requests) == before


def test_a_real_hub_client_reads_the_same_hub(hub, tmp_path):
    code = (
        f"from huggingface_hub import snapshot_download; print(snapshot_download({NAME!r},"
        f" allow_patterns=['*.json', '*.safetensors'], cache_dir={str(tmp_path / 'theirs')!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "HF_ENDPOINT": hub.address, "HF_HUB_DISABLE_XET": "1"},
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (Path(done.stdout.strip()) / WEIGHTS).read_bytes() == original(hub)


def test_a_download_cut_in_the_middle_goes_on_from_there(hub):
    hub.faults[WEIGHTS] = [("cut", 0.4), ("cut", 0.5)]
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)
    asked = ranges(hub)
    assert (
        asked[0] == ""
        and len(asked) == 3
        and int(asked[1][6:-1]) > 1_000_000
        and int(asked[2][6:-1]) > int(asked[1][6:-1])
    )


def test_a_server_that_knows_no_ranges_is_read_from_the_start(hub):
    hub.faults[WEIGHTS] = [("cut", 0.4), ("no_range",)]
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)


def test_wrong_bytes_are_noticed_and_fetched_again(hub):
    hub.faults[WEIGHTS] = [("damage",)]
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)
    hub.faults["config.json"] = [("damage",), ("damage",)]
    other = tiny(revision="f" * 40, unverified=[])
    with pytest.raises(LearnerError, match="damaged twice"):
        fetch(other)
    assert not is_fetched(other)


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "not on the hub any more"), (401, "does not give"), (403, "does not give")],
)
def test_a_refusal_is_one_sentence_and_not_repeated(hub, status, words):
    hub.faults[WEIGHTS] = [("status", status)]
    with pytest.raises(LearnerError, match=words):
        fetch(tiny())
    assert len(ranges(hub)) == 1


def test_a_busy_hub_is_asked_again_as_it_wishes(hub, monkeypatch):
    waits = []
    monkeypatch.setattr(hub_client, "pause", lambda attempt, stop, asked="": waits.append(asked))
    hub.faults = {
        "record": [("status", 429, 7)],
        WEIGHTS: [("status", 429, 3), ("status", 500), ("status", 503), ("gone",)],
    }
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)
    assert waits[:2] == ["7", "3"] and len(waits) == 5


def test_a_network_that_stays_away_ends_in_a_sentence_and_keeps_what_came(hub):
    hub.faults[WEIGHTS] = [("cut", 0.4)] + [("gone",)] * 40
    with pytest.raises(NoNetwork, match="go on from there"):
        fetch(tiny())
    assert (folder_of(tiny()) / (WEIGHTS + ".part")).stat().st_size > 1_000_000
    hub.faults = {}
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)
    assert ranges(hub)[-1].startswith("bytes=1")


def test_no_hub_at_all_and_a_log_in_page_are_said(hub, monkeypatch):
    hub.faults["record"] = [("page",)]
    with pytest.raises(NoNetwork, match="log-in page"):
        ask_hub(NAME, "main")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(NoNetwork, match="cannot be reached"):
        ask_hub(NAME, "main")


def test_offline_asks_nobody_but_uses_what_is_here(hub, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(NoNetwork, match="switched off"):
        fetch(tiny())
    assert hub.requests == []
    monkeypatch.delenv("COURSE_OFFLINE")
    folder = fetch(tiny())
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    assert fetch(tiny()) == folder


def test_the_network_s_proxy_is_used(hub, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", hub.address)
    # a name that nobody but the proxy could know (RFC 6761)
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)


def certificate_for_here(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody else has signed, and its key,
    as a school's own would be.
    """
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name, now = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a school")]),
        datetime.datetime.now(datetime.UTC),
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    made = (
        made.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "school.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "school.pem", folder / "key.pem"


def test_a_school_s_own_certificate_is_believed_once_it_is_named_and_not_before(
    hub, tmp_path, monkeypatch
):
    certificate, key = certificate_for_here(tmp_path)
    hub.speak_tls(certificate, key)
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoNetwork, match="SSL_CERT_FILE"):
        fetch(tiny())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)


def test_stop_keeps_what_arrived(hub):
    hub.faults[WEIGHTS] = [("slow", 0.05)]
    stop = threading.Event()
    with pytest.raises(FetchStopped):
        fetch(tiny(), on_bytes=lambda here, total: here > 600_000 and stop.set(), stop=stop)
    kept = (folder_of(tiny()) / (WEIGHTS + ".part")).stat().st_size
    assert kept > 500_000
    fetch(tiny())
    assert ranges(hub)[-1] == f"bytes={kept}-"


def fetch_in_a_process(address: str, cache: str) -> None:
    os.environ.update(HF_ENDPOINT=address, COURSE_CACHE=cache)
    fetch(tiny())


def test_two_programs_at_once_fetch_it_once(hub):
    hub.faults[WEIGHTS] = [("slow", 0.05)]
    context = multiprocessing.get_context("spawn")
    both = [
        context.Process(target=fetch_in_a_process, args=(hub.address, os.environ["COURSE_CACHE"]))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(240)
    assert [process.exitcode for process in both] == [0, 0] and len(ranges(hub)) == 1
    assert is_fetched(tiny())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_program_goes_on_where_it_was(hub):
    hub.faults[WEIGHTS] = [("slow", 0.2)]
    process = multiprocessing.get_context("spawn").Process(
        target=fetch_in_a_process, args=(hub.address, os.environ["COURSE_CACHE"])
    )
    process.start()
    part = folder_of(tiny()) / (WEIGHTS + ".part")
    deadline = time.time() + 120
    while time.time() < deadline and not (part.is_file() and part.stat().st_size > 400_000):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    kept = part.stat().st_size
    assert 0 < kept < len(original(hub))
    assert (fetch(tiny()) / WEIGHTS).read_bytes() == original(hub)
    assert ranges(hub)[-1] == f"bytes={kept}-"


def test_no_room_is_said_before_the_first_byte(hub, monkeypatch):
    monkeypatch.setattr(
        hub_client.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000})()
    )
    with pytest.raises(LearnerError, match="more on the disk"):
        fetch(tiny())
    assert ranges(hub) == []


def test_a_disk_that_fills_up_on_the_way_is_a_sentence(hub, tmp_path, monkeypatch):
    small = tmp_path / "small disk"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True
    ).returncode:
        pytest.skip("no right to make a small disk here")
    try:
        monkeypatch.setenv("COURSE_CACHE", str(small))
        # as if it had been free a moment ago
        monkeypatch.setattr(
            hub_client.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10**12})()
        )
        with pytest.raises(LearnerError, match="what arrived is kept"):
            fetch(tiny())
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_names_that_lead_out_of_the_folder_or_carry_programs_are_never_wanted():
    names = [
        "../evil.json",
        "a/../../b.json",
        "/etc/x.json",
        "c:/x.json",
        "a\\b.json",
        "model.bin",
        "run.py",
        "x.pkl",
        "ok.json",
        "unet/ok.safetensors",
    ]
    assert wanted(names, ["*", "*/*"]) == ["ok.json", "unet/ok.safetensors"]


def test_weights_only_as_pickle_are_refused(hub):
    (hub.folder / NAME / WEIGHTS).unlink()
    with pytest.raises(LearnerError, match="safe format"):
        fetch(tiny())


def test_the_commit_fetched_is_noted(hub):
    assert COMMIT in (fetch(tiny()) / "course-model.json").read_text(encoding="utf-8")
