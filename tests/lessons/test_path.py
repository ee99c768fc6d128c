"""The way through the course: what is declared, what stands in the lessons, and that links lead
somewhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import start
from course_utils.cli.main import first_notebook
from course_utils.lessons import glossary
from course_utils.lessons.course import LONGEST, SHORTEST, course, minutes_of, visible
from course_utils.lessons.glossary import PICTURED
from tools import lessons

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = course().lesson
PAGES = [*sorted(NOTEBOOKS.glob("*.ipynb")), NOTEBOOKS / glossary.PAGE]


def texts_of(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def test_every_lesson_is_declared_and_every_declared_lesson_is_there():
    found = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert found == sorted(one.file for one in LESSONS) == [one.file for one in LESSONS]
    assert {one.track for one in LESSONS} == {track.name for track in course().track}


def test_everything_opens_the_first_lesson():
    assert first_notebook() == start.NOTEBOOK == LESSONS[0].notebook
    assert LESSONS[0].notebook in (ROOT / "deploy/jupyterhub.yaml").read_text(encoding="utf-8")


def test_lessons_agree_with_the_declaration():
    assert lessons.main(["--check"]) == 0, "run python -m tools.lessons"


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_a_lesson_names_the_one_before_and_after_and_its_minutes(one):
    texts = texts_of(NOTEBOOKS / one.notebook)
    for neighbour in filter(None, course().beside(one)):
        for text in (texts[0], texts[-1]):
            assert f"]({neighbour.notebook})" in text
    assert f"about {one.minutes} minutes" in texts[0]
    assert set(re.findall(r"about (\d+) minutes", texts[0])) == {str(one.minutes)}
    assert SHORTEST <= one.minutes <= LONGEST


def test_the_map_has_every_lesson_once_in_the_order_of_its_track():
    text = "\n".join(texts_of(NOTEBOOKS / LESSONS[0].notebook))
    shown = re.findall(r'<a href="([^"]+)"><img src="([^"]+)" width="320" alt="[^"]+">', text)
    wanted = [one for track in course().track for one in course().of_track(track.name)]
    assert shown == [(one.notebook, one.banner) for one in wanted if one is not LESSONS[0]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_and_pictures_lead_somewhere(path):
    for text in [path.read_text("utf-8")] if path.suffix == ".md" else texts_of(path):
        targets = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
        for target in targets:
            if "://" not in target:
                file, _, anchor = target.partition("#")
                assert (NOTEBOOKS / file).is_file(), f"{path.name} links to {target}"
                assert not anchor or anchor in anchors(), f"{path.name} links to {target}"


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_a_banner_of_real_results_says_what_it_shows(one):
    path = NOTEBOOKS / one.banner
    with Image.open(path) as picture:
        assert picture.width >= 1000 and picture.height >= 60
    assert path.stat().st_size < 60_000
    assert (
        len(one.alt.split()) >= 7
        and f"![{one.alt}]({one.banner})" in texts_of(NOTEBOOKS / one.notebook)[0]
    )


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.number)
def test_further_demands_are_folded(one):
    """What to tweak, to change and to make of one's own waits in a fold; a guess is a question."""
    for text in texts_of(NOTEBOOKS / one.notebook):
        seen = visible(text)
        assert not re.search(r"\*\*(Tweak|Change|Make your own|Before you)", seen), seen
        for fold in re.findall(r"<details><summary>(.*?)</details>", text, re.S):
            assert "</summary>" in fold and "\n\n" in fold


def anchors() -> set[str]:
    """What the headings of the glossary can be reached by; the same in JupyterLab and on GitHub."""
    text = (NOTEBOOKS / glossary.PAGE).read_text(encoding="utf-8")
    return {found.replace(" ", "-") for found in re.findall(r"^### ([a-z -]+)$", text, re.M)}


def test_the_glossary_is_whole_and_used():
    terms = glossary.terms()
    assert len(terms) >= 90 and anchors() == {term.anchor for term in terms.values()}
    assert all(course().numbered(term.lesson) for term in terms.values())
    assert all(course().numbered(number) and name in terms for name, number in PICTURED.items())
    assert all(len(term.sentence.split(". ")) == 1 for term in terms.values())
    text = "".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert text.count("(glossary.md#") >= 20
    assert "Lesson 01" in glossary.what_is("Seed")
    assert "“seed”" in glossary.what_is("seeds") and "lists all" in glossary.what_is("zzz")


def test_tracks_take_an_afternoon():
    first = LESSONS[1].minutes  # comes before each of them
    for track in course().track[1:]:
        minutes = first + sum(one.minutes for one in course().of_track(track.name))
        assert 60 <= minutes <= 120, track.name


def test_minutes_count_what_is_seen():
    text = {"cell_type": "markdown", "source": "word " * 500}
    folded = {"cell_type": "markdown", "source": f"<details>{'word ' * 500}</details>"}
    studio = {"cell_type": "code", "source": 'predict("one")\nImageStudio("a fox")'}
    assert minutes_of([text], 10, 3) == minutes_of([text, folded], 10, 3) == 20
    assert minutes_of([text, studio], 13, 3) == 25
    assert minutes_of([], 0, 0) == SHORTEST
    assert visible("see [the map](00.ipynb) ![a fox](img/x.webp)").split() == ["see", "the", "map"]


def test_the_check_sees_a_changed_lesson(tmp_path, monkeypatch):
    for path in PAGES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / LESSONS[1].notebook
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("First sparks", "Other"), encoding="utf-8"
    )
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path)
    assert lessons.main(["--check"]) == 0
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace(LESSONS[2].notebook, "gone.ipynb"), encoding="utf-8")
    assert lessons.main(["--check"]) == 1


def test_the_tool_runs_by_itself():
    done = subprocess.run(
        [sys.executable, "-m", "tools.lessons", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
