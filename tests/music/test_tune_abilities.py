"""What the note model does with a tune: go on, fill, vary, answer, harmonise, find chords;
with every way of asking wrongly.
"""

from __future__ import annotations

import threading

import pytest

from course_utils import answer_phrase
from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.engines import engine_for
from course_utils.music import decoding as tune_drawing
from course_utils.music import sampling
from course_utils.music import tasks as tune_tasks
from course_utils.music import tokens as tokens
from course_utils.music.engine import start_settings
from course_utils.music.score_to_tokens import tune_from_numbers, tune_from_score, tune_of
from course_utils.music.tokens import METRES, Tune, TuneNote
from course_utils.scores.chords import read_line
from course_utils.scores.midi import read_midi, write_midi
from course_utils.scores.score import Note, Part, Score


def note(semitones, length):
    return TuneNote(semitones, length)


# the opening of a tune everybody knows, in G major and 4/4: eight bars
TWINKLE = Tune(
    "air",
    "major",
    "G",
    "4/4",
    tuple(
        (
            tuple(note(p, 24 if p is last else 12) for p in bar)
            if len(bar) == 4
            else (note(bar[0], 12), note(bar[1], 12), note(bar[2], 24))
        )
        for bar in (
            (0, 0, 7, 7),
            (9, 9, 7),
            (5, 5, 4, 4),
            (2, 2, 0),
            (7, 7, 5, 5),
            (4, 4, 2),
            (7, 7, 5, 5),
            (4, 4, 2),
        )
        for last in [object()]
    ),
)
START = " ".join(map(str, tokens.encode(TWINKLE, end=False)))


@pytest.fixture(scope="module")
def engine():
    return engine_for("tune")


def ask(
    engine, task: str, count: int = 1, seed: int = 3, start: str = START, **settings
) -> list[Creation]:
    return list(
        engine.create(
            Recipe(
                kind="tune",
                prompt="a tune",
                seed=seed,
                settings={"task": task, "start": start, "count": count, **settings},
            )
        )
    )


def bars_of(creation: Creation):
    return tune_from_numbers(creation.recipe.settings["notes"]).bars


def full(creation: Creation) -> bool:
    tune = tune_from_numbers(creation.recipe.settings["notes"])
    return all(sum(n.length for n in bar) == METRES[tune.metre] for bar in tune.bars)


def test_continue_keeps_the_tune_and_adds_full_bars(engine):
    for made in ask(engine, "write", count=4, bars=12):
        assert bars_of(made)[:8] == TWINKLE.bars and len(bars_of(made)) == 12 and full(made)
        assert made.recipe.settings["key"] == "G" and made.recipe.settings["metre"] == "4/4"


def test_a_gap_is_filled_and_nothing_else_touched(engine):
    made = ask(engine, "fill", count=4, gap_from=3, gap_bars=2)
    for one in made:
        assert (
            bars_of(one)[:2] == TWINKLE.bars[:2]
            and bars_of(one)[4:] == TWINKLE.bars[4:]
            and full(one)
        )
    assert any(bars_of(one)[2:4] != TWINKLE.bars[2:4] for one in made)


def test_what_stands_after_a_gap_changes_what_is_put_in(engine):
    other = Tune("air", "major", "G", "4/4", TWINKLE.bars[:4] + ((note(12, 48),),) * 4)
    fills = [
        [
            bars_of(one)[3]
            for one in ask(
                engine,
                "fill",
                count=6,
                gap_from=4,
                gap_bars=1,
                start=" ".join(map(str, tokens.encode(tune, end=False))),
            )
        ]
        for tune in (TWINKLE, other)
    ]
    assert fills[0] != fills[1]


def test_varied_notes_keep_the_rhythm_and_varied_rhythm_keeps_the_notes(engine):
    for made in ask(engine, "vary_notes", count=3, near=0.3):
        assert [[n.length for n in bar] for bar in bars_of(made)] == [
            [n.length for n in bar] for bar in TWINKLE.bars
        ]
        assert bars_of(made) != TWINKLE.bars
    for made in ask(engine, "vary_rhythm", count=3):
        assert [[n.semitones for n in bar] for bar in bars_of(made)] == [
            [n.semitones for n in bar] for bar in TWINKLE.bars
        ] and full(made)


