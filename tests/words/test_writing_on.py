"""A person writes on the machine's text, and whose words are whose is counted and kept."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from course_utils.creation import Creation, LearnerError, Recipe
from course_utils.portfolio.store import Portfolio
from course_utils.words import markdown as text_files
from course_utils.words.calls import my_version
from course_utils.words.markdown import (
    coloured_html,
    share_counts,
    share_sentence,
    whose_words,
    written_on,
)
from course_utils.words.studio import WordsStudio


@pytest.fixture
def poem(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PORTFOLIO", str(tmp_path))
    return Creation(
        recipe=Recipe(kind="words", prompt="the moon", seed=1, settings={"template": "poem"}),
        content=b"The moon is late.\nIt forgot its coat.",
    )


def test_words_are_told_apart():
    pairs = whose_words("The moon is late.", "The moon is never late.")
    assert [piece for piece, kept in pairs if piece.strip() and not kept] == ["never"]
    assert share_sentence(pairs) == "5 words: 4 by the machine and kept, 1 your own (20%)."
    shown = coloured_html(pairs)
    assert shown.count("<b ") == 1 and "solid line: yours" in shown


@given(strategies.text(max_size=200), strategies.text(max_size=200))
def test_nothing_of_the_text_is_lost_or_run(machine, now):
    pairs = whose_words(machine, now)
    assert "".join(piece for piece, _ in pairs) == now
    assert "<script" not in coloured_html(whose_words("", "<script>alert(1)</script>"))


def test_edited_words_are_told_from_new_ones():
    pairs = whose_words("The moon is late tonight.", "The sun is late tonight. I wait.")
    assert [(piece, whose) for piece, whose in pairs if piece.strip() and whose is not True] == [
        ("sun", None),
        ("I", False),
        ("wait.", False),
    ]
    assert share_counts(pairs) == {"words": 7, "kept": 4, "edited": 1, "own": 2}
    assert (
        share_sentence(pairs)
        == "7 words: 4 by the machine and kept, 3 your own (43%), 1 of them in place of the"
        " machine's."
    )
    assert "4px double" in coloured_html(pairs)


def test_a_version_has_its_parent_and_its_share_in_the_file(poem):
    version = written_on(poem, "The moon is late.\nI lent it mine.")
    kept = text_files.unpack(text_files.pack(version))
    assert (
        kept.recipe.parent == poem.id
        and "4 your own" in kept.edits[-1].what
        and kept.text.endswith("mine.")
    )
    assert kept.edits[-1].counts == {"words": 8, "kept": 4, "edited": 4, "own": 0}
    saved = Portfolio()
    saved.save(version)
    # in the file, and back from it
    assert saved.find(version.id).creation.edits[-1].counts["edited"] == 4
    for wrong in ("", " \n", "x" * 200_000):
        with pytest.raises(LearnerError):
            written_on(poem, wrong)


def test_the_studio_and_the_one_line_call_keep_a_version(poem):
    studio = WordsStudio()
    studio.keep_mine()
    assert "Use this first" in studio.status.value
    studio.portfolio.save(poem)
    studio.results = [poem]
    studio.use(0)
    assert studio.mine.value == poem.text
    studio.mine.value = poem.text + "\nI lent it mine."
    studio.keep_mine()
    assert studio.results[0].text.endswith("mine.") and "4 your own" in studio.status.value
    studio.undo()
    assert studio.results[0].id == poem.id
    assert "0 your own" in my_version(poem, poem.text).message
    assert len(Portfolio().list("words")) == 3
    picture = Creation(recipe=Recipe(kind="image", prompt="x"), content=b"\x89PNG\xff")
    assert "A text is needed here" in my_version(picture, "mine").message
