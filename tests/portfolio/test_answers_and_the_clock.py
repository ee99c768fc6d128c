"""An answer is kept whatever the clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from course_utils.portfolio import progress
from course_utils.portfolio.progress import my_progress, note_answer
from course_utils.portfolio.store import Portfolio


def test_an_answer_written_while_the_clock_stands_back_is_kept(monkeypatch):
    portfolio = Portfolio()
    note_answer(portfolio, "What surprised you?", "The colours.", "01")

    class Back(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(UTC) - timedelta(days=400)

    monkeypatch.setattr(progress, "datetime", Back)
    note_answer(portfolio, "What surprised you?", "The hands.", "01")
    (answer,) = my_progress(portfolio).answers
    assert answer.words == "The hands."


def test_of_two_computers_the_later_answer_still_counts():
    old, new = (
        progress.Progress(
            answers=[
                progress.Answer(
                    lesson="01", question="Why?", words=words, when=datetime(year, 1, 1, tzinfo=UTC)
                )
            ]
        )
        for words, year in (("old", 2025), ("new", 2026))
    )
    assert new.joined(old).answers[0].words == old.joined(new).answers[0].words == "new"
