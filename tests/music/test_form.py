"""Tunes keep to their plan, end where they should, and have as many bars as were asked for."""

from __future__ import annotations

import hashlib
from itertools import groupby, pairwise

import pytest

from course_utils.creation import LearnerError, Recipe
from course_utils.display.figure import figure_html
from course_utils.music import sampling
from course_utils.music.engine import MODEL, TuneEngine
from course_utils.music.form.dynamics import velocities
from course_utils.music.form.kinds import kind_named, kind_names, kinds, lengths_of_cell
from course_utils.music.form.plans import SHARES, form_for, read_plan, read_spans, spans_text
from course_utils.music.form.tunes import order_for, vamp_of
from course_utils.music.form.words import form_said
from course_utils.music.form.writing import ends_at_home, repeats_as_planned
from course_utils.music.score_to_tokens import tune_of
from course_utils.music.tokens import METRES, Tune, TuneNote
from course_utils.scores.chords import read_line
from course_utils.scores.midi import read_midi

ENGINE = TuneEngine()


def made(prompt: str = "a tune", count: int = 4, seed: int = 11, **settings) -> list:
    asked = Recipe(kind="tune", prompt=prompt, seed=seed, settings={"count": count, **settings})
    return list(ENGINE.create(asked))


@pytest.mark.parametrize("kind", ["reel", "jig", "waltz", "march", "air", "slip jig", "chorale"])
@pytest.mark.parametrize("bars", [4, 7, 16])
def test_tunes_have_the_bars_asked_for_and_end_at_home(kind, bars):
    for creation in made(kind_of_tune=kind, bars=bars):
        tune = tune_of(creation)
        assert len(tune.bars) == bars and ends_at_home(tune)
        assert all(sum(note.length for note in bar) == METRES[tune.metre] for bar in tune.bars)


@pytest.mark.parametrize("bars", [33, 64])
def test_long_tunes_are_written_too(bars):
    tune = tune_of(made(kind_of_tune="march", bars=bars, count=1)[0])
    assert len(tune.bars) == bars and ends_at_home(tune)


@pytest.mark.parametrize("plan", ["AABA", "ABAC", "question and answer", "A B A' C", "AAB", ""])
def test_what_should_come_back_comes_back(plan):
    bars = 12 if plan == "AAB" else 16
    settings = {"bars": bars, **({"plan": plan} if plan else {})}
    for creation in made(**settings):
        seen = creation.recipe.settings
        order = order_for(seen, creation.recipe.seed)
        assert repeats_as_planned(tune_of(creation), order.form)
        assert spans_text(order.form) == seen["form"]
        if plan == "AABA":
            first, second, _, last = (tune_of(creation).bars[at : at + 4] for at in (0, 4, 8, 12))
            assert first == second == last


def test_earlier_recipes_keep_the_form_that_was_drawn_then():
    new = [form_for(24, kind="reel", seed=seed).name for seed in range(40)]
    old = [form_for(24, kind="reel", seed=seed, shares=1).name for seed in range(40)]
    assert new.count("A B C") >= 34 and old.count("A B A'") >= 12
    seed = next(n for n in range(40) if new[n] != old[n])
    fresh = made("a tune", count=1, seed=seed, bars=24, kind_of_tune="reel")[0]
    known = {n: v for n, v in fresh.recipe.settings.items() if n != "shares"}
    before = next(ENGINE.create(fresh.recipe.model_copy(update={"settings": known})))
    assert before.recipe.settings["form"].replace("8", "") == old[seed]
    assert fresh.recipe.settings["form"].replace("8", "") == new[seed]
    assert next(ENGINE.create(before.recipe)).content == before.content


@pytest.mark.parametrize(
    ("kind", "bars", "seed", "notes"),
    [
        ("reel", 16, 0, "dae450f1c461"),
        ("jig", 24, 1, "4e924bf53561"),
        ("air", 8, 2, "927ad7bec788"),
        ("march", 32, 3, "aa68002b4189"),
    ],
)
def test_recipes_from_before_leaps_were_counted_give_the_notes_they_gave(kind, bars, seed, notes):
    settings = {"kind_of_tune": kind, "bars": bars, "key": "D", "mode": "major"}
    creation = made(count=1, seed=seed, shares=2, **settings)[0]
    found = creation.recipe.settings["notes"].encode()
    assert hashlib.sha256(found).hexdigest()[:12] == notes
    now = made(count=1, seed=seed, **settings)[0].recipe.settings
    assert now["shares"] == SHARES and now["notes"].encode() != found


def test_wide_leaps_are_as_rare_as_in_the_old_tunes():
    """1.9 % of people's moves are wider than a sixth; the model alone makes about half as many."""
    leaps = []
    for kind, key in (("reel", "D"), ("jig", "G"), ("hornpipe", "D"), ("air", "C")):
        for creation in made(kind_of_tune=kind, bars=16, key=key, mode="major", count=6):
            tune = tune_of(creation)
            sung = [n.semitones for b in tune.bars for n in b if n.semitones is not None]
            leaps += [abs(b - a) for a, b in pairwise(sung)]
    assert 0.01 < sum(leap > 9 for leap in leaps) / len(leaps) < 0.035 and max(leaps) <= 16


def test_a_metre_can_be_asked_for_in_words():
    assert form_said("a tune in 3/4 time") == {"metre": "3/4"} and form_said("13/4") == {}
    assert made("a happy tune in 6/8", count=1)[0].recipe.settings["metre"] == "6/8"
    for prompt in ("a happy tune in 6/8", "a march in 3/2", "a jig of 10,000 bars"):
        assert ENGINE.unused(Recipe(kind="tune", prompt=prompt)) == []


