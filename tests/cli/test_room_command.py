"""`course room`: what it says, what it refuses, and what it leaves behind."""

from __future__ import annotations

import re
from argparse import Namespace

import pytest

from course_utils.classroom.keys import keep_room, kept_room, new_room
from course_utils.classroom.opening import RoomSettings as Settings
from course_utils.classroom.opening import clear, end_room, free, room_of
from course_utils.cli import room as cli_room
from course_utils.cli.main import main
from course_utils.creation import LearnerError


def test_codes_for_a_cluster_are_made_without_starting_anything(tmp_path, capsys):
    assert main(["serve", "--only-codes", "--folder", str(tmp_path / "codes"), "--hours", "2"]) == 0
    room = kept_room(tmp_path / "codes")
    said = capsys.readouterr().out
    assert room.code in said and room.teacher_code in said
    assert (
        room_of(Settings(folder=str(tmp_path / "other"), keys=str(tmp_path / "codes"))) == room
        and not (tmp_path / "other").exists()
    )


@pytest.mark.parametrize(
    "options, words",
    [
        (["--certificate", "x.crt"], "both"),
        (["--certificate", "x.crt", "--certificate-key", "x.key"], "no file x.crt"),
        (["--hours", "0"], "above 0"),
        (["--places", "0"], "above 0"),
        (["--threads", "-1"], "0 or more"),
        (["--hours", "99999"], "at most 9,600"),
        (["--places", "5000"], "at most 1,000"),
        (["--title", "x" * 121], "1 to 120 letters"),
        (["--title", " "], "1 to 120 letters"),
    ],
)
def test_what_cannot_be_is_said(options, words, tmp_path, capsys):
    assert main(["serve", "--folder", str(tmp_path), *options]) == 2
    assert words in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_the_teacher_is_told_where_and_how_and_of_what_to_beware():
    room = new_room("Class 7b")
    opened = (
        Namespace(
            host=host, port=8000, certificate=certificate, title="Class 7b", hours=8, keep=False
        )
        for host, certificate in (("127.0.0.1", None), ("0.0.0.0", None), ("0.0.0.0", "room.crt"))
    )
    here, network, safe = (" ".join(cli_room.said_at_start(room, options)) for options in opened)
    assert (
        room.code in here
        and room.teacher_code in here
        and "this computer only" in here
        and f"COURSE_ROOM=http://127.0.0.1:8000#{room.code}" in here
    )
    assert (
        "can read what goes" in network
        and "can read what goes" not in here + safe
        and re.search(r"https://[\d.]+:8000", safe)
    )


def test_a_room_of_before_says_that_what_is_asked_of_a_new_one_had_no_use():
    room = new_room("Class 7b")
    asked = {"host": "127.0.0.1", "port": 8000, "certificate": None}
    for given, said in (
        ({"title": "Class 7b", "hours": 8, "keep": False}, False),
        ({"title": "Class 8a", "hours": 8, "keep": False}, True),
        ({"title": "Class 7b", "hours": 2, "keep": False}, True),
        ({"title": "Class 7b", "hours": 8, "keep": True}, True),
    ):
        told = cli_room.said_at_start(room, Namespace(**asked, **given))
        assert (cli_room.GOES_ON in told) is said, given


def test_a_room_goes_on_after_a_crash_and_is_new_after_its_end(tmp_path):
    first = room_of(Settings(folder=str(tmp_path)))
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "work.txt").write_text("a pupil's")
    assert (
        room_of(Settings(folder=str(tmp_path))) == first
        and (tmp_path / "wall" / "work.txt").exists()
    )
    keep_room(first.model_copy(update={"ends": 1.0}), tmp_path)
    assert (
        room_of(Settings(folder=str(tmp_path))).code != first.code
        and not (tmp_path / "wall").exists()
    )


@pytest.mark.parametrize("keep", [False, True])
def test_the_end_deletes_everything_unless_the_teacher_keeps_it(tmp_path, keep):
    room_of(Settings(folder=str(tmp_path), keep=keep))
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "work.txt").write_text("a pupil's")
    (tmp_path / "the teacher's own.txt").write_text("not ours")
    end_room(tmp_path)
    assert (
        (tmp_path / "wall").exists() is keep
        and not (tmp_path / "room.json").exists()
        and (tmp_path / "the teacher's own.txt").exists()
    )


def test_what_a_link_points_to_is_not_deleted(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "work.txt").write_text("not ours")
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "wall").symlink_to(tmp_path / "precious")
    clear(tmp_path / "room")
    assert (tmp_path / "precious" / "work.txt").exists() and not (
        tmp_path / "room" / "wall"
    ).exists()


def test_a_taken_port_is_said():
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(LearnerError, match="another program has it"):
            free("127.0.0.1", other.getsockname()[1])