def test_more_notes_stay_when_more_are_asked_to(engine):
    def stay(near: float) -> int:
        return sum(
            a == b
            for made in ask(engine, "vary_notes", count=3, near=near)
            for mine, theirs in zip(bars_of(made), TWINKLE.bars)
            for a, b in zip(mine, theirs)
        )

    assert stay(1.0) == 3 * sum(map(len, TWINKLE.bars)) > stay(0.8) > stay(0.0)


def test_an_answer_is_as_long_as_the_question(engine):
    for made in ask(engine, "answer", count=2, keep_bars=2):
        assert bars_of(made)[:2] == TWINKLE.bars[:2] and len(bars_of(made)) == 4 and full(made)


def test_four_parts_are_complete_in_range_and_do_not_cross(engine):
    # longer than is harmonised at once
    long = Tune(TWINKLE.kind, "major", "G", "4/4", TWINKLE.bars + TWINKLE.bars[:3])
    for made in ask(
        engine, "harmonise", count=2, start=" ".join(map(str, tokens.encode(long, end=False)))
    ):
        score = read_midi(made.content)
        assert [part.name for part in score.parts] == ["soprano", "alto", "tenor", "bass"]
        assert [(n.pitch, n.length) for n in score.notes if n.part == 0] == [
            (55 + n.semitones, n.length / 12) for bar in long.bars for n in bar
        ]
        for number, voice in ((1, "alto"), (2, "tenor"), (3, "bass")):
            sung = [n for n in score.notes if n.part == number]
            assert sum(n.length for n in sung) == pytest.approx(score.length)
            low, high = tune_drawing.RANGES[voice]
            assert all(low <= n.pitch <= high for n in sung)
        for moment in [n.start + 0.01 for n in score.notes]:
            heard = {n.part: n.pitch for n in score.notes if n.start <= moment < n.start + n.length}
            assert heard[3] <= heard[2] <= heard[1]


def test_four_parts_sound_together_far_more_than_by_chance(engine):
    from training.music.evaluate import plain_chord

    def consonant(score, shift=None) -> float:
        beats = range(int(score.length))
        found = [
            plain_chord(
                {
                    (n.pitch + (shift[n.part] if shift else 0)) % 12
                    for n in score.notes
                    if n.start <= beat < n.start + n.length
                }
            )
            for beat in beats
        ]
        return sum(found) / len(found)

    scores = [read_midi(made.content) for made in ask(engine, "harmonise", count=3, surprise=0.6)]
    by_chance = [
        consonant(score, shift)
        for score in scores
        for shift in (
            [0, 1, 3, 6],
            [2, 0, 7, 8],
            [5, 1, 0, 10],
            [0, 6, 11, 1],
            [3, 8, 1, 0],
            [9, 10, 4, 5],
        )
    ]
    assert sum(map(consonant, scores)) / 3 > sum(by_chance) / len(by_chance) + 0.2


def test_chords_are_a_line_that_a_band_reads(engine):
    for made in ask(engine, "chords", count=3, surprise=0.6):
        line = read_line(made.recipe.settings["chord_line"])
        assert not line.unknown and len(line.bars) == 8
        assert [part.name for part in read_midi(made.content).parts] == ["tune", "chords"]
    roots = [
        chord.root
        for made in ask(engine, "chords", count=6, surprise=0.6)
        for bar in read_line(made.recipe.settings["chord_line"]).bars
        for chord in bar
    ]
    # G, D and C, the three main chords; a quarter would be chance
    assert sum(root in (7, 2, 0) for root in roots) / len(roots) > 0.6


def test_a_candidate_can_be_made_again_alone_for_every_task(engine):
    for task, settings in (
        ("fill", {"gap_from": 2}),
        ("vary_notes", {}),
        ("vary_rhythm", {}),
        ("answer", {"keep_bars": 4}),
        ("harmonise", {}),
        ("chords", {}),
    ):
        together = ask(engine, task, count=3, **settings)
        assert next(iter(engine.create(together[2].recipe))).content == together[2].content


