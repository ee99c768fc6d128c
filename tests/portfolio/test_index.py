"""Thousands of works: what is remembered of them saves time, and is never the only truth."""

from __future__ import annotations

import json
import os
import time

import pytest
from wall_works import picture, sound, text, tune

from course_utils import files
from course_utils.creation import new_id
from course_utils.portfolio import store
from course_utils.portfolio.index import FILE
from course_utils.portfolio.store import Portfolio, file_stem


@pytest.fixture
def kept(tmp_path):
    portfolio = Portfolio(tmp_path / "kept")
    for creation in (picture(), text(), tune(), sound()):
        portfolio.save(creation, with_sound=False)
    return portfolio


def opened(monkeypatch) -> list[str]:
    """The names of the files that are opened from now on."""
    names, usual = [], files.unpack

    def unpack(path):
        names.append(path.name)
        return usual(path)

    monkeypatch.setattr(store.files, "unpack", unpack)
    return names


def test_files_of_other_kinds_are_not_opened_again(kept, monkeypatch):
    assert kept.list("backing") == []  # a tune has the same form, and was looked at
    names = opened(monkeypatch)
    assert kept.list("backing") == [] and names == []
    assert [one.creation.kind for one in kept.list("tune")] == ["tune"] and len(names) == 1


@pytest.mark.parametrize("told", [b"", b"{", b"[]", b'{"version": 1, "files": 3}', b"\xff" * 50])
def test_a_damaged_or_lost_index_hides_nothing(kept, told):
    kept.list()
    (kept.folder / FILE).write_bytes(told)
    assert len(kept.list()) == 4
    (kept.folder / FILE).unlink()
    assert len(kept.list()) == 4


def test_an_index_that_lies_is_found_out_when_a_file_changes(kept):
    kept.list()
    told = json.loads((kept.folder / FILE).read_text())
    for entry in told["files"].values():
        entry[2] = "page"
    (kept.folder / FILE).write_text(json.dumps(told))
    assert len(kept.list()) == 4  # each says itself what it is
    assert [one.creation.kind for one in kept.list("words")] == ["words"]


def test_what_was_unreadable_is_read_when_it_is_put_right(kept, monkeypatch):
    path = kept.list("words")[0].path
    good = path.read_bytes()
    path.write_bytes(b"damaged")
    assert kept.list("words") == [] and kept.unreadable == [path.name]
    names = opened(monkeypatch)
    assert kept.list("words") == [] and kept.unreadable == [path.name] and names == []
    path.write_bytes(good)
    assert len(kept.list("words")) == 1 and kept.unreadable == []


def test_a_file_that_is_gone_is_gone(kept):
    kept.list()
    kept.list("image")[0].path.unlink()
    assert len(kept.list()) == 3 and kept.list("image") == []


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
def test_pipes_and_links_are_named_and_not_opened(kept, tmp_path):
    os.mkfifo(kept.folder / "2026-01-01_pipe.md")
    secret = tmp_path / "secret.md"
    secret.write_text("not for others")
    os.symlink(secret, kept.folder / "2026-01-01_link.md")
    began = time.monotonic()
    assert len(kept.list()) == 4 and time.monotonic() - began < 5
    assert set(kept.unreadable) == {"2026-01-01_pipe.md", "2026-01-01_link.md"}


def test_a_studio_with_5000_works_finds_its_own_at_once(tmp_path):
    portfolio = Portfolio(tmp_path / "many")
    portfolio.folder.mkdir()
    for number in range(5000):
        creation = (tune() if number % 5 else text()).model_copy(update={"id": new_id()})
        path = portfolio.folder / f"{file_stem(creation)}{creation.declared.suffix}"
        path.write_bytes(files.pack(creation))
    portfolio.list("backing", most=12)  # the first time it looks into each
    began = time.process_time()
    assert portfolio.list("backing", most=12) == [] and len(portfolio.list("words", most=12)) == 12
    assert time.process_time() - began < 0.5
