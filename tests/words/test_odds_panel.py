"""The odds panel, and what is seen of pieces and examples, with the real model."""

from __future__ import annotations

import pytest

from course_utils.creation import LearnerError
from course_utils.words.inside import pieces_of, with_examples
from course_utils.words.odds_panel import OddsPanel


@pytest.fixture(scope="module")
def panel():
    made = OddsPanel("The capital of France")
    made.look()
    return made


def test_the_odds_are_bars_in_a_table_and_buttons(panel):
    assert "<caption>" in panel.table.value and "Working" not in panel.status.value
    assert len(panel.shown) == 8 and panel._choices[0].description.startswith("1. ")
    assert panel.pieces.value.count("<li") == 4 and "␣France" in panel.pieces.value
    before = panel.shown[0][1]
    panel.surprise.value = 0.3
    assert panel.shown[0][1] > before and "left to draw from" in panel.table.value
    panel.min_p.value = 0.5
    assert panel._choices[7].layout.display == "none"
    panel.surprise.value, panel.min_p.value = 1.0, 0.0


def test_a_piece_or_chance_goes_on_and_undo_comes_back(panel):
    start = panel.text.value
    place = next(n for n, (piece, _) in enumerate(panel.shown) if piece.strip())
    piece = panel.shown[place][0]
    panel.choose(place)
    assert panel.text.value == start + piece and panel.shown
    panel.draw()
    panel.undo()
    panel.undo()
    panel.undo()
    assert panel.text.value == start and "Please note" not in panel.status.value
    panel.branches.value = start + piece
    panel.go_to()  # a branch tried before
    assert panel.text.value == start + piece and [
        label.count("—") for label, text in panel.branches.options
    ][:2] == [0, 1]
    panel.choose(next(n for n, (other, _) in enumerate(panel.shown) if other.strip()))
    assert panel.text.value.startswith(start + piece) and len(panel.branches.options) >= 3
    panel.text.value = "<script>"
    panel.look()
    assert "web code" in panel.status.value
    panel.text.value = start


def test_a_text_is_shown_in_the_pieces_the_model_reads():
    found = pieces_of("The unbelievable rhinoceros")
    assert "".join(found.pieces) == "The unbelievable rhinoceros" and 4 <= len(found.pieces) <= 8
    assert "␣" in repr(found) and found._repr_html_().count("<li") == len(found.pieces)


def test_examples_change_the_odds_of_the_first_piece():
    found = with_examples("haiku", "the sea")
    assert found.first.pieces != found.second.pieces and "After 3 examples" in found._repr_html_()
    assert (
        found.texts[0] != found.texts[1] and all(found.texts) and "It wrote" in found._repr_html_()
    )
    with pytest.raises(LearnerError):
        with_examples("sonnet")