def test_stop_ends_the_drawing_and_finished_ones_are_kept(engine):
    stop = threading.Event()
    stop.set()
    assert (
        list(
            engine.create(
                Recipe(kind="tune", prompt="a jig", settings={"task": "harmonise", "start": START}),
                stop=stop,
            )
        )
        == []
    )
    plans = [tune_drawing.melody("4/4", [1]), tune_drawing.melody("4/4", range(200, 0, -1))]
    engine.load()
    head = tokens.header("reel", "major", "D", "4/4")
    late = threading.Event()
    found = sampling.draw(
        engine._model,
        [head, head],
        plans,
        [1, 2],
        0.9,
        lambda bars: late.set() if bars > 0 else None,
        Late(late),
    )
    assert found[0] is not None and found[1] is None


class Late:
    """Set a little after the first bars, so that a short candidate is done and a long
    one is not.
    """

    def __init__(self, event: threading.Event) -> None:
        self.event, self.left = event, 60

    def is_set(self) -> bool:
        self.left -= self.event.is_set()
        return self.left < 0


@pytest.mark.parametrize(
    ("task", "settings", "word"),
    [
        ("fill", {"gap_from": 7, "gap_bars": 4}, "bars 1 to 8"),
        ("fill", {"gap_from": 1, "gap_bars": 8}, "bars 1 to 8"),
        ("fill", {"gap_from": 0}, "gap_from"),
        ("fill", {"gap_bars": 99}, "gap_bars"),
        ("write", {"bars": 8}, "more bars"),
        ("write", {"bars": 3}, "more bars"),
        ("dance", {}, "task"),
        ("chords", {"metre": "5/7"}, "metre"),
        ("chords", {"key": "H"}, "key"),
        ("chords", {"density": "9"}, "density"),
        ("harmonise", {"near": 2}, "near"),
        ("answer", {"keep_bars": -1}, "keep_bars"),
        ("vary_notes", {"near": True}, "near"),
    ],
)
def test_impossible_requests_name_what_is_wrong(engine, task, settings, word):
    with pytest.raises(LearnerError) as trouble:
        ask(engine, task, **settings)
    assert word in str(trouble.value)


@pytest.mark.parametrize(
    ("task", "settings", "named"),
    [
        ("write", {"key": "D", "plan": "AABA", "bars": 12}, "key, plan"),
        ("write", {"key": "G", "mode": "major", "metre": "4/4", "density": "5"}, ""),
        ("write", {"ending": "open", "kind_of_music": "tango", "band": "fitting"}, ""),
        ("fill", {"kind_of_music": "tango", "upbeat": True, "bars": 16}, "upbeat, kind_of_music"),
        ("vary_rhythm", {"near": 0.9}, "near"),
        ("harmonise", {"density": "5", "band": "folk", "bars": 8}, "density, band"),
        ("sing", {"lyrics": "la la", "surprise": 1.3, "ornaments": "many"}, "surprise, ornaments"),
        ("answer", {"keep_bars": 2, "bars": 4}, ""),
    ],
)
def test_settings_that_a_task_takes_no_notice_of_are_named(engine, task, settings, named):
    asked = {"task": task, "start": START, **settings}
    said = engine.without_effect(Recipe(kind="tune", prompt="a tune", settings=asked))
    assert f"no use for: {named}" in said if named else said == ""


def test_what_was_made_with_a_tune_used_all_its_settings(engine):
    for task in ("answer", "harmonise"):
        (made,) = ask(engine, task, keep_bars=2 if task == "answer" else 0)
        assert engine.without_effect(made.recipe) == ""


def test_settings_of_a_new_tune_without_use_are_named(engine):
    asked = {"lyrics": "la la la", "ornaments": "many", "own_strength": 0.3}
    said = engine.without_effect(Recipe(kind="tune", prompt="a jig", settings=asked))
    assert "no use for: ornaments" in said and "no use for: own_strength" in said


def test_a_question_longer_than_the_tune_is_said():
    made = answer_phrase("C D E F | G A G2", bars=20, count=1, seed=1)
    assert len(made) == 1 and "Its 2 bars are all the question, not 20." in made.message


