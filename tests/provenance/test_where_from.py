"""Where something came from: exact search, calibrated scores, one table of sources."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.pictures.people_classifier import answers_of, layers
from course_utils.pictures.png import to_png
from course_utils.pictures.training_drawings import INDEX, file_of, library, opened
from course_utils.provenance import nearest_pictures as neighbours
from course_utils.provenance import shared_note_runs as tune_runs
from course_utils.provenance.calls import consent_ladder, where_from
from course_utils.provenance.shared_word_runs import LONGEST_TEXT, shared_runs
from course_utils.provenance.sources import (
    BEGIN,
    licences_page,
    pages,
    picture_sources,
    read_sources,
    sources_of,
    table_of,
    with_table,
)
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Score

ROOT = Path(__file__).parents[2]


def picture_of(place: int, change=lambda picture: picture) -> Creation:
    return Creation(
        recipe=Recipe(kind="image", prompt="a test", model="course-pictures"),
        content=to_png(change(opened(file_of(place)))),
    )


def tune_with(pitches_and_lengths: list[tuple[int, float]]) -> Creation:
    notes, clock = [], 0.0
    for pitch, length in pitches_and_lengths:
        notes.append(Note(clock, length, pitch, 90))
        clock += length
    return Creation(
        recipe=Recipe(kind="tune", prompt="a test", model="course-tunes"),
        content=write_midi(Score(tuple(notes), 120, (4, 4), 0, "C")),
    )


def test_a_training_picture_is_found_as_itself_also_moved_and_on_a_colour():
    labels = library()[4]["labels"]
    for place in (40, 1200, 2600):
        for change in (lambda picture: picture, neighbours.moved, neighbours.smaller):
            nearest = neighbours.nearest_pictures(change(opened(file_of(place))))[0]
            assert nearest.label == labels[place]


def test_the_score_calls_a_copy_a_copy_and_rarely_accuses_separate_drawings():
    figures = neighbours.how_sure()
    assert figures["pairs"] > 1000 and figures["false_alarms"] < 0.02
    # and says what it misses
    assert figures["found_softened"] > 0.6 and figures["found_turned"] < 0.5
    told = where_from(picture_of(1200))
    assert (
        told.figures["score"] > neighbours.COPY
        and "As near as a copy" in repr(told)
        and "What it does not" in repr(told)
    )


def test_the_yardstick_is_coloured_drawings_of_one_thing_by_two_publishers():
    about, sources = library()[4], picture_sources()
    first, second = neighbours.pairs_of_one_thing()
    assert len(first) > 20_000
    for one, other in zip(first[::50], second[::50], strict=True):
        styles = about["styles"][one], about["styles"][other]
        assert about["labels"][one] == about["labels"][other] and "ink" not in styles
        assert sources[styles[0]].authors != sources[styles[1]].authors


def test_the_index_holds_what_the_table_of_sources_says():
    styles, sources = library()[4]["styles"], picture_sources()
    assert set(styles) == set(sources)
    for style, source in sources.items():
        assert source.pieces.startswith(f"{styles.count(style):,} pictures, in the style {style}")
    things = len(set(library()[4]["labels"]))
    (names,) = [source for source in read_sources()[0] if source.id == "emojibase"]
    assert f"{things:,} things" in names.pieces


def test_sources_are_those_of_the_hands_trained_on():
    from training.image.hands import HANDS

    for style, source in picture_sources().items():
        hand = HANDS[style]
        assert hand.package in source.taken_from
        assert (source.authors, source.licence) == (hand.author, hand.licence)


def test_the_judge_names_a_source_for_every_hand_it_learned_from():
    from training.image.hands import HANDS
    from training.image.judge import MADE

    _, about = layers()
    drawn = {source.style: source for source in sources_of("judge") if source.style}
    assert set(drawn) == set(about["styles"]) - set(MADE)
    for style, source in drawn.items():
        assert HANDS[style].package in source.taken_from
        assert source.licence.startswith(HANDS[style].licence)
    assert "named with each picture" not in licences_page()


def test_the_index_stays_small():
    assert (INDEX / "pictures.npz").stat().st_size < 7_000_000


def test_a_picture_that_is_like_nothing_has_a_low_score():
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 255, (48, 48, 3), np.uint8))
    near = neighbours.nearest_pictures(noise)[0]
    assert neighbours.copying_score(near.dots) < neighbours.NEAR


def test_neighbours_come_with_pictures_authors_and_licences_side_by_side():
    shown = where_from(picture_of(1200))._repr_html_()
    assert (
        shown.count("<img") >= 4
        and 'alt="Training picture 1: ' in shown
        and any(source.credit() in shown for source in read_sources()[0] if source.style)
    )


def test_finishes_of_one_drawing_are_one_neighbour():
    styles, labels = library()[4]["styles"], library()[4]["labels"]
    place = next(k for k, style in enumerate(styles) if (style, labels[k]) == ("glossy", "fox"))
    found = neighbours.nearest_pictures(opened(file_of(place)), 5)[:5]
    assert found[0].style == "glossy"
    drawings = {(one.label, one.source.authors) for one in found}
    assert len(drawings) == 5


def test_the_judge_in_numpy_is_the_judge_in_torch():
    import torch

    from training.image.judge import load_judge

    pictures = [opened(file_of(place)) for place in (3, 500, 2000)]
    judge, labels, _ = load_judge(Path("nowhere"))
    with torch.no_grad():
        answers, _ = judge(
            torch.from_numpy(np.stack([np.asarray(one) for one in pictures]))
            .permute(0, 3, 1, 2)
            .float()
            / 127.5
            - 1
        )
    assert [labels[number] for number in answers["thing"].argmax(1).tolist()] == [
        one["thing"] for one in answers_of(pictures)
    ]


def test_the_index_belongs_to_the_judge_that_ships():
    import hashlib

    from course_utils.models.embedded import FOLDER

    assert (
        library()[4]["judge"]
        == hashlib.sha256((FOLDER / "judge/judge.safetensors").read_bytes()).hexdigest()[:12]
    )


def test_a_run_of_a_training_tune_is_found_in_another_key():
    codes, owner, about = tune_runs.library()
    tune = 77
    steps = codes[np.flatnonzero(owner == tune)][1:26]
    pitch, played = 67, []
    for number, code in enumerate(steps):
        pitch += 0 if number == 0 else int(code) // 32 - 64
        played.append((pitch, tune_runs.LENGTHS[int(code) % 32] / 12))
    found = tune_runs.nearest_tunes(tune_with(played))
    assert found[0].notes >= 24 and about["title"][tune] in [run.title for run in found]


def test_runs_are_exact_against_a_plain_search():
    codes, owner, _ = tune_runs.library()
    query = np.random.default_rng(5).choice(codes[codes != tune_runs.BREAK][:500], 14)
    best, _ = tune_runs.longest_runs(query)
    for tune in (0, 5):
        there = codes[owner == tune].tolist()
        longest = max(
            (
                n
                for n in range(1, 15)
                for a in range(15 - n)
                if any(there[b : b + n] == query[a : a + n].tolist() for b in range(len(there)))
            ),
            default=0,
        )
        assert best[tune] == longest


def test_the_score_of_a_tune_rises_with_its_longest_run():
    assert (
        tune_runs.borrowing_score(3, 48)
        < 0.2
        < tune_runs.borrowing_score(12, 48)
        <= tune_runs.borrowing_score(40, 48)
    )


def test_runs_of_words_are_found_whatever_stands_between_them():
    runs = shared_runs(
        "And then the old grey sea came in, slowly.", "Once THE OLD, grey sea came in with a roar"
    )
    assert [(run.words, run.text) for run in runs] == [(6, "the old grey sea came in")]
    assert shared_runs("one two three", "one two three") == []
    for bad in ("", " ", "x" * (LONGEST_TEXT + 1)):
        with pytest.raises(LearnerError):
            shared_runs("a b c d", bad)


def test_a_text_says_that_its_sources_are_not_here():
    text = Creation(
        recipe=Recipe(kind="words", prompt="the sea", model="SmolLM2"),
        content=b"The sea at night is dark and cold.",
    )
    told = where_from(text, "I know: the sea at night is dark.")
    assert "is not here" in repr(told) and told.figures["longest"] == 6


def test_what_cannot_be_looked_up_gives_a_sentence():
    page = Creation(recipe=Recipe(kind="page", prompt="a card"), content=b"<html></html>")
    empty = Creation(recipe=Recipe(kind="tune", prompt="x", model="m"), content=b"not a tune")
    for bad in (page, empty):
        told = where_from(bad)
        assert told.message and "Error" not in told.message


def test_the_pages_of_sources_are_those_of_the_table():
    for path, text in pages(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, (
            f"run python -m course_utils.provenance.sources: {path}"
        )


def test_every_shipped_part_names_its_sources():
    used, left = read_sources()
    assert {"image", "music", "words", "soundfont", "index", "judge", "upscaler"} <= {
        part for source in used for part in source.used_in
    }
    assert "Essen folk song collection" in licences_page() and all(
        source.authors and source.licence for source in used
    )
    assert (
        with_table(with_table("# Card\n", "image"), "image").count(BEGIN) == 1
        and table_of(used).count("\n") == len(used) + 1
    )


def test_the_ladder_places_every_source():
    told = repr(consent_ladder())
    assert (
        all(rung in told for rung in ("scraped", "licensed", "public domain", "own"))
        and "essenFolksong" not in told
        and "Essen" in told
    )


def test_what_is_repeated_is_learned_by_heart():
    from course_utils.provenance.memorisation import TRIES, memory_lab

    found = memory_lab(copies=(0, 100))
    (_, never, surprise, unseen), (_, often, known, _) = found.rows
    assert never == 0 and often > TRIES / 2 and known < unseen < surprise
    assert "came back" in found._repr_html_()
    with pytest.raises(LearnerError):
        memory_lab(copies=(1, -1))


def test_a_png_of_another_size_can_be_looked_up():
    buffer = io.BytesIO()
    opened(file_of(9)).resize((300, 200)).save(buffer, "PNG")
    told = where_from(
        Creation(
            recipe=Recipe(kind="image", prompt="a file", model="own picture"),
            content=buffer.getvalue(),
        )
    )
    assert not told.message


def test_a_text_to_compare_with_is_said_to_be_of_no_use_beside_a_picture():
    found = where_from(picture_of(7), compare_with="some text")
    assert found.text.startswith("I had no use for: compare_with.")
    assert "I had no use for: compare_with." in found._repr_html_()
