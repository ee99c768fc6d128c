"""The axes of the style map are those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from course_utils.styles.principal_axes import principal_axes


@pytest.mark.parametrize(("points", "traits"), [(3, 10), (8, 6), (40, 10), (3, 2)])
def test_axes_and_places_are_scikit_learn_s(points, traits):
    values = np.random.default_rng(points).normal(size=(points, traits)) * np.arange(1, traits + 1)
    library = PCA(2, svd_solver="full").fit(values)
    axes, places = principal_axes(values)
    np.testing.assert_allclose(axes, library.components_, atol=1e-9)
    np.testing.assert_allclose(places, library.transform(values), atol=1e-9)


def test_points_that_are_all_alike_lie_in_the_middle():
    axes, places = principal_axes(np.ones((4, 5)))
    assert axes.shape == (2, 5) and np.isfinite(axes).all() and np.abs(places).max() == 0


def test_one_point_is_not_refused():
    axes, places = principal_axes(np.array([[1.0, 2.0, 3.0]]))
    assert axes.shape == (2, 3) and places.shape == (1, 2) and not places.any()