def test_an_unfinished_tune_is_left_open():
    for creation in made("an unfinished jig"):
        last = tune_of(creation).bars[-1][-1]
        assert last.semitones is not None and last.semitones % 12 != 0


def test_an_upbeat_is_taken_off_the_last_bar():
    for creation in made("a reel with an upbeat", bars=8):
        first, *_, last = bars = tune_of(creation).bars
        sounding = [note for note in first if note.semitones is not None]
        assert len(bars) == 9 and first[0].semitones is None and len(sounding) == 1
        assert last[-1] == TuneNote(None, sounding[0].length) and ends_at_home(tune_of(creation))


def test_no_note_is_sung_over_and_over():
    for creation in made("klezmer", bars=16, band="none", plan="free"):
        sung = [
            n.semitones for bar in tune_of(creation).bars for n in bar if n.semitones is not None
        ]
        runs = [len([*run]) for _, run in groupby(sung)]
        assert max(runs) <= 6  # four, and the end of a phrase may come back to it


def test_a_plan_that_cannot_be_gets_a_sentence():
    with pytest.raises(LearnerError, match="cannot be shared out"):
        made(plan="AABA", bars=10)
    with pytest.raises(LearnerError, match="not a plan"):
        made(plan="Z!")
    with pytest.raises(LearnerError, match="limit"):
        made(plan="ABCD" * 5, bars=40)
    for bars in (0, 10_000):
        with pytest.raises(LearnerError):
            made(bars=bars)


def test_a_finished_tune_is_made_again_from_its_recipe_alone():
    for prompt in ("techno", "a happy jig", "slow blues in 12 bars", "a waltz with an upbeat"):
        for creation in made(prompt, count=2):
            again = next(iter(ENGINE.create(creation.recipe)))
            assert again.content == creation.content
            assert again.recipe.settings == creation.recipe.settings


def test_a_recipe_from_before_is_played_as_before(monkeypatch):
    seen = {"bars": 6, "kind_of_tune": "jig", "key": "D", "mode": "major", "metre": "6/8"}
    old = Recipe(kind="tune", prompt="techno, AABA", seed=4, settings=seen, model=MODEL)
    monkeypatch.setattr("course_utils.music.engine.write_tunes", None)
    creation = next(iter(ENGINE.create(old)))
    assert len(tune_of(creation).bars) == 6 and creation.recipe.settings["form"] == ""
    assert not any(part.drums for part in read_midi(creation.content).parts)
    # drawn without a form, straight from the model
    from course_utils.music import tasks
    from course_utils.music.tokens import VOCABULARY, read_bars

    job = tasks.job_for({**creation.recipe.settings, "notes": ""}, None, 4)
    row = sampling.draw(ENGINE.model, [job.start], [job.plan], [4], 0.9)[0]
    assert tune_of(creation).bars == read_bars([VOCABULARY[number] for number in row])


def test_every_kind_of_music_can_be_asked_for_and_says_so():
    assert len(kind_names()) >= 30
    for name in kind_names():
        kind = kind_named(name)
        creation = made(f"{name} music", count=1, band="none")[0]
        seen = creation.recipe.settings
        assert seen["kind_of_music"] == name and seen["metre"] == kind.metre
        tune = tune_of(creation)
        assert ends_at_home(tune) and len(tune.bars) == kind.bars
        pitches = {n.semitones % 12 for bar in tune.bars for n in bar if n.semitones is not None}
        assert pitches <= set(kind.scale or range(12))
        assert kind.says in ENGINE.without_effect(creation.recipe)
        if kind.chords:
            line = read_line(vamp_of(seen, kind))
            assert len(line.bars) == seen["bars"]
    assert all(
        sum(map(abs, lengths_of_cell(cell, METRES[kind.metre]))) == METRES[kind.metre]
        for kind in kinds().kind
        for cell in kind.cells
    )


def test_notes_of_a_phrase_are_not_all_equally_loud():
    creation = made("a jig", count=1)[0]
    loud = [note.velocity for note in read_midi(creation.content).notes]
    assert len(set(loud)) >= 6 and max(loud) - min(loud) >= 15
    bar = (TuneNote(0, 12),) * 4
    row = velocities(Tune("reel", "major", "C", "4/4", (bar,) * 8), [("A", 4), ("A", 4)])
    assert row[0] > row[1] and row[8] > row[1] and row[16] < row[0]  # the echo is softer


def test_the_roll_shows_the_phrases_in_colour_and_by_name():
    creation = made(plan="AABA", bars=8, count=1)[0]
    page = figure_html(creation)
    assert ">A</text>" in page and ">B</text>" in page and "Form: A A B A, 2 bars each." in page
    assert page.count("#dcebff") == 3 and page.count("#ffe9cf") == 1


@pytest.mark.parametrize("bars", range(1, 65))
def test_every_length_has_a_form_whose_phrases_fill_it(bars):
    for seed in range(6):
        form = form_for(bars, kind="air", seed=seed)
        assert sum(size for _, size in read_spans(spans_text(form))) == len(form.bars) == bars
        assert all(bar.copies is None or bar.copies < place for place, bar in enumerate(form.bars))
        assert form.bars[-1].ends in ("closed", "") or form.bars[-1].copies is not None


def test_plans_have_names():
    assert read_plan("rondo") == list("ABACA") and read_plan("a a b a") == list("AABA")
