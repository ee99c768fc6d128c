"""The portfolio keeps everything, whatever happens."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, strategies
from PIL import Image

from course_utils import files
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.display import cards
from course_utils.display import figure as pages
from course_utils.portfolio.store import Portfolio, file_stem
from course_utils.provenance.export import export_zip
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Score


def picture(prompt: str = "a red heart") -> Creation:
    buffer = io.BytesIO()
    Image.new("RGB", (48, 48), "red").save(buffer, "PNG")
    return Creation(recipe=Recipe(kind="image", prompt=prompt), content=buffer.getvalue())


def words(text: str = "Soft light,\nold stone.") -> Creation:
    return Creation(recipe=Recipe(kind="words", prompt="the moon"), content=text.encode())


def tune() -> Creation:
    score = Score((Note(0, 1, 60, 90), Note(1, 1, 64, 90)), 120, (4, 4), 0, "C")
    return Creation(recipe=Recipe(kind="tune", prompt="a jig"), content=write_midi(score))


@pytest.mark.parametrize("make", [picture, words, tune])
def test_a_saved_creation_comes_back_the_same(make, tmp_path):
    creation, portfolio = make(), Portfolio(tmp_path)
    path = portfolio.save(creation)
    assert files.unpack(path) == creation
    assert portfolio.find(creation.id).creation == creation
    if creation.kind == "tune":
        assert files.unpack(path.with_suffix(".wav")) == creation


def test_a_tune_is_kept_and_shown_where_there_is_no_sound_library(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tinysoundfont", None)
    creation, portfolio = tune(), Portfolio(tmp_path)
    path = portfolio.save(creation)
    assert files.unpack(path) == creation and not path.with_suffix(".wav").exists()
    shown = pages.figure_html(creation)
    assert (
        "<audio" not in shown
        and "cannot be heard here" in shown
        and "<svg" in shown
        and "<table>" in shown
    )
    assert export_zip(portfolio).exists()


def test_the_newest_comes_first_and_broken_files_are_passed_over(tmp_path):
    portfolio = Portfolio(tmp_path)
    kept = [picture(), words(), tune()]
    for creation in kept:
        portfolio.save(creation)
    (tmp_path / "9999_broken.png").write_bytes(b"not a picture")
    assert {s.creation.id for s in portfolio.list()} == {c.id for c in kept}
    assert [s.creation.kind for s in portfolio.list("words")] == ["words"]
    assert len(portfolio.list(most=2)) == 2


@given(strategies.text(max_size=300))
def test_file_names_are_plain_whatever_was_typed(prompt):
    stem = file_stem(Creation(recipe=Recipe(kind="words", prompt=prompt), content=b""))
    assert stem.isascii() and len(stem) < 120 and not set(stem) & set('/\\:*?"<>| .')


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    portfolio, creation = Portfolio(tmp_path), picture()
    path = portfolio.save(creation)
    before = path.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(LearnerError, match="Make room"):
        portfolio.add_edit(creation, "chosen")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LearnerError):
        Portfolio(tmp_path / "file").save(words())


def test_the_zip_holds_files_gallery_and_record(tmp_path):
    portfolio = Portfolio(tmp_path)
    portfolio.save(picture("a <b>red</b> heart"))
    portfolio.save(tune())
    portfolio.add_edit(words(), "saved by the learner")
    with zipfile.ZipFile(export_zip(portfolio)) as bundle:
        names = bundle.namelist()
        gallery = bundle.read("index.html").decode()
        record = bundle.read("who_did_what.txt").decode()
    assert len([n for n in names if n.endswith((".png", ".md", ".mid", ".wav"))]) == 4
    assert (
        "<b>red" not in gallery and gallery.count("<img alt=") == 1 and "<audio controls" in gallery
    )
    assert "saved by the learner" in record


def test_an_empty_portfolio_says_so(tmp_path):
    with pytest.raises(LearnerError, match="nothing in your portfolio"):
        export_zip(Portfolio(tmp_path))


def test_a_card_joins_three_and_round_trips(tmp_path):
    card = cards.make_page([picture(), words("<script>alert(1)</script>"), tune()], "Night & <day>")
    assert "<script>alert" not in card.text and "Night &amp; &lt;day&gt;" in card.text
    assert (
        card.text.count("<img alt=") == 1
        and "<audio controls" in card.text
        and "<blockquote" in card.text
    )
    assert files.unpack(Portfolio(tmp_path).save(card)) == card


@given(
    strategies.binary(max_size=200)
    | strategies.text(max_size=200).map(
        lambda t: f'<script type="application/json" id="course-record">{t}</script>'.encode()
    )
)
def test_any_page_that_is_not_ours_is_refused(data):
    with pytest.raises(BadRecipe):
        cards.unpack(data)


def test_find_passes_over_a_damaged_file(tmp_path):
    creation, portfolio = picture(), Portfolio(tmp_path)
    portfolio.save(creation).write_bytes(b"damaged")
    assert portfolio.find(creation.id) is None
