"""What llama.cpp has read is kept and fetched back: the same text, without reading again."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from course_utils.words.backends import llama_cpp
from course_utils.words.backends.backend import Ask
from course_utils.words.backends.llama_cpp import LlamaBackend, parts_to_read
from course_utils.words.backends.readings import ROOM, Readings, readings_folder
from course_utils.words.templates import read_template


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(llama_cpp, "readings_folder", lambda: tmp_path)
    return tmp_path


def written(backend: LlamaBackend, name: str = "title", topic: str = "the moon", **more) -> str:
    pieces: list[str] = []
    ask = Ask(read_template(name), topic, "", 3, 0.8, 1.1, 12, **more)
    backend.complete(ask, lambda piece: pieces.append(piece) or False)
    return "".join(pieces)


def test_examples_are_read_once_and_the_text_is_the_same(folder, monkeypatch):
    first = written(LlamaBackend())
    (kept,) = folder.iterdir()
    assert kept.suffix == ".read" and 1e6 < kept.stat().st_size < 2e7
    when = kept.stat().st_mtime_ns
    asked = []
    slot = LlamaBackend._slot
    monkeypatch.setattr(
        LlamaBackend, "_slot", lambda self, *about: asked.append(about) or slot(self, *about)
    )
    assert written(LlamaBackend()) == first
    assert asked == [("restore", kept.name)] and kept.stat().st_mtime_ns == when


def test_a_broken_reading_is_read_anew(folder):
    first = written(LlamaBackend())
    (kept,) = folder.iterdir()
    size = kept.stat().st_size
    kept.write_bytes(kept.read_bytes()[: size // 2])
    (folder / "old.read").write_bytes(b"of an earlier version")
    assert written(LlamaBackend()) == first
    assert [one.stat().st_size for one in folder.iterdir()] == [size], "written anew, the old gone"


def test_only_what_ships_is_kept_and_only_where_there_is_room(tmp_path, monkeypatch):
    asked = []
    kept = Readings(tmp_path, lambda *about: asked.append(about))
    kept.keep("A diary nobody should find.")
    assert not kept.fetch("A diary nobody should find.") and not asked
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("", (), {"free": ROOM - 1}))
    whole = parts_to_read(Ask(read_template("title"), "", "", 1, 0.8, 1.1, 5))[0]
    kept.keep(whole)
    assert not asked


def test_a_cache_nobody_can_write_into_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file"))
    assert readings_folder() is None


def test_another_program_on_this_computer_is_not_answered(folder):
    backend = LlamaBackend()
    backend.load()
    for place in ("/tokenize", "/completion", "/slots/0?action=save"):
        request = urllib.request.Request(
            backend.llama.listening_address + place,
            b'{"content": "x", "prompt": "x", "filename": "x"}',
            {"Content-Type": "application/json"},
        )
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(request, timeout=30)
    assert not list(folder.iterdir())


def test_a_poem_reads_each_finished_line_once_and_an_earlier_recipe_all_in_one():
    ask = (read_template("haiku"), "the sea", "One line,\nanother", 1, 0.8, 1.1, 5)
    assert parts_to_read(Ask(*ask, by_lines=True))[2:] == ["One line,\n", "another"]
    assert len(parts_to_read(Ask(*ask))) == 2
    assert "".join(parts_to_read(Ask(*ask))) == "".join(parts_to_read(Ask(*ask, by_lines=True)))
