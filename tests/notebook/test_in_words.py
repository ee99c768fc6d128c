"""Whatever goes wrong in a panel's work ends in one sentence with a next step."""

from __future__ import annotations

import pytest

from course_utils.creation import LearnerError
from course_utils.notebook.in_words import in_words


@pytest.mark.parametrize(
    "problem, sentence, logged",
    [
        (None, "", 0),
        (LearnerError("Give it a name."), "Give it a name.", 0),
        (
            MemoryError(),
            "There is not enough memory; the work is kept. Close other notebooks, then press Go.",
            0,
        ),
        (
            KeyError("x"),
            "Something unexpected went wrong; the work is kept. Press Go, and if it comes back run"
            " `course doctor`.",
            1,
        ),
        (ImportError("", name="gradio"), "The library gradio, which", 1),
    ],
)
def test_each_trouble_is_a_sentence(problem, sentence, logged):
    said, log = [], []
    with in_words(
        lambda words, wrong=False: said.append((words, wrong)),
        log.append,
        "the work is kept",
        "Press Go",
    ):
        if problem is not None:
            raise problem
    assert len(log) == logged
    assert not said if problem is None else said[0][1] and said[0][0].startswith(sentence)
