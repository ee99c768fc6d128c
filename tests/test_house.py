"""The house stands as its plan says; `python -m tools.house --all` names every place."""

from tools import house


def test_the_house_stands():
    assert not (broken := house.over()), broken