@pytest.mark.parametrize("task", [task for task in tune_tasks.TASKS if task != "write"])
def test_a_task_without_a_tune_says_so(engine, task):
    with pytest.raises(LearnerError, match="no tune"):
        ask(engine, task, start="")


SILENT = Tune("air", "major", "G", "4/4", ((note(None, 48),),) * 4)
DENSE = Tune("reel", "major", "D", "4/4", (tuple(note(n % 5, 2) for n in range(24)),) * 32)
ENDLESS = Tune("reel", "major", "D", "4/4", ((note(0, 48),),) * 40)


@pytest.mark.parametrize("tune", [DENSE, ENDLESS])
@pytest.mark.parametrize(
    "task", ["write", "fill", "answer", "vary_notes", "vary_rhythm", "harmonise", "chords"]
)
def test_a_tune_too_long_or_too_full_gets_a_sentence(engine, tune, task):
    numbers = " ".join(map(str, tokens.encode(tune, end=False)))[:4000].rsplit(" ", 1)[0]
    with pytest.raises(LearnerError):
        ask(engine, task, start=numbers, bars=32)


def test_a_silent_tune_cannot_be_harmonised_but_can_go_on(engine):
    numbers = " ".join(map(str, tokens.encode(SILENT, end=False)))
    with pytest.raises(LearnerError, match="no notes"):
        ask(engine, "harmonise", start=numbers)
    assert len(bars_of(ask(engine, "write", start=numbers, bars=6)[0])) == 6


@pytest.mark.parametrize(
    "start",
    [
        "1",
        "9999 1 2 3",
        "-5 -5 -5 -5",
        "x",
        "0 " * 30,
        START + " 99999",
        " ".join(START.split()[:6]),
    ],
)
def test_a_damaged_tune_gets_a_sentence(engine, start):
    with pytest.raises(LearnerError, match="damaged"):
        ask(engine, "fill", start=start)


# Reading tunes


def test_a_recipe_of_the_first_model_can_still_be_read_and_worked_on(engine):
    pairs = [
        tokens.NUMBER[word]
        for word in (
            "KIND jig",
            "MODE dorian",
            "KEY D",
            "METRE 6/8",
            "BAR",
            "PITCH 0",
            "LENGTH 18",
            "REST",
            "LENGTH 18",
            "BAR",
            "PITCH -5",
            "LENGTH 36",
        )
    ]
    tune = tune_from_numbers(" ".join(map(str, pairs)))
    assert tune.bars == ((note(0, 18), note(None, 18)), (note(-5, 36),)) and tune.kind == "jig"
    made = ask(engine, "write", start=" ".join(map(str, pairs)), bars=4)[0]
    assert bars_of(made)[:2] == tune.bars and len(bars_of(made)) == 4


def test_the_first_models_words_keep_their_numbers():
    first = ["<pad>", "<end>", "BAR", "REST", "KIND any", "KIND reel"]
    assert (
        tokens.VOCABULARY[:6] == first
        and tokens.VOCABULARY[40] == "PITCH -15"
        and tokens.VOCABULARY[101] == "LENGTH 72"
    )
    assert len(set(tokens.VOCABULARY)) == len(tokens.VOCABULARY)


def test_a_recipe_of_another_model_is_remade_with_a_sentence(engine):
    old = Recipe(
        kind="tune",
        prompt="a jig",
        model="course-tunes",
        revision="e7d64e88ea5b",
        settings={"bars": 4},
    )
    assert "earlier tune model" in engine.told(old)
    made = next(iter(engine.create(old)))
    assert made.recipe.revision != old.revision and engine.told(made.recipe) == ""
    assert engine.told(Recipe(kind="tune", prompt="a jig")) == ""


def played(notes, metre=(4, 4), parts=()) -> Score:
    return Score(tuple(notes), 100.0, metre, 0, "C", parts)


