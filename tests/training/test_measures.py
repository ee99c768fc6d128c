"""What the picture model's evaluation measures: copies are held against drawings nobody copied."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from course_utils.pictures.training_drawings import file_of, library, opened
from training.image.measures import copies, crispness, separate_drawings

THINGS = {"cat face", "owl", "rocket", "castle", "guitar", "strawberry", "bell", "umbrella"}


@pytest.fixture(scope="module")
def separate() -> np.ndarray:
    return separate_drawings(THINGS)


def test_separate_drawings_lie_apart(separate):
    assert len(separate) == 3 * len(THINGS) and (np.diff(separate) >= 0).all()
    assert separate[0] > 0 and 0.05 < np.median(separate) < 0.3


def test_a_training_picture_is_a_copy_and_a_scribble_is_none(separate):
    about = library()[4]
    own = opened(file_of(about["labels"].index("owl")))
    scribble = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(scribble).line([(4, 40), (20, 6), (30, 44), (44, 10)], fill="purple", width=3)
    assert copies([own], separate) == 1 and copies([scribble], separate) == 0
    assert copies([own, scribble], separate) == 0.5


def test_a_soft_picture_is_less_crisp():
    sharp = Image.new("RGB", (48, 48), "white")
    ImageDraw.Draw(sharp).ellipse((10, 10, 38, 38), fill="black")
    assert crispness([sharp]) > 2 * crispness([sharp.resize((12, 12)).resize((48, 48))])
