"""The wall's memory: it grows from version 1, survives being killed, keeps what is private,
and takes any title as a title.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from wall_works import ADA, BEN, TEACHER, new_work, picture, text

from course_utils.classroom.wall import store as wall_store
from course_utils.classroom.wall.store import MIGRATIONS, NotThere, WallStore
from course_utils.creation import LearnerError


def version_1(folder: Path) -> None:
    """A wall as the first version of the course left it, with a work on it."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / f"{'1' * 12}.md").write_bytes(b"an old work")
    with sqlite3.connect(folder / "wall.sqlite3") as database:
        database.executescript(MIGRATIONS[0])
        database.execute("PRAGMA user_version = 1")
        database.execute(
            "INSERT INTO works (id, owner, creation, kind, suffix, title, credit, recipe, sha256,"
            " published, state) VALUES (?, ?, ?, 'words', '.md', 'Old', 'Ada', ?, 'x', 1.0,"
            " 'shown')",
            ("1" * 12, ADA.id, "2" * 12, text().recipe.model_dump_json()),
        )
    database.close()


def test_a_wall_of_version_1_is_brought_up_to_date_with_its_works(tmp_path):
    version_1(tmp_path)
    wall = WallStore(tmp_path)
    (old,) = wall.on_the_wall()
    assert (old.title, old.pinned, old.description, old.beside) == ("Old", False, "", ())
    assert wall.path(old).read_bytes() == b"an old work"
    wall.report(BEN, old.id, "why not")  # the tables of later versions work
    assert wall.in_state("reported")[0].id == old.id
    with sqlite3.connect(tmp_path / "wall.sqlite3") as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert WallStore(tmp_path).in_state("reported")  # opening again changes nothing


def test_a_step_that_fails_leaves_the_version_before(tmp_path, monkeypatch):
    version_1(tmp_path)
    monkeypatch.setattr(
        wall_store,
        "MIGRATIONS",
        (*MIGRATIONS[:2], "CREATE TABLE half (one TEXT); CREATE TABLE works (one TEXT)"),
    )
    with pytest.raises(LearnerError):
        WallStore(tmp_path)
    with sqlite3.connect(tmp_path / "wall.sqlite3") as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == 2
        assert not database.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall()
    monkeypatch.undo()
    assert WallStore(tmp_path).on_the_wall()[0].title == "Old"


def test_a_wall_of_a_newer_version_is_left_alone(tmp_path):
    WallStore(tmp_path)
    with sqlite3.connect(tmp_path / "wall.sqlite3") as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LearnerError, match="newer version"):
        WallStore(tmp_path)


PUBLISH = """
import sys
sys.path.insert(0, sys.argv[2])
from wall_works import ADA, new_work, text
from course_utils.classroom.wall.store import WallStore
wall = WallStore(sys.argv[1])
for number in range(100_000):
    wall_store_limit = __import__("course_utils.classroom.wall.store", fromlist=["x"])
    wall_store_limit.MOST_OF_ONE = 10**9
    work = wall.publish(ADA.id, new_work(f"Work {number}", text(lines=f"text {number}")))
    print(work.id, work.sha256, flush=True)
"""


