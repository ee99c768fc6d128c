"""Results side by side as a browser lays them out: no row is left with one alone."""

from __future__ import annotations

from itertools import groupby

import pytest
from one_browser import browser_here

from course_utils.display.grid import side_by_side

ALLOWED = {
    2: [(2,), (1, 1)],
    4: [(4,), (2, 2), (1,) * 4],
    3: [(3,), (1, 1, 1)],
    6: [(3, 3), (1,) * 6],
    8: [(4, 4), (2,) * 4, (1,) * 8],
}
TOPS = "() => [...document.querySelectorAll('figure')].map(one => one.getBoundingClientRect().top)"


@pytest.fixture(scope="module")
def page():
    with browser_here() as browser:
        yield browser.new_page()


@pytest.mark.parametrize("least", [210, 340])
@pytest.mark.parametrize("count", ALLOWED)
def test_rows_are_even_at_every_width(page, count, least):
    for width in (390, 560, 700, 820, 1000, 1200, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 768})
        page.set_content(side_by_side(['<p style="height:90px">x</p>'] * count, least))
        rows = tuple(len(list(row)) for _, row in groupby(page.evaluate(TOPS)))
        assert rows in ALLOWED[count], (width, rows)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
