"""The way through the course: what is declared, what stands in the lessons, and that links lead
somewhere.
"""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import soundfile
from PIL import Image

import start
from course_utils.cli.main import first_notebook
from course_utils.lessons import glossary
from course_utils.lessons.course import LONGEST, SHORTEST, course, minutes_of, visible
from tools import banners, lessons
from tools.lesson_languages import ENGLISH, editions

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = course().lesson


def every_lesson() -> list[Path]:
    """The lessons in all languages, without what a program keeps beside them."""
    found = sorted(NOTEBOOKS.rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


DEMANDS = {  # how the three further ones begin, and the parts of a lesson that have them
    "en": (["Tweak", "Change", "Make your own"], ("Step ", "Try it")),
    "es": (["Ajusta", "Cambia", "Inventa"], ("Paso ", "Pruébalo")),
}
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
            if "://" not in target and not target.startswith("#"):
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


@pytest.mark.parametrize("path", every_lesson(), ids=lambda path: path.stem)
def test_one_large_button_under_the_banner_leads_to_the_first_cell_to_run(path):
    """To the heading by the name JupyterLab gives it; behind it comes the first cell with code."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    first = "".join(cells[0]["source"])
    (alt, button, name), *more = re.findall(r"\[!\[(.+?)\]\((.+?\.svg)\)\]\(#(.+?)\)", first)
    assert name.isascii()  # JupyterLab does not find others
    assert not more and first.index(".webp)") < first.index(button)
    assert alt == ("Empezar" if path.parent.name == "es" else "Begin")
    drawing = ElementTree.parse(path.parent / button).getroot()
    assert int(drawing.get("height", 0)) >= 60
    place, cell = next(
        (k, cell) for k, cell in enumerate(cells)
        for heading in re.findall(r"^## (.+)$", "".join(cell["source"]), re.M)
        if heading.replace(" ", "-") == name
    )  # fmt: skip
    code = [k for k, cell in enumerate(cells) if cell["cell_type"] == "code"]
    assert code[0] == place + 1, cell


def test_the_buttons_are_as_their_tool_draws_them():
    for edition in (ENGLISH, *editions()):
        path = edition.folder / edition.button
        assert path.read_text(encoding="utf-8") == banners.begin_button(edition)


@pytest.mark.parametrize("path", every_lesson(), ids=lambda path: path.stem)
def test_further_demands_are_folded(path):
    """Every step, and every "try it", has one: what to tweak, to change and to make of one's own
    waits there. None of it is seen before; a guess is a question.
    """
    demands, parts = DEMANDS["es" if path.parent.name == "es" else "en"]
    texts = texts_of(path)
    for text in texts:
        seen = visible(text)
        assert not re.search(rf"\*\*({'|'.join(demands)}|Before you)", seen), seen
    _, *sections = re.split(r"^## ", "\n\n".join(texts), flags=re.M)
    sections = [one for one in sections if one.startswith(parts)]
    assert len(sections) >= 4 or path.stem == LESSONS[0].file
    for section in sections:
        folds = re.findall(r"<details><summary>.+?</summary>\n\n(.*?)\n\n</details>", section, re.S)
        found = [re.findall(r"^- \*\*(\w+)", fold, re.M) for fold in folds]
        assert [one.split()[0] for one in demands] in found, section.partition("\n")[0]
        assert len(folds) == section.count("<details>")


@pytest.mark.parametrize("one", LESSONS[1:], ids=lambda one: one.number)
def test_every_step_asks_a_question(one):
    """In its text, or as a guess."""
    cells = json.loads((NOTEBOOKS / one.notebook).read_text(encoding="utf-8"))["cells"]
    text = "\n".join(
        visible(source) if cell["cell_type"] == "markdown" else f"\n{source}"
        for cell in cells
        for source in ["".join(cell["source"])]
    )
    _, *steps = re.split(r"^## (?=Step )", text, flags=re.M)
    assert steps
    for step in (one.partition("\n## ")[0].partition("\n") for one in steps):
        assert "?" in step[2] or "predict(" in step[2], step[0]


def anchors() -> set[str]:
    """What the headings of the glossary can be reached by; the same in JupyterLab and on GitHub."""
    text = (NOTEBOOKS / glossary.PAGE).read_text(encoding="utf-8")
    return {found.replace(" ", "-") for found in re.findall(r"^### ([a-z -]+)$", text, re.M)}


def test_the_glossary_is_whole_and_used():
    terms = glossary.terms()
    assert len(terms) >= 90 and anchors() == {term.anchor for term in terms.values()}
    assert all(course().numbered(term.lesson) for term in terms.values())
    assert all(len(term.sentence.split(". ")) == 1 for term in terms.values())
    text = "".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    assert text.count("(glossary.md#") >= 20
    for one in LESSONS:  # a new word is linked where it is met
        text = "\n".join(texts_of(NOTEBOOKS / one.notebook))
        text = re.sub(r"<!--path-->.*?<!--/path-->", "", text, flags=re.S)
        linked = set(re.findall(r"\(glossary\.md#([a-z-]+)\)", text))
        assert linked, one.number
        plain = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|^#.*$", "", text, flags=re.M)
        for term in terms.values():
            if term.lesson == one.number and term.anchor not in linked:
                assert not re.search(rf"\b{term.name}s?\b", plain, re.I), (one.number, term.name)
    assert "Lesson 01" in glossary.what_is("Seed")
    assert "“seed”" in glossary.what_is("seeds") and "lists all" in glossary.what_is("zzz")


def test_every_word_has_a_picture_or_a_sound_that_is_said_in_words():
    folder, terms = NOTEBOOKS / glossary.FOLDER, glossary.terms().values()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(files) == {term.file for term in terms}  # none is missing, none is left over
    assert sum(map(len, files.values())) < 1_500_000
    text = (NOTEBOOKS / glossary.PAGE).read_text(encoding="utf-8")
    for term in terms:
        data, address = files[term.file], f'src="{glossary.FOLDER}/{term.file}"'
        assert text.count(address) == 1 and html.escape(term.shows, quote=True) in html.escape(
            html.unescape(text), quote=True
        )
        assert len(term.shows.split()) >= 6
        if term.kind == "svg":
            drawing = ElementTree.fromstring(data)
            shapes = [one for one in drawing.iter() if one.tag.rpartition("}")[2] != "title"]
            assert len(shapes) > 4 and drawing.findtext("{*}title") == term.shows, term.name
            assert b"<script" not in data and not re.search(rb"href=.(?!data:)", data)
        else:
            with soundfile.SoundFile(io.BytesIO(data)) as sound:
                heard = sound.read()
                assert 1 < len(heard) / sound.samplerate < 5.5, term.name
            assert abs(heard).max() > 0.05, term.name


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