def test_killed_in_the_middle_every_acknowledged_work_is_there(tmp_path):
    command = [sys.executable, "-c", PUBLISH, str(tmp_path), str(Path(__file__).parents[1])]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as program:
        told = [program.stdout.readline() for _ in range(12)]
        program.kill()  # SIGKILL: no chance to tidy up
        told += program.stdout.readlines()
    acknowledged = [line.split() for line in told if line.endswith("\n")]
    assert len(acknowledged) >= 12
    half = tmp_path / "files" / f"{'f' * 12}.md"
    half.write_bytes(b"a file whose row was never written")
    os.utime(half, (time.time() - 7200,) * 2)
    wall = WallStore(tmp_path)
    for work_id, digest in acknowledged:
        work = wall.see(ADA, work_id)
        assert hashlib.sha256(wall.path(work).read_bytes()).hexdigest() == digest == work.sha256
        assert wall.path(work, ".see.png").read_bytes() == b"a picture"
    assert not half.exists()
    with sqlite3.connect(tmp_path / "wall.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert wall.publish(ADA.id, new_work("after")).title == "after"


def test_titles_are_data_whatever_they_say(tmp_path):
    wall = WallStore(tmp_path)
    titles = [
        "Robert'); DROP TABLE works;--",
        '" OR 1=1 --',
        "<script>alert(1)</script>",
        "%s %d ? :x $1",
        "日本の狐",
        "a\u202eb\x00c",
    ]
    for title in titles:
        wall.decide(wall.publish(ADA.id, new_work(title, text(lines=title))).id, "shown")
    assert sorted(work.title for work in wall.on_the_wall()) == sorted(titles)
    for odd in ("1' OR '1'='1", "../../etc/passwd", "", "0" * 13):
        with pytest.raises(NotThere):
            wall.see(TEACHER, odd)


def test_who_sees_what(tmp_path):
    wall = WallStore(tmp_path)
    work = wall.publish(ADA.id, new_work())
    for state in ("waiting", "hidden"):
        if state == "hidden":
            wall.decide(work.id, "hidden")
        assert wall.see(ADA, work.id).state == wall.see(TEACHER, work.id).state == state
        with pytest.raises(NotThere):
            wall.see(BEN, work.id)
        assert wall.on_the_wall() == [] and wall.of(BEN.id) == []
    wall.decide(work.id, "shown")
    assert wall.see(BEN, work.id).title == "Fox at night"
    with pytest.raises(NotThere, match="not a work of yours"):
        wall.withdraw(BEN, work.id)
    with pytest.raises(NotThere):
        wall.withdraw(TEACHER, work.id)
    wall.withdraw(ADA, work.id)
    assert wall.count() == 0 and not [*(tmp_path / "files").iterdir()]


def test_a_reported_work_stays_up_for_others_until_it_was_looked_at(tmp_path):
    wall = WallStore(tmp_path)
    work = wall.publish(ADA.id, new_work())
    with pytest.raises(NotThere):
        wall.report(BEN, work.id)  # nobody can report what they cannot see
    wall.decide(work.id, "shown")
    wall.report(BEN, work.id, "it is about me")
    assert wall.in_state("reported")[0].id == work.id
    assert wall.on_the_wall(BEN.id) == [] and wall.on_the_wall() == []  # not on a site either
    assert [one.id for one in wall.on_the_wall("c" * 12)] == [work.id]
    with pytest.raises(NotThere):
        wall.see(BEN, work.id)
    assert wall.reasons(work.id) == ["it is about me"]
    wall.decide(work.id, "shown")
    assert wall.reasons(work.id) == [] and wall.on_the_wall(BEN.id)
    wall.report(BEN, work.id, "again")  # the teacher has looked
    assert wall.see(BEN, work.id).state == "shown"
    wall.report(TEACHER, work.id)
    assert wall.in_state("reported")[0].id == work.id


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_nobody_else_on_the_computer_reads_the_wall(tmp_path):
    folder = tmp_path / "wall"
    wall = WallStore(folder)
    wall.publish(ADA.id, new_work())
    found = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert found["wall.sqlite3"] == 0o600 and found["files"] == 0o700
    assert all(not mode & 0o077 for mode in found.values())
    assert folder.stat().st_mode & 0o077 == 0


def test_pinned_works_come_first_and_hiding_takes_the_pin_out(tmp_path):
    wall = WallStore(tmp_path)
    first, second = (
        wall.publish(ADA.id, new_work(title, text(lines=title))) for title in ("first", "second")
    )
    with pytest.raises(NotThere, match="Approve it first"):
        wall.pin(first.id, True)
    for work in (first, second):
        wall.decide(work.id, "shown")
    assert [work.title for work in wall.on_the_wall()] == ["second", "first"]
    wall.pin(first.id, True)
    assert [work.title for work in wall.on_the_wall()] == ["first", "second"]
    wall.decide(first.id, "hidden")
    assert not wall.decide(first.id, "shown").pinned


def test_the_same_creation_again_takes_the_earlier_ones_place(tmp_path):
    wall, creation = WallStore(tmp_path), picture()
    first = wall.publish(ADA.id, new_work("one", creation))
    wall.decide(first.id, "shown")
    second = wall.publish(ADA.id, new_work("two", creation))
    assert [(work.title, work.state) for work in wall.of(ADA.id)] == [("two", "waiting")]
    assert {path.name.split(".")[0] for path in (tmp_path / "files").iterdir()} == {second.id}
    wall.publish(BEN.id, new_work("three", creation))
    assert wall.count() == 2


def test_limits_and_a_full_disk_say_so_and_leave_nothing_behind(tmp_path, monkeypatch):
    wall = WallStore(tmp_path)
    monkeypatch.setattr(wall_store, "MOST_OF_ONE", 1)
    wall.publish(ADA.id, new_work())
    with pytest.raises(LearnerError, match="Withdraw one"):
        wall.publish(ADA.id, new_work())
    before = sorted(path.name for path in (tmp_path / "files").iterdir())

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LearnerError, match="disk is full"):
        wall.publish(BEN.id, new_work())
    monkeypatch.undo()
    assert (
        sorted(path.name for path in (tmp_path / "files").iterdir()) == before
        and wall.of(BEN.id) == []
    )


def test_a_disk_that_really_is_full_keeps_every_work_that_was_taken(tmp_path, monkeypatch):
    small = tmp_path / "small"
    small.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], capture_output=True
        ).returncode
    ):
        pytest.skip("needs a small disk of its own")
    monkeypatch.setattr(wall_store, "MOST_OF_ONE", 10_000)
    try:
        wall, taken = WallStore(small / "wall"), []
        with pytest.raises(LearnerError, match="disk is full"):
            for number in range(1000):
                taken.append(wall.publish(ADA.id, new_work(f"Work {number}")))
        assert 3 < len(taken) < 1000
        kept = WallStore(small / "wall")
        assert {work.id for work in kept.of(ADA.id)} == {work.id for work in taken}
        assert all(
            hashlib.sha256(kept.path(work).read_bytes()).hexdigest() == work.sha256
            for work in kept.of(ADA.id)
        )
        kept.withdraw(ADA, taken[0].id), kept.withdraw(ADA, taken[1].id)
        assert kept.publish(ADA.id, new_work("There is room again")).title == "There is room again"
    finally:
        subprocess.run(["umount", str(small)], check=False)


def test_erasing_leaves_no_word_of_anybody(tmp_path):
    wall = WallStore(tmp_path)
    work = wall.publish(ADA.id, new_work("A title to be forgotten"))
    wall.decide(work.id, "shown")
    wall.report(BEN, work.id, "a reason to be forgotten")
    wall.erase()
    assert wall.count() == 0 and not [*(tmp_path / "files").iterdir()]
    assert b"to be forgotten" not in b"".join(
        path.read_bytes() for path in tmp_path.glob("wall.sqlite3*")
    )
