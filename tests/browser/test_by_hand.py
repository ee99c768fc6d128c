"""What is done by hand in JupyterLab: objects of a layout dragged and resized,
the ring on the style map dragged, by mouse and by keys; large photos chosen.
"""

from __future__ import annotations

import re

import nbformat
import numpy as np
import pytest
from axe import barriers
from in_lab import bring_up, open_page, run_all, running_lab, shoot
from PIL import Image

BEGIN = """from course_utils import Creation, LayoutStudio, Portfolio, Recipe, StyleStudio
for number, (template, words) in enumerate([("haiku", "Rain on the roof. Tea."), ("story", "She \
walked through the long wet streets of the town until dawn."), ("couplet", "The river rose,\\nit \
wet our toes.")]):
    Portfolio().save(Creation(recipe=Recipe(kind="words", prompt=f"rain {number}", \
settings={"template": template, "surprise": 0.8}), content=words.encode()))
posters = LayoutStudio("The quiet sea", text="A film night for the whole school.", seed=5)
posters"""
MAP = """places = StyleStudio("rain", seed=2)
places.what.value = "words"
places"""
TEACH = """from course_utils import TeachStudio
TeachStudio("blobby")"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    root = tmp_path_factory.mktemp("lab")
    cells = [
        nbformat.v4.new_markdown_cell("# By hand"),
        nbformat.v4.new_code_cell(BEGIN),
        nbformat.v4.new_code_cell(MAP),
        nbformat.v4.new_code_cell(TEACH),
    ]
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=cells,
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            },
        ),
        root / "by_hand.ipynb",
    )
    with running_lab(root) as lab, open_page(lab, "by_hand.ipynb", "By hand") as shown:
        run_all(shown)
        yield shown


def drag(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def place_of(thing) -> list[float]:
    """Left, top, width and height, in hundredths, as the page says them."""
    return [
        float(number)
        for number in re.findall(r"(-?\d+) (?:from|wide|high)", thing.get_attribute("aria-label"))
    ]


def test_an_object_is_dragged_resized_and_put_back(page):
    page.get_by_role("button", name="Generate", exact=True).first.click()
    page.get_by_text(re.compile("8 layouts are ready")).wait_for()
    use = page.get_by_role("button", name="Use this", exact=True).first
    bring_up(use)
    use.click()
    page.get_by_text(re.compile("is chosen for the next step")).wait_for()
    opener = page.get_by_role("button", name=re.compile("Change it by hand"))
    bring_up(opener)
    opener.click()
    title = page.locator(".course-page-thing[aria-label*='title']")
    title.wait_for()
    before = place_of(title)
    bring_up(page.locator(".course-page"))
    box, frame = title.bounding_box(), page.locator(".course-page").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    down = 1 if before[1] < 50 else -1
    drag(page, middle, (middle[0], middle[1] + down * frame["height"] * 0.12))
    page.get_by_text(re.compile(r"title\): place .*saved as a layout of its own")).wait_for()
    page.wait_for_function(
        "([name, top]) =>"
        " Math.abs(Number(document.querySelector(name).getAttribute('aria-label').match(/(-?\\d+)"
        " from the top/)[1]) - top) > 8",
        arg=[".course-page-thing[aria-label*='title']", before[1]],
    )
    moved = place_of(title)
    bring_up(page.locator(".course-page"))
    corner = page.locator(".course-page-hold").bounding_box()
    held = (corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    drag(page, held, (held[0] - frame["width"] * 0.25, held[1]))
    page.get_by_text(re.compile(r"title\): resize .*saved as a layout of its own")).wait_for()
    page.wait_for_function(
        "([name, wide]) =>"
        " Number(document.querySelector(name).getAttribute('aria-label').match(/(\\d+) wide/)[1]) <"
        " wide - 8",
        arg=[".course-page-thing[aria-label*='title']", moved[2]],
    )
    shoot(page, "by_hand_layout")
    title.focus()
    page.keyboard.press("Control+z")
    page.get_by_text(re.compile("Back to the candidates before")).wait_for()
    page.wait_for_function(
        "([name, wide]) =>"
        " Math.abs(Number(document.querySelector(name).getAttribute('aria-label').match(/(\\d+)"
        " wide/)[1]) - wide) <= 1",
        arg=[".course-page-thing[aria-label*='title']", moved[2]],
    )
    assert barriers(page, ".course-page") == []


def test_the_ring_on_the_map_is_dragged_and_moved_by_keys(page):
    pad = page.locator(".course-map")
    bring_up(pad)
    box = pad.bounding_box()
    ring = page.locator(".course-map-ring")
    start = ring.bounding_box()
    drag(
        page,
        (start["x"] + 13, start["y"] + 13),
        (box["x"] + box["width"] * 0.72, box["y"] + box["height"] * 0.28),
    )
    page.wait_for_function(
        "() => /Across 0\\.5\\d?, up"
        " 0\\.5/.test(document.querySelector('.course-map-ring').getAttribute('aria-label'))"
    )
    ring.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "() => /Across"
        " 0\\.4/.test(document.querySelector('.course-map-ring').getAttribute('aria-label'))"
    )
    assert "Nearest:" in ring.get_attribute("aria-label")
    shoot(page, "by_hand_map")
    assert barriers(page, ".course-map") == []


def test_photos_of_more_than_ten_megabytes_are_chosen_at_once(page, tmp_path):
    rng, photos = (
        np.random.default_rng(3),
        [tmp_path / f"photo_{number}.png" for number in range(4)],
    )
    for photo in photos:
        Image.fromarray(rng.integers(0, 256, (1100, 1000, 3), np.uint8)).save(photo)
    # more than Jupyter's servers let through by themselves
    assert sum(photo.stat().st_size for photo in photos) > 11 * 1024 * 1024
    chooser = page.get_by_role("button", name=re.compile("Choose picture files"))
    bring_up(chooser)
    with page.expect_file_chooser() as asked:
        chooser.click()
    asked.value.set_files(photos)
    page.get_by_text("4 files added").wait_for()
