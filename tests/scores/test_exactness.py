"""The benchmark that holds the readers against others: its rules, on small files made here."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks import music_graces
from benchmarks.music_exactness import Row, graces_judged
from benchmarks.music_graces import abc_without_repeats, graces_apart
from benchmarks.music_references import aligned_reference, apart, ours, sheet_reference


def player(number: int, divisions: int, first: int, second: int, bars: int = 8) -> str:
    """A part whose bars hold a long note without a written shape, and a short one."""
    note = "<note><pitch><step>{}</step><octave>4</octave></pitch><duration>{}</duration>{}</note>"
    unit = f"<attributes><divisions>{divisions}</divisions></attributes>"
    bar = note.format("A", first, "") + note.format("C", second, "<type>32nd</type>")
    measures = "".join(
        f'<measure number="{place}">{unit if place == 1 else ""}{bar}</measure>'
        for place in range(1, bars + 1)
    )
    return f'<part id="P{number}">{measures}</part>'


def sheet(tmp_path, parts: list[str]):
    listed = "".join(
        f'<score-part id="P{n}"><part-name>p</part-name></score-part>'
        for n in range(1, 1 + len(parts))
    )
    path = tmp_path / "sheet.musicxml"
    path.write_text(
        '<score-partwise version="4.0"><part-list>'
        f"{listed}</part-list>{''.join(parts)}</score-partwise>"
    )
    return path


def test_bars_begin_together_where_one_player_lacks_a_hair(tmp_path):
    pytest.importorskip("music21")
    path = sheet(tmp_path, [player(1, 768, 2966, 96), player(2, 24, 93, 3)])
    mine, _ = ours(path.read_bytes(), "sheet")
    assert mine.total() == 32 and apart(mine, sheet_reference(path)) > 0
    assert apart(mine, aligned_reference(path)) == 0
    wrong = mine - Counter([next(iter(mine))])
    assert apart(wrong, aligned_reference(path)) == 1


def test_players_who_are_together_as_they_are_need_no_second_look(tmp_path):
    pytest.importorskip("music21")
    path = sheet(tmp_path, [player(1, 24, 93, 3), player(2, 24, 90, 6)])
    with pytest.raises(ValueError, match="together as they are"):
        aligned_reference(path)


TUNE = "X:1\nM:4/4\nL:1/8\nP:ABA\nK:G\nP:A\n|: G4 {AB}A4 :|\nP:B\n^c4 {Bc}d4 |1 e8 :|2 f8 ::g8|]\n"


def test_a_tune_without_its_repeats():
    plain = abc_without_repeats(TUNE)
    assert "P:" not in plain and plain.count("{") == 2
    body = plain.split("K:G\n")[1]
    assert ":" not in body and not any(sign.isdigit() and sign not in "48" for sign in body)


def test_grace_notes_are_held_against_those_of_other_readers(tmp_path):
    pytest.importorskip("symusic")
    path = tmp_path / "tune.abc"
    path.write_text(TUNE)
    assert graces_apart(path, path.read_bytes(), "abc", 0) == 0
    other = TUNE.replace("{Bc}", "{Be}")
    assert graces_apart(path, other.encode(), "abc", 0) > 0


def test_grace_notes_that_no_reference_reads_are_not_called_the_same(tmp_path, monkeypatch):
    def unable(*_):
        raise ValueError("no such reader")

    for name in ("abc2midi_graces", "music21_graces", "as_written"):
        monkeypatch.setattr(music_graces, name, unable)
    path = tmp_path / "tune.abc"
    path.write_text(TUNE)
    with pytest.raises(music_graces.NotCompared, match="no such reader"):
        graces_apart(path, path.read_bytes(), "abc", 0)
    row = graces_judged(Row("tune", "exact", "as abc2midi"), path, "abc", 0, "")
    assert row.verdict == "no reference" and "grace notes" in row.told
