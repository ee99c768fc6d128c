"""Tracks of a band: earlier recipes, styles as data, sections, endings, hands that move little."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.music.backing_engine import BackingEngine
from course_utils.music.band.arranging import arrange, audible
from course_utils.music.band.settings import BackingSettings
from course_utils.music.band.strokes import DRUMS
from course_utils.music.band.styles import PARTS, read_style, style_names
from course_utils.music.band.voicing import movement, smooth
from course_utils.scores.chords import read_line
from course_utils.scores.midi import read_midi
from course_utils.scores.score import Score

OLD = json.loads((Path(__file__).parent / "old_tracks.json").read_text(encoding="utf-8"))
LINES = [
    "C G Am F", "Dm7 G7 Cmaj7 Am7", "Cmaj7 A7 Dm9 G13", "F#m D A E", "Cm Ab Eb Bb", "Em C G D",
    "Cmaj9 Fmaj9 Bb9 Eb6/9", "C7 F7 C7 G7",
]  # fmt: skip


def track(chords: str = "C G Am F", seed: int = 3, **settings) -> Score:
    asked = Recipe(kind="backing", prompt=chords, seed=seed, settings=settings)
    return read_midi(next(iter(BackingEngine().create(asked))).content)


@pytest.mark.parametrize("number", range(len(OLD)))
def test_tracks_from_before_the_sections_have_the_same_notes(number):
    old = OLD[number]
    recipe = Recipe(
        kind="backing",
        prompt=old["chords"],
        seed=old["seed"],
        settings=old["settings"],
        model=old["model"],
    )
    notes = read_midi(next(iter(BackingEngine().create(recipe))).content).notes
    assert hashlib.sha256(repr(notes).encode()).hexdigest()[:16] == old["notes"]


def test_there_are_thirty_styles_and_each_says_what_it_is():
    names = style_names()
    assert len(names) >= 30
    wanted = (
        "rock, blues, country, funk, hip-hop, house, techno, drum and bass, salsa, cumbia,"
        " highlife, afrobeat, bhangra, polka, gospel"
    )
    assert set(wanted.split(", ")) <= set(names)
    for name in names:
        style = read_style(name)
        assert len(style["about"]) > 10
        assert {drum.removeprefix("fill_") for drum in style["drums"]} <= set(DRUMS)
        assert any(drum.startswith("fill_") for drum in style["drums"])


def test_styles_sound_different():
    rows = {}
    for name in style_names():
        score = track(style=name, looseness=0.0, repeats=1, intro=False, ending=False)
        drums = [n for n, part in enumerate(score.parts) if part.drums]
        rows[name] = tuple(sorted((n.start, n.pitch) for n in score.notes if n.part in drums))
    assert len(set(rows.values())) == len(rows)


@pytest.mark.parametrize("line", LINES)
def test_voices_move_little_from_chord_to_chord(line):
    chords = [bar[0] for bar in read_line(line).bars] * 3
    hands = [smooth(chords[0], ())]
    for chord in chords[1:]:
        hands.append(smooth(chord, hands[-1]))
    moved = mean(movement(a, b) for a, b in pairwise(hands))
    plain = [[52 + (c.root - 52) % 12 + (x - c.root) % 12 for x in c.classes[:4]] for c in chords]
    assert moved <= 2.2 and moved < 0.6 * mean(movement(a, b) for a, b in pairwise(plain))
    for chord, row in zip(chords, hands):
        assert {pitch % 12 for pitch in row} == set(chord.classes[:4])
        assert 52 <= min(row) and max(row) <= 74


def test_ninths_and_more_are_heard():
    score = track("Dm9 G13", style="pop", repeats=1, looseness=0.0, intro=False, ending=False)
    names = [part.name for part in score.parts]
    first = {n.pitch % 12 for n in score.notes if names[n.part] == "chords" and n.start < 4}
    second = {n.pitch % 12 for n in score.notes if names[n.part] == "chords" and n.start >= 4}
    assert 4 in first and 4 in second  # E: the ninth of D, the thirteenth of G


def test_sections_differ_and_a_break_waits_for_the_last_one():
    settings = {"style": "rock", "repeats": 4, "intro": False, "ending": False, "looseness": 0.0}
    score = track(**settings, seed=5)

    def bar(number: int) -> list:
        inside = [n for n in score.notes if 4 * number <= n.start < 4 * number + 4]
        return sorted((n.start - 4 * number, n.pitch, n.part) for n in inside)

    assert bar(0) == bar(4) and bar(0) != bar(8)  # A A B
    assert len(bar(11)) < len(bar(10)) / 2  # the break


@pytest.mark.parametrize("style", ["pop", "rock", "polka", "blues", "gospel"])
def test_a_track_ends_together_on_the_first_chord(style):
    score = track(style=style, repeats=1, looseness=0.0)
    names, bar = [part.name for part in score.parts], read_style(style)["bar"]
    last = [n for n in score.notes if n.start >= 5 * bar - 1e-6]
    assert {names[n.part] for n in last} == set(PARTS)
    ends = max(n.start for n in last)
    assert {n.pitch % 12 for n in last if names[n.part] in ("bass", "chords")} == {0, 4, 7}
    assert any(n.pitch == DRUMS["crash"] for n in last if n.start == ends)


def test_people_play_unevenly_and_machines_do_not():
    machine, people = (track(style="funk", looseness=value, swing=0.0) for value in (0.0, 0.5))
    off = [abs(n.start / 0.25 - round(n.start / 0.25)) for n in people.notes]
    assert 0.01 < mean(off) < 0.2
    assert all(abs(n.start / 0.25 - round(n.start / 0.25)) < 1e-3 for n in machine.notes)
    assert len({n.velocity for n in people.notes}) > 2 * len({n.velocity for n in machine.notes})


def test_a_closing_bar_ends_inside_the_line():
    line = read_line("C G C")
    asked = BackingSettings(repeats=1, intro=False, ending=False, tempo=100).model_dump()
    score = arrange(line, read_style("pop"), asked, 1, None, closing=True)
    assert max(n.start + n.length for n in score.notes) <= 12.1 and audible(asked) == set(PARTS)


@pytest.mark.parametrize("wrong", [{"intro": "trumpets"}, {"ending": "never"}])
def test_a_style_with_an_unknown_beginning_or_end_gets_a_sentence(wrong, tmp_path, monkeypatch):
    from course_utils.music.band import styles

    text = (styles.STYLES / "rock.toml").read_text(encoding="utf-8")
    ((key, value),) = wrong.items()
    changed = "\n".join(
        f'{key} = "{value}"' if row.startswith(f"{key} =") else row for row in text.splitlines()
    )
    (tmp_path / "odd.toml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(styles, "STYLES", tmp_path)
    with pytest.raises(LearnerError, match="must be one of"):
        read_style("odd")
