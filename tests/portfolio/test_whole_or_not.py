"""Killed, full or beside another program: what is written is whole, and litter is swept."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
import zipfile

import pytest
from wall_works import picture, text

from course_utils.creation import LearnerError
from course_utils.portfolio import bundle
from course_utils.portfolio.bundle import resume_work, save_work
from course_utils.portfolio.progress import note_answer
from course_utils.portfolio.store import Portfolio
from course_utils.portfolio.whole_files import sweep
from course_utils.provenance.export import export_zip


@pytest.fixture
def saved(tmp_path):
    """Four works and an answer, saved as one file."""
    portfolio = Portfolio(tmp_path / "first")
    for creation in (picture(), picture("a blue fox"), text(), text("the sea", "The sea.")):
        portfolio.save(creation)
    note_answer(portfolio, "What surprised you?", "the fox")
    return save_work(portfolio, tmp_path / "work.zip")


def names_in(folder) -> set[str]:
    return {path.name for path in folder.rglob("*")}


@pytest.mark.parametrize("after", range(7))
def test_resume_is_all_or_nothing(saved, tmp_path, monkeypatch, after):
    portfolio = Portfolio(tmp_path / "second")
    mine = portfolio.save(text("mine", "My own."))
    before, left, usual = names_in(portfolio.folder), [after], os.replace

    def replace(*given):
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= 1
        return usual(*given)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(LearnerError, match="disk"):
        resume_work(portfolio, saved)
    monkeypatch.undo()
    works = {name for name in names_in(portfolio.folder) if name.endswith((".png", ".md"))}
    assert works == {mine.name} and mine.name in before
    assert not [name for name in names_in(portfolio.folder) if name.startswith((".part", ".res"))]
    assert len(resume_work(portfolio, saved).new) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="needs a small disk of its own")
def test_resume_on_a_disk_that_really_is_full(saved, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs a small disk of its own")
    try:
        portfolio = Portfolio(small / "work")
        with pytest.raises(LearnerError, match="nothing was changed"):
            resume_work(portfolio, saved)
        assert portfolio.list() == [] and not names_in(portfolio.folder)
    finally:
        subprocess.run(["umount", str(small)], check=False)


def test_saving_beside_another_program_that_saves(tmp_path):
    portfolio = Portfolio(tmp_path / "kept")
    for number in range(6):
        portfolio.save(text(f"text {number}", f"Text {number}."))
    ended, troubles = threading.Event(), []

    def save_often() -> None:
        while not ended.is_set():
            try:
                save_work(portfolio)
                portfolio.keep_at("to_use/a.txt", b"x")
                (portfolio.folder / "to_use" / "a.txt").unlink(missing_ok=True)
            except Exception as problem:
                troubles.append(problem)

    threads = [threading.Thread(target=save_often) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    ended.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    with zipfile.ZipFile(save_work(portfolio)) as whole:
        assert sum(name.endswith(".md") for name in whole.namelist()) == 6


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_do_not_come_along_into_a_zip(tmp_path):
    portfolio = Portfolio(tmp_path / "kept")
    portfolio.save(picture())
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of this computer")
    (portfolio.folder / "to_use").mkdir()
    for place in ("link.txt", "to_use/link.txt", "link.md"):
        os.symlink(secret, portfolio.folder / place)
    os.symlink(tmp_path, portfolio.folder / "folder")
    for path in (save_work(portfolio), export_zip(portfolio)):
        with zipfile.ZipFile(path) as whole:
            assert not [name for name in whole.namelist() if "link" in name or "secret" in name]


def test_what_killed_programs_left_is_swept_when_work_begins(tmp_path):
    portfolio = Portfolio(tmp_path / "kept")
    portfolio.save(picture())
    litter = [portfolio.folder / f".saving-{number}" for number in range(40)]
    for folder in litter:
        folder.mkdir()
        (folder / "my_work.zip").write_bytes(b"half")
    halves = [portfolio.folder / f".part-{number}" for number in range(40)]
    for path in halves:
        path.write_bytes(b"half")
    for path in (*litter, *halves):
        os.utime(path, (time.time() - 7200,) * 2)
    young = portfolio.folder / ".part-young"
    young.write_bytes(b"at work")
    assert sweep(portfolio.folder) == 80
    assert not any(path.exists() for path in (*litter, *halves)) and young.exists()
    assert len(portfolio.list()) == 1


def test_a_program_sweeps_once_for_each_folder(tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    old = folder / ".part-old"
    old.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    Portfolio(folder).list()
    assert not old.exists()


def test_a_file_that_goes_while_it_is_saved_is_passed_over(tmp_path, monkeypatch):
    portfolio = Portfolio(tmp_path / "kept")
    portfolio.save(picture())
    usual = bundle.work_in
    monkeypatch.setattr(bundle, "work_in", lambda given: [*usual(given), "gone.md"])
    with zipfile.ZipFile(save_work(portfolio)) as whole:
        assert "gone.md" not in whole.namelist()