def test_a_tune_from_outside_is_read_in_its_key_and_metre():
    c_major = [60, 62, 64, 65, 67, 69, 71, 72]
    tune = tune_from_score(
        played(
            [
                Note(i * 0.5 + 0.02, 0.45, p, 90)
                for i, p in enumerate([*c_major, *reversed(c_major)])
            ]
        )
    )
    assert (tune.key, tune.mode, tune.metre, len(tune.bars)) == ("C", "major", "4/4", 2)
    assert [n.semitones for bar in tune.bars for n in bar] == [
        p - 60 for p in [*c_major, *reversed(c_major)]
    ]
    assert all(n.length == 6 for bar in tune.bars for n in bar)


@pytest.mark.parametrize(
    ("pitches", "key"),
    [
        ((57, 59, 60, 62, 64, 65, 68, 69, 64, 60, 57), (9, "minor")),
        ((62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62), (2, "major")),
        ((62, 64, 65, 67, 69, 71, 72, 74, 69, 65, 62), (2, "dorian")),
        ((67, 69, 71, 72, 74, 76, 77, 79, 74, 71, 67), (7, "mixolydian")),
    ],
)
def test_keys_are_found(pitches, key):
    tune = tune_from_score(played([Note(i, 1, pitch, 90) for i, pitch in enumerate(pitches)]))
    assert (tokens.KEYS.index(tune.key), tune.mode) == key


def test_the_highest_notes_are_the_melody_and_drums_are_none():
    parts = (Part("band"), Part("drums", 0, True))
    notes = [Note(i, 1, p, 90, 0) for i in range(4) for p in (48, 64 + i)] + [
        Note(i, 1, 81, 90, 1) for i in range(4)
    ]
    tune = tune_from_score(played(sorted(notes, key=lambda n: n.start), parts=parts))
    assert [tune.home + n.semitones for n in tune.bars[0]] == [64, 65, 66, 67]


@pytest.mark.parametrize(
    "score",
    [
        played([]),
        played([Note(0, 1, 60, 90)], (5, 8)),
        played([Note(i, 1, 60, 90) for i in range(400)]),
        played([Note(0, 1, 20, 90), Note(1, 1, 100, 90)]),
    ],
)
def test_scores_that_cannot_be_read_get_a_sentence(score):
    with pytest.raises(LearnerError):
        tune_from_score(score)


def test_any_notes_become_full_bars():
    import random

    for seed in range(60):
        rng = random.Random(seed)
        clock, notes = rng.choice([0, 0.5, 1.3]), []
        for _ in range(rng.randint(1, 30)):
            clock += rng.choice([0, 0.25, 1 / 3, 0.5, 0.77, 1, 2])
            notes.append(
                Note(clock, rng.choice([0.01, 0.2, 1 / 3, 0.5, 1, 3]), rng.randint(50, 85), 90)
            )
        metre = rng.choice([(4, 4), (3, 4), (6, 8), (9, 8), (3, 8), (2, 4)])
        tune = tune_from_score(played(sorted(notes, key=lambda n: n.start), metre))
        assert all(sum(n.length for n in bar) == METRES[tune.metre] for bar in tune.bars)
        assert tune_from_numbers(" ".join(map(str, tokens.encode(tune, end=False)))) == tune


def test_a_tune_without_notes_in_its_recipe_can_be_worked_on(engine):
    content = write_midi(played([Note(i, 1, p, 90) for i, p in enumerate([60, 64, 67, 72] * 4)]))
    brought = Creation(
        recipe=Recipe(kind="tune", prompt="from outside", settings={"from_somewhere": True}),
        content=content,
    )
    made = next(
        iter(
            engine.create(
                Recipe(
                    kind="tune",
                    prompt="a tune",
                    settings={**start_settings(brought), "task": "answer"},
                )
            )
        )
    )
    assert len(bars_of(made)) == 8 and made.recipe.settings["tempo"] == 100


@pytest.mark.parametrize(
    "creation",
    [
        Creation(recipe=Recipe(kind="words", prompt="x"), content=b"x"),
        Creation(recipe=Recipe(kind="tune", prompt="x"), content=b"no MIDI"),
    ],
)
def test_what_is_no_tune_gets_a_sentence(creation):
    with pytest.raises(LearnerError):
        tune_of(creation)
