"""What is promised of a text of every kind."""

from __future__ import annotations

from course_utils.words.templates import read_template

__all__ = ["is_of_its_own"]


def is_of_its_own(text: str, name: str) -> None:
    """It says something, and is none of its kind's examples."""
    assert len(text.split()) >= 3
    assert text not in [example["text"].strip() for example in read_template(name)["example"]]
