"""A file that was written is seen or heard, told of in a sentence, and can be saved."""

from __future__ import annotations

from course_utils.display.links import file_html
from course_utils.notebook.results import Taken


def test_a_sound_is_played_and_downloaded(tmp_path):
    path = tmp_path / "loop.wav"
    path.write_bytes(b"RIFF")
    shown = Taken(path)._repr_html_()
    assert shown.index("<audio controls") < shown.index("Written") < shown.index("Download loop")
    assert shown.count("data:audio/wav;base64,UklGRg==") == 2


def test_a_picture_is_seen_and_other_files_are_links(tmp_path):
    picture, notes = tmp_path / "a.png", tmp_path / "a.mid"
    picture.write_bytes(b"png")
    notes.write_bytes(b"MThd")
    assert '<img alt="a.png" src="data:image/png' in file_html(picture, "Done.")
    assert file_html(notes, "Done.").startswith("<p>Done.</p><p") and "audio/midi" in file_html(
        notes, "Done."
    )


def test_a_large_file_is_linked_by_its_place_or_told_of(tmp_path, monkeypatch):
    path = tmp_path / "large.wav"
    path.write_bytes(b"x" * 100)
    monkeypatch.chdir(tmp_path)
    shown = file_html(path, "Done.", carried=50)
    assert shown.count('"large.wav"') >= 2 and "data:" not in shown
    assert file_html(path, "Done.", carried=50, beside=False) == "<p>Done.</p>"
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    elsewhere = file_html(path, "Done.", carried=50)
    assert "<audio" not in elsewhere and "download large.wav" in elsewhere


def test_what_is_gone_or_no_file_is_only_told_of(tmp_path):
    assert file_html(tmp_path / "gone.wav", "<b>") == "<p>&lt;b&gt;</p>"
    assert Taken(message="No.")._repr_html_() == "<p>No.</p>"
